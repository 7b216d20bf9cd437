"""A new plan for vials that are anywhere in the laboratory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from math import inf

from attrs import evolve, frozen

from aichemist.chemistry import Experiment, InfeasibleError

from ..layout import Lab, Station
from ._frozen import World, make_world
from ._list_scheduler import name_drafts, to_timetable
from ._options import Group
from ._pools import Draft, Hold
from ._rack_scheduler import in_racks
from ._route import Lot, Visit, chunks, group
from ._search import LotSearch, NoWayError
from ._timetable import Task, Timetable

#: rounds of dispatching for vials that have not set out
_ROUNDS = 10


@frozen
class Standing:
    """Where a vial is, or will be when what has begun has ended, and what is still to be done with it.

    Attributes:
        experiment: with the remaining steps only.
        place: a station.
        ready_s: from then on it may be fetched.
        last_step_end_s: ``None`` before the first step.
    """

    experiment: Experiment
    place: str
    home: str
    ready_s: float
    last_step_end_s: float | None = None


@frozen
class Revision:
    """``stranded``: sample -> why its remaining steps cannot be done; it is brought home where that is possible."""

    timetable: Timetable
    stranded: dict[str, str]


def revise(
    lab: Lab, standing: Sequence[Standing], frozen_tasks: Sequence[Task], now_s: float, *,
    out_of_service: Collection[str] = (), revision: int = 1,
) -> Revision:  # fmt: skip
    """Plan the rest of all vials anew, around what has begun.

    Lots that have least before them come first, since those free places for the others; a lot that finds no way
    waits for the next round. What nobody can do is given up: those vials only go home. Vials that have not set out
    go in racks round the others, where that ends sooner and has been tried out; the way of those on the road is too
    far gone for a rack.

    Args:
        frozen_tasks: what has ended or begun, or must be carried out as it is; times as known best.
        out_of_service: stations and robots that are given nothing new.
        revision: number of the plan in this run, for names that never come twice.
    """
    usable = evolve(
        lab,
        stations=tuple(
            evolve(s, operations=("store",) if s.role == "storage" else ()) if s.name in out_of_service else s
            for s in lab.stations
        ),
    )
    simple = _by_list(usable, standing, frozen_tasks, now_s, out_of_service, revision)
    fresh = [s for s in standing if s.place == s.home and s.last_step_end_s is None and s.experiment.steps]
    away = any(r.name in out_of_service for r in lab.robots)
    if not fresh or away or simple.stranded or len(lab.with_role("start")) > 1:
        return simple
    return _fresh_in_racks(usable, standing, fresh, frozen_tasks, now_s, revision, simple)


def _fresh_in_racks(
    lab: Lab, standing: Sequence[Standing], fresh: Sequence[Standing], frozen_tasks: Sequence[Task], now_s: float,
    revision: int, simple: Revision,
) -> Revision:  # fmt: skip
    """Vials that have not set out are planned in racks round all others, where that ends sooner."""
    from ._lot_solver import solve_lots

    names = {s.experiment.sample for s in fresh}
    others = [s for s in standing if s.experiment.sample not in names]
    first = _by_list(lab, others, frozen_tasks, now_s, (), revision)
    if first.stranded or first.timetable.end_s >= simple.timetable.end_s:
        return simple
    planned = {
        t.id: evolve(t, after=(*t.after, *first.timetable.extra_after.get(t.id, ())))
        for t in (*frozen_tasks, *first.timetable.tasks)
    }
    found = in_racks(
        lab, [s.experiment for s in fresh], max([now_s, *(s.ready_s for s in fresh)]), list(planned.values()),
        lambda problem: solve_lots(problem, rounds=_ROUNDS), set(planned), before_s=simple.timetable.end_s,
        mark=f"r{revision}.",
    )  # fmt: skip
    if isinstance(found, str):
        return simple
    own = {t.id for t in first.timetable.tasks}
    tasks = [evolve(t, after=(*t.after, *found.extra_after.get(t.id, ()))) for t in first.timetable.tasks]
    extra = {k: (*first.timetable.extra_after.get(k, ()), *found.extra_after.get(k, ()))
             for k in {*first.timetable.extra_after, *found.extra_after} - own}  # fmt: skip
    return Revision(Timetable((*tasks, *found.tasks), dict(sorted(extra.items()))), {})


def _by_list(
    usable: Lab, standing: Sequence[Standing], frozen_tasks: Sequence[Task], now_s: float,
    out_of_service: Collection[str], revision: int,
) -> Revision:  # fmt: skip
    world = make_world(usable, frozen_tasks, now_s, {s.experiment.sample for s in standing})
    for name in out_of_service:
        if name in world.robots:
            world.robots[name].add(0, Hold(max(now_s, world.robots[name].last_end_s()), inf, [], []))
    last = _last_drafts(world)
    known = {s.experiment.sample: s for s in standing}
    stranded: dict[str, str] = {}
    lots = _lots(usable, standing, stranded)
    drafts: list[tuple[int, Draft]] = []
    while lots:
        left: list[Lot] = []
        reasons: dict[int, str] = {}
        for lot in sorted(lots, key=lambda x: (len(x.visits), x.batch, x.vials)):
            try:
                drafts += [(lot.batch, d) for d in _search(world, lot, known, last, now_s)]
            except NoWayError as error:
                reasons[id(lot)] = str(error)
                left.append(lot)
        if len(left) == len(lots):
            left = _give_way(left, reasons, stranded)
        lots = left
    name_drafts(drafts, {t.id for t in frozen_tasks}, f"r{revision}.")
    return Revision(to_timetable(world, [d for _, d in drafts]), stranded)


def _give_way(lots: list[Lot], reasons: dict[int, str], stranded: dict[str, str]) -> list[Lot]:
    """Nobody gets through: the first lot that can be is halved; else the one furthest from its end goes home."""
    for i, lot in enumerate(lots):
        if len(lot.vials) > 1:
            parts = [evolve(lot, vials=p) for p in chunks(lot.vials, -(-len(lot.vials) // 2))]
            return [*lots[:i], *parts, *lots[i + 1 :]]
    with_steps = [lot for lot in lots if lot.visits]
    if not with_steps:  # they stay where they stand
        for lot in lots:
            stranded.update({v: stranded.get(v) or reasons[id(lot)] for v in lot.vials})
        return []
    worst = max(with_steps, key=lambda x: (len(x.visits), x.vials))
    stranded.update(dict.fromkeys(worst.vials, reasons[id(worst)]))
    return [evolve(lot, visits=()) if lot is worst else lot for lot in lots]


def _lots(lab: Lab, standing: Sequence[Standing], stranded: dict[str, str]) -> list[Lot]:
    """Vials that stand together and have the same before them; the rack's size is not exceeded."""
    most = min((min(r.vials_per_rack, r.capacity) for r in lab.robots), default=1)
    together: dict[tuple[str, str, int], list[Standing]] = defaultdict(list)
    for one in standing:
        together[one.place, one.home, one.experiment.batch].append(one)
    lots: list[Lot] = []
    for (_, home, batch), members in sorted(together.items()):
        station = lab.station(home)
        bare = [m.experiment.sample for m in members if not m.experiment.steps]
        found: list[tuple[tuple[str, ...], tuple[Visit, ...]]] = [(tuple(bare), ())] if bare else []
        for experiments in _alike([m.experiment for m in members if m.experiment.steps]):
            try:
                homes = {e.sample: station for e in experiments}
                found += [(vials, visits) for _, _, vials, visits in group(lab, experiments, homes)]
            except InfeasibleError as error:
                vials = tuple(e.sample for e in experiments)
                stranded.update(dict.fromkeys(vials, str(error)))
                found.append((vials, ()))
        lots += [Lot(batch, station, part, visits) for vials, visits in found for part in chunks(vials, most)]
    return lots


