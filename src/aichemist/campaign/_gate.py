"""The gate between a design and the lab: what the guard says of it, and whether people have approved what must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from aichemist.chemistry import (
    Design,
    Experiment,
    Hypothesis,
    Outcome,
    Proposal,
    Recipe,
    RecordsError,
    RefusedError,
    Review,
    to_plain,
)
from aichemist.guard import load_rules
from aichemist.guard import review as ask_guard
from aichemist.guard.approvals import (
    SAFETY_OFFICER,
    Approval,
    ApprovalSettings,
    Need,
    Subject,
    Verdict,
    batch_subject,
    envelope_subject,
    final,
    for_rules,
    judge,
    needs,
)
from aichemist.lab.execution import BatchPlanned, PlanRevised

from ._file import Campaign
from ._known import knowledge
from ._review import review_batch, rule_versions

if TYPE_CHECKING:
    from aichemist.records import Database, StoredApproval

#: rules that tell of a lab file that loosens limits; whoever approves their findings overrides the defaults
OVERRIDES = ("limits_loosened",)


@frozen
class Permit:
    """What the gate says of one batch.

    Attributes:
        status: ``go``; ``wait`` for approvals; ``refused`` by the guard, which nobody can change; ``dropped``, for a
            person refused it.
        subject: what would be or was approved.
        verdict: what it rests on; ``None`` where nobody need be asked.
        envelope: hash of the envelope on whose approval it runs; empty where on its own.
        text: why not, in words.
    """

    status: Literal["go", "wait", "refused", "dropped"]
    review: Review
    subject: Subject
    versions: Mapping[str, str]
    wanted: tuple[Need, ...] = ()
    verdict: Verdict | None = None
    envelope: str = ""
    text: str = ""


class Gate:
    """Asks the guard and the stored approvals, anew each time."""

    def __init__(self, database: Database, campaign: Campaign) -> None:
        from aichemist.records import Approvals, People

        self._campaign, self._limits = campaign, campaign.lab.limits()
        self._approvals, self._people = Approvals(database), People(database)
        self.settings = ApprovalSettings.of(campaign.lab.guard)
        self._envelope_hash: str | None = None

    def newest(self) -> int:
        """Number of the last row of the approvals: another one may change an answer."""
        return self._approvals.newest()

    def look(self, design: Design, experiments: Sequence[Experiment], used: dict[str, float]) -> Permit:
        """Review a batch, and see whether it may run now."""
        answer, subject, versions = review_batch(design, experiments, self._limits, used, campaign=self._campaign)
        return self._judge(answer, subject, versions, experiments)

    def objections(self, recipes: Sequence[Recipe], outcomes: Sequence[Outcome] = ("refuse",)) -> list[Recipe]:
        """Those of many recipes with a finding of these outcomes, each looked at alone."""
        campaign, bad, rules = self._campaign, [], load_rules()
        for recipe in recipes:
            experiment = campaign.protocol.resolve(recipe, sample="b000-01", batch=0)
            design = Design(
                0, Hypothesis("which may be tried", {}, ""), campaign.space, campaign.protocol.name,
                (Proposal(recipe, "initial"),), "guard",
            )  # fmt: skip
            answer = ask_guard(design, [experiment], for_rules(self._limits), rules=rules, knowledge=knowledge())
            if any(f.outcome in outcomes and f.rule not in OVERRIDES for f in answer.findings):
                bad.append(recipe)
        return bad

    def confirm(self, permit: Permit, experiments: Sequence[Experiment]) -> Permit:
        """Right before the batch is planned: these very experiments, and the approvals as they are now.

        Raises:
            RefusedError: the experiments are not those that were looked at.
        """
        subject = batch_subject(experiments, self._limits, permit.review, permit.versions)
        if subject.hash != permit.subject.hash:
            raise RefusedError("the experiments are not those that were reviewed; nothing of them moved")
        return self._judge(permit.review, subject, permit.versions, experiments)

    def still(self, review: Review, used: Mapping[str, Any], experiments: Sequence[Experiment]) -> str:
        """Why a batch under way may not go on; empty when it may. ``used`` is its entry ``approval_used``."""
        subject = batch_subject(experiments, self._limits, review, used["versions"])
        if subject.hash != used["subject"]:
            return "what is under way is not what was approved"
        return self._judge(review, subject, used["versions"], experiments, under_way=True).text

    def outside(self, experiments: Sequence[Experiment]) -> dict[str, tuple[str, ...]]:
        """Sample -> in which respects it lies outside the campaign's envelope, where there is one."""
        envelope = self._campaign.envelope
        if envelope is None:
            return {}
        stocks = {s.name: s for s in self._limits.stocks}
        found = {e.sample: envelope.outside(e, stocks) for e in experiments}
        return {sample: reasons for sample, reasons in found.items() if reasons}

    def record(self, permit: Permit, batch: int) -> dict[str, Any]:
        """The entry ``approval_used`` of the journal."""
        verdict = permit.verdict or Verdict(True)
        rows = {r.id: r for r in self._approvals.trusted()}
        overrides = [
            to_plain(f) for f in permit.review.findings
            if f.outcome == "refuse" or (f.outcome == "approval" and f.rule in OVERRIDES)
        ]  # fmt: skip
        return {
            "batch": batch, "subject": permit.subject.hash, "versions": dict(permit.versions),
            "envelope": permit.envelope, "overrides": overrides,
            "approvals": [
                {"id": i, "hash": rows[i].hash, "person": rows[i].person, "role": rows[i].role} for i in verdict.used
            ],
        }  # fmt: skip

    def _judge(
        self, answer: Review, subject: Subject, versions: Mapping[str, str], experiments: Sequence[Experiment], *,
        under_way: bool = False,
    ) -> Permit:  # fmt: skip
        def permit(status: Any, **more: Any) -> Permit:
            return Permit(status, answer, subject, versions, wanted, **more)

        wanted = needs(answer, self.settings)
        if final(answer):
            return permit("refused", text=f"refused by: {', '.join(final(answer))}")
        if answer.outcome not in ("approval", "refuse"):
            return permit("go")
        try:
            rows = [stored(r) for r in self._approvals.trusted() if r.speaks]
        except RecordsError as error:
            return permit("wait", text=str(error).splitlines()[0])
        roles, now = self._people.roles_today(), datetime.now(UTC)
        verdict = judge(subject.hash, wanted, rows, now, roles)
        if verdict.refused is not None:
            text = f"refused by a person (approval {verdict.refused.id})"
            return permit("wait" if under_way else "dropped", verdict=verdict, text=text)
        if verdict.granted:
            return permit("go", verdict=verdict)
        envelope = self._campaign.envelope
        if envelope is not None and not self.outside(experiments) and envelope.covers(answer, len(experiments)):
            standing = judge(self.envelope_hash(), (ENVELOPE_NEED, *wanted), rows, now, roles)
            if standing.granted:
                return permit("go", verdict=standing, envelope=self.envelope_hash())
        lacking = "; ".join(str(n) for n in verdict.missing)
        lapsed = f"; approvals that hold no longer: {', '.join(map(str, verdict.expired))}" if verdict.expired else ""
        return permit("wait", verdict=verdict, text=f"needs approval by {lacking}{lapsed}")

    def envelope_hash(self) -> str:
        """What a standing approval of the campaign's envelope is bound to."""
        if self._envelope_hash is None:
            self._envelope_hash = subject_of_envelope(self._campaign, Review("allow", (), ())).hash
        return self._envelope_hash


