"""What 'watch' shows, as plain data: the same for the screen, for plain text and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import frozen

from ..chemistry import with_uncertainty
from ..lab.execution import State, TaskState, clock_text, waits_because
from ._questions import sorted_questions

if TYPE_CHECKING:
    from ..campaign import CampaignState, Follower
    from ..lab.execution import QuestionAsked


@frozen
class DeviceRow:
    """A station or a robot.

    ``taken``: vials that stand there or that it carries; ``doing``: what it is busy with until when, or why it gets no
    commands.
    """

    name: str
    places: int
    taken: tuple[str, ...]
    doing: str
    alarm: bool = False

    @property
    def quiet(self) -> bool:
        return not (self.taken or self.doing)


@frozen
class SampleRow:
    """``why``: why it waits, or what is done to it now."""

    name: str
    status: str
    place: str
    why: str
    held: bool = False


@frozen
class View:
    """One look at a run."""

    run: str
    status: str
    lab_time: str
    done: int
    budget: int
    best: str
    ended: str
    alarms: tuple[str, ...]
    stations: tuple[DeviceRow, ...]
    robots: tuple[DeviceRow, ...]
    samples: tuple[SampleRow, ...]
    questions: tuple[QuestionAsked, ...]

    @property
    def head(self) -> str:
        """The run in one line."""
        shown = f"{self.run}  {self.status.upper()}  lab time {self.lab_time}  {self.done} of {self.budget} samples"
        return shown + (f"  best {self.best}" if self.best else "")


def look(follower: Follower) -> View:
    """The run as the journal has it now."""
    state, campaign, known = follower.state, follower.campaign, follower.campaign_state
    best = known.best(campaign.objective.direction, campaign.objective.name)
    standing: dict[str, list[str]] = {}
    for name, vial in sorted(state.samples.items()):
        if vial.place:
            standing.setdefault(vial.place, []).append(name)
    return View(
        run=follower.run,
        status=_status(follower.status, state),
        lab_time=clock_text(follower.lab_time_s),
        done=len({o.sample for o in known.observations}),
        budget=campaign.goal.budget_samples,
        best=""
        if best is None
        else f"{with_uncertainty(best.value, best.uncertainty, best.unit)} {best.recipe.formula} ({best.origin})",
        ended=known.finished or "",
        alarms=(*_alarms(state), *_approvals(known)),
        stations=tuple(
            DeviceRow(s.name, s.slots, tuple(standing.get(s.name, ())), *_doing(state, s.name))
            for s in campaign.lab.stations
        ),
        robots=tuple(
            DeviceRow(r.name, r.capacity, tuple(standing.get(r.name, ())), *_doing(state, r.name))
            for r in campaign.lab.robots
        ),
        samples=_samples(state),
        questions=tuple(sorted_questions(state)),
    )


def _status(status: str, state: State) -> str:
    """The run's status, and what a person did to it."""
    hand = (
        "stopped" if state.stopped else "aborted" if state.aborted else "paused" if state.paused else ""
    )  # fmt: skip
    return f"{status}, {hand}" if hand else status


def _alarms(state: State) -> Iterable[str]:
    if state.stopped:
        yield f"EMERGENCY STOP ({state.stopped})"
    for lock in state.tripped.values():
        yield f"interlock {lock.name}: {lock.text}; no commands for {', '.join(lock.stations)}"
    for device, why in state.lost.items():
        yield f"{device} cannot be reached: {why}"
    if state.aborted:
        yield f"aborted ({state.aborted})"
    if state.paused:
        yield f"paused ({state.paused})"
    for device, why in state.held.items():
        yield f"{device} is held ({why})"


def _approvals(known: CampaignState) -> Iterable[str]:
    if known.finished is None:
        yield from (str(a["text"]) for _, a in sorted(known.asked.items()))
        yield from [known.lapsed] if known.lapsed else []


def _doing(state: State, device: str) -> tuple[str, bool]:
    """(what a device does, whether something is wrong with it)."""
    words, alarm = [], False
    command = state.busy.get(device)
    if command is not None and command in state.faulted:
        task = state.tasks[state.faulted[command]]
        words.append(f"{task.work.task.operation} went wrong: a person is asked")
        alarm = True
    elif command is not None and command in state.open_commands:
        words.append(task_text(state, state.tasks[state.open_commands[command]]))
    if device in state.lost:
        words.append("cannot be reached")
    if device in state.held:
        words.append("held")
    words += [f"interlock {k.name}" for k in state.tripped.values() if device in k.stations]
    return "; ".join(words), alarm or len(words) > (command is not None)


def task_text(state: State, task: TaskState) -> str:
    """What a running command does, e.g. ``stir b001-01 +4 until 14:20``."""
    plan = task.work.task
    at = f" {'from' if plan.operation == 'load' else 'to'} {plan.station}" if plan.station != plan.device else ""
    until = "" if task.expected_end_s is None else f" until {clock_text(task.expected_end_s)}"
    return f"{plan.operation} {brief(state.given.get(task.command_id, plan.samples), 1)}{at}{until}"


def _samples(state: State) -> tuple[SampleRow, ...]:
    """Those that are under way first."""
    now: dict[str, str] = {}
    for task_id in state.open_commands.values():
        task = state.tasks[task_id]
        plan = task.work.task
        until = "" if task.expected_end_s is None else f" until {clock_text(task.expected_end_s)}"
        for name in state.given.get(task.command_id, plan.samples):
            now[name] = f"{plan.operation} on {plan.device}{until}"
    busy = {s for t in state.unfinished_tasks() for s in t.work.task.samples}
    rows = []
    for name, vial in state.samples.items():
        held = bool(vial.held) and vial.status == "active"
        status = "held" if held else f"{vial.status}, comes home" if vial.rides and name in busy else vial.status
        # what is done to it, then what waits; a reason once given stays
        why = now.get(name) or (waits_because(state, name) if vial.status != "finished" else "")
        if vial.status not in ("active", "finished") and vial.reason and vial.reason != why:
            why = f"{vial.reason}; {why}" if why else vial.reason
        rows.append(SampleRow(name, status, vial.place, why, held))
    return tuple(sorted(rows, key=lambda r: (r.status == "finished", r.name)))


def brief(samples: Iterable[str], shown: int = 3) -> str:
    """``b001-01 b001-02 +4``."""
    names = list(samples)
    more = f" +{len(names) - shown}" if len(names) > shown else ""
    return " ".join(names[:shown]) + more
