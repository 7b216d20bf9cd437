"""Words that a campaign takes in, screened: its goal, the articles it reads, what a language model says of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from attrs import evolve

from aichemist.chemistry import OUTCOMES, Finding, Reading, Review
from aichemist.guard.words import screen, technical_words

from ._file import Campaign
from ._known import knowledge, look_up

#: remark on a value that stands in words which speak to a program
FLAG = "instruction-like text"
#: remarks kept of one document
_KEPT = 5


def goal_findings(campaign: Campaign) -> tuple[Finding, ...]:
    """What the words of a campaign want: its goal, and the names of what it takes from the shelf."""
    stocks = [text for s in campaign.lab.limits().stocks for text in (s.name.replace("_", " "), s.substance) if text]
    used = ". ".join(
        dict.fromkeys([campaign.name.replace("-", " ").replace("_", " "), campaign.protocol.title, *stocks])
    )
    return _screened(campaign.goal.statement, used)


@lru_cache(maxsize=256)
def _screened(*texts: str) -> tuple[Finding, ...]:
    look_up([word for text in texts for word in technical_words(text)])
    return tuple(dict.fromkeys(f for text in texts for f in screen(text, "goal", knowledge())))


def with_words(answer: Review, campaign: Campaign) -> Review:
    """A review with what the campaign's words want; the worst finding decides."""
    found = goal_findings(campaign)
    worst = max((answer.outcome, *(f.outcome for f in found)), key=OUTCOMES.index)
    rules = (*answer.rules, "words.agent", "words.instructions", "words.intent")
    return evolve(answer, outcome=worst, findings=(*answer.findings, *found), rules=rules)


def screened(reading: Reading) -> Reading:
    """The reading with remarks on its text, and on the values that a language model read out of such words.

    Nothing is left out: what is read stays data, and whoever looks at it is told.
    """
    found = screen(f"{reading.document.title}\n\n{reading.document.text}", "document")
    flags = tuple(f"{f.rule}: {f.message}" for f in found[:_KEPT])
    values = tuple(
        evolve(v, flags=(*v.flags, FLAG))
        if v.made_by != "rules" and FLAG not in v.flags and screen(f"{v.property}. {v.material}. {v.unit}", "model")
        else v
        for v in reading.values
    )
    return evolve(reading, flags=flags, values=values)


def flags_note(flagged: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """One note for a digest, about the documents whose text was remarked on; none where there are none."""
    if not flagged:
        return ()
    shown = ", ".join(list(flagged)[:5]) + (", ..." if len(flagged) > 5 else "")
    many = len(flagged) > 1
    return (
        f"{len(flagged)} document{'s hold' if many else ' holds'} text that speaks to a program or of harm; it is kept "
        f"as data and nothing of it is followed: {shown}",
    )


def answer_problem(text: str) -> str:
    """What a language model's answer says that it must not; empty when nothing. For ``LlmReader(screen=...)``."""
    found = screen(text, "model")
    return found[0].message if found else ""
