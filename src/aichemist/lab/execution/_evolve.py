"""The fold: the state after an event. The one place where the journal becomes meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from immutables import Map

from ._changes import Changes
from ._control import controlled
from ._events import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandFailed,
    CommandInDoubt,
    CommandIssued,
    LabEvent,
    LabOpened,
    PlanRevised,
    Ticked,
    Work,
)
from ._faults import (
    CommandFaulted,
    CommandOverdue,
    CommandRetried,
    Controlled,
    DeviceBack,
    DeviceLost,
    InterlockCleared,
    InterlockTripped,
    PersonReminded,
    QuestionAnswered,
    QuestionAsked,
    TaskSkipped,
)
from ._replace import replace
from ._state import FINISHED, SampleState, State, TaskState, TaskStatus

V = TypeVar("V")

#: a command is overdue after half as long again as its device said, and these seconds more (assumption)
_LATE_SHARE, _LATE_S = 0.5, 600.0
#: a task that takes longer than planned by more than the larger of these gives rise to a new plan
_OVER_SHARE, _OVER_S = 0.1, 300.0


def evolve(state: State, event: LabEvent) -> State:
    """The state after an event."""
    if event.at_s > state.lab_time_s:
        state = replace(state, lab_time_s=event.at_s)
    match event:
        case Ticked():
            return state
        case LabOpened():
            return replace(
                state, slots=Map(event.slots), robots=Map(event.robots),
                patient=frozenset(event.patient),
                chambers=frozenset(event.chambers),
                parallel=frozenset(event.parallel), remind_s=event.remind_s, limit_s=event.limit_s,
            )  # fmt: skip
        case BatchPlanned():
            return _planned(state, event)
        case PlanRevised():
            return _revised(state, event)
        case CommandIssued():
            return _issued(state, event)
        case CommandAccepted():
            return _accepted(state, event)
        case CommandDone():
            return _done(state, event)
        case CommandFailed():
            return _ended(state, event.command_id, event.at_s, "failed", event.samples, event.reason, event.rides)
        case CommandInDoubt():
            task_id = _task_of(state, event.command_id)
            samples = event.samples
            if samples is None:
                samples = state.tasks[task_id].work.task.samples if task_id else ()
            return _ended(state, event.command_id, event.at_s, "in doubt", samples, event.reason, event.rides)
        case CommandFaulted():
            return _faulted(state, event)
        case CommandRetried():
            return _retried(state, event)
        case CommandOverdue():
            task_id = state.open_commands.get(event.command_id)
            return state if task_id is None else _with(state, task_id, deadline_s=None)
        case PersonReminded():
            task_id = state.open_commands.get(event.command_id)
            return state if task_id is None else _with(state, task_id, remind_at_s=_remind_at(state, event.at_s))
        case TaskSkipped():
            return _skipped(state, event)
        case QuestionAsked():
            return _asked(state, event)
        case QuestionAnswered():
            return _answered(state, event)
        case DeviceLost():
            return replace(state, lost=state.lost.set(event.device, event.reason))
        case DeviceBack():
            return replace(state, lost=state.lost.delete(event.device)) if event.device in state.lost else state
        case InterlockTripped():
            return replace(state, tripped=state.tripped.set(event.name, event))
        case InterlockCleared():
            return replace(state, tripped=state.tripped.delete(event.name)) if event.name in state.tripped else state
        case Controlled():
            return controlled(state, event)


def _with(state: State, task_id: str, **changes: object) -> State:
    return replace(state, tasks=state.tasks.set(task_id, replace(state.tasks[task_id], **changes)))  # type: ignore[arg-type]


def _task_of(state: State, command_id: str) -> str | None:
    return state.open_commands.get(command_id) or state.faulted.get(command_id)


# -------------------------------------------------------------------- plans


def _planned(state: State, event: BatchPlanned) -> State:
    changes = Changes(state)
    changes.forget()
    first: dict[str, tuple[float, str]] = {}
    for work in event.work:
        for sample in work.task.samples:
            first[sample] = min(first.get(sample, (work.task.start_s, work.task.station)), (
                work.task.start_s, work.task.station))  # fmt: skip
    for sample in event.samples:
        home = first[sample][1] if sample in first else ""
        changes.samples[sample] = SampleState(batch=event.batch, place=home, home=home)
        changes.enter(sample, home)
    _enter(changes, event.work, event.extra_after)
    for sample in event.samples:
        changes.see_home(sample)
    return changes.done()


def _revised(state: State, event: PlanRevised) -> State:
    """New tasks first, so that no vial counts as home in between."""
    changes = Changes(replace(state, wants_plan="", late="", revisions=state.revisions + 1))
    gone = [t for t in event.dropped if t in changes.tasks and changes.tasks[t].status == "planned"]
    for task_id in gone:
        changes.tasks[task_id] = replace(changes.tasks[task_id], status="dropped", ended_s=event.at_s)
        changes.ready.pop(task_id, None)
    _enter(changes, event.work, event.extra_after)
    for sample, reason in event.stranded.items():
        vial = changes.samples[sample]
        if vial.status == "active":
            changes.samples[sample] = replace(vial, status="quarantined", reason=reason, rides=True)
    changes.release(gone)
    return changes.done()


def _enter(changes: Changes, new: Sequence[Work], extra_after: Mapping[str, tuple[str, ...]]) -> None:
    tasks = changes.tasks
    edges: list[tuple[str, str]] = []
    for work in new:
        tasks[work.task.id] = TaskState(work)
        edges += [(before, work.task.id) for before in work.task.after]
        for sample in work.task.samples:
            vial = changes.samples[sample]
            changes.samples[sample] = replace(vial, open_tasks=vial.open_tasks + 1)
    for later, before_ids in extra_after.items():
        # a task that has begun meanwhile can no longer wait
        if later in tasks and tasks[later].status == "planned":
            edges += [(before, later) for before in before_ids]
    for before, later in edges:
        if before in tasks and tasks[before].status not in FINISHED:
            tasks[later] = replace(tasks[later], waits_for=tasks[later].waits_for | {before})
            changes.followers[before] = (*changes.followers.get(before, ()), later)
    for task_id in {w.task.id for w in new} | set(extra_after):
        task = tasks.get(task_id)
        if task is not None and task.status == "planned":
            if task.waits_for:
                changes.ready.pop(task_id, None)
            else:
                changes.ready[task_id] = task.work.task.start_s


# -------------------------------------------------------------------- commands


def _issued(state: State, event: CommandIssued) -> State:
    command = event.command
    task = state.tasks[command.task]
    planned = task.work.task.end_s - task.work.task.start_s
    task = replace(
        task, status="issued", started_s=event.at_s, command_id=command.id, expected_end_s=None,
        deadline_s=_deadline(state, command.device, event.at_s, event.at_s + planned),
        remind_at_s=_remind_at(state, event.at_s) if command.device in state.patient else None,
    )  # fmt: skip
    inside = state.inside
    target = {"load": command.device, "unload": command.station}.get(command.operation)
    if target is not None:
        changes = Changes(state)
        for sample in command.samples:
            changes.enter(sample, target)
        inside = changes.inside.finish()
    return replace(
        state, tasks=state.tasks.set(command.task, task), ready=_without(state.ready, command.task), inside=inside,
        open_commands=state.open_commands.set(command.id, command.task),
        busy=state.busy if command.device in state.parallel else state.busy.set(command.device, command.id),
        given=state.given.set(command.id, command.samples),
    )  # fmt: skip


def _deadline(state: State, device: str, start_s: float, end_s: float) -> float | None:
    if device in state.patient:
        return None if state.limit_s is None else max(start_s + state.limit_s, end_s)
    return end_s + _LATE_SHARE * max(0.0, end_s - start_s) + _LATE_S


def _remind_at(state: State, now_s: float) -> float | None:
    return None if state.remind_s is None else now_s + state.remind_s


def _accepted(state: State, event: CommandAccepted) -> State:
    task_id = state.open_commands.get(event.command_id)
    if task_id is None:
        return state
    task, end = state.tasks[task_id], event.expected_end_s
    if end is None:
        return _with(state, task_id, expected_end_s=None)
    start = task.started_s if task.started_s is not None else event.at_s
    late = _overrun(task, end)
    return _with(
        replace(state, late=late or state.late), task_id, expected_end_s=end,
        deadline_s=_deadline(state, task.work.task.device, start, end), late_end_s=end if late else task.late_end_s,
    )  # fmt: skip


def _overrun(task: TaskState, end_s: float) -> str:
    """What takes much longer than planned and was not told of so far; empty if it does not.

    What was expected in between does not count: such news is not committed, and a run that was killed would plan
    otherwise than one that was not.
    """
    plan, start = task.work.task, task.started_s
    if start is None:
        return ""
    planned = plan.end_s - plan.start_s
    told = planned if task.late_end_s is None else task.late_end_s - start
    over = end_s - start - max(planned, told)
    if over <= max(_OVER_S, _OVER_SHARE * planned):
        return ""
    return f"{plan.operation} on {plan.device} takes {over / 60:.0f} min longer than planned"


def _done(state: State, event: CommandDone) -> State:
    files, late = state.files, state.late
    task_id = _task_of(state, event.command_id)
    if task_id:
        late = _overrun(state.tasks[task_id], event.at_s) or late
        for sample, names in event.files.items():
            files = files.set(sample, (*files.get(sample, ()), *names))
    state = replace(state, late=late)
    return replace(_ended(state, event.command_id, event.at_s, "done", (), "", ()), files=files)


def _faulted(state: State, event: CommandFaulted) -> State:
    """The device may be free, but its place is not: it stays busy until it is decided what follows."""
    task_id = state.open_commands.get(event.command_id)
    if task_id is None:
        return state
    files = state.files
    for sample, names in event.files.items():
        files = files.set(sample, (*files.get(sample, ()), *names))
    state = _with(state, task_id, status="faulted", fault=event, deadline_s=None, remind_at_s=None)
    return replace(
        state, open_commands=state.open_commands.delete(event.command_id), files=files,
        faulted=state.faulted.set(event.command_id, task_id), questions=_without(state.questions, event.command_id),
    )  # fmt: skip


def _retried(state: State, event: CommandRetried) -> State:
    task_id = state.faulted.get(event.command_id)
    if task_id is None:
        return state
    task = state.tasks[task_id]
    whole = set(event.samples) >= set(task.work.task.samples)
    task = replace(
        task, status="planned", attempts=task.attempts + 1, only=None if whole else event.samples, fault=None,
        expected_end_s=None,
    )  # fmt: skip
    return replace(
        state, tasks=state.tasks.set(task_id, task), ready=state.ready.set(task_id, event.start_s),
        given=_without(state.given, event.command_id),
        faulted=state.faulted.delete(event.command_id), busy=_freed(state, task, event.command_id),
    )  # fmt: skip


def _freed(state: State, task: TaskState, command_id: str) -> Map[str, str]:
    device = task.work.task.device
    return state.busy.delete(device) if state.busy.get(device) == command_id else state.busy


def _without(mapping: Map[str, V], key: str) -> Map[str, V]:
    return mapping.delete(key) if key in mapping else mapping


def _ended(
    state: State, command_id: str, at_s: float, status: TaskStatus, lost: Iterable[str], reason: str,
    rides: Sequence[str],
) -> State:  # fmt: skip
    task_id = _task_of(state, command_id)
    if task_id is None:  # told twice: the first answer counts
        return state
    task = state.tasks[task_id]
    plan = task.work.task
    given = state.given.get(command_id, plan.samples)
    state = replace(
        state, open_commands=_without(state.open_commands, command_id), faulted=_without(state.faulted, command_id),
        questions=_without(state.questions, command_id), busy=_freed(state, task, command_id),
        given=_without(state.given, command_id),
    )  # fmt: skip
    changes = Changes(state)
    lost = set(lost)
    for sample in lost:
        vial = changes.samples[sample]
        if vial.status == "discarded":
            changes.samples[sample] = replace(vial, rides=vial.rides and sample in rides)
        else:
            changes.samples[sample] = replace(
                vial, status="quarantined", reason=f"{plan.operation} on {plan.device}: {reason}", rides=sample in rides
            )
    moved_to = {"load": plan.device, "unload": plan.station}.get(plan.operation)
    moved_from = {"load": plan.station, "unload": plan.device}.get(plan.operation)
    nothing = task.fault is not None and task.fault.effect == "none" and status != "done"
    for sample in given:
        vial = changes.samples[sample]
        if plan.step is not None:
            vial = replace(vial, last_step_end_s=at_s)
        goes = vial.status == "active" or (vial.rides and sample not in lost)
        if moved_to is not None and moved_from is not None:
            if goes:
                changes.leave(sample, moved_from)
                vial = replace(vial, place=moved_to)
            elif nothing:
                changes.leave(sample, moved_to)
        changes.samples[sample] = vial
    changes.tasks[task_id] = replace(task, status=status, ended_s=at_s, deadline_s=None, remind_at_s=None)
    changes.release([task_id])
    return changes.done()


def _skipped(state: State, event: TaskSkipped) -> State:
    task = state.tasks.get(event.task)
    if task is None or task.status != "planned":
        return state
    changes = Changes(state)
    changes.tasks[event.task] = replace(task, status="skipped", ended_s=event.at_s)
    changes.ready.pop(event.task, None)
    changes.release([event.task])
    return changes.done()


# -------------------------------------------------------------------- questions


def _asked(state: State, event: QuestionAsked) -> State:
    """While a person is asked the samples are in quarantine, unless the command still runs."""
    samples = state.samples
    if event.id in state.faulted:
        for sample in event.samples:
            vial = samples[sample]
            if vial.status == "active":
                samples = samples.set(sample, replace(vial, status="quarantined", reason=event.text))
    return replace(state, samples=samples, questions=state.questions.set(event.id, event))


def _answered(state: State, event: QuestionAnswered) -> State:
    question = state.questions.get(event.id)
    if question is None:
        return state
    samples = state.samples
    if event.id in state.faulted and event.choice in ("done", "repeat", "go_on"):
        for sample in question.samples:
            vial = samples[sample]
            if vial.status == "quarantined" and vial.reason == question.text:
                samples = samples.set(sample, replace(vial, status="active", reason=""))
    return replace(state, samples=samples, questions=state.questions.delete(event.id))
