"""What a sentence is about: the reaction of the goal, another one, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from aichemist.chemistry import Goal


@frozen
class Topic:
    """A reaction that papers write of, the words that mark it, and the words of those that are not it."""

    name: str
    cue: re.Pattern[str]
    rivals: re.Pattern[str]
    goal_words: re.Pattern[str]


OXYGEN_EVOLUTION = Topic(
    name="oxygen evolution",
    cue=re.compile(
        r"\bOER\b|\b(?:oxygen|O2|dioxygen)[- ](?:evolution|evolving|generation)\b|\bevolution of (?:oxygen|O2)\b"
        r"|\bwater[- ]oxidation\b|\boxidation of water\b|\bevolved? (?:oxygen|O2)\b",
        re.I,
    ),
    rivals=re.compile(
        r"\bHER\b|\b(?:hydrogen|H2)[- ](?:evolution|evolving|generation|production)\b|\bORR\b|\boxygen[- ]reduction\b"
        r"|\bHOR\b|\bhydrogen[- ]oxidation\b|\bCO2RR?\b|\bCO2[- ]reduction\b|\boverall water[- ]splitting\b|\bClOR\b",
    ),
    goal_words=re.compile(
        r"\bOER\b|oxygen[- ]evol|water[- ]oxid|\boverpotential|\bwater[- ]splitting|water[- ]electroly", re.I
    ),
)  # fmt: skip

#: the topics this room can tell apart; a goal of another kind is read without one
TOPICS: tuple[Topic, ...] = (OXYGEN_EVOLUTION,)


def topic_of(goal: Goal) -> Topic | None:
    """The topic that the goal's statement and objectives speak of, or ``None``."""
    words = " ".join([goal.statement, *(o.name.replace("_", " ") for o in goal.objectives)])
    for topic in TOPICS:
        if topic.goal_words.search(words) and not (topic.rivals.search(words) and not topic.cue.search(words)):
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
