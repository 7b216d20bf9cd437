"""Judges a timetable from its tasks alone. Written apart from the schedulers and sharing no code with them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field

from aichemist.chemistry import Experiment, Step

from ..layout import Lab, Robot, Station
from ._timetable import Task

_TOLERANCE_S = 1e-3


@define
class _Stay:
    """A vial at a station, from the start of the unload to the end of the load."""

    vial: str
    start_s: float
    end_s: float
    runs: list[Task] = field(factory=list)


def check_timetable(
    lab: Lab, experiments: Sequence[Experiment], tasks: Sequence[Task], *, actual: bool = False
) -> list[str]:
    """Everything in ``tasks`` that the laboratory could not do or the experiments do not allow; empty when sound.

    Follows each vial from its starting station through all stations and robots and back, and checks its steps (order,
    number, operation, duration, limits, connected stocks, waits), the stations (slots, one group at a time, one
    temperature, even loads), the robots (one thing at a time, racks, section, travel and handling times) and the
    edges ``after``. Pass the tasks of all batches that overlap; merge ``Timetable.extra_after`` into them before.

    With ``actual`` the times are those of an execution: durations, travel times and waits may then differ from the
    plan and are not judged, everything else is.
    """
    return _Check(lab, experiments, tasks, actual).run()


@define
class _Check:
    lab: Lab
    experiments: Sequence[Experiment]
    tasks: Sequence[Task]
    actual: bool
    found: list[str] = field(factory=list)
    stays: dict[str, list[_Stay]] = field(factory=lambda: defaultdict(list))
    stations: dict[str, Station] = field(factory=dict)
    robots: dict[str, Robot] = field(factory=dict)

    def run(self) -> list[str]:
        self.stations = {s.name: s for s in self.lab.stations}
        self.robots = {r.name: r for r in self.lab.robots}
        if self._sound():
            self._edges()
            self._vials()
            for name, stays in sorted(self.stays.items()):
                self._station(self.stations[name], stays)
            for robot in self.lab.robots:
                self._robot(robot)
        return self.found

    def say(self, text: str) -> None:
        self.found.append(text)

    # ---------------------------------------------------------------- tasks on their own

    def _sound(self) -> bool:
        """Ids, devices and places; the other checks need them."""
        seen: set[str] = set()
        known = {e.sample for e in self.experiments}
        for task in self.tasks:
            if task.id in seen:
                self.say(f"{task.id}: the id occurs twice")
            seen.add(task.id)
            if not task.start_s <= task.end_s:
                self.say(f"{task.id}: ends before it starts")
            if not task.samples or len(set(task.samples)) != len(task.samples):
                self.say(f"{task.id}: no samples, or one of them twice")
            for sample in set(task.samples) - known:
                self.say(f"{task.id}: sample {sample} has no experiment")
            if task.station not in self.stations:
                self.say(f"{task.id}: no station {task.station}")
            elif task.operation in ("load", "unload"):
                self._placed(task)
            elif task.device != task.station:
                self.say(f"{task.id}: {task.device} is to work at {task.station}")
            elif task.operation not in self.stations[task.station].operations:
                self.say(f"{task.id}: {task.station} does not do {task.operation}")
            elif task.step is None:
                self.say(f"{task.id}: belongs to no step")
        return not self.found

    def _placed(self, task: Task) -> None:
        robot = self.robots.get(task.device)
        if robot is None:
            self.say(f"{task.id}: no robot {task.device}")
        elif robot.section not in self.stations[task.station].sections:
            self.say(f"{task.id}: {task.station} is outside the section of {task.device}")

    def _edges(self) -> None:
        by_id = {t.id: t for t in self.tasks}
        for task in self.tasks:
            for other in task.after:
                before = by_id.get(other)
                if before is not None and before.end_s > task.start_s + _TOLERANCE_S:
                    self.say(f"{task.id}: starts before {other} has ended")

    # ---------------------------------------------------------------- vials

    def _vials(self) -> None:
        rank = _topological(self.tasks)
        own: dict[str, list[Task]] = defaultdict(list)
        for task in sorted(self.tasks, key=lambda t: (t.start_s, t.end_s, rank[t.id])):
            for sample in task.samples:
                own[sample].append(task)
        starts: dict[int, list[float]] = defaultdict(list)
        for experiment in self.experiments:
            starts[experiment.batch] += [t.start_s for t in own[experiment.sample]]
        for experiment in self.experiments:
            history = own[experiment.sample]
            if history:
                # the whole batch stands in the starting station when its first vial leaves; vials that are back may go
                self._journey(experiment, history, min(starts[experiment.batch]), history[-1].end_s)
            self._steps(experiment, history)

    def _journey(self, experiment: Experiment, history: list[Task], begin_s: float, end_s: float) -> None:
        vial = experiment.sample
        starts = [s.name for s in self.lab.stations if s.role == "start"]
        first = history[0]
        if first.station not in starts or first.operation == "unload":
            self.say(f"{first.id}: {vial} does not begin in a starting station")
        place, stay = first.station, _Stay(vial, begin_s, end_s)
        self.stays[place].append(stay)
        before: Task | None = None
        for task in history:
            if before is not None and task.start_s < before.end_s - _TOLERANCE_S:
                self.say(f"{task.id}: {vial} is still busy with {before.id}")
            before = task
            expected = task.device if task.operation == "unload" else task.station
            if place != expected:
                self.say(f"{task.id}: {vial} is in {place}, not in {expected}")
            if task.operation == "load":
                stay.end_s, place = task.end_s, task.device
            elif task.operation == "unload":
                place, stay = task.station, _Stay(vial, task.start_s, end_s)
                self.stays[place].append(stay)
            else:
                stay.runs.append(task)
        if place not in starts:
            self.say(f"{vial} ends in {place}, not in a starting station")

    def _steps(self, experiment: Experiment, history: list[Task]) -> None:
        vial = experiment.sample
        runs = [t for t in history if t.operation not in ("load", "unload")]
        if [t.step for t in runs] != [s.index for s in experiment.steps]:
            self.say(f"{vial}: steps {[t.step for t in runs]} instead of {[s.index for s in experiment.steps]}")
            return
        for number, (task, step) in enumerate(zip(runs, experiment.steps, strict=True)):
            station = self.stations[task.station]
            self._suits(task, step, station, vial)
            if self.actual:
                continue
            duration = station.duration_s if step.duration_s is None else step.duration_s
            if abs(task.end_s - task.start_s - duration) > _TOLERANCE_S:
                self.say(f"{task.id}: takes {task.end_s - task.start_s:g} s, the step {duration:g} s")
            if number:
                self._wait(runs[number - 1], task, step, vial, history)

    def _suits(self, task: Task, step: Step, station: Station, vial: str) -> None:
        if task.operation != step.operation or step.station not in (None, station.name):
            self.say(f"{task.id}: {vial} wants {step.operation} at {step.station or 'any station'}")
        for (operation, name), (low, high) in station.limits.items():
            value = step.parameters.get(name)
            if operation != step.operation or value is None or isinstance(value, str):
                continue
            numbers = [v for v in value.values() if v] if isinstance(value, Mapping) else [value]
            for number in numbers:
                if not low - 1e-9 * (1 + abs(low)) <= number <= high + 1e-9 * (1 + abs(high)):
                    self.say(f"{task.id}: {name} = {number:g} is outside the limits of {station.name}")
        for name in ("volumes_l", "masses_kg"):
            for stock, amount in (step.parameters.get(name) or {}).items():
                if amount > 0 and stock not in station.stocks:
                    self.say(f"{task.id}: {station.name} does not hold {stock}")

    def _wait(self, before: Task, task: Task, step: Step, vial: str, history: list[Task]) -> None:
        waited = task.start_s - before.end_s
        low, high = step.wait.at_least_s, step.wait.at_most_s
        if waited < low - _TOLERANCE_S:
            self.say(f"{task.id}: {vial} waited {waited:g} s of at least {low:g} s")
        if high == 0:
            high = sum(
                t.end_s - t.start_s for t in history
                if t.operation in ("load", "unload") and before.end_s <= t.start_s + 1e-9 <= task.start_s + 2e-9
            )  # fmt: skip
        if high is not None and waited > high + _TOLERANCE_S:
            self.say(f"{task.id}: {vial} waited {waited:g} s of at most {high:g} s")

    # ---------------------------------------------------------------- stations

    def _station(self, station: Station, stays: list[_Stay]) -> None:
        def places(present: list[_Stay]) -> int:
            return len(present) + (len(present) % 2 if station.even_load else 0)

        for at_s, present in _presence(stays):
            if places(present) > station.slots:
                self.say(f"{station.name}: {places(present)} places taken at {at_s:g} s, it has {station.slots}")
                break
        runs = sorted({t.id: t for s in stays for t in s.runs}.values(), key=lambda t: (t.start_s, t.end_s))
        steps = {(e.sample, s.index): s for e in self.experiments for s in e.steps}
        for task in runs:
            self._run(station, task, [steps[v, task.step] for v in task.samples if task.step is not None])
        if station.one_temperature:
            heat = {t.id: steps[t.samples[0], t.step].temperature_k for t in runs if t.step is not None}
            for a, b in _overlapping(runs):
                if heat[a.id] != heat[b.id]:
                    self.say(f"{b.id}: another temperature than {a.id} at the same time in {station.name}")
        if station.batch:
            self._one_group(station, stays, runs)

    def _run(self, station: Station, task: Task, steps: list[Step]) -> None:
        if len({(s.operation, s.duration_s, s.temperature_k) for s in steps}) > 1:
            self.say(f"{task.id}: its vials need different durations or temperatures")
        if len(task.samples) + (len(task.samples) % 2 if station.even_load else 0) > station.slots:
            self.say(f"{task.id}: {len(task.samples)} vials do not go into {station.name}")

    def _one_group(self, station: Station, stays: list[_Stay], runs: list[Task]) -> None:
        for a, b in _overlapping(runs):
            self.say(f"{b.id}: {station.name} is busy with {a.id}")
        for task in runs:
            for stay in stays:
                inside = min(stay.end_s, task.end_s) - max(stay.start_s, task.start_s)
                if inside > _TOLERANCE_S and stay.vial not in task.samples:
                    self.say(f"{task.id}: {stay.vial} stands in {station.name} and is not part of it")
        for at_s, present in _presence(stays):
            shared = [{t.id for t in s.runs} for s in present if s.runs]
            if shared and not set.intersection(*shared):
                self.say(f"{station.name}: two groups at {at_s:g} s")
                return

    # ---------------------------------------------------------------- robots

    def _robot(self, robot: Robot) -> None:
        rank = _topological(self.tasks)
        mine = [t for t in self.tasks if t.device == robot.name]
        mine.sort(key=lambda t: (t.start_s, t.end_s, rank[t.id]))
        for a, b in itertools.pairwise(mine):
            if b.start_s < a.end_s - _TOLERANCE_S:
                self.say(f"{b.id}: {robot.name} is busy with {a.id}")
        board: set[str] = set()
        at: str | None = None
        for task in mine:
            board = board | set(task.samples) if task.operation == "load" else board - set(task.samples)
            if len(board) > robot.racks * robot.vials_per_rack:
                self.say(f"{task.id}: {len(board)} vials on {robot.name}, its racks take {robot.capacity}")
            if not self.actual:
                self._travel(robot, task, at)
            at = task.station

    def _travel(self, robot: Robot, task: Task, at: str | None) -> None:
        handling = len(task.samples) * robot.handling_s / 2
        travel = task.end_s - task.start_s - handling
        least = 0.0 if at is None else self.lab.travel_s(at, task.station)
        if travel < least - _TOLERANCE_S:
            self.say(f"{task.id}: {least:g} s of travel and {handling:g} s of handling do not fit")
        if travel > self.lab.max_travel_s(robot.section) + _TOLERANCE_S:
            self.say(f"{task.id}: {travel:g} s beside the handling, no travel takes that long")


def _presence(stays: Sequence[_Stay]) -> Iterator[tuple[float, list[_Stay]]]:
    """Who is there, after each arrival. Leaving comes before arriving at the same moment."""
    events = [(s.end_s - _TOLERANCE_S, 0, i) for i, s in enumerate(stays)]
    events += [(s.start_s, 1, i) for i, s in enumerate(stays)]
    gone: set[int] = set()
    present: dict[int, _Stay] = {}
    for at_s, arrives, i in sorted(events):
        if arrives and i not in gone:
            present[i] = stays[i]
            yield at_s, list(present.values())
        elif not arrives:
            present.pop(i, None)
            gone.add(i)


def _overlapping(runs: Sequence[Task]) -> Iterator[tuple[Task, Task]]:
    """Pairs of neighbours in time that overlap; ``runs`` are sorted by start."""
    longest: Task | None = None
    for task in runs:
        if longest is not None and task.start_s < longest.end_s - _TOLERANCE_S:
            yield longest, task
        if longest is None or task.end_s > longest.end_s:
            longest = task


def _topological(tasks: Sequence[Task]) -> Mapping[str, int]:
    """Position of each task in an order that respects ``after``: breaks ties between tasks of no duration."""
    by_id = {t.id: t for t in tasks}
    rank: dict[str, int] = {}
    for root in tasks:
        stack: list[tuple[Task, bool]] = [(root, False)]
        visiting: set[str] = set()
        while stack:
            task, done = stack.pop()
            if done:
                rank.setdefault(task.id, len(rank))
            elif task.id not in rank and task.id not in visiting:
                visiting.add(task.id)
                stack.append((task, True))
                stack += [(by_id[i], False) for i in task.after if i in by_id]
    return rank
