"""HTML pages of articles: the text of the article, not of the page round it."""

from __future__ import annotations

import re

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._markup import Element, descendants, find_doi, find_year, flat, licence_of, local
from ._reader import Reader, Source
from ._sections import kind_of
from ._tables import html_table

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CHROME = frozenset({"nav", "header", "footer", "aside", "script", "style", "noscript", "form", "button", "svg",
                     "iframe", "select", "template", "figure", "dialog"})  # fmt: skip
_CHROME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar)?|menu|sidebar|footer|header-?bar|cookie|advert|banner|breadcrumb|related"
    r"|recommend|share|social|comments?|toolbar|metrics|references?|ref-?list|bibliography)(?:$|[\s_-])",
    re.I,
)
_PARAGRAPHS = ("p", "li", "dd", "blockquote", "pre", "td")


class HtmlReader(Reader):
    """Web pages of articles."""

    format = "html"
    suffixes = (".html", ".htm", ".xhtml")

    def recognises(self, head: bytes, suffix: str) -> bool:
        lower = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return lower.startswith((b"<!doctype html", b"<html")) or (b"<html" in lower and b"<body" in head.lower())

    def read(self, source: Source) -> Document:
        from lxml import etree, html

        try:
            root = html.document_fromstring(source.raw, parser=html.HTMLParser(no_network=True, huge_tree=False))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(f"is no readable HTML: {str(error)[:160]}") from None
        layout = Layout()
        _content(_article(root), layout)
        return layout.document(
            _metadata(root), name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


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
    """The element that holds the article: ``article`` or ``main`` where there is one, else the body."""
    for names in (("article",), ("main",)):
        found = list(descendants(root, *names))
        if found:
            return max(found, key=lambda e: len("".join(e.itertext())))
    return next(descendants(root, "body"), root)


def _is_chrome(element: Element) -> bool:
    if local(element) in _CHROME:
        return True
    label = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return _CHROME_CLASS.search(label) is not None


def _content(top: Element, layout: Layout) -> None:
    """Headings, paragraphs and tables below ``top``; what follows a heading "References" is left out up to the next."""
    stack = [top]
    in_references = False
    while stack:
        element = stack.pop()
        name = local(element)
        if not name or (element is not top and name != "figure" and _is_chrome(element)):
            continue
        if name in _HEADINGS:
            title = flat(element)
            in_references = (
                kind_of(title) == "other"
                and re.match(r"(?:\d+\.?\s*)?(?:references|bibliography)\b", title, re.I) is not None
            )
            if title and not in_references and len(title) < 300:
                layout.heading(title, None if name in ("h1", "h2") else layout.inherited(title))
        elif in_references:
            stack.extend(c for c in reversed(element) if local(c) in _HEADINGS or first_heading(c))
        elif name == "table":
            caption = next((flat(c) for c in descendants(element, "caption")), "") or _caption_before(element)
            layout.table(caption, *html_table(element, lambda e: local(e) in ("caption", "script", "style")))
        elif name == "figure":
            tables = list(descendants(element, "table"))
            caption = next((flat(c) for c in descendants(element, "figcaption")), "")
            for table in tables:
                layout.table(caption, *html_table(table, lambda e: local(e) in ("caption", "script", "style")))
            if not tables:
                layout.paragraph(caption)
        elif name in _PARAGRAPHS and not any(local(d) in ("p", "table", "ul", "ol") for d in element.iterdescendants()):
            layout.paragraph(flat(element))
        else:
            if (element.text or "").strip() and name not in ("html", "body", "head"):
                layout.paragraph(element.text)
            if name != "head":
                stack.extend(reversed(element))


def first_heading(element: Element) -> bool:
    """Whether a heading stands anywhere below an element."""
    return next(descendants(element, *_HEADINGS), None) is not None


def _caption_before(table: Element) -> str:
    before = table.getprevious()
    text = flat(before) if before is not None and local(before) in ("p", "div") else ""
    return text if re.match(r"Table \d", text) and len(text) < 500 else ""
