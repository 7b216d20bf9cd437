"""Lines of pages -> headings, paragraphs and tables: words joined at line ends, what floats put beside the sentence."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, evolve

from ._pdf_columns import Line
from ._pdf_hyphens import Words, joined_lines
from ._pdf_tables import CAPTION, table_at
from ._pdf_words import SOFT_HYPHEN
from ._sections import is_heading_word

#: the beginning of a caption; "Fig. 2 shows" begins a sentence
_FLOAT = re.compile(
    r"^(?:[Ff]ig(?:ure)?|FIG(?:URE)?|[Ss]cheme|SCHEME|[Tt]able|TABLE|[Cc]hart|CHART)\.?\s{0,2}(?:S?\d{1,2}|[IVX]{1,4})"
    r"(?:[.:|)]|\s{0,3}$|\s{1,3}[A-Z(\d])"
)
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-H]\.)\s{1,4}(?=[A-Z])")
_FINISHED = re.compile(r"[.!?:。！？]['\"”’)\]\d,–-]{0,8}$")
#: white space between lines of one paragraph, in usual distances of lines
_GAP = 1.4


@define
class Item:
    """A heading, a paragraph, a caption, or a table (``rows`` with the header first) under its caption.

    ``full`` says that its last line fills its column.
    """

    text: str = ""
    kind: str = "text"
    size: float = 0.0
    rows: tuple[tuple[str, ...], ...] = ()
    full: bool = False


@define
class Style:
    """How the body of a document is set: size of its letters, distance of its lines, whether it is bold."""

    size: float
    pitch: float
    bold: bool


def style_of(lines: Sequence[Line]) -> Style:
    """The style in which most letters of a document stand."""
    sizes: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        sizes[round(line.height * 2) / 2, line.bold] += len(line.text)
    size, bold = sizes.most_common(1)[0][0] if sizes else (10.0, False)
    gaps = sorted(
        a.base - b.base for a, b in itertools.pairwise(lines)
        if a.flow == b.flow and abs(a.height - size) < 0.6 and 0.8 * size < a.base - b.base < 3.5 * size
    )  # fmt: skip
    return Style(size, gaps[len(gaps) // 2] if gaps else 1.2 * size, bold)


def items_of(lines: Sequence[Line], style: Style) -> list[Item]:
    """Headings, paragraphs and tables in order."""
    known = Words(lines)
    return _mended([i for i in _blocks(lines, style, known) if not _is_label(i)], style, known)


def _blocks(lines: Sequence[Line], style: Style, known: Words) -> Iterator[Item]:
    held: list[Line] = []
    kind = "text"

    def flush() -> Iterator[Item]:
        if held:
            text = joined_lines([line.text for line in held], known)
            if text:
                yield Item(text, kind, sum(line.height for line in held) / len(held), full=_full(held[-1]))
            held.clear()

    i = 0
    while i < len(lines):
        line = lines[i]
        captioned = kind == "caption" and bool(held) and CAPTION.match(held[0].text) is not None and len(held) <= 8
        if len(line.cells) > 1 and (captioned or not held or _parts(held[-1], line, style)):
            rows, used = table_at(lines, i, captioned=captioned)
            if rows:
                caption = joined_lines([h.text for h in held], known) if captioned else ""
                if captioned:
                    held.clear()
                yield from flush()
                yield Item(caption, "table", line.height, rows)
                i, kind = i + used, "text"
                continue
        goes_on = bool(held) and _unfinished(held[-1]) and not _parts(held[-1], line, style)
        if kind != "heading" and not goes_on and _is_heading(lines, i, style):
            yield from flush()
            kind = "heading"
            held.append(line)
            i += 1
            continue
        if held and kind == "heading":
            same = line.bold == held[-1].bold and abs(line.height - held[-1].height) < 0.04 * line.height
            if not (
                same
                and not _parts(held[-1], line, style)
                and _is_heading(lines, i, style)
                and not _NUMBERED.match(line.text)
            ):
                yield from flush()
                kind = "text"
                continue
        elif held and _parts(held[-1], line, style):
            yield from flush()
        if not held:
            kind = "caption" if _FLOAT.match(line.text) else "text"
        held.append(line)
        i += 1
    yield from flush()


def _full(line: Line) -> bool:
    return line.right > line.column[1] - 0.12 * (line.column[1] - line.column[0])


def _unfinished(line: Line) -> bool:
    text = line.text.rstrip()
    return _FINISHED.search(text) is None and (text.endswith((SOFT_HYPHEN, "-", ",")) or _full(line))


def _parts(before: Line, line: Line, style: Style) -> bool:
    """Whether a paragraph ends between two lines."""
    if len(line.cells) > 2 or len(before.cells) > 2:
        return True
    if abs(before.height - line.height) > 0.07 * max(before.height, line.height) and len(line.text) > 3:
        return True
    text = line.text
    small = text[:1].islower() or before.text.endswith((SOFT_HYPHEN, "-"))
    if before.flow != line.flow:
        return not _unfinished(before) or _FLOAT.match(text) is not None
    gap = (before.base - line.base) / max(style.pitch * line.height / style.size, 1.0)
    if gap < 0.1:
        return False
    if gap > _GAP and not (small and _unfinished(before) and gap < 3):
        return True
    if before.bold != line.bold and (before.bold or gap > 1.2) and not _unfinished(before):
        return True
    finished = _FINISHED.search(before.text.rstrip()) is not None
    wide = before.column[1] - before.column[0]
    short = before.right < before.column[1] - 0.15 * wide
    indent = line.left - line.column[0] > 0.7 * line.height and line.left - before.left > 0.5 * line.height
    if _FLOAT.match(text) and re.match(r"^\S{1,8}\.?\s{0,2}\S{1,4}\s?[.:|]", text) and (finished or short):
        return True
    return finished and (short or indent)


def _is_heading(lines: Sequence[Line], i: int, style: Style) -> bool:
    """Whether a line is a heading: by its words, or set apart in another style than the body."""
    line = lines[i]
    text = line.text.strip()
    if len(text) > 110 or len(re.findall(r"[^\W\d_]", text)) < 3 or len(line.cells) > 2 or _FLOAT.match(text):
        return False
    if len(line.cells) == 2 and not re.match(r"^[\dIVXA-H.]{1,8}$", line.cells[0].text):
        return False
    if is_heading_word(text):
        return True
    before, after = lines[i - 1] if i else None, lines[i + 1] if i + 1 < len(lines) else None
    alone_above = (
        before is None
        or before.flow != line.flow
        or before.base - line.base > 1.25 * style.pitch
        or (_FINISHED.search(before.text) is not None or before.bold)
    )
    alone_below = after is None or after.flow != line.flow or line.base - after.base > 1.25 * style.pitch
    capitals = text.upper() == text and len(text) > 5 and len(re.findall(r"[A-Z]", text)) > 0.6 * len(text)
    differs = (line.bold and not style.bold) or line.height > 1.08 * style.size or capitals
    numbered = _NUMBERED.match(text) is not None
    if re.search(r"[.;,:]$", text) and not (numbered and differs):
        return False
    if re.search(r"[=@]|\d{4,}|https?:", text):
        return False
    if numbered and (differs or (alone_above and alone_below)) and len(text) < 100:
        return True
    wide = line.column[1] - line.column[0]
    other = after is not None and (after.bold != line.bold or abs(after.height - line.height) > 0.06 * line.height)
    short = line.right - line.left < 0.9 * wide
    return differs and alone_above and (alone_below or other or short) and line.height > 0.9 * style.size


def _is_label(item: Item) -> bool:
    """Numbers and letters from the axes of a figure."""
    return item.kind == "text" and len(item.text) < 80 and not re.search(r"[^\W\d_]{4}|[\u3040-\u9fff]{2}", item.text)


def _mended(items: list[Item], style: Style, known: Words) -> list[Item]:
    """Sentences that a figure, a table or a footnote parts are put together again, before what parts them."""
    items = list(_captioned(items))
    done: list[Item] = []
    taken: set[int] = set()
    for i, item in enumerate(items):
        if i in taken:
            continue
        done.append(item)
        while _open_end(item, style):
            j = i + 1
            while j < len(items) and j < i + 10 and (j in taken or _floats(items[j], style)):
                j += 1
            if j >= len(items) or j in taken or items[j].kind != "text" or not _goes_on(item, items[j], style):
                break
            item = evolve(item, text=joined_lines([item.text, items[j].text], known), full=items[j].full)
            done[-1] = item
            taken.add(j)
            i = j
    return done


def _captioned(items: Sequence[Item]) -> Iterator[Item]:
    """Tables whose caption stands below them get it."""
    skip = False
    for item, after in itertools.zip_longest(items, items[1:], fillvalue=Item()):
        if skip:
            skip = False
        elif item.kind == "table" and not item.text and after.kind == "caption" and CAPTION.match(after.text):
            skip = True
            yield evolve(item, text=after.text)
        else:
            yield item


def _open_end(item: Item, style: Style) -> bool:
    return (
        item.kind == "text" and len(item.text) > 60 and abs(item.size - style.size) < 0.07 * style.size
        and _FINISHED.search(item.text) is None
    )  # fmt: skip


def _floats(item: Item, style: Style) -> bool:
    return item.kind in ("caption", "table") or (item.kind == "text" and item.size < 0.95 * style.size) or (
        item.kind == "text" and len(item.text) < 40 and not item.text[:1].islower()
    )  # fmt: skip


def _goes_on(item: Item, after: Item, style: Style) -> bool:
    before = item.text
    if item.full and abs(after.size - style.size) < 0.07 * style.size and not before.endswith((":", ";")):
        return True
    return (
        after.text[:1].islower() or before.endswith((SOFT_HYPHEN, ",", "-"))
        or re.search(r"\b(?:the|of|and|in|at|by|with|to|a|for|from|or|an|is|are|was|were)$", before) is not None
        or before[-300:].count("(") > before[-300:].count(")")
    )  # fmt: skip
