"""Dispensing liquids and powders, with the errors of the devices.

Liquids: each channel draws with the smallest piston that holds the volume. The largest errors that ISO 8655-2:2002
permits for single-channel piston pipettes are taken as the device's own: the systematic limit as a rectangular
distribution (one draw for each station, stock and piston), the random limit as the standard deviation of each stroke.
Both hold in litres over the whole range of the piston, as in the standard. That a robot station's channels are as good
as such pipettes is an assumption.
Powders and the balance: our assumptions, no source.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import evolve, frozen

from ._act import Act, Outcome
from ._solutions import per_litre
from ._vial import Vial, mass_kg, plus, times


@frozen
class Piston:
    """Nominal volume with the largest permitted systematic and random error, in litres (ISO 8655-2:2002)."""

    nominal_l: float
    systematic_l: float
    random_l: float


PISTONS = (
    Piston(100e-6, 0.8e-6, 0.3e-6),
    Piston(1000e-6, 8e-6, 3e-6),
    Piston(5000e-6, 40e-6, 15e-6),
    Piston(10000e-6, 60e-6, 30e-6),
)
#: repeatability and digit of the station's balance (assumption: a good analytical balance beside moving parts)
BALANCE_SD_KG = 0.1e-6
#: screw or vibration feeder: standard deviation of what falls against what was asked for (assumption)
POWDER_RELATIVE_SD = 0.01
POWDER_LEAST_SD_KG = 0.1e-6


def piston_for(volume_l: float) -> tuple[Piston, int]:
    """The piston that is used and the number of equal strokes."""
    strokes = max(1, math.ceil(volume_l / PISTONS[-1].nominal_l - 1e-9))
    return next(p for p in PISTONS if volume_l / strokes <= p.nominal_l * (1 + 1e-9)), strokes


def true_volume_l(asked_l: float, stock: str, act: Act) -> float:
    """What truly leaves the channel when ``asked_l`` was asked for."""
    if asked_l <= 0:
        return 0.0
    piston, strokes = piston_for(asked_l)
    offset = act.bias_rng(f"{stock}/{piston.nominal_l:.0e}").uniform(-1, 1) * piston.systematic_l
    scatter = act.rng(f"volume/{stock}").normal(0.0, piston.random_l, strokes).sum()
    return max(0.0, asked_l + strokes * offset + float(scatter))


def _weighed(mass: float, act: Act) -> float:
    reading = mass + act.rng("balance").normal(0.0, BALANCE_SD_KG)
    return round(reading / BALANCE_SD_KG) * BALANCE_SD_KG


def _weighed_each(masses: dict[str, float], act: Act) -> dict[str, float]:
    """What the balance under the vial shows of each stock: it is read before and after."""
    step, found = BALANCE_SD_KG, {}
    for stock, mass in masses.items():
        before, after = act.rng(f"balance/{stock}").normal(0.0, step, 2)
        found[stock] = max(0.0, round((mass + after - before) / step) * step)
    return found


def dispense_liquid(vial: Vial, act: Act) -> Outcome:
    """Adds stock solutions; stirs up what lay at the bottom. The volumes measured are those weighed, by the density
    that the lab states for the stock."""
    asked = {s: float(v) for s, v in sorted(act.parameters["volumes_l"].items()) if v > 0}
    dissolved, additives, drawn = dict(vial.dissolved), dict(vial.additives_kg), {}
    for stock, volume in asked.items():
        true = drawn[stock] = true_volume_l(volume, stock, act)
        contents, rest = per_litre(act.lab.stock(stock), act.lab)
        dissolved, additives = plus(dissolved, contents, true), plus(additives, rest, true)
    gained = mass_kg(dissolved) - mass_kg(vial.dissolved) + sum(additives.values()) - sum(vial.additives_kg.values())
    after = evolve(
        vial,
        volume_l=vial.volume_l + sum(drawn.values()),
        dissolved=dissolved,
        additives_kg=additives,
        suspended=1.0,  # the jet disperses a loose pellet
        pellet=False,
        resting_since_s=act.end_s,
    )
    density = {stock: act.lab.stock(stock).density_kg_per_l for stock in drawn}
    masses = _weighed_each({stock: volume * density[stock] for stock, volume in drawn.items()}, act)
    measured = {stock: mass / density[stock] for stock, mass in masses.items()}
    return Outcome(after, {"dispensed_l": asked, "measured_l": measured, "balance_kg": _weighed(gained, act)}, drawn)


def dispense_solid(vial: Vial, act: Act) -> Outcome:
    """Adds powders; the balance reports what fell."""
    solid, drawn = dict(vial.solid), {}
    for stock, mass in sorted(act.parameters["masses_kg"].items()):
        if mass <= 0:
            continue
        sd = max(POWDER_LEAST_SD_KG, POWDER_RELATIVE_SD * mass)
        true = drawn[stock] = max(0.0, mass + float(act.rng(f"mass/{stock}").normal(0.0, sd)))
        formula = act.lab.stock(stock).solute
        solid = plus(solid, times({formula: 1.0}, true / mass_kg({formula: 1.0})))
    after = evolve(vial, solid=solid, suspended=1.0, pellet=False, resting_since_s=act.end_s)
    total = _weighed(float(np.sum(list(drawn.values()))), act)
    return Outcome(after, {"measured_kg": _weighed_each(drawn, act), "balance_kg": total}, drawn)
