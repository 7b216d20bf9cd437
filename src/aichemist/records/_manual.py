"""Commands that people carry out by hand, and what they answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen
from sqlalchemy import func, insert, select, update

from aichemist.chemistry import DuplicateCommandError, RecordsError

from ._chain import as_stored, utc
from ._database import Database
from ._privacy import MACHINES, References, person_reference, text_reference
from ._tables import manual_task, run


@frozen
class ManualTask:
    """One command for a person.

    ``start_s``, ``due_s`` and ``end_s`` are lab times in s; ``asked_at``, ``due_at`` and ``answered_at`` are UTC.
    ``due_at`` takes the lab's time to pass as the wall's does. ``status`` is "open", "done" or "failed".
    """

    command_id: str
    seq: int
    command: Mapping[str, Any]
    asked_at: datetime
    due_at: datetime | None
    status: str
    values: Mapping[str, Any] | None
    who: str
    note: str
    answered_at: datetime | None
    start_s: float
    due_s: float | None
    end_s: float | None


class ManualTasks:
    """The manual tasks of one run."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id

    def add(self, command_id: str, command: Mapping[str, Any], start_s: float, due_s: float | None = None) -> None:
        """Ask a person for a command; durable on return.

        Args:
            start_s: lab time of asking, in s.
            due_s: lab time by which it should be done, in s.

        Raises:
            DuplicateCommandError: it was asked for before; nothing was changed.
            RecordsError: no such run.
        """
        now = datetime.now(UTC)
        timed = due_s is not None and math.isfinite(due_s - start_s)
        row = {
            "run_id": self._run_id, "command_id": command_id, "status": "open", "asked_at": now,
            "command": as_stored(f"command {command_id}", command), "who": "", "note": "", "start_s": start_s,
            "due_s": due_s, "due_at": now + timedelta(seconds=(due_s or 0.0) - start_s) if timed else None,
        }  # fmt: skip
        with self._database.begin() as connection:
            # one at a time on PostgreSQL as well, so that seqs differ and a second is seen
            connection.execute(select(run.c.id).where(run.c.id == self._run_id).with_for_update(key_share=True))
            known = connection.execute(select(manual_task.c.seq).where(*self._here(command_id))).first()
            if not known:
                mine = manual_task.c.run_id == self._run_id
                last = connection.execute(select(func.max(manual_task.c.seq)).where(mine)).scalar()
                connection.execute(insert(manual_task).values(seq=0 if last is None else last + 1, **row))
        if known:
            raise DuplicateCommandError(f"command {command_id} was asked for before; nothing was done")

    def find(self, command_id: str) -> ManualTask | None:
        """The task of a command; ``None`` where it was never asked for."""
        with self._database.read() as connection:
            row = connection.execute(select(manual_task).where(*self._here(command_id))).mappings().first()
        return None if row is None else _task(row)

    def open(self) -> list[ManualTask]:
        """Those not answered yet, oldest first."""
        here = (manual_task.c.run_id == self._run_id, manual_task.c.status == "open")
        with self._database.read() as connection:
            rows = connection.execute(select(manual_task).where(*here).order_by(manual_task.c.seq)).mappings().all()
        return [_task(r) for r in rows]

    def answer(
        self, command_id: str, status: str, values: Mapping[str, Any] | None, who: str, note: str, end_s: float
    ) -> ManualTask:
        """Keep what a person says of a task; the task as it is then, name and note as references.

        Args:
            status: "done" or "failed".
            end_s: lab time of the answer, in s.

        Raises:
            RecordsError: no such task, it was answered before, or the status is another word.
        """
        if status not in ("done", "failed"):
            raise RecordsError(f"a task cannot be '{status}'\n  mend: answer with 'done' or 'failed'")
        new: dict[str, Any] = {
            "status": status, "end_s": end_s, "answered_at": datetime.now(UTC),
            "values": None if values is None else as_stored(f"the values for command {command_id}", values),
        }  # fmt: skip
        here = self._here(command_id)
        with self._database.begin() as connection:
            asked = connection.execute(select(manual_task.c.status).where(*here)).scalar()
            if asked == "open":
                new["who"] = person_reference(connection, who)
                new["note"] = note if who in MACHINES else text_reference(connection, note, kind="note", by=new["who"])
            still = update(manual_task).where(*here, manual_task.c.status == "open")
            changed = connection.execute(still.values(new)).rowcount
            row = connection.execute(select(manual_task).where(*here)).mappings().first()
        if row is None:
            raise RecordsError(
                f"run {self._run_id} has no manual task for command {command_id}\n  mend: see which tasks are open"
            )
        task = _task(row)
        if not changed:
            by = References(self._database).shown(task.who)
            raise RecordsError(
                f"command {command_id} was answered before: '{task.status}' by {by} at "
                f"{task.answered_at:%Y-%m-%d %H:%M:%S} UTC; that stands\n"
                "  mend: an answer cannot be changed; write what was wrong with it into the run's notes"
            )
        return task

    def _here(self, command_id: str) -> tuple[Any, Any]:
        return manual_task.c.run_id == self._run_id, manual_task.c.command_id == command_id


def _task(row: Mapping[Any, Any]) -> ManualTask:
    plain: dict[str, Any] = {k: utc(v) if isinstance(v, datetime) else v for k, v in row.items() if k != "run_id"}
    return ManualTask(**plain)
