"""Absorption spectrum: Beer-Lambert, stray light, shot noise. Stray light and noise are assumptions."""

from __future__ import annotations

import numpy as np

from ...drivers import Signal
from .._act import Act
from .._vial import Vial
from ._optical import PATH_CM, absorbance, grid_nm

_STRAY_LIGHT = 5e-4
_PHOTONS = 1e6  # in the blank, for each point
_DARK = 1e-4  # standard deviation of the detector's dark signal, share of the blank


def measure(vial: Vial, act: Act) -> Signal:
    rng = act.rng("uv_vis")
    wavelength = grid_nm(act.parameters["wavelength_from_m"], act.parameters["wavelength_to_m"])
    light = (10 ** -absorbance(vial, wavelength) + _STRAY_LIGHT) / (1 + _STRAY_LIGHT)
    counted = rng.poisson(light * _PHOTONS) / _PHOTONS + rng.normal(0.0, _DARK, wavelength.size)
    baseline = act.bias_rng("lamp").normal(0.0, 2e-3)
    seen = -np.log10(np.maximum(counted, 1e-6)) + baseline
    columns = {"wavelength_nm": wavelength, "absorbance": seen}
    return Signal(vial.sample, "absorption_spectrum", columns, {"path_cm": PATH_CM, "station": act.station.name})
