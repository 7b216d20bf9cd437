"""Readings in the database: written once per document, found again by words, by property, by topic."""

from __future__ import annotations

import difflib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import func, insert, select

from aichemist.chemistry import InputError, Reading, Skipped, from_plain, to_plain

from .._database import Database
from .._tables import literature_correction as corrections_table
from .._tables import literature_document as documents_table
from .._tables import literature_fact as facts_table
from .._tables import literature_skipped as skipped_table
from . import _find, _rows
from ._corrections import AROUND, Correction, CorrectionAction, changed_record, corrected, corrected_items, place
from ._facts import Fact, FactKind, Item, paper_key, safe_text
from ._fields import checked_fields
from ._find import Hit

_UNLIKE_READING = tuple(c for c in documents_table.c if c.name != "reading")


@frozen
class DocumentInfo:
    """One document of the store, without its text; numbers are counts of what was found in it."""

    id: str
    title: str
    doi: str
    year: int | None
    licence: str
    journal: str
    authors: tuple[str, ...]
    format: str
    name: str
    folder: str
    sha256: str
    topics: tuple[str, ...]
    sentences: int
    values: int
    actions: int
    entities: int
    made_by: str
    read_at: datetime


@frozen
class Added:
    """What became of readings that were handed over: new ones, read again, and papers that were there before.

    ``duplicates`` are pairs of the name of the file that was left out and the id of the document that is kept.
    """

    new: int
    again: int
    duplicates: tuple[tuple[str, str], ...]


