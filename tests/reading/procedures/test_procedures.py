"""Mentions and links become actions a laboratory understands, and a draft protocol that parses."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichemist.chemistry import Document, Link, Mention, Procedure, Reading, parse_protocol
from aichemist.lab.layout import load_lab
from aichemist.reading import split_sentences
from aichemist.reading.procedures import best_procedure, build, draft_protocol, operation_of
from aichemist.reading.procedures._quantities import amount_of, plain_number

TEXT = (
    "Ni(NO3)2*6H2O (2 g) was dissolved in 40 mL water. The solution was stirred at 60 degC for 2-4 h under N2. "
    "It was transferred to an autoclave and heated at 180 degC for 12 h. The powder was washed, "
    "dried in an oven overnight, and calcined at 400 degC for 2 h with a heating rate of 5 degC min-1."
)


def annotated() -> tuple[tuple[Mention, ...], tuple[Link, ...]]:
    """The paragraph as an annotator would mark it."""
    at = 0
    mentions: list[Mention] = []

    def mark(kind: str, text: str) -> int:
        nonlocal at
        at = TEXT.index(text, at)
        mentions.append(Mention(kind, at, at + len(text), text))
        at += len(text)
        return len(mentions) - 1

    links: list[Link] = []
    salt, two, g = mark("Material", "Ni(NO3)2*6H2O"), mark("Number", "2"), mark("Amount-Unit", "g")
    dissolved, n40, ml = mark("Operation", "dissolved"), mark("Number", "40"), mark("Amount-Unit", "mL")
    water = mark("Material", "water")
    links += [Link("Number_Of", two, g), Link("Amount_Of", g, salt), Link("Recipe_Precursor", salt, dissolved)]
    links += [Link("Number_Of", n40, ml), Link("Amount_Of", ml, water), Link("Solvent_Material", water, dissolved)]
    stirred, n60, c60 = mark("Operation", "stirred"), mark("Number", "60"), mark("Condition-Unit", "degC")
    n2, h2, gas = mark("Number", "2-4"), mark("Condition-Unit", "h"), mark("Material", "N2")
    links += [Link("Number_Of", n60, c60), Link("Condition_Of", c60, stirred), Link("Number_Of", n2, h2)]
    links += [Link("Condition_Of", h2, stirred), Link("Atmospheric_Material", gas, stirred)]
    vessel, heated = mark("Synthesis-Apparatus", "autoclave"), mark("Operation", "heated")
    n180, c180, n12, h12 = (
        mark("Number", "180"), mark("Condition-Unit", "degC"), mark("Number", "12"), mark("Condition-Unit", "h"),
    )  # fmt: skip
    links += [Link("Apparatus_Of", vessel, heated), Link("Number_Of", n180, c180), Link("Condition_Of", c180, heated)]
    links += [Link("Number_Of", n12, h12), Link("Condition_Of", h12, heated)]
    mark("Operation", "washed")
    dried, oven, night = (
        mark("Operation", "dried"),
        mark("Synthesis-Apparatus", "oven"),
        mark("Condition-Misc", "overnight"),
    )
    links += [Link("Apparatus_Of", oven, dried), Link("Condition_Of", night, dried)]
    calcined, n400, c400 = mark("Operation", "calcined"), mark("Number", "400"), mark("Condition-Unit", "degC")
    n22, h22, rate = mark("Number", "2"), mark("Condition-Unit", "h"), mark("Condition-Type", "heating rate")
    n5, ramp = mark("Number", "5"), mark("Condition-Unit", "degC min-1")
    links += [Link("Number_Of", n400, c400), Link("Condition_Of", c400, calcined), Link("Number_Of", n22, h22)]
    links += [Link("Condition_Of", h22, calcined), Link("Type_Of", rate, ramp), Link("Number_Of", n5, ramp)]
    links.append(Link("Condition_Of", ramp, calcined))
    return tuple(mentions), tuple(links)


def reading() -> Reading:
    mentions, links = annotated()
    document = Document("p1", 'A "title"\nwith a break', "10.1/x", "CC BY", TEXT)
    spans = tuple((s.start, s.end) for s in split_sentences(TEXT))
    return Reading(document, spans, mentions, links, (), build(TEXT, mentions, links))


def test_actions_carry_what_the_text_says() -> None:
    (procedure,) = reading().procedures
    by_verb = {a.verb: a for a in procedure.actions}
    assert [(a.verb, a.operation) for a in procedure.actions] == [
        ("dissolved", "dispense_liquid"), ("stirred", "stir"), ("heated", ""), ("washed", ""), ("dried", "dry"),
        ("calcined", "calcine"),
    ]  # fmt: skip
    assert procedure.unmapped == ("heated", "washed")
    salt, water = by_verb["dissolved"].ingredients
    assert (salt.role, salt.amounts[0].value, salt.amounts[0].unit, salt.amounts[0].text) == (
        "precursor", pytest.approx(0.002), "kg", "2 g",
    )  # fmt: skip
    assert (water.role, water.amounts[0].value, water.amounts[0].unit) == ("solvent", pytest.approx(0.04), "l")
    stirred = by_verb["stirred"]
    assert (stirred.temperature_k, stirred.duration_s, stirred.duration_upper_s) == (333.15, 7200, 14400)
    assert stirred.atmosphere == "N2"
    calcined = by_verb["calcined"]
    assert (calcined.temperature_k, calcined.duration_s) == (673.15, 7200)
    assert [(c.name, c.value, c.unit) for c in calcined.settings] == [("heating rate", pytest.approx(5 / 60), "K/s")]
    assert by_verb["dried"].settings[0].text == "overnight" and by_verb["heated"].apparatus == ("autoclave",)


def test_a_draft_adapts_the_procedure_to_the_lab(repository: Path) -> None:
    lab = load_lab(repository / "labs" / "ustc.toml").limits()
    found = best_procedure([reading()], ["Ni", "Fe"], lab)
    assert found is not None
    draft = draft_protocol(*found, lab, stocks={"water": "water"})
    operations = [s.operation for s in draft.steps]
    assert operations == [
        "dispense_liquid", "stir", "stir", "centrifuge", "aspirate", "dispense_liquid", "stir", "centrifuge", "aspirate",
        "dry", "calcine",
    ]  # fmt: skip
    assert draft.scale == pytest.approx(0.25)
    assert any("heated (180 degC) (12 h)" in u for u in draft.unmapped) and "Ni(NO3)2*6H2O" in draft.missing[0]
    text = draft.toml()
    protocol = parse_protocol(tomllib.loads(text))
    assert protocol.steps[1].parameters["duration_s"] == 600 and protocol.steps[2].parameters["duration_s"] == 7200
    assert protocol.steps[9].parameters["duration_s"] == 12 * 3600
    assert (
        "overnight is taken as 12 h" in text
        and "N2" in text
        and "calcined at 400 degC for 2 h" in text.replace("\n# ", " ")
    )
    for step in draft.steps:
        assert step.evidence is not None and TEXT[step.evidence.start : step.evidence.end] == step.evidence.sentence


def test_no_procedure_without_the_elements(repository: Path) -> None:
    lab = load_lab(repository / "labs" / "ustc.toml").limits()
    assert best_procedure([reading()], ["Ce"], lab) is None
    assert best_procedure([], ["Ni"], lab) is None


@pytest.mark.parametrize(
    ("verb", "options", "expected"),
    [
        ("calcined", {}, "calcine"), ("annealing", {}, "calcine"), ("heated", {"temperature_k": 773}, "calcine"),
        ("heated", {"temperature_k": 353, "surroundings": "oven"}, "dry"), ("heated", {"temperature_k": 353}, "stir"),
        ("heated", {"temperature_k": 453, "surroundings": "Teflon-lined autoclave"}, ""), ("filtered", {}, ""),
        ("ultrasonicated", {}, "sonicate"), ("vacuum-dried", {}, "dry"), ("added", {"solids": 1}, "dispense_solid"),
        ("added", {"liquids": 1}, "dispense_liquid"), ("purged", {}, "purge"), ("irradiated", {}, "illuminate"),
        ("shaken", {}, "shake"), ("capped", {}, "cap"), ("kept", {}, ""),
    ],
)  # fmt: skip
def test_verbs_to_operations(verb: str, options: dict[str, object], expected: str) -> None:
    assert operation_of(verb, **options) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "unit", "value", "upper", "dimension"),
    [
        ("60", "degC", 333.15, None, "temperature"), ("60", "°C", 333.15, None, "temperature"),
        ("2-24", "h", 7200, 86400, "duration"), ("0.5", "mol L-1", 0.5, None, "concentration"),
        ("1,200", "rpm", 1200, None, "rotation_speed"), ("2 × 10-3", "M", 0.002, None, "concentration"),
        ("three", "days", 259200, None, "duration"), ("5", "μL", 5e-6, None, "volume"), ("3", "mm", 3, None, ""),
        ("7", "parsecs", 7, None, ""),
    ],
)  # fmt: skip
def test_amounts(number: str, unit: str, value: float, upper: float | None, dimension: str) -> None:
    found = amount_of(number, unit)
    assert found is not None and (found.value, found.dimension) == (pytest.approx(value), dimension)
    assert found.upper == (None if upper is None else pytest.approx(upper))


@pytest.mark.parametrize("number", ["1:1", "several", "", "2/3", "1 2 3 4"])
def test_what_is_no_number(number: str) -> None:
    assert plain_number(number) is None


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 8), st.sampled_from(["Operation", "Number", "Material"]))),
       st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))  # fmt: skip
def test_any_marks_make_procedures_inside_the_text(
    marks: list[tuple[int, int, str]], pairs: list[tuple[int, int]]
) -> None:
    mentions = [Mention(kind, a, min(a + n, len(TEXT)), TEXT[a : a + n]) for a, n, kind in marks]
    links = [Link("Number_Of", a, b) for a, b in pairs if a < len(mentions) and b < len(mentions)]
    for procedure in build(TEXT, mentions, links):
        assert isinstance(procedure, Procedure) and procedure.actions
        assert all(procedure.start <= a.start < a.end <= len(TEXT) for a in procedure.actions)
