"""Job shops against brute force and by hand."""

from __future__ import annotations

import importlib.util
import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from aichemist.chemistry import InfeasibleError, InputError
from aichemist.lab.scheduling._critical_search import can_search, critical_search
from aichemist.lab.scheduling._first_plan import first_plan
from aichemist.lab.scheduling._instances import read_flexible_job_shop
from aichemist.lab.scheduling._job_shop import solve_job_shop
from aichemist.lab.scheduling._problem import Busy, Carrier, Job, Machine, Operation, Plan, Problem

SHARED = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "../shared/data")) / "../instances"


def shop(*jobs: list[Any], machines: tuple[Machine, ...] = (), **job: Any) -> Problem:
    rows = [
        tuple(o if isinstance(o, Operation) else Operation(str(k), o) for k, o in enumerate(row, 1)) for row in jobs
    ]
    given = {m.name: m for m in machines}
    names = sorted({m for row in rows for o in row for m in o.choices})
    return Problem(
        name="small",
        unit_s=60.0,
        machines=tuple(given.get(n, Machine(n)) for n in names),
        jobs=tuple(Job(f"J{i}", f"J{i}", row, **job) for i, row in enumerate(rows, 1)),
        buffers=True,
    )


def check(problem: Problem, plan: Plan) -> None:
    """Written from the meaning of the records; the solver's code is not used."""
    assert plan.bound <= plan.makespan
    assert plan.optimal == (plan.bound == plan.makespan)
    at = {(r.jobs[0], r.operation): r for r in plan.runs}
    assert len(at) == len(plan.runs) == sum(len(j.operations) for j in problem.jobs)
    for job in problem.jobs:
        now = job.release
        for k, operation in enumerate(job.operations):
            run = at[job.id, k]
            assert run.end - run.start == operation.choices[run.machine]
            assert run.start >= now + (operation.wait_min if k else 0)
            if k and operation.wait_max is not None and operation.late_price is None:
                assert run.start - now <= operation.wait_max
            now = run.end
    for machine in problem.machines:
        spans = [(r.start, r.end + machine.cleanup, 1) for r in plan.runs if r.machine == machine.name]
        spans += [(b.start, b.end, b.slots) for b in machine.busy]
        for moment, _, _ in spans:
            assert sum(slots for start, end, slots in spans if start <= moment < end) <= machine.slots
        for run in plan.runs:
            if machine.windows and run.machine == machine.name:
                assert any(low <= run.start and run.end <= high for low, high in machine.windows)
    if importlib.util.find_spec("aichemist.lab.scheduling._verify"):
        verify = importlib.import_module("aichemist.lab.scheduling._verify").verify
        assert not list(verify(problem, plan))


