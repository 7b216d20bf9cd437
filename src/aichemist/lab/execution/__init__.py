"""The pure core ``decide(state, event) -> (state, events)``, the journal that feeds it, recovery, and clocks.

State is the fold of the journal; a crash is a restart and a fold. Intents are committed before commands are sent.
"""

from ._clock import Clock, ScaledClock, VirtualClock, make_clock
from ._contracts import Inbox, Journal, JournalEntry, NoRequests, Request, SignalStore
from ._control import ahead, target_problem
from ._core import decide
from ._events import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandFailed,
    CommandInDoubt,
    CommandIssued,
    LabEvent,
    LabOpened,
    PlanRevised,
    Ticked,
    Work,
    decode,
    encode,
)
from ._evolve import evolve
from ._executor import Executor
from ._faults import (
    CONTROLS,
    WAY,
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
from ._interlocks import Watch
from ._policy import DEFAULT_RULES, RecoveryPolicy, may_repeat
from ._replan import frozen_tasks, new_plan
from ._signals import signal_problem
from ._snapshot import state_from_plain, state_to_plain
from ._state import SampleState, State, TaskState, crew
from ._verdict import PLACES
from ._why import clock_text, obstacle, waits_because
from ._work import batch_planned, plan_revised

__all__ = [
    "CONTROLS",
    "DEFAULT_RULES",
    "PLACES",
    "WAY",
    "BatchPlanned",
    "Clock",
    "CommandAccepted",
    "CommandDone",
    "CommandFailed",
    "CommandFaulted",
    "CommandInDoubt",
    "CommandIssued",
    "CommandOverdue",
    "CommandRetried",
    "Controlled",
    "DeviceBack",
    "DeviceLost",
    "Executor",
    "Inbox",
    "InterlockCleared",
    "InterlockTripped",
    "Journal",
    "JournalEntry",
    "LabEvent",
    "LabOpened",
    "NoRequests",
    "PersonReminded",
    "PlanRevised",
    "QuestionAnswered",
    "QuestionAsked",
    "RecoveryPolicy",
    "Request",
    "SampleState",
    "ScaledClock",
    "SignalStore",
    "State",
    "TaskSkipped",
    "TaskState",
    "Ticked",
    "VirtualClock",
    "Watch",
    "Work",
    "ahead",
    "batch_planned",
    "clock_text",
    "crew",
    "decide",
    "decode",
    "encode",
    "evolve",
    "frozen_tasks",
    "make_clock",
    "may_repeat",
    "new_plan",
    "obstacle",
    "plan_revised",
    "signal_problem",
    "state_from_plain",
    "state_to_plain",
    "target_problem",
    "waits_because",
]
