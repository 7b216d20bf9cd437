"""Reviewing a design: every rule is asked, the worst finding decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Literal

from aichemist.chemistry import Design, Experiment, Finding, LabLimits, Maker, Review, version

from ._rules import OWN_RULES, Context, Rule


def load_rules() -> tuple[Rule, ...]:
    """All registered rules; ours are always among them, whatever is installed."""
    rules: dict[str, Rule] = {}
    for entry in entry_points(group="aichemist.guard_rules"):
        rule = entry.load()()
        rules[rule.id] = rule
    for kind in OWN_RULES:  # last: a plug-in cannot replace a rule of ours by its name
        rules[kind.id] = kind()
    return tuple(rules[name] for name in sorted(rules))


def review(
    design: Design,
    experiments: Sequence[Experiment],
    lab: LabLimits,
    *,
    used: Mapping[str, float] | None = None,
    rules: Sequence[Rule] | None = None,
) -> Review:
    """The guard's answer for one design, before anything moves.

    Args:
        used: what earlier batches took of each stock, litres or kilograms.
        rules: default: all registered.
    """
    rules = load_rules() if rules is None else rules
    context = Context(design, experiments, lab, dict(used or {}))
    findings: list[Finding] = []
    for rule in rules:
        findings.extend(rule.check(context))
    outcomes = {f.outcome for f in findings}
    outcome: Literal["allow", "approval", "refuse"] = (
        "refuse" if "refuse" in outcomes else "approval" if "approval" in outcomes else "allow"
    )
    return Review(outcome, tuple(findings), tuple(r.id for r in rules), Maker("rule", "guard", version()))