def interleavings(counts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not any(counts):
        yield ()
    for j, left in enumerate(counts):
        if left:
            for rest in interleavings((*counts[:j], left - 1, *counts[j + 1 :])):
                yield (j, *rest)


def brute_force(problem: Problem) -> int:
    """Every order and every choice of machines, each operation as early as it can."""
    rows = [job.operations for job in problem.jobs]
    keys = [(j, k) for j, row in enumerate(rows) for k in range(len(row))]
    best = 1 << 60
    orders = list(interleavings(tuple(len(row) for row in rows)))
    for machines in itertools.product(*(rows[j][k].choices for j, k in keys)):
        chosen = dict(zip(keys, machines, strict=True))
        for order in orders:
            free: dict[str, int] = {}
            ready = [job.release for job in problem.jobs]
            at = [0] * len(rows)
            for j in order:
                machine = chosen[j, at[j]]
                ready[j] = max(ready[j], free.get(machine, 0)) + rows[j][at[j]].choices[machine]
                free[machine] = ready[j]
                at[j] += 1
            best = min(best, max(ready))
    return best


def random_shop(seed: int) -> Problem:
    rng = random.Random(seed)
    rows: list[list[dict[str, Any] | Operation]] = []
    for _ in range(3):
        rows.append([{m: rng.randint(1, 9) for m in rng.sample("ABC", rng.randint(1, 2))} for _ in range(2)])
    problem = shop(*rows)
    return evolve(problem, jobs=tuple(evolve(j, release=rng.choice([0, 0, 4])) for j in problem.jobs))


@pytest.mark.parametrize("seed", range(8))
def test_optimum_of_small_shops(seed: int) -> None:
    problem = random_shop(seed)
    plan = solve_job_shop(problem, seconds=10, seed=seed)
    check(problem, plan)
    assert plan.optimal
    assert plan.makespan == brute_force(problem)


def test_waits() -> None:
    hurried = Operation("2", {"B": 3}, wait_max=0)
    problem = shop([{"A": 2}, hurried], [{"B": 4}])
    plan = solve_job_shop(problem, seconds=5)
    check(problem, plan)
    assert (plan.makespan, plan.optimal) == (7, True)  # A waits until 2 so that B takes the job at once at 4
    slow = shop([{"A": 2}, Operation("2", {"B": 3}, wait_min=5)])
    plan = solve_job_shop(slow, seconds=5)
    check(slow, plan)
    assert plan.makespan == 10


def test_calendars_slots_and_cleanup() -> None:
    machine = Machine("A", windows=((0, 4), (10, 20)), busy=(Busy(10, 12, 1),), cleanup=1)
    problem = shop([{"A": 3}], [{"A": 3}], machines=(machine,))
    plan = solve_job_shop(problem, seconds=5)
    check(problem, plan)
    assert sorted((r.start, r.end) for r in plan.runs) == [(0, 3), (12, 15)]
    wide = shop(*([{"A": 3}] for _ in range(5)), machines=(Machine("A", slots=2, busy=(Busy(0, 3, 1), Busy(1, 2, 1))),))
    plan = solve_job_shop(wide, seconds=5)
    check(wide, plan)
    # one slot is free from 2 on, the other from 3: three and two jobs
    assert (plan.makespan, plan.optimal) == (11, True)


def test_phases_of_an_instrument_never_overlap() -> None:
    machines = (Machine("drip", instrument="xrd"), Machine("test", instrument="xrd"))
    problem = shop([{"drip": 5}], [{"test": 4}], machines=machines)
    plan = solve_job_shop(problem, seconds=5)
    check(problem, plan)
    assert plan.makespan == 9


def test_due_times_and_prices() -> None:
    problem = shop([{"A": 5}], [{"A": 5}])
    first, second = problem.jobs
    problem = evolve(problem, jobs=(first, evolve(second, due=5, priority=3)))
    plan = solve_job_shop(problem, seconds=5)
    check(problem, plan)
    assert [r.jobs for r in plan.runs] == [("J2",), ("J1",)]
    # waiting costs 1 for each minute beyond 0, B is taken until 10: starting A late saves it
    dear = shop(
        [{"A": 2}, Operation("2", {"B": 3}, wait_max=0, late_price=1)], machines=(Machine("B", busy=(Busy(0, 10, 1),)),)
    )
    plan = solve_job_shop(dear, seconds=5)
    check(dear, plan)
    assert [(r.start, r.end) for r in plan.runs] == [(8, 10), (10, 13)]


@pytest.mark.parametrize("seed", range(3))
def test_same_plan_for_a_seed_and_steps(seed: int) -> None:
    rng = random.Random(seed)
    rows = [[{m: rng.randint(5, 60) for m in rng.sample("ABCDEF", 3)} for _ in range(7)] for _ in range(10)]
    problem = shop(*rows)
    plans = [solve_job_shop(problem, seconds=60, steps=60, seed=7) for _ in range(2)]
    check(problem, plans[0])
    assert plans[0].runs == plans[1].runs
    assert plans[0].bound == plans[1].bound


def test_the_trace_only_falls() -> None:
    rng = random.Random(5)
    rows = [[{m: rng.randint(5, 60) for m in rng.sample("ABCDEF", 2)} for _ in range(6)] for _ in range(12)]
    lines: list[str] = []
    plan = solve_job_shop(shop(*rows), seconds=3, log=lines.append)
    spans = [makespan for _, makespan in plan.trace]
    assert spans == sorted(spans, reverse=True)
    assert len(set(spans)) == len(spans) > 1
    assert spans[-1] == plan.makespan
    assert [s for s, _ in plan.trace] == sorted(s for s, _ in plan.trace)
    assert any("CpSolverResponse" in line for line in lines)


def test_local_search_is_valid_and_never_worse() -> None:
    for seed in range(5):
        rng = random.Random(seed)
        rows = [[{m: rng.randint(1, 20) for m in rng.sample("ABCDE", 2)} for _ in range(5)] for _ in range(8)]
        problem = shop(*rows)
        assert can_search(problem)
        first = first_plan(problem)
        assert first is not None
        limit: dict[str, Any] = {"until": float("inf"), "moves": 300, "least": 0, "seed": seed, "started": 0.0}
        better = critical_search(problem, first, trace=[], **limit)
        for j, job in enumerate(problem.jobs):
            now = 0
            for k, operation in enumerate(job.operations):
                run = better[j, k]
                assert run.start >= now
                assert run.end - run.start == operation.choices[run.machine]
                now = run.end
        for machine in problem.machines:
            runs = sorted((r.start, r.end) for r in better.values() if r.machine == machine.name)
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(runs))
        assert max(r.end for r in better.values()) < max(r.end for r in first.values())


