"""People approve or refuse what waits for them: a design file, a batch of a run, the envelope of a campaign."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from aichemist.chemistry import InputError, RecordsError, Review
from aichemist.guard.approvals import (
    ApprovalSettings,
    Need,
    Subject,
    Verdict,
    acts_as,
    final,
    has_role,
    judge,
    needs,
    read_expiry,
)

from ._design_file import DesignFile
from ._file import Campaign
from ._gate import ENVELOPE_NEED, stored, subject_of_envelope
from ._progress import experiments_of, stock_used
from ._review import Concern, Reviewed, concerns, load_file, review, review_batch
from ._runs import Run, open_database, open_run

if TYPE_CHECKING:
    from aichemist.records import Database, Person, StoredApproval

#: where a token may stand, beside a prompt and a file; never an argument, which every user of the machine can see
TOKEN_VARIABLE = "AICHEMIST_TOKEN"  # noqa: S105


@frozen
class Matter:
    """What is to be approved, shown to a person before she says anything.

    Attributes:
        name: the file, or run and batch.
        review: what the guard says of it.
        wanted: who must say yes; empty where nobody need.
        verdict: what has been said so far.
    """

    name: str
    subject: Subject
    review: Review
    wanted: tuple[Need, ...]
    verdict: Verdict
    settings: ApprovalSettings

    @property
    def concerns(self) -> tuple[Concern, ...]:
        return concerns(self.review.findings)


@frozen
class Said:
    """What was kept of a person's word, and what it comes to with the words of others."""

    row: StoredApproval
    person: Person
    verdict: Verdict


def matter(
    what: str | Path, *, envelope: bool = False, batch: int | None = None, runs: str | Path | None = None
) -> Matter:
    """What an approval of ``what`` would be bound to, made anew from the file or from the journal.

    Args:
        what: a design file, a campaign file (with ``envelope``), or the name of a run that waits.
        batch: of a run; default: the one that waits, or whose approval holds no longer.

    Raises:
        InputError: nothing of it waits for approval.
        RecordsError: no such run.
    """
    try:
        database = open_database(runs, create=False)
    except RecordsError:  # nobody has said anything here yet; looking leaves no database behind
        if not _is_file(what):
            raise
        return _matter(what, None, envelope, batch, runs)
    try:
        return _matter(what, database, envelope, batch, runs)
    finally:
        database.close()


def approve(
    what: str | Path, *, token: str, name: str = "", role: str = "", why: str = "", expires: str | None = None,
    refuse: bool = False, envelope: bool = False, batch: int | None = None, runs: str | Path | None = None,
    seen: str | None = None,
) -> Said:  # fmt: skip
    """Say yes (or no) in somebody's name.

    Args:
        token: the person's.
        name: who it should be; a token of somebody else is then refused.
        role: in which role; default: the one that is asked for, where the person has it.
        expires: ``"7 d"``, ``"never"``; default: the lab file's, else 30 days. A refusal does not expire.
        seen: hash of what the person was shown; where it is another by now, nothing is kept.

    Raises:
        InputError: the token is nobody's, the person has not the role, or nothing is to be approved.
        RecordsError: no such run, or the approvals were tampered with.
    """
    from aichemist.records import Approvals, People

    database = open_database(runs)
    try:
        person = People(database).check(token, name)
        found = _matter(what, database, envelope, batch, runs)
        if seen is not None and seen != found.subject.hash:
            raise InputError(
                "has changed since it was shown", key="hash", value=found.subject.hash, mend="look at it once more"
            )
        if not refuse and (stops := final(found.review)):
            raise InputError(
                f"is refused by {', '.join(stops)}, which nobody may override", key="FILE", value=found.name,
                mend="change the design; the findings say how",
            )  # fmt: skip
        chosen = _role(found, person, role)
        until = None
        if not refuse:
            lasting = found.settings.expires if expires is None else read_expiry(expires)
            until = None if lasting is None else datetime.now(UTC) + lasting
        row = Approvals(database).add(
            found.subject.kind, found.subject.hash, {"name": found.name, **found.subject.summary},
            "refuse" if refuse else "approve", role=chosen, person=person.id, why=why, expires_at=until,
        )  # fmt: skip
        return Said(row, person, _verdict(database, found.subject, found.wanted))
    finally:
        database.close()


def withdraw(id: int, *, token: str, name: str = "", why: str = "", runs: str | Path | None = None) -> Said:
    """Withdraw an approval or a refusal: one's own, or as safety officer anybody's.

    Raises:
        InputError: the token is nobody's, no such approval, or it is somebody else's.
    """
    from aichemist.guard.approvals import SAFETY_OFFICER
    from aichemist.records import Approvals, People

    database = open_database(runs, create=False)
    try:
        person, approvals = People(database).check(token, name), Approvals(database)
        row = approvals.find(id)
        if row.person != person.id and SAFETY_OFFICER not in person.roles:
            raise InputError(
                "is somebody else's", key="ID", value=id, mend="its own person or a safety officer may withdraw it"
            )
        role = SAFETY_OFFICER if SAFETY_OFFICER in person.roles else row.role
        said = approvals.withdraw(id, role=role, person=person.id, why=why)
        return Said(said, person, Verdict(False))
    finally:
        database.close()


