"""What a text wants, as findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, Protocol

from aichemist.chemistry import Finding, Outcome

from ._fold import Folded, fold
from ._instructions import spoken
from ._intent import Found, find

if TYPE_CHECKING:
    from ..knowledge import Substance

Kind = Literal["goal", "document", "model"]
KINDS: tuple[Kind, ...] = ("goal", "document", "model")

_SOURCE = (
    "Chemical Weapons Convention, Annex on Chemicals; schedules of the UN drug conventions; "
    "UN Model Regulations, class 1"
)
_TALK = "OWASP Top 10 for LLM Applications 2025, LLM01 prompt injection"
_ROLE = "safety_officer"
#: findings of one text at most: the rest says nothing new
_MOST = 20
#: words of one text that are looked up where there is a knowledge of substances
_LOOKUPS = 64
_TECHNICAL = re.compile(r"(?<!\S)(?=\S{0,120}[a-zA-Z])(?=\S{0,120}[\d=#\[(-])[^\s,;]{5,120}(?!\S)")
_WORST = ("measures", "approval", "refuse")


class Finder(Protocol):
    """What is asked of a knowledge of substances."""

    def find(self, text: str = "") -> Substance: ...


def screen(text: str, kind: Kind = "goal", knowledge: Any = None) -> tuple[Finding, ...]:
    """What a text wants that somebody must decide on; empty where nothing was found.

    Takes time in proportion to the text, whatever stands in it, and follows nothing of it.

    Args:
        kind: ``goal``: what a person wants: controlled substances need a person's word, the wish to make or spread them
            is refused. ``document``: what is read: the same wishes and orders to a program are said, and the text stays
            data. ``model``: what a language model wrote: as a goal, and orders to a program need a person's word.
        knowledge: with one (``find(text) -> Substance``), codes, formulas and SMILES are looked up as well.

    Returns:
        Findings of the rules ``words.intent``, ``words.agent`` and ``words.instructions``, the worst first.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of text; there are: {', '.join(KINDS)}")
    folded = fold(text)
    found = [*find(text, folded), *(_looked_up(text, knowledge) if knowledge is not None else ())]
    findings = [*_wishes(found, kind), *_orders(text, folded, kind)]
    findings.sort(key=lambda f: -_WORST.index(f.outcome))
    return tuple(findings[:_MOST])


def _wishes(found: Iterable[Found], kind: Kind) -> Iterator[Finding]:
    worst: dict[str, tuple[int, Found, Outcome]] = {}
    for one in found:
        outcome = _outcome(one, kind)
        if outcome is None:
            continue
        rank = _WORST.index(outcome)
        if one.name not in worst or rank > worst[one.name][0]:
            worst[one.name] = (rank, one, outcome)
    for _, one, outcome in worst.values():
        rule = "words.intent" if one.wish else "words.agent"
        # a refusal of words nobody overrides (no role): who was misread says it in other words
        yield Finding(
            rule, outcome, _message(one), _SOURCE,
            role="" if outcome == "refuse" else _ROLE, mend=_mend(one, outcome),
            substances=() if one.tier in ("class", "nameless") else (one.name,),
        )  # fmt: skip


def _outcome(one: Found, kind: Kind) -> Outcome | None:
    if kind == "document":
        return _of_document(one)
    if one.tier == "nameless":
        return "refuse" if one.wish == "harm" else "approval"
    if one.tier == "dual":
        return "refuse" if one.wish in ("harm", "evade") and not one.protects else None
    if one.wish in ("harm", "evade"):
        return "approval" if one.guarded else "refuse"
    if one.wish and one.tier == "agent":
        return "refuse"
    if one.wish:
        return "approval" if one.protects else "refuse"
    if one.tier == "agent":
        return "approval"
    return None if one.protects or one.guarded else "approval"


def _of_document(one: Found) -> Outcome | None:
    """An article may speak of anything; only what reads like a wish is said."""
    if one.tier in ("nameless", "dual"):
        return "measures" if one.wish == "harm" and not one.protects else None
    if one.guarded or (one.protects and (one.tier != "agent" or one.wish in ("", "harm", "evade"))):
        return None
    if one.wish:
        return "approval" if one.tier == "agent" and one.wish == "make" else "measures"
    return "measures" if one.tier == "agent" else None


def _message(one: Found) -> str:
    wishes = {
        "make": "asks to make, get or keep", "spread": "asks to spread", "harm": "speaks of hurting people with",
        "evade": "asks to slip past controls with", "": "names",
    }  # fmt: skip
    if one.tier == "nameless":
        wish = "speaks of hurting people" if one.wish == "harm" else "asks to slip past controls"
        return f"the text {wish}: “{one.excerpt}”"
    return f"the text {wishes[one.wish]} {one.name}: “{one.excerpt}”"


def _mend(one: Found, outcome: Outcome) -> str:
    if outcome == "refuse":
        return "this is not done here; if it was misread, say what is wanted in other words"
    return "say in the goal what the work is for, and ask a person in the role named to approve it"


def _orders(text: str, folded: Folded, kind: Kind) -> Iterator[Finding]:
    outcome: Outcome = "measures" if kind == "document" else "approval"
    for one in spoken(text, folded):
        yield Finding(
            "words.instructions", outcome, f"text that speaks to a program ({one.guise}): “{one.excerpt}”", _TALK,
            role="" if kind == "document" else _ROLE, mend="see where it comes from; nothing of it is followed",
            measures=("it is kept as data and not followed",),
        )  # fmt: skip


def technical_words(text: str) -> tuple[str, ...]:
    """The words of a text that :func:`screen` looks up in a knowledge of substances: codes, formulas, SMILES, names
    with a hyphen, a bracket or a number. For whoever can look up many at once."""
    return tuple(_technical(text))


def _technical(text: str) -> dict[str, re.Match[str]]:
    found: dict[str, re.Match[str]] = {}
    for match in islice(_TECHNICAL.finditer(text), 20 * _LOOKUPS):
        if len(found) < _LOOKUPS:
            found.setdefault(match.group().strip(".,:"), match)
    return found


def _looked_up(text: str, knowledge: Finder) -> Iterator[Found]:
    """Names, formulas and SMILES that the lists here do not have, by what is known of substances."""
    for word, match in _technical(text).items():
        known = knowledge.find(word)
        if known.schedule:
            around = (
                text[max(0, match.start() - 200) : match.start()] + " sarin " + text[match.end() : match.end() + 200]
            )
            inner = [f for f in find(around, fold(around)) if f.name == "sarin"]
            wish, protects, guarded = (
                (inner[0].wish, inner[0].protects, inner[0].guarded) if inner else ("", False, False)
            )
            name = f"{known.name or word} ({known.schedule})"
            yield Found(name, "agent", wish, protects, guarded, word)
