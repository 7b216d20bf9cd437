"""Spans as labels of tokens and back: begin, inside, last, outside, unit (BILOU), or begin, inside, outside (BIO)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

#: so unlikely that a path never takes it
FORBIDDEN = -1e4


def to_labels(spans: Iterable[tuple[int, int, str]], size: int, scheme: str = "BIO") -> list[str]:
    """Labels of ``size`` tokens from spans ``(first, past the last, type)``; of overlapping ones the longest counts."""
    labels = ["O"] * size
    for first, stop, kind in sorted(spans, key=lambda s: (s[0] - s[1], s[0], s[2])):
        if any(label != "O" for label in labels[first:stop]):
            continue
        labels[first:stop] = ["B-" + kind] + ["I-" + kind] * (stop - first - 1)
        if scheme == "BILOU":
            labels[stop - 1] = ("U-" if stop - first == 1 else "L-") + kind
    return labels


def to_spans(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Spans ``(first, past the last, type)`` of labels of either scheme, legal or not."""
    spans: list[tuple[int, int, str]] = []
    begin, kind = -1, ""
    for i, label in enumerate([*labels, "O"]):
        mark, _, this = label.partition("-")
        if begin >= 0 and (mark in "OBU" or this != kind):
            spans.append((begin, i, kind))
            begin = -1
        if mark != "O" and begin < 0:
            begin, kind = i, this
        if mark in "LU" and begin >= 0:
            spans.append((begin, i + 1, kind))
            begin = -1
    return spans


def legal_moves(labels: Sequence[str]) -> NDArray[np.float64]:
    """Zero where one label may follow another, `FORBIDDEN` where it may not (L x L)."""
    bilou = any(label[:2] in ("L-", "U-") for label in labels)
    moves = np.zeros((len(labels), len(labels)))
    for i, left in enumerate(labels):
        for j, right in enumerate(labels):
            inside = right[:2] in ("I-", "L-")
            opened = left[:2] in ("B-", "I-")
            if (inside and not (opened and left[2:] == right[2:])) or (bilou and opened and not inside):
                moves[i, j] = FORBIDDEN
    return moves
