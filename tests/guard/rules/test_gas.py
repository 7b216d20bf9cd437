"""Toxic and flammable gas, and pressure under a cap."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("salt", "acid", "outcome"),
    [
        ("potassium cyanide @1", "hydrochloric acid @2", "refuse"),
        ("potassium cyanide @0.2", "hydrochloric acid @2", "approval"),
        ("sodium sulfide @1", "hydrochloric acid @3", "refuse"),
        ("sodium sulfide @0.3", "hydrochloric acid @1", "approval"),
        ("sodium sulfide @0.05", "hydrochloric acid @1", "measures"),
        ("sodium hypochlorite @0.7", "hydrochloric acid @2", "refuse"),
        ("sodium nitrite @2", "hydrochloric acid @3", "refuse"),
        ("sodium sulfite @0.05", "hydrochloric acid @1", "measures"),
    ],
)
def test_toxic_gas_by_its_amount(bench: Any, salt: str, acid: str, outcome: str) -> None:
    names = [n.split(" @")[0].replace(" ", "_") for n in (salt, acid)]
    answer = bench.judge([salt, acid], [f"add 5 mL {names[0]}; 5 mL {names[1]}"])
    assert outcome in bench.found(answer, "toxic_gas"), answer.findings
    assert "exposure limits" in next(f.source for f in answer.findings if f.rule == "toxic_gas")


def test_a_tighter_hood_asks_earlier(bench: Any) -> None:
    stocks, steps = (
        ["sodium sulfide @0.05", "hydrochloric acid @1"],
        ["add 5 mL sodium_sulfide; 5 mL hydrochloric_acid"],
    )
    assert bench.found(bench.judge(stocks, steps), "toxic_gas") == ["measures"]
    assert bench.found(bench.judge(stocks, steps, guard={"hood_volume": "100 L"}), "toxic_gas") == ["approval"]


@pytest.mark.parametrize(
    ("stocks", "steps"),
    [
        (["zinc (s)", "hydrochloric acid @2"], ["weigh 0.3 g zinc", "add 5 mL hydrochloric_acid", "cap", "store"]),
        (["sodium borohydride (s)", "hydrochloric acid @1"], ["weigh 0.2 g sodium_borohydride", "add 5 mL hydrochloric_acid", "cap"]),
        (["hydrogen peroxide @9.8", "manganese dioxide (s)"], ["weigh 50 mg manganese_dioxide", "add 10 mL hydrogen_peroxide", "cap"]),
        (["sodium carbonate @1", "hydrochloric acid @2"], ["add 5 mL sodium_carbonate; 5 mL hydrochloric_acid", "cap"]),
        (["aluminium (s)", "sodium hydroxide @5"], ["weigh 0.5 g aluminium", "add 5 mL sodium_hydroxide", "cap"]),
        (["sodium nitrite @1", "ammonium chloride @1"], ["add 5 mL sodium_nitrite; 5 mL ammonium_chloride", "cap", "stir 1 h 70C"]),
        (["ethanol (l)"], ["add 10 mL ethanol", "cap", "stir 2 h 120C"]),
        (["dichloromethane (l)"], ["add 10 mL dichloromethane", "cap", "stir 1 h 60C"]),
        (["water (l)"], ["add 10 mL water", "cap", "stir 1 h 150C"]),
    ],
)  # fmt: skip
def test_pressure_under_a_cap(bench: Any, stocks: list[str], steps: list[str]) -> None:
    answer = bench.judge(stocks, steps)
    assert set(bench.found(answer, "pressure")) & {"approval", "refuse"}
    opened = bench.judge(stocks, [s for s in steps if s != "cap"])
    assert bench.found(opened, "pressure") == []


@pytest.mark.parametrize(
    ("stocks", "steps"),
    [
        (["water (l)", "sodium chloride (s)"], ["weigh 1 g sodium_chloride", "add 10 mL water", "cap", "stir 1 h 60C"]),
        (["zinc (s)", "hydrochloric acid @0.01"], ["weigh 0.3 g zinc", "add 1 mL hydrochloric_acid", "cap"]),
        (["ethanol (l)"], ["add 10 mL ethanol", "cap", "stir 2 h 40C"]),
        (["sodium carbonate @0.01", "hydrochloric acid @0.1"], ["add 5 mL sodium_carbonate; 1 mL hydrochloric_acid", "cap"]),
    ],
)  # fmt: skip
def test_little_gas_is_allowed_under_a_cap(bench: Any, stocks: list[str], steps: list[str]) -> None:
    assert bench.found(bench.judge(stocks, steps), "pressure") == []


def test_what_an_open_vial_has_given_off_does_not_press_later(bench: Any) -> None:
    stocks = ["sodium carbonate @0.2", "hydrochloric acid @1"]
    mixed = "add 5 mL sodium_carbonate; 2 mL hydrochloric_acid"
    assert bench.found(bench.judge(stocks, [mixed, "cap"]), "pressure") == ["approval"]
    assert bench.found(bench.judge(stocks, [mixed, "stir 30 min 25C", "cap"]), "pressure") == []


def test_warm_water_follows_the_steam_table() -> None:
    from aichemist.guard.contents import Kind
    from aichemist.guard.knowledge import Substance
    from aichemist.guard.rules._vapour import vapour_pressure_pa

    def kind(groups: str, boiling: float) -> Kind:
        return Kind(
            "x", Substance("x", boiling_point_k=boiling), frozenset(groups.split()), 0.018, 1.0, boiling, True, True
        )

    water, acetone = kind("water", 373.15), kind("ketone organic", 329.2)
    # CRC Handbook: water 19.95 kPa at 60 degC, 476 kPa at 150 degC; acetone 30.8 kPa at 25 degC
    assert vapour_pressure_pa(water, 333.15) == pytest.approx(19.95e3, rel=0.10)
    assert vapour_pressure_pa(water, 423.15) == pytest.approx(476e3, rel=0.10)
    assert vapour_pressure_pa(acetone, 298.15) == pytest.approx(30.8e3, rel=0.10)


def test_hydrogen_from_light_is_bounded_by_photons(bench: Any) -> None:
    stocks = ["titanium dioxide (s)", "methanol @2"]
    steps = ["weigh 5 mg titanium_dioxide", "add 5 mL methanol", "cap", "purge 10 min", "light 1 h 25C"]
    assert bench.found(bench.judge(stocks, steps), "pressure") == []
    longer = [*steps[:-1], "light 48 h 25C"]
    assert set(bench.found(bench.judge(stocks, longer), "pressure")) & {"approval", "refuse"}


def test_hydrogen_from_an_open_vial(bench: Any) -> None:
    stocks = ["magnesium (s)", "hydrochloric acid @6"]
    little = bench.judge(stocks, ["weigh 20 mg magnesium", "add 5 mL hydrochloric_acid"])
    much = bench.judge(stocks, ["weigh 2 g magnesium", "add 15 mL hydrochloric_acid"])
    assert bench.found(little, "flammable_gas") == ["measures"] and bench.found(much, "flammable_gas") == ["approval"]


def test_dry_ice_in_a_capped_vial(bench: Any) -> None:
    assert bench.found(bench.judge(["carbon dioxide (s)"], ["weigh 1 g carbon_dioxide", "cap"]), "pressure") == [
        "refuse"
    ]


@pytest.mark.parametrize(
    ("stock", "celsius", "low", "high"),
    [  # Pa, from tables: HF 20 % a few hundred; HCl 36 % 14 to 19 kPa, 20 % 40; NH3 25 % 45 to 65 kPa, 1 mol/L 1.7 kPa
        ("hydrofluoric acid @10", 25, 200, 700), ("hydrofluoric acid @0.1", 25, 0.1, 10), ("hydrochloric acid @11.6", 25, 10e3, 22e3),
        ("hydrochloric acid @6", 25, 15, 80), ("hydrochloric acid @0.1", 25, 1e-6, 0.1), ("ammonia @13.4", 25, 40e3, 75e3),
        ("ammonia @1", 25, 1.4e3, 2.0e3), ("ammonia @1", 60, 5e3, 9e3), ("nitric acid @15.6", 25, 300, 3000),
    ],
)  # fmt: skip
def test_what_is_over_an_aqueous_solution(bench: Any, stock: str, celsius: float, low: float, high: float) -> None:
    from aichemist.guard.contents import Shelf, follow
    from aichemist.guard.rules._vapour import partial_pressures_pa

    name = stock.split(" @")[0]
    lab = bench.lab([stock])
    (one,) = bench.experiments([f"add 5 mL {name.replace(' ', '_')}"])
    state = follow(one, lab, Shelf(bench.knowledge, lab)).moments[-1].after
    found = {k.name: p for k, p in partial_pressures_pa(state, celsius + 273.15).items()}
    assert low < found[name] < high, found


def test_pressure_names_what_makes_it_with_its_number(bench: Any) -> None:
    answer = bench.judge(["water (l)"], ["add 15 mL water", "cap", "stir 1 h 180C"])
    (said,) = (f.message for f in answer.findings if f.rule == "pressure")
    assert "of it up to 10 bar of vapour of water" in said or "of it up to 11 bar of vapour of water" in said, said


@pytest.mark.parametrize(
    ("stock", "step", "expected"),
    [
        ("hydrofluoric acid @10", "stir 1 h 25C", []),
        ("hydrochloric acid @1", "stir 1 h 60C", []),
        ("ammonia @1", "stir 1 h 25C", []),
        ("ammonia @13.4", "stir 1 h 70C", ["refuse", "approval"]),  # 4 bar and air,
    ],
)
def test_dissolved_gases_press_as_much_as_they_do(bench: Any, stock: str, step: str, expected: list[str]) -> None:
    name = stock.split(" @")[0].replace(" ", "_")
    found = bench.found(bench.judge([stock], [f"add 5 mL {name}", "cap", step]), "pressure")
    assert found == expected
