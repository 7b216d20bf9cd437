"""Events of what went wrong and of what was decided then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


@frozen
class CommandFaulted:
    """A command did not end as it should; the recovery policy decides what follows.

    Attributes:
        kind: a fault of :data:`~aichemist.lab.layout.FAULTS`.
        samples: those concerned; the others of the command are well.
        effect: ``none`` where it is certain that nothing moved and nothing was changed.
        results, files: what came in for the samples that are well; ``bad_files`` are kept, too, but never analysed.
    """

    command_id: str
    at_s: float
    kind: str
    reason: str
    samples: tuple[str, ...]
    effect: str = "unknown"
    results: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(factory=dict)
    bad_files: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class CommandRetried:
    """The task of a faulted command will be given again, under a new id, for ``samples`` from ``start_s`` on."""

    command_id: str
    at_s: float
    start_s: float
    samples: tuple[str, ...]


@frozen
class CommandOverdue:
    """A command runs far longer than its device said; the device still works on it as far as is known."""

    command_id: str
    at_s: float


@frozen
class PersonReminded:
    """A person has had this command for a while and has not said that it is done."""

    command_id: str
    at_s: float


@frozen
class DeviceLost:
    """A device cannot be reached; it gets no commands until it is back."""

    device: str
    at_s: float
    reason: str


@frozen
class DeviceBack:
    device: str
    at_s: float


@frozen
class QuestionAsked:
    """A person has to decide. ``choices``: answer -> what it says; only what is physically possible is offered.

    ``otherwise`` is taken at ``due_s`` when nobody has answered; without a due time the question waits for ever.
    """

    id: str
    at_s: float
    samples: tuple[str, ...]
    text: str
    choices: Mapping[str, str]
    priority: int = 1
    due_s: float | None = None
    otherwise: str = ""


#: the id of the question for vials that are in the way of all others
WAY = "way"


@frozen
class QuestionAnswered:
    id: str
    at_s: float
    choice: str
    who: str
    why: str = ""


@frozen
class TaskSkipped:
    """Nothing is left to do in a task."""

    task: str
    at_s: float


@frozen
class Controlled:
    """A person (or the recovery policy) took a hand. ``what`` is one of :data:`CONTROLS`."""

    what: str
    target: str
    at_s: float
    who: str
    why: str = ""


@frozen
class InterlockTripped:
    """A signal left its limits; ``stations`` get no commands until it is back."""

    name: str
    at_s: float
    value: float
    text: str
    stations: tuple[str, ...]


@frozen
class InterlockCleared:
    name: str
    at_s: float
    value: float


#: what a person can do to a run -> what it means
CONTROLS: Mapping[str, str] = {
    "pause": "nothing new is started; what runs ends as it would",
    "resume": "go on after a pause",
    "hold_sample": "nothing more is done to this sample and those that travel with it",
    "release_sample": "go on with a sample that was held",
    "hold_station": "this station or robot gets no new commands",
    "release_station": "use a station or robot again",
    "skip": "leave out one step of one sample (target SAMPLE:STEP, the step's name or operation)",
    "discard": "a person took this sample away; its place is free",
    "clear": "a person took the finished vials from the starting station; their places are free",
    "abort": "no further step is begun; what is open is capped, vials under way are brought home",
    "stop": "emergency stop: every device stops at once, or that station or robot, or what works on that sample",
    "restart": "go on after an emergency stop",
}
