"""Flexible job shops without transport and batches, by constraint programming (OR-tools CP-SAT)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from attrs import define

from aichemist.chemistry import InfeasibleError

from ._anytime import Status, minimise
from ._buffered import check_buffered, horizon, lower_bound
from ._critical_search import can_search, critical_search
from ._first_plan import Key, Placed, first_plan
from ._problem import Plan, Problem, Run
from ._shop_model import ShopModel


def solve_job_shop(
    problem: Problem,
    *,
    seconds: float,
    workers: int = 2,
    seed: int = 0,
    steps: int | None = None,
    log: Callable[[str], None] | None = None,
) -> Plan:
    """The best plan found in ``seconds`` for a flexible job shop with unlimited buffers.

    Least is the makespan, plus the lateness of jobs with a due time at their priority, plus soft waits at their
    price. ``steps`` (thousandths of the solver's deterministic time) make the plan the same for the same ``seed`` and
    ``workers`` on any machine, as long as ``seconds`` suffice. ``log`` gets the lines of the solver's log.

    Raises:
        InputError: the problem has batches, carriers, blocking or set-up: another solver's work.
        InfeasibleError: there is no plan, or none was found in time (the message says which).
    """
    started = time.perf_counter()
    check_buffered(problem, vehicles=False)
    least = lower_bound(problem)
    first = first_plan(problem)
    trace: list[tuple[float, int]] = []
    if first is not None:
        trace.append((round(time.perf_counter() - started, 3), span(first)))
        if span(first) <= least and not is_priced(problem):
            return _plan(problem, first, least, trace, started, "dispatch")

    search = _Search(problem, started, seconds, workers, seed, steps, log, trace, least, first)
    if search.can_search_locally:
        # most shops are solved to the optimum at once; the others gain more from the critical path first
        search.exactly(_SHARE_EXACT)
        if not search.done:
            search.locally(_SHARE_LOCAL)
    if not search.done:
        search.exactly(1.0)
    if search.best is None:
        raise no_plan(search.status, seconds)
    return _plan(problem, search.best, search.least, trace, started, search.method)


_SHARE_EXACT = 0.1
_SHARE_LOCAL = 0.3
"""Shares of the budget: the constraint solver alone, then the local search; the solver again has the rest."""

_MOVES_PER_STEP = 10
"""Moves of the local search that take about as long as a step of the solver."""


@define
class _Search:
    """The best plan and bound so far, and ways to improve them."""

    problem: Problem
    started: float
    seconds: float
    workers: int
    seed: int
    steps: int | None
    log: Callable[[str], None] | None
    trace: list[tuple[float, int]]
    least: int
    best: Mapping[Key, Placed] | None
    method: str = "dispatch"
    status: Status = "unknown"

    @property
    def priced(self) -> bool:
        return is_priced(self.problem)

    @property
    def can_search_locally(self) -> bool:
        return self.best is not None and can_search(self.problem)

    @property
    def done(self) -> bool:
        proven = self.status in ("optimal", "impossible")
        return proven or (self.best is not None and not self.priced and span(self.best) <= self.least)

    def exactly(self, share: float) -> None:
        problem, priced = self.problem, self.priced
        limit = span(self.best) if self.best is not None and not priced else horizon(problem)
        model = ShopModel.of(problem, limit, self.least)
        for j, job in enumerate(problem.jobs):
            for k in range(1, len(job.operations)):
                model.follow(j, k)
        model.minimise()
        if self.best is not None:
            model.hint(self.best)
        found = minimise(
            model.cp,
            model.makespan,
            started=self.started,
            seconds=self.seconds * share,
            workers=self.workers,
            seed=self.seed,
            steps=None if self.steps is None else max(1, int(self.steps * share)),
            log=self.log,
        )
        self.status = found.status
        if not priced:  # with prices the solver's bound is of the sum, which says nothing of the makespan alone
            self.least = max(self.least, found.bound)
        if not found.has_plan:
            return
        self.trace += [(s, m) for s, m in found.trace if priced or not self.trace or m < self.trace[-1][1]]
        plan = model.read(found)
        if self.best is None or priced or span(plan) < span(self.best):
            self.best, self.method = plan, "CP-SAT"

    def locally(self, share: float) -> None:
        assert self.best is not None
        before = span(self.best)
        self.best = critical_search(
            self.problem,
            self.best,
            until=time.perf_counter() + self.seconds * share,
            moves=None if self.steps is None else int(self.steps * share * _MOVES_PER_STEP),
            least=self.least,
            seed=self.seed,
            trace=self.trace,
            started=self.started,
        )
        if span(self.best) < before:
            self.method = "tabu search"


def is_priced(problem: Problem) -> bool:
    """Whether something besides the makespan costs."""
    soft = any(o.wait_max is not None and o.late_price for j in problem.jobs for o in j.operations)
    return soft or any(j.due is not None and j.priority for j in problem.jobs)


def span(plan: Mapping[Key, Placed]) -> int:
    return max((run.end for run in plan.values()), default=0)


def no_plan(status: Status, seconds: float) -> InfeasibleError:
    if status == "impossible":
        return InfeasibleError("there is no plan: waits, windows and what is taken already exclude each other (proven)")
    return InfeasibleError(f"no plan was found within {seconds:g} s; there may be one: give more time")


def _plan(
    problem: Problem,
    placed: Mapping[Key, Placed],
    bound: int,
    trace: list[tuple[float, int]],
    started: float,
    method: str,
) -> Plan:
    return Plan(
        runs=runs_of(problem, placed),
        bound=min(bound, span(placed)),
        optimal=span(placed) <= bound,
        seconds=time.perf_counter() - started,
        trace=tuple(trace),
        method=method,
    )


def runs_of(problem: Problem, placed: Mapping[Key, Placed]) -> tuple[Run, ...]:
    """In the order of their starts."""
    runs = [Run(p.machine, k, (problem.jobs[j].id,), p.start, p.end) for (j, k), p in placed.items()]
    return tuple(sorted(runs, key=lambda r: (r.start, r.end, r.machine, r.jobs)))
