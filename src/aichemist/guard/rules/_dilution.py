"""Heat of dilution of concentrated acids and alkali, and the heat capacity of sulfuric acid.

Integral heats: Wagman et al., The NBS tables of chemical thermodynamic properties, J. Phys. Chem. Ref. Data 1982, 11,
suppl. 2, at 25 degC. Specific heats: Perry's Chemical Engineers' Handbook, 8th ed., aqueous sulfuric acid at 20 degC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from ..contents import Kind, State

#: formula -> (mol of water per mol, J/mol set free from the neat substance on): a gas for HCl, a solid for NaOH
_HEATS: dict[str, tuple[tuple[float, float], ...]] = {
    "H2SO4": ((0, 0), (0.5, 15.7e3), (1, 28.1e3), (1.5, 36.9e3), (2, 41.9e3), (3, 49.0e3), (4, 54.1e3), (5, 58.0e3),
              (10, 67.0e3), (25, 72.3e3), (50, 73.4e3), (100, 74.0e3), (1000, 78.6e3)),
    "HNO3": ((0, 0), (1, 13.1e3), (2, 20.1e3), (3, 24.3e3), (4, 27.0e3), (5, 28.7e3), (10, 31.8e3), (20, 32.7e3),
             (100, 32.7e3)),
    "HCl": ((0, 0), (1, 26.2e3), (2, 48.8e3), (3, 56.9e3), (4, 61.2e3), (5, 64.0e3), (10, 69.5e3), (20, 71.8e3),
            (50, 73.3e3), (100, 73.8e3)),
    "NaOH": ((0, 0), (3, 28.9e3), (4, 34.4e3), (5, 37.7e3), (10, 42.5e3), (100, 42.5e3)),
}  # fmt: skip
#: share of sulfuric acid by mass -> J/(kg K)
_SULFURIC = (
    (0.0, 4180.0), (0.10, 3835.0), (0.20, 3540.0), (0.30, 3210.0), (0.40, 2850.0), (0.52, 2427.0), (0.645, 2097.0),
    (0.73, 1936.0), (0.813, 1875.0), (0.845, 1844.0), (0.894, 1680.0), (0.948, 1487.0), (1.0, 1402.0),
)  # fmt: skip
#: parts in which the one is added to the other; the mixture passes through all of them
_PARTS = tuple(i / 20 for i in range(1, 21))

#: contents of one portion
Portion = Mapping[Kind, float]


def _interpolated(table: Sequence[tuple[float, float]], x: float) -> float:
    at = bisect_right([p[0] for p in table], x)
    if at == 0 or at == len(table):
        return table[max(0, at - 1)][1]
    (x0, y0), (x1, y1) = table[at - 1], table[at]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def integral_heat_j_per_mol(formula: str, water_per_mol: float) -> float:
    """Heat that one mol sets free when so many mol of water take it up; 0 for what has no table."""
    return _interpolated(_HEATS.get(formula, ((0.0, 0.0),)), water_per_mol)


def sulfuric_heat_capacity(acid_kg: float, water_kg: float) -> float:
    """J/K of sulfuric acid in water."""
    mass = acid_kg + water_kg
    return mass * _interpolated(_SULFURIC, acid_kg / mass) if mass > 0 else 0.0


def water(contents: Portion) -> float:
    """Mol of water."""
    return sum(n for k, n in contents.items() if "water" in k.groups)


def diluted(state: State) -> list[Kind]:
    """What of it has a heat of dilution; solids that dissolve in this step are counted elsewhere."""
    kinds = (k for k, n in state.mol.items() if n > 0 and k.substance.formula in _HEATS)
    return [k for k in kinds if not (state.dissolving.get(k) or state.solid.get(k) or state.pending.get(k))]


def dilution_j(kind: Kind, portions: Sequence[Portion]) -> float:
    """Heat set free when the portions come together."""
    return max(0.0, _given(kind, together(portions)) - sum(_given(kind, p) for p in portions))


def undiluted_j(kind: Kind, portions: Sequence[Portion]) -> float:
    """Heat that is still to come, however much water there will be."""
    amount = sum(p.get(kind, 0.0) for p in portions)
    return amount * integral_heat_j_per_mol(kind.substance.formula, 1e3) - sum(_given(kind, p) for p in portions)


def _given(kind: Kind, contents: Portion) -> float:
    """Heat that the contents have given already."""
    amount = contents.get(kind, 0.0)
    return amount * integral_heat_j_per_mol(kind.substance.formula, water(contents) / amount) if amount > 0 else 0.0


def together(portions: Sequence[Portion]) -> dict[Kind, float]:
    """Mol of all portions."""
    mixed: dict[Kind, float] = {}
    for portion in portions:
        for kind, amount in portion.items():
            mixed[kind] = mixed.get(kind, 0.0) + amount
    return mixed


def stages(kind: Kind, before: Portion, added: Sequence[Portion]) -> Iterator[list[Portion]]:
    """The portions as they come together little by little, in whichever order the step may do it.

    What holds the acid is whole and the rest comes to it, or the other way round: the hottest moment is not always
    the last, and a mixture that is safe at the end may have boiled on the way.
    """
    strong = [p for p in added if p.get(kind, 0.0) > 0]
    weak = [p for p in added if not p.get(kind, 0.0) > 0]
    for part in _PARTS:
        if weak:
            yield [before, *strong, *(_scaled(p, part) for p in weak)]
        if strong:
            yield [before, *weak, *(_scaled(p, part) for p in strong)]


def _scaled(portion: Portion, part: float) -> Portion:
    return {k: n * part for k, n in portion.items()}
