"""Timelines of stations and robots: who holds a place from when to when, with gaps that others may use."""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from math import inf

from attrs import define, field

from ._timetable import Task

#: times closer than this (s) count as equal; the executor uses the same tolerance
EPSILON = 1e-6


@define(eq=False)
class Draft:
    """A task while it is planned; ``frozen`` ones come from earlier plans and keep their times."""

    operation: str
    device: str
    station: str
    samples: tuple[str, ...]
    step: int | None
    start_s: float
    end_s: float
    after: list[Draft] = field(factory=list, repr=False)
    id: str = ""
    frozen: bool = False

    @classmethod
    def of(cls, task: Task) -> Draft:
        return cls(
            task.operation, task.device, task.station, task.samples, task.step, task.start_s, task.end_s,
            id=task.id, frozen=True,
        )  # fmt: skip


@define(eq=False)
class Hold:
    """One unit of a pool (a slot, a whole station, a robot) is taken over ``[start_s, end_s)``.

    ``firsts`` open the hold, ``lasts`` end it: whoever comes next waits for all of ``lasts``. ``end_s`` is infinite
    while the departure is not planned yet (``vials`` are those still there) and for vials that were given up.
    """

    start_s: float
    end_s: float
    firsts: list[Draft]
    lasts: list[Draft]
    vials: frozenset[str] = frozenset()
    known_end_s: float = 0.0
    #: robots: travel that the first task allows for, and where that task is
    approach_s: float = inf
    place: str = ""

    @property
    def open(self) -> bool:
        return self.end_s == inf and bool(self.vials)


class Trail:
    """Remembers changes so that a search can take them back."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def mark(self) -> int:
        return len(self._undo)

    def note(self, undo: Callable[[], None]) -> None:
        self._undo.append(undo)

    def back_to(self, mark: int) -> None:
        while len(self._undo) > mark:
            self._undo.pop()()


class Pool:
    """Units of one kind, each with its own timeline of holds that do not overlap.

    An exclusive station or a robot has one unit; a station with independent slots has one unit per slot.
    """

    def __init__(self, units: int, exclusive: bool) -> None:
        self.exclusive = exclusive
        self.units: list[list[Hold]] = [[] for _ in range(units)]

    def needed(self, vials: int) -> int:
        return 1 if self.exclusive else vials

    def free_from(
        self, units: int, start_s: float, end_s: float, own: Container[Hold] = ()
    ) -> tuple[float, Hold | None]:
        """Earliest start >= ``start_s`` that may work for a stay of this length, and what blocks ``start_s``.

        Nothing blocks when enough units are free over the whole stay. Holds in ``own`` do not count. An infinite
        answer without a blocking hold means that there are too few units altogether.
        """
        blocked: list[tuple[float, int, Hold]] = []
        free = 0
        for i, line in enumerate(self.units):
            hold = _conflict(line, start_s, end_s, own)
            if hold is None:
                free += 1
                if free >= units:
                    return start_s, None
            else:
                blocked.append((hold.end_s, i, hold))
        blocked.sort(key=lambda b: b[:2])
        short = units - free
        if short > len(blocked):
            return inf, None
        end, _, hold = blocked[short - 1]
        if end == inf:
            hold = next((h for e, _, h in blocked if e == inf and h.open), hold)
        return end, hold

    def choose(self, units: int, start_s: float, end_s: float) -> list[int]:
        """Free units for a stay; those that stay free longest come first, so that a departure may be late."""
        found = [
            (-_next_start(line, end_s), i)
            for i, line in enumerate(self.units)
            if _conflict(line, start_s, end_s) is None
        ]
        return [i for _, i in sorted(found)[:units]]

    def add(self, unit: int, hold: Hold, trail: Trail | None = None) -> None:
        line = self.units[unit]
        insort(line, hold, key=lambda h: h.start_s)
        if trail is not None:
            trail.note(lambda: line.remove(hold))

    def limit(self, hold: Hold) -> Hold | None:
        """The hold that follows on the same unit."""
        for line in self.units:
            i = bisect_left(line, hold.start_s, key=lambda h: h.start_s)
            while i < len(line) and line[i] is not hold and line[i].start_s <= hold.start_s:
                i += 1
            if i < len(line) and line[i] is hold:
                return line[i + 1] if i + 1 < len(line) else None
        return None

    def following(self, end_s: float) -> Hold | None:
        """The first hold that begins at or after ``end_s`` on the first unit (robots have one unit)."""
        line = self.units[0]
        i = bisect_left(line, end_s - EPSILON, key=lambda h: h.start_s)
        return line[i] if i < len(line) else None

    def idle_before_s(self, start_s: float) -> float:
        """How long the first unit has been free at ``start_s``."""
        line = self.units[0]
        i = bisect_left(line, start_s + EPSILON, key=lambda h: h.start_s)
        return start_s - line[i - 1].end_s if i > 0 else inf

    def neighbours(self) -> Iterator[tuple[Hold, Hold]]:
        for line in self.units:
            yield from itertools.pairwise(line)

    def last_end_s(self) -> float:
        return max((h.end_s for line in self.units for h in line if h.end_s < inf), default=0.0)


def leave(hold: Hold, vials: Iterable[str], task: Draft, trail: Trail) -> None:
    """``task`` takes ``vials`` away; the hold ends when none is left."""
    before = (hold.end_s, list(hold.lasts), hold.vials, hold.known_end_s)

    def undo() -> None:
        hold.end_s, hold.lasts, hold.vials, hold.known_end_s = before

    trail.note(undo)
    hold.vials = hold.vials - frozenset(vials)
    hold.lasts = [*hold.lasts, task]
    hold.known_end_s = max(hold.known_end_s, task.end_s)
    if not hold.vials:
        hold.end_s = hold.known_end_s


def merged(holds: Sequence[Hold]) -> list[Hold]:
    """Holds of one unit with overlapping ones joined, in the order of time."""
    out: list[Hold] = []
    for hold in sorted(holds, key=lambda h: (h.start_s, h.end_s)):
        if out and hold.start_s < out[-1].end_s - EPSILON:
            last = out[-1]
            last.end_s = max(last.end_s, hold.end_s)
            last.firsts.extend(hold.firsts)
            last.lasts.extend(hold.lasts)
            last.vials |= hold.vials
        else:
            out.append(hold)
    return out


def _conflict(line: list[Hold], start_s: float, end_s: float, own: Container[Hold] = ()) -> Hold | None:
    i = bisect_left(line, start_s, key=lambda h: h.start_s)
    if i > 0 and line[i - 1].end_s > start_s + EPSILON and line[i - 1] not in own:
        return line[i - 1]
    while i < len(line) and line[i] in own:
        i += 1
    if i < len(line) and line[i].start_s < end_s - EPSILON and line[i].end_s > start_s + EPSILON:
        return line[i]
    return None


def _next_start(line: list[Hold], end_s: float) -> float:
    i = bisect_left(line, end_s - EPSILON, key=lambda h: h.start_s)
    return line[i].start_s if i < len(line) else inf
