"""What the models read at once: the tokens of one sentence, and where it stands in its text."""

from __future__ import annotations

from attrs import frozen

from .._sentences import split_sentences
from ._normal import normalised
from ._tokens import Token, tokenise

#: a sequence longer than this is cut: it is a table or a list, and the models look only a few tokens far
MAX_TOKENS = 250


@frozen
class Sequence:
    """Tokens in order with their normalised words; ``glued[i]`` says that no white space precedes token ``i``.

    ``heading`` says that it is a line by itself without a full stop; ``paragraph_start`` that a line begins with it.
    """

    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    glued: tuple[bool, ...]
    heading: bool
    paragraph_start: bool


def sequences(text: str, start: int = 0, end: int | None = None) -> tuple[Sequence, ...]:
    """The sentences of ``text[start:end]`` as sequences of at most `MAX_TOKENS` tokens, without empty ones.

    A line break ends a sentence unless the next line goes on with a small letter, as in a text with hard breaks.
    """
    stop = len(text) if end is None else end
    part = text if start == 0 and stop == len(text) else text[start:stop]
    found: list[Sequence] = []
    for sentence in split_sentences(part):
        for i, j in _lines(part, sentence.start, sentence.end):
            tokens = tokenise(text, start + i, start + j)
            line_start = i == 0 or "\n" in part[max(0, i - 3) : i]
            line_end = j == len(part) or "\n" in part[j : j + 3]
            heading = line_start and line_end and part[j - 1] not in ".!?;:"
            for k in range(0, len(tokens), MAX_TOKENS):
                found.append(_sequence(text, tokens[k : k + MAX_TOKENS], heading, line_start and k == 0))
    return tuple(found)


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """``[start, end)`` cut at the line breaks that are ends."""
    lines: list[tuple[int, int]] = []
    begin = start
    at = text.find("\n", start, end)
    while at >= 0:
        after = at + 1
        while after < end and text[after].isspace():
            after += 1
        if after < end and not text[after].islower():
            if text[begin:at].strip():
                lines.append((begin, at))
            begin = after
        at = text.find("\n", max(after, at + 1), end)
    if text[begin:end].strip():
        lines.append((begin, end))
    return lines


def _sequence(text: str, tokens: tuple[Token, ...], heading: bool, first: bool) -> Sequence:
    glued = tuple(i > 0 and tokens[i - 1].end == t.start for i, t in enumerate(tokens))
    return Sequence(tokens, tuple(normalised(t.text) for t in tokens), glued, heading, first)
