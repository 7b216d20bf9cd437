"""One document's facts: its values, the actions of its procedures and its entities, each with an id of its own."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Literal

from attrs import frozen

from aichemist.chemistry import Action, Condition, Document, Mention, Reading, Value, to_plain

FactKind = Literal["value", "action", "entity"]
KINDS: tuple[FactKind, ...] = ("value", "action", "entity")

Record = Value | Action | Mention


@frozen
class Item:
    """One fact of a reading. ``id`` tells what the machine read and where, so it stays when a person changes the fact.

    ``home`` is the procedure that an action belongs to; ``corrections`` are the numbers of those that made it.
    """

    id: str
    kind: FactKind
    record: Record
    home: int | None = None
    corrections: tuple[int, ...] = ()


@frozen
class Fact:
    """One row of the facts: what is held to be right, where it stands, and who says so.

    For a value ``property`` is the property and ``subject`` the number and unit as written; for an action the operation
    and the verb; for an entity its label and its words. ``start`` and ``end`` are offsets into the document's text.
    ``conditions`` are plain data: the conditions of a value, the settings of an action.
    """

    id: str
    document: str
    title: str
    doi: str
    licence: str
    kind: str
    property: str
    subject: str
    value: float | None
    upper: float | None
    comparator: str
    unit: str
    material: str
    reaction: str
    conditions: Any
    cited: bool
    start: int
    end: int
    sentence: str
    confidence: float
    made_by: str
    corrected: bool


def paper_key(document: Document) -> str:
    """What identifies a paper whatever file it came in: its DOI, else its title and first words."""
    if document.doi:
        return f"doi:{document.doi.lower()}"[:300]
    letters = re.sub(r"[^a-z0-9]+", "", (document.title + document.text[:4000]).lower())
    return f"text:{letters[:200]}" if letters else f"file:{document.sha256}"


def items_of(reading: Reading) -> list[Item]:
    """What the machine read in a document, as facts."""
    paper = paper_key(reading.document)
    taken: dict[str, int] = {}
    found = [Item(_id(paper, "value", v, taken), "value", v) for v in reading.values]
    for home, procedure in enumerate(reading.procedures):
        found += [Item(_id(paper, "action", a, taken), "action", a, home) for a in procedure.actions]
    found += [Item(_id(paper, "entity", m, taken), "entity", m) for m in reading.mentions]
    return found


def claim(record: Record) -> tuple[Any, ...]:
    """What a fact says, without where it stands."""
    if isinstance(record, Value):
        return (record.property, float(record.value), record.unit, record.material)
    if isinstance(record, Action):
        return (record.operation, record.verb)
    return (record.kind,)


def _id(paper: str, kind: str, record: Record, taken: dict[str, int]) -> str:
    said = f"{paper}|{kind}|{record.start}|{record.end}|{claim(record)}"
    number = taken[said] = taken.get(said, 0) + 1
    return hashlib.sha256(f"{said}|{number}".encode(errors="replace")).hexdigest()[:16]


def new_id(paper: str, correction: int) -> str:
    """The id of a fact that a person added."""
    return hashlib.sha256(f"{paper}|added|{correction}".encode(errors="replace")).hexdigest()[:16]


def rows_of(reading: Reading, items: Sequence[Item]) -> list[dict[str, Any]]:
    """The facts of a document as rows of the database."""
    starts = [start for start, _ in reading.sentences]
    text = reading.document.text
    return [
        {
            "document": reading.document.id, "seq": seq, "id": item.id, "kind": item.kind,
            "start": item.record.start, "stop": item.record.end,
            "sentence": max(0, bisect_right(starts, item.record.start) - 1) if starts else -1,
            "corrected": bool(item.corrections), "confidence": item.record.confidence,
            **_columns(item.record, reading.made_by, text),
        }
        for seq, item in enumerate(items)
    ]  # fmt: skip


def _columns(record: Record, made_by: str, text: str) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "value": None, "upper": None, "comparator": "=", "unit": "", "material": "", "reaction": "",
        "conditions": [], "cited": False, "made_by": made_by[:80],
        "subject": safe_text(text[record.start : min(record.end, record.start + 500)]),
    }  # fmt: skip
    if isinstance(record, Value):
        plain |= {
            "property": record.property[:80], "value": record.value, "upper": record.upper,
            "comparator": record.comparator, "unit": record.unit[:40], "material": safe_text(record.material),
            "reaction": record.reaction[:20], "conditions": to_plain(record.conditions), "cited": record.cited,
            "made_by": record.made_by[:80],
        }  # fmt: skip
    elif isinstance(record, Action):
        plain |= {"property": record.operation[:80], "subject": safe_text(record.verb), "conditions": settings(record)}
    else:
        plain["property"] = record.kind[:80]
    return plain


def settings(action: Action) -> dict[str, Any]:
    """The settings of an action as plain data, SI, without those that the text does not give."""
    names = ("temperature_k", "temperature_upper_k", "duration_s", "duration_upper_s", "atmosphere")
    made: dict[str, Any] = {name: v for name in names if (v := getattr(action, name)) not in (None, "")}
    if action.apparatus:
        made["apparatus"] = list(action.apparatus)
    if action.ingredients:
        made["ingredients"] = [
            {
                "text": i.text,
                "role": i.role,
                "name": i.name,
                "formula": i.formula,
                "amounts": [a.text for a in i.amounts],
            }
            for i in action.ingredients
        ]
    made |= {s.name: _shown(s) for s in action.settings}
    return made


def _shown(condition: Condition) -> Any:
    return condition.text if condition.value is None else f"{condition.value:g} {condition.unit}".strip()


def safe_text(text: str) -> str:
    """As long as before, without what databases refuse: NUL and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
