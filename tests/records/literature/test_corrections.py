"""Corrections of values, actions and entities: they win in every view and are found again in a changed text."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from aichemist.chemistry import (
    Action,
    Document,
    InputError,
    Link,
    Mention,
    Procedure,
    Reading,
    Value,
)
from aichemist.reading._brat import read_brat
from aichemist.records import Database
from aichemist.records.literature import LiteratureStore, brat_pairs, correction_row, fact_row

TEXT = (
    "The salt was dried at 80 °C. NiFe needs 245 mV and CoFe needs 245 mV for the OER. "
    "Ni foam was washed. Later NiFe reached 245 mV once more."
)


def at(words: str, text: str = TEXT, after: int = 0) -> tuple[int, int]:
    start = text.index(words, after)
    return start, start + len(words)


def reading(
    text: str = TEXT, *, sha256: str = "s", made_by: str = "reading 1", materials: tuple[str, ...] = ("NiFe", "CoFe")
) -> Reading:
    first = at("245 mV", text)
    second = at("245 mV", text, first[1])
    sentences, start = [], 0
    for piece in text.split(". "):
        sentences.append((start, start + len(piece.rstrip(".")) + 1))
        start += len(piece) + 2
    mentions = tuple(
        Mention(k, *at(w, text), w, 0.9)
        for k, w in (("Material", "salt"), ("Operation", "dried"), ("Operation", "washed"))
    )
    return Reading(
        Document("a", "Title", "10.1/a", "CC BY", text, name="a.txt", sha256=sha256), tuple(sentences), mentions,
        (Link("Recipe_Precursor", 0, 1),),
        (Value("overpotential", 245.0, "mV", *first, material=materials[0], reaction="OER", confidence=0.8),
         Value("overpotential", 245.0, "mV", *second, material=materials[1], reaction="OER")),
        (Procedure(0, 28, (Action("dried", "dry", *at("dried", text), temperature_k=353.15),)),), ("OER",), made_by,
    )  # fmt: skip


@pytest.fixture
def store(database: Database) -> LiteratureStore:
    made = LiteratureStore(database)
    made.add([reading()], folder="f")
    return made


def test_only_the_fact_that_was_meant_changes(store: LiteratureStore) -> None:
    first, second = store.facts()
    assert (first.material, first.subject, first.sentence.startswith("NiFe needs")) == ("NiFe", "245 mV", True)
    store.correct("a", "change", fact=second.id[:10], fields={"value": "254"}, who="Ann")
    assert [(f.material, f.value, f.corrected) for f in store.facts()] == [
        ("NiFe", 245.0, False),
        ("CoFe", 254.0, True),
    ]
    assert [f.value for f in store.facts(material="cof")] == [254.0] and not list(store.facts(min_confidence=1.01))
    assert [f.material for f in store.facts(min_confidence=0.9)] == ["CoFe"]
    assert not list(store.facts(reaction="HER")) and len(list(store.facts(reaction="oer"))) == 2


def test_a_new_text_takes_the_corrections_along(store: LiteratureStore) -> None:
    second = list(store.facts())[1]
    store.correct("a", "wrong", fact=second.id, who="Ann")
    start, end = at("245 mV", after=TEXT.index("Later"))
    store.correct("a", "add", span=(start, end), fields={"property": "onset", "value": "245", "unit": "mV"}, who="Bob")
    new = "Typeset anew: here 245 mV is a trap. " + TEXT.replace("needs 245 mV and", "needs  245 mV,\nand")
    later = reading(new, sha256="other", made_by="reading 2")
    trap = Value("overpotential", 245.0, "mV", *at("245 mV", new), material="trap")
    shifted = tuple(
        evolve(v, start=s, end=e)
        for v, (s, e) in zip(later.values, [(a, a + 6) for a in _all("245 mV", new)[1:3]], strict=True)
    )
    store.add([evolve(later, values=(trap, *shifted))], folder="f")
    found = store.reading("a").values
    assert [(v.material, v.property) for v in found] == [
        ("trap", "overpotential"),
        ("NiFe", "overpotential"),
        ("", "onset"),
    ]
    assert found[-1].start == new.index("245 mV once") and not store.lost_corrections("a")
    gone = "Another text altogether. It holds 245 mV somewhere."
    store.add(
        [
            evolve(
                reading(),
                document=Document("a", "T", "10.1/a", "", gone, name="a.txt", sha256="z"),
                values=(),
                mentions=(),
                links=(),
                procedures=(),
                sentences=((0, 24), (25, 51)),
            )
        ],
        folder="f",
    )
    assert store.reading("a").values == () and len(store.lost_corrections("a")) == 2


def _all(words: str, text: str) -> list[int]:
    return [i for i in range(len(text)) if text.startswith(words, i)]


def test_a_person_is_right_against_a_reader_that_says_something_else(store: LiteratureStore) -> None:
    first = next(store.facts())
    store.correct("a", "change", fact=first.id, fields={"material": "NiFe LDH"}, who="Ann")
    store.add([evolve(reading(materials=("Fe", "CoFe")), made_by="reading 2")], folder="f")
    assert [v.material for v in store.reading("a").values] == ["NiFe LDH", "CoFe"]
    store.add([evolve(reading(), values=(), made_by="reading 3")], folder="f")  # the machine finds nothing any more
    (kept,) = store.reading("a").values
    assert (kept.material, kept.value, kept.made_by) == ("NiFe LDH", 245.0, "Ann")


def test_entities_and_their_links(store: LiteratureStore) -> None:
    by_subject = {f.subject: f for f in store.facts(kind="entity")}
    assert set(by_subject) == {"salt", "dried", "washed"}
    store.correct("a", "add", kind="entity", span=at("Ni foam"), fields={"kind": "Material"}, who="Ann")
    store.correct("a", "change", fact=by_subject["salt"].id, fields={"kind": "Recipe"}, who="Ann")
    seen = store.reading("a")
    assert [(m.kind, m.text) for m in seen.mentions] == [
        ("Recipe", "salt"), ("Operation", "dried"), ("Material", "Ni foam"), ("Operation", "washed"),
    ]  # fmt: skip
    assert seen.links == (Link("Recipe_Precursor", 0, 1),)
    store.correct("a", "wrong", fact=by_subject["dried"].id, who="Ann")
    seen = store.reading("a")
    assert [m.text for m in seen.mentions] == ["salt", "Ni foam", "washed"] and seen.links == ()


def test_actions(store: LiteratureStore) -> None:
    (dried,) = store.facts(kind="action")
    assert (dried.property, dried.subject, dried.conditions) == ("dry", "dried", {"temperature_k": 353.15})
    store.correct("a", "change", fact=dried.id, fields={"temperature": "90 degC", "duration": "2 h"}, who="Ann")
    store.correct("a", "add", kind="action", span=at("washed"), fields={"operation": "stir"}, who="Ann")
    first, second = store.reading("a").procedures
    assert (round(first.actions[0].temperature_k or 0, 2), first.actions[0].duration_s) == (363.15, 7200.0)
    assert (second.actions[0].verb, second.actions[0].operation) == ("washed", "stir")
    with pytest.raises(InputError, match="is no operation"):
        store.correct("a", "change", fact=dried.id, fields={"operation": "fly"}, who="Ann")


def test_exports_tell_machine_and_person_apart(store: LiteratureStore, tmp_path: Path) -> None:
    first = next(store.facts())
    store.correct("a", "change", fact=first.id, fields={"value": "254"}, who="Ann", note="typo")
    salt = next(store.facts(kind="entity"))
    store.correct("a", "change", fact=salt.id, fields={"kind": "Recipe"}, who="Ann")
    machine = store.machine_reading("a")
    row = correction_row(store.corrections()[0], machine.document.text, machine.sentences)
    assert (row["machine"]["value"], row["person"], row["who"], row["note"]) == (245.0, {"value": 254.0}, "Ann", "typo")
    assert row["sentence"][row["start_in_sentence"] : row["end_in_sentence"]] == row["quote"] == "245 mV"
    flat = fact_row(next(store.facts()))
    assert (flat["value"], flat["made_by"], flat["corrected"], flat["doi"]) == (254.0, "Ann", True, "10.1/a")
    assert TEXT[flat["start"] : flat["end"]] == "245 mV"
    for name, text, annotation in brat_pairs(store):
        (tmp_path / f"{name}.txt").write_text(text)
        (tmp_path / f"{name}.ann").write_text(annotation)
    (annotated,) = read_brat(tmp_path)
    assert annotated.text == "The salt was dried at 80 °C.\n"  # only what a person has looked at
    assert [(m.kind, m.text) for m in annotated.mentions] == [("Recipe", "salt"), ("Operation", "dried")]
    assert annotated.links == (Link("Recipe_Precursor", 0, 1),)


def test_search_by_property_and_topic(store: LiteratureStore) -> None:
    other = reading(TEXT.replace("NiFe needs", "Zn needs"), sha256="t")
    store.add(
        [evolve(other, document=evolve(other.document, id="b", doi="10.1/b", name="b.txt"), topics=("HER",))],
        folder="f",
    )
    assert {h.document for h in store.search("mV")} == {"a", "b"}
    assert {h.document for h in store.search("mV", topic="OER")} == {"a"}
    hits = store.search("mV needs", property="overpotential")
    assert len(hits) == 2 and all("needs" in h.sentence for h in hits)  # "once more" reports none
    assert store.search("salt", property="overpotential") == [] and store.search("mV", topic='%" or 1=1') == []
    assert store.properties() == {"overpotential": 4}


def test_texts_that_databases_refuse(store: LiteratureStore) -> None:
    odd = "A\0B half \ud83d pair needs 245 mV. End."
    made = Reading(Document("o", "T\0", "", "", odd, name="o\udce4.txt", sha256="o"), ((0, 29), (30, 34)), made_by="r")
    assert store.add([made], folder="f").new == 1 and store.add([made], folder="f").again == 1
    assert store.search("pair")[0].start == 0 and store.machine_reading("o").document.text == odd
