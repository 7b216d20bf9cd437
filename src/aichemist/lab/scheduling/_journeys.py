"""The journeys that take vials from one stop to the next, and the limits that waits put on their times."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import frozen

from aichemist.chemistry import InfeasibleError

from ._problem import Carrier, Operation, Problem
from ._tending import Act, Journey, Tended, Travel, direct, tend
from ._visits import Place, Stop, Visit

ORIGIN, TARGET = "@origin", "@target"
#: combinations of tended machines that are looked at, and robots that share one journey
_COMBINATIONS, _SHARED = 4, 3


@frozen
class Limit:
    """A wait of operation ``operation``.

    The time from the *begin* (``end of the origin's run`` or, with ``from_journey``, journey start + ``begin``) to the
    *start* (the target's run or, with ``to_journey``, journey start + ``start``) is at least ``low`` and, less
    ``moved``, at most ``high``.
    """

    operation: Operation
    from_journey: bool
    begin: int
    to_journey: bool
    start: int
    moved: int
    low: int
    high: int | None

    def missed(self, journey: Journey) -> bool:
        """Whether no time can keep it with this journey, which starts when the operation before has ended."""
        if self.high is None or self.operation.late_price is not None:
            return False
        first = self.begin if self.from_journey else 0
        last = self.start if self.to_journey else journey.duration
        return last - first - (self.moved if self.operation.transport_is_free else 0) > self.high


class TooTightError(InfeasibleError):
    """So many vials cannot be moved within a maximum wait; fewer may."""


@frozen
class Mode:
    """A journey with the tended places it uses, the section whose robots make it, and its limits.

    ``begins`` and ``moved`` are what a later operation waits from, where the target does nothing itself: the offset of
    the last operation's end from the journey's start (``None``: no operation on the way) and the least time moved.
    """

    journey: Journey
    section: str
    places: tuple[Place, ...]
    limits: tuple[Limit, ...]
    begins: int | None
    moved: int


class Journeys:
    """All modes between successive stops, made once for each number of vials."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._machines = {m.name: m for m in problem.machines}
        self._made: dict[tuple[object, int, int], tuple[Mode, ...]] = {}
        self._sections: dict[str, list[Carrier]] = {}
        for carrier in problem.carriers:
            self._sections.setdefault(carrier.section, []).append(carrier)

    def robots(self, section: str) -> int:
        return len(self._sections[section])

    @property
    def sections(self) -> list[str]:
        return list(self._sections)

    def carriers(self, section: str) -> Sequence[Carrier]:
        return self._sections[section]

    def between(self, family: object, stops: Sequence[Stop], number: int, vials: int) -> tuple[Mode, ...]:
        """Modes from stop ``number - 1`` to stop ``number`` for so many vials."""
        key = (family, number, vials)
        if key not in self._made:
            modes = self._make(stops[number - 1], stops[number], vials, number == 1)
            self._made[key] = tuple(m for m in modes if not any(x.missed(m.journey) for x in m.limits))
        if not self._made[key]:
            name = next(o.name for v in (*stops[number].before, stops[number].visit) for o in v.operations)
            raise TooTightError(f"{name}: {vials} vials cannot be moved there within its maximum wait")
        return self._made[key]

    def _make(self, origin: Stop, target: Stop, vials: int, first: bool) -> Iterator[Mode]:
        section = self._section(origin.visit, target)
        carriers = self._sections[section]
        pick, place = max(c.pick for c in carriers), max(c.place for c in carriers)
        capacity = min(c.capacity for c in carriers)
        known = [m.name for m in self._problem.machines if section in m.sections]
        ends = {ORIGIN: [p.leaves for p in origin.visit.places], TARGET: [p.machine for p in target.visit.places]}

        def travel(a: str, b: str) -> int:
            if a == b:
                return 0
            pairs = itertools.product(ends.get(a, [a]), ends.get(b, [b]))
            return max(self._problem.travel_time(x, y) for x, y in pairs)

        approach = max(
            (self._problem.travel_time(m, o) for m in known for o in ends[ORIGIN]), default=0
        )  # fmt: skip
        if not target.before:
            for robots in range(1, min(len(carriers), _SHARED, vials) + 1):
                if robots > 1 and -(-vials // robots) == -(-vials // (robots - 1)):
                    continue
                journey = direct(
                    vials, ORIGIN, TARGET, pick=pick, place=place, travel=travel, approach=approach, robots=robots
                )
                yield self._mode(journey, section, (), target, travel)
            return
        options = itertools.product(*(v.places for v in target.before))
        for places in itertools.islice(options, _COMBINATIONS):
            if len({p.resource for p in places}) < len(places):
                continue
            tended = [
                Tended(p.machine, tuple(c.resource for c in p.claims), p.duration, v.operations[0].wait_min)
                for p, v in zip(places, target.before, strict=True)
            ]
            found = [
                tend(vials, ORIGIN, tended, TARGET, pick=pick, place=place, travel=travel, approach=approach,
                     capacity=capacity, load_first=load, put_last=put)
                for load in (True, False) for put in (False, True)
                if not put or (load and vials <= capacity)
            ]  # fmt: skip
            shortest = min(found, key=lambda j: j.duration)
            yield self._mode(shortest, section, places, target, travel)
            latest = min(found, key=lambda j: (j.duration - j.held, j.duration))
            if latest.duration - latest.held < shortest.duration - shortest.held:
                yield self._mode(latest, section, places, target, travel)

    def _section(self, origin: Visit, target: Stop) -> str:
        """Where the journey takes place: a section that both ends share and that has a robot."""
        here = [set(self._machines[p.leaves].sections) for p in origin.places]
        there = [set(self._machines[p.machine].sections) for v in (target.visit, *target.before) for p in v.places]
        common = set.intersection(*here, *there) if here and there else set()
        section = next((s for s in self._sections if s in common), None)
        if section is None:
            raise TooTightError(f"no single robot reaches all machines on the way to {target.visit.places[0].machine}")
        return section

    def _mode(self, journey: Journey, section: str, places: tuple[Place, ...], target: Stop, travel: Travel) -> Mode:
        taken: dict[tuple[str, int], int] = {}
        put: dict[tuple[str, int], int] = {}
        before = ORIGIN
        for group in _groups(journey.acts):
            way = 0 if group[0].robot != 0 else travel(before, group[0].machine)
            before = group[0].machine
            time = group[-1].end - group[0].start
            for act in group:  # vials that are handled in one go are moved together
                if act.action == "load":
                    taken[act.machine, act.vial] = time
                else:
                    put[act.machine, act.vial] = time + (way if group[0].robot == 0 else travel(ORIGIN, act.machine))
        vials = sorted({a.vial for a in journey.acts})
        served = {(s.visit, s.vial): s for s in journey.served}
        limits: list[Limit] = []
        ways = [(v.operations[0], p.machine) for v, p in zip(target.before, places, strict=True)]
        begins, moved_last = None, min(taken[ORIGIN, i] + put[TARGET, i] for i in vials)
        if ways:
            first, machine = ways[0]
            moved = [taken[ORIGIN, i] + put[machine, i] for i in vials]
            starts = [served[0, i].start for i in vials]
            worst = max(range(len(vials)), key=lambda n: starts[n] - (moved[n] if first.transport_is_free else 0))
            limits.append(Limit(first, False, 0, True, starts[worst], moved[worst], first.wait_min, first.wait_max))
            limits.append(Limit(first, False, 0, True, min(starts), 0, first.wait_min, None))
            last = len(ways) - 1
            ends = [served[last, i].end for i in vials]
            begins = max(ends)
            final = {i: taken[ways[last][1], i] + put[TARGET, i] for i in vials}
            moved_last = min(final.values())
        if target.visit.operations:
            operation = target.visit.operations[0]
            if ways:
                free = operation.transport_is_free
                worst = min(range(len(vials)), key=lambda n: ends[n] + (final[vials[n]] if free else 0))
                moved_worst = final[vials[worst]]
                limits.append(Limit(operation, True, ends[worst], False, 0, moved_worst, 0, operation.wait_max))
                limits.append(Limit(operation, True, max(ends), False, 0, 0, operation.wait_min, None))
            else:
                limits.append(Limit(operation, False, 0, False, 0, moved_last, operation.wait_min, operation.wait_max))
        return Mode(journey, section, places, tuple(limits), begins, moved_last)


def _groups(acts: Sequence[Act]) -> list[list[Act]]:
    """Acts of one robot at one machine without a pause between them."""
    out: list[list[Act]] = []
    for act in acts:
        last = out[-1][-1] if out else None
        if last and (last.robot, last.action, last.machine, last.end) == (
            act.robot,
            act.action,
            act.machine,
            act.start,
        ):
            out[-1].append(act)
        else:
            out.append([act])
    return out
