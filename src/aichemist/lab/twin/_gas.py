"""The headspace: capping, purging, and gas evolved under light."""

from __future__ import annotations

import math

from attrs import evolve

from ._act import Act, Outcome
from ._vial import AIR, Vial, air, elements, gas_mol, plus, times

_PURGE_GAS = {"nitrogen": "N2", "argon": "Ar"}

# The emulator stands for one hour at this irradiance (the hour is quoted from memory, the irradiance an assumption).
# Around it, all assumptions: hydrogen grows in proportion to light, the catalyst dies with first order, there is no
# action beyond an absorption edge, and oxygen takes the electrons.
REFERENCE_S = 3600.0
REFERENCE_IRRADIANCE_W_PER_M2 = 1000.0
DEACTIVATION_S = 20 * 3600.0
ABSORPTION_EDGE_M = 500e-9
OXYGEN_HALVES = 0.01  # mole fraction of oxygen above the liquid that halves the rate
CYSTEINE, CYSTINE = "C3H7NO2S", "C6H12N2O4S2"


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


def light_dose(duration_s: float, irradiance_w_per_m2: float) -> float:
    """How many times what the emulator stands for: 1 for an hour at the reference irradiance."""
    seconds = math.expm1(-duration_s / DEACTIVATION_S) / math.expm1(-REFERENCE_S / DEACTIVATION_S)
    return seconds * irradiance_w_per_m2 / REFERENCE_IRRADIANCE_W_PER_M2


def illuminate(vial: Vial, act: Act) -> Outcome:
    """Hydrogen as the fitted map says for what the vial truly holds, with the scatter of vials made alike.

    Cysteine gives the electrons, two for each H2, and becomes cystine. The gas stays under a cap and is lost from an
    open vial.
    """
    from ._hydrogen_map import hydrogen_map

    p = act.parameters
    after = evolve(vial, temperature_k=float(p["temperature_k"]))
    if p["wavelength_m"] > ABSORPTION_EDGE_M:
        return Outcome(after)
    scatter = float(act.rng("photocatalysis").normal())
    made = 1e-6 * hydrogen_map().vial_umol(vial.dissolved, vial.solid, vial.volume_l, scatter)
    above = vial.gas or AIR
    oxygen = above.get("O2", 0.0) / sum(above.values())
    made *= light_dose(act.duration_s, p["irradiance_w_per_m2"]) / (1 + oxygen / OXYGEN_HALVES)
    made = min(made, vial.dissolved.get(CYSTEINE, 0.0) / 2)
    if made <= 0:
        return Outcome(after)
    after = evolve(after, dissolved=plus(after.dissolved, {CYSTEINE: -2 * made, CYSTINE: made}))
    if vial.capped:
        return Outcome(evolve(after, gas=plus(after.gas, {"H2": made})))
    return Outcome(evolve(after, exhaust=plus(after.exhaust, elements({"H2": made}))))
