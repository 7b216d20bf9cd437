"""What follows from a fault: retry, ask, salvage, discard, go on, stop."""

from __future__ import annotations

from collections.abc import Sequence

from ..layout import Action, RecoveryRule
from ._events import CommandAccepted, CommandDone, CommandFailed, CommandInDoubt, LabEvent
from ._faults import WAY, CommandFaulted, CommandRetried, Controlled, QuestionAnswered, QuestionAsked
from ._policy import RecoveryPolicy, action_of, may_repeat
from ._state import State, TaskState, together

#: what a person who says "wait" grants (s)
_MORE_S = 3600.0
_POLICY = "recovery policy"
#: the question for room in the starting station
PLACES = "places"


def verdict_on_fault(state: State, fault: CommandFaulted, policy: RecoveryPolicy) -> list[LabEvent]:
    """The events that a fault leads to."""
    task = state.tasks[state.faulted[fault.command_id]]
    plan = task.work.task
    rule = policy.rule(plan.operation, plan.device, fault.kind)
    action = action_of(rule, plan.operation, fault.effect, task.attempts)
    return _carry_out(state, task, fault, rule, action)


def verdict_on_overdue(state: State, command_id: str, policy: RecoveryPolicy) -> list[LabEvent]:
    """A command that runs too long is never repeated: a person is asked, or it counts as in doubt."""
    task = state.tasks[state.open_commands[command_id]]
    plan = task.work.task
    samples = state.given.get(command_id, plan.samples)
    rule = policy.rule(plan.operation, plan.device, "timed out")
    now = state.lab_time_s
    action = action_of(rule, plan.operation, "unknown", task.attempts + rule.times)
    if action == "stop_lab":
        return [Controlled("stop", "", now, _POLICY, f"{plan.device} does not come to an end")]
    if action != "ask":
        return _broken(task, CommandInDoubt(command_id, now, "the device does not come to an end", (), samples))
    text = f"{plan.operation} on {plan.device} should have ended long ago; what does it do?"
    if plan.device in state.patient:
        text = f"nobody has said yet that {plan.operation} on {plan.device} is done; what about it?"
    choices = {
        "wait": "it is still at it: wait an hour more",
        "done": "it is done: go on",
        "leave": "it has broken down: set these vials aside and finish the others",
        "discard": "I took these vials away",
    }
    if plan.device in state.patient:
        del choices["done"]  # that is what 'enter' says, with what was measured
    due = None if rule.patience_s is None else now + rule.patience_s
    return [QuestionAsked(command_id, now, samples, text, choices, 2, due, "leave")]


def _broken(task: TaskState, doubt: CommandInDoubt) -> list[LabEvent]:
    """A device that may still be at it gets nothing more, and nobody reaches into it, until a person releases it."""
    why = f"{task.work.task.operation} did not come to an end"
    return [doubt, Controlled("hold_station", task.work.task.device, doubt.at_s, _POLICY, why)]


def _carry_out(
    state: State, task: TaskState, fault: CommandFaulted, rule: RecoveryRule, action: Action
) -> list[LabEvent]:
    now, plan = state.lab_time_s, task.work.task
    match action:
        case "retry":
            return [CommandRetried(fault.command_id, now, now + rule.delay_s, fault.samples)]
        case "other_station":
            why = f"{plan.operation}: {fault.reason}"
            if not may_repeat(plan.operation, fault.effect):
                return [Controlled("hold_station", plan.device, now, _POLICY, why), *_leave(state, task, fault, now)]
            return [
                Controlled("hold_station", plan.device, now, _POLICY, why),
                CommandRetried(fault.command_id, now, now, fault.samples),
            ]
        case "salvage":
            return _leave(state, task, fault, now)
        case "discard":
            return [*_leave(state, task, fault, now), *_given_up(fault.samples, now, fault.reason)]
        case "go_on":
            return [CommandDone(fault.command_id, now, {}, {})]
        case "stop_lab":
            return [Controlled("stop", "", now, _POLICY, fault.reason), _ask(task, fault, now, None)]
    return [_ask(task, fault, now, rule.patience_s)]


def _given_up(samples: Sequence[str], now: float, reason: str) -> list[LabEvent]:
    return [Controlled("give_up", s, now, _POLICY, reason) for s in samples]


