"""Groups of an inorganic substance from its formula: cations, anions and small molecules are recognised.

Works on formulas as chemists write them (``Ni(NO3)2·6H2O``) and, where the order of elements is that of Hill
(``N2NiO6``), on the counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from aichemist.chemistry import InputError, element_counts

from ._ions import (
    ACTIVE,
    ALKALI,
    AZIDE_METALS,
    EARTH,
    ELEMENTS,
    IONIC_PEROXIDES,
    IONS,
    LIGHT_METALS,
    NOBLE,
    NONMETALS,
    PEROXIDE_CATALYSTS,
    PRECIPITATES,
    REDUCIBLE,
    SIMPLE_ORGANIC,
    WATER_REACTIVE,
    WHOLE,
)


def _key(formula: str) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(element_counts(formula).items()))


@lru_cache(maxsize=1)
def _whole() -> dict[tuple[tuple[str, float], ...], tuple[str, ...]]:
    return {_key(formula): groups for formula, groups in WHOLE.items()}


def anhydrous(formula: str) -> str:
    """The formula without its crystal water."""
    return re.sub(r"[·*]\s*\d*\.?\d*\s*H2O$|(?<!0)\.\d*H2O$", "", formula.strip())


def is_organic(counts: dict[str, float], text: str) -> bool:
    """Whether carbon in it burns: not only carbonate, cyanide, carbide."""
    if not counts.get("C"):
        return False
    metals = [e for e in counts if e not in NONMETALS]
    if set(counts) == {"C"} or _key_of(counts) in _whole():
        return False
    if set(counts) <= {"C", *metals}:
        return False  # carbides
    carbon, others = counts["C"], set(counts) - set(metals)
    if metals and others <= {"C", "H", "O"} and counts.get("O") == 3 * carbon and counts.get("H", 0) <= carbon:
        return False  # carbonates
    if metals and others == {"C", "N"} and counts["N"] == carbon:
        return False  # cyanides
    rest = re.sub(r"HCO3|CO3|SCN|NCS|OCN|CNO|\(CN\)\d*|CN(?![a-z])", "", text)
    return "C" in re.findall(r"[A-Z][a-z]?", rest)


def _key_of(counts: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(counts.items()))


@lru_cache(maxsize=4096)
def inorganic_groups(formula: str) -> frozenset[str]:
    """Groups by formula; for an organic substance only ``organic`` and what its ions say. Empty for no formula."""
    text = anhydrous(formula)
    try:
        counts = element_counts(text) if text else {}
    except InputError:
        return frozenset()
    if not counts:
        return frozenset()
    if len(counts) == 1 and _key_of(counts) not in _whole():
        return _element(next(iter(counts)))
    if (known := _whole().get(_key_of(counts))) is not None:
        return frozenset(known) | _cations(counts)
    groups: set[str] = set(_cations(counts))
    organic = is_organic(counts, text)
    metals = {e for e in counts if e not in NONMETALS}
    salt = bool(metals) or "NH4" in text or "N2H5" in text or "N2H6" in text
    if organic:
        groups.add("organic")
        if (
            metals
            and metals <= {"Li", "Na", "Mg", "Zn", "Al"}
            and counts.keys() <= metals | {"C", "H", "Cl", "Br", "I"}
        ):
            groups |= {"organometallic"}
        if set(counts) == {"C", "H"}:
            groups.add("hydrocarbon")
        if counts.keys() & {"Cl", "Br"} and not metals and not re.search(r"[·.]H(Cl|Br)$|NH3Cl$|NH3Br$", text):
            groups.add("haloalkane")
        groups |= set(SIMPLE_ORGANIC.get(text, ()))
        if not salt:
            if re.search(r"[·.]HCl|COOH|CO2H", formula):
                groups |= {"acid"} | ({"organic_acid"} if "COOH" in formula or "CO2H" in formula else set())
            groups |= {"alcohol"} if re.search(r"CH2OH|C2H5OH|CH3OH|CHOH", text) else set()
            return frozenset(groups)
    remaining = text
    for pattern, found in IONS:
        if organic and pattern.startswith("(?<!H)SO3"):
            continue  # a sulfonate
        if re.search(pattern, remaining):
            groups |= set(found)
            remaining = re.sub(pattern, "*", remaining)
    groups |= _by_ratio(counts, metals) if not organic and remaining == text else set()
    if not organic:
        groups |= _simple_anions(text, counts, metals)
    if "ferrocyanide" in groups:
        groups -= {"cyanide", "peroxide_catalyst", "hydroxide_metal"}
    if "acid" not in groups and re.search(r"H2PO4|HSO4", text):
        groups.add("acid")
    if formula.strip() == text and (
        frozenset(counts.items()) in WATER_REACTIVE or text in ("POCl3", "PSCl3", "VOCl3", "BF3", "SF4")
    ):
        groups |= {"water_reactive_halide"} | ({"lewis_acid"} if counts.keys() & {"Al", "B", "Ti", "Sn"} else set())
    return frozenset(groups)


def _element(symbol: str) -> frozenset[str]:
    if symbol in ELEMENTS:
        return frozenset(ELEMENTS[symbol])
    groups = {"metal"}
    if symbol in ALKALI or symbol in ("Ca", "Sr", "Ba"):
        groups = {"alkali_metal"} if symbol != "Ca" else {"alkali_metal", "active_metal"}
    elif symbol in ACTIVE:
        groups = {"active_metal"} | ({"aluminium"} if symbol in ("Al", "Zn", "Sn", "Si", "Ga", "Be") else set())
    elif symbol in NOBLE:
        groups = {"metal", "noble_metal_catalyst"}
    if symbol in LIGHT_METALS:
        groups.add("light_metal")
    if symbol == "Hg":
        groups.add("mercury")
    return frozenset(groups | ({"peroxide_catalyst"} if symbol in PEROXIDE_CATALYSTS else set()))


def _cations(counts: dict[str, float]) -> set[str]:
    groups: set[str] = set()
    metals = set(counts) - NONMETALS
    if metals & PRECIPITATES:
        groups.add("hydroxide_metal")
    if metals & AZIDE_METALS:
        groups.add("azide_metal")
    groups |= {name for symbol, name in (("Ag", "silver"), ("Hg", "mercury"), ("Au", "gold")) if symbol in metals}
    if metals & PEROXIDE_CATALYSTS:
        groups.add("peroxide_catalyst")
    if metals and counts.keys() & {"As", "Sb"}:
        groups.add("arsenic")
    return groups


def _by_ratio(counts: dict[str, float], metals: set[str]) -> set[str]:
    """Anions of a formula in Hill's order: ``N2NiO6`` is a nitrate."""
    n = {e: c for e, c in counts.items() if e not in metals and e != "H"}
    if not metals:
        return {"nitrate", "ammonium"} if counts == {"H": 4, "N": 2, "O": 3} else set()
    ratio = {("N", 3): "nitrate", ("N", 2): "nitrite", ("Cl", 4): "perchlorate", ("Cl", 3): "chlorate", ("Cl", 2): "chlorite", ("Cl", 1): "hypochlorite", ("Br", 3): "chlorate", ("I", 3): "chlorate", ("I", 4): "perchlorate"}  # fmt: skip
    for (element, oxygen), name in ratio.items():
        if set(n) == {element, "O"} and n["O"] == oxygen * n[element]:
            return {name}
    if set(n) == {"N"} and n["N"] % 3 == 0:
        return {"azide"}
    if set(n) == {"C", "N"} and n["C"] == n["N"]:
        return {"cyanide"}
    if set(n) == {"O"} and "Mn" in metals and n["O"] == 4 * counts["Mn"]:
        return {"permanganate"}
    if set(n) == {"O"} and "Cr" in metals and metals - {"Cr"} and n["O"] >= 3.5 * counts["Cr"]:
        return {"chromate"}
    if (
        set(n) == {"S", "O"}
        and n["O"] == 4 * n["S"]
        and counts["S"] == 2
        and metals <= ALKALI
        and sum(counts[m] for m in metals) == 2
    ):
        return {"persulfate"}  # K2S2O8; two sulfates would need four alkali ions
    if set(n) == {"S", "O"} and n["O"] == 3 * n["S"]:
        return {"sulfite"}
    if set(n) == {"S", "O"} and 2 * n["O"] == 3 * n["S"]:
        return {"thiosulfate"}
    return {"carbonate"} if set(n) == {"C", "O"} and n["O"] == 3 * n["C"] else set()