def _alike(experiments: Iterable[Experiment]) -> list[list[Experiment]]:
    """By the steps that remain, so that one impossible step gives up only those that need it."""
    parts: dict[tuple[int, ...], list[Experiment]] = defaultdict(list)
    for experiment in experiments:
        parts[tuple(s.index for s in experiment.steps)].append(experiment)
    return list(parts.values())


def _last_drafts(world: World) -> dict[str, Draft]:
    last: dict[str, Draft] = {}
    for draft in sorted(world.drafts, key=lambda d: (d.start_s, d.end_s)):
        for vial in draft.samples:
            last[vial] = draft
    return last


def _search(world: World, lot: Lot, known: dict[str, Standing], last: dict[str, Draft], now_s: float) -> list[Draft]:
    mine = [known[v] for v in lot.vials]
    place: Station = world.lab.station(mine[0].place)
    if place == lot.home and not lot.visits:
        return []
    holds: tuple[Hold, ...] = ()
    if place.name in world.pools:
        vials = set(lot.vials)
        holds = tuple(h for line in world.pools[place.name].units for h in line if h.vials & vials)
    ends = tuple(m.last_step_end_s for m in mine)
    begun = tuple(last.get(v) for v in lot.vials)
    first = Group(
        0, lot.vials, 0, place, holds, max(now_s, *(m.ready_s for m in mine)), last=begun,
        ended_s=() if any(e is None for e in ends) else tuple(e or 0.0 for e in ends), moved_s=(0.0,) * len(mine),
    )  # fmt: skip
    try:
        return LotSearch(world, lot, now_s, first).run()
    except NoWayError:
        if not first.ended_s:
            raise
        # too late for a limited wait: it is done all the same, and noted with the result
        return LotSearch(world, lot, now_s, evolve(first, ended_s=(), moved_s=())).run()
