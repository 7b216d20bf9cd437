"""What the potentiostat records while it holds the current: the potential, which rises as the catalyst wears out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ._acid_map import HOLD_S
from ._randomness import autoregressive
from ._voltammogram import EQUILIBRIUM_V

_INTERVAL_S = 1.0
_MOST_POINTS = 20_000
#: the double layer of a thick film fills within seconds: 8 mF/cm2 at 10 mA/cm2 moves 1.25 V/s, through the film slower
_CHARGING_S, _CHARGING_V = 1.5, 0.15
#: wear is fast at first: the rise goes as log(1 + t / this), as dissolution from the outermost layers does (assumption)
_FAST_S = 60.0
#: bubbles hide a few percent of the film for seconds: some 1 mV; slow drift of the reference; amplifier
_BUBBLES_V, _BUBBLES_S, _DRIFT_V_PER_ROOT_S, _NOISE_V = 1e-3, 4.0, 1e-5, 1e-4
#: change from electrode to electrode of one ink (assumption)
_SCATTER = 0.10
_TAFEL_V = 0.07
_LIMIT_V = 2.3


def simulate_hold(
    overpotential_v: float,
    change_v: float,
    *,
    current_density_a_per_m2: float,
    duration_s: float,
    resistance_ohm: float,
    rng: np.random.Generator,
) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
    """A chronopotentiogram on a worn-in electrode.

    Args:
        overpotential_v: at 10 mA/cm2.
        change_v: by how much it rises within 1,800 s at 10 mA/cm2; other currents wear in proportion.

    Returns:
        Columns ``time_s`` and ``potential_v`` (applied, against RHE); metadata with the current density, the
        resistance, and what ended the hold. Never the figure of merit.

    Raises:
        InputError: a current or duration that is not above zero.
    """
    for name, value in (("current_density_a_per_m2", current_density_a_per_m2), ("duration_s", duration_s)):
        if not 0 < value < math.inf:
            raise InputError("must be above 0", key=name, value=value)
    n = min(_MOST_POINTS, max(2, round(duration_s / _INTERVAL_S) + 1))
    time = np.linspace(0.0, duration_s, n)
    step = float(time[1])
    share = current_density_a_per_m2 / 100.0
    rise = change_v * share * (1 + rng.normal(0, _SCATTER))
    worn = rise * np.log1p(time / _FAST_S) / math.log1p(HOLD_S / _FAST_S)
    start = EQUILIBRIUM_V + overpotential_v + _TAFEL_V * math.log10(share) + rng.normal(0, 3e-3)
    ohmic = resistance_ohm * current_density_a_per_m2 * 0.196e-4
    memory = math.exp(-step / _BUBBLES_S)
    kicks = rng.normal(0, _BUBBLES_V * math.sqrt(1 - memory**2), n)
    bubbles = autoregressive(kicks, memory, 0.0)
    drift = np.cumsum(rng.normal(0, _DRIFT_V_PER_ROOT_S * math.sqrt(step), n))
    potential = start + ohmic + worn - _CHARGING_V * np.exp(-time / _CHARGING_S) + bubbles + drift
    potential = potential + rng.normal(0, _NOISE_V, n)
    potential = np.round(potential / (10 / 2**16)) * (10 / 2**16)
    over = np.flatnonzero(potential > _LIMIT_V)
    end = int(over[0]) + 1 if over.size else n
    metadata = {
        "current_density_a_per_m2": current_density_a_per_m2,
        "planned_duration_s": duration_s,
        "resistance_ohm": resistance_ohm,
        "repeatability_relative": _SCATTER,
        "drift_v_per_root_s": _DRIFT_V_PER_ROOT_S,
        "ended_by": "potential limit" if over.size else "end of the hold",
    }
    return {"time_s": time[:end], "potential_v": potential[:end]}, metadata
