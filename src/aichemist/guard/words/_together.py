"""Intent that no single word tells: a poison for somebody's tea, the killing power of a gas, drugs by street names."""

from __future__ import annotations

from collections.abc import Sequence

from . import _vocabulary as v


class Words:
    """A set of words and stems."""

    def __init__(self, words: Sequence[str]) -> None:
        self._exact = frozenset(w for w in words if not w.endswith("*"))
        self._stems = tuple(w[:-1] for w in words if w.endswith("*"))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self._exact or word.startswith(self._stems))


MORE, TARGETS, SLANG_MAKE, LIKE = (Words(w) for w in (v.MORE, v.TARGETS, v.SLANG_MAKE, v.LIKE))


def harms(sentence: Sequence[str], people: bool) -> bool:
    """Whether the words together are about hurting somebody. ``people``: somebody is spoken of."""
    poisoned = not v.POISON.isdisjoint(sentence)
    if poisoned and people and not v.FOOD.isdisjoint(sentence):
        return True
    if (poisoned or not v.CLOUDS.isdisjoint(sentence)) and _leaves_no_trace(sentence):
        return poisoned
    return _killing_power(sentence)


def _leaves_no_trace(sentence: Sequence[str]) -> bool:
    at = [i for i, w in enumerate(sentence) if w.startswith("leav")][:20]
    near = (sentence[i + 1 : i + 5] for i in at)
    return any(
        not {"no", "without", "any"}.isdisjoint(words) and not {"trace", "traces"}.isdisjoint(words) for words in near
    )


def _killing_power(sentence: Sequence[str]) -> bool:
    """To raise how deadly a gas or powder is, unless for what it kills is told to be vermin, weeds or germs."""
    at = [i for i, w in enumerate(sentence) if w in v.DEADLY][:20]
    if not any(not v.POWER.isdisjoint(sentence[i + 1 : i + 3]) for i in at) and "lethality" not in sentence:
        return False
    raised = any(w in MORE for w in sentence)
    return raised and not v.CLOUDS.isdisjoint(sentence) and not any(w in TARGETS for w in sentence)


def slang(sentence: Sequence[str]) -> str:
    """A drug of the street that is to be made, as it was written; empty for none."""
    for i, word in enumerate(sentence):
        if word not in SLANG_MAKE:
            continue
        at = next((j for j in range(i + 1, min(i + 4, len(sentence))) if sentence[j] in v.SLANG), None)
        if at is None or (sentence[at] in v.COOKED and not word.startswith("cook")):
            continue
        ends = at + 1 == len(sentence) or sentence[at + 1] in v.AFTER
        if ends and not v.BESIDE.isdisjoint(sentence):
            return " ".join(w[:40] for w in sentence[i : at + 8])
    return ""
