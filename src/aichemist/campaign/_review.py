"""What the guard says of a file before anything runs: a design file, or the corners and the middle of a campaign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from aichemist.chemistry import (
    OUTCOMES,
    Design,
    Experiment,
    Finding,
    Hypothesis,
    InputError,
    LabLimits,
    Outcome,
    Proposal,
    Recipe,
    Review,
    load_toml,
    to_plain,
)
from aichemist.guard import Rule, load_rules, raw_findings, together
from aichemist.guard import review as ask_guard
from aichemist.guard.approvals import Subject, batch_subject, for_rules

from ._check import corner_recipes, spread_batch
from ._design_file import DesignFile, parse_design
from ._file import Campaign, load_campaign
from ._known import knowledge
from ._words import with_words

#: recipes drawn at random from a campaign's space, beside its corners and a batch spread over it
RANDOM = 96
#: what no review can know; ``docs/safety.md`` says it at length
CANNOT_KNOW = (
    "The guard knows what its sources know: it cannot see wrong labels, impurities, what a reaction makes, or a hazard "
    "that nobody has written down; no finding is no proof of safety (docs/safety.md)."
)


@frozen
class Concern:
    """Findings of one rule with the same words, over all the vials that they are about.

    ``samples`` is empty where it is about the design as a whole.
    """

    finding: Finding
    samples: tuple[str, ...]


@frozen
class Reviewed:
    """The guard's answer for a file.

    Attributes:
        kind: ``design`` or ``campaign``.
        looked_at: what was reviewed, in words.
        vials: how many vials were reviewed.
        review: outcome, all findings, rules asked.
        subject: the hash of what was reviewed, and what a person reads of it.
        versions: rule -> version.
    """

    kind: str
    name: str
    file: str
    looked_at: str
    vials: int
    review: Review
    subject: Subject
    versions: dict[str, str]

    @property
    def outcome(self) -> Outcome:
        return self.review.outcome

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Worst first."""
        return concerns(self.review.findings)

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "kind": self.kind, "name": self.name, "file": self.file, "looked_at": self.looked_at, "vials": self.vials,
            "outcome": self.outcome, "hash": self.subject.hash, "rules": self.versions,
            "steps": list(self.subject.summary["steps"]),
            "findings": [{**to_plain(c.finding), "samples": list(c.samples)} for c in self.concerns],
            "cannot_know": CANNOT_KNOW,
        }  # fmt: skip


def review(what: str | Path | DesignFile | Campaign) -> Reviewed:
    """The guard's answer for a design file or a campaign file (told apart by their tables), or for one that is read.

    Of a campaign the corners of its space, a batch spread over it and 96 recipes drawn at random are looked at.

    Raises:
        InputError: the file is neither, or wrong.
    """
    if isinstance(what, DesignFile):
        return _of_design(what, what.name)
    if isinstance(what, Campaign):
        return _of_campaign(what)
    path = Path(what)
    read = load_file(path)
    return _of_campaign(read) if isinstance(read, Campaign) else _of_design(read, str(path))


def load_file(path: Path) -> DesignFile | Campaign:
    """A design file or a campaign file, told apart by their tables.

    Raises:
        InputError: the file is neither, or wrong.
    """
    document = load_toml(path)
    if "campaign" in document:
        return load_campaign(path)
    if "step" in document or "design" in document:
        return parse_design(document, path)
    raise InputError(
        "is neither a campaign file nor a design file", file=path, value=sorted(document)[:8] or None,
        mend="a campaign file has a [campaign] table, a design file [design] and [[step]]; see docs/approvals.md",
    )  # fmt: skip


def review_batch(
    design: Design, experiments: Sequence[Experiment], limits: LabLimits, used: dict[str, float] | None = None, *,
    campaign: Campaign | None = None,
) -> tuple[Review, Subject, dict[str, str]]:  # fmt: skip
    """One batch as it would run, what an approval of it is bound to, and the rules with their versions; with the words
    of its campaign, where there is one."""
    rules = load_rules()
    answer = ask_guard(design, experiments, for_rules(limits), used=used, rules=rules, knowledge=knowledge())
    if campaign is not None:
        answer = with_words(answer, campaign)
    versions = rule_versions(rules)
    return answer, batch_subject(experiments, limits, answer, versions), versions


def rule_versions(rules: Iterable[Rule] | None = None) -> dict[str, str]:
    """Rule -> version; a rule that states none counts as version 1. Default: all that are registered."""
    known = load_rules() if rules is None else rules
    return {r.id: str(getattr(r, "version", "1")) for r in sorted(known, key=lambda r: r.id)}


def concerns(findings: Iterable[Finding]) -> tuple[Concern, ...]:
    """Findings that differ only in the vial become one; worst first, then by rule."""
    gathered: dict[Finding, list[str]] = {}
    for finding in findings:
        samples = gathered.setdefault(evolve(finding, sample=None, samples=()), [])
        own = finding.samples or (() if finding.sample is None else (finding.sample,))
        samples += [s for s in own if s not in samples]
    made = [Concern(f, tuple(s)) for f, s in gathered.items()]
    return tuple(sorted(made, key=lambda c: (-OUTCOMES.index(c.finding.outcome), c.finding.rule)))


def _of_design(file: DesignFile, path: str) -> Reviewed:
    try:
        answer, subject, versions = review_batch(file.design, file.experiments, file.limits)
    except InputError as error:  # of [guard], which rules read
        raise error.located(file=path) from None
    n = len(file.experiments)
    return Reviewed(
        "design", file.name, path, f"{n} vial{'s' if n != 1 else ''}, step by step", n, answer, subject, versions
    )  # fmt: skip


def _of_campaign(campaign: Campaign) -> Reviewed:
    limits = campaign.lab.limits()
    corners = corner_recipes(campaign)
    batch = [e.recipe for e in spread_batch(campaign)]
    pool = campaign.space.pool(RANDOM, campaign.seed)
    drawn = [Recipe(campaign.space.values(point)) for point in pool[:RANDOM]]
    recipes = list({r.key: r for r in (*corners, *batch, *drawn)}.values())
    experiments = [
        campaign.protocol.resolve(recipe, sample=f"b{1 + i // 99:03d}-{1 + i % 99:02d}", batch=1 + i // 99)
        for i, recipe in enumerate(recipes)
    ]
    # no more at once than the lab and the budget allow, else places and stock would be found lacking
    most = max(1, min(limits.starting_slots, campaign.goal.budget_samples))
    findings: list[Finding] = []
    rules = load_rules()
    for first in range(0, len(experiments), most):
        part = experiments[first : first + most]
        design = Design(
            0, Hypothesis("review", {}, ""), campaign.space, campaign.protocol.name,
            tuple(Proposal(e.recipe, "initial") for e in part), "review",
        )  # fmt: skip
        try:
            findings += raw_findings(design, part, for_rules(limits), rules=rules, knowledge=knowledge())
        except InputError as error:  # of [guard], which rules read
            raise error.located(file=campaign.documents.paths["lab"]) from None
    worst: Outcome = max((f.outcome for f in findings), key=OUTCOMES.index, default="allow")
    whole = with_words(Review(worst, together(findings), tuple(r.id for r in rules)), campaign)
    versions = rule_versions(rules)
    looked = f"{len(corners)} corners of the space, a batch of {len(batch)}, and {len(drawn)} recipes drawn at random"
    subject = batch_subject(experiments, limits, whole, versions)
    file = campaign.documents.paths["campaign"]
    return Reviewed("campaign", campaign.name, file, looked, len(experiments), whole, subject, versions)
