"""How fast do the learners find the best recipes of a library that was measured in full?

Each method sees the library's inputs, asks for batches, and is told the measured values: no interpolation, no model in
the loop but its own. The first batch of each seed is space-filling and the same for all methods. Examples:

    python benchmarks/learning.py --set oer_plate_3496 --seeds 20
    python benchmarks/learning.py --quick
    python benchmarks/learning.py --csv mine.csv --inputs temperature,time --target yield --direction maximise

EF@96 is the enrichment over random: (share of the best 1 % found) / (share of the library tried), as in Rohr et al.,
Chem. Sci. 2020, 11, 2696.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

# One thread per process, and before numpy and torch are loaded: two processes would fight over the cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import attrs
import numpy as np
from numpy.typing import NDArray

from _report import emit
from aichemist.brain.learning import load_learner, space_filling
from aichemist.chemistry import InputError

DATA = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
METHODS = ("random", "gp_ei", "botorch")


@attrs.frozen(eq=False)
class Library:
    """Points that were all measured: inputs ``x`` ``(n, d)``, values ``y`` ``(n,)``."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    direction: str

    @property
    def best_first(self) -> NDArray[np.int64]:
        return np.argsort(self.y if self.direction == "minimise" else -self.y, kind="stable")

    @property
    def top(self) -> frozenset[int]:
        """The best 1 %, at least one."""
        return frozenset(self.best_first[: max(1, round(len(self.y) / 100))].tolist())


@attrs.frozen(eq=False)
class Trace:
    """One method on one seed: rows in the order they were tried."""

    method: str
    seed: int
    order: tuple[int, ...]
    cpu_s: float
    proposals: int
    peak_mb: float


