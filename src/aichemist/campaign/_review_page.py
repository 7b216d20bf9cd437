"""A review as one page for people; it needs no network."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from .. import __version__
from ._review import CANNOT_KNOW, Reviewed

#: outcome -> the word for one finding
WORDS = {"allow": "allowed", "measures": "measures", "approval": "needs approval", "refuse": "refused"}
#: outcome -> what the whole comes to
SAYS = {
    "allow": "Allowed: no rule objects.",
    "measures": "Allowed with the measures named below.",
    "approval": "Needs approval: nothing of it moves before.",
    "refuse": "Refused: nothing of it may move.",
}


def approving_roles(reviewed: Reviewed) -> tuple[str, ...]:
    """Roles that must say yes, in the order of the alphabet; none where it is refused or nobody need be asked."""
    if reviewed.outcome != "approval":
        return ()
    return tuple(sorted({c.finding.role or "safety_officer" for c in reviewed.concerns
                         if c.finding.outcome == "approval"}))  # fmt: skip


def review_page(reviewed: Reviewed) -> str:
    """The page, as HTML."""
    from ._pages import environment

    return environment().get_template("review.html.j2").render(
        r=reviewed, concerns=reviewed.concerns, words=WORDS, says=SAYS[reviewed.outcome], cannot_know=CANNOT_KNOW,
        roles=", ".join(approving_roles(reviewed)), made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        version=__version__,
    )  # fmt: skip


def write_review_page(reviewed: Reviewed, path: str | Path) -> Path:
    """The page as a file, whole or not at all.

    Raises:
        RecordsError: it cannot be written.
    """
    from ._files import write_whole

    return write_whole(Path(path), review_page(reviewed).encode())