def _simple_anions(text: str, counts: dict[str, float], metals: set[str]) -> set[str]:
    groups: set[str] = set()
    others = set(counts) - metals
    base_metals = metals and metals <= ALKALI | EARTH
    if re.search(r"\(?Fe|Co", text) and others == {"C", "N"} and counts["C"] == 6:
        return {"ferrocyanide"}
    if re.search(r"CN", text) and not re.search(r"SCN|OCN|NCS|CNO", text):
        groups.add("ferrocyanide" if re.search(r"(?:Fe|Co)\(CN\)6|(?:Fe|Co)C6N6", text) else "cyanide")
    if (
        (others == {"S"} and not metals & {"Mo", "W"})
        or (others == {"S", "H"} and re.search("HS|SH", text))
        or text == "(NH4)2S"
    ):
        groups.add("sulfide")
    if metals and others <= {"Se", "Te", "As", "Sb"} and others:
        groups.add("selenide")
    if others == {"P"} and metals:
        groups.add("phosphide")
    if others == {"C"} and metals & (ALKALI | EARTH | {"Al", "Be", "La", "Ce", "Y", "U", "Mn"}):
        groups.add("carbide")
    if others == {"N"} and counts["N"] % 3 and metals & (ALKALI | EARTH):
        groups.add("nitride")
    if others == {"H"} or text in ("LiAlH4", "NaAlH4"):
        groups.add("hydride")
    if re.search(r"NH2$|N$", text) and base_metals and others == {"N", "H"}:
        groups |= {"strong_base", "nitride"}
    if others == {"O"} and metals & REDUCIBLE:
        groups.add("reducible_oxide")
    if others == {"Si"} and metals & (ALKALI | EARTH):
        groups.add("silicide")
    if text in IONIC_PEROXIDES or (others == {"O"} and base_metals and _peroxide(counts, metals)):
        groups.add("metal_peroxide")
    if (re.search(r"OH", text) and base_metals and others <= {"O", "H"}) or (
        others == {"O", "H"} and metals <= ALKALI | {"Ba", "Sr", "Ca"} and metals
    ):
        groups.add("strong_base")
    if (
        "F" in counts
        and metals | ({"NH4"} if "NH4" in text else set())
        and others <= {"F", "H", "N"}
        and not metals & {"Ca", "La", "Ce", "Y"}
    ):
        groups.add("fluoride")
    if others & {"Cl", "Br", "I"} and "O" not in others:
        groups |= {"halide"} | ({"iodide", "peroxide_catalyst"} if "I" in others else set())
    if re.search(r"SiO|Si2O|Si3O", text):
        groups.add("silica")
    return groups


def _peroxide(counts: dict[str, float], metals: set[str]) -> bool:
    charge = sum(counts[m] * (1 if m in ALKALI else 2) for m in metals)
    return counts["O"] * 2 > charge
