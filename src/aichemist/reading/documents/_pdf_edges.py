"""What repeats on the pages of a document and is no text of it: running heads, page numbers, numbers of lines."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from ._pdf_columns import rows_of
from ._pdf_words import Bounds, Piece

#: rows at the top and at the bottom of a page that may be running heads
_ROWS = 3
_DIGITS = re.compile(r"\d{1,9}")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s)?[\s\-–—|]{0,4}(?:S?\d{1,5}|[ivxl]{1,6})(?:\s{0,2}(?:of|/)\s{0,2}\d{1,5})?[\s\-–—|]{0,4}$", re.I
)
_COUNTER = re.compile(r"^\d{1,4}$")


def without_edges(pages: Sequence[tuple[list[Piece], Bounds]]) -> list[list[Piece]]:
    """The pieces of each page without running heads and feet, page numbers and numbers of lines.

    Rows at the edge of a page go when one of them stands at the edge of another page too, whatever numbers they carry,
    or is nothing but a page number, or stands at the height of such rows of other pages; and when white space or
    another size of letters parts them from the text.
    """
    edges = [_edge_blocks(pieces, bounds) for pieces, bounds in pages]
    counts = Counter(key for blocks in edges for key in {_key(row) for block in blocks for row in block})
    heights: Counter[tuple[int, int]] = Counter()
    running: list[list[list[list[Piece]]]] = []
    for blocks in edges:
        running.append([block for block in blocks if any(_runs_on(row, counts) for row in block)])
        heights.update({_place(row) for block in running[-1] for row in block})
    kept: list[list[Piece]] = []
    for (pieces, _), blocks, sure in zip(pages, edges, running, strict=True):
        drop = {id(p) for block in sure for row in block for p in row}
        for block in blocks:
            at = {(y + d, size) for y, size in map(_place, block) for d in (-1, 0, 1)}
            if sum(heights[h] for h in at) >= max(2, 0.4 * len(pages)):
                drop |= {id(p) for row in block for p in row}
        kept.append(_without_line_numbers([p for p in pieces if id(p) not in drop]))
    return kept


def _runs_on(row: Sequence[Piece], counts: Counter[str]) -> bool:
    key = _key(row)
    return (counts[key] > 1 and len(key) > 1) or _PAGE_NUMBER.match(" ".join(p.text for p in row).strip()) is not None


def _place(row: Sequence[Piece]) -> tuple[int, int]:
    """Where a row stands, and the size of its letters, in steps of two points and of one."""
    return round(row[0].base / 2), round(max(p.height for p in row))


def _key(row: Sequence[Piece]) -> str:
    return _DIGITS.sub("#", " ".join(p.text for p in row)).strip().lower()


def _edge_blocks(pieces: Sequence[Piece], bounds: Bounds) -> list[list[list[Piece]]]:
    """Rows at the top and at the bottom of a page, in blocks that white space or another size of letters parts."""
    _, bottom, _, top = bounds
    tall = top - bottom
    found: list[list[list[Piece]]] = []
    high = rows_of([p for p in pieces if p.base > top - 0.2 * tall])
    low = rows_of([p for p in pieces if p.base < bottom + 0.2 * tall])[::-1]
    for rows, at_top in ((high, True), (low, False)):
        block: list[list[Piece]] = []
        for row in rows[: 2 * _ROWS + 1]:
            if block and _parted(block[-1], row):
                if len(block) <= _ROWS:
                    found.append(block)
                block = []
            if (row[0].base <= top - 0.13 * tall) if at_top else (row[0].base >= bottom + 0.11 * tall):
                break
            block.append(row)
        else:
            if block and len(rows) <= 2 * _ROWS and len(pieces) == sum(map(len, rows)):
                found.append(block)  # nothing else is on the page
    return found


def _parted(a: Sequence[Piece], b: Sequence[Piece]) -> bool:
    size, other = max(p.height for p in a), max(p.height for p in b)
    return abs(a[0].base - b[0].base) > 1.7 * max(size, other) or abs(size - other) > 0.08 * max(size, other)


def _without_line_numbers(pieces: list[Piece]) -> list[Piece]:
    """Manuscripts number their lines in the margin: figures below each other that count up over the page."""
    figures = [p for p in pieces if _COUNTER.match(p.text.strip())]
    if len(figures) < 5 or len(pieces) < 10:
        return pieces
    low, high = min(p.base for p in pieces), max(p.base for p in pieces)
    drop: set[int] = set()
    for side in ("left", "right"):
        columns: dict[int, list[Piece]] = {}
        for p in figures:
            columns.setdefault(round(getattr(p, side) / 4), []).append(p)
        for key in columns:
            group = sorted(columns[key] + columns.get(key + 1, []), key=lambda p: -p.base)
            if len(group) < 5 or group[0].base - group[-1].base < 0.5 * (high - low):
                continue
            numbers = [int(p.text) for p in group]
            step, often = Counter(b - a for a, b in itertools.pairwise(numbers)).most_common(1)[0]
            left, right = min(p.left for p in group), max(p.right for p in group)
            outside = min(sum(p.left < left - 4 for p in pieces), sum(p.right > right + 4 for p in pieces))
            if step in (1, 5) and often >= 0.8 * (len(group) - 1) and outside <= 0.1 * len(pieces):
                drop |= {id(p) for p in group}
    return [p for p in pieces if id(p) not in drop]
