"""What UV-vis and fluorescence share: the cell and the grid of wavelengths."""

from __future__ import annotations

import numpy as np

from .._dyes import Floats
from .._photophysics import absorbance, scattering
from .._vial import Vial

PATH_CM = 1.0


def extinction(vial: Vial, wavelength_nm: Floats) -> Floats:
    """True decadic absorbance and scattering over 1 cm."""
    return absorbance(vial, wavelength_nm) + scattering(vial, wavelength_nm)


def grid_nm(low_m: float, high_m: float) -> Floats:
    """One point for each nanometre."""
    low, high = sorted((1e9 * low_m, 1e9 * high_m))
    return np.arange(low, high + 0.5, 1.0)
