"""Which vehicle makes which trip in which order, as part of a CP-SAT model.

The routes of equal vehicles are one circuit that passes the start once for each vehicle: an arc from one trip to the
next means that the same vehicle makes both, with the empty travel between them. So equal vehicles need no names in the
model, and there is no symmetry to break.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from ._anytime import Found
from ._first_plan import Key
from ._first_trips import Trip, needs_trip, serves
from ._problem import Carrier, Problem
from ._shop_model import ShopModel


def moves_of(problem: Problem, j: int, k: int) -> list[tuple[str, str]]:
    """All (origin, target) from which operation ``k`` of job ``j`` may fetch its job;"""
    job = problem.jobs[j]
    targets = list(job.operations[k].choices)
    if k == 0:
        return [(job.origin, t) for t in targets] if job.origin else [(t, t) for t in targets]
    return [(o, t) for o in job.operations[k - 1].choices for t in targets]


def shortest(problem: Problem, moves: list[tuple[str, str]]) -> int:
    handling = min(c.pick + c.place for c in problem.carriers)
    return min(handling + problem.travel_time(o, t) if needs_trip(problem, o, t) else 0 for o, t in moves)


@frozen
class _Move:
    """The trip before one operation. ``present`` is 1 or a literal; ``by`` says for each fleet whether it makes it."""

    key: Key
    load: Any
    end: Any
    present: Any
    by: tuple[Any, ...]
    ways: tuple[tuple[str, str, Any], ...]
    """(origin, target, literal or 1)"""


@define
class Routes:
    model: ShopModel
    fleets: list[list[Carrier]]
    moves: list[_Move] = field(factory=list)
    arcs: list[dict[tuple[int, int], Any]] = field(factory=list)
    """For each fleet: (from, to) -> literal; node 0 is the start, node i + 1 is move i."""

    def build(self) -> None:
        problem = self.model.problem
        for j, job in enumerate(problem.jobs):
            for k in range(len(job.operations)):
                moving: Any = 0
                if any(needs_trip(problem, o, t) for o, t in moves_of(problem, j, k)):
                    move = self._move(j, k)
                    moving = move.end - move.load
                if k:
                    self.model.follow(j, k, moving)
        for number in range(len(self.fleets)):
            self._circuit(number)
        self._alike()

    def _move(self, j: int, k: int) -> _Move:
        model, cp, problem = self.model, self.model.cp, self.model.problem
        before = model.end[j, k - 1] if k else problem.jobs[j].release
        load = cp.new_int_var(problem.jobs[j].release, model.horizon, f"load {j} {k}")
        end = cp.new_int_var(problem.jobs[j].release, model.horizon, f"unloaded {j} {k}")
        cp.add(load >= before)
        cp.add(model.start[j, k] >= end)
        ways = tuple(self._ways(j, k))
        needed = [(o, t, x) for o, t, x in ways if needs_trip(problem, o, t)]
        present: Any = 1
        if len(needed) < len(ways):
            present = cp.new_bool_var(f"moved {j} {k}")
            cp.add(present == sum(x for _, _, x in needed))
        by = tuple(cp.new_bool_var(f"by {j} {k}") for _ in self.fleets) if len(self.fleets) > 1 else (present,)
        if len(self.fleets) > 1:
            cp.add(sum(by) == present)
        durations = []
        for fleet, chosen in zip(self.fleets, by, strict=True):
            carrier = fleet[0]
            for o, t, x in needed:
                if not serves(problem, carrier, o, t):
                    cp.add_bool_or(*_not_all(cp, chosen, x))
                    continue
                duration = carrier.pick + problem.travel_time(o, t) + carrier.place
                durations.append(duration)
                _if(cp.add(end == load + duration), chosen, x)
        if not isinstance(present, int):
            _if(cp.add(end == load), present.negated())
            durations.append(0)
        cp.add(end >= load + min(durations))
        move = _Move((j, k), load, end, present, by, ways)
        self.moves.append(move)
        return move

    def _ways(self, j: int, k: int) -> Iterator[tuple[str, str, Any]]:
        """Every (origin, target) with a literal that is true exactly if both are chosen."""
        cp = self.model.cp
        targets = [(c.machine, c.chosen) for c in self.model.choices[j, k]]
        origin = self.model.problem.jobs[j].origin
        if k:
            origins = [(c.machine, c.chosen) for c in self.model.choices[j, k - 1]]
        else:
            origins = [(origin, 1)] if origin else []
        for o, x in origins:
            for t, y in targets:
                if isinstance(x, int) or isinstance(y, int):
                    yield o, t, y if isinstance(x, int) else x
                else:
                    both = cp.new_bool_var(f"{j} {k} from {o} to {t}")
                    cp.add_implication(both, x)
                    cp.add_implication(both, y)
                    cp.add_bool_or(x.negated(), y.negated(), both)
                    yield o, t, both

    def _circuit(self, number: int) -> None:
        cp, problem, fleet = self.model.cp, self.model.problem, self.fleets[number]
        arcs: dict[tuple[int, int], Any] = {}
        travelled: list[Any] = []
        for b, after in enumerate(self.moves, 1):
            first = arcs[0, b] = cp.new_bool_var(f"first {after.key}")
            arcs[b, 0] = cp.new_bool_var(f"last {after.key}")
            if not isinstance(after.by[number], int):
                arcs[b, b] = after.by[number].negated()
            approach = [problem.travel_time(fleet[0].at, o) if fleet[0].at else 0 for o, _, _ in after.ways]
            for (_, _, way), empty in zip(after.ways, approach, strict=True):
                _if(cp.add(after.load >= empty), first, way)
            travelled += [first * max(min(approach), self._head(after)), arcs[b, 0] * self._tail(after)]
            for a, before in enumerate(self.moves, 1):
                if a == b or (before.key[0] == after.key[0] and before.key > after.key):
                    continue
                arc = arcs[a, b] = cp.new_bool_var(f"{before.key} then {after.key}")
                empty = self._between(arc, before, after)
                travelled.append(arc * empty)
        cp.add_multiple_circuit([(a, b, x) for (a, b), x in arcs.items()])
        cp.add(sum(x for (a, _), x in arcs.items() if a == 0) <= len(fleet))
        # all trips of a fleet and the travel between them fit into the time that its vehicles have
        carried = [m.by[number] * shortest(problem, [(o, t) for o, t, _ in m.ways]) for m in self.moves]
        cp.add(sum(carried) + sum(travelled) <= len(fleet) * self.model.makespan)
        self.arcs.append(arcs)

    def _between(self, arc: Any, before: _Move, after: _Move) -> int:
        """The vehicle travels empty from the target of one trip to the origin of the next; returns the least time."""
        cp, problem = self.model.cp, self.model.problem
        targets = {t for _, t, _ in before.ways}
        origins = {o for o, _, _ in after.ways}
        times = {(t, o): problem.travel_time(t, o) for t in targets for o in origins}
        least = min(times.values())
        cp.add(after.load >= before.end + least).only_enforce_if(arc)
        for (t, o), minutes in times.items():
            if minutes > least:
                at_target, at_origin = self._at(before.key, t), self._at((after.key[0], after.key[1] - 1), o)
                _if(cp.add(after.load >= before.end + minutes), arc, at_target, at_origin)
        return least

    def _at(self, key: Key, machine: str) -> Any:
        if key[1] < 0:
            return 1
        return next(c.chosen for c in self.model.choices[key] if c.machine == machine)

    def _head(self, move: _Move) -> int:
        """The job of this trip is not ready before."""
        problem, (j, k) = self.model.problem, move.key
        now = problem.jobs[j].release
        for i, operation in enumerate(problem.jobs[j].operations[:k]):
            moving = shortest(problem, moves_of(problem, j, i))
            now += max(moving, operation.wait_min if i else 0) + min(operation.choices.values())
        return now

    def _tail(self, move: _Move) -> int:
        """What must still happen to the job after this trip."""
        problem, (j, k) = self.model.problem, move.key
        operations = problem.jobs[j].operations
        after = min(operations[k].choices.values())
        for i in range(k + 1, len(operations)):
            moving = shortest(problem, moves_of(problem, j, i))
            after += max(moving, operations[i].wait_min) + min(operations[i].choices.values())
        return after

    def _alike(self) -> None:
        """Equal jobs keep their order: whoever ends an operation earlier may as well start the next one earlier."""
        groups: dict[Any, list[int]] = defaultdict(list)
        for j, job in enumerate(self.model.problem.jobs):
            if all(len(o.choices) == 1 for o in job.operations) and len(self.fleets) == 1:
                what = tuple(
                    (*o.choices.items(), o.wait_min, o.wait_max, o.late_price, o.transport_is_free)
                    for o in job.operations
                )
                groups[what, job.origin, job.release, job.due, job.priority].append(j)
        for jobs in groups.values():
            for a, b in itertools.pairwise(jobs):
                for k in range(len(self.model.problem.jobs[a].operations)):
                    self.model.cp.add(self.model.start[a, k] <= self.model.start[b, k])

    def hint(self, trips: Mapping[Key, Trip]) -> None:
        cp = self.model.cp
        for move in self.moves:
            if move.key in trips:
                cp.add_hint(move.load, trips[move.key].load)
                cp.add_hint(move.end, trips[move.key].end)
        for fleet, arcs in zip(self.fleets, self.arcs, strict=True):
            used: set[tuple[int, int]] = set()
            for carrier in fleet:
                mine = [(trips[m.key].load, i) for i, m in enumerate(self.moves, 1) if m.key in trips]
                mine = [(t, i) for t, i in mine if trips[self.moves[i - 1].key].carrier == carrier.name]
                route = [0, *(i for _, i in sorted(mine)), 0]
                used |= set(itertools.pairwise(route))
            for arc, literal in arcs.items():
                if arc[0] != arc[1]:
                    cp.add_hint(literal, int(arc in used))

    def read(self, found: Found) -> dict[Key, Trip]:
        trips: dict[Key, Trip] = {}
        for fleet, arcs in zip(self.fleets, self.arcs, strict=True):
            following = {a: b for (a, b), x in arcs.items() if a and a != b and found.value(x)}
            starts = [b for (a, b), x in arcs.items() if a == 0 and found.value(x)]
            for carrier, first in zip(fleet, starts, strict=False):
                at = first
                while at:
                    move = self.moves[at - 1]
                    origin, target, _ = next(w for w in move.ways if isinstance(w[2], int) or found.value(w[2]))
                    load, end = found.value(move.load), found.value(move.end)
                    trips[move.key] = Trip(carrier.name, origin, target, load, end)
                    at = following[at]
        return trips


def _if(constraint: Any, *literals: Any) -> None:
    """The constraint holds where all literals do; those that are the number 1 always do."""
    conditions = [x for x in literals if not isinstance(x, int)]
    if conditions:
        constraint.only_enforce_if(*conditions)


def _not_all(cp: Any, *literals: Any) -> list[Any]:
    return [x.negated() for x in literals if not isinstance(x, int)] or [cp.new_constant(0)]
