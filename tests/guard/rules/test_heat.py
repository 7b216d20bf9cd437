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
    ("ethanol", "water", "step", "says"),
    [  # 20 % by mass flashes at 36 degC, 40 % by volume at 26 degC, 10 % by mass at 49 degC
        (0.5, 1.5, "stir 1 h 25C", None), (0.5, 1.5, "stir 1 h 30C", "near"), (0.5, 1.5, "stir 1 h 45C", "above its flash point"), (2.0, 3.0, "stir 1 h 28C", "flashes"),
        (0.5, 3.6, "stir 1 h 25C", None),
    ],
)  # fmt: skip
def test_flash_points_of_aqueous_ethanol(bench: Any, ethanol: float, water: float, step: str, says: str | None) -> None:
    answer = bench.judge(["ethanol (l)", "water (l)"], [f"add {ethanol} mL ethanol; {water} mL water", step])
    said = [f.message for f in answer.findings if f.rule == "flash_point"]
    assert any(says in m for m in said) if says else not said, said


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


def test_the_smoke_of_polymers_with_halogens_is_poisonous(bench: Any) -> None:
    def found(polymer: str, grams: float, step: str) -> list[str]:
        steps = [f"weigh {grams} g {polymer.replace(' ', '_')}", step]
        return bench.found(bench.judge([f"{polymer} (s)"], steps), "decomposition")

    assert found("PTFE", 3, "calcine 3 h 550C") == found("PVC", 1, "calcine 1 h 300C") == ["approval"]
    assert found("PVDF", 0.5, "dry 12 h 120C") == found("PTFE", 3, "dry 1 h 200C") == []
    assert found("PTFE", 0.02, "calcine 1 h 550C") == []  # a trace, as on an electrode


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


def rise(answer: Any) -> float:
    """K, of the worst finding; 0 where nothing is said."""
    said = [f.message for f in answer.findings if f.rule == "exotherm" and " by " in f.message]
    return max((float(m.split(" by ")[1].split(" K")[0]) for m in said), default=0.0)


@pytest.mark.parametrize(
    ("steps", "low", "high"),
    [
        (["add 10 mL sulfuric_acid", "add 5 mL water"], 115, 150),
        (["add 5 mL water", "add 10 mL sulfuric_acid"], 115, 150),
        (["add 15 mL water", "add 1 mL sulfuric_acid"], 0, 25),
        (["add 4 mL nitric_acid", "add 8 mL water"], 20, 40),
    ],
)
def test_the_heat_of_dilution_is_that_of_the_curve(bench: Any, steps: list[str], low: float, high: float) -> None:
    """18 mol/L acid, 0.18 mol: from 0.22 to 1.75 mol of water per mol, -6.6 to -39.5 kJ/mol (NBS), 23.4 g of 75 % acid
    with 1.92 J/(g K): about 130 K."""
    stocks = ["sulfuric acid @18", "nitric acid @15.6", "water (l)"]
    assert low <= rise(bench.judge(stocks, steps)) <= high


@pytest.mark.parametrize("order", ["add {a} mL sulfuric_acid", "add {w} mL water"])
def test_more_water_or_more_acid_never_makes_the_dilution_look_safer(bench: Any, order: str) -> None:
    """What is added, whether acid or water: all that the mixture passes through counts."""
    first = {"add {a} mL sulfuric_acid": "add 5 mL water", "add {w} mL water": "add 5 mL sulfuric_acid"}[order]
    stocks = ["sulfuric acid @18", "water (l)"]
    rises = [rise(bench.judge(stocks, [first, order.format(a=n, w=n)], capacity="50 mL")) for n in (1, 2, 4, 8, 16, 32)]
    assert rises == sorted(rises) and rises[-1] > 100


def test_a_drop_of_acid_is_no_exotherm_in_whichever_order(bench: Any) -> None:
    stocks = ["sulfuric acid @18", "water (l)"]
    together = ["add 0.1 mL sulfuric_acid; 10 mL water"]
    for steps in (
        together,
        ["add 0.1 mL sulfuric_acid", "add 10 mL water"],
        ["add 10 mL water", "add 0.1 mL sulfuric_acid"],
    ):
        assert bench.found(bench.judge(stocks, steps), "exotherm") == []


def test_water_is_not_poured_onto_concentrated_acid(bench: Any) -> None:
    def mends(steps: list[str], acid: str = "sulfuric acid @18") -> list[str]:
        answer = bench.judge([acid, "water (l)"], steps)
        return [f.mend for f in answer.findings if f.rule == "exotherm" and "acid into water" in f.mend]

    assert mends(["add 10 mL sulfuric_acid", "add 5 mL water"]) and mends(["add 10 mL sulfuric_acid; 5 mL water"])
    assert not mends(["add 5 mL water", "add 10 mL sulfuric_acid"])
    assert not mends(["add 10 mL sulfuric_acid", "add 5 mL water"], "sulfuric acid @1")


def test_heat_of_dilution_against_the_table() -> None:
    from aichemist.guard.rules._dilution import integral_heat_j_per_mol, sulfuric_heat_capacity

    assert integral_heat_j_per_mol("H2SO4", 10) == pytest.approx(67.0e3, rel=0.01)
    assert integral_heat_j_per_mol("H2SO4", 0) == 0 == integral_heat_j_per_mol("NaCl", 5)
    curve = [integral_heat_j_per_mol("H2SO4", n / 10) for n in range(1000)]
    assert curve == sorted(curve)
    assert sulfuric_heat_capacity(0.096, 0.004) == pytest.approx(145, rel=0.05)  # 96 % acid: 1.4 to 1.5 J/(g K)


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
