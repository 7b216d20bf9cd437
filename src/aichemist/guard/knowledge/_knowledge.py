"""Asking all sources of hazards for one substance."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from attrs import evolve

from . import _library
from ._clp import clp_path, load_clp
from ._identify import Match, Resolve, identify
from ._schedules import schedule_text
from ._sds import Sheet, Sheets, load_sds, sds_path
from ._structure import inchikey_of
from ._substance import HazardStatement, Substance
from ._supported import supported
from ._table import Entry, index
from ._text import FormulaKey, cas_number, hill, mass_g_per_mol, read_formula

_KEPT = 8192
_FLAMMABLE = ("H220", "H221", "H224", "H225", "H226")


class Knowledge:
    """What the guard knows of substances. Reading is lazy; answers are kept; `find` never raises for a text.

    Args:
        resolve: a name resolver to ask for texts that our own sources do not know; it knows identities, no hazards.
        sds: the user's own safety data, a CSV file (`docs/hazards.md` has its columns).
        clp: an imported CLP Annex VI table; default: the one in the user's data folder, where there is one.

    Raises:
        InputError: ``sds`` or ``clp`` is there but wrong; names file, line and value.
    """

    def __init__(self, *, resolve: Resolve | None = None, sds: Path | None = None, clp: Path | None = None) -> None:
        self._resolve = resolve
        kept = sds_path()
        own = sds if sds is not None else kept if kept.is_file() else None
        self._sds = load_sds(own) if own is not None else None
        self._clp_path = clp if clp is not None else clp_path()
        self._kept: OrderedDict[tuple[str, str], Substance] = OrderedDict()

    @cached_property
    def _clp(self) -> Sheets | None:
        return load_clp(self._clp_path)

    def find(self, text: str = "", *, formula: str = "") -> Substance:
        """The substance that a name, formula, CAS number, InChIKey, InChI or SMILES means.

        ``formula`` helps where ``text`` is empty or unknown; where both are known and contradict each other the note
        says so. A text that nobody knows gives a substance that is not ``known``, with the reason in ``note``.
        """
        asked = (text, formula)
        found = self._kept.get(asked)
        if found is None:
            found = self._find(text, formula)
            if not found.known:
                found = supported(text, self.find) or found
            if len(text) + len(formula) <= 2000:  # a longer text is refused at once, and must not fill the memory
                self._kept[asked] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return found

    def _find(self, text: str, formula: str) -> Substance:
        match = identify(index(), text, formula, self._resolve)
        asked = text or formula
        asked = asked if len(asked) <= 200 else asked[:197] + "..."
        entry = match.entry
        made = _of_entry(asked, match, entry) if entry else _bare(asked, match)
        sheet = self._sheet(self._sds, made, text)
        official = self._sheet(self._clp, made, text)
        if entry is None:
            for more in (sheet, official):
                made = _identified(made, more) if more else made
            if not match.found and not (sheet or official) and len(text) > 200:
                return evolve(made, knew=self._answered(False, None, None, False))
            made = _by_library(made, text)
        if official:
            made = _with_hazards(made, official.hazards)
        if sheet:
            made = _of_sheet(made, sheet)
        facts = _library.facts(made.cas, 1000 * made.molar_mass_kg_per_mol if made.molar_mass_kg_per_mol else None)
        made = _of_facts(made, facts, classified=bool(entry or sheet or official))
        return evolve(
            made,
            inchikey=made.inchikey or inchikey_of(made.smiles),
            schedule=schedule_text(made.cas, made.smiles),
            note="" if made.note.startswith(("no source", "'")) and (sheet or official) else made.note,
            knew=self._answered(entry is not None, sheet, official, facts.knew),
        )

    def _sheet(self, sheets: Sheets | None, made: Substance, text: str) -> Sheet | None:
        if sheets is None:
            return None
        names = (text, made.name) if len(text) <= 200 else (made.name,)
        return sheets.find(made.cas or cas_number(text), *names)

    def _answered(self, curated: bool, sheet: Sheet | None, official: Sheet | None, library: bool) -> dict[str, bool]:
        knew = {"curated": curated, _library.SOURCE: library}
        if self._sds is not None:
            knew["sds"] = sheet is not None
        if self._clp is not None:
            knew["clp"] = official is not None
        return knew


def _bare(asked: str, match: Match) -> Substance:
    return Substance(
        asked, match.name, hill(match.formula), match.cas, match.smiles, match.inchikey,
        molar_mass_kg_per_mol=_mass(match.formula), note=match.note,
    )  # fmt: skip


def _mass(key: FormulaKey, water: float = 0.0) -> float | None:
    return (mass_g_per_mol(key) + 18.015 * water) / 1000 if key else None


def _of_entry(asked: str, match: Match, entry: Entry) -> Substance:
    water = match.water or 0.0
    numbers = entry.numbers
    return Substance(
        asked,
        entry.name + (f", hydrate with {water:g} H2O" if water else ""),
        entry.formula + (f"·{'' if water == 1 else format(water, 'g')}H2O" if water else ""),
        entry.hydrates.get(water) or entry.cas if water else entry.cas,
        entry.smiles,
        match.inchikey or ("" if water else entry.inchikey),
        "solid" if water else entry.state,  # type: ignore[arg-type]
        _mass(entry.key, water),
        None if water else numbers.get("d"),
        numbers.get("mp"),
        numbers.get("bp"),
        numbers.get("fp"),
        numbers.get("ai"),
        numbers.get("dec"),
        hazards=entry.hazards,
        carcinogen=f"IARC group {entry.carcinogen}" if entry.carcinogen else "",
        sensitive=entry.sensitive - ({"water"} if water else set()),  # type: ignore[arg-type]
        note=match.note,
        family=entry.family,
    )


def _identified(made: Substance, sheet: Sheet) -> Substance:
    key = sheet.key
    return evolve(
        made, name=made.name or sheet.name, cas=made.cas or sheet.cas, formula=made.formula or sheet.formula,
        smiles=made.smiles or sheet.smiles, molar_mass_kg_per_mol=made.molar_mass_kg_per_mol or _mass(key),
    )  # fmt: skip


def _by_library(made: Substance, text: str) -> Substance:
    """Identity from the library for what the curated table lacks: by number, structure or name, never by formula."""
    named = text if not made.formula or made.name else made.name
    who = _library.identity(named if len(text) <= 200 else "", made.cas, made.inchikey)
    if who is None:
        return made
    read = read_formula(who.formula)
    return evolve(
        made, name=made.name or who.name, cas=made.cas or who.cas, smiles=made.smiles or who.smiles,
        formula=made.formula or who.formula, inchikey=made.inchikey or who.inchikey, note="",
        molar_mass_kg_per_mol=made.molar_mass_kg_per_mol or _mass(read[0] if read else ()),
    )  # fmt: skip


def _with_hazards(made: Substance, more: tuple[HazardStatement, ...]) -> Substance:
    """Statements are joined, one source each: the later source is the better one and comes first."""
    codes = {h.code for h in more}
    return evolve(made, hazards=more + tuple(h for h in made.hazards if h.code not in codes))


def _of_sheet(made: Substance, sheet: Sheet) -> Substance:
    changes: dict[str, Any] = dict(sheet.numbers)
    if sheet.state:
        changes["state"] = sheet.state
    if sheet.carcinogen:
        changes["carcinogen"] = sheet.carcinogen
    changes["sensitive"] = made.sensitive | sheet.sensitive
    return evolve(_with_hazards(made, sheet.hazards), **changes)


def _of_facts(made: Substance, facts: _library.Facts, *, classified: bool) -> Substance:
    """Numbers fill gaps only; a flash point classifies a liquid that nobody classified."""
    changes: dict[str, Any] = {}
    hydrate = "H2O" in made.formula.partition("·")[2]
    for name in ("flash_point_k", "autoignition_k", "melting_point_k", "boiling_point_k"):
        if getattr(made, name) is None and not hydrate:
            changes[name] = getattr(facts, name)
    if not made.state and facts.melting_point_k and facts.boiling_point_k:
        changes["state"] = (
            "solid" if facts.melting_point_k > 298.15 else "gas" if facts.boiling_point_k < 298.15 else "liquid"
        )
    changes["exposure_limit_kg_per_m3"] = made.exposure_limit_kg_per_m3 or facts.exposure_limit_kg_per_m3
    changes["carcinogen"] = made.carcinogen or facts.carcinogen
    state = changes.get("state") or made.state
    if state and not hydrate:
        changes["enthalpy_of_formation_j_per_mol"] = facts.formation_j_per_mol.get(state)
    made = evolve(made, **changes)
    if classified or facts.flash_point_k is None or made.has(*_FLAMMABLE):
        return made
    code = _flammable(facts.flash_point_k, made.boiling_point_k)
    if not code:
        return made
    source = f"derived by CLP Annex I, 2.6.2 from the flash point ({facts.flash_source}, chemicals)"
    return evolve(made, hazards=(*made.hazards, HazardStatement(code, source)))


def _flammable(flash_k: float, boiling_k: float | None) -> str:
    if flash_k < 296.15:
        return "H224" if boiling_k is not None and boiling_k <= 308.15 else "H225"
    return "H226" if flash_k <= 333.15 else ""


@lru_cache(maxsize=1)
def default_knowledge() -> Knowledge:
    """Knowledge with our own sources and what the user imported."""
    return Knowledge()
