"""Search over what the dispatcher goes by, and over where racks are put down in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import log

from attrs import define, evolve

from ._budget import Budget
from ._dispatch import dispatch
from ._keys import Keys, drawn_rules, first_rules, not_full
from ._placement import Layout, Placement
from ._visits import Rack

#: share of the time that goes to dispatching: where CP-SAT takes all racks at once, else, and where it can move too few
#: of many racks at a time; and how much worse (share of the makespan) is accepted at first
_SHARE_FEW, _SHARE, _SHARE_MANY, _HEAT = 0.6, 0.9, 0.95, 0.002
_FEW, _MANY = 3, 8
#: shares of the time in which new ways to form racks are still begun, and in which rules are still tried
_FIRST, _RULED = 0.15, 0.3
#: ways with more than this factor of the fewest racks are not tried: they take long to dispatch and are no good
_MORE = 2.5
#: walks that are annealed; weight of the mean end beside the makespan
_KEPT, _MEAN = 3, 0.05
#: rules that are drawn at most, from ways to form racks that are at most this factor worse than the best
_DRAWS, _NEAR = 300, 1.05
#: rounds without a better plan after which it is left to CP-SAT
_STILL = 250
#: up to here: racks are put down (0.12), or cut
_CUT = 0.24
#: stops before which racks are put down on trial
_PARKS = 8


def by_dispatching(
    layout: Layout, plans: Sequence[list[Rack]], bound: int, budget: Budget,
    keep: Callable[[Placement, list[Rack]], None], most: int, seen: Callable[[Placement, list[Rack]], None],
) -> list[tuple[Placement, list[Rack]]]:  # fmt: skip
    """Search over the keys of the dispatcher by simulated annealing, from the best of many simple rules.

    Returns the best placement for each of the ways to form racks that were looked at to the end. ``seen`` is
    called with what is found on the way: the best of the first rules, all of the drawn ones, all that are accepted.
    """
    dice = random.Random(budget.seed)
    walks: list[_Walk] = []
    for racks in plans:
        if walks and budget.steps is None and budget.used > _FIRST * budget.seconds:
            break
        if walks and len(racks) > _MORE * min(len(w.racks) for w in walks):
            continue
        found = []
        for keys in first_rules():
            placement = dispatch(layout, racks, keys=keys)
            if placement is not None:
                keep(placement, racks)
                found.append(_Walk(racks, keys, placement, placement, racks))
        if found:
            walks.append(min(found, key=lambda w: w.best.cost))
            seen(walks[-1].best, racks)
    _draw_rules(layout, walks, bound, budget, keep, most, dice, seen)
    best, begun, rounds, since = min((w.best.cost for w in walks), default=0), budget.used, 0, 0
    count = len(walks[0].racks) if walks else 0
    share = _SHARE_FEW if count <= _FEW else _SHARE if count <= _MANY else _SHARE_MANY
    while walks and best > bound and since < _STILL:
        rounds, since = rounds + 1, since + 1
        done = (
            rounds / most if budget.steps is not None
            else (budget.used - begun) / max(0.01, share * budget.seconds - begun)
        )  # fmt: skip
        if done > 1:
            break
        count = max(1, round(len(walks) * (1 - 1.5 * done)))  # the weaker ones are left behind
        walk = walks[rounds % count]
        racks, tried = walk.racks, walk.keys
        what = dice.random()
        if what < 0.12:
            racks, tried = _parked(layout, racks, tried, dice)
        elif what < _CUT:
            racks = _cut(layout, racks, dice)
        elif what < _CUT + 0.35 * (1 - done):
            for _ in range(dice.choice((1, 2, 2, 3))):
                racks, tried = dice.choice(_changes(layout, racks, tried))
        else:
            tried = tried.shaken(layout, racks, walk.now, dice)
        worse = -log(1 - dice.random()) * _HEAT * walk.best.makespan * (1 - done)  # Metropolis, drawn beforehand
        limit = _score(walk.now) + worse
        placement = dispatch(layout, racks, keys=tried, surely=False, limit=int(limit))
        if placement is not None and _score(placement) <= limit:
            walk.racks, walk.keys, walk.now = racks, tried, placement
            seen(placement, racks)
            if placement.cost < walk.best.cost:
                walk.best, walk.best_racks = placement, racks
                if placement.cost < best:
                    best, since = placement.cost, 0
                    keep(placement, racks)
        if rounds % 25 == 0:
            walks.sort(key=lambda w: w.best.cost)
    return [(w.best, w.best_racks) for w in sorted(walks, key=lambda w: w.best.cost)]


def _draw_rules(
    layout: Layout, walks: list[_Walk], bound: int, budget: Budget, keep: Callable[[Placement, list[Rack]], None],
    most: int, dice: random.Random, seen: Callable[[Placement, list[Rack]], None],
) -> None:  # fmt: skip
    """Simple rules for all racks, drawn at random; leaves the best few as ``walks``."""
    walks.sort(key=lambda w: w.best.cost)
    bases = [w.best_racks for w in walks if w.best.cost <= _NEAR * walks[0].best.cost]
    for number in range(_DRAWS if walks else 0):
        over = number >= most if budget.steps is not None else budget.used > _RULED * budget.seconds
        if over or walks[0].best.cost <= bound:
            break
        racks, keys = dice.choice(bases), drawn_rules(layout, dice)
        if dice.random() < 0.7:
            racks = [evolve(r, parks=frozenset()) if r.parks else r for r in racks]
        stops = _stops_to_park(layout, racks)
        if stops and dice.random() < 0.85:
            racks, keys = _with_park(layout, racks, keys, *dice.choice(stops))
        if dice.random() < 0.5:
            keys = evolve(keys, weights=not_full(racks, 2.0))
        limit = int(_NEAR * walks[0].best.cost)
        placement = dispatch(layout, racks, keys=keys, surely=False, limit=limit)
        if placement is None:
            continue
        seen(placement, racks)
        if placement.cost < walks[0].best.cost:
            keep(placement, racks)
        if all(w.best.cost != placement.cost for w in walks[:_KEPT]):
            walks.append(_Walk(racks, keys, placement, placement, racks))
            walks.sort(key=lambda w: w.best.cost)
            del walks[_KEPT:]
    del walks[_KEPT:]


def _stops_to_park(layout: Layout, racks: Sequence[Rack]) -> list[tuple[int, int]]:
    """Families and their stops before which all their racks may be put down."""
    families = sorted({r.family for r in racks if _fits(layout, r)})
    return [(f, n) for f in families for n in layout.may_park(f)][:_PARKS]


def _changes(layout: Layout, racks: list[Rack], keys: Keys) -> list[tuple[list[Rack], Keys]]:
    """Another rule for all racks, or one more or less stop before which all of a kind are put down."""
    parked = [_with_park(layout, racks, keys, f, n) for f, n in _stops_to_park(layout, racks)]
    return parked + [(racks, changed) for changed in keys.ruled(layout, racks)]


def _with_park(layout: Layout, racks: list[Rack], keys: Keys, family: int, stop: int) -> tuple[list[Rack], Keys]:
    changed = [evolve(r, parks=r.parks ^ {stop}) if r.family == family and _fits(layout, r) else r for r in racks]
    return changed, _without(keys, changed, racks)


def _without(keys: Keys, changed: Sequence[Rack], racks: Sequence[Rack]) -> Keys:
    """Without what was said of the stops of changed racks, which are others now."""
    names = {r.name for r, old in zip(changed, racks, strict=True) if r is not old}
    after = frozenset(pair for pair in keys.after if pair[0][0] not in names and pair[1][0] not in names)
    rests = {into: time for into, time in keys.rests.items() if into[0] not in names}
    return evolve(keys, after=after, rests=rests)


def _score(placement: Placement) -> float:
    """The cost and, a little, how soon the vials have gone their ways on the average."""
    last: dict[str, tuple[int, int]] = {}
    for (name, number, _), unit in placement.units.items():
        last[name] = max(last.get(name, (0, 0)), (number, max(b for _, b in unit.parts)))
    return placement.cost + _MEAN * sum(end for _, end in last.values()) / len(last)


@define
class _Walk:
    """One walk of the annealing."""

    racks: list[Rack]
    keys: Keys
    now: Placement
    best: Placement
    best_racks: list[Rack]


def _parked(layout: Layout, racks: list[Rack], keys: Keys, dice: random.Random) -> tuple[list[Rack], Keys]:
    """One rack, or all of a kind, are put down in the storage before one more stop, or one less."""
    rack = dice.choice(racks)
    stops = layout.may_park(rack.family)
    if not stops:
        return racks, keys
    stop, everyone = dice.choice(stops), dice.random() < 0.4
    chosen = [r for r in racks if (r is rack or (everyone and r.family == rack.family)) and _fits(layout, r)]
    changed = [evolve(r, parks=rack.parks ^ {stop}) if r in chosen else r for r in racks]
    return changed, _without(keys, changed, racks)


def _cut(layout: Layout, racks: list[Rack], dice: random.Random) -> list[Rack]:
    """One rack goes in parts over some of its stops, or no longer."""
    several = [r for r in racks if len(r.jobs) > 1 and len(layout.stops(r)) > 3]
    if not several or not layout.problem.carriers:
        return racks
    rack = dice.choice(several)
    if rack.cut is not None and dice.random() < 0.35:
        return [evolve(r, cut=None) if r is rack else r for r in racks]
    last = len(layout.families[rack.family].stops) - 1
    first = dice.randrange(2, last + 1)  # they leave their first stop together
    until = last if dice.random() < 0.5 else dice.randrange(first, last + 1)
    sizes = sorted({len(rack.leaves[0]), -(-len(rack.jobs) // 2), *rack.halves} - {len(rack.jobs)})
    return [evolve(r, cut=(first, until, dice.choice(sizes))) if r is rack else r for r in racks]


def _fits(layout: Layout, rack: Rack) -> bool:
    return any(p.slots >= len(rack.jobs) for p in layout.storage)


def put_down_again(layout: Layout, racks: Sequence[Rack]) -> list[list[Rack]]:
    """Racks that are put down before they come to a machine again: before one such stop, and before all."""
    found: dict[int, list[int]] = {}
    for rack in racks:
        seen, again = set[str](), []
        for n, stop in enumerate(layout.stops(rack)):
            names = {p.resource for p in stop.visit.places}
            if names & seen and n in layout.may_park(rack.family):
                again.append(n)
            seen |= names
        found[rack.family] = again
    most = max((len(v) for v in found.values()), default=0)
    choices = [{f: frozenset(v[k : k + 1]) for f, v in found.items()} for k in range(min(most, 4))]
    choices.append({f: frozenset(v) for f, v in found.items()})
    out = []
    for choice in choices:
        parked = [evolve(r, parks=choice[r.family]) if _fits(layout, r) else r for r in racks]
        if parked != list(racks) and parked not in out:
            out.append(parked)
    return out
