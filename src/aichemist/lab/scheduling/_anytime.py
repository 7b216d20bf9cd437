"""Runs CP-SAT on a model within a budget of time or steps, and keeps what was found on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from aichemist.chemistry import InputError

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

STEP = 0.001
"""One step of a budget, in the solver's deterministic time (measured: 10 to 30 ms on a shared core)."""


Status = Literal["optimal", "found", "impossible", "unknown"]
"""``impossible`` is a proof, ``unknown`` is none."""


@frozen
class Found:
    """What the solver found.

    Attributes:
        value: the value of a variable (or linear expression) in the best plan; raises without one.
        bound: a proven lower bound of the objective.
        trace: (seconds since ``started``, makespan) of every plan found.
    """

    status: Status
    value: Callable[[Any], int]
    bound: int
    trace: tuple[tuple[float, int], ...]

    @property
    def has_plan(self) -> bool:
        return self.status in ("optimal", "found")


def minimise(
    model: CpModel,
    makespan: IntVar,
    *,
    started: float,
    seconds: float,
    workers: int,
    seed: int,
    steps: int | None = None,
    log: Callable[[str], None] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Found:
    """Improve until proven optimal or the budget is spent.

    ``seconds`` count from ``started`` (``time.perf_counter``). With ``steps`` the result is the same for the same
    seed, workers and steps on any machine, as long as ``seconds`` suffice: all subsolvers take turns then.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # Ctrl-C belongs to the program, not to one search of many
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % 2**31
    for name, value in (parameters or {}).items():
        if isinstance(value, list | tuple):
            getattr(solver.parameters, name).extend(value)
        else:
            setattr(solver.parameters, name, value)
    solver.parameters.max_time_in_seconds = max(0.05, seconds - (time.perf_counter() - started))
    if steps is not None:
        solver.parameters.max_deterministic_time = steps * STEP
        solver.parameters.interleave_search = True
    if log is not None:
        solver.parameters.log_search_progress = True
        solver.parameters.log_to_stdout = False
        solver.log_callback = log

    trace: list[tuple[float, int]] = []

    class Trace(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            trace.append((round(time.perf_counter() - started, 3), int(self.value(makespan))))

    outcome = solver.solve(model, Trace())
    status: Status = "unknown"
    if outcome == cp_model.OPTIMAL:
        status = "optimal"
    elif outcome == cp_model.FEASIBLE:
        status = "found"
    elif outcome == cp_model.INFEASIBLE:
        status = "impossible"
    elif outcome == cp_model.MODEL_INVALID:
        raise InputError("the problem has numbers too large to plan with", mend="give times in a coarser unit")
    # the solver's bound is a float that may lie a little below a whole number
    bound = int(-(-(solver.best_objective_bound - 1e-6) // 1)) if status != "impossible" else 0
    return Found(status, solver.value, max(0, bound), tuple(trace))
