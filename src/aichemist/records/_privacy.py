"""References in place of names and notes, so that either can be forgotten while the journal's hash chain holds.

A journal never changes, and its hashes are over all that stands in it. So what somebody may want forgotten does not
stand in it: ``person:<id>`` stands for a row of table ``person`` (the id is random), ``text:<id>`` for one of
``private_text`` (the id is SHA-256 of a random salt and the text). Forgetting empties those rows; the references stay,
and say nothing.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Text, cast, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from aichemist.chemistry import InputError

from ._chain import utc
from ._database import Database
from ._tables import (
    approval,
    journal,
    literature_correction,
    manual_task,
    person,
    private_text,
    request,
    run,
    snapshot,
)

FORGOTTEN_PERSON = "a forgotten person"
FORGOTTEN_TEXT = "a forgotten text"
#: actors of a journal that are no people
MACHINES = frozenset(
    {"", "executor", "campaign", "scheduler", "interlock", "twin", "policy", "recovery policy", "recovery rules"}
)
REFERENCE = re.compile(r"person:[0-9a-f]{32}|text:[0-9a-f]{64}")


def person_reference(connection: Connection, name: str) -> str:
    """``person:<id>`` for a name, which is put into table ``person`` where it is new; machines and references stay."""
    if name in MACHINES or REFERENCE.fullmatch(name):
        return name
    return f"person:{_person_id(connection, name)}"


def _person_id(connection: Connection, name: str) -> str:
    find = select(person.c.id).where(person.c.name == name)
    known = connection.execute(find).scalar()
    if known is not None:
        return str(known)
    new = {"id": uuid.uuid4().hex, "name": name, "roles": [], "made_at": datetime.now(UTC)}
    try:
        with connection.begin_nested():  # PostgreSQL: another process may put the same name there
            connection.execute(insert(person).values(**new))
    except IntegrityError:
        return str(connection.execute(find).scalar_one())
    return str(new["id"])


def text_reference(connection: Connection, text: str, *, kind: str, by: str = "") -> str:
    """``text:<id>`` for a text, which is kept in table ``private_text``; an empty text stays.

    Args:
        kind: what it is: ``why``, ``note``, ...; 20 characters at most.
        by: ``person:<id>`` of whoever wrote it: forgetting her forgets it.
    """
    if not text or REFERENCE.fullmatch(text):
        return text
    salt = secrets.token_hex(32)
    name = sha256((salt + text).encode()).hexdigest()
    writer = by.removeprefix("person:") if by.startswith("person:") else None
    row = {"id": name, "kind": kind, "salt": salt, "text": text, "person": writer, "made_at": datetime.now(UTC)}
    connection.execute(insert(private_text).values(**row))
    return f"text:{name}"


class References:
    """Names and texts for the references in any records; each is looked up once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, str] = {}

    def shown(self, data: Any) -> Any:
        """``data`` with every reference in its texts resolved; the same object where there is none."""
        missing = {r for r in _inside(data) if r not in self._known}
        if missing:
            with self._database.read() as connection:
                self._known.update(_resolved(connection, missing))
        return self._replaced(data)

    def _replaced(self, data: Any) -> Any:
        if isinstance(data, str):
            return REFERENCE.sub(lambda m: self._known.get(m.group(), m.group()), data) if ":" in data else data
        if isinstance(data, Mapping):
            return {k: self._replaced(v) for k, v in data.items()} if any(_inside(data)) else data
        if isinstance(data, list | tuple):
            return type(data)(self._replaced(v) for v in data) if any(_inside(data)) else data
        return data


def _inside(data: Any) -> Iterable[str]:
    """All references in nested records."""
    todo = [data]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            if len(one) > 36 and ("person:" in one or "text:" in one):
                yield from REFERENCE.findall(one)
        elif isinstance(one, Mapping):
            todo += one.values()
        elif isinstance(one, list | tuple):
            todo += one


