"""The scheduler of the laboratory: the best of the list scheduler and of the search over racks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf

from attrs import evolve

from aichemist.chemistry import Experiment, InfeasibleError

from ..layout import Lab
from ._lab_problem import make_problem, make_timetable
from ._list_scheduler import ListScheduler
from ._problem import Plan, Problem
from ._replay import collision
from ._timetable import Scheduler, Task, Timetable


class RackScheduler(Scheduler):
    """Plans with :func:`solve_lots` and keeps the list scheduler's plan where that is better or nothing else is found.

    The plan of racks is tried out, beside vials of earlier batches, with tasks that are early and late: where anything
    would collide, the list scheduler's plan is taken and :attr:`Timetable.note` says why.

    Args:
        seconds: wall time of the search; ``None`` takes ``rounds`` rounds of dispatching instead, which gives the same
            plan on every machine and after every restart.
        always: take the plan of racks even where the list scheduler's is shorter.
    """

    def __init__(
        self, *, seconds: float | None = None, rounds: int = 40, workers: int = 2, seed: int = 0, always: bool = False
    ) -> None:
        self._always = always
        self._seconds, self._rounds, self._workers, self._seed = seconds, rounds, workers, seed

    def plan(
        self,
        lab: Lab,
        experiments: Sequence[Experiment],
        *,
        now_s: float = 0.0,
        frozen: Sequence[Task] = (),
        robot_at: Mapping[str, str] | None = None,
    ) -> Timetable:
        """See :meth:`Scheduler.plan`."""
        simple = ListScheduler().plan(lab, experiments, now_s=now_s, frozen=frozen, robot_at=robot_at)
        known = {t.id for t in frozen}

        def search(problem: Problem) -> Plan:
            from ._lot_solver import solve_lots

            if self._seconds is None:
                return solve_lots(problem, rounds=self._rounds, seed=self._seed)
            return solve_lots(problem, seconds=self._seconds, workers=self._workers, seed=self._seed)

        found = in_racks(lab, experiments, now_s, frozen, search, known, before_s=inf if self._always else simple.end_s)
        return evolve(simple, note=found) if isinstance(found, str) else found


def in_racks(
    lab: Lab, experiments: Sequence[Experiment], now_s: float, frozen: Sequence[Task],
    search: Callable[[Problem], Plan], known: set[str], *, before_s: float, mark: str = "",
) -> Timetable | str:  # fmt: skip
    """A plan of racks that has been tried out and ends before ``before_s``; or why there is none, empty if too late.

    Args:
        known: names of tasks that are taken; ``mark`` is part of new ones.
    """
    made = make_problem(lab, experiments, now_s, frozen)
    if not made.problem.jobs or not made.problem.carriers:
        return ""
    try:
        plan = search(made.problem)
        if now_s + plan.makespan >= before_s:
            return ""
        racks = make_timetable(made, plan, known, mark)
    except InfeasibleError as error:
        return f"planned by the list scheduler: {str(error).split('; mend')[0]}"
    found = collision(lab, (*frozen, *racks.tasks), racks.extra_after, now_s)
    return f"planned by the list scheduler, since otherwise {found}" if found else racks
