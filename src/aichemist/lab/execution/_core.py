"""The pure core: ``decide(state, event) -> (state, events)``. No I/O, no clock, no threads."""

from __future__ import annotations

from ..drivers import Command
from ._events import CommandIssued, LabEvent, Ticked
from ._evolve import evolve
from ._faults import CommandFaulted, CommandOverdue, PersonReminded, QuestionAnswered, QuestionAsked, TaskSkipped
from ._policy import RecoveryPolicy
from ._state import State, TaskState, crew
from ._verdict import after_answer, verdict_on_fault, verdict_on_overdue
from ._why import obstacle

_NO_RULES = RecoveryPolicy()


def decide(
    state: State, event: LabEvent, *, run: str, policy: RecoveryPolicy = _NO_RULES
) -> tuple[State, tuple[LabEvent, ...]]:
    """What follows from an event: the new state, and the events that it leads to, in order.

    Among these are the commands to send (:class:`CommandIssued`). A command is issued when all tasks before it have
    finished, its planned start is reached, its device is free and may be used, and there is room where its vials go.
    The same state and event always give the same answer; a command's id follows from run, task and attempt, so that
    a task can never be told twice under two names.
    """
    said: list[LabEvent] = []

    def say(*events: LabEvent) -> None:
        nonlocal state
        for one in events:
            state = evolve(state, one)
            said.append(one)

    before = state
    state = evolve(state, event)
    if isinstance(event, CommandFaulted) and event.command_id in state.faulted:
        say(*verdict_on_fault(state, event, policy))
    elif isinstance(event, QuestionAnswered) and event.id in before.questions:
        say(*after_answer(state, before.questions[event.id], event))
    elif isinstance(event, Ticked):
        for question in _due_questions(state):
            answer = QuestionAnswered(question.id, state.lab_time_s, question.otherwise, "nobody", "nobody answered")
            say(answer)
            say(*after_answer(state, question, answer))
        for command_id in _late(state, "remind_at_s"):
            say(PersonReminded(command_id, state.lab_time_s))
        for command_id in _late(state, "deadline_s"):
            say(CommandOverdue(command_id, state.lab_time_s))
            say(*verdict_on_overdue(state, command_id, policy))
    while empty := [t for t in sorted(state.ready) if not crew(state, state.tasks[t])]:
        for task_id in empty:  # a skipped task may release one that is empty, too
            say(TaskSkipped(task_id, state.lab_time_s))
    due = sorted((start, task) for task, start in state.ready.items() if start <= state.lab_time_s + 1e-6)
    for _, task_id in due:
        task = state.tasks[task_id]
        if not obstacle(state, task):
            say(_intent(state, task, run))
    return state, tuple(said)


def _due_questions(state: State) -> list[QuestionAsked]:
    now = state.lab_time_s + 1e-6
    return sorted((q for q in state.questions.values() if q.due_s is not None and q.due_s <= now), key=lambda q: q.id)


def _late(state: State, limit: str) -> list[str]:
    late = []
    for command_id, task_id in state.open_commands.items():
        at_s = getattr(state.tasks[task_id], limit)
        if at_s is not None and at_s <= state.lab_time_s + 1e-6:
            late.append(command_id)
    return sorted(late)


def _intent(state: State, task: TaskState, run: str) -> CommandIssued:
    plan = task.work.task
    samples = crew(state, task)
    again = "" if task.attempts == 1 else f"#{task.attempts}"
    command = Command(
        id=f"{run}:{plan.id}{again}",
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
