"""Reading a formula as written: brackets, abbreviations, crystal water, charges, spaces that a PDF put in.

`chemistry.element_counts` reads the clean formulas of our own files and raises; this one reads what strangers wrote
and answers ``None`` for anything it is not sure of.
"""

from __future__ import annotations

import re
import unicodedata

from attrs import frozen

from ._files import words
from ._substance import added, known_element

_MAX_LENGTH = 160
_MAX_ATOMS = 100_000.0
_MAX_DEPTH = 8

#: groups that chemists write for short inside a formula, as element counts
_ABBREVIATIONS: dict[str, dict[str, float]] = {
    "Me": {"C": 1, "H": 3}, "Et": {"C": 2, "H": 5}, "Ph": {"C": 6, "H": 5}, "Bu": {"C": 4, "H": 9},
    "nBu": {"C": 4, "H": 9}, "n-Bu": {"C": 4, "H": 9}, "tBu": {"C": 4, "H": 9}, "t-Bu": {"C": 4, "H": 9},
    "iBu": {"C": 4, "H": 9}, "iPr": {"C": 3, "H": 7}, "i-Pr": {"C": 3, "H": 7}, "nPr": {"C": 3, "H": 7},
    "OnPr": {"C": 3, "H": 7, "O": 1}, "OPr": {"C": 3, "H": 7, "O": 1}, "OiPr": {"C": 3, "H": 7, "O": 1},
    "Cy": {"C": 6, "H": 11}, "Bn": {"C": 7, "H": 7}, "Ac": {"C": 2, "H": 3, "O": 1},
    "OAc": {"C": 2, "H": 3, "O": 2}, "AcO": {"C": 2, "H": 3, "O": 2}, "TFA": {"C": 2, "F": 3, "O": 2},
    "OTf": {"C": 1, "F": 3, "O": 3, "S": 1}, "OTs": {"C": 7, "H": 7, "O": 3, "S": 1},
    "OMs": {"C": 1, "H": 3, "O": 3, "S": 1}, "acac": {"C": 5, "H": 7, "O": 2}, "Acac": {"C": 5, "H": 7, "O": 2},
    "ACAC": {"C": 5, "H": 7, "O": 2}, "hfac": {"C": 5, "H": 1, "F": 6, "O": 2}, "en": {"C": 2, "H": 8, "N": 2},
    "bpy": {"C": 10, "H": 8, "N": 2}, "bipy": {"C": 10, "H": 8, "N": 2}, "phen": {"C": 12, "H": 8, "N": 2},
    "terpy": {"C": 15, "H": 11, "N": 3}, "tpy": {"C": 15, "H": 11, "N": 3}, "py": {"C": 5, "H": 5, "N": 1},
    "Py": {"C": 5, "H": 5, "N": 1}, "ppy": {"C": 11, "H": 8, "N": 1}, "cod": {"C": 8, "H": 12},
    "COD": {"C": 8, "H": 12}, "dba": {"C": 17, "H": 14, "O": 1}, "dppf": {"C": 34, "H": 28, "Fe": 1, "P": 2},
    "dppe": {"C": 26, "H": 24, "P": 2}, "dppp": {"C": 27, "H": 26, "P": 2}, "Cp": {"C": 5, "H": 5},
    "TFSI": {"C": 2, "F": 6, "N": 1, "O": 4, "S": 2}, "NTf2": {"C": 2, "F": 6, "N": 1, "O": 4, "S": 2},
    "FSI": {"F": 2, "N": 1, "O": 4, "S": 2},
    "DMF": {"C": 3, "H": 7, "N": 1, "O": 1}, "DMSO": {"C": 2, "H": 6, "O": 1, "S": 1},
    "THF": {"C": 4, "H": 8, "O": 1}, "MeCN": {"C": 2, "H": 3, "N": 1},
    "Tf": {"C": 1, "F": 3, "O": 2, "S": 1}, "Ts": {"C": 7, "H": 7, "O": 2, "S": 1}, "TMS": {"C": 3, "H": 9, "Si": 1},
    "HMDS": {"C": 6, "H": 18, "N": 1, "Si": 2}, "EMIM": {"C": 6, "H": 11, "N": 2}, "EMIm": {"C": 6, "H": 11, "N": 2},
    "BMIM": {"C": 8, "H": 15, "N": 2}, "BMIm": {"C": 8, "H": 15, "N": 2},
    **{propoxide: {"C": 3, "H": 7, "O": 1} for propoxide in ("OPri", "OPrn", "O-i-Pr", "O-iPr")},
    **{butoxide: {"C": 4, "H": 9, "O": 1} for butoxide in ("OtBu", "OnBu", "O-t-Bu", "O-tBu", "O-n-Bu", "OBut")},
    "EDTA": {"C": 10, "H": 12, "N": 2, "O": 8},
}  # fmt: skip
#: read as a ligand only, since alone or after a capital they mean other things
_ONLY_IN_BRACKETS = frozenset(
    {"en", "py", "Py", "cod", "COD", "dba", "phen", "TFA", "DMF", "DMSO", "THF", "MeCN", "FSI"}
)
_BY_LENGTH = sorted(_ABBREVIATIONS, key=len, reverse=True)

