"""What a rule is and what it may look at, and the rules over physical limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from attrs import field, frozen

from aichemist.chemistry import (
    OPERATIONS,
    Design,
    Experiment,
    Finding,
    InputError,
    LabLimits,
    Outcome,
    StationLimits,
    Step,
    format_volume,
)

from ._limits import GuardLimits
from .contents import Followed, Moment, Shelf, follow
from .contents._kinds import Finder
from .knowledge import default_knowledge

if TYPE_CHECKING:
    from .rules._identity import Use

_TOLERANCE = 1e-9
T = TypeVar("T")


@frozen(slots=False)
class Context:
    """What a rule may look at. ``used`` is what earlier batches took of each stock, litres or kilograms."""

    design: Design
    experiments: Sequence[Experiment]
    lab: LabLimits
    used: Mapping[str, float] = field(factory=dict)
    knowledge: Finder | None = None
    limits: GuardLimits = field(factory=GuardLimits)

    @cached_property
    def shelf(self) -> Shelf:
        """The substances of the lab's stocks, looked up when they are first needed."""
        return Shelf(self.knowledge or default_knowledge(), self.lab)

    @cached_property
    def _worked_out(self) -> dict[str, Any]:
        return {}

    def once(self, name: str, work: Callable[[Context], T]) -> T:
        """What several rules need, worked out by the first that asks."""
        if name not in self._worked_out:
            self._worked_out[name] = work(self)
        found: T = self._worked_out[name]
        return found

    @cached_property
    def vials(self) -> tuple[Followed, ...]:
        """What each vial holds along its steps, by the guard's own bookkeeping."""
        return tuple(follow(e, self.lab, self.shelf) for e in self.experiments)


class _More(TypedDict, total=False):
    mend: str
    measures: Iterable[str]
    source: str
    role: str | None


class Rule(ABC):
    """One rule; plug-ins register a subclass under the entry point ``aichemist.guard_rules``.

    Attributes:
        severity: the worst that it may say.
    """

    id: str
    source: str
    severity: Outcome = "refuse"

    @property
    def reason(self) -> str:
        """What it is about: the first sentence of its class."""
        return (type(self).__doc__ or "").strip().split("\n")[0]

    @abstractmethod
    def check(self, context: Context) -> Iterable[Finding]:
        """Findings; none means that the rule is content."""

    def say(
        self, outcome: Outcome, message: str, *, sample: str | None = None, step: Step | None = None,
        substances: Iterable[str] = (), mend: str = "", measures: Iterable[str] = (), source: str = "",
        role: str | None = None,
    ) -> Finding:  # fmt: skip
        """A finding of any outcome. ``role``: by default a safety officer for refusals, a chemist for approvals."""
        if role is None:
            role = {"approval": "chemist", "refuse": "safety_officer"}.get(outcome, "")
        return Finding(
            self.id, outcome, message, source or self.source, sample, step.name if step else None, mend, role,
            tuple(substances), tuple(measures),
        )  # fmt: skip

    def say_at(
        self, moment: Moment, outcome: Outcome, message: str, *, substances: Iterable[str] = (), **more: Unpack[_More]
    ) -> Finding:
        """A finding about one vial in one step."""
        return self.say(outcome, message, sample=moment.sample, step=moment.step, substances=substances, **more)

    def say_of(self, use: Use, outcome: Outcome, message: str, **more: Unpack[_More]) -> Finding:
        """A finding about one substance, where the design first dispenses it."""
        return self.say(outcome, message, sample=use.sample, step=use.step, substances=(use.kind.name,), **more)


def able(lab: LabLimits, step: Step) -> list[StationLimits]:
    """Stations that can do a step with these parameters and hold its stocks."""
    needed = {name for name, amount in amounts(step).items() if amount > 0}
    return [
        s
        for s in lab.stations
        if step.operation in s.operations
        and (step.station is None or step.station == s.name)
        and needed <= set(s.stocks)
        and not list(_outside(s, step))
    ]


def amounts(step: Step) -> Mapping[str, float]:
    """Stock -> amount that a dispensing step takes (litres or kilograms); empty for other steps."""
    taken: Mapping[str, float] = step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}
    return taken


def _outside(station: StationLimits, step: Step) -> Iterator[str]:
    for spec in OPERATIONS[step.operation]:
        bounds = station.limits.get((step.operation, spec.field))
        value = step.parameters.get(spec.field)
        if bounds is None or value is None:
            continue
        low, high = bounds
        inner = {n: v for n, v in value.items() if v != 0} if isinstance(value, Mapping) else {spec.name: value}
        for name, number in inner.items():
            if not low - _TOLERANCE * (1 + abs(low)) <= number <= high + _TOLERANCE * (1 + abs(high)):
                yield f"{name} = {number:g} lies outside {low:g} to {high:g} (SI, {spec.field}) of {station.name}"


class _Limit(Rule):
    """A limit of the bench: what passes it is refused, and nobody's approval would help."""

    def refuse(self, message: str, *, sample: str | None = None, step: Step | None = None, mend: str = "") -> Finding:
        return self.say("refuse", message, sample=sample, step=step, mend=mend, role="")


