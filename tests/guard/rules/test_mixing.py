"""Incompatible substances: in a vial, along the steps, in waste, in one chamber."""

from __future__ import annotations

from typing import Any

import pytest

STOPPED = {
    "nitric acid and ethanol": (["nitric acid @15.6", "ethanol (l)"], ["add 5 mL nitric_acid; 5 mL ethanol"]),
    "nitric acid and acetone": (["nitric acid @15.6", "acetone (l)"], ["add 5 mL nitric_acid", "add 5 mL acetone"]),
    "nitric acid and DMSO": (["nitric acid @15.6", "DMSO (l)"], ["add 5 mL nitric_acid", "add 5 mL DMSO"]),
    "nitric acid and aniline": (["nitric acid @15.6", "aniline (l)"], ["add 3 mL aniline", "add 2 mL nitric_acid"]),
    "peroxide, acetone and acid": (["hydrogen peroxide @9.8", "acetone (l)", "sulfuric acid @1"], ["add 5 mL hydrogen_peroxide; 5 mL acetone", "add 0.5 mL sulfuric_acid"]),
    "piranha and 2-propanol": (["hydrogen peroxide @9.8", "sulfuric acid (l)", "2-propanol (l)"], ["add 6 mL sulfuric_acid; 2 mL hydrogen_peroxide", "add 0.5 mL 2-propanol"]),
    "azide and acid": (["sodium azide @1", "hydrochloric acid @1"], ["add 2 mL sodium_azide; 2 mL hydrochloric_acid"]),
    "azide and dichloromethane": (["sodium azide (s)", "dichloromethane (l)"], ["weigh 0.5 g sodium_azide", "add 5 mL dichloromethane"]),
    "azide and copper": (["sodium azide @0.1", "copper sulfate @0.1"], ["add 2 mL sodium_azide; 2 mL copper_sulfate"]),
    "azide and silver": (["sodium azide @0.1", "silver nitrate @0.1"], ["add 2 mL sodium_azide; 2 mL silver_nitrate"]),
    "bleach and methanol": (["sodium hypochlorite @0.7", "methanol (l)"], ["add 5 mL sodium_hypochlorite; 2 mL methanol"]),
    "bleach and acetone": (["sodium hypochlorite @0.7", "acetone (l)"], ["add 5 mL sodium_hypochlorite; 2 mL acetone"]),
    "chlorate and sulfur": (["sodium chlorate (s)", "sulfur (s)"], ["weigh 1 g sodium_chlorate; 0.3 g sulfur"]),
    "chlorate and ammonium, dried": (["potassium chlorate @0.5", "ammonium chloride @0.5"], ["add 5 mL potassium_chlorate; 5 mL ammonium_chloride", "dry 12 h 80C"]),
    "chlorate and sulfuric acid": (["potassium chlorate (s)", "sulfuric acid (l)"], ["weigh 1 g potassium_chlorate", "add 2 mL sulfuric_acid"]),
    "perchlorate and glucose, dried": (["sodium perchlorate @1", "glucose @1"], ["add 4 mL sodium_perchlorate; 2 mL glucose", "dry 12 h 100C"]),
    "permanganate and glycerol": (["potassium permanganate (s)", "glycerol (l)"], ["weigh 1 g potassium_permanganate", "add 1 mL glycerol"]),
    "permanganate and sulfuric acid": (["potassium permanganate (s)", "sulfuric acid (l)"], ["weigh 1 g potassium_permanganate", "add 3 mL sulfuric_acid"]),
    "chromium trioxide and ethanol": (["chromium trioxide (s)", "ethanol (l)"], ["weigh 1 g chromium_trioxide", "add 3 mL ethanol"]),
    "sodium and water": (["sodium (s)", "water (l)"], ["weigh 0.5 g sodium", "add 5 mL water"]),
    "sodium hydride and DMF": (["sodium hydride (s)", "DMF (l)"], ["weigh 0.5 g sodium_hydride", "add 5 mL DMF", "stir 1 h 60C"]),
    "aluminium hydride and ethanol": (["lithium aluminium hydride (s)", "ethanol (l)"], ["weigh 0.5 g lithium_aluminium_hydride", "add 5 mL ethanol"]),
    "nitrite and ammonium": (["sodium nitrite @2", "ammonium chloride @2"], ["add 5 mL sodium_nitrite; 5 mL ammonium_chloride"]),
    "acetone, chloroform and base": (["acetone (l)", "chloroform (l)", "sodium hydroxide @5"], ["add 3 mL acetone; 3 mL chloroform", "add 1 mL sodium_hydroxide"]),
    "bromine and acetone": (["bromine (l)", "acetone (l)"], ["add 3 mL acetone", "add 1 mL bromine"]),
    "silver and ammonia, dried": (["silver nitrate @0.1", "ammonia @1"], ["add 5 mL silver_nitrate", "add 3 mL ammonia", "dry 12 h 60C"]),
    "ammonium nitrate and glucose": (["ammonium nitrate (s)", "glucose (s)"], ["weigh 2 g ammonium_nitrate; 0.5 g glucose"]),
    "thionyl chloride and DMF": (["thionyl chloride (l)", "DMF (l)"], ["add 3 mL thionyl_chloride", "add 3 mL DMF"]),
    "thionyl chloride and DMSO": (["thionyl chloride (l)", "DMSO (l)"], ["add 3 mL thionyl_chloride", "add 3 mL DMSO"]),
    "iodine and ammonia": (["iodine (s)", "ammonia @14"], ["weigh 0.5 g iodine", "add 5 mL ammonia"]),
    "silver, nitric acid and ethanol": (["silver nitrate @0.5", "ethanol (l)", "nitric acid @8"], ["add 2 mL silver_nitrate; 3 mL nitric_acid", "add 3 mL ethanol"]),
    "gunpowder": (["potassium nitrate (s)", "charcoal (s)", "sulfur (s)"], ["weigh 3 g potassium_nitrate; 0.5 g charcoal; 0.4 g sulfur"]),
    "thermite": (["aluminium (s)", "manganese dioxide (s)"], ["weigh 1 g aluminium; 3 g manganese_dioxide"]),
    "fluoride and acid": (["sodium fluoride @1", "hydrochloric acid @2"], ["add 3 mL sodium_fluoride; 3 mL hydrochloric_acid"]),
}  # fmt: skip

