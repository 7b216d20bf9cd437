from __future__ import annotations

import math

import pytest

from aichemist.chemistry import Recipe, impossible, with_uncertainty


@pytest.mark.parametrize(
    ("value", "sd", "unit", "text"),
    [
        (0.9682, 0.0441, "", "0.968 +- 0.044"),
        (312.51, 4.04, "mV", "312.5 +- 4.0 mV"),
        (1234.0, 124.0, "g", "1230 +- 120 g"),
        (0.9, 0.0996, "", "0.90 +- 0.10"),
        (1.17, 0.0, "", "1.17"),
        (1.17, math.nan, "V", "1.17 V"),
        (0.5, 2.2e-10, "", "0.5"),
        (math.nan, 0.1, "V", "not found"),
    ],
)
def test_the_uncertainty_says_how_many_digits_are_shown(value: float, sd: float, unit: str, text: str) -> None:
    assert with_uncertainty(value, sd, unit) == text


def test_what_cannot_be_is_remarked() -> None:
    assert "above 1 is not possible" in impossible("quantum_yield", 1.17)
    assert "above 100 %" in impossible("quantum_yield", 117.0, "%")
    assert impossible("quantum_yield", 0.97) == impossible("quantum_yield", math.nan) == ""
    assert impossible("overpotential", -3.0) == ""
    assert "below 0" in impossible("hydrogen", -0.2, "umol")


def test_variables_that_sum_to_one_by_chance_are_no_alloy() -> None:
    assert Recipe({"phosphate": 0.95, "fluorescein": 0.05, "iodide": 0.0}).formula == (
        "phosphate 0.95, fluorescein 0.05, iodide 0"
    )
    assert Recipe({"Ni": 0.6, "Fe": 0.4, "Co": 0.0}).formula == "Ni0.6Fe0.4"
