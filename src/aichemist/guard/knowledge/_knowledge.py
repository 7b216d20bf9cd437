"""Asking all sources of hazards for one substance."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from attrs import evolve

from ._identify import Match, Resolve, identify
from ._substance import Substance
from ._table import Entry, index
from ._text import FormulaKey, hill, mass_g_per_mol

_KEPT = 8192


class Knowledge:
    """What the guard knows of substances. Reading is lazy; answers are kept; `find` never raises for a text.

    Args:
        resolve: a name resolver to ask for texts that our own sources do not know; it knows identities, no hazards.
        sds: the user's own safety data, a CSV file (`docs/hazards.md` has its columns).
        clp: an imported CLP Annex VI table; default: the one in the user's data folder, where there is one.
    """

    def __init__(self, *, resolve: Resolve | None = None, sds: Path | None = None, clp: Path | None = None) -> None:
        self._resolve = resolve
        self._kept: dict[tuple[str, str], Substance] = {}

    def find(self, text: str = "", *, formula: str = "") -> Substance:
        """The substance that a name, formula, CAS number, InChIKey, InChI or SMILES means.

        ``formula`` helps where ``text`` is empty or unknown; where both are known and contradict each other the note
        says so. A text that nobody knows gives a substance that is not ``known``, with the reason in ``note``.
        """
        asked = (text, formula)
        if asked not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[asked] = self._find(text, formula)
        return self._kept[asked]

    def _find(self, text: str, formula: str) -> Substance:
        match = identify(index(), text, formula, self._resolve)
        asked = text or formula
        asked = asked if len(asked) <= 200 else asked[:197] + "..."
        knew = {"curated": match.entry is not None}
        made = _of_entry(asked, match, match.entry) if match.entry else _bare(asked, match)
        return evolve(made, knew=knew)


def _bare(asked: str, match: Match) -> Substance:
    return Substance(
        asked, match.name, hill(match.formula), match.cas, match.smiles, match.inchikey,
        molar_mass_kg_per_mol=_mass(match.formula), note=match.note,
    )  # fmt: skip


def _mass(key: FormulaKey, water: float = 0.0) -> float | None:
    return (mass_g_per_mol(key) + 18.015 * water) / 1000 if key else None


def _of_entry(asked: str, match: Match, entry: Entry) -> Substance:
    water = match.water or 0.0
    formula = entry.formula + (f"·{'' if water == 1 else format(water, 'g')}H2O" if water else "")
    numbers = entry.numbers
    return Substance(
        asked,
        entry.name + (f", hydrate with {water:g} H2O" if water else ""),
        formula,
        entry.hydrates.get(water) or match.cas or entry.cas,
        entry.smiles,
        match.inchikey,
        "solid" if water else entry.state,  # type: ignore[arg-type]
        _mass(entry.key, water),
        None if water else numbers.get("d"),
        None if water and "water" in entry.sensitive else numbers.get("mp"),
        numbers.get("bp"),
        numbers.get("fp"),
        numbers.get("ai"),
        numbers.get("dec"),
        hazards=entry.hazards,
        carcinogen=f"IARC group {entry.carcinogen}" if entry.carcinogen else "",
        sensitive=entry.sensitive,  # type: ignore[arg-type]
        note=match.note,
        family=entry.family,
    )


@lru_cache(maxsize=1)
def default_knowledge() -> Knowledge:
    """Knowledge with our own sources and what the user imported."""
    return Knowledge()
