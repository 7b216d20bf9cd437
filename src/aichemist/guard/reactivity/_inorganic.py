"""Groups of an inorganic substance from its formula: cations, anions and small molecules are recognised.

Works on formulas as chemists write them (``Ni(NO3)2·6H2O``) and, where the order of elements is that of Hill
(``N2NiO6``), on the counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from aichemist.chemistry import InputError, element_counts

ALKALI = frozenset({"Li", "Na", "K", "Rb", "Cs"})
EARTH = frozenset({"Mg", "Ca", "Sr", "Ba"})
_NONMETALS = frozenset(
    {
        "H",
        "B",
        "C",
        "N",
        "O",
        "F",
        "Si",
        "P",
        "S",
        "Cl",
        "As",
        "Se",
        "Br",
        "Te",
        "I",
        "He",
        "Ne",
        "Ar",
        "Kr",
        "Xe",
        "Sb",
        "Ge",
    }
)
_PRECIPITATES = frozenset(
    [
        "Mg",
        "Al",
        "Sc",
        "Ti",
        "V",
        "Cr",
        "Mn",
        "Fe",
        "Co",
        "Ni",
        "Cu",
        "Zn",
        "Ga",
        "Y",
        "Zr",
        "Nb",
        "Cd",
        "In",
        "Sn",
        "La",
        "Ce",
        "Pr",
        "Nd",
        "Sm",
        "Eu",
        "Gd",
        "Tb",
        "Dy",
        "Ho",
        "Er",
        "Tm",
        "Yb",
        "Lu",
        "Hf",
        "Pb",
        "Bi",
        "Th",
        "U",
        "Be",
        "Ag",
        "Hg",
    ]
)
_PEROXIDE_CATALYSTS = frozenset(
    {
        "Mn",
        "Fe",
        "Co",
        "Cu",
        "Cr",
        "Ag",
        "Ce",
        "Pt",
        "Pd",
        "Ru",
        "Ir",
        "Rh",
        "Os",
        "Pb",
        "V",
        "Mo",
        "W",
        "Hg",
        "Au",
        "Ni",
    }
)
_AZIDE_METALS = frozenset({"Cu", "Ag", "Hg", "Pb", "Cd", "Au", "Tl"})
_ACTIVE = frozenset(
    {
        "Mg",
        "Al",
        "Zn",
        "Fe",
        "Mn",
        "Cr",
        "Ni",
        "Co",
        "Sn",
        "Cd",
        "In",
        "Ga",
        "La",
        "Ce",
        "Nd",
        "Sm",
        "Y",
        "Yb",
        "Ti",
        "Zr",
        "Hf",
        "U",
        "Be",
        "V",
        "Th",
        "Eu",
        "Gd",
        "Dy",
        "Pr",
        "Si",
    }
)
_NOBLE = frozenset({"Pt", "Pd", "Rh", "Ru", "Ir", "Os"})

#: text in a written formula -> groups
_IONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"Cr2O7|CrO4|CrO3|CrO2Cl2", ("chromate",)), (r"MnO4|Mn2O7", ("permanganate",)),
    (r"ClO4|IO4|IO6|BrO4", ("perchlorate",)), (r"ClO3|BrO3|IO3|I2O5", ("chlorate",)), (r"ClO2|O2Cl|OClO", ("chlorite",)),
    (r"(?:ClO|OCl|BrO|OBr)(?![0-9a-z])", ("hypochlorite",)), (r"NO3|\(ONO2\)", ("nitrate",)), (r"NO2(?![0-9])", ("nitrite",)),
    (r"(?<![A-Z][a-z]4\()N3(?![0-9])", ("azide",)), (r"S2O8|SO5", ("persulfate",)), (r"S2O3", ("thiosulfate",)),
    (r"S2O4", ("sulfite", "dithionite")),
    (r"(?<!H)SO3(?![0-9])|HSO3|S2O5|S2O4", ("sulfite",)), (r"HSO4", ("acid",)), (r"H2PO4", ()),
    (r"SCN|NCS|OCN|CNO", ("thiocyanate",)), (r"HCO3|CO3", ("carbonate",)), (r"BH4|B3H8", ("borohydride",)),
    (r"AlH4|AlH6", ("hydride",)), (r"N2H[456]", ("hydrazine",)), (r"NH[23]OH", ("hydroxylamine",)),
    (r"NH4OH", ("ammonia",)), (r"NH4", ("ammonium",)), (r"H2PO2|HPO3|PH2O2", ("hypophosphite",)), (r"HF2", ("hydrogen_fluoride", "acid")), (r"AsO|SbO|As2O|As4O|Sb2O", ("arsenic",)),
    (r"SO4", ()), (r"PO4|P2O7", ()), (r"H2O2(?![0-9])|NaBO3", ("hydrogen_peroxide",)),
    (r"OCH3|OC2H5|CH3O(?=[LNK])|C2H5O(?=[LNK])|C4H9O(?=[LNK])|(?<=[aiK])OC4H9", ("strong_base", "alcohol")), (r"^H\d?(?:Au|Pt|Pd|Ir|Rh)", ("acid",)),
)  # fmt: skip

#: small molecules and the like, by their counts
_WHOLE: dict[str, tuple[str, ...]] = {
    "H2O": ("water",), "H2O2": ("hydrogen_peroxide",), "NH3": ("ammonia",), "N2H4": ("hydrazine",),
    "NH2OH": ("hydroxylamine",), "HN3": ("azide", "acid"), "HNO3": ("oxidising_acid", "acid", "nitrate"),
    "HNO2": ("nitrite", "acid"), "H2SO4": ("sulfuric_acid", "acid"), "SO3": ("sulfuric_acid", "acid", "water_reactive_oxide"),
    "H2SO5": ("oxidising_acid", "persulfate", "acid"), "H2S2O8": ("oxidising_acid", "persulfate", "acid"),
    "H2S2O7": ("sulfuric_acid", "acid", "water_reactive_oxide"), "HClO4": ("oxidising_acid", "perchlorate", "acid"),
    "HClO3": ("oxidising_acid", "chlorate", "acid"), "HClO": ("hypochlorite",), "HIO3": ("chlorate", "acid"),
    "HIO4": ("perchlorate", "acid"), "H5IO6": ("perchlorate", "acid"), "HBrO3": ("chlorate", "oxidising_acid", "acid"),
    "H2CrO4": ("chromate", "oxidising_acid", "acid"), "CrO3": ("chromate", "oxidising_acid", "acid"), "H2SeO4": ("oxidising_acid", "acid"),
    "HMnO4": ("permanganate", "oxidising_acid", "acid"), "HCl": ("mineral_acid", "acid", "halide"), "HBr": ("mineral_acid", "acid", "halide"),
    "HI": ("mineral_acid", "acid", "halide", "iodide"), "HF": ("hydrogen_fluoride", "mineral_acid", "acid", "fluoride"),
    "H3PO4": ("mineral_acid", "acid"), "H3PO3": ("hypophosphite", "acid"), "H3PO2": ("hypophosphite", "acid"), "HBF4": ("mineral_acid", "acid", "fluoride"),
    "HPF6": ("mineral_acid", "acid", "fluoride"), "H2SiF6": ("mineral_acid", "acid", "fluoride"), "NH2SO3H": ("mineral_acid", "acid", "sulfamic"),
    "HSO3Cl": ("sulfuric_acid", "acid", "acyl_halide", "water_reactive_halide"), "HSO3F": ("sulfuric_acid", "acid", "fluoride", "water_reactive_halide"),
    "HCN": ("cyanide", "acid"), "H2S": ("sulfide",), "H2Se": ("selenide",), "H2Te": ("selenide",), "AsH3": ("selenide",), "SbH3": ("selenide",),
    "PH3": ("phosphide",), "SO2": ("sulfite",), "NO2": ("nitrogen_oxide",), "N2O4": ("nitrogen_oxide",), "NO": ("nitrogen_oxide",), "N2O3": ("nitrogen_oxide",),
    "N2O5": ("nitrogen_oxide", "oxidising_acid", "acid"), "O3": ("ozone",), "ClO2": ("chlorite",), "Cl2O": ("hypochlorite",), "Cl2O7": ("perchlorate", "oxidising_acid", "acid"),
    "OsO4": ("strong_oxide",), "RuO4": ("strong_oxide",), "PbO2": ("strong_oxide",), "Ag2O": ("strong_oxide",), "AgO": ("strong_oxide",), "HgO": ("strong_oxide",),
    "Mn2O7": ("permanganate", "strong_oxide"), "NiO2": ("strong_oxide",), "MnO2": (), "XeF2": ("halogen",), "ClF3": ("halogen",), "BrF3": ("halogen",),
    "ICl": ("halogen",), "IBr": ("halogen",), "OF2": ("halogen",), "NCl3": ("n_halo",), "NI3": ("n_halo",),
    "SOCl2": ("water_reactive_halide", "acyl_halide"), "SO2Cl2": ("water_reactive_halide", "acyl_halide"), "S2Cl2": ("water_reactive_halide",), "SCl2": ("water_reactive_halide",), "POCl3": ("water_reactive_halide", "acyl_halide"),
    "COCl2": ("acyl_halide", "water_reactive_halide"), "P4O10": ("water_reactive_oxide", "acid"), "P2O5": ("water_reactive_oxide", "acid"),
    "CaO": ("water_reactive_oxide", "strong_base"), "BaO": ("water_reactive_oxide", "strong_base"), "SrO": ("water_reactive_oxide", "strong_base"),
    "Na2O": ("water_reactive_oxide", "strong_base"), "K2O": ("water_reactive_oxide", "strong_base"), "Li2O": ("strong_base",),
    "CO": (), "CO2": (), "CS2": ("organic", "thiol"), "NF3": ("halogen",), "SiO2": ("silica",), "SiC": (), "B4C": (), "TiC": (), "WC": (), "BN": (), "Si3N4": (), "TiN": (), "GaN": (), "AlN": (),
    "BH3": ("borohydride", "pyrophoric"), "B2H6": ("borohydride", "pyrophoric"), "SiH4": ("hydride", "pyrophoric"), "CNBr": ("cyanide",), "CNCl": ("cyanide",), "C2N2": ("cyanide",),
}  # fmt: skip
_WATER_REACTIVE = tuple(
    frozenset({metal: 1.0, halogen: float(n)}.items())
    for halogen in ("Cl", "Br", "I")
    for metals, n in (("Ti Si Ge Sn Zr Hf V", 4), ("B Al P As Sb", 3), ("P Sb Nb Ta Mo", 5), ("W", 6))
    for metal in metals.split()
)
_IONIC_PEROXIDES = frozenset(
    {"Li2O2", "Na2O2", "K2O2", "KO2", "NaO2", "RbO2", "CsO2", "BaO2", "SrO2", "CaO2", "MgO2", "ZnO2"}
)
#: small organic molecules that are often written as a formula only
_SIMPLE_ORGANIC: dict[str, tuple[str, ...]] = {
    "CH2Cl2": ("gem_dihalide",), "CHCl3": ("haloform", "gem_dihalide"), "CHBr3": ("haloform", "gem_dihalide"), "CCl4": ("gem_dihalide",), "CH2Br2": ("gem_dihalide",),
    "CH3CN": ("nitrile",), "C2H5OH": ("alcohol",), "CH3OH": ("alcohol",), "C3H7OH": ("alcohol",), "CH3COCH3": ("ketone",), "(CH3)2CO": ("ketone",), "(CH3)2SO": ("sulfoxide",),
    "HCHO": ("aldehyde",), "CH2O": ("aldehyde",), "CH3CHO": ("aldehyde",), "H2C2O4": ("organic_acid", "acid"), "HCOOH": ("organic_acid", "acid"), "CH3NO2": ("nitro",),
    "(C2H5)2O": ("ether",), "C2H2": ("alkyne",), "CO(NH2)2": ("amide", "sulfamic"), "C6H5NH2": ("amine", "aromatic_amine"), "(CH3CO)2O": ("anhydride",), "CH3COCl": ("acyl_halide",),
}  # fmt: skip
_ELEMENTS: dict[str, tuple[str, ...]] = {
    "C": ("carbon",), "S": ("sulfur",), "P": ("phosphorus",), "F": ("halogen",), "Cl": ("halogen",), "Br": ("halogen",), "I": ("iodine",),
    "O": (), "H": (), "N": (), "B": ("active_metal",), "As": ("arsenic",), "Sb": ("arsenic", "metal"), "Se": (), "Te": (), "Ge": ("metal",),
}  # fmt: skip


def _key(formula: str) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(element_counts(formula).items()))


@lru_cache(maxsize=1)
def _whole() -> dict[tuple[tuple[str, float], ...], tuple[str, ...]]:
    return {_key(formula): groups for formula, groups in _WHOLE.items()}


def anhydrous(formula: str) -> str:
    """The formula without its crystal water."""
    return re.sub(r"[·*]\s*\d*\.?\d*\s*H2O$|(?<!0)\.\d*H2O$", "", formula.strip())


def is_organic(counts: dict[str, float], text: str) -> bool:
    """Whether carbon in it burns: not only carbonate, cyanide, carbide."""
    if not counts.get("C"):
        return False
    metals = [e for e in counts if e not in _NONMETALS]
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
    if len(counts) == 1:
        return _element(next(iter(counts)))
    if (known := _whole().get(_key_of(counts))) is not None:
        return frozenset(known) | _cations(counts)
    groups: set[str] = set(_cations(counts))
    organic = is_organic(counts, text)
    metals = {e for e in counts if e not in _NONMETALS}
    salt = bool(metals) or "NH4" in text or "N2H5" in text or "N2H6" in text
    if organic:
        groups.add("organic")
        if set(counts) == {"C", "H"}:
            groups.add("hydrocarbon")
        if counts.keys() & {"Cl", "Br"} and not metals and not re.search(r"[·.]H(Cl|Br)$|NH3Cl$|NH3Br$", text):
            groups.add("haloalkane")
        groups |= set(_SIMPLE_ORGANIC.get(text, ()))
        if not salt:
            if re.search(r"[·.]HCl|COOH|CO2H", formula):
                groups |= {"acid"} | ({"organic_acid"} if "COOH" in formula or "CO2H" in formula else set())
            groups |= {"alcohol"} if re.search(r"CH2OH|C2H5OH|CH3OH|CHOH", text) else set()
            return frozenset(groups)
    remaining = text
    for pattern, found in _IONS:
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
        frozenset(counts.items()) in _WATER_REACTIVE or text in ("POCl3", "PSCl3", "VOCl3", "BF3", "SF4")
    ):
        groups |= {"water_reactive_halide"} | ({"lewis_acid"} if counts.keys() & {"Al", "B", "Ti", "Sn"} else set())
    return frozenset(groups)


def _element(symbol: str) -> frozenset[str]:
    if symbol in _ELEMENTS:
        return frozenset(_ELEMENTS[symbol])
    groups = {"metal"}
    if symbol in ALKALI or symbol in ("Ca", "Sr", "Ba"):
        groups = {"alkali_metal"} if symbol != "Ca" else {"alkali_metal", "active_metal"}
    elif symbol in _ACTIVE:
        groups = {"active_metal"} | ({"aluminium"} if symbol in ("Al", "Zn", "Sn", "Si", "Ga", "Be") else set())
    elif symbol in _NOBLE:
        groups = {"metal", "noble_metal_catalyst"}
    if symbol == "Hg":
        groups.add("mercury")
    return frozenset(groups | ({"peroxide_catalyst"} if symbol in _PEROXIDE_CATALYSTS else set()))


def _cations(counts: dict[str, float]) -> set[str]:
    groups: set[str] = set()
    metals = set(counts) - _NONMETALS
    if metals & _PRECIPITATES:
        groups.add("hydroxide_metal")
    if metals & _AZIDE_METALS:
        groups.add("azide_metal")
    groups |= {name for symbol, name in (("Ag", "silver"), ("Hg", "mercury"), ("Au", "gold")) if symbol in metals}
    if metals & _PEROXIDE_CATALYSTS:
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
    if others == {"Si"} and metals & (ALKALI | EARTH):
        groups.add("silicide")
    if text in _IONIC_PEROXIDES or (others == {"O"} and base_metals and _peroxide(counts, metals)):
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
