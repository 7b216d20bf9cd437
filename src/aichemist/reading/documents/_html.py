"""HTML pages of articles: the text of the article, not of the page round it."""

from __future__ import annotations

import codecs
import re

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._markup import (
    MAX_DEPTH,
    Element,
    descendants,
    find_doi,
    find_year,
    flat,
    flatten_into,
    licence_of,
    local,
    root_name,
)  # fmt: skip
from ._reader import Reader, Source
from ._tables import html_table, without_note_marks

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CHROME = frozenset({"nav", "header", "footer", "aside", "script", "style", "noscript", "form", "button", "svg",
                     "iframe", "select", "template", "figure", "dialog"})  # fmt: skip
_CHROME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar)?|menu|sidebar|footer|header-?bar|cookie|advert|banner|breadcrumb|related"
    r"|recommend|share|social|comments?|toolbar|metrics|references?|ref-?list|bibliography)(?:$|[\s_-])",
    re.I,
)
_BLOCKS = frozenset({"p", "div", "section", "article", "main", "table", "ul", "ol", "dl", "li", "dd", "dt",
                     "blockquote", "pre", "figure", "td", "th", "tr", "hr", "address", "details", "center", *_HEADINGS,
                     "nav", "header", "footer", "aside", "form"})  # fmt: skip
_INLINE = frozenset({"a", "abbr", "b", "bdi", "big", "br", "cite", "code", "dfn", "em", "font", "i", "kbd", "label",
                     "mark", "math", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u",
                     "var", "wbr"})  # fmt: skip


class HtmlReader(Reader):
    """Web pages of articles."""

    format = "html"
    suffixes = (".html", ".htm", ".xhtml")
    max_bytes = 60_000_000

    def recognises(self, head: bytes, suffix: str) -> bool:
        if root_name(head) == "html" or head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(
            b"<!doctype html"
        ):
            return True
        lower = head.lower()
        return b"<html" in lower[:4096] and (b"<body" in lower or b"<head" in lower)

    def read(self, source: Source) -> Document:
        from lxml import etree, html

        parser = html.HTMLParser(no_network=True, huge_tree=False, encoding=_encoding(source.raw))
        try:
            root = html.document_fromstring(source.raw, parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(f"is no readable HTML: {str(error)[:160]}") from None
        layout = Layout()
        _Page(layout).write(_article(root), top=True)
        return layout.document(
            _metadata(root), name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


def _encoding(raw: bytes) -> str:
    """The encoding of a page: UTF-8 where its bytes are that, else as the page says, else Windows-1252."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return name
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    said = re.search(rb"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{1,40})", raw[:8192], re.I)
    try:
        name = codecs.lookup(said[1].decode("ascii")).name if said else "cp1252"
    except LookupError:
        name = "cp1252"
    return "cp1252" if name in ("utf-8", "iso8859-1", "ascii") else name


def _metadata(root: Element) -> Metadata:
    meta: dict[str, list[str]] = {}
    for element in descendants(root, "meta"):
        key = (element.get("name") or element.get("property") or "").lower()
        if key and element.get("content"):
            meta.setdefault(key, []).append(element.get("content").strip())

    def one(*keys: str) -> str:
        return next((meta[k][0] for k in keys if k in meta), "")

    title = next((flat(t) for t in descendants(root, "title")), "")
    links = " ".join(
        e.get("href") or "" for e in descendants(root, "a", "link") if "creativecommons" in (e.get("href") or "")
    )
    return Metadata(
        title=one("citation_title", "dc.title", "og:title") or title,
        doi=find_doi(one("citation_doi", "dc.identifier", "prism.doi", "dc.identifier.doi")),
        year=find_year(
            one(
                "citation_publication_date", "citation_online_date", "dc.date", "citation_year", "prism.publicationdate"
            )
        ),
        licence=licence_of(f"{links} {one('dc.rights', 'citation_license')}"),
        authors=tuple(meta.get("citation_author", meta.get("dc.creator", []))),
        journal=one("citation_journal_title", "prism.publicationname"),
    )


def _article(root: Element) -> Element:
    """The element that holds the article: ``article`` or ``main`` where most of the text is in it, else the body."""
    body = next(descendants(root, "body"), root)
    whole = _letters(body)
    for name in ("article", "main"):
        found = [(_letters(e), i, e) for i, e in enumerate(descendants(root, name))]
        if found and max(found)[0] > 0.4 * whole:
            return max(found)[2]
    return body


def _letters(element: Element) -> int:
    """Characters of running text below an element."""
    return sum(len(e.text or "") + len(e.tail or "") for e in element.iter() if local(e) not in ("script", "style", ""))


def _is_chrome(element: Element) -> bool:
    if local(element) in _CHROME:
        return True
    label = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return _CHROME_CLASS.search(label) is not None


class _Page:
    """Writes headings, paragraphs and tables of a page into a layout.

    What follows a heading "References" is left out up to the next heading.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.in_references = False

    def write(self, element: Element, *, top: bool = False, depth: int = 0) -> None:
        name = local(element)
        if not name or depth > MAX_DEPTH or (not top and name != "figure" and _is_chrome(element)):
            return
        if name in _HEADINGS:
            self.heading(element, name)
        elif name == "table":
            if not self.in_references:
                caption = next((flat(c) for c in descendants(element, "caption")), "") or _caption_before(element)
                self.layout.table(caption, *html_table(element, _aside))
        elif name == "figure":
            self.figure(element)
        elif _is_leaf(element):
            self.paragraph(flat(element, _aside))
        else:
            self.mixed(element, depth)

    def heading(self, element: Element, name: str) -> None:
        title = flat(element)
        self.in_references = (
            re.match(r"^\W{0,3}(?:\d{1,2}\.?\s{0,3})?(?:references|bibliography|literature cited)\b", title, re.I)
            is not None
        )
        if title and not self.in_references and len(title) < 300:
            self.layout.heading(title, None if name in ("h1", "h2") else self.layout.inherited(title))

    def paragraph(self, text: str) -> None:
        if not self.in_references:
            self.layout.paragraph(text)

    def figure(self, element: Element) -> None:
        if self.in_references:
            return
        tables = list(descendants(element, "table"))
        caption = next((flat(c, _aside) for c in descendants(element, "figcaption", "caption")), "")
        for table in tables:
            self.layout.table(caption, *html_table(table, _aside))
        if not tables:
            self.layout.paragraph(caption)

    def mixed(self, element: Element, depth: int) -> None:
        """Blocks, and text beside them that stands in no block of its own."""
        pieces = [element.text or ""]
        for child in element:
            if local(child) in _INLINE and _is_leaf(child):
                flatten_into(child, _aside, pieces)
            else:
                self.paragraph(" ".join("".join(pieces).split()))
                pieces = []
                self.write(child, depth=depth + 1)
            pieces.append(child.tail or "")
        self.paragraph(" ".join("".join(pieces).split()))


def _is_leaf(element: Element) -> bool:
    """Whether no block stands in an element."""
    return not any(local(d) in _BLOCKS for d in element.iterdescendants())


def _aside(element: Element) -> bool:
    return local(element) in _CHROME or local(element) == "caption" or without_note_marks(element)


def _caption_before(table: Element) -> str:
    before = table.getprevious()
    text = flat(before) if before is not None and local(before) in ("p", "div") else ""
    return text if re.match(r"Table \d", text) and len(text) < 500 else ""
