"""Plans for racks: placed one after another, then improved together within a budget of time or of steps."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from attrs import define, evolve, field
from ortools.sat.python import cp_model

from aichemist.chemistry import InfeasibleError

from ._annealing import by_dispatching, put_down_again
from ._bounds import lower_bound
from ._budget import Budget
from ._dispatch import dispatch
from ._expand import expand
from ._journeys import TooTightError
from ._lot_model import LotModel
from ._placement import Layout, Placement, Taken, used
from ._problem import Plan, Problem
from ._racks import rack_plans
from ._visits import Rack, make_families

#: CPU-independent budget of placing one rack, and the factor between seconds and deterministic time
_PLACE_STEPS, _PLACE_S = 0.5, 1.5
#: rounds of dispatching where steps count
_ROUNDS = 300
#: budget of one round of improvement: seconds, deterministic steps
_ROUND_S, _ROUND_STEPS = 1.0, 0.4
#: racks up to which all are improved together, and up to which all are placed anew, once; how much worse (share of
#: the makespan) is accepted at first
_AT_ONCE, _FROM_SCRATCH, _HEAT = 3, 8, 0.03


def solve_lots(
    problem: Problem, *, seconds: float = 10.0, workers: int = 2, seed: int = 0, steps: float | None = None,
    rounds: int | None = None, improved: Callable[[float, int], None] | None = None,
) -> Plan:  # fmt: skip
    """The plan of :func:`placed_racks` alone."""
    return placed_racks(
        problem, seconds=seconds, workers=workers, seed=seed, steps=steps, rounds=rounds, improved=improved
    )[3]


def several_plans(
    problem: Problem, most: int, *, seconds: float = 10.0, workers: int = 2, seed: int = 0, steps: float | None = None,
    improved: Callable[[float, int], None] | None = None,
) -> list[Plan]:  # fmt: skip
    """The plan of :func:`placed_racks` and others that were found on the way, at most ``most``, the best first."""
    others: dict[int, tuple[Placement, list[Rack]]] = {}  # by makespan

    def seen(placement: Placement, racks: list[Rack]) -> None:
        known = others.get(placement.makespan)
        if known is None or placement.cost < known[0].cost:
            others[placement.makespan] = placement, racks
            if len(others) > most:
                del others[max(others, key=lambda m: others[m][0].cost)]

    layout, _, _, plan = placed_racks(
        problem, seconds=seconds, workers=workers, seed=seed, steps=steps, improved=improved, seen=seen
    )
    found = [o for m, o in others.items() if m != plan.makespan]
    found.sort(key=lambda o: o[0].cost)
    return [plan, *(Plan(*expand(layout, racks, placement)) for placement, racks in found[: most - 1])]


def placed_racks(
    problem: Problem, *, seconds: float = 10.0, workers: int = 2, seed: int = 0, steps: float | None = None,
    rounds: int | None = None, improved: Callable[[float, int], None] | None = None,
    seen: Callable[[Placement, list[Rack]], None] | None = None,
) -> tuple[Layout, list[Rack], Placement, Plan]:  # fmt: skip
    """A plan for a problem with batching, blocking and transport, improved until the budget is used up.

    Several ways to form racks are dispatched under several rules and annealed; the best are then improved by CP-SAT,
    some racks at a time. Returns what :class:`LivePlan` needs to go on from, too.

    Args:
        seconds: wall time.
        steps: deterministic time of CP-SAT for the improvement instead of seconds: the same result each time.
        rounds: only so many rounds of dispatching, no CP-SAT: the same result on every machine.
        improved: called with seconds and makespan for each better plan.
        seen: called with other plans that are found on the way.

    Raises:
        InfeasibleError: no plan exists; the message says why.
    """
    budget = Budget(seconds, 0.0 if rounds is not None else steps, workers, seed)
    families = make_families(problem)
    layout = Layout(problem, families)
    bound = lower_bound(problem)
    trace: list[tuple[float, int]] = []
    best: tuple[Placement, list[Rack]] | None = None

    def keep(placement: Placement, racks: list[Rack]) -> None:
        nonlocal best
        if best is None or placement.cost < best[0].cost:
            best = (placement, racks)
            trace.append((budget.used, placement.makespan))
            if improved is not None:
                improved(budget.used, placement.makespan)

    plans: list[list[Rack]] = []
    reason = ""
    for racks in rack_plans(problem, families):
        try:
            plain = _regrouped(layout, racks)
            plans += [plain, *(put_down_again(layout, plain) if not plans else ())]
        except TooTightError as error:
            reason = reason or str(error)
    if not plans:
        raise InfeasibleError(f"{reason}; mend: raise the maximum wait or bring the machines nearer")
    starts = by_dispatching(layout, plans, bound, budget, keep, _ROUNDS if rounds is None else rounds, seen or _ignore)
    if best is None:
        raise InfeasibleError("no plan was found for these jobs; mend: relax a maximum wait or make racks smaller")
    placement, racks = best
    if placement.cost > bound and budget.left > 0.05 and rounds is None:
        _improve(layout, starts, bound, budget, keep)
    placement, racks = best
    runs, handlings = expand(layout, racks, placement)
    plan = Plan(
        runs, handlings, bound, placement.cost <= bound, budget.used, tuple(trace), "racks by CP-SAT"
    )  # fmt: skip
    return layout, racks, placement, plan


def _ignore(placement: Placement, racks: list[Rack]) -> None:
    """Nobody asks for plans that are found on the way."""


@define
class _Search:
    """Large-neighbourhood search over one way to form racks.

    A few racks are taken out and put in again one after another (ruin and recreate, Schrimpf et al., J. Comput. Phys.
    2000, 159, 139), or placed anew together. A little worse is accepted at first, less and less so.
    """

    layout: Layout
    racks: list[Rack]
    current: Placement
    dice: random.Random
    ends: dict[str, int] = field(init=False)
    best: Placement = field(init=False)
    begun: bool = False

    def __attrs_post_init__(self) -> None:
        self.ends = _ends(self.layout, self.racks, self.current)
        self.best = self.current

    def round(self, bound: int, budget: Budget, heat: float) -> None:
        """One change; ``heat`` (share of the makespan) is how much worse it may be."""
        if not self.begun and len(self.racks) <= _AT_ONCE:
            self.begun = True
            found = self._together(self.racks, bound, budget, 0.6 * budget.left, 20 * _ROUND_STEPS)
        elif not self.begun and len(self.racks) <= _FROM_SCRATCH:
            self.begun = True
            found = self._recreate(sorted(self.racks, key=lambda r: -alone(self.layout, r)), bound, budget)
        else:
            size = min(len(self.racks), self.dice.choice((1, 2, 2, 3, 3, 4)))
            out = _neighbourhood(self.layout, self.racks, self.ends, size, self.dice)
            if size > 1 and self.dice.random() < 0.3:
                found = self._together(out[:3], bound, budget)
            else:
                if self.dice.random() < 0.5:
                    out.sort(key=lambda r: -alone(self.layout, r))
                found = self._recreate(out, bound, budget)
        if found is None:
            return
        ends = _ends(self.layout, self.racks, found)
        found.makespan = max(ends.values())
        found.lateness = sum(self.layout.late(r, ends[r.name]) for r in self.racks) if self.layout.has_dues else 0
        score = _score(self.ends) + self.current.lateness
        if _score(ends) + found.lateness <= score + heat * self.best.makespan:
            self.current, self.ends = found, ends
            if found.cost < self.best.cost:
                self.best = found

    def _rest(self, out: Sequence[Rack]) -> Placement:
        names = {r.name for r in out}
        return Placement(
            {k: u for k, u in self.current.units.items() if k[0] not in names},
            {k: j for k, j in self.current.journeys.items() if k[0] not in names},
        )

    def _recreate(self, out: Sequence[Rack], bound: int, budget: Budget) -> Placement | None:
        known = {r.name: r for r in self.racks}
        whole = self._rest(out)
        names = {r.name for r in out}
        floor = max([bound, *(e for n, e in self.ends.items() if n not in names)])
        limit = int(max(self.ends.values()) * (1 + _HEAT))
        for rack in out:
            placed = place(self.layout, [rack], used(self.layout, known, whole), floor, budget, limit=limit)
            if placed is None:
                return None
            whole = Placement(whole.units | placed.units, whole.journeys | placed.journeys)
            floor = max(floor, placed.makespan)
        return whole

    def _together(
        self, out: Sequence[Rack], bound: int, budget: Budget, seconds: float = _ROUND_S, steps: float = _ROUND_STEPS
    ) -> Placement | None:
        known = {r.name: r for r in self.racks}
        rest = self._rest(out)
        names = {r.name for r in out}
        floor = max([bound, *(e for n, e in self.ends.items() if n not in names)])
        model = LotModel(
            self.layout, out, horizon=max(self.ends.values()), taken=used(self.layout, known, rest)
        )  # fmt: skip
        model.hint(self.current)
        model.minimise(floor, finish=len(out) < len(self.racks))
        solver = budget.solver(min(seconds, budget.left))
        solver.parameters.max_deterministic_time = steps
        if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found = model.read(solver)
        return Placement(rest.units | found.units, rest.journeys | found.journeys)


def _score(ends: dict[str, int]) -> float:
    """The makespan and, a little, the mean end."""
    return max(ends.values()) + 0.1 * sum(ends.values()) / len(ends)


def _improve(
    layout: Layout, starts: Sequence[tuple[Placement, list[Rack]]], bound: int, budget: Budget,
    seen: Callable[[Placement, list[Rack]], None],
) -> None:  # fmt: skip
    """Improve each start in turns; the best one gets most."""
    dice = random.Random(budget.seed)
    searches = [_Search(layout, racks, placement, dice) for placement, racks in starts]
    searches.sort(key=lambda s: s.best.cost)
    best, begun = searches[0].best.cost, budget.used
    steps, turn = 0.0, 0
    while budget.left > 0.05 and best > bound and (budget.steps is None or steps < budget.steps):
        ranked = sorted(searches, key=lambda s: s.best.cost)
        search = ranked[0] if dice.random() < 0.8 else dice.choice(ranked[:3])
        if turn < min(2, len(searches)):
            search = searches[turn]
        turn += 1
        steps += _ROUND_STEPS
        done = steps / budget.steps if budget.steps else (budget.used - begun) / max(0.1, budget.seconds - begun)
        search.round(bound, budget, _HEAT * max(0.0, 1 - done) ** 2)
        if search.best.cost < best:
            best = search.best.cost
            seen(search.best, search.racks)


def _neighbourhood(
    layout: Layout, racks: Sequence[Rack], ends: dict[str, int], size: int, dice: random.Random
) -> list[Rack]:
    """Racks that end last, and others that meet them at some machine."""
    late = max(ends.values())
    first = dice.choice([r for r in racks if ends[r.name] == late]) if dice.random() < 0.4 else dice.choice(racks)
    others = [r for r in racks if r is not first]
    weights = [0.2 + _shared(layout, first, r) for r in others]
    out = [first]
    while len(out) < size and others:
        i = dice.choices(range(len(others)), weights)[0]
        out.append(others.pop(i))
        weights.pop(i)
    return out


def _shared(layout: Layout, one: Rack, other: Rack) -> float:
    """Minutes of work at machines that both use."""
    if one.family == other.family:
        return 1.0
    mine = {p.resource: p.duration for s in layout.stops(one) for p in s.visit.places}
    return sum(p.resource in mine for s in layout.stops(other) for p in s.visit.places) / (1 + len(mine))


def _ends(layout: Layout, racks: Sequence[Rack], placement: Placement) -> dict[str, int]:
    """When each rack has gone all its way."""
    out: dict[str, int] = {}
    for rack in racks:
        stops = layout.stops(rack)
        number = len(stops) - 1
        out[rack.name] = max(
            placement.units[rack.name, number, i].start
            + stops[number].visit.places[placement.units[rack.name, number, i].place].duration
            for i in range(len(rack.units(stops, number)))
        )
    return out


def place(
    layout: Layout, racks: Sequence[Rack], taken: Sequence[Taken], floor: int, budget: Budget,
    steps: float = _PLACE_STEPS, earliest: int = 0, limit: int = 0,
) -> Placement | None:  # fmt: skip
    """Racks around ``taken``."""
    last = max([earliest, floor, *(t.end for t in (*taken, *layout.busy) if t.end < 10**8)])
    latest = max((layout.kinds[j].release for r in racks for j in r.jobs), default=0)
    horizon = limit or last + latest + sum(2 * alone(layout, r) for r in racks)
    model = LotModel(layout, racks, horizon=horizon, earliest=earliest, taken=taken)
    model.minimise(floor, finish=True)
    solver = budget.solver(max(1.0, budget.left), steps, workers=1)
    parameters = solver.parameters
    parameters.max_deterministic_time = steps
    parameters.max_time_in_seconds = 30.0 if budget.steps is not None else max(0.05, min(_PLACE_S, budget.left))
    parameters.relative_gap_limit = 0.01
    status = solver.solve(model.model)
    return model.read(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def alone(layout: Layout, rack: Rack) -> int:
    """Time that a rack takes at most when it is alone in the lab."""
    total = 0
    for number, stop in enumerate(layout.stops(rack)):
        units = rack.units(layout.stops(rack), number)
        pads = [sum(layout.after[c.resource] for c in p.claims) for p in stop.visit.places]
        total += len(units) * max(p.duration + pad for p, pad in zip(stop.visit.places, pads, strict=True))
        total += sum(o.wait_min for v in (stop.visit, *stop.before) for o in v.operations)
        if number and layout.problem.carriers:
            for jobs, _, _ in layout.transfers(rack, number):
                total += max(m.journey.duration for m in layout.modes(rack, number, len(jobs)))
    return total


def _regrouped(layout: Layout, racks: Sequence[Rack]) -> list[Rack]:
    """Whether leaves come together again, as is better for a rack that is alone."""
    better: dict[tuple[int, tuple[int, ...]], bool] = {}
    out = []
    for rack in racks:
        key = (rack.family, tuple(map(len, rack.leaves)))
        if key not in better:
            found = [dispatch(layout, [r]) for r in (rack, evolve(rack, regroup=False))]
            ends = [p.makespan if p else 10**9 for p in found]
            better[key] = ends[0] <= ends[1]
        out.append(evolve(rack, regroup=better[key]))
    return out


__all__ = ["placed_racks", "several_plans", "solve_lots"]
