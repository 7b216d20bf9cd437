"""A linear-chain conditional random field at work: sparse scores, forward-backward and best path in batches.

Lafferty, McCallum, Pereira, ICML 2001. Weights come from CRFsuite (L-BFGS, elastic net), averaged over the members of
an ensemble: the average of weights is the logarithmic opinion pool of the members (Smith, Cohn, Osborne, ACL 2005),
so that an ensemble costs no more than one model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@frozen(eq=False)
class Chain:
    """Weights: ``labels`` (L), ``vocabulary`` (feature -> row), ``state`` (sparse, F x L), ``moves`` (L x L)."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    state: Any
    moves: Floats

    def scores(self, indices: NDArray[np.int32], pointers: NDArray[np.int64]) -> Floats:
        """Scores (tokens x L) of tokens whose features are the rows ``indices[pointers[i]:pointers[i + 1]]``."""
        from scipy.sparse import csr_matrix

        size = len(pointers) - 1
        ones = np.ones(len(indices), dtype=np.float32)
        chosen = csr_matrix((ones, indices, pointers), shape=(size, self.state.shape[0]))
        return np.asarray((chosen @ self.state).todense(), dtype=np.float64)

    def marginals(self, scores: Floats, lengths: Sequence[int]) -> Floats:
        """The probability of each label of each token (tokens x L), for sentences of the given lengths in order."""
        result = np.empty_like(scores)
        for rows, block in _batches(scores, lengths):
            alpha = _forward(block, np.exp(self.moves))
            beta = _forward(block[::-1], np.exp(self.moves).T)[::-1]
            # both hold the score of their own token; it counts once
            posterior = alpha * beta / np.maximum(np.exp(block - block.max(axis=2, keepdims=True)), 1e-300)
            posterior /= posterior.sum(axis=2, keepdims=True)
            for column, start in enumerate(rows):
                size = block.shape[0]
                result[start : start + size] = posterior[:, column]
        return result

    def best(self, scores: Floats, lengths: Sequence[int], moves: Floats | None = None) -> NDArray[np.int64]:
        """The best path of labels (tokens) by Viterbi, with ``moves`` in place of the field's own."""
        weights = self.moves if moves is None else moves
        result = np.empty(len(scores), dtype=np.int64)
        for rows, block in _batches(scores, lengths):
            size, width, _ = block.shape
            back = np.empty((size, width, block.shape[2]), dtype=np.int64)
            best = block[0]
            for t in range(1, size):
                total = best[:, :, None] + weights[None]
                back[t] = total.argmax(axis=1)
                best = total.max(axis=1) + block[t]
            last = best.argmax(axis=1)
            path = np.empty((size, width), dtype=np.int64)
            path[-1] = last
            for t in range(size - 1, 0, -1):
                last = back[t][np.arange(width), last]
                path[t - 1] = last
            for column, start in enumerate(rows):
                result[start : start + size] = path[:, column]
        return result


def _forward(block: Floats, moves: Floats) -> Floats:
    """Forward probabilities, each token's scaled to a sum of one (a token's scale does not matter to its marginal)."""
    emission = np.exp(block - block.max(axis=2, keepdims=True))
    result = np.empty_like(block)
    result[0] = emission[0] / emission[0].sum(axis=1, keepdims=True)
    for t in range(1, len(block)):
        step = (result[t - 1] @ moves) * emission[t]
        result[t] = step / np.maximum(step.sum(axis=1, keepdims=True), 1e-300)
    return result


def _batches(scores: Floats, lengths: Sequence[int], width: int = 64) -> list[tuple[list[int], Floats]]:
    """Sentences of equal length together: their first rows, and their scores (length x sentences x L)."""
    starts = np.concatenate([[0], np.cumsum(lengths)])[:-1] if len(lengths) else np.zeros(0, dtype=np.int64)
    groups: dict[int, list[int]] = {}
    for start, size in zip(starts.tolist(), lengths, strict=True):
        groups.setdefault(size, []).append(start)
    found = []
    for size, rows in groups.items():
        for k in range(0, len(rows), width):
            some = rows[k : k + width]
            found.append((some, np.stack([scores[r : r + size] for r in some], axis=1)))
    return found
