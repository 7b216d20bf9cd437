"""Text as it is meant: look-alikes, hidden characters, digits for letters and spaced letters undone.

Everything here takes time in proportion to the text: no regular expression can go back over what it has read.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from itertools import islice

from attrs import frozen

#: letters of other scripts that look like Latin ones (Unicode Technical Standard 39 lists them all; these are letters)
_LOOK_ALIKE = str.maketrans(
    "абвгеикмнорстухѕіјһԁԛԝүԍӏѵгпαβεγικνορτυχηωςуЅІЈ",
    "a6brenkmhopctyxsijhdqwyglvrnabeyikvoptuxnwsysij",
)
#: the whole of a word must consist of these before a word of another script counts as Latin in disguise
_DISGUISE = frozenset("асеорхуѕіјһԁԛԝүӏѵгпкмтинαοριτυνκχ")
#: signs and digits that stand for letters, with the second reading of 1
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s",
                       "!": "i", "€": "e", "|": "l", "+": "t"})  # fmt: skip
_LEET_L = {**_LEET, ord("1"): "l", ord("!"): "l"}
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_TO_HYPHEN = str.maketrans(dict.fromkeys(_HYPHENS, "-") | {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'"})
_TAGS = range(0xE0020, 0xE007F)
#: what ends a sentence
STOP = "."
_TOKEN = re.compile(r"[^\W_]+(?:[@$!€|+][^\W_]+)*|[.!?;。！？；]|\n[ \t]{0,20}\n")
_LONE = re.compile(r"(?:(?<![^\W_])[^\W_][ .\-_*·,/\\]{1,3}){3}")


@frozen
class Folded:
    """A text made plain.

    Attributes:
        text: lower case, no accents, no hidden characters, one kind of hyphen.
        words: its words and ``STOP`` where a sentence ends.
        other: further readings of the words (digits as letters, spaced letters joined); only those that differ.
        hidden: characters taken out that nobody sees.
        secret: text that was written in characters nobody sees.
    """

    text: str
    words: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]
    hidden: int
    secret: str


def fold(text: str) -> Folded:
    """Make a text plain; see :class:`Folded`."""
    if "&" in text:
        text = unescape(text)
    secret = "".join(chr(ord(c) - 0xE0000) for c in text if ord(c) in _TAGS)
    if text.isascii():
        plain, hidden = text.lower(), 0
    else:
        plain, hidden = _plain(text)
    words = _words(plain)
    other = []
    for table in (_LEET, _LEET_L):
        reading = _unleet(words, table)
        if reading != words and reading not in other:
            other.append(reading)
    spelt = _spelt(plain)
    if spelt != plain:
        joined = _words(spelt)
        other += [joined, *(r for t in (_LEET, _LEET_L) if (r := _unleet(joined, t)) != joined)]
    return Folded(plain, words, tuple(other), hidden, secret)


def _plain(text: str) -> tuple[str, int]:
    kept, hidden, base = [], 0, ""
    for c in unicodedata.normalize("NFKD", text.translate(_TO_HYPHEN)):
        kind = unicodedata.category(c)
        if kind == "Mn" and base < "\u0530" and not (c == "\u0306" and base in "иИ"):
            continue  # accents; marks of other scripts are letters of their own
        if kind == "Cf" or c in "\u115f\u1160\u3164\uffa0\u2800":
            hidden += 1
            continue
        kept.append(c)
        base = c if kind != "Mn" else base
    # lower() of a few letters gives an accent back
    plain = unicodedata.normalize("NFC", "".join(kept)).lower().translate(_TO_HYPHEN)
    return re.sub(r"[^\W\d_]+", _unmask, plain), hidden


def _unmask(match: re.Match[str]) -> str:
    """A word of mixed scripts, or one all of look-alikes, in Latin letters."""
    word = match.group()
    if word.isascii():
        return word
    latin = any("a" <= c <= "z" for c in word)
    if latin or (len(word) > 3 and _DISGUISE.issuperset(word) and _odd(word)):
        return word.translate(_LOOK_ALIKE)
    return word


def _odd(word: str) -> bool:
    """Whether a word of look-alikes only holds a letter that Russian and Greek do not use, or letters of both."""
    return any(c in "ѕіјһԁԛԝүӏѵ" for c in word) or (
        any("α" <= c <= "ω" for c in word) and any("а" <= c <= "я" for c in word)
    )


def _words(plain: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _TOKEN.findall(plain):
        if word[0].isalnum():
            words.append(word)
        elif words and words[-1] != STOP and not (word == STOP and len(words[-1]) == 1):  # "A. Sarin"
            words.append(STOP)
    return tuple(words)


def _unleet(words: tuple[str, ...], table: dict[int, str]) -> tuple[str, ...]:
    """Words of letters and digits (or signs) mixed, in letters."""
    return tuple(
        w.translate(table) if w != STOP and not w.isalpha() and any(c.isalpha() for c in w) else w for w in words
    )


def _spelt(plain: str) -> str:
    """The text with the words that lone letters spell (``s a r i n``, ``s-a-r-i-n``) put together."""
    parts: list[str] = []
    end = 0
    for match in islice(_LONE.finditer(plain), 20_000):
        if match.start() < end:
            continue
        letters, after = _lone_letters(plain, match.start())
        if len(letters) > 3:
            # "make a s a r i n": the article is no letter of it
            parts += [plain[end : match.start()], letters, f" {letters[1:]} " if letters[0] == "a" else " "]
            end = after
    return plain if not parts else "".join(parts) + plain[end:]


def _lone_letters(plain: str, start: int) -> tuple[str, int]:
    letters: list[str] = []
    at, n = start, len(plain)
    while (
        at < n
        and len(letters) < 200
        and (plain[at].isalnum() or plain[at] in "@$!")
        and not (at + 1 < n and plain[at + 1].isalnum())
    ):
        letters.append(plain[at])
        at += 1
        step = 0
        while at < n and step < 4 and not plain[at].isalnum() and plain[at] not in "@$!\n":
            at, step = at + 1, step + 1
    return "".join(letters), at
