"""What a substance is by itself: unknown, listed, explosive, poisonous, self-igniting, sensitive."""

from __future__ import annotations

from typing import Any

import pytest


def one(bench: Any, stock: str, step: str, rule: str) -> list[Any]:
    return [f for f in bench.judge([stock], [step]).findings if f.rule == rule]


def test_an_unknown_substance_needs_a_persons_word(bench: Any) -> None:
    (found,) = one(bench, "xyzzium @0.1", "add 5 mL xyzzium", "unknown_substance")
    assert (
        found.outcome == "approval"
        and found.role == "safety_officer"
        and "SMILES" in found.mend
        and found.substances == ("xyzzium",)
    )


def test_a_chemical_weapon_is_refused_and_nobody_may_override(bench: Any) -> None:
    (found,) = one(bench, "sarin (l)", "add 1 mL sarin", "schedule")
    assert (found.outcome, found.role) == ("refuse", "")


def test_explosives(bench: Any) -> None:
    (much,) = one(bench, "picric acid (s)", "weigh 1 g picric_acid", "explosive")
    (little,) = one(bench, "picric acid (s)", "weigh 5 mg picric_acid", "explosive")
    assert (much.outcome, much.role) == ("refuse", "") and (little.outcome, little.role) == (
        "approval",
        "safety_officer",
    )


@pytest.mark.parametrize(
    ("stock", "step", "rule", "outcome"),
    [
        ("benzene (l)", "add 5 mL benzene", "carcinogen", "approval"), ("benzene (l)", "add 0.1 mL benzene", "carcinogen", "measures"),
        ("nickel nitrate @0.1", "add 4 mL nickel_nitrate", "carcinogen", "measures"), ("DMF (l)", "add 10 mL DMF", "carcinogen", "measures"),
        ("potassium cyanide (s)", "weigh 0.5 g potassium_cyanide", "acutely_toxic", "approval"), ("sodium azide @0.003", "add 5 mL sodium_azide", "acutely_toxic", "measures"),
        ("methanol (l)", "add 10 mL methanol", "acutely_toxic", "measures"), ("hydrofluoric acid @1", "add 5 mL hydrofluoric_acid", "hydrofluoric_acid", "approval"),
        ("tert-butyllithium @1 in hexane", "add 5 mL tert-butyllithium", "air_sensitive", "refuse"), ("sodium hydride (s)", "weigh 0.5 g sodium_hydride", "air_sensitive", "approval"),
        ("sodium borohydride (s)", "weigh 30 mg sodium_borohydride", "air_sensitive", "measures"),
    ],
)  # fmt: skip
def test_poisons_and_air(bench: Any, stock: str, step: str, rule: str, outcome: str) -> None:
    (found,) = one(bench, stock, step, rule)
    assert found.outcome == outcome and found.source and (found.measures or found.mend)


@pytest.mark.parametrize(
    "rule",
    ["carcinogen", "acutely_toxic", "hydrofluoric_acid", "air_sensitive", "explosive", "schedule", "unknown_substance"],
)
def test_water_and_salt_are_nothing_of_that(bench: Any, rule: str) -> None:
    answer = bench.judge(["water (l)", "sodium chloride (s)"], ["weigh 1 g sodium_chloride", "add 5 mL water"])
    assert bench.found(answer, rule) == []


def test_toxic_fumes(bench: Any) -> None:
    hot = bench.judge(["chloroform (l)"], ["add 0.4 mL chloroform", "calcine 1 h 400C"])
    assert "approval" in bench.found(hot, "toxic_fumes")
    assert bench.found(bench.judge(["chloroform (l)"], ["add 0.4 mL chloroform", "dry 1 h 60C"]), "toxic_fumes") == []


def test_nitrates_in_the_furnace(bench: Any) -> None:
    def found(grams: float) -> list[str]:
        return bench.found(
            bench.judge(["nickel nitrate (s)"], [f"weigh {grams} g nickel_nitrate", "calcine 1 h 500C"]), "toxic_fumes"
        )

    assert found(0.05) == [] and found(0.5) == ["measures"] and found(5) == ["approval"]


def test_light(bench: Any) -> None:
    answer = bench.judge(["sodium azide @0.5"], ["add 5 mL sodium_azide", "light 1 h 25C"])
    assert bench.found(answer, "light_sensitive") == ["approval"]
    assert (
        bench.found(
            bench.judge(["sodium chloride @0.5"], ["add 5 mL sodium_chloride", "light 1 h 25C"]), "light_sensitive"
        )
        == []
    )


def test_centrifuge(bench: Any) -> None:
    def found(*millilitres: float, even: bool = False) -> list[str]:
        recipes = [[f"add {n} mL water", "centrifuge 5 min"] for n in millilitres]
        return bench.found(bench.judge(["water (l)"], recipes=recipes, even=even), "centrifuge_balance")

    assert found(6, 6) == [] and found(6, 6.1) == [] and found(6, 7) == ["measures"] and found(2, 10) == ["approval"]
    assert found(6, 6, 6) == ["measures"] and found(6, 6, 6, even=True) == []


def test_waste_streams(bench: Any) -> None:
    stocks = ["nickel nitrate @0.1", "dichloromethane (l)"]
    answer = bench.judge(
        stocks,
        recipes=[["add 5 mL nickel_nitrate", "aspirate 0.3 mL"], ["add 5 mL dichloromethane", "aspirate 0.3 mL"]],
    )
    messages = [f.message for f in answer.findings if f.rule == "waste_stream"]
    assert any("heavy metal" in m for m in messages) and any("halogenated" in m for m in messages)
    assert bench.found(bench.judge(["water (l)"], ["add 5 mL water", "aspirate 0.3 mL"]), "waste_stream") == []
