"""A lab that allows itself more than the defaults says so in every review."""

from __future__ import annotations

from collections.abc import Iterable

from aichemist.chemistry import Finding

from .._rules import Context, Rule


class LimitsLoosened(Rule):
    """The lab file allows more than the defaults do."""

    id = "limits_loosened"
    severity = "approval"
    source = "lab file, [guard]; defaults in docs/guard.md"

    def check(self, context: Context) -> Iterable[Finding]:
        for key, words in sorted(context.limits.loosened.items()):
            yield self.say(
                "approval",
                f"the lab has loosened {key}: {words}",
                mend=f"take {key} out of [guard], or have it approved",
                role="safety_officer",
            )
