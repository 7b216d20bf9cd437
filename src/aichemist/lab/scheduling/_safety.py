"""No rack may block another for ever: whether those under way can still be brought to their ends.

The banker's test (Dijkstra 1965): one rack whose whole way is free goes and frees what it held, and so on. Where none
can go all its way, some may make room by going on to a stop where they can wait, as far as a short search finds out.
Of an instrument in phases only the way out counts: it is taken by whoever comes in, and only when it will be free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ._lines import Hold
from ._placement import Layout
from ._visits import Rack

#: states that the search looks at before it gives up
_STATES = 60

Held = tuple[tuple[str, int, int], ...]  # resource, slots, stop


@frozen
class _Way:
    """What a kind of rack needs: at each stop one of (resource, slots), and where all of it can wait."""

    needs: tuple[tuple[tuple[str, int], ...], ...]
    rests: tuple[tuple[int, str, int], ...]


class Safety:
    """The test for the racks of one dispatcher; results are kept in the layout, for racks of equal ways."""

    def __init__(self, layout: Layout, racks: Sequence[Rack]) -> None:
        self._known = layout.safe
        self._capacity = {n: 1 if n in layout.exclusive else slots for n, slots in layout.capacity.items()}
        self._ways: dict[str, int] = {}
        for rack in racks:
            kind = (rack.family, rack.parks, rack.cut, rack.regroup, tuple(map(len, rack.leaves)))
            if kind not in layout.ways:
                layout.ways[kind] = (len(layout.ways), _way(layout, rack, self._capacity))
            self._ways[rack.name] = layout.ways[kind][0]
        self._all = [way for _, way in layout.ways.values()]

    def way(self, rack: str) -> int:
        """A number that racks of equal ways share."""
        return self._ways[rack]

    def holds(self, lines: Iterable[tuple[str, Sequence[Hold]]]) -> bool:
        """Whether nobody is blocked for ever; ``lines`` are the holds of each machine that nobody has ended."""
        held: dict[str, list[tuple[str, int, int]]] = {}
        for resource, holds in lines:
            for hold in (h for h in holds if h.rack):
                held.setdefault(hold.rack, []).append((resource, hold.demand, hold.stop))
        state = tuple(sorted((self._ways[n], tuple(sorted(h))) for n, h in held.items()))
        found = self._known.get(state)
        if found is None:
            found = self._known[state] = self._search(state)
        return found

    def _search(self, first: tuple[tuple[int, Held], ...]) -> bool:
        seen = {first}
        todo = [first]
        while todo and len(seen) <= _STATES:
            state = self._gone(todo.pop())
            if not state:
                return True
            used = _used(state)
            for i, (number, held) in enumerate(state):
                way = self._all[number]
                stop = held[0][2]
                if any(h[2] != stop for h in held):
                    continue
                others = _less(used, held)
                for further, resource, slots in way.rests:
                    if further <= stop:
                        continue
                    if not self._free(way, stop, others, further):
                        break
                    if others.get(resource, 0) + slots <= self._capacity[resource]:
                        moved = (number, ((resource, slots, further),))
                        after = tuple(sorted((*state[:i], moved, *state[i + 1 :])))
                        if after not in seen:
                            seen.add(after)
                            todo.append(after)
        return False

    def _gone(self, state: tuple[tuple[int, Held], ...]) -> tuple[tuple[int, Held], ...]:
        """Without those that can go all their way, one after another."""
        left, used = list(state), _used(state)
        while True:
            for i, (number, held) in enumerate(left):
                way = self._all[number]
                others = _less(used, held)
                if self._free(way, min(h[2] for h in held), others, len(way.needs)):
                    del left[i]
                    used = others
                    break
            else:
                return tuple(left)

    def _free(self, way: _Way, stop: int, others: Mapping[str, int], until: int) -> bool:
        return all(
            any(others.get(r, 0) + slots <= self._capacity[r] for r, slots in options)
            for options in way.needs[stop + 1 : until]
        )


def _used(state: Iterable[tuple[int, Held]]) -> dict[str, int]:
    used: dict[str, int] = {}
    for _, held in state:
        for resource, slots, _ in held:
            used[resource] = used.get(resource, 0) + slots
    return used


def _less(used: Mapping[str, int], held: Held) -> dict[str, int]:
    others = dict(used)
    for resource, slots, _ in held:
        others[resource] -= slots
    return others


def _way(layout: Layout, rack: Rack, capacity: Mapping[str, int]) -> _Way:
    stops = layout.stops(rack)
    needs, rests = [], []
    for n, stop in enumerate(stops):
        units = rack.units(stops, n)
        lasts = [p.claims[-1].resource for p in stop.visit.places]
        needs.append(tuple((name, layout.demand(name, max(map(len, units)))) for name in lasts))
        if not 0 < n < len(stops) - 1:
            continue
        following = [o for v in (*stops[n + 1].before, stops[n + 1].visit) for o in v.operations[:1]]
        if all(o.wait_max is None or o.late_price is not None for o in following):
            for name in lasts:
                slots = sum(layout.demand(name, len(u)) for u in units)
                if slots <= capacity[name]:
                    rests.append((n, name, slots))
    return _Way(tuple(needs), tuple(rests))


__all__ = ["Safety"]
