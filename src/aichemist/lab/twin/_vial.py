"""The true contents of one vial, and arithmetic with amounts."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from aichemist.chemistry import element_counts, molar_mass

Amounts = Mapping[str, float]

ROOM_K = 298.15
#: main constituents of dry air, mole fractions, argon counted as nitrogen
AIR = {"N2": 0.7905, "O2": 0.2095}
_GAS_MOL_PER_L = 101325 / (8.314462618 * ROOM_K) / 1000  # ideal gas at 1 atm; R: CODATA 2018


@frozen
class Vial:
    """A vial as it truly is. Amounts map formulas to mol; an ion is written without its charge (``Ni``, ``NO3``).

    Attributes:
        place: the station or robot it is on.
        volume_l: of the liquid; volumes add up, the solid takes none (both are simplifications).
        dissolved: what the liquid consists of, solvents included; stays as a residue when the liquid dries up.
        solid: phases, e.g. ``Ni(OH)2``.
        additives_kg: stock without a formula (Nafion dispersion), by stock name.
        suspended: share of the solid that is in suspension, the rest lies at the bottom.
        pellet: whether the settled part was spun down and slowly disperses again.
        resting_since_s: lab time of the last agitation or spin.
        gas: content of a closed or purged headspace; empty when it is open to the air.
        waste, exhaust: elements (mol) that left with liquid and as gas; exhaust may be negative (oxygen from air).
    """

    sample: str
    place: str
    volume_l: float = 0.0
    dissolved: Amounts = field(factory=dict)
    solid: Amounts = field(factory=dict)
    additives_kg: Amounts = field(factory=dict)
    suspended: float = 1.0
    pellet: bool = False
    resting_since_s: float = 0.0
    capped: bool = False
    gas: Amounts = field(factory=dict)
    temperature_k: float = ROOM_K
    waste: Amounts = field(factory=dict)
    exhaust: Amounts = field(factory=dict)

    def elements(self) -> dict[str, float]:
        """Everything that went in and has not left, in mol of each element."""
        return plus(elements(self.dissolved), plus(elements(self.solid), elements(self.gas)))


@frozen
class VialTruth:
    """The truth about a vial, for benchmarks.

    ``fractions`` are those of the six metals in the solid (empty without any); ``overpotential_v`` is what the map
    gives for them, ``None`` without metal.
    """

    sample: str
    place: str
    capped: bool
    temperature_k: float
    volume_l: float
    dissolved_mol: Amounts
    solid_mol: Amounts
    solid_kg: float
    suspended: float
    gas_mol: Amounts
    metals_mol: Amounts
    fractions: Amounts
    overpotential_v: float | None


def plus(a: Amounts, b: Amounts, factor: float = 1.0) -> dict[str, float]:
    """``a + factor * b``; entries that cancel are dropped."""
    total = dict(a)
    for name, amount in b.items():
        total[name] = total.get(name, 0.0) + factor * amount
    return {name: amount for name, amount in total.items() if abs(amount) > 1e-18}


def times(a: Amounts, factor: float) -> dict[str, float]:
    return {name: factor * amount for name, amount in a.items()} if factor else {}


def elements(amounts: Amounts) -> dict[str, float]:
    """Formulas (mol) -> elements (mol)."""
    total: dict[str, float] = {}
    for formula, amount in amounts.items():
        for element, count in element_counts(formula).items():
            total[element] = total.get(element, 0.0) + count * amount
    return total


def mass_kg(amounts: Amounts) -> float:
    return sum(1e-3 * molar_mass(formula) * amount for formula, amount in amounts.items())


def air(volume_l: float) -> dict[str, float]:
    """Air of 1 atm and 25 degC, in mol."""
    return {name: share * gas_mol(volume_l) for name, share in AIR.items()}


def gas_mol(volume_l: float) -> float:
    """Amount of any ideal gas at 1 atm and 25 degC."""
    return _GAS_MOL_PER_L * max(0.0, volume_l)
