"""Metal salts that a synthesis starts from: by name or by formula, hydrates and charges included."""

from __future__ import annotations

import re

from attrs import frozen

from ._elements import NAMES

_ANIONS = {
    "nitrate": "nitrate", "nitrates": "nitrate", "chloride": "chloride", "chlorides": "chloride",
    "sulfate": "sulfate", "sulphate": "sulfate", "sulfates": "sulfate", "sulphates": "sulfate",
    "acetate": "acetate", "acetates": "acetate", "hydroxide": "hydroxide", "hydroxides": "hydroxide",
    "carbonate": "carbonate", "acetylacetonate": "acetylacetonate",
}  # fmt: skip
_FORMULA_ANIONS = (
    (re.compile(r" ?\( ?NO ?3 ?\) ?\d?"), "nitrate"),
    (re.compile(r" ?\( ?(?:CH3COO|OAc|Ac|C2H3O2|CH3CO2|OOCCH3) ?\) ?\d?"), "acetate"),
    (re.compile(r"2? ?\( ?SO ?4 ?\) ?\d?"), "sulfate"),
    (re.compile(r" ?\( ?OH ?\) ?\d?"), "hydroxide"),
    (re.compile(r" ?\( ?acac ?\) ?\d?"), "acetylacetonate"),
    (re.compile(r"SO4(?![0-9])"), "sulfate"),
    (re.compile(r"CO3(?![0-9])"), "carbonate"),
    (re.compile(r"NO3(?![0-9])"), "nitrate"),
    (re.compile(r"Cl[234]?(?![A-Za-z0-9])"), "chloride"),
)
_ALKALI = frozenset({"Li", "Na", "K", "Rb", "Cs", "C", "N", "P", "S"})
_METALS = {symbol: name for name, symbol in reversed(NAMES.items()) if symbol not in _ALKALI}
_METALS.update({"Fe": "iron", "Co": "cobalt", "Ni": "nickel", "Ce": "cerium", "Al": "aluminium", "Cs": "caesium"})
_METALS.pop("Cs")

_NAMES = "|".join(sorted(NAMES, key=len, reverse=True))
_METAL = (
    rf"(?:(?i:{_NAMES})|{'|'.join(sorted(m for m in _METALS if len(m) == 2))})(?![a-z])(?: ?\((?:IV|VI|V|III|II|I)\))?"
)
#: "nickel(II) nitrate", "Ni acetate", "nickel, iron and cobalt nitrates", "Ni/Co/Mn sulfate"
_BY_NAME = re.compile(
    rf"(?<![A-Za-z])({_METAL}(?:(?: ?/ ?|, (?:and )?| and ){_METAL}){{0,5}}) ((?i:{'|'.join(_ANIONS)}))(?![A-Za-z])"
)
_OXIDATION = re.compile(r"\([IV]{1,3}\)")
_ONE_METAL = re.compile(rf"(?i:{_NAMES})|[A-Z][a-z]?")
_METAL_AT = re.compile(r"(?<![A-Za-z])(" + "|".join(sorted(_METALS, key=len, reverse=True)) + r")(?=[ (SCNO2])")
#: words of making; a salt in such a sentence is being used, not only spoken of
_MAKING = re.compile(
    r"(?<![a-z])(?:dissol|purchas|precursor|prepar|synthes|solution|obtained from|Sigma|Aldrich|Alfa|Sinopharm|Merck"
    r"|hydrothermal|co-?precipitat|impregnat|electrodeposit|deposit|mixed|added|mixing|mmol|reagent|ink|starting)",
    re.I,
)
_LAYERED = re.compile(r"(?:double|layered|oxy|array|nanosheet|film)", re.I)


@frozen
class Precursor:
    """A metal salt named in a sentence; ``name`` is the same however it was written."""

    name: str
    element: str
    confidence: float


def find_precursors(sentence: str) -> tuple[Precursor, ...]:
    """Metal nitrates, chlorides, sulfates, acetates, carbonates and hydroxides of a tidied sentence.

    ``Ni(NO3)2·6H2O``, ``Ni (NO3)2`` and ``nickel(II) nitrate hexahydrate`` are all ``nickel nitrate``. A hydroxide
    counts only in a sentence of making, for it is as often the catalyst itself; salts of the alkali metals do not.
    """
    making = _MAKING.search(sentence) is not None
    found: dict[str, Precursor] = {}

    def add(symbol: str, anion: str, after: int, before: int) -> None:
        around = sentence[max(0, before - 20) : after + 20]
        if symbol not in _METALS or (anion == "hydroxide" and (not making or _LAYERED.search(around))):
            return
        name = f"{_METALS[symbol]} {anion}"
        found.setdefault(name, Precursor(name, symbol, 0.9 if making else 0.6))

    for match in _BY_NAME.finditer(sentence):
        for metal in _ONE_METAL.findall(_OXIDATION.sub("", match[1])):
            add(NAMES.get(metal.lower(), metal), _ANIONS[match[2].lower()], match.end(), match.start())
    for match in _METAL_AT.finditer(sentence):
        for pattern, anion in _FORMULA_ANIONS:
            hit = pattern.match(sentence, match.end(), match.end() + 24)
            # an electrode, "Ag/AgCl", is not a precursor
            if hit and not (match[1] in ("Ag", "Hg") and anion in ("chloride", "sulfate")):
                add(match[1], anion, hit.end(), match.start())
                break
    return tuple(found[name] for name in sorted(found))
