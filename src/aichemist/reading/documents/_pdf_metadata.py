"""What a PDF says of itself: its information, its XMP packet, and its first page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from ._layout import Metadata, clean
from ._markup import find_doi, find_year, licence_of, publication_year
from ._pdf_columns import Line
from ._pdf_hyphens import Words, joined_lines

_BAD_TITLE = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|.{0,80}\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|odt)$|[\w.:/-]{0,40}$"
    r"|(?:doi|pii)\b|.{0,30}\d{1,4}\s?\.\.\s?\d{1,4})",
    re.I,
)
_XMP = re.compile(rb"<x:xmpmeta.{0,200000}?</x:xmpmeta>", re.S)


def _xmp(raw: bytes) -> str:
    """The last XMP packet that is not compressed."""
    end = raw.rfind(b"</x:xmpmeta>")
    begin = raw.rfind(b"<x:xmpmeta", max(0, end - 200_000), end) if end > 0 else -1
    return raw[begin:end].decode("utf-8", "replace") if begin >= 0 else ""


def _tag(xmp: str, *names: str) -> list[str]:
    """Texts of elements, or of the items of lists in them, or of attributes of that name."""
    for name in names:
        at = xmp.find(f"<{name}")
        if at >= 0:
            end = xmp.find(f"</{name}>", at)
            inner = xmp[xmp.find(">", at) + 1 : end] if at < end < at + 20_000 else ""
            items = re.findall(r"<rdf:li[^>]{0,200}>([^<]{0,2000})</rdf:li>", inner) or [
                re.sub(r"<[^>]{0,300}>", "", inner)
            ]
            found = [clean(html.unescape(i)) for i in items if i.strip()]
            if found:
                return found
        attribute = re.search(rf'{re.escape(name)}="([^"]{{1,2000}})"', xmp)
        if attribute:
            return [clean(html.unescape(attribute[1]))]
    return []


def metadata_of(said: dict[str, str], raw: bytes, first: Sequence[Line], last: Sequence[Line]) -> Metadata:
    """Metadata of a PDF.

    Args:
        said: its document information.
        raw: its bytes.
        first, last: the lines of its first and of its last page.
    """
    xmp = _xmp(raw)
    page = " ".join(clean(line.text) for line in first[:120])
    end = " ".join(clean(line.text) for line in last[-40:])
    title = next((t for t in (clean(said.get("Title", "")), *_tag(xmp, "dc:title")) if not _BAD_TITLE.match(t)), "")
    named = _tag(xmp, "dc:creator") or re.split(r"[;,]| and ", said.get("Author", ""))
    doi = find_doi(" ".join(_tag(xmp, "prism:doi", "crossmark:DOI", "pdfx:doi", "dc:identifier"))) or find_doi(
        f"{said.get('Subject', '')} {said.get('doi', '')} {page}"
    )
    dates = " ".join(_tag(xmp, "prism:coverDisplayDate", "prism:coverDate", "prism:publicationDate"))
    rights = " ".join(
        [*_tag(xmp, "xmpRights:WebStatement"), *_tag(xmp, "xmpRights:UsageTerms"), *_tag(xmp, "dc:rights")]
    )
    return Metadata(
        title=(title or largest(first))[:300],
        doi=doi,
        year=find_year(dates) or publication_year(page, doi) or find_year(said.get("CreationDate", "")[:6]),
        licence=licence_of(rights) or licence_of(f"{page} {end}"),
        authors=tuple(a.strip() for a in named if 2 < len(a.strip()) < 80)[:100],
        journal=next(iter(_tag(xmp, "prism:publicationName")), ""),
    )


def largest(lines: Sequence[Line]) -> str:
    """The largest letters of a page that are more than a word or two: its title, not the journal's logo."""
    words = Words(lines)
    sized: dict[float, list[Line]] = {}
    for line in lines:
        if re.search(r"[A-Za-z]{3}|[\u3040-\u9fff]{2}", line.text):
            near = next((s for s in sized if abs(s - line.height) < 0.6), line.height)
            sized.setdefault(near, []).append(line)
    for size in sorted(sized, reverse=True)[:3]:
        text = clean(joined_lines([line.text for line in sized[size]], words))
        if len(text.split()) >= 4 or (len(text) > 25 and re.search(r"[\u3040-\u9fff]", text)):
            return text
    return clean(" ".join(line.text for line in sized[max(sized)])) if sized else ""
