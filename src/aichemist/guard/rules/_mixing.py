"""What must not meet: in a vial, in the waste bottle, in one chamber."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aichemist.chemistry import OUTCOMES, Finding, Outcome

from .._rules import Context, Rule
from ..contents import Followed, Moment, State
from ..reactivity import Hit, Presence, hits
from ..reactivity._groups import GROUPS

_CHEMIST, _OFFICER = "chemist", "safety_officer"


def outcome_of(hit: Hit) -> Outcome | None:
    """The matrix's outcome, one milder where amounts are small; ``None`` where gas and heat decide."""
    if hit.danger.outcome is None:
        return None
    return hit.danger.outcome if hit.serious else "measures"


def worst_per_pair(found: Iterable[Hit]) -> list[Hit]:
    """Of several dangers of the same substances the worst, and of equals the first."""
    kept: dict[tuple[str, ...], Hit] = {}
    for hit in found:
        outcome = outcome_of(hit)
        if outcome is None:
            continue
        before = kept.get(hit.substances)
        if before is None or OUTCOMES.index(outcome) > OUTCOMES.index(outcome_of(before) or "allow"):
            kept[hit.substances] = hit
    return list(kept.values())


def _names(hit: Hit) -> str:
    return " with ".join(hit.substances)


def _amounts(hit: Hit) -> str:
    return ", ".join(f"{_mmol(n)} of {GROUPS[g].title.split(',')[0].split(':')[0]}" for g, n in hit.mol.items())


def _mmol(mol: float) -> str:
    return f"{mol * 1e3:.3g} mmol"


class Mixing(Rule):
    """Incompatible substances in one vial, wet or left dry."""

    id = "mixing"
    version = "2"
    source = "compatibility matrix of the guard (docs/guard.md)"

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            yield from self._vial(vial)

    def _vial(self, vial: Followed) -> Iterator[Finding]:
        told: dict[tuple[tuple[str, ...], str], int] = {}
        for moment in vial.moments:
            for hit in worst_per_pair(moment.hits):
                outcome: Outcome = outcome_of(hit) or "allow"
                key = (hit.substances, hit.danger.when)
                if OUTCOMES.index(outcome) <= told.get(key, 0):
                    continue
                told[key] = OUTCOMES.index(outcome)
                yield self._finding(hit, outcome, moment)

    def _finding(self, hit: Hit, outcome: Outcome, moment: Moment) -> Finding:
        danger = hit.danger
        return self.say_at(
            moment,
            outcome,
            f"{_names(hit)}: {danger.reason} ({', '.join(danger.effects)}; {_amounts(hit)})",
            mend=danger.mend,
            substances=hit.substances,
            source=danger.source,
            role=_OFFICER if outcome in ("approval", "refuse") else "",
            measures=("small scale, behind a shield, fume hood",) if outcome == "measures" else (),
        )


class Waste(Rule):
    """Aspirates of all vials meet in one bottle."""

    id = "waste"
    severity = "approval"
    source = (
        "compatibility matrix of the guard (docs/guard.md); National Research Council, Prudent Practices, 2011, ch. 8"
    )

    def check(self, context: Context) -> Iterable[Finding]:
        portions = [m for v in context.vials for m in v.moments if m.removed is not None and m.removed.volume_l > 0]
        if len(portions) < 2:
            return
        in_vials = {h.substances for v in context.vials for m in v.moments for h in m.hits}
        joint, volume = _joined([m.removed for m in portions if m.removed is not None])
        found = [h for h in hits(joint, volume) if h.substances not in in_vials]
        for hit in worst_per_pair(found):
            outcome = outcome_of(hit)
            if outcome in ("approval", "refuse"):
                yield self.say(
                    "approval",
                    f"in the waste bottle {_names(hit)} meet: {hit.danger.reason} ({_amounts(hit)})",
                    step=portions[0].step,
                    mend="separate waste bottles, or separate batches",
                    substances=hit.substances,
                    source=hit.danger.source,
                    role=_OFFICER,
                )
        for hit in found:
            if hit.danger.outcome is None and hit.danger.gas and hit.gas_mol > 1e-3:
                yield self.say(
                    "approval",
                    f"in the waste bottle {_names(hit)} give up to {_mmol(hit.gas_mol)} of {hit.danger.gas}",
                    step=portions[0].step,
                    mend="separate waste bottles, or separate batches",
                    substances=hit.substances,
                    source=hit.danger.source,
                )


def _joined(states: Sequence[State]) -> tuple[list[Presence], float]:
    """All portions together: amounts add up; each keeps the concentration of its strongest portion."""
    strongest: dict[str, tuple[float, Presence]] = {}
    total: dict[str, float] = {}
    for state in states:
        for p in state.presence:
            total[p.name] = total.get(p.name, 0.0) + p.mol
            strength = p.mol / state.volume_l
            if strength > strongest.get(p.name, (0.0, p))[0]:
                strongest[p.name] = (strength, p)
    volume = sum(s.volume_l for s in states) / max(1, len(states))
    joint = []
    for strength, p in strongest.values():
        amount = min(total[p.name], strength * volume)
        joint.append(
            Presence(p.name, p.groups, amount, min(p.volume_l / p.mol * amount, volume), p.undissolved, p.volatile)
        )
    return joint, volume


class SharedChamber(Rule):
    """Vials that stand open in one warm chamber at the same time share their vapours."""

    id = "shared_chamber"
    severity = "approval"
    source = "compatibility matrix of the guard (docs/guard.md)"
    operations = ("dry", "calcine")

    def check(self, context: Context) -> Iterable[Finding]:
        steps: dict[str, list[Moment]] = {}
        for vial in context.vials:
            for moment in vial.moments:
                if moment.step.operation in self.operations and not moment.before.capped:
                    steps.setdefault(moment.step.name, []).append(moment)
        for those in steps.values():
            if len(those) > 1:
                yield from self._chamber(those)

    def _chamber(self, those: Sequence[Moment]) -> Iterator[Finding]:
        vapours: dict[str, Presence] = {}
        others: dict[str, Presence] = {}
        for moment in those:
            for p, kind in zip(moment.before.presence, moment.before.mol, strict=True):
                if p.mol >= 5e-4:
                    (vapours if kind.evaporates(moment.temperature_k) else others).setdefault(p.name, p)
        together = [{p.name for p in m.before.presence} for m in those]
        told = set()
        for hit in worst_per_pair(hits([*vapours.values(), *others.values()], 0.0)):
            apart = not any(set(hit.substances) <= names for names in together)
            if (
                apart
                and hit.substances not in told
                and any(n in vapours for n in hit.substances)
                and outcome_of(hit) in ("approval", "refuse")
            ):
                told.add(hit.substances)
                yield self.say(
                    "approval",
                    f"{_names(hit)} stand in different vials of one chamber, and vapour goes over: {hit.danger.reason}",
                    step=those[0].step,
                    mend="dry them in separate runs",
                    substances=hit.substances,
                    source=hit.danger.source,
                )
