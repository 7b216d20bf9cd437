"""What a vial really got: the recipe by the amounts that dispensing stations measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from aichemist.chemistry import Protocol, Recipe, Scaled, Space

#: parameters of a dispensing step that hold amounts, and what a station reports of them
_AMOUNTS = {"volumes_l": "measured_l", "masses_kg": "measured_kg"}


@frozen
class Dose:
    """Stock -> litres or kilograms: asked for in one command, and measured by the station."""

    asked: Mapping[str, float]
    measured: Mapping[str, float]


def doses_asked(command: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Sample -> stock -> amount of a dispensing command as the journal holds it; empty for any other."""
    found: dict[str, dict[str, float]] = {}
    if not str(command["operation"]).startswith("dispense_"):
        return found
    for sample in command["samples"]:
        parameters = {**command["parameters"], **command["per_sample"].get(sample, {})}
        asked = {str(s): float(a) for name in _AMOUNTS for s, a in (parameters.get(name) or {}).items()}
        if asked:
            found[sample] = asked
    return found


def measured_of(results: Mapping[str, Any]) -> dict[str, float]:
    """Stock -> what the station measured of it; empty where it measures nothing, or nothing that can be true."""
    return {
        str(stock): float(amount)
        for name in _AMOUNTS.values()
        for stock, amount in (results.get(name) or {}).items()
        if math.isfinite(amount) and amount >= 0
    }


def realised(recipe: Recipe, protocol: Protocol, space: Space, doses: Sequence[Dose]) -> Recipe | None:
    """The recipe that the measured amounts make, or ``None`` where they say nothing about it.

    A variable is read from the amounts that follow it alone; of several each counts by the square of its scale, as in
    least squares. Fractions are divided by their sum, and stay as they were asked for unless all of them were measured:
    half a composition is none. Other numbers are taken one by one.
    """
    experiment = protocol.resolve(recipe, sample="", batch=0)
    sums: dict[str, float] = {}
    scales: dict[str, float] = {}
    for template, step in zip(protocol.steps, experiment.steps, strict=True):
        for name in _AMOUNTS:
            asked = step.parameters.get(name)
            dose = next((d for d in doses if asked and _same(d.asked, asked)), None)
            if dose is None:
                continue
            for stock, rule in template.parameters[name].items():
                if isinstance(rule, Scaled) and len(rule.variables) == 1 and stock in dose.measured and rule.scale:
                    variable = rule.variables[0]
                    sums[variable] = sums.get(variable, 0.0) + rule.scale * (dose.measured[stock] - rule.offset)
                    scales[variable] = scales.get(variable, 0.0) + rule.scale**2
    found = {v: max(0.0, sums[v] / scales[v]) for v in sums}
    fractions = [c.name for c in space.columns if c.kind == "fraction"]
    used = [f for f in fractions if recipe.values.get(f, 0.0) > 0]
    total = sum(found.get(f, 0.0) for f in used)
    if used and all(f in found for f in used) and total > 0:
        found |= {f: found[f] / total for f in used}
    else:
        found = {v: x for v, x in found.items() if v not in fractions}
    found = {v: x for v, x in found.items() if recipe.values.get(v, 0.0) > 0}  # nothing was asked for, nothing measured
    return Recipe({**recipe.values, **found}) if found else None


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return set(one) == set(other) and all(math.isclose(one[s], other[s], rel_tol=1e-9, abs_tol=1e-12) for s in one)
