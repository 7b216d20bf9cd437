"""Sentences and facts out of the database: BM25 search, and facts by property, material, reaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Select, String, cast, func, select, text

from aichemist.chemistry import InputError

from .._database import Database
from .._tables import literature_document as documents_table
from .._tables import literature_fact as facts_table
from .._tables import literature_sentence as sentences_table
from ._facts import KINDS, Fact
from ._search import fts5, parse_query, ranked, tsquery

#: sentences that PostgreSQL hands over for ranking
_CANDIDATES = 4000
_PAGE = 500


@frozen
class Hit:
    """A sentence that was found; ``score`` is its BM25 score, higher is better."""

    document: str
    title: str
    doi: str
    licence: str
    sentence: str
    start: int
    end: int
    score: float


def search(
    database: Database, words: str, *, limit: int, document: str | None, property: str | None, topic: str | None
) -> list[Hit]:
    """See :meth:`LiteratureStore.search`."""
    query = parse_query(words)
    if not query.wanted:
        raise InputError("holds no word to look for", key="words", value=words, mend="write a word or two")
    with database.read() as connection:
        if database.engine.dialect.name == "sqlite":
            rows = _sqlite(connection, fts5(query), limit, document, property, topic)
        else:
            rows = _candidates(connection, query, limit, document, property, topic)
        heads = {
            row.id: (row.title, row.doi, row.licence)
            for row in connection.execute(
                select(
                    documents_table.c.id, documents_table.c.title, documents_table.c.doi, documents_table.c.licence
                ).where(documents_table.c.id.in_({r[0] for r in rows}))
            )
        }  # fmt: skip
    return [Hit(r[0], *heads.get(r[0], ("", "", "")), r[3], int(r[1]), int(r[2]), float(r[4])) for r in rows]


def _sqlite(
    connection: Connection, match: str, limit: int, document: str | None, property: str | None, topic: str | None
) -> list[tuple[Any, ...]]:
    where = ["literature_fts match :match"]
    asked: dict[str, Any] = {"match": match, "limit": limit}
    if document is not None:
        where.append("f.document = :document")
        asked["document"] = document
    if topic is not None:
        where.append("f.document in (select id from literature_document where cast(topics as text) like :topic)")
        asked["topic"] = _in_list(topic)
    if property is not None:
        where.append(
            "f.rowid in (select d.first_row + v.sentence from literature_fact v join literature_document d "
            "on d.id = v.document where v.kind = 'value' and v.property = :property)"
        )
        asked["property"] = property
    statement = (
        "select f.document, f.start, f.stop, f.text, -bm25(literature_fts) from literature_fts f where "  # noqa: S608
        + " and ".join(where)  # conditions of ours; what people type is bound
        + " order by rank, f.rowid limit :limit"
    )
    return [tuple(r) for r in connection.execute(text(statement), asked)]


def _candidates(
    connection: Connection, query: Any, limit: int, document: str | None, property: str | None, topic: str | None
) -> list[tuple[Any, ...]]:
    """Sentences with all of the words first, then those with any, as many as can be ranked here."""
    c = sentences_table.c
    vector = func.to_tsvector(text("'english'"), c.text)
    found: dict[int, Any] = {}
    for all_of_them in (True, False):
        asked = func.to_tsquery(text("'english'"), tsquery(query, all_of_them=all_of_them))
        chosen = select(sentences_table).where(vector.bool_op("@@")(asked))
        if document is not None:
            chosen = chosen.where(c.document == document)
        if topic is not None:
            about = cast(documents_table.c.topics, String).like(_in_list(topic))
            chosen = chosen.where(c.document.in_(select(documents_table.c.id).where(about)))
        if property is not None:
            rows = select(documents_table.c.first_row + facts_table.c.sentence).join(
                facts_table, facts_table.c.document == documents_table.c.id
            )
            chosen = chosen.where(
                c.id.in_(rows.where(facts_table.c.kind == "value", facts_table.c.property == property))
            )
        for row in connection.execute(chosen.order_by(c.id).limit(_CANDIDATES - len(found))):
            found.setdefault(row.id, row)
        if len(found) >= max(limit, _CANDIDATES // 2):
            break
    sentences = list(found.values())
    scores = ranked(query, [r.text for r in sentences]) if sentences else []
    order = sorted(range(len(sentences)), key=lambda i: (-scores[i], sentences[i].id))[:limit]
    return [(*(getattr(sentences[i], n) for n in ("document", "start", "stop", "text")), scores[i]) for i in order]


def _in_list(word: str) -> str:
    """A pattern for one entry of a JSON list of texts."""
    return '%"' + word.replace("%", "").replace('"', "") + '"%'


def facts(
    database: Database,
    *,
    kind: str | None,
    property: str | None,
    material: str | None,
    reaction: str | None,
    document: str | None,
    min_confidence: float,
    cited: bool | None,
) -> Iterator[Fact]:
    """See :meth:`LiteratureStore.facts`."""
    if kind is not None and kind not in KINDS:
        raise InputError("is no kind of fact", key="kind", value=kind, mend="known are " + ", ".join(KINDS))
    f, d = facts_table.c, documents_table.c
    query = select(facts_table, d.title, d.doi, d.licence, d.first_row).join(
        documents_table, documents_table.c.id == f.document
    )
    for column, wanted in ((f.kind, kind), (f.document, document), (f.cited, cited)):
        if wanted is not None:
            query = query.where(column == wanted)
    for column, wanted in ((f.property, property), (f.reaction, reaction)):
        if wanted is not None:
            query = query.where(func.lower(column) == wanted.lower())
    if material is not None:
        query = query.where(func.lower(f.material).contains(material.lower(), autoescape=True))
    if min_confidence > 0:
        query = query.where(f.confidence >= min_confidence)
    yield from _paged(database, query.order_by(f.document, f.seq))


def _paged(database: Database, query: Select[Any]) -> Iterator[Fact]:
    """A page at a time, each by itself: neither memory nor a lock grows with the number of facts."""
    last: tuple[str, int] | None = None
    c = facts_table.c
    while True:
        page = query.limit(_PAGE)
        if last is not None:
            page = page.where((c.document > last[0]) | ((c.document == last[0]) & (c.seq > last[1])))
        with database.read() as connection:
            rows = connection.execute(page).mappings().all()
            places = [None if row["sentence"] < 0 else row["first_row"] + row["sentence"] for row in rows]
            said = _sentences(connection, {p for p in places if p is not None})
        for row, where in zip(rows, places, strict=True):
            yield _fact(row, "" if where is None else said.get(where, ""))
        if len(rows) < _PAGE:
            return
        last = (rows[-1]["document"], rows[-1]["seq"])


def _sentences(connection: Connection, numbers: set[int]) -> dict[int, str]:
    if not numbers:
        return {}
    if connection.dialect.name != "sqlite":
        c = sentences_table.c
        return {r.id: r.text for r in connection.execute(select(c.id, c.text).where(c.id.in_(numbers)))}
    listed = ",".join(str(int(n)) for n in numbers)
    rows = connection.execute(text(f"select rowid, text from literature_fts where rowid in ({listed})"))  # noqa: S608
    return {int(r[0]): str(r[1]) for r in rows}


def _fact(row: Any, sentence: str) -> Fact:
    return Fact(
        row["id"], row["document"], row["title"], row["doi"], row["licence"], row["kind"], row["property"],
        row["subject"], row["value"], row["upper"], row["comparator"], row["unit"], row["material"], row["reaction"],
        row["conditions"], bool(row["cited"]), row["start"], row["stop"], sentence, row["confidence"], row["made_by"],
        bool(row["corrected"]),
    )  # fmt: skip
