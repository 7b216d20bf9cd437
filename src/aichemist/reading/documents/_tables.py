"""Rows of markup with spans -> a rectangular table with one heading per column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ._markup import Element, children, descendants, flat, local

#: larger than this is data, not a table of an article
MAX_CELLS = 20_000


def grid(rows: Iterable[Iterable[tuple[str, int, int]]]) -> list[list[str]]:
    """Cells with ``(text, colspan, rowspan)`` as a rectangle; a spanning cell is repeated in each place it covers."""
    made: list[list[str]] = []
    # what rows above hang into a column: text and how many rows are left
    hanging: dict[int, tuple[str, int]] = {}
    total = 0
    for row in rows:
        out: list[str] = []
        for text, columns, lines in row:
            _hang(out, hanging)
            for _ in range(min(max(columns, 1), 100)):
                if lines > 1:
                    hanging[len(out)] = (text, min(lines, 1000))
                    _hang(out, hanging)
                else:
                    out.append(text)
        _hang(out, hanging)
        made.append(out)
        total += len(out)
        if total > MAX_CELLS:
            break
    width = max((len(r) for r in made), default=0)
    return [r + [""] * (width - len(r)) for r in made]


def _hang(out: list[str], hanging: dict[int, tuple[str, int]]) -> None:
    """Fill the next columns of a row with the cells that hang down into them."""
    while len(out) in hanging:
        column = len(out)
        text, left = hanging.pop(column)
        if left > 1:
            hanging[column] = (text, left - 1)
        out.append(text)


def heading(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of headings as one text per column; a heading that spans rows is said once."""
    width = max((len(r) for r in rows), default=0)
    return [" ".join(dict.fromkeys(r[i] for r in rows if i < len(r) and r[i])) for i in range(width)]


def without_note_marks(element: Element) -> bool:
    """Whether an element is a raised letter or sign at the end of a cell, which points to a note below the table."""
    if local(element) not in ("sup", "superscript"):
        return False
    text = "".join(element.itertext()).strip()
    if not re.match(r"^(?:[a-j]|[*†‡§¶#⁎]{1,4})(?:,\s?[a-j])?$", text) or (element.tail or "").strip():
        return False
    before = element.getprevious()
    said = (before.tail or "") if before is not None else (element.getparent().text or "")
    return len(said.strip()) > 1 or before is not None


def html_table(table: Element, skip: Callable[[Element], bool]) -> tuple[list[str], list[list[str]]]:
    """Header and body of an HTML or JATS table; without ``thead`` the first row with ``th`` cells is the header."""
    head_rows: list[Any] = []
    body_rows: list[Any] = []
    for row in descendants(table, "tr"):
        parent = row.getparent()
        in_head = parent is not None and local(parent) == "thead"
        cells = list(children(row, "td", "th"))
        all_heads = bool(cells) and all(local(c) == "th" for c in cells)
        (head_rows if in_head or (all_heads and not body_rows) else body_rows).append(cells)
    if not head_rows and body_rows:
        head_rows, body_rows = body_rows[:1], body_rows[1:]

    def cell(c: Element) -> tuple[str, int, int]:
        return flat(c, skip), _number(c.get("colspan")), _number(c.get("rowspan"))

    whole = grid([cell(c) for c in row] for row in [*head_rows, *body_rows])
    return heading(whole[: len(head_rows)]), whole[len(head_rows) :]


def cals_table(group: Element, skip: Callable[[Element], bool]) -> tuple[list[str], list[list[str]]]:
    """Header and body of a CALS ``tgroup``, as Elsevier's articles have them."""
    names = [c.get("colname", "") for c in children(group, "colspec")]

    def cell(entry: Element) -> tuple[str, int, int]:
        columns = 1
        if entry.get("namest") in names and entry.get("nameend") in names:
            columns = names.index(entry.get("nameend")) - names.index(entry.get("namest")) + 1
        return flat(entry, skip), columns, _number(entry.get("morerows"), 0) + 1

    head = [list(children(r, "entry")) for h in children(group, "thead") for r in children(h, "row")]
    body = [list(children(r, "entry")) for b in children(group, "tbody") for r in children(b, "row")]
    if not head and body:
        head, body = body[:1], body[1:]
    whole = grid([cell(c) for c in row] for row in [*head, *body])
    return heading(whole[: len(head)]), whole[len(head) :]


def _number(text: str | None, default: int = 1) -> int:
    return int(text) if text and text.strip().isdigit() and len(text) < 5 else default
