"""Which stations a lot of vials visits, and how vials are put together into lots."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from aichemist.chemistry import Experiment, InfeasibleError, Step

from ..layout import Lab, Station

_TOLERANCE = 1e-9
#: a vial stays in its slot between two steps of one station up to this wait, rather than being carried away
_STAND_S = 600.0


@frozen
class Visit:
    """Steps that one station does one after another while the vial stands in its slot."""

    steps: tuple[Step, ...]
    stations: tuple[Station, ...]

    def duration_s(self, station: Station) -> float:
        """Time in the slot, waits between the steps included."""
        waits = sum(s.wait.at_least_s for s in self.steps[1:])
        return waits + sum(step_duration_s(s, station) for s in self.steps)


@frozen
class Lot:
    """Vials of one batch that go through the same steps together."""

    batch: int
    home: Station
    vials: tuple[str, ...]
    visits: tuple[Visit, ...]


def step_duration_s(step: Step, station: Station) -> float:
    return station.duration_s if step.duration_s is None else step.duration_s


def able_stations(lab: Lab, step: Step) -> tuple[Station, ...]:
    """Stations that can do a step: operation, limits and connected stocks.

    Raises:
        InfeasibleError: none can; the message says why for each station that does the operation.
    """
    doing = lab.able(step.operation)
    if not doing:
        raise InfeasibleError(f"step '{step.name}': no station of lab {lab.name} does {step.operation}")
    if step.station is not None:
        doing = tuple(s for s in doing if s.name == step.station)
        if not doing:
            raise InfeasibleError(
                f"step '{step.name}': station '{step.station}' does not do {step.operation} in lab {lab.name}"
            )
    reasons: list[str] = []
    found = []
    for station in doing:
        problems = [*_outside(station, step), *_lacking(station, step)]
        reasons += problems
        if not problems:
            found.append(station)
    if not found:
        raise InfeasibleError(f"step '{step.name}': no station can do this {step.operation}: " + "; ".join(reasons))
    return tuple(found)


def _outside(station: Station, step: Step) -> Iterable[str]:
    for (operation, name), (low, high) in station.limits.items():
        value = step.parameters.get(name)
        if operation != step.operation or value is None or isinstance(value, str):
            continue
        entries = value if isinstance(value, Mapping) else {name: value}
        for key, number in entries.items():
            if isinstance(value, Mapping) and number == 0:
                continue
            if not low - _TOLERANCE * (1 + abs(low)) <= number <= high + _TOLERANCE * (1 + abs(high)):
                yield f"{key} = {number:g} is outside {low:g} to {high:g} (SI) of {station.name}"


def _lacking(station: Station, step: Step) -> Iterable[str]:
    missing = [n for n, a in step_amounts(step).items() if a > 0 and n not in station.stocks]
    if missing:
        yield f"{station.name} does not hold {', '.join(sorted(missing))}"


def step_amounts(step: Step) -> Mapping[str, float]:
    amounts: Mapping[str, float] = step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}
    return amounts


def check_waits(steps: Sequence[Step]) -> None:
    """Raises:
    InfeasibleError: a wait that no time can fulfil.
    """
    for step in steps:
        low, high = step.wait.at_least_s, step.wait.at_most_s
        if low < 0 or (high is not None and high < low):
            raise InfeasibleError(
                f"step '{step.name}': contradictory wait, at least {minutes(low)} and at most {minutes(high or 0.0)}"
            )


def minutes(seconds: float) -> str:
    """Text for people."""
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"


class Sections:
    """How vials come from one section to another: exchange tables and robots."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._tables = lab.with_role("exchange")

    def next_tables(self, origin: str, target: str) -> tuple[Station, ...]:
        """Exchange tables to take from one section on the shortest way to another; empty when there is no way."""
        away = self._distances(target)
        if origin not in away:
            return ()
        return tuple(
            t for t in self._tables
            if origin in t.sections and any(away.get(s, len(away)) < away[origin] for s in t.sections)
        )  # fmt: skip

    def check(self, step: Step, stations: Sequence[Station], home: Station) -> tuple[Station, ...]:
        """The stations that vials can reach from home and back.

        Raises:
            InfeasibleError: none; a robot or an exchange table is missing.
        """
        reasons: list[str] = []
        found = []
        for station in stations:
            problem = self._unreachable(home, station)
            if problem:
                reasons.append(problem)
            else:
                found.append(station)
        if not found:
            raise InfeasibleError(f"step '{step.name}': " + "; ".join(dict.fromkeys(reasons)))
        return tuple(found)

    def _unreachable(self, home: Station, station: Station) -> str:
        if station.name == home.name:
            return ""
        if not self._lab.robots:
            return f"lab {self._lab.name} has no robot to bring vials to {station.name}"
        problems = []
        for target in station.sections:
            for origin in home.sections:
                problem = self._way(origin, target, station)
                if not problem:
                    return ""
                problems.append(problem)
        return problems[0]

    def _way(self, origin: str, target: str, station: Station) -> str:
        section = origin
        while True:
            if not self._lab.robots_in(section):
                return f"no robot in section {section}, which is needed to reach {station.name}"
            if section == target:
                return ""
            tables = self.next_tables(section, target)
            if not tables:
                return f"no exchange table leads from section {section} to {target}, where {station.name} is"
            away = self._distances(target)
            section = min(tables[0].sections, key=lambda s: away.get(s, len(away)))

    def _distances(self, target: str) -> dict[str, int]:
        away = {target: 0}
        queue = deque([target])
        while queue:
            section = queue.popleft()
            for table in self._tables:
                if section in table.sections:
                    for other in table.sections:
                        if other not in away:
                            away[other] = away[section] + 1
                            queue.append(other)
        return away


