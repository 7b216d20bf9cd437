"""What a lab decides of approvals: keys ``roles``, ``two_person`` and ``expires`` of the lab file's ``[guard]``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve, frozen

from aichemist.chemistry import Finding, InputError, LabLimits, parse_quantity

#: roles that every lab has
SAFETY_OFFICER = "safety_officer"
ROLES = {
    "chemist": "plans and runs experiments",
    SAFETY_OFFICER: "answers for safety; gives and takes away roles; may also act as chemist",
}
#: keys of ``[guard]`` that are about approvals; all others are limits of rules
KEYS = ("roles", "two_person", "expires")
#: how long an approval holds where nobody says otherwise
DEFAULT_EXPIRY = timedelta(days=30)


@frozen
class ApprovalSettings:
    """Who may approve in this lab, and when two must.

    Attributes:
        roles: role -> what it is for, the lab's own included.
        two_person: outcomes (``refuse``, ``approval``), ids of rules, or beginnings of ids up to a ``_``.
        expires: how long an approval holds; ``None`` for ever.
    """

    roles: Mapping[str, str]
    two_person: tuple[str, ...] = ("refuse",)
    expires: timedelta | None = DEFAULT_EXPIRY

    @classmethod
    def of(cls, guard: Mapping[str, Any]) -> ApprovalSettings:
        """From the table as written.

        Raises:
            InputError: with key, value and mend.
        """
        expires = read_expiry(guard["expires"], "guard.expires") if "expires" in guard else DEFAULT_EXPIRY
        return cls(_roles(guard.get("roles", [])), _names(guard.get("two_person", []), "two_person"), expires)

    def needs_two(self, finding: Finding) -> bool:
        """Whether one person is not enough; to override a refusal it never is."""
        if finding.outcome == "refuse":
            return True
        return any(
            entry in (finding.outcome, finding.rule) or finding.rule.startswith(f"{entry}_")
            for entry in self.two_person
        )

    def check_role(self, role: str) -> str:
        """The role itself.

        Raises:
            InputError: this lab has no such role.
        """
        if role not in self.roles:
            raise InputError(
                "is no role here", key="--role", value=role,
                mend=f"known: {', '.join(self.roles)}; further ones are named in the lab file: [guard] roles = [...]",
            )  # fmt: skip
        return role


def for_rules(limits: LabLimits) -> LabLimits:
    """The lab as rules see it: its ``[guard]`` without what is about approvals."""
    return evolve(limits, guard={k: v for k, v in limits.guard.items() if k not in KEYS})


def acts_as(role: str) -> frozenset[str]:
    """The roles that somebody in ``role`` can stand in for: a safety officer is a chemist, too."""
    return frozenset({role, "chemist"}) if role == SAFETY_OFFICER else frozenset({role})


def read_expiry(text: object, key: str = "--expires") -> timedelta | None:
    """``"7 d"``, ``"12 h"``; ``"never"`` gives ``None``.

    Raises:
        InputError: not a time above zero, or more than ten years.
    """
    if text == "never":
        return None
    seconds = parse_quantity(text, "duration", key=key)
    if not 0 < seconds <= 10 * 366 * 86400:
        raise InputError("is no time from now on", key=key, value=text, mend='write e.g. "7 d", "12 h" or "never"')
    return timedelta(seconds=seconds)


def _roles(raw: Any) -> dict[str, str]:
    return {**ROLES, **dict.fromkeys(_names(raw, "roles"), "named in the lab file")}


def _names(raw: Any, key: str) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(n, str) and 0 < len(n) <= 60 for n in raw):
        raise InputError(
            "must be a list of names", key=f"guard.{key}", value=raw, mend=f'write {key} = ["safety_officer"]'
        )
    return tuple(raw)
