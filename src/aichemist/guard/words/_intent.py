"""Dual-use intent: what is wanted of a controlled substance, told from the words around its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from attrs import evolve, frozen

from . import _together as together
from . import _vocabulary as v
from ._agents import AGENTS, FAMILIES, Agent, Tier
from ._fold import STOP, Folded, fold
from ._together import Words

_CAS = re.compile(r"(?<!\d)(\d{2,7})\s?-\s?(\d{2})\s?-\s?(\d)(?!\d)")
_VX = re.compile(r"(?<![A-Za-z0-9])V[-\u2010\u2011]?X(?![A-Za-z0-9]|[/=,.]\S|-\d)")
#: numbers and codes that are looked at in one text
_LOOKED = 2000
#: characters on each side in which languages without blanks are looked at
_NEAR = 14


@frozen
class Found:
    """A controlled substance or class in a text, and what is wanted of it.

    ``wish``: ``make``, ``spread``, ``harm``, ``evade``, empty for a mention alone. ``protects``: the words are about
    finding, treating or destroying it; ``guarded``: and they belong to this very name.
    """

    name: str
    tier: Tier | str
    wish: str
    protects: bool
    guarded: bool
    excerpt: str


MAKE, SPREAD, HARM, HURT = (Words(w) for w in (v.MAKE, v.SPREAD, v.HARM, v.HURT))
PEOPLE, PROTECT, EVADE, WATCH = (Words(w) for w in (v.PEOPLE, v.PROTECT, v.EVADE, v.WATCH))
SEEN, TOXIC = Words(v.SEEN), Words(v.TOXIC)
_LISTS = (MAKE, SPREAD, HARM, HURT, PEOPLE, PROTECT, EVADE, WATCH)
_M, _S, _H, _U, _P, _G, _E, _W = (1 << i for i in range(8))


#: first word -> names that begin with it, the longest first
_First = dict[str, list[tuple[tuple[str, ...], "Agent | str"]]]
_Stems = tuple[tuple[str, Agent], ...]
#: how often one name is looked at in one sentence
_SAME = 6


@lru_cache(maxsize=1)
def _names() -> tuple[_First, dict[str, Agent], _Stems]:
    """(first word -> names, CAS number -> agent, long single names for compounds)."""
    first: _First = {}
    cas: dict[str, Agent] = {}
    stems: list[tuple[str, Agent]] = []
    for agent in AGENTS:
        for name in agent.names:
            words = tuple(w for w in fold(name.replace("-", " ")).words if w != STOP)
            if words == ("vx",):
                continue  # in capitals only, see below
            first.setdefault(words[0], []).append((words, agent))
            if len(words) == 1 and len(words[0]) >= 5 and agent.tier != "dual":
                stems.append((words[0], agent))
        cas.update(dict.fromkeys(agent.cas, agent))
    for words, label in v.CLASSES.items():
        first.setdefault(words[0], []).append((words, label))
    for known in first.values():
        known.sort(key=lambda n: -len(n[0]))
    return first, cas, tuple(stems)


def find(text: str, folded: Folded) -> Iterator[Found]:
    """Everything controlled that a text names, each name once per sentence."""
    for words in (folded.words, *folded.other):
        yield from _in_words(words)
    yield from _codes(text, folded)
    yield from _unparted(folded.text)


def _in_words(words: Sequence[str]) -> Iterator[Found]:
    first, _, stems = _names()
    starts = tuple(s for s, _ in stems)
    flags: dict[str, int] = {}
    begin = 0
    for end in range(len(words) + 1):
        if end < len(words) and words[end] != STOP and end - begin < 400:
            continue
        if end > begin:
            yield from _in_sentence(words[begin:end], first, starts, stems, flags)
        begin = end + (end < len(words) and words[end] == STOP)


def _in_sentence(
    sentence: Sequence[str], first: _First, starts: tuple[str, ...], stems: _Stems, flags: dict[str, int]
) -> Iterator[Found]:
    hits = [h for h in _hits(sentence, first, starts, stems) if not _elsewhere(sentence, h)]
    marks = [_flags(w, flags) for w in sentence]
    whole = _Whole.of(sentence, marks)
    if hits and not whole.wish and _unseen(sentence):
        whole = evolve(whole, wish="evade")
    seen: dict[str, int] = {}
    for hit in hits:
        name = hit[2] if isinstance(hit[2], str) else hit[2].name
        seen[name] = seen.get(name, 0) + 1
        if seen[name] <= _SAME:
            yield _judge(sentence, marks, whole, *hit)
    if slang := together.slang(sentence):
        yield Found("narcotics", "class", "make", whole.protects, False, slang)
    if not hits and whole.wish:
        shown = _shown(sentence, 0, min(8, len(sentence)))
        if whole.wish == "evade" or not whole.protects:
            what = "harm to people" if whole.wish == "harm" else "controls"
            yield Found(what, "nameless", whole.wish, whole.protects, False, shown)


@frozen
class _Whole:
    """What a sentence as a whole says; looked at once."""

    wish: str
    protects: bool
    harms: tuple[int, ...]

    @classmethod
    def of(cls, sentence: Sequence[str], marks: Sequence[int]) -> _Whole:
        harm = _hurts(marks) or _wishes_harm(sentence, marks) or together.harms(sentence, any(m & _P for m in marks))
        wish = "harm" if harm else "evade" if _evades(sentence, marks) else ""
        return cls(wish, any(m & _G for m in marks), tuple(i for i, m in enumerate(marks) if m & _H))


def _flags(word: str, known: dict[str, int]) -> int:
    found = known.get(word)
    if found is None:
        found = known[word] = sum(1 << i for i, words in enumerate(_LISTS) if word in words)
    return found


def _hits(
    sentence: Sequence[str], first: _First, starts: tuple[str, ...], stems: _Stems
) -> Iterator[tuple[int, int, Agent | str]]:  # fmt: skip
    at = 0
    while at < len(sentence):
        word = sentence[at]
        for name, what in first.get(word, ()):
            if tuple(sentence[at : at + len(name)]) == name:
                yield at, at + len(name), what
                at += len(name) - 1
                break
        else:
            if len(word) >= 6 and word.startswith(starts):  # sarinherstellung, метамфетамина
                stem, agent = next((s, a) for s, a in stems if word.startswith(s))
                rest = word[len(stem) :]
                inflected = len(rest) <= 3 and not word.isascii()
                if inflected or rest in MAKE or rest in PROTECT or rest in SPREAD:
                    yield at, at + 1, agent
        at += 1


def _elsewhere(sentence: Sequence[str], hit: tuple[int, int, Agent | str]) -> bool:
    """Whether the name means something else here: a surname, a figure of speech, another thing of the same name."""
    start, end, what = hit
    if sentence[start] in v.ORDINARY and "like" in sentence[end : end + 1]:
        return not any(w in together.LIKE for w in sentence[end + 1 : end + 4])
    around = {*sentence[max(0, start - 2) : start], *sentence[end : end + 2]}
    if isinstance(what, str):
        return what in ("explosives", "bombs") and bool(around & v.FIGURATIVE)
    if what.unless and not set(what.unless).isdisjoint(sentence):
        return True
    if what.tier == "agent" and end - start == 1:
        beside = (sentence[start - 1] if start else "", sentence[end] if end < len(sentence) else "")
        initial = any(len(w) == 1 and w.isalpha() and w not in "aeiouy" for w in beside)
        colleagues = {"coworkers", "co", "colleagues", "al", "group"} & set(sentence[end : end + 3])
        return (
            initial
            or bool(colleagues)
            or beside[1] == "et"
            or (len(beside[0]) == 1 and beside[1] in ("and", "or", "in"))
        )
    return False


def _judge(
    sentence: Sequence[str], marks: Sequence[int], whole: _Whole, start: int, end: int, what: Agent | str
) -> Found:
    name, tier = (what, "class") if isinstance(what, str) else (what.name, what.tier)
    before, after = marks[max(0, start - 5) : start], marks[end : end + 3]
    near = sentence[max(0, start - 5) : start]
    own = sentence[start]
    rest = next((own[len(s) :] for s, _ in _names()[2] if own.startswith(s) and len(own) > len(s) + 3), "")
    # "sarin sensor", "degradation of sarin": work that protects, on this very name
    joined = end < len(sentence) and sentence[end] in ("and", "or", "to")
    guarded = rest in PROTECT or any(m & _G for m in after[: 0 if joined else 2])
    for mark, word in zip(reversed(before), reversed(near), strict=True):
        if mark & _G:
            guarded = True
        if mark & (_G | _M) or word in v.BREAK - {"for", "against", "to"}:
            break
    wish = ""
    inside = marks[start:end]
    if whole.wish == "harm" or any(not start <= i < end for i in whole.harms):
        wish = "harm"
    elif whole.wish:
        wish = whole.wish
    elif not guarded and (
        rest in MAKE or _governed(sentence, marks, start, _M) or any(m & _M for m in (*inside, *after))
    ):
        wish = "make"
    elif not guarded and (_governed(sentence, marks, start, _S) or any(m & _S for m in after)):
        wish = "spread"
    return Found(name, tier, wish, whole.protects, guarded, _shown(sentence, start, end))


def _governed(sentence: Sequence[str], marks: Sequence[int], start: int, kind: int) -> bool:
    """Whether a verb of this kind stands before a name with nothing between that takes the name away from it."""
    strange = 0
    for at in range(start - 1, max(-1, start - 12), -1):
        way = at > 0 and sentence[at] in ("to", "towards", "zu", "vers") and sentence[at - 1] in v.WAYS
        if way and kind == _M:
            return True
        if marks[at] & _G or sentence[at] in v.BREAK:
            return False
        if marks[at] & kind:
            return True
        strange += sentence[at] not in v.FILLER
        if strange > 2:
            return False
    return False


def _wishes_harm(sentence: Sequence[str], marks: Sequence[int]) -> bool:
    """A word of harm, a wish to make or spread, and something that can do it."""
    return any(m & _H for m in marks) and any(m & (_M | _S) for m in marks) and any(w in TOXIC for w in sentence)


def _unseen(sentence: Sequence[str]) -> bool:
    at = [i for i, w in enumerate(sentence) if w in v.NOT][:50]
    return any(w in SEEN for i in at for w in sentence[i + 1 : i + 5])


def _hurts(marks: Sequence[int]) -> bool:
    at = [i for i, m in enumerate(marks) if m & _U]
    return any(m & _P for i in at[:50] for m in marks[i + 1 : i + 7])


def _evades(sentence: Sequence[str], marks: Sequence[int]) -> bool:
    for i in [i for i, m in enumerate(marks) if m & _E][:50]:
        if sentence[i].startswith(("undetect", "untrace")):
            return True
        for j in range(i + 1, min(i + 7, len(marks))):
            if marks[j] & _W:
                return not v.INSTRUMENT.intersection(sentence[j + 1 : j + 3])
    return False


def _shown(sentence: Sequence[str], start: int, end: int) -> str:
    return " ".join(w[:40] for w in sentence[max(0, start - 6) : end + 6])


def _codes(text: str, folded: Folded) -> Iterator[Found]:
    """CAS numbers, family names and the one name that is told by its capitals."""
    cas = _names()[1]
    for match in islice(_CAS.finditer(folded.text), _LOOKED):
        agent = cas.get("-".join(match.groups()))
        if agent is not None:
            yield from _around(folded.text, match.start(), match.end(), agent.name, match.group())
    for match in islice(_VX.finditer(text), _LOOKED):
        yield from _around(text.lower(), match.start(), match.end(), "VX", "vx")
    if "hosph" in folded.text or "chloro" in folded.text:
        compact = re.sub(r"[\W_]+", "", folded.text)
        for part, family in FAMILIES:
            at = compact.find(part)
            if at >= 0:
                yield from _around(compact, at, at + len(part), family, part)


def _around(text: str, start: int, end: int, name: str, shown: str) -> Iterator[Found]:
    near = fold(f"{text[max(0, start - 120) : start]} xqname {text[end : end + 120]}").words
    at = near.index("xqname")
    low = max((i + 1 for i in range(at) if near[i] == STOP), default=0)
    high = next((i for i in range(at, len(near)) if near[i] == STOP), len(near))
    sentence = [shown if w == "xqname" else w for w in near[low:high]]
    marks = [_flags(w, {}) for w in near[low:high]]
    at -= low
    agent = next((a for a in AGENTS if a.name == name), None) or Agent(name, "agent", ())
    yield _judge(sentence, marks, _Whole.of(sentence, marks), at, at + 1, agent)


def _unparted(text: str) -> Iterator[Found]:
    if text.isascii():
        return
    named = [(n.replace("_", " "), a.name, a.tier) for a in AGENTS for n in a.unparted]
    for name, label, tier in (*named, *((n, label, "class") for n, label in v.UNPARTED.items())):
        at = text.find(name)
        if at < 0 or tier == "dual":
            continue
        near = text[max(0, at - _NEAR) : at + len(name) + _NEAR]
        guarded = any(w in near for w in v.UNPARTED_PROTECT)
        wish = "make" if not guarded and any(w in near for w in v.UNPARTED_MAKE) else ""
        yield Found(label, tier, wish, guarded, guarded, near)
