"""Tokens of chemical prose: numbers apart from their units, formulas and systematic names in one piece.

Every character that is not white space lies in exactly one token. Text is cut at white space first and each piece then
by rules that look at nothing outside it, so the same piece is always cut the same way (and only once: the cuts are
remembered).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from attrs import frozen

from ._lexicon import words_of

#: a run without white space longer than this is cut: it is no word
MAX_PIECE = 120


@frozen
class Token:
    """The characters ``[start, end)`` of a text, as ``text``."""

    start: int
    end: int
    text: str


_PIECE = re.compile(rf"\S{{1,{MAX_PIECE}}}")

_PREFIX = r"(?:[fpnuµμmckMGhd]|da)"
_BASE = (
    r"(?:mol(?:ar)?|mmol|M|N|g|gr|grams?|L|l|lit(?:er|re)s?|m|mm|s|sec|secs|seconds?|min|mins|minutes?|h|hr|hrs|hours?"
    r"|d|days?|K|Pa|bar|Torr|torr|atm|psi|V|A|W|J|Hz|eV|Da|Da|U|IU|Ω|ohm|kΩ|MΩ|rpm|r|rps|sccm|rcf|wt|vol|mesh|in|inch"
    r"|ppm|ppb|bp|nt|cycles?|times|dec|equiv|eq|kg|lb|ft|cc|rad|sun|suns|mW|kb|rxns?|reactions?|wells?|mL|ML)"
)
_DEGREE = r"(?:(?:deg|[°◦º⁰˚])\s?[CFKc]?|℃|oC)"
_ONE_UNIT = rf"(?:{_DEGREE}|[%‰％]|{_PREFIX}?{_BASE}|[xX×]g)"
_POWER = r"(?:\^?[-−–⁻]?[1-4¹²³⁴])?"
#: "mL", "degC", "wt%", "mL/min", "min-1", "%wt"; nothing else
UNIT = re.compile(
    rf"(?:(?:wt|vol|at|mol|w|v)\.?-?[%％]|[%％](?:wt|vol|w|v)?|{_ONE_UNIT}{_POWER})"
    rf"(?:[/·*.]{_ONE_UNIT}{_POWER}){{0,3}}"
)
_DECIMAL = r"(?:\d{1,15}(?:[.,]\d{1,15}){0,6}|\.\d{1,15})"
#: 5, 2-24, 1:2:0.5, 1/3, 6x5, 1,000
_NUMBER = re.compile(rf"[-−–+]?{_DECIMAL}(?:(?:[-−–:/~xX×]|\+[-/]|±){_DECIMAL}){{0,12}}")
_PLAIN_NUMBER = re.compile(_DECIMAL)
_SIGNS = "=<>≤≥~∼≈≃±→←↔⇌™®©†‡§¶@#&|\\…≦≧⩽⩾%％•●■□▪–—"
_OPEN, _CLOSE = "([{", ")]}"
_PAIRS = dict(zip(_CLOSE, _OPEN, strict=True))
_QUOTES = "\"“”‘’'«»„`´"
_TRAILING = ".,;:!?*"
#: words that follow a hyphen and are words of their own in annotation ("carbon-coated", "K2NiF4-type")
_TAIL = re.compile(
    r"(?:[a-z]{2,20}ed|[a-z]{3,16}ing|type|based|free|rich|like|thick|to|water|in|on|for|grade|capped|grown|shaped|bound"
    r"|round|neck|necked|long|wide|sized|scale|size|bottom|bottomed|lined|alcohol|containing|mixture|solution)"
)
_KEPT_HEAD = words_of(
    "as pre re co non un self well de sub post semi multi one two three single double pan electro in x n "
    "cross freeze ball off on over under inter intra hetero homo stain-less stainless"
)
_FORMULA_TAIL = re.compile(r"[A-Z][a-z]?\d{0,3}(?:\.\d{1,4})?(?:[A-Z][a-z]?[\d.]{0,5}){1,12}\+?")
_WORD_THEN_NUMBER = re.compile(r"([A-Za-z]{0,30}[a-z]{3})(\d.{0,100})")
_NUMBERED_WORD = re.compile(r"(\D{0,100}(?:[a-z]{2}|[A-Z]{3})[)\]]?\.)(?:\d{1,3}|[A-Z][a-z]).{0,30}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def tokenise(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of ``text[start:end]`` in order, with offsets into ``text``."""
    stop = len(text) if end is None else end
    found: list[Token] = []
    for match in _PIECE.finditer(text, start, stop):
        at, piece = match.start(), match[0]
        for i, j in _cuts(piece):
            found.append(Token(at + i, at + j, piece[i:j]))
    return tuple(found)


