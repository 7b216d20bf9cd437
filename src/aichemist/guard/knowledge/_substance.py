"""What is known of one substance, and who knew it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen


@frozen
class HazardStatement:
    """One GHS hazard statement, e.g. ``H272``, and where it is written down (regulation entry, SDS, database)."""

    code: str
    source: str


@frozen
class Identity:
    """What a name resolver says that a text stands for; empty where it does not know. A resolver knows no hazards."""

    name: str = ""
    formula: str = ""
    cas: str = ""
    smiles: str = ""
    inchikey: str = ""


@frozen
class Substance:
    """What is known of one substance. Unknown numbers are ``None``, unknown texts empty; nothing is made up.

    Attributes:
        asked: the text that was looked up.
        state: at 25 degC and 1 bar.
        carcinogen: what a list says of it, in words with the list; empty where no list has it.
        sensitive: to what it must not be exposed.
        schedule: entry of a chemical-weapons or precursor list, in words; empty where none has it.
        knew: source -> whether it knew the substance; sources that were not asked are absent.
        note: why nothing was found, or what was taken for granted, in words.
        family: family of the curated table, e.g. ``metal_nitrates``; empty where the table does not have it.
        parts: what a supported catalyst consists of; empty for all else.
    """

    asked: str
    name: str = ""
    formula: str = ""
    cas: str = ""
    smiles: str = ""
    inchikey: str = ""
    state: Literal["", "solid", "liquid", "gas"] = ""
    molar_mass_kg_per_mol: float | None = None
    density_kg_per_l: float | None = None
    melting_point_k: float | None = None
    boiling_point_k: float | None = None
    flash_point_k: float | None = None
    autoignition_k: float | None = None
    decomposition_k: float | None = None
    enthalpy_of_formation_j_per_mol: float | None = None
    exposure_limit_kg_per_m3: float | None = None
    hazards: tuple[HazardStatement, ...] = ()
    carcinogen: str = ""
    sensitive: frozenset[Literal["light", "air", "water"]] = frozenset()
    schedule: str = ""
    knew: Mapping[str, bool] = field(factory=dict)
    note: str = ""
    family: str = ""
    parts: tuple[Substance, ...] = ()

    @property
    def known(self) -> bool:
        """Whether any source of hazards knew it. ``False`` means: not runnable without a person's word."""
        return any(self.knew.values())

    @property
    def classified(self) -> bool:
        """Whether a source judged its hazards: our table, your safety data, or an imported list. Numbers of a library
        (a flash point, an exposure limit) are no judgement."""
        return any(knew for source, knew in self.knew.items() if source != "chemicals")

    def has(self, *codes: str) -> bool:
        """Whether it carries one of these statements; ``H360`` also means ``H360F`` and the like."""
        return any(h.code == c or (h.code.startswith(c) and h.code[4:].isalpha()) for h in self.hazards for c in codes)
