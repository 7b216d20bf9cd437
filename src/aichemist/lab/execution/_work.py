"""From a timetable and its experiments to what each command will say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aichemist.chemistry import Experiment

from ..scheduling import Timetable
from ._events import BatchPlanned, Work


def batch_planned(batch: int, at_s: float, experiments: Sequence[Experiment], timetable: Timetable) -> BatchPlanned:
    """The event that puts a timetable in force."""
    steps = {(e.sample, s.index): s for e in experiments for s in e.steps}
    work = []
    for task in timetable.tasks:
        if task.step is None:
            work.append(Work(task))
            continue
        own = {sample: steps[sample, task.step] for sample in task.samples}
        first = own[task.samples[0]]
        shared = {
            name: value for name, value in first.parameters.items()
            if all(step.parameters.get(name) == value for step in own.values())
        }  # fmt: skip
        per_sample: dict[str, Mapping[str, Any]] = {
            sample: rest for sample, step in own.items()
            if (rest := {n: v for n, v in step.parameters.items() if n not in shared})
        }  # fmt: skip
        work.append(Work(task, shared, per_sample, first.wait))
    return BatchPlanned(batch, at_s, tuple(e.sample for e in experiments), tuple(work), dict(timetable.extra_after))
