"""Values of single sentences: numbers, lists, bounds, differences, conditions, whose they are."""

from __future__ import annotations

import time

import pytest

from aichemist.chemistry import Value
from aichemist.reading.values import find_values


def read(sentence: str) -> list[tuple[str, float, str, float | None]]:
    return [
        (v.property, v.value, v.unit, at.value if (at := v.condition("current density")) else None)
        for v in find_values(sentence)
    ]


def one(sentence: str, **context: object) -> Value:
    found = find_values(sentence, **context)  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("NiFe LDH needs 269 and 344 mV at 10 and 100 mA cm-2, respectively.", [(269, 10), (344, 100)]),
        ("Overpotentials of 250, 270 and 310 mV at 10 mA cm−2 for NiFe, CoFe and Ni, respectively.", [(250, 10), (270, 10), (310, 10)]),
        ("Overpotentials of 250, 270, 310 and 340 mV at 10 and 100 mA cm-2 for NiFe and CoFe.", [(250, 10), (270, 100), (310, 10), (340, 100)]),
        ("It reaches 10 mA cm-2 at an overpotential of 270 mV.", [(270, 10)]),
        ("At 10 mA/cm2, the overpotential is 310 mV.", [(310, 10)]),
        ("To drive 10, 100 and 500 mA cm-2, NiFeCe needs 215, 258 and 301 mV.", [(215, 10), (258, 100), (301, 500)]),
        ("η10 = 290 mV.", [(290, 10)]),
        ("η10 and η100 of 239 and 298 mV.", [(239, 10), (298, 100)]),
        ("Whereas CoFe requires 320 mV to deliver 50 mA cm-2, NiFe requires only 265 mV.", [(320, 50), (265, 50)]),
        ("An overpotential of 340 mV was needed at 1 A cm-2.", [(340, 1000)]),
        ("The overpotentials for 10 mA cm-2 were 320 (NiO), 295 (NiFeO) and 350 mV (Fe2O3).", [(320, 10), (295, 10), (350, 10)]),
        ("Doping lowers the overpotential from 340 to 285 mV at 10 mA cm-2.", [(340, 10), (285, 10)]),
        ("The overpotential is 41 mV smaller than that of IrO2.", []),
        ("Introducing Ce reduces the overpotential by 48 mV to 232 mV at 10 mA cm-2.", [(232, 10)]),
        ("The overpotential rose by only 7 mV at 10 mA cm-2.", []),
        ("The overpotential shifted by 60 mV, an increase of 20 mV.", []),
        ("The overpotential was 1.5 times that of IrO2.", []),
        ("An overpotential of 129 mV and 5 mV s-1 of scan rate, 10 mV amplitude.", [(129, None)]),
        ("CoOx-300 and Fig. 3 show nothing in mV.", []),
    ],
)  # fmt: skip
def test_overpotentials_with_their_currents(sentence: str, expected: list[tuple[float, float | None]]) -> None:
    assert [(v, at) for name, v, _, at in read(sentence) if name == "overpotential"] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It needs 1.53 V vs. RHE at 10 mA cm-2.", ("potential", 1.53, "V", 10)),
        ("The electrolyser needs a cell voltage of 1.58 V at 10 mA cm-2.", ("cell voltage", 1.58, "V", 10)),
        ("A Tafel slope of 45 mV per decade was found.", ("tafel slope", 45, "mV/dec", None)),
        ("The TOF is 0.35 s-1 at η = 300 mV.", ("turnover frequency", 0.35, "1/s", None)),
        ("A current density of 35 mA cm-2 at an overpotential of 300 mV.", ("current density", 35, "mA/cm2", None)),
        ("The mass activity is 830 A gIr-1.", ("mass activity", 830, "A/g", None)),
        ("It is stable for 100 h at 50 mA cm-2.", ("stability", 100, "h", 50)),
        ("The onset potential is 1.43 V vs RHE.", ("onset potential", 1.43, "V", None)),
        ("The half-wave potential is 0.86 V.", ("half-wave potential", 0.86, "V", None)),
        ("The Faradaic efficiency is 98%.", ("faradaic efficiency", 98, "%", None)),
        ("It kept 95% of its initial activity.", ("retention", 95, "%", None)),
        ("A Cdl of 12.3 mF cm-2 was found.", ("double-layer capacitance", 12.3, "mF/cm2", None)),
        ("An Rct of 3.4 Ω was found.", ("charge-transfer resistance", 3.4, "ohm", None)),
        ("The ECSA is 45 cm2.", ("electrochemical surface area", 45, "cm2", None)),
        ("The band gap is 2.7 eV.", ("band gap", 2.7, "eV", None)),
        ("Hydrogen evolves at 3.2 mmol h-1 g-1.", ("hydrogen rate", 3.2, "mmol/(h g)", None)),
        ("The BET surface area is 65 m2 g-1.", ("surface area", 65, "m2/g", None)),
        ("The quantum yield is 12.4% at 420 nm.", ("quantum yield", 12.4, "%", None)),
        ("The quantum yield is 0.64.", ("quantum yield", 0.64, "", None)),
        ("The emission wavelength is 528 nm.", ("wavelength", 528, "nm", None)),
        ("A loading of 0.2 mg cm-2 was used.", ("loading", 0.2, "mg/cm2", None)),
        ("The exchange current density is 1.2 × 10−3 mA cm−2.", ("exchange current density", 0.0012, "mA/cm2", None)),
        ("A specific activity of 2.4 mA cm-2 at 1.5 V vs RHE.", ("specific activity", 2.4, "mA/cm2", None)),
    ],
)
def test_properties(sentence: str, expected: tuple[str, float, str, float | None]) -> None:
    assert read(sentence) == [expected]


