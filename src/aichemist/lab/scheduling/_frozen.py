"""What earlier plans still hold: stations, slots and robots, read back from their tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import inf

from attrs import define, field

from aichemist.chemistry import InfeasibleError

from ..layout import CHAMBERS, Lab, Station
from ._pools import EPSILON, Draft, Hold, Pool, merged
from ._timetable import Task


@define
class World:
    """Timelines of all stations and robots, and what vials that were given up still occupy."""

    lab: Lab
    pools: dict[str, Pool]
    robots: dict[str, Pool]
    drafts: list[Draft]
    #: station or robot -> vials that nobody will take away
    stuck: dict[str, list[str]] = field(factory=dict)
    #: vial -> its starting station, for vials that are not home
    homes: dict[str, str] = field(factory=dict)
    #: edges between frozen tasks that the slots chosen here need
    extra: list[tuple[Draft, Draft]] = field(factory=list)
    _fits: dict[str, int] = field(factory=dict)

    def fits(self, station: Station) -> int:
        """Vials that a station takes at once, balance vials of an even load counted."""
        known = self._fits.get(station.name)
        if known is None:
            known = self._fits[station.name] = self._count(station)
        return known

    def _count(self, station: Station) -> int:
        stuck = len(self.stuck.get(station.name, ()))
        if stuck and station.batch and not CHAMBERS.isdisjoint(station.operations):
            return 0
        most = station.slots - stuck
        if station.even_load:
            while most > 0 and most + stuck + (most + stuck) % 2 > station.slots:
                most -= 1
        return most

    def horizon_s(self) -> float:
        """From here on nothing is planned."""
        return max((p.last_end_s() for p in (*self.pools.values(), *self.robots.values())), default=0.0)


def is_exclusive(station: Station) -> bool:
    """One group at a time. A shared temperature or an even load cannot be had with independent slots either."""
    return station.batch or station.one_temperature or station.even_load


def make_world(lab: Lab, frozen: Sequence[Task], now_s: float, fetched: Collection[str] = ()) -> World:
    """Read the holds of frozen tasks back. ``fetched``: vials that stand somewhere and will be planned to go on."""
    world = World(
        lab,
        {
            s.name: Pool(1 if is_exclusive(s) else s.slots, is_exclusive(s))
            for s in lab.stations if s.role != "start"
        },
        {r.name: Pool(1, True) for r in lab.robots},
        _retimed(frozen),
    )  # fmt: skip
    order = {d.id: i for i, d in enumerate(world.drafts)}
    history: dict[str, list[Draft]] = {}
    for draft in sorted(world.drafts, key=lambda d: (d.start_s, d.end_s, order[d.id])):
        for vial in draft.samples:
            history.setdefault(vial, []).append(draft)
    stays: dict[str, list[Hold]] = {}
    for vial, drafts in history.items():
        _read(world, vial, drafts, stays, vial in fetched)
    for name, holds in stays.items():
        pool = world.pools[name]
        if pool.exclusive:
            for hold in merged(holds):
                pool.add(0, hold)
        else:
            _colour(world, pool, holds, now_s)
    for robot in lab.robots:
        for hold in merged(_trips(world, robot.name, robot.pick_s)):
            world.robots[robot.name].add(0, hold)
    return world


def _retimed(frozen: Sequence[Task]) -> list[Draft]:
    """Push tasks that cannot start as planned any more, because one before them is late, to when they can.

    Then all times agree with all edges, and edges added between tasks in the order of time never close a circle.
    """
    drafts = {t.id: Draft.of(t) for t in frozen}
    before = {t.id: [i for i in t.after if i in drafts] for t in frozen}
    followers: dict[str, list[str]] = {}
    for later, ids in before.items():
        for i in ids:
            followers.setdefault(i, []).append(later)
    open_ids = {i: len(ids) for i, ids in before.items()}
    ready = [i for i, n in open_ids.items() if n == 0]
    while ready:
        draft = drafts[i := ready.pop()]
        start = max([draft.start_s, *(drafts[b].end_s for b in before[i])])
        draft.start_s, draft.end_s = start, start + (draft.end_s - draft.start_s)
        for later in followers.get(i, ()):
            open_ids[later] -= 1
            if open_ids[later] == 0:
                ready.append(later)
    return list(drafts.values())


def _read(world: World, vial: str, drafts: list[Draft], stays: dict[str, list[Hold]], fetched: bool) -> None:
    moves = [d for d in drafts if d.operation in ("load", "unload")]
    starts = {s.name for s in world.lab.with_role("start")}
    homes = [d.station for d in moves if d.station in starts]
    if homes:
        world.homes[vial] = homes[-1]
    elif moves:
        world.homes[vial] = next(iter(sorted(starts)), "")
    placed: Draft | None = None
    for move in moves:
        if move.operation == "unload":
            placed = move
        else:
            begin = placed.start_s if placed is not None and placed.station == move.station else -inf
            if move.station in world.pools:
                firsts = [placed] if placed is not None else []
                stays.setdefault(move.station, []).append(Hold(begin, move.end_s, firsts, [move]))
            placed = None
    if placed is not None and placed.station in world.pools and fetched:
        stays.setdefault(placed.station, []).append(Hold(placed.start_s, inf, [placed], [], frozenset([vial])))
    elif placed is not None and placed.station in world.pools:
        world.stuck.setdefault(placed.station, []).append(vial)
        if not world.pools[placed.station].exclusive:
            stays.setdefault(placed.station, []).append(Hold(placed.start_s, inf, [placed], []))
    elif moves and moves[-1].operation == "load":
        world.stuck.setdefault(moves[-1].device, []).append(vial)


def _colour(world: World, pool: Pool, holds: list[Hold], now_s: float) -> None:
    """Give each stay a slot. Which one it had in an earlier plan is not known, so the order is fixed anew."""
    lines: list[list[Hold]] = [[] for _ in pool.units]
    for hold in sorted(holds, key=lambda h: (h.start_s, h.end_s)):
        ends = [(line[-1].end_s if line else -inf) for line in lines]
        free = [i for i, end in enumerate(ends) if end <= hold.start_s + EPSILON]
        unit = max(free, key=lambda i: (ends[i], -i)) if free else min(range(len(ends)), key=lambda i: ends[i])
        before = lines[unit][-1] if lines[unit] else None
        if before is not None and free and hold.start_s > now_s:
            world.extra += [(p, q) for p in before.lasts for q in hold.firsts]
        lines[unit].append(hold)
        if not free:
            lines[unit] = merged(lines[unit])
    for unit, line in enumerate(lines):
        for hold in line:
            pool.add(unit, hold)


def _trips(world: World, robot: str, pick_s: float) -> list[Hold]:
    """From the load that finds the robot empty to the unload that leaves it empty."""
    given_up = set(world.stuck.get(robot, ()))
    order = {id(d): i for i, d in enumerate(world.drafts)}
    mine = sorted((d for d in world.drafts if d.device == robot), key=lambda d: (d.start_s, d.end_s, order[id(d)]))
    trips: list[Hold] = []
    board: set[str] = set()
    current: Hold | None = None
    for draft in mine:
        if current is None:
            travel = draft.end_s - draft.start_s - len(draft.samples) * pick_s
            current = Hold(draft.start_s, draft.end_s, [draft], [draft], approach_s=travel, place=draft.station)
        current.end_s, current.lasts = max(current.end_s, draft.end_s), [draft]
        if draft.operation == "load":
            board |= set(draft.samples) - given_up
        else:
            board -= set(draft.samples)
        if not board:
            trips.append(current)
            current = None
    if current is not None:
        trips.append(current)
    return trips


def give_homes(world: World, samples: Sequence[str]) -> Mapping[str, Station]:
    """A starting station for each new vial; vials under way keep their places.

    Raises:
        InfeasibleError: more vials than places.
    """
    starts = world.lab.with_role("start")
    if not starts:
        raise InfeasibleError(f"lab {world.lab.name} has no starting station")
    taken = {s.name: sum(h == s.name for h in world.homes.values()) for s in starts}
    homes: dict[str, Station] = {}
    for sample in samples:
        station = next((s for s in starts if taken[s.name] < s.slots), None)
        if station is None:
            places, away = sum(s.slots for s in starts), len(world.homes)
            raise InfeasibleError(
                f"{len(samples)} vials need a place in the starting station, which has {places}"
                + (f", {away} of them kept for vials under way" if away else "")
                + "; mend: make the batch smaller"
            )
        taken[station.name] += 1
        homes[sample] = station
    return homes
