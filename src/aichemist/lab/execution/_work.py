"""From a timetable and its experiments to what each command will say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aichemist.chemistry import Experiment

from ..scheduling import Timetable
from ._events import BatchPlanned, PlanRevised, Work


def plan_revised(
    at_s: float, why: str, dropped: Sequence[str], experiments: Sequence[Experiment], timetable: Timetable
) -> PlanRevised:
    """The event that replaces tasks which have not begun."""
    return PlanRevised(at_s, why, tuple(dropped), _works(experiments, timetable), dict(timetable.extra_after))


def batch_planned(batch: int, at_s: float, experiments: Sequence[Experiment], timetable: Timetable) -> BatchPlanned:
    """The event that puts a timetable in force."""
    work = _works(experiments, timetable)
    return BatchPlanned(
        batch, at_s, tuple(e.sample for e in experiments), work, dict(timetable.extra_after), timetable.note
    )  # fmt: skip


def _works(experiments: Sequence[Experiment], timetable: Timetable) -> tuple[Work, ...]:
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
    return tuple(work)
