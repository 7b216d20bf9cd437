"""What a dispatcher has decided so far, and how it takes back what did not work out."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from ._lines import Hold, Line
from ._placement import Key, Layout, PlacedJourney, Placement, Taken


@define(eq=False)
class Unit:
    """What is decided for the vials that are together at a stop."""

    start: int = -1
    end: int = -1
    place: int = 0
    holds: dict[int, Hold] = field(factory=dict)
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
    """

    def __init__(self, layout: Layout, taken: Sequence[Taken]) -> None:
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
            elif entry[0] == "ready":
                for key in entry[1]:
                    if key in self.ready:
                        self.ready.remove(key)
            else:
                unit = entry[1]
                (unit.start, unit.end, unit.place, unit.holds, unit.freed, unit.to_leave, unit.arrived,
                 unit.to_come, unit.latest, unit.since) = entry[2]  # fmt: skip


__all__ = ["State", "Unit"]