#: parts of molecules and English or laboratory words that happen to be spelt with element symbols
_NOT_FORMULAS = words("not a formula")
#: capitals without a figure or a small letter that are compounds all the same
_CAPITALS = words("formula in capitals")

_DOTS = dict.fromkeys(map(ord, "·•∙⋅‧・●˙×*＊∗⸱᛫"), "·")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－﹣⁻"), "-")
_GONE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_HALVES = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_WATER = r"(?P<n>(?:\d{1,2}(?:\.\d{1,3})?|\d/\d|[xXnyz])?)\s?(?:H\s?2\s?O|D\s?2\s?O|aq(?:ua)?\.?)"
#: the water at the end behind a separator: a dot, a comma or a space
_HYDRATE = re.compile(
    r"(?P<body>.{1,150}?[A-Za-z0-9)\]])\s{0,3}(?:[·.,:-]|\s(?:[-xX]\s?(?=\d))?)\s{0,3}\(?" + _WATER + r"\)?$"
)
_RUN_TOGETHER = re.compile(r"^(?P<body>.{2,150}?)(?P<n>\d{1,2})H2O$")
_PIECE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)|([(\[{])|([)\]}])|([A-Z][a-z]?)")
#: one stretch of a formula between spaces that a PDF put in
_SPACED = re.compile(r"(?:[A-Z][a-z]?|[a-z]{2,4}(?=\))|[()\[\]{}·.]|\d{1,3}(?:\.\d{1,3})?|\s){1,200}")


@frozen
class Formula:
    """A formula as written: its parts without water as ``(coefficient, text)``, crystal water, and charge.

    ``water`` is ``None`` for an unknown number.
    """

    parts: tuple[tuple[float, str], ...]
    water: float | None
    counts: dict[str, float]
    charge: int = 0


def plain(text: str) -> str:
    """One kind of dot, dash, digit and space: subscripts and superscripts become plain digits."""
    for half, decimal in _HALVES.items():
        text = text.replace(half, decimal)
    text = text.translate(_GONE).translate(_DASHES).translate(_DOTS)
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_DOTS)
    return " ".join(text.split())


def looks_like_formula(text: str) -> bool:
    """Whether a text may be read as a formula at all; words that only look like one are refused."""
    if not text or len(text) > _MAX_LENGTH or text in _NOT_FORMULAS:
        return False
    if not (text[0].isupper() or text[0] in "([{" or text[0].isdigit()):
        return False
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    if len(text) > 1 and text.isalpha() and text.isupper() and text not in _CAPITALS:
        return False
    return not (text.isalpha() and len(text) == 1 and text not in "CSBPWVYUK")


def counts_of(text: str) -> dict[str, float] | None:
    """Element counts of a formula without dots, charges or spaces, ``None`` where it is not one."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    stack: list[dict[str, float]] = [{}]
    closing: list[str] = []
    last: dict[str, float] | None = None
    position = 0
    while position < len(text):
        group = next((a for a in _BY_LENGTH if text.startswith(a, position) and _stands(text, position, a)), None)
        if group:
            last = _ABBREVIATIONS[group]
            stack[-1] = added(stack[-1], last)
            position += len(group)
            continue
        match = _PIECE.match(text, position)
        if not match:
            return None
        figure, opens, closes, element = match.groups()
        if figure:
            if last is None or float(figure) > 9999:
                return None
            stack[-1] = added(stack[-1], last, float(figure) - 1)
            last = None
        elif opens:
            if len(stack) > _MAX_DEPTH:
                return None
            stack.append({})
            closing.append({"(": ")", "[": "]", "{": "}"}[opens])
            last = None
        elif closes:
            if not closing or closing.pop() != closes:
                return None
            last = stack.pop()
            if not last:
                return None
            stack[-1] = added(stack[-1], last)
        else:
            if not known_element(element):
                return None
            last = {element: 1.0}
            stack[-1] = added(stack[-1], last)
        if sum(stack[-1].values()) > _MAX_ATOMS:
            return None
        position = match.end()
    if len(stack) != 1 or not stack[0] or sum(stack[0].values()) > _MAX_ATOMS:
        return None
    return {element: count for element, count in stack[0].items() if count > 1e-9} or None


def _stands(text: str, position: int, group: str) -> bool:
    """Whether an abbreviation may be read here: whole, and a ligand's only between brackets."""
    end = position + len(group)
    if end < len(text) and text[end].islower():
        return False
    if group in _ONLY_IN_BRACKETS:
        return position > 0 and text[position - 1] in "([{" and end < len(text) and text[end] in ")]}"
    return not (group[0].islower() and position > 0 and text[position - 1].isalpha() and text[position - 1] != "O")


