"""Raman spectrum of headspace and liquid. Shifts are textbook values; strengths and widths are illustrative."""

from __future__ import annotations

import numpy as np

from ...drivers import Signal
from .._act import Act
from .._gas import headspace_l
from .._vial import Vial, air

#: (shift in 1/cm, half width in 1/cm, strength); gases by mol in the headspace, liquids by mol/l
_GASES = {"N2": ((2330.0, 3.0, 1.0),), "O2": ((1555.0, 3.0, 1.2),), "H2": ((587.0, 3.0, 1.5), (4156.0, 3.0, 3.0))}
_LIQUIDS = {"H2O": ((3400.0, 120.0, 0.3),), "C2H5OH": ((883.0, 8.0, 1.0),), "NO3": ((1048.0, 6.0, 3.0),)}
_COUNTS_PER_MOL = 2e6
_COUNTS_PER_MOLAR = 2e2
_STEP_PER_CM = 2.0


def measure(vial: Vial, act: Act) -> Signal:
    rng = act.rng("raman")
    low, high = sorted((float(act.parameters["shift_from_per_cm"]), float(act.parameters["shift_to_per_cm"])))
    shift = np.arange(low, high + _STEP_PER_CM / 2, _STEP_PER_CM)
    expected = 50 + 150 * np.exp(-shift / 1500)
    gas = dict(vial.gas) or air(headspace_l(vial, act))
    amounts = [(lines, _COUNTS_PER_MOL * gas.get(name, 0.0)) for name, lines in _GASES.items()]
    if vial.volume_l > 0:
        amounts += [
            (lines, _COUNTS_PER_MOLAR * vial.dissolved.get(name, 0.0) / vial.volume_l)
            for name, lines in _LIQUIDS.items()
        ]
    for lines, counts in amounts:
        for centre, half, strength in lines:
            expected = expected + counts * strength / (1 + ((shift - centre) / half) ** 2)
    columns = {"shift_per_cm": shift, "intensity_counts": rng.poisson(expected).astype(float)}
    return Signal(vial.sample, "raman_spectrum", columns, {"laser_nm": 532.0, "station": act.station.name})
