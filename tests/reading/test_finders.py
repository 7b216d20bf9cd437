"""Elements, precursors and overpotentials in one sentence."""

from __future__ import annotations

import pytest

from aichemist.reading import find_elements, find_precursors, tidy


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
