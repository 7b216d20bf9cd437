"""The state of the lab as execution knows it, and its fold over events. No I/O, no clock, no threads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import evolve as replace
from attrs import field, frozen
from immutables import Map

from ._events import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandFailed,
    CommandInDoubt,
    CommandIssued,
    LabEvent,
    Ticked,
    Work,
)

TaskStatus = Literal["planned", "issued", "done", "failed", "in doubt", "skipped"]
SampleStatus = Literal["active", "finished", "quarantined"]


@frozen
class TaskState:
    """A task, how far it is, and its real times."""

    work: Work
    status: TaskStatus = "planned"
    waits_for: frozenset[str] = frozenset()
    command_id: str = ""
    started_s: float | None = None
    ended_s: float | None = None
    expected_end_s: float | None = None


@frozen
class SampleState:
    """A vial: whether it goes on, where it stands, and when its last protocol step ended."""

    batch: int
    status: SampleStatus = "active"
    place: str = ""
    reason: str = ""
    last_step_end_s: float | None = None
    open_tasks: int = 0


@frozen
class State:
    """Everything the core needs. Maps are persistent (HAMT), so that old states stay valid and copies are cheap."""

    lab_time_s: float = 0.0
    tasks: Map[str, TaskState] = field(factory=Map)
    followers: Map[str, tuple[str, ...]] = field(factory=Map)
    ready: Map[str, float] = field(factory=Map)
    open_commands: Map[str, str] = field(factory=Map)
    busy: Map[str, str] = field(factory=Map)
    samples: Map[str, SampleState] = field(factory=Map)
    #: sample -> names of its raw data files, in the order of measurement
    files: Map[str, tuple[str, ...]] = field(factory=Map)

    @property
    def next_start_s(self) -> float | None:
        """Earliest planned start among tasks that wait for nothing but time."""
        return min(self.ready.values(), default=None)

    @property
    def idle(self) -> bool:
        return not self.open_commands and not self.ready

    def unfinished_tasks(self) -> list[TaskState]:
        return [t for t in self.tasks.values() if t.status in ("planned", "issued")]


_FINISHED = ("done", "failed", "in doubt", "skipped")


def evolve(state: State, event: LabEvent) -> State:
    """The state after an event: the one place where the journal becomes meaning."""
    state = replace(state, lab_time_s=max(state.lab_time_s, event.at_s))
    match event:
        case Ticked():
            return state
        case BatchPlanned():
            return _planned(state, event)
        case CommandIssued():
            return _issued(state, event)
        case CommandAccepted():
            task_id = state.open_commands.get(event.command_id)
            if task_id is None:
                return state
            task = replace(state.tasks[task_id], expected_end_s=event.expected_end_s)
            return replace(state, tasks=state.tasks.set(task_id, task))
        case CommandDone():
            files = state.files
            if event.command_id in state.open_commands:
                for sample, names in event.files.items():
                    files = files.set(sample, (*files.get(sample, ()), *names))
            return replace(_ended(state, event.command_id, event.at_s, "done", (), ""), files=files)
        case CommandFailed():
            return _ended(state, event.command_id, event.at_s, "failed", event.samples, event.reason)
        case CommandInDoubt():
            task_id = state.open_commands.get(event.command_id)
            samples = state.tasks[task_id].work.task.samples if task_id else ()
            return _ended(state, event.command_id, event.at_s, "in doubt", samples, event.reason)


def _planned(state: State, event: BatchPlanned) -> State:
    tasks, followers, samples = state.tasks.mutate(), state.followers.mutate(), state.samples.mutate()
    ready = state.ready.mutate()
    for sample in event.samples:
        samples[sample] = SampleState(batch=event.batch)
    edges: list[tuple[str, str]] = []
    for work in event.work:
        tasks[work.task.id] = TaskState(work)
        edges += [(before, work.task.id) for before in work.task.after]
        for sample in work.task.samples:
            samples[sample] = replace(samples[sample], open_tasks=samples[sample].open_tasks + 1)
    for sample in event.samples:
        if samples[sample].open_tasks == 0:
            samples[sample] = replace(samples[sample], status="finished")
    for later, before_ids in event.extra_after.items():
        # a task that has begun meanwhile can no longer wait
        if later in tasks and tasks[later].status == "planned":
            edges += [(before, later) for before in before_ids]
    for before, later in edges:
        if before in tasks and tasks[before].status not in _FINISHED:
            tasks[later] = replace(tasks[later], waits_for=tasks[later].waits_for | {before})
            followers[before] = (*followers.get(before, ()), later)
    for task_id in {w.task.id for w in event.work} | set(event.extra_after):
        task = tasks.get(task_id)
        if task is not None and task.status == "planned":
            if task.waits_for:
                ready.pop(task_id, None)
            else:
                ready[task_id] = task.work.task.start_s
    return replace(
        state,
        tasks=tasks.finish(),
        followers=followers.finish(),
        samples=samples.finish(),
        ready=ready.finish(),
    )


def _issued(state: State, event: CommandIssued) -> State:
    command = event.command
    task = replace(state.tasks[command.task], status="issued", started_s=event.at_s, command_id=command.id)
    return replace(
        state,
        tasks=state.tasks.set(command.task, task),
        ready=state.ready.delete(command.task) if command.task in state.ready else state.ready,
        open_commands=state.open_commands.set(command.id, command.task),
        busy=state.busy.set(command.device, command.id),
    )


def _ended(state: State, command_id: str, at_s: float, status: TaskStatus, lost: Iterable[str], reason: str) -> State:
    task_id = state.open_commands.get(command_id)
    if task_id is None:  # told twice: the first answer counts
        return state
    task = state.tasks[task_id]
    plan = task.work.task
    samples = state.samples.mutate()
    for sample in lost:
        samples[sample] = replace(samples[sample], status="quarantined", reason=f"{plan.operation}: {reason}")
    for sample in plan.samples:
        vial = samples[sample]
        place = {"load": plan.device, "unload": plan.station}.get(plan.operation, vial.place)
        ended = at_s if plan.step is not None else vial.last_step_end_s
        samples[sample] = replace(vial, place=place if vial.status == "active" else vial.place, last_step_end_s=ended)
    state = replace(
        state,
        tasks=state.tasks.set(task_id, replace(task, status=status, ended_s=at_s)),
        open_commands=state.open_commands.delete(command_id),
        busy=state.busy.delete(plan.device) if state.busy.get(plan.device) == command_id else state.busy,
        samples=samples.finish(),
    )
    return _release(state, [task_id])


def _release(state: State, finished: list[str]) -> State:
    """Let followers go on; a task whose samples are all quarantined is skipped, and so on down the line."""
    tasks, ready, samples = state.tasks.mutate(), state.ready.mutate(), state.samples.mutate()
    while finished:
        done = finished.pop()
        for sample in tasks[done].work.task.samples:
            vial = samples[sample]
            vial = replace(vial, open_tasks=vial.open_tasks - 1)
            if vial.open_tasks == 0 and vial.status == "active":
                vial = replace(vial, status="finished")
            samples[sample] = vial
        for later in state.followers.get(done, ()):
            task = tasks[later]
            if done not in task.waits_for:
                continue
            task = replace(task, waits_for=task.waits_for - {done})
            if not task.waits_for and task.status == "planned":
                if all(samples[s].status == "quarantined" for s in task.work.task.samples):
                    task = replace(task, status="skipped", ended_s=state.lab_time_s)
                    finished.append(later)
                else:
                    ready[later] = task.work.task.start_s
            tasks[later] = task
    return replace(state, tasks=tasks.finish(), ready=ready.finish(), samples=samples.finish())
