"""The store of literature: round trips, search that cannot be abused, corrections that win and survive."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import (
    Action,
    Condition,
    Document,
    InputError,
    Link,
    Mention,
    Procedure,
    Reading,
    ReadTable,
    Section,
    Skipped,
    Value,
)
from aichemist.records import Database
from aichemist.records.literature import ADDED, CORRECTED, LiteratureStore, checked_fields, parse_query

TEXT = "NiFe LDH needs 245 mV at 10 mA cm-2. The CoOx film needs 390 mV. Coffee is served at 80 °C."


def reading(name: str = "a", *, doi: str = "10.1/a", text: str = TEXT, made_by: str = "reading 1") -> Reading:
    at = text.index("245 mV") if "245 mV" in text else 0
    return Reading(
        Document(
            name, f"Title {name}", doi, "CC BY 4.0", text, 2020, ("A. Author",), "J. Tests", "text", f"{name}.txt",
            f"sum of {text[:20]}{name}", (Section("Results", "results", 0, len(text)),),
            (ReadTable("T", ("a", "b"), (("1", "2"),), (((0, 1), (2, 3)),), 0, 4),),
        ),
        tuple(m.span() for m in re.finditer(r"\S[^.]*(?:\.(?!\s|$)[^.]*)*\.", text)),
        (Mention("Material", 0, 8, "NiFe LDH", 0.9),), (Link("X", 0, 0),),
        (Value("overpotential", 245.0, "mV", at, at + 6, conditions=(Condition("current density", 10.0, "mA/cm2", "x"),),
               material="NiFe LDH", reaction="OER"),),
        (Procedure(0, 5, (Action("dried", "dry", 0, 5, temperature_k=353.15),)),), ("oxygen evolution",), made_by,
        {"n": 1},
    )  # fmt: skip


@pytest.fixture
def store(database: Database) -> LiteratureStore:
    return LiteratureStore(database)


def test_a_reading_comes_back_as_it_went(store: LiteratureStore) -> None:
    assert store.add([reading()]).new == 1
    assert store.machine_reading("a") == reading() == store.reading("a")
    (info,) = store.documents()
    assert (info.id, info.values, info.sentences, info.topics) == ("a", 1, 3, ("oxygen evolution",))
    assert store.documents(topic="hydrogen evolution") == [] and store.documents(folder="elsewhere") == []
    assert store.known("reading 1") == {reading().document.sha256} and store.known("reading 2") == frozenset()


def test_the_same_file_is_replaced_and_the_same_paper_left_out(store: LiteratureStore) -> None:
    store.add([reading()], folder="f")
    changed = reading(text=TEXT.replace("Coffee", "Tea"), made_by="reading 2")
    added = store.add([changed], folder="f")
    assert (added.new, added.again, added.duplicates) == (0, 1, ())
    assert [h.sentence for h in store.search("tea")] == ["Tea is served at 80 °C."] and store.search("coffee") == []
    twin = evolve(reading("b", doi="10.1/A"), made_by="reading 2")
    assert store.add([twin], folder="f").duplicates == (("b.txt", "a"),)
    assert store.skipped() == [Skipped("b.txt", "the same paper as a.txt")]
    no_doi = reading("c", doi="")
    preprint = evolve(no_doi, document=evolve(no_doi.document, id="d", name="d.txt", sha256="other"))
    assert store.add([no_doi], folder="f").new == 1
    assert store.add([preprint], folder="f").duplicates == (("d.txt", "c"),)


def test_ids_stay_apart(store: LiteratureStore) -> None:
    store.add([reading()], folder="f")
    other = reading(doi="10.1/other", text="Another paper altogether. It has 245 mV, too. And an end.")
    store.add([other], folder="g")
    ids = [d.id for d in store.documents()]
    assert len(ids) == 2 and ids[0] == "a" and ids[1].startswith("a-")
    assert store.reading(ids[1]).document.id == ids[1]


def test_search_ranks_by_bm25_and_knows_phrases(store: LiteratureStore) -> None:
    store.add(
        [reading(), reading("b", doi="10.1/b", text="Films of CoOx dissolve slowly. A film is thin. 245 mV again.")]
    )
    assert store.search("CoOx film needs")[0].sentence == "The CoOx film needs 390 mV."
    hit = store.search("coffee")[0]
    assert (hit.document, hit.title, hit.doi, TEXT[hit.start : hit.end]) == ("a", "Title a", "10.1/a", hit.sentence)
    assert [h.sentence for h in store.search('"film needs"')] == ["The CoOx film needs 390 mV."]
    assert {h.document for h in store.search("film -CoOx")} == {"b"}
    assert [h.document for h in store.search("mV", document="b")] == ["b"]
    assert len(store.search("mV", limit=1)) == 1


@pytest.fixture
def store_with_one(store: LiteratureStore) -> LiteratureStore:
    store.add([reading()])
    return store


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60) | st.text(alphabet="ab \"'()*:^-+&|!<>~{}\\\0", max_size=40))
def test_no_words_can_break_the_search(store_with_one: LiteratureStore, words: str) -> None:
    if parse_query(words).wanted:
        for hit in store_with_one.search(words):
            assert hit.document == "a"
    else:
        with pytest.raises(InputError, match="no word"):
            store_with_one.search(words)


@pytest.mark.parametrize(
    "words", ["text:*", "NEAR(a b)", "a AND", "document : a", '"', "'; drop table run; --", "col:x OR *", "NOT", "{a}"]
)
def test_query_languages_have_no_meaning(store_with_one: LiteratureStore, words: str) -> None:
    try:
        store_with_one.search(words)
    except InputError as error:
        assert "no word" in str(error)
    assert store_with_one.counts()["documents"] == 1


def test_a_correction_wins_and_survives_another_reading(store: LiteratureStore) -> None:
    store.add([reading()], folder="f")
    value = store.reading("a").values[0]
    fields = {"value": "254", "material": "NiFe-LDH", "current_density": "20", "cited": "true"}
    fact = next(store.facts()).id
    store.correct("a", "change", fact=fact, fields=fields, who="Ann", note="typo")
    assert [(f.id, f.value, f.corrected, f.made_by) for f in store.facts()] == [(fact, 254.0, True, "Ann")]
    seen = store.reading("a").values[0]
    assert (seen.value, seen.material, seen.cited, seen.made_by) == (254.0, "NiFe-LDH", True, "Ann")
    assert seen.conditions[0].value == 20 and CORRECTED in seen.flags and seen.property == "overpotential"
    assert store.machine_reading("a").values[0] == value
    moved = "A new first line. " + TEXT
    store.add([reading(text=moved, made_by="reading 2")], folder="f")
    again = store.reading("a").values[0]
    assert (again.value, moved[again.start : again.end]) == (254.0, "245 mV")
    assert [(f.value, f.corrected) for f in store.facts()] == [(254.0, True)]
    store.correct("a", "wrong", fact=next(store.facts()).id, who="Bob")
    assert store.reading("a").values == () and list(store.facts()) == []
    assert [(c.who, c.action, c.quote) for c in store.corrections()] == [
        ("Ann", "change", "245 mV"), ("Bob", "wrong", "245 mV"),
    ]  # fmt: skip


def test_what_the_machine_missed_can_be_added(store: LiteratureStore) -> None:
    store.add([reading()])
    start = TEXT.index("390 mV")
    fields = {"property": "overpotential", "value": "390", "unit": "mV", "material": "CoOx"}
    store.correct("a", "add", span=(start, start + 6), fields=fields, who="Ann")
    added = store.reading("a").values[1]
    assert (added.value, added.material, added.flags) == (390.0, "CoOx", (ADDED,))


def test_wrong_corrections_are_refused(store: LiteratureStore) -> None:
    store.add([reading()])
    for given_fields, match in (
        ({"colour": "red"}, "no field"),
        ({"value": "many"}, "number"),
        ({"cited": "so"}, "true"),
    ):
        with pytest.raises(InputError, match=match):
            checked_fields(given_fields)
    with pytest.raises(InputError, match="outside"):
        store.correct("a", "add", span=(5, 100_000), fields={"property": "x", "value": "1", "unit": ""}, who="Ann")
    with pytest.raises(InputError, match="is no fact of a"):
        store.correct("a", "wrong", fact="beef", who="Ann")
    with pytest.raises(InputError, match="nothing to change"):
        store.correct("a", "change", fact=next(store.facts()).id, who="Ann")
    with pytest.raises(InputError, match="whose word"):
        store.correct("a", "wrong", fact=next(store.facts()).id, who=" ")
    with pytest.raises(InputError, match="is missing"):
        store.correct("a", "add", span=(0, 5), fields={"property": "x"}, who="Ann")
    with pytest.raises(InputError, match="did you mean a"):
        store.reading("aa")
    assert store.corrections() == []


def test_removing_leaves_nothing_but_the_corrections(store: LiteratureStore) -> None:
    store.add(
        [reading(), reading("b", doi="10.1/b", text="Films of CoOx dissolve slowly. A film is thin. 245 mV now.")]
    )
    store.correct("a", "wrong", fact=next(store.facts(document="a")).id, who="Ann")
    store.remove("a")
    assert [d.id for d in store.documents()] == ["b"] and store.search("coffee") == []
    assert len(store.search("CoOx")) == 1
    store.add([reading()])
    assert store.reading("a").values == ()


def test_counts_and_skipped_files(store: LiteratureStore) -> None:
    store.note_skipped([(Skipped("x.pdf", "encrypted"), "sum")], folder="f", made_by="reading 1")
    store.note_skipped([(Skipped("x.pdf", "still encrypted"), "sum")], folder="f", made_by="reading 2")
    assert store.known() == store.known("reading 2") == {"sum"} and store.known("reading 1") == frozenset()
    store.add([reading()], folder="f")
    assert store.skipped() == [Skipped("x.pdf", "still encrypted")]
    assert store.counts() == {
        "documents": 1, "sentences": 3, "values": 1, "actions": 1, "entities": 1, "corrections": 0, "skipped": 1,
    }  # fmt: skip
    ok = evolve(reading(doi="10.1/x"), document=evolve(reading(doi="10.1/x").document, name="x.pdf", sha256="s"))
    store.add([ok], folder="f")
    assert store.skipped() == []


def test_the_schema_before_is_upgraded_with_its_data(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text

    import aichemist.records

    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(aichemist.records.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("insert into run values (7, 'old', '2026-01-01 00:00:00', 'finished', 3, :config)"),
            {"config": json.dumps({"a": 1})},
        )
    engine.dispose()
    from aichemist.records import find_run

    database = Database(path)
    assert find_run(database, "old").seed == 3
    store = LiteratureStore(database)
    assert store.add([reading()]).new == 1 and len(store.search("coffee")) == 1
    database.close()
