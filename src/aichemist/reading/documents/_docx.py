"""Word documents (Office Open XML)."""

from __future__ import annotations

import io
import zipfile

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._markup import find_doi, licence_of
from ._reader import Reader, Source
from ._sections import kind_of

#: uncompressed bytes that a document may hold
MAX_UNPACKED = 300_000_000


class DocxReader(Reader):
    """Documents of Word and its like."""

    format = "docx"
    suffixes = (".docx",)

    def recognises(self, head: bytes, suffix: str) -> bool:
        return head.startswith(b"PK\x03\x04") and (
            suffix == ".docx" or b"word/" in head or b"[Content_Types].xml" in head
        )

    def read(self, source: Source) -> Document:
        import docx
        from docx.table import Table
        from docx.text.paragraph import Paragraph

        try:
            with zipfile.ZipFile(io.BytesIO(source.raw)) as archive:
                unpacked = sum(i.file_size for i in archive.infolist())
                if unpacked > MAX_UNPACKED:
                    raise Unreadable(f"unpacks to {unpacked / 1e6:.0f} MB; the limit is {MAX_UNPACKED / 1e6:.0f} MB")
                if "word/document.xml" not in archive.namelist():
                    raise Unreadable("is an archive, but no Word document")
            opened = docx.Document(io.BytesIO(source.raw))
        except Unreadable:
            raise
        except Exception as error:
            # python-docx has no one error of its own for broken files
            raise Unreadable(f"is no readable Word document: {str(error)[:160] or type(error).__name__}") from None
        layout = Layout()
        caption, title = "", opened.core_properties.title or ""
        in_references = False
        for block in opened.iter_inner_content():
            if isinstance(block, Table):
                rows = [[cell.text for cell in row.cells] for row in block.rows[:2000]]
                if rows and not in_references:
                    layout.table(caption, rows[0], rows[1:])
                caption = ""
            elif isinstance(block, Paragraph):
                text, style = block.text.strip(), str(getattr(block.style, "name", "") or "")
                if not text:
                    continue
                if style == "Title":
                    title = title or text
                if style.startswith("Heading"):
                    in_references = text.lower().strip(" .:0123456789") in ("references", "bibliography")
                    if not in_references:
                        layout.heading(text, kind_of(text) if style.endswith("1") else layout.inherited(text))
                elif not in_references:
                    caption = text if text.startswith("Table ") and len(text) < 500 else ""
                    if not caption:
                        layout.paragraph(text)
        properties = opened.core_properties
        beginning = " ".join(p.text for p in opened.paragraphs[:30])
        metadata = Metadata(
            title=title, doi=find_doi(beginning), licence=licence_of(beginning),
            year=properties.created.year if properties.created else None,
            authors=tuple(a.strip() for a in (properties.author or "").split(";") if a.strip()),
        )  # fmt: skip
        return layout.document(metadata, name=source.name, id=source.id, format=self.format, sha256=source.sha256)
