"""Robots with batteries: they are charged in time, and the checker would say if not."""

from __future__ import annotations

import pytest
from attrs import evolve

from aichemist.chemistry import InputError
from aichemist.lab.scheduling import Carrier, Charge, Job, Machine, Operation, Problem, live_plan, solve, verify

STEPS = (Operation("go", {"start": 0}), Operation("stir", {"stirrer": 60}), Operation("home", {"start": 0}))
MACHINES = (Machine("start", 40, role="start"), Machine("stirrer", 5, batch=True))


def problem(robots: int = 2, **more: int) -> Problem:
    carriers = tuple(Carrier(f"r{i}", capacity=20, pick=1, place=1, **more) for i in range(robots))
    return Problem(
        "lab", 60.0, MACHINES, tuple(Job(f"v{i}", "v", STEPS) for i in range(10)), carriers, travel_default=1
    )


def rules(asked: Problem, plan) -> set[str]:  # type: ignore[no-untyped-def]
    return {v.rule for v in verify(asked, plan)}


@pytest.mark.parametrize("robots", [1, 2])
def test_robots_are_charged_in_time(robots: int) -> None:
    asked = problem(robots, battery=100, charge=30)
    plan = solve(asked, seconds=0.3)
    assert verify(asked, plan) == () and plan.bound <= plan.makespan
    assert {c.carrier for c in plan.charges} == {f"r{i}" for i in range(robots)}


def test_the_checker_sees_empty_batteries() -> None:
    asked = problem(battery=100, charge=30)
    plan = solve(asked, seconds=0.3)
    assert rules(asked, evolve(plan, charges=())) == {"battery"}
    assert rules(asked, evolve(plan, charges=plan.charges[1:])) == {"battery"}
    short = evolve(plan.charges[0], end=plan.charges[0].start + 29)
    assert "battery" in rules(asked, evolve(plan, charges=(short, *plan.charges[1:])))
    busy = next(h for h in plan.handlings if h.carrier == "r0")
    assert rules(problem(), evolve(plan, charges=(Charge("r0", busy.start, busy.end),))) >= {"battery"}
    assert "unknown" in rules(asked, evolve(plan, charges=(*plan.charges, Charge("nobody", 0, 9))))


@pytest.mark.parametrize("wrong", [{"battery": 0, "charge": 5}, {"battery": 50}, {"battery": -3, "charge": 5}])
def test_a_battery_of_no_time_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="has no time"):
        solve(problem(**wrong), seconds=0.3)


def test_a_plan_that_changes_knows_no_batteries() -> None:
    with pytest.raises(InputError, match="r0 has a battery"):
        live_plan(problem(battery=100, charge=30))
