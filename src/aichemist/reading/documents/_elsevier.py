"""Elsevier's full-text XML: the article DTD (``ja:article``) bare, in ``xocs:doc``, or in an API response."""

from __future__ import annotations

from aichemist.chemistry import Document

from ._layout import Layout, Metadata
from ._markup import Element, children, descendants, find_doi, find_year, first, flat, licence_of, local, parse_xml
from ._reader import Reader, Source
from ._tables import cals_table

_ARTICLES = ("article", "converted-article", "simple-article", "book-review", "exam")
_ASIDE = frozenset(
    {"figure", "table", "textbox", "e-component", "float-anchor", "footnote", "display-figure", "display"}
)


class ElsevierReader(Reader):
    """Articles of Elsevier's journals."""

    format = "elsevier"
    suffixes = (".xml",)

    def recognises(self, head: bytes, suffix: str) -> bool:
        return b"elsevier.com/xml/" in head or b"full-text-retrieval-response" in head

    def read(self, source: Source) -> Document:
        root = parse_xml(source.raw)
        article = root if local(root) in _ARTICLES else first(root, *_ARTICLES)
        if article is None:
            from ._errors import Unreadable

            raise Unreadable("holds no full text, only metadata of an Elsevier article")
        layout = Layout()
        for abstract in descendants(article, "abstract"):
            if abstract.get("class") in ("graphical", "author-highlights", "teaser", "editor-highlights"):
                continue
            layout.heading(flat(next(children(abstract, "section-title"), None)) or "Abstract", "abstract")
            for paragraph in descendants(abstract, "simple-para"):
                layout.paragraph(flat(paragraph, _skip))
        for sections in descendants(article, "sections"):
            if not any(True for _ in children(sections, "section")):
                layout.heading("", "other")
            _content(sections, layout, 0)
        for more in descendants(article, "acknowledgment"):
            layout.heading(flat(next(children(more, "section-title"), None)) or "Acknowledgments")
            _content(more, layout, 1)
        for more in descendants(article, "appendices"):
            _content(more, layout, 0)
        floats = next(children(article, "floats"), None)
        for table in descendants(floats if floats is not None else article, "table"):
            _table(table, layout)
        return layout.document(
            _metadata(root, article), name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


def _metadata(root: Element, article: Element) -> Metadata:
    head = next((c for c in children(article) if local(c) in ("head", "simple-head")), article)
    authors = tuple(
        " ".join(
            p for p in (flat(next(children(a, "given-name"), None)), flat(next(children(a, "surname"), None))) if p
        )
        for a in descendants(head, "author")
    )
    doi = first(article, "doi")
    year = next((find_year(flat(e)) for e in descendants(root, "cover-date-year", "cover-date-start")), None)
    if year is None:
        accepted = first(article, "date-accepted", "date-received")
        year = find_year(accepted.get("year", "")) if accepted is not None else None
    licence = " ".join(
        flat(e) for e in descendants(root, "oa-user-license", "openaccess-user-license", "user-license", "copyright",
                                     "license", "oa-article-status", "copyright-line", "dochead")
    )  # fmt: skip
    raw = " ".join(str(e.text or "") for e in root.iter() if local(e) and "creativecommons" in str(e.text or ""))
    links = " ".join(v for e in root.iter() if local(e) for v in e.attrib.values() if "creativecommons" in v)
    journal = first(root, "srctitle", "publicationname")
    return Metadata(
        title=flat(next(children(head, "title"), None)) or flat(first(head, "title")),
        doi=find_doi(flat(doi)) if doi is not None else find_doi(flat(first(root, "doi"))),
        year=year,
        licence=licence_of(f"{links} {raw} {licence}"),
        authors=tuple(a for a in authors if a),
        journal=flat(journal) if journal is not None else "",
    )


def _skip(element: Element) -> bool:
    return local(element) in _ASIDE


def _content(parent: Element, layout: Layout, depth: int) -> None:
    if depth > 40:
        return
    for child in children(parent):
        name = local(child)
        if name in ("section-title", "label") or name in _ASIDE:
            continue
        if name == "section":
            title = " ".join(t for t in (flat(next(children(child, "label"), None)),
                                         flat(next(children(child, "section-title"), None))) if t)  # fmt: skip
            layout.heading(title, None if depth == 0 or not title else layout.inherited(title))
            _content(child, layout, depth + 1)
        elif name == "para" and first(child, "list") is not None:
            layout.paragraph(flat(child, lambda e: _skip(e) or local(e) == "list"))
            for item in descendants(child, "list-item"):
                layout.paragraph(flat(item, _skip))
        else:
            layout.paragraph(flat(child, _skip))


def _table(table: Element, layout: Layout) -> None:
    caption = " ".join(t for t in (flat(next(children(table, "label"), None)),
                                   flat(next(children(table, "caption"), None))) if t)  # fmt: skip
    for group in children(table, "tgroup"):
        layout.table(caption, *cals_table(group, lambda e: False))
