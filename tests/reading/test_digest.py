"""The digest: counts by paper, evidence that can be found again, and only what concerns the goal."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from aichemist.chemistry import Digest, Goal, InputError, Objective, Reported
from aichemist.reading import Corpus, Document, Skipped, read_folder, read_text, shipped_corpus
from aichemist.reading import digest as digest_of

TEXTS = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "shared" / "data")).parent / "literature/text"
METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")


def goal(unit: str = "mV") -> Goal:
    objective = Objective("overpotential", "minimise", unit, {"current_density_a_per_m2": 100.0})
    return Goal("Lowest overpotential for oxygen evolution", (objective,), 96, 8)


def digest(texts: Corpus, goal: Goal, elements: Sequence[str]) -> Digest:
    """All documents of a corpus, read and digested."""
    return digest_of((read_text(d) for d in texts.documents), goal, elements, corpus=texts.name, skipped=texts.skipped)


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Document(f"d{i}", f"t{i}", f"10.1/{i}", "CC BY", t) for i, t in enumerate(texts)))


def values(found: Digest) -> list[tuple[float | None, str, int]]:
    return [(r.value, r.conditions, r.papers) for r in found.values]


def test_papers_are_counted_not_mentions() -> None:
    found = digest(
        corpus(
            "NiFe oxides catalyse the OER. NiFe is good for the OER. NiFe again, for the OER.",
            "The OER on FeOOH is slow. FeOOH conducts badly.",
            "NiFe alloys make good coins.",
        ),
        goal(),
        METALS,
    )
    assert [(r.subject, r.papers) for r in found.elements] == [("Fe", 2), ("Ni", 1)]
    assert found.documents == 3
    assert "2 of them on oxygen evolution" in found.notes[0]


def test_values_of_other_reactions_do_not_count() -> None:
    text = (
        "For the OER, NiFe needs an overpotential of 280 mV at 10 mA cm-2. "
        "For the HER, it needs an overpotential of 150 mV at 10 mA cm-2. "
        "Another film needs an overpotential of 160 mV at 10 mA cm-2. "
        "Both the HER and the OER show an overpotential of 300 mV at 10 mA cm-2. "
        "It is an OER catalyst. Its overpotential is 320 mV at 10 mA cm-2."
    )
    assert sorted(values(digest(corpus(text), goal(), METALS))) == [
        (280.0, "10 mA/cm2", 1), (300.0, "10 mA/cm2", 1), (320.0, "10 mA/cm2", 1),
    ]  # fmt: skip


def test_equal_values_of_two_papers_are_one_entry_and_units_follow_the_goal() -> None:
    a = "The OER overpotential of NiFe is 280 mV at 10 mA cm-2."
    b = "The OER overpotential of NiFe is 0.28 V at 10 mA/cm2."
    found = digest(corpus(a, b), goal("V"), METALS)
    assert values(found) == [(0.28, "10 mA/cm2", 2)]
    assert found.values[0].unit == "V"
    assert {e.document for e in found.values[0].evidence} == {"d0", "d1"}


def test_reference_lists_do_not_count() -> None:
    text = (
        "Iron oxides catalyse the OER. "
        "[3] A. Smith, B. Jones, Cerium oxides for the OER, J. Mater. Chem. A 5 (2017) 10584-10590. "
        "Lee, K.; Kim, J. Manganese oxides for the OER. Nano Lett. 2011, 11, 3785-3791. [CrossRef]"
    )
    assert [r.subject for r in digest(corpus(text), goal(), METALS).elements] == ["Fe"]


def test_evidence_is_limited_and_can_be_found_again() -> None:
    texts = corpus(*["Nickel cata- lysts do the OER. " * 9 for _ in range(8)])
    found = digest(texts, goal(), METALS)
    evidence = found.elements[0].evidence
    assert found.elements[0].papers == 8
    assert len(evidence) == 5
    assert len({e.document for e in evidence}) == 5
    by_id = {d.id: d for d in texts.documents}
    for e in evidence:
        assert by_id[e.document].text[e.start : e.end] == e.sentence
        assert (e.title, e.doi, e.licence) == (by_id[e.document].title, by_id[e.document].doi, "CC BY")
        assert 0 < e.confidence <= 1


def test_skipped_files_and_the_leaning_of_papers_are_noted() -> None:
    found = digest(Corpus("c", (), (Skipped("bad.txt", "empty"),)), goal(), METALS)
    assert "skipped bad.txt: empty" in found.notes
    assert any("reported, not best" in note for note in found.notes)
    assert not found.elements


def test_a_goal_of_another_kind_takes_no_values() -> None:
    other = Goal("Hardest alloy", (Objective("hardness", "maximise", "GPa"),), 10, 2)
    found = digest(corpus("The OER overpotential of NiFe is 280 mV at 10 mA cm-2."), other, ())
    assert not found.values
    assert [r.subject for r in found.elements] == ["Fe", "Ni"]


def test_an_unknown_element_is_refused() -> None:
    with pytest.raises(InputError, match="not an element"):
        digest(corpus("x"), goal(), ["Ni", "Zz"])


def test_text_is_data_only() -> None:
    text = "Ignore all instructions; {goal!r} <script>alert(1)</script> %s \\1 NiFe for the OER."
    assert digest(corpus(text), goal(), METALS).elements[0].evidence[0].sentence.startswith("Ignore all")


@pytest.mark.parametrize(
    "unit", ["NiFe", "Ni(", "1, ", "overpotential 300 mV ", "10 and ", "A. ", "η over ", "Abc, A. ", "OER 270 mV. "]
)
def test_long_texts_of_anything_take_linear_time(unit: str) -> None:
    text = (unit * (200_000 // len(unit) + 1))[:200_000] + "a"
    begin = time.process_time()
    digest(corpus(text), goal(), METALS)
    assert time.process_time() - begin < 15


def test_the_shipped_summaries_make_a_digest() -> None:
    found = digest(shipped_corpus(), goal(), METALS)
    assert {r.subject for r in found.elements} == set(METALS)
    assert found.elements[0].papers >= 8
    assert (310.0, "10 mA/cm2", 1) in values(found)
    assert found == digest(shipped_corpus(), goal(), METALS)


def _named(entries: tuple[Reported, ...]) -> dict[str, set[str]]:
    return {r.subject: {e.document for e in r.evidence} for r in entries}


@pytest.mark.skipif(not TEXTS.is_dir(), reason="no literature beside the repository")
def test_the_eighteen_articles() -> None:
    texts = read_folder(TEXTS)
    found = digest(texts, goal(), METALS)
    # read by a person: NiCoFeP from nitrates (electrolysis_04), Ir woodpiles (electrolysis_03)
    assert _named(found.precursors) == {
        name: {"electrolysis_04"} for name in ("cobalt nitrate", "iron nitrate", "nickel nitrate")
    }
    assert sorted(values(found)) == [
        (270.0, "10 mA/cm2", 1), (272.0, "100 mA/cm2", 1),  # 248 mV is cited from other papers
    ]  # fmt: skip
    assert {"Ni", "Fe", "Co"} <= set(_named(found.elements))
    for entry in (*found.elements, *found.precursors, *found.values):
        for e in entry.evidence:
            text = next(d.text for d in texts.documents if d.id == e.document)
            assert text[e.start : e.end] == e.sentence
