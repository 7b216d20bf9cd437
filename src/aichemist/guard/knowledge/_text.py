"""Bringing names, formulas and registry numbers into one form, so that spelling does not decide what is known."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping

from aichemist.chemistry import ATOMIC_WEIGHTS, InputError, element_counts

#: no name, formula or SMILES of a laboratory substance is longer; longer texts are not looked at
MAX_TEXT = 1000

_HYDRATES = {
    "hemi": 0.5, "mono": 1.0, "sesqui": 1.5, "di": 2.0, "tri": 3.0, "tetra": 4.0, "penta": 5.0, "hexa": 6.0,
    "hepta": 7.0, "octa": 8.0, "nona": 9.0, "deca": 10.0, "undeca": 11.0, "dodeca": 12.0, "hexadeca": 16.0,
    "octadeca": 18.0,
}  # fmt: skip
_WATER = re.compile(r"^(\d+(?:\.\d+)?|[xn])?H2O$", re.I)
_HYDRATE = re.compile(
    r"[\s,·\-(]*\b("
    + "|".join(sorted(_HYDRATES, key=len, reverse=True))
    + r"|\d+(?:\.\d+)?[\s-]*|x-?|n-?)?-?hydrate?\b\)?$",
    re.I,
)
#: words that say how pure, how strong or in what shape, never what
_AROUND = re.compile(
    r"^(?:conc(?:entrated|\.)?|dil(?:ute[d]?|\.)?|aqueous|aq\.?|anhydrous|anhyd\.?|dry|absolute|glacial|pure|solid|liquid|"
    r"gaseous|molten|powdered|crystalline|saturated|satd?\.?|technical|reagent[- ]grade|acs|hplc[- ]grade|"
    r"konz(?:entrierte[rs]?|\.)?|verd(?:ünnte[rs]?|\.)?|wasserfreie[rs]?|wässrige[rs]?|"
    r"(?:ca\.?\s*)?\d+(?:[.,]\d+)?\s*(?:-\s*\d+(?:[.,]\d+)?)?\s*(?:%|wt\.?\s*%|vol\.?\s*%|m|mm|um|mol/l|mmol/l|mol\s*l-1|n)"
    r"(?:\s*\(?(?:w/w|w/v|v/v|wt|aq)\)?)?)\s+",
    re.I,
)
_BEHIND = re.compile(
    r"[\s,]+(?:solution|soln\.?|lösung|aqueous|aq\.?|anhydrous|wasserfrei|powder|pulver|pellets?|flakes|granules|gas|"
    r"in [a-z][a-z-]{1,20}|solid|liquid|dispersion|nanopowder|nanoparticles|turnings|foil|wire|dust|mesh|"
    r"gauze|tape|plate|sheet|rod|ribbon|binder|"
    r"(?:ca\.?\s*)?\d+(?:[.,]\d+)?\s*(?:%|wt\.?\s*%|vol\.?\s*%|m|mm|mol/l|n)(?:\s*\(?(?:w/w|w/v|v/v|wt|aq)\)?)?|"
    r"\((?:aq|s|l|g|anhydrous|solution|powder)\))$",
    re.I,
)
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ω": "omega", "µ": "mu", "μ": "mu", "λ": "lambda"}
#: spellings that differ between British, American and German texts, brought to one
_SPELLING = (
    ("sulph", "sulf"), ("aluminum", "aluminium"), ("caesium", "cesium"), ("cäsium", "cesium"), ("ferric", "iron(iii)"),
    ("ferrous", "iron(ii)"), ("cupric", "copper(ii)"), ("cuprous", "copper(i)"), ("cobaltous", "cobalt(ii)"),
    ("nickelous", "nickel(ii)"), ("manganous", "manganese(ii)"), ("stannous", "tin(ii)"), ("stannic", "tin(iv)"),
    ("mercuric", "mercury(ii)"), ("mercurous", "mercury(i)"), ("plumbous", "lead(ii)"), ("cerous", "cerium(iii)"),
    ("ceric", "cerium(iv)"), ("chromic chloride", "chromium(iii) chloride"), ("litre", "liter"),
    ("vapour", "vapor"), ("colour", "color"), ("haem", "hem"), ("aether", "ether"),
)  # fmt: skip
_GERMAN_METALS = {
    "natrium": "sodium", "kalium": "potassium", "kalzium": "calcium", "eisen": "iron", "kupfer": "copper",
    "silber": "silver", "blei": "lead", "zink": "zinc", "zinn": "tin", "mangan": "manganese", "chrom": "chromium",
    "kobalt": "cobalt", "cobalt": "cobalt", "quecksilber": "mercury", "nickel": "nickel", "calcium": "calcium",
    "magnesium": "magnesium", "aluminium": "aluminium", "lithium": "lithium", "ammonium": "ammonium",
    "barium": "barium", "strontium": "strontium", "cer": "cerium", "lanthan": "lanthanum", "titan": "titanium",
    "wolfram": "tungsten", "molybdän": "molybdenum", "cadmium": "cadmium", "bismut": "bismuth", "wismut": "bismuth",
    "antimon": "antimony", "arsen": "arsenic", "zirkonium": "zirconium", "zirconium": "zirconium",
    "vanadium": "vanadium",
    "phosphor": "phosphorus", "kohlenstoff": "carbon", "stickstoff": "nitrogen", "schwefel": "sulfur",
    "cesium": "cesium",
}  # fmt: skip
_GERMAN = re.compile(
    r"^(" + "|".join(sorted(_GERMAN_METALS, key=len, reverse=True)) + r")[\s-]*(\([ivx]+\))?[\s-]*"
    r"(per|hypo|hydrogen|dihydrogen|di|tri|tetra|pent|penta|mon|di|thio|per|meta)?"
    r"(nitrat|nitrit|sulfat|sulfit|sulfid|carbonat|chlorid|bromid|iodid|jodid|fluorid|oxid|hydroxid|peroxid|acetat|"
    r"phosphat|chlorat|chlorit|chromat|manganat|azid|cyanid|hydrid|molybdat|wolframat|silicat|silikat|borat|oxalat|citrat|"
    r"thiocyanat|disulfit|dithionit|peroxodisulfat|bromat|iodat|formiat|nitrid|hypochlorit)$"
)
_GERMAN_ANIONS = {"jodid": "iodide", "silikat": "silicate", "formiat": "formate", "wolframat": "tungstate"}
_NOT_KEY = re.compile(r"[^a-z0-9+äöüß\u0370-\u03ff\u0400-\u04ff\u4e00-\u9fff]")
_ROMAN = re.compile(r"\((?:0|i{1,3}|iv|vi{0,3})(?:,\s*i{1,3}v?)?\)")
ADJACENT = re.compile(r"([A-Z][a-z]?)\1(?![a-z])")


def plain(text: str) -> str:
    """NFKC, one kind of dash, dot and space; the case stays."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text)
    text = re.sub(r"[‐‑‒–—−]", "-", text).replace("•", "·").replace("∙", "·").replace("⋅", "·").replace("・", "·")
    text = text.replace("’", "'").replace("′", "'")
    return " ".join(text.split())


