"""What a substance is by itself: unknown, on a schedule, explosive, alarming by structure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import evolve, frozen

from aichemist.chemistry import Finding, Outcome, Step

from .._rules import Context, Rule, amounts
from ..contents import Kind
from ..knowledge import StructuralAlert, near, structural_findings

#: from this share by mass on a substance counts as concentrated (CLP: below it mixtures fall at least one category)
_STRONG = 0.1
#: peroxides without carbon: what they do depends on what they meet (rules mixing, pressure, decomposition)
_JUDGED_BY_MIXTURE = frozenset({"hydrogen_peroxide", "persulfate", "metal_peroxide"})
EXPLOSIVE = ("H200", "H201", "H202", "H203", "H204", "H205", "H240", "H206", "H207", "H208", "H209", "H210", "H211")


@frozen
class Use:
    """A kind as the design uses it: where it is first dispensed, the most of it in one vial, and whether some of it is
    handled neat (a powder, a pure liquid), and the largest share by mass it has in a vial."""

    kind: Kind
    sample: str
    step: Step
    kg: float
    neat: bool
    share: float


def uses(context: Context) -> list[Use]:
    """Every dispensed kind, with its largest amount in a vial; worked out once per review."""
    return context.once("uses", _uses)


def _uses(context: Context) -> list[Use]:
    first: dict[Kind, Use] = {}
    shares: dict[Kind, float] = {}
    vials, shelf = context.vials, context.shelf  # following the vials fills the shelf
    stocks = {name for e in context.experiments for s in e.steps for name, n in amounts(s).items() if n > 0}
    neat = {
        kind
        for name in stocks
        for liquid in (True, False)
        for kind in shelf.dispensed(name, liquid=liquid)
        if len(shelf.dispensed(name, liquid=liquid)) == 1
    }
    for vial in vials:
        for moment in vial.moments:
            if not moment.step.operation.startswith("dispense"):
                continue
            for kind in moment.mixed.mol:
                if kind.predicted:
                    continue
                kg = moment.mixed.kg(kind)
                shares[kind] = max(shares.get(kind, 0.0), kg / max(moment.mixed.mass_kg, 1e-12))
                known = first.get(kind)
                if known is None or kg > known.kg * (1 + 1e-9):
                    first[kind] = Use(
                        kind,
                        vial.sample if known is None else known.sample,
                        moment.step if known is None else known.step,
                        kg,
                        kind in neat,
                        1.0,
                    )
    return [evolve(use, share=shares[kind]) for kind, use in first.items()]


#: of a substance with known numbers and unjudged hazards so much in a vial is taken for toxic and handled so (kg):
#: Prudent Practices, 2011, ch. 4.D, on compounds of unknown toxicity
_UNJUDGED_KG = 1e-4


class Unknown(Rule):
    """A substance of which no source of hazards knows anything, or whose hazards nobody has judged."""

    id = "unknown_substance"
    severity = "approval"
    source = "the guard's sources of hazards (docs/safety.md)"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            substance = use.kind.substance
            if substance.classified:
                continue
            if substance.known:
                much = use.kg > _UNJUDGED_KG
                yield self.say_of(
                    use,
                    "approval" if much else "measures",
                    f"of {use.kind.name} numbers are known, but no source judged its hazards",
                    mend="add it with its hazard statements to your SDS table" if much else "",
                    role="safety_officer" if much else "",
                    measures=("handle as toxic: fume hood, gloves",),
                )
                continue
            asked = ", ".join(sorted(substance.knew)) or "none"
            written = substance.asked or use.kind.name
            meant = " or ".join(f"'{n}'" for n in near(written))
            yield self.say_of(
                use,
                "approval",
                f"'{written}' is not known to any source (asked: {asked}): its hazards are not judged",
                mend=(f"did you mean {meant}? else " if meant else "")
                + "give its name, CAS number or SMILES as `substance` of the [[stock]], or add it to your SDS table",
                role="safety_officer",
            )


class Scheduled(Rule):
    """Chemical weapons, their precursors, and drug or explosive precursors.

    The laws on precursors and on schedule 3 are about supply, possession and tonnes: for a vial they ask for
    records, not for permission.
    """

    id = "schedule"
    source = "Chemical Weapons Convention, Annex on Chemicals; Regulation (EU) 2019/1148; Regulation (EC) 273/2004"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            text = use.kind.substance.schedule
            if not text:
                continue
            weapon = re.search(r"schedule 1\b", text, re.I) is not None
            watched = re.search(r"schedule 2\b", text, re.I) is not None
            yield self.say_of(
                use,
                "refuse" if weapon else "approval" if watched else "measures",
                f"{use.kind.name} is listed: {text}",
                role="safety_officer" if watched and not weapon else "",
                mend="a person must answer for the purpose" if watched else "",
                measures=("keep the register of precursors",) if not weapon else (),
            )


class Explosive(Rule):
    """Explosives by their classification."""

    id = "explosive"
    source = "Regulation (EC) 1272/2008 (CLP), H200 to H211, H240"

    def check(self, context: Context) -> Iterable[Finding]:
        limit = context.limits["explosive"]
        for use in uses(context):
            if use.kind.substance.has(*EXPLOSIVE):
                much = use.kg > limit and not use.kind.substance.has("H240")
                yield self.say_of(
                    use,
                    "refuse" if much else "approval",
                    f"{use.kind.name} is an explosive; {_mass(use.kg)} in one vial",
                    role="" if much else "safety_officer",
                    mend="not with this equipment",
                )


class Structure(Rule):
    """Structural alarms of the knowledge room: oxygen balance, nitrogen-rich compounds, peroxides, diazo compounds."""

    id = "structure"
    source = "structural rules of the guard (docs/safety.md)"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            if use.kg < 1e-7:
                continue
            strong = use.share >= _STRONG
            for alert in _alerts(use.kind):
                if alert.severity == "refuse":
                    outcome: Outcome = "refuse" if strong and use.kg > context.limits["explosive"] else "approval"
                else:
                    outcome = "approval" if strong and use.kg > context.limits["alarming"] else "measures"
                yield self.say_of(
                    use,
                    outcome,
                    f"{use.kind.name}: {alert.message}; {_mass(use.kg)} in one vial",
                    source=alert.source,
                    role="" if outcome == "measures" else "safety_officer",
                    mend="a person must assess it" if outcome != "measures" else "",
                    measures=("no heat, no friction, never dry",) if outcome == "measures" else (),
                )


def _alerts(kind: Kind) -> tuple[StructuralAlert, ...]:
    if kind.groups & _JUDGED_BY_MIXTURE and not kind.organic:
        return ()
    return tuple(structural_findings(kind.substance))


def _mass(kg: float) -> str:
    return f"{kg * 1e3:.3g} g" if kg >= 1e-3 else f"{kg * 1e6:.3g} mg"
