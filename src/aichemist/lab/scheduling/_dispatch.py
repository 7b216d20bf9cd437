"""A dispatcher: racks move on one journey at a time, always one of those that can start first.

Journeys are chosen among the feasible ones by the work that is left behind them (parallel schedule generation, cf.
Kolisch, Eur. J. Oper. Res. 1996, 90, 320); ties and priorities are shaken by a seed. A machine is entered only when it
is free for good, so that nothing that was decided has to give way; where the next operation must follow within a
time, its journey is decided at once, too. If the racks block each other, fewer of them are let in together; one alone
always gets through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field

from ._journeys import Limit, Mode
from ._keys import Into, Keys
from ._lines import NEVER, Hold, Line
from ._placement import Key, Layout, PlacedJourney, PlacedUnit, Placement, Taken
from ._visits import Place, Rack

#: how often a journey is put off for the sake of a limited wait behind it
_TRIES = 60
#: where no room is known yet, a limited wait of this length (s) is taken on in hope
_HOPE_S = 1800.0


class _Blocked(Exception):
    """Nothing can move."""


@define(eq=False)
class _Unit:
    start: int = -1
    end: int = -1
    place: int = 0
    holds: dict[int, Hold] = field(factory=dict)
    freed: dict[int, int] = field(factory=dict)
    to_leave: dict[int, int] = field(factory=dict)
    arrived: int = 0
    to_come: int = 1
    latest: int = 0
    since: list[tuple[int, int, int]] = field(factory=list)


class Dispatcher:
    """One run over all racks; ``keys`` decide the order, ``together`` how many racks may be under way."""

    def __init__(
        self, layout: Layout, racks: Sequence[Rack], *, keys: Keys | None = None, together: int = NEVER,
        earliest: int = 0, taken: Sequence[Taken] = (),
    ) -> None:  # fmt: skip
        self._layout, self._racks = layout, {r.name: r for r in racks}
        self._earliest, self._together = earliest, together
        self._lines: dict[tuple[bool, str], Line] = {}
        for name, slots in layout.capacity.items():
            self._lines[False, name] = Line(1 if name in layout.exclusive else slots)
        for section in layout.journeys.sections:
            self._lines[True, section] = Line(layout.journeys.robots(section))
        for one in (*layout.busy, *taken):
            alone = not one.robots and one.resource in layout.exclusive
            self._lines[one.robots, one.resource].holds.append(Hold(one.start, one.end, 1 if alone else one.demand))
        self._units: dict[Key, _Unit] = {}
        self._ready: list[Key] = []
        self._done = Placement()
        self._undo: list[object] = []
        self._left: dict[str, int] = {}
        self._urgent: set[Key] = set()
        self._needs: dict[str, list[list[tuple[str, int, int]]]] = {}
        self._tails = {r.name: _tails(layout, r) for r in racks}
        keys = keys or Keys()
        self._weight = {r.name: keys.weights.get(r.name, 1.0) for r in racks}
        self._delay, self._patience, self._longest = keys.delays, keys.patience, keys.longest_first
        self._single = keys.single
        self._after: dict[Into, list[Into]] = defaultdict(list)
        for later, before in keys.after:
            self._after[later].append(before)
        for rack in racks:
            self._prepare(rack)

    def run(self, begun: Placement | None = None) -> Placement | None:
        """A feasible placement of all racks, or ``None`` where they block each other.

        What ``begun`` started before ``earliest`` is kept as it is; everything else is decided anew.
        """
        under_way: set[str] = set()
        try:
            if begun is not None:
                under_way = self._follow(begun)
            waiting = sorted(
                (n for n in self._racks if n not in under_way and self._left[n]),
                key=lambda n: -self._weight[n] * self._tails[n][0],
            )
            while waiting or self._ready:
                while waiting and len(under_way) < self._together:
                    name = waiting.pop(0)
                    under_way.add(name)
                    self._enter(self._racks[name])
                self._step()
                for name in [n for n in under_way if self._left[n] == 0]:
                    under_way.discard(name)
        except _Blocked:
            return None
        for key, unit in self._units.items():
            count = len(self._layout.parts(self._racks[key[0]], key[1], key[2]))
            parts = tuple(
                (unit.holds[n].start if n in unit.holds else unit.start, max(unit.freed.get(n, 0), unit.end))
                for n in range(count)
            )
            self._done.units[key] = PlacedUnit(unit.place, unit.start, parts)
        self._done.makespan = max(u.end for u in self._units.values())
        return self._done

    def _follow(self, begun: Placement) -> set[str]:
        """Racks that are under way, brought to where they are; the begun journeys in the order in which they start."""
        entered: set[str] = set()
        for (name, number, i), unit in sorted(begun.units.items()):
            if number == 0 and i == 0 and unit.start < self._earliest and name in self._racks:
                entered.add(name)
                self._enter(self._racks[name], begun)
        mine = [(j.start, k, j) for k, j in begun.journeys.items() if k[0] in entered and j.start < self._earliest]
        for start, key, journey in sorted(mine, key=lambda m: (m[0], m[1])):
            if key in self._ready:
                there = self._layout.transfers(self._racks[key[0]], key[1])[key[2]][2]
                known = begun.units[key[0], key[1], there]
                self._place(key, journey.mode, known.place, start, journey.pause, known.start)
        return {n for n in entered if self._left[n]}

    # ------------------------------------------------------------ set-up

    def _prepare(self, rack: Rack) -> None:
        stops = self._layout.stops(rack)
        self._left[rack.name] = 0
        self._needs[rack.name] = [
            [
                (p.resource, self._layout.demand(p.resource, max(map(len, rack.units(stops, n)))),
                 self._lines[False, p.resource].capacity)
                for p in stop.visit.places
            ]
            for n, stop in enumerate(stops)
        ]  # fmt: skip
        for number in range(len(stops)):
            for i in range(len(rack.units(stops, number))):
                self._units[rack.name, number, i] = _Unit()
            if number:
                come: dict[int, int] = defaultdict(int)
                for jobs, before, there in self._layout.transfers(rack, number):
                    origin = self._units[rack.name, number - 1, before]
                    for n in self._layout.touched(rack, number - 1, before, jobs):
                        origin.to_leave[n] = origin.to_leave.get(n, 0) + 1
                    come[there] += 1
                    self._left[rack.name] += 1
                for there, count in come.items():
                    self._units[rack.name, number, there].to_come = count

    def _enter(self, rack: Rack, begun: Placement | None = None) -> None:
        """The first stop, where the vials stand already."""
        stop = self._layout.stops(rack)[0]
        release = max([self._earliest, *(self._layout.kinds[j].release for j in rack.jobs)])
        release += self._delay.get(rack.name, 0)
        if begun is not None:
            release = begun.units[rack.name, 0, 0].start
        for i, jobs in enumerate(rack.units(self._layout.stops(rack), 0)):
            key = (rack.name, 0, i)
            unit = self._units[key]
            unit.place = next(n for n, p in enumerate(stop.visit.places) if p.slots >= len(jobs))
            place = stop.visit.places[unit.place]
            start = release
            if stop.visit.operations and self._layout.problem.carriers:
                line = self._lines[False, place.resource]
                found = line.free_from(start, NEVER, self._layout.demand(place.resource, len(jobs)))
                if begun is not None:
                    found = start
                if found is None:
                    raise _Blocked
                start = self._open_time(place, found, place.duration)
                for n, part in enumerate(self._layout.parts(rack, 0, i)):
                    demand = self._layout.demand(place.resource, len(part))
                    unit.holds[n] = Hold(start, NEVER, demand, rack.name, 0)
                    self._hold(False, place.resource, unit.holds[n])
            if stop.visit.operations:
                unit.since = [(start + place.duration, start + place.duration, 0)]
            unit.start, unit.end = start, start + place.duration
        self._make_ready(rack, 0, None)

    def _make_ready(self, rack: Rack, number: int, unit: int | None) -> None:
        if number + 1 < len(self._layout.stops(rack)):
            for g, (_, before, _) in enumerate(self._layout.transfers(rack, number + 1)):
                if unit is None or before == unit:
                    self._ready.append((rack.name, number + 1, g))

    # ------------------------------------------------------------ one step

    def _step(self) -> None:
        if not self._ready:
            raise _Blocked
        options: list[tuple[int, float, Key, int, int]] = []
        first: set[tuple[str, int, int]] = set()
        for key in self._ready:
            rack = self._racks[key[0]]
            jobs, before, _ = self._layout.transfers(rack, key[1])[key[2]]
            same = (key[0], key[1], before if rack.regroup else len(jobs))
            if same in first:
                continue  # equal leaves go in order
            first.add(same)
            if any(not self._decided(b) for b in self._after.get(key[:2], ())):
                continue
            best = self._best(key)
            if best is not None:
                tail = self._tails[rack.name][key[1]] * self._weight[rack.name] * (1 if self._longest else -1)
                tail += NEVER if key in self._urgent else 0
                options.append((best[0], -tail, key, best[1], best[2]))
        if not options:
            raise _Blocked
        soon = min(o[0] for o in options) + self._patience
        for start, _, key, mode, place in sorted((o for o in options if o[0] <= soon), key=lambda o: (o[1], o[2])):
            if self._commit(key, mode, place, start):
                return
        for start, _, key, mode, place in sorted((o for o in options if o[0] > soon), key=lambda o: o[:2]):
            if self._commit(key, mode, place, start):
                return
        raise _Blocked

    def _decided(self, into: Into) -> bool:
        """Whether all of a rack is on its way to a stop."""
        name, number = into
        return all(
            (name, number, g) in self._done.journeys
            for g in range(len(self._layout.transfers(self._racks[name], number)))
        )

    def _best(self, key: Key, not_before: int = 0) -> tuple[int, int, int] | None:
        """Start, mode and place of the earliest arrival."""
        rack = self._racks[key[0]]
        jobs, before, there = self._layout.transfers(rack, key[1])[key[2]]
        origin, target = self._units[rack.name, key[1] - 1, before], self._units[rack.name, key[1], there]
        places = self._layout.stops(rack)[key[1]].visit.places
        parts = self._layout.parts(rack, key[1], there)
        fresh = [n for n in self._layout.touched(rack, key[1], there, jobs) if n not in target.holds]
        size = sum(len(parts[n]) for n in fresh)
        whole = len(rack.units(self._layout.stops(rack), key[1])[there])
        fitting = [p for p, place in enumerate(places) if place.slots >= whole]
        chosen = [target.place] if target.holds else fitting
        if not self._layout.problem.carriers:
            if target.arrived + 1 < target.to_come:
                return max(origin.end, not_before), 0, 0
            return self._walk(max(origin.end, target.latest), places, fitting, whole, not_before)
        best: tuple[int, int, int, int] | None = None
        modes = self._layout.modes(rack, key[1], len(jobs))
        for m, mode in enumerate(modes):
            if self._single and m and mode.journey.robots > 1:
                continue
            for p in chosen:
                start = self._earliest_start(mode, places[p], origin, size, max(origin.end, not_before))
                if start is not None:
                    found = (start + mode.journey.duration + places[p].duration, start, m, p)
                    best = found if best is None else min(best, found)
        return None if best is None else best[1:]

    def _walk(
        self, ready: int, places: Sequence[Place], chosen: Sequence[int], size: int, not_before: int
    ) -> tuple[int, int, int] | None:
        best: tuple[int, int, int] | None = None
        for p in chosen:
            line = self._lines[False, places[p].resource]
            start = line.free_from(
                max(ready, not_before), places[p].duration + self._layout.after[places[p].resource],
                self._layout.demand(places[p].resource, size),
            )  # fmt: skip
            if start is not None and (best is None or (start + places[p].duration, p) < (best[0], best[2])):
                best = (start + places[p].duration, start, p)
        return None if best is None else (best[1], 0, best[2])

    def _earliest_start(self, mode: Mode, place: Place, origin: _Unit, size: int, start: int) -> int | None:
        journey = mode.journey
        start = max(start, self._earliest)
        needs = [(True, mode.section, 0, journey.duration, journey.robots)]
        needs += [(False, r, a, b - a + self._layout.after[r], 1) for r, a, b in journey.windows]
        if size:
            needs.append((False, place.resource, journey.held, NEVER, self._layout.demand(place.resource, size)))
        for limit in mode.limits:  # a wait that must at least pass
            if limit.to_journey and not limit.from_journey:
                start = max([start, *(late + limit.low - limit.start for late, _, _ in origin.since)])
        for _ in range(200):
            moved = False
            for robots, name, offset, length, demand in needs:
                line = self._lines[robots, name]
                found = line.free_from(start + offset, length, demand)
                if found is None:
                    return None
                if found > start + offset:
                    start, moved = found - offset, True
            if not moved:
                return start
        return None

    def _commit(self, key: Key, mode: int, place: int, start: int) -> bool:
        """Decide a journey and, where its operation is followed by a limited wait, those behind it."""
        careful = self._safe()  # a plan from elsewhere may have led to where the test fails already
        for _ in range(_TRIES):
            mark = len(self._undo)
            late = self._place(key, mode, place, start)
            if late <= 0 and (not careful or self._safe()):
                return True
            self._back_to(mark)
            if late <= 0:
                return False
            best = self._best(key, start + late)
            if best is None:
                return False
            start, mode, place = best
        return False

    def _place(self, key: Key, m: int, p: int, start: int, pause: int = 0, begin: int | None = None) -> int:
        """Reserve; returns by how much everything must be later so that waits are kept, 0 if they are.

        ``pause`` and ``begin`` (the start of the run) are given for what has been decided before.
        """
        rack = self._racks[key[0]]
        stops = self._layout.stops(rack)
        jobs, before, there = self._layout.transfers(rack, key[1])[key[2]]
        origin, target = self._units[rack.name, key[1] - 1, before], self._units[rack.name, key[1], there]
        visit = stops[key[1]].visit
        place = visit.places[p]
        self._save(origin)
        self._save(target)
        walk = not self._layout.problem.carriers
        mode = None if walk else self._layout.modes(rack, key[1], len(jobs))[m]
        held, arrived, released = start, start, start
        if mode is not None:
            journey = mode.journey
            held, arrived = start + journey.held + pause, start + journey.duration + pause
            released = start + journey.released
            self._hold(True, mode.section, Hold(start, arrived, journey.robots))
            for resource, a, b in journey.windows:
                self._hold(False, resource, Hold(start + a, start + b + self._layout.after[resource], 1))
            self._done.journeys[key] = PlacedJourney(m, start, pause)
        parts = self._layout.parts(rack, key[1], there)
        if walk and target.arrived + 1 == target.to_come:
            target.place = p
        for n in self._layout.touched(rack, key[1], there, jobs) if not walk else ():
            if n not in target.holds:
                hold = Hold(held, NEVER, self._layout.demand(place.resource, len(parts[n])), rack.name, key[1])
                target.holds[n], target.place = hold, p
                self._hold(False, place.resource, hold)
            self._start(target.holds[n], min(target.holds[n].start, held))
        for n in self._layout.touched(rack, key[1] - 1, before, jobs):
            origin.freed[n] = max(origin.freed.get(n, 0), released)
            origin.to_leave[n] -= 1
            if origin.to_leave[n] == 0 and n in origin.holds:
                place_before = stops[key[1] - 1].visit.places[origin.place]
                pad = self._layout.after[place_before.resource]
                self._end(place_before.resource, origin.holds[n], origin.freed[n] + pad)
        target.arrived += 1
        target.latest = max(target.latest, arrived)
        self._ready.remove(key)
        self._left[rack.name] -= 1
        self._undo.append(("journey", key))
        since, late = self._waits(rack, key[1], mode, start, arrived, origin)
        if not visit.operations:
            target.since = [*target.since, *since]
        if late > 0:
            return late
        if target.arrived < target.to_come:
            return 0
        return self._begin(rack, key[1], there, place, target, begin)

    def _begin(self, rack: Rack, number: int, there: int, place: Place, target: _Unit, begun: int | None = None) -> int:
        """All have arrived: the run starts, and journeys that may not wait follow."""
        stops = self._layout.stops(rack)
        visit = stops[number].visit
        begin = target.latest
        for g, (_, before, to) in enumerate(self._layout.transfers(rack, number)):
            if to == there and visit.operations:
                begin = max(begin, self._soonest(rack, number, g, before))
        start = self._open_time(place, begin, place.duration)
        if begun is not None:
            start = begun if begun < self._earliest else max(start, self._earliest)
        target.start, target.end = start, start + place.duration
        if not self._layout.problem.carriers:
            size = len(rack.units(stops, number)[there])
            end = target.end + self._layout.after[place.resource]
            hold = Hold(start, end, self._layout.demand(place.resource, size), rack.name, number)
            self._hold(False, place.resource, hold)
        for g, (_, before, to) in enumerate(self._layout.transfers(rack, number)):
            if to == there:
                late = self._too_late(rack, number, g, before, start)
                if late > 0:
                    return late
        if visit.operations:
            target.since = [(target.end, target.end, 0)]
        if number == len(stops) - 1:
            for hold in target.holds.values():
                self._end(place.resource, hold, target.end + self._layout.after[place.resource])
            return 0
        mark = len(self._ready)
        self._make_ready(rack, number, there)
        fresh = self._ready[mark:]
        self._undo.append(("ready", tuple(fresh)))
        for key in fresh if begun is None else ():
            if self._hurries(rack, number + 1, len(self._layout.transfers(rack, number + 1)[key[2]][0])):
                best = self._best(key)
                if best is None:
                    if self._may_wait(rack, number + 1):
                        self._urgent.add(key)  # others have to leave first; whether it was soon enough will be seen
                        continue
                    return 1 + self._wait_for_room(rack, number + 1)
                late = self._place(key, best[1], best[2], best[0])
                if late > 0:
                    return late
        return 0

    # ------------------------------------------------------------ waits

    def _hurries(self, rack: Rack, number: int, vials: int) -> bool:
        if not self._layout.problem.carriers:
            operations = self._layout.stops(rack)[number].visit.operations
            return bool(operations) and operations[0].wait_max is not None and operations[0].late_price is None
        modes = self._layout.modes(rack, number, vials)
        return any(x.high is not None and x.operation.late_price is None for x in modes[0].limits)

    def _may_wait(self, rack: Rack, number: int) -> bool:
        """Whether the wait is long enough to hope that there will be room."""
        stop = self._layout.stops(rack)[number]
        operations = [o for v in (*stop.before, stop.visit) for o in v.operations if o.wait_max is not None]
        return all((o.wait_max or 0) * self._layout.problem.unit_s >= _HOPE_S for o in operations)

    def _waits(
        self, rack: Rack, number: int, mode: Mode | None, start: int, arrived: int, origin: _Unit
    ) -> tuple[list[tuple[int, int, int]], int]:
        """What a later operation waits from, and by how much a limit inside the journey is missed."""
        if mode is None:
            return list(origin.since), 0
        late = 0
        for limit in mode.limits:
            if limit.to_journey:
                late = max(late, self._excess(limit, origin.since, start, start + limit.start))
        if mode.begins is not None:
            return [(start + mode.begins, start + mode.begins, mode.moved)], late
        return [(a, b, moved + mode.moved) for a, b, moved in origin.since], late

    def _excess(self, limit: Limit, since: Sequence[tuple[int, int, int]], journey: int, to: int) -> int:
        if limit.high is None or limit.operation.late_price is not None:
            return 0
        begins = [(0, journey + limit.begin, 0)] if limit.from_journey else since
        free = limit.operation.transport_is_free
        return max(
            (to - begin - ((moved + limit.moved) if free else 0) - limit.high for _, begin, moved in begins), default=0
        )

    def _mode_of(self, rack: Rack, number: int, g: int) -> tuple[Mode, int] | None:
        placed = self._done.journeys.get((rack.name, number, g))
        if placed is None:
            return None
        jobs = self._layout.transfers(rack, number)[g][0]
        return self._layout.modes(rack, number, len(jobs))[placed.mode], placed.start

    def _soonest(self, rack: Rack, number: int, g: int, before: int) -> int:
        origin = self._units[rack.name, number - 1, before]
        found = self._mode_of(rack, number, g)
        if found is None:
            low = self._layout.stops(rack)[number].visit.operations[0].wait_min
            return max((late + low for late, _, _ in origin.since), default=0)
        mode, start = found
        soonest = 0
        for limit in mode.limits:
            if not limit.to_journey and limit.low:
                begins = [start + limit.begin] if limit.from_journey else [late for late, _, _ in origin.since]
                soonest = max([soonest, *(b + limit.low for b in begins)])
        return soonest

    def _too_late(self, rack: Rack, number: int, g: int, before: int, start: int) -> int:
        origin = self._units[rack.name, number - 1, before]
        found = self._mode_of(rack, number, g)
        if found is None:
            operations = self._layout.stops(rack)[number].visit.operations
            if not operations or operations[0].wait_max is None or operations[0].late_price is not None:
                return 0
            return max((start - early - operations[0].wait_max for _, early, _ in origin.since), default=0)
        mode, began = found
        return max((self._excess(x, origin.since, began, start) for x in mode.limits if not x.to_journey), default=0)

    def _wait_for_room(self, rack: Rack, number: int) -> int:
        """A guess of how much later the next place will be known to be free."""
        return max(1, min(p.duration for p in self._layout.stops(rack)[number].visit.places) // 4)

    # ------------------------------------------------------------ no rack may block another for ever

    def _safe(self) -> bool:
        """Whether the racks under way could still be brought to their ends one after another.

        The banker's test (Dijkstra 1965): one rack whose whole way is free goes and frees what it held, and so on.
        """
        held: dict[str, dict[str, int]] = {}
        left: dict[str, int] = {}
        for (robots, name), line in self._lines.items():
            if line.open and not robots:
                by: dict[str, int] = {}
                for hold in line.open:
                    by[hold.rack] = by.get(hold.rack, 0) + hold.demand
                    left[hold.rack] = min(left.get(hold.rack, hold.stop), hold.stop)
                held[name] = by
        waiting = sorted(left)
        while waiting:
            done = next((n for n in waiting if self._way_is_free(n, left[n], held)), None)
            if done is None:
                return False
            waiting.remove(done)
            for by in held.values():
                by.pop(done, None)
        return True

    def _way_is_free(self, name: str, number: int, held: Mapping[str, Mapping[str, int]]) -> bool:
        for options in self._needs[name][number + 1 :]:
            for resource, demand, capacity in options:
                by = held.get(resource)
                if by is None or sum(by.values()) - by.get(name, 0) + demand <= capacity:
                    break
            else:
                return False
        return True

    # ------------------------------------------------------------ small things

    def _open_time(self, place: Place, start: int, duration: int) -> int:
        """The first time at which the calendar allows a run."""
        for a, b in self._layout.closed.get(place.resource, ()):
            if start < b and start + duration > a:
                start = b
        return start

    def _hold(self, robots: bool, name: str, hold: Hold) -> None:
        line = self._lines[robots, name]
        line.holds.append(hold)
        if hold.end >= NEVER:
            line.open.append(hold)
        self._undo.append(("hold", line, hold))

    def _end(self, resource: str, hold: Hold, end: int) -> None:
        line = self._lines[False, resource]
        line.open.remove(hold)
        self._undo.append(("end", hold, hold.end, line))
        hold.end = end

    def _start(self, hold: Hold, start: int) -> None:
        self._undo.append(("start", hold, hold.start))
        hold.start = start

    def _save(self, unit: _Unit) -> None:
        self._undo.append(
            ("unit", unit, (unit.start, unit.end, unit.place, dict(unit.holds), dict(unit.freed), dict(unit.to_leave),
                            unit.arrived, unit.to_come, unit.latest, unit.since))
        )  # fmt: skip

    def _back_to(self, mark: int) -> None:
        while len(self._undo) > mark:
            entry: tuple = self._undo.pop()  # type: ignore[type-arg, assignment]
            if entry[0] == "hold":
                entry[1].holds.remove(entry[2])
                if entry[2] in entry[1].open:
                    entry[1].open.remove(entry[2])
            elif entry[0] == "end":
                entry[1].end = entry[2]
                entry[3].open.append(entry[1])
            elif entry[0] == "start":
                entry[1].start = entry[2]
            elif entry[0] == "journey":
                self._ready.append(entry[1])
                self._left[entry[1][0]] += 1
                self._done.journeys.pop(entry[1], None)
            elif entry[0] == "ready":
                for key in entry[1]:
                    if key in self._ready:
                        self._ready.remove(key)
            else:
                unit = entry[1]
                (unit.start, unit.end, unit.place, unit.holds, unit.freed, unit.to_leave, unit.arrived,
                 unit.to_come, unit.latest, unit.since) = entry[2]  # fmt: skip


def dispatch(
    layout: Layout, racks: Sequence[Rack], *, keys: Keys | None = None, earliest: int = 0,
    taken: Sequence[Taken] = (), surely: bool = True, begun: Placement | None = None,
) -> Placement | None:  # fmt: skip
    """A feasible placement; with ``surely`` fewer racks are let in together until they do not block each other."""
    for together in (NEVER, 6, 4, 3, 2, 1) if surely else (NEVER,):
        if together == NEVER or together < len(racks):
            one = Dispatcher(layout, racks, keys=keys, together=together, earliest=earliest, taken=taken)
            found = one.run(begun)
            if found is not None:
                return found
    return None


def _tails(layout: Layout, rack: Rack) -> list[int]:
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


__all__ = ["Dispatcher", "Keys", "dispatch"]
