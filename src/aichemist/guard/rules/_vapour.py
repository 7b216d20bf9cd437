"""Vapour over a liquid mixture: Clausius-Clapeyron with Trouton's rule, Raoult's law, and one activity model.

Trouton's rule: the molar entropy of vaporisation at the boiling point is about 88 J/(mol K), 109 for water and
alcohols. Organic molecules in much water are more active than their share; one Margules term stands for all (2.3, near
acetone; methanol and ethanol have their own), and no substance counts more than it does neat. Mineral acids that boil,
nitric above all, are less active in water than their share, by the same term. Gases dissolved in water:
``_dissolved.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..contents import Kind, State
from ._dissolved import dissolved_pa

R = 8.314462618
_ENTROPY, _ENTROPY_HYDROGEN_BONDS = 88.0, 109.0
_MARGULES = 2.3
#: the two that mix with water most ideally, by formula (one-constant fits to their activity at infinite dilution and to
#: flash points of aqueous ethanol: 20 % by mass 36 degC, 32 % 26 degC; Astbury et al., J. Loss Prev. Process Ind. 2004)
_MARGULES_OF = {"CH4O": 0.8, "C2H6O": 1.6}
_ATM_PA = 101325.0


def vapour_pressure_pa(kind: Kind, temperature_k: float) -> float:
    """Over the neat liquid; 0 where nothing boils below 700 K. Unknown boiling points count as 100 degC."""
    boiling = kind.boiling_point_k if kind.boiling_point_k is not None else 373.15
    if boiling > 700:
        return 0.0
    entropy = _ENTROPY_HYDROGEN_BONDS if kind.groups & {"water", "alcohol"} else _ENTROPY
    return _ATM_PA * math.exp(min(20.0, -entropy / R * (boiling / temperature_k - 1)))


def activities(state: State) -> Mapping[Kind, float]:
    """Effective mole fraction of each liquid, between 0 and 1."""
    liquids = {k: n for k, n in state.liquids.items() if n > 0}
    total = sum(state.mol.values())
    if not liquids or total <= 0:
        return {}
    water = sum(n for k, n in state.mol.items() if "water" in k.groups) / total
    return {k: min(1.0, n / total * math.exp(_margules(k) * water**2)) for k, n in liquids.items()}


def _margules(kind: Kind) -> float:
    """How far it departs from Raoult's law in water; below 0 for mineral acids."""
    if "water" in kind.groups or (not kind.organic and "acid" not in kind.groups):
        return 0.0
    if "alcohol" in kind.groups:
        return _MARGULES_OF.get(kind.substance.formula, _MARGULES)
    return _MARGULES if kind.organic else -_MARGULES


def partial_pressures_pa(state: State, temperature_k: float) -> dict[Kind, float]:
    """Of each liquid in the mixture, and of each gas dissolved in its water."""
    liquids = {k: x * vapour_pressure_pa(k, temperature_k) for k, x in activities(state).items()}
    return {**liquids, **dissolved_pa(state, temperature_k)}


def flashes(state: State, temperature_k: float) -> tuple[float, list[Kind]]:
    """How far the vapour is towards its lower limit (1: it flashes), and which kinds make it (Le Chatelier's rule as in
    Liaw et al., J. Loss Prev. Process Ind. 2002, 15, 429)."""
    share, kinds = 0.0, []
    for kind, x in activities(state).items():
        flash = kind.substance.flash_point_k
        if flash is None:
            if not kind.flammable:
                continue
            flash = 293.15
        part = x * vapour_pressure_pa(kind, temperature_k) / max(vapour_pressure_pa(kind, flash), 1e-9)
        if part > 0.05:
            share += part
            kinds.append(kind)
    return share, kinds
