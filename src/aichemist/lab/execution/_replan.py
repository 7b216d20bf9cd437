"""A new plan for everything that has not begun, from where each vial stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen

from aichemist.chemistry import Experiment, Step

from ..layout import Lab, Robot
from ..scheduling import Standing, Task, revise
from ._events import PlanRevised, Work
from ._replace import replace
from ._state import CLEAN_UP, FINISHED, State, TaskState
from ._work import plan_revised

#: a new plan that nobody needs must be better than the old one by this share of what is left (price of stability)
_WORTH = 0.05
#: how much later than planned what waits for a person is taken to begin, so that all others go before it (s)
_LATER_S = 14 * 86400.0


@frozen
class _Kept:
    """What stays as it is: tasks, and robots whose trip is broken off."""

    tasks: frozenset[str]
    rescued: tuple[str, ...]
    closed: frozenset[str]


def new_plan(
    state: State,
    lab: Lab,
    experiments: Mapping[str, Experiment],
    now_s: float,
    why: str,
    *,
    needed: bool = True,
    waiting: frozenset[str] = frozenset(),
) -> PlanRevised | None:
    """The event that puts a new plan in force; ``None`` where there is nothing to plan, or nothing to gain.

    What has begun ends as it would, a robot with vials on board ends its trip where it can. Vials that are held, or
    about which a person is asked, keep their old plan with all that travel with them, and the others go before them. A
    vial that cannot go on goes home.

    Args:
        experiments: sample -> its whole experiment, for all vials that are out.
        needed: without need, the plan must be clearly shorter than the one in force.
        waiting: samples whose old plan stays: what they need is out of service, held, asked about or occupied now.
    """
    away = frozenset({*state.held, *state.lost})
    kept = _kept(state, away, waiting)
    rescue = [_rescue(state, lab, lab.robot(name), now_s) for name in kept.rescued]
    place, ready = _places(state, now_s, kept)
    for task in rescue:
        if task is not None:
            for sample in task.samples:
                place[sample], ready[sample] = task.station, task.end_s
    planned = {t for t, s in state.tasks.items() if s.status == "planned"} - kept.tasks
    standing = []
    for name, vial in sorted(state.samples.items()):
        goes = vial.status == "active" or vial.rides
        if not goes or name in kept.closed or place.get(name, "") in state.robots:
            continue
        home = vial.home or lab.with_role("start")[0].name
        steps = _remaining(state, planned, name, experiments[name])
        if vial.rides:
            steps = tuple(s for s in steps if s.operation in CLEAN_UP)
        at = place.get(name) or home
        if not steps and at == home:
            continue
        standing.append(
            Standing(replace(experiments[name], steps=steps), at, home, ready.get(name, now_s), vial.last_step_end_s)
        )
    if not standing and not planned:
        return None
    number = state.revisions + 1
    tasks = frozen_tasks(state, now_s, kept.tasks, later=kept.closed) + [t for t in rescue if t is not None]
    made = revise(lab, standing, tasks, now_s, out_of_service=away, revision=number)
    behind = {s for t in made.timetable.tasks if t.start_s >= now_s + _LATER_S for s in t.samples}
    if behind or (made.stranded and (away or _may_be_let_go(state))):
        # better to wait for a device to come back, a place to be cleared or a person than to give a vial up
        if waiting:
            return None
        stay = frozenset({*made.stranded, *behind})
        return new_plan(state, lab, experiments, now_s, why, needed=needed, waiting=stay)
    if not needed and made.timetable.end_s > now_s + (1 - _WORTH) * (_forecast_s(state, now_s) - now_s):
        return None
    dropped = sorted(planned)
    event = plan_revised(now_s, why, dropped, list(experiments.values()), made.timetable)
    first = tuple(Work(t) for t in rescue if t is not None)
    return replace(event, work=(*first, *event.work), stranded=made.stranded)


def _may_be_let_go(state: State) -> bool:
    """Whether a person holds something, is asked about something, or could take away vials that were given up."""
    if state.paused or state.stopped or state.questions or state.tripped:
        return True
    if any(s.held for s in state.samples.values()):
        return True
    given_up = (v for v in state.samples.values() if v.status in ("quarantined", "discarded") and not v.rides)
    return any(v.place not in ("", v.home) for v in given_up)


def _kept(state: State, away: frozenset[str], waiting: frozenset[str]) -> _Kept:
    """Closed vials (asked about, or on a robot that is away) with all that travel with them; trips that can end."""
    unfinished = {t: s for t, s in state.tasks.items() if s.status not in FINISHED}
    closed = {s for t in state.faulted.values() for s in state.tasks[t].work.task.samples}
    closed |= {n for n, v in state.samples.items() if v.place in away and v.place in state.robots}
    closed |= {n for n, v in state.samples.items() if v.held and v.status == "active"}
    for task_id in state.open_commands.values():
        plan = state.tasks[task_id].work.task
        if plan.operation == "load" and plan.device in away:
            closed |= set(plan.samples)
    closed |= waiting
    tasks = {t for t, s in unfinished.items() if s.status != "planned"}
    while True:
        more = {t for t, s in unfinished.items() if closed.intersection(s.work.task.samples)}
        vials = {v for t in more for v in unfinished[t].work.task.samples}
        if vials <= closed:
            break
        closed |= vials
    tasks |= more
    rescued = []
    for robot in sorted(state.robots):
        if robot in away:
            continue
        trip = _trip(state, robot, unfinished, closed)
        if trip is None:
            continue
        free = all(
            unfinished[t].waits_for <= tasks | trip and not away.intersection(_devices(unfinished[t])) for t in trip
        )
        if free and trip and not _blocked(state, unfinished, trip):
            tasks |= trip
        else:
            rescued.append(robot)
    return _Kept(frozenset(tasks), tuple(rescued), frozenset(closed))


def _devices(task: TaskState) -> set[str]:
    return {task.work.task.device, task.work.task.station}


def _blocked(state: State, unfinished: Mapping[str, TaskState], trip: set[str]) -> bool:
    """Whether there is no room where the trip leads to."""
    for task_id in trip:
        plan = unfinished[task_id].work.task
        limit = state.slots.get(plan.station)
        if plan.operation == "unload" and limit is not None:
            there = state.inside.get(plan.station, frozenset())
            leaving = {v for t in trip if unfinished[t].work.task.operation == "load"
                       for v in unfinished[t].work.task.samples}  # fmt: skip
            if len((there - leaving) | set(plan.samples)) > limit:
                return True
    return False


def _trip(
    state: State, robot: str, unfinished: Mapping[str, TaskState], closed: set[str]
) -> set[str] | None:  # fmt: skip
    """The planned tasks up to the unload that leaves the robot empty; ``None`` when it carries nothing."""
    board = {n for n in _aboard(state, robot) if n not in closed}
    for task_id in state.open_commands.values():
        plan = unfinished[task_id].work.task
        if plan.device == robot:
            board = board | set(plan.samples) if plan.operation == "load" else board - set(plan.samples)
    if not board - closed:
        return None
    mine = sorted(
        (t for t, s in unfinished.items() if s.status == "planned" and s.work.task.device == robot),
        key=lambda t: (unfinished[t].work.task.start_s, t),
    )
    trip: set[str] = set()
    vials = set(board)
    until = None
    for task_id in mine:
        plan = unfinished[task_id].work.task
        trip.add(task_id)
        vials |= set(plan.samples)
        board = board | set(plan.samples) if plan.operation == "load" else board - set(plan.samples)
        if not board:
            until = plan.start_s
            break
    if until is None:
        return set()
    for task_id, task in unfinished.items():  # what small stations do meanwhile
        plan = task.work.task
        if task.status == "planned" and plan.step is not None and plan.start_s < until and vials & set(plan.samples):
            trip.add(task_id)
    return trip


def _aboard(state: State, robot: str) -> set[str]:
    """Vials on a robot that still go anywhere."""
    return {n for n, v in state.samples.items() if v.place == robot and (v.status == "active" or v.rides)}


def _rescue(state: State, lab: Lab, robot: Robot, now_s: float) -> Task | None:
    """Vials on board are put down at the next buffer with room."""
    vials = _aboard(state, robot.name)
    after, begin, here = [], now_s, ""
    for task_id in state.open_commands.values():
        task = state.tasks[task_id]
        plan = task.work.task
        if plan.device == robot.name:
            vials = vials | set(plan.samples) if plan.operation == "load" else vials - set(plan.samples)
            after.append(task_id)
            begin, here = max(begin, task.expected_end_s or plan.end_s), plan.station
    if not vials:
        return None
    batch = min(state.samples[v].batch for v in vials)
    order = {"storage": 0, "exchange": 1, "start": 2, "work": 3}
    for station in sorted(lab.stations, key=lambda s: order[s.role]):
        there = state.inside.get(station.name, frozenset())
        if robot.section not in station.sections or station.name in state.held:
            continue
        if station.name in state.slots and len(there | vials) > state.slots[station.name]:
            continue
        travel = lab.travel_s(here, station.name) if here else lab.max_travel_s(robot.section)
        return Task(
            f"b{batch:03d}.r{state.revisions + 1}.put_down.{robot.name}", "unload", robot.name, station.name,
            tuple(sorted(vials)), None, begin, begin + travel + len(vials) * robot.place_s, tuple(after),
        )  # fmt: skip
    return None


def _places(state: State, now_s: float, kept: _Kept) -> tuple[dict[str, str], dict[str, float]]:
    """Where each vial stands when what is kept has ended, and when."""
    place = {n: v.place for n, v in state.samples.items()}
    ready: dict[str, float] = {}
    mine = sorted((state.tasks[t].work.task.start_s, t) for t in kept.tasks)
    for _, task_id in mine:
        task = state.tasks[task_id]
        plan = task.work.task
        end = task.expected_end_s or max(plan.end_s, now_s)
        for sample in plan.samples:
            ready[sample] = max(ready.get(sample, now_s), end)
            if plan.operation in ("load", "unload"):
                place[sample] = plan.device if plan.operation == "load" else plan.station
    return place, ready


def _remaining(state: State, planned: set[str], sample: str, experiment: Experiment) -> tuple[Step, ...]:
    left = set()
    for task_id in planned:
        task = state.tasks[task_id]
        plan = task.work.task
        works = sample not in task.without and (task.only is None or sample in task.only)
        if plan.step is not None and sample in plan.samples and works:
            left.add(plan.step)
    return tuple(s for s in experiment.steps if s.index in left)


def frozen_tasks(
    state: State, now_s: float, planned: Collection[str] | None = None, *, later: Collection[str] = ()
) -> list[Task]:
    """Tasks of vials that are out, with the times known best, as a scheduler plans around them.

    Args:
        planned: of the tasks that have not begun only these; ``None`` for all.
        later: vials that wait for a person: what is planned for them is taken to come after everything else.
    """
    tasks = []
    left = {n for n, v in state.samples.items() if v.status in ("quarantined", "discarded") and not v.rides}
    left -= {s for t in state.faulted.values() for s in state.tasks[t].work.task.samples}
    out = {n for n, s in state.samples.items() if s.status != "finished"} - left
    for task_id, task in state.tasks.items():
        plan = task.work.task
        gone = task.status in ("skipped", "dropped")
        gone |= planned is not None and task.status == "planned" and task_id not in planned
        # a vial that came home left its group: told of half its ways it would seem to stand where the others went on
        vials = tuple(s for s in plan.samples if s in out)
        if gone or not vials:
            continue
        start = task.started_s if task.started_s is not None else plan.start_s
        end = task.ended_s if task.ended_s is not None else (task.expected_end_s or plan.end_s)
        if planned is not None and task.status != "done":
            start = start if task.started_s is not None else max(now_s, start)
            end = max(end, now_s if task.started_s is not None else start + plan.end_s - plan.start_s)
            if task.status == "planned" and not set(vials).isdisjoint(later):
                start, end = start + _LATER_S, end + _LATER_S
        after = tuple(sorted({*plan.after, *task.waits_for}))  # edges that came with later batches, too
        tasks.append(replace(plan, start_s=start, end_s=max(start, end), after=after, samples=vials))
    # the maps of the state iterate by hash, which is another in each process; a plan must not depend on that
    return sorted(tasks, key=lambda t: (t.start_s, t.id)) + _blocking(state, left, now_s)


def _blocking(state: State, vials: Collection[str], now_s: float) -> list[Task]:
    """Vials that nobody moves hold every place where they may be: as if they had been put there and left."""
    tasks = []
    for place, there in sorted(state.inside.items()):
        operation = "load" if place in state.robots else "unload"
        for vial in sorted(there & set(vials)):
            name = f"left.{place}.{vial}"
            tasks.append(Task(name, operation, place, place, (f"{vial} in {place}",), None, now_s, now_s))
    return tasks


def _forecast_s(state: State, now_s: float) -> float:
    """When the plan in force would end: every task as soon as those before it have ended."""
    ends: dict[str, float] = {}
    left: dict[str, Any] = {t: s for t, s in state.tasks.items() if s.status not in FINISHED}
    while left:
        done = [t for t, s in left.items() if not (s.waits_for & left.keys())]
        if not done:
            return max(ends.values(), default=now_s)
        for task_id in done:
            task = left.pop(task_id)
            plan = task.work.task
            begin = max([now_s, plan.start_s, *(ends[b] for b in task.waits_for if b in ends)])
            ends[task_id] = task.expected_end_s or begin + plan.end_s - plan.start_s
    return max(ends.values(), default=now_s)
