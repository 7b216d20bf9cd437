"""What a campaign would need, found without running anything."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from aichemist.chemistry import (
    Design,
    Experiment,
    Finding,
    Hypothesis,
    InputError,
    Proposal,
    Recipe,
    Scaled,
    Simplex,
    Space,
    Variables,
)
from aichemist.guard import able, review
from aichemist.guard.approvals import ApprovalSettings, for_rules
from aichemist.lab.scheduling import ListScheduler

from ._file import Campaign
from ._known import knowledge
from ._words import with_words

#: recipes that a check looks at in a larger space
_LOOK_AT = 20_000


@frozen
class StepPlan:
    """One row of the plan. Times in seconds; ``duration_s`` is that of one run of the station."""

    name: str
    operation: str
    stations: tuple[str, ...]
    duration_s: float
    wait: str


@frozen
class StockPlan:
    """Litres (or kilograms) of one stock: what is there, and what the whole budget takes.

    ``mean`` is for recipes spread evenly over the space, ``most`` for the worst recipes only.
    """

    name: str
    unit: str
    available: float
    mean: float
    most: float


@frozen
class Plan:
    """What ``aichemist check`` prints."""

    campaign: str
    points: int | None
    batches: int
    steps: tuple[StepPlan, ...]
    stock: tuple[StockPlan, ...]
    batch_s: float
    total_s: float
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not any(f.outcome == "refuse" for f in self.findings)


def check_campaign(campaign: Campaign) -> Plan:
    """Steps, stock and time of a campaign; nothing is run and nothing is written.

    Raises:
        InputError: a step that no station can do, a stock that is missing or too small, an interlock on a signal that
            its device does not tell.
        InfeasibleError: no timetable exists for one batch.
    """
    warnings = _interlocks(campaign)
    points = campaign.space.pool(_LOOK_AT, 0)
    corners = _corners(campaign.space, points)
    experiments = [_experiment(campaign, i, values) for i, values in enumerate(corners, 1)]
    findings = _findings(campaign, experiments)
    _raise_first(campaign, findings)
    stock = _stock(campaign, points.mean(axis=0), points.max(axis=0), points.min(axis=0))
    _enough(campaign, stock)
    batch = spread_batch(campaign)
    timetable = ListScheduler().plan(campaign.lab, batch)
    batches = -(-campaign.goal.budget_samples // campaign.goal.batch_size)
    return Plan(
        campaign.name, campaign.space.size(), batches, _steps(campaign, experiments[0]), stock, timetable.end_s,
        timetable.end_s * batches, findings, warnings,
    )  # fmt: skip


def _interlocks(campaign: Campaign) -> tuple[str, ...]:
    """What may be wrong with the interlocks: a signal that is not told trips its interlock, and all stands still."""
    from aichemist.lab.twin import TWIN_SIGNALS

    lab = campaign.lab
    drivers = {**{s.name: s.driver for s in lab.stations}, **{r.name: r.driver for r in lab.robots}}
    warnings = []
    for i, lock in enumerate(lab.interlocks, 1):
        if drivers[lock.device] != "twin":
            warnings.append(
                f"interlock '{lock.name}': whether {lock.device} (driver {drivers[lock.device]}) tells "
                f"its {lock.signal} is not known here; where it does not, the interlock trips at once"
            )
        elif lock.signal not in TWIN_SIGNALS:
            raise InputError(
                f"is no signal of {lock.device}, which is a twin", file=campaign.documents.paths["lab"],
                key=f"interlock[{i}].signal", value=lock.signal, mend=f"known: {', '.join(TWIN_SIGNALS)}",
            )  # fmt: skip
    return tuple(warnings)


def spread_batch(campaign: Campaign, vials: int | None = None) -> list[Experiment]:
    """A batch of so many vials (default: as the goal says), spread over the search space, for planning only."""
    points = campaign.space.pool(_LOOK_AT, 0)
    size = vials or min(campaign.goal.batch_size, campaign.goal.budget_samples)
    return [_experiment(campaign, i, points[(i * 97) % len(points)]) for i in range(1, size + 1)]


def corner_recipes(campaign: Campaign) -> list[Recipe]:
    """Recipes that reach the extremes of the space."""
    points = campaign.space.pool(_LOOK_AT, 0)
    return [Recipe(campaign.space.values(row)) for row in _corners(campaign.space, points)]


def describe_space(space: Space, size: int | None) -> str:
    """One line for people: how many recipes of what."""
    count = f"{size:,} recipes" if size is not None else "more recipes than can be counted"
    if isinstance(space, Simplex):
        return f"{count} ({', '.join(space.components)}; step {space.step:g}; at most {space.max_components} at once)"
    parts = []
    for column in space.columns:
        if column.kind == "category":
            parts.append(f"{column.name}: {len(column.categories)} choices")
        else:
            parts.append(f"{column.name} {column.low:g} to {column.high:g}")
    return f"{count} ({'; '.join(parts)})"


def _experiment(campaign: Campaign, index: int, values: Any) -> Experiment:
    recipe = Recipe(campaign.space.values(values))
    return campaign.protocol.resolve(recipe, sample=f"b001-{index:02d}", batch=1)


def _corners(space: Space, points: Any) -> Any:
    """Recipes that reach every extreme: for each component one with most and one with least of it, if present; of a
    sample of a large space also those that the limits allow together."""
    rows = []
    if isinstance(space, Variables):
        import numpy as np

        for end in ("low", "high"):
            corner = np.array([getattr(c, end) for c in space.columns])
            if all(c.kind != "fraction" for c in space.columns) and space._feasible(corner[None]).all():
                rows.append(corner)
    for i in range(points.shape[1]):
        present = points[points[:, i] > 0]
        if len(present):
            rows += [present[present[:, i].argmax()], present[present[:, i].argmin()]]
    return rows


def _findings(campaign: Campaign, experiments: list[Experiment]) -> tuple[Finding, ...]:
    design = Design(
        0, Hypothesis("check", {}, ""), campaign.space, campaign.protocol.name,
        tuple(Proposal(e.recipe, "initial") for e in experiments), "check",
    )  # fmt: skip
    try:
        ApprovalSettings.of(campaign.lab.guard)
        answer = review(design, experiments, for_rules(campaign.lab.limits()), knowledge=knowledge())
        return with_words(answer, campaign).findings
    except InputError as error:  # of [guard], which rules read
        raise error.located(file=campaign.documents.paths["lab"]) from None


def _raise_first(campaign: Campaign, findings: tuple[Finding, ...]) -> None:
    """A refusal that nobody may override becomes an error; one about a step names protocol file, step and value."""
    # a stock that nobody has is said before the stations that lack it
    for finding in sorted(findings, key=lambda f: f.rule != "stock"):
        if finding.outcome != "refuse" or finding.role:
            continue
        if finding.rule.startswith("words."):
            raise InputError(
                finding.message, file=campaign.documents.paths["campaign"], key="campaign.goal", mend=finding.mend
            )
        number = next((i for i, s in enumerate(campaign.protocol.steps, 1) if s.name == finding.step), None)
        key = None if number is None else f"step[{number}] ({finding.step})"
        file = campaign.documents.paths["protocol" if key else "lab"]
        raise InputError(finding.message, file=file, key=key or finding.rule, mend=finding.mend or None)


def _stock(campaign: Campaign, mean: Any, most: Any, least: Any) -> tuple[StockPlan, ...]:
    index = {name: i for i, name in enumerate(campaign.space.names)}
    need: dict[str, tuple[float, float]] = {}
    for step in campaign.protocol.steps:
        table = step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}
        for name, amount in table.items():
            if isinstance(amount, Scaled):
                at = [index[name] for name in amount.variables if name in index]
                low = amount.offset + amount.scale * float(sum(mean[i] for i in at))
                ends = (float(sum(most[i] for i in at)), float(sum(least[i] for i in at)))
                high = amount.offset + max(amount.scale * e for e in ends)
            else:
                low = high = float(amount)
            before = need.get(name, (0.0, 0.0))
            need[name] = (before[0] + low, before[1] + high)
    samples = campaign.goal.budget_samples
    plans = []
    for name, (low, high) in need.items():
        stock = campaign.lab.stock(name)
        unit, there = ("l", stock.volume_l) if stock.volume_l else ("kg", stock.mass_kg)
        plans.append(StockPlan(name, unit, there, low * samples, high * samples))
    return tuple(plans)


def _enough(campaign: Campaign, stock: tuple[StockPlan, ...]) -> None:
    for plan in stock:
        if plan.mean > plan.available * (1 + 1e-9):
            raise InputError(
                f"stock '{plan.name}' does not last: about {plan.mean:.3g} {plan.unit} needed for "
                f"{campaign.goal.budget_samples} samples, {plan.available:.3g} {plan.unit} there",
                file=campaign.documents.paths["lab"], key=f"stock.{plan.name}",
                mend="put more in the lab file once it is on the bench, or lower the budget",
            )  # fmt: skip


def _steps(campaign: Campaign, example: Experiment) -> tuple[StepPlan, ...]:
    limits = campaign.lab.limits()
    rows = []
    for step in example.steps:
        stations = tuple(s.name for s in able(limits, step))
        duration = step.duration_s if step.duration_s is not None else campaign.lab.station(stations[0]).duration_s
        rows.append(
            StepPlan(step.name, step.operation, stations, duration, _wait(step.wait.at_least_s, step.wait.at_most_s))
        )
    return tuple(rows)


def _wait(low: float, high: float | None) -> str:
    from aichemist.chemistry import format_duration

    if high == 0:
        return "none"
    parts = [f"at least {format_duration(low)}"] if low else []
    parts += [f"at most {format_duration(high)}"] if high is not None else []
    return ", ".join(parts)