def named_set(name: str, data: Path) -> Library:
    """A set of the data folder: ``config.json`` names the inputs, ``data.csv`` has no header."""
    folder = data / name
    if not (folder / "config.json").is_file() or not (folder / "data.csv").is_file():
        have = sorted(p.parent.name for p in data.glob("*/config.json")) if data.is_dir() else []
        raise InputError(
            "no such data set (config.json and data.csv are looked for)", file=folder, key="--set", value=name,
            mend=f"one of: {', '.join(have)}" if have else "give the data folder with --data or AICHEMIST_DATA",
        )  # fmt: skip
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        inputs = [p["name"] for p in config["parameters"]]
        targets = [m["name"] for m in config["measurements"]]
        direction = {"minimize": "minimise", "maximize": "maximise"}[config["default_goal"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot be understood: {error!r}", file=folder / "config.json") from None
    with (folder / "data.csv").open(newline="", encoding="utf-8") as file:
        rows = [(i, row) for i, row in enumerate(csv.reader(file), 1) if row]
    names = [*inputs, *targets]
    return _library(name, folder / "data.csv", rows, names, inputs, targets[0], direction)


def csv_library(path: Path, inputs: list[str], target: str, direction: str) -> Library:
    """Any CSV with a header."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [(i, row) for i, row in enumerate(csv.reader(file), 1) if row]
    except FileNotFoundError:
        raise InputError("no such file", file=path, key="--csv", mend="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=path, key="--csv") from None
    header = [name.strip() for name in rows[0][1]] if rows else []
    for key, name in [*(("--inputs", i) for i in inputs), ("--target", target)]:
        if name not in header:
            raise InputError(
                "no such column", file=path, key=key, value=name, mend=f"one of: {', '.join(header) or '(none)'}"
            )
    if target in inputs:
        raise InputError("is both an input and the target", file=path, key="--target", value=target)
    return _library(path.stem, path, rows[1:], header, inputs, target, direction)


def _library(
    name: str, path: Path, rows: list[tuple[int, list[str]]], header: list[str], inputs: list[str], target: str,
    direction: str,
) -> Library:  # fmt: skip
    wanted = [*inputs, target]
    places = [header.index(column) for column in wanted]
    table = []
    for line, row in rows:
        if len(row) != len(header):
            raise InputError(f"has {len(row)} columns, expected {len(header)}", file=path, line=line)
        values = []
        for column, place in zip(wanted, places, strict=True):
            try:
                values.append(float(row[place]))
            except ValueError:
                values.append(np.nan)
            if not np.isfinite(values[-1]):
                raise InputError("is not a number", file=path, line=line, key=column, value=row[place])
        table.append(values)
    if len(table) < 20:
        raise InputError(f"holds {len(table)} points; a benchmark needs at least 20", file=path)
    data = np.array(table)
    # A point measured several times counts as one, with the mean: a library has each point once.
    points, which = np.unique(data[:, :-1], axis=0, return_inverse=True)
    values_y = np.bincount(which.ravel(), data[:, -1]) / np.bincount(which.ravel())
    return Library(name, points, values_y, direction)


def search(library: Library, method: str, seed: int, budget: int, batch: int) -> Trace:
    """Run one method for one seed until ``budget`` points are tried.

    Random search goes on to two thirds of the library, so that its way to half of the best is measured as well.
    """
    if method == "random":
        budget = max(budget, 2 * len(library.y) // 3)
    learner = load_learner(method)
    everything = np.arange(len(library.y))
    order = space_filling(library.x, min(batch, budget), everything, seed)
    nothing = np.empty((0, library.x.shape[1]))
    spent, proposals = 0.0, 0
    while len(order) < budget:
        rows = np.array(order)
        n = min(batch, budget - len(order))
        start = time.process_time()
        picks = learner.propose_from(
            library.x, library.x[rows], library.y[rows], np.zeros(len(rows)), nothing, n,
            direction=library.direction, seed=seed,
        )  # fmt: skip
        spent, proposals = spent + time.process_time() - start, proposals + 1
        order += [p.index for p in picks]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return Trace(method, seed, tuple(order), spent, proposals, peak_mb)


def recalls(library: Library, traces: list[Trace]) -> NDArray[np.float64]:
    """Share of the best 1 % found after 1, 2, ... samples; shape ``(seeds, budget)``."""
    return np.array([np.cumsum([i in library.top for i in t.order]) for t in traces]) / len(library.top)


def to_half(recall: NDArray[np.float64]) -> float | None:
    """Samples until the mean recall reaches one half, or ``None``."""
    reached = np.flatnonzero(recall.mean(axis=0) >= 0.5)
    return float(reached[0] + 1) if len(reached) else None


def summarise(library: Library, traces: list[Trace], methods: list[str], budget: int, at: int) -> list[dict[str, Any]]:
    """One row per method."""
    n = len(library.y)
    by_method = {m: [t for t in traces if t.method == m] for m in methods}
    random_half = to_half(recalls(library, by_method["random"])) if "random" in by_method else None
    rows = []
    for method in methods:
        recall = recalls(library, by_method[method])
        found, half = recall[:, at - 1], to_half(recall)
        best = library.best_first[0]
        cpu, proposals = sum(t.cpu_s for t in by_method[method]), sum(t.proposals for t in by_method[method])
        rows.append(
            {
                "method": method,
                "seeds": len(recall),
                f"recall_top_1pct_at_{at}": found.mean(),
                "standard_error": found.std(ddof=1) / len(found) ** 0.5 if len(found) > 1 else None,
                f"ef_at_{at}": found.mean() / (at / n),
                "samples_to_half_recall": half,
                "acceleration_at_half_recall": random_half / half if random_half and half else None,
                f"share_best_found_in_{budget}": np.mean([best in t.order[:budget] for t in by_method[method]]),
                "cpu_s_per_proposal": cpu / proposals if proposals else None,
                "peak_memory_mb": max(t.peak_mb for t in by_method[method]),
            }
        )
    return rows


def measure(library: Library, methods: list[str], seeds: range, budget: int, batch: int, jobs: int) -> list[Trace]:
    """All searches. Each method has its own processes, so that its peak memory is its own."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    traces = []
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for method in methods:
            task = progress.add_task(f"{method} on {library.name}", total=len(seeds))
            with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
                waiting = [pool.submit(search, library, method, seed, budget, batch) for seed in seeds]
                for done in as_completed(waiting):
                    traces.append(done.result())
                    progress.advance(task)
    return sorted(traces, key=lambda t: (methods.index(t.method), t.seed))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="oer_plate_3496", help="a data set of the data folder (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=DATA, help="the data folder (default: %(default)s)")
    parser.add_argument("--csv", type=Path, help="any CSV with a header, instead of --set")
    parser.add_argument("--inputs", help="input columns of --csv, by commas")
    parser.add_argument("--target", help="measured column of --csv")
    parser.add_argument("--direction", choices=("minimise", "maximise"), help="which way the target of --csv should go")
    parser.add_argument("--methods", default=",".join(METHODS), help="by commas (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=20, help="seeds FIRST, FIRST + 1, ... (default: %(default)s)")
    parser.add_argument("--first-seed", type=int, default=0, help="(default: %(default)s)")
    parser.add_argument("--budget", type=int, default=128, help="samples per search (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="(default: %(default)s)")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=min(2, cores), help="processes (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the table there as JSON")
    parser.add_argument("--quick", action="store_true", help="4 seeds, under a minute")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    for key in ("seeds", "batch", "jobs", "budget"):
        if getattr(options, key) < 1:
            raise InputError("must be 1 or more", key=f"--{key}", value=getattr(options, key))
    if options.csv is not None:
        for key in ("inputs", "target", "direction"):
            if not getattr(options, key):
                raise InputError("is needed with --csv", key=f"--{key}")
        inputs = [name.strip() for name in options.inputs.split(",") if name.strip()]
        library = csv_library(options.csv, inputs, options.target, options.direction)
    else:
        library = named_set(options.set, options.data)
    methods = list(dict.fromkeys(m.strip() for m in options.methods.split(",") if m.strip()))
    for method in methods:
        load_learner(method)
    seeds = range(options.first_seed, options.first_seed + (min(options.seeds, 4) if options.quick else options.seeds))
    budget = min(options.budget, len(library.y))
    traces = measure(library, methods, seeds, budget, options.batch, options.jobs)
    rows = summarise(library, traces, methods, budget, min(96, budget))
    rows = [{"set": library.name, **row} for row in rows]
    title = f"Learning on {library.name}: {len(library.y)} points, batches of {options.batch}"
    emit("learning", rows, options.json, title=title)


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped; nothing was written")
