"""What decides between racks when they are dispatched, and small changes of it."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ._placement import Layout, Placement
from ._visits import Rack

Into = tuple[str, int]  # rack, stop


@frozen
class Keys:
    """What decides between racks.

    Attributes:
        weights: rack -> factor of its priority.
        delays: rack -> how much later it enters.
        after: pairs (a, b): no journey a is decided before one b. These turn round who comes first at a machine.
        patience: for how long a journey of higher priority is awaited.
        single: no two robots share a journey, so that one is left for others.
        longest_first: the rack with the longest way to go comes first; otherwise the one with the shortest, so that
            what is begun ends.
    """

    weights: Mapping[str, float] = field(factory=dict)
    delays: Mapping[str, int] = field(factory=dict)
    after: frozenset[tuple[Into, Into]] = frozenset()
    patience: int = 0
    longest_first: bool = True
    single: bool = False

    def shaken(self, layout: Layout, racks: Sequence[Rack], placement: Placement, dice: random.Random) -> Keys:
        """Other keys nearby."""
        weights, delays, after, patience = dict(self.weights), dict(self.delays), set(self.after), self.patience
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            what, rack = dice.random(), dice.choice(list(racks))
            if what < 0.6:
                swap = _swap(layout, racks, placement, dice)
                if swap is not None:
                    after.discard((swap[1], swap[0]))
                    after.add(swap)
            elif what < 0.7 and after:
                after.discard(dice.choice(sorted(after)))
            elif what < 0.85:
                weights[rack.name] = dice.uniform(0.05, 2.0)
            elif what < 0.93:
                delays[rack.name] = int(dice.random() ** 2 * placement.makespan / 2)
            elif what < 0.98:
                delays.pop(rack.name, None)
            else:
                patience = int(dice.choice((0, 0, 2, 5, 10, 20)) * 60 / layout.problem.unit_s)
        return Keys(weights, delays, frozenset(after), patience, self.longest_first, self.single)


def _swap(layout: Layout, racks: Sequence[Rack], placement: Placement, dice: random.Random) -> tuple[Into, Into] | None:
    """Two racks that follow each other closely at a machine, the other way round."""
    known = {r.name: r for r in racks}
    lines: dict[str, list[tuple[int, int, Into]]] = defaultdict(list)
    for (name, number, _), unit in placement.units.items():
        if number:
            place = layout.stops(known[name])[number].visit.places[unit.place]
            first, last = min(a for a, _ in unit.parts), max(b for _, b in unit.parts)
            lines[place.resource].append((first, last, (name, number)))
    pairs: list[tuple[Into, Into]] = []
    weights: list[float] = []
    for line in lines.values():
        line.sort()
        for (_, end, one), (start, _, other) in itertools.pairwise(line):
            if one[0] != other[0]:
                pairs.append((one, other))
                weights.append(1 / (1 + 50 * max(0, start - end) / placement.makespan))
    return dice.choices(pairs, weights)[0] if pairs else None
