"""Groups of a molecule from its structure (SMARTS)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

#: longer texts are not parsed: no reagent needs them
_LONGEST = 1000

_ACID = "[CX3](=O)[OX2H1]"
#: group -> SMARTS, any of which makes a member
PATTERNS: dict[str, tuple[str, ...]] = {
    "organic_acid": (_ACID, "[#6]S(=O)(=O)[OH]", "OC1=C(O)C(=O)OC1", "[CX3](=O)[OX1-].[#1+]"),
    "acid": (_ACID, "[#6]S(=O)(=O)[OH]", "[#6]OS(=O)(=O)[OH]", "[#6]P(=O)([OH])", "[#6][N;+;!$(N=*);!H0]", "[nH+]", "[Cl;H1;+0]", "[Br;H1;+0]", "[I;H1;+0]"),
    "alcohol": ("[CX4][OX2H1]",),
    "polyol": ("[OX2H1][CX4][CX4][OX2H1]", "[OX2H1][CX4][CX4][CX4][OX2H1]"),
    "formic": ("[CX3H1](=O)[OX2H1]", "[CX3H1](=O)[OX1-]", "[OX2H1,OX1-]C(=O)C(=O)[OX2H1,OX1-]"),
    "dithionite": ("[O-]S(=O)S(=O)[O-]",),
    "phenol": ("c[OX2H1]",),
    "ketone": ("[#6][CX3](=O)[#6;!$(C=[O,N])]",),
    "aldehyde": ("[CX3H1](=O)[#6]", "[CX3H2]=O"),
    "ether": ("[OD2]([#6;!$(C=O)])[#6;!$(C=O)]",),
    "ester": ("[CX3](=O)[OX2][#6]", "S(=O)(=O)[OX2][CX4]", "[P](=O)[OX2][#6]"),
    "alkyne": ("[CX2]#[CX2H1]", "[C-]#C"),
    "haloalkane": ("[#6][F,Cl,Br,I]",),
    "gem_dihalide": ("[CX4]([Cl,Br,I])[Cl,Br,I]",),
    "haloform": ("[CX4H1]([Cl,Br,I])([Cl,Br,I])[Cl,Br,I]",),
    "nitrile": ("[CX4,c,C]C#N",),
    "sulfoxide": ("[#6][SX3](=O)[#6]", "[#6][S+]([O-])[#6]"),
    "amide": ("[CX3](=O)[NX3]",),
    "sulfamic": ("[NX3H2]C(=O)[NX3H2]", "[NX3H2]S(=O)(=O)[OH]"),
    "amine": ("[NX3;!$(N[C,S,P]=[O,S]);!$(N~[N,O]);!$(NC#N);!$(NCl);!$(NBr)][CX4]", "[NX3;H1,H2;!$(N[C,S]=[O,S]);!$(N~[N,O])][#6]", "[nX2;r6]", "[NX2]=[CX3]N", "[n;X2;r5]"),
    "aromatic_amine": ("[NX3;!$(N~[O,N]);!$(NC=O);!$(NS=O)]c",),
    "thiol": ("[#6][SX2H1]", "[#6][SX2;!$(S~[S,O])][#6;!$(C=[O,N])]", "[#6]SS[#6]", "S=C=S", "[CX4,c][S-]"),
    "alkylator": ("[CX4;H3,H2][I,Br]", "[CX4H2](c)[Cl]", "C=C[CX4H2][Cl]", "S(=O)(=O)[OX2][CX4]"),
    "acyl_halide": ("[CX3](=[O,S])[F,Cl,Br,I]", "[SX4](=O)(=O)[F,Cl,Br]", "[SX3](=O)[Cl,Br]", "[P](=O)[Cl,Br]"),
    "anhydride": ("[CX3](=O)[OX2][CX3]=O", "S(=O)(=O)OS(=O)=O"),
    "isocyanate": ("N=C=O",),
    "epoxide": ("C1OC1", "C1NC1"),
    "monomer": ("[CX3H2]=[CX3][c,Cl,Br,C,O,$(C=O),$(C#N)]", "[CX3H2]=[CX3][CX3]=[CX3H2]", "C1OC1", "[CX3H2]=[CX3](C)C(=O)", "[CH2]=C[#7]", "[CX3H2]=[CX2]=O"),
    "nitro": ("[#6][N+](=O)[O-]", "[#6]N(=O)=O", "[#7][N+](=O)[O-]"),
    "nitrate_ester": ("[#6]O[N+](=O)[O-]", "[#6]ON=O"),
    "diazo": ("[#6]=[N+]=[N-]", "[#6][N+]#N", "[#6-][N+]#N", "[#6]N=NN"),
    "organic_azide": ("[#6,P,S,Si]N=[N+]=[N-]", "[#6,P,S][N-][N+]#N"),
    "organic_peroxide": ("[#6]O[OX2]",),
    "peracid": ("[CX3](=O)O[OH]",),
    "n_halo": ("[#7][Cl,Br;X1]",),
    "organometallic": ("[#6][Li,Na,K,Mg,Zn,Al]", "[CX3-,CX4-].[Li+,Na+,K+]"),
    "peroxidisable": ("[CX4;H1,H2;!$(C=O)]O[CX4;H1,H2]", "[CX4H1]([CX4H3])([CX4H3])O[CX4H1]", "C1CCC2CCCCC2C1"),
    "hydrazine": ("[NX3;!$(N~O);!$(NC=O)][NX3;!$(N~O);!$(NC=O)]", "[NH2][NH2]", "[NX3;H2]N", "[NH3+][NH2,NH3+]"),
    "hydroxylamine": ("[NX3;H2,H1;!$(NC=O)][OX2H1]", "[NH3+]O", "[#6]=N[OH]"),
    # ions and small inorganic molecules written as SMILES
    "nitrate": ("[O-][N+](=O)[O-]",), "nitrite": ("[O-][NX2]=O", "[OX2H1][NX2]=O"),
    "oxidising_acid": ("[OH][N+](=O)[O-]", "[OH]Cl(=O)(=O)=O", "[OH][Cl+3]([O-])([O-])[O-]", "[OH]OS(=O)(=O)[OH]"),
    "sulfuric_acid": ("[OH]S(=O)(=O)[OH]", "[OH]S(=O)(=O)Cl"),
    "azide": ("[N-]=[N+]=[N-]", "[NX2;H1]=[N+]=[N-]"),
    "cyanide": ("[C-]#N", "[CH]#N", "[Na,K,Ag,Cu,Zn]C#N", "C[Si](C)(C)C#N"), "thiocyanate": ("[S-]C#N", "[N-]=C=[S,O]", "[O-]C#N"),
    "carbonate": ("[O-]C(=O)[O-]", "[O-]C(=O)[OH]"), "sulfide": ("[S-2]", "[SH-]", "[SX2H2]"),
    "sulfite": ("[O-][SX3](=O)[O-,OH]", "[O-]S(=O)S(=O)[O-]", "[O-]S(=O)S(=O)(=O)[O-]"),
    "thiosulfate": ("[O-]S(=O)(=S)[O-]", "[O-]S(=O)(=O)[S-]"),
    "persulfate": ("S(=O)(=O)OOS(=O)(=O)", "[O-]S(=O)(=O)OO", "OS(=O)(=O)O[O-]"),
    "hydrogen_peroxide": ("[OH][OH]", "[OX2H2].[OX2H1][OX2H1]"), "metal_peroxide": ("[O-][O-]", "[O-][O]"),
    "hypochlorite": ("[O-][Cl,Br;X1]", "[OH][Cl,Br;X1]"), "chlorite": ("[O-]Cl=O", "[O-][Cl+][O-]"),
    "chlorate": ("[O-][Cl,Br,I](=O)=O", "[O-][Cl+2]([O-])[O-]"),
    "perchlorate": ("[O-][Cl,I](=O)(=O)=O", "[OH]Cl(=O)(=O)=O", "[O-][Cl+3]([O-])([O-])[O-]"),
    "permanganate": ("[O-][Mn](=O)(=O)=O",), "chromate": ("[O-][Cr](=O)(=O)", "O=[Cr](=O)=O", "Cl[Cr](=O)(=O)"),
    "strong_base": ("[OH-]", "[CX4][O-]", "[NH2-]", "[Li,Na,K]O[CX4]", "[#6][N-][#6].[Li+,Na+,K+]", "[Li,Na,K]N"),
    "ammonium": ("[NH4+]",), "ammonia": ("[NX3H3]",), "water": ("[OX2H2]",), "halogen": ("ClCl", "BrBr", "FF", "BrCl", "ICl"),
    "iodine": ("II",), "halide": ("[Cl-,Br-,I-]",), "iodide": ("[I-]",), "fluoride": ("[F-]",), "hydrogen_fluoride": ("[FH]",),
    "mineral_acid": ("[ClH;+0]", "[BrH;+0]", "[IH;+0]", "[OH]P(=O)([OH])[OH]"), "borohydride": ("[BH4-]", "[BH3-]"),
    "hydride": ("[AlH4-]", "[H-]", "[AlH2,AlH]"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[str, Any], ...]:
    from rdkit import Chem

    found = []
    for group, patterns in PATTERNS.items():
        for text in patterns:
            pattern = Chem.MolFromSmarts(text)
            if pattern is None:
                raise ValueError(f"group {group}: {text} is no SMARTS")
            found.append((group, pattern))
    return tuple(found)


@lru_cache(maxsize=2048)
def formula_of(smiles: str) -> str:
    """The formula in Hill's order; "" where the text is no molecule."""
    if not smiles or len(smiles) > _LONGEST:
        return ""
    from rdkit import Chem, rdBase
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    return "" if molecule is None else re.sub(r"[+-]\d*$", "", CalcMolFormula(molecule))


