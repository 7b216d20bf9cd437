"""Blocks of a document, one after the other, as one text with sections and tables at their offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from aichemist.chemistry import Document, ReadTable, Section

from ._sections import kind_of

#: characters of one document's text at most; more is no article
MAX_TEXT = 20_000_000
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f\u205f\u3000]+")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "\u200b": None, "\ufeff": None}
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@frozen
class Metadata:
    """What a file says of itself."""

    title: str = ""
    doi: str = ""
    year: int | None = None
    licence: str = ""
    authors: tuple[str, ...] = ()
    journal: str = ""


def clean(text: str) -> str:
    """One kind of space, no control characters, no ligatures."""
    return _SPACES.sub(" ", _CONTROL.sub("", text.translate(_LIGATURES))).strip()


class Layout:
    """Collects headings, paragraphs and tables and gives the document that they make."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._sections: list[tuple[str, str, int]] = []
        self._tables: list[ReadTable] = []

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    def heading(self, title: str, kind: str | None = None) -> None:
        """Begin a section; ``kind`` is told from the title where it is not given."""
        title = clean(title)
        kind = kind or kind_of(title)
        start = self._length
        if title:
            start, _ = self._block(title)
        self._sections.append((title, kind, start))

    def inherited(self, title: str) -> str:
        """The kind of a subsection: its own where the title says one, else that of the section that it is in."""
        own = kind_of(title)
        before = self._sections[-1][1] if self._sections else "other"
        return before if own == "other" or before == "experimental" else own

    def paragraph(self, text: str) -> None:
        text = clean(text)
        if text:
            self._block(text)

    def table(self, caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Lay a table out: its caption, then one block per row, ``heading: cell; heading: cell``.

        Rows are cut or filled to the length of the header. A table without any cell is left out.
        """
        header = [clean(h) for h in header]
        body = [[clean(c) for c in (*row, *[""] * len(header))][: len(header)] for row in rows]
        body = [row for row in body if any(row)]
        if not header or not body:
            return
        caption = clean(caption)
        start, _ = self._block(caption if caption else "Table")
        spans: list[tuple[tuple[int, int], ...]] = []
        for row in body:
            pieces: list[str] = []
            places: list[tuple[int, int]] = []
            at = 0
            for head, cell in zip(header, row, strict=True):
                label = f"{head}: " if head else ""
                places.append((at + len(label), at + len(label) + len(cell)))
                pieces.append(label + cell)
                at += len(pieces[-1]) + 2
            begin, _ = self._block("; ".join(pieces))
            spans.append(tuple((begin + a, begin + b) for a, b in places))
        rows_read = tuple(tuple(row) for row in body)
        self._tables.append(ReadTable(caption, tuple(header), rows_read, tuple(spans), start, self._length))

    def _block(self, text: str) -> tuple[int, int]:
        from ._errors import Unreadable

        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise Unreadable(f"holds more than {MAX_TEXT / 1e6:.0f} million characters; that is no article")
        return start, self._length

    def document(self, metadata: Metadata, *, name: str, id: str, format: str, sha256: str) -> Document:
        """The document.

        Raises:
            Unreadable: there is no text in it.
        """
        from ._errors import Unreadable

        text = "".join(self._parts)
        if not text.strip():
            raise Unreadable("holds no text")
        sections: list[Section] = []
        marks = self._sections or [("", "other", 0)]
        if marks[0][2] > 0:
            marks = [("", "other", 0), *marks]
        for i, (title, kind, start) in enumerate(marks):
            end = marks[i + 1][2] if i + 1 < len(marks) else len(text)
            sections.append(Section(title, kind, start, end))
        return Document(
            id=id, title=metadata.title or _first_words(text), doi=metadata.doi,
            licence=metadata.licence or "not stated", text=text, year=metadata.year, authors=metadata.authors,
            journal=metadata.journal, format=format, name=name, sha256=sha256, sections=tuple(sections),
            tables=tuple(self._tables),
        )  # fmt: skip


def _first_words(text: str) -> str:
    line = text.strip().split("\n", 1)[0].strip()
    return line if len(line) <= 160 else line[:157].rsplit(" ", 1)[0] + "…"
