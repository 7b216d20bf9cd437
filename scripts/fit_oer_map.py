"""Fits the mixture polynomial to plate 3496 and writes the coefficients that ship with the package.

    python scripts/fit_oer_map.py [--data data.csv] [--out FILE] [--check]

The strength of the ridge is chosen by ten-fold cross-validation (folds fixed by a seed). Numbers are rounded so that
another linear-algebra library gives the same file; ``--check`` says whether the shipped file is what comes out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aichemist.lab.twin._oer_map import METALS, FittedMap, MeasuredMap, fit_mixture, mixture_terms

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("AICHEMIST_DATA", ROOT.parent / "shared" / "data"))
SHIPPED = ROOT / "src/aichemist/lab/twin/_oer_coefficients.json"
RIDGES = (1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1)
FOLDS, SEED = 10, 3496


def cross_validated(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Prediction for each point by the model that did not see its fold."""
    fold = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
    predicted = np.empty_like(y)
    for k in range(FOLDS):
        held = fold == k
        predicted[held] = mixture_terms(x[held]) @ fit_mixture(x[~held], y[~held], ridge)
    return predicted


def rmse(error: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(error**2)))


def fitted(path: Path) -> dict[str, object]:
    """The document to ship; prints the choice of the ridge on the way."""
    from scipy.stats import spearmanr

    table = np.loadtxt(path, delimiter=",")
    MeasuredMap(table[:, :6], table[:, 6])  # the columns are what they should be
    # The order of the rows must not matter.
    table = table[np.lexsort(table[:, :6].T[::-1])]
    x, y = table[:, :6], table[:, 6]
    print(f"{'ridge':>8}  {'cross-validated RMSE (mV)':>26}")
    scores = {ridge: rmse(cross_validated(x, y, ridge) - y) for ridge in RIDGES}
    for ridge, score in scores.items():
        print(f"{ridge:8.0e}  {1000 * score:26.3f}")
    ridge = min(scores, key=lambda r: (round(scores[r], 7), -r))
    print(f"chosen: {ridge:g}")
    coefficients = np.round(fit_mixture(x, y, ridge), 6)
    predicted = mixture_terms(x) @ coefficients
    held_out = cross_validated(x, y, ridge)
    few = np.count_nonzero(x > 0, axis=1) <= 3
    stepped_out = mixture_terms(x[~few]) @ fit_mixture(x[few], y[few], ridge)
    best = y <= np.quantile(y, 0.1)
    lowest = int(np.argmin(predicted))
    residual = {
        "rmse_v": rmse(predicted - y),
        "max_v": float(np.max(np.abs(predicted - y))),
        "median_absolute_v": float(np.median(np.abs(predicted - y))),
        "cv_rmse_v": rmse(held_out - y),
        "cv_r2": 1 - float(np.sum((held_out - y) ** 2) / np.sum((y - y.mean()) ** 2)),
        "cv_rank_correlation": float(spearmanr(held_out, y).statistic),
        "cv_rank_correlation_best_tenth": float(spearmanr(held_out[best], y[best]).statistic),
        "four_metals_from_three_rmse_v": rmse(stepped_out - y[~few]),
        "measured_rank_of_fitted_best": float(1 + np.count_nonzero(y < y[lowest])),
    }
    return {
        "what": "coefficients (V) of the mixture polynomial of aichemist.lab.twin._oer_map.mixture_terms",
        "made_by": "scripts/fit_oer_map.py",
        "citation": FittedMap([]).citation,
        "licence": "MIT (Olympus, (c) 2020 Aspuru-Guzik group)",
        "data_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "points": len(y),
        "metals": list(METALS),
        "ridge": ridge,
        "residual": {name: round(value, 5) for name, value in residual.items()},
        "coefficients": coefficients.tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA / "oer_plate_3496" / "data.csv")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--check", action="store_true", help="write nothing; compare with the shipped file")
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        sys.exit(f"error: {arguments.data}: there is no such file\n  mend: set AICHEMIST_DATA or give --data")
    document = fitted(arguments.data)
    for name, value in document["residual"].items():  # type: ignore[attr-defined]
        print(f"  {name:34} {value:g}")
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if arguments.check:
        same = SHIPPED.read_text(encoding="utf-8") == text
        print("the shipped file is the same" if same else "the shipped file differs")
        sys.exit(0 if same else 1)
    arguments.out.write_text(text, encoding="utf-8")
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
