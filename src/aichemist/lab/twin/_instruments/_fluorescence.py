"""Emission spectrum at right angles, with the inner-filter effect of the middle of the cell and shot noise."""

from __future__ import annotations

import numpy as np

from ...drivers import Signal
from .._act import Act
from .._vial import Vial
from ._optical import EMISSION, PATH_CM, absorbance, grid_nm, shape

_COUNTS = 1e6  # counts per nm at the maximum when every exciting photon comes back as one band of unit height
_DARK_COUNTS = 40.0
_SCATTER_COUNTS = 5e3
_SLIT_SD_NM = 3.0


def measure(vial: Vial, act: Act) -> Signal:
    rng = act.rng("fluorescence")
    p = act.parameters
    wavelength = grid_nm(p["wavelength_from_m"], p["wavelength_to_m"])
    excitation_nm = 1e9 * float(p["excitation_m"])
    at_excitation = np.array([excitation_nm])
    total = float(absorbance(vial, at_excitation)[0])
    out = 10 ** (-absorbance(vial, wavelength) * PATH_CM / 2)  # reabsorbed on the way to the window
    expected = np.full(wavelength.size, _DARK_COUNTS)
    expected += _SCATTER_COUNTS * np.exp(-0.5 * ((wavelength - excitation_nm) / _SLIT_SD_NM) ** 2)
    for species, (band, quantum_yield) in EMISSION.items():
        own = float(absorbance(vial, at_excitation, only=species)[0])
        if own <= 0:
            continue
        absorbed = (1 - 10**-total) * own / total
        expected += _COUNTS * quantum_yield * absorbed * shape(band, wavelength) * out
    columns = {"wavelength_nm": wavelength, "intensity_counts": rng.poisson(expected).astype(float)}
    metadata = {"excitation_nm": excitation_nm, "path_cm": PATH_CM, "station": act.station.name}
    return Signal(vial.sample, "emission_spectrum", columns, metadata)
