"""Which substance a text means: registry number, InChIKey, name, formula or SMILES, in this order."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import evolve, frozen

from ._schedules import listed_names
from ._structure import formula_of, inchikey_of, molecule
from ._substance import Identity
from ._table import Entry, Index, is_condensed
from ._text import (
    ADJACENT,
    MAX_TEXT,
    FormulaKey,
    candidates,
    cas_number,
    groups_of_atoms,
    hill,
    looks_like_cas,
    name_key,
    plain,
    read_formula,
)

Resolve = Callable[[str], Identity | None]
_INCHIKEY = re.compile(r"(?:InChIKey=)?([A-Z]{14}-[A-Z]{10}-[A-Z])", re.I)
_INCHI = re.compile(r"InChI=1S?/[^\s]{1,900}")


@frozen
class Match:
    """What a text stands for: a row of the curated table, or only an identity, or neither and why."""

    entry: Entry | None = None
    water: float | None = None
    cas: str = ""
    formula: FormulaKey = ()
    smiles: str = ""
    name: str = ""
    inchikey: str = ""
    note: str = ""

    @property
    def found(self) -> bool:
        return bool(self.entry or self.cas or self.formula or self.smiles or self.inchikey)


def identify(index: Index, text: str, formula: str, resolve: Resolve | None) -> Match:
    """The match of a text, else of a formula; a formula that contradicts the text is said in the note."""
    if len(text) > MAX_TEXT or len(formula) > MAX_TEXT:
        return Match(note=f"longer than {MAX_TEXT} characters: not looked at")
    written = plain(text)
    if not written and not formula.strip():
        return Match(note="nothing was asked")
    by_formula = _of_formula(index, formula) if formula.strip() else Match()
    if not written:
        return by_formula
    match = _of_text(index, written)
    if not match.entry and resolve is not None:
        resolved = _resolved(index, resolve, written)
        match = resolved if resolved.entry or (resolved.found and not match.found) else match
    if match.entry is None and by_formula.entry is not None and not match.found:
        return evolve(by_formula, note=f"'{_short(written)}' is unknown; taken by its formula{_also(by_formula.note)}")
    if match.found and formula.strip() and not _agree(match, formula):
        return evolve(
            match, note=f"formula {_short(formula)} is not that of {match.name or written}" + _also(match.note)
        )
    if not match.found and formula.strip() and by_formula.found:
        return by_formula
    return match


def _also(note: str) -> str:
    return f"; {note}" if note else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _of_text(index: Index, text: str) -> Match:
    if looks_like_cas(text):
        return _of_cas(index, text)
    if key := _INCHIKEY.fullmatch(text):
        return _of_inchikey(index, key[1].upper())
    if _INCHI.fullmatch(text):
        return _of_inchi(index, text)
    for name, water in candidates(text) if len(text) <= 300 else ():
        if hit := index.by_name(name):
            return _of_entry(hit[0], hit[1] if water is None else water)
    if ADJACENT.search(text) and (drawn := _of_smiles(index, text)).found:
        return drawn  # OO is hydrogen peroxide, not oxygen; CCO is ethanol
    by_formula = Match()
    for name, _ in candidates(text) if len(text) <= 300 else ():
        by_formula = _of_formula(index, name)
        if by_formula.found:
            break
    if by_formula.entry is not None:
        return by_formula
    if listing := listed_names().get(name_key(text)):
        return Match(cas=listing.cas, name=listing.name.partition(";")[0])
    structure = _of_smiles(index, text)
    if structure.found:
        return structure
    if by_formula.found:
        return by_formula
    return Match(note=by_formula.note or f"no source knows a substance '{_short(text)}'")


def _of_entry(entry: Entry, water: float | None = None, note: str = "") -> Match:
    if water == -1.0:
        note = "crystal water unknown: figures are those without it"
        water = None
    return Match(entry, water, entry.cas, entry.key, entry.smiles, entry.name, note=note)


def _of_cas(index: Index, text: str) -> Match:
    cas = cas_number(text)
    if not cas:
        return Match(note=f"'{_short(text)}' is no CAS number: its check digit is wrong")
    if hit := index.cas.get(cas):
        return evolve(_of_entry(*hit), cas=cas)
    return Match(cas=cas)


def _of_inchikey(index: Index, key: str) -> Match:
    if entry := index.by_structure(key):
        return evolve(_of_entry(entry), inchikey=key)
    if entry := index.by_skeleton(key):
        return _of_entry(entry, note="stereochemistry or isotopes differ from the entry found")
    return Match(inchikey=key)


def _of_inchi(index: Index, text: str) -> Match:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        found = Chem.MolFromInchi(text)  # type: ignore[no-untyped-call]
        smiles = Chem.MolToSmiles(found) if found is not None and found.GetNumAtoms() else ""
    return _of_smiles(index, smiles) if smiles else Match(note="no InChI that RDKit reads")


def _of_smiles(index: Index, text: str) -> Match:
    if not re.fullmatch(r"[A-Za-z0-9@+\-\[\]()=#$%:./\\*~]+", text) or molecule(text) is None:
        return Match()
    key = inchikey_of(text)
    note = ""
    entry = index.by_structure(key) if key else None
    if entry is None and key and (entry := index.by_skeleton(key)):
        note = "stereochemistry, charge or isotopes differ from the entry found"
    if entry is not None:
        return evolve(_of_entry(entry, note=note), smiles=text, inchikey=key)
    read = read_formula(formula_of(text))
    return Match(formula=read[0] if read else (), smiles=text, inchikey=key)


def _of_formula(index: Index, text: str) -> Match:
    read = read_formula(text)
    if read is None:
        return Match(note=f"'{_short(text)}' is no name, formula or structure that any source knows")
    key, water = read
    if water is None and (hit := index.by_name(text)):
        return _of_entry(hit[0], hit[1])
    hits = index.formulas.get(key, [])
    rows = {hit[0].name: hit for hit in hits}
    if not hits:
        return Match(formula=key, water=water if water and water > 0 else None, note=f"no source knows {hill(key)}")
    written = groups_of_atoms(text)
    exact = {
        hit[0].name: hit
        for hit in hits
        if any(groups_of_atoms(form) == written for form in (hit[0].formula, *hit[0].synonyms))
    }
    if len(rows) > 1 and len(exact) == 1 and (is_condensed(text) or "C" not in dict(key)):
        rows = exact
    if len(rows) > 1:
        return Match(formula=key, note=f"{hill(key)} is the formula of {', '.join(sorted(rows))}: say which")
    entry, crystal = next(iter(rows.values()))
    organic = {"C", "H"} <= {e for e, _ in key}
    note = "taken by its formula alone: an isomer may be meant" if organic and entry.formula != plain(text) else ""
    return _of_entry(entry, crystal if water is None else water, note)


def _resolved(index: Index, resolve: Resolve, text: str) -> Match:
    identity = resolve(text) if len(text) <= 300 else None
    if identity is None:
        return Match()
    if identity.cas and (hit := index.cas.get(cas_number(identity.cas))):
        return _of_entry(*hit)
    if identity.smiles and (match := _of_smiles(index, identity.smiles)).entry:
        return match
    if identity.inchikey and (match := _of_inchikey(index, identity.inchikey)).entry:
        return match
    if identity.name and (named := index.by_name(identity.name)):
        return _of_entry(*named)
    read = read_formula(identity.formula)
    if read and not {"C", "H"} <= {e for e, _ in read[0]} and (match := _of_formula(index, identity.formula)).entry:
        return match
    return Match(
        cas=cas_number(identity.cas), formula=read[0] if read else (), smiles=identity.smiles,
        name=identity.name, inchikey=identity.inchikey,
    )  # fmt: skip


def _agree(match: Match, formula: str) -> bool:
    read = read_formula(formula)
    if read is None or not match.formula:
        return True
    if read[0] == match.formula:
        return True
    rest = {e: c - dict(match.formula).get(e, 0.0) for e, c in read[0]}
    lacking = set(dict(match.formula)) - set(rest)
    return (
        not lacking
        and all(abs(c) < 1e-6 for e, c in rest.items() if e not in "HO")
        and abs(rest.get("H", 0.0) - 2 * rest.get("O", 0.0)) < 1e-6
    )
