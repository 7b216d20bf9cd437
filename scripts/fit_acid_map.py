"""Fits mixture polynomials to the Co-Mn-Sb-Sn-Ti grid and writes the coefficients that ship with the package.

    python scripts/fit_acid_map.py [--data FILE] [--out FILE] [--check]

The strength of each ridge is chosen by leave-one-out in closed form. Numbers are rounded so that another linear-algebra
library gives the same file; ``--check`` says whether the shipped file is what comes out.
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

from aichemist.lab.twin._acid_map import METALS, MOST_V, UNIT_V
from aichemist.lab.twin._oer_map import mixture_terms

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("AICHEMIST_DATA", ROOT.parent / "shared" / "data"))
NAME = "oer_co_mn_sb_sn_ti/HTsummary_Co-Mn-Sb-Sn-Ti-gridsearch.txt"
SHIPPED = ROOT / "src/aichemist/lab/twin/_acid_coefficients.json"
#: linear, binary and ternary terms
CHANGE_TERMS = 25
RIDGES = (1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)


def fit(terms: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Least squares drawn towards the mean of ``y``."""
    normal = terms.T @ terms + ridge * np.eye(terms.shape[1])
    found: NDArray[np.float64] = np.linalg.solve(normal, terms.T @ (y - y.mean()))
    found[: len(METALS)] += y.mean()
    return found


def left_out(terms: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> float:
    """Root mean square error of predictions for each point by the fit that did not see it."""
    found = []
    for i in range(len(y)):
        keep = np.arange(len(y)) != i
        found.append(float(terms[i] @ fit(terms[keep], y[keep], ridge)) - y[i])
    return float(np.sqrt(np.mean(np.square(found))))


def fitted(path: Path) -> dict[str, object]:
    table = np.loadtxt(path, delimiter="\t", skiprows=1)
    x = table[:, 1:6] / 100
    order = np.lexsort(x.T[::-1])
    x, table = x[order], table[order]
    document: dict[str, object] = {
        "citation": "Jenewein et al., J. Mater. Chem. A 2024, doi 10.1039/D3TA06651G; file as distributed by the "
        "authors (MIT), github.com/kjenewein/Multiobjective-Bayesian-Optimization",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "metals": list(METALS),
    }
    residual = {}
    terms = mixture_terms(x)
    for name, own, y in (
        ("overpotential", terms, np.minimum(table[:, 6] / 1e3, MOST_V)),
        ("arsinh_change", terms[:, :CHANGE_TERMS], np.arcsinh(table[:, 8] / 1e3 / UNIT_V)),
    ):
        scores = {ridge: left_out(own, y, ridge) for ridge in RIDGES}
        ridge = min(scores, key=lambda r: (round(scores[r], 6), -r))
        coefficients = np.round(fit(own, y, ridge), 5)
        residual[f"{name}_cv_rmse"] = round(scores[ridge], 4)
        residual[f"{name}_rmse"] = round(float(np.sqrt(np.mean((own @ coefficients - y) ** 2))), 4)
        residual[f"{name}_sd"] = round(float(y.std()), 4)
        print(f"{name}: ridge {ridge:g}, left-out RMSE {scores[ridge]:.4f}, standard deviation {y.std():.4f}")
        document[name] = coefficients.tolist()
    return document | {"residual": residual}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA / NAME, help="the grid (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the coefficients go (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the shipped file is the same")
    options = parser.parse_args()
    text = json.dumps(fitted(options.data), indent=1) + "\n"
    if options.check:
        same = options.out.read_text(encoding="utf-8") == text
        print("the shipped file is what comes out" if same else "the shipped file differs")
        return 0 if same else 1
    options.out.write_text(text, encoding="utf-8")
    print(f"written: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
