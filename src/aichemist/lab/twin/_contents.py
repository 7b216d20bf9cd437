"""Figures about a vial's solid."""

from __future__ import annotations

from collections.abc import Sequence

from ._oer_map import METALS
from ._vial import Vial, elements


def metals_mol(vial: Vial, metals: Sequence[str] = METALS) -> dict[str, float]:
    """Mol of each of a map's metals in the solid."""
    present = elements(vial.solid)
    return {metal: present[metal] for metal in metals if present.get(metal, 0.0) > 0}


def metal_fractions(vial: Vial, metals: Sequence[str] = METALS) -> dict[str, float]:
    """Their fractions, sum 1; empty when the solid holds none of them."""
    amounts = metals_mol(vial, metals)
    total = sum(amounts.values())
    return {metal: amount / total for metal, amount in amounts.items()} if total > 1e-12 else {}
