"""Pages of documents: nothing in a text becomes mark-up, every value stands highlighted at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from aichemist.campaign import document_page, index_page
from aichemist.chemistry import Action, Document, Mention, Procedure, Reading, ReadTable, Section, Value
from aichemist.records import Database
from aichemist.records.literature import LiteratureStore

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}"


class _Page(HTMLParser):
    """Tags with their attributes, and the text by the class of the mark around it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[tuple[str, str]] = []
        self._mark: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._mark = dict(attrs).get("class")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._mark = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._mark is not None:
            self.marked.append((self._mark, data))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LiteratureStore]:
    database = Database(tmp_path / "a.db")
    yield LiteratureStore(database)
    database.close()


def hostile() -> Reading:
    text = f"{EVIL}\n\nMethods\n{EVIL} was dried; {EVIL} needs 245 mV. Cell 300 mV\n"
    at, cell = text.index("245 mV"), text.index("300 mV")
    dried, second = text.index("dried"), text.index(EVIL, 5)
    return Reading(
        Document(
            "evil", EVIL, 'javascript:alert(4)"', EVIL, text, 2020, (EVIL,), EVIL, "html", f"{EVIL}.html", "s",
            (Section(EVIL, "other", 0, second), Section("Methods", "experimental", second, len(text))),
            (ReadTable(EVIL, (EVIL,), (("300 mV",),), (((cell, cell + 6),),), cell, cell + 6),),
        ),
        ((0, len(text)),), (Mention("Material", second, second + len(EVIL), EVIL),), (),
        (Value("overpotential", 245.0, "mV", at, at + 6, material=EVIL, made_by=EVIL),
         Value(EVIL, 300.0, EVIL, cell, cell + 6)),
        (Procedure(second, at, (Action(EVIL, "", dried, dried + 5, atmosphere=EVIL, apparatus=(EVIL,)),)),), (EVIL,), EVIL,
    )  # fmt: skip


def test_nothing_in_a_text_becomes_mark_up(store: LiteratureStore) -> None:
    store.add([hostile()])
    fact = next(store.facts())
    store.correct("evil", "change", fact=fact.id, fields={"material": EVIL}, who=EVIL, note=EVIL)
    for html in (document_page(store, "evil"), index_page(store.documents())):
        page = _Page(html)
        assert not {"script", "img", "svg", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
        attributes = [(k, v or "") for _, a in page.tags for k, v in a.items()]
        assert not [k for k, _ in attributes if k.startswith("on") or k == "src"]
        links = [v for k, v in attributes if k == "href"]
        assert all(re.match(r"#|https://doi\.org/10\.|[\w.%-]+\.html$", link) for link in links), links
        assert "49" not in page.text.replace("249", "") or "{{7*7}}" in page.text
        assert EVIL in page.text and "default-src 'none'" in html


def test_evidence_is_highlighted_where_it_stands(store: LiteratureStore) -> None:
    store.add([hostile()])
    page = _Page(document_page(store, "evil"))
    marked = [(m, t) for m, t in page.marked if t in ("245 mV", "300 mV", "dried")]
    assert marked == [("a", "dried"), ("v", "245 mV"), ("v", "300 mV")]
    ids = {a["id"] for _, a in page.tags if a.get("id")}
    for fact in store.facts():
        assert f"f-{fact.id}" in ids  # the link in the table of values leads to it
    text = page.text[page.text.index("Methods\n") :]
    assert text.index("was dried") < text.index("245 mV") < text.index("300 mV")


def test_attribution_and_corrections_are_shown(store: LiteratureStore) -> None:
    text = "NiFe needs 245 mV. CoFe needs 300 mV."
    document = Document("a", "On NiFe", "10.1/a<b", "CC BY 4.0", text, 2021, ("A. Bee", "C. Dee"), "J. Tests", name="a")
    values = tuple(Value("overpotential", n, "mV", text.index(str(n)), text.index(str(n)) + 6) for n in (245, 300))
    store.add([Reading(document, ((0, 18), (19, 37)), values=values)])
    first, second = store.facts()
    store.correct("a", "change", fact=first.id, fields={"value": "254"}, who="Ann", note="typo")
    store.correct("a", "wrong", fact=second.id, who="Bob")
    page = _Page(document_page(store, "a"))
    assert "A. Bee, C. Dee. On NiFe. J. Tests, 2021. doi:10.1/a<b. Licence: CC BY 4.0." in page.text
    assert ("v c", "245 mV") in page.marked and "254 mV" in page.text and "a person's word" in page.text
    assert all(t != "300 mV" for _, t in page.marked) and "Bob" in page.text and ("del", {}) in page.tags
