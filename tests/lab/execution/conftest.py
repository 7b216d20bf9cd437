"""A tiny lab side: a scripted driver, a journal and a signal store in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from aichemist.chemistry import DuplicateCommandError
from aichemist.lab.drivers import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status, Unknown
from aichemist.lab.execution import Journal, JournalEntry, SignalStore


class Scripted(Driver):
    """Takes ``minutes[operation]`` for everything; fails or forgets what it is told to."""

    def __init__(self, minutes: float = 10.0) -> None:
        self.minutes = minutes
        self.ends: dict[str, float] = {}
        self.received: list[Command] = []
        self.fail: set[str] = set()
        self.forget: set[str] = set()
        self.stopped = False

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        if command.id in self.ends:
            raise DuplicateCommandError(command.id)
        self.received.append(command)
        self.ends[command.id] = now_s + 60 * self.minutes
        return Running(self.ends[command.id])

    def status(self, command_id: str, now_s: float) -> Status:
        if command_id.split(":")[1] in self.forget:
            return Unknown("power was off")
        end = self.ends.get(command_id)
        if end is None:
            return NeverReceived()
        if now_s < end:
            return Running(end)
        if command_id.split(":")[1] in self.fail:
            return Failed(end, "jammed")
        return Done(end, {}, ())

    def stop(self) -> None:
        self.stopped = True


class Memory(Journal):
    def __init__(self) -> None:
        self.entries: list[tuple[str, Mapping[str, Any]]] = []

    def append(self, entries: Sequence[JournalEntry], taking: Sequence[int] = ()) -> None:
        self.entries += [(e.kind, e.payload) for e in entries]

    @property
    def next_number(self) -> int:
        return len(self.entries)

    def read(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        return list(self.entries)


class NoSignals(SignalStore):
    def write(self, command_id: str, signal: Signal) -> str:
        return f"{signal.sample}.{signal.kind}"


@pytest.fixture
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def no_signals() -> NoSignals:
    return NoSignals()
