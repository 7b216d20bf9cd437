"""A first plan for a job shop with unlimited buffers: the operation that can start earliest goes next."""

from __future__ import annotations

from attrs import define, frozen

from ._buffered import starts_at
from ._problem import Machine, Operation, Problem

Key = tuple[int, int]
"""(index of the job, index of its operation)."""


@frozen
class Placed:
    """One operation of a plan in the making."""

    machine: str
    start: int
    end: int


@define
class Station:
    """When each slot of a machine is free again. Spans that are taken already close all of it: simple, and safe."""

    machine: Machine
    free: list[int]

    def earliest(self, ready: int, duration: int) -> int | None:
        start = max(ready, min(self.free))
        for _ in range(len(self.machine.busy) + len(self.machine.windows) + 2):
            moved = start
            for busy in self.machine.busy:
                if start < busy.end and busy.start < start + duration + self.machine.cleanup:
                    moved = max(moved, busy.end)
            spans = starts_at(self.machine, duration)
            if spans is not None:
                after = [max(moved, low) for low, high in spans if high >= moved]
                if not after:
                    return None
                moved = min(after)
            if moved == start:
                return start
            start = moved
        return None

    def take(self, start: int, duration: int) -> None:
        self.free[self.free.index(min(self.free))] = start + duration + self.machine.cleanup


def first_plan(problem: Problem) -> dict[Key, Placed] | None:
    """Non-delay dispatching by most work remaining; operations that may not wait go with the one before.

    ``None`` where it finds no plan, which is no proof that there is none. Soft waits count as free.
    """
    instrument = {m.name: m.instrument or f" {m.name}" for m in problem.machines}
    stations = {m.name: Station(m, [0] * m.slots) for m in problem.machines}
    by_instrument: dict[str, list[Station]] = {}
    for name, station in stations.items():
        by_instrument.setdefault(instrument[name], []).append(station)
    work = [[min(o.choices.values()) for o in job.operations] for job in problem.jobs]
    left = [sum(row) for row in work]
    at = [0] * len(problem.jobs)
    ready = [job.release for job in problem.jobs]
    plan: dict[Key, Placed] = {}
    waiting = {j for j, job in enumerate(problem.jobs) if job.operations}
    while waiting:
        best: tuple[tuple[int, int, int], list[Placed]] | None = None
        for j in sorted(waiting):
            chain = _chain(problem.jobs[j].operations, at[j])
            placed = _place_chain(chain, ready[j], stations)
            if placed is None:
                return None
            rank = (placed[0].start, -left[j], j)
            if best is None or rank < best[0]:
                best = (rank, placed)
        assert best is not None
        (_, _, j), placed = best
        for run in placed:
            plan[j, at[j]] = run
            stations[run.machine].take(run.start, run.end - run.start)
            for other in by_instrument[instrument[run.machine]]:
                if other is not stations[run.machine]:
                    other.free = [max(f, run.end) for f in other.free]
            left[j] -= work[j][at[j]]
            at[j] += 1
        ready[j] = placed[-1].end
        if at[j] == len(problem.jobs[j].operations):
            waiting.remove(j)
        else:
            ready[j] += problem.jobs[j].operations[at[j]].wait_min
    return plan


def _chain(operations: tuple[Operation, ...], first: int) -> tuple[Operation, ...]:
    last = first + 1
    while last < len(operations) and operations[last].wait_max is not None and operations[last].late_price is None:
        last += 1
    return operations[first:last]


def _place_chain(chain: tuple[Operation, ...], ready: int, stations: dict[str, Station]) -> list[Placed] | None:
    """Earliest times for a chain; the whole chain starts later where one of its waits would grow too long."""
    for _ in range(1000):
        placed: list[Placed] = []
        now, late = ready, 0
        for k, operation in enumerate(chain):
            options = []
            own = {p.machine: p.end + stations[p.machine].machine.cleanup for p in placed}
            for name, duration in operation.choices.items():
                start = stations[name].earliest(max(now, own.get(name, 0)), duration)
                if start is not None:
                    options.append((start + duration, start, name))
            if not options:
                return None
            end, start, name = min(options)
            wait_max = operation.wait_max
            if k and wait_max is not None and start - placed[-1].end > wait_max:
                late = start - placed[-1].end - wait_max
                break
            placed.append(Placed(name, start, end))
            if k + 1 < len(chain):
                now = end + chain[k + 1].wait_min
        if not late:
            return placed
        ready = placed[0].start + late
    return None
