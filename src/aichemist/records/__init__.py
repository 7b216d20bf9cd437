"""The database, raw data files, public data sets, and export.

One SQLite file (WAL) holds all runs by default, a PostgreSQL server where its URL is given; raw signals are Parquet
files in the run's folder. A run's journal is a chain of hashes, so that a change to it shows. Leases, requests and
manual tasks are where processes and people meet. What people approved, and who has which role, is a chain, too. Names
and notes are kept by reference, so that they can be forgotten.
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
    from ._privacy import (
        FORGOTTEN_PERSON,
        FORGOTTEN_TEXT,
        Forgotten,
        PrivateText,
        References,
        forget_person,
        forget_texts,
        list_texts,
        person_reference,
        scrub,
        text_reference,
    )
    from ._raw import RawData
    from ._requests import Request, Requests
    from ._runs import RunInfo, create_run, find_run, list_runs
    from ._snapshots import Snapshot
    from ._twin_log import TwinCommands
    from ._verify import Verified, verify_journal

__all__ = [
    "FORGOTTEN_PERSON",
    "FORGOTTEN_TEXT",
    "Approvals",
    "Database",
    "Entry",
    "Forgotten",
    "Lease",
    "LeaseLostError",
    "ManualTask",
    "ManualTasks",
    "NewEntry",
    "People",
    "Person",
    "PrivateText",
    "RawData",
    "References",
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
    "forget_person",
    "forget_texts",
    "list_runs",
    "list_texts",
    "observation_rows",
    "person_reference",
    "scrub",
    "text_reference",
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
    "FORGOTTEN_PERSON": "_privacy",
    "FORGOTTEN_TEXT": "_privacy",
    "Forgotten": "_privacy",
    "Lease": "_lease",
    "LeaseLostError": "_lease",
    "ManualTask": "_manual",
    "ManualTasks": "_manual",
    "NewEntry": "_journal",
    "PrivateText": "_privacy",
    "RawData": "_raw",
    "References": "_privacy",
    "Request": "_requests",
    "Requests": "_requests",
    "RunInfo": "_runs",
    "RunJournal": "_journal",
    "Snapshot": "_snapshots",
    "TwinCommands": "_twin_log",
    "Verified": "_verify",
    "create_run": "_runs",
    "find_run": "_runs",
    "forget_person": "_privacy",
    "forget_texts": "_privacy",
    "list_runs": "_runs",
    "list_texts": "_privacy",
    "observation_rows": "_export",
    "person_reference": "_privacy",
    "scrub": "_privacy",
    "text_reference": "_privacy",
    "verify_journal": "_verify",
    "write_observations": "_export",
}


def __getattr__(name: str) -> Any:
    if name in __all__:  # SQLAlchemy and pyarrow are slow to import
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(name)
