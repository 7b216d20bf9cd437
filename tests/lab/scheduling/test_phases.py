"""Instruments in phases: the next vials come in while others are at work, and the last ones stay until these follow."""

from __future__ import annotations

from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InfeasibleError, InputError
from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Plan, Problem, live_plan, solve, verify
from aichemist.lab.scheduling._budget import Budget
from aichemist.lab.scheduling._dispatch import dispatch
from aichemist.lab.scheduling._expand import expand
from aichemist.lab.scheduling._journeys import TooTightError
from aichemist.lab.scheduling._keys import Keys
from aichemist.lab.scheduling._lot_solver import place
from aichemist.lab.scheduling._phases import Claim, claims
from aichemist.lab.scheduling._placement import Layout, used
from aichemist.lab.scheduling._racks import rack_plans
from aichemist.lab.scheduling._visits import make_families

START = Machine("start", 40, role="start")
STORAGE = Machine("storage", 10, role="storage")
HOME = Operation("home", {"start": 0})
SETTINGS = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def instrument(slots: int, *durations: int, name: str = "xrd", **more: object) -> tuple[Machine, ...]:
    return tuple(Machine(f"{name} {k}", slots, instrument=name, **more) for k in range(len(durations)))  # type: ignore[arg-type]


def through(*durations: int, name: str = "xrd", first: int = 0) -> tuple[Operation, ...]:
    """The phases of an instrument, one after another without a wait."""
    return tuple(
        Operation(f"{name} {k}", {f"{name} {k}": d}, wait_max=0 if k > first else None)
        for k, d in enumerate(durations, first)
    )


def jobs(count: int, *steps: Operation, kind: str = "a", **more: object) -> tuple[Job, ...]:
    made = (Operation("go", {"start": 0}), *steps, HOME)
    return tuple(Job(f"{kind}{i}", kind, made, **more) for i in range(count))  # type: ignore[arg-type]


def lab(machines: tuple[Machine, ...], made: tuple[Job, ...], robots: int = 1) -> Problem:
    carriers = tuple(Carrier(f"r{i}", capacity=20, pick=1, place=1) for i in range(robots))
    return Problem("lab", 60.0, (START, STORAGE, *machines), made, carriers)


def test_who_goes_through_all_phases_holds_them_one_after_another() -> None:
    problem = lab(instrument(1, 20, 10, 3), ())
    first, last = problem.machines[2], problem.machines[4]
    spans = [("xrd 0", 0, 20), ("xrd 1", 20, 30), ("xrd 2", 30, 33)]
    way_in, run, way_out = claims(problem, first, spans)
    assert (way_in.since, way_in.until) == (None, 20)
    assert (run.since, run.until) == (0, 33)
    assert (way_out.since, way_out.until) == (30, None)
    assert len({way_in.resource, run.resource, way_out.resource}) == 3
    for part in (spans[:1], spans[1:], [*spans, ("xrd 0", 33, 40)], spans[::-1]):
        assert all((c.since, c.until) == (None, None) for c in claims(problem, last, part))
    assert claims(problem, START, []) == (Claim("start"),)


def test_the_next_vials_are_there_when_the_run_ends() -> None:
    """Three runs of 33 min without a break: between them neither placing nor picking is waited for."""
    problem = lab(instrument(2, 20, 10, 3, batch=True), jobs(6, *through(20, 10, 3)), robots=2)
    plan = solve(problem, steps=60)
    assert verify(problem, plan) == ()
    starts = sorted(r.start for r in plan.runs if r.machine == "xrd 0")
    assert [b - a for a, b in pairwise(starts)] == [33, 33]
    assert verify(problem, solve(problem, seconds=1)) == ()


def test_who_is_done_gives_way_before_the_next_reach_the_last_phase() -> None:
    """The only robot is away for long: nobody begins before it is sure that the last phase will be free."""
    away = Operation("far", {"far": 300})
    machines = (*instrument(1, 5, 5), Machine("far", 1))
    problem = evolve(lab(machines, (*jobs(3, *through(5, 5)), *jobs(2, away, kind="b"))), travel_default=30)
    plan = solve(problem, steps=30)
    assert verify(problem, plan) == ()


