"""What execution needs from outside: a journal, a store of raw signals, and a box for what people ask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ..drivers import Signal


@frozen
class JournalEntry:
    """One entry to be: ``cause`` is the number of the entry that led to it, ``actor`` who it is from."""

    kind: str
    payload: Mapping[str, Any]
    lab_time_s: float
    actor: str = "executor"
    cause: int | None = None


class Journal(ABC):
    """Where events are kept. ``append`` is one transaction: all entries are durable on return, or none is."""

    @abstractmethod
    def append(self, entries: Sequence[JournalEntry], taking: Sequence[int] = ()) -> None:
        """Add entries, and mark the requests ``taking`` as taken up, together."""

    @property
    @abstractmethod
    def next_number(self) -> int:
        """The number that the next entry will have."""


class SignalStore(ABC):
    """Where raw signals are kept. Writing the same signal of the same command again changes nothing."""

    @abstractmethod
    def write(self, command_id: str, signal: Signal) -> str:
        """Keep it; the file name by which it is found again."""


@frozen
class Request:
    """What a person asks of a running lab: a control, or the answer to a question.

    ``kind``: one of ``CONTROLS`` with ``payload["target"]``, or ``answer`` with ``payload["question"]`` and
    ``payload["choice"]``.
    """

    id: int
    kind: str
    payload: Mapping[str, Any] = field(factory=dict)
    who: str = ""
    why: str = ""


class Inbox(ABC):
    """Requests that were not taken up yet."""

    @abstractmethod
    def waiting(self) -> Sequence[Request]:
        """In the order in which they were made. Asked often: must be cheap."""

    @abstractmethod
    def refuse(self, request: int, reason: str) -> None:
        """Say why nothing was done."""


class NoRequests(Inbox):
    """Nobody asks anything."""

    def waiting(self) -> Sequence[Request]:
        return ()

    def refuse(self, request: int, reason: str) -> None:
        raise AssertionError("there are no requests")


Entries = Iterable[tuple[str, Mapping[str, Any]]]
