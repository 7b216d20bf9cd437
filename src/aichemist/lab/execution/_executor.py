"""Joins the pure core with the journal, the devices and the clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..drivers import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Unknown
from ._clock import Clock
from ._core import decide
from ._events import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandFailed,
    CommandInDoubt,
    CommandIssued,
    LabEvent,
    Ticked,
    decode,
    encode,
)
from ._state import State, evolve


class Journal(ABC):
    """Where events are kept. ``append`` is one transaction: all entries are durable on return, or none is."""

    @abstractmethod
    def append(self, entries: Sequence[tuple[str, Mapping[str, Any], float]]) -> None:
        """Add (kind, payload, lab time in s) entries."""

    @abstractmethod
    def read(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """All (kind, payload) entries, in order."""


class SignalStore(ABC):
    """Where raw signals are kept. Writing the same signal of the same command again changes nothing."""

    @abstractmethod
    def write(self, command_id: str, signal: Signal) -> str:
        """Keep it; the file name by which it is found again."""


class Executor:
    """Carries timetables out by status, not by clock times.

    The order of things is what makes it safe: an intent is committed before its command is sent; raw data are on
    disk before the journal says that a command is done; after a crash every open command is reconciled by its id.
    """

    def __init__(
        self, run: str, drivers: Mapping[str, Driver], journal: Journal, signals: SignalStore, clock: Clock
    ) -> None:
        self._run, self._drivers, self._journal, self._signals = run, drivers, journal, signals
        self._clock = clock
        self._unsaved: list[LabEvent] = []
        self.state = State()

    @property
    def clock(self) -> Clock:
        return self._clock

    def restore(self, entries: Iterable[tuple[str, Mapping[str, Any]]], clock: Clock) -> None:
        """Fold the journal, then reconcile each open command with its device. Nothing is sent a second time."""
        commands: dict[str, Command] = {}
        for kind, payload in entries:
            event = decode(kind, payload)
            if event is not None:
                self.state = evolve(self.state, event)
                if isinstance(event, CommandIssued):
                    commands[event.command.id] = event.command
        self._clock = clock
        # in the order of issue, so that a resumed run sends as the uninterrupted one would have
        for command_id, command in commands.items():
            if command_id not in self.state.open_commands:
                continue
            status = self._driver(command).status(command_id, self._clock.now_s())
            if isinstance(status, NeverReceived):
                self._send(command)
            elif isinstance(status, Running):
                self._note(CommandAccepted(command_id, self.state.lab_time_s, status.expected_end_s))
            # done, failed and unknown answers are taken up in order by the next step

    def add(self, batch: BatchPlanned) -> None:
        """Put a timetable in force."""
        self._happened(batch)

    def step(self) -> bool:
        """Take up what devices report, start what is due, and let time pass until the next event.

        Returns False when nothing runs and nothing can start.
        """
        now = self._clock.now_s()
        answers: list[tuple[float, str, Done | Failed | Unknown]] = []
        for command_id, task_id in self.state.open_commands.items():
            plan = self.state.tasks[task_id].work.task
            status = self._drivers[plan.device].status(command_id, now)
            if isinstance(status, Done | Failed):
                answers.append((status.at_s, command_id, status))
            elif isinstance(status, NeverReceived | Unknown):
                # it was sent in this process or reconciled at the start, so this device has lost it
                answers.append((now, command_id, Unknown(getattr(status, "reason", "") or "the device lost it")))
        if answers:
            for at_s, command_id, answer in sorted(answers, key=lambda a: a[:2]):
                self._answered(command_id, at_s, answer)
            return True
        start = self.state.next_start_s
        if start is not None and start <= now + 1e-6 and self._happened(Ticked(now)):
            return True
        return self._sleep(now)

    def flush(self) -> None:
        """Commit what is only noted."""
        if self._unsaved:
            events, self._unsaved = self._unsaved, []
            self._journal.append([(*encode(e), e.at_s) for e in events])

    def stop(self) -> None:
        for driver in self._drivers.values():
            driver.stop()

    def _sleep(self, now: float) -> bool:
        ends = [
            end for task_id in self.state.open_commands.values()
            if (end := self.state.tasks[task_id].expected_end_s) is not None
        ]  # fmt: skip
        starts = [s for s in self.state.ready.values() if s > now + 1e-6]
        wake = min([*ends, *starts], default=None)
        if wake is None:
            if not self.state.open_commands:
                return False
            wake = now + 1.0  # a device that cannot tell its end: look again
        self._clock.wait_until(wake)
        return True

    def _driver(self, command: Command) -> Driver:
        return self._drivers[command.device]

    def _answered(self, command_id: str, at_s: float, answer: Done | Failed | Unknown) -> None:
        task = self.state.tasks[self.state.open_commands[command_id]].work.task
        if isinstance(answer, Done):
            files: dict[str, tuple[str, ...]] = {}
            for signal in answer.signals:
                name = self._signals.write(command_id, signal)
                files[signal.sample] = (*files.get(signal.sample, ()), name)
            self._happened(CommandDone(command_id, at_s, answer.results, files))
        elif isinstance(answer, Failed):
            self._happened(CommandFailed(command_id, at_s, answer.reason, answer.samples or task.samples))
        else:
            self._happened(CommandInDoubt(command_id, at_s, answer.reason))

    def _happened(self, event: LabEvent) -> bool:
        state, issued = decide(self.state, event, run=self._run)
        entries = [e for e in (*self._unsaved, event, *issued) if not isinstance(e, Ticked)]
        if entries:
            self._journal.append([(*encode(e), e.at_s) for e in entries])
        self._unsaved = []
        self.state = state
        for intent in issued:
            self._send(intent.command)
        return bool(issued)

    def _send(self, command: Command) -> None:
        answer = self._driver(command).submit(command, self.state.lab_time_s)
        if isinstance(answer, Running):
            self._note(CommandAccepted(command.id, self.state.lab_time_s, answer.expected_end_s))
        # a refusal is read back by status() and taken up in order by the next step

    def _note(self, event: LabEvent) -> None:
        """Remember without a commit of its own: losing it in a crash costs nothing, the device is asked again."""
        self.state = evolve(self.state, event)
        self._unsaved.append(event)
