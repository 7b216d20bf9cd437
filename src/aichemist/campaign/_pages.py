"""One HTML page per document: its text with the evidence highlighted, and what was read in it; needs no network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import frozen

from aichemist.chemistry import Action, Condition, Reading, Value, format_duration, maker_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from aichemist.records.literature import DocumentInfo, Item, LiteratureStore

#: colours for kinds of entities; kinds beyond these share the last
_COLOURS = 8
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")


@frozen
class Piece:
    """A stretch of text under the same marks; ``anchor`` is the id of a fact that begins here."""

    text: str
    classes: str = ""
    title: str = ""
    anchor: str = ""


@frozen
class Block:
    """Prose, or a table with its cells; ``anchor`` is the number of a section that begins here."""

    pieces: tuple[Piece, ...] = ()
    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    anchor: int | None = None


@frozen
class _Mark:
    start: int
    end: int
    classes: str
    title: str
    anchor: str


def document_page(store: LiteratureStore, document: str) -> str:
    """The page of one document, corrections included and marked.

    Raises:
        InputError: no document has this id.
    """
    info, reading, items = store.info(document), store.reading(document), store.items(document)
    corrections = store.corrections(document=document)
    kinds = Counter(m.kind for m in reading.mentions).most_common()
    colours = {kind: min(i, _COLOURS - 1) for i, (kind, _) in enumerate(kinds)}
    marks = sorted((_mark(i, colours) for i in items), key=lambda m: (m.start, m.end))
    makers = [maker_of(i.record.made_by, corrected=bool(i.corrections)) for i in items if isinstance(i.record, Value)]
    written = sorted({m.label for m in makers if m.ai_generated})
    return environment().get_template("document.html.j2").render(
        info=info, document=reading.document, doi=doi_link(info.doi), attribution=attribution(info),
        blocks=_blocks(reading, marks), kinds=colours, values=[_value_row(i) for i in items if i.kind == "value"],
        procedures=_procedures(reading, items), struck=[c for c in corrections if c.action == "wrong"],
        corrections=corrections, lost={c.id for c in store.lost_corrections(document)},
        flags=reading.flags, written=written, made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    )  # fmt: skip


def index_page(documents: Sequence[DocumentInfo]) -> str:
    """A list of documents with links to their pages, which stand beside it as ``ID.html``."""
    return environment().get_template("documents.html.j2").render(
        documents=documents, links={d.id: doi_link(d.doi) for d in documents},
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    )  # fmt: skip


def attribution(info: DocumentInfo) -> str:
    """The line that a licence such as CC BY asks for: authors, title, journal, year, DOI, licence."""
    authors = ", ".join(info.authors[:8]) + (" et al." if len(info.authors) > 8 else "")
    where = ", ".join(str(p) for p in (info.journal, info.year) if p)
    parts = [p.rstrip(".") for p in (authors, info.title, where, f"doi:{info.doi}" if info.doi else "") if p]
    return ". ".join([*parts, f"Licence: {info.licence or 'not stated'}"]) + "."


def doi_link(doi: str) -> str:
    """The address of a DOI, empty where it is none."""
    return f"https://doi.org/{quote(doi, safe='/().:;-_')}" if _DOI.fullmatch(doi) else ""


def environment() -> Environment:
    """The templates of this room."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("aichemist.campaign", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _mark(item: Item, colours: dict[str, int]) -> _Mark:
    record = item.record
    classes = {"value": "v", "action": "a"}.get(item.kind) or f"e e{colours[record.kind]}"  # type: ignore[union-attr]
    if item.corrections:
        classes += " c"
    return _Mark(record.start, record.end, classes, _described(item), item.id)


def _described(item: Item) -> str:
    record = item.record
    if isinstance(record, Value):
        text = f"{record.property} {shown_number(record)}"
        text += "".join(f", {c.name} {c.text}" for c in record.conditions)
        text += f"; {record.material}" if record.material else ""
        text += f"; {record.reaction}" if record.reaction else ""
        text += "; from another paper" if record.cited else ""
    elif isinstance(record, Action):
        text = f"action {record.verb}: {record.operation or 'no station does this'}"
    else:
        text = record.kind
    return f"{text} ({'corrected by a person' if item.corrections else f'confidence {record.confidence:.2f}'})"


