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

from ._keys import Into, Keys
from ._lines import NEVER, Hold
from ._offers import Offers
from ._placement import Key, Layout, PlacedJourney, Placement, Taken, tails
from ._safety import Safety
from ._state import State, Unit
from ._visits import Place, Rack
from ._waits import Waits

#: how often a journey is put off for the sake of a limited wait behind it
_TRIES = 60


class _Blocked(Exception):
    """Nothing can move."""


class Dispatcher:
    """One run over all racks; ``keys`` decide the order, ``together`` how many racks may be under way."""

    def __init__(
        self, layout: Layout, racks: Sequence[Rack], *, keys: Keys | None = None, together: int = NEVER,
        earliest: int = 0, taken: Sequence[Taken] = (), limit: int = NEVER, longer: Mapping[Key, int] | None = None,
        order: Placement | None = None,
    ) -> None:  # fmt: skip
        self._longer, self._order = longer or {}, order.journeys if order is not None else None
        self._layout, self._racks = layout, {r.name: r for r in racks}
        self._earliest, self._together, self._limit = earliest, together, limit
        self._state = State(layout, taken)
        self._waits = Waits(layout, self._state)
        self._hopeless = self._sure = False  # (``_sure``: it is known that nobody is blocked for ever)
        self._urgent: set[Key] = set()
        self._safety = Safety(layout, racks)
        self._tails = {r.name: tails(layout, r) for r in racks}
        keys = keys or Keys()
        self._weight = {r.name: keys.weights.get(r.name, 1.0) for r in racks}
        self._delay, self._patience, self._longest = keys.delays, keys.patience, keys.longest_first
        self._ahead, self._rests = keys.ahead, keys.rests
        self._offers = Offers(layout, self._racks, self._state, self._safety, keys, earliest)
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
                (n for n in self._racks if n not in under_way and self._state.left[n]),
                key=lambda n: -self._weight[n] * self._tails[n][0],
            )
            while waiting or self._state.ready or self._state.waiting:
                while waiting and len(under_way) < self._together:
                    name = waiting.pop(0)
                    under_way.add(name)
                    self._enter(self._racks[name])
                    self._sure = False
                self._step()
                if self._hopeless:
                    return None
                for name in [n for n in under_way if self._state.left[n] == 0]:
                    under_way.discard(name)
        except _Blocked:
            return None
        if begun is not None and self._state.meets:
            return None  # who came behind others could not be kept waiting
        return self._state.placement(self._racks)

    def _follow(self, begun: Placement) -> set[str]:
        """Racks that are under way, brought to where they are; the begun journeys in the order in which they start."""
        entered: set[str] = set()
        for (name, number, i), unit in sorted(begun.units.items()):
            if number == 0 and i == 0 and unit.start < self._earliest and name in self._racks:
                entered.add(name)
                self._enter(self._racks[name], begun)
        mine = [(j.start, k, j) for k, j in begun.journeys.items() if k[0] in entered and j.start < self._earliest]
        for start, key, journey in sorted(mine, key=lambda m: (m[0], m[1])):
            if key in self._state.ready:
                there = self._layout.transfers(self._racks[key[0]], key[1])[key[2]][2]
                known = begun.units[key[0], key[1], there]
                self._place(key, journey.mode, known.place, start, journey.pause, known.start)
                self._go_on()
        behind = self._state.waiting or self._state.meets  # those in front of them are fetched first
        for key in [k for k in self._state.ready if behind and self._offers.out_of_phases(k)]:
            best = self._offers.best(key)
            if best is not None:
                self._commit(key, *best[1:], best[0])
        return {n for n in entered if self._state.left[n]}

    # ------------------------------------------------------------ set-up

    def _prepare(self, rack: Rack) -> None:
        stops = self._layout.stops(rack)
        self._state.left[rack.name] = 0
        for number in range(len(stops)):
            for i in range(len(rack.units(stops, number))):
                self._state.units[rack.name, number, i] = Unit()
            if number:
                come: dict[int, int] = defaultdict(int)
                for jobs, before, there in self._layout.transfers(rack, number):
                    origin = self._state.units[rack.name, number - 1, before]
                    for n in self._layout.touched(rack, number - 1, before, jobs):
                        origin.to_leave[n] = origin.to_leave.get(n, 0) + 1
                    come[there] += 1
                    self._state.left[rack.name] += 1
                for there, count in come.items():
                    self._state.units[rack.name, number, there].to_come = count

    def _enter(self, rack: Rack, begun: Placement | None = None) -> None:
        """The first stop, where the vials stand already."""
        stop = self._layout.stops(rack)[0]
        release = max([self._earliest, *(self._layout.kinds[j].release for j in rack.jobs)])
        release += self._delay.get(rack.name, 0)
        if begun is not None:
            release = begun.units[rack.name, 0, 0].start
        for i, jobs in enumerate(rack.units(self._layout.stops(rack), 0)):
            key = (rack.name, 0, i)
            unit = self._state.units[key]
            unit.place = next(n for n, p in enumerate(stop.visit.places) if p.slots >= len(jobs))
            place = stop.visit.places[unit.place]
            start = release
            if stop.visit.operations and self._layout.problem.carriers:
                demand = self._layout.demand(place.resource, len(jobs))
                found = start if begun is not None else self._state.stands(place, start, demand)
                if found is None:
                    raise _Blocked
                start = self._layout.opens(place, found)
                for n, part in enumerate(self._layout.parts(rack, 0, i)):
                    demand = self._layout.demand(place.resource, len(part))
                    unit.holds[n] = self._state.come(place, start, start, demand, rack.name, 0)
                    self._state.run(place, unit.holds[n], start, self._longer.get(key, 0))
            end = start + place.duration + self._longer.get(key, 0)
            if stop.visit.operations:
                unit.since = [(end, end, 0)]
            unit.start, unit.end = start, end
        self._state.open(self._layout.onward(rack, 0, None))

    # ------------------------------------------------------------ one step

    def _step(self) -> None:
        if not self._state.ready:
            raise _Blocked
        if self._order is not None:
            return self._step_in(self._order)
        groups: dict[tuple[object, ...], tuple[float, Key]] = {}
        first: set[tuple[str, int, int]] = set()
        for key in self._state.ready:
            rack = self._racks[key[0]]
            jobs, before, there = self._layout.transfers(rack, key[1])[key[2]]
            same = (key[0], key[1], before if rack.regroup else len(jobs))
            if same in first:
                continue  # equal leaves go in order
            first.add(same)
            if any(not self._decided(b) for b in self._after.get(key[:2], ())):
                continue
            rank = -self._tails[rack.name][key[1]] * self._weight[rack.name] * (1 if self._longest else -1)
            rank -= NEVER if key in self._urgent else 0
            alike: tuple[object, ...] = (key,)
            if key[1] == 1 and key[:2] not in self._rests and not self._state.units[key[0], 1, there].arrived:
                # of those that have not set out yet, equal ones go in order
                alike = (self._safety.way(key[0]), len(jobs), self._state.units[key[0], 0, before].end)
            if alike not in groups or (rank, key) < groups[alike]:
                groups[alike] = rank, key
        options: list[tuple[int, float, Key, int, int]] = []
        for rank, key in groups.values():
            best = self._offers.best(key)
            if best is not None:
                options.append((best[0], rank, key, best[1], best[2]))
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

    def _step_in(self, order: Mapping[Key, PlacedJourney]) -> None:
        """The journey that came first in an earlier plan, no sooner than there."""
        for key in sorted(self._state.ready, key=lambda k: (order[k].start if k in order else NEVER, k)):
            best = self._offers.after(key, max(self._earliest, order[key].start if key in order else 0))
            if best is not None and self._commit(key, best[1], best[2], best[0]):
                return
        raise _Blocked

    def _decided(self, into: Into) -> bool:
        """Whether all of a rack is on its way to a stop."""
        name, number = into
        return all(
            (name, number, g) in self._state.done.journeys
            for g in range(len(self._layout.transfers(self._racks[name], number)))
        )

    def _commit(self, key: Key, mode: int, place: int, start: int) -> bool:
        """Decide a journey and, where its operation is followed by a limited wait, those behind it."""
        # a plan from elsewhere may have led to where the test fails already
        careful = self._sure = self._sure or self._is_safe()
        for _ in range(_TRIES):
            mark = self._state.mark()
            late = self._place(key, mode, place, start)
            late = self._go_on() if late <= 0 and self._state.waiting else late
            if late <= 0 and (not careful or self._is_safe()):
                return True
            self._back_to(mark)
            if late <= 0 or late >= NEVER:
                return False
            best = self._offers.after(key, start + late)
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
        origin, target = self._state.units[rack.name, key[1] - 1, before], self._state.units[rack.name, key[1], there]
        visit = stops[key[1]].visit
        place = visit.places[p]
        self._state.save(origin)
        self._state.save(target)
        walk = not self._layout.problem.carriers
        mode = None if walk else self._layout.modes(rack, key[1], len(jobs))[m]
        held, arrived, released = start, start, start
        if mode is not None:
            journey = mode.journey
            held, arrived = start + journey.held + pause, start + journey.duration + pause
            released = start + journey.released
            self._state.hold(self._state.lines[True, mode.section], Hold(start, arrived, journey.robots))
            for resource, a, b in journey.windows:
                end = start + b + self._layout.after[resource]
                self._state.hold(self._state.lines[False, resource], Hold(start + a, end, 1))
        parts = self._layout.parts(rack, key[1], there)
        if walk and target.arrived + 1 == target.to_come:
            target.place = p
        for n in self._layout.touched(rack, key[1], there, jobs) if not walk else ():
            if n not in target.holds:
                demand = self._layout.demand(place.resource, len(parts[n]))
                target.holds[n] = self._state.come(place, held, arrived, demand, rack.name, key[1])
                target.place = p
            for claim, hold in zip(place.claims, target.holds[n], strict=True):
                if claim.since is None:
                    self._state.move(claim.resource, hold, min(hold.start, held), NEVER)
        for n in self._layout.touched(rack, key[1] - 1, before, jobs):
            origin.freed[n] = max(origin.freed.get(n, 0), released)
            origin.to_leave[n] -= 1
            if origin.to_leave[n] == 0 and n in origin.holds:
                self._state.leave(stops[key[1] - 1].visit.places[origin.place], origin.holds[n], origin.freed[n])
        target.arrived += 1
        target.latest = max(target.latest, arrived)
        self._state.decide(key, None if walk else PlacedJourney(m, start, pause))
        since, late = self._waits.since(rack, key[1], mode, start, arrived, origin)
        if not visit.operations:
            target.since = [*target.since, *since]
        if late > 0:
            return late
        if target.arrived < target.to_come:
            return 0
        return self._begin(rack, key[1], there, place, target, begin)

    def _begin(self, rack: Rack, number: int, there: int, place: Place, target: Unit, begun: int | None = None) -> int:
        """All have arrived: the run starts, and journeys that may not wait follow."""
        stops = self._layout.stops(rack)
        visit = stops[number].visit
        begin = target.latest if begun is not None else max(target.latest, self._earliest)
        for g, (_, before, to) in enumerate(self._layout.transfers(rack, number)):
            if to == there and visit.operations:
                begin = max(begin, self._waits.soonest(rack, number, g, before))
        start = self._layout.opens(place, begin)
        if target.holds and len(place.claims) > 1:
            found = self._state.begins(place, begin, target.holds[0])
            if found is None and (begun is None or begun >= self._earliest):
                self._state.wait((rack.name, number, there))  # (where a plan is followed in which these came already)
                return 0
            start = start if found is None else found
        runs = self._state.runs.get(place.resource) if place.duration else None
        if runs is not None:  # ends are known, so that there is a gap
            start = runs.free_from(start, place.duration, 1) or start
        if begun is not None:
            start = begun if begun < self._earliest else max(start, self._earliest)
        target.start, target.end = start, start + place.duration + self._longer.get((rack.name, number, there), 0)
        if runs is not None:
            self._state.hold(runs, Hold(start, target.end, 1))
        if target.end + self._tails[rack.name][number + 1] > self._limit:
            self._hopeless = True
        longer = target.end - start - place.duration
        if not self._layout.problem.carriers:
            size = len(rack.units(stops, number)[there])
            demand = self._layout.demand(place.resource, size)
            passing = self._state.come(place, start, start, demand, rack.name, number)
            self._state.run(place, passing, start, longer)
            self._state.leave(place, passing, target.end)
        for holds in target.holds.values() if len(place.claims) > 1 else ():
            self._state.run(place, holds, start, longer)
        for g, (_, before, to) in enumerate(self._layout.transfers(rack, number)):
            if to == there:
                late = self._waits.too_late(rack, number, g, before, start)
                if late > 0:
                    return late
        if visit.operations:
            target.since = [(target.end, target.end, 0)]
        if number == len(stops) - 1:
            for holds in target.holds.values():
                self._state.leave(place, holds, target.end)
            return 0
        fresh = self._layout.onward(rack, number, there)
        self._state.open(fresh)
        for key in fresh if begun is None else ():
            if self._waits.hurries(rack, number + 1, len(self._layout.transfers(rack, number + 1)[key[2]][0])):
                best = self._offers.best(key)
                if best is None:
                    if self._waits.may_wait(rack, number + 1):
                        self._urgent.add(key)  # others have to leave first; whether it was soon enough will be seen
                        continue
                    return NEVER  # whoever is there has to leave first
                late = self._place(key, best[1], best[2], best[0])
                if late > 0:
                    return late
            elif visit.operations and place.duration <= self._ahead:
                best = self._offers.best(key)
                mark = self._state.mark()
                if best is not None and self._place(key, best[1], best[2], best[0]) > 0:
                    self._back_to(mark)
        return 0

    def _go_on(self) -> int:
        """Those who stand in a first phase begin when it is known that the last one will be free; as :meth:`_begin`."""
        for key in list(self._state.waiting):
            rack, unit = self._racks[key[0]], self._state.units[key]
            place = self._layout.stops(rack)[key[1]].visit.places[unit.place]
            if self._state.begins(place, unit.latest, unit.holds[0]) is not None:
                self._state.go_on(key)
                self._state.save(unit)
                late = self._begin(rack, key[1], key[2], place, unit)
                if late > 0:
                    return late
        return 0

    # ------------------------------------------------------------ small things

    def _is_safe(self) -> bool:
        return self._safety.holds((n, x.open) for (robots, n), x in self._state.lines.items() if x.open and not robots)

    def _back_to(self, mark: int) -> None:
        self._hopeless = False  # if at all, it came of what is taken back
        self._state.back_to(mark)


def dispatch(
    layout: Layout, racks: Sequence[Rack], *, keys: Keys | None = None, earliest: int = 0,
    taken: Sequence[Taken] = (), surely: bool = True, begun: Placement | None = None, limit: int = NEVER,
    longer: Mapping[Key, int] | None = None, order: Placement | None = None,
) -> Placement | None:  # fmt: skip
    """A feasible placement; with ``surely`` fewer racks are let in together until they do not block each other.

    ``limit``: one that ends later is of no use, so that it is given up as soon as this is seen. ``longer``: how much
    longer the vials of a unit are not ready than planned. ``order``: what came first there comes first here.
    """
    for together in (NEVER, 6, 4, 3, 2, 1) if surely else (NEVER,):
        if together == NEVER or together < len(racks):
            one = Dispatcher(
                layout, racks, keys=keys, together=together, earliest=earliest, taken=taken, limit=limit,
                longer=longer, order=order,
            )  # fmt: skip
            found = one.run(begun)
            if found is not None:
                return found
    return None


__all__ = ["Dispatcher", "Keys", "dispatch"]