def name_key(name: str) -> str:
    """The form under which a name is filed: case, blanks, hyphens, brackets and national spelling do not count."""
    text = plain(name).casefold()
    for letter, word in _GREEK.items():
        text = text.replace(letter, word)
    for written, meant in _SPELLING:
        text = text.replace(written, meant)
    return _NOT_KEY.sub("", text)


def without_roman(name: str) -> str:
    """The name without an oxidation number: ``iron(III) nitrate`` -> ``iron nitrate``."""
    return " ".join(_ROMAN.sub("", name.casefold()).split())


def german(name: str) -> str:
    """English of a systematic German salt name (``Natriumhydroxid``, ``Eisen(III)-chlorid``); empty for other texts."""
    text = plain(name).casefold()
    for written, meant in _SPELLING:
        text = text.replace(written, meant)
    match = _GERMAN.match(text)
    if not match:
        return ""
    metal, roman, prefix, anion = match.groups()
    return f"{_GERMAN_METALS[metal]}{roman or ''} {prefix or ''}{_GERMAN_ANIONS.get(anion, anion + 'e')}"


def candidates(text: str) -> list[tuple[str, float | None]]:
    """Names to try for a text, the fullest first, each with the crystal water that was cut off (``-1.0``: unknown)."""
    name = plain(text)
    found: list[tuple[str, float | None]] = [(name, None)]
    water: float | None = None
    lowered = name
    for _ in range(8):
        shorter = _BEHIND.sub("", _AROUND.sub("", lowered))
        match = _HYDRATE.search(shorter)
        if match and match.start() > 0:
            word = (match[1] or "").strip(" -").casefold()
            water = _HYDRATES.get(word) or (float(word) if word.replace(".", "", 1).isdigit() else -1.0)
            shorter = shorter[: match.start()].strip(" ,·-")
        if shorter == lowered or not shorter:
            break
        lowered = shorter
        found.append((lowered, water))
    outside = re.sub(r"\s*\([^()]{3,60}\)\s*$", "", lowered)
    inside = re.search(r"\(([^()]{3,60})\)\s*$", lowered)
    if outside and outside != lowered:
        found.append((outside, water))
        if inside:
            found.append((inside[1], water))
    return found


