"""Finds times for one lot, step by step, and steps back where a wait or a blocked station demands it."""

from __future__ import annotations

from collections.abc import Container
from math import inf

from attrs import define, evolve, field

from aichemist.chemistry import AIChemistError, Step

from ._frozen import World
from ._legs import Leg, wait_text
from ._options import Group, Options
from ._pools import EPSILON, Draft, Hold, Pool, Trail, leave
from ._route import Lot

#: how often the search for one lot may step back, and how many legs it may place, before a smaller lot is tried
_STEPS_BACK, _LEGS = 200, 5000
#: ends within this time (s) count as equal when a station is chosen
_ABOUT_S = 300.0
#: a lot is brought to an exchange table this much (s) before it is fetched at most, where possible
_EARLY_S = 300.0


class NoWayError(AIChemistError):
    """This lot cannot be planned; smaller ones may."""


class _Later(Exception):
    """Decision ``number`` has to start at ``start_s`` or later; ``reason`` is told if that cannot help."""

    def __init__(self, number: int, start_s: float, reason: str, *, pull: bool = False) -> None:
        super().__init__(number, start_s)
        self.number, self.start_s, self.reason, self.pull = number, start_s, reason, pull


@define
class _Decision:
    groups: tuple[Group, ...]
    mark: int
    group: int
    start_s: float
    drafts: list[Draft]


@define
class _Fit:
    """What became of one leg: a start, or why not."""

    leg: Leg
    start_s: float = inf
    later: _Later | None = None
    vacate: bool = False
    waits_for_own: bool = False
    reason: str = ""


