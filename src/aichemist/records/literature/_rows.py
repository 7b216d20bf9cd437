"""Rows of one document: written, replaced and removed together, inside a transaction of the caller."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve
from sqlalchemy import Connection, delete, insert, select, text, update

from aichemist.chemistry import Reading, to_plain

from .._tables import literature_document as documents_table
from .._tables import literature_fact as facts_table
from .._tables import literature_sentence as sentences_table
from .._tables import literature_skipped as skipped_table
from ._corrections import Correction, corrected_items
from ._facts import paper_key, rows_of, safe_text

#: how much a format tells: structure, then mark-up, then pages, then text alone
_RANK = {"jats": 3, "elsevier": 3, "xml": 3, "html": 2, "docx": 2, "pdf": 1}


def rivals(connection: Connection, reading: Reading, folder: str) -> tuple[str, tuple[str, str] | None]:
    """What a new reading meets: the document it replaces, and the file that is left out for it or in its place.

    The first is the id of the document to replace, ``""`` where there is none, ``"keep"`` where the one that is there
    stays; the second the name of the file that is left out and the id of the document that holds the paper.
    """
    d, c = reading.document, documents_table.c
    called, paper = safe_text(d.name), safe_text(paper_key(d))
    here = connection.execute(
        select(c.id, c.paper).where(c.folder == folder, c.name == called)
    ).first()  # fmt: skip
    elsewhere = (c.folder != folder) | (c.name != called)
    columns = (c.id, c.format, c.name, c.folder, c.sha256, c.made_by)
    other = connection.execute(select(*columns).where(c.paper == paper, elsewhere)).first()
    if other is None and d.sha256:
        other = connection.execute(select(*columns).where(c.sha256 == d.sha256, elsewhere)).first()
    if other is None:
        return (str(here.id) if here else ""), None
    if (-_RANK.get(d.format, 0), d.name) < (-_RANK.get(other.format, 0), other.name):
        # this file tells more: it takes the other's place, and its id, so that links to it still lead there
        note_skipped(
            connection, other.folder, other.name, f"the same paper as {d.name}", other.sha256, other.made_by
        )  # fmt: skip
        if here is not None:
            remove(connection, here.id)
        return str(other.id), (other.name, str(other.id))
    if here is not None:
        remove(connection, here.id)
    note_skipped(connection, folder, d.name, f"the same paper as {other.name}", d.sha256, reading.made_by)
    return "keep", (d.name, str(other.id))


def write(
    connection: Connection, reading: Reading, folder: str, old: str, corrections: Sequence[Correction]
) -> None:  # fmt: skip
    """Write a reading, in the place of ``old`` where that is not empty."""
    if old:
        remove(connection, old)
    d = reading.document
    name = old or _free_id(connection, d.id, d.sha256)
    if name != d.id:
        reading = evolve(reading, document=evolve(d, id=name))
        d = reading.document
    c = documents_table.c
    last = connection.execute(select(c.first_row, c.sentences).order_by(c.first_row.desc()).limit(1)).first()
    first = 1 if last is None else last.first_row + max(last.sentences, 1)
    connection.execute(
        insert(documents_table).values(
            id=d.id, sha256=d.sha256, paper=safe_text(paper_key(d)), doi=safe_text(d.doi)[:300],
            title=safe_text(d.title), authors=[safe_text(a) for a in d.authors], year=d.year,
            licence=safe_text(d.licence), journal=safe_text(d.journal), format=d.format[:40], name=safe_text(d.name),
            folder=folder, topics=list(reading.topics), sentences=len(reading.sentences), first_row=first,
            made_by=reading.made_by[:80], read_at=datetime.now(UTC),
            reading=zlib.compress(json.dumps(to_plain(reading)).encode(), 6),
        )
    )  # fmt: skip
    write_facts(connection, reading, corrections)
    rows = [
        {"id": first + i, "document": d.id, "start": a, "stop": b, "text": safe_text(d.text[a:b])}
        for i, (a, b) in enumerate(reading.sentences)
    ]
    if rows and connection.dialect.name == "sqlite":
        connection.execute(
            text(
                "insert into literature_fts(rowid, text, document, start, stop) "
                "values (:id, :text, :document, :start, :stop)"
            ),
            rows,
        )
    elif rows:
        connection.execute(insert(sentences_table), rows)
    connection.execute(
        delete(skipped_table).where(skipped_table.c.folder == folder, skipped_table.c.name == safe_text(d.name))
    )


def write_facts(connection: Connection, reading: Reading, corrections: Sequence[Correction]) -> None:
    """Make the facts of a document anew from what the machine read and what people say."""
    connection.execute(delete(facts_table).where(facts_table.c.document == reading.document.id))
    rows = rows_of(reading, corrected_items(reading, corrections))
    if rows:
        connection.execute(insert(facts_table), rows)


def remove(connection: Connection, document: str) -> None:
    """Take out all rows of a document."""
    c = documents_table.c
    row = connection.execute(select(c.first_row, c.sentences).where(c.id == document)).first()
    if row is not None and connection.dialect.name == "sqlite":
        connection.execute(
            text("delete from literature_fts where rowid >= :first and rowid < :stop"),
            {"first": row.first_row, "stop": row.first_row + row.sentences},
        )
    connection.execute(delete(sentences_table).where(sentences_table.c.document == document))
    connection.execute(delete(facts_table).where(facts_table.c.document == document))
    connection.execute(delete(documents_table).where(documents_table.c.id == document))


def note_skipped(connection: Connection, folder: str, name: str, reason: str, sha256: str, made_by: str) -> None:
    """Remember that a file was left out."""
    where = (skipped_table.c.folder == folder, skipped_table.c.name == safe_text(name))
    values: dict[str, Any] = {
        "reason": safe_text(reason), "sha256": sha256, "made_by": made_by[:80], "seen_at": datetime.now(UTC),
    }  # fmt: skip
    if connection.execute(update(skipped_table).where(*where).values(**values)).rowcount == 0:
        connection.execute(insert(skipped_table).values(folder=folder, name=safe_text(name), **values))


def _free_id(connection: Connection, wanted: str, sha256: str) -> str:
    name, number = wanted[:100], 1
    while name == "keep" or connection.execute(
        select(documents_table.c.id).where(documents_table.c.id == name)
    ).first():  # fmt: skip
        name = f"{wanted[:100]}-{sha256[:6]}" if number == 1 and sha256 else f"{wanted[:100]}-{number}"
        number += 1
    return name