def read_formula(text: str) -> Formula | None:
    """The formula that ``text`` (see `plain`) writes, ``None`` where it is not surely one."""
    if len(text) > _MAX_LENGTH or not looks_like_formula(text):
        return None
    body, water = _split_water(text)
    body, charge = split_charge(body)
    # Ni(Ac)2 and NaAc mean the acetate, not acetyl
    body = re.sub(r"(?<![A-Z])Ac(?=\d?$|\)|·)", "OAc", _without_spaces(body) or "")
    parts: list[tuple[float, str]] = []
    counts: dict[str, float] = {}
    for part in body.split("·"):
        lead = re.match(r"^(\d{1,2}(?:\.\d{1,3})?)(?=[A-Z(\[])", part)
        factor, rest = (float(lead[1]), part[lead.end() :]) if lead else (1.0, part)
        found = counts_of(rest)
        if found is None or factor == 0:
            return None
        if rest == "H2O" and parts:
            water = (water or 0.0) + factor
        else:
            parts.append((factor, rest))
        counts = added(counts, found, factor)
    if len(parts) > 4 or (charge and len(parts) > 1):
        return None
    if water and "H2O" not in body.split("·")[1:]:
        counts = added(counts, {"H": 2.0, "O": 1.0}, water)
    return Formula(tuple(parts), water, counts, charge)


def _split_water(text: str) -> tuple[str, float | None]:
    """Crystal water off the end: ``NiCl2 6H2O`` -> ``("NiCl2", 6.0)``; nothing found gives 0."""
    match = _HYDRATE.match(text)
    if not match:
        return text, 0.0
    return match["body"], moles(match["n"])


def moles(written: str) -> float | None:
    """``"6"`` -> 6.0, ``""`` -> 1.0, ``"8/3"`` -> 2.667, ``"x"`` -> ``None``."""
    if not written:
        return 1.0
    if written in "xXnyz":
        return None
    if "/" in written:
        above, below = written.split("/")
        return float(above) / float(below) if float(below) else None
    return float(written)


def run_together(text: str) -> list[tuple[str, float]]:
    """Ways to read a hydrate whose dot was lost: ``NiCl26H2O`` -> ``[("NiCl2", 6.0), ("NiCl", 26.0)]``."""
    match = _RUN_TOGETHER.match(text)
    if not match:
        return []
    digits, body = match["n"], match["body"]
    while body and body[-1].isdigit() and len(digits) < 3:
        digits, body = body[-1] + digits, body[:-1]
    ways = [(body + digits[:cut], float(digits[cut:])) for cut in range(len(digits)) if digits[cut] != "0"]
    return sorted((w for w in ways if w[1] <= 24), key=lambda way: way[1])


def split_charge(text: str) -> tuple[str, int]:
    """``SO4^2-``, ``[Fe(CN)6]3-``, ``Fe3+``, ``SO4 2-`` -> formula and charge; 0 where there is none.

    A figure before the sign is the charge only where something other than an element symbol stands before it or the
    rest is a single symbol: ``NO3-`` keeps its three.
    """
    match = re.search(r"(?P<gap>[\s^]{0,2})(?P<n>\d?)(?P<sign>[+-]{1,3})$", text)
    if not match or match.start() == 0:
        return text, 0
    sign = 1 if match["sign"][0] == "+" else -1
    if len(set(match["sign"])) != 1:
        return text, 0
    before, figure = text[: match.start()], match["n"]
    if len(match["sign"]) > 1:
        return (before + figure, sign * len(match["sign"])) if not match["gap"] else (before, 0)
    if not figure:
        return before, sign
    lone = re.fullmatch(r"[A-Z][a-z]?", before)
    if match["gap"] or before.endswith((")", "]", "}")) or lone or before[-1:].isdigit():
        return before.rstrip(" ^"), sign * int(figure)
    return before + figure, sign


def _without_spaces(text: str) -> str | None:
    """The text without the spaces that a PDF puts around subscripts; ``None`` where a space parts two words."""
    if " " not in text:
        return text
    if re.search(r" \([^()]*\)$", text):
        # a bracket apart from the formula is a remark: TiO2 (P25)
        return None
    if not _SPACED.fullmatch(text) or re.search(r"[A-Za-z] [A-Z]", text) or not re.search(r"\d", text):
        return None
    return text.replace(" ", "")