def shown_number(value: Value) -> str:
    """Comparator, number or range, uncertainty and unit."""
    text = "" if value.comparator == "=" else value.comparator + " "
    text += f"{value.value:g}" + ("" if value.upper is None else f" to {value.upper:g}")
    return f"{text}{'' if value.uncertainty is None else f' ± {value.uncertainty:g}'} {value.unit}".strip()


def _blocks(reading: Reading, marks: Sequence[_Mark]) -> list[Block]:
    """The document's text in order, its tables as tables, cut at every mark."""
    document = reading.document
    text = document.text
    tables = sorted((t for t in document.tables if t.rows and t.end <= len(text)), key=lambda t: t.start)
    starts = {s.start: i for i, s in reversed(list(enumerate(document.sections)))}
    cuts = sorted({0, len(text), *(t.start for t in tables), *(t.end for t in tables), *starts})
    inside = {t.start: t for t in tables}
    blocks: list[Block] = []
    past = 0
    for a, b in pairwise(cuts):
        table = inside.get(a)
        if table is not None and table.start >= past:
            past = table.end
            rows = tuple(
                tuple(_pieces(text, start, end, marks) for start, end in row) for row in table.spans
            )  # fmt: skip
            blocks.append(Block((), table.caption, table.header, rows, starts.get(a)))
        elif a >= past:
            blocks.append(Block(_pieces(text, a, b, marks), anchor=starts.get(a)))
    return blocks


def _pieces(text: str, start: int, end: int, marks: Sequence[_Mark]) -> tuple[Piece, ...]:
    here = [m for m in marks if m.start < end and start < m.end]
    cuts = sorted({start, end, *(max(m.start, start) for m in here), *(min(m.end, end) for m in here)})
    pieces = []
    waiting = 0
    active: list[_Mark] = []
    for a, b in pairwise(cuts):
        active = [m for m in active if m.end > a]
        while waiting < len(here) and here[waiting].start <= a:
            active.append(here[waiting])
            waiting += 1
        active = [m for m in active if m.end > a]
        classes = " ".join(dict.fromkeys(c for m in active for c in m.classes.split()))
        anchor = next((m.anchor for m in active if m.start == a and not m.classes.startswith("e")), "")
        pieces.append(Piece(text[a:b], classes, "\n".join(m.title for m in active), anchor))
    return tuple(pieces)


def _value_row(item: Item) -> dict[str, Any]:
    v = item.record
    assert isinstance(v, Value)
    maker = maker_of(v.made_by, corrected=bool(item.corrections))
    remarks = [
        *(["from another paper"] if v.cited else []),
        *v.flags,
        *([] if v.made_by == "rules" or maker.ai_generated else [v.made_by]),
    ]
    return {
        "id": item.id, "property": v.property, "number": shown_number(v), "conditions": _conditions(v.conditions),
        "material": v.material, "reaction": v.reaction, "confidence": v.confidence, "remarks": ", ".join(remarks),
        "corrected": bool(item.corrections), "maker": maker,
    }  # fmt: skip


def _conditions(conditions: Sequence[Condition]) -> str:
    return "; ".join(f"{c.name} {c.text}" for c in conditions)


def _procedures(reading: Reading, items: Sequence[Item]) -> list[list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for item in items:
        if isinstance(item.record, Action):
            found.setdefault(item.home if item.home is not None else item.id, []).append(_action_row(item, item.record))
    return [sorted(rows, key=lambda r: int(r["start"])) for rows in found.values()]


def _action_row(item: Item, action: Action) -> dict[str, Any]:
    temperature = "" if action.temperature_k is None else f"{action.temperature_k - 273.15:.4g} °C"
    if action.temperature_upper_k is not None:
        temperature += f" to {action.temperature_upper_k - 273.15:.4g} °C"
    duration = "" if action.duration_s is None else format_duration(action.duration_s)
    if action.duration_upper_s is not None:
        duration += f" to {format_duration(action.duration_upper_s)}"
    used = [
        f"{i.text}{f' = {i.formula}' if i.formula and i.formula != i.text else ''}"
        + "".join(f", {a.text}" for a in i.amounts)
        for i in action.ingredients
    ]
    settings = [temperature, duration, action.atmosphere, *action.apparatus, *(s.text for s in action.settings)]
    return {
        "id": item.id, "start": action.start, "verb": action.verb, "operation": action.operation,
        "with": "; ".join(used), "settings": ", ".join(s for s in settings if s), "corrected": bool(item.corrections),
    }  # fmt: skip
