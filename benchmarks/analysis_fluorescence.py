"""How well the analysis recovers quantum yield and peak wavelength from raw spectra of the twin.

    python benchmarks/analysis_fluorescence.py [--seeds 10] [--vials 60] [--json FILE] [--quick]

Vials are drawn as the protocol `fluorescence` could mix them: dye 1 to 20 umol/l, up to half ethanol, pH about 3 to 9,
every second one with up to 0.3 mol/l iodide. Each vial meets instruments of its own (photometer and fluorimeter with
other errors of geometry, wavelength, response and reference yield), so the errors hold all that a station may be wrong
by. Both methods read the same spectra. The truth is that of the vial's contents. What is refused is left out of the
other columns. TPE is tetraphenylethylene; "no correction" leaves the inner filter as it is.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from _report import emit_parts
from aichemist.lab.analysis import FluorescenceResult, analyse_fluorescence
from aichemist.lab.twin import FluorescenceTruth, simulate_fluorescence

VOLUME_L = 5e-3
#: name -> (dyes, exciting wavelength, range of the emission)
CASES = {
    "fluorescein, 340 nm": (("C20H12O5",), 340.0, (355.0, 700.0)),
    "fluorescein, 450 nm": (("C20H12O5",), 450.0, (465.0, 700.0)),
    "TPE, 340 nm": (("C26H20",), 340.0, (355.0, 700.0)),
    "both, 340 nm": (("C20H12O5", "C26H20"), 340.0, (355.0, 700.0)),
}
METHODS = {"corrected": True, "no correction": False}


def contents(dyes: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    ethanol, phosphate = rng.uniform(0, 0.5), rng.uniform(0.2, 1.0)
    iodide = rng.uniform(0, 0.3) if rng.random() < 0.5 else 0.0
    vial = {
        "H2O": 55.3 * VOLUME_L * (1 - ethanol), "C2H5OH": 17.1 * VOLUME_L * ethanol,
        "Na2HPO4": 2e-4 * phosphate, "C6H8O7": 1e-4 * (1 - phosphate), "K": iodide * VOLUME_L, "I": iodide * VOLUME_L,
    }  # fmt: skip
    return vial | {dye: VOLUME_L * 1e-6 * 10 ** rng.uniform(0.0, math.log10(20.0)) for dye in dyes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="independent repeats (default 10)")
    parser.add_argument("--vials", type=int, default=60, help="vials per seed and case (default 60)")
    parser.add_argument("--json", type=Path, default=None, help="write the rows to FILE")
    parser.add_argument("--quick", action="store_true", help="3 seeds of 30 vials")
    given = parser.parse_args()
    seeds, vials = (3, 30) if given.quick else (given.seeds, given.vials)
    if seeds < 1 or vials < 2:
        parser.error("--seeds must be at least 1 and --vials at least 2")
    parts: dict[str, list[dict[str, Any]]] = {"quantum yield": [], "emission peak": []}
    for number, (case, setting) in enumerate(CASES.items()):
        per_seed: dict[str, list[list[tuple[FluorescenceTruth, FluorescenceResult]]]] = {m: [] for m in METHODS}
        seconds = dict.fromkeys(METHODS, 0.0)
        for seed in range(seeds):
            for name, pairs in _one_seed(np.random.default_rng([seed, number, 5]), setting, vials, seconds).items():
                per_seed[name].append(pairs)
        print(f"{case} done", file=sys.stderr)
        for name, all_pairs in per_seed.items():
            head = {"dye": case, "method": name, "vials": seeds * vials}
            cpu = {"cpu_ms_per_vial": 1e3 * seconds[name] / (seeds * vials)}
            parts["quantum yield"].append({**head, **_over(all_pairs, _yields, "rmse_percent"), **cpu})
            parts["emission peak"].append({**head, **_over(all_pairs, _peaks, "rmse_nm")})
    emit_parts("analysis_fluorescence", parts, given.json)


def _over(all_pairs: Any, figures: Any, spread: str) -> dict[str, float]:
    """Of all vials together, and how much one figure differs from seed to seed."""
    each = [figures(pairs)[spread] for pairs in all_pairs]
    sd = float(np.std(each, ddof=1)) if len(each) > 1 else math.nan
    return {**figures([pair for pairs in all_pairs for pair in pairs]), f"{spread}_sd_over_seeds": sd}


def _one_seed(
    rng: np.random.Generator, setting: Any, vials: int, seconds: dict[str, float]
) -> dict[str, list[tuple[FluorescenceTruth, FluorescenceResult]]]:
    dyes, excitation, span = setting
    found: dict[str, list[tuple[FluorescenceTruth, FluorescenceResult]]] = {m: [] for m in METHODS}
    for _ in range(vials):
        absorption, emission, truth = simulate_fluorescence(
            contents(dyes, rng), VOLUME_L, excitation_nm=excitation, rng=rng, emission_nm=span
        )
        signals = (emission.columns, emission.metadata), (absorption.columns, absorption.metadata)
        for name, corrected in METHODS.items():
            begin = time.process_time()
            result = analyse_fluorescence(*signals, inner_filter=corrected)
            seconds[name] += time.process_time() - begin
            found[name].append((truth, result))
    return found


def _yields(pairs: list[tuple[FluorescenceTruth, FluorescenceResult]]) -> dict[str, float]:
    """Relative errors, in percent of the true yield."""
    rows = [
        (r.quantum_yield / t.quantum_yield - 1, r.quantum_yield_sd / t.quantum_yield)
        for t, r in pairs if math.isfinite(r.quantum_yield)
    ]  # fmt: skip
    return _figures("percent", 100 * np.array(rows), len(pairs))


def _peaks(pairs: list[tuple[FluorescenceTruth, FluorescenceResult]]) -> dict[str, float]:
    rows = [(r.peak_nm - t.peak_nm, r.peak_sd_nm) for t, r in pairs if math.isfinite(r.peak_nm)]
    return _figures("nm", np.array(rows), len(pairs))


def _figures(unit: str, pairs: Any, asked: int) -> dict[str, float]:
    error, sd = pairs.reshape(-1, 2).T
    return {
        f"bias_{unit}": float(error.mean()),
        f"rmse_{unit}": float(np.sqrt(np.mean(error**2))),
        "coverage_68_percent": 100 * float(np.mean(np.abs(error) < sd)),
        "coverage_95_percent": 100 * float(np.mean(np.abs(error) < 1.96 * sd)),
        "refused_percent": 100 * (1 - len(error) / asked),
    }


if __name__ == "__main__":
    main()
