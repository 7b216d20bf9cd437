"""One door for all problems: which solver takes which."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import evolve

from aichemist.chemistry import InputError

from ._bounds import lower_bound
from ._charging import charged, last_charge, with_charging
from ._handling_able import can_search
from ._problem import Machine, Operation, Plan, Problem
from ._sound import sound

if TYPE_CHECKING:
    from ._replan import LivePlan

#: share of the time that goes to racks where vials are looked at one by one afterwards
_RACKS_SHARE = 0.3
#: where single handlings are looked at afterwards: a share or so many seconds for each operation, a share at most
_BEFORE, _EACH_S, _BEFORE_MOST = 0.2, 0.0065, 0.6
#: plans from which that goes on at first
_STARTS = 8


def solve(
    problem: Problem, *, seconds: float = 10.0, workers: int = 2, seed: int = 0, steps: int | None = None,
    improved: Callable[[float, int], None] | None = None,
) -> Plan:  # fmt: skip
    """The best plan found within ``seconds``, with a proven lower bound of the makespan.

    Problems whose vials wait beside the machines (``buffers``) and that have no batches go to CP-SAT as job shops,
    with exact routes where they have vehicles; all others are planned by racks.

    Raises:
        InputError: the problem is malformed.
        InfeasibleError: no plan exists or none was found; the message says why.
    """
    sound(problem)
    if any(c.battery is not None for c in problem.carriers):
        return _with_batteries(
            problem, seconds=seconds, workers=workers, seed=seed, steps=steps, improved=improved
        )  # fmt: skip
    simple = not any(m.batch or m.even_load for m in problem.machines) and not any(j.leaves_with for j in problem.jobs)
    if problem.buffers and simple:
        if problem.carriers:
            from ._vehicles import solve_with_vehicles

            return solve_with_vehicles(problem, seconds=seconds, workers=workers, seed=seed, steps=steps)
        from ._job_shop import solve_job_shop

        return solve_job_shop(problem, seconds=seconds, workers=workers, seed=seed, steps=steps)
    if can_search(problem):
        return _by_handlings(problem, seconds=seconds, workers=workers, seed=seed, steps=steps, improved=improved)
    from ._lot_solver import solve_lots
    from ._vials_in_order import can_order, order_vials

    if not can_order(problem):
        wider = _arrival(problem)
        plan = solve_lots(wider, seconds=seconds, workers=workers, seed=seed, steps=steps, improved=improved)
        return _arrived(problem, wider, plan)
    half = None if steps is None else max(1, steps // 2)
    wider = _arrival(problem)
    plan = solve_lots(
        wider, seconds=_RACKS_SHARE * seconds, workers=workers, seed=seed, steps=half, improved=improved
    )  # fmt: skip
    plan = _arrived(problem, wider, plan)
    if plan.optimal:
        return plan
    return order_vials(
        problem, plan, seconds=seconds - plan.seconds, workers=workers, seed=seed,
        steps=None if half is None else half, improved=improved,
    )  # fmt: skip


def _by_handlings(problem: Problem, *, seconds: float, **options: Any) -> Plan:
    """Racks for a part of the time, then single handlings."""
    started = time.monotonic()
    from ._handling_search import search_handlings
    from ._lot_solver import several_plans

    before = max(_BEFORE * seconds, _EACH_S * sum(len(j.operations) for j in problem.jobs))
    plans = several_plans(problem, _STARTS, seconds=min(before, _BEFORE_MOST * seconds), **options)
    return search_handlings(problem, plans, seconds=seconds - (time.monotonic() - started), **options)


def _with_batteries(problem: Problem, **budget: Any) -> Plan:
    """Charging is planned some time ahead, and further if the plan turns out longer."""
    until = 3 * lower_bound(problem) + 1
    while True:
        planned = with_charging(problem, until)
        plan = solve(
            evolve(planned, carriers=tuple(evolve(c, battery=None) for c in planned.carriers)), **budget
        )  # fmt: skip
        if plan.makespan <= last_charge(planned):
            return charged(problem, planned, plan)
        until = 2 * plan.makespan


def _arrival(problem: Problem) -> Problem:
    """Without transport vials may begin at a machine that takes fewer than a rack: an operation of no time before."""
    slots = {m.name: m.slots for m in problem.machines}
    narrow = [
        min((slots.get(m, 0) for m in j.operations[0].choices), default=0) < len(problem.jobs) for j in problem.jobs
    ]
    if problem.carriers or not any(narrow) or any(j.leaves_with for j in problem.jobs):
        return problem
    name = "(arrival)" + "'" * sum(m.name.startswith("(arrival)") for m in problem.machines)
    arrive = Operation("arrive", {name: 0})
    jobs = tuple(
        evolve(j, origin="", operations=(arrive, evolve(first, wait_min=0, wait_max=None), *rest))
        for j in problem.jobs
        for first, *rest in [j.operations]
    )
    return evolve(problem, machines=(*problem.machines, Machine(name, len(jobs), role="start")), jobs=jobs)


def _arrived(problem: Problem, wider: Problem, plan: Plan) -> Plan:
    if wider is problem:
        return plan
    return evolve(plan, runs=tuple(evolve(r, operation=r.operation - 1) for r in plan.runs if r.operation))


def live_plan(
    problem: Problem, *, seconds: float = 10.0, seed: int = 0, workers: int = 2, steps: int | None = None
) -> LivePlan:  # fmt: skip
    """A plan that can take new jobs and lose robots while it runs.

    Raises:
        InputError: the problem is malformed, or a robot has a battery (:func:`solve` plans these).
        InfeasibleError: no plan exists.
    """
    from ._replan import LivePlan

    sound(problem)
    for carrier in problem.carriers:
        if carrier.battery is not None:
            raise InputError(
                f"{carrier.name} has a battery, which plans that change do not know", key="battery",
                value=carrier.battery, mend="leave it out and give the charging times as busy",
            )  # fmt: skip
    return LivePlan.make(problem, seconds=seconds, seed=seed, workers=workers, steps=steps)
