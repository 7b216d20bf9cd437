"""Hydroxides that precipitate: a metal salt and a base become hydroxide and the salt of the base.

Kept simple on purpose: simple salts, complete reaction, the base shared in order of the metals' names. It matters for
what stays in the vial when the liquor is taken off (the metal) and what goes (the anion).
"""

from __future__ import annotations

import re
from functools import lru_cache

from ._kinds import Kind, Shelf

_SALT = re.compile(r"^([A-Z][a-z]?)(\d?)\(?(NO3|Cl|Br|I|SO4|ClO4|CH3COO|C2H3O2|F)\)?(\d?)(?:[·*.](\d+\.?\d*)H2O)?$")
_CHARGE = {"SO4": 2}
_BASES = {"NaOH": "Na", "KOH": "K", "LiOH": "Li", "CsOH": "Cs", "NH3": "NH4", "NH4OH": "NH4"}


@lru_cache(maxsize=512)
def _salt(formula: str) -> tuple[str, int, str, int, float] | None:
    """Metal, its charge, anion, anions per metal ion, waters per formula unit; ``None`` for anything else."""
    match = _SALT.match(formula)
    if not match:
        return None
    metal, metals, anion, anions, water = match.groups()
    count, charge = int(anions or 1), _CHARGE.get(anion, 1)
    if (count * charge) % int(metals or 1) or (int(metals or 1) != 1 and anion != "SO4"):
        return None
    return metal, count * charge // int(metals or 1), anion, count, float(water or 0)


def precipitate(mol: dict[Kind, float], solid: dict[Kind, float], shelf: Shelf) -> None:
    """Carries the reaction out in place, as far as the base goes."""
    bases = [(k, _BASES[k.substance.formula]) for k in mol if k.substance.formula in _BASES]
    if not bases:
        return
    salts = [
        (k, s)
        for k in mol
        if "hydroxide_metal" in k.groups and (s := _salt(k.substance.formula)) and solid.get(k, 0.0) <= 0
    ]
    for kind, (metal, charge, anion, _, water) in sorted(salts, key=lambda p: p[0].name):
        for base, cation in bases:
            metals = 2 if re.match(rf"^{metal}2", kind.substance.formula) else 1
            extent = min(mol.get(kind, 0.0), mol.get(base, 0.0) / (charge * metals))
            if extent <= 0:
                continue
            _take(mol, kind, extent)
            _take(mol, base, extent * charge * metals)
            hydroxide = shelf.kind("", f"{metal}(OH){charge}", predicted=True)
            mol[hydroxide] = mol.get(hydroxide, 0.0) + extent * metals
            solid[hydroxide] = solid.get(hydroxide, 0.0) + extent * metals
            left = shelf.kind("", _left(cation, anion), predicted=True)
            mol[left] = mol.get(left, 0.0) + extent * charge * metals / _CHARGE.get(anion, 1)
            gained = extent * (water - (charge * metals if cation == "NH4" else 0))  # NH3 takes the water's proton
            if gained:
                liquid = shelf.kind("", "H2O", liquid=True)
                mol[liquid] = max(0.0, mol.get(liquid, 0.0) + gained)


def _left(cation: str, anion: str) -> str:
    if _CHARGE.get(anion, 1) == 2:
        return f"({cation})2{anion}" if cation == "NH4" else f"{cation}2{anion}"
    return f"{cation}{anion}"


def _take(mol: dict[Kind, float], kind: Kind, amount: float) -> None:
    left = mol[kind] - amount
    if left > 1e-15:
        mol[kind] = left
    else:
        del mol[kind]
