"""What people ask of a running process: it polls for it, and takes each request with the entries that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, func, insert, select, update

from aichemist.chemistry import RecordsError

from ._chain import as_stored, utc
from ._database import Database
from ._privacy import person_reference, text_reference
from ._tables import request


@frozen
class Request:
    """What ``who`` asks for; ``taken_at`` is None while it waits. Times are UTC."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    who: str
    why: str
    made_at: datetime
    taken_at: datetime | None = None
    answer: str | None = None


class Requests:
    """The requests to one run."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id
        mine = select(request).where(request.c.run_id == run_id)
        # made once: a poll costs one look into an index
        self._waiting = mine.where(request.c.taken_at.is_(None)).order_by(request.c.id)

    def add(self, kind: str, payload: Mapping[str, Any], who: str, why: str = "") -> int:
        """Ask for something; the request's id, never given twice.

        Name and reason are kept as references (see :mod:`._privacy`), and so they come back.

        Raises:
            RecordsError: no such run, or the payload is no JSON.
        """
        row = {
            "run_id": self._run_id, "kind": kind, "payload": as_stored(f"request '{kind}'", payload),
            "made_at": datetime.now(UTC),
        }  # fmt: skip
        with self._database.begin() as connection:
            row["who"] = person_reference(connection, who)
            row["why"] = text_reference(connection, why, kind="why", by=str(row["who"]))
            key = connection.execute(insert(request).values(**row)).inserted_primary_key
        return int(key[0]) if key else 0

    def waiting(self) -> list[Request]:
        """Those not taken yet, oldest first."""
        with self._database.read() as connection:
            return [_request(r) for r in connection.execute(self._waiting)]

    def taken(self, ids: Sequence[int], answer: str) -> None:
        """Write the answer; a request that still waits counts as taken from now on.

        Raises:
            RecordsError: one of them is none of this run's; nothing was written.
        """
        wanted = sorted(set(ids))
        if not wanted:
            return
        when = func.coalesce(request.c.taken_at, datetime.now(UTC))
        change = update(request).where(request.c.run_id == self._run_id, request.c.id.in_(wanted))
        with self._database.begin() as connection:
            if connection.execute(change.values(taken_at=when, answer=answer)).rowcount != len(wanted):
                raise RecordsError(
                    f"not all of the requests {wanted} are of run {self._run_id}; none was answered\n"
                    "  mend: use the ids that Requests.waiting() gives"
                )

    def find(self, id: int) -> Request:
        """A request by its id.

        Raises:
            RecordsError: none of this run's.
        """
        query = select(request).where(request.c.run_id == self._run_id, request.c.id == id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise RecordsError(f"run {self._run_id} has no request {id}\n  mend: check the request's number")
        return _request(row)


def take(connection: Connection, run_id: int, ids: Sequence[int]) -> None:
    """Mark requests as taken in a transaction of the journal's.

    Raises:
        RecordsError: one was taken before, or is none of this run's.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return
    here = (request.c.run_id == run_id, request.c.id.in_(wanted), request.c.taken_at.is_(None))
    if connection.execute(update(request).where(*here).values(taken_at=datetime.now(UTC))).rowcount != len(wanted):
        raise RecordsError(
            f"not all of the requests {wanted} of run {run_id} wait still; nothing was written\n"
            "  mend: ask for the waiting requests again"
        )


def _request(r: Any) -> Request:
    taken = None if r.taken_at is None else utc(r.taken_at)
    return Request(r.id, r.kind, r.payload, r.who, r.why, utc(r.made_at), taken, r.answer)
