"""For an impossible request: the smallest set of demands that cannot be met together."""

from __future__ import annotations

from attrs import evolve

from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Problem, conflict

START = Machine("start", 40, role="start")
GO, HOME = Operation("go", {"start": 0}), Operation("home", {"start": 0})
ROBOTS = (Carrier("robot", capacity=20, pick=1, place=1),)


def problem(*machines: Machine, **kinds: tuple[Operation, ...]) -> Problem:
    jobs = tuple(Job(f"{k}{i}", k, (GO, *steps, HOME)) for k, steps in kinds.items() for i in range(3))
    return Problem("asked for", 60.0, (START, *machines), jobs, ROBOTS, travel_default=1)


MIX, READ = Operation("mix", {"mixer": 5}), Operation("read", {"reader": 5})


def said(asked: Problem) -> set[tuple[str, str, int]]:
    found = conflict(asked)
    assert found is not None and found.irreducible
    return {(d.what, d.subject, d.operation) for d in found.demands}


def test_what_can_be_planned_has_no_conflict() -> None:
    assert conflict(problem(Machine("mixer", 5), Machine("reader", 5), a=(MIX, READ))) is None


def test_a_wait_that_is_shorter_than_the_way() -> None:
    hurried = evolve(READ, wait_max=0)
    asked = problem(Machine("mixer", 5), Machine("reader", 5), a=(MIX, hurried), b=(MIX, READ), c=(MIX,))
    assert said(asked) == {("vials", "a", -1), ("operation", "a", 2), ("wait_max", "a", 2)}
    assert "read of a waits at most 0" in str(conflict(asked))


def test_contradictory_waits() -> None:
    torn = evolve(READ, wait_min=60, wait_max=30)
    asked = problem(Machine("mixer", 5), Machine("reader", 5), a=(MIX, torn), b=(MIX, READ))
    assert {("wait_min", "a", 2), ("wait_max", "a", 2)} <= said(asked)


def test_a_calendar_that_is_too_short() -> None:
    asked = problem(Machine("mixer", 5), Machine("reader", 5, windows=((0, 3), (10, 14))), a=(MIX, READ), b=(MIX,))
    assert said(asked) == {("vials", "a", -1), ("calendar", "reader", -1), ("operation", "a", 2)}


def test_a_single_slot_has_no_room_for_a_balance_vial() -> None:
    asked = problem(Machine("mixer", 1, even_load=True), a=(MIX,))
    assert said(asked) == {("vials", "a", -1), ("even_load", "mixer", -1), ("operation", "a", 1)}


def test_what_no_demand_can_mend() -> None:
    asked = problem(Machine("mixer", 5), a=(evolve(MIX, choices={"volcano": 5}),))
    assert said(asked) == {("vials", "a", -1), ("operation", "a", 1)}
    stuck = evolve(asked, jobs=(Job("a", "a", (evolve(GO, choices={"nowhere": 0}), HOME)),))
    found = conflict(stuck)
    assert found is not None and {d.what for d in found.demands} == {"vials"}
