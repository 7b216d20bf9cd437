"""What the devices remember of the commands they were sent; it outlives the process as a device's own memory would."""

from __future__ import annotations

from abc import ABC, abstractmethod

from aichemist.chemistry import DuplicateCommandError

from ..drivers import Command


class CommandLog(ABC):
    """Every command that the twin's devices ever received.

    ``end_s == start_s`` marks a command that was refused on receipt; one that was accepted ends later than it starts.
    An emergency stop is kept as a command with the operation ``stop``.
    """

    @abstractmethod
    def received(self) -> list[tuple[Command, float, float]]:
        """(command, start_s, end_s) in order of receipt."""

    @abstractmethod
    def record(self, command: Command, start_s: float, end_s: float) -> None:
        """Remember a command; durable on return.

        Raises:
            DuplicateCommandError: the id is there already; nothing but the count of attempts changes.
        """

    @abstractmethod
    def attempts(self, command_id: str) -> int:
        """How often a command was sent, refused repetitions included; 0 when never."""


class MemoryLog(CommandLog):
    """A log that lives as long as the process."""

    def __init__(self) -> None:
        self._entries: list[tuple[Command, float, float]] = []
        self._attempts: dict[str, int] = {}

    def received(self) -> list[tuple[Command, float, float]]:
        return list(self._entries)

    def record(self, command: Command, start_s: float, end_s: float) -> None:
        self._attempts[command.id] = self._attempts.get(command.id, 0) + 1
        if self._attempts[command.id] > 1:
            raise DuplicateCommandError(f"command {command.id} was received before; nothing was done")
        self._entries.append((command, start_s, end_s))

    def attempts(self, command_id: str) -> int:
        return self._attempts.get(command_id, 0)
