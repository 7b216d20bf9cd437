"""The database, raw data files, public data sets, and export.

One SQLite file (WAL) holds all runs by default, a PostgreSQL server where its URL is given; raw signals are Parquet
files in the run's folder. A run's journal is a chain of hashes, so that a change to it shows. Leases, requests and
manual tasks are where processes and people meet. What people approved, and who has which role, is a chain, too.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._approvals import Approvals, StoredApproval, VerifiedApprovals
    from ._database import Database
    from ._export import observation_rows, write_observations
    from ._journal import Entry, NewEntry, RunJournal
    from ._lease import Lease, LeaseLostError
    from ._manual import ManualTask, ManualTasks
    from ._people import People, Person
    from ._raw import RawData
    from ._requests import Request, Requests
    from ._runs import RunInfo, create_run, find_run, list_runs
    from ._snapshots import Snapshot
    from ._twin_log import TwinCommands
    from ._verify import Verified, verify_journal

__all__ = [
    "Approvals",
    "Database",
    "Entry",
    "Lease",
    "LeaseLostError",
    "ManualTask",
    "ManualTasks",
    "NewEntry",
    "People",
    "Person",
    "RawData",
    "Request",
    "Requests",
    "RunInfo",
    "RunJournal",
    "Snapshot",
    "StoredApproval",
    "TwinCommands",
    "Verified",
    "VerifiedApprovals",
    "create_run",
    "find_run",
    "list_runs",
    "observation_rows",
    "verify_journal",
    "write_observations",
]

_HOMES = {
    "Approvals": "_approvals",
    "StoredApproval": "_approvals",
    "VerifiedApprovals": "_approvals",
    "People": "_people",
    "Person": "_people",
    "Database": "_database",
    "Entry": "_journal",
    "Lease": "_lease",
    "LeaseLostError": "_lease",
    "ManualTask": "_manual",
    "ManualTasks": "_manual",
    "NewEntry": "_journal",
    "RawData": "_raw",
    "Request": "_requests",
    "Requests": "_requests",
    "RunInfo": "_runs",
    "RunJournal": "_journal",
    "Snapshot": "_snapshots",
    "TwinCommands": "_twin_log",
    "Verified": "_verify",
    "create_run": "_runs",
    "find_run": "_runs",
    "list_runs": "_runs",
    "observation_rows": "_export",
    "verify_journal": "_verify",
    "write_observations": "_export",
}


def __getattr__(name: str) -> Any:
    if name in __all__:  # SQLAlchemy and pyarrow are slow to import
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(name)
