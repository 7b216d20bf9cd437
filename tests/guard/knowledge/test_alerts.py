"""Rules over structure and formula: what explodes is stopped, what is merely an oxidiser or a dye is not."""

from __future__ import annotations

import pytest

from aichemist.guard.knowledge import (
    catalogue_alerts,
    default_knowledge,
    oxygen_balance,
    screening,
    structural_findings,
)
from aichemist.guard.knowledge._text import read_formula


def grave(text: str) -> dict[str, str]:
    return {a.rule: a.severity for a in structural_findings(default_knowledge().find(text))}


@pytest.mark.parametrize(
    "text", ["TNT", "picric acid", "lead azide", "AgN3", "nitroglycerin", "RDX", "TATP", "HMTD", "NI3", "NCl3", "AgCNO",
             "Hg(CNO)2", "copper(I) acetylide", "CN=[N+]=[N-]", "O=[N+]([O-])OCCO[N+](=O)[O-]", "CC1OOOC1",
             "Cc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]", "NH4ClO3", "Pb(N3)2", "HN3"],
)  # fmt: skip
def test_explosives_are_refused(text: str) -> None:
    assert "refuse" in grave(text).values()


@pytest.mark.parametrize(
    ("text", "rule"),
    [("NaN3", "azide"), ("[N-]=[N+]=NCc1ccccc1", "azide"), ("ethyl diazoacetate", "diazo"), ("TBHP", "peroxide"),
     ("benzoyl peroxide", "peroxide"), ("tetrabutylammonium perchlorate", "perchlorate"), ("2,4-dinitrotoluene", "nitro"),
     ("c1nnn[nH]1", "tetrazole"), ("CCO[N+](=O)[O-]", "nitrate_ester"), ("c1ccccc1[N+]#N", "diazonium"),
     ("CN(C)Cl", "n_halamine"), ("peracetic acid", "peroxyacid")],
)  # fmt: skip
def test_reactive_groups_want_a_person(text: str, rule: str) -> None:
    assert grave(text)[rule] == "approval"


@pytest.mark.parametrize(
    "text", ["Ni(NO3)2·6H2O", "AgNO3", "NH4NO3", "KNO3", "nitric acid", "disperse red 1", "4-nitrophenol", "methyl orange",
             "rhodamine B", "nitrobenzene", "KClO3", "sodium perchlorate", "PBS", "NaH2PO4", "azobenzene", "caffeine", "Li3N",
             "urea", "glucose", "water", "iron(III) nitrate", "cerium nitrate", "guanidine hydrochloride", "NBS", "Co(N)"],
)  # fmt: skip
def test_ordinary_substances_raise_no_alert(text: str) -> None:
    assert grave(text) == {}


def test_oxygen_balance_of_textbook_explosives() -> None:
    for formula, percent in (("C7H5N3O6", -74.0), ("C3H5N3O9", 3.5), ("C3H6N6O6", -21.6)):
        read = read_formula(formula)
        assert read
        assert oxygen_balance(read[0]) == pytest.approx(percent, abs=0.2)


def test_catalogue_alerts_are_labelled() -> None:
    alerts = catalogue_alerts("O=[N+]([O-])c1ccccc1")
    assert alerts
    assert all(a.startswith("drug-likeness alert") for a in alerts)
    assert catalogue_alerts("no smiles") == []


def severities(text: str) -> set[str]:
    return {s.severity for s in screening(default_knowledge().find(text))}


@pytest.mark.parametrize("text", ["sarin", "107-44-8", "CP(=O)(F)OC(C)C", "505-60-2", "mustard gas", "ClCCSCCCl", "VX",
                                  "CCOP(=O)(C#N)N(C)C", "ClC=C[As](Cl)Cl", "ClCCN(C)CCCl", "CCP(=O)(F)OC1CCCCC1"])  # fmt: skip
def test_schedule_1_is_refused(text: str) -> None:
    assert "refuse" in severities(text)


@pytest.mark.parametrize("text", ["phosgene", "thiodiglycol", "CP(=O)(OC)OC", "POCl3", "ephedrine", "HCN"])
def test_schedules_2_and_3_and_drug_precursors_want_approval(text: str) -> None:
    found = severities(text)
    assert "approval" in found
    assert "refuse" not in found


@pytest.mark.parametrize("text", ["acetone", "triethanolamine", "hydrochloric acid", "KMnO4", "hydrogen peroxide"])
def test_everyday_precursors_want_only_measures(text: str) -> None:
    assert severities(text) == {"measures"}


@pytest.mark.parametrize("text", ["water", "triphenylphosphine", "Na2HPO4", "ethanol", "trimethylaluminium", "DIPEA"])
def test_others_are_on_no_list(text: str) -> None:
    assert severities(text) == set()


def test_the_schedule_is_written_on_the_substance() -> None:
    assert "schedule 1.A.1" in default_knowledge().find("CP(=O)(F)OC(C)C").schedule
