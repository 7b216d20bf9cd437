"""A small encoder in place of hand-made features: MiniLM with a linear-chain field on top, run by onnxruntime.

Wang et al. 2020, arXiv:2002.10957 (MiniLM); Devlin et al. 2019 (BERT); weights of linear layers and embeddings are
whole numbers of eight bits. ``scripts/train_encoder.py`` makes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ._chain import Chain, Floats
from ._labels import legal_moves
from ._sequences import Sequence as Words
from ._store import read_store
from ._wordpiece import LOOKS, WordPieces

#: pieces that the encoder reads at once, without the two that mark begin and end
WINDOW = 254
#: pieces that two windows share at most, so that each word is read with words on both sides
SHARED = 80
_BATCH = 8
#: what stands before a word: nothing, white space, a line break
GAPS = ("none", "space", "line")

Ints = NDArray[np.int64]


@frozen(eq=False)
class Pieces:
    """The words of a text as pieces: per word the numbers of its pieces and their looks (see `look_of`)."""

    numbers: tuple[tuple[int, ...], ...]
    looks: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.numbers)


def as_pieces(part: Sequence[Words], cutter: WordPieces) -> Pieces:
    """The words of the sentences in a row as pieces."""
    numbers, looks = [], []
    for sentence in part:
        for i, word in enumerate(sentence.words):
            own, look = cutter.pieces(word)
            gap = 0 if sentence.glued[i] else 2 if i == 0 and sentence.paragraph_start else 1
            numbers.append(own)
            looks.append((look[0] + len(LOOKS) * gap, *look[1:]))
    return Pieces(tuple(numbers), tuple(looks))


def windows(sizes: Sequence[int], limit: int = WINDOW, shared: int = SHARED) -> list[tuple[int, int]]:
    """Runs ``[first, stop)`` of words with at most ``limit`` pieces in all, each sharing some with the one before."""
    found = []
    first = 0
    while True:
        stop, total = first, 0
        while stop < len(sizes) and (total + sizes[stop] <= limit or stop == first):
            total += sizes[stop]
            stop += 1
        found.append((first, stop))
        if stop >= len(sizes):
            return found
        back, total = stop, 0
        while back > first + 1 and total < shared:
            back -= 1
            total += sizes[back]
        first = back


def arrays(pieces: Pieces, runs: Sequence[tuple[int, int]], cutter: WordPieces) -> dict[str, NDArray[Any]]:
    """What the network reads: pieces, looks and mask (B x L); first and last piece of each word (B x T)."""
    rows, kinds, firsts, lasts = [], [], [], []
    for first, stop in runs:
        row, kind, begin, end = [cutter.begin], [6], [], []
        for numbers, looks in zip(pieces.numbers[first:stop], pieces.looks[first:stop], strict=True):
            begin.append(len(row))
            row += numbers
            kind += looks
            end.append(len(row) - 1)
        rows.append([*row, cutter.end])
        kinds.append([*kind, 6])
        firsts.append(begin)
        lasts.append(end)
    mask = np.zeros((len(rows), max(map(len, rows))), dtype=np.float32)
    for i, row in enumerate(rows):
        mask[i, : len(row)] = 1.0
    return {
        "pieces": _table(rows),
        "looks": _table(kinds),
        "mask": mask,
        "first": _table(firsts),
        "last": _table(lasts),
    }


def _table(rows: Sequence[Sequence[int]]) -> Ints:
    table = np.zeros((len(rows), max(1, *map(len, rows))), dtype=np.int64)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


class Encoder:
    """The network and its field: scores and probabilities of labels for the words of a text."""

    def __init__(
        self, session: Any, cutter: WordPieces, labels: Sequence[str], moves: Floats, task: str = "synthesis"
    ) -> None:
        self.labels = tuple(labels)
        self.chain = Chain(self.labels, {}, None, moves + legal_moves(self.labels))
        self._session, self._cutter, self._task = session, cutter, task

    def scores(self, part: Sequence[Words]) -> Floats:
        """The network's score of each label for each word (words x L); each word from where it stands most central."""
        pieces = as_pieces(part, self._cutter)
        result = np.zeros((len(pieces), len(self.labels)))
        if not len(pieces):
            return result
        reach = np.full(len(pieces), -1)
        runs = windows([len(p) for p in pieces.numbers])
        order = sorted(runs, key=lambda r: r[1] - r[0])
        for k in range(0, len(order), _BATCH):
            some = order[k : k + _BATCH]
            read = self._session.run([self._task], arrays(pieces, some, self._cutter))[0]
            for (first, stop), block in zip(some, read, strict=True):
                place = np.arange(first, stop)
                left = np.where(first == 0, len(pieces), place - first)
                right = np.where(stop == len(pieces), len(pieces), stop - 1 - place)
                near = np.minimum(left, right)
                better = near > reach[first:stop]
                result[first:stop][better] = block[: stop - first][better]
                reach[first:stop][better] = near[better]
        return result

    def marginals(self, part: Sequence[Words]) -> Floats:
        """The probability of each label for each word (words x L), the text taken as one sequence."""
        scores = self.scores(part)
        return self.chain.marginals(scores, [len(scores)] if len(scores) else [])


@cache
def read_session(path: Path) -> Any:
    """The network in ``path`` (``.onnx``), read once a process.

    Raises:
        InputError: the file is missing or damaged.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # several processes read at once: one thread each
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class for its errors
        raise InputError(f"this network cannot be read ({error})", file=path, mend="install aichemist again") from error


def read_encoder(path: Path, task: str = "synthesis") -> Encoder:
    """The encoder from ``path`` (network, ``.onnx``) and the file of the same name in ``.xz`` (words, labels, moves).

    ``task`` says whose labels: ``synthesis`` (MSPT) or ``protocol`` (WLP).

    Raises:
        InputError: a file is missing or damaged.
    """
    about, numbers, texts = read_store(path.with_suffix(".xz"))
    moves = numbers["moves " + task].astype(np.float64)
    return Encoder(read_session(path), WordPieces(texts["vocabulary"]), about["labels"][task], moves, task)
