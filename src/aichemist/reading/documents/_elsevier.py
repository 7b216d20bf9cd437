"""Elsevier's full-text XML: the article DTD (``ja:article``) bare, in ``xocs:doc``, or in an API response."""

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
from ._tables import cals_table, without_note_marks

_ARTICLES = ("article", "converted-article", "simple-article", "book-review", "exam", "chapter", "simple-chapter")
_ROOTS = ("doc", "full-text-retrieval-response", "serial-item", *_ARTICLES)
#: stands beside the text, not in it
_ASIDE = frozenset({"figure", "table", "textbox", "e-component", "float-anchor", "footnote"})
_PASSED_OVER = frozenset({"section-title", "label", "bibliography", "further-reading", *_ASIDE})


class ElsevierReader(Reader):
    """Articles of Elsevier's journals."""

    format = "elsevier"
    suffixes = (".xml",)
    max_bytes = 60_000_000

    def recognises(self, head: bytes, suffix: str) -> bool:
        return root_name(head) in _ROOTS and (
            b"elsevier.com/xml/" in head or b"full-text-retrieval-response" in head or b"//ES//DTD" in head
        )

    def read(self, source: Source) -> Document:
        root = parse_xml(source.raw)
        article = root if local(root) in _ARTICLES else first(root, *_ARTICLES)
        if article is None:
            return _raw_text(root, source)
        body = _Body(article, Layout())
        body.read()
        return body.layout.document(
            _metadata(root, article), name=source.name, id=source.id, format=self.format, sha256=source.sha256
        )  # fmt: skip


def _raw_text(root: Element, source: Source) -> Document:
    """Older articles come as text without structure beside their metadata."""
    from ._sections import as_sections

    raw = first(root, "rawtext", "raw-text")
    text = "" if raw is None else "".join(raw.itertext())
    if len(text) < 500:
        raise Unreadable("holds no full text, only metadata of an Elsevier article")
    layout = Layout()
    for paragraph in text.split("\n\n"):
        layout.paragraph(paragraph)
    made = layout.document(
        _metadata(root, root), name=source.name, id=source.id, format="elsevier", sha256=source.sha256
    )
    return as_sections(made, headed=False)


class _Body:
    """Writes an article into a layout, captions and tables behind the paragraph that calls them first."""

    def __init__(self, article: Element, layout: Layout) -> None:
        self.article, self.layout = article, layout
        self.floats = {
            e.get("id"): e for e in descendants(article, "figure", "table") if e.get("id") and not _in_graphic(e)
        }
        self.anchored = {a.get("refid") for a in descendants(article, "float-anchor")}
        self.written: set[str] = set()

    def read(self) -> None:
        layout, article = self.layout, self.article
        for abstract in descendants(article, "abstract"):
            if abstract.get("class") in ("graphical", "author-highlights", "teaser", "editor-highlights"):
                continue
            layout.heading(flat(next(children(abstract, "section-title"), None)) or "Abstract", "abstract")
            for paragraph in descendants(abstract, "simple-para"):
                layout.paragraph(flat(paragraph, _aside))
        for sections in descendants(article, "sections"):
            if next(children(sections), None) is not None and local(next(children(sections))) != "section":
                layout.heading("", "other")
            self.content(sections, 0)
        for name in list(self.floats):
            self.float(name)
        for more in descendants(article, "acknowledgment"):
            layout.heading(flat(next(children(more, "section-title"), None)) or "Acknowledgments")
            self.content(more, 1)
        for more in descendants(article, "appendices"):
            self.content(more, 0)

    def content(self, parent: Element, depth: int) -> None:
        if depth > 40:
            return
        for child in children(parent):
            name = local(child)
            if name in _PASSED_OVER:
                self.floats_of(child)
            elif name == "section":
                if child.get("view") == "extended" and parent.find("*[@view='compact-standard']") is not None:
                    continue  # the same for the page on the web
                title = " ".join(t for t in (flat(next(children(child, "label"), None)),
                                             flat(next(children(child, "section-title"), None))) if t)  # fmt: skip
                self.layout.heading(title, None if depth == 0 or not title else self.layout.inherited(title))
                self.content(child, depth + 1)
            else:
                if first(child, "list") is not None:
                    self.layout.paragraph(flat(child, lambda e: _aside(e) or local(e) == "list"))
                    for item in descendants(child, "list-item"):
                        self.layout.paragraph(flat(item, lambda e: _aside(e) or local(e) == "list"))
                else:
                    self.layout.paragraph(flat(child, _aside))
                self.floats_of(child)

    def floats_of(self, element: Element) -> None:
        """What a paragraph anchors, or calls where nothing anchors it."""
        for call in element.iter():
            name = local(call)
            if name == "float-anchor":
                self.float(call.get("refid", ""))
            elif name in ("figure", "table"):
                self.float(call.get("id", ""))
            elif name in ("cross-ref", "cross-refs"):
                for target in (call.get("refid") or "").split():
                    if target not in self.anchored:
                        self.float(target)

    def float(self, name: str) -> None:
        element = self.floats.get(name)
        if element is None or name in self.written:
            return
        self.written.add(name)
        caption = " ".join(t for t in (flat(next(children(element, "label"), None)),
                                       flat(next(children(element, "caption"), None), _aside)) if t)  # fmt: skip
        if local(element) == "figure":
            self.layout.paragraph(caption)
            return
        for group in children(element, "tgroup"):
            self.layout.table(caption, *cals_table(group, without_note_marks))
        for note in children(element, "legend", "table-footnote"):
            self.layout.paragraph(flat(note))


def _in_graphic(element: Element) -> bool:
    """Whether a figure stands in a graphical abstract, or is part of another."""
    return any(local(a) in ("abstract", "figure", "biography") for a in element.iterancestors())


def _aside(element: Element) -> bool:
    return local(element) in _ASIDE


def _metadata(root: Element, article: Element) -> Metadata:
    head = next((c for c in children(article) if local(c) in ("head", "simple-head")), article)
    authors = tuple(
        " ".join(
            p for p in (flat(next(children(a, "given-name"), None)), flat(next(children(a, "surname"), None))) if p
        )
        for a in descendants(head, "author")
    )
    core = first(root, "coredata")
    if not any(authors) and core is not None:
        authors = tuple(flat(c) for c in children(core, "creator"))
    doi = first(article, "doi")
    year = next(
        (find_year(flat(e)) for e in descendants(root, "cover-date-year", "cover-date-start", "coverdate")), None
    )
    if year is None:
        dated = first(article, "date-accepted", "date-received", "copyright")
        year = find_year(dated.get("year", "")) if dated is not None else None
    licence = " ".join(
        flat(e) for e in descendants(root, "oa-user-license", "openaccess-user-license", "user-license", "copyright",
                                     "license", "oa-article-status", "copyright-line", "dochead",
                                     "openaccessuserlicense")
    )  # fmt: skip
    raw = " ".join(str(e.text or "") for e in root.iter() if local(e) and "creativecommons" in str(e.text or ""))
    links = " ".join(v for e in root.iter() if local(e) for v in e.attrib.values() if "creativecommons" in v)
    journal = first(root, "srctitle", "publicationname")
    title = flat(next(children(head, "title"), None)) or flat(first(head, "title"))
    return Metadata(
        title=title or (flat(first(core, "title")) if core is not None else ""),
        doi=find_doi(flat(doi)) if doi is not None else find_doi(flat(first(root, "doi"))),
        year=year,
        licence=licence_of(f"{links} {raw} {licence}"),
        authors=tuple(a for a in authors if a),
        journal=flat(journal) if journal is not None else "",
    )
