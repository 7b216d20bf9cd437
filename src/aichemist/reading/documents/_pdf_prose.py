"""Lines of pages -> paragraphs and tables: words joined at line ends, running heads and references taken out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from ._pdf_page import Block

#: the mark that PDFium puts where a word was broken at the end of a line, and a soft hyphen
_BROKEN = ("\ufffe", "\x02", "\u00ad")
_PAGE_NUMBER = re.compile(r"^(?:page\s)?[\s\-–—|]*(?:\d{1,5}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,5})?[\s\-–—|]*$", re.I)
_REFERENCES = re.compile(
    r"^\W{0,3}(?:\d{1,2}\.?\s{1,3}|[IVX]{1,5}\.?\s{1,3})?(?:references?(?: and notes)?|notes and references"
    r"|bibliography|literature cited|works cited)\W{0,3}$",
    re.I,
)
_AFTER_REFERENCES = re.compile(
    r"^(?:appendix|appendices|supporting information|supplementary (?:information|material)|figure captions?|tables?$"
    r"|methods$)",
    re.I,
)
_CAPTION = re.compile(r"^table\s{0,2}(?:S?\d{1,2}|[IVX]{1,4})\b", re.I)
_HEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-H]\.)\s{1,4}[A-Z][^.]{2,80}$|^[A-Z][A-Z &,-]{5,60}$"
)
_COMPOUND_HEADS = frozenset(
    {
        "one", "two", "three", "four", "five", "six", "multi", "high", "low", "self", "non", "long", "short", "half",
        "well", "metal", "carbon", "water", "solid", "gas", "liquid", "first", "second", "third", "state", "wide",
        "mass", "time", "rate", "cost", "thin", "single", "double", "triple", "full", "ion", "x", "n", "p", "ir",
    }
)  # fmt: skip
_LINE_NUMBER = re.compile(r"^\d{1,4}$")


@frozen
class Item:
    """A paragraph, or a table (``rows`` with the header first) under its caption."""

    text: str = ""
    caption: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def repeated(pages: list[list[Block]]) -> frozenset[str]:
    """Keys of lines at the edge of pages that stand on several of them, and of page numbers."""
    counts = Counter(key for page in pages for key in {b.key for b in page if b.key})
    often = max(2, min(3, len(pages) // 3)) if len(pages) > 2 else 2
    found = {key for key, n in counts.items() if n >= often}
    found |= {b.key for page in pages for b in page if b.key and _PAGE_NUMBER.match(b.text.strip())}
    return frozenset(found)


def without_references(blocks: list[Block]) -> list[Block]:
    """Lines without the list of references: from its last heading in the second half to what may follow it."""
    marks = [i for i, b in enumerate(blocks) if _REFERENCES.match(b.text.strip())]
    marks = [i for i in marks if 3 * i >= len(blocks)]
    if not marks:
        return blocks
    begin = marks[-1]
    end = next(
        (i for i in range(begin + 1, len(blocks)) if _AFTER_REFERENCES.match(blocks[i].text.strip())), len(blocks)
    )
    return blocks[:begin] + blocks[end:]


def words_joined(blocks: list[Block]) -> Iterator[Item]:
    """Paragraphs and tables of the lines."""
    blocks = _without_line_numbers(blocks)
    known = Counter(w for b in blocks for w in re.findall(r"[a-z]{3,}", b.text.lower()))
    lines: list[str] = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        rows, used = _table(blocks, i)
        if rows:
            caption = ""
            if lines and _CAPTION.match(lines[0]) and len(lines) <= 6:
                caption, lines = _paragraph(lines, known), []
            yield from _flush(lines, known)
            lines = []
            yield Item("", caption, rows)
            i += used
            continue
        text = block.text.strip()
        heading = len(block.cells) == 1 and _HEADING.match(text) is not None
        starts = block.gap > 0.9 or block.indent > 0.8 or heading or _CAPTION.match(text) is not None
        if lines and starts and not _goes_on(lines[-1], text, block):
            yield from _flush(lines, known)
            lines = []
        lines.append(text)
        if heading:
            yield from _flush(lines, known)
            lines = []
        i += 1
    yield from _flush(lines, known)


def _goes_on(before: str, text: str, block: Block) -> bool:
    """Whether a sentence runs on over a gap: a column or page ended in the middle of it."""
    if before.endswith(_BROKEN) or (before.endswith("-") and text[:1].islower()):
        return True
    return math.isinf(block.gap) and (text[:1].islower() or not re.search(r"[.!?:]['\")\]\d,]{0,6}$", before))


def _flush(lines: list[str], known: Counter[str]) -> Iterator[Item]:
    text = _paragraph(lines, known)
    if text:
        yield Item(text)


def _paragraph(lines: list[str], known: Counter[str]) -> str:
    text = ""
    for line in lines:
        line = line.strip()
        if not text:
            text = line
        elif text.endswith((*_BROKEN, "-")) and re.search(r"\w.$", text):
            text = _rejoined(text[:-1] + "-", line, known)
        else:
            text += " " + line
    # marks inside a line stand where PDFium itself joined two lines
    text = re.sub(r"[\ufffe\x02\u00ad]\s?", "", text)
    return text.strip()


def _rejoined(text: str, line: str, known: Counter[str]) -> str:
    """A word broken at a hyphen; the hyphen stays before capitals and digits, and in compounds.

    A compound is told by its first word (two-electron), or by both halves being words of this text and the whole not.
    """
    head, tail = re.search(r"(\w+)-$", text), re.match(r"[a-z]+", line)
    if head is None or tail is None:
        return text + line
    first, second = head[1].lower(), tail[0]
    whole = known[first + second]
    if not whole and (first in _COMPOUND_HEADS or (len(first) > 2 and known[first] > 0 and known[second] > 1)):
        return text + line
    return text[:-1] + line


def _without_line_numbers(blocks: list[Block]) -> list[Block]:
    """Manuscripts number their lines in the margin: a first cell that counts up over most lines."""
    numbered = [b for b in blocks if b.cells and _LINE_NUMBER.match(b.cells[0].strip())]
    if len(blocks) < 20 or len(numbered) < 0.6 * len(blocks):
        return blocks
    from attrs import evolve

    kept = []
    for b in blocks:
        if b.cells and _LINE_NUMBER.match(b.cells[0].strip()):
            if len(b.cells) == 1:
                continue
            b = evolve(b, cells=b.cells[1:], places=b.places[1:], text=" ".join(b.cells[1:]), indent=0.0)
        kept.append(b)
    return kept


def _table(blocks: list[Block], i: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Rows of a table that begins at line ``i``: three lines or more with three cells or more at the same places."""
    run: list[Block] = []
    for block in blocks[i : i + 200]:
        if len(block.cells) < 3 or (run and abs(len(block.cells) - len(run[0].cells)) > 0):
            break
        if run and not _aligned(block, run[0]):
            break
        run.append(block)
    if len(run) < 3 or not any(re.search(r"\d", c) for b in run[1:] for c in b.cells):
        return (), 0
    return tuple(b.cells for b in run), len(run)


def _aligned(a: Block, b: Block) -> bool:
    """Whether each cell overlaps the one above it."""
    return all(x[0] < y[1] + 12 and y[0] < x[1] + 12 for x, y in zip(a.places, b.places, strict=True))
