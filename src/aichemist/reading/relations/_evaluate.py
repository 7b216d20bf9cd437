"""How well links are found: exact spans, kinds and relation, micro F1 over the documents of a BRAT folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from attrs import field, frozen

from aichemist.chemistry import Link, Mention

from ._families import FAMILIES, NEXT, ROLES
from ._find import find_links

#: a link as it is compared: relation, then kind and offsets of head and of tail
Fact = tuple[str, str, int, int, str, int, int]


@frozen
class Counts:
    """Links that are right, that were found, and that are annotated."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 where there is nothing."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


@frozen
class RelationScore:
    """One relation (or ``all``) over some documents, each with its counts; ``baseline`` links to the nearest tail."""

    kind: str
    documents: tuple[Counts, ...]
    baseline: tuple[Counts, ...]
    total: Counts = field(init=False)
    baseline_total: Counts = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.documents, Counts()))
        object.__setattr__(self, "baseline_total", sum(self.baseline, Counts()))

    def interval(self, samples: int = 1000, seed: int = 0) -> tuple[float, float]:
        """2.5 and 97.5 percent points of F1 over ``samples`` draws of as many documents with replacement."""
        import numpy as np

        rows = np.array([(c.right, c.found, c.gold) for c in self.documents], dtype=float)
        draws = np.random.default_rng(seed).integers(0, len(rows), (samples, len(rows)))
        sums = rows[draws].sum(axis=1)
        scores = 2 * sums[:, 0] / np.maximum(sums[:, 1] + sums[:, 2], 1)
        low, high = np.percentile(scores, [2.5, 97.5])
        return float(low), float(high)


def evaluate_relations(
    folder: Path, names: Sequence[str] | None = None, predicted: bool = True
) -> dict[str, RelationScore]:
    """Scores by relation, and those of ``all`` relations, over the BRAT annotation in ``folder``.

    A link is right when its relation, both kinds and both spans are annotated. The baseline links each head to the
    nearest tail in its sentence that the scheme allows (an amount before its material and a unit before its operation
    count by distance alone), each operation to the next one, and takes the commonest role.

    Args:
        names: stems of the files to read, all of the folder if not given.
        predicted: whether mentions are recognised by `aichemist.reading.entities`, else taken from the annotation.

    Raises:
        InputError: the folder holds no annotation, or a broken one.
    """
    from .._brat import read_brat

    counts: dict[str, list[Counts]] = {}
    nearest: dict[str, list[Counts]] = {}
    read = read_brat(folder, tuple(names) if names is not None else None)
    kinds = sorted({*(f.kind for f in FAMILIES if f.kind != "Argument"), *ROLES, NEXT})
    for document in read:
        gold = _facts(document.mentions, document.links)
        mentions = _recognised(document.text) if predicted else document.mentions
        mine = _facts(mentions, find_links(document.text, mentions))
        plain = _facts(mentions, nearest_links(document.text, mentions))
        for kind in [*kinds, "all"]:
            counts.setdefault(kind, []).append(_counts(kind, mine, gold))
            nearest.setdefault(kind, []).append(_counts(kind, plain, gold))
    return {k: RelationScore(k, tuple(counts[k]), tuple(nearest[k])) for k in counts}


def _recognised(text: str) -> Sequence[Mention]:
    from ..entities import find_entities

    return find_entities(text)


def _facts(mentions: Sequence[Mention], links: Iterable[Link]) -> set[Fact]:
    found = set()
    for link in links:
        a, b = mentions[link.head], mentions[link.tail]
        found.add((link.kind, a.kind, a.start, a.end, b.kind, b.start, b.end))
    return found


def _counts(kind: str, mine: set[Fact], gold: set[Fact]) -> Counts:
    if kind != "all":
        mine, gold = {f for f in mine if f[0] == kind}, {f for f in gold if f[0] == kind}
    return Counts(len(mine & gold), len(mine), len(gold))


def nearest_links(text: str, mentions: Sequence[Mention]) -> tuple[Link, ...]:
    """The baseline: the nearest tail of an allowed kind in the sentence, the next operation in the text."""
    from .._sentences import split_sentences
    from ._families import ARGUMENT
    from ._scene import scene_of

    scene = scene_of(text, mentions, [(s.start, s.end) for s in split_sentences(text)])
    found: list[Link] = []
    for family in FAMILIES:
        kind = ROLES[0] if family.kind == ARGUMENT else family.kind
        if kind == "Coref_Of":
            continue  # nearly all materials are no other name of their neighbour
        for members in scene.members:
            tails = [i for i in members if scene.codes[i] in family.tails]
            for head in members:
                if tails and scene.codes[head] in family.heads:
                    found.append(Link(kind, head, min(tails, key=lambda t: (_gap(mentions[head], mentions[t]), t))))
    row = [i for members in scene.members for i in members if scene.codes[i] == "O"]
    return (*found, *(Link(NEXT, a, b) for a, b in pairwise(row)))


def _gap(a: Mention, b: Mention) -> int:
    return max(b.start - a.end, a.start - b.end, 0)


def summary(scores: Mapping[str, RelationScore], kind: str) -> dict[str, float]:
    """Figures of one relation: ``baseline_f1``, ``f1``, its interval, ``precision``, ``recall``, ``docs``."""
    score = scores[kind]
    low, high = score.interval()
    return {
        "docs": len(score.documents), "baseline_f1": score.baseline_total.f1, "f1": score.total.f1, "low_95": low,
        "high_95": high, "precision": score.total.precision, "recall": score.total.recall,
    }  # fmt: skip