def test_vials_that_use_one_phase_alone_keep_the_instrument() -> None:
    only_test = through(10, first=1)
    problem = lab(instrument(2, 20, 10, 3), (*jobs(4, *through(20, 10, 3)), *jobs(4, *only_test, kind="b")), robots=2)
    plan = solve(problem, steps=40)
    assert verify(problem, plan) == ()


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small labs with one or two instruments of two to four phases, and vials that pass all of them or some."""
    machines = [START, STORAGE]
    known: dict[str, tuple[int, ...]] = {}
    for name in ("xrd", "cell")[: draw(st.integers(1, 2))]:
        times = tuple(draw(st.lists(st.sampled_from([0, 1, 3, 20, 60]), min_size=2, max_size=4)))
        known[name] = times
        machines += instrument(
            draw(st.sampled_from([1, 2, 5])), *times, name=name, batch=draw(st.booleans()),
            cleanup=draw(st.sampled_from([0, 0, 0, 5])),
            windows=draw(st.sampled_from([(), (), (), ((0, 300), (400, 9000))])),
        )  # fmt: skip
    machines += [
        Machine("stirrer", 5, batch=True),
        Machine("balance", 1),
        Machine("table", 4, role="exchange", batch=True),
    ]
    others = [Operation("stir", {"stirrer": 30}), Operation("weigh", {"balance": 2}), Operation("wait", {"table": 1})]
    made: list[Job] = []
    for k in range(draw(st.integers(1, 3))):
        steps: list[Operation] = []
        for _ in range(draw(st.integers(1, 4))):
            name = draw(st.sampled_from(sorted(known)))
            what = draw(st.sampled_from(["all", "all", "all", "one", "other", "other"]))
            if what == "all":
                steps += through(*known[name], name=name)
            elif what == "one":
                first = draw(st.integers(0, len(known[name]) - 1))
                steps += through(known[name][first], name=name, first=first)
            else:
                limit = draw(st.sampled_from([None, None, 100]))
                steps.append(evolve(draw(st.sampled_from(others)), wait_max=limit))
        together = draw(st.sampled_from(["", f"group {k}"]))
        made += jobs(
            draw(st.sampled_from([1, 2, 3, 6])), *steps, kind=f"k{k}v", leaves_with=together,
            release=draw(st.sampled_from([0, 0, 50])),
        )  # fmt: skip
    carriers = tuple(Carrier(f"r{i}", capacity=20, pick=1, place=1) for i in range(draw(st.integers(1, 2))))
    return Problem("any", 60.0, tuple(machines), tuple(made), carriers, travel_default=draw(st.sampled_from([0, 0, 2])))


@settings(SETTINGS, max_examples=80)
@given(problem=problems(), data=st.data())
def test_any_lab_under_any_rules(problem: Problem, data: st.DataObject) -> None:
    """Whatever the rules and the parts in which racks go: what the dispatcher finds is sound for the checker."""
    families = make_families(problem)
    layout = Layout(problem, families)
    racks = []
    for rack in next(iter(rack_plans(problem, families))):
        stops = len(families[rack.family].stops)
        if stops > 2 and len(rack.jobs) > 1 and data.draw(st.booleans()):
            first = data.draw(st.integers(2, stops - 1))
            cut = first, data.draw(st.integers(first, stops - 1)), data.draw(st.integers(1, len(rack.jobs) - 1))
            rack = evolve(rack, cut=cut, regroup=data.draw(st.booleans()))
        racks.append(rack)
    keys = Keys(
        single=data.draw(st.booleans()), ahead=data.draw(st.sampled_from([-1, 100])),
        longest_first=data.draw(st.booleans()), patience=data.draw(st.sampled_from([0, 10])),
    )  # fmt: skip
    try:
        placed = dispatch(layout, racks, keys=keys)
    except TooTightError:
        placed = None
    assume(placed is not None)
    assert placed is not None
    assert verify(problem, Plan(*expand(layout, racks, placed))) == ()


@settings(SETTINGS, max_examples=40)
@given(problem=problems())
def test_what_one_model_holds_the_other_goes_round(problem: Problem) -> None:
    """Half of the racks by the dispatcher, the others put in by CP-SAT around them, and the other way round."""
    families = make_families(problem)
    layout = Layout(problem, families)
    racks = list(next(iter(rack_plans(problem, families))))
    assume(len(racks) > 1)
    here, there = racks[::2], racks[1::2]
    budget = Budget(5.0, 0.2, 1, 0)
    try:
        first = dispatch(layout, here)
        assume(first is not None)
        assert first is not None
        second = place(layout, there, used(layout, {r.name: r for r in here}, first), 0, budget, 0.2)
    except TooTightError:
        second = None
    assume(second is not None)
    assert second is not None
    second = evolve(second, units=first.units | second.units, journeys=first.journeys | second.journeys)
    assert verify(problem, Plan(*expand(layout, racks, second))) == ()
    taken = used(layout, {r.name: r for r in there}, second_only(second, there))
    third = dispatch(layout, here, taken=taken)
    if third is not None:
        whole = evolve(third, units=second.units | third.units, journeys=second.journeys | third.journeys)
        assert verify(problem, Plan(*expand(layout, racks, whole))) == ()


def second_only(placement, racks):
    """What is placed of some racks."""
    names = {r.name for r in racks}
    return evolve(
        placement, units={k: u for k, u in placement.units.items() if k[0] in names},
        journeys={k: j for k, j in placement.journeys.items() if k[0] in names},
    )  # fmt: skip


@settings(SETTINGS, max_examples=60)
@given(problem=problems(), data=st.data())
def test_plans_that_change_while_they_run(problem: Problem, data: st.DataObject) -> None:
    """New vials, a lost robot, a closed or late phase at any time: the new plan is sound and keeps what has begun."""
    problem = evolve(problem, machines=tuple(evolve(m, windows=()) for m in problem.machines))
    try:
        live = live_plan(problem, steps=1)
    except InfeasibleError:
        assume(False)
    at = data.draw(st.integers(1, max(1, live.plan.makespan - 1)))
    begun = {(r.machine, r.operation, r.jobs, r.start) for r in live.plan.runs if r.start < at}
    phase = data.draw(st.sampled_from([m.name for m in problem.machines if m.instrument]))
    what = data.draw(st.sampled_from(["insert", "without", "closed", "late"]))
    try:
        if what == "insert":
            steps = data.draw(st.sampled_from([problem.jobs[0].operations, problem.jobs[-1].operations]))
            live.insert([Job(f"n{i}", "new", steps) for i in range(2)], at=at, steps=3)
        elif what == "without" and len(problem.carriers) > 1:
            live.without("r1", at=at, until=data.draw(st.sampled_from([None, at + 50])), steps=3)
        elif what == "closed":
            live.closed(phase, at=at, until=at + data.draw(st.sampled_from([10, 100])), steps=3)
        else:
            live.late(phase, at=at, until=at + data.draw(st.sampled_from([20, 100])), steps=3)
    except InputError as error:
        assert "a robot waits beside" in str(error)
    except (InfeasibleError, TooTightError):
        assume(False)
    assert verify(live.problem, live.plan) == ()
    assert begun <= {(r.machine, r.operation, r.jobs, r.start) for r in live.plan.runs}


def test_a_robot_is_lost_while_vials_wait_behind_others() -> None:
    """At every minute of a tight plan."""
    problem = lab(instrument(2, 20, 10, 3, batch=True), jobs(8, *through(20, 10, 3)), robots=2)
    first = live_plan(problem, steps=60)
    sound = 0
    for at in range(1, first.plan.makespan, 7):
        live = live_plan(problem, steps=60)
        begun = {(r.machine, r.jobs, r.start) for r in live.plan.runs if r.start < at}
        try:
            live.without("r1", at=at)
        except InfeasibleError:
            continue
        sound += 1
        assert verify(live.problem, live.plan) == ()
        assert begun <= {(r.machine, r.jobs, r.start) for r in live.plan.runs}
    assert sound > 10


def test_what_has_begun_goes_through_a_phase_that_is_closed() -> None:
    problem = lab(instrument(2, 20, 10, 3), jobs(4, *through(20, 10, 3)))
    live = live_plan(problem, steps=20)
    at = min(r.start for r in live.plan.runs if r.machine == "xrd 0") + 5
    plan = live.closed("xrd 1", at=at, until=at + 100)
    runs = sorted(r.start for r in plan.runs if r.machine == "xrd 1")
    assert verify(live.problem, plan) == () and runs[0] < at + 100 <= runs[1]


def test_a_station_beside_which_a_robot_waits_is_not_closed() -> None:
    problem = lab((Machine("balance", 1),), jobs(3, Operation("weigh", {"balance": 5})))
    live = live_plan(problem, steps=1)
    with pytest.raises(InputError, match="a robot waits beside balance"):
        live.closed("balance", at=1, until=20)
