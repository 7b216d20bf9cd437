"""RDKit's checks of a structure; imported only where a structure is asked for or comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rdkit import Chem, RDLogger
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from ._substance import hill_counts

RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]

#: RDKit's time grows with the molecule; no reagent of a paper is larger
_MAX_SMILES = 2000


@lru_cache(maxsize=4096)
def molecule(smiles: str) -> Any:
    """RDKit's molecule, or ``None`` where the SMILES does not parse or is too long."""
    if not smiles or len(smiles) > _MAX_SMILES:
        return None
    return Chem.MolFromSmiles(smiles)


def inchikey_of(smiles: str) -> str:
    """Standard InChIKey, empty where there is none."""
    mol = molecule(smiles)
    return str(Chem.MolToInchiKey(mol)) if mol is not None else ""  # type: ignore[no-untyped-call]


def canonical(smiles: str) -> str:
    """RDKit's canonical SMILES, empty where it does not parse."""
    mol = molecule(smiles)
    return str(Chem.MolToSmiles(mol)) if mol is not None else ""


def counts_of(smiles: str) -> dict[str, float] | None:
    """Element counts (deuterium apart as ``D``), ``None`` where the SMILES does not parse or holds wildcards."""
    mol = molecule(smiles)
    if mol is None or any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        return None
    return hill_counts(CalcMolFormula(mol, True, True))


def net_charge(smiles: str) -> int:
    """Sum of the formal charges."""
    mol = molecule(smiles)
    return int(Chem.GetFormalCharge(mol)) if mol is not None else 0


def radicals(smiles: str) -> int:
    """Unpaired electrons on main-group atoms."""
    mol = molecule(smiles)
    return sum(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()) if mol is not None else 0


#: bonded to carbon or hydrogen these are drawn without charge
_ORGANOMETALLIC = frozenset(
    {"Sn", "Ge", "Hg", "Al", "Zn", "Mg", "Li", "Si", "B", "P", "As", "Se", "Te", "Pb", "Sb", "Bi"}
)


def metals_agree(smiles: str, states: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether every metal atom has a charge that is one of its states, or bonds of which its kind is capable."""
    mol = molecule(smiles)
    for atom in mol.GetAtoms() if mol is not None else ():
        symbol = atom.GetSymbol()
        if symbol not in states or symbol in ("B", "Si", "P", "As", "Se", "Te"):
            continue
        bonded = atom.GetDegree() > 0 or atom.GetTotalNumHs() > 0
        if atom.GetFormalCharge() not in states[symbol] and not (bonded and symbol in _ORGANOMETALLIC):
            return False
    return mol is not None


def fragments(smiles: str) -> dict[str, int]:
    """Canonical SMILES of each part that a dot separates, with its number; ``{}`` where it does not parse."""
    mol = molecule(smiles)
    found: dict[str, int] = {}
    for part in Chem.GetMolFrags(mol, asMols=True) if mol is not None else ():
        text = str(Chem.MolToSmiles(part))
        found[text] = found.get(text, 0) + 1
    return found
