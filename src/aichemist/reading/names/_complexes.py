"""Coordination names: ``hexaammineruthenium(III)``, ``tris(bipyridine)ruthenium(II)``, ``tetrachloroferrate(III)``."""

from __future__ import annotations

from functools import cache

from ._files import lines
from ._formulas import counts_of
from ._ions import Ion, metal_names, squeezed
from ._substance import added, hill

PREFIXES: dict[str, int] = {
    "tetrakis": 4, "pentakis": 5, "hexakis": 6, "mono": 1, "tetra": 4, "penta": 5, "hexa": 6, "hepta": 7, "octa": 8,
    "nona": 9, "deca": 10, "dodeca": 12, "tris": 3, "bis": 2, "tri": 3, "di": 2, "tetr": 4, "pent": 5,
    "hex": 6, "mon": 1,
}  # fmt: skip

STATES = {"(0)": 0, "(i)": 1, "(ii)": 2, "(iii)": 3, "(iv)": 4, "(v)": 5, "(vi)": 6, "(vii)": 7, "(viii)": 8}

_LATIN_ATES = {"ferrate": "iron", "cuprate": "copper", "argentate": "silver", "aurate": "gold", "plumbate": "lead",
               "stannate": "tin", "antimonate": "antimony", "molybdate": "molybdenum", "tungstate": "tungsten",
               "platinate": "platinum", "tantalate": "tantalum", "mercurate": "mercury", "aluminate": "aluminium",
               "chromate": "chromium", "rhenate": "rhenium", "manganate": "manganese"}  # fmt: skip
_MOST_LIGANDS = 5


@cache
def ligands() -> dict[str, tuple[str, int, str]]:
    """Formula, charge and SMILES of a ligand by `squeezed` name."""
    found = {}
    for name, formula, charge, smiles, names in lines("ligands.tsv"):
        for each in (name, *filter(None, names.split(";"))):
            found[squeezed(each)] = (formula, int(charge), smiles)
    return found


@cache
def _centres() -> dict[str, tuple[str, bool]]:
    """Symbol of a central atom by name, and whether the name is of an anion (``-ate``)."""
    found = {name: (metal.symbol, False) for name, (metal, state) in metal_names().items() if state is None}
    symbols = {name: symbol for name, (symbol, _) in found.items()}
    for name, symbol in symbols.items():
        stem = name.removesuffix("ium").removesuffix("um")
        found.setdefault(stem + "ate", (symbol, True))
    found.update({"zincate": ("Zn", True), "cobaltate": ("Co", True), "nickelate": ("Ni", True)})
    found.update({ate: (symbols[metal], True) for ate, metal in _LATIN_ATES.items()})
    return found


@cache
def _longest_first(which: str) -> tuple[str, ...]:
    names = ligands() if which == "ligands" else _centres()
    return tuple(sorted(names, key=len, reverse=True))


def complex_at(text: str) -> tuple[int, Ion] | None:
    """The coordination entity that a `squeezed` text starts with and its length, ``None`` where there is none.

    The oxidation state must be written: without it the charge would be a guess.
    """
    position = 0
    parts: list[tuple[int, tuple[str, int, str]]] = []
    while len(parts) < _MOST_LIGANDS:
        step = _ligand(text, position)
        if step is None:
            break
        position, many, ligand = step
        parts.append((many, ligand))
    if not parts:
        return None
    centre = next((c for c in _longest_first("centres") if text.startswith(c, position)), None)
    if centre is None:
        return None
    position += len(centre)
    written = next((s for s in STATES if text.startswith(s, position)), None)
    if written is None:
        return None
    symbol, negative = _centres()[centre]
    state = STATES[written]
    charge = state + sum(many * charge for many, (_, charge, _) in parts)
    if negative != (charge < 0):
        return None
    counts = {symbol: 1.0}
    for many, (formula, _, _) in parts:
        counts = added(counts, counts_of(formula) or {}, many)
    atom = f"[{symbol}{f'+{state}' if state > 1 else '+' if state else ''}]"
    pieces = [smiles for many, (_, _, smiles) in parts for _ in range(many)]
    whole = ".".join([*pieces, atom]) if all(pieces) else ""
    position += len(written)
    return position, Ion(text[:position], hill(counts), charge, whole, True)


def _ligand(text: str, position: int) -> tuple[int, int, tuple[str, int, str]] | None:
    for prefix, many in (*PREFIXES.items(), ("", 1)):
        if not text.startswith(prefix, position):
            continue
        start = position + len(prefix)
        bracket = text.startswith("(", start)
        for name in _longest_first("ligands"):
            if not text.startswith(name, start + bracket):
                continue
            end = start + bracket + len(name)
            if bracket:
                if not text.startswith(")", end):
                    continue
                end += 1
            return end, many, ligands()[name]
    return None
