"""Plans that change while they run: delays, and the same changes each time for a seed and a number of steps."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InfeasibleError, InputError
from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Problem, live_plan, verify

HOME = Operation("home", {"start": 0})


def lab(*steps: Operation, vials: int = 12, robots: int = 2) -> Problem:
    machines = (
        Machine("start", 40, role="start"), Machine("storage", 10, role="storage"), Machine("balance", 1),
        Machine("stirrer", 5, batch=True), Machine("dryer", 10, batch=True), Machine("oven", 4),
    )  # fmt: skip
    jobs = tuple(Job(f"v{i}", "a", (Operation("go", {"start": 0}), *steps, HOME)) for i in range(vials))
    carriers = tuple(Carrier(f"r{i}", capacity=20, pick=1, place=1) for i in range(robots))
    return Problem("lab", 60.0, machines, jobs, carriers, travel_default=1)


STEPS = (Operation("weigh", {"balance": 3}), Operation("stir", {"stirrer": 60}), Operation("dry", {"dryer": 90}))


def test_a_run_that_takes_longer_moves_what_follows() -> None:
    live = live_plan(lab(*STEPS), steps=20)
    first = min((r for r in live.plan.runs if r.machine == "stirrer"), key=lambda r: r.start)
    before = live.plan
    assert live.late("stirrer", at=first.start + 30, until=first.end + 1) is before  # within the tolerance
    plan = live.late("stirrer", at=first.start + 30, until=first.end + 200)
    assert verify(live.problem, plan) == ()
    gone = [
        h for h in plan.handlings if h.machine == "stirrer" and h.action == "load" and set(h.jobs) & set(first.jobs)
    ]
    assert min(h.start for h in gone) >= first.end + 200
    begun = {(r.machine, r.jobs, r.start) for r in before.runs if r.start < first.start + 30}
    assert begun <= {(r.machine, r.jobs, r.start) for r in plan.runs}
    # later still, and noticed only after its end
    again = live.late("stirrer", at=first.end + 50, until=first.end + 400)
    gone = [
        h for h in again.handlings if h.machine == "stirrer" and h.action == "load" and set(h.jobs) & set(first.jobs)
    ]
    assert verify(live.problem, again) == () and min(h.start for h in gone) >= first.end + 400
    # the delay is not forgotten by later changes
    last = live.without("r1", at=first.end + 60, until=first.end + 80)
    gone = [
        h for h in last.handlings if h.machine == "stirrer" and h.action == "load" and set(h.jobs) & set(first.jobs)
    ]
    assert verify(live.problem, last) == () and min(h.start for h in gone) >= first.end + 400


def test_changes_that_make_no_sense_leave_the_plan() -> None:
    live = live_plan(lab(*STEPS), steps=5)
    plan, job = live.plan, lab(*STEPS).jobs[0]
    for jobs, says in (((job,), "two jobs of one name"), ((), "nothing to insert")):
        with pytest.raises(InputError, match=says):
            live.insert(jobs, at=50)
    with pytest.raises(InputError, match="no such robot"):
        live.without("robto", at=20)
    for change in (live.without, live.closed, live.late):
        with pytest.raises(InputError, match="before it begins"):
            change("r1" if change == live.without else "stirrer", at=30, until=20)
    assert live.plan is plan and verify(live.problem, plan) == ()


def test_who_cannot_be_late() -> None:
    live = live_plan(lab(*STEPS), steps=5)
    with pytest.raises(InputError, match="no such machine"):
        live.late("mixer", at=10, until=20)
    weighing = min((r for r in live.plan.runs if r.machine == "balance"), key=lambda r: r.start)
    with pytest.raises(InputError, match="a robot waits beside balance"):
        live.late("balance", at=weighing.start, until=weighing.end + 100)
    before = live.plan
    assert live.late("dryer", at=0, until=100) is before  # nothing runs there


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_delay_leaves_a_sound_plan(data: st.DataObject) -> None:
    steps = data.draw(
        st.lists(st.sampled_from([*STEPS, Operation("bake", {"oven": 20, "dryer": 30})]), min_size=1, max_size=4)
    )
    problem = lab(*steps, vials=data.draw(st.integers(1, 8)), robots=data.draw(st.integers(1, 2)))
    try:
        live = live_plan(problem, steps=2)
    except InfeasibleError:
        assume(False)
    for _ in range(2):
        runs = [r for r in live.plan.runs if r.machine in ("stirrer", "dryer", "oven")]
        assume(runs)
        run = data.draw(st.sampled_from(runs))
        begun = {(r.machine, r.operation, r.jobs, r.start) for r in live.plan.runs if r.start < run.start}
        plan = live.late(run.machine, at=run.start, until=run.end + data.draw(st.integers(1, 300)), steps=2)
        assert verify(live.problem, plan) == ()
        assert begun <= {(r.machine, r.operation, r.jobs, r.start) for r in plan.runs}


def test_the_same_plan_for_a_seed_and_a_number_of_steps() -> None:
    plans = []
    for _ in range(2):
        live = live_plan(lab(*STEPS), steps=10, seed=3)
        fresh = evolve(
            live.problem.jobs[0], id="new", kind="b", operations=(live.problem.jobs[0].operations[0], *STEPS[1:], HOME)
        )
        live.insert([fresh], at=50, steps=5, seed=3)
        plans.append((live.plan.runs, live.plan.handlings))
    assert plans[0] == plans[1]
