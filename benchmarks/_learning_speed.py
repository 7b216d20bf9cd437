"""How long a proposal takes for ``learning.py --speed``: 8 from 10,000 candidates at 100 and at 1,000 observations."""

from __future__ import annotations

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from aichemist.brain.learning import load_learner

CANDIDATES, BATCH, METALS, REPEATS = 10_000, 8, 6, 3
#: seconds on two cores, by observations
BARS = {100: 3.0, 1000: 15.0}


def one(name: str, observations: int, objectives: int) -> dict[str, Any]:
    """A mixture of six components with a made-up response; the median of three proposals after one that warms up."""
    rng = np.random.default_rng(0)
    x = rng.dirichlet(np.ones(METALS), CANDIDATES).round(3)
    x /= x.sum(axis=1, keepdims=True)
    y = np.stack([np.sin(5 * x @ rng.standard_normal(METALS)) for _ in range(objectives)], axis=1)
    y += 0.1 * rng.standard_normal(y.shape)
    rows = rng.choice(CANDIDATES, observations, replace=False)
    learner, nothing = load_learner(name), np.empty((0, METALS))
    direction = ("maximise",) * objectives
    wall, cpu = [], []
    per_mb = 1024 if sys.platform != "darwin" else 1024**2
    for seed in range(REPEATS + 1):
        began, spent = time.perf_counter(), time.process_time()
        learner.propose_from(
            x, x[rows], y[rows], np.zeros(y[rows].shape), nothing, BATCH, direction=direction, seed=seed, remaining=200
        )
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
    return {
        "method": name, "objectives": objectives, "candidates": CANDIDATES, "observations": observations,
        "seconds": float(np.median(wall[1:])), "cpu_s": float(np.median(cpu[1:])),
        "bar_s": BARS[observations] if objectives == 1 else None,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb,
    }  # fmt: skip


def speed_rows(methods: list[str]) -> list[dict[str, Any]]:
    """One row for each method, number of observations and of objectives, each in a process of its own."""
    rows = []
    for name in methods:
        for observations in BARS:
            for objectives in (1, 2) if name in ("ensemble", "qnehvi") else (1,):
                if name == "qnehvi" and objectives == 1:
                    continue
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    rows.append(pool.submit(one, name, observations, objectives).result())
    return rows
