"""How well the analysis recovers the overpotential from raw voltammograms of the twin.

    python benchmarks/analysis.py [--seeds 10] [--curves 100] [--rates 0.005 0.05] [--json FILE] [--quick]

For each seed, compositions are drawn from the map (measured where plate 3496 is present), each gets a curve of an
electrode of its own, and every method reads the same curves. The truth is the map's value at the composition, so the
error holds the scatter between electrodes and the reference's, which no analysis can see; the columns ``reading_...``
compare with what that very electrode would show free of noise, and so judge the analysis alone.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from _report import emit
from aichemist.chemistry import Simplex
from aichemist.lab.analysis import analyse_voltammogram
from aichemist.lab.twin import _voltammogram as twin
from aichemist.lab.twin import load_map, simulate_voltammogram

METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")
Reading = tuple[float, float]


def ours(columns: dict[str, Any], metadata: dict[str, Any]) -> Reading:
    found = analyse_voltammogram(columns, metadata)
    return found.overpotential_v, found.uncertainty_v


def _reading_sd(sd: float, metadata: dict[str, Any]) -> float:
    """The uncertainty less what the station states for reference and electrodes."""
    return math.sqrt(max(0.0, sd**2 - metadata["reference_sd_v"] ** 2 - metadata["repeatability_sd_v"] ** 2))


def _first_point(potential: Any, current: Any, metadata: dict[str, Any]) -> Reading:
    over = np.flatnonzero(current >= 0.01 * metadata["electrode_area_cm2"])
    return (float(potential[over[0]]) - 1.229 if over.size else math.nan), math.nan


def raw_crossing(columns: dict[str, Any], metadata: dict[str, Any]) -> Reading:
    """First point above 10 mA/cm2, no correction at all."""
    return _first_point(columns["potential_v"], columns["current_a"], metadata)


def ir_crossing(columns: dict[str, Any], metadata: dict[str, Any]) -> Reading:
    """First point above 10 mA/cm2 after iR correction, no baseline, no fit."""
    current = columns["current_a"]
    return _first_point(columns["potential_v"] - current * metadata["resistance_ohm"], current, metadata)


METHODS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Reading]] = {
    "ours": ours, "first point, iR corrected": ir_crossing, "first point, uncorrected": raw_crossing,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="independent repeats (default 10)")
    parser.add_argument("--curves", type=int, default=100, help="curves per seed and scan rate (default 100)")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.005, 0.05], help="scan rates in V/s")
    parser.add_argument("--json", type=Path, default=None, help="write the rows to FILE")
    parser.add_argument("--quick", action="store_true", help="3 seeds of 60 curves")
    given = parser.parse_args()
    seeds, curves = (3, 60) if given.quick else (given.seeds, given.curves)
    if min(given.rates) <= 0:
        parser.error("--rates must be above 0")
    if seeds < 1 or curves < 2:
        parser.error("--seeds must be at least 1 and --curves at least 2")
    folder = Path(os.environ.get("AICHEMIST_DATA") or Path(__file__).parents[1] / ".." / "shared" / "data")
    plate = folder / "oer_plate_3496" / "data.csv"
    oer_map = load_map(plate if plate.is_file() else None)
    print(f"map: {oer_map.description}", file=sys.stderr)
    space = Simplex(METALS, 0.1, 4, (0.0,) * 6, (1.0,) * 6).enumerate()

    rows = []
    for rate in given.rates:
        per_seed: dict[str, list[dict[str, float]]] = {name: [] for name in METHODS}
        for seed in range(seeds):
            for name, figures in _one_seed(seed, rate, curves, oer_map, space).items():
                per_seed[name].append(figures)
        print(f"{1e3 * rate:g} mV/s done", file=sys.stderr)
        for name, all_figures in per_seed.items():
            row: dict[str, Any] = {
                "method": name, "map": oer_map.source, "rate_mV_per_s": 1e3 * rate, "curves": seeds * curves,
            }  # fmt: skip
            for key in all_figures[0]:
                row[key] = float(np.mean([f[key] for f in all_figures]))
            spread = [f["rmse_mV"] for f in all_figures]
            row["rmse_sd_over_seeds_mV"] = float(np.std(spread, ddof=1)) if seeds > 1 else math.nan
            rows.append(row)
    emit("analysis", rows, given.json, title="Overpotential recovered from the twin's voltammograms")


def _one_seed(seed: int, rate: float, curves: int, oer_map: Any, space: Any) -> dict[str, dict[str, float]]:
    rng = np.random.default_rng([seed, 96])
    errors: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    drawn: list[twin.Electrode] = []
    draw = twin.draw_electrode
    twin.draw_electrode = lambda *given: (
        drawn.append(draw(*given)) or drawn[-1]
    )  # the electrode is shown to nobody else
    try:
        for _ in range(curves):
            point = space[rng.integers(len(space))]
            truth = oer_map.overpotential_v(dict(zip(METALS, point, strict=True)))
            columns, metadata = simulate_voltammogram(
                truth, loading_mg_per_cm2=1.0, potential_from_v=1.2, potential_to_v=2.1,
                scan_rate_v_per_s=rate, rng=rng,
            )  # fmt: skip
            here = drawn[-1].overpotential_v - drawn[-1].reference_error_v
            for name, method in METHODS.items():
                begin = time.process_time()
                value, sd = method(columns, metadata)
                seconds[name] += time.process_time() - begin
                errors[name].append((value - truth, sd, value - here, _reading_sd(sd, metadata)))
    finally:
        twin.draw_electrode = draw
    return {name: _figures(np.array(pairs), seconds[name]) for name, pairs in errors.items()}


def _figures(pairs: Any, seconds: float) -> dict[str, float]:
    found = np.isfinite(pairs[:, 0])
    error, sd, reading, reading_sd = 1e3 * pairs[found].T
    with_sd = bool(np.isfinite(sd).all())
    return {
        "bias_mV": float(error.mean()),
        "rmse_mV": float(np.sqrt(np.mean(error**2))),
        "p95_abs_error_mV": float(np.percentile(np.abs(error), 95)),
        "coverage_68_percent": 100 * float(np.mean(np.abs(error) < sd)) if with_sd else math.nan,
        "coverage_95_percent": 100 * float(np.mean(np.abs(error) < 1.96 * sd)) if with_sd else math.nan,
        "reading_rmse_mV": float(np.sqrt(np.mean(reading**2))),
        "reading_coverage_68_percent": 100 * float(np.mean(np.abs(reading) < reading_sd)) if with_sd else math.nan,
        "unanswered_percent": 100 * float(1 - found.mean()),
        "cpu_ms_per_curve": 1e3 * seconds / len(pairs),
    }


if __name__ == "__main__":
    main()
