"""A text and its mentions laid out for pairing: per sentence a row of items, each a mention or a word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from attrs import define, field

from aichemist.chemistry import Mention

from ._families import CODES


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: words and marks that show how two mentions hang together; kept as they are, all others are one class
_SHOWN = _set(
    """of in into onto on at by with without from for and or as was were is are be been being then after before under
    until till during while when which that using via through per between to followed than not respectively both each
    where followed if it them via over upon against within toward towards , ; : . ( ) [ ] / = + ± ~ < >"""
)
_SKIPPED = _set("the a an this these those its their about ca approximately around")
_WORD = re.compile(r"[^\W\d_]{1,40}|\d[\d.,]{0,20}|\S")
_BREAK = re.compile(r"\n\s{0,200}")
_BEGINNING = re.compile(r"[A-ZÀ-Þ]|\d{1,2}\.(?:\d{1,2}\.?){0,3}\s")
_UNFINISHED = re.compile(
    r"(?:[,;:(/=–-]|(?:\A|[\s(])(?:of|in|into|the|an?|and|or|with|by|at|to|from|for|on|using|as|was|were|is|are))\s{0,3}\Z"
)


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Small letters without the commonest endings: ``dried`` and ``drying`` are both ``dry``."""
    word = word.lower()
    for ending, other in (("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)] + other
            return base[:-1] if len(base) > 3 and base[-1] == base[-2] else base.removesuffix("e")
    return word


@lru_cache(maxsize=32768)
def word_class(word: str) -> str:
    """What a word is between two mentions: itself if it shows structure, nothing for an article, else ``w``."""
    if word in _SHOWN:
        return word
    if word in _SKIPPED:
        return ""
    return "0" if word[0].isdigit() else "w" if word[0].isalpha() else "-"


@define
class Scene:
    """Items of all sentences in one row.

    ``words`` are in small letters, a mention's item is its own text; ``classes`` are the code of a mention or the class
    of a word; ``owners`` the mention's index or -1; ``at[i]`` the item of mention ``i``; ``sentence[i]`` the number of
    its sentence; ``first``/``last`` the items ``[first, last)`` of each sentence, ``members`` its mentions in order,
    ``materials`` and ``operations`` how many of these it has; ``depth`` and ``commas`` count open brackets and commas
    up to an item; ``respectively`` is the last item with that word, or -1.
    """

    text: str
    mentions: Sequence[Mention]
    codes: list[str]
    lowered: list[str]
    sentence: list[int]
    at: list[int] = field(factory=list)
    words: list[str] = field(factory=list)
    classes: list[str] = field(factory=list)
    owners: list[int] = field(factory=list)
    first: list[int] = field(factory=list)
    last: list[int] = field(factory=list)
    members: list[list[int]] = field(factory=list)
    depth: list[int] = field(factory=list)
    commas: list[int] = field(factory=list)
    bounds: list[tuple[int, int]] = field(factory=list)
    respectively: list[int] = field(factory=list)
    materials: list[int] = field(factory=list)
    operations: list[int] = field(factory=list)


def lines_of(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """``sentences`` cut at line breaks where a heading or a title ends.

    These have no full stop: a line is taken to end where the next one begins with a capital or a heading's number,
    unless the words before the break cannot be the last ones (a comma, an article, a preposition).
    """
    found: list[tuple[int, int]] = []
    for start, end in sentences:
        begin = start
        for match in _BREAK.finditer(text, start, end):
            if (
                begin < match.start()
                and _BEGINNING.match(text, match.end(), end)
                and not _UNFINISHED.search(text, max(begin, match.start() - 12), match.start())
            ):
                found.append((begin, match.start()))
                begin = match.end()
        found.append((begin, end))
    return found


def scene_of(text: str, mentions: Sequence[Mention], sentences: Sequence[tuple[int, int]]) -> Scene:
    """The scene of ``text``; a mention belongs to the sentence in which it begins, or to the one before it."""
    bounds = lines_of(text, sentences) or [(0, len(text))]
    starts = [s for s, _ in bounds]
    inside = [max(bisect_right(starts, m.start) - 1, 0) for m in mentions]
    scene = Scene(
        text,
        mentions,
        [CODES.get(m.kind, "?") for m in mentions],
        [m.text.lower() for m in mentions],
        inside,
        bounds=bounds,
    )
    scene.at = [0] * len(mentions)
    scene.members = [[] for _ in bounds]
    for i in sorted(range(len(mentions)), key=lambda i: (mentions[i].start, -mentions[i].end, mentions[i].kind, i)):
        scene.members[inside[i]].append(i)
    for members in scene.members:
        scene.materials.append(sum(scene.codes[i] in "MR" for i in members))
        scene.operations.append(sum(scene.codes[i] == "O" for i in members))
    for number, (start, end) in enumerate(bounds):
        _lay(scene, number, start, end)
    return scene


def _lay(scene: Scene, number: int, start: int, end: int) -> None:
    """Append the items of one sentence: mentions in order, the words between them."""
    scene.first.append(len(scene.words))
    scene.respectively.append(-1)
    place = start
    depth = commas = 0

    def words(begin: int, stop: int) -> None:
        nonlocal depth, commas
        for match in _WORD.finditer(scene.text, begin, stop):
            word = match[0].lower()
            if word in "([":
                depth += 1
            elif word in ")]":
                depth -= 1
            elif word in ",;":
                commas += 1
            add(word, word_class(word), -1)

    def add(word: str, name: str, owner: int) -> None:
        scene.words.append(word)
        scene.classes.append(name)
        scene.owners.append(owner)
        scene.depth.append(depth)
        scene.commas.append(commas)
        if word == "respectively":
            scene.respectively[number] = len(scene.words) - 1

    for i in scene.members[number]:
        mention = scene.mentions[i]
        if mention.start >= place:
            words(place, mention.start)
        # an overlapping mention gets an item of its own beside the other
        scene.at[i] = len(scene.words)
        add(scene.lowered[i], scene.codes[i], i)
        place = max(place, mention.end)
    words(place, end)
    scene.last.append(len(scene.words))
