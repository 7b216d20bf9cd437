"""Readings in the database: written once per document, found again by words, by property, by topic."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection, delete, func, insert, select, text, update

from aichemist.chemistry import Document, InputError, Reading, Skipped, Value, from_plain, to_plain

from .._database import Database
from .._tables import literature_correction as corrections_table
from .._tables import literature_document as documents_table
from .._tables import literature_sentence as sentences_table
from .._tables import literature_skipped as skipped_table
from .._tables import literature_value as values_table
from ._corrections import Correction, CorrectionAction, corrected
from ._search import fts5, parse_query, ranked, tsquery

#: rows of the full-text table that belong to one document lie together, from a number of its own
_ROOM = 1_000_000
_FTS5 = (
    "select document, start, stop, text, -bm25(literature_fts) as score from literature_fts "
    "where literature_fts match :query order by score desc, rowid limit :limit"
)
_FTS5_ONE = _FTS5.replace(" order by", " and document = :document order by")
#: sentences that PostgreSQL hands over for ranking
_CANDIDATES = 2000


@frozen
class DocumentInfo:
    """One document of the store, without its text."""

    id: str
    title: str
    doi: str
    year: int | None
    licence: str
    journal: str
    format: str
    name: str
    folder: str
    topics: tuple[str, ...]
    sentences: int
    values: int
    made_by: str
    read_at: datetime


@frozen
class Hit:
    """A sentence that was found; ``score`` is its BM25 score, higher is better."""

    document: str
    title: str
    doi: str
    sentence: str
    start: int
    end: int
    score: float


@frozen
class Added:
    """What became of readings that were handed over: new ones, read again, and papers that were there before."""

    new: int
    again: int
    duplicates: tuple[tuple[str, str], ...]


class LiteratureStore:
    """The literature in a database. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._sqlite = database.engine.dialect.name == "sqlite"

    # ---------------------------------------------------------------- writing

    def add(self, readings: Sequence[Reading], *, folder: str = "") -> Added:
        """Store readings. A file that was read before is replaced; a paper that another file holds is left out.

        Two files hold one paper when their DOIs agree, or where one has none their titles and beginnings.
        """
        new = again = 0
        duplicates: list[tuple[str, str]] = []
        with self.database.begin() as connection:
            for reading in readings:
                old = self._same_file(connection, reading, folder)
                twin = self._same_paper(connection, reading, folder)
                if twin is not None and (old is None or twin != old):
                    duplicates.append((reading.document.name, twin))
                    self._note_skipped(connection, folder, reading.document.name, f"the same paper as {twin}")
                    continue
                if old is not None:
                    self._remove(connection, old)
                    again += 1
                else:
                    new += 1
                self._write(connection, reading, folder, old)
        return Added(new, again, tuple(duplicates))

    def note_skipped(self, skipped: Iterable[Skipped], *, folder: str = "") -> None:
        """Remember files that could not be read."""
        with self.database.begin() as connection:
            for item in skipped:
                self._note_skipped(connection, folder, item.name, item.reason)

    def remove(self, document: str) -> None:
        """Take a document out. Corrections of it stay, for when it is read again.

        Raises:
            InputError: no document has this id.
        """
        self.info(document)
        with self.database.begin() as connection:
            self._remove(connection, document)

    def correct(
        self,
        document: str,
        action: CorrectionAction,
        *,
        start: int,
        end: int,
        fields: dict[str, Any],
        who: str,
        note: str = "",
        subject: Value | None = None,
    ) -> int:
        """Store what a person says of ``[start, end)`` of a document; its number.

        Raises:
            InputError: no such document, or the span lies outside it.
        """
        found = self.machine_reading(document).document
        if not 0 <= start < end <= len(found.text):
            raise InputError("lies outside the document", key="at", value=f"{start} to {end}")
        seen = {} if subject is None else {"property": subject.property, "value": subject.value, "unit": subject.unit}
        with self.database.begin() as connection:
            result = connection.execute(
                insert(corrections_table).values(
                    paper=_paper(found), start=start, stop=end,
                    quote=found.text[start:end], action=action, subject=seen, fields=fields, who=who, note=note,
                    made_at=datetime.now(UTC),
                )
            )  # fmt: skip
            key = result.inserted_primary_key
            return int(key[0]) if key else 0

    # ---------------------------------------------------------------- reading

    def known(self, made_by: str) -> frozenset[str]:
        """SHA-256 sums of the files that this version of the reader has read."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(documents_table.c.sha256).where(documents_table.c.made_by == made_by)
            ).scalars()
            return frozenset(rows)

    def documents(self, *, topic: str | None = None, folder: str | None = None) -> list[DocumentInfo]:
        """The documents in the order of their ids, or only those on a topic or from a folder."""
        counts = select(values_table.c.document, func.count().label("n")).group_by(values_table.c.document).subquery()
        query = select(
            *(c for c in documents_table.c if c.name != "reading"), func.coalesce(counts.c.n, 0).label("values")
        ).outerjoin(counts, counts.c.document == documents_table.c.id)
        if folder is not None:
            query = query.where(documents_table.c.folder == folder)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(documents_table.c.id)).mappings().all()
        found = [_info(row) for row in rows]
        return [d for d in found if topic is None or topic in d.topics]

    def info(self, document: str) -> DocumentInfo:
        """One document.

        Raises:
            InputError: no document has this id; the message names near ones.
        """
        by_id = {d.id: d for d in self.documents()}
        if document not in by_id:
            import difflib

            near = difflib.get_close_matches(document, by_id, n=3)
            mend = f"did you mean {', '.join(near)}?" if near else "see 'aichemist literature list'"
            raise InputError("no document has this id", key="document", value=document, mend=mend)
        return by_id[document]

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
        return corrected(reading, self.corrections(document=reading))

    def readings(self, *, topic: str | None = None, folder: str | None = None) -> Iterator[Reading]:
        """All readings, corrected, one at a time: memory does not grow with their number."""
        for info in self.documents(topic=topic, folder=folder):
            yield self.reading(info.id)

    def corrections(self, *, document: Reading | None = None) -> list[Correction]:
        """Corrections, the oldest first; all of them, or those of one document."""
        query = select(corrections_table).order_by(corrections_table.c.id)
        if document is not None:
            query = query.where(corrections_table.c.paper == _paper(document.document))
        with self.database.read() as connection:
            return [Correction(**row) for row in connection.execute(query).mappings()]

    def skipped(self) -> list[Skipped]:
        """Files that could not be read, and why."""
        query = select(skipped_table).order_by(skipped_table.c.folder, skipped_table.c.name)
        with self.database.read() as connection:
            return [Skipped(row.name, row.reason) for row in connection.execute(query)]

    def search(self, words: str, *, limit: int = 20, document: str | None = None) -> list[Hit]:
        """Sentences by BM25, best first.

        ``words`` are plain words, ``"exact phrases"`` and ``-without``; nothing in it is an instruction.

        Raises:
            InputError: there is no word to look for.
        """
        query = parse_query(words)
        if not query.wanted:
            raise InputError("holds no word to look for", key="words", value=words, mend="write a word or two")
        with self.database.read() as connection:
            rows: list[tuple[Any, ...]]
            if self._sqlite:
                asked = {"query": fts5(query), "limit": limit, "document": document}
                rows = [tuple(r) for r in connection.execute(text(_FTS5_ONE if document else _FTS5), asked)]
            else:
                vector = func.to_tsvector("english", sentences_table.c.text)
                chosen = select(sentences_table).where(vector.bool_op("@@")(func.to_tsquery("english", tsquery(query))))
                if document:
                    chosen = chosen.where(sentences_table.c.document == document)
                found = connection.execute(chosen.order_by(sentences_table.c.id).limit(_CANDIDATES)).all()
                scores = ranked(query, [r.text for r in found]) if found else []
                order = sorted(range(len(found)), key=lambda i: (-scores[i], found[i].id))[:limit]
                rows = [(found[i].document, found[i].start, found[i].stop, found[i].text, scores[i]) for i in order]
            titles = {
                row.id: (row.title, row.doi)
                for row in connection.execute(
                    select(documents_table.c.id, documents_table.c.title, documents_table.c.doi).where(
                        documents_table.c.id.in_({r[0] for r in rows})
                    )
                )
            }
        return [Hit(r[0], *titles.get(r[0], ("", "")), r[3], int(r[1]), int(r[2]), float(r[4])) for r in rows]

    def counts(self) -> dict[str, int]:
        """How many documents, sentences, values, corrections and skipped files there are."""
        with self.database.read() as connection:
            return {
                "documents": int(connection.execute(select(func.count(documents_table.c.id))).scalar() or 0),
                "sentences": int(connection.execute(select(func.sum(documents_table.c.sentences))).scalar() or 0),
                "values": int(connection.execute(select(func.count()).select_from(values_table)).scalar() or 0),
                "corrections": int(connection.execute(select(func.count(corrections_table.c.id))).scalar() or 0),
                "skipped": int(connection.execute(select(func.count()).select_from(skipped_table)).scalar() or 0),
            }

    # ---------------------------------------------------------------- inside a transaction

    def _same_file(self, connection: Connection, reading: Reading, folder: str) -> str | None:
        d = reading.document
        query = select(documents_table.c.id).where(documents_table.c.folder == folder, documents_table.c.name == d.name)
        found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def _same_paper(self, connection: Connection, reading: Reading, folder: str) -> str | None:
        d = reading.document
        query = select(documents_table.c.id).where(
            documents_table.c.paper == _paper(d),
            (documents_table.c.folder != folder) | (documents_table.c.name != d.name),
        )
        found = connection.execute(query).scalar()
        if found is None and d.sha256:
            same = select(documents_table.c.id).where(
                documents_table.c.sha256 == d.sha256,
                (documents_table.c.folder != folder) | (documents_table.c.name != d.name),
            )
            found = connection.execute(same).scalar()
        return None if found is None else str(found)

    def _write(self, connection: Connection, reading: Reading, folder: str, old: str | None) -> None:
        d = reading.document
        name = old or self._free_id(connection, d.id, d.sha256)
        if name != d.id:
            d = evolve(d, id=name)
            reading = evolve(reading, document=d)
        first = _ROOM * (
            1 + int(connection.execute(select(func.max(documents_table.c.first_row))).scalar() or 0) // _ROOM
        )
        connection.execute(
            insert(documents_table).values(
                id=d.id, sha256=d.sha256, paper=_paper(d), doi=d.doi,
                title=d.title, year=d.year, licence=d.licence, journal=d.journal, format=d.format, name=d.name,
                folder=folder, topics=list(reading.topics), sentences=len(reading.sentences), first_row=first,
                made_by=reading.made_by, read_at=datetime.now(UTC),
                reading=zlib.compress(json.dumps(to_plain(reading), ensure_ascii=False).encode(), 6),
            )
        )  # fmt: skip
        if reading.values:
            connection.execute(
                insert(values_table),
                [
                    {"document": d.id, "seq": i, "property": v.property[:80], "value": v.value, "unit": v.unit[:40],
                     "material": v.material, "reaction": v.reaction[:20]}
                    for i, v in enumerate(reading.values)
                ],
            )  # fmt: skip
        rows = [
            {"row": first + i, "document": d.id, "start": a, "stop": b, "text": d.text[a:b]}
            for i, (a, b) in enumerate(reading.sentences)
        ]
        if rows and self._sqlite:
            connection.execute(
                text(
                    "insert into literature_fts(rowid, text, document, start, stop) "
                    "values (:row, :text, :document, :start, :stop)"
                ),
                rows,
            )
        elif rows:
            connection.execute(insert(sentences_table), [{k: v for k, v in r.items() if k != "row"} for r in rows])
        connection.execute(
            delete(skipped_table).where(skipped_table.c.folder == folder, skipped_table.c.name == d.name)
        )

    def _remove(self, connection: Connection, document: str) -> None:
        row = connection.execute(select(documents_table.c.first_row).where(documents_table.c.id == document)).scalar()
        if self._sqlite and row is not None:
            connection.execute(
                text("delete from literature_fts where rowid >= :first and rowid < :stop"),
                {"first": row, "stop": row + _ROOM},
            )
        connection.execute(delete(sentences_table).where(sentences_table.c.document == document))
        connection.execute(delete(values_table).where(values_table.c.document == document))
        connection.execute(delete(documents_table).where(documents_table.c.id == document))

    def _free_id(self, connection: Connection, wanted: str, sha256: str) -> str:
        name, number = wanted, 1
        while connection.execute(select(documents_table.c.id).where(documents_table.c.id == name)).first():
            name = f"{wanted[:100]}-{sha256[:6]}" if number == 1 and sha256 else f"{wanted[:100]}-{number}"
            number += 1
        return name

    def _note_skipped(self, connection: Connection, folder: str, name: str, reason: str) -> None:
        values = {"reason": reason, "seen_at": datetime.now(UTC)}
        where = (skipped_table.c.folder == folder, skipped_table.c.name == name)
        if connection.execute(update(skipped_table).where(*where).values(**values)).rowcount == 0:
            connection.execute(insert(skipped_table).values(folder=folder, name=name, **values))


def _info(row: Any) -> DocumentInfo:
    return DocumentInfo(
        row["id"], row["title"], row["doi"], row["year"], row["licence"], row["journal"], row["format"], row["name"],
        row["folder"], tuple(row["topics"]), row["sentences"], int(row["values"]), row["made_by"], row["read_at"],
    )  # fmt: skip


def _paper(document: Document) -> str:
    """What identifies a paper whatever file it came in: its DOI, else its title and first words."""
    if document.doi:
        return f"doi:{document.doi.lower()}"[:300]
    letters = re.sub(r"[^a-z0-9]+", "", (document.title + document.text[:4000]).lower())
    return f"text:{letters[:200]}"
