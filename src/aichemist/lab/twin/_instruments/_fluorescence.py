"""Emission spectrum at right angles: inner filter of the true geometry, response, scatter, Raman band, shot noise.

The middle of the beam is seen through a window: the exciting light is weakened before it and the emitted light after it
(Lakowicz, Principles of Fluorescence Spectroscopy, ch. 2). Light falls with the square of the refractive index.
The station measures a cell of water at the same settings beside every sample (``blank_counts``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...drivers import Signal
from .._act import Act
from .._dyes import Floats
from .._photophysics import absorbance, emission, ethanol_fraction, refractive_index, scattering
from .._vial import Vial
from . import _fluorimeter as device
from ._fluorimeter import Fluorimeter
from ._optical import PATH_CM, extinction, grid_nm


def spectrum(
    vial: Vial, excitation_nm: float, wavelength: Floats, fluorimeter: Fluorimeter, rng: np.random.Generator
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Columns and metadata of one emission spectrum."""
    at_nm = excitation_nm + fluorimeter.excitation_nm
    at = np.array([at_nm])
    true_nm = wavelength + fluorimeter.wavelength_nm
    out = 10 ** (-extinction(vial, true_nm) * PATH_CM * fluorimeter.depth_cm)
    taken_out, absorbed = float(extinction(vial, at)[0]), float(absorbance(vial, at)[0])
    excited = fluorimeter.sees(taken_out) * absorbed / taken_out if taken_out > 0 else 0.0
    lamp = 1 + rng.normal(0.0, device.LAMP_SD)
    scale = device.COUNTS * lamp * excited / refractive_index(vial) ** 2
    light = scale * emission(vial, at_nm, true_nm) * out * fluorimeter.true_response(true_nm)
    cloud = float(scattering(vial, at)[0])
    solvent = device.empty(at_nm, true_nm, 1 - ethanol_fraction(vial), cloud) - device.DARK_COUNTS
    dimmed = solvent * 10 ** (-taken_out * PATH_CM / 2) * out
    counts = rng.poisson(light + dimmed + device.DARK_COUNTS).astype(float)
    blank = rng.poisson(device.empty(at_nm, true_nm, 1.0, 0.0)).astype(float)
    columns = {
        "wavelength_nm": wavelength,
        "intensity_counts": np.minimum(counts, device.SATURATION_COUNTS),
        "blank_counts": blank,
    }
    return columns, {**device.metadata(fluorimeter, excitation_nm), "points": int(wavelength.size)}


def measure(vial: Vial, act: Act) -> Signal:
    p = act.parameters
    wavelength = grid_nm(p["wavelength_from_m"], p["wavelength_to_m"])
    fluorimeter = device.draw_fluorimeter(act.bias_rng("fluorimeter"))
    columns, metadata = spectrum(vial, 1e9 * float(p["excitation_m"]), wavelength, fluorimeter, act.rng("fluorescence"))
    return Signal(vial.sample, "emission_spectrum", columns, {**metadata, "station": act.station.name})
