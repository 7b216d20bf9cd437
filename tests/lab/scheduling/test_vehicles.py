"""Job shops with vehicles against brute force and by hand."""

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
from aichemist.lab.scheduling._instances import read_bilge_ulusoy
from aichemist.lab.scheduling._problem import Busy, Carrier, Job, Machine, Operation, Plan, Problem
from aichemist.lab.scheduling._vehicles import solve_with_vehicles

SHARED = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "../shared/data")) / "../instances"
BILGE = SHARED / "bilge_ulusoy_1995.json"


def shop(
    *jobs: list[Any], vehicles: int = 2, travel: dict[tuple[str, str], int] | None = None, **carrier: Any
) -> Problem:
    """Jobs start at L; machines A, B, C; travel takes 4 unless told."""
    rows = [
        tuple(o if isinstance(o, Operation) else Operation(str(k), o) for k, o in enumerate(row, 1)) for row in jobs
    ]
    return Problem(
        name="small",
        unit_s=60.0,
        machines=(Machine("L", slots=9, role="start"), Machine("A"), Machine("B"), Machine("C")),
        jobs=tuple(Job(f"J{i}", f"J{i}", row, origin="L") for i, row in enumerate(rows, 1)),
        carriers=tuple(Carrier(f"v{i}", at="L", **carrier) for i in range(vehicles)),
        travel=travel or {},
        travel_default=4,
        buffers=True,
    )


def check(problem: Problem, plan: Plan) -> None:
    """Written from the meaning of the records; the solver's code is not used."""
    assert plan.bound <= plan.makespan
    assert plan.optimal == (plan.bound == plan.makespan)
    at = {(r.jobs[0], r.operation): r for r in plan.runs}
    assert len(at) == len(plan.runs) == sum(len(j.operations) for j in problem.jobs)
    trips: dict[str, list[tuple[int, str, str, int]]] = {}
    for carrier in problem.carriers:
        where, since = carrier.at, 0
        mine = [h for h in plan.handlings if h.carrier == carrier.name]
        for load, unload in zip(mine[::2], mine[1::2], strict=True):
            assert (load.action, unload.action) == ("load", "unload")
            assert load.jobs == unload.jobs
            assert load.end - load.start == carrier.pick
            assert unload.end - unload.start == carrier.place
            if where:
                assert load.start >= since + problem.travel_time(where, load.machine)
            assert unload.start >= load.end + problem.travel_time(load.machine, unload.machine)
            for name in (load.machine, unload.machine):
                assert carrier.section in problem.machine(name).sections
            where, since = unload.machine, unload.end
            trips.setdefault(load.jobs[0], []).append((load.start, load.machine, unload.machine, unload.end))
    for job in problem.jobs:
        where, now, moved = job.origin, job.release, sorted(trips.get(job.id, []))
        for k, operation in enumerate(job.operations):
            run = at[job.id, k]
            assert run.end - run.start == operation.choices[run.machine]
            moving = 0
            instrument = problem.machine(run.machine).instrument
            if where not in ("", run.machine) and not (instrument and problem.machine(where).instrument == instrument):
                start, origin, target, end = moved.pop(0)
                assert (origin, target) == (where, run.machine)
                assert now <= start and end <= run.start
                moving = end - start
            if k:
                assert run.start >= now + operation.wait_min
                if operation.wait_max is not None and operation.late_price is None:
                    counted = run.start - now - (moving if operation.transport_is_free else 0)
                    assert counted <= operation.wait_max
            assert run.start >= now
            where, now = run.machine, run.end
        assert not moved
    for machine in problem.machines:
        runs = sorted((r.start, r.end) for r in plan.runs if r.machine == machine.name)
        assert machine.slots > 1 or all(a[1] <= b[0] for a, b in itertools.pairwise(runs))
    if importlib.util.find_spec("aichemist.lab.scheduling._verify"):
        verify = importlib.import_module("aichemist.lab.scheduling._verify").verify
        assert not list(verify(problem, plan))


