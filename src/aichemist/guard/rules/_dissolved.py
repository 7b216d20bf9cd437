"""Partial pressures of hydrogen halides and ammonia over their aqueous solutions.

HCl: Perry's Chemical Engineers' Handbook, 8th ed., partial pressures over aqueous HCl (log10 p/mmHg = A - B/T), also
for HBr and HI at the same molality, over which there is less. HF: Brosheer, Lenfesty and Elmore, Ind. Eng. Chem. 1947,
39, 423, rounded. NH3: Henry's constant of Sander, Atmos. Chem. Phys. 2015, 15, 4399, and an activity coefficient after
Perry's table up to 30 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from ..contents import Kind, State

_MMHG_PA = 133.322
#: per cent by mass of HCl -> A, B
_HCL = (
    (2, 11.8037, 4736), (6, 11.2144, 4202), (10, 10.9311, 3908), (14, 10.6954, 3636), (20, 10.3833, 3245),
    (24, 10.2185, 2995), (28, 10.0115, 2732), (32, 9.7523, 2457), (34, 9.6061, 2316), (38, 9.4670, 2094),
    (40, 9.2156, 1939),
)  # fmt: skip
#: share of HF by mass -> Pa at 25 degC
_HF = ((0.0, 0.0), (0.05, 50.0), (0.10, 120.0), (0.20, 370.0), (0.30, 950.0), (0.50, 3.5e3), (0.70, 18e3), (1.0, 122e3))
#: d ln p / d(1/T) of it: over dilute solutions, over the neat liquid (K)
_HF_DILUTE_K, _HF_NEAT_K = 4200.0, 3100.0
_HENRY_NH3, _HENRY_NH3_K, _SALTING = 59.8, 4200.0, 0.031  # mol/(kg atm) at 25 degC; K; kg/mol
_ATM_PA, _ROOM_K = 101325.0, 298.15
_WATER_KG_PER_MOL, _HCL_KG_PER_MOL = 0.018015, 0.03646

#: formula -> what takes it away by neutralising it
DISSOLVED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("HCl", "HBr", "HI", "HF"), frozenset({"strong_base", "ammonia", "amine", "carbonate"})),
    "NH3": frozenset({"acid"}),
}


def dissolved_pa(state: State, temperature_k: float) -> dict[Kind, float]:
    """Of each gas that is dissolved in water; without those of which there is more than water."""
    water_kg = sum(n for k, n in state.mol.items() if "water" in k.groups) * _WATER_KG_PER_MOL
    made = {}
    for kind, amount in state.mol.items():
        takes = DISSOLVED.get(kind.substance.formula)
        if takes is None or water_kg <= 0 or amount * kind.molar_mass_kg_per_mol > 2 * water_kg:
            continue
        free = amount - sum(n for k, n in state.mol.items() if k is not kind and k.groups & takes)
        solute_kg = max(0.0, free) * kind.molar_mass_kg_per_mol
        made[kind] = _over(kind.substance.formula, max(0.0, free) / water_kg, solute_kg, water_kg, temperature_k)
    return made


def _over(formula: str, molality: float, solute_kg: float, water_kg: float, temperature_k: float) -> float:
    if formula == "NH3":
        henry = _HENRY_NH3 * math.exp(_HENRY_NH3_K * (1 / temperature_k - 1 / _ROOM_K))
        return min(20.0, molality / henry * math.exp(_SALTING * min(molality, 40.0))) * _ATM_PA
    if formula == "HF":
        share = solute_kg / (solute_kg + water_kg)
        slope = _HF_DILUTE_K + (_HF_NEAT_K - _HF_DILUTE_K) * max(0.0, (share - 0.4) / 0.6)
        return _between(_HF, share) * math.exp(slope * (1 / _ROOM_K - 1 / temperature_k))
    as_hcl = molality * _HCL_KG_PER_MOL
    percent = 100 * as_hcl / (1 + as_hcl)
    if percent < _HCL[0][0]:
        return _hcl_pa(_HCL[0], temperature_k) * percent / _HCL[0][0]
    below = max(i for i, row in enumerate(_HCL) if row[0] <= percent)
    low, high = _HCL[min(below, len(_HCL) - 2)], _HCL[min(below + 1, len(_HCL) - 1)]
    # the logarithm is all but straight in the concentration; beyond the table it goes on
    part = (percent - low[0]) / (high[0] - low[0])
    first, last = math.log(_hcl_pa(low, temperature_k)), math.log(_hcl_pa(high, temperature_k))
    return math.exp(min(first + part * (last - first), math.log(20 * _ATM_PA)))


def _hcl_pa(row: tuple[float, float, float], temperature_k: float) -> float:
    return _MMHG_PA * math.pow(10.0, row[1] - row[2] / temperature_k)


def _between(table: tuple[tuple[float, float], ...], x: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(table):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return table[-1][1]
