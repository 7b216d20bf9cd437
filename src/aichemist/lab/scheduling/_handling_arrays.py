"""A plan as arrays in which every vial is handled by itself: what the search over single handlings works on.

A *stop* is where a vial stands between two robots: operations done there without moving it, or none. An *event* of a
stop is one of five: taking the vial where it was before, putting it down in a storage and taking it from there (where
it is put down in between), putting it down at the stop, and the run there. Its number is ``5 * stop + kind``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from attrs import define, field, frozen

from ._compiled import Array, inlined
from ._placement import closed_times, single
from ._problem import Carrier, Handling, Job, Machine, Plan, Problem, Run

TAKE, STORE, FETCH, PUT, RUN, KINDS = 0, 1, 2, 3, 4, 5
#: a time that never comes
NEVER = 10**9

# columns of the tables
VIAL, STRUCTURE, CHOICE, CHOICES, WORK, WAIT_MIN, WAIT_MAX, STORAGE, TAIL, HELD = range(10)
FIRST, LAST, RELEASE, DUE, PRIORITY, ORIGIN, GROUP = range(7)
SPAN, SPANS, DURATION, HOLDS = range(4)
MACHINE, OFFSET, LENGTH, TEMPERATURE = range(4)
SLOT, SLOTS, ALONE, JOINT, APART, EVEN, CLEANUP, SETUP, INSTRUMENT, CLOSED, CLOSINGS, WAY, BETWEEN, AFTER = range(14)
PICK, PLACE, CAPACITY, AT = range(4)
CHOSEN, PARTNERS, STORED = range(3)


class Facts(NamedTuple):
    """What no change of a plan changes; whole numbers, times in units of the problem.

    Attributes:
        stops: VIAL, STRUCTURE (equal for vials that may share runs), CHOICE (the first of CHOICES places), WORK
            (whether anything is done there), WAIT_MIN, WAIT_MAX (-1: none), STORAGE (before it, -1: none),
            TAIL (time that the vial needs after it at least), HELD
            (the run is not begun before its key, since the next one must follow within a time).
        vials: FIRST and LAST stop, RELEASE, DUE, PRIORITY, ORIGIN (-1: where its first run is), GROUP.
        places: SPAN (the first of SPANS), DURATION, HOLDS (for so long no other run begins at its first machine).
        spans: MACHINE, OFFSET from the start of the run, LENGTH, TEMPERATURE (-1: any).
        machines: SLOT (the first of SLOTS), ALONE (only the vials of one run are in it, and nobody is moved while it
            lasts), JOINT (vials may share a run), APART (runs never overlap), EVEN load, CLEANUP, SETUP, INSTRUMENT
            (-1: none), CLOSED (the first of CLOSINGS), WAY (the longest to it), BETWEEN two runs (least time), AFTER a
            run there (the least TAIL).
        robots: PICK, PLACE, CAPACITY, AT (-1: anywhere).
        reach: robot, machine: whether it serves it.
        travel: machine, machine: time of a robot.
        closed: start and end of each time at which a machine starts and holds no run.
        phases: instrument, number: its machines, then -1.
        away: robot, number, (start, end): when it is not available.
    """

    stops: Array
    vials: Array
    places: Array
    spans: Array
    machines: Array
    robots: Array
    reach: Array
    travel: Array
    closed: Array
    phases: Array
    away: Array


class State(NamedTuple):
    """What is decided, apart from the times.

    Attributes:
        keys: of each event: what has the lowest key goes first.
        stops: CHOSEN (of the places of a stop), PARTNERS (the first stop among those that share its run), STORED
            (whether the vial is put down in the storage before).
        robots: of each event: the one that is taken among equal ones.
    """

    keys: Array
    stops: Array
    robots: Array

    def copy(self) -> State:
        return State(*(a.copy() for a in self))


@inlined
def place_of(facts: Facts, state: State, stop: int) -> int:
    """The chosen place of a stop."""
    return int(facts.stops[stop, CHOICE] + state.stops[stop, CHOSEN])


@inlined
def entry_of(facts: Facts, state: State, stop: int) -> int:
    """The machine at which a vial is put down for a stop."""
    return int(facts.spans[facts.places[place_of(facts, state, stop), SPAN], MACHINE])


@define
class _Stop:
    vial: int
    machine: int
    key: list[float]
    robot: list[int]
    runs: list[Run] = field(factory=list)
    storage: int = -1
    stored: bool = False


@frozen
class Model:
    """A plan as arrays, and the way back."""

    problem: Problem
    facts: Facts
    state: State
    operations: tuple[tuple[int, ...], ...]

    def plan(self, state: State, events: Array) -> Plan:
        """The plan of a decoded state; ``events``: START, END, machine and robot of each."""
        problem, facts = self.problem, self.facts
        partners: dict[int, list[str]] = defaultdict(list)
        for stop, row in enumerate(state.stops):
            partners[int(row[PARTNERS])].append(problem.jobs[facts.stops[stop, VIAL]].id)
        runs: list[Run] = []
        handlings: list[Handling] = []
        for event, (start, end, machine, robot) in enumerate(events.tolist()):
            stop, kind = divmod(event, KINDS)
            if start < 0:
                continue
            if kind == RUN:
                place = facts.places[facts.stops[stop, CHOICE] + state.stops[stop, CHOSEN]]
                spans = facts.spans[place[SPAN] : place[SPAN] + place[SPANS]].tolist()
                for operation, (where, offset, length, _) in zip(self.operations[stop], spans, strict=True):
                    at = start + offset
                    name = problem.machines[where].name
                    runs.append(Run(name, operation, tuple(partners[stop]), at, at + length))
                continue
            vial = problem.jobs[facts.stops[stop, VIAL]].id
            action: Any = "load" if kind in (TAKE, FETCH) else "unload"
            carrier = problem.carriers[robot].name
            handlings.append(Handling(carrier, action, problem.machines[machine].name, (vial,), start, end))
        runs.sort(key=lambda r: (r.start, r.end, r.machine))
        handlings.sort(key=lambda h: (h.start, h.end, h.carrier))
        return Plan(tuple(runs), tuple(handlings))


def make_model(problem: Problem, plan: Plan) -> Model:
    """The arrays of a valid plan."""
    machines = {m.name: n for n, m in enumerate(problem.machines)}
    stops: list[_Stop] = []
    vials: list[list[int]] = []
    groups: dict[str, int] = {}
    ways = _ways(problem, machines, plan)
    for number, job in enumerate(problem.jobs):
        first = len(stops)
        stops += _in_storage(problem, ways[number])
        group = groups.setdefault(job.leaves_with or job.kind, len(groups))
        due = NEVER if job.due is None else job.due
        origin = machines[job.origin] if job.origin else -1
        vials.append([first, len(stops) - 1, job.release, due, job.priority, origin, group])
    tables = _Tables(problem, machines)
    rows: list[list[int]] = []
    chosen: list[int] = []
    for n, stop in enumerate(stops):
        job, before = problem.jobs[stop.vial], stops[n - 1] if n > vials[stop.vial][0] else None
        row, choice = tables.row(job, stop, before)
        rows.append(row)
        chosen.append(choice)
    _tails(problem, rows, tables, vials)
    robots = [[c.pick, c.place, c.capacity, machines[c.at] if c.at else -1] for c in problem.carriers]
    travel = [[problem.travel_time(a.name, b.name) for b in problem.machines] for a in problem.machines]
    facts = Facts(
        _table(rows, 10), _table(vials, 7), _table(tables.places, 4), _table(tables.spans, 4),
        _table(tables.machines(rows), 14), _table(robots, 4),
        np.array([[c.section in m.sections for m in problem.machines] for c in problem.carriers]),
        _table(travel, len(machines)), _table(tables.closed, 2), tables.phases(), _away(problem.carriers),
    )  # fmt: skip
    state = State(
        np.array([k for s in stops for k in s.key], dtype=np.float64),
        _table([[c, p, s.stored] for c, p, s in zip(chosen, _partners(problem, stops, vials), stops, strict=True)], 3),
        np.array([r for s in stops for r in s.robot], dtype=np.int32),
    )
    return Model(problem, facts, state, tuple(tuple(r.operation for r in s.runs) for s in stops))


def _table(rows: Sequence[Sequence[int]], columns: int) -> Array:
    return np.array(rows, dtype=np.int32).reshape(-1, columns)


def _ways(problem: Problem, machines: dict[str, int], plan: Plan) -> list[list[_Stop]]:
    """The stops of each vial, with the times of a plan as keys."""
    robots = {c.name: n for n, c in enumerate(problem.carriers)}
    vials = {j.id: n for n, j in enumerate(problem.jobs)}
    events: dict[str, list[tuple[int, int, int, Run | Handling]]] = defaultdict(list)
    for run in plan.runs:
        for vial in run.jobs:
            events[vial].append((run.start, 0, run.end, run))
    for handling in plan.handlings:
        carrier = problem.carriers[robots[handling.carrier]]
        load = handling.action == "load"
        each = carrier.pick if load else carrier.place
        for n, vial in enumerate(handling.jobs):
            start = handling.start + n * each
            events[vial].append((start, 1 if load else 2, start + each, handling))
    ways: list[list[_Stop]] = []
    for job in problem.jobs:
        number = vials[job.id]
        way = [_Stop(number, machines[job.origin], [0.0] * KINDS, [-1] * KINDS)] if job.origin else []
        taken = (0.0, -1)
        for start, kind, _, event in sorted(events[job.id], key=lambda e: e[:3]):
            if isinstance(event, Run):
                if not way:
                    way.append(_Stop(number, machines[event.machine], [0.0] * KINDS, [-1] * KINDS))
                if not way[-1].runs:
                    way[-1].key[RUN] = start
                way[-1].runs.append(event)
            elif kind == 1:
                taken = (float(start), robots[event.carrier])
            else:
                key = [taken[0], taken[0], float(start), float(start), float(start)]
                way.append(_Stop(number, machines[event.machine], key, [taken[1], -1, -1, robots[event.carrier], -1]))
        ways.append(way)
    return ways


def _in_storage(problem: Problem, way: Sequence[_Stop]) -> list[_Stop]:
    """A stop in the storage becomes part of the next stop."""
    out: list[_Stop] = []
    put: _Stop | None = None
    for number, stop in enumerate(way):
        storage = problem.machines[stop.machine].role == "storage"
        if storage and not stop.runs and put is None and 0 < number < len(way) - 1:
            put = stop
            continue
        if put is not None:
            stop.key[:4] = [put.key[TAKE], put.key[PUT], stop.key[TAKE], stop.key[PUT]]
            stop.robot[:4] = [put.robot[TAKE], put.robot[PUT], stop.robot[TAKE], stop.robot[PUT]]
            stop.storage, stop.stored, put = put.machine, True, None
        out.append(stop)
    return out


def _partners(problem: Problem, stops: Sequence[_Stop], vials: Sequence[Sequence[int]]) -> list[int]:
    """Who shares a run: where machines have independent slots, each vial goes by itself."""
    first: dict[int, int] = {}
    out = []
    for n, stop in enumerate(stops):
        together = bool(stop.runs) and (_joint(problem.machines[stop.machine]) or n == vials[stop.vial][0])
        out.append(first.setdefault(id(stop.runs[0]), n) if together else n)
    return out


def _alone(machine: Machine) -> bool:
    """One run at a time, and no robot puts anything into a machine that runs."""
    return machine.role == "work" and (machine.batch or machine.one_temperature or machine.even_load)


def _joint(machine: Machine) -> bool:
    return machine.batch or (_alone(machine) and machine.slots > 1)


@define
class _Tables:
    """Tables that grow with the stops."""

    problem: Problem
    numbers: dict[str, int]
    places: list[list[int]] = field(factory=list)
    spans: list[list[int]] = field(factory=list)
    closed: list[list[int]] = field(factory=list)
    _known: dict[tuple[tuple[tuple[int, ...], ...], ...], int] = field(factory=dict)
    _structures: dict[object, int] = field(factory=dict)
    _temperatures: dict[float, int] = field(factory=dict)

    def row(self, job: Job, stop: _Stop, before: _Stop | None) -> tuple[list[int], int]:
        """The row of a stop, and which of its places the plan has chosen."""
        operations = [job.operations[r.operation] for r in stop.runs]
        temperatures = [
            -1 if o.temperature is None else self._temperatures.setdefault(o.temperature, len(self._temperatures))
            for o in operations
        ]
        choices: list[tuple[tuple[int, ...], ...]] = [((stop.machine, 0, 0, -1),)]
        if len(operations) == 1:
            choices = [
                ((self.numbers[name], 0, duration, temperatures[0]),)
                for name, duration in operations[0].choices.items()
            ]  # fmt: skip
        elif operations:
            begin = stop.runs[0].start
            choices = [tuple(
                (self.numbers[r.machine], r.start - begin, r.end - r.start, t)
                for r, t in zip(stop.runs, temperatures, strict=True)
            )]  # fmt: skip
        choices.sort()
        key = tuple(choices)
        if key not in self._known:
            self._known[key] = len(self.places)
            for spans in choices:
                duration = spans[-1][1] + spans[-1][2]
                self.places.append([len(self.spans), len(spans), duration, self._holds(spans, duration)])
                self.spans += map(list, spans)
        structure = (job.kind, tuple(r.operation for r in stop.runs), -1 if stop.runs else stop.machine)
        number = self._structures.setdefault(structure, len(self._structures))
        wait = operations[0] if operations else None
        high = -1 if wait is None or wait.wait_max is None else wait.wait_max
        row = [stop.vial, number, self._known[key], len(choices), bool(operations), wait.wait_min if wait else 0, high,
               self._storage(stop, before), 0, 0]  # fmt: skip
        return row, [spans[0][0] for spans in choices].index(stop.machine)

    def _holds(self, spans: Sequence[Sequence[int]], duration: int) -> int:
        """How long no other run begins at the first machine: the whole time in phases without a wait between."""
        machines = [self.problem.machines[n] for n, *_ in spans]
        if not single(machines[0]):
            return 0
        whole = sum(length for _, _, length, _ in spans) == duration and len({m.instrument for m in machines}) == 1
        return duration if machines[0].instrument and whole else spans[0][2]

    def _storage(self, stop: _Stop, before: _Stop | None) -> int:
        """A storage between a stop and the one before, -1 if there is none."""
        if before is None or stop.storage >= 0:
            return stop.storage
        machines = self.problem.machines
        shared = set(machines[before.machine].sections) & set(machines[stop.machine].sections)
        able = [n for n, m in enumerate(machines) if m.role == "storage" and m.slots > 0 and shared & set(m.sections)]
        return able[0] if able else -1

    def machines(self, stops: Sequence[Sequence[int]]) -> list[list[int]]:
        problem, slot, out = self.problem, 0, []
        move = _least_move(problem)
        after = [NEVER] * len(problem.machines)
        for row in stops:
            for place in self.places[row[CHOICE] : row[CHOICE] + row[CHOICES]]:
                machine = self.spans[place[SPAN]][MACHINE]
                after[machine] = min(after[machine], row[TAIL])
        instruments = self._instruments()
        for n, m in enumerate(problem.machines):
            closed = closed_times(m.windows) if m.windows else []
            way = max((problem.travel_time(o.name, m.name) for o in problem.machines), default=0)
            out.append([
                slot, m.slots, _alone(m), _joint(m), single(m), m.even_load, m.cleanup, m.setup,
                instruments.index(m.instrument) if m.instrument else -1, len(self.closed), len(closed), way,
                move if m.slots == 1 and not m.instrument else 0, after[n],
            ])  # fmt: skip
            slot += m.slots
            self.closed += [[min(a, NEVER), min(b, NEVER)] for a, b in closed]
        return out

    def _instruments(self) -> list[str]:
        return sorted({m.instrument for m in self.problem.machines if m.instrument})

    def phases(self) -> Array:
        found = [[n for n, m in enumerate(self.problem.machines) if m.instrument == i] for i in self._instruments()]
        width = 1 + max(map(len, found), default=0)
        return np.array([f + [-1] * (width - len(f)) for f in found], dtype=np.int32).reshape(-1, width)


def _least_move(problem: Problem) -> int:
    """Picking and placing a vial, by whichever robot is the fastest at each."""
    return min(c.pick for c in problem.carriers) + min(c.place for c in problem.carriers)


def _tails(problem: Problem, rows: list[list[int]], tables: _Tables, vials: Sequence[Sequence[int]]) -> None:
    """Least time that each vial needs after each stop, and which runs are held back."""
    move = _least_move(problem)
    for first, last, *_ in vials:
        left = 0
        for n in range(last, first - 1, -1):
            rows[n][TAIL] = left
            choices = tables.places[rows[n][CHOICE] : rows[n][CHOICE] + rows[n][CHOICES]]
            left += min(c[DURATION] for c in choices) + move
        works = [n for n in range(first, last + 1) if rows[n][WORK]]
        for n, following in pairwise(works):
            rows[n][HELD] = rows[following][WAIT_MAX] >= 0


def _away(carriers: Sequence[Carrier]) -> Array:
    width = max(len(c.busy) for c in carriers)
    out = np.full((len(carriers), width, 2), NEVER, dtype=np.int32)
    for n, carrier in enumerate(carriers):
        for k, busy in enumerate(sorted(carrier.busy, key=lambda b: (b.start, b.end))):
            out[n, k] = busy.start, min(busy.end, NEVER)
    return out
