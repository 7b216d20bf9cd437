"""Any problem: the plan is sound for the checker, not below the bound, and bad problems are refused with a mend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import AIChemistError, InfeasibleError, InputError
from aichemist.lab.scheduling import (
    Carrier,
    Job,
    Machine,
    Operation,
    Plan,
    Problem,
    change,
    gantt_html,
    gantt_png,
    live_plan,
    read_ustc_joint,
    solve,
    utilisation,
    verify,
    waiting,
)
from aichemist.lab.scheduling._dispatch import dispatch
from aichemist.lab.scheduling._expand import expand
from aichemist.lab.scheduling._journeys import TooTightError
from aichemist.lab.scheduling._keys import Keys
from aichemist.lab.scheduling._placement import Layout
from aichemist.lab.scheduling._racks import rack_plans
from aichemist.lab.scheduling._visits import make_families

INSTANCES = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[4] / "shared" / "data")).parent / "instances"
JOINT = INSTANCES / "ustc_2025_joint.json"
shared = pytest.mark.skipif(not JOINT.is_file(), reason="the published workloads are not here")

START = Machine("start", 40, role="start")


def lab(*machines: Machine, robots: int = 2, **more: object) -> Problem:
    carriers = tuple(Carrier(f"r{i}", capacity=20, pick=1, place=1) for i in range(robots))
    return Problem("lab", 60.0, (START, *machines), (), carriers, travel_default=1, **more)  # type: ignore[arg-type]


HOME = Operation("home", {"start": 0})


def jobs(count: int, *steps: Operation, kind: str = "a") -> tuple[Job, ...]:
    return tuple(Job(f"{kind}{i}", kind, (Operation("go", {"start": 0}), *steps, HOME)) for i in range(count))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    machines = [START, Machine("storage", 10, role="storage")]
    for i in range(draw(st.integers(1, 5))):
        slots = draw(st.sampled_from([1, 2, 5, 10, 20]))
        machines.append(
            Machine(
                f"m{i}", slots, batch=draw(st.booleans()), even_load=slots % 2 == 0 and draw(st.booleans()),
                one_temperature=draw(st.booleans()), cleanup=draw(st.sampled_from([0, 0, 5])),
                windows=draw(st.sampled_from([(), (), ((0, 500), (600, 5000))])),
            )
        )  # fmt: skip
    names = [m.name for m in machines[2:]]
    made: list[Job] = []
    for k in range(draw(st.integers(1, 3))):
        steps = [Operation("go", {"start": draw(st.sampled_from([0, 3]))})]
        for _ in range(draw(st.integers(1, 4))):
            chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
            low = draw(st.sampled_from([0, 0, 10]))
            high = draw(st.sampled_from([None, None, None, 60, 200]))
            steps.append(
                Operation(
                    "work", dict.fromkeys(chosen, draw(st.sampled_from([1, 5, 30, 200]))),
                    temperature=draw(st.sampled_from([None, 20.0, 80.0])), wait_min=low, wait_max=high,
                )
            )  # fmt: skip
        steps.append(HOME)
        together = draw(st.sampled_from(["", f"group {k}"]))
        count, release = draw(st.sampled_from([1, 2, 3, 6])), draw(st.sampled_from([0, 0, 50]))
        made += [
            Job(f"k{k}v{i}", f"kind {k}", tuple(steps), release=release, leaves_with=together) for i in range(count)
        ]
    carriers = tuple(
        Carrier(f"r{i}", capacity=draw(st.sampled_from([10, 40])), pick=1, place=1)
        for i in range(draw(st.integers(1, 3)))
    )
    return Problem("any", 60.0, tuple(machines), tuple(made), carriers, travel_default=draw(st.sampled_from([0, 1, 3])))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_any_laboratory(problem: Problem) -> None:
    try:
        plan = solve(problem, steps=1)
    except InfeasibleError as error:
        assert len(str(error)) > 20
        assume(False)
    assert verify(problem, plan) == ()
    assert 0 < plan.bound <= plan.makespan
    shares = utilisation(problem, plan)
    assert all(0 <= v <= 1 for v in shares.values()) and set(shares) >= {"start", "r0"}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=problems(), data=st.data())
def test_racks_may_go_in_parts_anywhere(problem: Problem, data: st.DataObject) -> None:
    """From any stop to any other, in parts of any size: the dispatcher's plan is sound, and who leaves together does."""
    families = make_families(problem)
    layout = Layout(problem, families)
    racks = []
    for rack in next(iter(rack_plans(problem, families))):
        stops = len(families[rack.family].stops)
        if stops > 2 and len(rack.jobs) > 1:
            first = data.draw(st.integers(2, stops - 1))
            cut = first, data.draw(st.integers(first, stops - 1)), data.draw(st.integers(1, len(rack.jobs) - 1))
            rack = evolve(rack, cut=cut, regroup=data.draw(st.booleans()))
        racks.append(rack)
    try:
        placed = dispatch(layout, racks, keys=Keys(single=data.draw(st.booleans())))
    except TooTightError:
        placed = None
    assume(placed is not None)
    assert placed is not None
    runs, handlings = expand(layout, racks, placed)
    assert verify(problem, Plan(runs, handlings)) == ()


