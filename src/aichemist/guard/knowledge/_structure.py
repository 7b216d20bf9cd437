"""What RDKit says of a SMILES, with bounded length and without its messages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ._text import MAX_TEXT

#: larger molecules are not looked at: matching patterns on them has no bounded time
MAX_ATOMS = 300


@lru_cache(maxsize=2048)
def molecule(smiles: str) -> Any | None:
    """RDKit molecule, ``None`` where the text is too long, too large, or no SMILES."""
    if not smiles or len(smiles) > MAX_TEXT or " " in smiles:
        return None
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        try:
            found = Chem.MolFromSmiles(smiles)
        except (RuntimeError, ValueError, OverflowError):
            return None
    if found is None or not 0 < found.GetNumAtoms() <= MAX_ATOMS:
        return None
    return found


def inchikey_of(smiles: str) -> str:
    """Standard InChIKey; empty where there is none."""
    found = molecule(smiles)
    if found is None:
        return ""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        try:
            return str(Chem.MolToInchiKey(found) or "")  # type: ignore[no-untyped-call]
        except (RuntimeError, ValueError):
            return ""


def formula_of(smiles: str) -> str:
    """Molecular formula without charges, empty where there is none."""
    found = molecule(smiles)
    if found is None:
        return ""
    counts: dict[str, int] = {}
    for atom in found.GetAtoms():
        symbol = atom.GetSymbol()
        if symbol == "*":
            return ""
        counts[symbol] = counts.get(symbol, 0) + 1
        if hydrogens := atom.GetTotalNumHs():
            counts["H"] = counts.get("H", 0) + hydrogens
    from ._text import formula_key, hill

    return hill(formula_key({k: float(v) for k, v in counts.items()}))
