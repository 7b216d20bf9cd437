"""The field of features and the encoder as one model: a product of experts, since the two err in different places.

Hinton, Neural Computation 14 (2002) 1771 (products of experts). ``docs/decisions/0008-entities-crf-or-encoder.md`` has
the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aichemist.chemistry import Mention

from ._chain import Floats
from ._encoder import Encoder, read_encoder
from ._labels import to_spans
from ._model import ChainModel, EntityModel, _parts
from ._sequences import Sequence as Words
from ._sequences import sequences

#: what the field's logarithm of a probability counts beside the encoder's score; chosen on a held-out part of train
WEIGHT = 0.65
_LEAST = 1e-6
#: labels of the five-mark scheme as those of the three-mark scheme
_AS_BIO = {"U": "B", "L": "I"}


class PooledModel(EntityModel):
    """The encoder's scores plus the logarithm of the field's marginals, decoded with the encoder's moves."""

    def __init__(self, name: str, field: ChainModel, encoder: Encoder, weight: float = WEIGHT) -> None:
        self.name = name
        self.labels = encoder.labels
        self.types = tuple(dict.fromkeys(label[2:] for label in encoder.labels if label != "O"))
        self._field, self._encoder, self._weight = field, encoder, weight
        place = {label: i for i, label in enumerate(encoder.labels)}
        self._spread = np.zeros((len(field.labels), len(encoder.labels)))
        for i, label in enumerate(field.labels):
            known = place.get(_AS_BIO.get(label[0], label[0]) + label[1:])
            if known is not None:
                self._spread[i, known] = 1.0

    def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
        """See `EntityModel.find`. Time is linear in the length of the text."""
        found: list[Mention] = []
        for part in _parts(sequences(text, start, end)):
            found += self._mentions(text, part)
        return tuple(found)

    def scores(self, part: Sequence[Words]) -> Floats:
        """The pooled score of each label for each token of the sentences, taken as one text (tokens x L)."""
        field = np.log(np.maximum(self._field.marginals(part) @ self._spread, _LEAST))
        return self._encoder.scores(part) + self._weight * field

    def marginals(self, part: Sequence[Words]) -> Floats:
        """The probability of each of ``labels`` for each token of the sentences (tokens x L)."""
        scores = self.scores(part)
        return self._encoder.chain.marginals(scores, [len(scores)] if len(scores) else [])

    def _mentions(self, text: str, part: Sequence[Words]) -> list[Mention]:
        tokens = [token for sentence in part for token in sentence.tokens]
        scores = self.scores(part)
        chain = self._encoder.chain
        path = chain.best(scores, [len(scores)])
        sure = chain.marginals(scores, [len(scores)])[np.arange(len(path)), path]
        found = []
        for first, stop, kind in to_spans([self.labels[k] for k in path]):
            begin, end = tokens[first].start, tokens[stop - 1].end
            found.append(Mention(kind, begin, end, text[begin:end], round(float(sure[first:stop].min()), 4)))
        return found


def read_pooled(name: str, field: ChainModel, encoder: Path) -> PooledModel:
    """The model ``synthesis`` or ``protocol``: a field with the scores that the encoder in a file has for its labels.

    Raises:
        InputError: a file of the encoder is missing or damaged.
    """
    return PooledModel(name, field, read_encoder(encoder, name))
