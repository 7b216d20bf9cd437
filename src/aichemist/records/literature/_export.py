"""Facts and corrections as plain rows for other programs, and corrections as training data (JSON lines, BRAT)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aichemist.chemistry import Reading, maker_of

from ._corrections import Correction, place
from ._facts import Fact, safe_text

if TYPE_CHECKING:
    from ._store import LiteratureStore

#: the columns of :func:`fact_row`
FACT_COLUMNS = (
    "id", "document", "doi", "title", "licence", "kind", "property", "comparator", "value", "upper", "unit",
    "material", "reaction", "conditions", "cited", "quote", "start", "end", "sentence", "confidence", "made_by",
    "made_by_kind", "ai_generated", "corrected",
)  # fmt: skip


def fact_row(fact: Fact) -> dict[str, Any]:
    """A fact as one flat row: what, of what, under what conditions, and its place with DOI and offsets."""
    maker = maker_of(fact.made_by, corrected=fact.corrected)
    return {
        "id": fact.id, "document": fact.document, "doi": fact.doi, "title": fact.title, "licence": fact.licence,
        "kind": fact.kind, "property": fact.property, "comparator": fact.comparator if fact.kind == "value" else "",
        "value": fact.value, "upper": fact.upper, "unit": fact.unit, "material": fact.material,
        "reaction": fact.reaction, "conditions": _conditions(fact), "cited": fact.cited, "quote": fact.subject,
        "start": fact.start, "end": fact.end, "sentence": " ".join(fact.sentence.split()),
        "confidence": fact.confidence, "made_by": fact.made_by,
        "made_by_kind": maker.kind, "ai_generated": maker.ai_generated, "corrected": fact.corrected,
    }  # fmt: skip


def _conditions(fact: Fact) -> str:
    if isinstance(fact.conditions, dict):
        plain = {k: v for k, v in fact.conditions.items() if k != "ingredients"}
        used = [i["text"] for i in fact.conditions.get("ingredients", ())]
        shown = [f"{k}: {', '.join(v) if isinstance(v, list) else v}" for k, v in plain.items()]
        return "; ".join(shown + ([f"ingredients: {', '.join(used)}"] if used else []))
    return "; ".join(f"{c['name']}: {c['text']}" for c in fact.conditions)


def correction_row(correction: Correction, text: str | None = None, sentences: Any = ()) -> dict[str, Any]:
    """A correction as one row: the machine's fact, the person's word, and the sentence with offsets into it.

    Args:
        text: the document's text now, ``None`` where the document is no longer there.
        sentences: the offsets of its sentences.
    """
    row: dict[str, Any] = {
        "id": correction.id, "paper": correction.paper, "document": correction.document,
        "sha256": correction.sha256, "kind": correction.kind, "action": correction.action,
        "start": correction.start, "end": correction.stop, "quote": correction.quote, "before": correction.before,
        "after": correction.after, "machine": dict(correction.subject), "person": dict(correction.fields),
        "who": correction.who, "note": correction.note, "made_at": correction.made_at.isoformat(),
    }  # fmt: skip
    span = None if text is None else place(text, correction)
    if text is not None and span is not None:
        start, end = next(((a, b) for a, b in sentences if a <= span[0] < b), span)
        row |= {
            "sentence": safe_text(text[start : max(end, span[1])]), "start_in_sentence": span[0] - start,
            "end_in_sentence": span[1] - start,
        }  # fmt: skip
    return row


def brat_pairs(store: LiteratureStore) -> Iterator[tuple[str, str, str]]:
    """Name, text and BRAT annotation of every document whose entities a person corrected, ready as training data.

    Only the sentences with a correction are written, since only they were looked at; in them every entity and the
    links between them stand as they are held to be right.
    """
    by_document: dict[str, list[Correction]] = {}
    known = {d.id for d in store.documents()}
    for correction in store.corrections():
        if correction.kind == "entity" and correction.document in known:
            by_document.setdefault(correction.document, []).append(correction)
    for document, corrections in by_document.items():
        reading = store.reading(document)
        text, annotation = _standoff(reading, corrections)
        if text:
            yield document, text, annotation


def _standoff(reading: Reading, corrections: list[Correction]) -> tuple[str, str]:
    text = reading.document.text
    places = [p for c in corrections if (p := place(text, c)) is not None]
    seen = [(a, b) for a, b in reading.sentences if any(s < b and a < e for s, e in places)]
    pieces: list[str] = []
    lines: list[str] = []
    names: dict[int, str] = {}
    at = 0
    for a, b in seen:
        pieces.append(safe_text(text[a:b]))
        for i, m in enumerate(reading.mentions):
            if a <= m.start and m.end <= b:
                names[i] = f"T{len(names) + 1}"
                words = " ".join(text[m.start : m.end].split("\n"))
                lines.append(f"{names[i]}\t{m.kind} {m.start - a + at} {m.end - a + at}\t{safe_text(words)}")
        at += b - a + 1
    number = 0
    for link in reading.links:
        if link.head in names and link.tail in names:
            number += 1
            lines.append(f"R{number}\t{link.kind} Arg1:{names[link.head]} Arg2:{names[link.tail]}")
    return "\n".join(pieces) + "\n" if pieces else "", "".join(line + "\n" for line in lines)
