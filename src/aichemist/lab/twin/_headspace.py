"""The chromatogram of one headspace without a lab around it, for tests and benchmarks."""

from __future__ import annotations

import numpy as np

from ..drivers import Signal
from ._instruments._gas_chromatography import chromatogram, draw_chromatograph
from ._vial import gas_mol


def simulate_chromatogram(
    hydrogen_mol: float,
    headspace_l: float,
    *,
    rng: np.random.Generator,
    purged_with: str = "N2",
    oxygen_fraction: float = 0.0,
) -> Signal:
    """A purged headspace of 1 atm with hydrogen added to it; the station is drawn anew at each call."""
    inert = gas_mol(headspace_l)
    gas = {purged_with: inert * (1 - oxygen_fraction), "O2": inert * oxygen_fraction, "H2": hydrogen_mol}
    columns, metadata = chromatogram(gas, headspace_l, draw_chromatograph(rng), rng)
    return Signal("simulated", "chromatogram", columns, metadata)
