"""The pure core: ``decide(state, event) -> (state, commands)``. No I/O, no clock, no threads."""

from __future__ import annotations

from ..drivers import Command
from ._events import CommandIssued, LabEvent
from ._state import State, TaskState, evolve


def decide(state: State, event: LabEvent, *, run: str) -> tuple[State, tuple[CommandIssued, ...]]:
    """What follows from an event: the new state, and the commands to send, in order.

    A command is issued when all tasks before it have finished, its planned start is reached, and its device is free.
    The same state and event always give the same answer; the command's id follows from run and task, so that a
    task can never be told twice under two names.
    """
    state = evolve(state, event)
    issued: list[CommandIssued] = []
    due = sorted((start, task) for task, start in state.ready.items() if start <= state.lab_time_s + 1e-6)
    for _, task_id in due:
        task = state.tasks[task_id]
        if task.work.task.device in state.busy:
            continue
        intent = _intent(state, task, run)
        state = evolve(state, intent)
        issued.append(intent)
    return state, tuple(issued)


def _intent(state: State, task: TaskState, run: str) -> CommandIssued:
    plan = task.work.task
    samples = tuple(s for s in plan.samples if state.samples[s].status != "quarantined")
    command = Command(
        id=f"{run}:{plan.id}",
        task=plan.id,
        operation=plan.operation,
        device=plan.device,
        station=plan.station,
        samples=samples,
        parameters=task.work.parameters,
        per_sample={s: task.work.per_sample[s] for s in samples if s in task.work.per_sample},
    )
    return CommandIssued(command, state.lab_time_s, _overdue(state, task, samples))


def _overdue(state: State, task: TaskState, samples: tuple[str, ...]) -> dict[str, float]:
    """Seconds by which a sample waited too long. A wait of "none" allows the transport, which the plan holds."""
    wait, plan = task.work.wait, task.work.task
    if plan.step is None or wait.at_most_s is None:
        return {}
    limit = wait.at_most_s if wait.at_most_s > 0 else None
    late = {}
    for sample in samples:
        before = state.samples[sample].last_step_end_s
        if before is None:
            continue
        over = (state.lab_time_s - before - limit) if limit is not None else (state.lab_time_s - plan.start_s)
        if over > 60.0:  # under a minute is the stations' own jitter
            late[sample] = round(over, 3)
    return late