def read_token(file: str | Path | None = None) -> str:
    """A token from a file, else from ``AICHEMIST_TOKEN``; empty where there is none.

    Raises:
        InputError: the file cannot be read, or others than its owner may read it.
    """
    if file is None:
        return os.environ.get(TOKEN_VARIABLE, "").strip()
    path = Path(file)
    try:
        if path.stat().st_mode & 0o077:
            raise InputError("can be read by others", file=path, key="--token-file", mend=f"chmod 600 {path}")
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            f"cannot be read: {why}", file=path, key="--token-file",
            mend="name the file that --save-token wrote, or leave the option out to be asked",
        ) from None  # fmt: skip


def _role(found: Matter, person: Person, role: str) -> str:
    if role:
        found.settings.check_role(role)
        if not has_role(role, person.roles):
            raise InputError(
                f"{person.name} does not have this role", key="--role", value=role,
                mend=f"{person.name} has: {', '.join(person.roles) or 'none'}",
            )  # fmt: skip
        return role
    mine = [r for r in person.roles if r in found.settings.roles]
    if not mine:
        raise InputError(
            f"{person.name} has no role that counts in this lab", key="--role", value=", ".join(person.roles) or None,
            mend="a safety officer gives roles: aichemist people roles NAME --add ROLE",
        )  # fmt: skip
    asked = [n.role for n in found.verdict.missing] + [n.role for n in found.wanted]
    return next((r for a in asked for r in mine if a in acts_as(r)), mine[0])


def _matter(
    what: str | Path, database: Database | None, envelope: bool, batch: int | None, runs: str | Path | None
) -> Matter:
    if _is_file(what):
        return _of_file(Path(what), database, envelope)
    if envelope:
        raise InputError(
            "an envelope stands in a campaign file", key="FILE", value=str(what), mend="name the campaign file"
        )
    return _of_run(open_run(str(what), runs=runs), database, batch)


def _is_file(what: str | Path) -> bool:
    return Path(what).suffix == ".toml" or Path(what).is_file()


def _of_file(path: Path, database: Database | None, envelope: bool) -> Matter:
    what = load_file(path)
    if isinstance(what, DesignFile):
        if envelope:
            raise InputError("is a design file; an envelope stands in a campaign file", file=path)
        found = review(what)
        settings = ApprovalSettings.of(what.limits.guard)
        return _made(str(path), found.subject, found.review, needs(found.review, settings), settings, database)
    if not envelope:
        raise InputError(
            "is a campaign: its batches are designed as it goes", file=path,
            mend="approve the run when it waits (aichemist approve RUN), or give the file an [envelope] and --envelope",
        )  # fmt: skip
    if what.envelope is None:
        raise InputError("has no envelope", file=path, key="envelope", mend="add an [envelope]; see docs/approvals.md")
    settings = ApprovalSettings.of(what.lab.guard)
    found = review(what)
    return _of_envelope(what, found, settings, database, str(path))


def _of_envelope(
    campaign: Campaign, found: Reviewed, settings: ApprovalSettings, database: Database | None, name: str
) -> Matter:
    """Only findings of the kinds that the envelope lists are approved by it, and refusals never."""
    listed = campaign.envelope.findings if campaign.envelope is not None else {}
    covered = tuple(f for f in found.review.findings if f.outcome == "approval" and f.rule in listed)
    within = Review("approval" if covered else "allow", covered, found.review.rules)
    wanted = (ENVELOPE_NEED, *needs(within, settings))
    shown = evolve(within, findings=tuple(f for f in found.review.findings if f.outcome != "refuse"))
    return _made(f"envelope of {name}", subject_of_envelope(campaign, within), shown, wanted, settings, database)


def _of_run(run: Run, database: Database | None, batch: int | None) -> Matter:
    state, limits = run.state, run.campaign.lab.limits()
    settings = ApprovalSettings.of(run.campaign.lab.guard)
    waiting = sorted(state.asked) + (sorted(set(state.permits) & state.planned) if state.lapsed or batch else [])
    if batch is None:
        batch = waiting[0] if waiting else None
    if batch is None or batch not in waiting:
        raise InputError(
            "waits for no approval" if batch is None else f"batch {batch} waits for no approval", key="RUN",
            value=run.name, mend=f"it is {run.status}; see 'aichemist show {run.name}'",
        )  # fmt: skip
    design = state.designs[batch]
    experiments = experiments_of(run.campaign, state, batch)
    if batch in state.planned:  # under way: bound to what it was planned on
        from aichemist.guard.approvals import batch_subject

        answer = state.reviews[batch]
        subject = batch_subject(experiments, limits, answer, state.permits[batch]["versions"])
    else:
        answer, subject, _ = review_batch(
            design, experiments, limits, stock_used(run.campaign, state), campaign=run.campaign
        )
    return _made(
        f"run {run.name}, batch {batch}", subject, answer, needs(answer, settings), settings, database
    )  # fmt: skip


def _made(
    name: str, subject: Subject, answer: Review, wanted: tuple[Need, ...], settings: ApprovalSettings,
    database: Database | None,
) -> Matter:  # fmt: skip
    return Matter(name, subject, answer, wanted, _verdict(database, subject, wanted), settings)


def _verdict(database: Database | None, subject: Subject, wanted: tuple[Need, ...]) -> Verdict:
    from aichemist.records import Approvals, People

    if database is None:
        return judge(subject.hash, wanted, (), datetime.now(UTC), {})
    rows: list[Any] = [stored(r) for r in Approvals(database).trusted() if r.speaks]
    return judge(subject.hash, wanted, rows, datetime.now(UTC), People(database).roles_today())
