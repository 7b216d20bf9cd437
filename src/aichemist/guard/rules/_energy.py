"""How much heat a substance may set free by decomposing, from its enthalpy of formation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aichemist.chemistry import Finding, InputError, element_counts

from .._rules import Context, Rule
from ..knowledge import Substance
from ._identity import uses

#: enthalpies of formation of gases at 298 K in J/mol: CODATA key values (Cox, Wagman, Medvedev 1989); methane: Chase,
#: NIST-JANAF tables 1998
_FORMATION = {
    "HF": -273.30e3, "HCl": -92.31e3, "HBr": -36.29e3, "H2O": -241.83e3, "CO2": -393.51e3, "SO2": -296.81e3,
    "CH4": -74.87e3, "NH3": -45.94e3,
}  # fmt: skip
_ELEMENTS = frozenset({"C", "H", "N", "O", "S", "F", "Cl", "Br", "I"})
#: above it a substance counts as highly energetic (CHETAH's first criterion, 0.7 kcal/g), J/kg
_HIGH_J_PER_KG = 2.93e6
#: less of it in a vial is not looked at (kg), and from this temperature on a step may set it off (K)
_LEAST_KG, _HOT_K = 1e-3, 373.0


def decomposition_heat_j_per_kg(substance: Substance) -> float | None:
    """The most heat that decomposition may set free, in J/kg; ``None`` where it cannot be told.

    The products are those that give most: hydrogen halides and water, carbon dioxide from what oxygen is left, methane
    (without carbon: ammonia) from what hydrogen is left, nitrogen, sulfur and carbon; after CHETAH (ASTM Data Series
    51: Harrison, Madas, Sharma 2005). For molecules of C, H, N, O, S and halogens alone.
    """
    formation, mass = substance.enthalpy_of_formation_j_per_mol, substance.molar_mass_kg_per_mol
    if formation is None or not mass or not substance.formula:
        return None
    try:
        counts = dict(element_counts(substance.formula))
    except InputError:
        return None
    if not counts or set(counts) - _ELEMENTS or not set(counts) & {"C", "N"}:
        return None
    return (formation - _products_j_per_mol(counts)) / mass


def _products_j_per_mol(counts: Mapping[str, float]) -> float:
    left = {element: float(counts.get(element, 0.0)) for element in _ELEMENTS}
    total = 0.0

    def take(product: str, per: Mapping[str, float]) -> None:
        nonlocal total
        moles = min(left[e] / n for e, n in per.items())
        for element, n in per.items():
            left[element] -= moles * n
        total += moles * _FORMATION[product]

    take("HF", {"H": 1, "F": 1})
    take("HCl", {"H": 1, "Cl": 1})
    take("H2O", {"H": 2, "O": 1})
    take("CO2", {"C": 1, "O": 2})
    take("SO2", {"S": 1, "O": 2})
    take("HBr", {"H": 1, "Br": 1})
    take("CH4", {"C": 1, "H": 4})
    take("NH3", {"N": 1, "H": 3})
    return total


class Energy(Rule):
    """Substances that set much heat free when they decompose, by their enthalpy of formation where it is known."""

    id = "energy"
    severity = "approval"
    source = "CHETAH, ASTM Data Series 51: Harrison, Madas, Sharma 2005, first criterion (2.93 kJ/g)"

    def check(self, context: Context) -> Iterable[Finding]:
        hottest = {
            e.sample: max((s.temperature_k or 0.0 for s in e.steps), default=0.0) for e in context.experiments
        }  # fmt: skip
        for use in uses(context):
            heat = decomposition_heat_j_per_kg(use.kind.substance)
            if heat is None or heat < _HIGH_J_PER_KG or use.kg < _LEAST_KG or use.share < 0.1:
                continue
            hot = hottest.get(use.sample, 0.0) >= _HOT_K
            yield self.say_of(
                use,
                "approval" if hot else "measures",
                f"{use.kind.name} may set {heat / 1e6:.1f} kJ/g free when it decomposes"
                + (", and the vial is heated above 100 degC" if hot else ""),
                mend="less of it, or a lower temperature" if hot else "",
                role="safety_officer" if hot else "",
                measures=("no heating above 100 degC, no confinement",),
            )
