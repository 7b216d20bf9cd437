"""What a name stands for: formula, structure, ions, crystal water, molar mass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from attrs import field, frozen

from aichemist.chemistry import ATOMIC_WEIGHTS

#: g/mol; deuterium as named solvents hold it (AME2020: Wang et al., Chin. Phys. C 2021, 45, 030003)
_WEIGHTS = {**ATOMIC_WEIGHTS, "D": 2.0141}

SOURCES = ("formula", "salt name", "table", "opsin")


def _frozen_ions(ions: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(ions))


@frozen
class Substance:
    """What a written name stands for.

    ``name`` is a canonical one; ``formula`` in Hill order is the whole, crystal water included (that of the anhydrous
    compound where the water is unknown); ``smiles`` is empty where the substance is not made of molecules or ions
    (alloys, oxides) or where only its composition is known; ``ions`` maps an ion such as ``Ni+2``, ``NO3-``,
    ``SO4-2`` to its number per formula unit, empty for molecules. ``water`` is moles of crystal water per formula
    unit, ``None`` where a hydrate does not say how much. ``source`` is one of `SOURCES`; ``flags`` say what was taken
    for granted.
    """

    name: str
    formula: str
    smiles: str = ""
    ions: Mapping[str, float] = field(factory=dict, converter=_frozen_ions, hash=False)
    water: float | None = 0.0
    source: str = "table"
    flags: tuple[str, ...] = ()

    @property
    def inchikey(self) -> str:
        """Standard InChIKey of ``smiles`` by RDKit (imported only when asked for), empty without a structure."""
        return inchikey(self.smiles)

    @property
    def molar_mass_g_per_mol(self) -> float | None:
        """g/mol of the whole, ``None`` for a hydrate of unknown water."""
        if self.water is None:
            return None
        return mass(hill_counts(self.formula))


@lru_cache(maxsize=4096)
def inchikey(smiles: str) -> str:
    """Standard InChIKey of a SMILES, empty where RDKit cannot make one."""
    if not smiles:
        return ""
    from ._structure import inchikey_of

    return inchikey_of(smiles)


def mass(counts: Mapping[str, float]) -> float:
    """Molar mass in g/mol of element counts (charges weigh nothing here)."""
    return sum(_WEIGHTS[element] * count for element, count in counts.items())


def known_element(symbol: str) -> bool:
    """Whether the symbol has a standard atomic weight here (deuterium counts as one)."""
    return symbol in _WEIGHTS


def hill(counts: Mapping[str, float], charge: int = 0) -> str:
    """Hill order (Hill, J. Am. Chem. Soc. 1900, 22, 478): C, H, then alphabetical; alphabetical without carbon.

    Counts may be fractions (``Ni0.8Fe0.2``), shown with up to four decimals; a charge is put last as RDKit does
    (``H4N+``, ``O4S-2``).
    """
    first = [element for element in ("C", "H") if "C" in counts and counts.get(element)]
    rest = sorted(element for element, count in counts.items() if count and element not in first)
    body = "".join(element + number(counts[element]) for element in first + rest)
    if not charge:
        return body
    return body + ("+" if charge > 0 else "-") + (str(abs(charge)) if abs(charge) > 1 else "")


def number(count: float) -> str:
    """A count in a formula: nothing for one, no trailing zeros."""
    if abs(count - 1) < 1e-9:
        return ""
    return f"{round(count, 4):g}" if count < 1e5 else str(round(count))


def hill_counts(formula: str) -> dict[str, float]:
    """Element counts of a formula that `hill` wrote."""
    counts: dict[str, float] = {}
    position = 0
    body = formula.rstrip("0123456789") if formula.rstrip("0123456789").endswith(("+", "-")) else formula
    body = body.rstrip("+-")
    while position < len(body):
        end = position + 1
        if end < len(body) and body[end].islower():
            end += 1
        symbol = body[position:end]
        start = end
        while end < len(body) and (body[end].isdigit() or body[end] == "."):
            end += 1
        counts[symbol] = counts.get(symbol, 0.0) + (float(body[start:end]) if end > start else 1.0)
        position = end
    return counts


def added(first: Mapping[str, float], second: Mapping[str, float], times: float = 1.0) -> dict[str, float]:
    """``first + times * second`` by element."""
    total = dict(first)
    for element, count in second.items():
        total[element] = total.get(element, 0.0) + times * count
    return total
