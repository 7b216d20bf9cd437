"""Plans that change while they run: what has started is kept, everything else may be decided anew."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from attrs import define, evolve, field

from aichemist.chemistry import InfeasibleError

from ._bounds import lower_bound
from ._dispatch import dispatch
from ._expand import expand
from ._keys import Keys
from ._lot_solver import placed_racks
from ._placement import Layout, Placement, used
from ._problem import Carrier, Job, Plan, Problem
from ._racks import rack_plans
from ._visits import Rack, make_families


@define
class LivePlan:
    """A plan with all that is needed to change it.

    Attributes:
        plan: the plan in force; it stays until a better one is asked for.
        first_s: time that the first plan after the last change took (wall seconds).
    """

    problem: Problem
    layout: Layout
    racks: list[Rack]
    placement: Placement
    plan: Plan
    first_s: float = 0.0
    _batch: int = field(default=0, init=False)

    @classmethod
    def make(cls, problem: Problem, *, seconds: float = 10.0, seed: int = 0, workers: int = 2) -> LivePlan:
        """Plan a problem from the start.

        Raises:
            InfeasibleError: no plan exists.
        """
        layout, racks, placement, plan = placed_racks(problem, seconds=seconds, seed=seed, workers=workers)
        return cls(problem, layout, racks, placement, plan)

    def insert(self, jobs: Sequence[Job], *, at: int, seconds: float = 0.0, seed: int = 0) -> Plan:
        """``jobs`` arrive at ``at``: what has started by then stays, the rest is planned anew, with them.

        The first plan is there at once; for ``seconds`` more it is improved.

        Raises:
            InfeasibleError: no plan was found; the old one stays in force.
        """
        begun = time.monotonic()
        new = [evolve(j, release=max(j.release, at)) for j in jobs]
        problem = evolve(self.problem, jobs=(*self.problem.jobs, *new))
        families = make_families(problem)
        layout = Layout(problem, families)
        racks = self._renumbered(layout) + self._of(problem, families, {j.id for j in new})
        return self._decide(problem, layout, racks, at, begun, seconds, seed)

    def without(self, carrier: str, *, at: int, until: int | None = None, seconds: float = 0.0, seed: int = 0) -> Plan:
        """A robot is out of service from ``at`` (to ``until``); its journey under way is finished.

        Raises:
            InfeasibleError: the rest cannot be done without it; the old plan stays in force.
        """
        begun = time.monotonic()
        free = self._journeys_end(at)
        carriers = tuple(_out(c, free, until) if c.name == carrier else c for c in self.problem.carriers)
        if until is None:
            carriers = tuple(c for c in carriers if c.name != carrier)
        problem = evolve(self.problem, carriers=carriers)
        if not carriers:
            raise InfeasibleError(f"no robot is left without {carrier}; mend: bring it back or add one")
        layout = Layout(problem, make_families(problem))
        return self._decide(problem, layout, self._renumbered(layout), at, begun, seconds, seed)

    def _journeys_end(self, at: int) -> int:
        """When all journeys that are under way at ``at`` have ended, stays beside small stations included."""
        taken = used(self.layout, {r.name: r for r in self.racks}, self.placement)
        return max([at, *(t.end for t in taken if t.robots and t.start < at < t.end)])

    def _renumbered(self, layout: Layout) -> list[Rack]:
        """The racks that are planned, with the numbers that their families have now."""
        number = {j.id: i for i, f in enumerate(layout.families) for j in f.jobs}
        return [evolve(r, family=number[r.jobs[0]]) for r in self.racks]

    def _of(self, problem: Problem, families: Sequence[object], names: set[str]) -> list[Rack]:
        self._batch += 1
        found = next(rack_plans(problem, families))  # type: ignore[arg-type]
        fresh = [r for r in found if set(r.jobs) <= names]
        if {j for r in fresh for j in r.jobs} != names:
            raise InfeasibleError("new vials would share a rack with others; mend: give them a kind of their own")
        return [evolve(r, name=f"n{self._batch}{r.name}") for r in fresh]

    def _decide(
        self, problem: Problem, layout: Layout, racks: list[Rack], at: int, begun: float, seconds: float, seed: int
    ) -> Plan:
        best: Placement | None = None
        for keys in (Keys(), Keys(longest_first=False), Keys(single=True)):
            found = dispatch(layout, racks, keys=keys, earliest=at, begun=self.placement)
            if found is not None and (best is None or found.makespan < best.makespan):
                best = found
        if best is None:
            raise InfeasibleError("no plan was found from the present state; the old plan stays in force")
        self.first_s = time.monotonic() - begun
        dice, now, keys = random.Random(seed), best, Keys()
        while time.monotonic() - begun < seconds:
            tried = keys.shaken(layout, racks, now, dice)
            found = dispatch(layout, racks, keys=tried, earliest=at, begun=self.placement, surely=False)
            if found is not None and found.makespan <= now.makespan:
                now, keys = found, tried
        best = min(best, now, key=lambda p: p.makespan)
        runs, handlings = expand(layout, racks, best)
        self.problem, self.layout, self.racks, self.placement = problem, layout, racks, best
        self.plan = Plan(
            runs, handlings, lower_bound(problem), False, time.monotonic() - begun, method="dispatched from the present"
        )  # fmt: skip
        return self.plan


def _out(carrier: Carrier, at: int, until: int | None) -> Carrier:
    from ._problem import Busy

    if until is not None and until <= at:
        return carrier
    return carrier if until is None else evolve(carrier, busy=(*carrier.busy, Busy(at, until, 1)))
