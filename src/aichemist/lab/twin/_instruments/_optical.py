"""Species that absorb or emit light, in Gaussian bands, and the absorbance of a vial's liquid.

Band positions and molar absorption coefficients of the dyes: PhotochemCAD (Du et al., Photochem. Photobiol. 1998, 68,
141); of the aqua ions and nitrate: rounded textbook values. One Gaussian for a band and the widths: illustrative.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from .._vial import Vial, mass_kg

PATH_CM = 1.0


@frozen
class Band:
    """Maximum and standard deviation in nm; height in l/(mol cm) for absorption, 1 for emission."""

    centre_nm: float
    sd_nm: float
    height: float


ABSORPTION = {
    "Co": (Band(511.0, 30.0, 4.8),),
    "Ni": (Band(395.0, 22.0, 5.1), Band(720.0, 60.0, 2.1)),
    "NO3": (Band(301.0, 15.0, 7.2),),
    "C20H12O5": (Band(500.0, 18.0, 92_300.0),),  # fluorescein, basic ethanol
    "C28H31ClN2O3": (Band(543.0, 17.0, 106_000.0),),  # rhodamine B, ethanol
}

#: (emission band, quantum yield): fluorescein in base 0.95, rhodamine B in ethanol about 0.5 (rounded)
EMISSION = {
    "C20H12O5": (Band(520.0, 18.0, 1.0), 0.95),
    "C28H31ClN2O3": (Band(568.0, 18.0, 1.0), 0.5),
}

_TURBIDITY_L_PER_KG_CM = 200.0  # suspended solid at 500 nm, falls as the fourth power of the wavelength; illustrative


def shape(band: Band, wavelength_nm: NDArray[np.float64]) -> NDArray[np.float64]:
    return band.height * np.exp(-0.5 * ((wavelength_nm - band.centre_nm) / band.sd_nm) ** 2)


def absorbance(vial: Vial, wavelength_nm: NDArray[np.float64], *, only: str | None = None) -> NDArray[np.float64]:
    """True decadic absorbance over 1 cm, of all species or of one (Beer-Lambert); scattering counted in the total."""
    total = np.zeros_like(wavelength_nm)
    if vial.volume_l <= 0:
        return total
    for species, bands in ABSORPTION.items():
        if only not in (None, species):
            continue
        molar = vial.dissolved.get(species, 0.0) / vial.volume_l
        for band in bands:
            total += molar * PATH_CM * shape(band, wavelength_nm)
    if only is None:
        cloud = mass_kg(vial.solid) * vial.suspended / vial.volume_l
        total += cloud * _TURBIDITY_L_PER_KG_CM * PATH_CM * (500.0 / wavelength_nm) ** 4
    return total


def grid_nm(low_m: float, high_m: float) -> NDArray[np.float64]:
    """One point for each nanometre."""
    low, high = sorted((1e9 * low_m, 1e9 * high_m))
    return np.arange(low, high + 0.5, 1.0)
