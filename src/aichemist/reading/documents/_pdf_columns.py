"""Pieces of a page -> its lines in reading order: columns told from the white space between them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from attrs import define, field

from ._pdf_words import Bounds, Piece

#: width of a bin across the page (points)
_BIN = 2.0
_TABLE = re.compile(r"^table\s{0,2}(?:S?\d{1,2}|[IVX]{1,4})\b", re.I)


@define
class Line:
    """A line of one column; ``cells`` are its pieces, apart where there is wide white space between them.

    ``column`` is the left and right end of its column, ``flow`` a number that is the same for lines that follow each
    other in one column of one page.
    """

    cells: list[Piece]
    base: float
    height: float
    column: tuple[float, float]
    flow: int
    page: int = 0
    text: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.text = " ".join(c.text for c in self.cells)

    @property
    def left(self) -> float:
        return self.cells[0].left

    @property
    def right(self) -> float:
        return max(c.right for c in self.cells)

    @property
    def bold(self) -> bool:
        return all(c.bold for c in self.cells)


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces on one base line, from the top down, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        for row in rows[:-4:-1]:
            tall = max(row, key=lambda p: p.height)
            shift = abs(piece.base - tall.base)
            apart = all(piece.left > p.right - 2 or piece.right < p.left + 2 for p in row)
            limit = 0.3 if abs(piece.height - tall.height) < 0.15 * tall.height else 0.6
            if shift < limit * max(piece.height, tall.height) and apart:
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def gutters(pieces: Sequence[Piece], bounds: Bounds) -> list[float]:
    """Where the columns of a page part, from left to right; empty for one column.

    The page is cut into thin strips. A gutter is white in many strips that have text to both sides of it, and that
    text fills its columns as prose does and the cells of a table do not.
    """
    left, bottom, right, top = bounds
    if len(pieces) < 8 or right - left < 50 or top - bottom < 50:
        return []
    heights = np.array([p.height for p in pieces])
    letters = np.array([len(p.text) for p in pieces])
    size = float(np.median(np.repeat(heights, np.minimum(letters, 200))))
    # points and figures of a drawing say nothing of columns
    pieces = [p for p in pieces if len(p.text) >= 4 and 0.6 * size < p.height < 2.5 * size]
    if len(pieces) < 8:
        return []
    strip = max(0.5 * size, 2.0)
    strips, bins = int((top - bottom) / strip) + 2, int((right - left) / _BIN) + 2
    if strips * bins > 4_000_000:
        return []
    taken = np.zeros((strips, bins), dtype=bool)
    for p in pieces:
        a, b = int((p.base - bottom) / strip), int((p.base + 0.75 * p.height - bottom) / strip)
        c, d = int((p.left - left) / _BIN), int((p.right - left) / _BIN)
        taken[max(a, 0) : max(b, a) + 1, max(c, 0) : max(d, c) + 1] = True
    before = np.logical_or.accumulate(taken, axis=1)
    after = np.logical_or.accumulate(taken[:, ::-1], axis=1)[:, ::-1]
    white = ~taken & before & after
    parted = white.sum(axis=0)
    parted[: int(0.2 * bins)] = 0
    parted[int(0.8 * bins) :] = 0
    found: list[float] = []
    first = 0
    for _ in range(3):
        most = int(parted.max())
        if most < 9 or (found and most < 0.5 * first):
            break
        at = int(parted.argmax())
        a = b = at
        while a > 0 and parted[a - 1] >= 0.8 * most:
            a -= 1
        while b + 1 < bins and parted[b + 1] >= 0.8 * most:
            b += 1
        if not found:
            first = most
        middle = (a + b) // 2
        enough = 0.4 if most >= 20 and abs(middle - bins / 2) < 0.05 * bins else 0.5
        if (b - a + 1) * _BIN >= 0.6 * size and _prose(taken, white[:, middle], middle, enough):
            found.append(left + (middle + 0.5) * _BIN)
        around = int(0.12 * bins)
        parted[max(0, at - around) : at + around + 1] = 0
    if len(found) > 1:
        ends = [min(p.left for p in pieces), *sorted(found), max(p.right for p in pieces)]
        widths = [b - a for a, b in itertools.pairwise(ends)]
        if max(widths) > 1.4 * min(widths):
            return found[:1]
    return sorted(found)


def _prose(taken: np.ndarray, strips: np.ndarray, at: int, enough: float) -> bool:
    """Whether the text to both sides of a gap fills enough of the width that it has."""
    part = taken[strips]
    for side in (part[:, :at], part[:, at:]):
        used = np.flatnonzero(side.any(axis=0))
        if len(used) < 10:
            return False
        if float(side.sum(axis=1).mean()) < enough * (used[-1] - used[0] + 1):
            return False
    return True


def page_lines(pieces: Sequence[Piece], at: Sequence[float], bounds: Bounds, page: int, flow: int) -> list[Line]:
    """The lines of a page in reading order, given where its columns part."""
    wide = bounds[2] - bounds[0]
    if not at:
        found: list[Line] = []
        for group in _beside(list(pieces)):
            flow += 1
            found += _lines(group, (min(p.left for p in group), max(p.right for p in group)), page, flow)
        return found
    across = {id(p) for p in pieces if any(p.left < g - 8 and p.right > g + 8 for g in at)}
    across |= _wide_tables(pieces, at, across)
    columns: list[list[Piece]] = [[] for _ in range(len(at) + 1)]
    band: list[Piece] = []
    order: list[list[Piece]] = []

    def flush() -> None:
        for column in columns:
            if column:
                order.append(list(column))
            column.clear()

    for piece in sorted(pieces, key=lambda p: -p.base):
        if id(piece) in across:
            if any(columns):
                flush()
            band.append(piece)
            continue
        # a short last line of what runs across, or a piece beside it
        if band and abs(piece.base - band[-1].base) < 0.5 * piece.height:
            band.append(piece)
            continue
        if band:
            order.append(list(band))
            band.clear()
        middle = (piece.left + piece.right) / 2
        columns[sum(middle > g for g in at)].append(piece)
    if band:
        order.append(list(band))
    flush()
    order = [part for group in order for part in (_beside(group) if id(group[0]) in across else [group])]
    edges = [bounds[0], *at, bounds[2]]
    found = []
    for group in order:
        flow += 1
        ends = (min(p.left for p in group), max(p.right for p in group))
        if id(group[0]) not in across:
            k = sum((group[0].left + group[0].right) / 2 > g for g in at)
            inside = [p for p in pieces if edges[k] - 4 < p.left and p.right < edges[k + 1] + 4]
            ends = (min(p.left for p in inside), max(p.right for p in inside)) if inside else ends
        elif ends[1] - ends[0] < 0.5 * wide:
            ends = (min(p.left for p in pieces), max(p.right for p in pieces))
        found += _lines(group, ends, page, flow)
    return found


def _beside(group: list[Piece]) -> list[list[Piece]]:
    """A group with notes in its margin (keywords beside an abstract), as what is above, the notes, the text, the rest.

    The text is told by pieces that begin below each other with white space before them, and that are long as prose is.
    """
    if len(group) < 8:
        return [group] if group else []
    first = min(p.left for p in group)
    end = max(p.right for p in group)
    starts = Counter(round(p.left / 2) for p in group)
    for at, number in starts.most_common(3):
        x = 2.0 * at
        if number < 5 or not first + 0.08 * (end - first) < x < first + 0.5 * (end - first):
            continue
        text = [p for p in group if abs(p.left - x) <= 2]
        low, high = min(p.base for p in text), max(p.top for p in text)
        size = sorted(p.height for p in text)[len(text) // 2]
        within = [p for p in group if low - 0.5 * size <= p.base <= high]
        notes = [p for p in within if p.right < x - 0.6 * size]
        if len(notes) < 3 or any(p.left < x - 2.5 < p.right + 0.6 * size for p in within if p not in notes):
            continue
        if sum(p.wide for p in text) < 0.6 * len(text) * (end - x) or any(len(p.text) > 90 for p in notes):
            continue
        above = [p for p in group if p.base > high]
        below = [p for p in group if p.base < low - 0.5 * size]
        right = [p for p in within if p.right >= x - 0.6 * size]
        return [part for part in (above, notes, right, below) if part]
    return [group]


def _wide_tables(pieces: Sequence[Piece], at: Sequence[float], across: set[int]) -> set[int]:
    """Pieces of tables that run across the columns: rows under a caption that does so, until prose comes again."""
    found: set[int] = set()
    captions = [p for p in pieces if id(p) in across and _TABLE.match(p.text)]
    if not captions:
        return found
    rows = rows_of(pieces)
    for caption in captions:
        below = [r for r in rows if r[0].base < caption.base - 0.3 * caption.height]
        region: list[list[Piece]] = []
        last = caption.base
        for row in below[:80]:
            if last - row[0].base > 4 * row[0].height:
                break
            if not any(id(p) in across for p in row) and _two_of_prose(row, at):
                break
            region.append(row)
            last = row[0].base
        while region and len(region[-1]) < 3:
            region.pop()
        if sum(len(r) >= 3 for r in region) >= 2:
            found |= {id(p) for r in region for p in r}
    return found


def _two_of_prose(row: list[Piece], at: Sequence[float]) -> bool:
    """Whether a row is a line of prose in at least one column: one piece that fills it."""
    for k in range(len(at) + 1):
        inside = [p for p in row if sum((p.left + p.right) / 2 > g for g in at) == k]
        width = (at[k] - (at[k - 1] if k else 0)) if k < len(at) else None
        if len(inside) == 1 and inside[0].wide > 0.6 * (width or inside[0].wide + 1) and len(inside[0].text) > 35:
            return True
    return False


def _lines(pieces: Sequence[Piece], column: tuple[float, float], page: int, flow: int) -> list[Line]:
    made = []
    for row in rows_of(pieces):
        tall = max(row, key=lambda p: len(p.text))
        made.append(Line(_cells(row, tall.height), tall.base, tall.height, column, flow, page))
    return made


def _cells(row: list[Piece], size: float) -> list[Piece]:
    """Pieces of a row with white space of more than a letter between them."""
    cells: list[Piece] = []
    for piece in row:
        gap = piece.left - cells[-1].right if cells else 0.0
        if cells and gap < 1.3 * size:
            a = cells[-1]
            glue = "" if gap < 0.08 * size else " "
            shift = len(a.text) + len(glue)
            gaps = [*a.gaps, *([(len(a.text), a.right, piece.left)] if gap > 0.45 * size else [])]
            cells[-1] = Piece(
                a.left, max(a.right, piece.right), a.base, max(a.height, piece.height), a.text + glue + piece.text,
                a.bold and piece.bold, gaps + [(at + shift, x, y) for at, x, y in piece.gaps],
            )  # fmt: skip
        else:
            cells.append(piece)
    return cells
