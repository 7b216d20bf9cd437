"""What can happen in the lab. Each event is one entry of the journal; the state is the fold of them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from aichemist.chemistry import Wait, from_plain, to_plain

from ..drivers import Command
from ..scheduling import Task
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


@frozen
class LabOpened:
    """What the core knows of the lab: stations with limited slots, robots with their capacity, and who is patient.

    ``patient`` devices are people: they are reminded every ``remind_s``, and what they have not done after ``limit_s``
    counts as overdue; ``None``: never. ``chambers`` run with all vials that stand in them
    and stay shut meanwhile; ``parallel`` stations serve each slot by itself.
    """

    at_s: float
    slots: Mapping[str, int]
    robots: Mapping[str, int]
    patient: tuple[str, ...] = ()
    chambers: tuple[str, ...] = ()
    parallel: tuple[str, ...] = ()
    remind_s: float | None = None
    limit_s: float | None = None


@frozen
class Work:
    """A task of the timetable with what its command will say."""

    task: Task
    parameters: Mapping[str, Any] = field(factory=dict)
    per_sample: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    wait: Wait = Wait()


@frozen
class BatchPlanned:
    """A timetable for a batch came into force. ``note``: what the scheduler says of how it came about."""

    batch: int
    at_s: float
    samples: tuple[str, ...]
    work: tuple[Work, ...]
    extra_after: Mapping[str, tuple[str, ...]] = field(factory=dict)
    note: str = ""


@frozen
class PlanRevised:
    """Tasks that had not begun were given up for new ones. ``stranded``: sample -> why it can only be brought home."""

    at_s: float
    why: str
    dropped: tuple[str, ...]
    work: tuple[Work, ...]
    extra_after: Mapping[str, tuple[str, ...]] = field(factory=dict)
    stranded: Mapping[str, str] = field(factory=dict)


@frozen
class CommandIssued:
    """The intent to send a command; committed before the command is sent.

    ``wait_exceeded_s``: sample -> seconds by which it waited longer than its protocol allows.
    """

    command: Command
    at_s: float
    wait_exceeded_s: Mapping[str, float] = field(factory=dict)


@frozen
class CommandAccepted:
    """The device has it."""

    command_id: str
    at_s: float
    expected_end_s: float | None = None


@frozen
class CommandDone:
    """The device has finished; ``files`` are the raw data written: sample -> file names."""

    command_id: str
    at_s: float
    results: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class CommandFailed:
    """The command ended without success; the samples named are quarantined.

    ``rides``: those that stand safely in a known slot and are brought home with the others.
    """

    command_id: str
    at_s: float
    reason: str
    samples: tuple[str, ...]
    rides: tuple[str, ...] = ()


@frozen
class CommandInDoubt:
    """Sent, never answered, and the device cannot tell: its samples are quarantined.

    ``samples``: those of the command; ``None`` in old journals, which mean all of the task.
    """

    command_id: str
    at_s: float
    reason: str
    rides: tuple[str, ...] = ()
    samples: tuple[str, ...] | None = None


@frozen
class Ticked:
    """Lab time has moved on. Not journalled: what follows from it is."""

    at_s: float


LabEvent = (
    LabOpened
    | BatchPlanned
    | PlanRevised
    | CommandIssued
    | CommandAccepted
    | CommandDone
    | CommandFailed
    | CommandInDoubt
    | CommandFaulted
    | CommandRetried
    | CommandOverdue
    | PersonReminded
    | DeviceLost
    | DeviceBack
    | QuestionAsked
    | QuestionAnswered
    | TaskSkipped
    | Controlled
    | InterlockTripped
    | InterlockCleared
    | Ticked
)

_KINDS: dict[str, type[Any]] = {
    "lab_opened": LabOpened,
    "batch_planned": BatchPlanned,
    "plan_revised": PlanRevised,
    "command_issued": CommandIssued,
    "command_accepted": CommandAccepted,
    "command_done": CommandDone,
    "command_failed": CommandFailed,
    "command_in_doubt": CommandInDoubt,
    "command_faulted": CommandFaulted,
    "command_retried": CommandRetried,
    "command_overdue": CommandOverdue,
    "person_reminded": PersonReminded,
    "device_lost": DeviceLost,
    "device_back": DeviceBack,
    "question_asked": QuestionAsked,
    "question_answered": QuestionAnswered,
    "task_skipped": TaskSkipped,
    "controlled": Controlled,
    "interlock_tripped": InterlockTripped,
    "interlock_cleared": InterlockCleared,
}
_NAMES = {cls: name for name, cls in _KINDS.items()}


def encode(event: LabEvent) -> tuple[str, dict[str, Any]]:
    """The journal's (kind, payload) of an event."""
    return _NAMES[type(event)], to_plain(event)


def decode(kind: str, payload: Mapping[str, Any]) -> LabEvent | None:
    """The event of a journal entry; ``None`` for kinds that other rooms wrote."""
    cls = _KINDS.get(kind)
    if cls is None:
        return None
    event: LabEvent = from_plain(payload, cls)
    return event
