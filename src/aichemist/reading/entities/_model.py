"""The seam between a text and its entities, and our own model behind it: a conditional random field."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import InputError, Mention

from ._chain import Chain
from ._labels import legal_moves, to_spans
from ._sequences import Sequence as Words
from ._sequences import sequences
from ._store import read_store
from ._window import PLAIN, RICH, Spec, own_block, pattern_features

_FOLDER = Path(__file__).parent / "_models"
#: texts are read in parts of about this many tokens, so that memory stays bounded
_PART = 20000

#: models that ship with the package: what they are for
MODELS: dict[str, str] = {
    "synthesis": "procedures of materials synthesis (21 types of MSPT)",
    "protocol": "wet-lab protocols (types of WLP)",
    "synthesis-field": "the same types by the field alone: faster, less right",
    "protocol-field": "the same types by the field alone: faster, less right",
    "synthesis-plain": "the baseline for synthesis: one field on words, endings and shapes",
    "protocol-plain": "the baseline for protocols: one field on words, endings and shapes",
}
#: those that an encoder reads too (see ``_pooled.py``)
POOLED = ("synthesis", "protocol")


class EntityModel(abc.ABC):
    """Whatever finds entities in a text. ``types`` are the kinds that its mentions may have."""

    name: str
    types: tuple[str, ...]

    @abc.abstractmethod
    def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
        """The mentions in ``text[start:end]``, in order, never overlapping, with offsets into ``text``."""


class ChainModel(EntityModel):
    """A conditional random field over the tokens of each sentence.

    ``outside`` is taken from the score of the label ``O``: the annotators left out more than they put in by mistake.
    """

    def __init__(
        self, name: str, field: Chain, clusters: Mapping[str, tuple[int, ...]], spec: Spec, outside: float = 0.0
    ) -> None:
        self.name = name
        self.labels = field.labels
        self.types = tuple(dict.fromkeys(label[2:] for label in field.labels if label != "O"))
        self._field = field
        self._indexer = Indexer(field.vocabulary, clusters, spec)
        self._moves = field.moves + legal_moves(field.labels)
        self._outside = np.array([outside if label == "O" else 0.0 for label in field.labels])

    def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
        """See `EntityModel.find`. Time is linear in the length of the text."""
        found: list[Mention] = []
        for part in _parts(sequences(text, start, end)):
            found += self._mentions(text, part)
        return tuple(found)

    def marginals(self, part: Sequence[Words]) -> NDArray[np.float64]:
        """The probability of each of ``labels`` for each token of the sentences (tokens x L)."""
        scores, lengths = self._scores(part)
        return self._field.marginals(scores, lengths)

    def _scores(self, part: Sequence[Words]) -> tuple[NDArray[np.float64], list[int]]:
        return self._field.scores(*self._indexer.rows(part)) - self._outside, [len(s.words) for s in part]

    def _mentions(self, text: str, part: Sequence[Words]) -> list[Mention]:
        scores, lengths = self._scores(part)
        marginals = self._field.marginals(scores, lengths)
        path = self._field.best(scores, lengths, self._moves)
        found: list[Mention] = []
        at = 0
        for sentence, size in zip(part, lengths, strict=True):
            labels = [self.labels[k] for k in path[at : at + size]]
            sure = marginals[np.arange(at, at + size), path[at : at + size]]
            for first, stop, kind in to_spans(labels):
                start, end = sentence.tokens[first].start, sentence.tokens[stop - 1].end
                found.append(Mention(kind, start, end, text[start:end], round(float(sure[first:stop].min()), 4)))
            at += size
        return found


class Indexer:
    """Features as rows of a field's vocabulary; what a word gives at a distance is looked up once."""

    def __init__(self, vocabulary: Mapping[str, int], clusters: Mapping[str, tuple[int, ...]], spec: Spec) -> None:
        self._vocabulary, self._clusters, self._spec = vocabulary, clusters, spec
        self._blocks: dict[tuple[str, int], list[int]] = {}

    def rows(self, part: Sequence[Words]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Row indices of all tokens in a row, and where each token's begin (tokens + 1)."""
        get, blocks, reach = self._vocabulary.get, self._blocks, self._spec.reach
        if len(blocks) > 400_000:
            blocks.clear()
        indices: list[int] = []
        pointers = [0]
        for sentence in part:
            words = sentence.words
            patterns = pattern_features(sentence, self._spec)
            for i in range(len(words)):
                for k in range(max(0, i - reach), min(len(words), i + reach + 1)):
                    key = (words[k], k - i)
                    block = blocks.get(key)
                    if block is None:
                        block = blocks[key] = self._block(*key)
                    indices += block
                indices += [r for r in map(get, patterns[i]) if r is not None]
                pointers.append(len(indices))
        return np.array(indices, dtype=np.int32), np.array(pointers, dtype=np.int64)

    def _block(self, word: str, distance: int) -> list[int]:
        found = map(self._vocabulary.get, own_block(word, distance, self._spec, self._clusters))
        return [r for r in found if r is not None]


def _parts(found: Sequence[Words]) -> list[list[Words]]:
    parts: list[list[Words]] = [[]]
    size = 0
    for sentence in found:
        if size > _PART:
            parts.append([])
            size = 0
        parts[-1].append(sentence)
        size += len(sentence.words)
    return [p for p in parts if p]


@cache
def load_model(name: str) -> EntityModel:
    """One of `MODELS`, read from the package once a process.

    Raises:
        InputError: no such model.
    """
    if name not in MODELS:
        raise InputError("no such model of entities", key="model", value=name, mend="one of " + ", ".join(MODELS))
    field = read_model(_FOLDER / f"{name.removesuffix('-field')}.xz", name)
    if name not in POOLED:
        return field
    from ._pooled import read_pooled

    return read_pooled(name, field, _FOLDER / "encoder.onnx")


def read_model(path: Path, name: str) -> ChainModel:
    """A model from the file that the training wrote, with the clusters beside it."""
    from scipy.sparse import csr_matrix

    about, arrays, texts = read_store(path)
    plain = about["spec"] == "plain"
    clusters = {} if plain else read_clusters(path.parent / "clusters.xz")
    vocabulary = {feature: row for row, feature in enumerate(texts["vocabulary"])}
    labels = tuple(about["labels"])
    pointers = np.concatenate([[0], np.cumsum(arrays["counts"].astype(np.int64))])
    weights, columns = arrays["weights"].astype(np.float32), arrays["columns"].astype(np.int32)
    state = csr_matrix((weights, columns, pointers), (len(vocabulary), len(labels)))
    field = Chain(labels, vocabulary, state, arrays["moves"].astype(np.float64))
    return ChainModel(name, field, clusters, PLAIN if plain else RICH, float(about["outside"]))


@cache
def read_clusters(path: Path) -> dict[str, tuple[int, ...]]:
    """Word -> its cluster in each of the clusterings."""
    _, arrays, texts = read_store(path)
    return {word: tuple(row) for word, row in zip(texts["words"], arrays["groups"].tolist(), strict=True)}


def find_entities(
    text: str, start: int = 0, end: int | None = None, *, model: str | EntityModel = "synthesis"
) -> tuple[Mention, ...]:
    """Entities in ``text[start:end]`` in order, never overlapping, with offsets into ``text``.

    ``model`` is one of `MODELS` or a model of one's own. ``confidence`` is the least marginal probability of the
    labels of a mention's tokens. Sentences are read one by one.

    Raises:
        InputError: no such model.
    """
    reader = load_model(model) if isinstance(model, str) else model
    return reader.find(text, start, end)
