"""Facts of a problem that every model of racks needs, and what is decided for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from ._journeys import Journeys, Mode
from ._phases import resources
from ._problem import Machine, Problem
from ._visits import Family, Place, Rack, Stop, Visit, still

#: times beyond this mean: never
FOR_EVER = 10**8

Key = tuple[str, int, int]  # rack, stop, number


@frozen
class PlacedUnit:
    """A unit at a stop: which place, run start, and from when to when each part of it takes its slots."""

    place: int
    start: int
    parts: tuple[tuple[int, int], ...]


@frozen
class PlacedJourney:
    """A journey: which mode, when it starts, and how long the robots wait with everything on board."""

    mode: int
    start: int
    pause: int


@define
class Placement:
    """Everything that is decided for some racks."""

    units: dict[Key, PlacedUnit] = field(factory=dict)
    journeys: dict[Key, PlacedJourney] = field(factory=dict)
    makespan: int = 0
    bound: int = 0
    lateness: int = 0

    @property
    def cost(self) -> int:
        """What is to be least: the makespan and the lateness of jobs with a due time, at their priority."""
        return self.makespan + self.lateness


@frozen
class Taken:
    """Part of a resource (or, with ``robots``, of a section's robots) that others hold.

    ``run``: not slots, but the run of a machine whose runs do not overlap.
    """

    resource: str
    start: int
    end: int
    demand: int
    robots: bool = False
    run: bool = False


class Layout:
    """Facts of a problem that every model needs: resources, their capacity, who is where at each stop."""

    def __init__(self, problem: Problem, families: Sequence[Family]) -> None:
        self.problem, self.families = problem, families
        self.journeys = Journeys(problem)
        self.capacity: dict[str, int] = {}
        self.exclusive: set[str] = set()
        self.runs_apart: set[str] = set()
        #: ways in and out and runs of instruments in phases
        self.phased: set[str] = set()
        self.closed: dict[str, list[tuple[int, int]]] = {}
        self.after: dict[str, int] = {}
        self.busy: list[Taken] = []
        for machine in problem.machines:
            known = resources(problem, machine)
            for name in known:
                self.capacity[name] = min(machine.slots, self.capacity.get(name, machine.slots))
                self.after.setdefault(name, 0)
                if len(known) == 1 and machine.batch and machine.role in ("exchange", "storage"):
                    self.runs_apart.add(name)
                elif len(known) > 1 or single(machine):
                    self.exclusive.add(name)
                if machine.windows:
                    self.closed[name] = closed_times(machine.windows)
                self.busy += [Taken(name, b.start, b.end, b.slots) for b in machine.busy]
            self.phased.update(known if len(known) > 1 else ())
            run = known[len(known) // 2]
            self.after[run] = max(self.after[run], machine.cleanup + machine.setup)
        self.busy = _joined(self.busy, self.exclusive)
        for carrier in problem.carriers:
            self.busy += [Taken(carrier.section, b.start, b.end, 1, True) for b in carrier.busy]
        #: kept by the test whether racks can block each other: what is known of states, and of ways
        self.safe: dict[object, bool] = {}
        self.ways: dict[object, Any] = {}
        #: what is the same for all equal racks that go to a stop
        self.moves: dict[object, Any] = {}
        self.kinds = {j.id: j for j in problem.jobs}
        self.has_dues = any(j.due is not None for j in problem.jobs)
        self.storage = tuple(still(problem, m) for m in problem.machines if m.role == "storage" and m.slots > 1)
        #: work that only this resource can do
        self.scarce: dict[str, int] = defaultdict(int)
        for family in families:
            for stop in family.stops:
                for visit in (*stop.before, stop.visit):
                    names = {p.resource for p in visit.places}
                    if len(names) == 1:
                        self.scarce[names.pop()] += visit.duration * len(family.jobs)
        self._sections = {m.name: set(m.sections) for m in problem.machines}
        self._stops: dict[tuple[int, frozenset[int]], tuple[Stop, ...]] = {}
        self._parts: dict[tuple[object, ...], tuple[tuple[str, ...], ...]] = {}
        self._transfers: dict[tuple[object, ...], list[tuple[tuple[str, ...], int, int]]] = {}
        self._touched: dict[tuple[object, ...], list[int]] = {}

    def stops(self, rack: Rack) -> tuple[Stop, ...]:
        """All stops of a rack, those in the storage included."""
        plain = self.families[rack.family].stops
        if not rack.parks:
            return plain
        key = (rack.family, rack.parks)
        if key not in self._stops:
            out: list[Stop] = []
            for number, stop in enumerate(plain):
                if number in rack.parks:
                    out += [Stop(Visit(stop.visit.first, (), self.storage), stop.before), Stop(stop.visit, ())]
                else:
                    out.append(stop)
            self._stops[key] = tuple(out)
        return self._stops[key]

    def late(self, rack: Rack, end: int) -> int:
        """What it costs that a rack ends then."""
        jobs = (self.kinds[j] for j in rack.jobs) if self.has_dues else ()
        return sum(j.priority * max(0, end - j.due) for j in jobs if j.due is not None)

    def opens(self, place: Place, start: int) -> int:
        """The first time from ``start`` on at which the calendar allows a run; ``FOR_EVER`` or later if none does."""
        for a, b in self.closed.get(place.resource, ()):
            if start < b and start + place.duration > a:
                start = b
        return start

    def may_park(self, family: int) -> list[int]:
        """Stops of a family before which its racks may be put down in the storage."""
        stops = self.families[family].stops
        if not self.storage or not self.problem.carriers:
            return []
        sections = self._sections
        shared = {s for p in self.storage for s in sections[p.machine]}
        return [
            n for n in range(1, len(stops) - 1)
            if stops[n].visit.operations and (n == 1 or stops[n - 1].visit.operations)
            and all(o.wait_max is None for v in (stops[n].visit, *stops[n].before) for o in v.operations)
            and all(shared & sections[p.machine] for v in (stops[n].visit, stops[n - 1].visit) for p in v.places)
        ]  # fmt: skip

    def parts(self, rack: Rack, number: int, i: int) -> tuple[tuple[str, ...], ...]:
        """Vials of a unit that come and go together: each part frees its slots when it leaves.

        A machine that only one run may use is taken by the unit as a whole.
        """
        key = (rack.name, number, i, rack.regroup, rack.parks, rack.cut, rack.jobs)
        if key not in self._parts:
            stops = self.stops(rack)
            jobs = rack.units(stops, number)[i]
            places = stops[number].visit.places
            found: list[tuple[str, ...]] = [jobs]
            if not any(p.resource in self.exclusive for p in places):
                for near in (number - 1, number + 1):
                    if 0 <= near < len(stops):
                        finer = [u for u in rack.units(stops, near) if set(u) <= set(jobs)]
                        found = finer if len(finer) > len(found) else found
            self._parts[key] = tuple(found)
        return self._parts[key]

    def touched(self, rack: Rack, number: int, i: int, group: tuple[str, ...]) -> list[int]:
        """Which parts of a unit a group of vials belongs to."""
        key = (rack.name, number, i, rack.regroup, rack.parks, rack.cut, rack.jobs, group)
        found = self._touched.get(key)
        if found is None:
            parts = self.parts(rack, number, i)
            found = self._touched[key] = [n for n, x in enumerate(parts) if x[0] in group or group[0] in x]
        return found

    def demand(self, resource: str, vials: int) -> int:
        """Slots that so many vials take of a resource; of one for a single run: all."""
        return 1 if resource in self.exclusive else vials

    def transfers(self, rack: Rack, number: int) -> list[tuple[tuple[str, ...], int, int]]:
        """Vials that go together to stop ``number``: with their unit before and there."""
        key = (rack.name, number, rack.regroup, rack.parks, rack.cut, rack.jobs)
        found = self._transfers.get(key)
        if found is None:
            stops = self.stops(rack)
            before, there = rack.units(stops, number - 1), rack.units(stops, number)
            finer = before if len(before) >= len(there) else there
            found = self._transfers[key] = [(g, _holder(before, g), _holder(there, g)) for g in finer]
        return found

    def onward(self, rack: Rack, number: int, unit: int | None) -> list[Key]:
        """The journeys that follow a stop, or one unit there."""
        if number + 1 >= len(self.stops(rack)):
            return []
        groups = enumerate(self.transfers(rack, number + 1))
        return [(rack.name, number + 1, g) for g, (_, before, _) in groups if unit is None or before == unit]

    def modes(self, rack: Rack, number: int, vials: int) -> tuple[Mode, ...]:
        return self.journeys.between((rack.family, rack.parks), self.stops(rack), number, vials)


def single(machine: Machine) -> bool:
    """Only one run at a time: a shared temperature or an even load cannot be had with independent slots either."""
    return machine.batch or machine.one_temperature or machine.even_load or machine.slots == 1


def _holder(units: Sequence[tuple[str, ...]], group: tuple[str, ...]) -> int:
    return next(i for i, u in enumerate(units) if group[0] in u)


def _joined(busy: Sequence[Taken], exclusive: set[str]) -> list[Taken]:
    """Overlapping spans of machines for a single run as one."""
    out: list[Taken] = []
    last: dict[str, int] = {}
    for one in sorted(busy, key=lambda b: (b.resource, b.start, b.end)):
        if one.resource in exclusive and one.resource in last and one.start < out[last[one.resource]].end:
            before = out[last[one.resource]]
            out[last[one.resource]] = evolve(before, end=max(before.end, one.end))
            continue
        last[one.resource] = len(out)
        out.append(one)
    return out


def closed_times(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The times outside of a calendar."""
    out, last = [], 0
    for start, end in sorted(windows):
        if start > last:
            out.append((last, start))
        last = max(last, end)
    return [*out, (last, 10 * FOR_EVER)]


def used(
    layout: Layout, racks: Mapping[str, Rack], placement: Placement, longer: Mapping[Key, int] | None = None
) -> list[Taken]:
    """What placed racks hold; ``longer``: by how much the runs of units last longer than planned."""
    out: list[Taken] = []
    for (name, number, i), unit in placement.units.items():
        rack = racks[name]
        stop = layout.stops(rack)[number]
        place = stop.visit.places[unit.place]
        more = (longer or {}).get((name, number, i), 0)
        if number or stop.visit.operations:
            for (a, b), jobs in zip(unit.parts, layout.parts(rack, number, i), strict=True):
                for claim in place.claims:
                    begin = a if claim.since is None else unit.start + claim.since
                    end = b if claim.until is None else unit.start + claim.until + more
                    out.append(Taken(claim.resource, begin, end + layout.after[claim.resource], len(jobs)))
        if place.resource in layout.runs_apart and place.duration:
            out.append(Taken(place.resource, unit.start, unit.start + place.duration + more, 1, run=True))
    for (name, number, g), trip in placement.journeys.items():
        rack = racks[name]
        vials = len(layout.transfers(rack, number)[g][0])
        mode = layout.modes(rack, number, vials)[trip.mode]
        journey = mode.journey
        end = trip.start + journey.duration + trip.pause
        out.append(Taken(mode.section, trip.start, end, journey.robots, True))
        out += [Taken(r, trip.start + a, trip.start + b + layout.after[r], 1) for r, a, b in journey.windows]
    return out


def tails(layout: Layout, rack: Rack) -> list[int]:
    """Least time from each stop to the end."""
    stops = layout.stops(rack)
    out = [0] * (len(stops) + 1)
    for number in range(len(stops) - 1, -1, -1):
        time = stops[number].visit.duration
        if number and layout.problem.carriers:
            jobs = layout.transfers(rack, number)[0][0]
            time += min(m.journey.duration for m in layout.modes(rack, number, len(jobs)))
        else:
            time += sum(v.duration for v in stops[number].before)
        out[number] = out[number + 1] + time
    return out