def _resolved(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    ids: dict[str, list[str]] = {"person": [], "text": []}
    for reference in references:
        kind, _, name = reference.partition(":")
        ids[kind].append(name)
    found = {f"person:{i}": FORGOTTEN_PERSON for i in ids["person"]}
    found |= {f"text:{i}": FORGOTTEN_TEXT for i in ids["text"]}
    for kind, table, column in (("person", person, person.c.name), ("text", private_text, private_text.c.text)):
        for first in range(0, len(ids[kind]), 500):  # SQLite takes so many parameters at once
            query = select(table.c.id, column).where(table.c.id.in_(ids[kind][first : first + 500]))
            found |= {f"{kind}:{i}": text for i, text in connection.execute(query) if text is not None}
    return found


@frozen
class PrivateText:
    """A text that can be forgotten; ``text`` and ``by`` are empty once they are."""

    id: str
    kind: str
    text: str
    by: str
    made_at: datetime
    forgotten_at: datetime | None


@frozen
class Forgotten:
    """What was emptied, and where the same still stands.

    Attributes:
        person: ``person:<id>``, empty where only texts were forgotten.
        texts: how many texts were emptied.
        rows: rows of older databases in which plain names and notes were emptied.
        snapshots: snapshots that held them and were dropped.
        left: places that cannot be emptied, in words (journals from before references; approvals).
        scrubbed: whether the bytes are gone from the database's files, too.
        needles: what was forgotten, for looking through files; not to be kept.
    """

    person: str
    texts: int
    rows: int
    snapshots: int
    left: tuple[str, ...]
    scrubbed: bool
    needles: tuple[str, ...] = ()


def list_texts(database: Database, *, by: str = "") -> list[PrivateText]:
    """All private texts, oldest first; with ``by`` those of a person."""
    query = select(private_text, person.c.name.label("writer")).outerjoin(person, private_text.c.person == person.c.id)
    if by:
        query = query.where(person.c.name == by)
    with database.read() as connection:
        rows = connection.execute(query.order_by(private_text.c.made_at, private_text.c.id)).all()
    return [
        PrivateText(
            r.id, r.kind, r.text or "", r.writer or "", utc(r.made_at),
            None if r.forgotten_at is None else utc(r.forgotten_at)
        )
        for r in rows
    ]  # fmt: skip


def forget_person(database: Database, name: str, *, why: str, by: str = "") -> Forgotten:
    """Empty a person's name, token and texts; what she did stays, done by a forgotten person.

    Args:
        why: is kept, without the name.

    Raises:
        InputError: nobody of that name is known, or ``why`` holds the name.
        RecordsError: the database cannot be written; nothing was changed.
    """
    if name.lower() in why.lower():
        raise InputError("holds the name that is to be forgotten", key="--why", mend="say why without the name")
    now = datetime.now(UTC)
    with database.begin() as connection:
        _secure(connection)
        if not _named(connection, name):
            raise InputError(
                "is nobody known here", key="NAME", value=name, mend="see the names with 'aichemist privacy show'"
            )
        key = _person_id(connection, name)
        _not_the_last_officer(connection, key, name)
        reference = f"person:{key}"
        texts = connection.execute(
            select(private_text.c.id, private_text.c.text).where(
                private_text.c.person == key, private_text.c.text.is_not(None)
            )
        ).all()  # fmt: skip
        rows, old = _plain_rows(connection, name, reference)
        left = _left(connection, name, key)
        connection.execute(
            update(person).where(person.c.id == key).values(name=None, token_hash=None, roles=[], forgotten_at=now)
        )
        _empty(connection, [t.id for t in texts], now)
        text_reference(connection, f"{reference} was forgotten: {why}", kind="forgetting", by=_by(connection, by, name))
        dropped = _drop_snapshots(connection, [name, *old])
    needles = tuple(dict.fromkeys(n for n in (name, *(t.text for t in texts), *old) if len(n) > 2))
    return Forgotten(reference, len(texts), rows, dropped, left, scrub(database), needles)


def forget_texts(database: Database, ids: Iterable[str], *, why: str, by: str = "") -> Forgotten:
    """Empty private texts by their ids (or the beginnings of them); whatever refers to them stays.

    Raises:
        InputError: no text, or more than one, has such an id.
    """
    now = datetime.now(UTC)
    with database.begin() as connection:
        _secure(connection)
        found = [_one_text(connection, i.removeprefix("text:")) for i in ids]
        _empty(connection, [i for i, _ in found], now)
        text_reference(
            connection, f"{len(found)} texts were forgotten: {why}", kind="forgetting", by=_by(connection, by, "")
        )
        needles = tuple(t for _, t in found if len(t) > 2)
        dropped = _drop_snapshots(connection, needles)
    return Forgotten("", len(found), 0, dropped, (), scrub(database), needles)


def scrub(database: Database) -> bool:
    """Rewrite the database's file so that nothing of what was emptied is left in it; whether that could be done.

    It cannot while another process reads or writes. On PostgreSQL the tables are rewritten; its own logs, backups and
    old statistics are the server's.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        if database.engine.dialect.name == "sqlite":
            raw = database.engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute("PRAGMA secure_delete=ON")
                cursor.execute("VACUUM")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return bool(busy is not None and busy[0] == 0)
            finally:
                raw.close()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (person, private_text, request, manual_task, literature_correction, snapshot):
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
        return True
    except SQLAlchemyError:
        return False
    except Exception as error:
        if type(error).__module__ != "sqlite3":
            raise
        return False


def _not_the_last_officer(connection: Connection, key: str, name: str) -> None:
    """Nobody could grant a role any more."""
    officers = [i for i, roles in connection.execute(select(person.c.id, person.c.roles)) if "safety_officer" in roles]
    if officers == [key]:
        raise InputError(
            "is the only safety officer", key="NAME", value=name, mend="make somebody else safety officer first"
        )


def _secure(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _by(connection: Connection, by: str, forgotten: str) -> str:
    """Somebody who has herself forgotten must not come back by that."""
    return person_reference(connection, by) if by and by != forgotten else ""


def _named(connection: Connection, name: str) -> bool:
    places = (
        select(person.c.id).where(person.c.name == name), select(request.c.id).where(request.c.who == name),
        select(manual_task.c.seq).where(manual_task.c.who == name),
        select(journal.c.seq).where(journal.c.actor == name),
        select(literature_correction.c.id).where(literature_correction.c.who == name),
    )  # fmt: skip
    return any(connection.execute(p.limit(1)).first() is not None for p in places)


def _plain_rows(connection: Connection, name: str, reference: str) -> tuple[int, list[str]]:
    """Rows outside the hash chain that hold the plain name: the name becomes a reference, the note goes."""
    count, texts = 0, []
    for table, note in ((request, "why"), (manual_task, "note"), (literature_correction, "note")):
        column = table.c[note]
        old = connection.execute(select(column).where(table.c.who == name)).scalars().all()
        texts += [t for t in old if t and not REFERENCE.fullmatch(t)]
        who = reference if table is not literature_correction else FORGOTTEN_PERSON
        change = update(table).where(table.c.who == name)
        count += connection.execute(change.values({"who": who, note: ""})).rowcount
    return count, texts


def _left(connection: Connection, name: str, key: str) -> tuple[str, ...]:
    """Where the name or her words stand for good, since a hash is over them."""
    words = []
    like = f"%{name.replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%').replace('_', chr(92) + '_')}%"
    held = (journal.c.actor == name) | cast(journal.c.payload, Text).like(like, escape="\\")
    query = select(run.c.name, func.count()).join(journal, journal.c.run_id == run.c.id).where(held)
    for name_of_run, many in connection.execute(query.group_by(run.c.name)):
        words.append(f"{many} journal entries of run {name_of_run}")
    settings = select(run.c.name).where(cast(run.c.config, Text).like(like, escape="\\"))
    words += [f"the campaign, protocol or lab file kept with run {r}" for r in connection.execute(settings).scalars()]
    whys = select(approval.c.why).where(approval.c.person == key, approval.c.kind != "people")  # there it is ours
    plain = sum(bool(w) and not REFERENCE.fullmatch(w) for w in connection.execute(whys).scalars())
    if plain:
        words.append(f"the reason written with {plain} approvals")
    return tuple(words)


def _empty(connection: Connection, ids: list[str], now: datetime) -> None:
    for one in ids:
        connection.execute(
            update(private_text).where(private_text.c.id == one).values(salt=None, text=None, forgotten_at=now)
        )


def _drop_snapshots(connection: Connection, needles: Iterable[str]) -> int:
    """Snapshots that hold one of these; they only save time."""
    import zlib

    from sqlalchemy import and_, delete

    wanted = [w for n in needles if len(n) > 2 for w in (n.encode(), ascii(n)[1:-1].encode())]
    if not wanted:
        return 0
    dropped = 0
    for row in connection.execute(select(snapshot.c.run_id, snapshot.c.format, snapshot.c.seq, snapshot.c.data)).all():
        try:
            data = zlib.decompress(row.data)
        except zlib.error:
            data = bytes(row.data)
        if any(w in data for w in wanted):
            here = and_(snapshot.c.run_id == row.run_id, snapshot.c.format == row.format, snapshot.c.seq == row.seq)
            dropped += connection.execute(delete(snapshot).where(here)).rowcount
    return dropped


def _one_text(connection: Connection, beginning: str) -> tuple[str, str]:
    if not re.fullmatch(r"[0-9a-f]{6,64}", beginning):
        raise InputError(
            "is no id of a text",
            key="TEXT",
            value=beginning,
            mend="write at least 6 characters of an id from 'privacy show'",
        )
    found = connection.execute(
        select(private_text.c.id, private_text.c.text).where(private_text.c.id.startswith(beginning)).limit(2)
    ).all()
    if len(found) != 1:
        problem = "is the id of no text" if not found else "fits more than one text"
        raise InputError(problem, key="TEXT", value=beginning, mend="see 'aichemist privacy show'")
    return str(found[0].id), str(found[0].text or "")
