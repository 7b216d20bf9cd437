"""The search over single handlings: whatever it does to a plan, the checker finds nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InfeasibleError
from aichemist.lab.scheduling import Busy, Carrier, Job, Machine, Operation, Plan, Problem, _compiled, solve, verify
from aichemist.lab.scheduling import _handling_search as search
from aichemist.lab.scheduling._handling_able import can_search
from aichemist.lab.scheduling._handling_arrays import NEVER, make_model
from aichemist.lab.scheduling._handling_decoder import decode
from aichemist.lab.scheduling._handling_frozen import ALL
from aichemist.lab.scheduling._handling_search import search_handlings
from aichemist.lab.scheduling._lot_solver import several_plans, solve_lots


@st.composite
def machines(draw: st.DrawFn) -> tuple[Machine, ...]:
    hall = draw(st.booleans())
    made = [Machine("start", 20, role="start", sections=("lab",))]
    for n in range(draw(st.integers(1, 4))):
        slots = draw(st.sampled_from([1, 1, 2, 3, 6]))
        even = slots % 2 == 0 and draw(st.booleans())
        made.append(Machine(
            f"m{n}", slots, batch=draw(st.booleans()), one_temperature=draw(st.booleans()), even_load=even,
            sections=("hall",) if hall and draw(st.booleans()) else ("lab",), cleanup=draw(st.sampled_from([0, 0, 4])),
            setup=draw(st.sampled_from([0, 0, 7])),
            windows=draw(st.sampled_from([(), (), ((30, 400), (500, 20_000))])),
        ))  # fmt: skip
    if draw(st.booleans()):
        where = ("hall",) if hall and draw(st.booleans()) else ("lab",)
        slots = draw(st.sampled_from([1, 3]))
        made += [Machine(f"p{n}", slots, batch=True, instrument="p", sections=where) for n in range(2)]
    if draw(st.booleans()):
        made.append(Machine("shelf", draw(st.sampled_from([2, 8])), role="storage", sections=("lab",)))
    if hall:
        made.append(Machine("table", draw(st.sampled_from([2, 6])), role="exchange", sections=("lab", "hall")))
    return tuple(made)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    known = draw(machines())
    work = [m.name for m in known if m.role == "work" and not m.instrument]
    phases = [m.name for m in known if m.instrument]
    jobs: list[Job] = []
    for kind in range(draw(st.integers(1, 3))):
        together = f"k{kind}" if draw(st.booleans()) else ""
        first = ["start"] if together or draw(st.booleans()) else ["start", work[0]] if work else ["start"]
        steps = [Operation("begin", dict.fromkeys(first, draw(st.sampled_from([0, 2]))))]
        for n in range(draw(st.integers(1, 4))):
            if phases and draw(st.integers(0, 3)) == 0:
                steps += [Operation(f"{n}a", {phases[0]: 6}), Operation(f"{n}b", {phases[1]: 9}, wait_max=0)]
                continue
            choices = draw(st.lists(st.sampled_from(work), min_size=1, max_size=2, unique=True))
            time = draw(st.sampled_from([1, 5, 30, 90]))
            steps.append(Operation(
                f"{n}", dict.fromkeys(choices, time), draw(st.sampled_from([None, 20.0, 80.0])),
                draw(st.sampled_from([0, 0, 0, 15])), draw(st.sampled_from([None, None, None, 60, 400])),
            ))  # fmt: skip
        steps.append(Operation("end", {"start": 0}))
        release, due = draw(st.sampled_from([0, 0, 25])), draw(st.sampled_from([None, None, 150]))
        count = draw(st.integers(1, 5))
        jobs += [Job(f"{kind}-{n}", f"k{kind}", tuple(steps), "start", release, due, 2, together) for n in range(count)]
    names = [m.name for m in known]
    travel = {(a, b): draw(st.integers(0, 3)) for a in names for b in names if a != b}
    robots = []
    for section in sorted({s for m in known for s in m.sections}):
        for n in range(draw(st.integers(1, 2))):
            busy = draw(st.sampled_from([(), (), (Busy(40, 70, 1),)]))
            robots.append(Carrier(f"{section} {n}", section, draw(st.sampled_from([1, 3, 10])), 1, 2, busy=busy))
    return Problem("drawn", 60.0, known, tuple(jobs), tuple(robots), travel)


def walks(problem: Problem, plans: list[Plan], changes: int, seed: int) -> Iterator[Plan]:
    """What the walks find, before anybody checks it."""
    horizon = 4 * max(p.makespan for p in plans) + 2
    for number, plan in enumerate(plans):
        walker = search._walker(make_model(problem, plan), seed + number, horizon)
        if walker.best == float("inf"):
            continue  # (the plan cannot be had with handlings as early as possible)
        for heat in (20.0, 2.0, 0.0):
            walker.go(changes, heat, heat)
            yield walker.plan()


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=problems(), seed=st.integers(0, 2**40))
def test_whatever_is_changed_the_plan_is_sound(problem: Problem, seed: int) -> None:
    assert can_search(problem)
    try:
        plan = solve_lots(problem, rounds=2)
    except InfeasibleError:
        assume(False)
    for found in walks(problem, [plan], 60, seed):
        assert verify(problem, found) == ()


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=problems(), seed=st.integers(0, 2**40), share=st.floats(0.05, 0.95))
def test_what_goes_on_from_a_kept_point_ends_as_the_whole_does(problem: Problem, seed: int, share: float) -> None:
    try:
        plan = solve_lots(problem, rounds=2)
    except InfeasibleError:
        assume(False)
    walker = search._walker(make_model(problem, plan), seed, 4 * plan.makespan + 2)
    assume(walker.best < float("inf"))
    walker.go(60, 2.0, 2.0)
    facts, state, desk, frozen = walker.model.facts, walker.walk.now, walker.desk, walker.walk.frozen
    cost, ends = decode(facts, state, desk, float(NEVER), frozen, 10**6)
    assume(cost < NEVER)
    whole = desk.events.copy()
    assert decode(facts, state, desk, float(NEVER), frozen, max(1, int(share * frozen.sizes[ALL]))) == (cost, ends)
    assert decode(facts, state, desk, float(NEVER), frozen, -1) == (cost, ends)
    assert (desk.events == whole).all()
    # nothing is given up that ends in time, neither from the start nor from there
    assert decode(facts, state, desk, float(cost), frozen, 0) == (cost, ends)
    assert decode(facts, state, desk, float(cost), frozen, -1) == (cost, ends)
    assert decode(facts, state, desk, float(cost - 1), frozen, 0)[0] >= NEVER or any(j.due for j in problem.jobs)


def lab(*steps: Operation, count: int = 3, robots: int = 1, **more: object) -> Problem:
    known = (
        Machine("start", 20, role="start"), Machine("dispenser", 1), Machine("stirrer", 4, batch=True), Machine("balance", 1),
    )  # fmt: skip
    made = tuple(Job(f"v{i}", "a", (Operation("begin", {"start": 0}), *steps, Operation("end", {"start": 0})), "start")
                 for i in range(count))  # fmt: skip
    carriers = tuple(Carrier(f"r{i}", capacity=8, pick=1, place=1) for i in range(robots))
    return evolve(Problem("lab", 60.0, known, made, carriers), **more)


def test_a_robot_serves_two_machines_at_a_time() -> None:
    """While one works for 10 min on a vial the robot brings the next to the other: beside each alone it takes twice."""
    other = tuple(
        Job(f"w{i}", "b", (Operation("begin", {"start": 0}), Operation("weigh", {"balance": 10}), Operation("end", {"start": 0})),
            "start") for i in range(6)
    )  # fmt: skip
    problem = lab(Operation("dispense", {"dispenser": 10}), count=6)
    problem = evolve(problem, jobs=(*problem.jobs, *other))
    racks = solve_lots(problem, rounds=5)
    plan = search_handlings(problem, [racks], seconds=60, steps=60)
    assert verify(problem, plan) == ()
    # six vials at each machine: it works 10 min on a vial, and for 2 min it is filled and emptied
    assert plan.makespan <= 6 * 12 + 10 < racks.makespan
    assert plan.trace[-1][1] == plan.makespan


def test_a_longest_wait_is_kept() -> None:
    """The dispenser is slower than the stirrer takes vials: the first ones are dispensed later, not at once."""
    problem = lab(
        Operation("dispense", {"dispenser": 8}), Operation("stir", {"stirrer": 30}, wait_max=31), count=8, robots=2
    )
    plans = several_plans(problem, 3, steps=1)
    seen = list(walks(problem, plans, 300, 1))
    assert seen
    assert all(verify(problem, plan) == () for plan in seen)


def test_the_same_steps_give_the_same_plan_whatever_the_threads() -> None:
    problem = lab(Operation("dispense", {"dispenser": 3}), Operation("stir", {"stirrer": 30}), count=7, robots=2)
    plans = several_plans(problem, 4, steps=1)
    one, two = (search_handlings(problem, plans, seconds=60, steps=20, seed=3, workers=w) for w in (1, 2))
    assert (one.runs, one.handlings) == (two.runs, two.handlings)


def test_where_the_racks_took_all_the_time_a_moment_is_left() -> None:
    problem = lab(Operation("dispense", {"dispenser": 3}), Operation("stir", {"stirrer": 30}), count=7, robots=2)
    racks = solve_lots(problem, rounds=2)
    plan = search_handlings(problem, [racks], seconds=-1.0)
    assert plan.makespan <= racks.makespan
    assert verify(problem, plan) == ()


DISPENSE = Operation("dispense", {"dispenser": 3})
STRANGE = {
    "somebody else there": lab(DISPENSE, machines=(
        Machine("start", 20, role="start"), Machine("dispenser", 1, busy=(Busy(0, 9, 1),)),
    )),
    "a soft wait": lab(DISPENSE, Operation("stir", {"stirrer": 5}, wait_max=3, late_price=1)),
    "a wait without its transport": lab(DISPENSE, Operation("stir", {"stirrer": 5}, wait_max=0, transport_is_free=True)),
    "no robots": lab(DISPENSE, carriers=(), buffers=True),
    "more vials than places at the start": lab(DISPENSE, count=21),
    "leaving together from where nothing is done": lab(DISPENSE, jobs=(
        Job("v", "a", (DISPENSE, Operation("end", {"start": 0})), "start", leaves_with="v"),
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_what_it_does_not_know_is_left_as_it_is(name: str) -> None:
    plan = Plan((), ())
    assert not can_search(STRANGE[name])
    assert search_handlings(STRANGE[name], [plan], seconds=1) is plan


def test_it_works_where_nothing_can_be_kept(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be written to: the code is compiled for this process, without a lock."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(search, "compiled_folder", lambda: folder / "compiled")
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    search.ready.cache_clear()
    try:
        search.ready()
        assert os.geteuid() == 0 or not (folder / "compiled").exists()
    finally:
        folder.chmod(stat.S_IRWXU)


def test_code_from_elsewhere_or_before_does_not_count_as_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Numba would compile again without a word."""
    known = _compiled.compiled_folder.__wrapped__()
    for source in Path(_compiled.__file__).parent.glob("*.py"):
        shutil.copy2(source, tmp_path / source.name)
    monkeypatch.setattr(_compiled, "__file__", str(tmp_path / "_compiled.py"))
    other = _compiled.compiled_folder.__wrapped__()
    (tmp_path / "_handling_desk.py").touch()
    assert len({known, other, _compiled.compiled_folder.__wrapped__()}) == 3


def test_solving_reports_better_plans_with_the_time() -> None:
    problem = lab(DISPENSE, Operation("stir", {"stirrer": 30}), Operation("weigh", {"balance": 2}), count=8)
    seen: list[tuple[float, int]] = []
    plan = solve(problem, seconds=1.0, improved=lambda s, m: seen.append((s, m)))
    assert verify(problem, plan) == ()
    assert seen[-1][1] == plan.makespan
    assert [m for _, m in seen] == sorted((m for _, m in seen), reverse=True)
    assert [s for s, _ in seen] == sorted(s for s, _ in seen)
