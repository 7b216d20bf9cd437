"""The features of each token of a sentence, as texts: its own, its neighbours', patterns of words, its position.

`Spec` says which of them a model uses. A model turns the texts into numbers; `own_block` and `pattern_features` are
the same for training and use, so that the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ._lexicon import GRAMMAR, LISTS, stem, words_of
from ._sequences import Sequence
from ._words import FAR, NEAR, of_names, own_features, shape, word_class

#: what the plain model, the baseline, sees of a token: the classic list of taggers
_PLAIN = frozenset({"w", "q2", "q3", "p3", "sh", "cap", "abbr"})
_PLAIN_NEAR = frozenset({"w", "q2", "cap", "abbr"})


@frozen
class Spec:
    """Which features a model uses: names by distance (``None``: all), and whether patterns and positions count."""

    own: frozenset[str] | None
    near: frozenset[str]
    far: frozenset[str]
    reach: int
    patterns: bool

    def names(self, distance: int) -> frozenset[str] | None:
        """The names of features used ``distance`` tokens away; ``None`` for all of them."""
        if distance == 0:
            return self.own
        return self.near if abs(distance) <= 2 else self.far


RICH = Spec(None, NEAR, FAR, 4, True)
PLAIN = Spec(_PLAIN, _PLAIN_NEAR, frozenset(), 2, False)


def own_block(word: str, distance: int, spec: Spec, clusters: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    """The features that a token ``distance`` places away gives: ``"-1|w=add"``."""
    found = own_features(word)
    groups = clusters.get(word.lower())
    if groups is not None:
        found += tuple(f"b{k}={group}" for k, group in enumerate(groups, 1))
    names = spec.names(distance)
    if names is not None:
        found = of_names(found, names)
    return tuple(f"{distance}|{f}" for f in found)


def pattern_features(sequence: Sequence, spec: Spec) -> list[list[str]]:
    """For each token: patterns of neighbouring words and classes, place in the sentence, verbs around, brackets."""
    words, size = sequence.words, len(sequence.words)
    if not spec.patterns:
        return [["bos"] if i == 0 else ["eos"] if i == size - 1 else [] for i in range(size)]
    lower = ["<2", "<1", *(w.lower() for w in words), ">1", ">2"]
    classes = ["<", "<", *(word_class(w) for w in words), ">", ">"]
    stems = ["<", "<", *(stem(w) for w in words), ">", ">"]
    actions = [i for i in range(size) if "operation" in LISTS.get(stems[i + 2], ())]
    verbs = [i for i in range(size) if lower[i + 2] in ("was", "were", "is", "are", "be", "been")]
    brackets = _brackets(words)
    phrases = _phrases(lower[2:-2], stems[2:-2], classes[2:-2])
    found: list[list[str]] = []
    for i in range(size):
        j = i + 2
        a, b, c, d, e = classes[j - 2 : j + 3]
        v, w, x = lower[j - 1 : j + 2]
        row = [
            f"ww-={v} {w}", f"ww+={w} {x}", f"w-w+={v} {x}", f"tt-={stems[j - 1]} {stems[j]}",
            f"tt+={stems[j]} {stems[j + 1]}", f"cc--={a} {b}", f"cc-={b} {c}", f"cc+={c} {d}", f"cc++={d} {e}",
            f"ccc={b} {c} {d}", f"ccc-={a} {b} {c}", f"ccc+={c} {d} {e}", f"wc+={w} {d}", f"wc-={w} {b}",
            f"cw+={c} {x}", f"cw-={c} {v}", f"c5={a} {b} {c} {d} {e}", f"sc+={shape(words[i])} {d}",
            f"b-b+={b} {d}",
        ]  # fmt: skip
        row += _place(i, size, sequence)
        row += _around(i, actions, verbs, stems)
        row += brackets[i]
        row += phrases[i]
        found.append(row)
    return found


def _place(i: int, size: int, sequence: Sequence) -> list[str]:
    row = ["one"] if size == 1 else []
    if i == 0:
        row += ["bos", "bos " + word_class(sequence.words[0])]
        if sequence.paragraph_start:
            row.append("bop")
    elif i < 4:
        row.append(f"pos={i}")
    if i == size - 1:
        row.append("eos")
    if sequence.heading:
        row.append("head")
        row.append("head " + word_class(sequence.words[i]))
    if sequence.glued[i]:
        row.append("gl")
    if i + 1 < size and sequence.glued[i + 1]:
        row.append("gr")
    return row


def _around(i: int, actions: list[int], verbs: list[int], stems: list[str]) -> list[str]:
    """The nearest words of the list of operations before and after, and the nearest auxiliary verbs."""
    row = []
    before = next((k for k in reversed(actions) if k < i), None)
    after = next((k for k in actions if k > i), None)
    if before is not None:
        row.append("op-=" + stems[before + 2])
        row.append(f"od-={min(i - before, 6)}")
    else:
        row.append("op-")
    if after is not None:
        row.append("op+=" + stems[after + 2])
        row.append(f"od+={min(after - i, 6)}")
    else:
        row.append("op+")
    left = next((i - k for k in reversed(verbs) if k < i), 0)
    right = next((k - i for k in verbs if k > i), 0)
    row.append(f"be-={min(left, 5)}")
    row.append(f"be+={min(right, 5)}")
    row.append(f"be={bool(left):d}{bool(right):d}")
    return row


def _brackets(words: tuple[str, ...]) -> list[list[str]]:
    """For tokens inside brackets: what stands before the bracket and how many tokens ago it opened."""
    rows: list[list[str]] = []
    opened = -1
    commas = 0
    for i, word in enumerate(words):
        if word in ("(", "["):
            opened, commas = i, 0
        elif word in (")", "]"):
            opened = -1
        row = []
        if opened >= 0 and i - opened < 40:
            row = ["par", f"par={commas}", "par " + word_class(word)]
            if opened:
                row.append("ph=" + word_class(words[opened - 1]))
            commas += word in (",", ";")
        rows.append(row)
    return rows


#: words that open a phrase and say what it is for
_OPENERS = words_of(
    """in of with by using from to as into onto at on under for via through and or after before between without until
    during was were is are be been then which that called named denoted labeled followed containing per than"""
)
_ARTICLES = frozenset({"a", "an", "the"})


def _phrases(words: list[str], stems: list[str], classes: list[str]) -> list[list[str]]:
    """For each token: the word that opens its phrase, the first and the last word of the phrase, and its article."""
    size = len(words)
    heads, first = [0] * size, 0
    ends = [not w[0].isalnum() or w in GRAMMAR or c[:1] in "#U" for w, c in zip(words, classes, strict=True)]
    last = size - 1
    for i in range(size - 1, -1, -1):
        if ends[i]:
            last = i
            heads[i] = i
            continue
        if i + 1 == size or ends[i + 1]:
            last = i
        heads[i] = min(last, i + 8)
    rows: list[list[str]] = []
    opener, since, article = "", 0, ""
    for i, word in enumerate(words):
        row = [f"po={opener}{min(since, 3)}", f"poc={opener} {classes[i]}"]
        if not ends[i]:
            head = heads[i]
            row += [f"nh={stems[head]}", f"nd={min(head - i, 4)}", f"hc={classes[head]} {classes[i]}"]
            row += [f"nb={min(i - first, 4)}", f"pn={opener} {stems[head]}"]
            follow = words[head + 1] if head + 1 < size else ">"
            row += [f"nf={follow}", f"nfc={follow} {classes[i]}"]
            if article:
                row.append("ar=" + article)
        rows.append(row)
        if ends[i]:
            first = i + 1
            article = word if word in _ARTICLES else ""
        since += 1
        if word in _OPENERS or word in ",;.:()":
            opener, since = word, 0
    return rows
