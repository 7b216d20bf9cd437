"""Bounds hold: they are never above the least makespan, found by another way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.lab.scheduling import Job, Machine, Operation, Plan, Problem, Run, solve, verify
from aichemist.lab.scheduling._batch_bounds import Neighbour, shared_batches
from aichemist.lab.scheduling._bounds import lower_bound
from aichemist.lab.scheduling._vials_in_order import can_order, order_vials


@st.composite
def one_kind(draw: st.DrawFn) -> Problem:
    """A few equal vials and machines with batches; small, so that the least makespan is proven at once."""
    machines = [
        Machine(f"m{i}", draw(st.sampled_from([1, 2, 2, 4])), batch=draw(st.booleans()), cleanup=draw(st.sampled_from([0, 0, 2])))
        for i in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    mixed = [Machine(m.name, m.slots, m.batch, cleanup=m.cleanup if m.batch or m.slots == 1 else 0) for m in machines]
    steps = []
    for k in range(draw(st.integers(1, 4))):
        names = draw(st.lists(st.sampled_from([m.name for m in machines]), min_size=1, max_size=2, unique=True))
        low = draw(st.sampled_from([0, 0, 3]))
        high = draw(st.sampled_from([None, None, 40]))
        steps.append(
            Operation(f"s{k}", dict.fromkeys(names, draw(st.sampled_from([1, 3, 20]))), wait_min=low, wait_max=high)
        )
    jobs = tuple(Job(f"v{i}", "a", tuple(steps)) for i in range(draw(st.integers(1, 6))))
    return Problem("any", 60.0, tuple(mixed), jobs, buffers=True)


def one_by_one(problem: Problem) -> Plan:
    """One vial after another."""
    runs, now = [], 0
    pause = max(m.cleanup for m in problem.machines)
    for job in problem.jobs:
        for k, operation in enumerate(job.operations):
            machine, time = next(iter(operation.choices.items()))
            now += max(pause, operation.wait_min)
            runs.append(Run(machine, k, (job.id,), now, now + time))
            now += time
    return Plan(tuple(runs))


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=one_kind())
def test_no_bound_is_above_the_least_makespan(problem: Problem) -> None:
    start = one_by_one(problem)
    assert verify(problem, start) == () and can_order(problem)
    least = order_vials(problem, start, seconds=30, workers=1, seed=0, steps=500)
    assert verify(problem, least) == ()
    assume(least.optimal)
    assert lower_bound(problem) <= least.makespan


def test_a_small_first_run_leaves_a_large_last_one() -> None:
    """14 vials, two stirrers of 10 for 720 min: each dispensed for 3 min before, 5 at a time tested for 63 after."""
    before, after = [Neighbour(0, 3, 3, 1)], [Neighbour(28, 4, 63, 5)]
    found = shared_batches(14, process=720, machines=2, slots=10, least=(6, 95), before=before, after=after)
    assert found == 3 + 4 * 3 + 720 + 28 + 3 * 63 + 4  # of the first run at least 4, and all 14 are still to be tested
    one = shared_batches(14, process=720, machines=1, slots=10, least=(6, 95), before=before, after=after)
    assert one == 3 + 9 * 3 + 2 * 720 + 28 + 63 + 4  # 9 and 5 on the only one


@pytest.mark.parametrize("even", [False, True])
def test_vials_of_a_rack_may_part(even: bool) -> None:
    """Four vials through a dispenser, a short batch and a dispenser again: one by one is faster than all four (34)."""
    machines = (Machine("a", 1), Machine("b", 5, batch=True, even_load=even), Machine("c", 1))
    steps = (Operation("in", {"a": 4}), Operation("spin", {"b": 2}), Operation("out", {"c": 4}))
    problem = Problem("parts", 60.0, machines, tuple(Job(f"v{i}", "v", steps) for i in range(4)), buffers=True)
    plan = solve(problem, seconds=20, steps=500, workers=1)
    assert verify(problem, plan) == () and plan.optimal
    assert plan.makespan == 22
