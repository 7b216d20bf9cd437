"""The envelope: substances, ranges, temperatures and operations inside which batches run on one standing approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from aichemist.chemistry import Experiment, LabLimits, Protocol, Review, StockLimits, to_plain

from ._subject import Subject, canonical_hash, described, identity

#: relative slack for rounding, far below what any station can dispense
_SLACK = 1e-9

Range = tuple[float, float]


@frozen
class Envelope:
    """What a standing approval covers. All numbers are SI; a range is inclusive.

    Attributes:
        substances: names of stocks, or of substances, solutes and solvents: of a stock that is not named itself,
            all that is in it must be named.
        operations: the operations that may occur.
        temperature_k: of every step that has a temperature.
        variables: variable -> range; a recipe with another variable is outside.
        amounts: stock -> range of litres or kilograms in one vial over all steps; 0 where the stock is not taken.
        findings: rule -> how many findings of it that ask for approval one batch may have; others none.
        vials: at most so many in one batch; ``None`` as many as the lab holds.
    """

    substances: tuple[str, ...]
    operations: tuple[str, ...]
    temperature_k: Range | None = None
    variables: Mapping[str, Range] = field(factory=dict)
    amounts: Mapping[str, Range] = field(factory=dict)
    findings: Mapping[str, int] = field(factory=dict)
    vials: int | None = None

    def contains(self, experiment: Experiment, stocks: Mapping[str, StockLimits] | Iterable[StockLimits]) -> bool:
        """Whether an experiment lies inside."""
        return not self.outside(experiment, stocks)

    def outside(
        self, experiment: Experiment, stocks: Mapping[str, StockLimits] | Iterable[StockLimits]
    ) -> tuple[str, ...]:
        """In which respects an experiment lies outside, in words; empty when inside.

        Args:
            stocks: the lab's, by name or in any order.
        """
        known = stocks if isinstance(stocks, Mapping) else {s.name: s for s in stocks}
        reasons = []
        for name, value in experiment.recipe.values.items():
            if name not in self.variables:
                reasons.append(f"variable {name} is not in the envelope")
            elif not within(value, self.variables[name]):
                reasons.append(f"{name} = {value:g} lies outside {_shown(self.variables[name])}")
        total: dict[str, float] = {}
        for step in experiment.steps:
            if step.operation not in self.operations:
                reasons.append(f"operation {step.operation} is not in the envelope")
            if step.temperature_k is not None and not within(step.temperature_k, self.temperature_k):
                reasons.append(
                    f"step {step.name}: {step.temperature_k:g} K lies outside {_shown(self.temperature_k)} K"
                )
            for name, amount in (step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}).items():
                total[name] = total.get(name, 0.0) + amount
                if amount < 0:
                    reasons.append(f"step {step.name}: a negative amount of {name}")
        for name, amount in total.items():
            if amount > 0 and not self.allows(known.get(name), name):
                reasons.append(f"stock {name} is not in the envelope")
        for name, bounds in self.amounts.items():
            if not within(total.get(name, 0.0), bounds):
                reasons.append(f"{name}: {total.get(name, 0.0):g} (SI) in the vial lies outside {_shown(bounds)}")
        return tuple(reasons)

    def allows(self, stock: StockLimits | None, name: str) -> bool:
        """Whether a stock may be taken: it is named, or everything in it is."""
        named = {s.casefold() for s in self.substances}
        if name.casefold() in named:
            return True
        if stock is None:
            return False
        main = {stock.substance.casefold(), stock.solute.casefold()} - {""}
        others = [*stock.mixture, *([stock.solvent] if stock.solvent else [])]
        return bool(main & named) and all(o.casefold() in named for o in others)

    def covers(self, review: Review, vials: int) -> bool:
        """Whether a batch with these findings needs no approval of its own; a refusal is never covered."""
        if any(f.outcome == "refuse" for f in review.findings) or (self.vials is not None and vials > self.vials):
            return False
        asked: Counter[str] = Counter()
        for f in review.findings:
            if f.outcome == "approval":
                asked[f.rule] += max(1, len(f.samples))
        return all(count <= self.findings.get(rule, 0) for rule, count in asked.items())


def within(value: float, bounds: Range | None) -> bool:
    """Whether a value lies in a range; ``None`` is no bound. NaN lies nowhere."""
    if bounds is None:
        return value == value
    low, high = bounds
    slack = _SLACK * max(abs(low), abs(high))
    return low - slack <= value <= high + slack


def envelope_subject(
    envelope: Envelope, protocol: Protocol, limits: LabLimits, versions: Mapping[str, str], review: Review
) -> Subject:
    """What the approval of an envelope is bound to.

    The envelope, the protocol, what is in each stock of the protocol, the vial's limits, the lab's guard settings, the
    stations' limits, and the rules with their versions. Not in it: the findings of ``review``, which are only shown.
    """
    names = sorted({name for step in protocol.steps for name in _stocks(step.parameters)})
    stocks = {s.name: s for s in limits.stocks}
    form = {
        "form": 1,
        "envelope": to_plain(envelope),
        "steps": to_plain(protocol.steps),
        "stocks": {n: identity(stocks[n]) if n in stocks else None for n in names},
        "vial": {"capacity_l": limits.vial_capacity_l, "max_temperature_k": limits.vial_max_temperature_k},
        "stations": [
            {"name": s.name, "operations": sorted(s.operations), "slots": s.slots, "even_load": s.even_load,
             "one_temperature": s.one_temperature, "limits": {f"{o}.{f}": b for (o, f), b in s.limits.items()}}
            for s in sorted(limits.stations, key=lambda s: s.name)
        ],
        "guard": dict(limits.guard),
        "rules": dict(versions),
    }  # fmt: skip
    summary: dict[str, Any] = {
        "envelope": to_plain(envelope),
        "protocol": protocol.name,
        "stocks": {n: described(stocks[n]) if n in stocks else "unknown" for n in names},
        "operations": sorted({s.operation for s in protocol.steps}),
        "outcome": review.outcome,
    }
    return Subject("envelope", canonical_hash(form), summary)


def _stocks(parameters: Mapping[str, Any]) -> Iterable[str]:
    return parameters.get("volumes_l") or parameters.get("masses_kg") or ()


def _shown(bounds: Range | None) -> str:
    return "any" if bounds is None else f"{bounds[0]:g} to {bounds[1]:g}"
