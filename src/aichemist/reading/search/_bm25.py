"""An index of sentences that ranks them by BM25 (Robertson and Zaragoza 2009), with the bm25s library (Lù 2024)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen

from aichemist.chemistry import Document

from .._sentences import split_sentences

_WORD = re.compile(r"\w+")


@frozen
class Found:
    """A sentence, ``text[start:end]`` of a document; ``score`` is its BM25 score, higher is better."""

    document: str
    start: int
    end: int
    sentence: str
    score: float


class Bm25:
    """The sentences of some documents, ready to be searched.

    Words are compared in lower case without a final s; formulas fall into letters and digits as they are written
    (``Ni(OH)2`` is ni, oh, 2).
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        import bm25s

        self._sentences: list[tuple[str, int, int, str]] = []
        for document in documents:
            self._sentences += [
                (document.id, s.start, s.end, document.text[s.start : s.end]) for s in split_sentences(document.text)
            ]
        tokens = [_words(sentence) for *_, sentence in self._sentences]
        self._known = {word for sentence in tokens for word in sentence}
        self._index = bm25s.BM25(method="lucene")
        if self._known:
            self._index.index(tokens, show_progress=False)

    def __len__(self) -> int:
        return len(self._sentences)

    def search(self, words: str, limit: int = 20) -> list[Found]:
        """The sentences with the most telling of ``words``, best first; none where no word is known."""
        asked = [w for w in dict.fromkeys(_words(words)) if w in self._known]
        if not asked:
            return []
        scores = self._index.get_scores(asked)
        best = sorted((i for i in range(len(scores)) if scores[i] > 0), key=lambda i: (-scores[i], i))[:limit]
        return [Found(*self._sentences[i], float(scores[i])) for i in best]


def _words(text: str) -> list[str]:
    return [w[:-1] if len(w) > 3 and w.endswith("s") else w for w in _WORD.findall(text.lower())]
