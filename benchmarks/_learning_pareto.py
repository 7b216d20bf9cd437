"""Two objectives for ``learning.py``: hypervolume against the number of experiments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from _learning_search import Method, Trace
from _learning_sets import Library, csv_table
from aichemist.brain.learning import hypervolume
from aichemist.chemistry import InputError

PUBLISHED = {
    "published closed loop": "MOBO_summary_20230617_16-21-38.txt",
    "published random": "MOBO_summary_random_20230617_16-13-29.txt",
}


def scaled(library: Library, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Objectives as 0 (worst of the library) to 1 (best of it)."""
    values, all_values = library.signs * y, library.signs * library.y
    low, high = all_values.min(axis=0), all_values.max(axis=0)
    result: NDArray[np.float64] = (values - low) / np.where(high > low, high - low, 1.0)
    return result


def curve(values: NDArray[np.float64], whole: float, budget: int) -> NDArray[np.float64]:
    """Hypervolume above the worst values after 1, 2, ... experiments, as a share of that of the whole library."""
    reference = np.zeros(values.shape[1])
    found, last = [], 0.0
    for n in range(1, min(budget, len(values)) + 1):
        # only a point inside the box above what was found can add to it
        inside = (values[n - 1] > reference).all()
        if inside and not (values[: n - 1] >= values[n - 1]).all(axis=1).any():
            last = hypervolume(values[:n], reference) / whole
        found.append(last)
    return np.array(found)


def pareto_rows(
    library: Library, traces: list[Trace], methods: list[Method], budget: int, data: Path
) -> list[dict[str, Any]]:
    """One row per method, then the published campaigns of the set, which chose among other compositions as well."""
    values = scaled(library, library.y)
    whole = hypervolume(values, np.zeros(values.shape[1]))
    half, at = budget // 2, budget
    rows: list[dict[str, Any]] = []
    for method in methods:
        own = [t for t in traces if t.method == method.label]
        curves = np.array([curve(values[list(t.order)], whole, budget) for t in own])
        area = curves.mean(axis=1)
        proposals = sum(t.proposals for t in own)
        rows.append(
            {
                "set": library.name,
                "method": method.label,
                "seeds": len(own),
                "area": area.mean(),
                "area_se": area.std(ddof=1) / len(area) ** 0.5 if len(area) > 1 else None,
                f"hypervolume_at_{half}": curves[:, half - 1].mean(),
                f"hypervolume_at_{at}": curves[:, at - 1].mean(),
                "samples_to_95_percent": _reached(curves, 0.95),
                "cpu_s_per_proposal": sum(t.cpu_s for t in own) / proposals if proposals else None,
                "peak_memory_mb": max(t.peak_mb for t in own),
            }
        )
    if library.name == "oer_co_mn_sb_sn_ti":
        rows += _published(library, whole, budget, data / library.name)
    return rows


def _reached(curves: NDArray[np.float64], share: float) -> int | None:
    reached = np.flatnonzero(curves.mean(axis=0) >= share)
    return int(reached[0]) + 1 if len(reached) else None


def _published(library: Library, whole: float, budget: int, folder: Path) -> list[dict[str, Any]]:
    rows = []
    for label, name in PUBLISHED.items():
        try:
            table = csv_table(folder / name, "--set")
        except InputError:
            continue
        y, _ = table.numbers(list(library.targets), "--target", [])
        found = curve(scaled(library, y), whole, max(budget, len(y)))
        rows.append(
            {
                "set": library.name,
                "method": label,
                "seeds": 1,
                "area": found[:budget].mean(),
                f"hypervolume_at_{budget // 2}": found[budget // 2 - 1],
                f"hypervolume_at_{budget}": found[min(budget, len(found)) - 1],
                "samples_to_95_percent": _reached(found[None], 0.95),
            }
        )
    return rows
