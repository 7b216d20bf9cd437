"""Timelines of resources: who holds how much of it, and until when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from attrs import define, field

#: the end of a hold that nobody has ended yet
NEVER = 10**9


@define(eq=False)
class Hold:
    """``rack``: who is blocked while nobody has ended it; empty where another hold of the same vials says so."""

    start: int
    end: int
    demand: int
    rack: str = ""
    stop: int = 0


@define(eq=False)
class Line:
    """How much of a resource is taken when, as steps; for ever while nobody has fetched what holds it."""

    capacity: int
    #: holds that nobody has ended yet
    open: list[Hold] = field(factory=list)
    #: how often something has become free
    released: int = 0
    #: from each time on so much is taken; neighbours differ
    _times: list[int] = field(factory=lambda: [-NEVER])
    _taken: list[int] = field(factory=lambda: [0])

    def take(self, hold: Hold) -> None:
        self._change(hold.start, hold.end, hold.demand)
        if hold.end >= NEVER:
            self.open.append(hold)

    def drop(self, hold: Hold) -> None:
        self.released += 1
        self._change(hold.start, hold.end, -hold.demand)
        if hold.end >= NEVER:
            self.open.remove(hold)

    def move(self, hold: Hold, start: int, end: int) -> None:
        """Another span for a hold."""
        self.drop(hold)
        hold.start, hold.end = start, end
        self.take(hold)

    def without(self, hold: Hold) -> Line:
        """The same timeline, had an open hold never been taken."""
        one = Line(self.capacity, [], 0, list(self._times), list(self._taken))
        one._change(hold.start, hold.end, -hold.demand)
        return one

    @property
    def overfull(self) -> bool:
        """Whether more is taken at some time than there is."""
        return max(self._taken) > self.capacity

    def free_from(self, start: int, length: int, demand: int) -> int | None:
        """The earliest time from ``start`` on at which ``demand`` fits for ``length``; ``None``: not yet known."""
        times, taken, room = self._times, self._taken, self.capacity - demand
        count, end = len(times), start + length
        i = (bisect_right if length else bisect_left)(times, start) - 1
        while True:
            blocked = taken[i] > room
            i += 1
            if blocked:
                if i >= count:
                    return None
                start = times[i]
                end = start + length
                if not length:
                    return start
            elif i >= count or times[i] >= end:
                return start

    def _change(self, start: int, end: int, demand: int) -> None:
        if start >= end or not demand:
            return
        taken = self._taken
        first = self._cut(start)
        last = self._cut(end) if end < NEVER else len(taken)
        for i in range(first, last):
            taken[i] += demand
        for i in (last, first):
            if i < len(taken) and taken[i] == taken[i - 1]:
                del taken[i], self._times[i]

    def _cut(self, time: int) -> int:
        """The number of the step that begins at ``time``, made where there is none."""
        i = bisect_left(self._times, time)
        if i == len(self._times) or self._times[i] != time:
            self._times.insert(i, time)
            self._taken.insert(i, self._taken[i - 1])
        return i


#: a part of a resource: timeline, when after the start, for how long, how much
Need = tuple[Line, int, int, int]


def earliest(needs: Sequence[Need], start: int) -> int | None:
    """From when on all are free together."""
    for _ in range(200):
        moved = False
        for line, offset, length, demand in needs:
            found = line.free_from(start + offset, length, demand)
            if found is None:
                return None
            if found > start + offset:
                start, moved = found - offset, True
        if not moved:
            return start
    return None
