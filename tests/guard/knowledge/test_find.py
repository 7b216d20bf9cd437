"""Identity: one substance by all its usual names, and any text at all in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aichemist.guard.knowledge import Identity, Knowledge, default_knowledge
from aichemist.guard.reactivity import groups_of


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return default_knowledge()


SAME = {
    "sulfuric acid": [
        "H2SO4", "conc. sulfuric acid", "sulphuric acid", "Schwefelsäure", "7664-93-9", "CAS 7664-93-9", "OS(=O)(=O)O",
        "konz. Schwefelsäure", "98 % sulfuric acid", "sulfuric acid (98%)", "SO4H2", "QAOWNCQODCNURD-UHFFFAOYSA-N",
        "SULFURIC ACID", "sulfuric  acid solution", "H₂SO₄", "0.5 M H2SO4", "dilute sulfuric acid",
    ],
    "hydrogen peroxide": ["30 % hydrogen peroxide", "H2O2", "OO", "Wasserstoffperoxid", "hydrogen peroxide 30%", "H2O2 (30 wt%)"],
    "nickel(II) nitrate": ["nickel nitrate", "Ni(NO3)2", "NiN2O6", "nickel (II) nitrate", "Nickelnitrat", "Nickel(II)-nitrat"],
    "iron(III) chloride": ["ferric chloride", "FeCl3", "Eisen(III)-chlorid", "iron trichloride", "FeCl3·6H2O"],
    "sodium hydroxide": ["NaOH", "Natriumhydroxid", "caustic soda", "[Na+].[OH-]", "1 M NaOH", "sodium hydroxide pellets"],
    "caesium chloride": ["cesium chloride", "CsCl", "Cäsiumchlorid"],
    "aluminium nitrate": ["aluminum nitrate nonahydrate", "Al(NO3)3·9H2O", "Al(NO3)3 . 9 H2O"],
    "ethanol": ["EtOH", "CCO", "C2H5OH", "ethyl alcohol", "absolute ethanol", "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"],
    "carbon monoxide": ["CO", "Kohlenmonoxid"],
    "cobalt": ["Co", "cobalt metal"],
    "sodium dodecyl sulfate": ["SDS", "sodium lauryl sulphate"],
    "water": ["H2O", "O", "deionised water", "Milli-Q water", "7732-18-5", "Wasser"],
    "potassium hexacyanoferrate(II)": ["potassium ferrocyanide", "K4[Fe(CN)6]·3H2O", "K4Fe(CN)6"],
    "L-cysteine": ["cysteine", "C([C@@H](C(=O)O)N)S"],
    "Nafion dispersion": ["Nafion solution", "nafion-dispersion"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in SAME.items() for t in texts])
def test_one_substance_by_its_usual_names(knowledge: Knowledge, name: str, text: str) -> None:
    found = knowledge.find(text)
    assert found.name.partition(", hydrate")[0] == name
    assert found.known


@pytest.mark.parametrize(
    "text", ["Ni(NO3)2·6H2O", "Ni(NO3)2.6H2O", "Ni(NO3)2*6H2O", "Ni(NO3)2 · 6 H2O", "H12N2NiO12", "Ni(NO₃)₂⋅6H₂O",
             "nickel nitrate hexahydrate", "Nickel(II) nitrate, 6-hydrate", "13478-00-7"],
)  # fmt: skip
def test_a_hydrate_keeps_its_water(knowledge: Knowledge, text: str) -> None:
    found = knowledge.find(text)
    assert found.formula == "Ni(NO3)2·6H2O"
    assert found.molar_mass_kg_per_mol == pytest.approx(0.29079, abs=1e-4)
    assert found.cas == "13478-00-7"
    assert found.has("H272", "H350")


def test_a_formula_that_contradicts_the_name_is_said(knowledge: Knowledge) -> None:
    assert "is not that of" in knowledge.find("ethanol", formula="CH3OH").note
    assert knowledge.find("nickel nitrate", formula="Ni(NO3)2·6H2O").note == ""
    assert knowledge.find("stock of unknown make", formula="NaCl").name == "sodium chloride"
    assert knowledge.find(formula="C6H8O7").name == "citric acid"


def test_isomers_are_not_guessed(knowledge: Knowledge) -> None:
    found = knowledge.find(formula="C8H10")
    assert not found.known
    assert "o-xylene" in found.note


def test_wrong_check_digit_is_no_substance(knowledge: Knowledge) -> None:
    found = knowledge.find("7664-93-8")
    assert not found.known
    assert "check digit" in found.note


def test_unknown_is_not_known(knowledge: Knowledge) -> None:
    for text in ("unobtainium nitrate", "compound 7a", "my secret dye", "benzyl azidate", ""):
        found = knowledge.find(text)
        assert not found.known
        assert set(found.knew) >= {"curated", "chemicals"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Au/TiO2", ("gold", "titanium dioxide")), ("5 wt% Ni/Al2O3", ("nickel", "aluminium oxide")),
        ("1% Pt/g-C3N4", ("platinum", "graphitic carbon nitride")), ("Co3O4/CeO2", ("cobalt(II,III) oxide", "cerium(IV) oxide")),
    ],
)  # fmt: skip
def test_a_supported_catalyst_is_what_both_parts_are(knowledge: Knowledge, text: str, parts: tuple[str, str]) -> None:
    found = knowledge.find(text)
    assert found.known and tuple(p.name for p in found.parts) == parts
    assert {h.code for h in found.hazards} == {h.code for p in found.parts for h in p.hazards}
    assert groups_of(found) == groups_of(found.parts[0]) | groups_of(found.parts[1])


@pytest.mark.parametrize(
    "text", ["KClO3/S", "Al/Fe2O3", "Na/Al2O3", "Au/TiO2/C", "Au/", "ethanol/water", "Au/unobtainium"]
)
def test_a_mixture_that_may_react_is_no_catalyst(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.find(text).known


def test_the_library_fills_in(knowledge: Knowledge) -> None:
    found = knowledge.find("diethylene glycol monobutyl ether")
    assert found.knew == {**found.knew, "curated": False, "chemicals": True}
    assert found.flash_point_k == pytest.approx(351, abs=30)
    light = knowledge.find("2,3-dimethylbutane")
    assert light.has("H225")
    assert "flash point" in light.hazards[0].source
    assert "IARC" in knowledge.find("benzene").carcinogen
    assert knowledge.find("acetone").exposure_limit_kg_per_m3 == pytest.approx(500 * 58.08 / 24.45 * 1e-6, rel=1e-3)


def test_a_resolver_is_asked_for_what_we_do_not_know() -> None:
    asked: list[str] = []

    def resolve(text: str) -> Identity | None:
        asked.append(text)
        return Identity("ethanol", "C2H6O", smiles="CCO") if text == "Weingeist" else None

    knowledge = Knowledge(resolve=resolve)
    assert knowledge.find("Weingeist").cas == "64-17-5"
    assert knowledge.find("methanol").known
    assert not knowledge.find("gibberish").known
    assert asked == ["Weingeist", "gibberish"]


def test_bombs_are_answered_at_once(knowledge: Knowledge) -> None:
    for text in ("C" * 10**6, "H" + "9" * 10**6, "(" * 10**5, "(((((((H99)99)99)99)99)99)99)", "C1" * 490, "[" * 900,
                 "a" * 999, "Ni(NO3)2·" * 100, "9" * 180, "N#" * 400, "C" * 999, "\0", "\ud800"):  # fmt: skip
        found = knowledge.find(text)
        assert not found.known
        assert found.note
        assert len(found.asked) <= 200


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=60),
        st.text("CNOHclnos()[]=#123+-@/\\.", max_size=40),
        st.from_regex(r"[A-Z][a-z]?[0-9(]{0,9}H2O"),
    )
)
@example("InChI=1S/")
@example("·6H2O")
@example("hexahydrate")
def test_any_text_gives_a_substance(text: str) -> None:
    found = default_knowledge().find(text)
    assert found.known or found.note or found.cas or found.formula or found.smiles or found.name
    assert default_knowledge().find(text) is found
