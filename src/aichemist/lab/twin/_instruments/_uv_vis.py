"""Absorption spectrum: Beer-Lambert, stray light, shot noise, errors of path, wavelength and baseline.

All figures of the instrument are assumptions: those of a bench photometer in good order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ...drivers import Signal
from .._act import Act
from .._dyes import Floats
from .._vial import Vial
from ._optical import PATH_CM, extinction, grid_nm

_STRAY_LIGHT = 5e-4
_PHOTONS = 4e6  # in the blank, for each point: 0.2 mAU of noise
_DARK = 1e-4  # standard deviation of the detector's dark signal, share of the blank
_BASELINE_SD = 2e-3
_WAVELENGTH_SD_NM = 0.2
_PATH_SD_RELATIVE = 0.003


@frozen
class Photometer:
    """The true errors of one instrument."""

    baseline: float
    wavelength_nm: float
    path_relative: float


def draw_photometer(rng: np.random.Generator) -> Photometer:
    baseline, wavelength, path = rng.normal(0.0, 1.0, 3) * (_BASELINE_SD, _WAVELENGTH_SD_NM, _PATH_SD_RELATIVE)
    return Photometer(float(baseline), float(wavelength), float(path))


def spectrum(
    vial: Vial, wavelength: Floats, photometer: Photometer, rng: np.random.Generator
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Columns and metadata of one absorption spectrum."""
    true = extinction(vial, wavelength + photometer.wavelength_nm) * (1 + photometer.path_relative)
    light = (10**-true + _STRAY_LIGHT) / (1 + _STRAY_LIGHT)
    counted = rng.poisson(light * _PHOTONS) / _PHOTONS + rng.normal(0.0, _DARK, wavelength.size)
    seen = -np.log10(np.maximum(counted, 1e-6)) + photometer.baseline
    metadata = {
        "path_cm": PATH_CM, "path_sd_relative": _PATH_SD_RELATIVE, "wavelength_sd_nm": _WAVELENGTH_SD_NM,
        "baseline_sd": _BASELINE_SD, "points": int(wavelength.size),
    }  # fmt: skip
    return {"wavelength_nm": wavelength, "absorbance": seen}, metadata


def measure(vial: Vial, act: Act) -> Signal:
    wavelength = grid_nm(act.parameters["wavelength_from_m"], act.parameters["wavelength_to_m"])
    columns, metadata = spectrum(vial, wavelength, draw_photometer(act.bias_rng("lamp")), act.rng("uv_vis"))
    return Signal(vial.sample, "absorption_spectrum", columns, {**metadata, "station": act.station.name})
