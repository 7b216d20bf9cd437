"""JATS XML, as PubMed Central and most publishers give it (NISO Z39.96)."""

from __future__ import annotations

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._markup import (
    Element,
    children,
    descendants,
    find_doi,
    find_year,
    first,
    flat,
    licence_of,
    local,
    parse_xml,
    root_name,
)  # fmt: skip
from ._reader import Reader, Source
from ._tables import html_table, without_note_marks

#: what articles come wrapped in, from PubMed Central and from repositories
_WRAPPERS = ("pmc-articleset", "oai-pmh", "record", "records", "metadata", "collection", "articles")


class JatsReader(Reader):
    """Articles in JATS."""

    format = "jats"
    suffixes = (".xml", ".nxml")
    max_bytes = 60_000_000

    def recognises(self, head: bytes, suffix: str) -> bool:
        root = root_name(head)
        signs = b"<front" in head or b"article-type=" in head or b"JATS" in head or b"NLM//DTD" in head
        if root == "article":
            return signs and b"elsevier.com/xml/" not in head
        return root in _WRAPPERS and b"<article" in head and signs

    def read(self, source: Source) -> Document:
        root = parse_xml(source.raw)
        article = root if local(root) == "article" else first(root, "article")
        if article is None:
            raise Unreadable("is JATS without an article")
        front = next(children(article, "front", "front-stub"), None)
        layout = Layout()
        metadata = _metadata(front) if front is not None else Metadata()
        for abstract in descendants(front, "abstract") if front is not None else ():
            if abstract.get("abstract-type") in ("graphical", "toc", "teaser", "key-points", "author-highlights"):
                continue
            layout.heading(flat(next(children(abstract, "title"), None)) or "Abstract", "abstract")
            _content(abstract, layout, 0, kind="abstract")
        for part in children(article, "body", "floats-group"):
            if local(part) == "body" and local(next(children(part), part)) != "sec":
                layout.heading("", "other")
            _content(part, layout, 0)
        for part in children(article, "back"):
            for more in children(part, "ack", "sec", "app-group", "app", "notes"):
                if local(more) == "app-group":
                    _content(more, layout, 0)
                    continue
                named = "Acknowledgements" if local(more) == "ack" else ""
                layout.heading(flat(next(children(more, "title"), None)) or named)
                _content(more, layout, 1)
        return layout.document(
            metadata, name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


def _metadata(front: Element) -> Metadata:
    ids = {e.get("pub-id-type"): flat(e) for e in descendants(front, "article-id")}
    group = first(front, "title-group")
    authors = tuple(
        " ".join(p for p in (flat(first(c, "given-names")), flat(first(c, "surname"))) if p) or flat(first(c, "collab"))
        for c in descendants(front, "contrib")
        if c.get("contrib-type", "author") == "author"
    )
    permissions = first(front, "permissions")
    licence = ""
    if permissions is not None:
        links = " ".join(v for e in permissions.iter() if local(e) for k, v in e.attrib.items() if k.endswith("href"))
        licence = licence_of(f"{links} {' '.join(permissions.itertext())}")
    years = [flat(first(e, "year")) for e in descendants(front, "pub-date")]
    return Metadata(
        title=flat(first(group, "article-title"), lambda e: local(e) in ("fn", "xref")) if group is not None else "",
        doi=find_doi(ids.get("doi", "")),
        year=min((y for t in years if (y := find_year(t))), default=None),
        licence=licence,
        authors=tuple(a for a in authors if a),
        journal=flat(first(front, "journal-title")),
    )


_ASIDE = frozenset(
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media", "fn"}
)
_LISTS = ("list", "disp-quote", "def-list")


def _skip(element: Element) -> bool:
    return local(element) in _ASIDE or local(element) in _LISTS


def _content(parent: Element, layout: Layout, depth: int, kind: str | None = None) -> None:
    if depth > 40:
        return
    for child in children(parent):
        name = local(child)
        if name in ("title", "label", "sec-meta", "ref-list", "object-id", "fn-group", "glossary"):
            continue
        if name in ("sec", "app"):
            title = " ".join(t for t in (flat(next(children(child, "label"), None)),
                                         flat(next(children(child, "title"), None))) if t)  # fmt: skip
            if kind is None:
                layout.heading(title, None if depth == 0 or not title else layout.inherited(title))
            elif title:
                layout.paragraph(title if title.endswith((".", ":")) else title + ":")
            _content(child, layout, depth + 1, kind)
        elif name == "boxed-text":
            _content(child, layout, depth + 1, kind)
        elif name in _ASIDE:
            _aside(child, layout)
        elif name in _LISTS:
            _items(child, layout)
        else:
            layout.paragraph(flat(child, _skip))
            for part in descendants(child, *_LISTS):
                if not any(local(a) in _LISTS for a in part.iterancestors()):
                    _items(part, layout)
            for aside in descendants(child, *_ASIDE):
                if not any(local(a) in _ASIDE for a in aside.iterancestors()):
                    _aside(aside, layout)


def _items(element: Element, layout: Layout) -> None:
    for item in descendants(element, "p", "def"):
        if not any(local(c) == "p" for c in item):
            layout.paragraph(flat(item, _skip))


def _aside(element: Element, layout: Layout) -> None:
    """Captions of figures, and tables with their notes."""
    name = local(element)
    if name in ("fn", "media", "supplementary-material"):
        return
    if name in ("fig-group", "table-wrap-group") and any(local(c) in ("fig", "table-wrap") for c in element):
        for part in children(element, "fig", "table-wrap"):
            _aside(part, layout)
        return
    caption = " ".join(t for t in (flat(next(children(element, "label"), None)),
                                   flat(next(children(element, "caption"), None))) if t)  # fmt: skip
    tables = list(descendants(element, "table"))
    if not tables:
        layout.paragraph(caption)
    for table in tables:
        layout.table(caption, *html_table(table, without_note_marks))
    for foot in children(element, "table-wrap-foot"):
        notes = list(descendants(foot, "p"))
        for note in notes or [foot]:
            layout.paragraph(flat(note))