@lru_cache(maxsize=65536)
def _cuts(piece: str) -> tuple[tuple[int, int], ...]:
    """Where one piece without white space is cut, as offsets ``(start, end)`` that cover it."""
    if piece.isalpha() and piece.isascii():
        return ((0, len(piece)),)
    edges = {0, len(piece)}
    _split(piece, 0, len(piece), edges)
    places = sorted(edges)
    return tuple(pairwise(places))


def _split(piece: str, i: int, j: int, edges: set[int]) -> None:
    """Add the edges inside ``piece[i:j]``: marks at both ends first, then the core."""
    while i < j:
        i, j, changed = _peeled(piece, i, j, edges)
        if not changed:
            break
    if j - i < 2:
        return
    core = piece[i:j]
    for at in _places(core):
        if 0 < at < len(core):
            edges.add(i + at)
            _split(piece, i, i + at, edges)
            _split(piece, i + at, j, edges)
            return


def _peeled(piece: str, i: int, j: int, edges: set[int]) -> tuple[int, int, bool]:
    first, last = piece[i], piece[j - 1]
    if j - i == 1:
        return j, j, False
    if first in _QUOTES or first in _SIGNS or first in ",;:!?*·/":
        edges.add(i + 1)
        return i + 1, j, True
    if first in "+-−–." and not piece[i + 1].isdigit():
        edges.add(i + 1)
        return i + 1, j, True
    if last in _QUOTES or (last in _SIGNS and last not in "%％") or last in _TRAILING:
        edges.add(j - 1)
        return i, j - 1, True
    if first in _OPEN:
        match = _closing(piece, i, j)
        if match is None or match == j - 1:
            edges.add(i + 1)
            return i + 1, j, True
    if last in _CLOSE and _opening(piece, i, j) is None:
        edges.add(j - 1)
        return i, j - 1, True
    return i, j, False


def _closing(piece: str, i: int, j: int) -> int | None:
    depth = 0
    for k in range(i, j):
        depth += (piece[k] in _OPEN) - (piece[k] in _CLOSE)
        if depth == 0:
            return k
    return None


def _opening(piece: str, i: int, j: int) -> int | None:
    depth = 0
    for k in range(j - 1, i - 1, -1):
        depth += (piece[k] in _CLOSE) - (piece[k] in _OPEN)
        if depth == 0:
            return k
    return None


def _places(core: str) -> tuple[int, ...]:
    """Where to cut a core that has no marks at its ends: the first place that a rule names, or none."""
    if core.isalpha():
        cjk = _CJK.search(core)
        return () if cjk is None else (cjk.start() or 1,)
    if _NUMBER.fullmatch(core) or UNIT.fullmatch(core):
        return ()
    number = _NUMBER.match(core)
    if number:
        at = _after_number(core, number)
        if at:
            return (at,)
    for rule in (_at_sign, _at_bracket, _at_comma, _at_colon, _at_slash, _at_hyphen, _at_glued):
        at = rule(core)
        if at:
            return (at,)
    return ()


def _after_number(core: str, number: re.Match[str]) -> int:
    """Where a number ends that a unit, a sign or a formula is glued to; 0 where it is part of a name."""
    plain = _PLAIN_NUMBER.match(core, 1 if core[0] in "-−–+" else 0)
    for end in (number.end(), plain.end() if plain else number.end()):
        rest = core[end:]
        if not rest:
            continue
        if UNIT.fullmatch(rest) or UNIT.fullmatch(rest.rstrip(".")):
            return end
        unit = UNIT.match(rest)
        if unit and rest[unit.end() : unit.end() + 1] in "-−–/,;(=~.":
            return end
        if unit and rest[unit.end() : unit.end() + 1].isdigit() and re.match(r"[°◦º˚℃]|[a-zµμ]{2}", rest):
            return end
        if rest[0] in "-−–" and UNIT.match(rest, 1) and _unit_word(rest[1:]):
            return end  # "25-mL", "3-h"
        if re.match(r"[xX](?=[A-Z]{2})", rest):
            return end + 1  # "1xPBS"
        if unit and re.match(r"[A-Z]{2}", rest[unit.end() :]) and re.match(r"[uµμm][lLMg]", rest):
            return end
        if rest[0] in "(°℃%％":
            return end
        if re.match(r"[A-Z][a-z]?\d|[A-Z][a-z]?[A-Z][a-z]?\d?|[a-z]{4}", rest) and plain and end == plain.end():
            return end  # "37H2O", "200H2O", "20reactions"
    return 0


