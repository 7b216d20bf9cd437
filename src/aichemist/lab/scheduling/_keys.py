"""What decides between racks when they are dispatched, and small changes of it."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

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
        ahead: from runs that last at most this long, racks are fetched as soon as it is known when (-1: from none).
        rests: (rack, stop) -> for how long it waits before it sets out to a stop.
        longest_first: the rack with the longest way to go comes first; otherwise the one with the shortest, so that
            what is begun ends.
    """

    weights: Mapping[str, float] = field(factory=dict)
    delays: Mapping[str, int] = field(factory=dict)
    after: frozenset[tuple[Into, Into]] = frozenset()
    patience: int = 0
    longest_first: bool = True
    single: bool = False
    ahead: int = -1
    rests: Mapping[Into, int] = field(factory=dict)

    def ruled(self, layout: Layout, racks: Sequence[Rack]) -> list[Keys]:
        """The same with one other rule for all."""
        minute = 60 / layout.problem.unit_s
        out = [evolve(self, ahead=a) for a in (-1, int(10 * minute), int(30 * minute))]
        out += [evolve(self, patience=p) for p in (0, int(5 * minute))]
        out += [evolve(self, weights=w) for w in ({}, not_full(racks, 2.0), not_full(racks, 0.5))]
        out += [evolve(self, longest_first=not self.longest_first), evolve(self, single=not self.single)]
        return [k for k in out if k != self]

    def shaken(self, layout: Layout, racks: Sequence[Rack], placement: Placement, dice: random.Random) -> Keys:
        """Other keys nearby."""
        weights, delays, after, patience = dict(self.weights), dict(self.delays), set(self.after), self.patience
        single, ahead, rests = self.single, self.ahead, dict(self.rests)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            what, rack = dice.random(), dice.choice(list(racks))
            if what < 0.25:
                for pair in _moved(layout, racks, placement, dice):
                    after.discard((pair[1], pair[0]))
                    after.add(pair)
            elif what < 0.5:
                swap = _swap(layout, racks, placement, dice)
                if swap is not None:
                    after.discard((swap[1], swap[0]))
                    after.add(swap)
            elif what < 0.58 and after:
                after.discard(dice.choice(sorted(after)))
            elif what < 0.7:
                weights[rack.name] = dice.uniform(0.05, 2.0)
            elif what < 0.75:
                delays[rack.name] = int(dice.random() ** 2 * placement.makespan / 2)
            elif what < 0.8:
                delays.pop(rack.name, None)
            elif what < 0.9 and len(layout.stops(rack)) > 1:
                number = dice.randrange(1, len(layout.stops(rack)))
                rests[rack.name, number] = int(dice.random() ** 3 * placement.makespan / 6)
            elif what < 0.95:
                if rests:
                    del rests[dice.choice(sorted(rests))]
            elif what < 0.97:
                single = not single
            elif what < 0.985:
                ahead = -1 if ahead >= 0 else int(dice.choice((5, 10, 20, 60)) * 60 / layout.problem.unit_s)
            else:
                patience = int(dice.choice((0, 0, 2, 5, 10, 20)) * 60 / layout.problem.unit_s)
        return Keys(weights, delays, frozenset(after), patience, self.longest_first, single, ahead, rests)


def first_rules() -> list[Keys]:
    """Rules to begin with."""
    return [Keys(longest_first=longest, single=single) for single in (False, True) for longest in (True, False)]


def drawn_rules(layout: Layout, dice: random.Random) -> Keys:
    """Some rules for all racks."""
    minute = 60 / layout.problem.unit_s
    return Keys(
        patience=int(dice.choice((0, 5)) * minute), ahead=int(30 * minute) if dice.random() < 0.6 else -1,
        longest_first=dice.random() < 0.4, single=dice.random() < 0.8,
    )  # fmt: skip


def not_full(racks: Sequence[Rack], weight: float) -> dict[str, float]:
    """Racks that are not full, which are soon done, come later or sooner than the others."""
    full: dict[int, int] = {}
    for rack in racks:
        full[rack.family] = max(full.get(rack.family, 0), len(rack.jobs))
    return {r.name: weight for r in racks if len(r.jobs) < full[r.family]}


def _moved(layout: Layout, racks: Sequence[Rack], placement: Placement, dice: random.Random) -> list[tuple[Into, Into]]:
    """Where several racks want one of the same machines: one of them comes some places sooner or later.

    Pairs (a, b) as in :attr:`Keys.after`. Machines with much work are chosen more often.
    """
    known = {r.name: r for r in racks}
    lines: dict[frozenset[str], dict[Into, int]] = defaultdict(dict)
    loads: dict[frozenset[str], int] = defaultdict(int)
    for (name, number, _), unit in placement.units.items():
        if number:
            visit = layout.stops(known[name])[number].visit
            machines = frozenset(p.resource for p in visit.places)
            into = (name, number)
            lines[machines][into] = min(unit.start, lines[machines].get(into, unit.start))
            loads[machines] += 1 + visit.duration
    groups = [g for g, line in lines.items() if len({name for name, _ in line}) > 1]
    if not groups:
        return []
    chosen = dice.choices(groups, [loads[g] for g in groups])[0]
    line = sorted(lines[chosen], key=lambda into: (lines[chosen][into], into))
    i, j = dice.randrange(len(line)), dice.randrange(len(line))
    if i > j:
        return [(x, line[i]) for x in line[j:i] if x[0] != line[i][0]]
    return [(line[i], x) for x in line[i + 1 : j + 1] if x[0] != line[i][0]]


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
