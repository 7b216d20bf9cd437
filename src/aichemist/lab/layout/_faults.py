"""What a lab declares about things going wrong: recovery rules and interlocks."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Action = Literal["retry", "other_station", "ask", "salvage", "discard", "go_on", "stop_lab"]

#: action -> what it means, as the documentation and error messages say it
ACTIONS: dict[Action, str] = {
    "retry": "give the task again, where that is safe",
    "other_station": "take the station out of service and plan anew without it",
    "ask": "wait for a person",
    "salvage": "quarantine the samples concerned and finish the others",
    "discard": "give the samples concerned up and finish the others",
    "go_on": "take what there is and go on",
    "stop_lab": "stop every device at once",
}

#: fault -> what it means
FAULTS: dict[str, str] = {
    "refused": "the device would not take the command",
    "failed": "the device gave up",
    "no answer": "sent, and the device cannot tell what became of it",
    "timed out": "runs far longer than the device said",
    "missing data": "a measurement came back without data",
    "bad data": "data with NaN, cut off, or physically impossible",
    "dropped": "a vial fell or is not where it should be",
    "stopped": "ended by an emergency stop",
}


@frozen
class RecoveryRule:
    """What to do about a fault. Empty ``operation``, ``station`` and ``fault`` fit all; ``station`` may name a robot.

    Attributes:
        times: retries at most.
        delay_s: before a retry.
        then: when the retries are used up, or where a retry could do something twice.
        patience_s: how long a person is waited for before the samples are salvaged; ``None``: for ever.
    """

    action: Action
    operation: str = ""
    station: str = ""
    fault: str = ""
    times: int = 2
    delay_s: float = 60.0
    then: Action = "ask"
    patience_s: float | None = 7200.0


@frozen
class Interlock:
    """A signal of a device that must stay between its limits; outside, ``stations`` get no commands."""

    name: str
    device: str
    signal: str
    low: float | None
    high: float | None
    stations: tuple[str, ...]
