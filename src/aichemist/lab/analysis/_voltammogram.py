"""Overpotential and Tafel slope from a linear sweep voltammogram of an oxygen-evolution electrode."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ._background import Background, fit_background

Floats = NDArray[np.float64]

#: O2/H2O against RHE at 25 degC
EQUILIBRIUM_V = 1.229
_FEWEST_POINTS = 40
#: the local fit takes currents within this factor of the one asked for
_WINDOW = 2.5
_TAFEL_WINDOW = (0.1, 1.0)  # of the current asked for: below it the wave, above it transport
#: the curve is not trusted when its points scatter by more than this about the local fit (decades of current); bubbles
#: make some 0.005
_MOST_SCATTER = 0.03
#: ... or when the local slope is none that oxygen evolution has (V/dec; 30 to 120 mV/dec are usual, McCrory 2013)
_SLOPES = (0.015, 0.25)
#: ... or when the background takes more than this share of the current asked for
_MOST_BACKGROUND = 0.3
#: ... or below this: the best oxides need about 0.2 V at 10 mA/cm2; less is the wave, or a reference gone wrong
_LEAST_OVERPOTENTIAL_V = 0.15
#: so far before the fit the current must not have been higher already
_LOOK_BACK_V = 0.02
#: a wave so close to the passing is no wave of the catalyst; a film that comes off leaves such a hump
_WAVE_APART_V = 0.07
#: error of the current that all points of the window share: bubbles slower than the window, calibration (assumption)
_SHARED_ERROR = 0.01
#: the slope over a decade is that of kinetics and of a limiting current not resolved here (assumption)
_TRANSPORT_ERROR = 0.015
#: equal readings in a row at the very top mean that the amplifier is at its end
_CLIPPED_RUN = 5


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
    protocols do, McCrory et al., J. Am. Chem. Soc. 2013, 135, 16977), then charging, leakage and the oxidation wave of
    the catalyst as :func:`fit_background` finds them; then the potential is read from a local quadratic in the
    logarithm of the current rather than from single points, since bubbles make neighbouring points err together.
    Uncertainties add in quadrature (GUM, JCGM 100:2008); that of the fit counts correlated points by their lag-one
    correlation. A curve that scatters, clips, falls again or rises otherwise than by kinetics is refused with a reason.

    Raises:
        InputError: ``current_density_a_per_m2`` is not above 0. Bad data never raise.
    """
    if not 0 < current_density_a_per_m2 < math.inf:
        raise InputError("must be above 0", key="current_density_a_per_m2", value=current_density_a_per_m2)
    prepared = _prepare(columns, metadata)
    if isinstance(prepared, str):
        return VoltammogramResult(problem=prepared)
    potential, current, area_m2, resistance = prepared
    wanted = current_density_a_per_m2 * area_m2
    asked = f"{current_density_a_per_m2 / 10:g} mA/cm2"

    def refused(problem: str) -> VoltammogramResult:
        return VoltammogramResult(resistance_ohm=resistance, problem=problem)

    passing = _last_passing(current, wanted)
    if isinstance(passing, str):
        reached = current.max() / area_m2 / 10
        return refused(f"{passing} {asked} (highest {reached:.2g} mA/cm2)")
    free = potential - current * resistance
    background = fit_background(free, current, passing, wanted, resistance)
    if background.wave_a > 0.05 * wanted and background.wave_v > float(free[passing]) - _WAVE_APART_V:
        return refused(f"a hump shortly before {asked}: film lost, or a wave not resolved")
    catalytic = current - background.current_a(free)
    fit = _crossing(free, catalytic, passing, wanted)
    if isinstance(fit, str):
        return refused(fit)
    at_v, fit_sd, local_v_per_dec = fit
    taken, taken_sd = background.at(at_v)
    if abs(taken) > _MOST_BACKGROUND * wanted:
        return refused(
            f"the background is {100 * abs(taken) / wanted:.0f} % of the current at {asked}: scan more slowly"
        )
    if at_v - EQUILIBRIUM_V < _LEAST_OVERPOTENTIAL_V:
        return refused(
            f"{asked} at {1e3 * (at_v - EQUILIBRIUM_V):.0f} mV is no oxygen evolution: a wave, or the reference"
        )
    per_unit = local_v_per_dec / math.log(10)  # V per relative change of the current
    resistance_sd = _number(metadata, "resistance_sd_ohm", 0.05 * resistance)
    parts = (
        fit_sd,
        wanted * resistance_sd,
        per_unit * _number(metadata, "electrode_area_sd_cm2", 0.0) / (area_m2 * 1e4),
        per_unit * taken_sd / wanted,
        per_unit * _SHARED_ERROR,
        _number(metadata, "reference_sd_v", 0.0),
        _number(metadata, "repeatability_sd_v", 0.0),
    )
    tafel, tafel_sd = _tafel(free, catalytic, passing, wanted, resistance_sd, taken_sd)
    rate = _number(metadata, "scan_rate_v_per_s", math.nan)
    return VoltammogramResult(
        overpotential_v=at_v - EQUILIBRIUM_V,
        uncertainty_v=math.sqrt(sum(p * p for p in parts)),
        tafel_slope_v_per_dec=tafel,
        tafel_uncertainty_v_per_dec=tafel_sd,
        resistance_ohm=resistance,
        capacitance_f=_capacitance_f(background, rate),
    )


def _capacitance_f(background: Background, rate_v_per_s: float) -> float:
    if background.level_a is None or not rate_v_per_s > 0:
        return math.nan
    return background.level_a / rate_v_per_s


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
        return "potential and current are no two plain columns, or differ in length"
    if str(metadata.get("reference", "RHE")) != "RHE":
        return f"the potential is given against {metadata['reference']}, not RHE"
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
    clipped = _clipped(current)
    return potential[~clipped], current[~clipped], area * 1e-4, resistance