def cas_number(text: str) -> str:
    """The CAS number in a text such as ``CAS 7732-18-5``; empty where it is none or its check digit is wrong."""
    match = re.fullmatch(r"(?:cas(?:[\s-]*(?:no|nr|rn|number)\.?)?[\s:]*)?(\d{2,7})-(\d{2})-(\d)", plain(text), re.I)
    if not match:
        return ""
    digits = match[1] + match[2]
    check = sum(i * int(d) for i, d in enumerate(reversed(digits), 1)) % 10
    return f"{match[1]}-{match[2]}-{match[3]}" if check == int(match[3]) else ""


def looks_like_cas(text: str) -> bool:
    """Whether a text has the shape of a CAS number, right or wrong."""
    return bool(re.fullmatch(r"(?:cas\D{0,6})?\d{2,7}-\d{2}-\d", plain(text), re.I))


def index_number(text: str) -> bool:
    """Whether a CLP index number has a right check digit (weights 1 to 8 modulo 11, X for 10)."""
    match = re.fullmatch(r"(\d{3})-(\d{3})-(\d{2})-([\dX])", text)
    if not match:
        return False
    check = sum(i * int(d) for i, d in enumerate(match[1] + match[2] + match[3], 1)) % 11
    return "0123456789X"[check] == match[4]


FormulaKey = tuple[tuple[str, float], ...]


def formula_key(counts: Mapping[str, float]) -> FormulaKey:
    """Element counts as a key that does not depend on order."""
    return tuple(sorted((e, round(c, 4)) for e, c in counts.items() if c))


def _dotted(match: re.Match[str]) -> str:
    return f"·{match[1] or ''}H2O"


#: groups that chemists write for short, where no element has the letters
_GROUPS = {
    "acac": "(C5H7O2)", "OAc": "(C2H3O2)", "iPr": "(C3H7)", "tBu": "(C4H9)", "nBu": "(C4H9)", "Me": "(CH3)",
    "Et": "(C2H5)", "Bu": "(C4H9)", "Ph": "(C6H5)",
}  # fmt: skip
_ABBREVIATED = re.compile("|".join(_GROUPS))


def _counts(text: str) -> dict[str, float]:
    try:
        return element_counts(text)
    except (InputError, ValueError, OverflowError):
        return {}


def read_formula(text: str) -> tuple[FormulaKey, float | None] | None:
    """Key of the anhydrous part and the crystal water that was written (``-1.0``: ``xH2O``); ``None`` for other texts.

    The order of elements and groups does not matter; sub- and superscripts, dots and blanks neither.
    """
    text = re.sub(r"\((?:aq|s|l|g)\)$", "", plain(text)).strip()
    text = re.sub(r"(?:\s*[·*×.]\s*|\s+(?:x\s+)?)(\d+(?:\.\d+)?|[xn])?\s*H2O$", _dotted, text)
    text = re.sub(r"\s*[·*×]\s*", "·", text)
    if not text or len(text) > 200:
        return None
    parts, water = [], None
    for part in text.split("·"):
        match = _WATER.match(part)
        if match and "·" in text:
            count = (match[1] or "1").lower()
            water = -1.0 if count in "xn" else float(count)
        else:
            parts.append(part)
    counts = _counts("·".join(parts)) or _counts(_ABBREVIATED.sub(lambda m: _GROUPS[m[0]], "·".join(parts)))
    if not counts or not all(math.isfinite(c) and 0 < c < 1e6 for c in counts.values()):
        return None
    return formula_key(counts), water


def groups_of_atoms(text: str) -> tuple[str, ...]:
    """Symbols and their numbers, sorted: ``HOC2H5``, ``(C2H5)OH`` and ``C2H5OH`` give the same, ``C2H6O`` does not."""
    return tuple(sorted(re.findall(r"[A-Z][a-z]?\d*|\)\d+|[a-z]+", plain(text))))


def hill(key: FormulaKey) -> str:
    """Hill formula of a key."""
    counts = dict(key)
    first = [e for e in ("C", "H") if e in counts] if "C" in counts else []
    return "".join(e + ("" if counts[e] == 1 else f"{counts[e]:g}") for e in first + sorted(set(counts) - set(first)))


def mass_g_per_mol(key: FormulaKey) -> float:
    """Molar mass in g/mol."""
    return sum(ATOMIC_WEIGHTS[e] * c for e, c in key)
