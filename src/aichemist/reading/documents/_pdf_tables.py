"""Lines of a page that stand as a table: columns told from where the cells of most rows are. Unclear ones are left."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ._pdf_columns import Line
from ._pdf_words import Piece

CAPTION = re.compile(r"^table\s{0,2}(?:S?\d{1,2}|[IVX]{1,4})\b", re.I)
_NUMBER = re.compile(r"\d")
#: rows of one table at most
_MAX_ROWS = 200

Rows = tuple[tuple[str, ...], ...]


def table_at(lines: Sequence[Line], i: int, *, captioned: bool) -> tuple[Rows, int]:
    """The table that begins at line ``i``, its header as the first row, and the number of its lines; else nothing.

    Under a caption two columns and two rows are enough; without one three columns in three rows must stand exactly
    below each other.
    """
    run = _run(lines, i)
    if len(run) < 3:
        return (), 0
    usual = Counter(len(line.cells) for line in run if len(line.cells) > 1)
    if not usual:
        return (), 0
    number = max(usual, key=lambda n: (usual[n], n))
    if usual[number] < (2 if captioned else 3) or number < (2 if captioned else 3):
        return (), 0
    if not captioned and any(len(line.cells) != number for line in run[1 : usual[number]]):
        return (), 0
    columns = _columns([line.cells for line in run if len(line.cells) == number])
    if columns is None:
        return (), 0
    grid = [(line, _placed(line.cells, columns)) for line in run]
    while grid and sum(bool(c) for c in grid[-1][1]) < 2:
        grid.pop()  # what follows is prose or a note
    rows = _rows(grid)
    head = _header_rows(rows)
    body = rows[head:]
    full = sum(bool(c) for r in body for c in r)
    if len(body) < 2 or full < 0.5 * number * len(body) or not any(_NUMBER.search(c) for r in body for c in r):
        return (), 0
    header = tuple(" ".join(dict.fromkeys(r[k] for r in rows[:head] if r[k])) for k in range(number))
    return (header, *(tuple(r) for r in body)), len(grid)


def _run(lines: Sequence[Line], i: int) -> list[Line]:
    """Lines from ``i`` on that may be rows: in one column of one page, no white gap, no line of prose between them."""
    run: list[Line] = []
    for line in lines[i : i + _MAX_ROWS]:
        if run and (line.flow != run[-1].flow or run[-1].base - line.base > 3.2 * line.height):
            break
        wide = line.column[1] - line.column[0]
        if len(line.cells) == 1 and (line.right - line.left > 0.62 * wide or CAPTION.match(line.text)):
            break
        if len(line.cells) == 1 and not run:
            break
        run.append(line)
    while run and len(run[-1].cells) == 1:
        run.pop()
    return run


def _columns(rows: Sequence[Sequence[Piece]]) -> list[tuple[float, float]] | None:
    """Left and right end of each column, or ``None`` where columns run into each other."""
    found = [(min(c.left for c in column), max(c.right for c in column)) for column in zip(*rows, strict=True)]
    if any(a[1] > b[0] - 1 for a, b in itertools.pairwise(found)):
        return None
    return found


def _placed(cells: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> list[str]:
    """Texts of cells by column; a cell that spans several stands in each of them."""
    out = [""] * len(columns)
    for cell in _split(cells, columns):
        over = [k for k, (a, b) in enumerate(columns) if cell.left < b - 1 and cell.right > a + 1]
        if not over:
            middle = (cell.left + cell.right) / 2
            over = [min(range(len(columns)), key=lambda k: abs((columns[k][0] + columns[k][1]) / 2 - middle))]
        for k in over:
            out[k] = f"{out[k]} {cell.text}".strip()
    return out


def _split(cells: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> Iterator[Piece]:
    """Cells parted where a white space in them lies between two columns."""
    between = [(a[1] - 1, b[0] + 1) for a, b in itertools.pairwise(columns)]
    for cell in cells:
        begin, left = 0, cell.left
        for at, x, y in cell.gaps:
            if any(
                (x < right and y > low and x - low < 8 and right - y < 8) or (low <= x and y <= right)
                for low, right in between
            ):
                yield Piece(left, x, cell.base, cell.height, cell.text[begin:at].strip(), cell.bold)
                begin, left = at, y
        yield Piece(left, cell.right, cell.base, cell.height, cell.text[begin:].strip(), cell.bold)


def _rows(grid: Sequence[tuple[Line, list[str]]]) -> list[list[str]]:
    """Rows of cells; a line without a first cell and without figures goes on with the row above where it is close."""
    gaps = sorted(a.base - b.base for (a, _), (b, _) in itertools.pairwise(grid))
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    rows: list[list[str]] = []
    before: Line | None = None
    for line, cells in grid:
        wrapped = before is not None and rows and not cells[0] and not any(_NUMBER.search(c) for c in cells)
        if wrapped and before is not None and before.base - line.base < 0.98 * usual:
            rows[-1] = [f"{a} {b}".strip() for a, b in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        before = line
    return rows


def _header_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows are headings: those before the first in which figures fill most cells behind the first."""
    for i, row in enumerate(rows[:5]):
        values = [c for c in row[1:] if c]
        figures = [
            c for c in values if re.match(r"^[~<>≤≥±−–-]?\s?\d", c) and not re.match(r"^\d{1,4}\s?[°a-zA-Zµμ]{2}", c)
        ]
        if values and 2 * len(figures) >= len(values) and row[0]:
            return max(i, 1)
    full = next((i for i, row in enumerate(rows[:3]) if all(row)), 0)
    return min(full + 1, len(rows) - 1) if full else 1
