"""Flash points, ovens, decomposition, adiabatic rise."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("stock", "step", "outcome"),
    [
        ("ethanol (l)", "stir 1 h 25C", "measures"), ("ethanol (l)", "stir 1 h 50C", "measures"), ("ethanol (l)", "stir 1 h 75C", "approval"),
        ("ethanol (l)", "stir 1 h 100C", "refuse"), ("diethyl ether (l)", "stir 1 h 40C", "refuse"), ("acetone (l)", "stir 1 h 50C", "approval"),
        ("toluene (l)", "stir 1 h 105C", "approval"), ("ethanol @1", "stir 1 h 25C", None), ("DMF (l)", "stir 1 h 40C", None), ("water (l)", "stir 1 h 90C", None),
    ],
)  # fmt: skip
def test_open_heating(bench: Any, stock: str, step: str, outcome: str | None) -> None:
    name = stock.split(" @")[0].removesuffix(" (l)").replace(" ", "_")
    found = bench.found(bench.judge([stock], [f"add 5 mL {name}", step]), "flash_point")
    assert (outcome in found) if outcome else not found, found
    if outcome == "measures":
        assert set(found) == {"measures"}


@pytest.mark.parametrize(
    ("stock", "millilitres", "step", "outcome"),
    [
        ("ethanol (l)", 0.3, "dry 2 h 60C", "measures"), ("ethanol (l)", 2, "dry 2 h 60C", "approval"), ("acetone (l)", 5, "dry 1 h 80C", "refuse"),
        ("ethanol (l)", 5, "calcine 1 h 400C", "refuse"), ("toluene (l)", 0.3, "calcine 1 h 400C", "approval"), ("DMF (l)", 5, "calcine 1 h 400C", "refuse"),
        ("water (l)", 5, "calcine 1 h 400C", None), ("water (l)", 5, "dry 2 h 90C", None), ("glycerol (l)", 2, "dry 2 h 60C", None),
    ],
)  # fmt: skip
def test_solvents_in_ovens(bench: Any, stock: str, millilitres: float, step: str, outcome: str | None) -> None:
    name = stock.removesuffix(" (l)")
    found = bench.found(bench.judge([stock], [f"add {millilitres} mL {name}", step]), "solvent_in_oven")
    assert found == ([outcome] if outcome else [])


def test_decomposition(bench: Any) -> None:
    def found(stock: str, steps: list[str]) -> list[str]:
        return bench.found(bench.judge([stock], steps), "decomposition")

    assert found("ammonium nitrate (s)", ["weigh 3 g ammonium_nitrate", "calcine 1 h 250C"]) == ["approval"]
    assert found("ammonium nitrate (s)", ["weigh 3 g ammonium_nitrate", "cap", "calcine 1 h 250C"]) == ["refuse"]
    assert found("ammonium nitrate (s)", ["weigh 3 g ammonium_nitrate", "dry 1 h 80C"]) == []
    assert found("benzoyl peroxide (s)", ["weigh 1 g benzoyl_peroxide", "dry 1 h 80C"]) == ["approval"]
    assert found("hydrogen peroxide @9.8", ["add 5 mL hydrogen_peroxide", "dry 2 h 80C"]) == ["approval"]
    assert found("nickel nitrate (s)", ["weigh 0.2 g nickel_nitrate", "calcine 1 h 400C"]) == []


def test_ammonium_nitrate_with_fuel_is_not_heated_dry(bench: Any) -> None:
    def found(grams: float, fuel: str, celsius: int, of_fuel: float = 0.5) -> list[str]:
        stocks = ["ammonium nitrate (s)", "glucose (s)", "charcoal (s)", "titanium dioxide (s)"]
        steps = [f"weigh {grams} g ammonium_nitrate; {of_fuel} g {fuel}", f"calcine 1 h {celsius}C"]
        return bench.found(bench.judge(stocks, steps), "decomposition")

    assert "refuse" in found(2, "glucose", 300) and "refuse" in found(2, "charcoal", 300)
    assert "refuse" in found(2, "glucose", 300, 0.01)  # a little fuel is enough
    assert "refuse" not in found(2, "titanium_dioxide", 300) and "refuse" not in found(0.1, "glucose", 300)
    assert found(2, "glucose", 80) == []


def test_ammonium_nitrate_may_form_of_two_salts(bench: Any) -> None:
    stocks = ["ammonium chloride (s)", "potassium nitrate (s)", "glucose (s)"]
    steps = ["weigh 1 g ammonium_chloride; 2 g potassium_nitrate; 0.5 g glucose", "calcine 1 h 300C"]
    assert "refuse" in bench.found(bench.judge(stocks, steps), "decomposition")


@pytest.mark.parametrize(
    ("stocks", "steps", "outcome"),
    [
        (["hydrochloric acid @1", "sodium hydroxide @1"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"], None),
        (["hydrochloric acid @6", "sodium hydroxide @6"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"], "measures"),
        (["hydrochloric acid @12", "sodium hydroxide @15"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"], "approval"),
        (["sulfuric acid (l)", "water (l)"], ["add 5 mL water", "add 5 mL sulfuric_acid"], "approval"),
        (["sulfuric acid (l)", "water (l)"], ["add 10 mL water", "add 0.1 mL sulfuric_acid"], None),
        (["sodium hydroxide (s)", "water (l)"], ["weigh 8 g sodium_hydroxide", "add 8 mL water"], "approval"),
        (["sodium hydroxide (s)", "water (l)"], ["weigh 0.4 g sodium_hydroxide", "add 10 mL water"], None),
    ],
)  # fmt: skip
def test_adiabatic_rise(bench: Any, stocks: list[str], steps: list[str], outcome: str | None) -> None:
    found = bench.found(bench.judge(stocks, steps), "exotherm")
    assert found == ([outcome] if outcome else [])


def test_the_rise_is_that_of_a_calorimeter(bench: Any) -> None:
    """5 mL of 6 mol/L each: 30 mmol x 56 kJ/mol in 10 g of solution, 20 % less heat capacity than water: about 45 K."""
    answer = bench.judge(
        ["hydrochloric acid @6", "sodium hydroxide @6"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"]
    )
    (found,) = (f for f in answer.findings if f.rule == "exotherm")
    rise = float(found.message.split(" by ")[1].split(" K")[0])
    assert 38 < rise < 52


def test_dry_powders_and_drops_do_not_boil(bench: Any) -> None:
    powders = bench.judge(
        ["citric acid (s)", "sodium hydroxide (s)"], ["weigh 0.2 g citric_acid; 0.2 g sodium_hydroxide"]
    )
    drops = bench.judge(
        ["hydrochloric acid @12", "sodium hydroxide @12"], ["add 0.1 mL hydrochloric_acid; 0.1 mL sodium_hydroxide"]
    )
    assert bench.found(powders, "exotherm") == [] and bench.found(drops, "exotherm") == []


def test_oxidiser_and_fuel_in_one_salt(bench: Any) -> None:
    salt = "NC(N)=[NH2+].[O-][N+](=O)[O-]"
    answer = bench.judge([f"{salt} (s)"], [f"weigh 1 g {salt}", "calcine 1 h 300C"])
    assert bench.found(answer, "decomposition") == ["approval"]