def _clipped(current: Floats) -> NDArray[np.bool_]:
    """Points at the amplifier's end: the highest reading, many times in a row."""
    top = current == current.max()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], top.astype(int), [0]))))
    longest = int((edges[1::2] - edges[::2]).max())
    return top if longest >= _CLIPPED_RUN else np.zeros_like(top)


def _last_passing(current: Floats, wanted: float) -> int | str:
    """Index of the last point below ``wanted``, single outliers aside; the curve must stay above from there on."""
    from scipy.ndimage import median_filter

    smooth = median_filter(current, size=5, mode="nearest")
    below = np.flatnonzero(smooth < wanted)
    if not below.size:
        return "at the first point already the current is above"
    if smooth.max() < wanted:
        return "never reached"
    last = int(below[-1])
    if last >= current.size - 3:
        # Either it had been there and fell (film lost), or it comes to the end of the sweep just there.
        if smooth[:last].max() > 1.1 * wanted:
            return "the current fell again (film lost?) after it had reached"
        return "the sweep ends, or the amplifier clips, just where it reaches"
    return last


def _around(catalytic: Floats, passing: int, low: float, high: float) -> slice:
    """The unbroken stretch of points about ``passing`` whose current lies within the limits.

    Going down it ends where the current turns up again, which is the oxidation wave.
    """
    from scipy.ndimage import median_filter

    smooth = median_filter(catalytic, size=5, mode="nearest")
    begin, lowest = passing, float(smooth[passing])
    while begin > 0 and smooth[begin - 1] > low and smooth[begin - 1] < 1.2 * lowest:
        begin -= 1
        lowest = min(lowest, float(smooth[begin]))
    above = np.flatnonzero(smooth[passing:] > high)
    end = passing + (int(above[0]) if above.size else catalytic.size - passing)
    return slice(begin, end)


def _crossing(free: Floats, catalytic: Floats, passing: int, wanted: float) -> tuple[float, float, float] | str:
    """Potential (V) at which the catalytic current is ``wanted``, its standard error, and the local slope (V/dec)."""
    window = _around(catalytic, passing, wanted / _WINDOW, wanted * _WINDOW)
    near = catalytic[: window.start][free[: window.start] > free[window.start] - _LOOK_BACK_V]
    # Five points, so that single outliers do not count.
    if near.size >= 5 and float(np.sort(near)[-5]) > 1.3 * wanted / _WINDOW:
        return "the current drops shortly before it gets there: film lost, or a wave not resolved"
    kept = catalytic[window] > 0
    x, y = np.log10(catalytic[window][kept] / wanted), free[window][kept]
    if x.size < 8:
        return f"only {x.size} points near the current asked for"
    if not x.min() < 0 < x.max():
        return "the curve ends before the current asked for is passed"
    degree = 2 if x.size >= 20 else 1
    design = np.vander(x, degree + 1, increasing=True)
    solution, *_ = np.linalg.lstsq(design, y, rcond=None)
    slope = float(solution[1])
    if slope <= 0:
        return "the current does not rise with the potential there"
    if not _SLOPES[0] < slope < _SLOPES[1]:
        return f"the slope there, {1e3 * slope:.0f} mV/dec, is none of oxygen evolution: wrong resistance, or a wave"
    rest = y - design @ solution
    scatter = math.sqrt(float(rest @ rest) / max(1, x.size - degree - 1)) / slope
    if scatter > _MOST_SCATTER:
        return f"the current scatters by {100 * (10**scatter - 1):.0f} % near the current asked for"
    covariance = _covariance(design, rest)
    return float(solution[0]), math.sqrt(float(covariance[0, 0])), slope


def _covariance(design: Floats, rest: Floats) -> Floats:
    """Of least-squares coefficients, counting correlated residuals as fewer points (AR(1), lag-one correlation)."""
    freedom = max(1, design.shape[0] - design.shape[1])
    variance = float(rest @ rest) / freedom
    lag = min(max(float(rest[1:] @ rest[:-1] / max(float(rest @ rest), 1e-300)), 0.0), 0.98)
    scaled: Floats = np.linalg.pinv(design.T @ design) * variance * (1 + lag) / (1 - lag)
    return scaled


def _tafel(
    free: Floats, catalytic: Floats, passing: int, wanted: float, resistance_sd: float, background_sd: float
) -> tuple[float, float]:
    """Slope (V/dec) of the decade below ``wanted`` and its standard error; NaN where the decade is not there."""
    low, high = (share * wanted for share in _TAFEL_WINDOW)
    window = _around(catalytic, passing, low, high)
    i, e = catalytic[window], free[window]
    i, e = i[i > 0], e[i > 0]
    if i.size < 12 or np.ptp(np.log10(i)) < 0.5:
        return math.nan, math.nan
    design = np.vander(np.log10(i), 2, increasing=True)

    def slope(x: Floats, y: Floats) -> float:
        return float(np.linalg.lstsq(x, y, rcond=None)[0][1])

    best = slope(design, e)
    if not _SLOPES[0] < best < _SLOPES[1]:
        return math.nan, math.nan
    solution = np.linalg.lstsq(design, e, rcond=None)[0]
    by_fit = math.sqrt(float(_covariance(design, e - design @ solution)[1, 1]))
    by_resistance = slope(design, i * resistance_sd)
    shifted = np.maximum(i + background_sd, 0.1 * low)
    by_background = slope(np.vander(np.log10(shifted), 2, increasing=True), e) - best
    return best, math.hypot(by_fit, by_resistance, by_background, _TRANSPORT_ERROR * best)