def orders(counts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not any(counts):
        yield ()
    for j, left in enumerate(counts):
        if left:
            for rest in orders((*counts[:j], left - 1, *counts[j + 1 :])):
                yield (j, *rest)


def brute_force(problem: Problem) -> int:
    """Every order of trips and operations with every machine and vehicle, each as early as it can."""
    best = 1 << 60
    for machines in itertools.product(*(o.choices for job in problem.jobs for o in job.operations)):
        left = list(machines)
        tasks: list[list[tuple[str, str, int]]] = []  # (origin, target, 0) or (machine, "", duration)
        for job in problem.jobs:
            where, row = job.origin, []
            for operation in job.operations:
                machine = left.pop(0)
                if machine != where:
                    row.append((where, machine, 0))
                row.append((machine, "", operation.choices[machine]))
                where = machine
            tasks.append(row)
        n_trips = sum(1 for row in tasks for task in row if task[1])
        sequences = list(orders(tuple(len(row) for row in tasks)))
        for crew in itertools.product(problem.carriers, repeat=n_trips):
            for sequence in sequences:
                ready = [job.release for job in problem.jobs]
                at, free = [0] * len(tasks), dict.fromkeys(("L", "A", "B", "C"), 0)
                stands = {c.name: (0, c.at) for c in problem.carriers}
                number = 0
                for j in sequence:
                    a, b, duration = tasks[j][at[j]]
                    at[j] += 1
                    if b:
                        carrier = crew[number]
                        number += 1
                        since, where = stands[carrier.name]
                        load = max(ready[j], since + problem.travel_time(where, a))
                        ready[j] = load + carrier.pick + problem.travel_time(a, b) + carrier.place
                        stands[carrier.name] = (ready[j], b)
                    else:
                        ready[j] = free[a] = max(ready[j], free[a]) + duration
                best = min(best, max(ready))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_optimum_of_small_shops(seed: int) -> None:
    rng = random.Random(seed)
    names = ["L", "A", "B", "C"]
    travel = {(a, b): rng.randint(1, 8) for a in names for b in names if a != b}
    rows = [[{m: rng.randint(1, 9)} for m in rng.sample("ABC", k)] for k in (2, 1, 1)]
    problem = shop(*rows, travel=travel)
    if seed % 3 == 1:  # vehicles that differ
        slow = evolve(problem.carriers[1], pick=2, place=1, at="B")
        problem = evolve(problem, carriers=(problem.carriers[0], slow))
    if seed % 3 == 2:  # equal jobs
        problem = evolve(problem, jobs=(*problem.jobs[:2], evolve(problem.jobs[1], id="J3")))
    plan = solve_with_vehicles(problem, seconds=20, seed=seed)
    check(problem, plan)
    assert plan.optimal
    assert plan.makespan == brute_force(problem)


@pytest.mark.parametrize("seed", range(3))
def test_optimum_where_machines_may_be_chosen(seed: int) -> None:
    rng = random.Random(seed)
    names = ["L", "A", "B", "C"]
    travel = {(a, b): rng.randint(1, 8) for a in names for b in names if a != b}
    first = [{m: rng.randint(1, 9) for m in "AB"}, {m: rng.randint(1, 9) for m in "AC"}]
    problem = shop(first, [{m: rng.randint(1, 9) for m in "BC"}], travel=travel)
    plan = solve_with_vehicles(problem, seconds=20, seed=seed)
    check(problem, plan)
    assert plan.optimal
    assert plan.makespan == brute_force(problem)


def test_by_hand() -> None:
    # one vehicle: L to A (4), back empty (4), L to B (4), at 12; B works until 17
    problem = shop([{"A": 10}], [{"B": 5}], vehicles=1)
    plan = solve_with_vehicles(problem, seconds=5)
    check(problem, plan)
    assert (plan.makespan, plan.optimal) == (17, True)
    assert len(plan.handlings) == 4
    # two vehicles go at once
    plan = solve_with_vehicles(shop([{"A": 10}], [{"B": 5}]), seconds=5)
    assert plan.makespan == 14
    # where a job stays, no vehicle comes; picking and placing take their time
    problem = shop([{"A": 3}, {"A": 2}], vehicles=1, pick=2, place=1)
    plan = solve_with_vehicles(problem, seconds=5)
    check(problem, plan)
    assert (plan.makespan, len(plan.handlings)) == (2 + 4 + 1 + 5, 2)


def test_jobs_without_an_origin_begin_at_their_first_machine() -> None:
    problem = shop([{"A": 3}, {"B": 2}])
    problem = evolve(problem, jobs=tuple(evolve(j, origin="", release=5) for j in problem.jobs))
    plan = solve_with_vehicles(problem, seconds=5)
    check(problem, plan)
    assert (plan.makespan, len(plan.handlings)) == (5 + 3 + 4 + 2, 2)


def test_waits_with_and_without_the_move() -> None:
    for wait_max, free, possible in ((3, False, False), (4, False, True), (0, True, True)):
        problem = shop([{"A": 3}, Operation("2", {"B": 2}, wait_max=wait_max, transport_is_free=free)])
        if possible:
            plan = solve_with_vehicles(problem, seconds=5)
            check(problem, plan)
            assert plan.makespan == 4 + 3 + 4 + 2
        else:
            with pytest.raises(InfeasibleError, match="proven"):
                solve_with_vehicles(problem, seconds=5)


def test_phases_of_one_instrument_need_no_vehicle() -> None:
    problem = shop([{"A": 3}, {"B": 2}])
    phases = tuple(evolve(m, instrument="xrd") if m.name in "AB" else m for m in problem.machines)
    problem = evolve(problem, machines=phases)
    plan = solve_with_vehicles(problem, seconds=5)
    check(problem, plan)
    assert (plan.makespan, len(plan.handlings)) == (4 + 3 + 2, 2)


def test_sections() -> None:
    problem = shop([{"A": 3}, {"B": 2}])
    far = tuple(evolve(m, sections=("cell",)) if m.name == "B" else m for m in problem.machines)
    with pytest.raises(InfeasibleError, match="from A to B"):
        solve_with_vehicles(evolve(problem, machines=far), seconds=5)
    both = tuple(evolve(m, sections=("lab", "cell")) if m.name in "AB" else m for m in problem.machines)
    fleet = (problem.carriers[0], Carrier("cell_robot", section="cell", at="B"))
    mixed = evolve(problem, machines=both, carriers=fleet)
    plan = solve_with_vehicles(mixed, seconds=5)
    check(mixed, plan)
    assert plan.makespan == 4 + 3 + 4 + 2


@pytest.mark.skipif(not BILGE.exists(), reason="needs the shared instances")
def test_same_plan_for_a_seed_and_steps() -> None:
    problem = read_bilge_ulusoy(BILGE, 7, 1)
    plans = [solve_with_vehicles(problem, seconds=60, steps=40, seed=3) for _ in range(2)]
    check(problem, plans[0])
    assert plans[0].runs == plans[1].runs
    assert plans[0].handlings == plans[1].handlings


SMALL = shop([{"A": 2}, {"B": 3}], [{"B": 4}])


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (evolve(SMALL, carriers=()), "solve_job_shop"),
        (evolve(SMALL, buffers=False), "hold their slots"),
        (evolve(SMALL, machines=(*SMALL.machines[:2], Machine("B", slots=4, batch=True))), "batches"),
        (evolve(SMALL, carriers=(Carrier("robot", capacity=40),)), "carries one job"),
        (evolve(SMALL, carriers=(Carrier("robot", busy=(Busy(0, 3, 1),)),)), "always available"),
        (evolve(SMALL, carriers=(Carrier("robot", pick=-1),)), "negative"),
        (evolve(SMALL, carriers=(Carrier("robot", at="X"),)), "no such machine"),
        (evolve(SMALL, carriers=(Carrier("robot"), Carrier("robot"))), "two carriers"),
        (evolve(SMALL, travel={("A", "B"): -1}), "negative travel"),
        (evolve(SMALL, travel_default=-1), "negative travel"),
    ],
)
def test_refused(problem: Problem, says: str) -> None:
    with pytest.raises(InputError, match=says):
        solve_with_vehicles(problem, seconds=1)


@pytest.mark.skipif(not BILGE.exists(), reason="needs the shared instances")
@pytest.mark.parametrize(("number", "layout", "best"), [(1, 2, 82), (5, 3, 74), (8, 1, 161), (9, 4, 120)])
def test_bilge_ulusoy(number: int, layout: int, best: int) -> None:
    problem = read_bilge_ulusoy(BILGE, number, layout)
    plan = solve_with_vehicles(problem, seconds=30)
    check(problem, plan)
    assert (plan.makespan, plan.optimal) == (best, True)
