"""The headspace: capping, purging, and gas evolved under light."""

from __future__ import annotations

import math

from attrs import evolve

from ._act import Act, Outcome
from ._vial import Vial, air, elements, gas_mol, plus, times

_PURGE_GAS = {"nitrogen": "N2", "argon": "Ar"}

# Illustrative placeholder, no literature values: hydrogen evolves in proportion to catalyst and light, the catalyst
# dies with first order, and there is no action beyond an absorption edge. Part E replaces this.
PHOTOCATALYST = "C"
HYDROGEN_MOL_PER_KG_S = 1e-3  # at the reference irradiance
REFERENCE_IRRADIANCE_W_PER_M2 = 1000.0
DEACTIVATION_S = 20 * 3600.0
ABSORPTION_EDGE_M = 500e-9


def filled(vial: Vial, gas: dict[str, float]) -> Vial:
    """Another headspace; the difference of what was there goes to ``exhaust``."""
    change = plus(elements(vial.gas), elements(gas), -1)
    return evolve(vial, gas=gas, exhaust=plus(vial.exhaust, change))


def opened(vial: Vial) -> Vial:
    """Open to the air, whose content is not tracked."""
    return filled(vial, {}) if vial.gas else vial


def headspace_l(vial: Vial, act: Act) -> float:
    return max(0.0, act.lab.vial_capacity_l - vial.volume_l)


def cap(vial: Vial, act: Act) -> Outcome:
    """Closes the vial over air, or over the gas it was purged with just before."""
    gas = dict(vial.gas) or air(headspace_l(vial, act))
    return Outcome(evolve(filled(vial, gas), capped=True))


def purge(vial: Vial, act: Act) -> Outcome:
    """Replaces the headspace as a stirred tank does: what was there falls as exp(-flow t / V). A cap is pierced."""
    volume = headspace_l(vial, act)
    before = dict(vial.gas) or air(volume)
    left = math.exp(-act.parameters["flow_l_per_s"] * act.duration_s / volume) if volume > 0 else 0.0
    total = gas_mol(volume)
    scale = total / sum(before.values()) if sum(before.values()) > 0 else 0.0  # excess pressure blows off
    fresh = _PURGE_GAS[act.parameters["gas"]]
    return Outcome(filled(vial, plus(times(before, left * scale), {fresh: (1 - left) * total})))


def illuminate(vial: Vial, act: Act) -> Outcome:
    """Water splits on the photocatalyst; the gas stays under a cap and is lost from an open vial."""
    p = act.parameters
    after = evolve(vial, temperature_k=float(p["temperature_k"]))
    mass_kg = vial.solid.get(PHOTOCATALYST, 0.0) * 12.011e-3
    if mass_kg <= 0 or p["wavelength_m"] > ABSORPTION_EDGE_M:
        return Outcome(after)
    seconds = -DEACTIVATION_S * math.expm1(-act.duration_s / DEACTIVATION_S)
    light = p["irradiance_w_per_m2"] / REFERENCE_IRRADIANCE_W_PER_M2
    made = min(HYDROGEN_MOL_PER_KG_S * mass_kg * light * seconds, vial.dissolved.get("H2O", 0.0))
    gases = {"H2": made, "O2": made / 2}
    after = evolve(after, dissolved=plus(after.dissolved, {"H2O": -made}))
    if vial.capped:
        return Outcome(evolve(after, gas=plus(after.gas, gases)))
    return Outcome(evolve(after, exhaust=plus(after.exhaust, elements(gases))))
