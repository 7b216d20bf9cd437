"""Hydrogen from the chromatogram of a headspace: baseline, area of the peak, calibration, gas law.

The amount is that above the liquid: n = x p V / (R T) with the mole fraction x from area and calibration. What is
dissolved is left out (some 0.6 % of it in 5 mL of water under 15 mL of gas, by Henry's law).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: s: how far a peak may stand from its stated place, the least half of what is integrated, the baseline beside it
_MOVE_S, _HALF_S, _BESIDE_S = 5.0, 10.0, 10.0
_WIDTHS = 2.5  # half of what is integrated, in full widths at half height: nearly six standard deviations
_LEAST_POINTS = 12
_LEAST_PEAK = 3.0  # area over its standard error: the detection limit
_NOT_STRAIGHT = 3.0  # scatter about the baseline against that from point to point
_MOST_OXYGEN = 0.10
_SEEN = 1e-3  # mole fraction of another gas that shows that there was an injection
_GAS_CONSTANT = 8.314462618e3  # Pa L / (mol K); CODATA 2018


@frozen
class HydrogenResult:
    """What a chromatogram says; NaN and a reason in ``problem`` where it says nothing.

    ``detection_limit_mol`` is the amount whose area is three standard errors. A vial whose other gases are seen and
    whose hydrogen is not gave none: that is a finding (0 within the noise of the area), not a problem.
    """

    hydrogen_mol: float = math.nan
    uncertainty_mol: float = math.nan
    mole_fraction: float = math.nan
    retention_s: float = math.nan
    detection_limit_mol: float = math.nan
    oxygen_fraction: float = math.nan
    problem: str = ""


class _Bad(Exception):
    """Why a chromatogram cannot be read."""


def analyse_chromatogram(columns: Mapping[str, Any], metadata: Mapping[str, Any]) -> HydrogenResult:
    """Hydrogen in mol with one standard uncertainty, from columns ``time_s`` and ``detector_uv``.

    Metadata: ``calibration_uv_s_per_mole_fraction`` and ``retention_s`` by gas, ``headspace_l``, ``pressure_pa``,
    ``temperature_k`` (default 298.15), ``saturation_uv``, and relative standard uncertainties (``calibration_``,
    ``injection_``, ``headspace_`` and ``pressure_relative_sd``, default 0).
    """
    try:
        return _analyse(columns, metadata)
    except _Bad as bad:
        return HydrogenResult(problem=str(bad))


def _analyse(columns: Mapping[str, Any], metadata: Mapping[str, Any]) -> HydrogenResult:
    time, signal = _column(columns, "time_s"), _column(columns, "detector_uv")
    if time.size != signal.size:
        raise _Bad("the columns differ in length")
    if np.any(np.diff(time) <= 0):
        raise _Bad("the times do not rise")
    retention = _of_gas(metadata, "retention_s", "H2")
    per_fraction = _of_gas(metadata, "calibration_uv_s_per_mole_fraction", "H2")
    mol_per_fraction = (
        _number(metadata, "pressure_pa")
        * _number(metadata, "headspace_l")
        / (_GAS_CONSTANT * _number(metadata, "temperature_k", 298.15))
    )
    full_scale = _number(metadata, "saturation_uv", math.inf)
    area, sd, at = _peak(time, signal, retention, full_scale)
    oxygen = _fraction(time, signal, metadata, "O2")
    limit = _LEAST_PEAK * sd / per_fraction * mol_per_fraction
    if area < _LEAST_PEAK * sd and max(oxygen, _fraction(time, signal, metadata, "N2")) < _SEEN:
        raise _Bad(f"no peak at all: neither hydrogen at {retention:g} s nor another gas; was anything injected?")
    if oxygen > _MOST_OXYGEN:
        raise _Bad(f"the headspace holds {100 * oxygen:.0f} % oxygen: it was not purged, or leaks")
    fraction = area / per_fraction
    if fraction > 1.1:
        raise _Bad(f"a mole fraction of {fraction:.3g} is implausible: calibration or units are wrong")
    amount = max(0.0, fraction) * mol_per_fraction
    names = ("calibration", "injection", "headspace", "pressure")
    shares = [_number(metadata, f"{name}_relative_sd", 0.0, zero=True) for name in names]
    return HydrogenResult(
        hydrogen_mol=amount,
        uncertainty_mol=math.hypot(limit / _LEAST_PEAK, amount * math.hypot(*shares)),
        mole_fraction=fraction,
        retention_s=at,
        detection_limit_mol=limit,
        oxygen_fraction=oxygen,
    )


def _peak(time: Floats, signal: Floats, retention: float, full_scale: float) -> tuple[float, float, float]:
    """Area, its standard error, and where the peak stands."""
    near = np.abs(time - retention) <= _MOVE_S
    if near.sum() < 5:
        raise _Bad(f"the run holds no points at {retention:g} s")
    if signal[near].max() >= full_scale:
        raise _Bad("the detector is saturated at the peak")
    at = float(time[near][np.convolve(signal[near], np.ones(5) / 5, mode="same")[2:-2].argmax() + 2])
    area, sd = _area(time, signal, at, max(_HALF_S, _WIDTHS * min(_full_width(time, signal, at), _HALF_S)))
    if area < 5 * sd:  # a maximum of mere noise is no place: where the peak should be
        at = retention
        area, sd = _area(time, signal, at, _HALF_S)
    return area, sd, at


def _full_width(time: Floats, signal: Floats, at: float) -> float:
    """Full width at half height above the lowest point around; 0 where the height is not reached."""
    around = np.abs(time - at) <= 3 * _HALF_S
    t, y = time[around], signal[around]
    top = int(np.abs(t - at).argmin())
    below = y < (y[top] + y.min()) / 2
    left, right = np.flatnonzero(below[:top]), np.flatnonzero(below[top:])
    if not len(left) or not len(right):
        return 0.0
    return float(t[top + right[0]] - t[left[-1]])


def _area(time: Floats, signal: Floats, at: float, half: float) -> tuple[float, float]:
    """Trapezia above a straight baseline through both sides of the peak."""
    away = np.abs(time - at)
    inside, beside = away <= half, (away > half) & (away <= half + _BESIDE_S)
    if at - half - _BESIDE_S < time[0] - 0.5 or at + half + _BESIDE_S > time[-1] + 0.5:
        raise _Bad(f"the run does not reach {half + _BESIDE_S:.0f} s beyond the peak at {at:.0f} s")
    if min(inside.sum(), (beside & (time < at)).sum(), (beside & (time > at)).sum()) < _LEAST_POINTS:
        raise _Bad("too few points at the peak")
    design = np.vander(time - at, 2, increasing=True)
    x, y = design[beside], signal[beside]
    line, *_ = np.linalg.lstsq(x, y, rcond=None)
    rest = y - x @ line
    noise = math.sqrt(float(rest @ rest) / (len(y) - 2))
    hops = float(np.median(np.abs(np.diff(y)))) / 0.6745 / math.sqrt(2)
    if noise > _NOT_STRAIGHT * max(hops, 1e-3):
        raise _Bad("the baseline beside the peak is not straight: another peak, or a broad one")
    weights = np.gradient(time[inside])
    weights[[0, -1]] /= 2
    area = float(weights @ (signal[inside] - design[inside] @ line))
    of_line = weights @ design[inside]
    covariance = np.linalg.inv(x.T @ x)
    return area, noise * math.sqrt(float(weights @ weights + of_line @ covariance @ of_line))


def _fraction(time: Floats, signal: Floats, metadata: Mapping[str, Any], gas: str) -> float:
    """Mole fraction of another gas, roughly; 0 where it cannot be seen."""
    try:
        area, sd, _ = _peak(time, signal, _of_gas(metadata, "retention_s", gas), math.inf)
        return area / _of_gas(metadata, "calibration_uv_s_per_mole_fraction", gas) if area > 5 * sd else 0.0
    except _Bad:
        return 0.0


def _column(columns: Mapping[str, Any], name: str) -> Floats:
    if name not in columns:
        raise _Bad(f"there is no column {name}")
    try:
        values = np.asarray(columns[name], dtype=float)
    except (TypeError, ValueError):
        raise _Bad(f"{name} holds something else than numbers") from None
    if values.ndim != 1 or values.size < _LEAST_POINTS:
        raise _Bad(f"{name} has too few points")
    if not np.all(np.isfinite(values)):
        raise _Bad(f"{name} holds values that are no numbers")
    return values


def _number(metadata: Mapping[str, Any], name: str, default: float | None = None, *, zero: bool = False) -> float:
    value = metadata.get(name, default)
    if value is None:
        raise _Bad(f"the station does not state {name}")
    good = isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)
    if not good or value < 0 or (value == 0 and not zero):
        raise _Bad(f"{name} = {value!r} is implausible")
    return float(value)


def _of_gas(metadata: Mapping[str, Any], name: str, gas: str) -> float:
    table = metadata.get(name)
    if not isinstance(table, Mapping) or gas not in table:
        raise _Bad(f"the station does not state {name} of {gas}")
    return _number(table, gas)