@define
class LotSearch:
    """Depth-first: one decision is one leg of one group. ``run`` leaves the lot's holds in the world."""

    world: World
    lot: Lot
    now_s: float
    #: where the lot stands, when it does not begin at home
    first: Group | None = None
    trail: Trail = field(factory=Trail)
    options: Options = field(init=False)
    horizon_s: float = field(init=False)
    _stack: list[_Decision] = field(factory=list)
    _floors: dict[int, tuple[int, float]] = field(factory=dict)
    _pulled: set[tuple[int, int]] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.options = Options(self.world, self.lot)
        self.horizon_s = max(self.now_s, self.world.horizon_s())

    def run(self) -> list[Draft]:
        """The lot's tasks in the order of planning.

        Raises:
            NoWayError: and the world is as before.
        """
        vials = self.lot.vials
        first = self.first or Group(0, vials, 0, self.lot.home, (), self.now_s, last=(None,) * len(vials))
        groups: tuple[Group, ...] = (first,)
        back, reason = 0, ""
        try:
            for _ in range(_LEGS):
                groups = self._divide(groups)
                if not groups:
                    return [d for decision in self._stack for d in decision.drafts]
                try:
                    groups = self._advance(groups)
                except _Later as later:
                    back, reason = back + 1, later.reason or reason
                    started = self._stack[later.number].start_s
                    if back > _STEPS_BACK or (started >= self.horizon_s - EPSILON and not later.pull):
                        break
                    groups = self._step_back(later)
            raise NoWayError(reason or "no plan was found within the limits of the search; mend: make smaller batches")
        except NoWayError:
            self.trail.back_to(0)
            raise

    def _step_back(self, later: _Later) -> tuple[Group, ...]:
        decision = self._stack[later.number]
        del self._stack[later.number :]
        self.trail.back_to(decision.mark)
        self._floors = {n: t for n, t in self._floors.items() if n <= later.number}
        self._floors[later.number] = (decision.group, max(later.start_s, decision.start_s + 1e-3))
        return decision.groups

    def _divide(self, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        """Take out groups that are home; split those that go on in parts."""
        out: list[Group] = []
        for group in groups:
            if group.visit == len(self.lot.visits) and group.at == self.lot.home:
                continue
            parts = self.options.split(group)
            if len(parts) == 1:
                out.append(group)
                continue
            for i, part in enumerate(parts):
                where = [group.vials.index(v) for v in part]
                out.append(
                    evolve(
                        group,
                        number=group.number * 100 + i + 1,
                        vials=part,
                        holds=tuple(h for h in group.holds if h.vials.intersection(part)),
                        ended_s=tuple(group.ended_s[i] for i in where) if group.ended_s else (),
                        moved_s=tuple(group.moved_s[i] for i in where) if group.moved_s else (),
                        last=tuple(group.last[i] for i in where),
                    )
                )
        return tuple(out)

    def _advance(self, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        """Plan the next leg of the group that is ready first and is not held up by a sister."""
        held_up: _Fit | None = None
        for group in sorted(groups, key=lambda g: (g.ready_s, g.number)):
            best, parked = self._best(group)
            if best.start_s < inf:
                self._pull(group, best)
                mark = self.trail.mark()
                after, drafts = self._place(group, best, parked)
                self._stack.append(_Decision(groups, mark, group.number, best.start_s, drafts))
                return tuple(after if g is group else g for g in groups)
            if not best.waits_for_own:
                if best.later is not None:
                    raise best.later
                raise NoWayError(best.reason)
            held_up = best
        if held_up is not None and held_up.later is not None:
            raise held_up.later
        raise NoWayError("the parts of the lot block each other; mend: make smaller batches")

    def _best(self, group: Group) -> tuple[_Fit, bool]:
        """The leg that ends first; otherwise parking; otherwise what would help."""
        whose, floor = self._floors.get(len(self._stack), (-1, 0.0))
        floor = max(floor if whose == group.number else 0.0, group.ready_s)
        fits = [self._fit(group, leg, floor) for leg in self.options.legs(group)]
        good = [f for f in fits if f.start_s < inf]
        if good:
            return min(good, key=self._rank), False
        if not group.parked and any(f.vacate for f in fits) and not self._none_wait(group):
            parks = [self._fit(group, leg, floor) for leg in self.options.parking(group)]
            good = [f for f in parks if f.start_s < inf]
            if good:
                return min(good, key=self._rank), True
        own = any(f.waits_for_own for f in fits)
        laters = [f for f in fits if f.later is not None]
        if laters:
            best = min(laters, key=lambda f: f.later.start_s if f.later else inf)
            best.waits_for_own = own
            return best, False
        reason = next((f.reason for f in fits if f.reason), "") or self._stranded(group)
        return _Fit(fits[0].leg if fits else _NOTHING, reason=reason, waits_for_own=own), False

    def _rank(self, fit: _Fit) -> tuple[float, float, float]:
        """Earliest end; among ends about equal the station freed last, so that others keep long gaps."""
        end, done = fit.leg.hop.end, fit.start_s + fit.leg.done_s
        pool = self.world.pools.get(end.name)
        idle = 0.0
        if pool is not None and pool.exclusive and fit.leg.robot is not None:
            idle = pool.idle_before_s(fit.start_s + fit.leg.arrive_s)
        target = fit.leg.hop.target
        if target is not None and fit.leg.hop.visits < len(self.lot.visits):  # compare with legs that end the visit
            done += self.lot.visits[fit.leg.hop.visits].duration_s(target)
            done += self._departure_s(fit.leg, len(self.lot.vials))
        return round(done / _ABOUT_S), idle, done

    def _stranded(self, group: Group) -> str:
        many = f"{len(group.vials)} vials" if len(group.vials) > 1 else "one vial"
        if group.visit == len(self.lot.visits):
            return f"no way to bring {many} from {group.at.name} back to {self.lot.home.name}"
        visit = self.lot.visits[group.visit]
        names = ", ".join(s.name for s in visit.stations)
        given_up = sorted({v for s in visit.stations for v in self.world.stuck.get(s.name, ())})
        text = f"step '{visit.steps[0].name}': {many} cannot be brought from {group.at.name} to {names}"
        if given_up:
            text += f", where {', '.join(given_up)} stand and nobody fetches them; mend: take them away"
        return text + " (slots of the stations and exchange tables, robots and their racks)"

    def _none_wait(self, group: Group) -> bool:
        step = self._next_step(group)
        return bool(group.ended_s) and step is not None and step.wait.at_most_s == 0

    def _next_step(self, group: Group) -> Step | None:
        return self.lot.visits[group.visit].steps[0] if group.visit < len(self.lot.visits) else None

    # ---------------------------------------------------------------- one leg

    def _fit(self, group: Group, leg: Leg, floor: float) -> _Fit:
        fit = _Fit(leg)
        if leg.problem:
            fit.reason = leg.problem
            return fit
        start = floor
        if leg.first_step is not None and group.ended_s:
            least = leg.first_step.wait.at_least_s
            start = max([start, *(e + least - s for e, s in zip(group.ended_s, leg.first_start_s, strict=True))])
        start = self._free(group, leg, start, fit)
        if start == inf:
            return fit
        self._check_wait(group, leg, start, fit)
        if fit.later is None and not fit.reason:
            self._check_vacate(group, leg, start, fit)
        if fit.later is None and not fit.reason:
            fit.start_s = start
        return fit

    def _free(self, group: Group, leg: Leg, start: float, fit: _Fit) -> float:
        """Earliest start with the robot, the stations of the rounds and the last station all free."""
        depart = 0.0 if leg.robot is None else self._departure_s(leg, len(group.vials))
        own = [h for h in group.holds if h.vials <= set(group.vials)]  # left with the load, before any return
        while True:
            before = start
            if leg.robot is not None:
                pool = self.world.robots[leg.robot.name]
                start = self._move(pool, 1, start, 0.0, leg.robot_end_s, fit, ())
                if start < inf:
                    following = pool.following(start + leg.robot_end_s)
                    if following is not None and following.approach_s < inf:
                        travel = self.world.lab.travel_s(leg.hop.end.name, following.place or leg.hop.end.name)
                        if following.approach_s < travel - EPSILON:
                            start = following.end_s
                            continue
            for window in leg.windows:
                pool = self.world.pools[window.station.name]
                start = self._move(pool, pool.needed(window.vials), start, window.start_s, window.end_s, fit, own)
            end = leg.hop.end
            if leg.robot is not None and end.role != "start":
                pool = self.world.pools[end.name]
                units = pool.needed(len(group.vials))
                start = self._move(pool, units, start, leg.arrive_s, leg.done_s + depart, fit, own)
            if start in (inf, before):
                return start

    def _departure_s(self, leg: Leg, vials: int) -> float:
        """Time that the next load takes at least, so that a lot is never put where it cannot be fetched."""
        robots = [r for s in leg.hop.end.sections for r in self.world.lab.robots_in(s)]
        return max((self.world.lab.max_travel_s(r.section) + vials * r.pick_s for r in robots), default=0.0)

    @staticmethod
    def _move(
        pool: Pool, units: int, start: float, since: float, until: float, fit: _Fit, own: Container[Hold]
    ) -> float:
        if start == inf:
            return inf
        free, blocking = pool.free_from(units, start + since, start + until, own)
        if blocking is None:
            return start if free < inf else inf
        if free == inf:
            fit.waits_for_own |= blocking.open
            return inf
        return max(free - since, start + 1e-9)

    def _check_wait(self, group: Group, leg: Leg, start: float, fit: _Fit) -> None:
        step = leg.first_step or self._next_step(group)
        if step is None or not group.ended_s or step.wait.at_most_s is None:
            return
        at_most = step.wait.at_most_s
        slack = group.slack_s + start - group.ready_s
        if at_most == 0:
            begins = leg.first_start_s or [leg.done_s] * len(group.vials)
            moved = leg.moved_before_s if leg.first_step is not None else leg.moved_after_s
            waits = [start + s - e for s, e in zip(begins, group.ended_s, strict=True)]
            over = max(w - m - n for w, m, n in zip(waits, group.moved_s, moved, strict=True))
            needs = max(waits)
        elif leg.first_step is not None:
            waits = [start + s - e for s, e in zip(leg.first_start_s, group.ended_s, strict=True)]
            over, needs = max(waits) - at_most, max(waits)
        else:
            return
        if over <= EPSILON:
            return
        fit.reason = wait_text(step, len(group.vials), needs - slack)
        if over <= slack + EPSILON and group.ended_by >= 0:
            fit.later = _Later(group.ended_by, self._stack[group.ended_by].start_s + over, fit.reason)

    def _check_vacate(self, group: Group, leg: Leg, start: float, fit: _Fit) -> None:
        """Whether the place where the group stands may be held until it is fetched (or until it could be)."""
        depart = self._departure_s(leg, len(group.vials))
        until = start + (leg.load_end_s if leg.robot is not None else leg.done_s + depart)
        for hold in group.holds:
            following = self.world.pools[group.at.name].limit(hold)
            if following is None or following.start_s >= until - EPSILON:
                continue
            fit.vacate = True
            fit.reason = f"{group.at.name} is needed by others before the lot can go on"
            if group.came_by < 0:  # it stands there already
                return
            came = self._stack[group.came_by].start_s
            if following.end_s == inf:
                fit.waits_for_own |= following.open
                return
            shift = following.end_s - group.came_at_s
            if fit.later is None or came + shift > fit.later.start_s:
                fit.later = _Later(group.came_by, came + max(shift, 1e-3), fit.reason)
            return

    def _pull(self, group: Group, fit: _Fit) -> None:
        """Bring a lot to an exchange table only when it will be fetched: others need the table."""
        early = fit.start_s - group.ready_s
        key = (group.came_by, group.number)
        if group.target is not None and early > _EARLY_S and key not in self._pulled:
            self._pulled.add(key)
            raise _Later(group.came_by, self._stack[group.came_by].start_s + early, "", pull=True)

    # ---------------------------------------------------------------- placing

    def _place(self, group: Group, fit: _Fit, parked: bool) -> tuple[Group, list[Draft]]:
        leg, start = fit.leg, fit.start_s
        last: list[Draft | None] = list(group.last)
        carried: Draft | None = None
        drafts: list[Draft] = []
        for piece in leg.pieces:
            draft = Draft(
                piece.operation, piece.device, piece.station, tuple(group.vials[v] for v in piece.vials),
                None if piece.step is None else piece.step.index, start + piece.start_s, start + piece.end_s,
            )  # fmt: skip
            moving = leg.robot is not None and piece.device == leg.robot.name
            before = [last[v] for v in piece.vials] + ([carried] if moving else [])
            draft.after = list({id(d): d for d in before if d is not None}.values())
            for v in piece.vials:
                last[v] = draft
            carried = draft if moving else carried
            drafts.append(draft)
        holds = group.holds if leg.robot is None else self._take(group, leg, start, drafts)
        number = len(self._stack)
        done = start + leg.done_s
        after = evolve(
            group, visit=leg.hop.visits, at=leg.hop.end, holds=holds, ready_s=done, last=tuple(last), parked=parked,
            target=leg.hop.target,
        )  # fmt: skip
        if leg.robot is not None:
            after = evolve(after, came_by=number, came_at_s=start + leg.arrive_s)
        if leg.last_end_s:
            ended = tuple(start + e for e in leg.last_end_s)
            after = evolve(after, ended_s=ended, ended_by=number, moved_s=tuple(leg.moved_after_s), slack_s=0.0)
        elif group.ended_s:
            moved = tuple(a + b for a, b in zip(group.moved_s, leg.moved_after_s, strict=True))
            after = evolve(after, moved_s=moved, slack_s=group.slack_s + start - group.ready_s)
        return after, drafts

    def _take(self, group: Group, leg: Leg, start: float, drafts: list[Draft]) -> tuple[Hold, ...]:
        """Enter the leg into the timelines: robot, rounds, the place that is left and the one that is reached."""
        trail, world, vials = self.trail, self.world, group.vials
        assert leg.robot is not None  # a group that stays takes nothing new
        load = drafts[0]
        unload = next(d for d in reversed(drafts) if d.operation == "unload")
        trip = Hold(start, start + leg.robot_end_s, [load], [unload])
        world.robots[leg.robot.name].add(0, trip, trail)
        for hold in group.holds:
            leave(hold, vials, load, trail)
        for window in leg.windows:
            pool = world.pools[window.station.name]
            since, until = start + window.start_s, start + window.end_s
            for unit in pool.choose(pool.needed(window.vials), since, until):
                firsts, lasts = [drafts[window.first]], [drafts[window.last]]
                pool.add(unit, Hold(since, until, firsts, lasts), trail)
        if leg.hop.end.role == "start":
            return ()
        pool = world.pools[leg.hop.end.name]
        arrive, until = start + leg.arrive_s, start + leg.done_s + self._departure_s(leg, len(vials))
        units = pool.choose(pool.needed(len(vials)), arrive, until)
        parts = [frozenset(vials)] if pool.exclusive else [frozenset([v]) for v in vials]
        holds = []
        for unit, part in zip(units, parts, strict=True):
            hold = Hold(arrive, inf, [unload], [], part)
            pool.add(unit, hold, trail)
            holds.append(hold)
        return tuple(holds)


_NOTHING = Leg.__new__(Leg)
