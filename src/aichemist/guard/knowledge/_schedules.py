"""Lists of law: chemical-weapons schedules and precursors. Identification only: public CAS numbers and definitions."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from attrs import frozen

from ._structure import molecule
from ._substance import Substance
from ._text import name_key

Severity = Literal["measures", "approval", "refuse"]


@frozen
class Screening:
    """One entry of a list that a substance falls under; "measures": lawful laboratory use, to be kept and recorded."""

    severity: Severity
    text: str
    source: str


_CWC = "Chemical Weapons Convention, Annex on Chemicals"
_ALKYL = "[CX4;H3,$([CH2][CH3]),$([CH2][CH2][CH3]),$([CH]([CH3])[CH3])]"
#: list entry, SMARTS of the definition, words, severity
_FAMILIES: tuple[tuple[str, str, str, Severity], ...] = (
    ("schedule 1.A.1", f"{_ALKYL}P(=O)(F)O[#6]", "O-alkyl alkylphosphonofluoridates", "refuse"),
    ("schedule 1.A.2", "P(=O)(C#N)(O[#6])N([#6])[#6]", "O-alkyl N,N-dialkylphosphoramidocyanidates", "refuse"),
    ("schedule 1.A.3", f"{_ALKYL}P(=O)(O)SCC[#7]", "S-2-aminoethyl alkylphosphonothiolates", "refuse"),
    ("schedule 1.A.4", "[Cl]CCSCCCl", "sulfur mustards", "refuse"),
    ("schedule 1.A.4", "[Cl]CCSCSCCCl", "sulfur mustards", "refuse"),
    ("schedule 1.A.4", "[Cl]CCSCC[S,O]CCSCCCl", "sulfur mustards", "refuse"),
    ("schedule 1.A.5", "[Cl][CH]=[CH][As]([Cl,$([CH]=[CH]Cl)])[Cl,$([CH]=[CH]Cl)]", "lewisites", "refuse"),
    ("schedule 1.A.6", "[NX3;!$(N~[!#6])](CCCl)(CCCl)[CX4]", "nitrogen mustards", "refuse"),
    ("schedule 1.A.13, 1.A.14", "P(=O)(F)([#6,#8])N=C([#6,#7])N([#6])[#6]",
     "P-alkyl or O-alkyl amidine phosphonofluoridates", "refuse"),
    ("schedule 1.B.9", f"{_ALKYL}P(=O)(F)F", "alkylphosphonyl difluorides", "refuse"),
    ("schedule 1.B.10", f"{_ALKYL}P(O)OCC[#7]", "O-2-aminoethyl alkylphosphonites", "refuse"),
    ("schedule 2.B.4", f"[#15;X4]({_ALKYL})(=[O,S])[O,S,Cl,F,N]",
     "phosphorus bonded to one methyl, ethyl or propyl group", "approval"),
    ("schedule 2.B.5", "P(=O)([Cl,F,Br,I])([Cl,F,Br,I])N([#6])[#6]", "N,N-dialkylphosphoramidic dihalides", "approval"),
    ("schedule 2.B.10", "[Cl]CC[NX3;H0]([#6])[#6;!$(CCCl)]", "2-chloroethyl dialkylamines", "approval"),
    ("schedule 2.B.13", "OCCSCCO", "thiodiglycol", "approval"),
)  # fmt: skip
#: families that only fluorophosphorus and cyanophosphorus share: not scheduled as such, but of the same effect
_ANALOGUES = (
    ("[P;X4](=[O,S])(F)([#6,#8,#7,#16])[#6,#8,#7,#16]", "organophosphorus fluoride, analogue of scheduled agents"),
    ("[NX3](CCCl)CCCl", "bis(2-chloroethyl)amine, analogue of nitrogen mustards"),
    ("[P;X4](=[O,S])(C#N)[#8,#7,#16]", "organophosphorus cyanide, analogue of scheduled agents"),
)


@frozen
class _Listed:
    cas: str
    name: str
    entry: str
    severity: Severity
    source: str


@lru_cache(maxsize=1)
def listed_names() -> dict[str, _Listed]:
    """The lists by the form under which names are filed."""
    return {
        name_key(name): entry for entries in listed().values() for entry in entries for name in entry.name.split(";")
    }


@lru_cache(maxsize=1)
def listed() -> dict[str, list[_Listed]]:
    """The lists by CAS number."""
    found: dict[str, list[_Listed]] = {}
    text = (files(__package__) / "data" / "_schedules.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            cas, name, entry, severity, source = line.split("\t")
            found.setdefault(cas, []).append(_Listed(cas, name, entry, severity, source))  # type: ignore[arg-type]
    return found


def screening(substance: Substance) -> list[Screening]:
    """Entries of law that a substance falls under, by CAS number and by family. Not finding one proves nothing."""
    return list(_screened(substance.cas, substance.smiles))


@lru_cache(maxsize=4096)
def _screened(cas: str, smiles: str) -> tuple[Screening, ...]:
    found = [Screening(e.severity, f"{e.name.partition(';')[0]}: {e.entry}", e.source) for e in listed().get(cas, [])]
    drawn = molecule(smiles)
    if drawn is not None and drawn.GetNumAtoms() > 3:
        numbers = {a.GetAtomicNum() for a in drawn.GetAtoms()}
        if numbers & {15, 16, 33} or {7, 17} <= numbers:
            found += _families(drawn, bool(found))
    return tuple(sorted(found, key=lambda s: ("refuse", "approval", "measures").index(s.severity)))


def _families(drawn: Any, already: bool) -> list[Screening]:
    found = []
    for entry, smarts, words, severity in _FAMILIES:
        if drawn.HasSubstructMatch(_query(smarts)):
            found.append(Screening(severity, f"family of {words}: {entry}", _CWC))
    if not found and not already:
        for smarts, words in _ANALOGUES:
            if drawn.HasSubstructMatch(_query(smarts)):
                found.append(
                    Screening(
                        "approval" if "mustard" in words else "refuse", words, f"{_CWC}, by analogy with schedule 1"
                    )
                )
    return found


@lru_cache(maxsize=64)
def _query(smarts: str) -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


def schedule_text(cas: str, smiles: str) -> str:
    """The entries in one line, empty where there is none."""
    return "; ".join(f"{s.text} ({s.source})" for s in _screened(cas, smiles))
