"""The curated table: every row is sound in itself, and organic rows agree with an independent list."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from aichemist.guard.knowledge import STATEMENTS, default_knowledge, entries
from aichemist.guard.knowledge._structure import formula_of, inchikey_of, molecule
from aichemist.guard.knowledge._table import parse_row
from aichemist.guard.knowledge._text import cas_number, formula_key, index_number, name_key, read_formula


def test_there_are_enough_substances_of_each_family() -> None:
    counts = Counter(e.family for e in entries())
    assert sum(counts.values()) >= 1000
    assert min(counts.values()) >= 30


def test_each_row_is_sound() -> None:
    for e in entries():
        where = f"{e.family}, line {e.line}: {e.name}"
        assert e.name and e.name == e.name.strip(), where
        assert not e.cas or cas_number(e.cas) == e.cas, where
        assert all(not cas or cas_number(cas) == cas for cas in e.hydrates.values()), where
        assert not e.formula or read_formula(e.formula), where
        assert all(h.code in STATEMENTS for h in e.hazards), where
        assert all(200 < k < 4500 for n, k in e.numbers.items() if n in ("fp", "dec", "ai")), where
        assert all(0.5 < v < 15 for n, v in e.numbers.items() if n == "d"), where
        for hazard in e.hazards:
            if "index" in hazard.source:
                assert index_number(hazard.source.rsplit(" ", 1)[1]), f"{where}: {hazard.source}"


def test_structure_and_formula_of_a_row_agree() -> None:
    drawn = [e for e in entries() if e.smiles]
    assert len(drawn) > 700
    for e in drawn:
        assert molecule(e.smiles) is not None, e.name
        assert inchikey_of(e.smiles) == e.inchikey, e.name
        if e.formula:
            read = read_formula(formula_of(e.smiles))
            assert read and read[0] == e.key, f"{e.name}: {formula_of(e.smiles)} is not {e.formula}"


def test_no_name_or_number_is_given_twice() -> None:
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for e in entries():
        for name in {name_key(n) for n in (e.name, *e.synonyms)}:
            assert names.setdefault(name, e.name) == e.name, f"'{name}' is {names[name]} and {e.name}"
        for cas in filter(None, (e.cas, *e.hydrates.values())):
            assert numbers.setdefault(cas, e.name) == e.name, f"{cas} is {numbers[cas]} and {e.name}"


def test_organic_rows_agree_with_the_library() -> None:
    from chemicals.identifiers import pubchem_db

    compared = 0
    for e in entries():
        counts = dict(e.key)
        if not e.cas or set(counts) - {"C", "H", "N", "O", "S", "P", "F", "Cl", "Br", "I"} or "C" not in counts:
            continue
        found = pubchem_db.search_CAS(int(e.cas.replace("-", "")), autoload=False)
        if found and (read := read_formula(found.formula)):
            compared += 1
            assert formula_key(dict(read[0])) == e.key, f"{e.name}, {e.cas}: {e.formula} is not {found.formula}"
    assert compared > 200


def test_gases_are_gases_and_flash_points_fit_the_class() -> None:
    for e in entries():
        codes = {h.code for h in e.hazards}
        if codes & {"H220", "H221", "H270"}:
            assert e.state == "gas", e.name
        if "fp" in e.numbers and e.state == "liquid" and codes & {"H224", "H225"}:
            assert e.numbers["fp"] <= 298.15, e.name
        if "fp" in e.numbers and e.state == "liquid" and "H226" in codes:
            assert 288 < e.numbers["fp"] <= 334.15, e.name


@pytest.mark.parametrize(
    "cells", [["x"], ["x", "", "", "s", "XX: H225"], ["x", "", "", "s", "VI: "], ["x", "", "", "s", "none", "fp"]]
)
def test_a_bad_row_says_where(cells: list[str]) -> None:
    with pytest.raises(ValueError, match=r"data/f.tsv, line 7"):
        parse_row(cells, "f", 7)


def test_all_stocks_of_our_lab_are_known() -> None:
    root = Path(__file__).parents[3]
    lab = tomllib.loads((root / "labs/ustc.toml").read_text(encoding="utf-8"))
    knowledge = default_knowledge()
    for stock in lab["stock"]:
        found = knowledge.find(stock.get("substance", ""), formula=stock.get("solute", ""))
        assert found.known, stock["name"]
        assert "is not that of" not in found.note, f"{stock['name']}: {found.note}"


def test_schedules_have_right_numbers() -> None:
    text = (resources.files("aichemist.guard.knowledge") / "data" / "_schedules.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert len(rows) > 90
    assert all(len(row) == 5 and cas_number(row[0]) == row[0] for row in rows)
    assert {row[3] for row in rows} == {"measures", "approval", "refuse"}