LEFT_ALONE = {
    "dilute nitrates, base, an ethanol wash": (["nickel nitrate @0.1", "iron(III) nitrate @0.1", "sodium hydroxide @1", "ethanol (l)"], ["add 2 mL nickel_nitrate; 2 mL iron(III)_nitrate", "add 2 mL sodium_hydroxide", "stir 12 h 25C", "centrifuge 5 min", "aspirate 0.3 mL", "add 6 mL ethanol", "centrifuge 5 min", "aspirate 0.3 mL", "dry 2 h 60C"]),
    "dilute neutralisation": (["hydrochloric acid @1", "sodium hydroxide @1"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"]),
    "McIlvaine buffer and iodide": (["citric acid @0.1", "disodium phosphate @0.2", "potassium iodide @1"], ["add 1 mL citric_acid; 1 mL disodium_phosphate; 1 mL potassium_iodide"]),
    "peroxide assay": (["hydrogen peroxide @0.05", "potassium iodide @0.1", "sulfuric acid @0.1"], ["add 2 mL hydrogen_peroxide; 2 mL potassium_iodide; 1 mL sulfuric_acid"]),
    "permanganate titration": (["potassium permanganate @0.02", "sulfuric acid @1", "ethanol @0.1"], ["add 2 mL potassium_permanganate; 2 mL sulfuric_acid; 1 mL ethanol"]),
    "dilute nitric acid and ethanol": (["nitric acid @1", "ethanol (l)"], ["add 3 mL nitric_acid; 3 mL ethanol"]),
    "azide as a preservative": (["sodium azide @0.003", "citric acid @0.1"], ["add 3 mL sodium_azide; 1 mL citric_acid"]),
    "silver mirror, dilute and fresh": (["silver nitrate @0.01", "ammonia @0.1", "glucose @0.1"], ["add 2 mL silver_nitrate; 2 mL ammonia", "add 2 mL glucose"]),
    "dichromate in dilute acid": (["potassium dichromate @0.02", "sulfuric acid @1"], ["add 5 mL potassium_dichromate; 2 mL sulfuric_acid"]),
    "traces of nitrate and citric acid, dried": (["nickel nitrate @0.1", "citric acid @0.1"], ["add 2 mL nickel_nitrate; 2 mL citric_acid", "dry 12 h 80C"]),
    "acid chloride's solvent with an amine": (["dichloromethane (l)", "triethylamine (l)"], ["add 8 mL dichloromethane; 0.2 mL triethylamine"]),
    "solvents": (["ethanol (l)", "acetone (l)"], ["add 5 mL ethanol; 5 mL acetone"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STOPPED)
def test_incompatible(bench: Any, name: str) -> None:
    stocks, steps = STOPPED[name]
    answer = bench.judge(stocks, steps)
    assert answer.outcome in ("approval", "refuse")
    stops = [f for f in answer.findings if f.rule == "mixing" and f.outcome in ("approval", "refuse")]
    assert stops, answer.findings
    for f in stops:
        assert f.sample == "s1" and f.step and len(f.substances) >= 1 and f.source and f.role == "safety_officer"


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_harmless(bench: Any, name: str) -> None:
    stocks, steps = LEFT_ALONE[name]
    answer = bench.judge(stocks, steps)
    assert answer.outcome in ("allow", "measures"), answer.findings


def test_rinsed_away_is_no_danger_any_more(bench: Any) -> None:
    stocks = ["nitric acid @15.6", "water (l)", "ethanol (l)"]
    acid, rinse, ethanol = "add 5 mL nitric_acid", ["aspirate 0.1 mL", "add 10 mL water"], "add 5 mL ethanol"
    dirty = bench.judge(stocks, [acid, "aspirate 0.3 mL", ethanol])
    clean = bench.judge(stocks, [acid, *rinse * 3, "aspirate 0.1 mL", ethanol])
    assert "refuse" in bench.found(dirty, "mixing")
    assert "refuse" not in bench.found(clean, "mixing")


def test_solutes_stay_when_the_liquid_dries(bench: Any) -> None:
    stocks = ["sodium perchlorate @1", "water (l)", "glycerol (l)"]
    answer = bench.judge(stocks, ["add 4 mL sodium_perchlorate", "dry 12 h 100C", "add 1 mL glycerol", "dry 2 h 100C"])
    assert answer.outcome == "refuse"


def test_the_finding_names_the_step_where_it_happens(bench: Any) -> None:
    answer = bench.judge(
        ["nitric acid @15.6", "ethanol (l)"], ["add 5 mL ethanol", "stir 10 min 25C", "add 5 mL nitric_acid"]
    )
    (found,) = (f for f in answer.findings if f.rule == "mixing" and f.outcome == "refuse")
    assert found.step == "step3" and set(found.substances) == {"ethanol", "nitric acid"} and found.mend


def test_waste_of_different_vials_meets_in_one_bottle(bench: Any) -> None:
    stocks = ["nitric acid @15.6", "ethanol (l)", "water (l)"]
    apart = [["add 5 mL nitric_acid", "aspirate 0.1 mL"], ["add 5 mL ethanol", "aspirate 0.1 mL"]]
    answer = bench.judge(stocks, recipes=apart)
    assert bench.found(answer, "waste") == ["approval"] and bench.found(answer, "mixing") == []
    assert bench.found(bench.judge(stocks, recipes=[apart[0], ["add 5 mL water", "aspirate 0.1 mL"]]), "waste") == []


def test_cyanide_and_acid_in_waste(bench: Any) -> None:
    stocks = ["potassium cyanide @0.5", "hydrochloric acid @1"]
    answer = bench.judge(
        stocks,
        recipes=[["add 5 mL potassium_cyanide", "aspirate 0.1 mL"], ["add 5 mL hydrochloric_acid", "aspirate 0.1 mL"]],
    )
    assert "approval" in bench.found(answer, "waste")


def test_vapour_goes_over_in_a_shared_chamber(bench: Any) -> None:
    stocks = ["chromium trioxide (s)", "ethanol (l)", "water (l)"]
    both = [["weigh 1 g chromium_trioxide", "dry 1 h 60C"], ["add 0.9 mL ethanol", "dry 1 h 60C"]]
    assert bench.found(bench.judge(stocks, recipes=both), "shared_chamber") == ["approval"]
    assert (
        bench.found(bench.judge(stocks, recipes=[both[0], ["add 1 mL water", "dry 1 h 60C"]]), "shared_chamber") == []
    )


@pytest.mark.parametrize(
    ("metal", "oxygen"),
    [("nickel nitrate @1", "nickel_nitrate"), ("[Co+2].[O-]Cl(=O)(=O)=O.[O-]Cl(=O)(=O)=O @0.5", "")],
)
def test_the_hydrazine_complex_of_a_metal_is_not_dried(bench: Any, metal: str, oxygen: str) -> None:
    name = oxygen or metal.split(" @")[0].replace(" ", "_")
    steps = ["add 2 mL hydrazine_hydrate", f"add 4 mL {name}", "stir 1 h 25C"]
    wet, dried = (bench.judge(["hydrazine hydrate (l)", metal], s) for s in (steps, [*steps, "dry 2 h 80C"]))
    assert "refuse" not in bench.found(wet, "mixing") and "approval" in bench.found(wet, "mixing")
    (refused,) = (f for f in dried.findings if f.rule == "mixing" and f.outcome == "refuse")
    assert refused.step == "step4" and "primary explosive" in refused.message


def test_hydride_in_dmso_is_refused_where_it_runs_away(bench: Any) -> None:
    def found(celsius: int) -> list[str]:
        steps = ["weigh 0.5 g sodium_hydride", "add 8 mL DMSO", f"stir 1 h {celsius}C"]
        return bench.found(bench.judge(["sodium hydride (s)", "DMSO (l)"], steps), "mixing")

    assert found(25) == ["approval"] and "refuse" in found(60)