@pytest.mark.parametrize(
    ("words", "comparator", "value", "upper", "uncertainty"),
    [
        ("of 287 ± 5 mV", "=", 287, None, 5),
        ("below 300 mV", "<", 300, None, None),
        ("as low as 210 mV", "=", 210, None, None),
        ("of at least 210 mV", ">=", 210, None, None),
        ("of ca. 210 mV", "~", 210, None, None),
        ("of ~210 mV", "~", 210, None, None),
        ("exceeding 300 mV", ">", 300, None, None),
        ("of up to 300 mV", "<=", 300, None, None),
        ("of 280–300 mV", "=", 280, 300, None),
        ("from 280 to 300 mV", "=", 280, 300, None),
        ("between 280 and 300 mV", "=", 280, 300, None),
        ("of 300 mV or less", "<=", 300, None, None),
    ],
)
def test_bounds_ranges_and_uncertainties(
    words: str, comparator: str, value: float, upper: float | None, uncertainty: float | None
) -> None:
    found = one(f"The film has an overpotential {words} at 10 mA cm-2.")
    assert (found.comparator, found.value, found.upper, found.uncertainty) == (comparator, value, upper, uncertainty)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("NiFe LDH/NF has an overpotential of 269 mV at 10 mA cm-2.", ["NiFe LDH/NF"]),
        ("An overpotential of 269 mV was found for CoOx-300.", ["CoOx-300"]),
        ("NiFe LDH has an overpotential of 269 mV, lower than those of IrO2 (340 mV) and RuO2 (310 mV).", ["NiFe LDH", "IrO2", "RuO2"]),
        ("IrO2 and RuO2 show overpotentials of 330 mV and 290 mV, while our La0.8Sr0.2CoO3 requires 305 mV.", ["IrO2", "RuO2", "La0.8Sr0.2CoO3"]),
        ("The overpotential falls in the order NiO (352 mV) > NiCo2O4 (318 mV).", ["NiO", "NiCo2O4"]),
        ("The overpotential of NiFe LDH in 1 M KOH against Ag/AgCl is 300 mV.", ["NiFe LDH"]),
    ],
)  # fmt: skip
def test_materials(sentence: str, expected: list[str]) -> None:
    assert [v.material for v in find_values(sentence)] == expected


