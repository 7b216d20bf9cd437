"""A lab's own limits: read, tightened freely, loosened only aloud."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichemist.chemistry import OUTCOMES, InputError, parse_quantity
from aichemist.guard import LIMITS, GuardLimits


def test_defaults_without_a_table() -> None:
    limits = GuardLimits.read({})
    assert limits["max_pressure"] == pytest.approx(1.5e5) and limits["hood_volume"] == pytest.approx(1000.0)
    assert limits["exotherm"] == 50.0 and not limits.loosened
    assert all(limits[limit.key] > 0 for limit in LIMITS)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"max_presure": "2 bar"}, "max_pressure"), ({"max_pressure": 2}, "unit"), ({"max_pressure": "2 mL"}, "pressure"), ({"exotherm": "50 mL"}, "kelvin"),
        ({"max_pressure": "-1 bar"}, "above zero"), ({"forbidden": "benzene"}, "list"), ({"max_concentration": {"HNO3": "4"}}, "unit"), ({"max_amount": 3}, "table"),
    ],
)  # fmt: skip
def test_wrong_tables_are_errors_that_help(table: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        GuardLimits.read(table)
    assert "guard." in str(error.value) and says in str(error.value)


def test_tightening_is_silent_loosening_is_not(bench: Any) -> None:
    stocks, steps = ["water (l)"], ["add 5 mL water"]
    assert (
        bench.found(
            bench.judge(stocks, steps, guard={"max_pressure": "1.2 bar", "exotherm": "30 K"}), "limits_loosened"
        )
        == []
    )
    answer = bench.judge(stocks, steps, guard={"max_pressure": "4 bar", "hood_volume": "5000 L"})
    found = [f for f in answer.findings if f.rule == "limits_loosened"]
    assert [f.outcome for f in found] == ["approval"] * 2 and all(f.role == "safety_officer" for f in found)
    assert any("4 bar instead of 1.5 bar" in f.message for f in found)


CAPPED = ["add 5 mL ethanol", "cap", "stir 1 h 30C"]
#: key -> (strict value, stocks, steps, rule that then finds more)
STRICT: dict[str, tuple[str, list[str], list[str], str]] = {
    "max_pressure": ("1.05 bar", ["ethanol (l)"], CAPPED, "pressure"),
    "burst_pressure": ("1.06 bar", ["ethanol (l)"], [*CAPPED[:2], "stir 1 h 60C"], "pressure"),
    "hood_volume": ("10 L", ["sodium sulfide @0.01", "hydrochloric acid @1"], ["add 5 mL sodium_sulfide; 5 mL hydrochloric_acid"], "toxic_gas"),
    "flammable_gas": ("0.2 mmol", ["magnesium (s)", "hydrochloric acid @6"], ["weigh 20 mg magnesium", "add 5 mL hydrochloric_acid"], "flammable_gas"),
    "oven_solvent": ("0.1 mL", ["ethanol (l)"], ["add 0.5 mL ethanol", "dry 1 h 60C"], "solvent_in_oven"),
    "oven_solvent_refused": ("0.2 mL", ["ethanol (l)"], ["add 0.5 mL ethanol", "dry 1 h 60C"], "solvent_in_oven"),
    "furnace_solvent": ("0.01 mL", ["ethanol (l)"], ["add 0.05 mL ethanol", "calcine 1 h 400C"], "solvent_in_oven"),
    "furnace_solvent_refused": ("0.02 mL", ["ethanol (l)"], ["add 0.05 mL ethanol", "calcine 1 h 400C"], "solvent_in_oven"),
    "flammable_volume": ("1 mL", ["ethanol (l)"], ["add 5 mL ethanol"], "flash_point"),
    "open_boiling": ("0.2", ["ethanol (l)"], ["add 5 mL ethanol", "stir 1 h 50C"], "flash_point"),
    "exotherm": ("4 K", ["hydrochloric acid @1", "sodium hydroxide @1"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"], "exotherm"),
    "exotherm_measures": ("4 K", ["hydrochloric acid @1", "sodium hydroxide @1"], ["add 5 mL hydrochloric_acid; 5 mL sodium_hydroxide"], "exotherm"),
    "carcinogen": ("1 mg", ["nickel nitrate @0.1"], ["add 5 mL nickel_nitrate"], "carcinogen"),
    "reprotoxic": ("1 g", ["DMF (l)"], ["add 5 mL DMF"], "carcinogen"),
    "acutely_toxic": ("1 mg", ["sodium azide (s)"], ["weigh 50 mg sodium_azide"], "acutely_toxic"),
    "acutely_toxic_dilute": ("0.1 mg", ["sodium azide @0.003"], ["add 5 mL sodium_azide"], "acutely_toxic"),
    "explosive": ("1 mg", ["picric acid (s)"], ["weigh 5 mg picric_acid"], "explosive"),
    "alarming": ("1 mg", ["benzoyl peroxide (s)"], ["weigh 50 mg benzoyl_peroxide"], "structure"),
    "waste": ("1 mL", ["water (l)"], ["add 5 mL water", "aspirate 0.1 mL"], "waste_stream"),
}  # fmt: skip


@pytest.mark.parametrize("key", STRICT)
def test_every_limit_moves_its_rule(bench: Any, key: str) -> None:
    value, stocks, steps, rule = STRICT[key]

    def worst(**guard: str) -> int:
        return max(map(OUTCOMES.index, bench.found(bench.judge(stocks, steps, guard=guard), rule)), default=0)

    assert worst(**{key: value}) > worst()


def test_imbalance_moves_its_rule(bench: Any) -> None:
    recipes = [[f"add {n} mL water", "centrifuge 5 min"] for n in (6, 6.2)]
    assert bench.found(bench.judge(["water (l)"], recipes=recipes), "centrifuge_balance") == []
    assert bench.found(
        bench.judge(["water (l)"], recipes=recipes, guard={"imbalance": "100 mg"}), "centrifuge_balance"
    ) == ["measures"]
    assert {limit.key for limit in LIMITS} == {*STRICT, "imbalance"}


def test_forbidden_asked_for_and_bounded(bench: Any) -> None:
    stocks, steps = ["nitric acid @2", "ethanol (l)"], ["add 5 mL nitric_acid", "add 1 mL ethanol"]

    def found(**guard: Any) -> list[str]:
        return bench.found(bench.judge(stocks, steps, guard=guard), "lab_limit")

    assert found() == []
    assert found(forbidden=["Ethanol"]) == ["refuse"] and found(ask_for=["ethanol"]) == ["approval"]
    assert (
        set(found(max_concentration={"nitric acid": "1 mol/L"})) == {"refuse"}
        and found(max_concentration={"HNO3": "3 mol/L"}) == []
    )
    assert found(max_amount={"ethanol": "5 mmol"}) == ["refuse"] and found(max_amount={"ethanol": "50 mmol"}) == []


@given(
    st.dictionaries(
        st.text(max_size=20),
        st.one_of(st.text(max_size=20), st.integers(), st.none(), st.lists(st.integers(), max_size=2)),
        max_size=3,
    )
)
def test_any_table_is_read_or_refused(table: dict[str, Any]) -> None:
    try:
        GuardLimits.read(table)
    except InputError as error:
        assert "guard." in str(error)


def test_defaults_parse_in_their_dimension() -> None:
    for limit in LIMITS:
        if limit.dimension != "temperature_rise":
            assert parse_quantity(limit.default, limit.dimension) > 0
        assert limit.what and limit.why
