"""Solid from liquid: settling, centrifuging, sucking off.

Settling follows Stokes' law for one particle size, v = 2/9 (rho_s - rho_l) r^2 a / eta (Stokes 1851; any text on
centrifugation), and a suspension stirred by its own convection clears as exp(-v t / h). The figures for particle,
rotor and vial are assumptions.
"""

from __future__ import annotations

import math

from attrs import evolve

from ._act import Act, Outcome
from ._vial import Vial, elements, plus, times

_PARTICLE_RADIUS_M = 150e-9  # a hydroxide floc
_DENSITY_DIFFERENCE_KG_PER_M3 = 2500.0
_VISCOSITY_PA_S = 0.89e-3  # water at 25 degC
_GRAVITY_M_PER_S2 = 9.81
_ROTOR_RADIUS_M = 0.10
_LIQUID_HEIGHT_M = 0.03
_REDISPERSION_S = 12 * 3600.0  # a loose pellet that waits
_SHAKEN_OFF = 0.003  # share of a pellet that one robot move loosens
_PICKED_UP = 0.01  # median share of the pellet that goes with the supernatant, log-normal
_PICKED_UP_LOG_SD = 0.4
_LEAVE_SD_L = 20e-6  # where the needle stops


def _clearing_per_s(acceleration_m_per_s2: float) -> float:
    velocity = 2 / 9 * _DENSITY_DIFFERENCE_KG_PER_M3 * _PARTICLE_RADIUS_M**2 * acceleration_m_per_s2 / _VISCOSITY_PA_S
    return velocity / _LIQUID_HEIGHT_M


def suspended_at(vial: Vial, now_s: float) -> float:
    """Share of the solid in suspension after resting until ``now_s``."""
    rest = max(0.0, now_s - vial.resting_since_s)
    if vial.pellet:
        return 1 - (1 - vial.suspended) * math.exp(-rest / _REDISPERSION_S)
    return vial.suspended * math.exp(-_clearing_per_s(_GRAVITY_M_PER_S2) * rest)


def moved(vial: Vial) -> Vial:
    """A robot carried it: a pellet is loosened a little, an open headspace fills with air, the vial cools."""
    from ._gas import opened
    from ._vial import ROOM_K

    loosened = 1 - (1 - vial.suspended) * (1 - _SHAKEN_OFF) if vial.pellet else vial.suspended
    aired = vial if vial.capped else opened(vial)
    return evolve(aired, suspended=loosened, temperature_k=ROOM_K)


def centrifuge(vial: Vial, act: Act) -> Outcome:
    """Spins the solid down; what is still in suspension afterwards is lost to the supernatant."""
    omega = 2 * math.pi * act.parameters["speed_rpm"] / 60
    rate = _clearing_per_s(omega**2 * _ROTOR_RADIUS_M)
    before = suspended_at(vial, act.start_s)
    after = evolve(vial, suspended=before * math.exp(-rate * act.duration_s), pellet=True, resting_since_s=act.end_s)
    return Outcome(after)


def taken_out(vial: Vial, volume_l: float, solid_share: float) -> Vial:
    """``volume_l`` of the liquid and a share of the solid go to waste."""
    share = min(1.0, volume_l / vial.volume_l) if vial.volume_l > 0 else 0.0
    liquid, solid = times(vial.dissolved, share), times(vial.solid, solid_share)
    return evolve(
        vial,
        volume_l=vial.volume_l - share * vial.volume_l,
        dissolved=plus(vial.dissolved, liquid, -1),
        solid=plus(vial.solid, solid, -1),
        additives_kg=times(vial.additives_kg, 1 - share),
        waste=plus(vial.waste, plus(elements(liquid), elements(solid))),
    )


def aspirate(vial: Vial, act: Act) -> Outcome:
    """Sucks the supernatant off down to ``leave_l``, with what is suspended in it and a little of the pellet."""
    rng = act.rng("aspirate")
    leave = max(0.0, act.parameters["leave_l"] + float(rng.normal(0.0, _LEAVE_SD_L)))
    picked_up = min(1.0, _PICKED_UP * math.exp(float(rng.normal(0.0, _PICKED_UP_LOG_SD))))
    removed = vial.volume_l - leave
    if removed <= 0:
        return Outcome(vial, {"leave_l": act.parameters["leave_l"]})
    suspended = suspended_at(vial, act.start_s)
    share = removed / vial.volume_l
    lost = suspended * share + (1 - suspended) * picked_up
    kept_suspended = suspended * (1 - share) / (1 - lost) if lost < 1 else 1.0
    after = evolve(taken_out(vial, removed, lost), suspended=kept_suspended, resting_since_s=act.end_s)
    return Outcome(after, {"leave_l": act.parameters["leave_l"]})
