"""Whether a journal is still what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Text, cast, select

from ._chain import entry_hash, genesis_hash, loads
from ._database import Database
from ._raw import as_written
from ._runs import no_run
from ._tables import journal, run

_CHUNK = 1000
_COLUMNS = [c for c in journal.c if c.name != "payload"]


@frozen
class Verified:
    """What :func:`verify_journal` found.

    Args:
        entries: entries looked at that are as they were written.
        sound: nothing was found wrong.
        first_bad: seq of the first entry that is changed, missing or too much; ``None`` where only the run's row or
            raw files are wrong.
        problem: what is wrong, in words; empty when sound.
        missing_files: raw files that are named in the journal and not in the folder.
        changed_files: those that are not what was written.
        unchecked_files: how many were written before their names held a hash, so that only their being there is known.
    """

    entries: int
    sound: bool
    first_bad: int | None
    problem: str
    missing_files: tuple[str, ...] = ()
    changed_files: tuple[str, ...] = ()
    unchecked_files: int = 0


def verify_journal(database: Database, name: str, raw: Path | None = None, *, after: int = -1) -> Verified:
    """Recompute the hash chain of run ``name``, holding no more than 1000 entries in memory.

    Args:
        raw: the folder of the run's raw files; with it, those named in the journal are looked for and compared with
            the hash in their names.
        after: only the entries above this seq are looked at; the hash that this one has is believed.

    Raises:
        RecordsError: no such run, or the database cannot be read.
    """
    named: dict[str, None] = {}
    # the JSON as text: a journal that can no longer be read is a finding, too
    columns = (run.c.id, run.c.name, run.c.created_at, run.c.seed, run.c.head_seq, run.c.head_hash)
    query = select(*columns, cast(run.c.config, Text).label("config")).where(run.c.name == name)
    with database.read() as connection:
        try:
            row = connection.execute(query).first()
            head = None if row is None else genesis_hash(row.id, name, row.created_at, row.seed, loads(row.config))
        except (ValueError, TypeError) as error:
            return Verified(0, False, None, f"the run's time, seed or settings cannot be read: {error}")
        if row is not None and head is not None:
            if after >= 0:
                here = (journal.c.run_id == row.id, journal.c.seq == after)
                head = connection.execute(select(journal.c.hash).where(*here)).scalar()
            good, bad, problem = _chain(connection, row, head or "", named, after)
    if row is None:
        raise no_run(database, name)
    words = [problem] if problem else []
    missing, changed, unchecked = _compared(raw, named) if raw is not None else ([], [], 0)
    for what, files in ((f"missing from {raw}", missing), (f"changed in {raw}", changed)):
        if files:
            shown = ", ".join(files[:5]) + (", ..." if len(files) > 5 else "")
            words.append(f"{len(files)} raw file{'s are' if len(files) > 1 else ' is'} {what}: {shown}")
    return Verified(good, not words, bad, "; ".join(words), tuple(missing), tuple(changed), unchecked)


def _compared(raw: Path, named: Iterable[str]) -> tuple[list[str], list[str], int]:
    """Names of missing and of changed files, and how many cannot be checked."""
    missing, changed, unchecked = [], [], 0
    for name in named:
        try:
            same = as_written(name, (raw / name).read_bytes())
        except OSError:
            missing.append(name)
            continue
        if same is False:
            changed.append(name)
        unchecked += same is None
    return missing, changed, unchecked


def _chain(
    connection: Connection, row: Any, head: str, named: dict[str, None], after: int
) -> tuple[int, int | None, str]:
    """(good entries, first bad one, problem); the raw files of good entries go into ``named``."""
    seq, first = after, after + 1
    for entry in _rows(connection, row.id, after):
        seq += 1
        good = seq - first
        if isinstance(entry, str):
            return good, seq, f"entry {seq} cannot be read: {entry}"
        if entry["seq"] != seq:
            if entry["seq"] < seq:
                return good, entry["seq"], f"there is an entry {entry['seq']} too much"
            return good, seq, f"entry {seq} is missing"
        now = entry_hash(head, row.id, entry)
        if now != entry["hash"]:
            also = ", or the run's name, time, seed or settings were" if seq == 0 else ""
            return good, seq, f"entry {seq} ('{entry['kind']}') was changed or put in{also}"
        if seq > row.head_seq:
            return good, seq, f"entry {seq} is too much: the run ended with entry {row.head_seq}"
        head = now
        if entry["kind"] in ("command_done", "command_faulted"):
            named.update(dict.fromkeys(_files(entry["payload"])))
    good = seq + 1 - first
    if seq < row.head_seq:
        return good, seq + 1, f"the end is cut off: entries {seq + 1} to {row.head_seq} are missing"
    if head != row.head_hash:
        what = "the run's name, time, seed or settings" if seq < 0 else "the run's record of its last entry"
        return good, None, f"{what} were changed" if seq < 0 else f"{what} was changed"
    return good, None, ""


def _files(payload: Mapping[str, Any]) -> Iterator[str]:
    for key in ("files", "bad_files"):
        files = payload.get(key)
        for names in files.values() if isinstance(files, Mapping) else ():
            yield from (str(n) for n in names)


def _rows(connection: Connection, run_id: int, above: int) -> Iterator[dict[str, Any] | str]:
    """The entries in order; a text in place of one that cannot be read at all."""
    after = above if above >= 0 else None  # else those below 0 that somebody put in are seen, too
    size = _CHUNK
    query = select(*_COLUMNS, cast(journal.c.payload, Text).label("text")).where(journal.c.run_id == run_id)
    query = query.order_by(journal.c.seq)
    while True:
        part = query if after is None else query.where(journal.c.seq > after)
        try:
            found = connection.execute(part.limit(size)).mappings().all()
            rows = [{**r, "payload": loads(r["text"]), "lab_time_s": float(r["lab_time_s"])} for r in found]
        except (ValueError, TypeError) as error:
            if size == 1:
                yield str(error)
                return
            size = 1  # which of them it is
            continue
        yield from rows
        if len(rows) < size:
            return
        after = rows[-1]["seq"]
