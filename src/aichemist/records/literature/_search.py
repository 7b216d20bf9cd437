"""Words of a person -> a full-text query that can say nothing else."""

from __future__ import annotations

import re

from attrs import frozen

_PIECE = re.compile(r'(-?)(?:"([^"]{1,200})"|([^\s"]{1,100}))')
_WORD = re.compile(r"\w+")
#: more words than this are no question
MAX_WORDS = 32


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
    return Query(tuple(wanted[:MAX_WORDS]), tuple(unwanted[:MAX_WORDS]))


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


def tsquery(query: Query) -> str:
    """The query for PostgreSQL's ``to_tsquery``, made of words and operators of ours alone."""
    wanted = " | ".join("(" + " <-> ".join(p) + ")" for p in query.wanted)
    unwanted = " & ".join("!(" + " <-> ".join(p) + ")" for p in query.unwanted)
    return f"({wanted}) & {unwanted}" if unwanted else wanted


def ranked(query: Query, sentences: list[str]) -> list[float]:
    """BM25 scores of sentences for a query, with the bm25s library; for databases that do not rank so themselves."""
    import bm25s

    tokens = bm25s.tokenize(sentences, show_progress=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    asked = bm25s.tokenize([" ".join(query.words)], show_progress=False, return_ids=False)[0]
    return [float(s) for s in index.get_scores([t for t in asked if t in tokens.vocab])]
