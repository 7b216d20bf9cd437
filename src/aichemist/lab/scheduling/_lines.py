"""Timelines of resources: who holds how much of it, and until when."""

from __future__ import annotations

from attrs import define, field

#: the end of a hold that nobody has ended yet
NEVER = 10**9


@define(eq=False)
class Hold:
    start: int
    end: int
    demand: int
    rack: str = ""
    stop: int = 0


@define(eq=False)
class Line:
    """What holds a resource, and until when; ``NEVER`` while nobody has fetched it."""

    capacity: int
    holds: list[Hold] = field(factory=list)
    #: those of ``holds`` that nobody has ended yet
    open: list[Hold] = field(factory=list)

    def free_from(self, start: int, length: int, demand: int) -> int | None:
        """The earliest time from ``start`` on at which ``demand`` fits for ``length``; ``None``: not yet known."""
        end = min(start + length, NEVER)
        over = [h for h in self.holds if h.end > start and h.demand]
        if not over:
            return start
        while True:
            inside = [h for h in over if h.start < end and h.end > start]
            times = [start, *(h.start for h in inside if h.start > start)]
            bad = [t for t in times if sum(h.demand for h in inside if h.start <= t < h.end) + demand > self.capacity]
            if not bad:
                return start
            worst = max(bad)
            later = min(h.end for h in inside if h.start <= worst < h.end)
            if later >= NEVER:
                return None
            start, end = later, min(later + length, NEVER)
