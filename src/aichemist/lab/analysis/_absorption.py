"""An absorption spectrum as the analysis of fluorescence needs it: free of baseline, with scattering told apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: in the red, where dyes of the visible do not absorb, nothing is left but baseline and scattering
_RED_NM = 620.0
_FEWEST_RED = 40
_NEAR_NM = 6.0
#: where no red part was measured: standard uncertainty of a baseline that nobody knows
_BLIND_SD = 3e-3


@frozen
class Absorption:
    """A spectrum with its baseline and its scattering ``scatter * (500 nm / wavelength)^4`` (Rayleigh).

    ``covariance`` is that of ``(baseline, scatter)``; ``seen`` is as measured over ``path_cm``, all decadic per cm.
    """

    wavelength_nm: Floats
    seen: Floats
    baseline: float
    scatter: float
    covariance: Floats
    path_sd_relative: float
    wavelength_sd_nm: float

    def extinction(self, wavelength_nm: Floats) -> Floats:
        """Absorbance and scattering per cm, smoothed by a cubic through seven points each."""
        from scipy.signal import savgol_filter

        smooth = savgol_filter(self.seen, 7, 3, mode="interp")
        found: Floats = np.interp(wavelength_nm, self.wavelength_nm, smooth) - self.baseline
        return found

    def scattered(self, wavelength_nm: float) -> float:
        return self.scatter * (500.0 / wavelength_nm) ** 4

    def near(self, wavelength_nm: float) -> tuple[float, float, float]:
        """As measured at one wavelength, its standard error, and the slope per nm: a local parabola."""
        inside = np.abs(self.wavelength_nm - wavelength_nm) <= _NEAR_NM
        x, y = self.wavelength_nm[inside] - wavelength_nm, self.seen[inside]
        design = np.vander(x, 3, increasing=True)
        solution, *_ = np.linalg.lstsq(design, y, rcond=None)
        rest = y - design @ solution
        variance = float(rest @ rest) / max(1, x.size - 3)
        error = math.sqrt(variance * float(np.linalg.pinv(design.T @ design)[0, 0]))
        return float(solution[0]), error, float(solution[1])


def read_absorption(columns: Mapping[str, Floats], metadata: Mapping[str, Any]) -> Absorption | str:
    """The spectrum, or what is wrong with it."""
    pair = two_columns(columns, "wavelength_nm", "absorbance")
    if isinstance(pair, str):
        return f"absorption spectrum: {pair}"
    wavelength, seen = pair
    if np.any(np.abs(seen) > 20) or np.ptp(seen) == 0:
        return "absorption spectrum: implausible values"
    seen = seen / number(metadata, "path_cm", 1.0, above=0.0)
    baseline, scatter, covariance = _red(wavelength, seen, number(metadata, "baseline_sd", _BLIND_SD))
    return Absorption(
        wavelength, seen, baseline, scatter, covariance, number(metadata, "path_sd_relative", 0.005),
        number(metadata, "wavelength_sd_nm", 0.3),
    )  # fmt: skip


def _red(wavelength: Floats, seen: Floats, blind_sd: float) -> tuple[float, float, Floats]:
    red = wavelength >= _RED_NM
    if red.sum() < _FEWEST_RED:
        return 0.0, 0.0, np.diag([blind_sd**2, 0.0])
    design = np.column_stack([np.ones(red.sum()), (500.0 / wavelength[red]) ** 4])
    solution, *_ = np.linalg.lstsq(design, seen[red], rcond=None)
    rest = seen[red] - design @ solution
    variance = float(rest @ rest) / (red.sum() - 2)
    return float(solution[0]), float(solution[1]), np.linalg.pinv(design.T @ design) * variance


def two_columns(columns: Mapping[str, Floats], *names: str) -> tuple[Floats, Floats] | str:
    """A rising wavelength and what belongs to it, finite; or what is wrong."""
    try:
        x, y = (np.asarray(columns[name], dtype=float) for name in names)
    except KeyError as error:
        return f"no column {error}"
    except (TypeError, ValueError):
        return "something else than numbers"
    if x.ndim != 1 or x.shape != y.shape:
        return "columns that are not plain or differ in length"
    if x.size < 40:
        return f"only {x.size} points"
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        return "points that are no numbers"
    if np.any(np.diff(x) <= 0):
        return "wavelengths that do not rise"
    return x, y


def number(metadata: Mapping[str, Any], name: str, default: float, *, above: float = -math.inf) -> float:
    """A finite number of the metadata, else the default."""
    value = metadata.get(name, default)
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > above
    return float(value) if good else default