class InSpace(_Limit):
    """A recipe outside the search space."""

    id = "space"
    source = "campaign file, [space]"

    def check(self, context: Context) -> Iterable[Finding]:
        for experiment in context.experiments:
            try:
                context.design.space.check(experiment.recipe.values)
            except InputError as error:
                yield self.refuse(f"recipe outside the search space: {error.problem}", sample=experiment.sample)


class StationRange(_Limit):
    """A step that no station can do with these parameters and stocks."""

    id = "station_range"
    source = "lab file, [station.limits]"

    def check(self, context: Context) -> Iterable[Finding]:
        for experiment in context.experiments:
            for step in experiment.steps:
                if able(context.lab, step):
                    continue
                yield self.refuse(_why_none(context.lab, step), sample=experiment.sample, step=step, mend=_MEND)


_MEND = "change the step in the protocol, or the station or its stocks in the lab file"


def _why_none(lab: LabLimits, step: Step) -> str:
    doing = [s for s in lab.stations if step.operation in s.operations]
    if not doing:
        return f"no station does {step.operation}"
    if step.station is not None:
        named = [s for s in lab.stations if s.name == step.station]
        if not named:
            return f"there is no station '{step.station}' in lab {lab.lab}"
        if step.operation not in named[0].operations:
            return f"station {step.station} does not do {step.operation}"
        doing = named
    reasons = [reason for s in doing for reason in _outside(s, step)]
    needed = sorted(n for n, a in amounts(step).items() if a > 0)
    for station in doing:
        lacking = [n for n in needed if n not in station.stocks]
        if lacking:
            reasons.append(f"{station.name} has no {', '.join(lacking)}")
    return f"no station can do {step.operation}: " + "; ".join(reasons)


class VialVolume(_Limit):
    """More liquid than the vial holds."""

    id = "vial_volume"
    source = "lab file, vial_capacity"

    def check(self, context: Context) -> Iterable[Finding]:
        capacity = context.lab.vial_capacity_l
        for experiment in context.experiments:
            volume = 0.0
            for step in experiment.steps:
                if step.operation == "dispense_liquid":
                    taken = amounts(step)
                    negative = [n for n, v in taken.items() if v < 0]
                    if negative:
                        yield self.refuse(f"negative volume of {negative[0]}", sample=experiment.sample, step=step)
                    volume += sum(taken.values())
                    if volume > capacity * (1 + _TOLERANCE):
                        yield self.refuse(
                            f"the vial would hold {format_volume(volume)}, its capacity is {format_volume(capacity)}",
                            sample=experiment.sample, step=step, mend="dispense less, or aspirate before",
                        )  # fmt: skip
                elif step.operation == "aspirate":
                    volume = min(volume, float(step.parameters.get("leave_l", 0.0)))
                elif step.operation in ("dry", "calcine"):
                    volume = 0.0


class VialTemperature(_Limit):
    """Hotter than the vial stands."""

    id = "vial_temperature"
    source = "lab file, vial_max_temperature"

    def check(self, context: Context) -> Iterable[Finding]:
        limit = context.lab.vial_max_temperature_k
        for experiment in context.experiments:
            for step in experiment.steps:
                if step.temperature_k is not None and step.temperature_k > limit:
                    yield self.refuse(
                        f"{step.temperature_k - 273.15:.0f} degC is above what the vial stands "
                        f"({limit - 273.15:.0f} degC)", sample=experiment.sample, step=step,
                        mend="lower the temperature, or use a crucible and raise vial_max_temperature",
                    )  # fmt: skip


class StockSuffices(_Limit):
    """A stock that is missing or too small for the batch."""

    id = "stock"
    source = "lab file, [[stock]]"

    def check(self, context: Context) -> Iterable[Finding]:
        stocks = {s.name: s for s in context.lab.stocks}
        needed: dict[str, float] = {}
        for experiment in context.experiments:
            for step in experiment.steps:
                for name, amount in amounts(step).items():
                    needed[name] = needed.get(name, 0.0) + amount
        for name, amount in sorted(needed.items()):
            if amount <= 0:
                continue
            if name not in stocks:
                yield self.refuse(
                    f"stock '{name}' is not in lab {context.lab.lab}", mend="add a [[stock]] to the lab file"
                )
                continue
            there = stocks[name].available_l or stocks[name].available_kg
            left = there - context.used.get(name, 0.0)
            if amount > left * (1 + _TOLERANCE):
                yield self.refuse(
                    f"stock '{name}': {_show(stocks[name].available_l, amount)} needed, "
                    f"{_show(stocks[name].available_l, max(left, 0.0))} left",
                    mend="refill it and state the new amount in the lab file",
                )


def _show(liquid: float, amount: float) -> str:
    return format_volume(amount) if liquid else f"{amount * 1e3:.3g} g"


class Places(_Limit):
    """More vials than places in the starting station."""

    id = "places"
    source = "lab file, starting station"

    def check(self, context: Context) -> Iterable[Finding]:
        if len(context.experiments) > context.lab.starting_slots:
            yield self.refuse(
                f"a batch of {len(context.experiments)} vials, the starting station has "
                f"{context.lab.starting_slots} places", mend="make the batch smaller",
            )  # fmt: skip


#: the rules over physical limits; those over hazards are in the folder rules/
PHYSICAL_RULES: tuple[type[Rule], ...] = (InSpace, StationRange, VialVolume, VialTemperature, StockSuffices, Places)
