"""Facts from the library `chemicals` (Bell et al., MIT): flash points, exposure limits, carcinogen lists, transitions.

Only data sets that may be used freely are asked: no estimates, no handbooks whose licence forbids it (decision 0019).
It is slow to load (half a second for the first substance) and therefore imported when first asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from ._substance import Identity

SOURCE = "chemicals"
_FLASH = ("IEC 60079-20-1 (2010)", "NFPA 497 (2008)", "WIKIDATA")
_TRANSITIONS = ("OPEN_NTBKM", "WEBBOOK", "WIKIDATA")
_FORMATION = ("ATCT_G", "ATCT_L", "WEBBOOK", "JANAF")
_MOLAR_VOLUME_L = 24.45  # of an ideal gas at 25 degC and 1 atm, as exposure limits are converted


@frozen
class Facts:
    """Temperatures in K, energies in J/mol, limit in kg/m3 (time-weighted average; else the short-term limit)."""

    flash_point_k: float | None = None
    flash_source: str = ""
    autoignition_k: float | None = None
    exposure_limit_kg_per_m3: float | None = None
    carcinogen: str = ""
    melting_point_k: float | None = None
    boiling_point_k: float | None = None
    formation_j_per_mol: dict[str, float] = field(factory=dict, hash=False)

    @property
    def knew(self) -> bool:
        """Whether it says anything of a hazard; a boiling point alone does not count."""
        return bool(self.flash_point_k or self.autoignition_k or self.exposure_limit_kg_per_m3 or self.carcinogen)


@lru_cache(maxsize=4096)
def facts(cas: str, molar_mass_g: float | None) -> Facts:
    """What the library knows of a CAS number."""
    if not cas:
        return Facts()
    from chemicals import phase_change, reaction, safety

    flash, source = _first(safety.T_flash, safety.T_flash_methods, cas, _FLASH)
    ignition, _ = _first(safety.T_autoignition, safety.T_autoignition_methods, cas, _FLASH)
    formation = {
        state: value
        for state, ask, methods in (
            ("gas", reaction.Hfg, reaction.Hfg_methods),
            ("liquid", reaction.Hfl, reaction.Hfl_methods),
            ("solid", reaction.Hfs, reaction.Hfs_methods),
        )
        if (value := _first(ask, methods, cas, _FORMATION)[0]) is not None
    }
    return Facts(
        flash, source, ignition, _limit(safety, cas, molar_mass_g), _carcinogen(safety, cas),
        _first(phase_change.Tm, phase_change.Tm_methods, cas, _TRANSITIONS)[0],
        _first(phase_change.Tb, phase_change.Tb_methods, cas, _TRANSITIONS)[0],
        formation,
    )  # fmt: skip


def _first(
    ask: Callable[..., Any], methods: Callable[[str], Iterable[str]], cas: str, allowed: tuple[str, ...]
) -> tuple[float | None, str]:
    there = set(methods(cas))
    for method in allowed:
        if method in there and (value := ask(cas, method=method)) is not None:
            return float(value), method
    return None, ""


def _limit(safety: Any, cas: str, molar_mass_g: float | None) -> float | None:
    found = safety.TWA(cas) or safety.STEL(cas)
    if not found:
        return None
    value, unit = found
    if unit == "mg/m^3":
        return float(value) * 1e-6
    if unit == "ppm" and molar_mass_g:
        return float(value) * molar_mass_g / _MOLAR_VOLUME_L * 1e-6
    return None


def _carcinogen(safety: Any, cas: str) -> str:
    said = [f"{list_}: {text}" for list_, text in safety.Carcinogen(cas).items() if text != "Unlisted"]
    return "; ".join(t.replace("International Agency for Research on Cancer", "IARC") for t in said)


@lru_cache(maxsize=4096)
def identity(name: str = "", cas: str = "", inchikey: str = "") -> Identity | None:
    """Who a name, CAS number or InChIKey is by the library's own list (a few thousand common substances)."""
    from chemicals.identifiers import pubchem_db

    found = None
    if cas:
        found = pubchem_db.search_CAS(int(cas.replace("-", "")), autoload=False)
    if not found and inchikey:
        found = pubchem_db.search_InChI_key(inchikey, autoload=False)
    if not found and name and len(name) <= 200:
        found = pubchem_db.search_name(name.casefold(), autoload=False)
    if not found:
        return None
    return Identity(found.common_name, found.formula, found.CASs, found.smiles, found.InChI_key)
