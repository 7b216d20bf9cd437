"""PDF, by pypdfium2: pages in reading order, without what repeats on each of them and without references."""

from __future__ import annotations

import re

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import MAX_TEXT, Layout, Metadata, clean
from ._markup import find_doi, find_year, licence_of, publication_year
from ._pdf_page import Block, page_blocks
from ._pdf_prose import repeated, without_references, words_joined
from ._reader import Reader, Source
from ._sections import find_sections

#: pages of one document at most; a thesis has fewer
MAX_PAGES = 1000
#: pages of which at least one must have a text layer
_LOOK_FOR_TEXT = 20
_BAD_TITLE = re.compile(r"^(?:untitled|microsoft word|.{0,80}\.(?:docx?|pdf|tex|dvi|indd|qxd)$|[\w.-]{0,30}$)", re.I)


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
            raise Unreadable(f"broken PDF ({error})") from None
        try:
            count = len(opened)
            if count == 0:
                raise Unreadable("a PDF without pages")
            if count > MAX_PAGES:
                raise Unreadable(f"has {count} pages; the limit is {MAX_PAGES}: split it")
            pages: list[list[Block]] = []
            total = 0
            for number in range(count):
                try:
                    blocks = page_blocks(opened[number])
                except pypdfium2.PdfiumError:
                    blocks = []  # one broken page does not cost the others
                pages.append(blocks)
                total += sum(len(b.text) for b in blocks)
                if total > MAX_TEXT:
                    raise Unreadable(f"holds more than {MAX_TEXT / 1e6:.0f} million characters; that is no article")
                if number + 1 == min(_LOOK_FOR_TEXT, count) and total < 20 * (number + 1):
                    raise Unreadable("scanned: its pages have no text layer; run it through OCR first")
            said = opened.get_metadata_dict()
        finally:
            opened.close()
        return _document(pages, said, source, self.format)


def _document(pages: list[list[Block]], said: dict[str, str], source: Source, form: str) -> Document:
    first = " ".join(clean(b.text) for b in pages[0][:60])
    running = repeated(pages)
    blocks = [b for page in pages for b in page if b.key not in running]
    blocks = without_references(blocks)
    layout = Layout()
    for item in words_joined(blocks):
        if item.rows:
            layout.table(item.caption, item.rows[0], item.rows[1:])
        else:
            layout.paragraph(item.text)
    title = clean(said.get("Title", ""))
    if not title or _BAD_TITLE.match(title):
        title = _largest(pages[0]) or ""
    metadata = Metadata(
        title=title[:300], doi=find_doi(f"{said.get('Subject', '')} {first}"), year=publication_year(first) or
        find_year(said.get("CreationDate", "")), licence=licence_of(first + " ".join(b.text for b in pages[-1][-20:])),
        authors=tuple(a.strip() for a in re.split(r"[;,]| and ", said.get("Author", "")) if a.strip())[:50],
    )  # fmt: skip
    made = layout.document(metadata, name=source.name, id=source.id, format=form, sha256=source.sha256)
    from attrs import evolve

    return evolve(made, sections=find_sections(made.text))


def _largest(blocks: list[Block]) -> str:
    """The text in the largest letters of a page, which is its title."""
    sized = [b for b in blocks if len(b.text) > 8 and re.search(r"[A-Za-z]{3}", b.text)]
    if not sized:
        return ""
    size = max(b.size for b in sized)
    return clean(" ".join(b.text for b in sized if b.size >= size - 0.5))