def test_a_pronoun_is_the_last_material_named_else_the_title() -> None:
    sentence = "It needs an overpotential of 269 mV."
    assert one(sentence, before=("We made Co3O4 films.",), subject="NiFe LDH for the OER").material == "Co3O4 films"
    assert one(sentence, subject="NiFe LDH for the OER").material == "NiFe LDH"
    assert one(sentence, subject="NiFe LDH for the OER").reaction == "OER"
    assert one(sentence).material == ""


def test_reactions_are_told_apart_in_one_sentence() -> None:
    found = find_values("Overpotentials of 250 mV for OER and 95 mV for HER at 10 mA cm-2.")
    assert [(v.value, v.reaction) for v in found] == [(250, "OER"), (95, "HER")]
    found = find_values("It has overpotentials of 210 and 52 mV at 10 mA cm-2 for OER and HER, respectively.")
    assert [(v.value, v.reaction) for v in found] == [(210, "OER"), (52, "HER")]
    assert one("An overpotential of 129 mV at -10 mA cm-2.").reaction == "HER"


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Our film needs 269 mV at 10 mA cm-2, lower than the 310 mV reported for NiFe LDH [23].", [False, True]),
        ("Smith et al. reported an overpotential of 240 mV at 10 mA cm-2.", [True]),
        ("The overpotential of 240 mV is lower than previously reported values (300 mV).", [False, True]),
        ("The overpotential of 240 mV is among the lowest reported for oxides.", [False]),
        ("IrO2 shows an overpotential of 340 mV at 10 mA cm-2.", [False]),
    ],
)
def test_results_of_others_are_cited(sentence: str, cited: list[bool]) -> None:
    assert [v.cited for v in find_values(sentence)] == cited


def test_conditions() -> None:
    found = one("At pH 14 and 25 °C in 1.0 M KOH, LSV at 5 mV s-1 gave an overpotential of 269 mV at 10 mA cm-2.")
    assert {c.name: (c.value, c.unit) for c in found.conditions} == {
        "current density": (10, "mA/cm2"), "temperature": (25, "°C"), "scan rate": (5, "mV/s"),
        "electrolyte": (1, "M"), "pH": (14, ""),
    }  # fmt: skip
    found = one("A current density of 35 mA cm-2 was reached at an overpotential of 310 mV.")
    at = found.condition("overpotential")
    assert at is not None
    assert (at.value, at.unit, at.text) == (310, "mV", "310 mV")


def test_offsets_are_into_the_text_itself() -> None:
    text = "The over\u00adpotential of cata- lysts  is 269 ± 5\u00a0mV at 10 mA cm− 2 and 0.34 V at 100 mA cm(cid:0) 2."
    assert [text[v.start : v.end] for v in find_values(text)] == ["269 ± 5\u00a0mV", "0.34 V"]


@pytest.mark.parametrize(
    "unit", ["10 mV, ", "( 1 mV", "269 mV at 10 mA cm-2 ", "NiFe, ", "Fe-doped ", "1 ± ", "at an overpotential of ", "by about ", "cm - 2 ", "Ni(", "12.3.4 V", "[1] et al. 3 V "]
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    def seconds(length: int) -> float:
        piece = (unit * (length // len(unit) + 1))[:1990] + " 300 mV"
        begin = time.process_time()
        for _ in range(length // 2000):
            find_values(piece)
        return time.process_time() - begin

    seconds(2000)
    assert seconds(20_000) < 2


def test_prose_without_numbers_is_fast() -> None:
    sentence = "The layered hydroxides were studied by several methods, and their structure was found to be unchanged."
    begin = time.process_time()
    for _ in range(2000):
        assert not find_values(sentence)
    assert time.process_time() - begin < 1
