"""Heat of decomposition from enthalpies of formation."""

from __future__ import annotations

import pytest

from aichemist.guard.knowledge import default_knowledge
from aichemist.guard.rules import decomposition_heat_j_per_kg


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        # kJ/g; nitromethane and nitrobenzene are energetic, solvents are not
        ("nitromethane", 5.0, 6.5), ("nitrobenzene", 3.5, 4.8), ("hydrazine", 3.0, 4.2),
        ("ethanol", 0.2, 1.5), ("acetone", 0.5, 1.8), ("toluene", 1.0, 2.2), ("acetonitrile", 1.5, 2.6),
    ],
)  # fmt: skip
def test_known_substances(name: str, low: float, high: float) -> None:
    heat = decomposition_heat_j_per_kg(default_knowledge().find(name))
    assert heat is not None and low < heat / 1e6 < high


@pytest.mark.parametrize("name", ["sodium chloride", "nickel nitrate", "no such thing", "water"])
def test_where_it_cannot_be_told(name: str) -> None:
    assert decomposition_heat_j_per_kg(default_knowledge().find(name)) is None
