"""A table -> the values in its cells, by what its headings say."""

from __future__ import annotations

import re

from attrs import frozen

from aichemist.chemistry import Condition, Document, ReadTable, Value

from .._tidy import tidied
from ._properties import KINDS, Cue, find_cues
from ._quantities import Item, find_quantities
from ._reactions import find_reactions
from ._units import Unit, unit_at

_MATERIAL = re.compile(
    r"catalyst|material|sample|electrode|compound|compos|anode|cathode|system|entry|specimen|photocatalyst|dye", re.I
)
_SOURCE = re.compile(r"\bref|source|literature|\blit\b|citation|\bdoi\b", re.I)
_OURS = re.compile(r"\b(?:this|present|our) (?:work|study|paper|report)|\bours?\b|\bherein\b", re.I)
_MARK = re.compile(r"\s*\[\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3}){0,5}\s*\]\s*$")
_UNIT_FOLLOWS = re.compile(r"[(\[/,] ?|(?<=[a-z\d)]) ")
_NUMBER_ONLY = re.compile(r"^[\s\d.,±~<>≤≥≈+/@()×x*^-]+$")
_CELL_CURRENT = re.compile(r"^(.{1,40}?) ?@ ?(?:j ?= ?)?(\d{1,4}(?:\.\d{1,3})?)\b")
_ELECTROLYTE_HEAD = re.compile(r"electrolyte|medium|media|solution", re.I)


@frozen
class _Heading:
    """What the numbers under a heading are."""

    property: str
    unit: Unit | None
    current: float | None


def table_values(document: Document, table: ReadTable) -> tuple[Value, ...]:
    """The values in a table; offsets are those of the cells in the document's text.

    Headings give property, unit and current density ("η10 (mV)", "Overpotential at 10 mA cm-2 / mV"); a table that
    has its properties down the first column is read the other way. A row with a reference is another paper's, one
    marked "this work" is not.
    """
    if not table.rows:
        return ()
    named = find_reactions(tidied(table.caption).text)
    reaction = named[0].name if len({r.name for r in named}) == 1 else ""
    caption = _caption_current(table.caption)
    heads = [_heading(h) for h in table.header]
    found: list[Value] = []
    if any(h is not None for h in heads):
        material, source = _column(table, heads, _MATERIAL), _column(table, heads, _SOURCE, default=-1)
        medium = _column(table, heads, _ELECTROLYTE_HEAD, default=-1)
        at = next((j for j, h in enumerate(heads) if h is not None and h.property == "current density"), -1)
        others = any(h is not None and h.property in ("overpotential", "potential", "cell voltage") for h in heads)
        for i, row in enumerate(table.rows):
            name, marked = _material(row[material])
            cited = _is_cited(row[source] if source >= 0 else "", marked, row)
            row_current = _only_number(row[at]) if at >= 0 and others else None
            conditions = (
                (Condition("electrolyte", None, "", row[medium]),) if medium >= 0 and row[medium].strip() else ()
            )  # fmt: skip
            for j, head in enumerate(heads):
                if head is None or j in (material, source, medium) or (j == at and others):
                    continue
                current = (
                    head.current if head.current is not None else row_current if row_current is not None else caption
                )
                found += _of_cell(row[j], table.spans[i][j], head, current, name, reaction, cited, conditions)
        return tuple(found)
    for i, row in enumerate(table.rows):
        head = _heading(row[0])
        if head is None:
            continue
        for j in range(1, len(row)):
            name, marked = _material(table.header[j])
            cited = marked and not _OURS.search(table.header[j])
            current = head.current if head.current is not None else caption
            found += _of_cell(row[j], table.spans[i][j], head, current, name, reaction, cited, ())
    return tuple(found)


