"""A laboratory and its experiments as a scheduling problem, and the plan as tasks for the executor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil, inf

from attrs import frozen

from aichemist.chemistry import Experiment, InfeasibleError, Step

from ..layout import Lab, Station
from ._frozen import World, give_homes, make_world
from ._list_scheduler import name_drafts, to_timetable
from ._pools import EPSILON, Draft, Hold, Trail
from ._problem import Busy, Carrier, Handling, Job, Machine, Operation, Plan, Problem, Run
from ._route import Sections, able_stations, check_waits, step_duration_s
from ._timetable import Task, Timetable

_FOR_EVER = 10**8


@frozen
class LabProblem:
    """A problem with what is needed to make tasks of its plan. The unit is one second."""

    lab: Lab
    world: World
    experiments: Mapping[str, Experiment]
    problem: Problem
    now_s: float


def make_problem(lab: Lab, experiments: Sequence[Experiment], now_s: float, frozen: Sequence[Task]) -> LabProblem:
    """The problem of planning ``experiments`` from ``now_s`` on around ``frozen`` tasks; times count from ``now_s``.

    Raises:
        InfeasibleError: a step that no station can do or reach, contradictory waits, too few starting slots.
    """
    world = make_world(lab, frozen, now_s)
    homes = give_homes(world, [e.sample for e in experiments])
    sections = Sections(lab)
    kinds: dict[tuple[object, ...], str] = {}
    jobs = [_job(lab, sections, e, homes[e.sample], kinds) for e in experiments if e.steps]
    travel = {
        (a.name, b.name): ceil(lab.travel_s(a.name, b.name) - EPSILON)
        for a in lab.stations for b in lab.stations if a != b and set(a.sections) & set(b.sections)
    }  # fmt: skip
    problem = Problem(
        lab.name, 1.0, tuple(_machine(world, s, now_s) for s in lab.stations), tuple(jobs),
        tuple(_carriers(world, now_s)), travel, ceil(lab.travel_default_s), source=lab.source,
    )  # fmt: skip
    return LabProblem(lab, world, {e.sample: e for e in experiments}, problem, now_s)


def batch_problem(lab: Lab, experiments: Sequence[Experiment]) -> Problem:
    """The problem of planning ``experiments`` in an empty laboratory; times in seconds.

    Raises:
        InfeasibleError: a step that no station can do or reach, contradictory waits, too few starting slots.
    """
    return make_problem(lab, experiments, 0.0, ()).problem


def _machine(world: World, station: Station, now_s: float) -> Machine:
    role = station.role if station.role in ("start", "exchange", "storage") else "work"
    busy: list[Busy] = []
    slots = station.slots if station.role == "start" else world.fits(station)
    if station.role != "start":
        pool = world.pools[station.name]
        for line in pool.units:
            for hold in line:
                if hold.end_s > now_s and not (hold.end_s == inf and not pool.exclusive):
                    busy.append(_busy(hold, now_s, station.slots if pool.exclusive else 1))
    return Machine(
        station.name, max(0, slots), batch=station.batch and role == "work", one_temperature=station.one_temperature,
        even_load=station.even_load, sections=station.sections, role=role, busy=tuple(busy),  # type: ignore[arg-type]
    )  # fmt: skip


def _busy(hold: Hold, now_s: float, slots: int) -> Busy:
    end = _FOR_EVER if hold.end_s == inf else ceil(hold.end_s - now_s)
    return Busy(max(0, int(hold.start_s - now_s)) if hold.start_s > -inf else 0, end, slots)


def _carriers(world: World, now_s: float) -> list[Carrier]:
    out = []
    for robot in world.lab.robots:
        room = robot.capacity - len(world.stuck.get(robot.name, ()))
        if room <= 0:
            continue
        away = world.lab.max_travel_s(robot.section)  # it may have to come from anywhere and go anywhere
        busy, before = [], 0.0
        for hold in sorted((h for line in world.robots[robot.name].units for h in line), key=lambda h: h.start_s):
            if now_s < hold.end_s < inf:
                # whose first task leaves no time for the way waits beside the station until then
                begin = hold.start_s - away if hold.approach_s >= away - EPSILON else min(before, hold.start_s - away)
                busy.append(Busy(max(0, int(begin - now_s)), ceil(hold.end_s - now_s), 1))
            before = hold.end_s
        pick, place = ceil(robot.pick_s - EPSILON), ceil(robot.place_s - EPSILON)
        out.append(Carrier(robot.name, robot.section, room, pick, place, busy=tuple(busy)))
    return out


def _job(
    lab: Lab, sections: Sections, experiment: Experiment, home: Station, kinds: dict[tuple[object, ...], str]
) -> Job:  # fmt: skip
    """``kinds`` receives the name of each kind of vials: its batch, with a number from the second kind on."""
    check_waits(experiment.steps)
    away = 0
    operations = []
    signature: list[object] = []
    for step in experiment.steps:
        able = tuple(s for s in able_stations(lab, step) if s.role != "start" or s.name == home.name)
        able = sections.check(step, able, home)
        operations.append(_operation(step, able, away))
        away = max(_approach(lab, s) for s in able)
        plain = tuple(sorted((k, v) for k, v in step.parameters.items() if not isinstance(v, Mapping)))
        signature.append((step.operation, plain, tuple(s.name for s in able), step.wait))
    operations.append(Operation("return", {home.name: 0}))
    known = (experiment.batch, home.name, *map(repr, signature))
    if known not in kinds:
        number = 1 + sum(k[0] == experiment.batch for k in kinds)
        kinds[known] = f"batch {experiment.batch}" + (f" ({number})" if number > 1 else "")
    return Job(experiment.sample, kinds[known], tuple(operations), origin=home.name)


def _approach(lab: Lab, station: Station) -> int:
    """The longest way of a robot to a station."""
    others = (o for o in lab.stations if set(o.sections) & set(station.sections))
    return max((ceil(lab.travel_s(o.name, station.name)) for o in others), default=0)


def _operation(step: Step, stations: Sequence[Station], away: int) -> Operation:
    """``away``: the way of the robot to the vial, which is part of the transport that "no wait" allows."""
    wait = step.wait
    high = None if wait.at_most_s is None else int(wait.at_most_s + EPSILON)
    none = high == 0
    return Operation(
        step.name, {s.name: ceil(step_duration_s(step, s) - EPSILON) for s in stations}, step.temperature_k,
        ceil(wait.at_least_s - EPSILON), away if none else high, transport_is_free=none,
    )  # fmt: skip


def make_timetable(made: LabProblem, plan: Plan, taken_ids: set[str], mark: str = "") -> Timetable:
    """Tasks of a plan, with the edges that keep every order whatever the real durations are.

    ``mark`` is part of the names of tasks.
    """
    world = made.world
    drafts: list[tuple[int, Draft]] = []
    moves: list[tuple[Handling, Draft]] = []
    for run in plan.runs:
        draft = _process(made, run)
        if draft is not None:
            drafts.append((made.experiments[run.jobs[0]].batch, draft))
    for handling, travel in _with_travel(made, plan):
        draft = Draft(
            handling.action, handling.carrier, handling.machine, handling.jobs, None,
            made.now_s + handling.start - travel, made.now_s + handling.end,
        )  # fmt: skip
        moves.append((handling, draft))
        drafts.append((made.experiments[handling.jobs[0]].batch, draft))
    drafts.sort(key=lambda d: (d[1].start_s, d[1].end_s))
    last: dict[str, Draft] = {}
    for _, draft in drafts:
        for vial in draft.samples:
            if vial in last and last[vial] not in draft.after:
                draft.after.append(last[vial])
            last[vial] = draft
    _hold_stations(made, moves)
    _hold_robots(world, moves)
    name_drafts(drafts, taken_ids, mark)
    return to_timetable(world, [d for _, d in drafts])


def _process(made: LabProblem, run: Run) -> Draft | None:
    steps = made.experiments[run.jobs[0]].steps
    if run.operation >= len(steps):
        return None  # the way home
    step = steps[run.operation]
    return Draft(
        step.operation, run.machine, run.machine, run.jobs, step.index, made.now_s + run.start, made.now_s + run.end
    )


def _with_travel(made: LabProblem, plan: Plan) -> list[tuple[Handling, float]]:
    """Each with the travel to it, which is part of its task; a journey's first one allows for the longest way."""
    lab = made.lab
    at: dict[str, tuple[str, int]] = {}
    left: dict[str, int] = {}  # when the last vial left a machine that others may use only then
    ready: dict[str, int] = defaultdict(int)  # when the vials of a load may be fetched
    events: list[tuple[int, int, Run | Handling]] = [(r.start, r.end, r) for r in plan.runs]
    events += [(h.start, h.end, h) for h in plan.handlings]
    ends = {  # of trips of earlier plans
        name: sorted(h.end_s - made.now_s for line in pool.units for h in line)
        for name, pool in made.world.robots.items()
    }
    out = []
    for _, _, event in sorted(events, key=lambda e: e[:2]):
        if isinstance(event, Handling):
            before, free = at.get(event.carrier, ("", -_FOR_EVER))
            earlier = [e for e in ends[event.carrier] if e <= event.start + EPSILON]
            since = max([free, *earlier[-1:], *(ready[j] for j in event.jobs)])
            most = lab.max_travel_s(lab.robot(event.carrier).section)
            if event.action == "unload":  # the slot is taken from here on: not a second earlier than needed
                most = lab.travel_s(before, event.machine)
                since = max(since, left.get(event.machine, -_FOR_EVER))
            elif lab.station(event.machine).slots == 1 or _exclusive(made.world, event.machine):
                left[event.machine] = event.end
            travel = min(most, event.start - since)
            out.append((event, float(travel)))
            at[event.carrier] = (event.machine, event.end)
        for job in event.jobs:
            ready[job] = event.end
    return out


