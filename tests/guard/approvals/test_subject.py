"""What an approval is bound to: any change that matters changes the hash, any that does not leaves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import (
    Experiment,
    Finding,
    LabLimits,
    Recipe,
    Review,
    StationLimits,
    Step,
    StockLimits,
    Wait,
    from_plain,
    to_plain,
)
from aichemist.guard.approvals import batch_subject, canonical_hash

STOCKS = (
    StockLimits("acid", 0.1, 0.0, 1.4, "HNO3", "nitric acid", "water", 15.6, {"urea": 0.1}),
    StockLimits("spirit", 0.2, 0.0, 0.8, "C2H6O", "ethanol"),
    StockLimits("other", 0.2, 0.0, 1.0, "H2O"),
)
LAB = LabLimits(
    "l", 0.02, 800.0, 10,
    (StationLimits("pipette", ("dispense_liquid",), 1, {("dispense_liquid", "volumes_l"): (1e-5, 0.01)}, ("acid", "spirit")),
     StationLimits("plate", ("stir", "shake"), 10, {("stir", "temperature_k"): (280.0, 350.0)}),
     StationLimits("oven", ("dry",), 10, {("dry", "temperature_k"): (280.0, 500.0)})),
    STOCKS, {"two_person": ["refuse"]},
)  # fmt: skip
EXPERIMENT = Experiment(
    "b001-01", 1, Recipe({"a": 0.5}),
    (Step(0, "mix", "dispense_liquid", {"volumes_l": {"acid": 0.002, "spirit": 0.001}}),
     Step(1, "stir", "stir", {"duration_s": 60.0, "temperature_k": 300.0}, Wait(0.0, 60.0))),
)  # fmt: skip
FINDING = Finding(
    "acid_organic", "approval", "hot", "a book", "b001-01", "mix", "no", "safety_officer", ("ethanol",), ("hood",)
)
REVIEW = Review("approval", (FINDING,), ("acid_organic", "stock"))
VERSIONS = {"acid_organic": "1", "stock": "1"}


def hashed(
    experiments: tuple[Experiment, ...] = (EXPERIMENT,), lab: LabLimits = LAB, review: Review = REVIEW,
    versions: dict[str, str] = VERSIONS,
) -> str:  # fmt: skip
    return batch_subject(experiments, lab, review, versions).hash


def step(index: int, **change: Any) -> tuple[Experiment, ...]:
    steps = list(EXPERIMENT.steps)
    steps[index] = evolve(steps[index], **change)
    return (evolve(EXPERIMENT, steps=tuple(steps)),)


def stock(**change: Any) -> LabLimits:
    return evolve(LAB, stocks=(evolve(STOCKS[0], **change), *STOCKS[1:]))


CHANGES: dict[str, Callable[[], str]] = {
    "amount": lambda: hashed(step(0, parameters={"volumes_l": {"acid": 0.002000001, "spirit": 0.001}})),
    "stocks swapped": lambda: hashed(step(0, parameters={"volumes_l": {"spirit": 0.002, "acid": 0.001}})),
    "one more stock": lambda: hashed(step(0, parameters={"volumes_l": {"acid": 0.002, "spirit": 0.001, "other": 0.001}})),
    "temperature": lambda: hashed(step(1, parameters={"duration_s": 60.0, "temperature_k": 301.0})),
    "duration": lambda: hashed(step(1, parameters={"duration_s": 61.0, "temperature_k": 300.0})),
    "operation": lambda: hashed(step(1, operation="shake")),
    "wait": lambda: hashed(step(1, wait=Wait(0.0, 61.0))),
    "station": lambda: hashed(step(1, station="plate")),
    "a step left out": lambda: hashed((evolve(EXPERIMENT, steps=EXPERIMENT.steps[:1]),)),
    "order": lambda: hashed((evolve(EXPERIMENT, steps=EXPERIMENT.steps[::-1]),)),
    "a vial more": lambda: hashed((EXPERIMENT, evolve(EXPERIMENT, sample="b001-02"))),
    "recipe": lambda: hashed((evolve(EXPERIMENT, recipe=Recipe({"a": 0.6})),)),
    "sample": lambda: hashed((evolve(EXPERIMENT, sample="b001-02"),)),
    "concentration": lambda: hashed(lab=stock(concentration_mol_per_l=15.7)),
    "substance": lambda: hashed(lab=stock(substance="sulfuric acid")),
    "solute": lambda: hashed(lab=stock(solute="H2SO4")),
    "solvent": lambda: hashed(lab=stock(solvent="ethanol")),
    "mixture": lambda: hashed(lab=stock(mixture={"urea": 0.2})),
    "capacity": lambda: hashed(lab=evolve(LAB, vial_capacity_l=0.021)),
    "hottest": lambda: hashed(lab=evolve(LAB, vial_max_temperature_k=801.0)),
    "guard": lambda: hashed(lab=evolve(LAB, guard={})),
    "station's limits": lambda: hashed(lab=evolve(LAB, stations=(LAB.stations[0], evolve(LAB.stations[1], slots=11), LAB.stations[2]))),
    "finding": lambda: hashed(review=evolve(REVIEW, findings=(evolve(FINDING, message="hotter"),))),
    "finding's role": lambda: hashed(review=evolve(REVIEW, findings=(evolve(FINDING, role="chemist"),))),
    "measures": lambda: hashed(review=evolve(REVIEW, findings=(evolve(FINDING, measures=()),))),
    "no finding": lambda: hashed(review=evolve(REVIEW, findings=())),
    "version": lambda: hashed(versions={**VERSIONS, "stock": "2"}),
    "a rule less": lambda: hashed(review=evolve(REVIEW, rules=("acid_organic",))),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_that_matters_changes_the_hash(what: str) -> None:
    assert CHANGES[what]() != hashed()


SAME: dict[str, Callable[[], str]] = {
    "how much is left": lambda: hashed(lab=stock(available_l=0.05)),
    "a stock that is not taken": lambda: hashed(lab=evolve(LAB, stocks=(*STOCKS[:2], evolve(STOCKS[2], solute="NaCl")))),
    "a station that is not needed": lambda: hashed(lab=evolve(LAB, stations=(*LAB.stations[:2], evolve(LAB.stations[2], slots=3)))),
    "order of stations and stocks": lambda: hashed(lab=evolve(LAB, stations=LAB.stations[::-1], stocks=STOCKS[::-1])),
    "a finding that allows": lambda: hashed(review=evolve(REVIEW, findings=(FINDING, evolve(FINDING, outcome="allow")))),
    "through JSON": lambda: hashed((from_plain(json.loads(json.dumps(to_plain(EXPERIMENT))), Experiment),)),
    "keys in another order": lambda: hashed(step(0, parameters={"volumes_l": {"spirit": 0.001, "acid": 0.002}})),
    "whole numbers": lambda: hashed(step(1, parameters={"temperature_k": 300, "duration_s": 60})),
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_what_does_not_matter_leaves_it(what: str) -> None:
    assert SAME[what]() == hashed()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PLAIN, PLAIN)
def test_equal_forms_and_only_those_have_one_hash(one: Any, other: Any) -> None:
    assert canonical_hash(one) == canonical_hash(json.loads(json.dumps(one)))
    if repr(_numbers(one)) != repr(_numbers(other)):
        assert canonical_hash(one) != canonical_hash(other)


def _numbers(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _numbers(data[k]) for k in sorted(data)}
    if isinstance(data, list):
        return [_numbers(v) for v in data]
    return float(data) + 0.0 if isinstance(data, int | float) and not isinstance(data, bool) else data


def test_what_json_does_not_know_has_a_hash_as_well() -> None:
    odd = [float("nan"), float("inf"), -float("inf"), 10**400, 1.0, "nan"]
    assert len({canonical_hash({"x": v}) for v in odd}) == len(odd)
