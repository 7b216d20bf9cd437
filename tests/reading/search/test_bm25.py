from __future__ import annotations

from aichemist.chemistry import Document
from aichemist.reading.search import Bm25

TEXTS = {
    "a": "The NiFe films need 245 mV. Films of CoOx need more. Nothing is said of platinum here, or of films of it.",
    "b": "Ni(OH)2 was precipitated. The catalyst was dried.",
    "c": "",
}


def index() -> Bm25:
    return Bm25(Document(name, name, "", "", text) for name, text in TEXTS.items())


def test_telling_words_come_first_and_places_are_right() -> None:
    found = index().search("film CoOx")
    assert (found[0].document, found[0].sentence) == ("a", "Films of CoOx need more.")
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True) and len(found) == 3
    assert all(TEXTS[f.document][f.start : f.end] == f.sentence for f in found)
    assert len(index().search("film", limit=1)) == 1


def test_formulas_plurals_and_words_that_nobody_wrote() -> None:
    assert index().search("Ni(OH)2")[0].sentence == "Ni(OH)2 was precipitated."
    assert index().search("catalysts")[0].sentence == "The catalyst was dried."
    assert index().search("zirconium !! \0") == [] and index().search("") == []


def test_no_documents() -> None:
    assert len(Bm25([])) == 0 and Bm25([]).search("x") == []
