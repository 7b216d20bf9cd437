"""Structural rules of our own: what a structure or a formula says of explosive or reactive character.

Sources: Bretherick's Handbook of Reactive Chemical Hazards, 8th ed. (2017), volume 2 (explosive groups); Lothrop and
Handrick, Chem. Rev. 1949, 44, 419 (oxygen balance); Conrow and Dean, Org. Process Res. Dev. 2008, 12, 1285, and
Bräse et al., Angew. Chem. Int. Ed. 2005, 44, 5188 (rule (C + O) / N >= 3 of azides); UN Manual of Tests and Criteria,
Appendix 6 (groups that suggest explosive or self-reactive character).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from attrs import frozen

from aichemist.chemistry import ATOMIC_WEIGHTS

from ._structure import formula_of, molecule
from ._substance import Substance
from ._text import FormulaKey, read_formula

_BRETHERICK = "Bretherick's Handbook, 8th ed., vol. 2"
_UN = "UN Manual of Tests and Criteria, Appendix 6"
_RULE_OF_SIX = "Bräse et al., Angew. Chem. Int. Ed. 2005, 44, 5188"
Severity = Literal["approval", "refuse"]


@frozen
class StructuralAlert:
    """What a rule found: rule id, what it means, its source, and what follows."""

    rule: str
    message: str
    source: str
    severity: Severity


#: rule, SMARTS, what it is, source, severity
_PATTERNS: tuple[tuple[str, str, str, str, Severity], ...] = (
    ("azide", "[#6,#7,#14,#15,#16]-[N;X2]=[N+]=[N-]", "organic azide", _BRETHERICK, "approval"),
    ("azide", "[#6]-[N-]-[N+]#N", "organic azide", _BRETHERICK, "approval"),
    ("azide", "[N-]=[N+]=[N-]", "ionic azide", _BRETHERICK, "approval"),
    ("azide", "[NX2;H1]=[N+]=[N-]", "hydrazoic acid", _BRETHERICK, "refuse"),
    ("diazo", "[#6]=[N+]=[N-]", "diazo compound", _BRETHERICK, "approval"),
    ("diazonium", "[#6]-[N+]#[N]", "diazonium salt", _BRETHERICK, "approval"),
    ("peroxide", "[OX2]-[OX2;!$(O-[#7+])]", "peroxide", _BRETHERICK, "approval"),
    ("ozonide", "[OX2]-[OX2]-[OX2]", "ozonide or trioxide", _BRETHERICK, "refuse"),
    ("cyclic_peroxide", "[O;R]-[O;R]-[#6]-[O;R]-[O;R]", "cyclic geminal peroxide", _BRETHERICK, "refuse"),
    ("nitrate_ester", "[#6]-O-[N+](=O)[O-]", "nitrate ester", _BRETHERICK, "approval"),
    ("nitrite_ester", "[#6]-O-N=O", "nitrite ester", _UN, "approval"),
    ("nitramine", "[#6]-[#7;X3]-[N+](=O)[O-]", "nitramine", _BRETHERICK, "approval"),
    (
        "n_halamine",
        "[#7;X3;!$([#7](-[#6]=O)-[#6]=O);!$([#7]S(=O)=O)]-[Cl,Br,I]",
        "N-halogen compound",
        _BRETHERICK,
        "approval",
    ),
    ("fulminate", "[C-]#[N+]-[O]", "fulminate", _BRETHERICK, "refuse"),
    ("metal_acetylide", "[C;$(C#C)]-[Cu,Ag,Au,Hg]", "acetylide of a heavy metal", _BRETHERICK, "refuse"),
    ("metal_acetylide", "[C-]#[C-].[Cu+,Ag+,Hg+2]", "acetylide of a heavy metal", _BRETHERICK, "refuse"),
    ("tetrazole", "[#7;R]1~[#7;R]~[#7;R]~[#7;R]~[#6;R]1", "tetrazole", _BRETHERICK, "approval"),
    ("triazene", "[#6]-[NX2]=[NX2]-[NX3]", "triazene", _BRETHERICK, "approval"),
    ("nitroso", "[#6;!a]-[NX2]=O", "C-nitroso compound", _UN, "approval"),
    ("perchlorate_ester", "[#6]-O-Cl(=O)(=O)=O", "perchlorate ester", _BRETHERICK, "refuse"),
    ("hypohalite", "[#6]-O-[Cl,Br,I;X2]", "organic hypohalite", _BRETHERICK, "refuse"),
    ("peroxyacid", "[CX3](=O)-[OX2]-[OX2;H1]", "peroxy acid", _BRETHERICK, "approval"),
)
_NITRO = "[#6]-[N+](=O)[O-]"
_PERCHLORATE = "O~[Cl;X4](~O)(~O)~O"
_CHLORATE = "O~[Cl;X3](~O)~O"
_EXPLOSOPHORES = {
    "azide", "diazo", "diazonium", "nitrate_ester", "nitramine", "peroxide", "tetrazole", "perchlorate_ester",
    "n_halamine",
}  # fmt: skip


def structural_findings(substance: Substance) -> list[StructuralAlert]:
    """Alerts of structure and formula, the gravest first; none for a substance of which neither is known."""
    return list(_findings(substance.smiles, substance.formula, substance.has("H200", "H201")))


@lru_cache(maxsize=4096)
def _findings(smiles: str, formula: str, explosive: bool) -> tuple[StructuralAlert, ...]:
    found: dict[str, StructuralAlert] = {}
    drawn = molecule(smiles)
    if drawn is not None:
        _of_structure(drawn, found)
    read = read_formula(formula) or read_formula(formula_of(smiles))
    if read:
        _of_formula(read[0], formula, drawn is not None, set(found), found)
    if explosive:
        _put(found, "explosive", "classified as an explosive", "CLP Annex I, 2.1 (H200, H201)", "refuse")
    return tuple(sorted(found.values(), key=lambda a: (a.severity != "refuse", a.rule)))


def _put(found: dict[str, StructuralAlert], rule: str, message: str, source: str, severity: Severity) -> None:
    if rule not in found or severity == "refuse":
        found[rule] = StructuralAlert(rule, message, source, severity)


@lru_cache(maxsize=64)
def _query(smarts: str) -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)


def _of_structure(drawn: Any, found: dict[str, StructuralAlert]) -> None:
    for rule, smarts, message, source, severity in _PATTERNS:
        if drawn.HasSubstructMatch(_query(smarts)):
            _put(found, rule, message, source, severity)
    nitro = len(drawn.GetSubstructMatches(_query(_NITRO), maxMatches=20))
    carbons = sum(a.GetSymbol() == "C" for a in drawn.GetAtoms())
    if nitro >= 3:
        _put(found, "nitro", f"{nitro} nitro groups", _BRETHERICK, "refuse" if carbons <= 4 * nitro else "approval")
    elif nitro == 2:
        _put(found, "nitro", "2 nitro groups", _BRETHERICK, "approval")
    esters = len(drawn.GetSubstructMatches(_query("[#6]-O-[N+](=O)[O-]"), maxMatches=20))
    if esters >= 2:
        _put(found, "nitrate_ester", f"{esters} nitrate ester groups", _BRETHERICK, "refuse")
    amines = len(drawn.GetSubstructMatches(_query("[#7;X3]-[N+](=O)[O-]"), maxMatches=20))
    if amines >= 2:
        _put(found, "nitramine", f"{amines} nitramine groups", _BRETHERICK, "refuse")
    if drawn.HasSubstructMatch(_query(_PERCHLORATE)) and carbons:
        _put(found, "perchlorate", "perchlorate with an organic cation", _BRETHERICK, "approval")
    if drawn.HasSubstructMatch(_query(_CHLORATE)) and carbons:
        _put(found, "chlorate", "chlorate with an organic cation", _BRETHERICK, "approval")


def _of_formula(
    key: FormulaKey, written: str, drawn: bool, groups: set[str], found: dict[str, StructuralAlert]
) -> None:
    counts = dict(key)
    carbon, nitrogen, oxygen = (counts.get(e, 0.0) for e in "CNO")
    nonmetals = {"C", "H", "N", "O", "F", "Cl", "Br", "I", "S", "P", "Si", "B"}
    metals = {e for e in counts if e not in nonmetals}
    if "azide" in groups and carbon and nitrogen and (ratio := (carbon + oxygen) / nitrogen) < 3:
        message = f"(C + O) / N = {ratio:.1f}, below 3: too much nitrogen to be handled neat"
        _put(found, "rule_of_six", message, _RULE_OF_SIX, "refuse" if ratio < 1 else "approval")
    if carbon and not metals and groups & (_EXPLOSOPHORES | {"nitro"}):
        balance = oxygen_balance(key)
        if balance is not None and balance > -100:
            grave = balance > -80 and any(found[g].severity == "refuse" for g in groups if g in found)
            _put(
                found, "oxygen_balance", f"oxygen balance {balance:.0f} % with an explosive group",
                "Lothrop and Handrick, Chem. Rev. 1949, 44, 419", "refuse" if grave else "approval",
            )  # fmt: skip
    _of_salts(written.replace(" ", ""), counts, found, drawn)


def _of_salts(written: str, counts: dict[str, float], found: dict[str, StructuralAlert], drawn: bool) -> None:
    """What an inorganic formula shows by its groups; metal nitrates are oxidisers, no explosives: not found here."""
    silent = {"Cu", "Ag", "Au", "Hg", "Pb", "Tl", "Cd"}
    heavy = bool(silent & set(counts))
    elements = set(counts)
    ionic = len(elements) == 2 and _electropositive(elements) and ("N3)" in written or written.endswith("N3"))
    if ionic and "azide" not in found:
        _put(found, "azide", "ionic azide", _BRETHERICK, "approval")
    if "azide" in found and heavy:
        _put(found, "azide", "azide of a heavy metal: primary explosive", _BRETHERICK, "refuse")
    if elements == {"N", "H"} and counts["N"] == 3 and counts["H"] == 1:
        _put(found, "azide", "hydrazoic acid", _BRETHERICK, "refuse")
    if elements in ({"N", "Cl"}, {"N", "Br"}, {"N", "I"}):
        _put(found, "n_halamine", "nitrogen halide: primary explosive", _BRETHERICK, "refuse")
    ammonium = {"N", "H"} <= elements
    if ammonium and "C" not in elements and ("ClO3" in written or "BrO3" in written):
        _put(found, "chlorate", "chlorate or bromate of ammonium: explodes by itself", _BRETHERICK, "refuse")
    if ammonium and "ClO4" in written:
        _put(found, "perchlorate", "perchlorate of ammonium or an amine", _BRETHERICK, "approval")
    if "CNO" in written and heavy:
        _put(found, "fulminate", "fulminate of a heavy metal", _BRETHERICK, "refuse")
    if elements == {"C"} | (elements & silent) and heavy and counts["C"] == 2:
        _put(found, "metal_acetylide", "acetylide of a heavy metal", _BRETHERICK, "refuse")
    if elements in ({"Ag", "N"}, {"Au", "N"}, {"Cu", "N"}, {"Hg", "N"}) and "azide" not in found:
        _put(found, "metal_nitride", "nitride of a heavy metal", _BRETHERICK, "refuse")
    if elements == {"Cl", "O"} and counts["Cl"] == 2 and counts["O"] == 7:
        _put(found, "chlorine_oxide", "dichlorine heptoxide", _BRETHERICK, "refuse")


def _electropositive(elements: set[str]) -> bool:
    return not elements - {"N"} <= {"F", "Cl", "Br", "I", "H", "S", "P", "C", "B", "O"}


def oxygen_balance(key: FormulaKey) -> float | None:
    """Oxygen balance in % of a C, H, N, O compound (halogens count as HX), ``None`` with other elements."""
    counts = dict(key)
    if set(counts) - {"C", "H", "N", "O", "Cl", "F", "S"}:
        return None
    mass = sum(ATOMIC_WEIGHTS[e] * c for e, c in key)
    hydrogen = counts.get("H", 0.0) - counts.get("Cl", 0.0) - counts.get("F", 0.0)
    needed = 2 * counts.get("C", 0.0) + hydrogen / 2 + 2 * counts.get("S", 0.0) - counts.get("O", 0.0)
    return -1600 * needed / mass


@lru_cache(maxsize=1)
def _catalogue() -> Any:
    from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

    chosen = FilterCatalogParams()
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.NIH)
    return FilterCatalog(chosen)


def catalogue_alerts(smiles: str) -> list[str]:
    """RDKit's alert catalogues. They were made to sort out drug candidates: an alert says nothing of laboratory safety,
    and no alert says nothing either."""
    drawn = molecule(smiles)
    if drawn is None:
        return []
    hits = _catalogue().GetMatches(drawn)
    return [
        f"drug-likeness alert (RDKit, {hit.GetProp('FilterSet')}): {hit.GetDescription().replace('_', ' ')}"
        for hit in hits
    ]
