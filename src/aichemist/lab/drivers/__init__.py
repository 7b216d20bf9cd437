"""One small contract for every device: the twin, SiLA 2, a person. All times are lab time in seconds."""

from ._contract import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status, Unknown
from ._entry import check_complete, read_table, typed_values
from ._human import Assignment, HumanDriver, TaskBoard
from ._instructions import Field, Form, form_for, instructions

__all__ = [
    "Assignment",
    "Command",
    "Done",
    "Driver",
    "Failed",
    "Field",
    "Form",
    "HumanDriver",
    "NeverReceived",
    "Running",
    "Signal",
    "Status",
    "TaskBoard",
    "Unknown",
    "check_complete",
    "form_for",
    "instructions",
    "read_table",
    "typed_values",
]
