"""Word documents (Office Open XML), by python-docx."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._markup import find_doi, licence_of, publication_year
from ._raised import flat_power, points_elsewhere
from ._reader import Reader, Source
from ._sections import as_sections, is_heading_word, kind_of
from ._tables import heading

#: uncompressed bytes that a document may hold, and its text alone
MAX_UNPACKED = 300_000_000
MAX_BODY = 60_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_REFERENCES = re.compile(
    r"^\W{0,3}(?:\d{1,2}\.?\s{1,3})?(?:references|bibliography|literature cited|notes and references)\W{0,3}$", re.I
)


class DocxReader(Reader):
    """Documents of Word and its like."""

    format = "docx"
    suffixes = (".docx",)

    def recognises(self, head: bytes, suffix: str) -> bool:
        return head.startswith(b"PK\x03\x04") and (
            suffix == ".docx" or b"word/" in head or b"[Content_Types].xml" in head
        )

    def read(self, source: Source) -> Document:
        opened = _opened(source.raw)
        layout = Layout()
        body = _Body(layout)
        properties = opened.core_properties
        for block in opened.iter_inner_content():
            body.write(block)
        body.end()
        beginning = body.beginning
        metadata = Metadata(
            title=body.title or str(properties.title or ""),
            doi=find_doi(beginning), licence=licence_of(beginning),
            year=publication_year(beginning) or (properties.created.year if properties.created else None),
            authors=tuple(a.strip() for a in (properties.author or "").split(";") if a.strip()),
        )  # fmt: skip
        made = layout.document(metadata, name=source.name, id=source.id, format=self.format, sha256=source.sha256)
        return as_sections(made, headed=body.headed)


def _opened(raw: bytes) -> Any:
    """The document, once it is known to unpack to something reasonable."""
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
            if unpacked > MAX_UNPACKED:
                raise Unreadable(f"unpacks to {unpacked / 1e6:.0f} MB; the limit is {MAX_UNPACKED / 1e6:.0f} MB")
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                kind = next((k for part, k in _OTHERS.items() if any(n.startswith(part) for n in names)), "an archive")
                raise Unreadable(f"is {kind}, no Word document")
            if archive.getinfo("word/document.xml").file_size > MAX_BODY:
                raise Unreadable(f"holds more than {MAX_BODY / 1e6:.0f} MB of text; that is no article")
        return docx.Document(io.BytesIO(raw))
    except Unreadable:
        raise
    except Exception as error:
        # python-docx has no one error of its own for broken files
        raise Unreadable(f"is no readable Word document: {str(error)[:160] or type(error).__name__}") from None


_OTHERS = {
    "xl/": "an Excel workbook",
    "ppt/": "a PowerPoint presentation",
    "META-INF/": "an e-book or OpenDocument file",
}


class _Body:
    """Writes paragraphs and tables of a document into a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.title = ""
        self.headed = False
        self._caption = ""
        self._in_references = False
        self._said: list[str] = []

    @property
    def beginning(self) -> str:
        return " ".join(self._said)[:20_000]

    def write(self, block: Any) -> None:
        if hasattr(block, "rows"):
            self._table(block)
            return
        text = " ".join(_text(block._p).split())
        style = str(getattr(block.style, "name", "") or "")
        if not text:
            return
        if len(self._said) < 40:
            self._said.append(text)
        if style == "Title" and not self.title:
            self.title = text
        is_heading = style.startswith("Heading") or (len(text) < 70 and _is_bold(block) and is_heading_word(text))
        if _REFERENCES.match(text) and len(text) < 60:
            self._in_references = True
        elif is_heading:
            self._in_references = False
            self.headed = True
            top = style.endswith("1") or not style.startswith("Heading")
            self.end()
            self.layout.heading(text, kind_of(text) if top else self.layout.inherited(text))
        elif not self._in_references:
            self.end()
            if re.match(r"^Table\s?[\dSIVX]", text) and len(text) < 500:
                self._caption = text
            else:
                self.layout.paragraph(text)

    def _table(self, table: Any) -> None:
        caption, self._caption = self._caption, ""
        if self._in_references:
            return
        rows: list[list[str]] = []
        for row in table._tbl.tr_lst[:2000]:
            above = rows[-1] if rows else []
            cells = list(_cells(row))[:100]
            rows.append([(above[k] if k < len(above) else "") if c is None else c for k, c in enumerate(cells)])
        width = max((len(r) for r in rows), default=0)
        if len(rows) < 2 or not width:
            return
        rows = [r + [""] * (width - len(r)) for r in rows]
        head = sum(r.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None for r in table._tbl.tr_lst[:4])
        if head < 2 and len(rows) > 2 and any(a and a == b for a, b in itertools.pairwise(rows[0])):
            head = 2  # headings that span columns have a row of their own below
        head = min(max(head, 1), len(rows) - 1)
        self.layout.table(caption, heading(rows[:head]), rows[head:])

    def end(self) -> None:
        """A line that looked like the caption of a table, and no table came."""
        if self._caption:
            self.layout.paragraph(self._caption)
            self._caption = ""


def _cells(row: Any) -> Iterator[str | None]:
    """Texts of the cells of a row; one that spans columns stands in each of them; ``None`` goes on from above."""
    for cell in row.tc_lst:
        spans, merged = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan"), cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
        said = spans.get(f"{_WORD}val", "1") if spans is not None else "1"
        text: str | None = " ".join(" ".join(_text(p) for p in cell.iter(f"{_WORD}p")).split())
        if merged is not None and merged.get(f"{_WORD}val", "continue") != "restart":
            text = None
        for _ in range(min(int(said), 100) if said.isdigit() else 1):
            yield text


def _is_bold(paragraph: Any) -> bool:
    runs = [r for r in paragraph.runs if r.text.strip()]
    return bool(runs) and all(r.bold for r in runs)


def _text(paragraph: Any) -> str:
    """The text of a paragraph as it would be printed: with insertions, without deletions and hidden text."""
    out = ""
    twice = set(paragraph.iterfind(f".//{_FALLBACK}//{_WORD}t"))  # the same again for older programs
    for element in paragraph.iter(f"{_WORD}t", f"{_WORD}tab", f"{_WORD}br", f"{_WORD}noBreakHyphen", f"{_MATH}t"):
        tag = element.tag
        if tag in (f"{_WORD}tab", f"{_WORD}br"):
            out += " "
            continue
        if tag == f"{_WORD}noBreakHyphen":
            out += "-"
            continue
        text = "" if element in twice else element.text or ""
        if tag == f"{_MATH}t":
            out += text
            continue
        run = element.getparent()
        raised = run.find(f"{_WORD}rPr/{_WORD}vertAlign") if run is not None else None
        if run is not None and run.find(f"{_WORD}rPr/{_WORD}vanish") is not None:
            continue
        if raised is not None and raised.get(f"{_WORD}val") == "superscript":
            out += "" if points_elsewhere(out[-24:], text) else flat_power(out[-24:], text)
        else:
            out += text
    return out
