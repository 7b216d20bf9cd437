"""The append-only journal of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import Connection, Select, and_, func, insert, select, update

from aichemist.chemistry import Observation, RecordsError

from ._chain import as_stored, entry_hash, utc
from ._database import Database
from ._requests import take
from ._snapshots import Snapshot, latest_snapshot, save_snapshot
from ._tables import journal, observation, run

if TYPE_CHECKING:
    from ._lease import Lease


@frozen
class NewEntry:
    """An entry to be added.

    Args:
        lab_time_s: the lab's time, in s.
        actor: who did it: "executor", "campaign", or a person's name.
        cause: seq of the entry that led to it.
    """

    kind: str
    payload: Mapping[str, Any]
    lab_time_s: float
    actor: str = "executor"
    cause: int | None = None


#: an entry, or (kind, payload, lab time in s)
AnyEntry = NewEntry | tuple[str, Mapping[str, Any], float]


@frozen
class Entry:
    """One entry of a journal; ``seq`` is its id within the run, ``wall_time`` is in UTC."""

    seq: int
    kind: str
    payload: Mapping[str, Any]
    lab_time_s: float
    wall_time: datetime
    cause: int | None = None
    actor: str = "executor"
    hash: str = ""


class RunJournal:
    """The journal of one run; to be appended to by one process at a time.

    Args:
        lease: with one, everything written is refused once another process has the lab.

    Raises:
        RecordsError: there is no such run.
    """

    def __init__(self, database: Database, run_id: int, lease: Lease | None = None) -> None:
        self._database, self._run_id, self._lease = database, run_id, lease
        self._lock = Lock()
        at_head = and_(journal.c.run_id == run.c.id, journal.c.seq == run.c.head_seq)
        last = select(func.max(journal.c.seq)).where(journal.c.run_id == run_id).scalar_subquery()
        query = select(run.c.head_seq, run.c.head_hash, journal.c.hash, last)
        with database.read() as connection:
            found = connection.execute(query.outerjoin_from(run, journal, at_head).where(run.c.id == run_id)).first()
        if found is None:
            raise RecordsError(f"there is no run with the number {run_id}\n  mend: see 'aichemist runs'")
        self._head, self._hash = int(found[0]), str(found[1])
        self._whole = found[3] is None if self._head < 0 else (found[2], found[3]) == (self._hash, self._head)

    @property
    def head(self) -> int:
        """seq of the last entry known here; -1 where there is none."""
        return self._head

    @property
    def head_hash(self) -> str:
        """Hash of the last entry known here; the hash over the run itself where there is none."""
        return self._hash

    def __len__(self) -> int:
        return self._head + 1

    def __bool__(self) -> bool:
        return True  # an empty journal is a journal

    def append(self, entries: Sequence[AnyEntry], *, taking: Sequence[int] = ()) -> list[int]:
        """Add entries in one transaction; durable on return.

        Args:
            taking: ids of the requests that these entries answer; they count as taken from then on.

        Returns:
            The seqs of the entries.

        Raises:
            LeaseLostError: another process has the lab; nothing was written.
            RecordsError: nothing was written: another process wrote to this journal, or one of the requests was
                taken before, or the database cannot be written.
        """
        return self._append(entries, taking=taking)

    def append_observation(self, entry: AnyEntry, record: Observation) -> int:
        """Add an entry and the observation that it tells of, together; the entry's seq."""
        return self._append([entry], records=[record])[0]

    def finish(self, entry: AnyEntry, status: str) -> int:
        """Add the last entry and set the run's status, together; the entry's seq."""
        return self._append([entry], status=status)[0]

    def set_status(self, status: str) -> None:
        self._append((), status=status)

    def _append(
        self,
        entries: Sequence[AnyEntry],
        *,
        records: Sequence[Observation] = (),
        status: str | None = None,
        taking: Sequence[int] = (),
    ) -> list[int]:
        with self._lock:
            rows = self._rows(entries)
            if not (rows or records or taking or status is not None):
                return []
            with self._writing() as connection:
                if rows:
                    self._move_head(connection, rows[-1])
                    connection.execute(insert(journal), rows)
                for record in records:
                    connection.execute(insert(observation).values(run_id=self._run_id, **_columns(record)))
                if status is not None:
                    connection.execute(update(run).where(run.c.id == self._run_id).values(status=status))
                take(connection, self._run_id, taking)
            if rows:
                self._head, self._hash = rows[-1]["seq"], rows[-1]["hash"]
            return [row["seq"] for row in rows]

    def _rows(self, entries: Sequence[AnyEntry]) -> list[dict[str, Any]]:
        now, previous, rows = datetime.now(UTC), self._hash, []
        for seq, given in enumerate(entries, self._head + 1):
            new = given if isinstance(given, NewEntry) else NewEntry(*given)
            if new.cause is not None and not 0 <= new.cause < seq:
                raise RecordsError(
                    f"entry {seq} ('{new.kind}') cannot be caused by entry {new.cause}\n"
                    "  mend: name an earlier entry as its cause"
                )
            if math.isnan(new.lab_time_s):
                raise RecordsError(f"entry {seq} ('{new.kind}') has no lab time\n  mend: give it the lab's time in s")
            row = {
                "run_id": self._run_id, "seq": seq, "kind": new.kind, "lab_time_s": float(new.lab_time_s) + 0.0,
                "payload": as_stored(f"entry {seq} ('{new.kind}')", new.payload), "wall_time": now,
                "cause": None if new.cause is None else int(new.cause), "actor": new.actor,
            }  # fmt: skip
            previous = row["hash"] = entry_hash(previous, self._run_id, row)
            rows.append(row)
        return rows

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.begin() as connection:
            if self._lease is not None:
                self._lease.check(connection)
            yield connection

    def _move_head(self, connection: Connection, last: Mapping[str, Any]) -> None:
        """First of all, so that of two writers the second waits here and then finds the head moved."""
        if not self._whole:
            raise RecordsError(
                f"the journal of run {self._run_id} was changed or cut from outside; nothing was added to it\n"
                "  mend: verify the journal to see where, and restore the database from a copy"
            )
        here = (run.c.id == self._run_id, run.c.head_seq == self._head, run.c.head_hash == self._hash)
        moved = connection.execute(update(run).where(*here).values(head_seq=last["seq"], head_hash=last["hash"]))
        if moved.rowcount != 1:
            raise RecordsError(
                f"another process wrote to the journal of run {self._run_id}; nothing was added to it\n"
                "  mend: see that only one process drives the run, then 'aichemist resume RUN'"
            )

    def entries(self, after: int = -1) -> list[Entry]:
        """All entries with a seq above ``after``, in order."""
        with self._database.read() as connection, _readable():
            rows = connection.execute(self._query(after)).all()
        return [_entry(r) for r in rows]

    def iterate(self, after: int = -1, chunk: int = 1000) -> Iterator[Entry]:
        """The entries above ``after``, in order, no more than ``chunk`` of them in memory.

        Entries added meanwhile come as well. No transaction is open while the caller holds an entry.
        """
        while True:
            with self._database.read() as connection, _readable():
                rows = connection.execute(self._query(after).limit(chunk)).all()
            for row in rows:
                yield _entry(row)
            if len(rows) < chunk:
                return
            after = rows[-1].seq

    def _query(self, after: int) -> Select[Any]:
        return select(journal).where(journal.c.run_id == self._run_id, journal.c.seq > after).order_by(journal.c.seq)

    def read(self) -> list[tuple[str, Mapping[str, Any]]]:
        """All (kind, payload) pairs, in order."""
        return [(e.kind, e.payload) for e in self.entries()]

    def save_snapshot(self, seq: int, format: int, data: bytes) -> None:
        """Keep ``data``, the state after entry ``seq``; of each format the newest two are kept.

        Raises:
            RecordsError: there is no entry ``seq`` (-1 is the state before the first), or nothing can be written.
        """
        with self._writing() as connection:
            save_snapshot(connection, self._run_id, seq, format, data)

    def latest_snapshot(self, format: int) -> Snapshot | None:
        """The newest snapshot that is undamaged and fits the journal as it is now; ``None`` where there is none."""
        with self._database.read() as connection:
            return latest_snapshot(connection, self._run_id, format)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise RecordsError(
            f"an entry of the journal cannot be read: {error}\n  mend: verify the journal to see which; it was changed "
            "from outside: restore the database from a copy"
        ) from error


def _entry(r: Any) -> Entry:
    return Entry(r.seq, r.kind, r.payload, r.lab_time_s, utc(r.wall_time), r.cause, r.actor, r.hash)


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
