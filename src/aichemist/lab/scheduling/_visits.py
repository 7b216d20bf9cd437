"""From jobs to racks: which vials travel together, and at which stops.

A *visit* is what one vial does at one place without being moved. Visits at machines with a slot or two that last only
minutes are *tended*: the robot that brings a rack waits there and serves it vial by vial. All other visits are *stops*,
where a whole rack (or, where the machine has fewer slots, a leaf of it) is put down and fetched again later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from attrs import field, frozen

from aichemist.chemistry import InfeasibleError

from ._phases import Claim, claims
from ._problem import Job, Machine, Operation, Problem

#: a robot stays beside a machine up to this time per vial (s)
TENDED_S = 900.0
#: slots up to which a machine is served vial by vial
_TENDED_SLOTS = 2
#: a vial stays in its slot between two operations of one machine up to this wait, rather than being carried away (s)
_STAND_S = 600.0


@frozen
class Place:
    """One way to make a visit: where the vial is placed, which machines work on it, and when after its start.

    ``spans`` are (machine, start, end) of each operation, counted from the start of the first; the vial is fetched
    from ``leaves``. ``slots`` is what it takes at once, ``claims`` what it holds: ``resource`` from the placing on,
    the last of them to the picking.
    """

    machine: str
    leaves: str
    slots: int
    duration: int
    spans: tuple[tuple[str, int, int], ...]
    claims: tuple[Claim, ...]
    resource: str = field(init=False)

    @resource.default
    def _first_resource(self) -> str:
        return self.claims[0].resource


@frozen(slots=False)
class Visit:
    """Operations ``first`` to ``first + len(spans) - 1`` of a job; no operation where a vial is only put down."""

    first: int
    operations: tuple[Operation, ...]
    places: tuple[Place, ...]

    @cached_property
    def slots(self) -> int:
        return max(p.slots for p in self.places)

    @cached_property
    def duration(self) -> int:
        return min(p.duration for p in self.places)


@frozen
class Stop:
    """A visit of whole units, and the tended visits on the way to it."""

    visit: Visit
    before: tuple[Visit, ...]


@frozen
class Family:
    """Jobs with equal operations, and their way."""

    jobs: tuple[Job, ...]
    stops: tuple[Stop, ...]
    leaf: int

    @property
    def together(self) -> list[tuple[str, ...]]:
        """Jobs that leave together, in the order of the problem."""
        found: dict[str, list[str]] = defaultdict(list)
        for job in self.jobs:
            found[job.leaves_with or f"\0{job.id}"].append(job.id)
        return [tuple(v) for v in found.values()]


@frozen(slots=False)
class Rack:
    """Vials that travel together.

    ``leaves`` are the parts in which they go to the smallest machines, ``halves`` (size -> parts) coarser ones for
    machines between. With ``regroup`` they come together again afterwards; otherwise each part goes its own way from
    the first small machine on.
    """

    name: str
    family: int
    leaves: tuple[tuple[str, ...], ...]
    regroup: bool = True
    #: stops of the family before which the rack is put down in the storage, out of others' way
    parks: frozenset[int] = frozenset()
    #: from one stop of the family to another, the rack goes in parts of at most so many vials (first, last, size)
    cut: tuple[int, int, int] | None = None
    halves: Mapping[int, tuple[tuple[str, ...], ...]] = field(factory=dict, hash=False)

    @cached_property
    def jobs(self) -> tuple[str, ...]:
        return tuple(j for leaf in self.leaves for j in leaf)

    def units(self, stops: Sequence[Stop], number: int) -> tuple[tuple[str, ...], ...]:
        """Who is together at stop ``number``."""
        seen = stops[number : number + 1] if self.regroup else stops[: number + 1]
        slots = min(s.visit.slots for s in seen)
        if self.cut is not None:
            first, last, size = self.cut
            if first <= self._plain(number) <= last or (not self.regroup and first <= self._plain(number)):
                slots = min(slots, max(size, len(self.leaves[0])))
                if slots == size:
                    return self._parts(size)
        if slots >= len(self.jobs):
            return (self.jobs,)
        level = max((h for h in self.halves if h <= slots), default=0)
        return self.halves[level] if level else self.leaves

    def _plain(self, number: int) -> int:
        """The family's number of a stop; the storage before a stop counts as that."""
        for park in sorted(self.parks):
            number -= number > park
        return number

    def _parts(self, size: int) -> tuple[tuple[str, ...], ...]:
        """Parts of at most ``size``: whole ones of the next finer level, each within one of the next coarser."""
        level = max((h for h in self.halves if h <= size), default=0)
        fine = self.halves[level] if level else self.leaves
        level = min((h for h in self.halves if h > size), default=0)
        out: list[tuple[str, ...]] = []
        for block in self.halves[level] if level else (self.jobs,):
            inside = set(block)
            count = -(-len(block) // size)
            now: tuple[str, ...] = ()
            for part in fine:
                if part[0] not in inside:
                    continue
                if now and len(now) + len(part) > min(size, -(-len(block) // count)):
                    out.append(now)
                    now = ()
                now += part
            out.append(now)
        return tuple(out)


def effective_slots(machine: Machine) -> int:
    """Vials of one run: an odd run of a centrifuge needs a slot for the balance vial."""
    return machine.slots - machine.slots % 2 if machine.even_load else machine.slots


def make_families(problem: Problem) -> list[Family]:
    """Jobs by kind, with their visits.

    Raises:
        InfeasibleError: an operation without a machine, an unreachable section, contradictory waits.
    """
    kinds: dict[tuple[str, str, int], list[Job]] = defaultdict(list)
    for job in problem.jobs:
        kinds[job.kind, job.origin, job.release].append(job)
    return [_family(problem, tuple(jobs)) for jobs in kinds.values()]


def _family(problem: Problem, jobs: tuple[Job, ...]) -> Family:
    job = jobs[0]
    for operation in job.operations:
        _check(problem, job, operation)
    visits = _visits(problem, job)
    unit = problem.unit_s
    tended = [
        bool(problem.carriers) and v.slots <= _TENDED_SLOTS and v.duration * unit <= TENDED_S
        and 0 < i < len(visits) - 1 and len(v.operations) > 0 and not _needs_care(problem, v)
        and all(p.machine == p.leaves for p in v.places)
        for i, v in enumerate(visits)
    ]  # fmt: skip
    stops: list[Stop] = []
    waiting: list[Visit] = []
    for visit, short in zip(visits, tended, strict=True):
        if short:
            waiting.append(visit)
        else:
            stops.append(Stop(visit, tuple(waiting)))
            waiting = []
    leaf = min([v.slots for v, short in zip(visits, tended, strict=True) if not short] or [1])
    most = max((c.capacity for c in problem.carriers), default=leaf)
    leaf = max(1, min(leaf, most))
    stops = _with_exchange(problem, _with_storage(problem, stops, jobs, leaf), job)
    return Family(jobs, tuple(stops), max(1, min(leaf, *(s.visit.slots for s in stops))))


def _needs_care(problem: Problem, visit: Visit) -> bool:
    """A machine that is cleaned after each vial, or closed at times, is no place for a robot to wait at."""
    names = {n for p in visit.places for n, _, _ in p.spans}
    return any(m.cleanup or m.setup or m.windows for m in problem.machines if m.name in names)


def _check(problem: Problem, job: Job, operation: Operation) -> None:
    known = {m.name for m in problem.machines}
    able = [m for m in operation.choices if m in known]
    if not able:
        raise InfeasibleError(f"{job.id}, {operation.name}: no machine can do it; mend: add one to the lab")
    if any(d < 0 for d in operation.choices.values()):
        raise InfeasibleError(f"{job.id}, {operation.name}: a duration is negative")
    low, high = operation.wait_min, operation.wait_max
    if low < 0 or (high is not None and high < low and operation.late_price is None):
        raise InfeasibleError(f"{job.id}, {operation.name}: contradictory wait, at least {low} and at most {high}")


def _visits(problem: Problem, job: Job) -> list[Visit]:
    machines = {m.name: m for m in problem.machines}
    visits: list[Visit] = []
    if job.origin and job.origin not in job.operations[0].choices:
        visits.append(Visit(0, (), (still(problem, machines[job.origin]),)))
    for index, operation in enumerate(job.operations):
        if visits and visits[-1].operations:
            joined = _joined(problem, machines, visits[-1], operation)
            if joined is not None:
                visits[-1] = joined
                continue
        known = [(machines[m], d) for m, d in operation.choices.items() if m in machines]
        if index == 0 and job.origin in operation.choices:  # what can be done where the vial stands is done there
            known = [(m, d) for m, d in known if m.name == job.origin]
        places = tuple(_place(problem, m, d) for m, d in known if effective_slots(m) > 0)
        if not places:
            raise InfeasibleError(f"{job.id}, {operation.name}: {known[0][0].name} has no slot for it")
        visits.append(Visit(index, (operation,), places))
    return visits


def still(problem: Problem, machine: Machine) -> Place:
    """Only to stand there."""
    return Place(machine.name, machine.name, machine.slots, 0, (), claims(problem, machine, ()))


def _place(problem: Problem, machine: Machine, duration: int) -> Place:
    name, spans = machine.name, ((machine.name, 0, duration),)
    return Place(name, name, effective_slots(machine), duration, spans, claims(problem, machine, spans))


def _joined(problem: Problem, machines: dict[str, Machine], visit: Visit, operation: Operation) -> Visit | None:
    """The visit with one more operation, where a machine or an instrument goes on with the vial."""
    if operation.wait_max is None and operation.wait_min * problem.unit_s > _STAND_S:
        return None
    found = []
    for place in visit.places:
        here = machines[place.machine]
        for name, duration in operation.choices.items():
            machine = machines.get(name)
            if machine is None or (machine.instrument or name) != (here.instrument or here.name):
                continue
            other = operation.temperature != visit.operations[-1].temperature
            between = machine.cleanup + (machine.setup if other else 0)
            start = place.duration + max(operation.wait_min, between)
            if operation.wait_max is not None and between > operation.wait_max:
                continue
            end = start + duration
            slots = min(place.slots, effective_slots(machine))
            spans = (*place.spans, (name, start, end))
            found.append(Place(place.machine, name, slots, end, spans, claims(problem, machine, spans)))
    return Visit(visit.first, (*visit.operations, operation), tuple(found)) if found else None


def _with_storage(problem: Problem, stops: list[Stop], jobs: Sequence[Job], leaf: int) -> list[Stop]:
    """A place to put down vials that leave together and cannot all go on."""
    sizes: dict[str, int] = defaultdict(int)
    for job in jobs:
        if job.leaves_with:
            sizes[job.leaves_with] += 1
    together = max(sizes.values(), default=1)
    storage = [m for m in problem.machines if m.role == "storage"]
    if together <= 1 or len(stops) < 2 or stops[1].visit.slots >= together or not storage or not problem.carriers:
        return stops
    first = stops[1]
    put = Visit(first.visit.first, (), tuple(still(problem, m) for m in storage))
    return [stops[0], Stop(put, first.before), Stop(first.visit, ()), *stops[2:]]


def _with_exchange(problem: Problem, stops: list[Stop], job: Job) -> list[Stop]:
    """Exchange tables between stops of different sections."""
    if not problem.carriers:
        return stops
    machines = {m.name: m for m in problem.machines}
    tables = [m for m in problem.machines if m.role == "exchange"]
    served = {c.section for c in problem.carriers}
    out: list[Stop] = []
    for stop in stops:
        if out:
            here = _sections(machines, out[-1].visit)
            there = _sections(machines, stop.visit)
            on_way = [_sections(machines, v) for v in stop.before]
            if not here & there & served and not (here & there):
                between = [t for t in tables if here & set(t.sections) and there & set(t.sections)]
                if not between:
                    raise InfeasibleError(
                        f"{job.id}: no exchange table leads from section {', '.join(sorted(here))} to "
                        f"{', '.join(sorted(there))}; mend: declare one in both sections"
                    )
                before = tuple(v for v, s in zip(stop.before, on_way, strict=True) if s & here)
                after = tuple(v for v, s in zip(stop.before, on_way, strict=True) if not s & here)
                table = Visit(stop.visit.first, (), tuple(still(problem, t) for t in between))
                out += [Stop(table, before), Stop(stop.visit, after)]
                continue
            if not here & there & served:
                raise InfeasibleError(
                    f"{job.id}: no robot in section {', '.join(sorted(here & there))}; mend: add one to the lab"
                )
        out.append(stop)
    return out


def _sections(machines: dict[str, Machine], visit: Visit) -> set[str]:
    return {s for p in visit.places for s in machines[p.machine].sections}
