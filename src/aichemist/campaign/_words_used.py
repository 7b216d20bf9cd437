"""On whose word the batches of a run were begun, for reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ._redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._runs import Run


@frozen
class WordUsed:
    """One approval on which a batch was begun; the person's name and reason as the run's policy allows.

    Attributes:
        envelope: given for the campaign's envelope rather than for this batch.
        hash: of what was approved.
        expires_at, withdrawn_at: UTC; ``None``: never, not.
    """

    batch: int
    id: int
    who: str
    role: str
    why: str
    envelope: bool
    hash: str
    made_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    overrides: Sequence[str] = ()


def words_used(run: Run) -> list[WordUsed]:
    """The approvals that the journal names, in the order of batches.

    Raises:
        RecordsError: the database cannot be read.
    """
    from aichemist.records import Approvals, References

    from ._runs import open_database

    if not run.state.permits:
        return []
    database = open_database(run.folder.parent, create=False)
    try:
        shown: Callable[[Any], Any] = References(database).shown
        if run.policy is not None:
            shown = Redactor(database, run.policy, run.campaign.documents).shown
        rows = {r.id: r for r in Approvals(database).all()}
        found = []
        for batch, used in sorted(run.state.permits.items()):
            overrides = tuple(str(f["rule"]) for f in used["overrides"])
            for one in used["approvals"]:
                row = rows.get(one["id"])
                if row is None or row.hash != one["hash"]:
                    continue  # 'aichemist approvals verify' tells of it
                told = shown({"who": f"person:{row.person}", "why": row.why})
                found.append(
                    WordUsed(
                        batch, row.id, told["who"], row.role, told["why"], bool(used["envelope"]), row.subject_hash,
                        row.made_at, row.expires_at, row.withdrawn_at, overrides,
                    )
                )  # fmt: skip
        return found
    finally:
        database.close()