def _heading(text: str) -> _Heading | None:
    text = tidied(text).text
    cues = [c for c in find_cues(text) if c.property]
    if not cues:
        bare = [u for u in _units_in(text) if u.kind == "tafel"]
        return _Heading("tafel slope", bare[0], None) if bare else None
    cue = _foremost(cues)
    units = [u for u in _units_in(text) if u.kind in KINDS[cue.property]]
    quantities = [q for q in find_quantities(text) if q.kind == "current density"]
    current = cue.current
    if current is None and quantities and cue.property != "current density":
        current = abs(quantities[0].items[0].value) * quantities[0].unit.factor
    figure = re.search(r"@ ?(\d{1,4})(?![\d.])", text)
    if current is None and figure:
        current = float(figure[1])
    return _Heading(cue.property, units[-1] if units else None, current)


def _foremost(cues: list[Cue]) -> Cue:
    return next((c for c in cues if c.property != "current density"), cues[0])


def _units_in(text: str) -> list[Unit]:
    found = (unit_at(text, m.end()) for m in _UNIT_FOLLOWS.finditer(text))
    return [pair[0] for pair in found if pair is not None]


def _column(table: ReadTable, heads: list[_Heading | None], pattern: re.Pattern[str], default: int = 0) -> int:
    return next((j for j, h in enumerate(table.header) if heads[j] is None and pattern.search(h)), default)


def _material(text: str) -> tuple[str, bool]:
    """The name in a cell without the number of its reference, and whether it had one."""
    bare = _MARK.sub("", text)
    return tidied(bare).text.strip(), bare != text


def _is_cited(source: str, marked: bool, row: tuple[str, ...]) -> bool:
    if any(_OURS.search(cell) for cell in row):
        return False
    return marked or bool(source.strip(" -–—"))


def _only_number(cell: str) -> float | None:
    match = re.search(r"\d{1,5}(?:\.\d{1,4})?", cell)
    return float(match[0]) if match else None


def _caption_current(caption: str) -> float | None:
    found = [q for q in find_quantities(tidied(caption).text) if q.kind == "current density"]
    return abs(found[0].items[0].value) * found[0].unit.factor if len(found) == 1 and len(found[0].items) == 1 else None


def _of_cell(
    cell: str, span: tuple[int, int], head: _Heading, current: float | None, material: str, reaction: str, cited: bool,
    conditions: tuple[Condition, ...],
) -> list[Value]:  # fmt: skip
    text = tidied(cell).text
    at_cell = _CELL_CURRENT.match(text)
    if at_cell and head.property != "current density":
        text, current = at_cell[1], float(at_cell[2])
    items, unit = _items(text, head)
    if unit is None:
        return []
    # a figure only where the property is stated at a current
    stated = head.property in ("overpotential", "potential", "cell voltage", "stability", "faradaic efficiency")
    condition = (
        (Condition("current density", current, "mA/cm2", f"{current:g}"),) if current is not None and stated else ()
    )  # fmt: skip
    return [
        Value(
            property=head.property, value=_round(item.value * unit.factor), unit=unit.name, start=span[0], end=span[1],
            comparator=item.comparator, upper=None if item.upper is None else _round(item.upper * unit.factor),
            uncertainty=None if item.uncertainty is None else _round(item.uncertainty * unit.factor),
            conditions=(*condition, *conditions), material=material, reaction=reaction, cited=cited, confidence=0.9,
        )
        for item in items
    ]  # fmt: skip


def _items(text: str, head: _Heading) -> tuple[tuple[Item, ...], Unit | None]:
    own = [q for q in find_quantities(text) if q.kind in KINDS[head.property]]
    if own:
        return own[0].items, own[0].unit
    if head.unit is None or not _NUMBER_ONLY.match(text) or not any(ch.isdigit() for ch in text):
        return (), None
    # a percent sign stands for any unit here: it only makes the number a quantity
    made = find_quantities(text.strip() + " %")
    return (made[0].items, head.unit) if made else ((), None)


def _round(value: float) -> float:
    return float(f"{value:.9g}")
