"""Values of tables and of whole articles: headings, references, offsets, what a document concerns."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aichemist.chemistry import Document, Goal, Objective, ReadTable, Section
from aichemist.reading import read_folder, split_sentences
from aichemist.reading._topics import topic_of
from aichemist.reading.values import table_values, topics_of, values_of

TEXTS = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[4] / "shared" / "data")).parent / "literature/text"


def laid_out(caption: str, header: tuple[str, ...], *rows: tuple[str, ...], before: str = "") -> Document:
    """A document that holds the table, its cells where their spans say."""
    text = before + caption + "\n" + "\t".join(header) + "\n"
    spans = []
    for row in rows:
        line = []
        for cell in row:
            line.append((len(text), len(text) + len(cell)))
            text += cell + "\t"
        text += "\n"
        spans.append(tuple(line))
    table = ReadTable(caption, header, rows, tuple(spans), len(before), len(text))
    return Document("d", "Oxides for the OER", "", "", text, tables=(table,))


def test_a_table_of_catalysts() -> None:
    document = laid_out(
        "Table 1. OER activity in 1 M KOH",
        ("Catalyst", "η10 (mV)", "Tafel slope / mV dec−1", "Ref."),
        ("NiFe LDH", "269 ± 3", "45", "This work"),
        ("CoFe₂O₄", "~310", "61.5", "[12]"),
        ("IrO2", "–", "80", "13"),
    )
    found = table_values(document, document.tables[0])
    assert [(v.material, v.property, v.value, v.unit, v.cited) for v in found] == [
        ("NiFe LDH", "overpotential", 269, "mV", False),
        ("NiFe LDH", "tafel slope", 45, "mV/dec", False),
        ("CoFe2O4", "overpotential", 310, "mV", True),
        ("CoFe2O4", "tafel slope", 61.5, "mV/dec", True),
        ("IrO2", "tafel slope", 80, "mV/dec", True),
    ]
    assert found[0].uncertainty == 3
    assert found[2].comparator == "~"
    assert {v.reaction for v in found} == {"OER"}
    assert [v.condition("current density") is not None for v in found] == [True, False, True, False, False]
    assert document.text[found[2].start : found[2].end] == "~310"


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("Overpotential at 10 mA cm-2 / mV", "300", ("overpotential", 300, "mV", 10)),
        ("Overpotential (V) @ 100 mA cm−2", "0.35", ("overpotential", 0.35, "V", 100)),
        ("η (mV)", "270@10", ("overpotential", 270, "mV", 10)),
        ("Overpotential [mV]", "280-300", ("overpotential", 280, "mV", None)),
        ("Mass activity (A g-1)", "830", ("mass activity", 830, "A/g", None)),
        ("Cdl (mF/cm2)", "12", ("double-layer capacitance", 12, "mF/cm2", None)),
        ("Stability (h)", "100 h @ 50", ("stability", 100, "h", 50)),
        ("Cell voltage", "1.58 V", ("cell voltage", 1.58, "V", None)),
    ],
)
def test_headings(heading: str, cell: str, expected: tuple[str, float, str, float | None]) -> None:
    document = laid_out("Table 1", ("Sample", heading), ("NiO", cell))
    (value,) = table_values(document, document.tables[0])
    at = value.condition("current density")
    assert (value.property, value.value, value.unit, at.value if at else None) == expected


def test_a_column_of_currents_and_one_of_electrolytes() -> None:
    document = laid_out(
        "Table 2",
        ("Material", "Electrolyte", "j (mA cm-2)", "Overpotential (mV)", "Reference"),
        ("NiO", "1 M KOH", "10", "330", "Lee et al."),
        ("CoO", "0.1 M KOH", "20", "360", ""),
    )
    found = table_values(document, document.tables[0])
    assert [[(c.name, c.value, c.text) for c in v.conditions] for v in found] == [
        [("current density", 10, "10"), ("electrolyte", None, "1 M KOH")],
        [("current density", 20, "20"), ("electrolyte", None, "0.1 M KOH")],
    ]
    assert [v.cited for v in found] == [True, False]


def test_a_table_that_lies_on_its_side() -> None:
    document = laid_out(
        "Table 3", ("", "NiO", "CoO [5]"), ("η10 (mV)", "330", "360"), ("Tafel slope (mV dec-1)", "60", "71"),
        ("Colour", "green", "black"),
    )  # fmt: skip
    found = table_values(document, document.tables[0])
    assert [(v.material, v.value, v.cited) for v in found] == [
        ("NiO", 330, False), ("CoO", 360, True), ("NiO", 60, False), ("CoO", 71, True),
    ]  # fmt: skip


def test_tables_without_numbers_give_nothing() -> None:
    document = laid_out("Table", ("Catalyst", "η10 (mV)"), ("NiO", "n.d."), ("CoO", "see Fig. 3"))
    assert table_values(document, document.tables[0]) == ()
    empty = laid_out("Table", ("Catalyst", "η10 (mV)"))
    assert table_values(empty, empty.tables[0]) == ()


def test_a_document_gives_context_and_offsets() -> None:
    text = (
        "We made NiFe LDH films for the OER. It needs an overpotential of 269 mV at 10 mA cm-2. "
        "Thanks to a grant of 300 mV. J. Chem. 2011, 11, 3785-3791, an overpotential of 250 mV at 10 mA cm-2. "
    )
    document = laid_out("Table 1", ("Catalyst", "η10 (mV)"), ("NiO", "330"), before=text)
    at = text.index("Thanks")
    sections = (Section("", "results", 0, at), Section("Thanks", "acknowledgements", at, at + 29))
    document = Document("d", "", "", "", document.text, sections=sections, tables=document.tables)
    sentences = [(s.start, s.end) for s in split_sentences(document.text)]
    found = values_of(document, sentences)
    assert [(document.text[v.start : v.end], v.material, v.reaction) for v in found] == [
        ("269 mV", "NiFe LDH films", "OER"), ("330", "NiO", "OER"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The OER is slow. We study the OER. Oxygen evolution matters.", ("OER",)),
        ("HER and OER. The HER. The OER again.", ("HER", "OER")),
        ("Oxygen reduction on Pt. The ORR.", ("ORR",)),
        ("CO2 reduction on Cu. CO2RR.", ("CO2RR",)),
        ("Hydrogen oxidation. The HOR is fast.", ("HOR",)),
        ("The fluorescence of a dye.", ("fluorescence",)),
        ("Coins are made of nickel.", ()),
    ],
)
def test_topics_of_a_document(text: str, expected: tuple[str, ...]) -> None:
    document = Document("d", "", "", "", text)
    sentences = [(s.start, s.end) for s in split_sentences(text)]
    assert sorted(topics_of(document, sentences)) == sorted(expected)


@pytest.mark.parametrize(
    ("statement", "name", "expected"),
    [
        ("Lowest overpotential for oxygen evolution", "overpotential", "OER"),
        ("Lowest overpotential for hydrogen evolution", "overpotential", "HER"),
        ("A better catalyst", "overpotential", "OER"),
        ("Highest rate of photocatalytic hydrogen evolution", "rate", "photocatalytic HER"),
        ("Best catalyst for the ORR", "half-wave potential", "ORR"),
        ("Brightest dye", "quantum yield", "fluorescence"),
        ("Best catalyst for CO2 reduction", "selectivity", "CO2RR"),
        ("Best HOR catalyst", "activity", "HOR"),
        ("Hardest alloy", "hardness", None),
    ],
)
def test_topic_of_a_goal(statement: str, name: str, expected: str | None) -> None:
    topic = topic_of(Goal(statement, (Objective(name, "maximise", ""),), 10, 2))
    assert (topic.short if topic else None) == expected


@pytest.mark.skipif(not TEXTS.is_dir(), reason="no literature beside the repository")
def test_the_articles_on_electrolysis() -> None:
    found = {}
    for document in read_folder(TEXTS).documents:
        if document.id.startswith("electrolysis"):
            sentences = [(s.start, s.end) for s in split_sentences(document.text)]
            values = values_of(document, sentences)
            found[document.id] = {(v.property, v.value, v.reaction) for v in values}
            assert all(any(ch.isdigit() for ch in document.text[v.start : v.end]) for v in values)
    # read by a person
    assert {("overpotential", 182, "HER"), ("tafel slope", 45, "HER")} <= found["electrolysis_01"]
    assert {("overpotential", 248, "OER"), ("overpotential", 270, "OER"), ("mass activity", 140, "OER")} <= found[
        "electrolysis_03"
    ]
    assert {("overpotential", 272, "OER"), ("overpotential", 316, "HER")} <= found["electrolysis_04"]
    assert not any(v == 400 for name, v, _ in found["electrolysis_01"] if name == "overpotential")
