"""JATS XML, as PubMed Central and most publishers give it (NISO Z39.96)."""

from __future__ import annotations

import re

from aichemist.chemistry import Document

from ._layout import Layout, Metadata
from ._markup import Element, children, descendants, find_doi, find_year, first, flat, licence_of, local, parse_xml
from ._reader import Reader, Source
from ._tables import html_table


class JatsReader(Reader):
    """Articles in JATS."""

    format = "jats"
    suffixes = (".xml", ".nxml")

    def recognises(self, head: bytes, suffix: str) -> bool:
        return re.search(rb"<(?:\w{1,10}:)?(?:article|pmc-articleset)[\s>]", head) is not None and (
            b"<front" in head or b"article-type=" in head or b"JATS" in head or b"NLM//DTD" in head
        )

    def read(self, source: Source) -> Document:
        root = parse_xml(source.raw)
        article = root if local(root) == "article" else first(root, "article")
        if article is None:
            article = root
        front = next(children(article, "front", "front-stub"), None)
        layout = Layout()
        metadata = _metadata(front) if front is not None else Metadata()
        for abstract in descendants(front, "abstract") if front is not None else ():
            if abstract.get("abstract-type") in ("graphical", "toc", "teaser"):
                continue
            layout.heading(flat(next(children(abstract, "title"), None)) or "Abstract", "abstract")
            _content(abstract, layout, 0)
        for part in children(article, "body", "floats-group"):
            if local(part) == "body" and not any(True for _ in children(part, "sec")):
                layout.heading("", "other")
            _content(part, layout, 0)
        return layout.document(
            metadata, name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


def _metadata(front: Element) -> Metadata:
    ids = {e.get("pub-id-type"): flat(e) for e in descendants(front, "article-id")}
    group = first(front, "title-group")
    authors = tuple(
        " ".join(p for p in (flat(first(c, "given-names")), flat(first(c, "surname"))) if p)
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
        title=flat(first(group, "article-title")) if group is not None else "",
        doi=find_doi(ids.get("doi", "")),
        year=min((y for t in years if (y := find_year(t))), default=None),
        licence=licence,
        authors=tuple(a for a in authors if a),
        journal=flat(first(front, "journal-title")),
    )


_ASIDE = frozenset(
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media"}
)


def _skip(element: Element) -> bool:
    return local(element) in _ASIDE


def _content(parent: Element, layout: Layout, depth: int) -> None:
    if depth > 40:
        return
    for child in children(parent):
        name = local(child)
        if name in ("title", "label", "sec-meta", "ref-list"):
            continue
        if name == "sec":
            title = " ".join(t for t in (flat(next(children(child, "label"), None)),
                                         flat(next(children(child, "title"), None))) if t)  # fmt: skip
            layout.heading(title, None if depth == 0 or not title else layout.inherited(title))
            _content(child, layout, depth + 1)
        elif name in _ASIDE:
            _aside(child, layout)
        elif name in ("list", "disp-quote", "def-list", "boxed-text"):
            for item in descendants(child, "p"):
                layout.paragraph(flat(item, _skip))
        else:
            layout.paragraph(flat(child, _skip))
            for aside in descendants(child, *_ASIDE):
                if not any(local(a) in _ASIDE for a in aside.iterancestors()):
                    _aside(aside, layout)


def _aside(element: Element, layout: Layout) -> None:
    """Captions of figures, and tables."""
    caption = " ".join(t for t in (flat(next(children(element, "label"), None)),
                                   flat(next(children(element, "caption"), None))) if t)  # fmt: skip
    tables = list(descendants(element, "table"))
    if not tables:
        layout.paragraph(caption)
    for table in tables:
        layout.table(caption, *html_table(table, lambda e: False))
