"""Catalysts written as ``Au/TiO2`` or ``5 wt% Ni/Al2O3``: a metal or its oxide on a support, where both are known."""

from __future__ import annotations

import re
from collections.abc import Callable

from ._substance import HazardStatement, Substance
from ._text import read_formula

#: metals of catalysts that neither burn nor react with water by themselves, and further ones whose oxides are meant
_METALS = {"Ag", "Au", "Bi", "Co", "Cr", "Cu", "Fe", "In", "Ir", "Mn", "Mo", "Ni", "Pd", "Pt", "Rh", "Ru", "Sb", "Sn",
           "W"}  # fmt: skip
_OF_OXIDES = _METALS | {"Ce", "Ga", "La", "Nb", "Re", "Ta", "Ti", "V", "Y", "Zn", "Zr"}
_SUPPORTS = {"C", "Al2O3", "SiO2", "TiO2", "ZrO2", "CeO2", "La2O3", "MgO", "ZnO", "SnO2", "WO3", "Nb2O5", "Fe2O3",
             "Fe3O4", "Co3O4", "NiO", "MnO2", "Cr2O3", "BaSO4", "CaCO3", "BN"}  # fmt: skip
#: in small letters
_NAMED = {"carbon", "graphene", "graphene oxide", "rgo", "carbon nanotubes", "silica", "alumina", "titania", "zirconia",
          "ceria", "zeolite", "sba-15", "g-c3n4", "carbon nitride"}  # fmt: skip
_SHARE = re.compile(r"^\s*\d+(?:[.,]\d+)?\s*(?:wt\.?\s*|mol\.?\s*|at\.?\s*)?(?:%|percent)?\s*", re.I)


def supported(text: str, find: Callable[[str], Substance]) -> Substance | None:
    """The substance that a text of the form ``active/support`` means; ``None`` where it has not that form.

    Hazards and groups are those of both parts; both must be known. Only metals and oxides of catalysts on common
    supports are read so: ``KClO3/S`` is a mixture that reacts, and stays unknown.
    """
    if len(text) > 60 or text.count("/") != 1:
        return None
    active, support = (part.strip() for part in _SHARE.sub("", text).split("/"))
    if not _is_active(active) or not (support in _SUPPORTS or support.lower() in _NAMED):
        return None
    parts = (find(active), find(support))
    if not all(p.classified for p in parts):
        return None
    hazards: dict[str, HazardStatement] = {}
    for part in parts:
        hazards |= {h.code: h for h in part.hazards if h.code not in hazards}
    names = [p.name or p.formula for p in parts]
    return Substance(
        text, f"{active} on {support}", state="solid", hazards=tuple(hazards.values()), parts=parts,
        carcinogen="; ".join(dict.fromkeys(p.carcinogen for p in parts if p.carcinogen)),
        sensitive=parts[0].sensitive | parts[1].sensitive,
        knew={source: knew and parts[1].knew.get(source, False) for source, knew in parts[0].knew.items()},
        note=f"taken as a solid of {names[0]} and {names[1]}",
    )  # fmt: skip


def _is_active(text: str) -> bool:
    read = read_formula(text)
    elements = {element for element, _ in read[0]} if read else set()
    return bool(elements - {"O"}) and elements <= (_OF_OXIDES | {"O"} if "O" in elements else _METALS)
