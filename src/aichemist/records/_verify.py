"""Whether a journal is still what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Text, cast, select

from ._chain import entry_hash, genesis_hash, loads
from ._database import Database
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
    """

    entries: int
    sound: bool
    first_bad: int | None
    problem: str
    missing_files: tuple[str, ...] = ()


def verify_journal(database: Database, name: str, raw: Path | None = None) -> Verified:
    """Recompute the hash chain of run ``name``, holding no more than 1000 entries in memory.

    Args:
        raw: the folder of the run's raw files; with it, those named in entries ``command_done`` are looked for.

    Raises:
        RecordsError: no such run, or the database cannot be read.
    """
    missing: dict[str, None] = {}
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
            good, bad, problem = _chain(connection, row, head, raw, missing)
    if row is None:
        raise no_run(database, name)
    words = [problem] if problem else []
    if missing:
        shown = ", ".join(list(missing)[:5]) + (", ..." if len(missing) > 5 else "")
        words.append(f"{len(missing)} raw file{'s are' if len(missing) > 1 else ' is'} missing from {raw}: {shown}")
    return Verified(good, not words, bad, "; ".join(words), tuple(missing))


def _chain(
    connection: Connection, row: Any, head: str, raw: Path | None, missing: dict[str, None]
) -> tuple[int, int | None, str]:
    """(good entries, first bad one, problem)."""
    seq = -1
    for entry in _rows(connection, row.id):
        seq += 1
        if isinstance(entry, str):
            return seq, seq, f"entry {seq} cannot be read: {entry}"
        if entry["seq"] != seq:
            if entry["seq"] < seq:
                return seq, entry["seq"], f"there is an entry {entry['seq']} too much"
            return seq, seq, f"entry {seq} is missing"
        now = entry_hash(head, row.id, entry)
        if now != entry["hash"]:
            also = ", or the run's name, time, seed or settings were" if seq == 0 else ""
            return seq, seq, f"entry {seq} ('{entry['kind']}') was changed or put in{also}"
        if seq > row.head_seq:
            return seq, seq, f"entry {seq} is too much: the run ended with entry {row.head_seq}"
        head = now
        if raw is not None and entry["kind"] == "command_done":
            missing.update((f, None) for f in _files(entry["payload"]) if not (raw / f).is_file())
    good = seq + 1
    if seq < row.head_seq:
        return good, good, f"the end is cut off: entries {good} to {row.head_seq} are missing"
    if head != row.head_hash:
        what = "the run's name, time, seed or settings" if good == 0 else "the run's record of its last entry"
        return good, None, f"{what} was changed" if good else f"{what} were changed"
    return good, None, ""


def _files(payload: Mapping[str, Any]) -> Iterator[str]:
    files = payload.get("files")
    for names in files.values() if isinstance(files, Mapping) else ():
        yield from (str(n) for n in names)


def _rows(connection: Connection, run_id: int) -> Iterator[dict[str, Any] | str]:
    """The entries in order; a text in place of one that cannot be read at all."""
    after: int | None = None
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
