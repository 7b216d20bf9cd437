"""The CP-SAT model of racks on their way: stops as intervals with alternatives, journeys as work of the robots.

Robots of a section are interchangeable, so that they form one cumulative resource whose plans can always be handed
out to single robots (interval graphs are perfect). Each journey allows for the longest way to its origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define
from ortools.sat.python import cp_model

from ._journeys import Limit, Mode
from ._phases import Claim
from ._placement import Key, Layout, PlacedJourney, PlacedUnit, Placement, Taken
from ._visits import Rack, Stop

#: an expression of the model
Linear = Any
#: a robot waits with everything on board up to this time (s)
_PAUSE_S = 3600.0


@define
class _Unit:
    start: Linear
    end: Linear
    taken: list[Linear]
    freed: list[Linear]
    chosen: list[Linear]
    #: (latest, earliest, time moved since): ends of operations from which the next one waits
    since: list[tuple[Linear, Linear, int]]

    def span(self, claim: Claim, part: int) -> tuple[Linear, Linear]:
        """From when to when a part of it holds a resource."""
        since = self.taken[part] if claim.since is None else self.start + claim.since
        return since, self.freed[part] if claim.until is None else self.start + claim.until


@define
class _Journey:
    start: Linear
    pause: Linear
    chosen: list[Linear]
    modes: tuple[Mode, ...]


class LotModel:
    """Racks to be placed, around what ``taken`` holds. ``earliest`` keeps new decisions from the past."""

    def __init__(
        self, layout: Layout, racks: Sequence[Rack], *, horizon: int, earliest: int = 0, taken: Iterable[Taken] = ()
    ) -> None:
        self.layout, self.racks, self.horizon, self.earliest = layout, racks, horizon, earliest
        self._longest_pause = min(horizon, int(_PAUSE_S / layout.problem.unit_s))
        self.model = cp_model.CpModel()
        self.units: dict[Key, _Unit] = {}
        self.trips: dict[Key, _Journey] = {}
        self._alone: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        self._shared: dict[str, list[tuple[cp_model.IntervalVar, int]]] = defaultdict(list)
        self._runs: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        self._robots: dict[str, list[tuple[cp_model.IntervalVar, int]]] = defaultdict(list)
        self._prices: list[Linear] = []
        self.makespan = self.model.new_int_var(0, horizon, "makespan")
        for rack in racks:
            self._rack(rack)
        for one in (*layout.busy, *taken):
            self._take(one)
        self._resources()

    def minimise(self, floor: int = 0, finish: bool = False) -> None:
        """The makespan first, then prices of lateness, and with ``finish`` the ends of all racks."""
        model = self.model
        model.add(self.makespan >= floor)
        ends = [u.end for u in self._last_units()] if finish else []
        weight = 2 * len(ends) if ends else 1
        model.minimize((self.makespan + sum(self._prices)) * weight + sum(ends))

    def hint(self, placement: Placement) -> None:
        """A start for the search."""
        model = self.model
        for key, unit in self.units.items():
            known = placement.units.get(key)
            if known is None:
                continue
            model.add_hint(unit.start, known.start)
            for taken, freed, (a, b) in zip(unit.taken, unit.freed, known.parts, strict=True):
                if key[1]:
                    model.add_hint(taken, a)
                model.add_hint(freed, b)
            _hint_choice(model, unit.chosen, known.place)
        for key, trip in self.trips.items():
            there = placement.journeys.get(key)
            if there is None:
                continue
            model.add_hint(trip.start, there.start)
            if trip.pause is not None:
                model.add_hint(trip.pause, there.pause)
            _hint_choice(model, trip.chosen, there.mode)
        model.add_hint(self.makespan, placement.makespan)

    def read(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Placement:
        """What the solver decided."""
        placed = Placement(makespan=int(solver.value(self.makespan)))
        for key, trip in self.trips.items():
            pause = 0 if trip.pause is None else int(solver.value(trip.pause))
            placed.journeys[key] = PlacedJourney(_choice(solver, trip.chosen), int(solver.value(trip.start)), pause)
        taken: dict[tuple[Key, int], int] = {}
        freed: dict[tuple[Key, int], int] = {}
        for rack in self.racks:
            for number in range(1, len(self.layout.stops(rack)) if self.layout.problem.carriers else 0):
                for g, (jobs, before, there) in enumerate(self.layout.transfers(rack, number)):
                    trip, done = self.trips[rack.name, number, g], placed.journeys[rack.name, number, g]
                    journey = trip.modes[done.mode].journey
                    for n in self.layout.touched(rack, number - 1, before, jobs):
                        out = ((rack.name, number - 1, before), n)
                        freed[out] = max(freed.get(out, 0), done.start + journey.released)
                    held = done.start + journey.held + done.pause
                    for n in self.layout.touched(rack, number, there, jobs):
                        into = ((rack.name, number, there), n)
                        taken[into] = min(taken.get(into, held), held)
        for key, unit in self.units.items():
            # the solver leaves slots taken for longer than needed where nobody else wants them
            start, end = int(solver.value(unit.start)), int(solver.value(unit.end))
            parts = tuple(
                (taken.get((key, n), start), max(end, freed.get((key, n), end))) for n in range(len(unit.taken))
            )  # fmt: skip
            placed.units[key] = PlacedUnit(_choice(solver, unit.chosen), start, parts)
        return placed

    # ------------------------------------------------------------ one rack

    def _rack(self, rack: Rack) -> None:
        stops = self.layout.stops(rack)
        for number, stop in enumerate(stops):
            for i in range(len(rack.units(stops, number))):
                self.units[rack.name, number, i] = self._unit(rack, number, i, stop)
            if number:
                for g, (jobs, before, there) in enumerate(self.layout.transfers(rack, number)):
                    self._transfer(rack, number, g, jobs, before, there)
            self._order(rack, number)
        for i in range(len(rack.units(stops, len(stops) - 1))):
            self.model.add(self.makespan >= self.units[rack.name, len(stops) - 1, i].end)
        self._lateness(rack)

    def _order(self, rack: Rack, number: int) -> None:
        """Equal leaves go in order: first come, first served."""
        stops = self.layout.stops(rack)
        kinds = rack.units(stops, number)
        places = stops[number].visit.places
        in_turn = len(places) == 1 and places[0].resource in self.layout.exclusive
        for i in range(len(kinds) - 1):
            if len(kinds[i]) == len(kinds[i + 1]):
                first, second = self.units[rack.name, number, i], self.units[rack.name, number, i + 1]
                self.model.add(first.start <= second.start)
                if in_turn and (number or stops[0].visit.operations):
                    for claim in places[0].claims:
                        since, until = second.span(claim, 0)[0], first.span(claim, 0)[1]
                        self.model.add(since >= until + self.layout.after[claim.resource])
        if number and self.layout.problem.carriers:
            groups = self.layout.transfers(rack, number)
            for g in range(len(groups) - 1):
                if len(groups[g][0]) == len(groups[g + 1][0]):
                    one, two = self.trips[rack.name, number, g], self.trips[rack.name, number, g + 1]
                    self.model.add(one.start <= two.start)

    def _unit(self, rack: Rack, number: int, i: int, stop: Stop) -> _Unit:
        model, name = self.model, f"{rack.name}.{number}.{i}"
        first = max([self.earliest, *(self.layout.kinds[j].release for j in rack.jobs)])
        start = model.new_int_var(first, self.horizon, f"s{name}")
        parts = self.layout.parts(rack, number, i)
        places = stop.visit.places
        chosen = [model.new_bool_var(f"p{name}.{p}") for p in range(len(places))] if len(places) > 1 else []
        end: Linear = start + places[0].duration
        if chosen:
            model.add_exactly_one(chosen)
            size = len(rack.units(self.layout.stops(rack), number)[i])
            for there, place in zip(chosen, places, strict=True):
                if place.slots < size:
                    model.add(there == 0)
            if len({p.duration for p in places}) > 1:
                end = start + sum(c * p.duration for c, p in zip(chosen, places, strict=True))
        taken, freed = [], []
        for n in range(len(parts)):
            taken.append(start if number == 0 else model.new_int_var(first, self.horizon, f"t{name}.{n}"))
            freed.append(model.new_int_var(0, self.horizon, f"f{name}.{n}"))
            model.add(freed[n] >= end)
            if number == len(self.layout.stops(rack)) - 1:
                model.add(freed[n] == end)
        unit = _Unit(start, end, taken, freed, chosen, [])
        for p, place in enumerate(places):
            literal = chosen[p] if chosen else None
            run = self._fixed(start, place.duration, literal, f"r{name}.{p}")
            for a, b in self.layout.closed.get(place.resource, ()):
                model.add_no_overlap([run, model.new_fixed_size_interval_var(a, b - a, f"c{name}.{p}.{a}")])
            if number == 0 and not stop.visit.operations:
                continue  # it stands where it starts; its slot was counted by whoever put it there
            if place.resource in self.layout.runs_apart and place.duration:
                self._runs[place.resource].append(run)
            for n, jobs in enumerate(parts):
                for claim in place.claims:
                    self._hold(unit, claim, n, len(jobs), literal, f"{name}.{p}.{n}.{claim.resource}")
        if stop.visit.operations:
            unit.since.append((end, end, 0))
        return unit

    def _hold(self, unit: _Unit, claim: Claim, part: int, vials: int, literal: Linear | None, name: str) -> None:
        """A part of a unit holds a resource, if it is at that place."""
        begin, until = unit.span(claim, part)
        length = self.model.new_int_var(0, self.horizon, f"l{name}")
        finish = until + self.layout.after[claim.resource]
        if literal is None:
            interval = self.model.new_interval_var(begin, length, finish, f"o{name}")
        else:
            interval = self.model.new_optional_interval_var(begin, length, finish, literal, f"o{name}")
        if claim.resource in self.layout.exclusive:
            self._alone[claim.resource].append(interval)
        else:
            self._shared[claim.resource].append((interval, vials))

    def _transfer(self, rack: Rack, number: int, g: int, jobs: tuple[str, ...], before: int, there: int) -> None:
        model, name = self.model, f"{rack.name}.{number}.{g}"
        origin, target = self.units[rack.name, number - 1, before], self.units[rack.name, number, there]
        if not self.layout.problem.carriers:
            self._walk(rack, number, origin, target)
            return
        modes = self.layout.modes(rack, number, len(jobs))
        start = model.new_int_var(self.earliest, self.horizon, f"j{name}")
        plain = not modes[0].journey.served
        pause: Linear = model.new_int_var(0, self._longest_pause, f"w{name}") if plain else None
        done: Linear = model.new_int_var(self.earliest, 2 * self.horizon, f"d{name}") if plain else None
        chosen = [model.new_bool_var(f"m{name}.{m}") for m in range(len(modes))] if len(modes) > 1 else []
        if chosen:
            model.add_exactly_one(chosen)
        trip = _Journey(start, pause, chosen, modes)
        self.trips[rack.name, number, g] = trip
        waited: Linear = 0 if pause is None else pause
        model.add(start >= origin.end)
        left = [origin.freed[n] for n in self.layout.touched(rack, number - 1, before, jobs)]
        came = [target.taken[n] for n in self.layout.touched(rack, number, there, jobs)]
        for m, mode in enumerate(modes):
            literal = chosen[m] if chosen else None
            journey = mode.journey
            constraints = [target.start >= start + journey.duration + waited]
            constraints += [freed >= start + journey.released for freed in left]
            constraints += [taken <= start + journey.held + waited for taken in came]
            for constraint in constraints:
                added = model.add(constraint)
                if literal is not None:
                    added.only_enforce_if(literal)
            self._robot_work(mode, start, pause, done, literal, f"{name}.{m}")
            for resource, a, b in journey.windows:
                pad = self.layout.after[resource]
                window = self._fixed(start + a, b - a + pad, literal, f"x{name}.{m}.{resource}")
                if resource in self.layout.exclusive:
                    self._alone[resource].append(window)
                else:
                    self._shared[resource].append((window, 1))
                for x, y in self.layout.closed.get(resource, ()):
                    model.add_no_overlap([window, model.new_fixed_size_interval_var(x, y - x, f"c{name}.{m}.{x}")])
            for limit in mode.limits:
                self._limit(limit, trip, origin, target, literal)
        if not self.layout.stops(rack)[number].visit.operations:
            self._pass_on(trip, origin, target)

    def _walk(self, rack: Rack, number: int, origin: _Unit, target: _Unit) -> None:
        """Without robots a vial changes its machine in no time."""
        model = self.model
        model.add(target.start >= origin.end)
        for freed in origin.freed:
            model.add(freed == origin.end)
        for taken in target.taken:
            model.add(taken == target.start)
        operations = self.layout.stops(rack)[number].visit.operations
        if operations:
            model.add(target.start >= origin.end + operations[0].wait_min)
            if operations[0].wait_max is not None:
                self._at_most(target.start - origin.end, operations[0].wait_max, operations[0].late_price, None)

    def _pass_on(self, trip: _Journey, origin: _Unit, target: _Unit) -> None:
        """Where the target does nothing itself, a later operation waits from what lay before it."""
        moved = min(m.moved for m in trip.modes)
        begins = [m.begins for m in trip.modes if m.begins is not None]
        if begins:
            target.since.append((trip.start + max(begins), trip.start + min(begins), moved))
        else:
            target.since += [(latest, earliest, before + moved) for latest, earliest, before in origin.since]

    def _limit(
        self, limit: Limit, trip: _Journey, origin: _Unit, target: _Unit, literal: Linear | None
    ) -> None:  # fmt: skip
        free = limit.operation.transport_is_free
        to = trip.start + limit.start if limit.to_journey else target.start
        own = trip.start + limit.begin
        since = [(own, own, 0)] if limit.from_journey else origin.since
        for latest, earliest, moved_before in since:
            if limit.low:
                added = self.model.add(to - latest >= limit.low)
                if literal is not None:
                    added.only_enforce_if(literal)
            if limit.high is not None:
                moved = moved_before + limit.moved if free else 0
                self._at_most(to - earliest - moved, limit.high, limit.operation.late_price, literal)

    def _at_most(self, time: Linear, high: int, price: int | None, literal: Linear | None) -> None:
        late: Linear = 0
        if price is not None:
            late = self.model.new_int_var(0, self.horizon, "late")
            self._prices.append(late * price)
        added = self.model.add(time <= high + late)
        if literal is not None:
            added.only_enforce_if(literal)

    def _robot_work(
        self, mode: Mode, start: Linear, pause: Linear, done: Linear,
        literal: Linear | None, name: str,
    ) -> None:  # fmt: skip
        duration = mode.journey.duration
        if pause is None or done is None:
            interval = self._fixed(start, duration, literal, f"b{name}")
        elif literal is None:
            interval = self.model.new_interval_var(start, pause + duration, done, f"b{name}")
        else:
            interval = self.model.new_optional_interval_var(start, pause + duration, done, literal, f"b{name}")
        self._robots[mode.section].append((interval, mode.journey.robots))

    def _fixed(self, start: Linear, length: int, literal: Linear | None, name: str) -> cp_model.IntervalVar:
        if literal is None:
            return self.model.new_fixed_size_interval_var(start, length, name)
        return self.model.new_optional_fixed_size_interval_var(start, length, literal, name)

    def _lateness(self, rack: Rack) -> None:
        stops = self.layout.stops(rack)
        for i, jobs in enumerate(rack.units(stops, len(stops) - 1)):
            unit = self.units[rack.name, len(stops) - 1, i]
            dues = [self.layout.kinds[j] for j in jobs if self.layout.kinds[j].due is not None]
            for job in dues:
                late = self.model.new_int_var(0, self.horizon, f"late{job.id}")
                self.model.add(late >= unit.end - (job.due or 0))
                self._prices.append(late * job.priority)

    # ------------------------------------------------------------ resources

    def _take(self, one: Taken) -> None:
        if one.end <= one.start:
            return
        interval = self.model.new_fixed_size_interval_var(one.start, one.end - one.start, f"taken.{one.resource}")
        if one.robots:
            self._robots[one.resource].append((interval, one.demand))
        elif one.run:
            self._runs[one.resource].append(interval)
        elif one.resource in self.layout.exclusive:
            self._alone[one.resource].append(interval)
        else:
            self._shared[one.resource].append((interval, one.demand))

    def _resources(self) -> None:
        for intervals in (*self._alone.values(), *self._runs.values()):
            if len(intervals) > 1:
                self.model.add_no_overlap(intervals)
        for resource, items in self._shared.items():
            if sum(d for _, d in items) > self.layout.capacity[resource]:
                self.model.add_cumulative([i for i, _ in items], [d for _, d in items], self.layout.capacity[resource])
        for section, items in self._robots.items():
            robots = self.layout.journeys.robots(section)
            if robots == 1:
                self.model.add_no_overlap([i for i, _ in items])
            else:
                self.model.add_cumulative([i for i, _ in items], [d for _, d in items], robots)

    def _last_units(self) -> list[_Unit]:
        last = {r.name: len(self.layout.stops(r)) - 1 for r in self.racks}
        return [u for (name, number, _), u in self.units.items() if number == last[name]]


def _hint_choice(model: cp_model.CpModel, literals: Sequence[Linear], chosen: int) -> None:
    for i, literal in enumerate(literals):
        model.add_hint(literal, i == chosen)


def _choice(solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback, literals: Sequence[Linear]) -> int:
    return next((i for i, x in enumerate(literals) if solver.boolean_value(x)), 0)
