"""The database, raw data files, public data sets, and export.

One SQLite file (WAL) holds all runs by default; raw signals are Parquet files in the run's folder.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._database import Database
    from ._export import observation_rows, write_observations
    from ._raw import RawData
    from ._runs import Entry, RunInfo, RunJournal, create_run, find_run, list_runs
    from ._twin_log import TwinCommands

__all__ = [
    "Database",
    "Entry",
    "RawData",
    "RunInfo",
    "RunJournal",
    "TwinCommands",
    "create_run",
    "find_run",
    "list_runs",
    "observation_rows",
    "write_observations",
]

_HOMES = {
    "Database": "_database",
    "RawData": "_raw",
    "TwinCommands": "_twin_log",
    "observation_rows": "_export",
    "write_observations": "_export",
}


def __getattr__(name: str) -> Any:
    if name in __all__:  # SQLAlchemy and pyarrow are slow to import
        from importlib import import_module

        return getattr(import_module(f".{_HOMES.get(name, '_runs')}", __name__), name)
    raise AttributeError(name)
