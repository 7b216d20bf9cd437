"""Small laboratories, experiments, and an executor that carries a plan out by status with other durations."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field

from aichemist.chemistry import Experiment, Recipe, Step, Wait, load_toml, parse_protocol
from aichemist.lab.layout import Lab, Robot, Station, load_lab
from aichemist.lab.scheduling import ListScheduler, Task, Timetable

ROOT = Path(__file__).parents[3]


@define
class Bench:
    """Carries tasks out as the executor does: all before it finished, lab time reached, device free."""

    seed: int = 0
    low: float = 0.8
    high: float = 1.3
    now_s: float = 0.0
    tasks: dict[str, Task] = field(factory=dict)
    started: dict[str, float] = field(factory=dict)
    ended: dict[str, float] = field(factory=dict)

    def add(self, timetable: Timetable) -> None:
        for task in timetable.tasks:
            assert task.id not in self.tasks
            self.tasks[task.id] = task
        for later, before in timetable.extra_after.items():
            if later not in self.started:
                task = self.tasks[later]
                self.tasks[later] = evolve(task, after=(*task.after, *before))

    def run(self, until_s: float = float("inf")) -> None:
        waiting = sorted((t for t in self.tasks.values() if t.id not in self.started), key=lambda t: (t.start_s, t.id))
        while True:
            busy = {self.tasks[i].device for i in self.started if self.ended[i] > self.now_s + 1e-9}
            left = []
            for task in waiting:
                if task.start_s > self.now_s + 1e-6 or task.device in busy or not self._may_start(task):
                    left.append(task)
                    continue
                factor = random.Random(f"{self.seed} {task.id}").uniform(self.low, self.high)
                self.started[task.id] = self.now_s
                self.ended[task.id] = self.now_s + (task.end_s - task.start_s) * factor
                if self.ended[task.id] > self.now_s + 1e-9:
                    busy.add(task.device)
            again = len(left) < len(waiting) and any(
                self.ended[t.id] <= self.now_s for t in waiting if t.id in self.ended
            )
            waiting = left
            if again:  # a task of no duration may have let others go
                continue
            times = [self.ended[i] for i in self.started if self.ended[i] > self.now_s + 1e-9]
            times += [t.start_s for t in waiting if t.start_s > self.now_s + 1e-6][:1]
            following = min(times, default=float("inf"))
            if following == float("inf") or following > until_s:
                self.now_s = max(self.now_s, until_s) if until_s < float("inf") else self.now_s
                return
            self.now_s = following

    def _may_start(self, task: Task) -> bool:
        ended = self.ended
        return all(ended.get(b, float("inf")) <= self.now_s + 1e-9 for b in task.after if b in self.tasks)

    def known(self) -> list[Task]:
        """Tasks with the times known best: what execution hands to the scheduler as ``frozen``."""
        out = {v for t in self.tasks.values() if self.ended.get(t.id, float("inf")) > self.now_s for v in t.samples}
        return [
            evolve(t, start_s=self.started.get(t.id, t.start_s), end_s=self.ended.get(t.id, t.end_s))
            for t in self.tasks.values() if not out.isdisjoint(t.samples)
        ]  # fmt: skip

    def actual(self) -> list[Task]:
        stuck = sorted(set(self.tasks) - set(self.ended))
        assert not stuck, f"never started: {stuck[:5]}"
        return [evolve(t, start_s=self.started[t.id], end_s=self.ended[t.id]) for t in self.tasks.values()]


def merge(timetables: Iterable[Timetable]) -> list[Task]:
    """All tasks of several timetables, extra edges entered."""
    tasks: dict[str, Task] = {}
    for timetable in timetables:
        tasks |= {t.id: t for t in timetable.tasks}
        for later, before in timetable.extra_after.items():
            tasks[later] = evolve(tasks[later], after=(*tasks[later].after, *before))
    return list(tasks.values())


def step(
    index: int, operation: str, *, at_least_s: float = 0.0, at_most_s: float | None = None, station: str | None = None,
    **parameters: Any,
) -> Step:  # fmt: skip
    return Step(index, f"{operation}_{index}", operation, parameters, Wait(at_least_s, at_most_s), station)


def experiments(steps: Sequence[Step], count: int, batch: int = 1) -> list[Experiment]:
    return [Experiment(f"b{batch:03d}-{i:02d}", batch, Recipe({}), tuple(steps)) for i in range(1, count + 1)]


def small_lab(
    stations: Sequence[Station], *, robots: int = 1, sections: tuple[str, ...] = ("lab",), places: int = 40,
    storage: int = 0, table: int = 10, racks: int = 1, travel_s: float = 60.0,
) -> Lab:  # fmt: skip
    """The stations given, a starting station in the first section, exchange tables between neighbours."""
    extra = [Station("start", "starting station", (sections[0],), ("store",), places, batch=False, role="start")]
    if storage:
        extra.append(Station("storage", "storage", (sections[0],), ("store",), storage, batch=False, role="storage"))
    for a, b in itertools.pairwise(sections):
        if table:
            extra.append(Station(f"table_{a}_{b}", "exchange", (a, b), ("store",), table, batch=False, role="exchange"))
    machines = [Robot(f"robot_{s}_{i}", s, racks, 10, 120.0) for s in sections for i in range(robots)]
    return Lab("small", "", "", sections, (*extra, *stations), tuple(machines), (), 0.02, 800.0, travel_s)


@pytest.fixture(scope="session")
def ustc() -> Lab:
    return load_lab(ROOT / "labs" / "ustc.toml")


@pytest.fixture(scope="session")
def oer() -> Callable[..., list[Experiment]]:
    protocol = parse_protocol(load_toml(ROOT / "protocols" / "oer.toml"))

    def make(count: int, batch: int = 1) -> list[Experiment]:
        recipe = Recipe({"Ni": 0.5, "Fe": 0.3, "Co": 0.2})
        return [protocol.resolve(recipe, sample=f"b{batch:03d}-{i:02d}", batch=batch) for i in range(1, count + 1)]

    return make


@pytest.fixture(scope="session")
def tools() -> Any:
    """The helpers above (test modules cannot import each other in importlib mode)."""

    class Tools:
        pass

    for helper in (Bench, merge, step, experiments, small_lab):
        setattr(Tools, helper.__name__, staticmethod(helper) if not isinstance(helper, type) else helper)
    Tools.scheduler = ListScheduler()
    return Tools
