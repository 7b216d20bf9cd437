"""How fast do the learners find the best recipes of a library that was measured in full?

Each method sees the library's inputs, asks for batches, and is told the measured values: no interpolation, no model in
the loop but its own. Each seed has its own random start, the same for all methods. Examples:

    python benchmarks/learning.py --set oer_plate_3496 --seeds 50
    python benchmarks/learning.py --set colors_bob,crossed_barrel,alkox,snar
    python benchmarks/learning.py --set oer_plate_3851 --transfer oer_plate_3496
    python benchmarks/learning.py --set oer_co_mn_sb_sn_ti --seeds 100
    python benchmarks/learning.py --csv mine.csv --inputs temperature,time --target yield --direction maximise
    python benchmarks/learning.py --speed
    python benchmarks/learning.py --theory theory.csv --observations measured.csv --target yield --direction maximise

EF@96 is the enrichment over random: (share of the best found) / (share of the library tried), as in Rohr et al., Chem.
Sci. 2020, 11, 2696. "Best" are 1 % of a library of a thousand or more, else 5 %. Area is the mean over the budget of
the share found (or of the normalised hypervolume), between 0 and 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

# One thread per process, and before numpy and torch are loaded: two processes would fight over the cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from _learning_helped import earlier_methods, theory_methods
from _learning_pareto import pareto_rows
from _learning_search import Method, Trace, measure
from _learning_sets import DATA, Library, csv_table, named_set
from _learning_speed import speed_rows
from _report import emit_parts
from aichemist.brain.learning import load_learner
from aichemist.chemistry import InputError

METHODS = ("random", "gp_ei", "rf_ucb", "ensemble")
TWO = ("random", "qnehvi", "ensemble")
#: learners that take half a minute and more for one batch
SLOW = {"baybe", "ax"}


def recalls(library: Library, top: float, traces: list[Trace]) -> NDArray[np.float64]:
    """Share of the best found after 1, 2, ... samples; shape ``(seeds, budget)``."""
    best = library.top(top)
    return np.array([np.cumsum([i in best for i in t.order]) for t in traces]) / len(best)


def to_half(recall: NDArray[np.float64]) -> float | None:
    """Samples until the mean recall reaches one half, or ``None``."""
    reached = np.flatnonzero(recall.mean(axis=0) >= 0.5)
    return float(reached[0] + 1) if len(reached) else None


def error(values: NDArray[np.float64]) -> float | None:
    """Standard error over the seeds."""
    return float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else None


def summarise(
    library: Library, traces: list[Trace], methods: list[Method], budget: int, at: int, top: float
) -> list[dict[str, Any]]:
    """One row per method."""
    by_method = {m.label: [t for t in traces if t.method == m.label] for m in methods}
    random_half = to_half(recalls(library, top, by_method["random"])) if "random" in by_method else None
    rows = []
    for method in methods:
        own = by_method[method.label]
        recall = recalls(library, top, own)
        found, half, area = recall[:, at - 1], to_half(recall), recall[:, :budget].mean(axis=1)
        proposals = sum(t.proposals for t in own)
        rows.append(
            {
                "set": library.name,
                "method": method.label,
                "seeds": len(recall),
                f"recall_at_{at}": found.mean(),
                "recall_se": error(found),
                f"ef_at_{at}": found.mean() / (at / len(library.y)),
                "area": area.mean(),
                "area_se": error(area),
                "samples_to_half": half,
                "acceleration": random_half / half if random_half and half else None,
                f"best_found_in_{budget}": np.mean([library.best_first[0] in t.order[:budget] for t in own]),
                "cpu_s_per_proposal": sum(t.cpu_s for t in own) / proposals if proposals else None,
                "peak_memory_mb": max(t.peak_mb for t in own),
            }
        )
    return rows


def over_sets(parts: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The mean area of each method over the sets, with its standard error."""
    labels = list(dict.fromkeys(row["method"] for rows in parts.values() for row in rows))
    result = []
    for label in labels:
        own = [row for rows in parts.values() for row in rows if row["method"] == label]
        if len(own) < len(parts):
            continue
        errors = [row["area_se"] or 0.0 for row in own]
        result.append(
            {
                "method": label, "sets": len(own), "mean_area": float(np.mean([row["area"] for row in own])),
                "mean_area_se": float(np.sqrt(np.sum(np.square(errors))) / len(own)),
            }
        )  # fmt: skip
    return result


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="oer_plate_3496", help="data sets, by commas (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=DATA, help="the data folder (default: %(default)s)")
    parser.add_argument("--csv", type=Path, help="any CSV with a header, instead of --set")
    parser.add_argument("--inputs", help="input columns of --csv, by commas (default: all but the targets)")
    parser.add_argument("--categorical", default="", help="those of them that hold choices, by commas")
    parser.add_argument("--target", help="measured column of --csv or --observations; two by a comma: Pareto front")
    parser.add_argument("--direction", help="minimise or maximise; one for each target, by commas")
    parser.add_argument("--theory", type=Path, help="CSV: inputs and descriptors of them; with --observations")
    parser.add_argument("--observations", type=Path, help="CSV: inputs and measured values")
    parser.add_argument("--descriptors", help="columns of --theory, by commas (default: all that are no input)")
    parser.add_argument("--fidelity", default="", help="column of --theory that is the target itself, calculated")
    parser.add_argument("--speed", action="store_true", help="only: how long a proposal from 10,000 candidates takes")
    parser.add_argument("--transfer", metavar="SET", help="an earlier campaign that measured this set")
    parser.add_argument("--transfer-samples", type=int, default=128, help="so many of it (default: %(default)s)")
    parser.add_argument("--methods", help=f"by commas (default: {','.join(METHODS)}; two targets: {','.join(TWO)})")
    parser.add_argument("--seeds", type=int, default=50, help="seeds FIRST, FIRST + 1, ... (default: %(default)s)")
    parser.add_argument("--slow-seeds", type=int, default=3, help="seeds of baybe and ax (default: %(default)s)")
    parser.add_argument("--first-seed", type=int, default=0, help="(default: %(default)s)")
    parser.add_argument("--budget", type=int, default=128, help="samples, at most half a set (default: %(default)s)")
    parser.add_argument("--at", type=int, default=96, help="where EF and recall are read (default: %(default)s)")
    parser.add_argument("--top", type=float, help="share that counts as best (default: 0.01, small sets 0.05)")
    parser.add_argument("--batch", type=int, default=8, help="(default: %(default)s; two targets: 5)")
    parser.add_argument("--start", type=int, default=8, help="random start (default: %(default)s; two targets: 5)")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=min(2, cores), help="processes (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the table there as JSON")
    parser.add_argument("--quick", action="store_true", help="2 seeds, under a minute")
    return parser.parse_args(arguments)