SMALL = shop([{"A": 2}, {"B": 3}], [{"B": 4}])


def with_operation(operation: Operation) -> Problem:
    return shop([{"A": 2}, operation], [{"B": 4}])


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (evolve(SMALL, buffers=False), "hold their slots"),
        (evolve(SMALL, carriers=(Carrier("robot"),)), "solve_with_vehicles"),
        (evolve(SMALL, machines=(Machine("A", slots=4, batch=True), Machine("B"))), "batches"),
        (evolve(SMALL, machines=(Machine("A", slots=4, even_load=True), Machine("B"))), "even loads"),
        (evolve(SMALL, machines=(Machine("A"),)), "no such machine"),
        (evolve(SMALL, machines=(Machine("A", slots=0), Machine("B"))), "needs a slot"),
        (evolve(SMALL, machines=(Machine("A"), Machine("A"), Machine("B"))), "two machines"),
        (evolve(SMALL, jobs=(SMALL.jobs[0], SMALL.jobs[0])), "two jobs"),
        (evolve(SMALL, jobs=tuple(evolve(j, leaves_with="e1") for j in SMALL.jobs)), "leave together"),
        (evolve(SMALL, jobs=(evolve(SMALL.jobs[0], release=-1),)), "negative"),
        (with_operation(Operation("2", {})), "no machine can do"),
        (with_operation(Operation("2", {"B": -3})), "negative duration"),
        (with_operation(Operation("2", {"B": 3}, wait_min=5, wait_max=4)), "longest wait"),
        (with_operation(Operation("2", {"B": 3}, wait_min=-5)), "negative wait"),
    ],
)
def test_refused(problem: Problem, says: str) -> None:
    with pytest.raises(InputError, match=says):
        solve_job_shop(problem, seconds=1)


def test_one_temperature_for_several_slots_is_refused() -> None:
    hot, cold = Operation("1", {"A": 3}, temperature=80.0), Operation("1", {"A": 3}, temperature=20.0)
    oven = (Machine("A", slots=2, one_temperature=True),)
    with pytest.raises(InputError, match="one temperature"):
        solve_job_shop(shop([hot], [cold], machines=oven), seconds=1)
    assert solve_job_shop(shop([hot], [hot], machines=oven), seconds=5).makespan == 3


def test_impossible() -> None:
    with pytest.raises(InfeasibleError, match="longer than every window"):
        solve_job_shop(shop([{"A": 5}], machines=(Machine("A", windows=((0, 4), (10, 14))),)), seconds=5)
    apart = (Machine("A", windows=((0, 4),)), Machine("B", windows=((20, 24),)))
    hurried = shop([{"A": 3}, Operation("2", {"B": 3}, wait_max=5)], machines=apart)
    with pytest.raises(InfeasibleError, match="proven"):
        solve_job_shop(hurried, seconds=5)


def test_nothing_to_do() -> None:
    assert solve_job_shop(evolve(SMALL, jobs=()), seconds=1).makespan == 0


@pytest.mark.skipif(not (SHARED / "brandimarte").exists(), reason="needs the shared instances")
@pytest.mark.parametrize(("name", "best"), [("mk01", 40), ("mk03", 204), ("mk08", 523)])
def test_brandimarte(name: str, best: int) -> None:
    problem = read_flexible_job_shop(SHARED / "brandimarte" / f"{name}.txt")
    plan = solve_job_shop(problem, seconds=20)
    check(problem, plan)
    assert (plan.makespan, plan.optimal) == (best, True)
