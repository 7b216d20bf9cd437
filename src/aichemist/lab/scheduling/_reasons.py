"""Why vials wait, and how busy everything is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from attrs import frozen

from ._problem import Plan, Problem, Run


@frozen
class Waiting:
    """One vial that waits at a moment: where it is, for what, why, and until when."""

    job: str
    place: str
    target: str
    reason: str
    until: int


def waiting(problem: Problem, plan: Plan, at: int) -> tuple[Waiting, ...]:
    """Every vial that waits at time ``at``: neither worked on nor handled, and not at its end."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in plan.runs:
        for name in run.jobs:
            runs[name].append(run)
    moving = {j: h for h in plan.handlings if h.start <= at < h.end for j in h.jobs}
    places = _places(problem, plan, at)
    out = []
    for job in problem.jobs:
        mine = sorted(runs[job.id], key=lambda r: r.start)
        after = next((r for r in mine if r.start > at), None)
        if job.id in moving or after is None or any(r.start <= at < r.end for r in mine) or at < job.release:
            continue
        before = max((r.end for r in mine if r.end <= at), default=job.release)
        reason, until = _why(problem, plan, job.id, after, before, at)
        out.append(Waiting(job.id, places.get(job.id, job.origin or "its start"), after.machine, reason, until))
    return tuple(out)


def _why(problem: Problem, plan: Plan, job: str, after: Run, before: int, at: int) -> tuple[str, int]:
    operation = next(j for j in problem.jobs if j.id == job).operations[after.operation]
    if at < before + operation.wait_min:
        return f"{operation.name} may start {operation.wait_min} after the step before", before + operation.wait_min
    here = [r for r in plan.runs if r.machine == after.machine and r.start <= at < r.end]
    if here:
        run = max(here, key=lambda r: r.end)
        first = next(j for j in problem.jobs if j.id == run.jobs[0]).operations[run.operation]
        warm = f" at {first.temperature:g}" if first.temperature is not None else ""
        return f"{after.machine} does {first.name}{warm} for {_some(run.jobs)} until {run.end}", run.end
    together = [j for j in after.jobs if j != job]
    late = [r for r in plan.runs if set(r.jobs) & set(together) and at < r.end <= after.start]
    if late:
        run = max(late, key=lambda r: r.end)
        return f"{_some(run.jobs)}, which run with it, are at {run.machine} until {run.end}", run.end
    busy = [h for h in plan.handlings if h.start <= at < h.end]
    if busy and len({h.carrier for h in busy}) == len(problem.carriers):
        first_free = min(h.end for h in busy)
        return f"all robots carry others; the first is free at {first_free}", first_free
    return f"its turn at {after.machine} comes at {after.start}", after.start


def _some(jobs: tuple[str, ...]) -> str:
    return jobs[0] if len(jobs) == 1 else f"{jobs[0]} and {len(jobs) - 1} more"


def _places(problem: Problem, plan: Plan, at: int) -> dict[str, str]:
    where = {j.id: j.origin for j in problem.jobs if j.origin}
    moves: list[tuple[int, tuple[str, ...], str]] = [(r.start, r.jobs, r.machine) for r in plan.runs]
    moves += [(h.start, h.jobs, h.carrier if h.action == "load" else h.machine) for h in plan.handlings]
    for start, jobs, place in sorted(moves):
        if start <= at:
            where |= dict.fromkeys(jobs, place)
    return where


def utilisation(problem: Problem, plan: Plan) -> Mapping[str, float]:
    """Share of the makespan (0 to 1) in which each machine works and each robot handles vials."""
    busy: dict[str, list[tuple[int, int]]] = {m.name: [] for m in problem.machines}
    busy |= {c.name: [] for c in problem.carriers}
    for run in plan.runs:
        busy[run.machine].append((run.start, run.end))
    for handling in plan.handlings:
        busy[handling.carrier].append((handling.start, handling.end))
    span = max(1, plan.makespan)
    return {name: _covered(items) / span for name, items in busy.items()}


def _covered(items: list[tuple[int, int]]) -> int:
    total = reached = 0
    for start, end in sorted(items):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
