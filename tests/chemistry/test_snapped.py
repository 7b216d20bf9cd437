"""Measured points need not lie on the grid; what is looked at around them does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import (
    Feedstocks,
    InputError,
    Simplex,
    Space,
    Variables,
    categorical,
    continuous,
    integer,
    ordinal,
    parse_constraint,
)

FRACTIONS = Simplex(("Ni", "Fe", "Co"), 0.05, 2, (0.0, 0.0, 0.0), (0.9, 1.0, 1.0))
MIXED = Variables(
    (
        continuous("temperature", 20, 80, step=5), continuous("time", 1, 100, log=True), integer("cycles", 1, 9),
        ordinal("speed", (100, 500, 2000)), categorical("solvent", ("water", "ethanol", "toluene")),
    ),
    FRACTIONS, (parse_constraint("temperature * time <= 4000", {"temperature": (), "time": ()}),),
)  # fmt: skip
ORES = Feedstocks(FRACTIONS, ("a", "b"), ((1.0, 0.0), (0.2, 0.8), (0.0, 1.0)))


@pytest.mark.parametrize("space", [FRACTIONS, MIXED, ORES])
@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_neighbours_of_any_measured_point_are_recipes_of_the_space(space: Space, seed: int) -> None:
    rng = np.random.default_rng(seed)
    measured = space.pool(300, seed)[:5]
    measured = measured * rng.uniform(0.9, 1.1, measured.shape) + rng.normal(0, 1e-3, measured.shape)
    found = space.nearby(measured, 40, seed)
    for row in found:
        space.check(space.values(row))
    again = space.snapped(found)
    assert np.allclose(again, found, rtol=1e-6, atol=1e-9)  # they lie on the grid: the nearest is itself


def test_a_point_outside_goes_to_the_nearest_inside() -> None:
    point = np.array([[0.51, 0.26, 0.26, 85.3, 54.37, 9.6, 700.0, 2.2]])
    assert MIXED.snapped(point)[0].tolist() == pytest.approx([0.5, 0.25, 0.25, 80, 54.37, 9, 500, 2], rel=0.05)
    assert MIXED.snapped(point)[0, :4].tolist() == [0.5, 0.25, 0.25, 80.0]
    with pytest.raises(InputError):  # three components are too many: it is a start, not a recipe
        MIXED.check(MIXED.values(MIXED.snapped(point)[0]))
