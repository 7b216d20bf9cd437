"""What a dispatcher has decided so far, and how it takes back what did not work out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, field

from ._lines import NEVER, Hold, Line, Need, earliest
from ._placement import FOR_EVER, Key, Layout, PlacedJourney, PlacedUnit, Placement, Taken
from ._visits import Place, Rack


@define(eq=False)
class Unit:
    """What is decided for the vials that are together at a stop."""

    start: int = -1
    end: int = -1
    place: int = 0
    #: part -> its holds, one for each claim of the place
    holds: dict[int, tuple[Hold, ...]] = field(factory=dict)
    freed: dict[int, int] = field(factory=dict)
    to_leave: dict[int, int] = field(factory=dict)
    arrived: int = 0
    to_come: int = 1
    latest: int = 0
    since: list[tuple[int, int, int]] = field(factory=list)


class State:
    """Timelines, units and journeys.

    Attributes:
        lines: (of robots?, resource) -> timeline.
        runs: timelines of the runs of machines whose runs do not overlap although their slots are shared.
        ready: journeys that may be decided next; ``left``: how many each rack has still to go.
        waiting: units that stand in the first phase of an instrument and whose way out is not known to be free yet.
    """

    def __init__(self, layout: Layout, taken: Sequence[Taken]) -> None:
        self._layout = layout
        self.lines: dict[tuple[bool, str], Line] = {}
        for name, slots in layout.capacity.items():
            self.lines[False, name] = Line(1 if name in layout.exclusive else slots)
        for section in layout.journeys.sections:
            self.lines[True, section] = Line(layout.journeys.robots(section))
        self.runs = {name: Line(1) for name in layout.runs_apart}
        for one in (*layout.busy, *taken):
            if one.run:
                self.runs[one.resource].take(Hold(one.start, one.end, 1))
                continue
            alone = not one.robots and one.resource in layout.exclusive
            self.lines[one.robots, one.resource].take(Hold(one.start, one.end, 1 if alone else one.demand))
        self.units: dict[Key, Unit] = {}
        self.ready: list[Key] = []
        self.left: dict[str, int] = {}
        self.waiting: list[Key] = []
        self.done = Placement()
        self._undo: list[object] = []

    def mark(self) -> int:
        """Where to come back to."""
        return len(self._undo)

    def hold(self, line: Line, hold: Hold) -> None:
        line.take(hold)
        self._undo.append(("hold", line, hold))

    def move(self, resource: str, hold: Hold, start: int, end: int) -> None:
        if (start, end) == (hold.start, hold.end):
            return
        line = self.lines[False, resource]
        self._undo.append(("move", line, hold, hold.start, hold.end))
        line.move(hold, start, end)

    def come(self, place: Place, held: int, arrived: int, demand: int, rack: str, stop: int) -> tuple[Hold, ...]:
        """Vials are put down from ``held`` on; their run cannot begin before ``arrived``. One hold for each claim."""
        last, out = place.claims[-1], []
        for claim in place.claims:
            start = held if claim.since is None else arrived + claim.since
            end = NEVER if claim.since is None or claim.until is None else start  # (a run is not known yet)
            out.append(Hold(start, end, demand, rack if claim is last else "", stop))
            self.hold(self.lines[False, claim.resource], out[-1])
        return tuple(out)

    def run(self, place: Place, holds: Sequence[Hold], start: int, longer: int = 0) -> None:
        """When their run begins is known, and that it lasts so much longer than planned."""
        for claim, hold in zip(place.claims, holds, strict=True):
            begin, end = hold.start, hold.end
            if claim.since is not None:
                begin = start + claim.since
            if claim.until is not None:
                end = start + claim.until + longer + self._layout.after[claim.resource]
            self.move(claim.resource, hold, begin, end)

    def leave(self, place: Place, holds: Sequence[Hold], freed: int) -> None:
        """The last of them has been taken away."""
        for claim, hold in zip(place.claims, holds, strict=True):
            if claim.until is None:
                self.move(claim.resource, hold, hold.start, freed + self._layout.after[claim.resource])

    def begins(self, place: Place, start: int, own: Sequence[Hold] = ()) -> int | None:
        """When the run of vials that stand there at ``start`` can begin; ``None``: not yet known.

        What they hold themselves is ``own``. A time of ``FOR_EVER`` or later: never.
        """
        needs = self.needs(place, own) if len(place.claims) > 1 else ()
        while True:
            found = earliest(needs, start) if needs else start
            if found is None:
                return None
            start = self._layout.opens(place, found)
            if start == found or start >= FOR_EVER:
                return start

    def stands(self, place: Place, start: int, demand: int) -> int | None:
        """When vials that are there from the start on can begin."""
        own = [(self.lines[False, c.resource], 0, NEVER, demand) for c in place.claims if c.since is None]
        return earliest([*own, *self.needs(place)], start)

    def needs(self, place: Place, own: Sequence[Hold] = ()) -> list[Need]:
        """What must be free from the start of a run on, beside the place where the vials were put down."""
        out: list[Need] = []
        for claim in place.claims[1:]:
            if claim.since is not None:
                length = NEVER
                if claim.until is not None:
                    length = claim.until - claim.since + self._layout.after[claim.resource]
                line = self.lines[False, claim.resource]
                mine = next((h for h in own if h in line.open), None)
                out.append((line if mine is None else line.without(mine), claim.since, length, 1))
        return out

    def wait(self, key: Key) -> None:
        """A unit waits in the first phase."""
        self.waiting.append(key)
        self._undo.append(("wait", key))

    def go_on(self, key: Key) -> None:
        """It waits no longer."""
        self.waiting.remove(key)
        self._undo.append(("go", key))

    @property
    def meets(self) -> bool:
        """Whether vials meet in an instrument in phases, as they may where a plan that was begun is changed."""
        return any(self.lines[False, name].overfull for name in self._layout.phased)

    def placement(self, racks: Mapping[str, Rack]) -> Placement:
        """What has been decided, once that is all."""
        for key, unit in self.units.items():
            parts = tuple(
                (unit.holds[n][0].start if n in unit.holds else unit.start, max(unit.freed.get(n, 0), unit.end))
                for n in range(len(self._layout.parts(racks[key[0]], key[1], key[2])))
            )
            self.done.units[key] = PlacedUnit(unit.place, unit.start, parts)
        self.done.makespan = max(u.end for u in self.units.values())
        for rack in racks.values() if self._layout.has_dues else ():
            number = len(self._layout.stops(rack)) - 1
            ends = [u.end for key, u in self.units.items() if key[:2] == (rack.name, number)]
            self.done.lateness += self._layout.late(rack, max(ends))
        return self.done

    def save(self, unit: Unit) -> None:
        """Before a unit is changed."""
        self._undo.append(
            ("unit", unit, (unit.start, unit.end, unit.place, dict(unit.holds), dict(unit.freed), dict(unit.to_leave),
                            unit.arrived, unit.to_come, unit.latest, unit.since))
        )  # fmt: skip

    def decide(self, key: Key, journey: PlacedJourney | None) -> None:
        """A journey (``None``: the vials need no robot)."""
        if journey is not None:
            self.done.journeys[key] = journey
        self.ready.remove(key)
        self.left[key[0]] -= 1
        self._undo.append(("journey", key))

    def open(self, keys: Sequence[Key]) -> None:
        """Journeys that may now be decided."""
        self.ready += keys
        self._undo.append(("ready", tuple(keys)))

    def back_to(self, mark: int) -> None:
        """As it was at that mark."""
        while len(self._undo) > mark:
            entry: tuple = self._undo.pop()  # type: ignore[type-arg, assignment]
            if entry[0] == "hold":
                entry[1].drop(entry[2])
            elif entry[0] == "move":
                entry[1].move(*entry[2:])
            elif entry[0] == "journey":
                self.ready.append(entry[1])
                self.left[entry[1][0]] += 1
                self.done.journeys.pop(entry[1], None)
            elif entry[0] == "wait":
                self.waiting.remove(entry[1])
            elif entry[0] == "go":
                self.waiting.append(entry[1])
            elif entry[0] == "ready":
                for key in entry[1]:
                    if key in self.ready:
                        self.ready.remove(key)
            else:
                unit = entry[1]
                (unit.start, unit.end, unit.place, unit.holds, unit.freed, unit.to_leave, unit.arrived,
                 unit.to_come, unit.latest, unit.since) = entry[2]  # fmt: skip


__all__ = ["State", "Unit"]