def _unit_word(rest: str) -> bool:
    unit = UNIT.match(rest)
    return unit is not None and not rest[unit.end() : unit.end() + 1].isalpha()


def _at_sign(core: str) -> int:
    for k, c in enumerate(core):
        if c in _SIGNS and c not in "%％–—":
            return k or 1
        if c in "–—" and not _joined(core, k):
            return k or 1
        if c in "%％" and not UNIT.fullmatch(core):
            return k + 1 if k + 1 < len(core) else 0
    return 0


def _joined(core: str, k: int) -> bool:
    """Whether the dash at ``k`` joins two numbers or letters of one name."""
    return 0 < k < len(core) - 1 and core[k - 1].isalnum() and core[k + 1].isalnum()


def _at_bracket(core: str) -> int:
    for k, c in enumerate(core):
        if c in _OPEN:
            close = _closing(core, k, len(core))
            inside = core[k + 1 : close] if close is not None else ""
            if close is None or (close == len(core) - 1 and inside in ("s", "es", "r", "R", "TM", "w", "m", "b", "sh")):
                return k or 1
            if c == "[" and inside.isdigit():
                return k or close + 1  # a reference number
        elif c in _CLOSE and _opening(core, 0, k + 1) is None:
            return k or 1
    return 0


def _at_comma(core: str) -> int:
    for k, c in enumerate(core):
        if c not in ",;" or _inside(core, k):
            continue
        before, after = core[:k], core[k + 1 :]
        if c == "," and before[-1:].isdigit() and after[:1].isdigit():
            continue
        locant = re.search(r"(?:^|[,(\-])(?:[A-Zα-ω]|\d{1,2})['′’]{0,2}$", before)
        if c == "," and locant and re.match(r"(?:[A-Zα-ω]|\d{1,2})['′’]{0,2}(?:[,\-)]|$)", after):
            continue
        return k
    return 0


def _inside(core: str, k: int) -> bool:
    depth = 0
    for c in core[:k]:
        depth += (c in _OPEN) - (c in _CLOSE)
    return depth > 0


def _at_colon(core: str) -> int:
    for k, c in enumerate(core):
        if (
            c == ":"
            and not _inside(core, k)
            and not (core[k - 1 : k].isdigit() and core[k + 1 : k + 2].isdigit() and _NUMBER.fullmatch(core))
        ):
            return k
    return 0


def _at_slash(core: str) -> int:
    for k, c in enumerate(core):
        if c == "/" and not _inside(core, k):
            left, right = core[:k], core[k + 1 :]
            if left[-1:].isdigit() and right[:1].isdigit() and (right[-1].isalnum() or not left[0].isalpha()):
                continue  # "1/3", "Na2/3Ni1/3O2"
            if UNIT.fullmatch(core) or core.lower() in ("and/or", "v/v", "w/v", "w/w", "m/m"):
                return 0
            return k
    return 0


def _at_hyphen(core: str) -> int:
    for k, c in enumerate(core):
        if c not in "-−–‐‑" or not 0 < k < len(core) - 1 or _inside(core, k):
            continue
        left, right = core[:k], core[k + 1 :]
        if core[k - 1] in "-−–‐‑":
            return k + 1
        if left == "to" and right[0].isupper():
            return k
        if left != "N" and left.lower() in _KEPT_HEAD:
            if _FORMULA_TAIL.fullmatch(right):
                return k
            continue
        tail = re.match(r"[a-z]{1,20}(?![A-Za-z])", right)
        if tail and _TAIL.fullmatch(tail[0]) and not left[-1].isdigit():
            return k
        if tail and _TAIL.fullmatch(tail[0]) and re.search(r"[A-Z][a-z]?\d", left):
            return k
        if left.isalpha() and left.islower() and len(left) > 2 and _FORMULA_TAIL.fullmatch(right):
            return k  # "nano-SrPdO3"
    return 0


def _at_glued(core: str) -> int:
    """A reference number or an amount glued to a word ("water.11", "laboratory52", "Primer1.25")."""
    match = _NUMBERED_WORD.fullmatch(core)
    if match:
        return match.end(1)
    match = _WORD_THEN_NUMBER.fullmatch(core)
    if match and not re.search(r"[A-Z].*[A-Z]", match[1]):
        return match.end(1)
    cjk = _CJK.search(core)
    if cjk:
        return cjk.start() or 1
    return 0