def split(text: str | None) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def libraries(options: argparse.Namespace) -> list[Library]:
    """What the options name."""
    path = options.observations or options.csv
    if path is None:
        return [named_set(name, options.data) for name in split(options.set)]
    key = "--observations" if options.observations else "--csv"
    for name in ("target", "direction"):
        if not getattr(options, name):
            raise InputError(f"is needed with {key}", key=f"--{name}")
    targets, directions = split(options.target), [d.strip() for d in options.direction.split(",")]
    for direction in directions:
        if direction not in ("minimise", "maximise"):
            raise InputError("is no direction", key="--direction", value=direction, mend="minimise or maximise")
    if len(directions) != len(targets):
        raise InputError(f"names {len(directions)}, --target {len(targets)}", key="--direction")
    table = csv_table(path, key)
    inputs = split(options.inputs)
    if not inputs and options.theory is not None:
        shared = csv_table(options.theory, "--theory").header
        inputs = [n for n in table.header if n in shared and n not in targets and n not in split(options.descriptors)]
    inputs = inputs or [n for n in table.header if n not in targets]
    return [table.library(path.stem, inputs, targets, directions, split(options.categorical))]


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    for key in ("seeds", "slow_seeds", "batch", "jobs", "budget", "start", "at", "transfer_samples"):
        if getattr(options, key) < 1:
            raise InputError("must be 1 or more", key=f"--{key.replace('_', '-')}", value=getattr(options, key))
    if bool(options.theory) != bool(options.observations):
        raise InputError("--theory and --observations go together", key="--theory")
    if options.quick:
        options.seeds, options.slow_seeds, options.budget = min(options.seeds, 2), 1, min(options.budget, 64)
    wanted = split(options.methods)
    for name in wanted:
        load_learner(name)

    if options.speed:
        rows = speed_rows(wanted or [m for m in METHODS if m != "random"])
        emit_parts(
            "learning_speed", {f"a batch of 8 from 10,000 candidates, {os.cpu_count()} cores": rows}, options.json
        )
        return

    def seeds(method: Method) -> range:
        n = options.slow_seeds if method.learner in SLOW else options.seeds
        return range(options.first_seed, options.first_seed + min(n, options.seeds))

    parts: dict[str, list[dict[str, Any]]] = {}
    for library in libraries(options):
        two = len(library.targets) > 1
        batch, start = (min(options.batch, 5), min(options.start, 5)) if two else (options.batch, options.start)
        budget = min(options.budget, max(len(library.y) // 2, start))
        for name in wanted:
            load_learner(name).accept(len(library.targets))
        methods = [Method(name, name) for name in wanted or (TWO if two else METHODS)]
        if options.theory is not None:
            methods += theory_methods(library, options)
        if options.transfer is not None:
            methods += earlier_methods(library, options)
        traces = measure(library, methods, seeds, budget, batch, start, options.jobs)
        title = f"{library.name}: {len(library.y)} points, batches of {batch} after {start} at random, budget {budget}"
        if two:
            parts[title] = pareto_rows(library, traces, methods, budget, options.data)
        else:
            top = options.top or library.usual_top
            title += f", best {top:.0%} are {len(library.top(top))}"
            parts[title] = summarise(library, traces, methods, budget, min(options.at, budget), top)
    if len(parts) > 1:
        parts["mean over the sets"] = over_sets(parts)
    emit_parts("learning", parts, options.json)


if __name__ == "__main__":
    try:
        main()
    except InputError as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        sys.exit("stopped; nothing was written")