@lru_cache(maxsize=2048)
def organic_groups(smiles: str) -> frozenset[str]:
    """Groups by structure; empty where the text is no molecule or longer than any reagent's."""
    if not smiles or len(smiles) > _LONGEST:
        return frozenset()
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return frozenset()
    groups = {group for group, pattern in _compiled() if molecule.HasSubstructMatch(pattern)}
    atoms = list(molecule.GetAtoms())
    carbons = [a for a in atoms if a.GetSymbol() == "C"]
    if carbons and _burns(molecule, groups):
        groups.add("organic")
        if all(a.GetSymbol() in ("C", "H") for a in atoms):
            groups.add("hydrocarbon")
    if "organic_acid" in groups:
        groups.add("acid")
    if groups & {"oxidising_acid", "mineral_acid", "sulfuric_acid", "hydrogen_fluoride"}:
        groups.add("acid")
    return frozenset(groups)


def _burns(molecule: Any, groups: set[str]) -> bool:
    """Carbon with hydrogen, carbon or nothing but halogens: not carbonate, cyanide, carbon dioxide."""
    for atom in molecule.GetAtoms():
        if atom.GetSymbol() != "C":
            continue
        neighbours = {n.GetSymbol() for n in atom.GetNeighbors()}
        if (atom.GetTotalNumHs() and "N" not in neighbours) or "C" in neighbours or atom.GetTotalNumHs() > 1:
            return True
        if neighbours & {"S", "F", "Cl", "Br", "I"} and "thiocyanate" not in groups:
            return True
        if neighbours == {"N"} and atom.GetDegree() > 1:
            return True
    return bool(groups & {"amide", "sulfamic"})
