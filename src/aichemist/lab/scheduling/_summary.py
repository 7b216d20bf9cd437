"""How long a timetable takes and how busy everything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from ..layout import Lab
from ._timetable import Task


@frozen
class Summary:
    """Figures of a timetable.

    Attributes:
        start_s, end_s: first start and last end; ``makespan_s`` is the time between.
        vials, tasks: numbers.
        stations: station -> share of the makespan in which it processes something, 0 to 1.
        robots: robot -> share of the makespan in which it travels, picks or places, 0 to 1.
        bottleneck: the device with the largest share; empty without tasks.
    """

    start_s: float
    end_s: float
    vials: int
    tasks: int
    stations: Mapping[str, float]
    robots: Mapping[str, float]

    @property
    def makespan_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def bottleneck(self) -> str:
        shares = {**self.stations, **self.robots}
        return max(sorted(shares), key=lambda name: shares[name], default="")


def summary(lab: Lab, tasks: Sequence[Task]) -> Summary:
    """Makespan and utilisation of every station and robot that the lab has."""
    start = min((t.start_s for t in tasks), default=0.0)
    end = max((t.end_s for t in tasks), default=0.0)
    busy: dict[str, list[tuple[float, float]]] = {}
    for task in tasks:
        busy.setdefault(task.device, []).append((task.start_s, task.end_s))
    span = end - start

    def share(name: str) -> float:
        return _covered(busy.get(name, [])) / span if span > 0 else 0.0

    return Summary(
        start, end, len({s for t in tasks for s in t.samples}), len(tasks),
        {s.name: share(s.name) for s in lab.stations}, {r.name: share(r.name) for r in lab.robots},
    )  # fmt: skip


def _covered(intervals: list[tuple[float, float]]) -> float:
    """Length of the union: independent slots may be busy at the same time."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
