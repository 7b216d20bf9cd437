"""PDF, by pypdfium2: pages in reading order, without what repeats on each of them and without references."""

from __future__ import annotations

import re
from collections import Counter

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import MAX_TEXT, Layout
from ._pdf_columns import Line, gutters, page_lines
from ._pdf_edges import without_edges
from ._pdf_metadata import metadata_of
from ._pdf_prose import items_of, style_of
from ._pdf_references import without_references
from ._pdf_words import Bounds, Piece, page_pieces
from ._reader import Reader, Source
from ._sections import as_sections, is_heading_word

#: pages of one document at most; a thesis has fewer
MAX_PAGES = 1000
#: pages of which at least one must have a text layer
_LOOK_FOR_TEXT = 20

Page = tuple[list[Piece], Bounds]


class PdfReader(Reader):
    """Articles in PDF with a text layer."""

    format = "pdf"
    suffixes = (".pdf",)

    def recognises(self, head: bytes, suffix: str) -> bool:
        return b"%PDF-" in head[:1024]

    def read(self, source: Source) -> Document:
        import pypdfium2

        try:
            opened = pypdfium2.PdfDocument(source.raw)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise Unreadable("encrypted: save a copy without its password") from None
            if "security" in str(error).lower():
                raise Unreadable("encrypted in a way that cannot be read: print it into a new PDF") from None
            raise Unreadable(f"broken PDF ({error}): get it again, or print it into a new PDF") from None
        try:
            pages = _pages(opened)
            said = {str(k): str(v) for k, v in opened.get_metadata_dict().items()}
        finally:
            opened.close()
        return _document(pages, said, source, self.format)


def _pages(opened: object) -> list[Page]:
    import pypdfium2

    count = len(opened)  # type: ignore[arg-type]
    if count == 0:
        raise Unreadable("a PDF without pages")
    if count > MAX_PAGES:
        raise Unreadable(f"has {count} pages; the limit is {MAX_PAGES}: split it")
    pages: list[Page] = []
    total = 0
    for number in range(count):
        try:
            page = opened[number]  # type: ignore[index]
            try:
                pieces, bounds = page_pieces(page)
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            pieces, bounds = [], (0.0, 0.0, 0.0, 0.0)  # one broken page does not cost the others
        pages.append((pieces, bounds))
        total += sum(len(p.text) for p in pieces)
        if total > MAX_TEXT:
            raise Unreadable(f"holds more than {MAX_TEXT / 1e6:.0f} million characters; that is no article")
        if number + 1 == min(_LOOK_FOR_TEXT, count) and total < 20 * (number + 1):
            raise Unreadable("scanned: its pages have no text layer; run it through OCR first")
    return pages


def _lines(pages: list[Page]) -> list[Line]:
    """Lines of all pages in reading order."""
    kept = without_edges(pages)
    parted = _parted(kept, pages)
    lines: list[Line] = []
    for number, (pieces, (_, bounds)) in enumerate(zip(kept, pages, strict=True)):
        lines += page_lines(pieces, parted[number], bounds, number, lines[-1].flow if lines else 0)
    return lines


def _parted(kept: list[list[Piece]], pages: list[Page]) -> list[list[float]]:
    """Where the columns of each page part; a page that tells nothing, or something odd, goes by the others."""
    found = [gutters(pieces, bounds) for pieces, (_, bounds) in zip(kept, pages, strict=True)]
    usual = Counter(tuple(round(g / 15) for g in at) for at in found)
    made: list[list[float]] = []
    for number, (at, pieces) in enumerate(zip(found, kept, strict=True)):
        near = [f for f in found[max(0, number - 3) : number + 4] if f]
        common = max(near, key=lambda f: usual[tuple(round(g / 15) for g in f)], default=[])
        often = usual[tuple(round(g / 15) for g in common)]
        same = len(at) == len(common) and all(abs(a - b) < 20 for a, b in zip(at, common, strict=True))
        made.append(common if not same and often >= max(2, 0.3 * len(pages)) and _fits(pieces, common) else at)
    return made


def _fits(pieces: list[Piece], at: list[float]) -> bool:
    """Whether the gutters of other pages part this one as well: next to no prose runs across them."""
    across = sum(len(p.text) for p in pieces if any(p.left < g - 8 and p.right > g + 8 for g in at))
    return across < 0.4 * sum(len(p.text) for p in pieces)


def _document(pages: list[Page], said: dict[str, str], source: Source, form: str) -> Document:
    lines = _lines(pages)
    style = style_of(lines)
    items = without_references(items_of(lines, style))
    layout = Layout()
    headings = [i.text for i in items if i.kind == "heading"]
    headed = sum(map(is_heading_word, headings)) >= 2 or sum(re.match(r"\d\.?\s", h) is not None for h in headings) >= 3
    begun = not any(map(_begins, headings))  # names of authors may look like headings
    for item in items:
        begun = begun or (item.kind == "heading" and _begins(item.text))
        if item.kind == "table":
            layout.table(item.text, item.rows[0], item.rows[1:])
        elif item.kind == "heading" and headed and begun:
            top = re.match(r"^\W{0,3}(?:\d{1,2}|[IVX]{1,4})\.?\s", item.text) or is_heading_word(item.text)
            layout.heading(item.text, None if top else layout.inherited(item.text))
        else:
            layout.paragraph(item.text)
    first = [line for line in lines if line.page == 0]
    last = [line for line in lines if line.page == len(pages) - 1]
    made = layout.document(
        metadata_of(said, source.raw, first, last), name=source.name, id=source.id, format=form, sha256=source.sha256
    )  # fmt: skip
    return as_sections(made, headed=headed)


def _begins(heading: str) -> bool:
    """Whether an article proper begins with such a heading."""
    return is_heading_word(heading) or re.match(r"1\.?\s", heading) is not None
