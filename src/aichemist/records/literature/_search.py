"""Words of a person -> a full-text query that can say nothing else."""

from __future__ import annotations

import re

from attrs import frozen

_PIECE = re.compile(r'(-?)(?:"([^"]{1,200})"|([^\s"]{1,100}))')
_WORD = re.compile(r"\w+")
#: more words than this are no question
MAX_WORDS = 32
#: words that stand in every other sentence: asked for by OR they would only cost time
_COMMON = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the", "to"}
)


@frozen
class Query:
    """What must, and what must not, stand in a sentence; each entry is a word or a phrase (words in order)."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The wanted words by themselves, for marking them in a sentence."""
        return tuple(w for phrase in self.wanted for w in phrase)


def parse_query(text: str) -> Query:
    """Plain words, ``"exact phrases"``, and ``-`` before what must not occur. Nothing else has a meaning."""
    wanted: list[tuple[str, ...]] = []
    unwanted: list[tuple[str, ...]] = []
    for minus, phrase, word in _PIECE.findall(text[:2000]):
        words = tuple(_WORD.findall(phrase or word))
        if words:
            (unwanted if minus else wanted).append(words)
    telling = [p for p in wanted if len(p) > 1 or p[0].lower() not in _COMMON] or wanted
    return Query(tuple(telling[:MAX_WORDS]), tuple(unwanted[:MAX_WORDS]))


def marked_words(sentence: str, query: str) -> list[tuple[int, int]]:
    """Where the wanted words of a query stand in a sentence, other endings included, for highlighting."""
    stems = {(w[:-1] if len(w) > 4 else w).casefold() for w in parse_query(query).words}
    return [
        m.span()
        for m in _WORD.finditer(sentence)
        if any(m[0].casefold().startswith(s) and len(m[0]) <= len(s) + 4 for s in stems)
    ]


def fts5(query: Query) -> str:
    """The query for SQLite's FTS5: each piece quoted, so that no operator of its language gets in.

    All pieces are asked for with OR; bm25 ranks sentences that have more, and rarer, ones first.
    """
    wanted = " OR ".join(_quoted(p) for p in query.wanted)
    unwanted = " OR ".join(_quoted(p) for p in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _quoted(words: tuple[str, ...]) -> str:
    # words hold letters, digits and underscores only
    return '"' + " ".join(words) + '"'


def tsquery(query: Query, *, all_of_them: bool = False) -> str:
    """The query for PostgreSQL's ``to_tsquery``, made of words and operators of ours alone."""
    wanted = (" & " if all_of_them else " | ").join("(" + " <-> ".join(p) + ")" for p in query.wanted)
    unwanted = " & ".join("!(" + " <-> ".join(p) + ")" for p in query.unwanted)
    return f"({wanted}) & {unwanted}" if unwanted else wanted


def ranked(query: Query, sentences: list[str]) -> list[float]:
    """BM25 scores of sentences for a query, with the bm25s library; for databases that do not rank so themselves.

    How telling a word is, is judged among ``sentences`` alone.
    """
    import bm25s

    def stems(text: str) -> list[str]:
        return [w[:-1] if len(w) > 3 and w.endswith("s") else w for w in _WORD.findall(text.lower())]

    tokens = [stems(s) for s in sentences]
    known = {t for sentence in tokens for t in sentence}
    asked = [t for t in stems(" ".join(query.words)) if t in known]
    if not asked:
        return [0.0] * len(sentences)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    return [float(s) for s in index.get_scores(asked)]
