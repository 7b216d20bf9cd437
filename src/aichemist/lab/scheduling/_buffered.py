"""What the solvers for problems with unlimited buffers share: what they refuse, simple bounds, when a run may start."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

from aichemist.chemistry import InfeasibleError, InputError

from ._problem import Machine, Problem


def check_buffered(problem: Problem, *, vehicles: bool) -> None:
    """Refuse what a job shop with unlimited buffers has no notion of, and what makes no sense at all.

    Raises:
        InputError: batches, blocking, shared departures, several temperatures in one machine; an operation without a
            machine or with a negative time; with the job or machine and the mend.
        InfeasibleError: an operation fits into no window of any of its machines.
    """
    if not problem.buffers:
        raise _refusal("vials hold their slots here (buffers is false)", "use the solver for laboratories")
    if vehicles and not problem.carriers:
        raise _refusal("there are no carriers", "use solve_job_shop, or give carriers")
    if not vehicles and problem.carriers:
        raise _refusal("carriers are to be planned too", "use solve_with_vehicles, or give no carriers")
    machines = {m.name: m for m in problem.machines}
    if len(machines) < len(problem.machines):
        raise InputError("two machines have one name", key="machines", value=sorted(m.name for m in problem.machines))
    for name, count in Counter(j.id for j in problem.jobs).items():
        if count > 1:
            raise InputError("two jobs have one name", key="jobs", value=name)
    for text, count in Counter(j.leaves_with for j in problem.jobs if j.leaves_with).items():
        if count > 1:
            raise _refusal(
                f"{count} jobs leave together", "use the solver for laboratories", key="leaves_with", value=text
            )
    temperatures: dict[str, set[float | None]] = defaultdict(set)
    for job in problem.jobs:
        if job.release < 0:
            raise InputError("a negative time", key=f"{job.id}.release", value=job.release, mend="give 0 or more")
        if job.origin and job.origin not in machines:
            raise InputError("there is no such machine", key=f"{job.id}.origin", value=job.origin)
        for k, operation in enumerate(job.operations):
            key = f"{job.id}.operations[{k}] ({operation.name})"
            if not operation.choices:
                raise InputError("no machine can do this operation", key=key, mend="name at least one")
            for name, duration in operation.choices.items():
                if name not in machines:
                    raise InputError("there is no such machine", key=key, value=name)
                if duration < 0:
                    raise InputError("a negative duration", key=key, value=duration, mend="give 0 or more")
                temperatures[name].add(operation.temperature)
            if operation.wait_min < 0:
                raise InputError("a negative wait", key=key, value=operation.wait_min, mend="give 0 or more")
            if operation.wait_max is not None and operation.wait_max < operation.wait_min:
                raise InputError(
                    f"the longest wait is shorter than the shortest ({operation.wait_min})",
                    key=key,
                    value=operation.wait_max,
                    mend="raise wait_max or lower wait_min",
                )
            if all(starts_at(machines[m], d) == [] for m, d in operation.choices.items()):
                raise InfeasibleError(f"{key} is longer than every window of {', '.join(operation.choices)}")
    for name, values in temperatures.items():
        _check_machine(machines[name], problem, len(values))


def _check_machine(machine: Machine, problem: Problem, temperatures: int) -> None:
    lab = "use the solver for laboratories"
    if machine.slots < 1:
        raise InputError("a machine needs a slot", key=f"{machine.name}.slots", value=machine.slots)
    if machine.batch and machine.slots > 1:
        raise _refusal("it works in batches", lab, key=f"{machine.name}.batch", value=True)
    if machine.even_load:
        raise _refusal("it takes even loads only", lab, key=f"{machine.name}.even_load", value=True)
    if machine.setup and temperatures > 1:
        raise _refusal("it needs set-up between temperatures", lab, key=f"{machine.name}.setup", value=machine.setup)
    if machine.one_temperature and machine.slots > 1 and temperatures > 1:
        raise _refusal("it holds one temperature for several slots", lab, key=f"{machine.name}.one_temperature")
    shared = [m.name for m in problem.machines if m.instrument and m.instrument == machine.instrument]
    if len(shared) > 1 and machine.slots > 1:
        raise _refusal(f"{', '.join(shared)} share an instrument and have several slots", lab, key="instrument")


def _refusal(why: str, mend: str, *, key: str | None = None, value: object | None = None) -> InputError:
    return InputError(f"this is no job shop with unlimited buffers: {why}", key=key, value=value, mend=mend)


def starts_at(machine: Machine, duration: int) -> list[tuple[int, int]] | None:
    """The spans (ends included) in which a run of ``duration`` may start by the calendar; ``None``: at any time."""
    if not machine.windows:
        return None
    return [(start, end - duration) for start, end in machine.windows if end - duration >= start]


def taken(machine: Machine) -> list[tuple[int, int, int]]:
    """What is taken already, as spans (start, end, slots) that do not overlap."""
    times = sorted({t for b in machine.busy for t in (b.start, b.end)})
    spans = []
    for start, end in itertools.pairwise(times):
        slots = sum(b.slots for b in machine.busy if b.start <= start and end <= b.end)
        if slots > 0:
            spans.append((start, end, min(slots, machine.slots)))
    return spans


def lower_bound(problem: Problem) -> int:
    """No plan is shorter: the longest job by itself, and the load that each machine must bear."""
    longest = 0
    least = dict.fromkeys((m.name for m in problem.machines), 0)
    earliest: dict[str, int] = {}
    tail: dict[str, int] = {}
    for job in problem.jobs:
        shortest = [min(o.choices.values()) for o in job.operations]
        waits = [o.wait_min if k else 0 for k, o in enumerate(job.operations)]
        head = job.release
        for k, operation in enumerate(job.operations):
            head += waits[k]
            after = sum(shortest[k + 1 :]) + sum(waits[k + 1 :])
            if len(operation.choices) == 1:
                (name, duration), *_ = operation.choices.items()
                least[name] += duration
                earliest[name] = min(earliest.get(name, head), head)
                tail[name] = min(tail.get(name, after), after)
            head += shortest[k]
        longest = max(longest, head)
    slots = {m.name: m.slots for m in problem.machines}
    return max([longest, *(earliest[m] + -(-least[m] // slots[m]) + tail[m] for m in earliest)])


def horizon(problem: Problem) -> int:
    """By this time some plan is done, if there is one at all."""
    moves = sum(c.pick + c.place for c in problem.carriers)
    far = max([problem.travel_default, *problem.travel.values()]) if problem.carriers else 0
    last = [0, *(j.release for j in problem.jobs), *(j.due or 0 for j in problem.jobs)]
    for machine in problem.machines:
        last += [end for _, end in machine.windows] + [b.end for b in machine.busy]
    cleanup = {m.name: m.cleanup for m in problem.machines}
    work = 0
    for job in problem.jobs:
        for operation in job.operations:
            longest = max(d + cleanup[m] for m, d in operation.choices.items())
            work += longest + operation.wait_min + (moves + 2 * far if problem.carriers else 0)
    return max(last) + work
