"""How well the analysis recovers hydrogen from raw chromatograms of the twin, and how well the emulator fits its data.

    python benchmarks/analysis_hydrogen.py [--seeds 10] [--vials 100] [--json FILE] [--quick]

Amounts are drawn evenly on a logarithmic scale within each range. Each vial meets a station of its own (other errors
of calibration, pressure gauge, headspace volume, injection) and a headspace between 14.8 and 15.2 mL, so the errors
hold all that a station may be wrong by. All methods read the same chromatograms: "ours"; "height", the maximum above
the median of the run, calibrated by the height of the stated area at a width of 1.6 s; "no gas law", the mole fraction
times the gas of a headspace of 15 mL at 1 atm ("height" uses that as well). What is refused is left out of the other
columns.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from _report import emit_parts
from aichemist.lab.analysis import analyse_chromatogram
from aichemist.lab.drivers import Signal
from aichemist.lab.twin import hydrogen_map, simulate_chromatogram

#: name -> amounts in umol
RANGES = {"0.01 to 0.1 umol": (0.01, 0.1), "0.1 to 1 umol": (0.1, 1.0), "1 to 40 umol": (1.0, 40.0)}
_NOMINAL_MOL = 101325 * 15e-3 / (8.314462618e3 * 298.15)


def ours(signal: Signal) -> tuple[float, float]:
    found = analyse_chromatogram(signal.columns, signal.metadata)
    return 1e6 * found.hydrogen_mol, 1e6 * found.uncertainty_mol


def no_gas_law(signal: Signal) -> tuple[float, float]:
    return 1e6 * analyse_chromatogram(signal.columns, signal.metadata).mole_fraction * _NOMINAL_MOL, math.nan


def height(signal: Signal) -> tuple[float, float]:
    time_s, uv = (np.asarray(signal.columns[n]) for n in ("time_s", "detector_uv"))
    top = float(uv[np.abs(time_s - 75.0) < 5].max() - np.median(uv))
    area = top * 1.6 * math.sqrt(2 * math.pi)
    return 1e6 * area / signal.metadata["calibration_uv_s_per_mole_fraction"]["H2"] * _NOMINAL_MOL, math.nan


METHODS: Mapping[str, Callable[[Signal], tuple[float, float]]] = {
    "ours": ours, "no gas law": no_gas_law, "height": height,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="independent repeats (default 10)")
    parser.add_argument("--vials", type=int, default=100, help="vials per seed and range (default 100)")
    parser.add_argument("--json", type=Path, default=None, help="write the rows to FILE")
    parser.add_argument("--quick", action="store_true", help="3 seeds of 40 vials")
    given = parser.parse_args()
    seeds, vials = (3, 40) if given.quick else (given.seeds, given.vials)
    if seeds < 1 or vials < 2:
        parser.error("--seeds must be at least 1 and --vials at least 2")
    rows: list[dict[str, Any]] = []
    for number, (name, span) in enumerate(RANGES.items()):
        found: dict[str, list[list[tuple[float, float, float]]]] = {m: [] for m in METHODS}
        seconds = dict.fromkeys(METHODS, 0.0)
        for seed in range(seeds):
            for method, triples in _one_seed(np.random.default_rng([seed, number, 6]), span, vials, seconds).items():
                found[method].append(triples)
        print(f"{name} done", file=sys.stderr)
        for method, per_seed in found.items():
            together = _figures([t for triples in per_seed for t in triples])
            each = [_figures(triples)["rmse_percent"] for triples in per_seed]
            spread = float(np.std(each, ddof=1)) if seeds > 1 else math.nan
            rows.append(
                {"amount": name, "method": method, "vials": seeds * vials, **together,
                 "rmse_percent_sd_over_seeds": spread, "cpu_ms_per_vial": 1e3 * seconds[method] / (seeds * vials)}
            )  # fmt: skip
    said = hydrogen_map().residual
    fit = [
        {"model": "shipped emulator", "cv_rmse_umol": said["cv_rmse_umol"], "cv_r2": said["cv_r2"]},
        {"model": "Gaussian process, Matern 5/2", "cv_rmse_umol": said["gp_matern52_cv_rmse_umol"],
         "cv_r2": said["gp_matern52_cv_r2"]},
    ]  # fmt: skip
    emit_parts("analysis_hydrogen", {"hydrogen": rows, "emulator, as stated in its file": fit}, given.json)


def _one_seed(
    rng: np.random.Generator, span: tuple[float, float], vials: int, seconds: dict[str, float]
) -> dict[str, list[tuple[float, float, float]]]:
    """Truth, value and standard uncertainty in umol, by method."""
    found: dict[str, list[tuple[float, float, float]]] = {m: [] for m in METHODS}
    for _ in range(vials):
        umol = math.exp(rng.uniform(math.log(span[0]), math.log(span[1])))
        signal = simulate_chromatogram(1e-6 * umol, rng.uniform(14.8e-3, 15.2e-3), rng=rng)
        for name, method in METHODS.items():
            begin = time.process_time()
            value, sd = method(signal)
            seconds[name] += time.process_time() - begin
            found[name].append((umol, value, sd))
    return found


def _figures(triples: list[tuple[float, float, float]]) -> dict[str, float]:
    good = np.array([t for t in triples if math.isfinite(t[1])])
    true, value, sd = good.reshape(-1, 3).T
    error = 100 * (value / true - 1)
    known = bool(np.isfinite(sd).all())
    return {
        "bias_percent": float(error.mean()),
        "rmse_percent": float(np.sqrt(np.mean(error**2))),
        "coverage_68_percent": 100 * float(np.mean(np.abs(value - true) < sd)) if known else math.nan,
        "coverage_95_percent": 100 * float(np.mean(np.abs(value - true) < 1.96 * sd)) if known else math.nan,
        "refused_percent": 100 * (1 - len(good) / len(triples)),
    }


if __name__ == "__main__":
    main()
