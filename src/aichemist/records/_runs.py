"""Runs: each has a name, a seed, what it was started with, and a journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from aichemist.chemistry import RecordsError, RunExistsError

from ._chain import as_stored, genesis_hash, utc
from ._database import Database
from ._tables import run


@frozen
class RunInfo:
    """One row of the list of runs."""

    id: int
    name: str
    created_at: datetime
    status: str
    seed: int
    config: Mapping[str, Any]


def create_run(database: Database, name: str, *, seed: int, config: Mapping[str, Any]) -> RunInfo:
    """A new run.

    Raises:
        RunExistsError: the name is taken.
        RecordsError: ``config`` is no JSON, or the database cannot be written.
    """
    now, stored = datetime.now(UTC), as_stored(f"the settings of run '{name}'", config)
    with database.begin() as connection:
        if connection.execute(select(run.c.id).where(run.c.name == name)).first():
            raise RunExistsError(_taken(name))
        try:
            result = connection.execute(
                insert(run).values(name=name, created_at=now, status="running", seed=seed, config=stored)
            )
        except IntegrityError:
            raise RunExistsError(_taken(name)) from None
        key = int((result.inserted_primary_key or (0,))[0])
        first = genesis_hash(key, name, now, seed, stored)
        connection.execute(update(run).where(run.c.id == key).values(head_seq=-1, head_hash=first))
        return RunInfo(key, name, now, "running", seed, config)


def _taken(name: str) -> str:
    return (
        f"there is a run named '{name}' already\n  mend: choose another --name, or go on with 'aichemist resume {name}'"
    )


def list_runs(database: Database) -> list[RunInfo]:
    """All runs, oldest first."""
    with database.read() as connection:
        rows = connection.execute(select(run).order_by(run.c.id)).all()
    return [_info(r) for r in rows]


def find_run(database: Database, name: str) -> RunInfo:
    """A run by its name.

    Raises:
        RecordsError: no such run; the message lists those that exist.
    """
    with database.read() as connection:
        row = connection.execute(select(run).where(run.c.name == name)).first()
    if row is None:
        raise no_run(database, name)
    return _info(row)


def no_run(database: Database, name: str) -> RecordsError:
    """The error for a name that no run has, with the names that there are."""
    with database.read() as connection:
        names = connection.execute(select(run.c.name).order_by(run.c.id.desc()).limit(10)).scalars().all()
    return RecordsError(f"there is no run named '{name}'\n  mend: runs here: {', '.join(reversed(names)) or 'none'}")


def _info(r: Any) -> RunInfo:
    return RunInfo(r.id, r.name, utc(r.created_at), r.status, r.seed, r.config)
