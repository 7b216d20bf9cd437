"""The contract that every device fulfils. Implementations register under the entry point ``aichemist.drivers``."""

from ._contract import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status, Unknown

__all__ = ["Command", "Done", "Driver", "Failed", "NeverReceived", "Running", "Signal", "Status", "Unknown"]
