"""Whether a token reads as a formula, and what kind of chemical name it ends like."""

from __future__ import annotations

import re
from functools import lru_cache

from aichemist.chemistry import ATOMIC_WEIGHTS

from ._lexicon import words_of

_TWO = "|".join(sorted(s for s in ATOMIC_WEIGHTS if len(s) == 2))
_ONE = "".join(sorted(s for s in ATOMIC_WEIGHTS if len(s) == 1))
_ATOM = rf"(?:(?:{_TWO})|[{_ONE}])"
_COUNT = r"(?:\d{1,4}+(?:\.\d{1,4}+)?+)?+(?:[-+±]{0,2}[xyzδ](?![a-z]))?+"
# possessive, so that no token makes the search go back
_FORMULA = re.compile(
    rf"\d{{0,3}}+(?:\.\d{{1,3}})?+(?:{_ATOM}{_COUNT}|[(\[{{]|[)\]}}]{_COUNT}|[*.·](?:\d{{1,2}}|x|n)?+)++[-+\d]{{0,3}}+"
)
_SYMBOL = re.compile(_ATOM)
_METALS = words_of(
    """Li Be Na Mg Al K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Cs Ba La Ce Pr Nd Sm
    Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Th U Sb Ge Te"""
)
#: endings of names of substances, the longest first
_ENDINGS = (
    "hydroxide", "peroxide", "oxide", "chloride", "bromide", "iodide", "fluoride", "sulfide", "sulphide", "nitride",
    "nitrate", "nitrite", "sulfate", "sulphate", "carbonate", "phosphate", "acetate", "oxalate", "citrate", "borate",
    "silicate", "titanate", "vanadate", "molybdate", "tungstate", "hydrate", "alkoxide", "ethoxide", "propoxide",
    "butoxide", "acetonate", "borohydride", "hydride", "amide", "imide", "amine", "imidazole", "azole", "pyridine",
    "aniline", "hydrazine", "ethylene", "propylene", "styrene", "benzene", "phenol", "ethanol", "propanol", "glycol",
    "siloxane", "silane", "thiol", "furan", "toluene", "acid", "ether", "ester", "ketone", "aldehyde", "urea",
    "oxane", "ane", "ene", "yne", "ine", "ide", "ate", "ite", "ium", "ol", "one", "yl", "ose", "ase", "gen", "ic",
    "ous", "al", "an", "in", "a",
)  # fmt: skip
_STARTS = (
    "tetra", "tri", "di", "mono", "hexa", "penta", "poly", "methyl", "ethyl", "propyl", "butyl", "phenyl", "benz",
    "chlor", "brom", "iod", "fluor", "nitr", "amin", "hydrox", "oxy", "thi", "sulf", "phosph", "carb", "cyclo", "iso",
    "acet", "acr", "vinyl", "cetyl", "dodec", "octa", "oct", "deca", "imid", "pyr", "fur", "sil", "perox", "per",
)  # fmt: skip
_ELEMENTS = words_of(
    """lithium sodium potassium rubidium caesium cesium magnesium calcium strontium barium scandium yttrium lanthanum
    cerium praseodymium neodymium samarium europium gadolinium terbium dysprosium holmium erbium thulium ytterbium
    lutetium titanium zirconium hafnium vanadium niobium tantalum chromium molybdenum tungsten manganese rhenium iron
    ruthenium osmium cobalt rhodium iridium nickel palladium platinum copper silver gold zinc cadmium mercury aluminium
    aluminum gallium indium thallium silicon germanium tin lead arsenic antimony bismuth selenium tellurium sulfur
    sulphur phosphorus carbon boron nitrogen oxygen hydrogen helium argon ferric ferrous cupric cuprous stannous stannic
    nickelous cobaltous manganous ammonium graphite graphene silica alumina titania zirconia ceria zeolite"""
)


@lru_cache(maxsize=65536)
def formula(token: str) -> str:
    """What kind of formula a token is: ``""``, ``E`` an element, ``O`` without metals, ``S`` salt, oxide or alloy.

    ``h`` is added for a hydrate, ``x`` for variable composition, ``+`` for an ion.
    """
    if len(token) > 60 or not _FORMULA.fullmatch(token):
        return ""
    symbols = _SYMBOL.findall(token)
    if not symbols:
        return ""
    letters = token.strip("()[]+-0123456789.")
    if letters.isalpha() and letters.isupper() and len(letters) > 3 and not any(c.isdigit() for c in token):
        return ""  # an acronym made of the symbols of non-metals
    distinct = set(symbols)
    metal = bool(distinct & _METALS)
    kind = "E" if len(distinct) == 1 and len(symbols) == 1 else "S" if metal else "O"
    if re.search(r"[*.·]\d{0,2}\(?H2O", token):
        kind += "h"
    if re.search(r"[xyzδ]", token):
        kind += "x"
    if token[-1] in "+-":
        kind += "+"
    return kind


@lru_cache(maxsize=65536)
def name_features(word: str) -> tuple[str, ...]:
    """Endings and beginnings of systematic names in a lower-case word, and whether it names an element."""
    found: list[str] = []
    if word in _ELEMENTS:
        found.append("el")
    if len(word) > 4:
        plain = word.removesuffix("s")
        ending = next((e for e in _ENDINGS if plain.endswith(e)), "")
        if ending:
            found.append("e=" + ending)
        start = next((s for s in _STARTS if word.startswith(s)), "")
        if start:
            found.append("s=" + start)
        if ending and start:
            found.append("es")
    if "hydrate" in word:
        found.append("hyd")
    if re.search(r"\((?:i|ii|iii|iv|v|vi)\)$", word):
        found.append("oxst")
    if re.search(r"(?:^|-)\d(?:,\d)*-[a-z]{3}|[nn],n-|poly\(", word):
        found.append("sys")
    return tuple(found)
