"""What a token is by itself: its letters, its shape, its chemistry, the lists and clusters it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ._chemical import formula, name_features
from ._lexicon import GRAMMAR, LISTS, NUMBER_WORDS, stem
from ._normal import normalised
from ._tokens import UNIT

_NUMBER = re.compile(r"[-+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")
_RATIO = re.compile(r"[\d.]+(?:[:/][\d.]+)+")
_RANGE = re.compile(r"[\d.]+[-~][\d.]+")
_RUNS = (("[A-Z]+", "A"), ("[a-zα-ωµ]+", "a"), ("[0-9]+", "0"))
_UPPER, _LOWER, _DIGITS = re.compile("[A-Z]"), re.compile("[a-zα-ωµ]"), re.compile("[0-9]")
_REPEATS = re.compile(r"(.)\1+")
_UNIT_CLASSES = (
    ("temp", re.compile(r"(?:deg)?\s?[CFK]|deg|degC.*")),
    ("time", re.compile(r"h|hr|hrs|hours?|min|mins|minutes?|s|sec|secs|seconds?|d|days?|weeks?|months?|cycles?|times")),
    ("mass", re.compile(r"(?:[mkμun]|)g|grams?|mg|kg")),
    ("vol", re.compile(r"(?:[mμucd]|)[lL]|cm3|liters?|litres?|ml|cc")),
    ("mole", re.compile(r"(?:[mμukn]|)mol(?:es?)?|equiv|eq|equivalents?")),
    ("conc", re.compile(r"(?:[mμun]|)M|N|mol[/ ]?L?.*|g/L|wt\.?%?|vol\.?%?|%|ppm|wt\.?-?%|U/.*|.*/m[lL]|[vw]/v|w/w")),
    ("len", re.compile(r"(?:[mcnμuk])m|m|inch|in|mesh")),
    ("speed", re.compile(r"rpm|r/min|[xX]g|rcf|g")),
    ("press", re.compile(r"(?:[MkGhm]|)Pa|bar|mbar|[Tt]orr|mTorr|atm|psi")),
    ("elec", re.compile(r"(?:[mkμ]|)[VAWJ]|mA/cm2|Hz|kHz|kV|eV|Ω|MΩ")),
    ("flow", re.compile(r"sccm|m[lL]/min|[lL]/min|s\.c\.c\.m\.?")),
    ("perunit", re.compile(r"[A-Za-zμ]{1,4}-[1-3]?|.*/.*")),
)  # fmt: skip


@lru_cache(maxsize=65536)
def shape(word: str) -> str:
    """Capitals as A, small letters as a, figures as 0, runs shortened to two: ``Ni(NO3)2`` is ``Aa(AA0)0``."""
    flat = _DIGITS.sub("0", _LOWER.sub("a", _UPPER.sub("A", word)))
    return _REPEATS.sub(r"\1\1", flat)[:24]


@lru_cache(maxsize=65536)
def number_class(word: str) -> str:
    """``i`` a whole number, ``d`` a decimal, ``:`` a ratio, ``-`` a range, ``w`` in words, or nothing."""
    if word[:1].isalpha():
        return "w" if word.lower() in NUMBER_WORDS else ""
    if _NUMBER.fullmatch(word):
        return "d" if "." in word else "i"
    if _RATIO.fullmatch(word):
        return ":"
    if _RANGE.fullmatch(word):
        return "-"
    return "m" if word[:1].isdigit() and not any(c.isalpha() and c not in "xX" for c in word) else ""


@lru_cache(maxsize=65536)
def unit_class(word: str) -> str:
    """The quantity that a unit measures (``temp``, ``time``, ``mass``, ...), ``other`` for a rarer unit, or nothing."""
    if len(word) > 12 or not (UNIT.fullmatch(word) or word in ("g", "h", "degC", "equiv", "s.c.c.m.")):
        return ""
    return next((name for name, pattern in _UNIT_CLASSES if pattern.fullmatch(word)), "other")


@lru_cache(maxsize=65536)
def word_class(word: str) -> str:
    """One coarse class a word, for patterns of several words: number, unit, formula, a list, a word of grammar."""
    lower = word.lower()
    if not any(c.isalnum() for c in word):
        return word[:3]
    if number_class(word):
        return "#"
    if lower in GRAMMAR:
        return lower
    if unit_class(word):
        return "U"
    if formula(word):
        return "F"
    lists = LISTS.get(stem(word))
    if lists:
        return lists[0][:3] + ("d" if lower.endswith("ed") else "g" if lower.endswith("ing") else "")
    chemical = name_features(lower)
    if any(f.startswith(("es", "hyd", "sys", "el")) for f in chemical):
        return "C"
    ending = next((e for e in ("ed", "ing", "ly", "tion", "s") if lower.endswith(e) and len(lower) > 4), "w")
    return "X0" if any(c.isdigit() for c in word) else ("A" if word[0].isupper() else "") + ending


@lru_cache(maxsize=65536)
def own_features(token: str) -> tuple[str, ...]:
    """All that can be said of a token on its own, as ``name=value`` texts; clusters are added by the model."""
    word = normalised(token)
    lower = word.lower()
    number, unit = number_class(word), unit_class(word)
    found = ["w=" + (_DIGITS.sub("0", lower) if number and number != "w" else lower), "sh=" + shape(word)]
    found.append("c=" + word_class(word))
    if word != lower and not number:
        found.append("W=" + word)
    if number:
        found.append("n=" + number)
        if number == "i":
            found += ["nl=" + str(min(len(word), 6)), "nz=" + str(int(word.endswith("0")))]
            if len(word) < 4:
                found.append("v=" + word)
    if unit:
        found.append("u=" + unit)
    chemical = formula(word)
    if chemical:
        found.append("f=" + chemical)
    if not number:
        found += [f"p{n}=" + lower[:n] for n in (2, 3, 4, 5) if len(lower) > n]
        found += [f"q{n}=" + lower[-n:] for n in (1, 2, 3, 4, 5) if len(lower) > n]
        found += ["k:" + f for f in name_features(lower)]
        root = stem(word)
        found.append("t=" + root)
        found += ["l=" + name for name in LISTS.get(root, ())]
        if lower in GRAMMAR:
            found.append("g")
        if "-" in word[1:-1]:
            head, _, tail = lower.partition("-")
            tail = tail.rpartition("-")[2]
            found += ["hh=" + head, "ht=" + tail]
            found += ["hl=" + name for name in LISTS.get(stem(tail), ())]
            found += ["hf" for part in (word.split("-")) if formula(part) and len(part) > 1][:1]
    if word.isupper() and word.isalpha() and len(word) > 1:
        found.append("abbr")
    elif word[:1].isupper() and word[1:].islower():
        found.append("cap")
    elif any(c.isupper() for c in word[1:]):
        found.append("mix")
    if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
        found.append("ad")
    return tuple(found)


#: features of neighbours: which names are used at a distance of one or two, and of three or four
NEAR = frozenset({"w", "c", "t", "u", "n", "f", "q3", "l", "sh", "b1", "b2", "b3", "g", "cap", "abbr"})
FAR = frozenset({"w", "l", "u", "c", "b2"})


def of_names(features: tuple[str, ...], names: frozenset[str] | Mapping[str, object]) -> tuple[str, ...]:
    """The features whose name (before ``=``) is in ``names``."""
    return tuple(f for f in features if f.partition("=")[0] in names)
