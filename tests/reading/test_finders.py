"""Elements, precursors and overpotentials in one sentence."""

from __future__ import annotations

import pytest

from aichemist.reading import find_elements, find_overpotentials, find_precursors, tidy


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A film of Ni0.6Fe0.2Ce0.2OOH was made.", {"Ni", "Fe", "Ce", "O", "H"}),
        ("NiFe LDH is active.", {"Ni", "Fe"}),
        ("A Ni-Fe-Co alloy and a Co-doped film.", {"Ni", "Fe", "Co"}),
        ("Ni1-xFexOOH and La0.6Sr0.4CoO3-δ differ.", {"Ni", "Fe", "O", "H", "La", "Sr", "Co"}),
        ("Cobalt, iron(III) and lanthanum were added.", {"Co", "Fe", "La"}),
        ("The activity fell in the order Ni, Co, Fe, Mn.", {"Ni", "Co", "Fe", "Mn"}),
        ("Fe3+ replaces Ni2+ in Ni(OH)2.", {"Fe", "Ni", "O", "H"}),
        ("MnOx and CeO2 are oxides.", {"Mn", "O", "Ce"}),
        ("In this work, As a rule, I think He said No.", set()),
        ("SOFCs, PEM, OER, NO and PBSCF are acronyms.", set()),
        ("It came from Denko Co., Ltd. and La Jolla.", set()),
        ("Co-workers of Ni et al. Co-operated.", set()),
        ("The catalyst sits on Ni foam or nickel mesh.", set()),
        ("Nickelback will lead the Irons.", set()),
        ("At 300 K and 1.5 V the current was 10 A.", set()),
        ("The radius (Rh) is small.", set()),
    ],
)
def test_elements(sentence: str, expected: set[str]) -> None:
    assert find_elements(tidy(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ni(NO3)2·6H2O and Fe (NO3)3·9H2O were dissolved.", ["iron nitrate", "nickel nitrate"]),
        ("Nickel(II) nitrate hexahydrate was dissolved.", ["nickel nitrate"]),
        ("We mixed CoCl2·6H2O, FeCl3 and MnSO4.", ["cobalt chloride", "iron chloride", "manganese sulfate"]),
        ("Manganese acetate and Ce(NO3)3·6H2O were bought.", ["cerium nitrate", "manganese acetate"]),
        ("Fe2(SO4)3 and La(NO3)3 in water.", ["iron sulfate", "lanthanum nitrate"]),
        ("Nickel, iron(III) and cobalt nitrates.", ["cobalt nitrate", "iron nitrate", "nickel nitrate"]),
        ("A Ni/Mn sulfate solution and Fe nitrate.", ["iron nitrate", "manganese sulfate", "nickel sulfate"]),
        ("Tungsten(VI) chloride at 2 V chloride; cerous nitrate.", ["cerium nitrate", "tungsten chloride"]),
        ("Nickel hydroxide was dissolved in acid.", ["nickel hydroxide"]),
        ("Nickel hydroxide is active.", []),
        ("A layered double hydroxide, Ni(OH)2, was prepared as a film.", []),
        ("NaCl, KOH and sodium sulfate were added.", []),
        ("An Ag/AgCl electrode in solution.", []),
        ("CoClx is no salt we know; nitrate ions stay.", []),
    ],
)
def test_precursors(sentence: str, expected: list[str]) -> None:
    assert [p.name for p in find_precursors(tidy(sentence))] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The overpotential was 270 mV at 10 mA cm-2.", [(270, 10)]),
        ("The overpotential was 0.27 V at 10 mA/cm2.", [(270, 10)]),
        ("An overpotential of 270 ± 5 mV at 10 mA cm⁻² was found.", [(270, 10)]),
        ("At 10 mA cm−2, the overpotential is 310 mV.", [(310, 10)]),
        ("To reach 100 A m-2 an overpotential of 300 mV suffices.", [(300, 10)]),
        ("Overpotentials of 280 and 330 mV at 10 and 100 mA cm-2.", [(280, 10), (330, 100)]),
        ("Overpotentials of 280, 300 and 330 mV at 10 mA cm-2.", [(280, 10), (300, 10), (330, 10)]),
        ("A small overpotential (~272mV) for a current density (100mA/cm2).", [(272, 100)]),
        ("It needs 265 mV overpotential at 10 mA·cm−2.", [(265, 10)]),
        ("An overpotential as low as 248 m V at 10 mA cm(cid:0) 2.", [(248, 10)]),
        ("It reaches 10 mA cm-2 at an overpotential of 270 mV.", [(270, 10)]),
        ("η10 = 290 mV.", [(290, 10)]),
        ("The overpotential is 41 mV lower than that of the other.", []),
        ("The overpotential fell by 120 mV at 10 mA cm-2.", []),
        ("The overpotential is less than 300 mV at 10 mA cm-2.", []),
        ("The overpotential lies between 300 and 400 mV.", []),
        ("The overpotential is 300-400 mV at 10 mA cm-2.", []),
        ("At an overpotential of 300 mV the current is 10 mA cm-2.", []),
        ("The overpotential and a Tafel slope of 140 mV dec-1.", []),
        ("The overpotential, at a scan rate of 100 mV s-1.", []),
        ("An overpotential of -129 mV at -100 mA/cm2.", []),
        ("An overpotential of 182 mV at -10 mA cm-2.", []),
        ("The potential was 1.55 V vs. RHE.", []),
        ("An overpotential of 12 mV at 10 mA cm-2.", []),
    ],
)
def test_overpotentials(sentence: str, expected: list[tuple[float, float | None]]) -> None:
    assert [(v.value_mv, v.current_ma_per_cm2) for v in find_overpotentials(tidy(sentence))] == expected
