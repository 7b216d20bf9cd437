"""Substances that a lab's table names are told by what they are; with the room's real knowledge."""

from __future__ import annotations

from typing import Any

import pytest

from aichemist.chemistry import (
    Design,
    Experiment,
    Hypothesis,
    InputError,
    LabLimits,
    Proposal,
    Recipe,
    Simplex,
    StationLimits,
    Step,
    StockLimits,
)
from aichemist.guard import Rule, review
from aichemist.guard.rules import LabLimit

SOLUTION = {"concentration_mol_per_l": 0.1, "solvent": "water", "available_l": 1.0}


def outcomes(stock: StockLimits, **guard: Any) -> list[str]:
    station = StationLimits("d", ("dispense_liquid", "dispense_solid"), 10, {}, (stock.name,))
    lab = LabLimits(
        lab="test",
        stations=(station,), stocks=(stock,), vial_capacity_l=0.02, vial_max_temperature_k=700.0, starting_slots=9,
        guard=guard,
    )  # fmt: skip
    liquid = stock.available_l > 0
    taken = {"volumes_l": {stock.name: 1e-3}} if liquid else {"masses_kg": {stock.name: 1e-5}}
    step = Step(0, "add", "dispense_liquid" if liquid else "dispense_solid", taken)
    recipe = Recipe({"x": 1.0})
    design = Design(
        1, Hypothesis("", {}, ""), Simplex(("x",), 0.1, 1, (0.0,), (1.0,)), "p", (Proposal(recipe, "initial"),), "m"
    )
    rule: Rule = LabLimit()
    return [f.outcome for f in review(design, [Experiment("b001-01", 1, recipe, (step,))], lab, rules=[rule]).findings]


@pytest.mark.parametrize(
    ("stock", "listed"),
    [
        (StockLimits("a", solute="Co(NO3)2·6H2O", **SOLUTION), "cobalt nitrate"),
        (StockLimits("a", solute="Co(NO3)2", **SOLUTION), "cobalt(II) nitrate hexahydrate"),
        (StockLimits("a", substance="cobalt nitrate", **SOLUTION), "10026-22-9"),
        (StockLimits("a", solute="NiCl2", **SOLUTION), "nickel chloride"),
        (StockLimits("a", available_kg=1.0, substance="sodium sulfide nonahydrate"), "Na2S"),
        (StockLimits("a", available_kg=1.0, solute="CuSO4.5H2O"), "copper sulfate"),
        (StockLimits("a", available_l=1.0, substance="ethanol"), "CCO"),
        (StockLimits("my_polymer", available_kg=1.0), "my_polymer"),
    ],
)  # fmt: skip
def test_by_any_name(stock: StockLimits, listed: str) -> None:
    others = ["dimethyl ether", "silver nitrate", "nickel sulfate", "copper"]
    assert outcomes(stock) == [] and outcomes(stock, forbidden=others, ask_for=others) == []
    assert outcomes(stock, forbidden=[*others, listed]) == ["refuse"]
    assert outcomes(stock, ask_for=[listed]) == ["approval"]
    assert outcomes(stock, max_amount={listed: "1e-9 mol"}) == ["refuse"]
    if stock.concentration_mol_per_l:
        assert outcomes(stock, max_concentration={listed: "0.05 mol/L"}) == ["refuse"]
        assert outcomes(stock, max_concentration={listed: "0.2 mol/L"}) == []


def test_a_name_that_guards_against_nothing_is_an_error() -> None:
    stock = StockLimits("a", available_l=1.0, substance="water")
    for key, value in (
        ("forbidden", ["unobtainium"]), ("ask_for", ["unobtainium"]), ("max_amount", {"unobtainium": "1 mmol"}),
        ("max_concentration", {"unobtainium": "1 mol/L"}),
    ):  # fmt: skip
        with pytest.raises(InputError, match=f"guard.{key}.*unobtainium"):
            outcomes(stock, **{key: value})
