"""A first plan where vehicles carry one job at a time: the operation that can start earliest goes next."""

from __future__ import annotations

from attrs import frozen

from ._first_plan import Key, Placed, Station
from ._problem import Carrier, Problem


@frozen
class Trip:
    """A job taken to the machine of one of its operations; ``load`` is when the picking starts."""

    carrier: str
    origin: str
    target: str
    load: int
    end: int


def serves(problem: Problem, carrier: Carrier, origin: str, target: str) -> bool:
    return all(carrier.section in problem.machine(name).sections for name in (origin, target))


def needs_trip(problem: Problem, origin: str, target: str) -> bool:
    """Not where a job stays, and not between the phases of one instrument."""
    if origin == target:
        return False
    instrument = problem.machine(origin).instrument
    return not instrument or instrument != problem.machine(target).instrument


def first_trips(problem: Problem) -> tuple[dict[Key, Placed], dict[Key, Trip]] | None:
    """Non-delay dispatching of operations with their trips; ties go to the job with most work remaining.

    ``None`` where it finds no plan that keeps the longest waits, which is no proof that there is none.
    """
    stations = {m.name: Station(m, [0] * m.slots) for m in problem.machines}
    free = {c.name: (0, c.at) for c in problem.carriers}
    at = [job.origin for job in problem.jobs]
    ready = [job.release for job in problem.jobs]
    following = [0] * len(problem.jobs)
    work = [sum(min(o.choices.values()) for o in job.operations) for job in problem.jobs]
    runs: dict[Key, Placed] = {}
    trips: dict[Key, Trip] = {}
    for _ in range(sum(len(job.operations) for job in problem.jobs)):
        best: tuple[tuple[int, int, int, int, str, str], Placed, Trip | None] | None = None
        for j, job in enumerate(problem.jobs):
            if following[j] == len(job.operations):
                continue
            operation = job.operations[following[j]]
            least = ready[j] + (operation.wait_min if following[j] else 0)
            for name, duration in operation.choices.items():
                for trip in _trips(problem, free, at[j] or name, name, ready[j]):
                    start = stations[name].earliest(max(least, trip.end if trip else 0), duration)
                    if start is None:
                        continue
                    waited = start - ready[j]
                    if operation.transport_is_free and trip:
                        waited -= trip.end - trip.load
                    late = following[j] and operation.wait_max is not None and waited > operation.wait_max
                    if late and operation.late_price is None:
                        continue
                    rank = (start, -work[j], start + duration, j, name, trip.carrier if trip else "")
                    if best is None or rank < best[0]:
                        best = (rank, Placed(name, start, start + duration), trip)
        if best is None:
            return None
        (_, _, _, j, name, _), placed, found = best
        key = (j, following[j])
        runs[key] = placed
        stations[name].take(placed.start, placed.end - placed.start)
        for machine in problem.machines:
            if machine.instrument and machine.instrument == problem.machine(name).instrument and machine.name != name:
                stations[machine.name].free = [max(f, placed.end) for f in stations[machine.name].free]
        if found is not None:
            trips[key] = found
            free[found.carrier] = (found.end, found.target)
        work[j] -= min(problem.jobs[j].operations[following[j]].choices.values())
        at[j], ready[j] = name, placed.end
        following[j] += 1
    return runs, trips


def _trips(
    problem: Problem, free: dict[str, tuple[int, str]], origin: str, target: str, ready: int
) -> list[Trip] | list[None]:
    if not needs_trip(problem, origin, target):
        return [None]
    trips = []
    for carrier in problem.carriers:
        if not serves(problem, carrier, origin, target):
            continue
        since, where = free[carrier.name]
        load = max(ready, since + (problem.travel_time(where, origin) if where else 0))
        moving = carrier.pick + problem.travel_time(origin, target) + carrier.place
        trips.append(Trip(carrier.name, origin, target, load, load + moving))
    return trips
