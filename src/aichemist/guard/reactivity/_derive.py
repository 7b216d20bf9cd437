"""The reactive groups of a substance: from its structure, its formula, and last its name."""

from __future__ import annotations

from functools import lru_cache

from ..knowledge import Substance
from ._inorganic import inorganic_groups
from ._names import mixture_groups, word_groups
from ._organic import formula_of, organic_groups

#: groups that a stronger statement of another makes wrong
_IMPLIED: dict[str, tuple[str, ...]] = {
    "permanganate": ("peroxide_catalyst",),
    "noble_metal_catalyst": ("peroxide_catalyst",),
    "iodide": ("peroxide_catalyst",),
    "organic_acid": ("acid",),
    "mineral_acid": ("acid",),
    "polyol": ("alcohol",),
    "haloform": ("gem_dihalide", "haloalkane"),
}


def groups_of(substance: Substance) -> frozenset[str]:
    """Ids of :data:`GROUPS`; ``unclassified`` where neither structure, formula nor name say anything.

    Hazard statements add what a formula cannot show: H250 makes a member of ``pyrophoric``.
    """
    if substance.parts:
        return frozenset[str]().union(*map(groups_of, substance.parts))
    groups = _groups(substance.smiles, substance.formula, substance.name or substance.asked)
    if substance.has("H250"):
        groups |= {"pyrophoric"}
    return frozenset(groups)


@lru_cache(maxsize=4096)
def _groups(smiles: str, formula: str, name: str) -> frozenset[str]:
    structural = set(organic_groups(smiles))
    if smiles and not formula and (len(smiles) < 80):
        formula = formula_of(smiles)
        if "organic" in structural and "carbide" not in inorganic_groups(formula):
            formula = ""  # a structure says more than Hill's formula
    groups = structural | set(inorganic_groups(formula))
    if "carbide" in groups:
        groups -= {"organic", "alkyne"}
    if structural and "organic" in structural and formula:
        groups -= _misread(structural)
    groups |= mixture_groups(name) if not (structural or formula) or _polymer(formula) else set()
    if not groups:
        groups |= word_groups(name)
    if structural and "organic" not in structural and smiles:
        groups -= {"organic", "hydrocarbon", "organic_acid"}  # a salt in Hill's order may look organic
    for group, more in _IMPLIED.items():
        if group in groups:
            groups |= set(more)
    if {"ammonium", "strong_base"} <= groups:
        groups = groups - {"ammonium", "strong_base"} | {"ammonia"}
    if not groups and not smiles and not formula:
        groups.add("unclassified")
    return frozenset(groups)


def _polymer(formula: str) -> bool:
    return formula in ("", "C")


def _misread(structural: set[str]) -> set[str]:
    """What a formula in Hill's order may seem to say of an organic molecule, and its structure denies."""
    return {"nitrate", "nitrite", "azide", "cyanide", "thiocyanate", "carbonate", "sulfite", "chlorate"} - structural
