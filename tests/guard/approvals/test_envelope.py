"""What lies inside an envelope."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from aichemist.chemistry import Experiment, Finding, Recipe, Review, Step, StockLimits
from aichemist.guard.approvals import Envelope

STOCKS = (
    StockLimits("nickel", 0.1, 0.0, 1.0, "Ni(NO3)2", "nickel nitrate", "water", 0.1),
    StockLimits("ink", 0.1, 0.0, 1.0, "C2H6O", "", "water", 0.1, {"acetone": 0.1}),
    StockLimits("powder", 0.0, 0.01, 1.0, "TiO2"),
)
ENVELOPE = Envelope(
    ("nickel nitrate", "water", "powder"), ("dispense_liquid", "dispense_solid", "stir"), (290.0, 330.0),
    {"a": (0.0, 0.8)}, {"nickel": (0.0, 0.004), "powder": (0.0, 1e-4)}, {"much": 2}, 4,
)  # fmt: skip
INSIDE = Experiment(
    "s", 1, Recipe({"a": 0.5}),
    (Step(0, "mix", "dispense_liquid", {"volumes_l": {"nickel": 0.002, "ink": 0.0}}),
     Step(1, "more", "dispense_liquid", {"volumes_l": {"nickel": 0.002}}),
     Step(2, "solid", "dispense_solid", {"masses_kg": {"powder": 1e-4}}),
     Step(3, "stir", "stir", {"temperature_k": 330.0, "duration_s": 60.0})),
)  # fmt: skip


def with_step(index: int, **change: Any) -> Experiment:
    steps = list(INSIDE.steps)
    steps[index] = evolve(steps[index], **change)
    return evolve(INSIDE, steps=tuple(steps))


def test_inside() -> None:
    assert ENVELOPE.contains(INSIDE, STOCKS) and ENVELOPE.contains(INSIDE, {s.name: s for s in STOCKS})


@pytest.mark.parametrize(("experiment", "says"), [
    (evolve(INSIDE, recipe=Recipe({"a": 0.81})), "a = 0.81 lies outside 0 to 0.8"),
    (evolve(INSIDE, recipe=Recipe({"a": 0.5, "b": 0.0})), "variable b is not in the envelope"),
    (evolve(INSIDE, recipe=Recipe({"a": float("nan")})), "lies outside"),
    (with_step(1, parameters={"volumes_l": {"nickel": 0.0021}}), "nickel: 0.0041 (SI) in the vial"),
    (with_step(0, parameters={"volumes_l": {"nickel": 0.002, "ink": 1e-6}}), "stock ink is not in the envelope"),
    (with_step(0, parameters={"volumes_l": {"unknown": 1e-6}}), "stock unknown is not in the envelope"),
    (with_step(0, parameters={"volumes_l": {"nickel": -0.001}}), "negative"),
    (with_step(3, parameters={"temperature_k": 331.0}), "331 K lies outside"),
    (with_step(3, operation="calcine"), "operation calcine"),
])  # fmt: skip
def test_outside(experiment: Experiment, says: str) -> None:
    assert not ENVELOPE.contains(experiment, STOCKS)
    assert says in "; ".join(ENVELOPE.outside(experiment, STOCKS))


@pytest.mark.parametrize(("named", "allowed"), [
    (("ink",), True), (("c2h6o", "Water", "acetone"), True), (("C2H6O", "water"), False), (("water", "acetone"), False),
    (("C2H6O", "acetone"), False),
])  # fmt: skip
def test_a_stock_is_named_or_all_that_is_in_it(named: tuple[str, ...], allowed: bool) -> None:
    assert evolve(ENVELOPE, substances=named).allows(STOCKS[1], "ink") is allowed


def test_findings_that_it_covers() -> None:
    one = Finding("much", "approval", "m", "s")
    assert ENVELOPE.covers(Review("approval", (one, one), ()), 4)
    assert not ENVELOPE.covers(Review("approval", (one,) * 3, ()), 4)
    assert not ENVELOPE.covers(Review("approval", (one,), ()), 5)
    assert not ENVELOPE.covers(Review("approval", (evolve(one, rule="other"),), ()), 1)
    assert not ENVELOPE.covers(Review("refuse", (evolve(one, outcome="refuse"),), ()), 1)
    assert ENVELOPE.covers(Review("measures", (evolve(one, outcome="measures", rule="x"),) * 9, ()), 1)
