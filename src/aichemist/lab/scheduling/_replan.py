"""Plans that change while they run: what has started is kept, everything else may be decided anew."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from attrs import define, evolve, field

from aichemist.chemistry import InfeasibleError, InputError

from ._bounds import lower_bound
from ._dispatch import dispatch
from ._expand import expand
from ._keys import Keys
from ._lot_solver import placed_racks
from ._placement import FOR_EVER, Key, Layout, Placement, used
from ._problem import Busy, Carrier, Handling, Job, Machine, Plan, Problem, Run
from ._racks import rack_plans
from ._sound import sound
from ._visits import Rack, make_families


@define
class LivePlan:
    """A plan with all that is needed to change it.

    Attributes:
        plan: the plan in force; it stays until a better one is asked for.
        first_s: time that the first plan after the last change took (wall seconds).
        price: what it costs to change one stop of a rack (its place or its time) that was planned already: a plan
            that changes more must end sooner by so much. In time units; the default is 6 s.
        changed: stops of racks that the plan in force changed in the one before.
    """

    problem: Problem
    layout: Layout
    racks: list[Rack]
    placement: Placement
    plan: Plan
    first_s: float = 0.0
    price: float = field()
    changed: int = 0
    #: a run that ends so much later than planned (time units; 60 s) does not change the plan: what follows waits
    tolerance: float = field()
    #: how much later than planned the vials of a unit were or will be ready
    longer: dict[Key, int] = field(factory=dict)
    _batch: int = field(default=0, init=False)

    @price.default
    def _default_price(self) -> float:
        return 6.0 / self.problem.unit_s

    @tolerance.default
    def _default_tolerance(self) -> float:
        return 60.0 / self.problem.unit_s

    @classmethod
    def make(
        cls, problem: Problem, *, seconds: float = 10.0, seed: int = 0, workers: int = 2, steps: int | None = None
    ) -> LivePlan:
        """Plan a problem from the start. With ``steps`` (rounds of dispatching) instead of seconds: the same each time.

        Raises:
            InfeasibleError: no plan exists.
        """
        layout, racks, placement, plan = placed_racks(
            problem, seconds=seconds, seed=seed, workers=workers, rounds=steps
        )  # fmt: skip
        return cls(problem, layout, racks, placement, plan)

    def insert(
        self, jobs: Sequence[Job], *, at: int, seconds: float = 0.0, seed: int = 0, steps: int | None = None
    ) -> Plan:  # fmt: skip
        """``jobs`` arrive at ``at``: what has started by then stays, the rest is planned anew, with them.

        The first plan is there at once; for ``seconds`` more it is improved, or for ``steps`` trials: the same result
        each time.

        Raises:
            InputError: no jobs, one of a name that is there already, or otherwise malformed.
            InfeasibleError: no plan was found; the old one stays in force.
        """
        begun = time.monotonic()
        if not jobs:
            raise InputError("there is nothing to insert", key="jobs", value=[], mend="give at least one job")
        new = [evolve(j, release=max(j.release, at)) for j in jobs]
        problem = evolve(self.problem, jobs=(*self.problem.jobs, *new))
        sound(problem)
        families = make_families(problem)
        layout = Layout(problem, families)
        old, fresh = self._renumbered(layout), self._of(problem, families, {j.id for j in new})
        first = self._beside(layout, old, fresh, at)
        return self._decide(problem, layout, old + fresh, at, begun, seconds, seed, first, steps=steps)

    def without(
        self, carrier: str, *, at: int, until: int | None = None, seconds: float = 0.0, seed: int = 0,
        steps: int | None = None,
    ) -> Plan:  # fmt: skip
        """A robot is out of service from ``at`` (to ``until``); its journey under way is finished.

        Raises:
            InputError: there is no such robot, or it is back before it is gone.
            InfeasibleError: the rest cannot be done without it; the old plan stays in force.
        """
        begun = time.monotonic()
        _named("robot", "carrier", carrier, self.problem.carriers)
        _in_order(at, until)
        free = self._journeys_end(at)
        # (one that is lost for good stays in the problem: it made the journeys so far)
        end = FOR_EVER if until is None else until
        carriers = tuple(_out(c, free, end) if c.name == carrier else c for c in self.problem.carriers)
        problem = evolve(self.problem, carriers=carriers)
        if all(any(b.end >= FOR_EVER for b in c.busy) for c in carriers):
            raise InfeasibleError(f"no robot is left without {carrier}; mend: bring it back or add one")
        layout = Layout(problem, make_families(problem))
        return self._decide(problem, layout, self._renumbered(layout), at, begun, seconds, seed, steps=steps)

    def closed(
        self, machine: str, *, at: int, until: int | None = None, seconds: float = 0.0, seed: int = 0,
        steps: int | None = None,
    ) -> Plan:  # fmt: skip
        """A machine starts nothing from ``at`` (to ``until``); what runs there is finished, vials can be taken away.

        Raises:
            InputError: there is no such machine, or robots wait beside it.
            InfeasibleError: the rest cannot be done without it; the old plan stays in force.
        """
        begun = time.monotonic()
        _named("machine", "machine", machine, self.problem.machines)
        _in_order(at, until)
        free = max([at, *(r.end for r in self.plan.runs if r.machine == machine and r.start < at),
                    *self._still_to_come(machine, at)])  # fmt: skip
        if until is not None and until <= free:
            return self.plan
        machines = tuple(_shut(m, free, until) if m.name == machine else m for m in self.problem.machines)
        problem = evolve(self.problem, machines=machines)
        layout = Layout(problem, make_families(problem))
        if [len(f.stops) for f in layout.families] != [len(f.stops) for f in self.layout.families]:
            raise InputError(  # (with a calendar it would be another kind of stop, for which no rack was made)
                f"a robot waits beside {machine} while it works", key="machine", value=machine,
                mend="take the robot out of service meanwhile",
            )  # fmt: skip
        return self._decide(problem, layout, self._renumbered(layout), at, begun, seconds, seed, steps=steps)

    def late(
        self, machine: str, *, at: int, until: int, seconds: float = 0.0, seed: int = 0, steps: int | None = None
    ) -> Plan:  # fmt: skip
        """What runs on a machine at ``at`` ends at ``until``, later than planned.

        Within :attr:`tolerance` the plan stays. The plan shows the run as it was planned; its vials leave later.

        Raises:
            InputError: there is no such machine, or a robot waits beside it (take that robot out meanwhile).
            InfeasibleError: no plan was found; the old one stays in force.
        """
        begun = time.monotonic()
        _named("machine", "machine", machine, self.problem.machines)
        _in_order(at, until)
        running = self._under_way(machine, at)
        if not running and any(r.machine == machine and r.start <= at < r.end for r in self.plan.runs):
            raise InputError(
                f"a robot waits beside {machine} until it is done", key="machine", value=machine,
                mend="take the robot out of service until then",
            )  # fmt: skip
        running = {key: end for key, end in running.items() if until > end + self.tolerance}
        if not running:
            return self.plan
        before = dict(self.longer)
        self.longer.update({key: until - end for key, end in running.items()})
        try:
            return self._decide(self.problem, self.layout, self.racks, at, begun, seconds, seed, steps=steps)
        except InfeasibleError:
            self.longer = before
            raise

    def _still_to_come(self, machine: str, at: int) -> list[int]:
        """Ends of the runs on a machine that belong to visits which have begun: later phases of an instrument."""
        out: list[int] = []
        for rack in self.racks:
            for number, stop in enumerate(self.layout.stops(rack)):
                for i in range(len(rack.units(self.layout.stops(rack), number))):
                    unit = self.placement.units[rack.name, number, i]
                    if unit.start < at:
                        out += [unit.start + b for name, _, b in stop.visit.places[unit.place].spans if name == machine]
        return out

    def _under_way(self, machine: str, at: int) -> dict[Key, int]:
        """Units that have begun on a machine and are not being taken away yet, with the planned ends of their runs."""
        out: dict[Key, int] = {}
        for rack in self.racks:
            stops = self.layout.stops(rack)
            for number, stop in enumerate(stops):
                for i in range(len(rack.units(stops, number))):
                    unit = self.placement.units[rack.name, number, i]
                    if self._leaves(rack, number, i) <= at:
                        continue
                    for name, a, b in stop.visit.places[unit.place].spans:
                        if name == machine and unit.start + a <= at and b > a:
                            out[rack.name, number, i] = unit.start + b
        return out

    def _leaves(self, rack: Rack, number: int, i: int) -> int:
        """When the first of a unit is fetched."""
        if number + 1 >= len(self.layout.stops(rack)):
            return FOR_EVER
        groups = enumerate(self.layout.transfers(rack, number + 1))
        mine = [self.placement.journeys.get((rack.name, number + 1, g)) for g, (_, before, _) in groups if before == i]
        return min((j.start for j in mine if j is not None), default=FOR_EVER)

    def _beside(self, layout: Layout, old: Sequence[Rack], fresh: Sequence[Rack], at: int) -> Placement | None:
        """New racks around those that are planned, none of which is touched."""
        taken = used(layout, {r.name: r for r in old}, self.placement, self.longer)
        found = dispatch(layout, fresh, earliest=at, taken=taken)
        if found is None:
            return None
        units, journeys = self.placement.units | found.units, self.placement.journeys | found.journeys
        return Placement(units, journeys, max(self.placement.makespan, found.makespan),
                         lateness=self.placement.lateness + found.lateness)  # fmt: skip

    def _changes(self, placement: Placement) -> int:
        """Stops that are elsewhere or at another time than in the plan in force."""
        mine = self.placement.units
        return sum(
            (u.place, u.start) != (mine[key].place, mine[key].start)
            for key, u in placement.units.items() if key in mine
        )  # fmt: skip

    def _cost(self, placement: Placement) -> float:
        return placement.cost + self.price * self._changes(placement)

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
        self, problem: Problem, layout: Layout, racks: list[Rack], at: int, begun: float, seconds: float, seed: int,
        first: Placement | None = None, steps: int | None = None,
    ) -> Plan:  # fmt: skip
        """The cheapest of the plans that some rules give, and of more of them as long as there is time."""
        best: tuple[float, Placement, tuple[tuple[Run, ...], tuple[Handling, ...]]] | None = None
        self.first_s = 0.0

        def look(found: Placement | None) -> None:
            nonlocal best
            if found is None or found.makespan >= FOR_EVER or (best is not None and self._cost(found) >= best[0]):
                return
            try:
                best = self._cost(found), found, expand(layout, racks, found)
            except InfeasibleError:  # no robot can take one of the journeys whole
                return
            self.first_s = self.first_s or time.monotonic() - begun

        def go(keys: Keys | None = None, *, surely: bool = True, order: Placement | None = None) -> Placement | None:
            return dispatch(
                layout, racks, keys=keys, earliest=at, begun=self.placement, surely=surely, longer=self.longer,
                order=order,
            )  # fmt: skip

        look(first)
        if first is None:
            look(go(surely=False, order=self.placement))  # all in their old order, later where they must
        for keys in (Keys(), Keys(longest_first=False), Keys(single=True)):
            look(go(keys))
        if best is None:
            raise InfeasibleError("no plan was found from the present state; the old plan stays in force")
        dice, keys = random.Random(seed), Keys()
        now = go(keys) if seconds > 0 or steps else None
        tried_so_far = 0
        while now is not None and (time.monotonic() - begun < seconds if steps is None else tried_so_far < steps):
            tried_so_far += 1
            tried = keys.shaken(layout, racks, now, dice)
            found = go(tried, surely=False)
            if found is not None and self._cost(found) <= self._cost(now):
                now, keys = found, tried
                look(found)
        _, placement, (runs, handlings) = best
        self.changed = self._changes(placement)
        self.problem, self.layout, self.racks, self.placement = problem, layout, racks, placement
        self.plan = Plan(
            runs, handlings, lower_bound(problem), False, time.monotonic() - begun, method="dispatched from the present"
        )  # fmt: skip
        return self.plan


def _named(what: str, key: str, name: str, known: Sequence[Machine] | Sequence[Carrier]) -> None:
    if name not in {k.name for k in known}:
        raise InputError(f"there is no such {what}", key=key, value=name, mend="name one of the problem")


def _in_order(at: int, until: int | None) -> None:
    if until is not None and until < at:
        raise InputError("it ends before it begins", key="until", value=until, mend=f"give {at} or more")


def _shut(machine: Machine, at: int, until: int | None) -> Machine:
    """The calendar of a machine without ``[at, until)``."""
    open_ = machine.windows or ((0, 10 * FOR_EVER),)
    before = tuple((a, min(b, at)) for a, b in open_ if a < at)
    after = tuple((max(a, until), b) for a, b in open_ if b > until) if until is not None else ()
    return evolve(machine, windows=(*before, *after) or ((0, 0),))


def _out(carrier: Carrier, at: int, until: int) -> Carrier:
    return carrier if until <= at else evolve(carrier, busy=(*carrier.busy, Busy(at, until, 1)))