class LiteratureStore:
    """The literature in a database. Every call is one transaction, or reads page by page."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # ---------------------------------------------------------------- writing

    def add(self, readings: Sequence[Reading], *, folder: str = "") -> Added:
        """Store readings, all of them or, on an error, none. A file that was read before is replaced.

        Of two files with one paper one is kept, whatever the order in which they come: the one in the format that
        tells more (XML, then HTML and DOCX, then PDF, then text), else the one whose name comes first. Two files hold
        one paper when their bytes or their DOIs agree, or where there is no DOI titles and beginnings.

        Raises:
            RecordsError: the database is locked, full, or cannot be written.
        """
        new = again = 0
        duplicates: list[tuple[str, str]] = []
        with self.database.begin() as connection:
            for reading in readings:
                old, loser = _rows.rivals(connection, reading, folder)
                if loser is not None:
                    duplicates.append(loser)
                if old == "keep":
                    continue
                if old:
                    again += 1
                else:
                    new += 1
                corrections = self._corrections(connection, paper_key(reading.document))
                _rows.write(connection, reading, folder, old, corrections)
        return Added(new, again, tuple(duplicates))

    def note_skipped(self, skipped: Iterable[tuple[Skipped, str]], *, folder: str = "", made_by: str = "") -> None:
        """Remember files that could not be read, each with the SHA-256 of its bytes (empty where unknown)."""
        with self.database.begin() as connection:
            for item, sha256 in skipped:
                _rows.note_skipped(connection, folder, item.name, item.reason, sha256, made_by)

    def remove(self, document: str) -> None:
        """Take a document out. Corrections of it stay, for when it is read again.

        Raises:
            InputError: no document has this id.
        """
        self.info(document)
        with self.database.begin() as connection:
            _rows.remove(connection, document)

    def correct(
        self,
        document: str,
        action: CorrectionAction,
        *,
        who: str,
        fact: str = "",
        fields: dict[str, str] | None = None,
        kind: FactKind = "value",
        span: tuple[int, int] | None = None,
        note: str = "",
    ) -> int:
        """Store what a person says of a document; the number of the correction.

        Args:
            action: ``change`` and ``wrong`` speak of ``fact``, an id or its beginning; ``add`` of ``span``.
            fields: as typed, see :func:`checked_fields`.
            kind: of the fact to be added.
            span: offsets into the document's text.

        Raises:
            InputError: no such document or fact, a field is wrong, or the span lies outside the text.
        """
        if not who.strip():
            raise InputError("is empty", key="who", mend="say whose word it is")
        machine = self.machine_reading(document)
        found = machine.document
        paper = paper_key(found)
        with self.database.begin() as connection:
            before = self._corrections(connection, paper)
            seen: dict[str, Any] = {}
            if action == "add":
                start, end = span or (0, 0)
                if not 0 <= start < end <= len(found.text):
                    raise InputError("lies outside the document", key="span", value=f"{start}:{end}")
                given = checked_fields(fields or {}, kind, whole=True)
            else:
                item = _item(corrected_items(machine, before), fact, document)
                kind, start, end = item.kind, item.record.start, item.record.end
                given = checked_fields(fields or {}, kind) if action == "change" else {}
                if action == "change" and not given:
                    raise InputError("nothing to change", key="field", mend="give --field name=value, or --wrong")
                changed_record(item.record, given, who)
                seen = to_plain(item.record)
            result = connection.execute(
                insert(corrections_table).values(
                    paper=paper, document=document, sha256=found.sha256, kind=kind, action=action, start=start,
                    stop=end, quote=safe_text(found.text[start:end]),
                    before=safe_text(found.text[max(0, start - AROUND) : start]),
                    after=safe_text(found.text[end : end + AROUND]), subject=seen, fields=given, who=who.strip(),
                    note=note, made_at=datetime.now(UTC),
                )
            )  # fmt: skip
            _rows.write_facts(connection, machine, self._corrections(connection, paper))
            key = result.inserted_primary_key
            return int(key[0]) if key else 0

    # ---------------------------------------------------------------- documents

    def known(self, made_by: str | None = None, *, skipped: bool = True) -> frozenset[str]:
        """SHA-256 sums of the files that were read, and of those skipped; by one version of the reader, or by any."""
        d, s = documents_table.c, skipped_table.c
        read, left_out = select(d.sha256), select(s.sha256).where(s.sha256 != "")
        if made_by is not None:
            read, left_out = read.where(d.made_by == made_by[:80]), left_out.where(s.made_by == made_by[:80])
        with self.database.read() as connection:
            found = set(connection.execute(read).scalars())
            if skipped:
                found.update(connection.execute(left_out).scalars())
            return frozenset(found)

    def documents(self, *, topic: str | None = None, folder: str | None = None) -> list[DocumentInfo]:
        """The documents in the order of their ids, or only those on a topic or from a folder."""
        query = select(*_UNLIKE_READING).order_by(documents_table.c.id)
        if folder is not None:
            query = query.where(documents_table.c.folder == folder)
        f = facts_table.c
        counted = select(f.document, f.kind, func.count()).group_by(f.document, f.kind)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            counts = {(r[0], r[1]): int(r[2]) for r in connection.execute(counted)}
        return [_info(row, counts) for row in rows if topic is None or topic in row["topics"]]

    def info(self, document: str) -> DocumentInfo:
        """One document.

        Raises:
            InputError: no document has this id; the message names near ones.
        """
        f = facts_table.c
        counted = select(f.kind, func.count()).where(f.document == document).group_by(f.kind)
        with self.database.read() as connection:
            query = select(*_UNLIKE_READING).where(documents_table.c.id == document)
            row = connection.execute(query).mappings().first()
            if row is not None:
                return _info(row, {(document, r[0]): int(r[1]) for r in connection.execute(counted)})
            known = list(connection.execute(select(documents_table.c.id)).scalars())
        near = difflib.get_close_matches(document, known, n=3)
        mend = f"did you mean {', '.join(near)}?" if near else "see 'aichemist literature list'"
        raise InputError("no document has this id", key="document", value=document, mend=mend)

    def machine_reading(self, document: str) -> Reading:
        """What the machine read, without corrections.

        Raises:
            InputError: no document has this id.
        """
        query = select(documents_table.c.reading).where(documents_table.c.id == document)
        with self.database.read() as connection:
            raw = connection.execute(query).scalar()
        if raw is None:
            self.info(document)
        return from_plain(json.loads(zlib.decompress(raw or b"")), Reading)

    def reading(self, document: str) -> Reading:
        """What is held to be right: the machine's reading with people's corrections over it.

        Raises:
            InputError: no document has this id.
        """
        reading = self.machine_reading(document)
        return corrected(reading, self.corrections(paper_key(reading.document)))

    def items(self, document: str) -> list[Item]:
        """The facts of a document with their ids, corrections laid over them.

        Raises:
            InputError: no document has this id.
        """
        reading = self.machine_reading(document)
        return corrected_items(reading, self.corrections(paper_key(reading.document)))

    def readings(self, *, topic: str | None = None, folder: str | None = None) -> Iterator[Reading]:
        """All readings, corrected, one at a time: memory does not grow with their number."""
        for info in self.documents(topic=topic, folder=folder):
            yield self.reading(info.id)

    def skipped(self, *, folder: str | None = None) -> list[Skipped]:
        """Files that could not be read, or were left out, and why."""
        query = select(skipped_table).order_by(skipped_table.c.folder, skipped_table.c.name)
        if folder is not None:
            query = query.where(skipped_table.c.folder == folder)
        with self.database.read() as connection:
            return [Skipped(row.name, row.reason) for row in connection.execute(query)]

    # ---------------------------------------------------------------- corrections

    def corrections(self, paper: str | None = None, *, document: str | None = None) -> list[Correction]:
        """Corrections, the oldest first; all of them, or those of one paper or document."""
        if document is not None:
            paper = paper_key(self.machine_reading(document).document)
        with self.database.read() as connection:
            return self._corrections(connection, paper)

    def lost_corrections(self, document: str) -> list[Correction]:
        """Corrections of a document whose words cannot be found in it any more, so that they are not applied."""
        text = self.machine_reading(document).document.text
        return [c for c in self.corrections(document=document) if place(text, c) is None]

    def _corrections(self, connection: Any, paper: str | None) -> list[Correction]:
        query = select(corrections_table).order_by(corrections_table.c.id)
        if paper is not None:
            query = query.where(corrections_table.c.paper == paper)
        return [Correction(**row) for row in connection.execute(query).mappings()]

    # ---------------------------------------------------------------- finding

    def search(
        self,
        words: str,
        *,
        limit: int = 20,
        document: str | None = None,
        property: str | None = None,
        topic: str | None = None,
    ) -> list[Hit]:
        """Sentences by BM25, best first.

        ``words`` are plain words, ``"exact phrases"`` and ``-without``; nothing in it is an instruction. SQLite ranks
        over all sentences (its FTS5, stemmed); on PostgreSQL at most 4,000 candidates are ranked with bm25s.

        Args:
            property: only sentences that report a value of this property.
            topic: only documents on this topic.

        Raises:
            InputError: there is no word to look for.
        """
        return _find.search(
            self.database, words, limit=limit, document=document, property=property, topic=topic
        )  # fmt: skip

    def facts(
        self,
        *,
        kind: FactKind | None = "value",
        property: str | None = None,
        material: str | None = None,
        reaction: str | None = None,
        document: str | None = None,
        min_confidence: float = 0.0,
        cited: bool | None = None,
    ) -> Iterator[Fact]:
        """Facts in the order of documents and places, corrections included, a page at a time.

        Args:
            material: is contained in the material's name, upper and lower case alike.
            cited: only results of other papers, or only the papers' own.

        Raises:
            InputError: there is no such kind.
        """
        return _find.facts(
            self.database, kind=kind, property=property, material=material, reaction=reaction, document=document,
            min_confidence=min_confidence, cited=cited,
        )  # fmt: skip

    def properties(self) -> dict[str, int]:
        """The properties of which there are values, with their number, the commonest first."""
        f = facts_table.c
        query = select(f.property, func.count()).where(f.kind == "value").group_by(f.property)
        with self.database.read() as connection:
            rows = [(str(r[0]), int(r[1])) for r in connection.execute(query)]
        return dict(sorted(rows, key=lambda r: (-r[1], r[0])))

    def counts(self) -> dict[str, int]:
        """How many documents, sentences, values, actions, entities, corrections and skipped files there are."""
        f = facts_table.c
        with self.database.read() as connection:
            kinds = {r[0]: int(r[1]) for r in connection.execute(select(f.kind, func.count()).group_by(f.kind))}

            def one(query: Any) -> int:
                return int(connection.execute(query).scalar() or 0)

            return {
                "documents": one(select(func.count(documents_table.c.id))),
                "sentences": one(select(func.sum(documents_table.c.sentences))),
                "values": kinds.get("value", 0),
                "actions": kinds.get("action", 0),
                "entities": kinds.get("entity", 0),
                "corrections": one(select(func.count(corrections_table.c.id))),
                "skipped": one(select(func.count()).select_from(skipped_table)),
            }


def _item(items: Sequence[Item], fact: str, document: str) -> Item:
    """The one fact whose id begins so."""
    found = [i for i in items if fact and i.id.startswith(fact)]
    if len(found) == 1:
        return found[0]
    mend = f"see 'aichemist literature facts --document {document}'"
    if found:
        raise InputError(f"is the beginning of {len(found)} facts", key="fact", value=fact, mend="write more of it")
    raise InputError(f"is no fact of {document}", key="fact", value=fact, mend=mend)


def _info(row: Any, counts: dict[tuple[str, str], int]) -> DocumentInfo:
    values, actions, entities = (counts.get((row["id"], kind), 0) for kind in ("value", "action", "entity"))
    return DocumentInfo(
        row["id"], row["title"], row["doi"], row["year"], row["licence"], row["journal"], tuple(row["authors"]),
        row["format"], row["name"], row["folder"], row["sha256"], tuple(row["topics"]), row["sentences"],
        values, actions, entities, row["made_by"], row["read_at"],
    )  # fmt: skip
