"""What is approved, to the last digit: a canonical form and its SHA-256.

The form never changes within a version, for approvals in databases that exist rest on it: JSON with sorted keys, no
blanks, ASCII, every number as a float by Python's ``repr``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from attrs import frozen

from aichemist.chemistry import Experiment, Finding, LabLimits, Review, StationLimits, StockLimits

from ._told import steps_told

#: of the canonical form; a change makes every approval void
_FORM = 1


@frozen
class Subject:
    """The thing that an approval is bound to.

    Attributes:
        kind: ``batch`` (experiments ready to run), or ``envelope``.
        hash: SHA-256 of its canonical form, hex.
        summary: what a person reads of it, JSON-ready; the hash is over far more than this.
    """

    kind: str
    hash: str
    summary: Mapping[str, Any]


def batch_subject(
    experiments: Sequence[Experiment], limits: LabLimits, review: Review, versions: Mapping[str, str]
) -> Subject:
    """Everything that decides what happens in the vials, and what the guard said of it.

    In it: each experiment's sample, recipe, steps with every parameter, wait and station; the identity, solvent and
    concentration of each stock that is used; the vial's limits and those of the stations that can do the steps; the
    lab's guard settings; each finding that is more than "allow"; the rules with their versions. Not in it: how much of
    a stock is left, the timetable, and which of several like stations is taken.

    Args:
        versions: rule id -> version, of every rule that was asked.
    """
    used = sorted({name for e in experiments for name in _amounts(e)})
    operations = sorted({s.operation for e in experiments for s in e.steps})
    stocks = {s.name: s for s in limits.stocks}
    form = {
        "form": _FORM,
        "experiments": [_experiment(e) for e in experiments],
        "stocks": {name: identity(stocks[name]) if name in stocks else None for name in used},
        "vial": {"capacity_l": limits.vial_capacity_l, "max_temperature_k": limits.vial_max_temperature_k},
        "stations": [_station(s, operations) for s in sorted(limits.stations, key=lambda s: s.name)],
        "guard": dict(limits.guard),
        "findings": _findings(review.findings),
        "rules": {name: str(versions.get(name, "")) for name in sorted(review.rules)},
    }
    summary = {
        "vials": len(experiments),
        "samples": [e.sample for e in experiments],
        "stocks": {name: described(stocks[name]) if name in stocks else "unknown" for name in used},
        "operations": operations,
        "steps": steps_told(experiments),
        "outcome": review.outcome,
        "findings": _findings(review.findings),
    }
    return Subject("batch", canonical_hash(form), summary)


def canonical_hash(form: object) -> str:
    """SHA-256 of the canonical JSON of ``form``, hex."""
    text = json.dumps(_plain(form), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(k): _plain(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(v) for v in data]
    if isinstance(data, set | frozenset):
        return sorted(map(str, data))
    if data is None or isinstance(data, str | bool):
        return data
    if isinstance(data, int | float):
        return _number(data)
    return str(data)  # dates, which TOML knows


def _number(value: float) -> Any:
    try:
        number = float(value) + 0.0  # 1 and 1.0 are one number, and -0.0 is 0.0
    except OverflowError:
        return {"$number": str(value)}
    return number if math.isfinite(number) else {"$number": repr(number)}


def _experiment(experiment: Experiment) -> dict[str, Any]:
    steps = [
        {
            "index": s.index, "name": s.name, "operation": s.operation, "parameters": s.parameters,
            "wait": [s.wait.at_least_s, s.wait.at_most_s], "station": s.station,
        }
        for s in experiment.steps
    ]  # fmt: skip
    return {"sample": experiment.sample, "batch": experiment.batch, "recipe": experiment.recipe.values, "steps": steps}


def _amounts(experiment: Experiment) -> dict[str, float]:
    """Stock -> litres or kilograms in all."""
    total: dict[str, float] = {}
    for step in experiment.steps:
        taken = step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}
        for name, amount in taken.items():
            total[name] = total.get(name, 0.0) + amount
    return total


def identity(stock: StockLimits) -> dict[str, Any]:
    """What is in a stock: all of it but how much is left."""
    return {
        "solute": stock.solute, "substance": stock.substance, "solvent": stock.solvent,
        "concentration_mol_per_l": stock.concentration_mol_per_l, "mixture": stock.mixture,
        "density_kg_per_l": stock.density_kg_per_l, "liquid": stock.available_l > 0,
    }  # fmt: skip


def described(stock: StockLimits) -> str:
    """A stock in a few words: ``nitric acid 15.6 mol/L in water``."""
    text = stock.substance or stock.solute or stock.name
    if stock.concentration_mol_per_l:
        text += f" {stock.concentration_mol_per_l:g} mol/L"
    text += "".join(f" with {name} {c:g} mol/L" for name, c in sorted(stock.mixture.items()))
    return text + (f" in {stock.solvent}" if stock.solvent else "")


def _station(station: StationLimits, operations: Sequence[str]) -> dict[str, Any] | None:
    if not set(station.operations) & set(operations):
        return None
    limits = {f"{o}.{f}": bounds for (o, f), bounds in station.limits.items() if o in operations}
    return {
        "name": station.name, "operations": sorted(set(station.operations) & set(operations)), "slots": station.slots,
        "limits": limits, "even_load": station.even_load, "one_temperature": station.one_temperature,
    }  # fmt: skip


def _findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    rows = [
        {
            "rule": f.rule, "outcome": f.outcome, "message": f.message, "sample": f.sample, "step": f.step,
            "role": f.role, "substances": sorted(f.substances), "measures": sorted(f.measures),
        }
        for f in findings
        if f.outcome != "allow"
    ]  # fmt: skip
    return sorted(rows, key=lambda r: json.dumps(r, sort_keys=True))
