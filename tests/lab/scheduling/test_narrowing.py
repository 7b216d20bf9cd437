"""Bounds by contradiction: never above the least makespan, which a plain model with one decision per pair finds."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Problem, solve, verify
from aichemist.lab.scheduling._bounds import lower_bound


@st.composite
def two_kinds(draw: st.DrawFn) -> Problem:
    """Vials that compete for machines with batches, one operation much longer than the others."""
    machines = tuple(
        Machine(f"m{i}", draw(st.sampled_from([1, 2, 2, 3])), batch=draw(st.sampled_from([True, True, False])))
        for i in range(draw(st.integers(1, 3)))
    )
    names = [m.name for m in machines]

    def steps(kind: str) -> tuple[Operation, ...]:
        return tuple(
            Operation(
                f"{kind}{k}",
                dict.fromkeys(
                    draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)),
                    draw(st.sampled_from([1, 2, 5, 30])),
                ),
                wait_min=draw(st.sampled_from([0, 0, 2])),
            )
            for k in range(draw(st.integers(1, 4)))
        )

    jobs = [
        Job(f"{kind}{i}", kind, way, release=release)
        for kind in "ab"
        for way, release in [(steps(kind), draw(st.sampled_from([0, 0, 4])))]
        for i in range(draw(st.integers(1, 3)))
    ]
    return Problem("any", 60.0, machines, tuple(jobs), buffers=True)


def least_makespan(problem: Problem) -> int | None:
    """By one decision for each pair of operations at each machine; ``None`` where that takes too long."""
    model = cp_model.CpModel()
    end = model.new_int_var(0, 400, "end")
    slots = {m.name: m for m in problem.machines}
    at: dict[str, list[tuple[tuple[str, int], Any, int, Any, Any]]] = {m.name: [] for m in problem.machines}
    for job in problem.jobs:
        before: Any = None
        for k, operation in enumerate(job.operations):
            start = model.new_int_var(job.release, 400, f"{job.id}.{k}")
            length = next(iter(operation.choices.values()))
            if before is not None:
                model.add(start >= before + operation.wait_min)
            chosen = [model.new_bool_var("") for _ in operation.choices]
            model.add_exactly_one(chosen)
            for name, here in zip(operation.choices, chosen, strict=True):
                span = model.new_optional_fixed_size_interval_var(start, length, here, "")
                at[name].append(((job.id, k), start, length, here, span))
            before = start + length
        model.add(end >= before)
    for name, items in at.items():
        model.add_cumulative([i[4] for i in items], [1] * len(items), slots[name].slots)
        for one, other in itertools.combinations(items, 2) if slots[name].batch else ():
            (_, k), s, p, here, _ = one
            (_, m), t, q, there, _ = other
            first, second, same = (model.new_bool_var("") for _ in range(3))
            model.add(s + p <= t).only_enforce_if(first)
            model.add(t + q <= s).only_enforce_if(second)
            model.add(s == t).only_enforce_if(same)
            if k != m or p != q:
                model.add(same == 0)
            model.add_bool_or([first, second, same, here.negated(), there.negated()])
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 2.0
    return int(solver.objective_value) if solver.solve(model) == cp_model.OPTIMAL else None


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=two_kinds())
def test_no_bound_is_above_the_least_makespan(problem: Problem) -> None:
    least = least_makespan(problem)
    assume(least is not None)
    assert least is not None and lower_bound(problem) <= least


def _two_stirrers(robots: int) -> Problem:
    """Twelve vials stir for 700 min on two stirrers of ten; one other stirs for 5 min after 300 min in the dryer."""
    machines = (
        Machine("start", 40, role="start"), Machine("left", 10, batch=True), Machine("right", 10, batch=True),
        Machine("dryer", 10, batch=True), Machine("test", 1),
    )  # fmt: skip
    both = ("left", "right")
    long = (
        Operation("begin", {"start": 0}),
        Operation("age", dict.fromkeys(both, 700)),
        Operation("home", {"start": 0}),
    )
    short = (
        Operation("begin", {"start": 0}), Operation("dry", {"dryer": 300}), Operation("mix", dict.fromkeys(both, 5)),
        Operation("test", {"test": 60}), Operation("home", {"start": 0}),
    )  # fmt: skip
    jobs = [Job(f"l{i}", "long", long) for i in range(12)] + [Job("s", "short", short)]
    carriers = tuple(Carrier(f"robot_{i}", capacity=20, pick=1, place=1) for i in range(robots))
    return Problem("two stirrers", 60.0, machines, tuple(jobs), carriers)


@pytest.mark.parametrize("robots", [1, 2])
def test_what_needs_a_machine_that_is_taken_comes_afterwards(robots: int) -> None:
    """Both stirrers age from 4 to 702 at least, so that the short one mixes from 702 on and is tested, or all wait."""
    problem = _two_stirrers(robots)
    bound = lower_bound(problem)
    assert bound == 2 + 700 + 5 + 2 + 60 + 2
    plan = solve(problem, seconds=20, steps=50, workers=1)
    assert verify(problem, plan) == () and bound <= plan.makespan
