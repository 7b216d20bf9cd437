"""Overpotential and Tafel slope from a linear sweep voltammogram of an oxygen-evolution electrode."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: O2/H2O against RHE at 25 degC
EQUILIBRIUM_V = 1.229
_FEWEST_POINTS = 40
#: the local fit takes currents within this factor of the one asked for
_WINDOW = 2.5
_TAFEL_WINDOW = (0.1, 1.0)  # of the current asked for: below it the wave, above it transport
#: the baseline is fitted where the current is below this share of the one asked for
_BASELINE_SHARE = 0.03


@frozen
class VoltammogramResult:
    """What one curve gave. NaN where it could not be found; ``problem`` then says why.

    ``overpotential_v`` is ``E - iR - 1.229 V`` at the current density asked for, baseline removed, with one standard
    uncertainty that combines fit, resistance, area, reference, and the electrode-to-electrode scatter for which the
    station is qualified. ``capacitance_f`` is the baseline over the scan rate.
    """

    overpotential_v: float = math.nan
    uncertainty_v: float = math.nan
    tafel_slope_v_per_dec: float = math.nan
    tafel_uncertainty_v_per_dec: float = math.nan
    resistance_ohm: float = math.nan
    capacitance_f: float = math.nan
    problem: str = ""


def analyse_voltammogram(
    columns: Mapping[str, Floats], metadata: Mapping[str, Any], *, current_density_a_per_m2: float = 100.0
) -> VoltammogramResult:
    """The overpotential at a current density (default 10 mA/cm2).

    Args:
        columns: ``potential_v`` (applied, against RHE) and ``current_a``, equally long.
        metadata: ``electrode_area_cm2``, ``resistance_ohm``; where known ``resistance_sd_ohm``,
            ``electrode_area_sd_cm2``, ``reference_sd_v``, ``repeatability_sd_v``, ``scan_rate_v_per_s``.

    The ohmic drop is removed in full with the resistance that the impedance measurement gave (as benchmarking
    protocols do, McCrory et al., J. Am. Chem. Soc. 2013, 135, 16977), the capacitive and leakage current by its level
    below the onset; then the potential is read from a local quadratic in the logarithm of the current
    rather than from single points, since bubbles make neighbouring points err together. Uncertainties add in
    quadrature (GUM, JCGM 100:2008); that of the fit counts correlated points by their lag-one correlation.
    """
    prepared = _prepare(columns, metadata)
    if isinstance(prepared, str):
        return VoltammogramResult(problem=prepared)
    potential, current, area_m2, resistance = prepared
    wanted = current_density_a_per_m2 * area_m2
    if current.max() < wanted:
        reached = current.max() / area_m2 / 10
        return VoltammogramResult(
            resistance_ohm=resistance,
            problem=f"never reached {current_density_a_per_m2 / 10:g} mA/cm2 (highest {reached:.2g} mA/cm2)",
        )
    free = potential - current * resistance
    offset, baseline_sd = _baseline(free, current, wanted)
    catalytic = current - offset
    fit = _crossing(free, catalytic, wanted)
    if isinstance(fit, str):
        return VoltammogramResult(resistance_ohm=resistance, problem=fit)
    at_v, fit_sd, local_v_per_dec = fit
    per_unit = local_v_per_dec / math.log(10)  # V per relative change of the current
    parts = (
        fit_sd,
        wanted * _number(metadata, "resistance_sd_ohm", 0.05 * resistance),
        per_unit * _number(metadata, "electrode_area_sd_cm2", 0.0) / (area_m2 * 1e4),
        per_unit * baseline_sd / wanted,
        _number(metadata, "reference_sd_v", 0.0),
        _number(metadata, "repeatability_sd_v", 0.0),
    )
    tafel, tafel_sd = _tafel(free, catalytic, wanted)
    rate = _number(metadata, "scan_rate_v_per_s", math.nan)
    return VoltammogramResult(
        overpotential_v=at_v - EQUILIBRIUM_V,
        uncertainty_v=math.sqrt(sum(p * p for p in parts)),
        tafel_slope_v_per_dec=tafel,
        tafel_uncertainty_v_per_dec=tafel_sd,
        resistance_ohm=resistance,
        capacitance_f=offset / rate if rate > 0 else math.nan,
    )


def _number(metadata: Mapping[str, Any], name: str, default: float) -> float:
    value = metadata.get(name, default)
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(value) if good else default


def _prepare(columns: Mapping[str, Floats], metadata: Mapping[str, Any]) -> tuple[Floats, Floats, float, float] | str:
    """Potential and current of the rising sweep, area (m2) and resistance; or what is wrong with the data."""
    try:
        potential = np.asarray(columns["potential_v"], dtype=float)
        current = np.asarray(columns["current_a"], dtype=float)
    except KeyError as error:
        return f"the signal has no column {error}"
    except (TypeError, ValueError):
        return "the signal holds something else than numbers"
    if potential.ndim != 1 or potential.shape != current.shape:
        return "potential and current differ in length"
    area, resistance = _number(metadata, "electrode_area_cm2", math.nan), _number(metadata, "resistance_ohm", math.nan)
    if not area > 0:
        return "the electrode area is missing"
    if math.isnan(resistance):
        return "the series resistance is missing"
    good = np.isfinite(potential) & np.isfinite(current)
    if good.sum() < 0.9 * good.size:
        return f"{good.size - int(good.sum())} of {good.size} points are no numbers"
    potential, current = potential[good], current[good]
    if potential.size < _FEWEST_POINTS:
        return f"only {potential.size} points; at least {_FEWEST_POINTS} are needed"
    if np.any(np.abs(current) > 1e3) or np.any(np.abs(potential) > 10):
        return "implausible values: more than 1000 A or 10 V"
    turn = int(potential.argmax()) + 1  # a cyclic sweep: its rising half
    potential, current = potential[:turn], current[:turn]
    if potential.size < _FEWEST_POINTS or np.ptp(potential) < 0.05:
        return "no rising sweep of at least 50 mV"
    steps = np.diff(potential)
    if np.mean(steps > -2e-3) < 0.98:
        return "the potential does not rise steadily"
    if np.ptp(current) == 0:
        return "the current is constant: electrode not connected?"
    return potential, current, area * 1e-4, resistance


def _baseline(free: Floats, current: Floats, wanted: float) -> tuple[float, float]:
    """Capacitive and leakage current below the onset, and how far it may be off where it is used; A.

    The median of the lower half of the currents there: the oxidation wave of the catalyst only adds to the upper half.
    A straight line, extrapolated over the wave to the current asked for, errs by more than it corrects.
    """
    above = np.flatnonzero(current > _BASELINE_SHARE * wanted)
    onset = int(above[0]) if above.size else 0
    below = current[:onset]
    if onset < 20 or np.ptp(free[:onset]) < 0.02:
        return 0.0, _BASELINE_SHARE * wanted
    lower = below[below <= np.median(below)]
    level = float(np.median(lower))
    return level, max(float(np.ptp(lower)), 0.002 * wanted)


def _crossing(free: Floats, catalytic: Floats, wanted: float) -> tuple[float, float, float] | str:
    """Potential (V) at which the catalytic current is ``wanted``, its standard error, and the local slope (V/dec)."""
    inside = (catalytic > wanted / _WINDOW) & (catalytic < wanted * _WINDOW)
    if inside.sum() < 8:
        return f"only {int(inside.sum())} points near the current asked for"
    x = np.log10(catalytic[inside] / wanted)
    y = free[inside]
    if not x.min() < 0 < x.max():
        return "the curve ends before the current asked for is passed"
    degree = 2 if inside.sum() >= 20 else 1
    design = np.vander(x, degree + 1, increasing=True)
    solution, *_ = np.linalg.lstsq(design, y, rcond=None)
    rest = y - design @ solution
    if solution[1] <= 0:
        return "the current does not rise with the potential there"
    freedom = max(1, x.size - degree - 1)
    variance = float(rest @ rest) / freedom
    lag = float(rest[1:] @ rest[:-1] / max(float(rest @ rest), 1e-300))
    lag = min(max(lag, 0.0), 0.98)
    inflation = (1 + lag) / (1 - lag)  # fewer independent points than points (AR(1))
    covariance = np.linalg.inv(design.T @ design) * variance * inflation
    return float(solution[0]), math.sqrt(float(covariance[0, 0])), float(solution[1])


def _tafel(free: Floats, catalytic: Floats, wanted: float) -> tuple[float, float]:
    low, high = (share * wanted for share in _TAFEL_WINDOW)
    inside = (catalytic > low) & (catalytic < high)
    if inside.sum() < 8:
        return math.nan, math.nan
    x, y = np.log10(catalytic[inside]), free[inside]
    line, covariance = np.polyfit(x, y, 1, cov=True)
    return float(line[0]), math.sqrt(float(covariance[0, 0]))
