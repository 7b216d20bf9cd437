"""Searches for ``learning.py``: one method on one library from one random start."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from _learning_sets import Library
from aichemist.brain.learning import Earlier, Theory, load_learner

#: a nonsense table is made so many times, and shared between the seeds
SHUFFLES = 5


@attrs.frozen(eq=False)
class Help:
    """What a method may use beside the library: a table of theory, or measurements of an earlier campaign."""

    kind: str
    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    shuffled: bool = False
    names: tuple[str, ...] = ()
    fidelity: str = ""


@attrs.frozen(eq=False)
class Method:
    """A learner by its name, what it is called in the table, and what it may use."""

    label: str
    learner: str
    help: Help | None = None


@attrs.frozen(eq=False)
class Trace:
    """One method on one seed: rows in the order they were tried."""

    method: str
    seed: int
    order: tuple[int, ...]
    cpu_s: float
    proposals: int
    peak_mb: float


def random_start(library: Library, n: int, seed: int) -> list[int]:
    """The same for every method."""
    return [int(i) for i in np.random.default_rng([8, seed]).choice(len(library.y), n, replace=False)]


def search(library: Library, method: Method, seed: int, budget: int, batch: int, start: int) -> Trace:
    """Run one method for one seed until ``budget`` points are tried.

    Random search goes on to two thirds of the library, so that its way to half of the best is measured as well.
    """
    learner = load_learner(method.learner)
    order = random_start(library, min(start, budget), seed)
    if method.learner == "random":
        budget = max(budget, 2 * len(library.y) // 3)
    nothing = np.empty((0, library.x.shape[1]))
    encoding = library.encoding()
    more: dict[str, Any] = {"encoding": encoding} if encoding is not None else {}
    if method.help is not None:
        more |= _helped(method, seed % SHUFFLES if method.help.shuffled else 0)
    spent, proposals = 0.0, 0
    direction = library.directions if len(library.directions) > 1 else library.directions[0]
    while len(order) < budget:
        rows = np.array(order)
        n = min(batch, budget - len(order))
        began = time.process_time()
        picks = learner.propose_from(
            library.x, library.x[rows], library.y[rows], np.zeros(library.y[rows].shape), nothing, n,
            direction=direction, seed=seed, remaining=budget - len(order), **more,
        )  # fmt: skip
        spent, proposals = spent + time.process_time() - began, proposals + 1
        order += [p.index for p in picks]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return Trace(method.label, seed, tuple(order), spent, proposals, peak_mb)


# Made once in each process: training on 30,000 rows takes a while.
_LEARNT: dict[tuple[str, int], dict[str, Any]] = {}


def _helped(method: Method, shuffle: int) -> dict[str, Any]:
    key = (method.label, shuffle)
    if key not in _LEARNT:
        given = method.help
        assert given is not None
        y = given.y
        if given.shuffled:
            y = y[np.random.default_rng([9, shuffle]).permutation(len(y))]
        if given.kind == "theory":
            _LEARNT[key] = {"theory": Theory.learn(given.x, y, given.names, seed=0, fidelity=given.fidelity)}
        else:
            _LEARNT[key] = {"earlier": (Earlier(given.name, given.x, y[:, 0]),)}
    return _LEARNT[key]


def measure(
    library: Library, methods: Sequence[Method], seeds: Callable[[Method], range], budget: int, batch: int, start: int,
    jobs: int,
) -> list[Trace]:  # fmt: skip
    """All searches. Each method has its own processes, so that its peak memory is its own."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    traces = []
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for method in methods:
            task = progress.add_task(f"{method.label} on {library.name}", total=len(seeds(method)))
            with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
                waiting = [pool.submit(search, library, method, seed, budget, batch, start) for seed in seeds(method)]
                for done in as_completed(waiting):
                    traces.append(done.result())
                    progress.advance(task)
    return sorted(traces, key=lambda t: t.seed)