def test_what_can_be_done_where_a_vial_stands_is_done_there() -> None:
    """It could be done elsewhere, too: the vial would have to be carried there first."""
    steps = (Operation("begin", {"start": 2, "m": 2}), Operation("work", {"m": 5}), HOME)
    problem = evolve(lab(Machine("m", 2)), jobs=tuple(Job(f"v{i}", "a", steps, "start") for i in range(3)))
    assert verify(problem, solve(problem, steps=1)) == ()


def test_the_same_seed_gives_the_same_plan() -> None:
    step = Operation("stir", {"stirrer": 30})
    problem = evolve(lab(Machine("stirrer", 5, batch=True)), jobs=jobs(12, step))
    first, second = solve(problem, steps=1, seed=4), solve(problem, steps=1, seed=4)
    assert first.runs == second.runs and first.handlings == second.handlings


@shared
def test_the_published_joint_workload() -> None:
    problem = read_ustc_joint(JOINT, transport=False)
    plan = solve(problem, seconds=60)
    assert plan.makespan == plan.bound == 1928 and plan.optimal and verify(problem, plan) == ()
    problem = read_ustc_joint(JOINT)
    plan = solve(problem, seconds=4)
    assert verify(problem, plan) == () and plan.bound >= 1950
    assert plan.makespan < 2300  # published with transport: 2,912


@shared
def test_an_experiment_comes_in_and_a_robot_goes_out() -> None:
    problem = read_ustc_joint(JOINT)
    live = live_plan(problem, steps=60)  # the same plan each time, however busy the machine is
    before = live.plan
    old = {j.id for j in problem.jobs}
    new = [j for j in read_ustc_joint(JOINT, inserted=True).jobs if j.id not in old]
    after = live.insert(new, at=800)
    assert (
        verify(live.problem, after) == () and live.first_s < 20
    )  # within the 2 s that were given, where nobody else works
    begun = {(r.machine, r.operation, r.jobs, r.start, r.end) for r in before.runs if r.start < 800}
    assert begun <= {(r.machine, r.operation, r.jobs, r.start, r.end) for r in after.runs}
    assert {h for h in before.handlings if h.end <= 800} <= set(after.handlings) or any(
        h.start < 800 for h in after.handlings
    )
    last = live.without("robot_2", at=1000, until=1200)
    assert verify(live.problem, last) == ()
    with pytest.raises(InfeasibleError, match="no robot is left"):
        evolve_live = live_plan(evolve(problem, carriers=problem.carriers[:1]), seconds=1)
        evolve_live.without("robot_1", at=10)


def test_a_station_is_closed_for_a_while_and_for_good() -> None:
    step = Operation("stir", {"one": 30, "two": 40})
    problem = evolve(lab(Machine("one", 5, batch=True), Machine("two", 5, batch=True)), jobs=jobs(20, step))
    live = live_plan(problem, seconds=0.5)
    at = min(r.start for r in live.plan.runs if r.machine == "one") + 1
    busy_until = max(r.end for r in live.plan.runs if r.machine == "one" and r.start < at)
    plan = live.closed("one", at=at, until=busy_until + 200)
    assert verify(live.problem, plan) == () and live.changed > 0
    assert not any(r.machine == "one" and busy_until <= r.start < busy_until + 200 for r in plan.runs)
    begun = {(r.machine, r.jobs, r.start) for r in plan.runs if r.start < at}
    last = live.closed("two", at=at, until=at + 100)
    assert verify(live.problem, last) == () and begun <= {(r.machine, r.jobs, r.start) for r in last.runs}
    live.closed("one", at=at)
    before = live.plan
    with pytest.raises(InfeasibleError, match="the old plan stays"):
        live.closed("two", at=at)
    assert live.plan is before
    with pytest.raises(InputError, match="no such machine"):
        live.closed("three", at=at)


def test_a_new_experiment_leaves_the_plan_alone_if_changes_are_dear() -> None:
    step = Operation("stir", {"stirrer": 30})
    problem = evolve(lab(Machine("stirrer", 5, batch=True)), jobs=jobs(20, step))
    live = live_plan(problem, seconds=0.5)
    live.price = 1000.0
    old = {(r.machine, r.operation, r.jobs, r.start) for r in live.plan.runs}
    plan = live.insert(jobs(3, step, kind="b"), at=20)
    assert verify(live.problem, plan) == () and live.changed == 0
    assert old <= {(r.machine, r.operation, r.jobs, r.start) for r in plan.runs}


