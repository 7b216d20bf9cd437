"""One page of a PDF: its runs of text as lines, its columns in reading order, and rows that stand like a table."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

from attrs import define, frozen

#: runs of text on one page at most; a drawing with labels may have thousands
_MAX_RUNS = 20_000
#: lines of a running head at most
_EDGE_LINES = 3
_DIGITS = re.compile(r"\d+")


@define
class Segment:
    """A piece of a line: left, bottom, right, top in points, and its text."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return self.top - self.bottom


@frozen
class Block:
    """A line of one column. ``cells`` are its pieces where it stands like a row of a table.

    ``gap`` is the space to the line above in heights of a line, infinite at the top of a column; ``indent`` how far it
    begins right of its column; ``edge`` says that it stands apart at the top or bottom of its page; ``size`` is the
    height of its letters in points.
    """

    text: str
    cells: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    gap: float
    indent: float
    size: float
    edge: bool

    @property
    def key(self) -> str:
        """The same for lines that repeat on each page, whatever numbers they carry; empty for others."""
        return _DIGITS.sub("#", self.text).strip().lower() if self.edge else ""


def page_blocks(page: Any) -> list[Block]:
    """The lines of a page in reading order."""
    width, height = page.get_size()
    segments = _segments(page)
    if not segments:
        return []
    edge = _edge(segments, height)
    columns = _columns([s for s in segments if id(s) not in edge], width)
    head = [s for s in segments if edge.get(id(s)) == "top"]
    foot = [s for s in segments if edge.get(id(s)) == "bottom"]
    blocks = _lines(head, edge=True)
    for column in columns:
        blocks += _lines(column, edge=False)
    return blocks + _lines(foot, edge=True)


def _edge(segments: list[Segment], height: float) -> dict[int, str]:
    """Segments of the lines at the top and bottom of a page that white space sets apart from its text, by their id."""
    rows = _rows(segments)
    found: dict[int, str] = {}
    for name, order in (("top", rows), ("bottom", rows[::-1])):
        group: list[list[Segment]] = []
        for row, following in itertools.pairwise(order):
            near = (
                min(s.bottom for s in row) > 0.88 * height if name == "top" else max(s.top for s in row) < 0.10 * height
            )
            if not near or len(group) >= _EDGE_LINES:
                group = []
                break
            group.append(row)
            apart = (
                min(s.bottom for s in row) - max(s.top for s in following)
                if name == "top"
                else min(s.bottom for s in following) - max(s.top for s in row)
            )
            if apart > 0.8 * max(s.height for s in row):
                break
        else:
            group = []
        found |= {id(s): name for row in group for s in row}
    return found


def _segments(page: Any) -> list[Segment]:
    textpage = page.get_textpage()
    try:
        runs: list[Segment] = []
        for i in range(min(textpage.count_rects(), _MAX_RUNS)):
            left, bottom, right, top = textpage.get_rect(i)
            text = textpage.get_text_bounded(left, bottom, right, top)
            if text and text.strip():
                runs.append(Segment(left, bottom, right, top, text.replace("\r", "").replace("\n", " ")))
        return runs
    finally:
        textpage.close()
        page.close()


def _columns(segments: list[Segment], width: float) -> list[list[Segment]]:
    """Groups of segments in reading order: bands across the page, and left before right between them."""
    middle = _gutter(segments, width)
    if middle is None:
        return [segments]
    order: list[list[Segment]] = []
    left: list[Segment] = []
    right: list[Segment] = []
    crossing: list[Segment] = []

    def flush() -> None:
        for group in (left, right):
            if group:
                order.append(list(group))
            group.clear()

    for segment in sorted(segments, key=lambda s: -s.top):
        if segment.left < middle - 2 and segment.right > middle + 2:
            if left or right:
                flush()
            crossing.append(segment)
        else:
            if crossing:
                order.append(list(crossing))
                crossing.clear()
            (left if (segment.left + segment.right) / 2 < middle else right).append(segment)
    if crossing:
        order.append(list(crossing))
    flush()
    return order


def _gutter(segments: list[Segment], width: float) -> float | None:
    """Where two columns part, or ``None`` for one column: a line that few segments cross and many end or begin at."""
    letters = sum(len(s.text) for s in segments)
    best: tuple[float, float] | None = None
    for step in range(-6, 7):
        x = width / 2 + step * width / 100
        crossing = sum(len(s.text) for s in segments if s.left < x - 1 and s.right > x + 1)
        sides = [
            sum(len(s.text) for s in segments if s.right <= x + 1),
            sum(len(s.text) for s in segments if s.left >= x - 1),
        ]
        if min(sides) < 0.15 * letters:
            continue
        share = crossing / max(letters, 1)
        if best is None or share < best[0] - 1e-9:
            best = (share, x)
    if best is None or best[0] > 0.35:
        return None
    x = best[1]
    # words of one line on both sides of a gap narrower than a gutter are one column
    lines = _rows([s for s in segments if not (s.left < x - 1 and s.right > x + 1)])
    gaps = []
    for line in lines:
        a = [s.right for s in line if s.right <= x + 1]
        b = [s.left for s in line if s.left >= x - 1]
        if a and b:
            gaps.append(min(b) - max(a))
    if len(gaps) >= 3 and sorted(gaps)[len(gaps) // 2] < 0.012 * width:
        return None
    return x


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    """Segments that stand beside each other, from the top down, each row from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (-(s.top + s.bottom) / 2, s.left)):
        centre = (segment.top + segment.bottom) / 2
        # superscripts stand a little higher than their line
        for row in reversed(rows[-3:]):
            tall = max(row, key=lambda s: s.height)
            if tall.bottom - 0.3 * tall.height <= centre <= tall.top + 0.3 * tall.height:
                row.append(segment)
                break
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.left) for row in rows]


def _lines(segments: list[Segment], *, edge: bool) -> list[Block]:
    rows = _rows(segments)
    starts = sorted(row[0].left for row in rows)
    margin = starts[len(starts) // 10] if starts else 0.0
    heights = sorted(max(s.height for s in row) for row in rows)
    usual = heights[len(heights) // 2] if heights else 10.0
    blocks: list[Block] = []
    before: float | None = None
    for row in rows:
        tall = max(row, key=lambda s: s.height)
        cells = _cells(row, usual)
        gap = math.inf if before is None else (before - tall.top) / max(usual, 1.0)
        before = tall.bottom
        blocks.append(
            Block(
                " ".join(t for t, _, _ in cells), tuple(t for t, _, _ in cells),
                tuple((a, b) for _, a, b in cells), gap,
                (row[0].left - margin) / max(usual, 1.0), tall.height, edge,
            )
        )  # fmt: skip
    return blocks


def _cells(row: list[Segment], usual: float) -> list[tuple[str, float, float]]:
    """Pieces of a row with white space of two letters and more between them."""
    cells: list[tuple[str, float, float]] = []
    for segment in row:
        gap = segment.left - cells[-1][2] if cells else 0.0
        if cells and gap < 1.4 * usual:
            text, left, right = cells[-1]
            glue = "" if gap < 0.12 * usual or text.endswith(" ") or segment.text.startswith(" ") else " "
            cells[-1] = (text + glue + segment.text, left, max(right, segment.right))
        else:
            cells.append((segment.text, segment.left, segment.right))
    return [(t.strip(), a, b) for t, a, b in cells if t.strip()]
