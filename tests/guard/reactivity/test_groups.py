"""Groups follow from structure and formula, whichever way a substance is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.guard.knowledge import HazardStatement, Substance
from aichemist.guard.reactivity import GROUPS, groups_of
from aichemist.guard.reactivity._organic import PATTERNS


def of(formula: str = "", smiles: str = "", name: str = "") -> frozenset[str]:
    return groups_of(Substance(name, name, formula, smiles=smiles))


WRITTEN = {
    "Ni(NO3)2·6H2O": "nitrate", "NH4NO3": "nitrate ammonium", "NaN3": "azide", "Pb(N3)2": "azide azide_metal", "HN3": "azide acid",
    "KMnO4": "permanganate", "(NH4)2Cr2O7": "chromate ammonium", "CrO3": "chromate oxidising_acid acid", "NaClO": "hypochlorite",
    "Ca(OCl)2": "hypochlorite", "NaClO2": "chlorite", "NaClO3": "chlorate", "NH4ClO4": "perchlorate ammonium", "HClO4": "perchlorate oxidising_acid",
    "HNO3": "oxidising_acid acid nitrate", "H2SO4": "sulfuric_acid acid", "HCl": "mineral_acid acid", "HF": "hydrogen_fluoride acid",
    "H2O2": "hydrogen_peroxide", "BaO2": "metal_peroxide", "KO2": "metal_peroxide", "K2S2O8": "persulfate", "Na2S2O5": "sulfite",
    "Na2S2O3·5H2O": "thiosulfate", "Na2S·9H2O": "sulfide", "NaBH4": "borohydride", "LiAlH4": "hydride", "CaH2": "hydride", "K": "alkali_metal",
    "Zn": "active_metal aluminium", "Pt": "noble_metal_catalyst", "CaC2": "carbide", "Ca3P2": "phosphide", "Mg3N2": "nitride", "NaNH2": "strong_base",
    "TiCl4": "water_reactive_halide lewis_acid", "POCl3": "water_reactive_halide", "SOCl2": "acyl_halide", "KCN": "cyanide", "K4[Fe(CN)6]·3H2O": "ferrocyanide",
    "KSCN": "thiocyanate", "NaHCO3": "carbonate", "Ba(OH)2": "strong_base", "NH4OH": "ammonia", "N2H4·H2O": "hydrazine", "NH2OH·HCl": "hydroxylamine",
    "NaNO2": "nitrite", "NH4HF2": "hydrogen_fluoride ammonium", "KI": "iodide halide peroxide_catalyst", "I2": "iodine", "Br2": "halogen", "S8": "sulfur", "P4O10": "water_reactive_oxide",
    "AgNO3": "silver nitrate azide_metal", "HAuCl4·3H2O": "gold acid", "As2O3": "arsenic", "C2H5OH": "alcohol organic", "CHCl3": "haloform haloalkane", "NaOCH3": "strong_base",
}  # fmt: skip


@pytest.mark.parametrize("formula", WRITTEN)
def test_written_formulas(formula: str) -> None:
    assert set(WRITTEN[formula].split()) <= of(formula)


HILL = {
    "N2NiO6": "nitrate", "N3Na": "azide", "ClNaO": "hypochlorite", "ClNaO3": "chlorate", "KMnO4": "permanganate", "HNaO": "strong_base", "CNK": "cyanide",
    "H4N2O3": "nitrate ammonium", "Na2O8S2": "persulfate", "BrKO3": "chlorate", "Cl4Ti": "water_reactive_halide", "CCaO3": "carbonate",
}  # fmt: skip


@pytest.mark.parametrize("formula", HILL)
def test_formulas_in_the_order_of_hill(formula: str) -> None:
    assert set(HILL[formula].split()) <= of(formula)


STRUCTURES = {
    "O[N+](=O)[O-]": "oxidising_acid acid nitrate", "[Na+].[N-]=[N+]=[N-]": "azide", "[Cu+2].[O-]S(=O)(=O)[O-]": "azide_metal", "[H+].[Cl-]": "mineral_acid", "[NH4+].[OH-]": "ammonia",
    "CCO": "alcohol", "CC(C)=O": "ketone", "CCOCC": "ether peroxidisable", "c1ccccc1": "hydrocarbon", "CC(=O)OC(C)=O": "anhydride", "CC(=O)Cl": "acyl_halide", "O=S(Cl)Cl": "acyl_halide",
    "CN(C)C=O": "amide", "CS(C)=O": "sulfoxide", "ClC(Cl)Cl": "haloform", "ClCCl": "gem_dihalide", "CC#N": "nitrile", "OCC(O)CO": "polyol", "NN.O": "hydrazine", "Nc1ccccc1": "aromatic_amine",
    "CC(=O)OO": "peracid", "CC(C)(C)OO": "organic_peroxide", "C=Cc1ccccc1": "monomer", "CCN=C=O": "isocyanate", "C[N+](=O)[O-]": "nitro", "[N-]=[N+]=NCc1ccccc1": "organic_azide",
    "C(O[N+](=O)[O-])C(O[N+](=O)[O-])CO[N+](=O)[O-]": "nitrate_ester", "C=[N+]=[N-]": "diazo", "N#[N+]c1ccccc1.F[B-](F)(F)F": "diazo", "O=C1CCC(=O)N1Br": "n_halo", "[Li]CCCC": "organometallic",
    "C[Mg]Br": "organometallic", "[Na+].[O-]Cl": "hypochlorite", "[Ca+2].[C-]#[C-]": "carbide", "[Na+].[O-]CC": "strong_base", "[Na]": "alkali_metal", "OC(=O)C(F)(F)F": "organic_acid acid",
}  # fmt: skip


@pytest.mark.parametrize("smiles", STRUCTURES)
def test_structures(smiles: str) -> None:
    assert set(STRUCTURES[smiles].split()) <= of("", smiles)


NOT = {
    ("", "C[N+](=O)[O-]"): "nitrite nitrate", ("", "[N-]=[N+]=NCc1ccccc1"): "azide", ("", "CC(=O)O"): "alcohol ketone", ("", "CN(C)C=O"): "amine aldehyde ketone", ("", "CC(=O)OC"): "ether ketone",
    ("O3", ""): "metal", ("Fe2O3", ""): "strong_oxide active_metal", ("C10H10Fe", ""): "organometallic", ("CO2", ""): "organic acid", ("Na2CO3", ""): "organic", ("KCN", ""): "organic", ("CaC2", ""): "organic", ("K3Fe(CN)6", ""): "cyanide", ("MnO2", ""): "permanganate metal_peroxide", ("TiO2", ""): "metal_peroxide",
    ("FeCl3·6H2O", ""): "water_reactive_halide", ("AlCl3·6H2O", ""): "water_reactive_halide", ("Na2SO4", ""): "sulfite sulfide acid", ("NaCl", ""): "hypochlorite", ("Na2HPO4", ""): "acid phosphide", ("NaHCO3", ""): "acid organic",
    ("C12H25NaO4S", "CCCCCCCCCCCCOS(=O)(=O)[O-].[Na+]"): "acid sulfite", ("Mg(OH)2", ""): "metal_peroxide", ("SiC", ""): "carbide organic", ("C6H6N12O12", ""): "nitrate",
}  # fmt: skip


@pytest.mark.parametrize(("formula", "smiles"), NOT)
def test_what_a_substance_is_not(formula: str, smiles: str) -> None:
    assert not set(NOT[formula, smiles].split()) & of(formula, smiles)


@pytest.mark.parametrize(("name", "group"), [("household bleach", "hypochlorite"), ("petroleum ether", "hydrocarbon"), ("carbon black", "carbon"), ("Nafion dispersion", "organic"), ("cobalt azide", "azide"), ("piranha solution", "oxidising_acid"), ("zinc dust", "active_metal"), ("sodium ferrocyanide", "ferrocyanide")])  # fmt: skip
def test_mixtures_and_unknown_salts_by_name(name: str, group: str) -> None:
    assert group in of(name=name)


def test_a_name_without_meaning_is_unclassified() -> None:
    assert of(name="xyzzy") == {"unclassified"}


def test_self_igniting_by_hazard_statement() -> None:
    assert "pyrophoric" in groups_of(Substance("x", "x", "C4H10Zn", hazards=(HazardStatement("H250", "test"),)))


def test_every_group_is_described_and_reachable_names_exist() -> None:
    assert len(GROUPS) >= 30
    assert set(PATTERNS) <= set(GROUPS)
    every = set().union(*(of(f) for f in WRITTEN), *(of("", s) for s in STRUCTURES))
    assert every <= set(GROUPS)
    assert all(g.title and g.source and g.dilute_mol_per_l >= 0 for g in GROUPS.values())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_groups_and_never_fails(formula: str, smiles: str, name: str) -> None:
    assert of(formula, smiles, name) <= set(GROUPS)


def test_endless_texts_are_not_parsed() -> None:
    assert of("", "C" * 1_000_000) <= set(GROUPS)
    assert of("C" * 1_000_000) <= set(GROUPS)
