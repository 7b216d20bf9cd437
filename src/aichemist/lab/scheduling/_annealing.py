"""Search over what the dispatcher goes by, and over where racks are put down in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import exp

from attrs import define, evolve

from ._budget import Budget
from ._dispatch import dispatch
from ._keys import Keys
from ._placement import Layout, Placement
from ._visits import Rack

#: share of the time that goes to dispatching, and how much worse (share of the makespan) is accepted at first
_SHARE, _HEAT = 0.6, 0.03
#: share of the time in which new ways to form racks are still begun
_FIRST = 0.2


def by_dispatching(
    layout: Layout, plans: Sequence[list[Rack]], bound: int, budget: Budget,
    keep: Callable[[Placement, list[Rack]], None], most: int,
) -> list[tuple[Placement, list[Rack]]]:  # fmt: skip
    """Search over the keys of the dispatcher by simulated annealing, from the better of the simple rules.

    Returns the best placement for each way to form racks.
    """
    dice = random.Random(budget.seed)
    walks: list[_Walk] = []
    for racks in plans:
        if walks and budget.steps is None and budget.used > _FIRST * budget.seconds:
            break
        for keys in (Keys(), Keys(longest_first=False)):
            placement = dispatch(layout, racks, keys=keys)
            if placement is not None:
                keep(placement, racks)
                walks.append(_Walk(racks, keys, placement, placement, racks))
    walks.sort(key=lambda w: w.best.makespan)
    best, begun, rounds = min((w.best.makespan for w in walks), default=0), budget.used, 0
    while walks and best > bound:
        rounds += 1
        done = (
            rounds / most if budget.steps is not None
            else (budget.used - begun) / max(0.01, _SHARE * budget.seconds - begun)
        )  # fmt: skip
        if done > 1:
            break
        count = max(1, round(len(walks) * (1 - 1.5 * done)))  # the weaker ones are left behind
        walk = walks[rounds % count]
        racks, tried = walk.racks, walk.keys
        if dice.random() < 0.15:
            racks, tried = _parked(layout, racks, tried, dice)
        else:
            tried = tried.shaken(layout, racks, walk.now, dice)
        placement = dispatch(layout, racks, keys=tried, surely=False)
        if placement is None:
            continue
        worse = placement.makespan - walk.now.makespan
        if worse <= 0 or dice.random() < exp(-worse / (_HEAT * walk.best.makespan * (1 - done) + 1e-9)):
            walk.racks, walk.keys, walk.now = racks, tried, placement
            if placement.makespan < walk.best.makespan:
                walk.best, walk.best_racks = placement, racks
                if placement.makespan < best:
                    best = placement.makespan
                    keep(placement, racks)
        if rounds % 25 == 0:
            walks.sort(key=lambda w: w.best.makespan)
    return [(w.best, w.best_racks) for w in sorted(walks, key=lambda w: w.best.makespan)][:3]


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
    names = {r.name for r, old in zip(changed, racks, strict=True) if r is not old}
    after = frozenset(pair for pair in keys.after if pair[0][0] not in names and pair[1][0] not in names)
    return changed, evolve(keys, after=after)


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
