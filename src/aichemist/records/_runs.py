"""Runs and their journals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from aichemist.chemistry import Observation, RecordsError, RunExistsError

from ._database import Database
from ._tables import journal, observation, run


@frozen
class RunInfo:
    """One row of the list of runs."""

    id: int
    name: str
    created_at: datetime
    status: str
    seed: int
    config: Mapping[str, Any]


@frozen
class Entry:
    """One entry of a journal."""

    seq: int
    kind: str
    payload: Mapping[str, Any]
    lab_time_s: float
    wall_time: datetime


def create_run(database: Database, name: str, *, seed: int, config: Mapping[str, Any]) -> RunInfo:
    """A new run.

    Raises:
        RunExistsError: the name is taken.
    """
    now = datetime.now(UTC)
    with database.begin() as connection:
        if connection.execute(select(run.c.id).where(run.c.name == name)).first():
            raise RunExistsError(_taken(name))
        try:
            result = connection.execute(
                insert(run).values(name=name, created_at=now, status="running", seed=seed, config=dict(config))
            )
        except IntegrityError:
            raise RunExistsError(_taken(name)) from None
        key = result.inserted_primary_key
        return RunInfo(int(key[0]) if key else 0, name, now, "running", seed, config)


def _taken(name: str) -> str:
    return (
        f"there is a run named '{name}' already\n  mend: choose another --name, or go on with 'aichemist resume {name}'"
    )


def list_runs(database: Database) -> list[RunInfo]:
    """All runs, oldest first."""
    with database.read() as connection:
        rows = connection.execute(select(run).order_by(run.c.id)).all()
    return [RunInfo(r.id, r.name, r.created_at, r.status, r.seed, r.config) for r in rows]


def find_run(database: Database, name: str) -> RunInfo:
    """A run by its name.

    Raises:
        RecordsError: no such run; the message lists those that exist.
    """
    runs = list_runs(database)
    for info in runs:
        if info.name == name:
            return info
    known = ", ".join(r.name for r in runs[-10:]) or "none"
    raise RecordsError(f"there is no run named '{name}'\n  mend: runs here: {known}")


class RunJournal:
    """The append-only journal of one run."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id
        with database.read() as connection:
            last = connection.execute(select(func.max(journal.c.seq)).where(journal.c.run_id == run_id)).scalar()
        self._next = 0 if last is None else int(last) + 1

    def append(self, entries: Sequence[tuple[str, Mapping[str, Any], float]]) -> None:
        """Add (kind, payload, lab time in s) entries in one transaction; durable on return."""
        self._append(entries, (), None)

    def append_observation(self, entry: tuple[str, Mapping[str, Any], float], record: Observation) -> None:
        """Add an entry and the observation that it tells of, together."""
        self._append([entry], [record], None)

    def finish(self, entry: tuple[str, Mapping[str, Any], float], status: str) -> None:
        """Add the last entry and set the run's status, together."""
        self._append([entry], (), status)

    def set_status(self, status: str) -> None:
        self._append((), (), status)

    def _append(
        self,
        entries: Sequence[tuple[str, Mapping[str, Any], float]],
        records: Sequence[Observation],
        status: str | None,
    ) -> None:
        now = datetime.now(UTC)
        rows = [
            {
                "run_id": self._run_id, "seq": self._next + i, "kind": kind, "payload": dict(payload),
                "lab_time_s": lab_time_s, "wall_time": now,
            }
            for i, (kind, payload, lab_time_s) in enumerate(entries)
        ]  # fmt: skip
        with self._database.begin() as connection:
            if rows:
                # the primary key refuses a second writer: two processes can never both append
                connection.execute(insert(journal), rows)
            for record in records:
                connection.execute(insert(observation).values(run_id=self._run_id, **_columns(record)))
            if status is not None:
                connection.execute(update(run).where(run.c.id == self._run_id).values(status=status))
        self._next += len(rows)

    def entries(self) -> list[Entry]:
        """All entries, in order."""
        query = select(journal).where(journal.c.run_id == self._run_id).order_by(journal.c.seq)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [Entry(r.seq, r.kind, r.payload, r.lab_time_s, r.wall_time) for r in rows]

    def read(self) -> list[tuple[str, Mapping[str, Any]]]:
        """All (kind, payload) pairs, in order."""
        return [(e.kind, e.payload) for e in self.entries()]


def _columns(record: Observation) -> dict[str, Any]:
    def number(value: float) -> float | None:
        return None if math.isnan(value) else value

    return {
        "sample": record.sample,
        "name": record.name,
        "batch": record.batch,
        "recipe": dict(record.recipe.values),
        "value": number(record.value),
        "uncertainty": number(record.uncertainty),
        "unit": record.unit,
        "made_by": record.made_by,
        "lab_time_s": record.lab_time_s,
    }