def _exclusive(world: World, station: str) -> bool:
    return station in world.pools and world.pools[station].exclusive


def _hold_stations(made: LabProblem, moves: Sequence[tuple[Handling, Draft]]) -> None:
    """Enter who stands where into the timelines; edges between tasks follow from them."""
    world, trail = made.world, Trail()
    placed: dict[str, tuple[Handling, Draft]] = {}
    stays: dict[str, list[tuple[float, float, Draft, Draft, str]]] = defaultdict(list)
    for handling, draft in sorted(moves, key=lambda m: (m[0].start, m[0].end)):
        for vial in handling.jobs:
            if handling.action == "unload":
                placed[vial] = (handling, draft)
            elif vial in placed and handling.machine in world.pools:
                _, first = placed[vial]
                # the way of the robot to the station does not take the slot, but the task that does contains it
                stays[handling.machine].append((first.start_s, draft.end_s, first, draft, vial))
    for name, items in stays.items():
        pool = world.pools[name]
        items.sort(key=lambda i: (i[0], i[1], i[4]))
        if not pool.exclusive:
            for start, end, first, final, vial in items:
                hold = Hold(start, end, [first], [final], frozenset([vial]))
                units = pool.choose(1, start, end)
                if not units:  # slots as the tasks before take them, travel included, do not suffice
                    raise InfeasibleError(f"{name} has too few slots for this plan beside the one in force")
                pool.add(units[0], hold, trail)
            continue
        joined: list[Hold] = []
        real: list[float] = []
        for start, end, first, final, _ in items:
            begins = first.end_s - len(first.samples) * 0.0
            if joined and start < real[-1] - EPSILON and _same_run(joined[-1], first, real[-1], begins):
                hold = joined[-1]
                hold.end_s = max(hold.end_s, end)
                real[-1] = max(real[-1], end)
                hold.firsts += [first] if first not in hold.firsts else []
                hold.lasts += [final] if final not in hold.lasts else []
            else:
                joined.append(Hold(start, end, [first], [final]))
                real.append(end)
        for hold in joined:
            pool.add(0, hold, trail)


def _same_run(hold: Hold, first: Draft, end: float, begins: float) -> bool:
    """Whether a vial came before those in the hold had left; a task may begin with travel while they still leave."""
    return begins <= end + EPSILON and first not in hold.lasts and first.start_s < end - EPSILON and begins < end


def _hold_robots(world: World, moves: Sequence[tuple[Handling, Draft]]) -> None:
    board: dict[str, set[str]] = defaultdict(set)
    current: dict[str, Hold] = {}
    for handling, draft in sorted(moves, key=lambda m: (m[0].start, m[0].end)):
        name = handling.carrier
        if name not in current:
            travel = draft.end_s - draft.start_s - (handling.end - handling.start)
            current[name] = Hold(draft.start_s, draft.end_s, [draft], [draft], approach_s=travel, place=draft.station)
        hold = current[name]
        hold.end_s, hold.lasts = draft.end_s, [draft]
        if handling.action == "load":
            board[name] |= set(handling.jobs)
        else:
            board[name] -= set(handling.jobs)
        if not board[name]:
            world.robots[name].add(0, current.pop(name))
