"""Ions by name and by formula, metals with their oxidation states: the tables of the package, read once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from attrs import frozen

from ._files import lines
from ._formulas import counts_of

#: anions that build lattices, not salts: a compound of a metal with several oxidation states and one of these is
#: several compounds, and none is written as separate ions
LATTICE = frozenset(
    {"oxide", "sulfide", "selenide", "telluride", "nitride", "phosphide", "arsenide", "carbide", "silicide", "boride"}
    | {"disulfide", "tetrasulfide"}
)
#: anions whose missing cations are protons: disodium phosphate is Na2HPO4
FILLED_BY_PROTONS = frozenset({"phosphate", "citrate", "edta", "pyrophosphate", "arsenate", "sulfate", "tartrate"})


@frozen
class Ion:
    """An ion: canonical name, formula without charge, charge, SMILES (empty for lattice anions and clusters)."""

    name: str
    formula: str
    charge: int
    smiles: str
    metal: bool = False

    @property
    def key(self) -> str:
        """As `Substance.ions` names it: ``Ni+2``, ``NO3-``, ``SO4-2``."""
        sign = "+" if self.charge > 0 else "-"
        body = f"[{self.formula}]" if any(c in self.formula for c in "(") and self.charge else self.formula
        return body + sign + (str(abs(self.charge)) if abs(self.charge) > 1 else "")

    def counts(self) -> dict[str, float]:
        """Element counts."""
        found = counts_of(self.formula)
        if found is None:
            raise ValueError(f"the table's formula {self.formula!r} does not read")
        return found


@frozen
class Metal:
    """An element that heads salts: its states, and the one meant when none is said (``None``: must be said)."""

    symbol: str
    name: str
    states: tuple[int, ...]
    default: int | None

    def ion(self, state: int) -> Ion:
        """The bare cation of that oxidation state."""
        sign = f"+{state}" if state > 1 else "+"
        return Ion(self.spelt(state), self.symbol, state, f"[{self.symbol}{sign}]", True)

    def spelt(self, state: int) -> str:
        """``iron(III)``; plain ``sodium`` where there is one state only."""
        return self.name if len(self.states) == 1 else f"{self.name}({ROMAN[state]})"


ROMAN = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def squeezed(name: str) -> str:
    """The form in which names are compared: spelling variants made one, lower case, no spaces or hyphens."""
    text = name.casefold()
    for old, new in _SPELLINGS:
        text = text.replace(old, new)
    return "".join(c for c in text if c not in " -'’′`")


_SPELLINGS = (
    ("sulph", "sulf"),
    ("sulfer", "sulfur"),
    ("aluminum", "aluminium"),
    ("cesium", "caesium"),
    ("wolframate", "tungstate"),
    ("phosphorous pent", "phosphorus pent"),
    ("phosphorous tri", "phosphorus tri"),
    ("phosphorous oxy", "phosphorus oxy"),
    ("bichromate", "dichromate"),
)


@cache
def _read(table: str) -> tuple[dict[str, Ion], dict[str, list[Ion]]]:
    by_name: dict[str, Ion] = {}
    by_formula: dict[str, list[Ion]] = {}
    for name, formula, charge, smiles, names, formulas in lines(table):
        ion = Ion(name, formula, int(charge), smiles)
        for each in (name, *filter(None, names.split(";"))):
            by_name.setdefault(squeezed(each), ion)
        for each in (formula, *filter(None, formulas.split(";"))):
            by_formula.setdefault(each, []).append(ion)
    return by_name, by_formula


def anions() -> dict[str, Ion]:
    """Anions by `squeezed` name."""
    return _read("anions.tsv")[0]


def cations() -> dict[str, Ion]:
    """Cations that are not bare metal ions, by `squeezed` name."""
    return _read("cations.tsv")[0]


def anions_by_formula() -> dict[str, list[Ion]]:
    """Anions by every way to write them in a formula; several of one formula differ in charge or structure."""
    return _read("anions.tsv")[1]


def cations_by_formula() -> dict[str, list[Ion]]:
    """Cations that are not bare metal ions, by every way to write them."""
    return _read("cations.tsv")[1]


@cache
def metals() -> dict[str, Metal]:
    """Metals by symbol."""
    found = {}
    for symbol, name, states, default, _ in lines("metals.tsv"):
        known = tuple(int(s) for s in states.split(","))
        found[symbol] = Metal(symbol, name, known, None if default == "-" else int(default))
    return found


@cache
def metal_names() -> dict[str, tuple[Metal, int | None]]:
    """Metals by `squeezed` name, with the state that a Latin form says: ``ferric`` -> (iron, 3)."""
    found: dict[str, tuple[Metal, int | None]] = {}
    for symbol, name, _, _, latin in lines("metals.tsv"):
        metal = metals()[symbol]
        found[name] = (metal, None)
        for each in filter(None, latin.split(";")):
            word, state = each.split("=")
            found[word] = (metal, int(state) if state else None)
    return found


def element_name(text: str) -> tuple[str, str] | None:
    """Symbol and name of a metal named alone: ``zinc`` -> ``("Zn", "zinc")``."""
    found = metal_names().get(squeezed(text))
    return (found[0].symbol, found[0].name) if found and found[1] is None else None


@cache
def _settled() -> dict[tuple[str, str], list[tuple[str, int | None]]]:
    found: dict[tuple[str, str], list[tuple[str, int | None]]] = {}
    for symbol, anion, water, state in lines("states.tsv"):
        found.setdefault((symbol, anion), []).append((water, None if state == "-" else int(state)))
    return found


def unsaid_state(metal: Metal, anion: Ion, water: float | None) -> int | None:
    """The oxidation state that a name without one means, or ``None`` where it could be several.

    The tables ``states.tsv`` (this anion, this much water) and ``metals.tsv`` (default) say it, with their sources.
    """
    rows = _settled().get((metal.symbol, anion.name), [])
    for said, state in sorted(rows, key=lambda row: row[0] == "*"):
        if said == "*" or (water is not None and abs(float(said) - water) < 1e-6):
            return state
    if anion.name in LATTICE and len(metal.states) > 1:
        return None
    if anion.name in LATTICE - {"oxide", "sulfide", "selenide", "telluride"} and metal.symbol not in _NITRIDES:
        return None
    return metal.default


#: cations whose compounds with lattice anions are salts of separate ions all the same
_IONIC = frozenset({"Li", "Na", "K", "Rb", "Cs", "NH4", "H"})


def is_lattice(ions: Iterable[Ion]) -> bool:
    """Whether the ions make an extended solid that is no salt: ``NiO``, ``ZnS``, but not ``Na2S``."""
    known = list(ions)
    if not any(ion.name in LATTICE for ion in known):
        return False
    return any(ion.metal and ion.formula not in _IONIC for ion in known) or any(not ion.charge for ion in known)


#: of the elements with one state those whose nitride, phosphide, ... follow it
_NITRIDES = frozenset({"Al", "Ga", "In", "B", "Mg", "Ca", "Sc", "Y", "La", "Zn", "Cd", "Li", "Si"})
