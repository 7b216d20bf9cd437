"""Chromatogram of the headspace: H2, O2, N2 on a molecular sieve, argon carrier, thermal conductivity detector.

Before the injection the station reads the pressure above the liquid and, by expanding into a known volume, how large
the headspace is. Retention times, responses, noise and all errors are assumptions. Argon in the sample is not seen.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen

from ...drivers import Signal
from .._act import Act
from .._gas import headspace_l
from .._vial import ROOM_K, Amounts, Vial, air

#: gas -> (retention in s, standard deviation of the peak in s, area in uV s for pure gas in the loop)
PEAKS = {"H2": (75.0, 1.6, 4.0e6), "O2": (150.0, 2.6, 5.0e5), "N2": (210.0, 3.6, 4.5e5)}
SATURATION_UV = 2e5
_END_S, _RATE_HZ = 300.0, 10.0
_NOISE_UV = 3.0
_DRIFT_UV = 5.0  # how far the baseline bends over one run
_STRETCH_SD = 2e-3
_LOOP_L = 1e-3
_GAS_CONSTANT = 8.314462618e3  # Pa L / (mol K); CODATA 2018

CALIBRATION_SD = 0.01
INJECTION_SD = 5e-3
HEADSPACE_SD = 0.01
PRESSURE_SD = 5e-3


@frozen
class Chromatograph:
    """The true errors of one station, relative: of its last calibration, of its pressure gauge and known volume."""

    calibration: dict[str, float]
    pressure: float
    volume: float


def draw_chromatograph(rng: np.random.Generator) -> Chromatograph:
    z = rng.normal(0.0, 1.0, len(PEAKS) + 2)
    errors = {name: CALIBRATION_SD * float(e) for name, e in zip(PEAKS, z, strict=False)}
    return Chromatograph(errors, PRESSURE_SD * float(z[-2]), HEADSPACE_SD * float(z[-1]))


def chromatogram(
    gas_mol: Amounts, space_l: float, device: Chromatograph, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns and metadata of one run on gas at room temperature."""
    total = sum(gas_mol.values())
    time = np.arange(0.0, _END_S, 1 / _RATE_HZ)
    bend = _DRIFT_UV * float(rng.normal()) * (time / _END_S) ** 2
    signal = 20 + 0.02 * time + bend + rng.normal(0.0, _NOISE_UV, time.size)
    stretch = 1 + rng.normal(0.0, _STRETCH_SD)
    injected = 1 + rng.normal(0.0, INJECTION_SD)
    for name, (retention, width, area) in PEAKS.items():
        height = area * injected * gas_mol.get(name, 0.0) / total / (width * math.sqrt(2 * math.pi))
        signal += height * np.exp(-0.5 * ((time - retention * stretch) / width) ** 2)
    pressure = total * _GAS_CONSTANT * ROOM_K / space_l if space_l > 0 else math.nan
    metadata = {
        "calibration_uv_s_per_mole_fraction": {n: a * (1 + device.calibration[n]) for n, (_, _, a) in PEAKS.items()},
        "calibration_relative_sd": CALIBRATION_SD,
        "injection_relative_sd": INJECTION_SD,
        "retention_s": {name: peak[0] for name, peak in PEAKS.items()},
        "saturation_uv": SATURATION_UV,
        "loop_l": _LOOP_L,
        "headspace_l": space_l * (1 + device.volume),
        "headspace_relative_sd": HEADSPACE_SD,
        "pressure_pa": pressure * (1 + device.pressure),
        "pressure_relative_sd": PRESSURE_SD,
        "temperature_k": ROOM_K,
    }
    return {"time_s": time, "detector_uv": np.minimum(signal, SATURATION_UV)}, metadata


def measure(vial: Vial, act: Act) -> Signal:
    space = headspace_l(vial, act)
    device = draw_chromatograph(act.bias_rng("chromatograph"))
    columns, metadata = chromatogram(vial.gas or air(space), space, device, act.rng("chromatogram"))
    return Signal(vial.sample, "chromatogram", columns, {**metadata, "station": act.station.name})
