"""The tables by machine: every row parses in RDKit, has its formula, its charge, and no name of another row."""

from __future__ import annotations

import pytest

from aichemist.reading.names import _balance, _ions, _opsin, _resolve, _table
from aichemist.reading.names._complexes import ligands
from aichemist.reading.names._files import lines
from aichemist.reading.names._formulas import counts_of
from aichemist.reading.names._structure import counts_of as structure_counts
from aichemist.reading.names._structure import inchikey_of, net_charge
from aichemist.reading.names._substance import hill


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(lines("synonyms.tsv")) >= 400
    assert len(lines("anions.tsv")) >= 60
    assert len({row[0] for row in lines("synonyms.tsv")}) == len(lines("synonyms.tsv"))


def test_every_synonym_has_the_formula_of_its_structure() -> None:
    wrong = []
    for row in _table.rows().values():
        one = _resolve._of_row(row)
        counts = structure_counts(one.smiles) if one.smiles else None
        if one.smiles and (counts is None or hill(counts) != one.formula or not one.inchikey or net_charge(one.smiles)):
            wrong.append((row.name, one.formula, counts))
    assert wrong == []
    assert sum(bool(_resolve._of_row(row).smiles) for row in _table.rows().values()) >= 700


def test_no_name_is_in_two_rows() -> None:
    seen: dict[str, str] = {}
    twice = []
    for name, _, _, names in lines("synonyms.tsv"):
        for each in {name, *filter(None, names.split(";"))}:
            if seen.setdefault(each, name) != name:
                twice.append(each)
    assert twice == []


def test_ambiguous_abbreviations_name_rows() -> None:
    for row in lines("ambiguous.tsv"):
        assert all(name in _table.rows() for name in row[1].split(";")), row


def test_every_ion_has_the_formula_and_charge_of_its_structure() -> None:
    wrong = []
    for table in (_ions.anions(), _ions.cations()):
        for ion in table.values():
            counts = structure_counts(ion.smiles) if ion.smiles else ion.counts()
            if (
                counts is None
                or hill(counts) != hill(ion.counts())
                or (ion.smiles and net_charge(ion.smiles) != ion.charge)
            ):
                wrong.append(ion)
    assert wrong == []


def test_every_way_to_write_an_ion_has_its_formula() -> None:
    for table in (_ions.anions_by_formula(), _ions.cations_by_formula()):
        for written, ions in table.items():
            counts = counts_of(f"({written})")
            assert counts is not None, written
            assert all(hill(counts) == hill(ion.counts()) for ion in ions), written


def test_every_ligand_has_its_formula() -> None:
    for name, (formula, charge, smiles) in ligands().items():
        if smiles:
            assert hill(structure_counts(smiles) or {}) == hill(counts_of(formula) or {}), name
            assert net_charge(smiles) == charge, name
    for written, smiles in _balance._LIGANDS.items():
        assert hill(structure_counts(smiles) or {}) == hill(counts_of(f"({written})") or {}), written


def test_states_name_metals_and_anions() -> None:
    names = {row[0] for row in lines("anions.tsv")}
    for symbol, anion, water, state in lines("states.tsv"):
        assert symbol in _ions.metals() and anion in names, (symbol, anion)
        assert water == "*" or float(water) >= 0
        assert state == "-" or int(state) in _ions.metals()[symbol].states, (symbol, anion)


#: names that OPSIN reads as something else, or in another form (open chain, no stereochemistry of the trivial name)
_OPSIN_DIFFERS = frozenset({"phosphorous acid", "hydroxymethylfurfural", "terpyridine"})


@pytest.mark.skipif(_opsin.command() is None, reason="no Java")
def test_opsin_agrees_with_the_systematic_names_of_the_table() -> None:
    """Only organic rows without metals: OPSIN's salts ignore stoichiometry of mixed and basic salts."""
    organic = frozenset("CHNOSFDP") | {"Cl", "Br", "I", "Si", "B"}
    names = [n for n in _table._exact() if len(n) > 8 and any(c.isdigit() for c in n) and any(c.islower() for c in n)]
    smiles = _opsin.smiles_of(names)
    compared, wrong = 0, []
    for name in names:
        row = _table._exact()[name]
        ours = _resolve._of_row(row)
        theirs = structure_counts(smiles[name]) if smiles[name] else None
        if theirs is None or not ours.smiles or ours.ions or not set(theirs) <= organic or name in _OPSIN_DIFFERS:
            continue
        compared += 1
        if inchikey_of(smiles[name])[:14] != ours.inchikey[:14]:
            wrong.append((name, smiles[name], ours.smiles))
    assert compared > 250
    assert len(wrong) <= 0.01 * compared, wrong
