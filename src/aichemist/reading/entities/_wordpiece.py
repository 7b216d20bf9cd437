"""Words as pieces of a fixed vocabulary (WordPiece: Wu et al. 2016, arXiv:1609.08144), each with how it was written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

#: pieces of one word beyond these are left out: no name needs more
MAX_PIECES = 24
_LONGEST = 24
_KEPT = 100_000
#: how a piece is written, since the vocabulary has small letters only
LOOKS = ("small", "capitals", "one capital", "capitalised", "mixed", "figures", "mark")


class WordPieces:
    """Longest pieces first, from the left, of the small letters of a word without accents; marks stand alone."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._index = {piece: i for i, piece in enumerate(vocabulary)}
        self.begin, self.end, self.unknown, self.hidden = (
            self._index[p] for p in ("[CLS]", "[SEP]", "[UNK]", "[MASK]")
        )
        self._known: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def pieces(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Numbers of the pieces of a word, at least one, and the place of the look of each in `LOOKS`."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[word] = self._cut(word)
        return found

    def _cut(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        numbers: list[int] = []
        looks: list[int] = []
        run = ""
        for c in unicodedata.normalize("NFD", word) + " ":
            category = unicodedata.category(c)
            if category == "Mn":
                continue
            alone = _mark(c, category)
            if not alone and not c.isspace() and category not in ("Cc", "Cf"):
                run += c
                continue
            self._run(run, numbers, looks)
            run = ""
            if alone:
                numbers.append(self._index.get(c, self.unknown))
                looks.append(6)
        if not numbers:
            return (self.unknown,), (6,)
        return tuple(numbers[:MAX_PIECES]), tuple(looks[:MAX_PIECES])

    def _run(self, run: str, numbers: list[int], looks: list[int]) -> None:
        low = "".join(c.lower()[0] for c in run)
        at = 0
        while at < len(low):
            for stop in range(min(len(low), at + _LONGEST), at, -1):
                number = self._index.get(low[at:stop] if at == 0 else "##" + low[at:stop])
                if number is not None:
                    break
            else:
                stop, number = at + 1, self.unknown
            numbers.append(number)
            looks.append(_look(run[at:stop]))
            at = stop


def _look(text: str) -> int:
    if text[0].isdigit():
        return 5
    if text[0].isupper():
        return 2 if len(text) == 1 else 1 if text.isupper() else 3
    return 4 if any(c.isupper() for c in text) else 0


def _mark(c: str, category: str) -> bool:
    """Signs of ASCII, punctuation, and ideographs, which the vocabulary has one by one."""
    return (c.isascii() and not c.isalnum() and c.isprintable() and c != " ") or category[0] == "P" or _ideograph(c)


def _ideograph(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf"
