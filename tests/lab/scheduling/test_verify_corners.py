"""The checker on problems of one machine or one vehicle: corners, and agreement with looking at all pairs."""

from __future__ import annotations

import itertools
import random
from typing import Any

from attrs import evolve

from aichemist.lab.scheduling._problem import Carrier, Handling, Job, Machine, Operation, Plan, Problem, Run
from aichemist.lab.scheduling._verify import verify


def rules(case: tuple[Problem, Plan]) -> set[str]:
    return {v.rule for v in verify(*case)}


def one_step(duration: int, count: int, **options: Any) -> tuple[Job, ...]:
    return tuple(Job(f"v{i}", "k", (Operation("o", {"m": duration}, **options),)) for i in range(count))


def runs_of(duration: int, *starts: int) -> Plan:
    return Plan(tuple(Run("m", 0, (f"v{i}",), s, s + duration) for i, s in enumerate(starts)))


def test_independent_slots_of_one_machine() -> None:
    problem = Problem("p", 1.0, (Machine("m", slots=2),), one_step(10, 3))
    assert rules((problem, runs_of(10, 0, 4, 10))) == set()
    assert rules((problem, runs_of(10, 0, 4, 9))) == {"slots"}


def test_a_slot_is_cleaned_while_the_others_work() -> None:
    problem = Problem("p", 1.0, (Machine("m", slots=2, cleanup=5),), one_step(10, 3))
    assert rules((problem, runs_of(10, 0, 4, 15))) == set()
    assert rules((problem, runs_of(10, 0, 4, 14))) == {"cleanup"}
    assert rules((problem, runs_of(10, 0, 0, 14))) == {"cleanup"}


def test_the_balance_vial_takes_a_slot_during_the_run_only() -> None:
    problem = Problem("p", 1.0, (Machine("m", slots=3, even_load=True),), one_step(10, 3))
    pair = Run("m", 0, ("v1", "v2"), 10, 20)
    assert rules((problem, Plan((Run("m", 0, ("v0",), 0, 10), pair)))) == set()
    assert rules((problem, Plan((Run("m", 0, ("v0",), 1, 11), pair)))) == {"slots"}


def test_no_temperature_goes_with_every_temperature() -> None:
    warm = one_step(10, 1, temperature=80.0)
    cold = one_step(10, 2)[1]
    problem = Problem("p", 1.0, (Machine("m", slots=2, one_temperature=True, setup=9),), (*warm, cold))
    assert rules((problem, runs_of(10, 0, 5))) == set()


def test_handlings_that_take_no_time_are_put_into_an_order_that_works() -> None:
    steps = (Operation("one", {"m": 5}), Operation("two", {"n": 5}))
    other = (Operation("one", {"n": 5}), Operation("two", {"m": 5}))
    problem = Problem(
        "vehicle", 60.0,
        (Machine("dock", role="start", slots=9), Machine("m"), Machine("n")),
        (Job("a", "1", steps, origin="dock"), Job("b", "2", other, origin="dock")),
        (Carrier("v", at="dock"),),
        {("dock", "m"): 2, ("dock", "n"): 2}, travel_default=3, buffers=True,
    )  # fmt: skip
    runs = (
        Run("m", 0, ("a",), 2, 7),
        Run("n", 0, ("b",), 7, 12),
        Run("n", 1, ("a",), 15, 20),
        Run("m", 1, ("b",), 18, 23),
    )
    handlings = [
        Handling("v", "load", "dock", ("a",), 0, 0), Handling("v", "unload", "m", ("a",), 2, 2),
        Handling("v", "load", "dock", ("b",), 5, 5), Handling("v", "unload", "n", ("b",), 7, 7),
        Handling("v", "load", "m", ("a",), 10, 10), Handling("v", "unload", "n", ("a",), 15, 15),
        Handling("v", "load", "n", ("b",), 15, 15), Handling("v", "unload", "m", ("b",), 18, 18),
    ]  # fmt: skip
    for seed in range(20):
        random.Random(seed).shuffle(handlings)
        assert rules((problem, Plan(runs, tuple(handlings)))) == set()
    first, *rest = (evolve(h, start=14, end=14) if h.start == 15 and h.action == "load" else h for h in handlings)
    assert "capacity" in rules((problem, Plan(runs, (first, *rest))))


def overlap(one: Run, other: Run) -> bool:
    return one.start < other.end and other.start < one.end


def test_machine_rules_agree_with_looking_at_all_pairs() -> None:
    seen: set[str] = set()
    for seed in range(600):
        rng = random.Random(seed)
        slots, batch = rng.randint(1, 3), rng.random() < 0.4
        place = Machine(
            "m", slots, batch, one_temperature=rng.random() < 0.5, setup=rng.choice((0, 3)), cleanup=rng.choice((0, 2)),
            instrument="i", windows=rng.choice(((), ((0, 22), (24, 99)))),
        )  # fmt: skip
        other = Machine("n", 5, instrument="i")
        n = rng.randint(2, 5)
        steps = [Operation("o", {"m": 4, "n": 4}, temperature=rng.choice((None, 20.0, 80.0))) for _ in range(n)]
        problem = Problem("p", 1.0, (place, other), tuple(Job(f"v{i}", "k", (o,)) for i, o in enumerate(steps)))
        starts = [rng.randint(0, 30) for _ in range(n)]
        plan = Plan(tuple(Run(rng.choice("mmmn"), 0, (f"v{i}",), s, s + 4) for i, s in enumerate(starts)))
        mine = [(r, steps[int(r.jobs[0][1:])].temperature) for r in plan.runs if r.machine == "m"]
        pairs = [(a, b) for a, b in itertools.combinations(sorted(mine, key=lambda x: x[0].start), 2)]
        differ = [(a, b) for (a, s), (b, t) in pairs if None not in (s, t) and s != t]
        wanted = set()
        for t in {r.start for r in plan.runs}:
            work = sum(r.start <= t < r.end for r, _ in mine)
            cleaning = sum(r.end <= t < r.end + place.cleanup for r, _ in mine)
            if work > slots:
                wanted.add("slots")
            elif not batch and work + cleaning > slots and any(r.start == t for r, _ in mine):
                wanted.add("cleanup")
        if batch:
            if any(overlap(a, b) for (a, _), (b, _) in pairs):
                wanted.add("batch")
            before = [(max((b.end for b, _ in mine if b.start < r.start), default=-9), r) for r, _ in mine]
            if any(end <= r.start < end + place.cleanup for end, r in before):
                wanted.add("cleanup")
        if place.one_temperature and any(overlap(a, b) for a, b in differ):
            wanted.add("one_temperature")
        if place.setup and (place.one_temperature or batch or slots == 1):
            last = [(max((a.end for a, c in differ if c is b), default=-9), b) for _, b in differ]
            if any(end <= b.start < end + place.cleanup + place.setup for end, b in last):
                wanted.add("setup")
        if any(overlap(a, b) for a, b in itertools.combinations(plan.runs, 2) if a.machine != b.machine):
            wanted.add("instrument")
        if any(r.start < 22 < r.end or r.start in (22, 23) for r, _ in mine) and place.windows:
            wanted.add("calendar")
        assert rules((problem, plan)) == wanted, seed
        seen |= wanted
    assert seen == {"slots", "cleanup", "batch", "one_temperature", "setup", "instrument", "calendar"}
