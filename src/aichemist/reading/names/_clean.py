"""Taking off a written name what is not the name: amounts, concentrations, grades, suppliers, states, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from ._files import words

#: longer names are not names; the time of everything here grows with the length
MAX_NAME = 300

_NUMBER = r"(?:ca\.?|~|≈|about|approx\.?)?\s?\d{1,5}(?:[.,]\d{1,5})?(?:\s?[-–]\s?\d{1,5}(?:\.\d{1,5})?)?"
_LEAD = re.compile(
    rf"^(?:{_NUMBER}\s?(?:wt\.?|vol\.?|mol\.?|at\.?|w/w|v/v|w/v|w|v)?\s?%\s?"
    r"(?:\(?(?:w/w|v/v|w/v|wt|vol|by weight|by volume)\)?\s)?"
    rf"|{_NUMBER}\s?(?:[mμuµ]?M|N|[mμuµ]?mol[/·. ]?(?:L|dm3|kg)(?:-1|−1)?|g[/ ]?L(?:-1)?|mg/mL|ppm)\s"
    rf"|{_NUMBER}\s?(?:[mμukµ]?g|[mμuµ]?L|[mμuµ]l|[mμuµ]?mol|equiv\.?|eq\.?)\s)(?:of\s)?",
)
_TRAIL = re.compile(
    rf"[\s,;]{{1,3}}(?:[≥>]=?\s?)?{_NUMBER}\s?(?:(?:wt\.?|vol\.?|w/w|v/v|w/v|mol)?\s?%(?:\s?(?:wt|w/w|v/v|w/v|purity|pure))?"
    r"|[mμµ]?M|N|mol[/ ]?L(?:-1)?|[mμkµ]?g|[mμµ]?L|[mμµ]?mol|M[ΩW]?[ΩΩ]?\s?[·.]?\s?cm(?:-1)?|ppm|mesh|nm|[μµ]m)\.?$"
)
_IN_SOLVENT = re.compile(
    r"\s(?:dissolved\s)?in\s(?:the\s)?(?:[A-Za-z0-9,.()\- ]{1,40})$|\s\((?:aq|s|g|l)\.?\)$|\((?:aq|s|g|l)\)$"
)
_OF = re.compile(
    r"^(?:an?\s)?(?:aqueous\s|saturated\s|dilute\s|concentrated\s|fresh\s){0,2}"
    r"(?:solutions?|suspension|mixture|drops?) of\s"
)
_NO_WATER = re.compile(r"(?:^|[\s,(])\(?anhydrous\)?(?=$|[\s,)])", re.I)
_HYDRATE = re.compile(
    r"(?P<sep>[\s,·-]{0,3}\(?)(?P<n>(?:n|x)(?=[\s-])|(?:hemipenta|hemihepta|hemi|sesqui|mono|di|bi|tri|tetra|penta|hexa|hepta|octa|nona"
    r"|enna|deca|undeca|dodeca|octadeca|hexadeca|pentadeca|tetradeca|trideca|heptadeca|nonadeca|icosa|tetracosa|eicosa|[xn]|\d{1,2}(?:\.\d{1,2})?|\d/\d)?)"
    r"[\s-]{0,2}hydrated?\)?$",
    re.I,
)
_MOLES = {
    "hemi": 0.5, "mono": 1.0, "sesqui": 1.5, "di": 2.0, "bi": 2.0, "hemipenta": 2.5, "tri": 3.0, "hemihepta": 3.5,
    "tetra": 4.0, "penta": 5.0, "hexa": 6.0, "hepta": 7.0, "octa": 8.0, "nona": 9.0, "enna": 9.0, "deca": 10.0,
    "undeca": 11.0, "dodeca": 12.0, "trideca": 13.0, "tetradeca": 14.0, "pentadeca": 15.0, "hexadeca": 16.0,
    "heptadeca": 17.0, "octadeca": 18.0, "nonadeca": 19.0, "icosa": 20.0, "eicosa": 20.0, "tetracosa": 24.0,
}  # fmt: skip
_WATER_FORMULA = re.compile(r"(?:\s?[·*]\s?|\s)(?P<n>(?:\d{1,2}(?:\.\d{1,2})?|[xn])?)\s?H2O$")
_ROMAN = re.compile(r"(?<=[A-Za-z])\s?\(\s?(0|I{1,3}|IV|V|VI{1,3}|i{1,3}|iv|v|vi{1,3})\s?\)\s?(?=[\s\-]?\w|$|[\s)\]])")
_ROMAN_BARE = re.compile(r"(?<=[a-z])[\s-](I{1,3}|IV|VI{0,3}|V)[\s-](?=[a-z])")
_CHARGED = re.compile(r"(?<=[A-Za-z])\s?\(\s?(?:\+\s?([1-8])|([1-8])\s?\+)\s?\)\s?")
_ROMANS = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@frozen
class Cleaned:
    """A name without its trimmings, and what stood in the bracket behind it."""

    text: str
    brackets: tuple[str, ...] = ()


def oxidation_states(text: str) -> str:
    """One way to write a state: ``cobalt (II) nitrate``, ``cobalt(2+)``, ``cobalt II nitrate`` -> ``cobalt(II)``."""
    text = _CHARGED.sub(lambda m: f"({_ROMANS[int(m[1] or m[2])]}) ", text)
    text = _ROMAN.sub(lambda m: f"({m[1].upper()}) ", text)
    return " ".join(_ROMAN_BARE.sub(lambda m: f"({m[1]}) ", text).split())


def off_bracket(text: str) -> Cleaned:
    """A bracket at the end, apart from the name: ``DMF (99.8%, Sigma)`` -> ``DMF`` and its pieces."""
    pieces: list[str] = []
    for _ in range(3):
        text = text.rstrip(" ,;.")
        if not text.endswith((")", "]")) or len(text) < 4:
            break
        start = _opening(text)
        if start <= 0 or text[start - 1] != " ":
            break
        inside = text[start + 1 : -1].strip()
        if re.fullmatch(r"0|[IViv]{1,4}|[+-]?\d[+-]?|[+±-]|aq|s|g|l", inside) and inside not in ("aq", "s", "g", "l"):
            break
        pieces = [piece.strip() for piece in re.split(r"[,;=](?=\s|[A-Z])|\bor\b", inside) if piece.strip()] + pieces
        text = text[:start].rstrip()
    return Cleaned(text, tuple(pieces))


def _opening(text: str) -> int:
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] in ")]") - (text[position] in "([")
        if depth == 0:
            return position
    return -1


def trimmed(text: str) -> Iterator[str]:
    """The name with more and more taken off: each form but the last still holds a qualifier."""
    seen = {text}
    for _ in range(10):
        shorter = _one_off(text)
        if shorter is None or not shorter or shorter in seen:
            return
        seen.add(shorter)
        text = shorter
        yield text


def _one_off(text: str) -> str | None:
    text = text.strip(" ,;")
    for pattern in (_LEAD, _TRAIL, _OF, _IN_SOLVENT):
        shorter = pattern.sub("", text, count=1).strip(" ,;")
        if shorter and shorter != text:
            return shorter
    first, _, rest = text.partition(" ")
    if rest and first.strip(",").casefold() in words("before a name"):
        return rest.strip(" ,;")
    body, _, last = text.rpartition(" ")
    if body and last.strip(",.()").casefold() in words("behind a name"):
        return body.strip(" ,;")
    return None


def split_hydrate(text: str) -> tuple[str, float | None] | None:
    """``zinc nitrate hexahydrate`` -> ``("zinc nitrate", 6.0)``; a bare hydrate has ``None`` moles."""
    text = text.replace("hemi(pentahydrate)", "hemipentahydrate").replace("hemi(heptahydrate)", "hemiheptahydrate")
    found = _WATER_FORMULA.search(text)
    if found and found.start() > 2:
        said = found["n"]
        return text[: found.start()].rstrip(" ,·"), None if said in ("x", "n") else float(said or 1)
    match = _HYDRATE.search(text)
    if not match or match.start() < 3:
        return None
    said, separated = match["n"].casefold(), match["sep"]
    if not separated and (not said or said in "xn"):
        return None
    base = text[: match.start()].rstrip(" ,·-(")
    if not said or said in "xn":
        return base, None
    if said in _MOLES:
        return base, _MOLES[said]
    if "/" in said:
        above, below = said.split("/")
        return (base, float(above) / float(below)) if float(below) else None
    return base, float(said)


def without_anhydrous(text: str) -> str:
    """The name without the word anhydrous."""
    return " ".join(_NO_WATER.sub(" ", text).split()).strip(" ,")
