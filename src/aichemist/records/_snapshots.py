"""Snapshots: the state of a run after an entry, as bytes; they save time and never hold the truth."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from attrs import frozen
from sqlalchemy import Connection, delete, insert, select

from aichemist.chemistry import RecordsError

from ._chain import genesis_hash
from ._tables import journal, run, snapshot

_KEPT = 2


@frozen
class Snapshot:
    """The state after entry ``seq``."""

    seq: int
    data: bytes


def _hash_at(connection: Connection, run_id: int, seq: int) -> str | None:
    if seq >= 0:
        query = select(journal.c.hash).where(journal.c.run_id == run_id, journal.c.seq == seq)
        return connection.execute(query).scalar()
    row = connection.execute(select(run).where(run.c.id == run_id)).first()
    return None if row is None else genesis_hash(row.id, row.name, row.created_at, row.seed, row.config)


def save_snapshot(connection: Connection, run_id: int, seq: int, format: int, data: bytes) -> None:
    found = _hash_at(connection, run_id, seq)
    if found is None or seq < -1:
        raise RecordsError(f"run {run_id} has no entry {seq} for a snapshot\n  mend: append the entry first")
    here = (snapshot.c.run_id == run_id, snapshot.c.format == format)
    connection.execute(delete(snapshot).where(*here, snapshot.c.seq == seq))
    connection.execute(
        insert(snapshot).values(
            run_id=run_id, format=format, seq=seq, hash=sha256(data).hexdigest(), journal_hash=found, data=data,
            made_at=datetime.now(UTC),
        )
    )  # fmt: skip
    seqs = connection.execute(select(snapshot.c.seq).where(*here).order_by(snapshot.c.seq.desc())).scalars().all()
    if len(seqs) > _KEPT:
        connection.execute(delete(snapshot).where(*here, snapshot.c.seq < seqs[_KEPT - 1]))


def latest_snapshot(connection: Connection, run_id: int, format: int) -> Snapshot | None:
    query = select(snapshot).where(snapshot.c.run_id == run_id, snapshot.c.format == format)
    for row in connection.execute(query.order_by(snapshot.c.seq.desc())).all():
        whole = sha256(row.data).hexdigest() == row.hash
        if whole and _hash_at(connection, run_id, row.seq) == row.journal_hash:
            return Snapshot(int(row.seq), bytes(row.data))
    return None
