"""Chromatogram of the headspace: H2, O2, N2 on a molecular sieve, argon carrier, thermal conductivity detector.

Retention times, responses and noise are illustrative. Argon in the sample is not seen.
"""

from __future__ import annotations

import numpy as np

from ...drivers import Signal
from .._act import Act
from .._gas import headspace_l
from .._vial import AIR, Vial

#: gas -> (retention in s, standard deviation of the peak in s, area in uV s for pure gas in the loop)
PEAKS = {"H2": (75.0, 1.6, 4.0e6), "O2": (150.0, 2.6, 5.0e5), "N2": (210.0, 3.6, 4.5e5)}
_END_S, _RATE_HZ = 300.0, 10.0
_NOISE_UV = 3.0
_CALIBRATION_RELATIVE_SD = 0.01
_LOOP_L = 1e-3


def measure(vial: Vial, act: Act) -> Signal:
    rng = act.rng("chromatogram")
    time = np.arange(0.0, _END_S, 1 / _RATE_HZ)
    gas = dict(vial.gas) or dict(AIR)
    total = sum(gas.values())
    signal = 20 + 0.02 * time + rng.normal(0.0, _NOISE_UV, time.size)
    stretch = 1 + rng.normal(0.0, 2e-3)
    injected = 1 + rng.normal(0.0, 5e-3)
    calibration = {}
    for name, (retention, width, area) in PEAKS.items():
        # what the detector truly answers and what its last calibration said
        calibration[name] = area * (1 + act.bias_rng(name).normal(0.0, _CALIBRATION_RELATIVE_SD))
        height = area * injected * gas.get(name, 0.0) / total / (width * np.sqrt(2 * np.pi))
        signal += height * np.exp(-0.5 * ((time - retention * stretch) / width) ** 2)
    metadata = {
        "calibration_uv_s_per_mole_fraction": calibration,
        "calibration_relative_sd": _CALIBRATION_RELATIVE_SD,
        "retention_s": {name: peak[0] for name, peak in PEAKS.items()},
        "loop_l": _LOOP_L,
        "headspace_l": headspace_l(vial, act),
        "station": act.station.name,
    }
    return Signal(vial.sample, "chromatogram", {"time_s": time, "detector_uv": signal}, metadata)
