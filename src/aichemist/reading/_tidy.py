"""A text as finders want it, and the way back: every character of the copy knows where it came from.

Extraction from PDF and XML writes the same unit in a dozen ways ("mA cm⁻²", "mA cm(cid:0) 2", "mA·cm−2"), breaks words
at line ends and leaves ligatures. The copy has one minus, flat figures, single spaces and whole words; `Tidied.origin`
gives the exact characters of the text itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from attrs import field, frozen

#: characters that stand for one other character
_SAME_LENGTH = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789", strict=True)),
        **dict.fromkeys("⁻₋−‐‑‒–—―﹣－", "-"),
        **dict.fromkeys("⁺₊＋", "+"),
        **dict.fromkeys("∼≈～˜≃≅", "~"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("∙•⋅‧・", "·"),
        **dict.fromkeys("‘’ʼ′", "'"),
        **dict.fromkeys("≦⩽≲", "≤"),
        **dict.fromkeys("≧⩾≳", "≥"),
        "μ": "µ", "Ω": "Ω", "Å": "Å", "◦": "°", "º": "°", "％": "%", "∕": "/", "⁄": "/",
        "，": ",", "（": "(", "）": ")",
        "＜": "<", "＞": ">", "＝": "=", "✕": "×", "⨯": "×", "𝜂": "η", "ƞ": "η", "ₓ": "x", "∆": "Δ",
    }
)  # fmt: skip
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "℃": "°C"}
_REPLACED = {
    **_LIGATURES, "(cid:0)": "-", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip
_OTHER_LENGTH = re.compile(
    r"\(cid:0\)|\u00ad\s{0,4}(?=[a-z])|[\u00ad\u200b-\u200d\u2060\ufeffﬀﬁﬂﬃﬄﬅﬆ℃]|\s[\s\u200b\u00ad]{1,200}|[\n\t\r\f\v]"
)
#: "cata- lysts" but not "iron- and cobalt-based"
_BROKEN_WORD = re.compile(r"(?<=[a-z])- (?=[a-z])(?!(?:and|or|to|nor|as|but|versus|vs)\b)")
#: "cm- 2", "s -1", "cm - 2" after a unit: the exponent belongs to it
_BROKEN_EXPONENT = re.compile(
    r"(?<![A-Za-z])((?:[cmnk]?m|[munkµ]?g|s|h|hr|min|dec|decade|L|V|K|mol|[A-Z]?cm)(?:geo|ECSA|cat|oxide|metal"
    r"|BET|[A-Z][a-z]?)?)"
    r"(?: ?\^ ?- ?| - ?|- | -)(?=[1-3](?![\d.A-Za-z]))"
)
_NEEDS_EDIT = re.compile(r"[^\x20-\x7e]|\(cid|  |- | -|\^")


@frozen
class _Pass:
    """One round of replacements: piece ``i`` of the result stands for piece ``i`` of what it was made from."""

    out_start: tuple[int, ...]
    out_end: tuple[int, ...]
    in_start: tuple[int, ...]
    in_end: tuple[int, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        if not self.out_start:
            return start, end
        i = bisect_right(self.out_end, start)
        if i < len(self.out_start) and self.out_start[i] < start:
            first = self.in_start[i]
        else:
            first = start + (self.in_end[i - 1] - self.out_end[i - 1] if i else 0)
        j = bisect_left(self.out_start, end)
        if j and self.out_end[j - 1] > end:
            last = self.in_end[j - 1]
        else:
            last = end + (self.in_end[j - 1] - self.out_end[j - 1] if j else 0)
        return first, max(first, last)


@frozen
class Tidied:
    """``text`` is the tidied copy; offsets into it are carried back by `origin`."""

    text: str
    _passes: tuple[_Pass, ...] = field(default=(), alias="passes")

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that ``text[start:end]`` stands for."""
        for step in reversed(self._passes):
            start, end = step.back(start, end)
        return start, end


def tidied(text: str) -> Tidied:
    """A copy of ``text`` for finders, with the map back.

    One minus, flat superscripts and subscripts, plain spaces, no ligatures and no soft hyphens, ``(cid:0)`` as minus,
    the micro sign, one middle dot, words that were broken at line ends joined, exponents of units closed up
    ("mA cm - 2" is "mA cm-2"). White space at the ends stays as one space.
    """
    if not _NEEDS_EDIT.search(text):
        return Tidied(text)
    passes: list[_Pass] = []
    text = _edit(text.translate(_SAME_LENGTH), _OTHER_LENGTH, _replacement, passes)
    text = _edit(text, _BROKEN_WORD, lambda _: "", passes)
    text = _edit(text, _BROKEN_EXPONENT, lambda m: f"{m[1]}-", passes)
    return Tidied(text, tuple(passes))


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "\u00ad":
        return ""
    return " " if found.isspace() or found[0].isspace() else _REPLACED[found]


def _edit(text: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], passes: list[_Pass]) -> str:
    pieces: list[str] = []
    out_start: list[int] = []
    out_end: list[int] = []
    in_start: list[int] = []
    in_end: list[int] = []
    at = length = 0
    for match in pattern.finditer(text):
        new = by(match)
        if new == match[0]:
            continue
        pieces.append(text[at : match.start()])
        length += match.start() - at
        out_start.append(length)
        length += len(new)
        out_end.append(length)
        in_start.append(match.start())
        in_end.append(match.end())
        pieces.append(new)
        at = match.end()
    if not out_start:
        return text
    passes.append(_Pass(tuple(out_start), tuple(out_end), tuple(in_start), tuple(in_end)))
    return "".join([*pieces, text[at:]])
