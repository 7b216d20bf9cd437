"""How soon a rack can be brought to its next stop, by which journey and to which place."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ._journeys import Mode
from ._keys import Keys
from ._lines import NEVER, Hold, Need, earliest
from ._placement import FOR_EVER, Key, Layout
from ._safety import Safety
from ._state import State, Unit
from ._visits import Place, Rack

#: start, mode and place of a journey
Offer = tuple[int, int, int]


@frozen
class _Move:
    """Vials that go together to a stop: their units before and there, and what is the same for all such racks."""

    before: int
    there: int
    parts: tuple[tuple[int, int], ...]  # which ones of the unit there, and their vials
    whole: int
    places: tuple[Place, ...]
    fitting: tuple[int, ...]
    modes: tuple[Mode, ...]
    lows: tuple[tuple[int, ...], ...]
    scarce: tuple[int, ...]
    resources: frozenset[str]


class Offers:
    """Finds the journey that arrives first; what was found is kept while nothing has become free since."""

    def __init__(
        self, layout: Layout, racks: Mapping[str, Rack], state: State, safety: Safety, keys: Keys, not_before: int
    ) -> None:  # fmt: skip
        self._layout, self._racks, self._state = layout, racks, state
        self._units, self._lines = state.units, state.lines
        self._safety, self._keys, self._not_before = safety, keys, not_before
        self._known: dict[Key, tuple[tuple[int, int, int], Offer | None, list[Need]]] = {}

    def best(self, key: Key) -> Offer | None:
        """Start, mode and place of the earliest arrival."""
        if not self._layout.problem.carriers:
            return self.after(key, 0)
        move = self._move(key)
        target = self._units[key[0], key[1], move.there]
        end = self._units[key[0], key[1] - 1, move.before].end
        stamp = (target.arrived, end, sum(self._lines[False, r].released for r in move.resources)
                 + sum(self._lines[True, m.section].released for m in move.modes))  # fmt: skip
        known = self._known.get(key)
        if known is not None and known[0] == stamp:
            offer = known[1]
            if offer is None or all(
                line.free_from(offer[0] + offset, length, demand) == offer[0] + offset
                for line, offset, length, demand in known[2]
            ):
                return offer
        offer, needs = self._find(key, move, 0)
        self._known[key] = stamp, offer, needs
        return offer

    def after(self, key: Key, not_before: int) -> Offer | None:
        """The same, from a time on."""
        move = self._move(key)
        if self._layout.problem.carriers:
            return self._find(key, move, not_before)[0]
        origin, target = self._units[key[0], key[1] - 1, move.before], self._units[key[0], key[1], move.there]
        ready = max(origin.end + self._keys.rests.get(key[:2], 0), not_before)
        if target.arrived + 1 < target.to_come:
            return ready, 0, 0
        return self._walk(max(ready, target.latest), move)

    def out_of_phases(self, key: Key) -> bool:
        """Whether a journey takes vials out of an instrument in phases."""
        holds = self._units[key[0], key[1] - 1, self._move(key).before].holds
        return any(len(h) > 1 for h in holds.values())

    def _move(self, key: Key) -> _Move:
        alike = (self._safety.way(key[0]), *key[1:])
        move = self._layout.moves.get(alike)
        if move is None:
            layout, rack = self._layout, self._racks[key[0]]
            jobs, before, there = layout.transfers(rack, key[1])[key[2]]
            places = layout.stops(rack)[key[1]].visit.places
            parts = layout.parts(rack, key[1], there)
            whole = len(rack.units(layout.stops(rack), key[1])[there])
            modes = layout.modes(rack, key[1], len(jobs)) if layout.problem.carriers else ()
            move = layout.moves[alike] = _Move(
                before, there, tuple((n, len(parts[n])) for n in layout.touched(rack, key[1], there, jobs)), whole,
                places, tuple(p for p, place in enumerate(places) if place.slots >= whole), modes,
                tuple(
                    tuple(x.low - x.start for x in m.limits if x.to_journey and not x.from_journey) for m in modes
                ),
                tuple(sum(layout.scarce.get(w[0], 0) for w in m.journey.windows) for m in modes),
                frozenset(
                    {c.resource for p in places for c in p.claims} | {w[0] for m in modes for w in m.journey.windows}
                ),
            )  # fmt: skip
        return move

    def _find(self, key: Key, move: _Move, not_before: int) -> tuple[Offer | None, list[Need]]:
        origin, target = self._units[key[0], key[1] - 1, move.before], self._units[key[0], key[1], move.there]
        size = sum(vials for n, vials in move.parts if n not in target.holds)
        ready = max(origin.end + self._keys.rests.get(key[:2], 0), not_before, self._not_before)
        best: tuple[int, int, int, int, int, int] | None = None
        needed: list[Need] = []
        for m, mode in enumerate(move.modes):
            journey = mode.journey
            if self._keys.single and m and journey.robots > 1:
                continue
            begin = ready
            for low in move.lows[m]:  # a wait that must at least pass
                begin = max([begin, *(late + low for late, _, _ in origin.since)])
            common = [(self._lines[True, mode.section], 0, journey.duration, journey.robots)]
            common += [
                (self._lines[False, r], a, b - a + self._layout.after[r], 1) for r, a, b in journey.windows
            ]  # fmt: skip
            for p in [target.place] if target.holds else move.fitting:
                place, needs = move.places[p], common
                twice = max((b for r, _, b in journey.windows if r == place.resource), default=0) > journey.held
                if twice and place.resource in self._layout.exclusive:
                    continue  # the robot would still serve vials one by one where others are put down already
                own = self._own(key, move, origin, place, mode)
                if size:
                    demand = self._layout.demand(place.resource, size)
                    demand += twice  # (a slot is left for those that are served meanwhile)
                    needs = [*common]
                    for claim in (c for c in place.claims if c.since is None):
                        line = self._lines[False, claim.resource]
                        mine = next((h for h in own if h in line.open), None)
                        needs.append((line if mine is None else line.without(mine), journey.held, NEVER, demand))
                start = earliest(needs, begin)
                if start is not None:
                    arrived = start + journey.duration
                    if len(place.claims) > 1:
                        own = (*own, *target.holds.get(0, ()))
                    run = self._state.begins(place, arrived, own)
                    if run is None:
                        continue  # those in the last phase have to be taken away first
                    # who comes as early leaves what others cannot do without, and takes the place late
                    end = run + place.duration
                    if end >= FOR_EVER:
                        continue
                    if len(place.claims) > 1:
                        needs = [*needs, *((x, a + run - start, n, d) for x, a, n, d in self._state.needs(place, own))]
                    found = (end, move.scarce[m], -start - journey.held, start, m, p)
                    if best is None or found < best:
                        best, needed = found, needs
        return (None if best is None else best[3:]), needed

    def _own(self, key: Key, move: _Move, origin: Unit, place: Place, mode: Mode) -> tuple[Hold, ...]:
        """What the vials themselves hold of a machine to which they come back, once all of them are on board."""
        if place.resource not in self._layout.exclusive or len(origin.holds) != 1 or origin.to_leave.get(0) != 1:
            return ()
        rack = self._racks[key[0]]
        before = self._layout.stops(rack)[key[1] - 1].visit.places[origin.place]
        journey = mode.journey
        pad = max(self._layout.after[c.resource] for c in before.claims)
        if before.resource != place.resource or journey.held < journey.released + pad:
            return ()
        return origin.holds.get(0, ())

    def _walk(self, ready: int, move: _Move) -> Offer | None:
        """Vials that go by themselves."""
        best: tuple[int, int, int] | None = None
        for p in move.fitting:
            place = move.places[p]
            needs = []
            for claim in place.claims:
                begin, until = claim.since or 0, place.duration if claim.until is None else claim.until
                length = until - begin + self._layout.after[claim.resource]
                demand = self._layout.demand(claim.resource, move.whole)
                needs.append((self._lines[False, claim.resource], begin, length, demand))
            start = earliest(needs, ready)
            if start is None:
                continue
            end = self._layout.opens(place, start) + place.duration
            if end < FOR_EVER and (best is None or (end, p) < (best[0], best[2])):
                best = (end, start, p)
        return None if best is None else (best[1], 0, best[2])


__all__ = ["Offer", "Offers"]