def _leave(state: State, task: TaskState, fault: CommandFaulted, now: float) -> list[LabEvent]:
    """The samples concerned stay in quarantine, the others go on."""
    rides = () if fault.kind in ("dropped", "stopped") else _riders(state, task, fault.samples)
    if fault.kind == "no answer":
        return [CommandInDoubt(fault.command_id, now, fault.reason, rides, fault.samples)]
    return [CommandFailed(fault.command_id, now, fault.reason, fault.samples, rides)]


def _riders(state: State, task: TaskState, samples: tuple[str, ...]) -> tuple[str, ...]:
    """A vial in an open slot may be carried home; one on a robot, in a furnace or in a centrifuge is left alone."""
    plan = task.work.task
    return () if together(state, plan.station, plan.operation) else samples


def _ask(task: TaskState, fault: CommandFaulted, now: float, patience_s: float | None) -> QuestionAsked:
    plan = task.work.task
    vials = ", ".join(fault.samples[:3]) + (f" and {len(fault.samples) - 3} more" if len(fault.samples) > 3 else "")
    text = f"{plan.operation} on {plan.device} ({vials}): {fault.reason}"
    due = None if patience_s is None else now + patience_s
    return QuestionAsked(
        fault.command_id, now, fault.samples, text, choices_for(task, fault), 3 if fault.kind == "no answer" else 2,
        due, "leave",
    )  # fmt: skip


def choices_for(task: TaskState, fault: CommandFaulted) -> dict[str, str]:
    """The answers that are physically possible."""
    plan = task.work.task
    one = len(fault.samples) == 1
    it = "the vial" if one else "the vials"
    choices: dict[str, str] = {}
    if fault.kind == "dropped":
        pass  # it is no longer what it was
    elif plan.operation == "load":
        choices = {
            "done": f"{it} {'is' if one else 'are'} on {plan.device}: go on",
            "repeat": f"{it} {'stands' if one else 'stand'} on {plan.station}: pick again",
        }
    elif plan.operation == "unload":
        choices = {
            "done": f"{it} {'stands' if one else 'stand'} on {plan.station}: go on",
            "repeat": f"{it} {'is' if one else 'are'} on {plan.device}: place again",
        }
    elif plan.operation.startswith("measure_"):
        choices = {"repeat": "measure again", "go_on": "go on without a value"}
    else:
        choices = {
            "done": "it was carried out fully: go on",
            "repeat": "nothing of it was done: do it now",
        }
    if fault.effect == "none":
        choices.pop("done", None)
    leave = f"set {it} aside and finish the others"
    return {**choices, "leave": leave, "discard": f"I took {it} away"}


def after_answer(state: State, question: QuestionAsked, answer: QuestionAnswered) -> list[LabEvent]:
    """The events that an answer leads to."""
    now, command_id = state.lab_time_s, question.id
    if question.id == PLACES and answer.choice == "done":
        return [Controlled("clear", "", now, answer.who, answer.why)]
    if question.id == WAY:
        if answer.choice == "done":
            return [Controlled("discard", s, now, answer.who, answer.why) for s in question.samples]
        return [Controlled("abort", "", now, answer.who, answer.why or question.text)]
    task_id = state.faulted.get(command_id) or state.open_commands.get(command_id)
    if task_id is None:
        return []
    task = state.tasks[task_id]
    who = answer.who
    gone = [Controlled("discard", s, now, who, answer.why or question.text) for s in question.samples]
    fault = task.fault
    if fault is None:  # overdue, and still running as far as is known
        match answer.choice:
            case "wait":
                return [CommandAccepted(command_id, now, now + _MORE_S)]
            case "done":
                return [CommandDone(command_id, now)]
        doubt = CommandInDoubt(command_id, now, f"did not come to an end ({who})", (), question.samples)
        return [*_broken(task, doubt), *(gone if answer.choice == "discard" else [])]
    match answer.choice:
        case "done" | "go_on":
            return [CommandDone(command_id, now)]
        case "repeat":
            return [CommandRetried(command_id, now, now, fault.samples)]
        case "discard":
            return [*_leave(state, task, fault, now), *gone]
    return _leave(state, task, fault, now)
