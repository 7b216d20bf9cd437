"""Metal hydroxides: how much precipitates at equilibrium, and how fast mixing takes the vial there."""

from __future__ import annotations

import math

from attrs import evolve, frozen

from ._act import Act, Outcome
from ._vial import Amounts, Vial, plus


@frozen
class Hydroxide:
    """A hydroxide (or FeOOH, which leaves ``water`` H2O behind) and its solubility product at 25 degC."""

    phase: str
    hydroxide: int
    solubility_product: float
    water: int = 0


#: Solubility products of Ni, Fe(III), Co: CRC Handbook of Chemistry and Physics, table "Solubility product constants";
#: of Mn, Ce(III), La: Lange's Handbook of Chemistry, table "Solubility products". FeOOH is given the value of Fe(OH)3.
#: Sb(III), Sn(IV), Ti(IV): usual tables, quoted from memory; all that counts is that they hydrolyse in full. That they
#: dissolve again in a strong base is left out.
HYDROXIDES = {
    "Ni": Hydroxide("Ni(OH)2", 2, 5.48e-16),
    "Fe": Hydroxide("FeOOH", 3, 2.79e-39, water=1),
    "Co": Hydroxide("Co(OH)2", 2, 5.92e-15),
    "Mn": Hydroxide("Mn(OH)2", 2, 1.9e-13),
    "Ce": Hydroxide("Ce(OH)3", 3, 1.6e-20),
    "La": Hydroxide("La(OH)3", 3, 2.0e-19),
    "Sb": Hydroxide("Sb(OH)3", 3, 4e-42),
    "Sn": Hydroxide("Sn(OH)4", 4, 1e-57),
    "Ti": Hydroxide("Ti(OH)4", 4, 8e-54),
}

# Assumption: a well-stirred vial approaches equilibrium with this rate, a slowly stirred one in proportion.
_RATE_PER_S = 1 / 300
_WELL_STIRRED_RPM = 300.0
_WELL_SONICATED_W = 50.0


def equilibrium(dissolved: Amounts, solid: Amounts, volume_l: float) -> dict[str, float]:
    """Metal -> mol of its hydroxide at equilibrium, activities taken as concentrations.

    The free OH- concentration x solves ``x V + sum n_i p_i(x) = all OH-`` with ``p_i = max(0, m_i - V K_i / x^n_i)``;
    the left side rises with x, so it is bisected.
    """
    metals = {
        m: dissolved.get(m, 0.0) + solid.get(h.phase, 0.0)
        for m, h in HYDROXIDES.items()
        if dissolved.get(m, 0.0) > 0 or solid.get(h.phase, 0.0) > 0
    }
    base = dissolved.get("OH", 0.0) - dissolved.get("H", 0.0)
    base += sum(HYDROXIDES[m].hydroxide * solid.get(HYDROXIDES[m].phase, 0.0) for m in metals)
    if volume_l <= 0 or base <= 0:
        return dict.fromkeys(metals, 0.0)

    def precipitated(log_x: float) -> dict[str, float]:
        left = {}
        for metal, amount in metals.items():
            h = HYDROXIDES[metal]
            log_soluble = math.log10(h.solubility_product) - h.hydroxide * log_x
            left[metal] = max(0.0, amount - volume_l * 10 ** min(log_soluble, 300.0))
        return left

    low, high = -20.0, 2.0
    for _ in range(100):
        middle = (low + high) / 2
        bound = sum(HYDROXIDES[m].hydroxide * p for m, p in precipitated(middle).items())
        low, high = (low, middle) if volume_l * 10**middle + bound > base else (middle, high)
    return precipitated((low + high) / 2)


def approach_equilibrium(vial: Vial, conversion: float) -> Vial:
    """The vial after the share ``conversion`` of the way to equilibrium."""
    if vial.volume_l <= 0:
        return vial
    dissolved, solid = dict(vial.dissolved), dict(vial.solid)
    base = dissolved.pop("OH", 0.0) - dissolved.pop("H", 0.0)
    neutralised = min(vial.dissolved.get("OH", 0.0), vial.dissolved.get("H", 0.0))
    water = neutralised
    for metal, target in equilibrium(vial.dissolved, vial.solid, vial.volume_l).items():
        h = HYDROXIDES[metal]
        step = conversion * (target - solid.get(h.phase, 0.0))
        step = min(step, dissolved.get(metal, 0.0))
        solid, dissolved = plus(solid, {h.phase: step}), plus(dissolved, {metal: -step})
        base -= h.hydroxide * step
        water += h.water * step
    dissolved = plus(dissolved, {"H2O": water, ("OH" if base > 0 else "H"): abs(base)})
    return evolve(vial, dissolved=dissolved, solid=solid)


def _mixed(vial: Vial, act: Act, vigour: float) -> Outcome:
    conversion = -math.expm1(-_RATE_PER_S * min(1.0, vigour) * act.duration_s)
    temperature = float(act.parameters.get("temperature_k", vial.temperature_k))
    after = evolve(
        approach_equilibrium(vial, conversion),
        suspended=1.0 if vigour > 0 else vial.suspended,
        pellet=vial.pellet and vigour <= 0,
        resting_since_s=act.end_s if vigour > 0 else vial.resting_since_s,
        temperature_k=temperature,
    )
    return Outcome(after)


def stir(vial: Vial, act: Act) -> Outcome:
    """Mixes: precipitation proceeds, the solid is in suspension."""
    return _mixed(vial, act, act.parameters["speed_rpm"] / _WELL_STIRRED_RPM)


def shake(vial: Vial, act: Act) -> Outcome:
    """As stirring; a shaker needs the same speed to mix as well."""
    return _mixed(vial, act, act.parameters["speed_rpm"] / _WELL_STIRRED_RPM)


def sonicate(vial: Vial, act: Act) -> Outcome:
    """Disperses the solid and mixes."""
    return _mixed(vial, act, act.parameters["power_w"] / _WELL_SONICATED_W)
