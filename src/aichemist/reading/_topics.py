"""What a sentence or a paper is about: the reaction of the goal, another one, or neither."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from attrs import frozen

from aichemist.chemistry import Document, Goal

from ._tidy import tidied

_WATER = (
    r"\bOER\b|\b(?:oxygen|O2|dioxygen)[- ](?:evolution|evolving|generation)\b|\bevolution of (?:oxygen|O2)\b"
    r"|\bwater[- ]oxidation\b|\boxidation of water\b|\bevolved? (?:oxygen|O2)\b"
)
_HYDROGEN = (
    r"\bHER\b|\b(?:hydrogen|H2)[- ](?:evolution|evolving|generation|production)\b|\bevolution of (?:hydrogen|H2)\b"
    r"|\bproton reduction\b"
)
_REDUCTION = r"\bORR\b|\b(?:oxygen|O2)[- ]reduction\b|\breduction of (?:oxygen|O2)\b"
_OXIDATION = r"\bHOR\b|\b(?:hydrogen|H2)[- ]oxidation\b"
_CARBON = (
    r"\be?CO2(?:RR|ER)\b|\bCO2R\b|\b(?:CO2|carbon dioxide)[- ](?:electro)?reduction\b|\breduction of (?:CO2"
    r"|carbon dioxide)\b"
)
_OTHERS = r"\boverall water[- ]splitting\b|\bCl(?:OR|ER)\b"
_PHOTO = (
    r"\bphotocataly\w{1,5}[^.;]{0,60}\b(?:hydrogen|H2|water[- ]splitting)\b|\b(?:hydrogen"
    r"|H2)\b[^.;]{0,60}\bphotocataly\w{1,5}|\bvisible-light-driven (?:hydrogen|H2)\b"
)
_LIGHT = (
    r"\bfluorescen\w{1,3}\b|\bphotoluminescen\w{1,3}\b|\bluminescen\w{1,3}\b|\bquantum yields?\b"
    r"|\bemission wavelength\b"
)


@frozen
class Topic:
    """A reaction that papers write of, the words that mark it, and the words of those that are not it."""

    name: str
    cue: re.Pattern[str]
    rivals: re.Pattern[str]
    goal_words: re.Pattern[str]
    short: str = ""


def _topic(name: str, short: str, cue: str, rivals: Sequence[str], goal_words: str) -> Topic:
    return Topic(name, re.compile(cue, re.I), re.compile("|".join(rivals)), re.compile(goal_words, re.I), short)


OXYGEN_EVOLUTION = _topic(
    "oxygen evolution", "OER", _WATER, (_HYDROGEN, _REDUCTION, _OXIDATION, _CARBON, _OTHERS),
    r"\bOER\b|oxygen[- ]evol|water[- ]oxid|\boverpotential|\bwater[- ]splitting|water[- ]electroly",
)  # fmt: skip
PHOTOCATALYTIC_HYDROGEN = _topic(
    "photocatalytic hydrogen", "photocatalytic HER", _PHOTO, (_WATER, _REDUCTION, _OXIDATION, _CARBON),
    r"photocatal|hydrogen[_ ]rate|umol",
)  # fmt: skip
HYDROGEN_EVOLUTION = _topic(
    "hydrogen evolution", "HER", _HYDROGEN, (_WATER, _REDUCTION, _OXIDATION, _CARBON, _OTHERS, r"\bphotocataly"),
    r"\bHER\b|hydrogen[- ]evol",
)  # fmt: skip
OXYGEN_REDUCTION = _topic(
    "oxygen reduction",
    "ORR",
    _REDUCTION,
    (_WATER, _HYDROGEN, _OXIDATION, _CARBON),
    r"\bORR\b|oxygen[- ]reduc|half-wave",
)
HYDROGEN_OXIDATION = _topic(
    "hydrogen oxidation", "HOR", _OXIDATION, (_WATER, _HYDROGEN, _REDUCTION, _CARBON), r"\bHOR\b|hydrogen[- ]oxid"
)
CARBON_DIOXIDE_REDUCTION = _topic(
    "carbon dioxide reduction", "CO2RR", _CARBON, (_WATER, _HYDROGEN, _REDUCTION, _OXIDATION),
    r"\bCO2RR\b|\b(?:CO2|carbon dioxide)[- ](?:electro)?reduc",
)  # fmt: skip
FLUORESCENCE = _topic(
    "fluorescence", "fluorescence", _LIGHT, (_WATER, _HYDROGEN, _REDUCTION, _CARBON),
    r"fluorescen|luminescen|emission|quantum[ _]yield|\bdyes?\b",
)  # fmt: skip

#: the topics this room can tell apart; a goal of another kind is read without one
TOPICS: tuple[Topic, ...] = (
    PHOTOCATALYTIC_HYDROGEN, OXYGEN_REDUCTION, HYDROGEN_OXIDATION, CARBON_DIOXIDE_REDUCTION, FLUORESCENCE,
    HYDROGEN_EVOLUTION, OXYGEN_EVOLUTION,
)  # fmt: skip


def topic_of(goal: Goal) -> Topic | None:
    """The topic that the goal's statement and objectives speak of, or ``None``.

    Where words of several are there, the one whose own name is said; "overpotential" alone is oxygen evolution.
    """
    words = " ".join([goal.statement, *(o.name.replace("_", " ") for o in goal.objectives)])
    named = [t for t in TOPICS if t.cue.search(words)]
    for topic in named or TOPICS:
        if topic.goal_words.search(words) and (topic in named or not topic.rivals.search(words)):
            return topic
    return None


def support(topic: Topic, sentences: Sequence[str]) -> list[float]:
    """How surely each tidied sentence concerns ``topic``: -1 (another reaction), 0 (cannot be told) to 1 (says so).

    A sentence that names no reaction takes the one of the sentence before (0.7), or that of the whole text (0.5) when
    this writes of hardly any other. One that names the topic beside other reactions has 0.3.
    """
    own = [(topic.cue.search(s) is not None, topic.rivals.search(s) is not None) for s in sentences]
    mine, other = sum(a for a, _ in own), sum(b for _, b in own)
    whole = mine >= 3 and mine >= 6 * other
    result: list[float] = []
    for i, (cue, rival) in enumerate(own):
        if cue or rival:
            result.append((0.3 if rival else 1.0) if cue else -1.0)
        elif i and own[i - 1] == (True, False):
            result.append(0.7)
        elif i and own[i - 1][1]:
            result.append(0.0)
        else:
            result.append(0.5 if whole else 0.0)
    return result


def concerns(topic: Topic, sentences: Sequence[str]) -> bool:
    """Whether a text as a whole concerns ``topic``: three sentences say so, or a fifth of a short one."""
    mine = sum(topic.cue.search(s) is not None for s in sentences)
    return mine >= 3 or mine * 5 >= max(len(sentences), 1)


def topics_of(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The reactions that a document as a whole concerns (``OER``, ``HER``, ...), the most often named first.

    The title names it, or three sentences do and these are a fifth of those of the one named
    most often; in a short text a fifth of its sentences is enough.
    """
    counts: Counter[str] = Counter()
    title = tidied(document.title).text
    copies = [tidied(document.text[a:b]).text for a, b in sentences]
    for topic in TOPICS:
        found = sum(topic.cue.search(copy) is not None for copy in copies)
        if topic.cue.search(title):
            found += 5
        if found:
            counts[topic.short] = found
    if not counts:
        return ()
    most = max(counts.values())
    least = 3 if len(sentences) > 15 else max(1, len(sentences) // 5)
    return tuple(name for name, n in counts.most_common() if n >= least and 5 * n >= most)
