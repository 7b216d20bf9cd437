"""How long a search may take."""

from __future__ import annotations

import time

from attrs import define, field
from ortools.sat.python import cp_model


@define
class Budget:
    """Seconds (and, for equal results on all machines, deterministic steps) that a search may take."""

    seconds: float
    steps: float | None = None
    workers: int = 2
    seed: int = 0
    started: float = field(factory=time.monotonic)

    @property
    def used(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.used)

    def solver(self, seconds: float, steps: float | None = None, workers: int | None = None) -> cp_model.CpSolver:
        """A solver with this much of the budget."""
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.catch_sigint_signal = False  # Ctrl-C belongs to the program, not to one search of many
        parameters.random_seed = self.seed
        parameters.num_workers = workers or self.workers
        parameters.max_time_in_seconds = max(0.01, min(seconds, self.left))
        if self.steps is not None:
            parameters.max_deterministic_time = steps if steps is not None else self.steps
            parameters.max_time_in_seconds = 1e6
            parameters.interleave_search = parameters.num_workers > 1
        return solver
