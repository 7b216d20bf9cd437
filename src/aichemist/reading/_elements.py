"""Chemical elements in a sentence: by name, and as symbols inside formulas; never an English word or an acronym."""

from __future__ import annotations

import re

from aichemist.chemistry import ATOMIC_WEIGHTS

#: names and derived forms of the metals an inorganic catalyst may hold; "lead" is left out (it is a verb)
NAMES: dict[str, str] = {
    "lithium": "Li", "beryllium": "Be", "sodium": "Na", "magnesium": "Mg", "aluminium": "Al", "aluminum": "Al",
    "potassium": "K", "calcium": "Ca", "scandium": "Sc", "titanium": "Ti", "vanadium": "V", "chromium": "Cr",
    "manganese": "Mn", "iron": "Fe", "ferric": "Fe", "ferrous": "Fe", "cobalt": "Co", "cobaltous": "Co",
    "nickel": "Ni", "nickelous": "Ni", "copper": "Cu", "cupric": "Cu", "zinc": "Zn", "gallium": "Ga",
    "germanium": "Ge", "selenium": "Se", "rubidium": "Rb", "strontium": "Sr", "yttrium": "Y", "zirconium": "Zr",
    "niobium": "Nb", "molybdenum": "Mo", "ruthenium": "Ru", "rhodium": "Rh", "palladium": "Pd", "silver": "Ag",
    "cadmium": "Cd", "indium": "In", "tin": "Sn", "antimony": "Sb", "tellurium": "Te", "caesium": "Cs",
    "cesium": "Cs", "barium": "Ba", "lanthanum": "La", "cerium": "Ce", "ceria": "Ce", "praseodymium": "Pr",
    "neodymium": "Nd", "samarium": "Sm", "europium": "Eu", "gadolinium": "Gd", "terbium": "Tb",
    "dysprosium": "Dy", "holmium": "Ho", "erbium": "Er", "thulium": "Tm", "ytterbium": "Yb", "lutetium": "Lu",
    "hafnium": "Hf", "tantalum": "Ta", "tungsten": "W", "rhenium": "Re", "osmium": "Os", "iridium": "Ir",
    "platinum": "Pt", "gold": "Au", "mercury": "Hg", "thallium": "Tl", "bismuth": "Bi", "thorium": "Th",
    "manganous": "Mn", "stannous": "Sn", "cerous": "Ce", "cerious": "Ce", "ceric": "Ce",
    "uranium": "U", "carbon": "C", "nitrogen": "N", "phosphorus": "P", "sulfur": "S", "sulphur": "S",
}  # fmt: skip

_NAME = re.compile(r"(?<![A-Za-z])(?:" + "|".join(sorted(NAMES, key=len, reverse=True)) + r")(?![A-Za-z])", re.I)

_TWO = "|".join(s for s in ATOMIC_WEIGHTS if len(s) == 2)
_ONE = "".join(s for s in ATOMIC_WEIGHTS if len(s) == 1)
_ATOM = rf"(?:(?:{_TWO})|[{_ONE}])"
# a subscript: 2, 0.6, x, 1-x, 3-δ. Possessive throughout, so that no text makes the search go back.
_SUBSCRIPT = r"(?:\d++(?:\.\d++)?+(?:[-±][xyzδ](?![a-z]))?+|[xyzδ](?![a-z]))?+"
_OXIDATION = r"\((?:IV|VI|V|III|II|I)\)"
#: a run of symbols, subscripts and brackets standing alone as a word
_FORMULA = re.compile(
    rf"(?<![A-Za-z0-9.])[(\[]?+(?:{_ATOM}{_SUBSCRIPT}|{_OXIDATION}|[(\[](?=[A-Z])|[)\]]{_SUBSCRIPT})++(?![A-Za-z])"
)
_SYMBOL = re.compile(_ATOM)

#: lone symbols that are more often something else: words, names, units
_NEVER_ALONE = frozenset({"In", "As", "I", "He", "No", "At", "Be", "Am", "Os", "Re", "Er", "Ho", "Th", "Tm"})
_NEEDS_COMPANY = frozenset({"Co", "La", "Mo", "Al", "Ga", "Pa", "Ne", "Xe", "Ag", "Si", "Te", "Tl", "Sm", "Pr", "Sc"})
_COMPANY_AFTER = re.compile(
    rf" ?(?:, ?(?:and |or )?|and |or |[-/:] ?)(?:{_TWO}|[NCOPSBF](?![a-z]))"
    r"|[- ](?:doped|doping|based|rich|free|substituted|containing|modified|oxides?|hydroxides?|oxyhydroxides?|ions?"
    r"|cations?|sites?|atoms?|content|fraction|species|catalysts?|dopants?|foam|loading|nanoparticles?|incorporation"
    r"|concentration|metal|salts?|precursors?|film|films|electrodes?|active)(?![a-z])"
)
_COMPANY_NAME = re.compile(r"^(?:\.,?| ?, ?Ltd| Ltd| ?, ?Inc| KG)")
_SUPPORT = re.compile(r" ?(?:foam|mesh|foil|felt|wire|plate|grid|tape|substrate|current collector)s?(?![a-z])", re.I)
_ET_AL = re.compile(r",? et al")


def find_elements(sentence: str) -> frozenset[str]:
    """Symbols of the elements that a tidied sentence speaks of.

    Names of metals count, and symbols inside formulas (``Ni0.6Fe0.2Ce0.2OOH``, ``NiFe LDH``, ``Ni-Fe-Co``). Left out:
    acronyms in capitals, single letters, English words (In, As, I, He, No), companies (``Denko Co.``), and metals that
    are only a support (``Ni foam``).
    """
    found = {
        NAMES[m[0].lower()] for m in _NAME.finditer(sentence) if not _SUPPORT.match(sentence[m.end() : m.end() + 24])
    }
    for match in _FORMULA.finditer(sentence):
        found.update(_symbols(match, sentence))
    return frozenset(found)


def _symbols(match: re.Match[str], sentence: str) -> tuple[str, ...]:
    word = match[0]
    after, before = sentence[match.end() : match.end() + 32], sentence[max(0, match.start() - 16) : match.start()]
    symbols = _SYMBOL.findall(re.sub(_OXIDATION, "", word))
    if len(set(symbols)) > 1 or len(symbols) > 1:
        letters = word.strip("()[]")
        if letters.isalpha() and letters.removesuffix("s").isupper() and letters not in ("KOH", "CO", "KF", "HF"):
            return ()  # SOFCs, PBSCF, OH, NO: an acronym or not worth the risk
        return () if _ET_AL.match(after) else tuple(symbols)
    if not symbols or len(symbols[0]) == 1 or symbols[0] in _NEVER_ALONE or _ET_AL.match(after):
        return ()
    symbol = symbols[0]
    if _SUPPORT.match(after) or (word.startswith("(") and word.endswith(")")):
        return ()  # a support, or the sign of a quantity: "the radius (Rh)"
    if word.strip("()[]") == symbol and symbol in _NEEDS_COMPANY:
        if _COMPANY_NAME.match(after):
            return ()
        if not (_COMPANY_AFTER.match(after) or re.search(rf"(?:{_TWO})[^A-Za-z]{{1,6}}(?:and |or )?$", before)):
            return ()
    return (symbol,)


def find_formulas(sentence: str) -> tuple[str, ...]:
    """Words of a tidied sentence that are chemical formulas of two symbols or more, in order."""
    return tuple(m[0] for m in _FORMULA.finditer(sentence) if len(set(_symbols(m, sentence))) > 1)
