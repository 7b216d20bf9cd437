"""Concentrations that no solution can have."""

from __future__ import annotations

import pytest

from aichemist.chemistry import InputError, check_concentration


@pytest.mark.parametrize(
    ("mol_per_l", "formula", "more"),
    [
        (900.0, "NaCl", {}), (900.0, "", {}), (60.0, "", {}), (30.0, "CsCl", {}),
        (19.5, "H2SO4", {"density_kg_per_l": 1.5}), (15.0, "H2SO4", {"of_solution_kg_per_l": 1.2}),
    ],
)  # fmt: skip
def test_impossible(mol_per_l: float, formula: str, more: dict[str, float]) -> None:
    with pytest.raises(InputError, match=r"key 'stock\[1\].concentration', value 'x': is not possible.*\n.*mend"):
        check_concentration(mol_per_l, formula=formula, key="stock[1].concentration", value="x", **more)


@pytest.mark.parametrize(
    ("mol_per_l", "formula", "more"),
    [  # saturated or concentrated, as they are sold
        (18.4, "H2SO4", {"density_kg_per_l": 1.84, "of_solution_kg_per_l": 1.84}), (28.9, "HF", {}), (15.8, "HNO3", {}),
        (19.4, "NaOH", {}), (11.3, "CsCl", {}), (55.3, "H2O", {}), (6.1, "NaCl", {}), (4.0, "not a formula", {}), (0.0, "", {}),
        (11.6, "HClO4", {"density_kg_per_l": 1.77}), (17.4, "C2H4O2", {"density_kg_per_l": 1.049}),
    ],
)  # fmt: skip
def test_possible(mol_per_l: float, formula: str, more: dict[str, float]) -> None:
    check_concentration(mol_per_l, formula=formula, key="k", value="x", **more)
