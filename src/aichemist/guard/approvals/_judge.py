"""Who must say yes to a review, and whether what was said holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from attrs import evolve, frozen

from aichemist.chemistry import Review

from ._settings import SAFETY_OFFICER, ApprovalSettings, acts_as

Decision = Literal["approve", "refuse"]


@frozen
class Approval:
    """What one person said of one subject. ``person`` is an id, times are aware (UTC)."""

    id: int
    subject_hash: str
    decision: Decision
    role: str
    person: str
    made_at: datetime
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None


@frozen
class Need:
    """So many different people must say yes, at least one of them in ``role``.

    Attributes:
        rules: the rules whose findings ask for it.
        override: whether a refusal is to be overridden by it.
    """

    role: str
    people: int
    rules: tuple[str, ...]
    override: bool = False

    def __str__(self) -> str:
        who = self.role if self.people == 1 else f"{self.people} different people, one of them {self.role}"
        return f"{who} ({'to override ' if self.override else ''}{', '.join(self.rules)})"


@frozen
class Verdict:
    """Whether a subject may run now.

    Attributes:
        used: ids of the approvals that it rests on.
        missing: the needs that are not met.
        refused: the person's refusal that stands; it counts more than any approval.
        expired: ids of approvals that would count if they had not expired or been withdrawn, or if the person still
            had the role.
    """

    granted: bool
    used: tuple[int, ...] = ()
    missing: tuple[Need, ...] = ()
    refused: Approval | None = None
    expired: tuple[int, ...] = ()


def needs(review: Review, settings: ApprovalSettings) -> tuple[Need, ...]:
    """Who must say yes; empty where nobody need be asked."""
    found: dict[tuple[str, bool], Need] = {}
    for finding in review.findings:
        if finding.outcome not in ("approval", "refuse"):
            continue
        override = finding.outcome == "refuse"
        role = finding.role or SAFETY_OFFICER
        people = 2 if settings.needs_two(finding) else 1
        known = found.get((role, override), Need(role, 1, (), override))
        rules = tuple(sorted({*known.rules, finding.rule}))
        found[role, override] = evolve(known, people=max(known.people, people), rules=rules)
    return tuple(found[key] for key in sorted(found))


def final(review: Review) -> tuple[str, ...]:
    """Rules whose refusal nobody may override."""
    return tuple(sorted({f.rule for f in review.findings if f.outcome == "refuse" and not f.role}))


def has_role(role: str, roles: Iterable[str]) -> bool:
    """Whether somebody of these roles may speak in ``role``, by having it or by standing in for it."""
    return any(role in acts_as(mine) for mine in roles)


def judge(
    subject_hash: str,
    wanted: Sequence[Need],
    approvals: Iterable[Approval],
    now: datetime,
    roles: Mapping[str, Iterable[str]],
) -> Verdict:
    """Whether the approvals meet every need at this moment.

    An approval counts when it is for this very subject, was made and has not expired, was not withdrawn, and its
    person has the role still. A refusal stands until it is withdrawn.

    Args:
        roles: person -> roles today; somebody who is forgotten is not in it.
    """
    mine = [a for a in approvals if a.subject_hash == subject_hash]
    refused = next((a for a in mine if a.decision == "refuse" and a.withdrawn_at is None), None)
    said = [a for a in mine if a.decision == "approve"]
    good = [a for a in said if _holds(a, now, roles)]
    missing = tuple(n for n in wanted if not _met(n, good))
    used = tuple(sorted(a.id for a in good))
    lapsed = tuple(sorted(a.id for a in said if a not in good))
    return Verdict(refused is None and not missing, used, missing, refused, lapsed)


def _holds(approval: Approval, now: datetime, roles: Mapping[str, Iterable[str]]) -> bool:
    in_time = approval.made_at <= now and (approval.expires_at is None or now < approval.expires_at)
    return in_time and approval.withdrawn_at is None and has_role(approval.role, roles.get(approval.person, ()))


def _met(need: Need, good: Sequence[Approval]) -> bool:
    people = {a.person for a in good}
    return len(people) >= need.people and any(need.role in acts_as(a.role) for a in good)
