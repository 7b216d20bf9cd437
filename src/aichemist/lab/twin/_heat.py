"""Drying and calcining."""

from __future__ import annotations

import math

from attrs import evolve, frozen

from ._act import Act, Outcome
from ._vial import Vial, elements, plus

_R = 8.314462618  # J/(mol K), CODATA 2018


@frozen
class Volatile:
    """A solvent: Antoine constants (log10 p/mmHg = a - b / (c + t/degC)) and molar volume at 25 degC."""

    a: float
    b: float
    c: float
    litres_per_mol: float

    def vapour_pressure_pa(self, temperature_k: float) -> float:
        return float(133.322 * 10 ** (self.a - self.b / (self.c + temperature_k - 273.15)))


#: Antoine constants as printed in the usual tables (Dortmund Data Bank): water 1 to 100 degC, ethanol -57 to 80 degC
VOLATILES = {
    "H2O": Volatile(8.07131, 1730.63, 233.426, 18.07e-3),
    "C2H5OH": Volatile(8.20417, 1642.89, 230.300, 58.4e-3),
}
# Assumptions: open mouth of the vial and mass transfer in the draught of the dryer.
_MOUTH_M2 = 4e-4
_MASS_TRANSFER_M_PER_S = 2e-3
_STEPS = 240

# In air, wet or on drying: Ce(III) goes to Ce(IV), Mn(II) to Mn3O4 (textbook); the rate is an assumption.
_OXIDISED_IN_AIR = {"Ce(OH)3": "CeO2", "Mn(OH)2": "Mn3O4"}
_OXIDATION_S = 1800.0
_OXIDATION_FROM_K = 313.15

#: (phase, oxide, temperature from which it goes in air); rounded textbook values, La(OH)3 in one step: illustrative
CALCINED = (
    ("Ce(OH)3", "CeO2", 373.15),
    ("Mn(OH)2", "Mn3O4", 423.15),
    ("Co(OH)2", "Co3O4", 473.15),
    ("Ni(OH)2", "NiO", 573.15),
    ("FeOOH", "Fe2O3", 573.15),
    ("La(OH)3", "La2O3", 773.15),
    ("Sb(OH)3", "Sb2O3", 473.15),
    ("Sn(OH)4", "SnO2", 573.15),
    ("Ti(OH)4", "TiO2", 573.15),
)
_CALCINATION_S = 900.0


def converted(vial: Vial, phase: str, product: str, share: float) -> Vial:
    """A share of ``phase`` becomes ``product``; the metal is conserved, the gas exchanged goes to ``exhaust``."""
    amount = share * vial.solid.get(phase, 0.0)
    if amount <= 0:
        return vial
    before, after = elements({phase: 1.0}), elements({product: 1.0})
    metal = next(e for e in before if e not in ("O", "H"))
    made = amount * before[metal] / after[metal]
    gone = plus(elements({phase: amount}), elements({product: made}), -1)
    return evolve(
        vial,
        solid=plus(plus(vial.solid, {phase: -amount}), {product: made}),
        exhaust=plus(vial.exhaust, gone),
    )


def evaporated(vial: Vial, temperature_k: float, duration_s: float) -> Vial:
    """Solvents leave by their vapour pressure over the mixture (Raoult) through a stagnant mouth, explicit in time."""
    left = {name: vial.dissolved.get(name, 0.0) for name in VOLATILES if vial.dissolved.get(name, 0.0) > 0}
    transfer = _MASS_TRANSFER_M_PER_S * _MOUTH_M2 / (_R * temperature_k)
    rates = {name: transfer * VOLATILES[name].vapour_pressure_pa(temperature_k) for name in left}
    volume, start = vial.volume_l, dict(left)
    for _ in range(_STEPS if left else 0):
        total = sum(left.values())
        if total <= 0:
            break
        for name in left:
            gone = min(left[name], rates[name] * left[name] / total * duration_s / _STEPS)
            left[name] -= gone
            volume -= gone * VOLATILES[name].litres_per_mol
        if sum(left.values()) < 1e-7:  # the last film
            left = dict.fromkeys(left, 0.0)
    gone_mol = {name: start[name] - left[name] for name in start}
    dry = not any(left.values()) and not vial.additives_kg
    return evolve(
        vial,
        volume_l=0.0 if dry else max(volume, 0.0),
        dissolved=plus(vial.dissolved, gone_mol, -1),
        exhaust=plus(vial.exhaust, elements(gone_mol)),
    )


def dry(vial: Vial, act: Act) -> Outcome:
    """Evaporates the solvent; Ce and Mn hydroxides oxidise in the warm air."""
    temperature = float(act.parameters["temperature_k"])
    after = evaporated(vial, temperature, act.duration_s)
    if temperature >= _OXIDATION_FROM_K:
        for phase, product in _OXIDISED_IN_AIR.items():
            after = converted(after, phase, product, -math.expm1(-act.duration_s / _OXIDATION_S))
    return Outcome(evolve(after, temperature_k=temperature, resting_since_s=act.end_s))


def calcine(vial: Vial, act: Act) -> Outcome:
    """Hydroxides become oxides and lose water (or take up oxygen); any liquid boils off."""
    temperature = float(act.parameters["temperature_k"])
    after = evaporated(vial, min(temperature, 373.15), act.duration_s)
    for phase, product, needed in CALCINED:
        if temperature >= needed:
            after = converted(after, phase, product, -math.expm1(-act.duration_s / _CALCINATION_S))
    return Outcome(evolve(after, temperature_k=temperature, resting_since_s=act.end_s))
