"""Both spectra of one liquid without a lab around it, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..drivers import Signal
from ._instruments import _fluorescence, _uv_vis
from ._instruments._fluorimeter import draw_fluorimeter
from ._photophysics import FluorescenceTruth, true_fluorescence
from ._vial import Vial


def simulate_fluorescence(
    dissolved_mol: Mapping[str, float],
    volume_l: float,
    *,
    excitation_nm: float,
    rng: np.random.Generator,
    emission_nm: tuple[float, float] = (355.0, 700.0),
) -> tuple[Signal, Signal, FluorescenceTruth]:
    """Absorption spectrum (300 to 800 nm), emission spectrum and truth; instruments are drawn anew at each call.

    Args:
        dissolved_mol: formula -> mol, solvents included, e.g. ``{"C20H12O5": 2e-8, "H2O": 0.28, "Na2HPO4": 2e-4}``.
    """
    vial = Vial("simulated", "", volume_l=volume_l, dissolved=dict(dissolved_mol))
    light = np.arange(300.0, 801.0)
    columns, metadata = _uv_vis.spectrum(vial, light, _uv_vis.draw_photometer(rng), rng)
    absorption = Signal("simulated", "absorption_spectrum", columns, metadata)
    emitted = np.arange(emission_nm[0], emission_nm[1] + 0.5)
    columns, metadata = _fluorescence.spectrum(vial, excitation_nm, emitted, draw_fluorimeter(rng), rng)
    emission = Signal("simulated", "emission_spectrum", columns, metadata)
    return absorption, emission, true_fluorescence(dissolved_mol, volume_l, excitation_nm=excitation_nm)
