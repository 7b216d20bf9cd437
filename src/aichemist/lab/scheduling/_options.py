"""Where a group of vials may go next."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from ..layout import Lab, Station
from ._frozen import World
from ._legs import Hop, Leg, build_leg
from ._pools import Draft, Hold
from ._route import Lot, Sections, Visit, chunks

#: a robot waits beside a small station with the rest of a lot on board up to this time per round (s)
_TENDED_S = 900.0


@frozen(eq=False)
class Group:
    """Vials of a lot that move together, and how far they are.

    ``ended_s`` are the ends of their last steps, which decision number ``ended_by`` set; ``moved_s`` is how long each
    vial itself was moved since. ``slack_s`` is the time since then that an earlier start of some leg would save.
    ``came_by`` is the decision that brought them here.
    """

    number: int
    vials: tuple[str, ...]
    visit: int
    at: Station
    holds: tuple[Hold, ...]
    ready_s: float
    ended_s: tuple[float, ...] = ()
    ended_by: int = -1
    moved_s: tuple[float, ...] = ()
    slack_s: float = 0.0
    came_by: int = -1
    came_at_s: float = 0.0
    #: set on an exchange table: where they are going
    target: Station | None = None
    parked: bool = False
    last: tuple[Draft | None, ...] = ()


@define
class Options:
    """Enumerates the next legs of a group and keeps their timings."""

    world: World
    lot: Lot
    _legs: dict[tuple[object, ...], Leg] = field(factory=dict)
    _hops: dict[tuple[object, ...], list[Hop]] = field(factory=dict)

    @property
    def lab(self) -> Lab:
        return self.world.lab

    def legs(self, group: Group) -> Iterator[Leg]:
        """All ways to go on, each with each robot that can carry the group."""
        if group.visit < len(self.lot.visits):
            visit = self.lot.visits[group.visit]
            if group.at in visit.stations and len(group.vials) <= self._room(group.at):
                stay = Hop(group.at.sections[0], (), group.at, visit, group.visit + 1)
                yield self._leg(group, stay, None)
        for hop in self._all(group):
            yield from self._carried(group, hop)

    def parking(self, group: Group) -> Iterator[Leg]:
        """Legs to storage, an exchange table or the starting station, for a lot that must leave and cannot go on."""
        if group.at.role != "work":
            return
        section = group.at.sections[0]
        buffers = [*self.lab.with_role("storage"), *self.lab.with_role("exchange"), self.lot.home]
        for station in buffers:
            if section in station.sections and len(group.vials) <= self._room(station):
                yield from self._carried(group, Hop(section, (), station, None, group.visit))

    def split(self, group: Group) -> list[tuple[str, ...]]:
        """Parts that go on alone from here: long runs at a small station, when no larger one comes later."""
        if group.visit >= len(self.lot.visits):
            return [group.vials]
        rest = self.lot.visits[group.visit :]
        room = max(self._room(s) for s in rest[0].stations)
        long = all(rest[0].duration_s(s) > _TENDED_S for s in rest[0].stations)
        later = max((self._room(s) for visit in rest[1:] for s in visit.stations), default=0)
        if 0 < room < len(group.vials) and long and later <= room:
            return chunks(group.vials, room)
        return [group.vials]

    def _room(self, station: Station) -> int:
        return station.slots if station.role == "start" else self.world.fits(station)

    def _carried(self, group: Group, hop: Hop) -> Iterator[Leg]:
        for robot in self.lab.robots_in(hop.section):
            if robot.capacity - len(self.world.stuck.get(robot.name, ())) >= len(group.vials):
                yield self._leg(group, hop, robot.name)

    def _leg(self, group: Group, hop: Hop, robot: str | None) -> Leg:
        rounds = tuple(s.name for _, s in hop.rounds)
        target = "" if hop.target is None else hop.target.name
        where, count = (group.at.name, hop.section, hop.end.name, target), len(group.vials)
        key = (*where, robot, group.visit, hop.visits, rounds, count)
        leg = self._legs.get(key)
        if leg is None:
            carrier = None if robot is None else self.lab.robot(robot)
            fits = {s.name: self._room(s) for _, s in hop.rounds}
            leg = build_leg(self.lab, group.at, hop, carrier, len(group.vials), fits)
            self._legs[key] = leg
        return leg

    def _all(self, group: Group) -> list[Hop]:
        key = (group.at.name, group.visit, len(group.vials), "" if group.target is None else group.target.name)
        hops = self._hops.get(key)
        if hops is None:
            hops = []
            for section in group.at.sections:
                hops += self._from(group, section, group.visit, ())
            self._hops[key] = hops
        return hops

    def _from(self, group: Group, section: str, visit: int, rounds: tuple[tuple[Visit, Station], ...]) -> Iterator[Hop]:
        if visit == len(self.lot.visits):
            yield from self._towards(group, section, self.lot.home, None, visit, rounds)
            return
        here = self.lot.visits[visit]
        for station in here.stations:
            room = self._room(station)
            if room <= 0 or (group.target is not None and visit == group.visit and station != group.target):
                continue
            if section not in station.sections or len(group.vials) <= room:
                yield from self._towards(group, section, station, here, visit, rounds)
            else:
                yield from self._from(group, section, visit + 1, (*rounds, (here, station)))

    def _towards(
        self, group: Group, section: str, target: Station, visit: Visit | None, done: int,
        rounds: tuple[tuple[Visit, Station], ...],
    ) -> Iterator[Hop]:  # fmt: skip
        """Straight there in the same section, otherwise to the next exchange table on the way."""
        if section in target.sections:
            if target != group.at or rounds:
                yield Hop(section, rounds, target, visit, done + (visit is not None))
            return
        for table in Sections(self.lab).next_tables(section, target.sections[0]):
            if (table != group.at or rounds) and len(group.vials) <= self._room(table):
                yield Hop(section, rounds, table, None, done, target)
