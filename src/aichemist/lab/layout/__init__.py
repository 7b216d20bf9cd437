"""The lab as declared in a lab file: sections, workstations, robots, racks, stock."""

from typing import TYPE_CHECKING, Any

from ._faults import ACTIONS, FAULTS, Action, Interlock, RecoveryRule
from ._lab import CHAMBERS, Lab, Phase, Robot, Station, Stock

if TYPE_CHECKING:
    from ._file import StockEntry, load_lab, parse_lab

__all__ = [
    "ACTIONS",
    "CHAMBERS",
    "FAULTS",
    "Action",
    "Interlock",
    "Lab",
    "Phase",
    "RecoveryRule",
    "Robot",
    "Station",
    "Stock",
    "StockEntry",
    "load_lab",
    "parse_lab",
]


def __getattr__(name: str) -> Any:
    if name in ("StockEntry", "load_lab", "parse_lab"):  # pydantic is slow to import
        from . import _file

        return getattr(_file, name)
    raise AttributeError(name)