def test_waiting_vials_say_why() -> None:
    step = Operation("calcine", {"furnace": 100}, temperature=400.0)
    problem = evolve(lab(Machine("furnace", 1)), jobs=jobs(3, step))
    plan = solve(problem, steps=1)
    said = waiting(problem, plan, 50)
    assert {w.job for w in said} and all(w.target == "furnace" and w.until > 50 for w in said)
    assert any("furnace does calcine at 400" in w.reason for w in said)
    assert waiting(problem, plan, plan.makespan + 1) == ()


def test_pictures(tmp_path: Path) -> None:
    step = Operation("<b>stir</b>", {"stirrer": 30})
    problem = evolve(lab(Machine("stirrer", 5, batch=True)), jobs=jobs(2, step))
    plan = solve(problem, steps=1)
    page = gantt_html(problem, plan, [("makespan", "<i>")])
    assert "<b>stir" not in page and "&lt;b&gt;stir" in page and "<script" not in page and page.count("<rect") >= 5
    gantt_png(problem, plan, tmp_path / "a b.png")
    assert (tmp_path / "a b.png").read_bytes()[:4] == b"\x89PNG"


def test_what_if() -> None:
    problem = evolve(lab(Machine("stirrer", 5, batch=True)), jobs=jobs(12, Operation("stir", {"stirrer": 300})))
    more = change(problem, "robots=4, stirrer.slots=20")
    assert len(more.carriers) == 4 and more.machine("stirrer").slots == 20
    assert solve(more, steps=1).makespan < solve(problem, steps=1).makespan
    for wrong in ("robots", "robots=0", "stirer.slots=2", "stirrer.colour=2", "robots=two"):
        with pytest.raises(InputError, match="mend"):
            change(problem, wrong)


BAD = {
    "no station can do it": evolve(lab(), jobs=jobs(1, Operation("melt", {"volcano": 5}))),
    "no slot": evolve(lab(Machine("m", 0)), jobs=jobs(1, Operation("work", {"m": 5}))),
    "contradictory wait": evolve(
        lab(Machine("m", 1)), jobs=jobs(1, Operation("work", {"m": 5}, wait_min=10, wait_max=5))
    ),
    "wait shorter than the way": evolve(
        lab(Machine("m", 5), Machine("n", 5)),
        jobs=jobs(1, Operation("one", {"m": 5}), Operation("two", {"n": 5}, wait_max=0)),
    ),
    "no robot reaches it": evolve(lab(Machine("m", 1, sections=("hall",))), jobs=jobs(1, Operation("work", {"m": 5}))),
    "zero robots": evolve(lab(Machine("m", 1), robots=0), jobs=jobs(1, Operation("work", {"m": 5}))),
    "negative duration": evolve(lab(Machine("m", 1)), jobs=jobs(1, Operation("work", {"m": -5}))),
    "two of one name": evolve(lab(Machine("m", 1), Machine("m", 2)), jobs=jobs(1, Operation("work", {"m": 5}))),
    "one job twice": evolve(lab(Machine("m", 1)), jobs=jobs(1, Operation("work", {"m": 5})) * 2),
    "it stays away": evolve(lab(Machine("m", 1)), jobs=(Job("a", "a", (HOME, Operation("work", {"m": 5}))),)),
    "more vials than places at home": evolve(
        lab(Machine("m", 1)),
        machines=(Machine("start", 2, role="start"), Machine("m", 1)),
        jobs=jobs(3, Operation("work", {"m": 5})),
    ),
    "no vials": evolve(lab(Machine("m", 1)), jobs=()),
    "a robot that takes nothing": evolve(
        lab(Machine("m", 1)), jobs=jobs(1, Operation("work", {"m": 5})), carriers=(Carrier("r", capacity=0),)
    ),
    "a job of nothing": evolve(lab(Machine("m", 1)), jobs=(Job("a", "a", ()),)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_problems_are_refused(name: str) -> None:
    with pytest.raises(AIChemistError) as error:
        solve(BAD[name], seconds=1)
    assert len(str(error.value)) > 25


def test_who_is_due_goes_first() -> None:
    """A furnace for one vial at a time: the kind with a due time comes first though the other has more before it."""
    machines = (Machine("furnace", 1), Machine("stirrer", 10, batch=True))
    calcine, stir = Operation("calcine", {"furnace": 100}), Operation("stir", {"stirrer": 150})
    long, short = jobs(2, calcine, stir, kind="long"), jobs(2, calcine, kind="short")
    plain = solve(evolve(lab(*machines), jobs=(*long, *short)), seconds=0.5)
    due = tuple(evolve(j, due=240, priority=5) for j in short)
    problem = evolve(lab(*machines), jobs=(*long, *due))
    plan = solve(problem, seconds=0.5)
    last = {
        name: max(r.end for r in p.runs if r.jobs[0].startswith("short"))
        for name, p in (("plain", plain), ("due", plan))
    }
    assert verify(problem, plan) == () and last["due"] <= 240 < last["plain"]
