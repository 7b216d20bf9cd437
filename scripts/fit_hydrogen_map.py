"""Fits the emulator of light-driven hydrogen to the mobile robot's data and writes the coefficients that ship.

    python scripts/fit_hydrogen_map.py [--data her_data_combined.csv] [--out FILE] [--check]

Length scale and ridge are chosen by ten-fold cross-validation (folds fixed by a seed), so the residual that is stated
is that of the best of 20 settings. Beside it stands a Gaussian process (Matern 5/2, one length scale per input, as the
authors of the data set used) on the same folds; its hyperparameters see all rows, which favours it a little. Numbers
are rounded so that another linear-algebra library gives the same file; ``--check`` says whether the shipped file is
what comes out. The rows themselves are not shipped.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aichemist.lab.twin._hydrogen_map import INPUTS, terms

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("AICHEMIST_DATA", ROOT.parent / "shared" / "data"))
SHIPPED = ROOT / "src/aichemist/lab/twin/_hydrogen_coefficients.json"
WAVES, FOLDS, SEED = 200, 10, 2020
SCALES = (2.0, 3.0, 4.0, 5.0, 6.0)
RIDGES = (3e-4, 1e-3, 3e-3, 1e-2)
_DEGREES = 5  # a Matern 5/2 kernel has a Student t spectrum of five degrees of freedom


def rows(path: Path) -> tuple[Floats, Floats]:
    """Inputs (mL, mg), shape ``(n, 10)``, and hydrogen (umol); sorted, since the order of the rows must not matter."""
    with path.open(newline="", encoding="utf-8") as stream:
        table = [[float(row[name]) for name in (*INPUTS, "Target")] for row in csv.DictReader(stream)]
    data = np.array(table)
    data = data[np.lexsort(data.T[::-1])]
    return np.maximum(data[:, :-1], 0.0), data[:, -1]  # a balance gave a few volumes just below zero


def waves(scale: float) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(SEED)
    normal = rng.standard_normal((WAVES, len(INPUTS)))
    spread = np.sqrt(rng.chisquare(_DEGREES, WAVES) / _DEGREES)
    return np.round(normal / spread[:, None] / scale, 5), np.round(rng.uniform(0, 2 * np.pi, WAVES), 5)


def solve(a: Floats, root: Floats, ridge: float) -> Floats:
    """Coefficients; the constant is not drawn to zero."""
    mean = root.mean()
    found: Floats = np.linalg.solve(a.T @ a + ridge * np.eye(a.shape[1]), a.T @ (root - mean))
    found[0] += mean
    return found


def cross_validated(y: Floats, predict: Callable[[Any, Any], Floats]) -> Floats:
    """Prediction for each row by the model that did not see its fold; ``predict(seen, held)`` takes masks."""
    fold = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
    out = np.empty_like(y)
    for k in range(FOLDS):
        out[fold == k] = predict(fold != k, fold == k)
    return out


def gaussian_process(x: Floats, y: Floats) -> Floats:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    z = x / x.std(axis=0)
    kernel = ConstantKernel(50.0) * Matern(np.full(x.shape[1], 2.0), (1e-2, 1e3), nu=2.5) + WhiteKernel(1.0)
    fitted = GaussianProcessRegressor(kernel, normalize_y=True).fit(z, y).kernel_
    model = GaussianProcessRegressor(fitted, optimizer=None, normalize_y=True)
    return cross_validated(y, lambda seen, held: model.fit(z[seen], y[seen]).predict(z[held]))


def rmse(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))


def r2(predicted: Floats, y: Floats) -> float:
    return 1 - float(np.sum((predicted - y) ** 2) / np.sum((y - y.mean()) ** 2))


def fitted(path: Path) -> dict[str, Any]:
    """The document to ship; prints the choice of the settings on the way."""
    x, y = rows(path)
    root = np.sqrt(y)
    held_out: dict[tuple[float, float], Floats] = {}
    for scale in SCALES:
        a = terms(x, *waves(scale))
        for ridge in RIDGES:
            held_out[scale, ridge] = cross_validated(
                y, lambda seen, held, a=a, ridge=ridge: a[held] @ solve(a[seen], root[seen], ridge)
            )
    scores = {key: rmse(np.maximum(found, 0) ** 2 - y) for key, found in held_out.items()}
    for (scale, ridge), score in scores.items():
        print(f"length scale {scale:4.1f}  ridge {ridge:6.0e}  cross-validated RMSE {score:.3f} umol")
    scale, ridge = min(scores, key=lambda key: round(scores[key], 5))
    print(f"chosen: {scale:g}, {ridge:g}")
    frequencies, phases = waves(scale)
    coefficients = np.round(solve(terms(x, frequencies, phases), root, ridge), 5)
    predicted = np.maximum(terms(x, frequencies, phases) @ coefficients, 0) ** 2
    held = held_out[scale, ridge]
    amount = np.maximum(held, 0) ** 2
    process = gaussian_process(x, y)
    residual = {
        "rmse_umol": rmse(predicted - y),
        "cv_rmse_umol": rmse(amount - y),
        "cv_mean_absolute_umol": float(np.mean(np.abs(amount - y))),
        "cv_bias_umol": float(np.mean(amount - y)),
        "cv_r2": r2(amount, y),
        "cv_rmse_root": rmse(np.maximum(held, 0) - root),
        "gp_matern52_cv_rmse_umol": rmse(process - y),
        "gp_matern52_cv_r2": r2(process, y),
    }
    return {
        "what": "coefficients of aichemist.lab.twin._hydrogen_map: square root of umol of hydrogen",
        "made_by": "scripts/fit_hydrogen_map.py",
        "citation": "Burger et al., Nature 2020, 583, 237, doi 10.1038/s41586-020-2442-2; rows as distributed with "
        "HypBO (Cisse et al., IJCAI 2024; MIT), github.com/Ablatif6c/HypBO",
        "licence": "MIT (HypBO)",
        "data_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "points": len(y),
        "length_scale": scale,
        "ridge": ridge,
        "residual": {name: round(value, 3) for name, value in residual.items()},
        "range": {name: [x[:, i].min(), x[:, i].max()] for i, name in enumerate(INPUTS)},
        "coefficients": coefficients.tolist(),
        "phases": phases.tolist(),
        "frequencies": frequencies.tolist(),
    }


def text_of(document: dict[str, Any]) -> str:
    """JSON with one line for each key."""
    lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA / "photocat_her_mobile_robot" / "her_data_combined.csv")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--check", action="store_true", help="write nothing; compare with the shipped file")
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        sys.exit(f"error: {arguments.data}: there is no such file\n  mend: set AICHEMIST_DATA or give --data")
    document = fitted(arguments.data)
    for name, value in document["residual"].items():
        print(f"  {name:26} {value:g}")
    text = text_of(document)
    if arguments.check:
        same = SHIPPED.read_text(encoding="utf-8") == text
        print("the shipped file is the same" if same else "the shipped file differs")
        sys.exit(0 if same else 1)
    arguments.out.write_text(text, encoding="utf-8")
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
