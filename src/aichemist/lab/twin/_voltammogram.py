"""What the twin's potentiostat records: a linear sweep voltammogram of an oxygen-evolution electrode.

The catalytic current reaches 10 mA/cm2 at the vial's true overpotential (nominal loading, potential free of iR drop).
Everything that a real curve adds is added: iR drop, double-layer charging, leakage, the oxidation wave of the
catalyst, a limiting current, bubbles, mains pick-up, drift, digitisation, and the scatter from electrode to electrode.
Figures without a source below are assumptions, chosen within what such stations do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ._randomness import autoregressive

#: O2/H2O against RHE at 25 degC
EQUILIBRIUM_V = 1.229
#: the current density at which the overpotential is defined (McCrory et al., JACS 2013, 135, 16977)
REFERENCE_MA_PER_CM2 = 10.0
#: mass of dry catalyst on the electrode for which the true overpotential holds
NOMINAL_LOADING_MG_PER_CM2 = 1.0
#: glassy-carbon disc of 5 mm
ELECTRODE_AREA_CM2 = 0.196
TEMPERATURE_K = 298.15

_AREA_SD_CM2 = 0.002  # edge of the dried drop
_REACH_MG_PER_CM2 = 0.5  # depth of the film, as loading, that takes part: thicker films gain little
_KOH_S_PER_CM = 0.215  # 1 mol/L KOH at 25 degC (Gilliam et al., Int. J. Hydrogen Energy 2007, 32, 359)
_F_OVER_RT = 96485.332 / (8.314463 * TEMPERATURE_K)  # 1/V (CODATA 2018)
_CONTACT_OHM = 1.5  # leads, film, membrane of the reference: median, log-normal
_RESISTANCE_RELATIVE_SD = 0.03  # of the impedance reading
_REFERENCE_SD_V = 0.002  # Hg/HgO calibrated against hydrogen
# Electrodes made from one ink, one after the other. Between laboratories the same ink scatters by about 50 mV at
# 10 mA/cm2, within one by far less (Tesch et al., Energy Adv. 2023, doi 10.1039/D3YA00340J).
_REPEATABILITY_SD_V = 0.003
_LIMITING_MA_PER_CM2 = 400.0  # bubbles and OH- supply, no forced flow
_CAPACITANCE_F_PER_CM2 = 8e-3  # thick oxide films: roughness of some 200 at 0.04 mF/cm2 (McCrory 2013)
_STOP_MA_PER_CM2 = 100.0  # the station ends a sweep here to spare the film
_STEP_V = 1e-3  # staircase of the sweep
_MOST_POINTS = 20_000


@frozen
class Electrode:
    """One drop-cast electrode in its cell, as it truly is (per cm2 of electrode)."""

    overpotential_v: float
    tafel_slope_v_per_dec: float
    activity: float
    area_cm2: float
    resistance_ohm: float
    limiting_a_per_cm2: float
    capacitance_f_per_cm2: float
    leak_s_per_cm2: float
    leak_offset_a_per_cm2: float
    wave_c_per_cm2: float
    wave_v: float
    reference_error_v: float

    def kinetic_a_per_cm2(self, potential_v: NDArray[np.float64]) -> NDArray[np.float64]:
        """Butler-Volmer current density with the limiting current in series (Koutecky-Levich form).

        At the overpotential ``overpotential_v`` and full activity the result is 10 mA/cm2 with the limit included.
        """
        eta = potential_v - EQUILIBRIUM_V
        at_reference = 1 / (1e3 / REFERENCE_MA_PER_CM2 - 1 / self.limiting_a_per_cm2)
        alpha = math.log(10) / self.tafel_slope_v_per_dec
        back = 4 * _F_OVER_RT - alpha if alpha < 4 * _F_OVER_RT else 0.0  # four electrons in all
        scale = at_reference * self.activity
        exponent = np.clip(alpha * (eta - self.overpotential_v), -700, 200)
        reverse = np.clip(-back * eta - alpha * self.overpotential_v, -700, 200)
        kinetic = scale * (np.exp(exponent) - np.exp(reverse))
        limited: NDArray[np.float64] = kinetic / (1 + np.abs(kinetic) / self.limiting_a_per_cm2)
        return limited

    def current_a(self, potential_v: NDArray[np.float64], rate_v_per_s: float) -> NDArray[np.float64]:
        """Noise-free current at interface potentials ``potential_v`` (ascending), all contributions, in A.

        ``rate_v_per_s`` is that of the applied potential, negative for a falling sweep. The interface follows more
        slowly, by the factor ``1 / (1 + R di/dE)``.
        """
        faradaic = self.area_cm2 * (
            self.kinetic_a_per_cm2(potential_v) + self.leak_offset_a_per_cm2 + self.leak_s_per_cm2 * (potential_v - 1.2)
        )
        slope = np.gradient(faradaic, potential_v)
        interface_rate = rate_v_per_s / (1 + self.resistance_ohm * np.maximum(slope, 0))
        # The wave is surface-bound charge, so it scales with the rate as the double layer does. One electron,
        # reversible, no interaction: sech^2 of 90.6 mV width (Bard & Faulkner, Electrochemical Methods, ch. 14).
        wave = 0.25 * _F_OVER_RT / np.cosh(0.5 * _F_OVER_RT * (potential_v - self.wave_v)) ** 2
        charging = self.area_cm2 * (self.capacitance_f_per_cm2 + self.wave_c_per_cm2 * wave)
        return faradaic + charging * interface_rate


def draw_electrode(
    overpotential_v: float,
    loading_mg_per_cm2: float,
    nominal_loading_mg_per_cm2: float,
    rng: np.random.Generator,
) -> Electrode:
    """One electrode from the vial: its own spreading, contact, capacitance and wave.

    The Tafel slope follows the overpotential, 45 mV/dec at 0.30 V to 115 mV/dec at 0.75 V with a scatter of 7 mV/dec,
    within the 30 to 120 mV/dec found for such oxides (McCrory et al., JACS 2013, 135, 16977). A film thicker than the
    electrolyte and the current reach adds little, so activity goes as ``1 - exp(-loading / reach)``.
    """
    slope = 0.045 + (overpotential_v - 0.30) * 0.070 / 0.45 + rng.normal(0, 0.007)
    share = -math.expm1(-loading_mg_per_cm2 / _REACH_MG_PER_CM2)
    nominal_share = -math.expm1(-nominal_loading_mg_per_cm2 / _REACH_MG_PER_CM2)
    area = max(0.9 * ELECTRODE_AREA_CM2, ELECTRODE_AREA_CM2 + rng.normal(0, _AREA_SD_CM2))
    # Primary distribution at a disc in a plane, R = 1 / (4 kappa r) (Newman, J. Electrochem. Soc. 1966, 113, 501).
    solution_ohm = 1 / (4 * _KOH_S_PER_CM * math.sqrt(area / math.pi))
    return Electrode(
        overpotential_v=overpotential_v + rng.normal(0, _REPEATABILITY_SD_V),
        tafel_slope_v_per_dec=float(np.clip(slope, 0.030, 0.120)),
        activity=share / nominal_share,
        area_cm2=area,
        resistance_ohm=solution_ohm + _CONTACT_OHM * math.exp(rng.normal(0, 0.3)),
        limiting_a_per_cm2=1e-3 * _LIMITING_MA_PER_CM2 * math.exp(rng.normal(0, 0.15)),
        # bare carbon keeps some 20 uF/cm2
        capacitance_f_per_cm2=2e-5 + share * _CAPACITANCE_F_PER_CM2 * math.exp(rng.normal(0, 0.4)),
        leak_s_per_cm2=2e-5 * math.exp(rng.normal(0, 0.5)),
        leak_offset_a_per_cm2=rng.normal(0, 5e-6),
        wave_c_per_cm2=share * 8e-3 * math.exp(rng.normal(0, 0.6)),
        wave_v=rng.normal(1.40, 0.025),
        reference_error_v=rng.normal(0, _REFERENCE_SD_V),
    )


def simulate_voltammogram(
    overpotential_v: float,
    *,
    loading_mg_per_cm2: float,
    potential_from_v: float,
    potential_to_v: float,
    scan_rate_v_per_s: float,
    rng: np.random.Generator,
    nominal_loading_mg_per_cm2: float = NOMINAL_LOADING_MG_PER_CM2,
) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
    """One sweep on a fresh electrode.

    Args:
        overpotential_v: the vial's true overpotential at 10 mA/cm2 and nominal loading.
        loading_mg_per_cm2: dry catalyst truly on the electrode; 0 gives the bare electrode.
        potential_from_v, potential_to_v: applied potential against RHE, iR drop included.
        scan_rate_v_per_s: magnitude.
        nominal_loading_mg_per_cm2: the loading the recipe should give, where the caller knows it.

    Returns:
        Columns ``potential_v`` (applied, against RHE), ``current_a``, ``time_s``, equally long; and the metadata that
        the station reports: electrode area, series resistance as its impedance measurement gave it (with error), the
        standard uncertainties it is qualified for, and what ended the sweep. Never the figure of merit.

    Raises:
        InputError: a parameter is no number or out of its range.
    """
    _check(overpotential_v, loading_mg_per_cm2, potential_from_v, potential_to_v, scan_rate_v_per_s)
    if not nominal_loading_mg_per_cm2 > 0:
        raise InputError("must be above 0", key="nominal_loading_mg_per_cm2", value=nominal_loading_mg_per_cm2)
    electrode = draw_electrode(overpotential_v, loading_mg_per_cm2, nominal_loading_mg_per_cm2, rng)
    applied, time = _staircase(potential_from_v, potential_to_v, scan_rate_v_per_s)
    # The reference electrode is off by a little: the cell sees another potential than the one written down.
    clean = _with_ohmic_drop(
        electrode, applied + electrode.reference_error_v, math.copysign(scan_rate_v_per_s, applied[-1] - applied[0])
    )
    current = _recorded_current(clean, time, electrode.area_cm2, rng)
    potential = applied + rng.normal(0, 1e-4, applied.size)
    potential = np.round(potential / (10 / 2**16)) * (10 / 2**16)  # 16 bits over +-5 V
    over = np.flatnonzero(current > 1e-3 * _STOP_MA_PER_CM2 * ELECTRODE_AREA_CM2)
    end = int(over[0]) + 1 if over.size else applied.size
    resistance_sd = _RESISTANCE_RELATIVE_SD * electrode.resistance_ohm
    metadata = {
        "electrode_area_cm2": ELECTRODE_AREA_CM2,
        "electrode_area_sd_cm2": _AREA_SD_CM2,
        "electrolyte": "1 mol/L KOH",
        "temperature_k": TEMPERATURE_K,
        "reference": "RHE",
        "reference_sd_v": _REFERENCE_SD_V,
        "repeatability_sd_v": _REPEATABILITY_SD_V,
        "resistance_ohm": round(electrode.resistance_ohm + rng.normal(0, resistance_sd), 3),
        "resistance_sd_ohm": round(resistance_sd, 3),
        "scan_rate_v_per_s": scan_rate_v_per_s,
        "nominal_loading_mg_per_cm2": nominal_loading_mg_per_cm2,
        "ended_by": "current limit" if over.size else "end of the sweep",
    }
    return {"potential_v": potential[:end], "current_a": current[:end], "time_s": time[:end]}, metadata


def _check(overpotential_v: float, loading: float, start_v: float, end_v: float, rate: float) -> None:
    if not 0 < overpotential_v < 3:
        raise InputError("must lie between 0 and 3 V", key="overpotential_v", value=overpotential_v)
    if not 0 <= loading < math.inf:
        raise InputError("must be 0 or more", key="loading_mg_per_cm2", value=loading)
    if not (math.isfinite(start_v) and math.isfinite(end_v)) or abs(end_v - start_v) < 2 * _STEP_V:
        raise InputError(
            "a sweep needs two potentials at least 2 mV apart", key="potential_to_v", value=[start_v, end_v]
        )
    if not 0 < rate < math.inf:
        raise InputError("must be above 0", key="scan_rate_v_per_s", value=rate)


def _staircase(start_v: float, end_v: float, rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = min(_MOST_POINTS, round(abs(end_v - start_v) / _STEP_V) + 1)
    applied = np.linspace(start_v, end_v, points)
    return applied, np.abs(applied - start_v) / rate


def _with_ohmic_drop(electrode: Electrode, applied_v: NDArray[np.float64], rate_v_per_s: float) -> NDArray[np.float64]:
    """The current that satisfies ``applied = E + R i(E)``, in A.

    ``i(E)`` rises with ``E``, so ``applied(E)`` can be tabulated on a fine grid of interface potentials and read
    backwards; no iteration is needed. The table is finer than 0.1 mV.
    """
    low, high = float(applied_v.min()), float(applied_v.max())
    points = int((high - low) / 1e-4) + 2001
    interface = np.linspace(low - 0.1, high + 0.1, min(points, 200_000))
    current = electrode.current_a(interface, rate_v_per_s)
    seen = np.maximum.accumulate(interface + electrode.resistance_ohm * current)
    return np.interp(applied_v, seen, current)


def _recorded_current(
    clean_a: NDArray[np.float64], time_s: NDArray[np.float64], area_cm2: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Bubbles, drift, mains, amplifier noise and the converter on top of the clean current."""
    n, step = clean_a.size, float(time_s[1] - time_s[0])
    # Bubbles cover and leave the film: 1 % of the current, remembered for about 2 s.
    memory = math.exp(-step / 2.0)
    bubbles = autoregressive(rng.normal(0, 0.01 * math.sqrt(1 - memory**2), n), memory, rng.normal(0, 0.01))
    drift = np.cumsum(rng.normal(0, 1e-7 * math.sqrt(step), n)) * area_cm2
    # The converter averages whole mains cycles; what is left beats with the sampling.
    mains_hz = 50 + rng.normal(0, 0.02)
    mains = 5e-7 * np.sin(2 * math.pi * mains_hz * time_s + rng.uniform(0, 2 * math.pi))
    noisy = clean_a * (1 + bubbles) + drift + mains + rng.normal(0, 1e-6, n) * (0.3 + np.abs(clean_a) / 2e-3)
    # Four ranges of 16 bits, switched by the current itself.
    full_scale = np.select([np.abs(noisy) < 1e-4, np.abs(noisy) < 1e-3, np.abs(noisy) < 1e-2], [1e-4, 1e-3, 1e-2], 1e-1)
    bit = 2 * full_scale / 2**16
    return np.round(noisy / bit) * bit
