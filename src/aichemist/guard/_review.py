"""Reviewing a design: every rule is asked, the worst finding decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import entry_points

from attrs import evolve

from aichemist.chemistry import OUTCOMES, Design, Experiment, Finding, LabLimits, Maker, Outcome, Review, version

from ._limits import GuardLimits
from ._rules import Context, Rule
from .contents._kinds import Finder
from .rules import OWN_RULES

_NAMED = 3


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
    knowledge: Finder | None = None,
) -> Review:
    """The guard's answer for one design, before anything moves. Equal findings of several vials come as one.

    Args:
        used: what earlier batches took of each stock, litres or kilograms.
        rules: default: all registered.
        knowledge: what is known of substances; default: the room's own sources.

    Raises:
        InputError: the lab's ``[guard]`` table is wrong.
    """
    rules = load_rules() if rules is None else rules
    findings = raw_findings(design, experiments, lab, used=used, rules=rules, knowledge=knowledge)
    outcome: Outcome = max((f.outcome for f in findings), key=OUTCOMES.index, default="allow")
    made_by = Maker("rule", "guard", version())
    return Review(outcome, together(findings), tuple(r.id for r in rules), made_by)


def raw_findings(
    design: Design,
    experiments: Sequence[Experiment],
    lab: LabLimits,
    *,
    used: Mapping[str, float] | None = None,
    rules: Sequence[Rule] | None = None,
    knowledge: Finder | None = None,
) -> list[Finding]:
    """What the rules say one by one, for a review in parts; see :func:`review`."""
    context = Context(design, experiments, lab, dict(used or {}), knowledge, GuardLimits.read(lab.guard))
    return [f for rule in (load_rules() if rules is None else rules) for f in rule.check(context)]


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for those that differ only in their vial (and in the amounts that the message names), worst first."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        what: object = f.substances or f.message
        groups.setdefault((f.rule, f.outcome, f.step, what, f.mend, f.role, f.source, f.measures), []).append(f)
    merged = []
    for group in groups.values():
        samples = list(dict.fromkeys(f.sample for f in group if f.sample))
        first = group[0]
        if len(samples) > 1:
            named = ", ".join(samples[:_NAMED]) + (", ..." if len(samples) > _NAMED else "")
            message = f"{first.message} [{len(samples)} vials: {named}]"
            merged.append(evolve(first, message=message, samples=tuple(samples)))
        else:
            merged.append(first)
    return tuple(sorted(merged, key=lambda f: -OUTCOMES.index(f.outcome)))