#: whatever else is needed, an envelope is approved by a safety officer
ENVELOPE_NEED = Need(SAFETY_OFFICER, 1, ("envelope",))


def subject_of_envelope(campaign: Campaign, review: Review) -> Subject:
    """What a standing approval of a campaign's envelope is bound to; ``review`` is only shown."""
    if campaign.envelope is None:
        raise ValueError("the campaign has no envelope")
    return envelope_subject(campaign.envelope, campaign.protocol, campaign.lab.limits(), rule_versions(), review)


def stored(row: StoredApproval) -> Approval:
    """A row of the database for the pure logic."""
    decision: Literal["approve", "refuse"] = "approve" if row.decision == "approve" else "refuse"
    return Approval(
        row.id, row.subject_hash, decision, row.role, row.person, row.made_at, row.expires_at, row.withdrawn_at
    )


def faithful(event: BatchPlanned | PlanRevised, experiments: Sequence[Experiment], *, whole: bool) -> None:
    """See that what the devices will be told is what the experiments say.

    Args:
        whole: whether every step of every experiment must be in it, once; else it may be a part of them.

    Raises:
        RefusedError: a step is another, comes twice, or is missing.
    """
    steps = {(e.sample, s.index): s for e in experiments for s in e.steps}
    seen: set[tuple[str, int]] = set()
    for work in event.work:
        task = work.task
        if task.step is None:
            continue
        for sample in task.samples:
            key = (sample, task.step)
            step = steps.get(key)
            said = {**work.parameters, **work.per_sample.get(sample, {})}
            if step is None or key in seen or step.operation != task.operation or dict(step.parameters) != said:
                raise RefusedError(f"step {task.step} of {sample} is planned otherwise than designed; nothing moved")
            seen.add(key)
    if whole and seen != set(steps):
        sample, index = min(set(steps) - seen)
        raise RefusedError(f"step {index} of {sample} is missing from the plan; nothing moved")
