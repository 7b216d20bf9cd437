"""Found entities against annotated ones: exact span and type, micro F1, with an interval over documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from attrs import frozen

from aichemist.chemistry import Mention

Span = tuple[int, int, str]
#: right, found and annotated mentions of one type in one document
Counts = tuple[int, int, int]


@frozen
class Score:
    """Micro precision, recall and F1 with the 95 % bootstrap interval of F1; ``gold`` is the number of mentions."""

    f1: float
    low_95: float
    high_95: float
    precision: float
    recall: float
    gold: int


def evaluate(
    documents: Sequence[tuple[str, Sequence[Mention]]],
    find: Callable[[str], Iterable[Mention]],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Score]:
    """Scores by type, and of all types under ``"all"``, of annotated texts (text, mentions).

    The interval is the percentile bootstrap over documents (Efron, Tibshirani 1993), ``resamples`` times with ``seed``.
    """
    tables: list[dict[str, Counts]] = [_counted(mentions, find(text)) for text, mentions in documents]
    kinds = sorted({kind for table in tables for kind in table})
    scores = {"all": _score([_sum(table.values()) for table in tables], resamples, seed)}
    for kind in kinds:
        scores[kind] = _score([table.get(kind, (0, 0, 0)) for table in tables], resamples, seed)
    return scores


def _counted(gold: Iterable[Mention], found: Iterable[Mention]) -> dict[str, Counts]:
    wanted = {(m.start, m.end, m.kind) for m in gold}
    got = {(m.start, m.end, m.kind) for m in found}
    right, all_got, all_wanted = (Counter(kind for _, _, kind in spans) for spans in (wanted & got, got, wanted))
    return {kind: (right[kind], all_got[kind], all_wanted[kind]) for kind in {*all_got, *all_wanted}}


def _sum(counts: Iterable[Counts]) -> Counts:
    right = found = gold = 0
    for a, b, c in counts:
        right, found, gold = right + a, found + b, gold + c
    return right, found, gold


def _score(rows: Sequence[Counts], resamples: int, seed: int) -> Score:
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    right, found, gold = table.sum(axis=0)
    picks = np.random.default_rng(seed).integers(0, len(table), (resamples, len(table)))
    sums = table[picks].sum(axis=1)
    again = 2 * sums[:, 0] / np.maximum(sums[:, 1] + sums[:, 2], 1)
    low, high = np.percentile(again, (2.5, 97.5))
    return Score(
        float(2 * right / max(found + gold, 1)), float(low), float(high), float(right / max(found, 1)),
        float(right / max(gold, 1)), int(gold),
    )  # fmt: skip
