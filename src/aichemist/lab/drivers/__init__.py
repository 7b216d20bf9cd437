"""The contract that every device fulfils. The digital twin is one implementation; those for hardware come later."""

from ._contract import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status, Unknown

__all__ = ["Command", "Done", "Driver", "Failed", "NeverReceived", "Running", "Signal", "Status", "Unknown"]
