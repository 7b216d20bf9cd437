"""Powder diffractogram: Bragg positions of the phases present, Scherrer widths, background, Poisson counts.

Positions follow from lattice parameters; relative intensities are rounded from what powder cards show and the common
scale (mass fraction) is a simplification: both illustrative. K-alpha1 only.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import molar_mass

from ...drivers import Signal
from .._act import Act
from .._vial import Vial

WAVELENGTH_ANGSTROM = 1.5406  # Cu K-alpha1
_SHAPE = 0.9  # Scherrer constant
_CRYSTALLITE_ANGSTROM = {"fresh": 60.0, "calcined": 250.0}
_STEP_DEG = 0.02
_AREA_COUNTS_DEG = 4000.0  # of the strongest line of a pure film
_INSTRUMENT_FWHM_DEG = 0.08
_FULL_FILM_KG = 0.2e-6  # film on the carrier that scatters 63 % of the most it can


@frozen
class Phase:
    """Lattice (angstrom; ``c`` along the unique axis) and (h, k, l, relative intensity) of the main lines."""

    system: str
    a: float
    c: float
    lines: tuple[tuple[int, int, int, float], ...]
    b: float = 0.0
    fresh: bool = True

    def spacing(self, h: int, k: int, l: int) -> float:  # noqa: E741
        if self.system == "cubic":
            inverse = (h * h + k * k + l * l) / self.a**2
        elif self.system == "tetragonal":
            inverse = (h * h + k * k) / self.a**2 + l * l / self.c**2
        elif self.system == "orthorhombic":
            inverse = h * h / self.a**2 + k * k / self.b**2 + l * l / self.c**2
        else:
            inverse = 4 / 3 * (h * h + h * k + k * k) / self.a**2 + l * l / self.c**2
        return 1 / math.sqrt(inverse)


_BRUCITE = ((0, 0, 1, 80.0), (1, 0, 0, 40.0), (1, 0, 1, 100.0), (1, 0, 2, 50.0), (1, 1, 0, 35.0), (1, 1, 1, 25.0))
_SPINEL = (
    (1, 1, 1, 16.0), (2, 2, 0, 34.0), (3, 1, 1, 100.0), (4, 0, 0, 19.0), (5, 1, 1, 29.0), (4, 4, 0, 38.0),
)  # fmt: skip

#: Lattice parameters of the minerals and their pure counterparts as given in the usual compilations (R. W. G. Wyckoff,
#: Crystal Structures; CeO2 is the fluorite standard, 5.411 angstrom). Ce(OH)3 has no entry: it shows no lines here.
PHASES = {
    "Ni(OH)2": Phase("hexagonal", 3.126, 4.605, _BRUCITE),
    "Co(OH)2": Phase("hexagonal", 3.18, 4.65, _BRUCITE),
    "Mn(OH)2": Phase("hexagonal", 3.32, 4.73, _BRUCITE),
    "FeOOH": Phase(  # goethite, Pbnm
        "orthorhombic", 4.608, 3.022, ((1, 1, 0, 100.0), (1, 3, 0, 35.0), (1, 1, 1, 50.0), (1, 4, 0, 20.0)), b=9.956
    ),
    "La(OH)3": Phase(
        "hexagonal", 6.52, 3.86, ((1, 0, 0, 40.0), (1, 1, 0, 40.0), (1, 0, 1, 100.0), (2, 0, 1, 80.0), (3, 0, 0, 25.0))
    ),
    "CeO2": Phase(
        "cubic", 5.411, 5.411,
        ((1, 1, 1, 100.0), (2, 0, 0, 28.0), (2, 2, 0, 50.0), (3, 1, 1, 40.0), (4, 0, 0, 7.0), (3, 3, 1, 12.0)),
    ),
    "Mn3O4": Phase(  # hausmannite, I4_1/amd
        "tetragonal", 5.76, 9.47, ((1, 0, 1, 30.0), (1, 1, 2, 40.0), (1, 0, 3, 75.0), (2, 1, 1, 100.0), (2, 2, 4, 60.0))
    ),
    "NiO": Phase("cubic", 4.177, 4.177, ((1, 1, 1, 60.0), (2, 0, 0, 100.0), (2, 2, 0, 45.0)), fresh=False),
    "Co3O4": Phase("cubic", 8.084, 8.084, _SPINEL, fresh=False),
    "Fe2O3": Phase(
        "hexagonal", 5.036, 13.75,
        ((0, 1, 2, 30.0), (1, 0, 4, 100.0), (1, 1, 0, 70.0), (1, 1, 3, 20.0), (0, 2, 4, 40.0), (1, 1, 6, 45.0)),
        fresh=False,
    ),
    "La2O3": Phase(
        "hexagonal", 3.94, 6.13, ((1, 0, 0, 34.0), (0, 0, 2, 30.0), (1, 0, 1, 100.0), (1, 1, 0, 25.0)), fresh=False
    ),
}  # fmt: skip


def bragg_deg(phase: Phase, h: int, k: int, l: int) -> float | None:  # noqa: E741
    """Two theta of a line in degrees; ``None`` beyond the sphere of reflection."""
    sine = WAVELENGTH_ANGSTROM / (2 * phase.spacing(h, k, l))
    return 2 * math.degrees(math.asin(sine)) if sine < 1 else None


def _lines(phase: Phase, grid: NDArray[np.float64], offset: float) -> NDArray[np.float64]:
    size = _CRYSTALLITE_ANGSTROM["fresh" if phase.fresh else "calcined"]
    total = np.zeros_like(grid)
    for h, k, l, intensity in phase.lines:  # noqa: E741
        centre = bragg_deg(phase, h, k, l)
        if centre is None:
            continue
        broad = math.degrees(_SHAPE * WAVELENGTH_ANGSTROM / (size * math.cos(math.radians(centre / 2))))
        half = (broad + _INSTRUMENT_FWHM_DEG) / 2
        total += intensity / 100 * (half / math.pi) / ((grid - centre - offset) ** 2 + half**2)
    return total


def measure(vial: Vial, act: Act) -> Signal:
    rng = act.rng("xrd")
    low, high = float(act.parameters["two_theta_from_deg"]), float(act.parameters["two_theta_to_deg"])
    grid = np.arange(low, high + _STEP_DEG / 2, _STEP_DEG)
    from .._operations import XRD_DROP_L
    from .._separation import suspended_at

    masses = {phase: 1e-3 * molar_mass(phase) * n for phase, n in vial.solid.items()}
    total = sum(masses.values())
    wet = vial.volume_l > 0
    on_carrier = total * (min(1.0, XRD_DROP_L / vial.volume_l) * suspended_at(vial, act.start_s) if wet else 1.0)
    film = -math.expm1(-on_carrier / _FULL_FILM_KG)
    expected = 60 + 400 * np.exp(-grid / 18) + 80 * np.exp(-(((grid - 24) / 7) ** 2))  # air, slits, glass carrier
    offset = float(rng.normal(0.0, 0.02))  # height of the film
    for name, mass in masses.items():
        if name in PHASES:
            expected += _AREA_COUNTS_DEG * film * mass / total * _lines(PHASES[name], grid, offset)
    columns = {"two_theta_deg": grid, "intensity_counts": rng.poisson(expected).astype(float)}
    metadata = {"wavelength_angstrom": WAVELENGTH_ANGSTROM, "step_deg": _STEP_DEG, "station": act.station.name}
    return Signal(vial.sample, "diffractogram", columns, metadata)
