"""Why there is no plan: a smallest set of demands that cannot be met together.

Deletion filter (Chinneck and Dravnieks, ORSA J. Comput. 1991, 3, 157): each demand is given up in turn; where that
makes a plan possible it is part of the conflict and is put back, else it has nothing to do with it and stays away.
What remains is irreducible: without any one of its demands there is a plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import evolve, frozen

from aichemist.chemistry import AIChemistError

from ._problem import Job, Operation, Problem

What = Literal[
    "vials", "operation", "wait_max", "wait_min", "calendar", "busy", "even_load", "one_temperature", "together", "away"
]


@frozen
class Demand:
    """One thing that is asked for.

    ``subject`` is a kind of vials, a machine, a robot or a group that leaves together; ``operation`` an index, where
    it is about one.
    """

    what: What
    subject: str
    operation: int = -1
    text: str = ""


@frozen
class Conflict:
    """Demands that cannot be met together.

    Attributes:
        irreducible: without any one of them a plan was found; false where the time was up before all were tried.
    """

    demands: tuple[Demand, ...]
    irreducible: bool

    def __str__(self) -> str:
        if not self.demands:
            return "no demand can be given up that would make a plan possible"
        mend = "give up any one of them" if self.irreducible else "give up one of them (not all were tried)"
        return "these demands conflict: " + "; ".join(d.text for d in self.demands) + f"; mend: {mend}"


def conflict(problem: Problem, *, seconds: float = 10.0) -> Conflict | None:
    """A smallest set of conflicting demands; ``None`` if there is a plan.

    "No plan" is what the planner says: a proof where a rule is broken in itself, else that it found none.
    """
    if _has_plan(problem):
        return None
    started = time.monotonic()
    demands = list(_demands(problem))
    dropped: set[Demand] = set()
    kept: list[Demand] = []
    if not _has_plan(_without(problem, set(demands))):
        return Conflict((), irreducible=True)
    untried = _coarsely(problem, demands, dropped)
    for number, demand in enumerate(untried):
        if time.monotonic() - started > seconds:
            return Conflict((*kept, *untried[number:]), irreducible=False)
        if _has_plan(_without(problem, {*dropped, demand})):
            kept.append(demand)
        else:
            dropped.add(demand)
    return Conflict(tuple(kept), irreducible=True)


def _coarsely(problem: Problem, demands: Sequence[Demand], dropped: set[Demand]) -> list[Demand]:
    """Give up many at once, halves of what is left, as long as there is still no plan; returns what must be tried."""
    left = list(demands)
    size = len(left) // 2
    while size >= 2:
        for begin in range(0, len(left), size):
            part = set(left[begin : begin + size])
            if not _has_plan(_without(problem, dropped | part)):
                dropped |= part
        left = [d for d in left if d not in dropped]
        size //= 2
    return left


def _has_plan(problem: Problem) -> bool:
    from ._solve import solve

    if not problem.jobs:
        return True
    try:
        solve(problem, seconds=2.0 if problem.buffers else 0.1, workers=1)  # a first plan is all that is wanted
    except AIChemistError:
        return False
    return True


def _demands(problem: Problem) -> Iterator[Demand]:
    """In the order in which they are given up: those that are seldom to blame first."""
    kinds: dict[str, list[Job]] = {}
    for job in problem.jobs:
        kinds.setdefault(job.kind, []).append(job)
    for kind, jobs in kinds.items():
        yield Demand(
            "vials", kind, text=f"{len(jobs)} vials of {kind} are made" if len(jobs) > 1 else f"{kind} is made"
        )
    for carrier in problem.carriers:
        if carrier.busy:
            yield Demand("away", carrier.name, text=f"{carrier.name} is away at times")
    for machine in problem.machines:
        for what, there, text in (
            ("busy", machine.busy, "is taken at times"), ("calendar", machine.windows, "is open at times only"),
            ("even_load", machine.even_load, "wants an even load"),
            ("one_temperature", machine.one_temperature, "has one temperature at a time"),
        ):  # fmt: skip
            if there:
                yield Demand(what, machine.name, text=f"{machine.name} {text}")  # type: ignore[arg-type]
    groups = [j.leaves_with for j in problem.jobs if j.leaves_with]
    for group in dict.fromkeys(groups):
        if groups.count(group) > 1:
            yield Demand("together", group, text=f"the {groups.count(group)} vials of {group} leave together")
    for kind, jobs in kinds.items():
        yield from _of_operations(kind, jobs[0], inner=bool(problem.carriers))


def _of_operations(kind: str, job: Job, inner: bool) -> Iterator[Demand]:
    for k, operation in enumerate(job.operations):
        name = f"{operation.name} of {kind}"
        if not (inner and k in (0, len(job.operations) - 1)):  # where vials begin and end
            places = " or ".join(operation.choices) or "no machine"
            yield Demand("operation", kind, k, f"{name} is done on {places}")
        if operation.wait_min:
            yield Demand("wait_min", kind, k, f"{name} waits at least {operation.wait_min}")
        if operation.wait_max is not None and operation.late_price is None:
            yield Demand("wait_max", kind, k, f"{name} waits at most {operation.wait_max}")


def _without(problem: Problem, dropped: set[Demand]) -> Problem:
    """The problem that asks for less."""
    gone = {(d.what, d.subject, d.operation) for d in dropped}

    def operations(job: Job) -> tuple[Operation, ...]:
        out = []
        for k, operation in enumerate(job.operations):
            if ("operation", job.kind, k) in gone:
                continue
            if ("wait_min", job.kind, k) in gone:
                operation = evolve(operation, wait_min=0)
            if ("wait_max", job.kind, k) in gone:
                operation = evolve(operation, wait_max=None)
            out.append(operation)
        return tuple(out)

    jobs = []
    for job in problem.jobs:
        left = operations(job)
        if left and ("vials", job.kind, -1) not in gone:
            together = "" if ("together", job.leaves_with, -1) in gone else job.leaves_with
            jobs.append(evolve(job, operations=left, leaves_with=together))
    machines = tuple(
        evolve(
            m,
            busy=() if ("busy", m.name, -1) in gone else m.busy,
            windows=() if ("calendar", m.name, -1) in gone else m.windows,
            even_load=m.even_load and ("even_load", m.name, -1) not in gone,
            one_temperature=m.one_temperature and ("one_temperature", m.name, -1) not in gone,
        )
        for m in problem.machines
    )
    carriers = tuple(evolve(c, busy=()) if ("away", c.name, -1) in gone else c for c in problem.carriers)
    return evolve(problem, jobs=tuple(jobs), machines=machines, carriers=carriers)


__all__ = ["Conflict", "Demand", "conflict"]
