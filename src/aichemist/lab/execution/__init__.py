"""The pure core ``decide(state, event) -> (state, commands)``, the journal that feeds it, recovery, and clocks.

State is the fold of the journal; a crash is a restart and a fold. Intents are committed before commands are sent.
"""

from ._clock import Clock, ScaledClock, VirtualClock, make_clock
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
    Work,
    decode,
    encode,
)
from ._executor import Executor, Journal, SignalStore
from ._state import SampleState, State, TaskState, evolve
from ._work import batch_planned

__all__ = [
    "BatchPlanned",
    "Clock",
    "CommandAccepted",
    "CommandDone",
    "CommandFailed",
    "CommandInDoubt",
    "CommandIssued",
    "Executor",
    "Journal",
    "LabEvent",
    "SampleState",
    "ScaledClock",
    "SignalStore",
    "State",
    "TaskState",
    "Ticked",
    "VirtualClock",
    "Work",
    "batch_planned",
    "decide",
    "decode",
    "encode",
    "evolve",
    "make_clock",
]
