"""Job shops with vehicles that carry one job at a time (Bilge and Ulusoy, Operations Research 43, 1995, 1058)."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aichemist.chemistry import InfeasibleError, InputError

from ._anytime import Status, minimise
from ._buffered import check_buffered, horizon, lower_bound
from ._first_plan import Key, Placed
from ._first_trips import Trip, first_trips, needs_trip, serves
from ._job_shop import is_priced, no_plan, runs_of, span
from ._problem import Carrier, Handling, Plan, Problem
from ._routes import Routes, moves_of, shortest
from ._shop_model import ShopModel


def solve_with_vehicles(
    problem: Problem, *, seconds: float, workers: int = 2, seed: int = 0, steps: int | None = None
) -> Plan:
    """The best plan found in ``seconds`` for a job shop with unlimited buffers and vehicles of capacity 1.

    A job that changes its machine is taken there by a vehicle, which travels empty to where the job stands. A job
    waits anywhere for its vehicle or machine; vehicles need not go back. Jobs without an origin begin at their first
    machine. ``steps`` and ``seed`` as in :func:`solve_job_shop`.

    Raises:
        InputError: the problem has batches, blocking, larger or absent vehicles: another solver's work.
        InfeasibleError: no vehicle can make a trip, there is no plan, or none was found (the message says which).
    """
    started = time.perf_counter()
    check_buffered(problem, vehicles=True)
    fleets = _fleets(problem)
    _check_reach(problem)
    least = max(lower_bound(problem), _journey_bound(problem))
    priced = is_priced(problem)
    first = first_trips(problem)
    trace: list[tuple[float, int]] = []
    if first is not None:
        trace.append((round(time.perf_counter() - started, 3), span(first[0])))
        if span(first[0]) <= least and not priced:
            return _plan(problem, *first, least, trace, started, "dispatch")

    best, method = first, "dispatch"
    status: Status = "unknown"
    for share, parameters in _PHASES:
        model = ShopModel.of(problem, span(best[0]) if best is not None and not priced else horizon(problem), least)
        routes = Routes(model, fleets)
        routes.build()
        model.minimise()
        if best is not None:
            model.hint(best[0])
            routes.hint(best[1])
        found = minimise(
            model.cp,
            model.makespan,
            started=started,
            seconds=seconds * share,
            workers=workers,
            seed=seed,
            steps=None if steps is None else max(1, int(steps * share)),
            parameters=parameters,
        )
        status = found.status
        if not priced:  # with prices the solver's bound is of the sum, which says nothing of the makespan alone
            least = max(least, found.bound)
        if found.has_plan:
            trace += [(s, m) for s, m in found.trace if priced or not trace or m < trace[-1][1]]
            plan = model.read(found)
            if best is None or priced or span(plan) < span(best[0]):
                best, method = (plan, routes.read(found)), "CP-SAT"
        proven = status in ("optimal", "impossible")
        if proven or (best is not None and not priced and span(best[0]) <= least):
            break
    if best is None:
        raise no_plan(status, seconds)
    return _plan(problem, *best, least, trace, started, method)


_PHASES: tuple[tuple[float, Mapping[str, Any]], ...] = ((0.15, {}), (1.0, {"subsolvers": ["no_lp"]}))
"""Share of the budget at which a phase ends, and the solver's parameters. The linear relaxation of the routes gives a
good bound at once and then nothing; clause learning without it closes the gap (measured on layout 4, sets 4 and 10)."""


def _plan(
    problem: Problem,
    placed: Mapping[Key, Placed],
    trips: Mapping[Key, Trip],
    bound: int,
    trace: list[tuple[float, int]],
    started: float,
    method: str,
) -> Plan:
    carriers = {c.name: c for c in problem.carriers}
    handlings = []
    for (j, _), trip in sorted(trips.items(), key=lambda item: (item[1].load, item[1].end, item[0])):
        carrier, jobs = carriers[trip.carrier], (problem.jobs[j].id,)
        handlings += [
            Handling(trip.carrier, "load", trip.origin, jobs, trip.load, trip.load + carrier.pick),
            Handling(trip.carrier, "unload", trip.target, jobs, trip.end - carrier.place, trip.end),
        ]
    return Plan(
        runs=runs_of(problem, placed),
        handlings=tuple(handlings),
        bound=min(bound, span(placed)),
        optimal=span(placed) <= bound,
        seconds=time.perf_counter() - started,
        trace=tuple(trace),
        method=method,
    )


# ---- what there is -----------------------------------------------------------------------------------------------


def _fleets(problem: Problem) -> list[list[Carrier]]:
    """Vehicles that differ in nothing but their names, together."""
    names = [c.name for c in problem.carriers]
    fleets: dict[tuple[str, int, int, str], list[Carrier]] = defaultdict(list)
    for carrier in problem.carriers:
        key = f"carriers.{carrier.name}"
        if names.count(carrier.name) > 1:
            raise InputError("two carriers have one name", key="carriers", value=carrier.name)
        if carrier.capacity != 1:
            mend = "give 1, or use the solver for laboratories"
            raise InputError("here a vehicle carries one job", key=f"{key}.capacity", value=carrier.capacity, mend=mend)
        if carrier.busy:
            raise InputError("here a vehicle is always available", key=f"{key}.busy", mend="use the solver for labs")
        if min(carrier.pick, carrier.place) < 0:
            raise InputError("a negative time", key=key, value=min(carrier.pick, carrier.place), mend="give 0 or more")
        if carrier.at and carrier.at not in {m.name for m in problem.machines}:
            raise InputError("there is no such machine", key=f"{key}.at", value=carrier.at)
        fleets[carrier.section, carrier.pick, carrier.place, carrier.at].append(carrier)
    for (a, b), minutes in problem.travel.items():
        if minutes < 0:
            raise InputError("a negative travel time", key=f"travel.{a} to {b}", value=minutes, mend="give 0 or more")
    if problem.travel_default < 0:
        raise InputError("a negative travel time", key="travel_default", value=problem.travel_default)
    return list(fleets.values())


def _check_reach(problem: Problem) -> None:
    for j, job in enumerate(problem.jobs):
        for k in range(len(job.operations)):
            moves = moves_of(problem, j, k)
            if not any(
                not needs_trip(problem, o, t) or any(serves(problem, c, o, t) for c in problem.carriers)
                for o, t in moves
            ):
                origins, targets = (" or ".join(sorted(set(names))) for names in zip(*moves, strict=True))
                raise InfeasibleError(
                    f"no robot reaches both ends of a move of {job.id}: from {origins} to {targets}"
                    f" (operation {job.operations[k].name})"
                )


def _journey_bound(problem: Problem) -> int:
    """The longest job by itself, its trips included."""
    longest = 0
    for j, job in enumerate(problem.jobs):
        now = job.release
        for k, operation in enumerate(job.operations):
            moving = shortest(problem, moves_of(problem, j, k))
            now += max(moving, operation.wait_min if k else 0) + min(operation.choices.values())
        longest = max(longest, now)
    return longest
