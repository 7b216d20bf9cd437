"""Names as experimental sections write them: what they resolve to, and what must not be guessed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from aichemist.chemistry import molar_mass
from aichemist.reading.names import candidates, resolve, resolve_many

HERE = Path(__file__).parent

FORMULAS = {
    "Ni(NO3)2·6H2O": ("H12N2NiO12", 6.0), "Ni(NO3)2*6H2O": ("H12N2NiO12", 6.0), "Ni(NO3)2.6H2O": ("H12N2NiO12", 6.0),
    "Ni(NO3)2 6H2O": ("H12N2NiO12", 6.0), "Ni(NO 3 ) 2 · 6H 2 O": ("H12N2NiO12", 6.0), "Ni(NO₃)₂·6H₂O": ("H12N2NiO12", 6.0),
    "FeCl3.6H2O": ("Cl3FeH12O6", 6.0), "CoCl2.6H2O": ("Cl2CoH12O6", 6.0), "Na2S2O3.5H2O": ("H10Na2O8S2", 5.0),
    "CaSO4.0.5H2O": ("CaHO4.5S", 0.5), "CaSO4·½H2O": ("CaHO4.5S", 0.5), "NiCl26H2O": ("Cl2H12NiO6", 6.0),
    "NiCl2·xH2O": ("Cl2Ni", None), "RuCl3 xH2O": ("Cl3Ru", None), "Ni(acac)2": ("C10H14NiO4", 0.0),
    "Co(Ac)2·4H2O": ("C4H14CoO8", 4.0), "(CH3COO)2Ni": ("C4H6NiO4", 0.0), "K3[Fe(CN)6]": ("C6FeK3N6", 0.0),
    "H2PtCl6·6H2O": ("Cl6H14O6Pt", 6.0), "(NH4)6Mo7O24·4H2O": ("H32Mo7N6O28", 4.0), "[Ru(NH3)6]Cl3": ("Cl3H18N6Ru", 0.0),
    "Ti(OiPr)4": ("C12H28O4Ti", 0.0), "La0.6Sr0.4CoO3": ("CoLa0.6O3Sr0.4", 0.0), "VO(acac)2": ("C10H14O5V", 0.0),
}  # fmt: skip


@pytest.mark.parametrize(("written", "formula", "water"), [(k, *v) for k, v in FORMULAS.items()])
def test_formulas(written: str, formula: str, water: float | None) -> None:
    found = resolve(written, opsin=False)
    assert found is not None
    assert (found.formula, found.water) == (formula, water)


@pytest.mark.parametrize(
    "word",
    ["In", "No", "As", "I", "HOW", "SEM", "PVP", "COOH", "PBS", "XRD", "HER", "OER", "N", "NiFe LDH", "Pt/C", "ZIF-67", "OH",
     "the solution", "catalyst", "Figure 2", "Nafion", "carbon paper", "H2/Ar", "ethanol and water", "", " ", "()", "·", "6H2O·",
     "P200", "3D", "1N", "37C", "NCs", "SW28", "OD600", "C02", "CoNO3", "NaSiO3", "KCl40", "NH4", "CH3COO", "2KMnO4", "MPa", "can",
     "top", "lithium-ion", "MEA"],
)  # fmt: skip
def test_words_that_only_look_like_formulas_are_refused(word: str) -> None:
    assert resolve(word, opsin=False) is None


SALTS = {
    "nickel nitrate hexahydrate": {"Ni+2": 1, "NO3-": 2},
    "Co(II) nitrate": {"Co+2": 1, "NO3-": 2},
    "cobalt (II) nitrate": {"Co+2": 1, "NO3-": 2},
    "cobalt II nitrate": {"Co+2": 1, "NO3-": 2},
    "cobalt(2+) nitrate": {"Co+2": 1, "NO3-": 2},
    "ferric chloride": {"Fe+3": 1, "Cl-": 3},
    "ferrous sulphate": {"Fe+2": 1, "SO4-2": 1},
    "iron trichloride": {"Fe+3": 1, "Cl-": 3},
    "copper iodide": {"Cu+": 1, "I-": 1},
    "iron nitrate nonahydrate": {"Fe+3": 1, "NO3-": 3},
    "disodium hydrogen phosphate dodecahydrate": {"Na+": 2, "HPO4-2": 1},
    "trisodium citrate dihydrate": {"Na+": 3, "C6H5O7-3": 1},
    "potassium persulfate": {"K+": 2, "S2O8-2": 1},
    "sodium hypophosphite monohydrate": {"Na+": 1, "H2PO2-": 1},
    "ammonium iron(II) sulfate hexahydrate": {"NH4+": 2, "Fe+2": 1, "SO4-2": 2},
    "ammonium iron(III) sulfate dodecahydrate": {"NH4+": 1, "Fe+3": 1, "SO4-2": 2},
    "ceric ammonium nitrate": {"NH4+": 2, "Ce+4": 1, "NO3-": 6},
    "zirconyl chloride octahydrate": {"ZrO+2": 1, "Cl-": 2},
    "potassium hexacyanoferrate(II) trihydrate": {"K+": 4, "[Fe(CN)6]-4": 1},
    "aluminum sulfate octadecahydrate": {"Al+3": 2, "SO4-2": 3},
    "EDTA disodium salt dihydrate": {"Na+": 2, "C10H14N2O8-2": 1},
    "tetrabutylammonium hydrogen sulfate": {"[N(C4H9)4]+": 1, "HSO4-": 1},
}


@pytest.mark.parametrize(("name", "ions"), SALTS.items())
def test_salts_by_grammar(name: str, ions: dict[str, int]) -> None:
    found = resolve(name, opsin=False)
    assert found is not None
    assert dict(found.ions) == ions


@pytest.mark.parametrize(
    ("name", "readings"),
    [("iron nitrate", {"FeN2O6", "FeN3O9"}), ("iron chloride", {"Cl2Fe", "Cl3Fe"}), ("tin chloride", {"Cl2Sn", "Cl4Sn"}),
     ("cobalt oxide", {"CoO", "Co2O3"}), ("TEA", {"C6H15N", "C6H15NO3"})],
)  # fmt: skip
def test_ambiguous_names_are_not_guessed(name: str, readings: set[str]) -> None:
    assert resolve(name) is None
    assert {one.formula for one in candidates(name)} == readings


TRIMMED = {
    "30 wt% H2O2": "H2O2", "0.1 M KOH": "HKO", "aqueous ammonia (25 %)": "H3N", "absolute ethanol": "C2H6O", "DI water": "H2O",
    "ultrapure water (18.2 MΩ cm)": "H2O", "hydrochloric acid (37 %)": "ClH", "conc. sulfuric acid": "H2O4S",
    "5 mL of ethanol": "C2H6O", "phosphoric acid (85 wt% in H2O)": "H3O4P", "2 M aqueous NaOH": "HNaO", "hexanes": "C6H14",
    "nickel nitrate hexahydrate (Ni(NO3)2·6H2O, 98%, Sigma-Aldrich)": "H12N2NiO12", "MgSO4 (anhydrous)": "MgO4S",
    "N,N-dimethylformamide (DMF)": "C3H7NO", "iron nitrate (Fe(NO3)3·9H2O)": "FeH18N3O18", "TiO2 (P25)": "O2Ti",
    "cobalt nitrate (Co(NO3)2·6H2O)": "CoH12N2O12", "KOH pellets": "HKO", "zinc dust": "Zn", "0.5 mol L-1 Na2SO4": "Na2O4S",
    "manganese(II) nitrate solution (50 wt% in H2O)": "MnN2O6", "Sodium Dodecyl Sulfate (SDS, 99%)": "C12H25NaO4S",
}  # fmt: skip


@pytest.mark.parametrize(("written", "formula"), TRIMMED.items())
def test_grades_suppliers_and_concentrations_are_taken_off(written: str, formula: str) -> None:
    found = resolve(written, opsin=False)
    assert found is not None
    assert found.formula == formula


def test_a_bracket_that_contradicts_the_name_leaves_nothing() -> None:
    assert resolve("nickel nitrate (CoCl2·6H2O)", opsin=False) is None


def test_what_is_taken_for_granted_is_flagged() -> None:
    found = resolve("nickel nitrate", opsin=False)
    assert found is not None and found.flags == ("oxidation state not written: nickel",)
    said = resolve("nickel(II) nitrate", opsin=False)
    assert said is not None and said.flags == ()


def test_lone_ions_need_their_own_charge() -> None:
    found = resolve("SO42-", opsin=False)
    assert found is not None and (found.formula, dict(found.ions)) == ("O4S-2", {"SO4-2": 1})
    assert resolve("NO3-", opsin=False) is not None
    assert resolve("NO32-", opsin=False) is None
    assert resolve("Ni5+", opsin=False) is None


def test_molar_mass_counts_the_water_and_is_unknown_with_it() -> None:
    whole = resolve("Ni(NO3)2·6H2O", opsin=False)
    assert whole is not None and whole.molar_mass_g_per_mol == pytest.approx(molar_mass("Ni(NO3)2·6H2O"))
    half = resolve("RuCl3·xH2O", opsin=False)
    assert half is not None and half.molar_mass_g_per_mol is None
    heavy = resolve("D2O", opsin=False)
    assert heavy is not None and heavy.molar_mass_g_per_mol == pytest.approx(20.027, abs=0.01)


def test_inchikey_is_rdkits() -> None:
    found = resolve("ethanol", opsin=False)
    assert found is not None and found.inchikey == "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
    bare = resolve("NiO", opsin=False)
    assert bare is not None and (bare.smiles, bare.inchikey) == ("", "")


def test_many_at_once_keep_their_order_and_speed() -> None:
    names = [*FORMULAS, *SALTS, *TRIMMED] * 3
    first = resolve_many(names, opsin=False)
    assert [one is None for one in first] == [False] * len(names)
    fresh = [
        f"{n} M {name}" for n in range(1, 9) for name in ("KOH", "nickel nitrate hexahydrate", "Fe2(SO4)3·9H2O", "dmf")
    ]
    start = time.process_time()
    resolve_many(fresh, opsin=False)
    assert len(fresh) / (time.process_time() - start) > 200


def test_the_development_list() -> None:
    path = HERE / "gold_dev.jsonl"
    if not path.exists():
        pytest.skip("no development list")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = resolve_many([row["name"] for row in rows], opsin=False)
    right = sum(one is not None and one.formula == row["formula"] for one, row in zip(found, rows, strict=True))
    assert right >= 0.85 * len(rows)
