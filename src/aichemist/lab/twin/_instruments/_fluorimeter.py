"""The fluorimeter itself: geometry, response of the detector, reference dyes, and its true errors.

Reference yields: quinine sulfate in 0.5 mol/l H2SO4 0.546 (Melhuish, J. Phys. Chem. 1961, 65, 229; recommended by
Eaton, Pure Appl. Chem. 1988, 60, 1107); fluorescein in 0.1 mol/l NaOH 0.925 +- 0.015 and rhodamine 6G in ethanol
0.95 +- 0.015 (Magde, Wong & Seybold, Photochem. Photobiol. 2002, 75, 327). That the station was qualified with the
reference for every exciting wavelength, and all other figures, are assumptions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen

from .._dyes import Floats

#: counts per nm, were all photons absorbed in the cell seen as one band of unit area with full response
COUNTS = 3e9
DARK_COUNTS = 40.0
SATURATION_COUNTS = 5e6
#: the stretch of the exciting beam that the detector sees, and the way of the light out of the cell
WINDOW_CM = (0.35, 0.65)
DEPTH_CM = 0.5
GEOMETRY_SD_CM = 0.01
WAVELENGTH_SD_NM = 0.3
RESPONSE_SD = 0.015
LAMP_SD = 0.005
_REFERENCE_ABSORBANCE = 0.05
_REFERENCE_ABSORBANCE_SD = 0.0005
_RESPONSE_NM = np.arange(300.0, 901.0, 25.0)


@frozen
class Reference:
    """A standard: exciting wavelengths it serves, yield with standard uncertainty, where it emits, solvent's index."""

    name: str
    from_nm: float
    to_nm: float
    quantum_yield: float
    quantum_yield_sd: float
    emission_nm: float
    emission_sd_nm: float
    refractive_index: float


REFERENCES = (
    Reference("quinine sulfate in 0.5 mol/l sulfuric acid", 300.0, 395.0, 0.546, 0.02, 455.0, 35.0, 1.338),
    Reference("fluorescein in 0.1 mol/l sodium hydroxide", 395.0, 505.0, 0.925, 0.015, 517.0, 18.0, 1.334),
    Reference("rhodamine 6G in ethanol", 505.0, 545.0, 0.95, 0.015, 556.0, 18.0, 1.361),
)


@frozen
class Fluorimeter:
    """The true errors of one instrument, among them that of the yields which the literature gives for references."""

    wavelength_nm: float
    excitation_nm: float
    window_cm: tuple[float, float]
    depth_cm: float
    response: tuple[float, float]
    reference: float

    def sees(self, extinction: float) -> float:
        """Share of the exciting light that is taken out within the window."""
        return float(10 ** (-extinction * self.window_cm[0]) - 10 ** (-extinction * self.window_cm[1]))

    def true_response(self, wavelength_nm: Floats) -> Floats:
        """What the detector really does: the known curve and a slow error."""
        x = (wavelength_nm - 550.0) / 200.0
        return nominal_response(wavelength_nm) * self.error(x)

    def error(self, x: Floats) -> Floats:
        slow: Floats = 1 + self.response[0] * x + self.response[1] * (1.5 * x**2 - 0.5)
        return np.maximum(slow, 0.5)


def draw_fluorimeter(rng: np.random.Generator) -> Fluorimeter:
    z = rng.normal(0.0, 1.0, 8)
    return Fluorimeter(
        wavelength_nm=WAVELENGTH_SD_NM * float(z[0]),
        excitation_nm=WAVELENGTH_SD_NM * float(z[1]),
        window_cm=(WINDOW_CM[0] + GEOMETRY_SD_CM * float(z[2]), WINDOW_CM[1] + GEOMETRY_SD_CM * float(z[3])),
        depth_cm=DEPTH_CM + GEOMETRY_SD_CM * float(z[4]),
        response=(RESPONSE_SD * float(z[5]) / math.sqrt(2), RESPONSE_SD * float(z[6]) / math.sqrt(2)),
        reference=float(z[7]),
    )


def nominal_response(wavelength_nm: Floats) -> Floats:
    """A multiplier with a grating: best about 450 nm, weak in the red."""
    rise = 1 / (1 + np.exp(-(wavelength_nm - 310.0) / 25.0))
    fall: Floats = rise * np.exp(-0.5 * ((wavelength_nm - 430.0) / 190.0) ** 2)
    return fall


def metadata(fluorimeter: Fluorimeter, excitation_nm: float) -> dict[str, Any]:
    """What the instrument states about itself, the run of its reference dye included where there is one."""
    known: dict[str, Any] = {
        "excitation_nm": excitation_nm,
        "path_cm": 1.0,
        "window_cm": list(WINDOW_CM),
        "depth_cm": DEPTH_CM,
        "geometry_sd_cm": GEOMETRY_SD_CM,
        "wavelength_sd_nm": WAVELENGTH_SD_NM,
        "dark_counts": DARK_COUNTS,
        "saturation_counts": SATURATION_COUNTS,
        "response_nm": _RESPONSE_NM.tolist(),
        "response": [round(float(r), 6) for r in nominal_response(_RESPONSE_NM)],
        "response_sd": RESPONSE_SD,
        "lamp_sd_relative": LAMP_SD,
    }
    reference = next((r for r in REFERENCES if r.from_nm <= excitation_nm < r.to_nm), None)
    if reference is None:
        return known
    light = np.arange(reference.emission_nm - 200, reference.emission_nm + 200)
    band = np.exp(-0.5 * ((light - reference.emission_nm) / reference.emission_sd_nm) ** 2)
    error = float((band * fluorimeter.error((light - 550.0) / 200.0)).sum() / band.sum())
    true_yield = reference.quantum_yield + reference.quantum_yield_sd * fluorimeter.reference
    counts = COUNTS * fluorimeter.sees(_REFERENCE_ABSORBANCE) * true_yield * error / reference.refractive_index**2
    return known | {
        "reference": reference.name,
        "reference_yield": reference.quantum_yield,
        "reference_yield_sd": reference.quantum_yield_sd,
        "reference_absorbance": _REFERENCE_ABSORBANCE,
        "reference_absorbance_sd": _REFERENCE_ABSORBANCE_SD,
        "reference_counts_nm": counts,  # integral over wavelength, corrected for response and dark counts
        "reference_emission_nm": reference.emission_nm,
        "reference_refractive_index": reference.refractive_index,
    }


def empty(excitation_nm: float, wavelength_nm: Floats, water: float, scattering: float) -> Floats:
    """Counts per nm without any dye: dark, exciting light scattered, and the Raman band of water at 3400 per cm."""
    raman_nm = 1e7 / (1e7 / excitation_nm - 3400.0) if excitation_nm < 2500 else math.inf
    counts = np.full(wavelength_nm.size, DARK_COUNTS)
    counts += 5e3 * (1 + 2000 * scattering) * np.exp(-0.5 * ((wavelength_nm - excitation_nm) / 3.0) ** 2)
    counts += 1e3 * water * np.exp(-0.5 * ((wavelength_nm - raman_nm) / 7.0) ** 2)
    return counts