def make_visits(steps: Sequence[Step], stations: Sequence[tuple[Station, ...]]) -> tuple[Visit, ...]:
    """Join successive steps that one station can do while the vial stays in its slot."""
    visits: list[Visit] = []
    for step, able in zip(steps, stations, strict=True):
        if visits:
            last = visits[-1]
            names = {s.name for s in able}
            both = tuple(s for s in last.stations if s.name in names)
            if both and (step.wait.at_least_s <= _STAND_S or step.wait.at_most_s is not None):
                visits[-1] = Visit((*last.steps, step), both)
                continue
        visits.append(Visit((step,), able))
    return tuple(visits)


def _signature(experiment: Experiment) -> Any:
    """Vials with equal signatures may be processed together; amounts may differ from vial to vial."""
    return tuple(
        (
            s.index, s.operation, s.station, s.wait.at_least_s, s.wait.at_most_s,
            tuple(sorted((k, v) for k, v in s.parameters.items() if not isinstance(v, Mapping))),
        )
        for s in experiment.steps
    )  # fmt: skip


def group(
    lab: Lab, experiments: Sequence[Experiment], homes: Mapping[str, Station]
) -> list[tuple[int, Station, tuple[str, ...], tuple[Visit, ...]]]:
    """Vials that may go together, in the order of the experiments: batch, starting station, vials, visits.

    Raises:
        InfeasibleError: a step that no station can do or reach; contradictory waits.
    """
    sections = Sections(lab)
    able: dict[str, tuple[tuple[Station, ...], ...]] = {}
    together: dict[Any, list[Experiment]] = {}
    for experiment in experiments:
        if not experiment.steps:
            continue
        check_waits(experiment.steps)
        home = homes[experiment.sample]
        allowed = []
        for step in experiment.steps:
            stations = tuple(s for s in able_stations(lab, step) if s.role != "start" or s.name == home.name)
            if not stations:
                raise InfeasibleError(
                    f"step '{step.name}' wants {step.station}, but {experiment.sample} has its place in {home.name}"
                )
            allowed.append(sections.check(step, stations, home))
        able[experiment.sample] = tuple(allowed)
        together.setdefault((experiment.batch, home.name, _signature(experiment)), []).append(experiment)
    groups = []
    for (batch, _, _), members in together.items():
        for same in _with_common_stations(members, able):
            common = tuple(
                tuple(s for s in able[same[0].sample][i] if all(s in able[e.sample][i] for e in same))
                for i in range(len(same[0].steps))
            )
            visits = make_visits(same[0].steps, common)
            groups.append((batch, homes[same[0].sample], tuple(e.sample for e in same), visits))
    return groups


def _with_common_stations(
    members: list[Experiment], able: Mapping[str, tuple[tuple[Station, ...], ...]]
) -> list[list[Experiment]]:
    """Split where a recipe leaves out a stock, so that its vial may go elsewhere and the others may not."""
    common = [{s.name for s in stations} for stations in able[members[0].sample]]
    for experiment in members:
        for names, stations in zip(common, able[experiment.sample], strict=True):
            names &= {s.name for s in stations}
    if all(common):
        return [members]
    split: dict[Any, list[Experiment]] = {}
    for experiment in members:
        key = tuple(tuple(s.name for s in stations) for stations in able[experiment.sample])
        split.setdefault(key, []).append(experiment)
    return list(split.values())


def chunks(vials: Sequence[str], at_most: int) -> list[tuple[str, ...]]:
    """As few parts as possible, sizes as equal as possible, order kept."""
    parts = -(-len(vials) // at_most)
    size, more = divmod(len(vials), parts)
    out, start = [], 0
    for i in range(parts):
        end = start + size + (i < more)
        out.append(tuple(vials[start:end]))
        start = end
    return out
