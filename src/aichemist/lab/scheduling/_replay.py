"""Whether tasks carried out by status, each early or late, ever meet where there is no room: a check by trying out.

Edges between tasks are to keep the order on everything that is shared; whether they do shows when tasks take other
times than planned. Tasks are started as execution does: those before them have ended, their time has come, their
device is free. Shares no code with the schedulers.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field

from ..layout import Lab, Station
from ._timetable import Task

#: durations, as shares of what is planned: all short, all long, and some draws between
_SHORT, _LONG, _DRAWS = 0.7, 1.4, 3
_NEAR_S = 1e-6


def collision(lab: Lab, tasks: Sequence[Task], extra: Mapping[str, tuple[str, ...]], now_s: float) -> str:
    """The first thing that goes wrong in any of the trials; empty if nothing does.

    Args:
        tasks: all that are not finished or whose vials are out, with the times known best: what has a start before
            ``now_s`` has begun unless something before it had not ended by then, what ends before ``now_s`` is over.
        extra: edges in addition to those of the tasks.
    """
    own = {s.name for s in lab.stations} | {r.name for r in lab.robots}
    known = [t for t in tasks if t.device in own and (t.operation not in ("load", "unload") or t.device != t.station)]
    before = {t.id: {*t.after, *extra.get(t.id, ())} for t in known}
    for share in (_SHORT, _LONG, *(None for _ in range(_DRAWS))):
        dice = random.Random(0 if share is None else 1)
        shares = {}
        for number, task in enumerate(known):
            shares[task.id] = share or random.Random(f"{number} {dice.random()}").uniform(_SHORT, _LONG)
        found = _Trial(lab, known, before, shares, now_s).run()
        if found:
            return found
    return ""


@define
class _Trial:
    lab: Lab
    tasks: Sequence[Task]
    before: Mapping[str, set[str]]
    shares: Mapping[str, float]
    now_s: float
    spans: dict[str, tuple[float, float]] = field(factory=dict)

    def run(self) -> str:
        stuck = self._carry_out()
        if stuck:
            return f"{stuck} would never begin"
        stays: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        self._follow(stays)
        for station in self.lab.stations:
            if station.role != "start" and stays[station.name]:
                found = self._full(station, stays[station.name])
                if found:
                    return found
        return ""

    def _carry_out(self) -> str:
        """Gives each task its time; returns one that can never begin."""
        known = {t.id: t for t in self.tasks}
        followers: dict[str, list[Task]] = defaultdict(list)
        left: dict[str, int] = {}
        waiting: dict[str, list[tuple[float, str, Task]]] = defaultdict(list)  # those of a device that could begin
        free: dict[str, float] = {}
        events: list[tuple[float, int, str]] = []  # (time, 0 for an end and 1 for a task whose turn has come, id)
        begun = self._begun(known)
        for task in self.tasks:
            before = [i for i in self.before[task.id] if i in known]
            left[task.id] = len(before)
            for i in before:
                followers[i].append(task)
            if task.id in begun:
                end = task.end_s
                if end > self.now_s:
                    end = self.now_s + (end - self.now_s) * self.shares[task.id]
                    free[task.device] = max(free.get(task.device, end), end)
                self.spans[task.id] = task.start_s, end
                events.append((end, 0, task.id))
            elif not before:
                events.append((max(self.now_s, task.start_s), 1, task.id))
        heapq.heapify(events)
        while events:
            now = events[0][0]
            while events and events[0][0] <= now + _NEAR_S:
                _, kind, task_id = heapq.heappop(events)
                if kind:
                    task = known[task_id]
                    heapq.heappush(waiting[task.device], (task.start_s, task_id, task))
                for later in followers[task_id] if not kind else ():
                    left[later.id] -= 1
                    if left[later.id] == 0 and later.id not in self.spans:
                        heapq.heappush(events, (max(now, self.now_s, later.start_s), 1, later.id))
            for device, line in waiting.items():
                while line and free.get(device, now) <= now + _NEAR_S:
                    self._begin(line, now, free, events)
        return next((t.id for t in self.tasks if t.id not in self.spans), "")

    def _begun(self, known: Mapping[str, Task]) -> set[str]:
        """Whose time has come and whose predecessors had ended by then: others with a start in the past are overdue."""
        begun: set[str] = set()
        for task in sorted(self.tasks, key=lambda t: (t.start_s, t.end_s)):
            ready = all(
                i in begun and known[i].end_s <= task.start_s + _NEAR_S for i in self.before[task.id] if i in known
            )
            if ready and task.start_s < self.now_s - _NEAR_S:
                begun.add(task.id)
        return begun

    def _begin(
        self, line: list[tuple[float, str, Task]], now: float, free: dict[str, float],
        events: list[tuple[float, int, str]],
    ) -> None:  # fmt: skip
        _, task_id, task = heapq.heappop(line)
        end = now + (task.end_s - task.start_s) * self.shares[task_id]
        self.spans[task_id] = now, end
        free[task.device] = end
        heapq.heappush(events, (end, 0, task_id))

    def _follow(self, stays: dict[str, list[tuple[float, float, str]]]) -> None:
        """From when to when each vial stands where."""
        placed: dict[str, tuple[str, float]] = {}
        moves = [t for t in self.tasks if t.operation in ("load", "unload")]
        for task in sorted(moves, key=lambda t: self.spans[t.id]):
            start, end = self.spans[task.id]
            for vial in task.samples:
                if task.operation == "unload":
                    placed[vial] = task.station, start
                elif vial in placed:
                    station, since = placed.pop(vial)
                    stays[station].append((since, end, vial))
        for vial, (station, since) in placed.items():
            stays[station].append((since, float("inf"), vial))

    def _full(self, station: Station, stays: list[tuple[float, float, str]]) -> str:
        """More vials than slots, or others beside a run that is for its own vials alone."""
        changes = sorted([(a + _NEAR_S, 1, v) for a, _, v in stays] + [(b - _NEAR_S, 0, v) for _, b, v in stays])
        there: set[str] = set()
        for at, comes, vial in changes:
            if comes:
                there.add(vial)
                places = len(there) + (len(there) % 2 if station.even_load else 0)
                if places > station.slots and at > self.now_s:
                    return f"{len(there)} vials would be in {station.name}, which has {station.slots} slots"
            else:
                there.discard(vial)
        if not station.batch:
            return ""
        runs = [t for t in self.tasks if t.device == station.name and t.operation not in ("load", "unload")]
        for task in runs:
            begin, end = self.spans[task.id]
            mine = set(task.samples)
            for since, until, vial in stays:
                if vial not in mine and min(until, end) - max(since, begin, self.now_s) > 1e-3:
                    return f"{vial} would stand in {station.name} during {task.id}"
        return ""


__all__ = ["collision"]
