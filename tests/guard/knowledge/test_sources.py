"""The user's own sources: an SDS table, and the official CLP list as a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from aichemist.chemistry import InputError
from aichemist.guard.knowledge import Knowledge, import_clp

SDS = """name,cas,formula,hazards,flash_point,density,synonyms,source
my solvent,,,H225 H319,-4 degC,0.89 g/mL,green juice;GJ-7,"supplier X, 2025-03"
harmless dye,,,none,,,,
ethanol,64-17-5,C2H5OH,H225 H336,,,,our SDS
"""


def test_an_sds_table_makes_a_substance_known(tmp_path: Path) -> None:
    path = tmp_path / "sds.csv"
    path.write_text(SDS, encoding="utf-8")
    knowledge = Knowledge(sds=path, clp=tmp_path / "none.json")
    solvent = knowledge.find("GJ-7")
    assert solvent.known
    assert solvent.knew == {"curated": False, "chemicals": False, "sds": True}
    assert solvent.flash_point_k == pytest.approx(269.15)
    assert solvent.density_kg_per_l == 0.89
    assert solvent.hazards[0].source == "SDS table sds.csv, line 2, supplier X, 2025-03"
    assert knowledge.find("harmless dye").hazards == ()
    assert knowledge.find("harmless dye").known
    ethanol = knowledge.find("EtOH")
    assert ethanol.has("H336")
    assert ethanol.has("H319")  # what the curated table says stays


@pytest.mark.parametrize(
    ("row", "words"),
    [("x,7664-93-8,,H225,,,,", "check digit"), ("x,,Xx2,H225,,,,", "no formula"), ("x,,,H999,,,,", "H999"),
     ("x,,,,,,,", "says nothing"), ("x,,,H225,13,,,", "flash_point"), ("x,,,H225,,5 apples,,", "density"),
     (",,,H225,,,,", "needs a name"), ("x,,,H225,,,,,,", "more cells")],
)  # fmt: skip
def test_a_wrong_cell_is_named(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "sds.csv"
    path.write_text(SDS + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        Knowledge(sds=path)
    assert "sds.csv, line 5" in str(caught.value)


def test_a_wrong_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sds.csv"
    path.write_text("name,hazard\nx,H225\n")
    with pytest.raises(InputError, match="no column of an SDS table"):
        Knowledge(sds=path)
    path.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InputError, match="UTF-8"):
        Knowledge(sds=path)


def annex(path: Path) -> Path:
    """A sheet laid out as ECHA publishes Annex VI, Table 3: titles, two header rows, multi-line cells."""
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    sheet = book.create_sheet("Annex VI")
    sheet.append(["Table of harmonised entries in Annex VI to CLP"])
    sheet.append([])
    sheet.append(["Index No", "Chemical name", "EC No", "CAS No", "Classification", None, "Labelling", None, None,
                  "Specific Conc. Limits, M-factors and ATE", "Notes", "ATP inserted / Updated"])  # fmt: skip
    sheet.append([None, None, None, None, "Hazard Class and Category Code(s)", "Hazard Statement Code(s)",
                  "Pictogram, Signal Word Code(s)", "Hazard statement Code(s)", "Suppl. Hazard statement Code(s)"])  # fmt: skip
    sheet.append(["603-022-00-4", "diethyl ether; ether", "200-467-2", "60-29-7", "Flam. Liq. 1\nAcute Tox. 4 *\nSTOT SE 3",
                  "H224\nH302\nH336", "GHS02\nGHS07\nDgr", "H224\nH302\nH336", "EUH019\nEUH066", None, None, "CLP00"])  # fmt: skip
    sheet.append(["999-001-00-" + "X", "fictive substance [1]\nother fictive substance [2]", "-", "1234567-89-5 [1]\n7732-18-5 [2]",
                  "Acute Tox. 2 *", "H330 *\nH360Fd ***", "GHS06", "H330", None])  # fmt: skip
    book.save(path)
    return path


def test_the_official_list_is_imported(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "clp.json"
    made = import_clp(annex(tmp_path / "annex.xlsx"), to=kept)
    assert made.entries == 2
    assert len(made.sha256) == 64
    assert json.loads(kept.read_text())["file"] == "annex.xlsx"
    knowledge = Knowledge(clp=kept)
    ether = knowledge.find("Et2O")
    assert ether.knew["clp"]
    assert ether.has("EUH066")
    assert f"imported {made.date}, index 603-022-00-4" in ether.hazards[0].source
    fictive = knowledge.find("Fictive Substance")
    assert fictive.known
    assert {h.code for h in fictive.hazards} == {"H330", "H360Fd"}
    assert not knowledge.find("toluene").knew["clp"]


def test_a_wrong_sheet_leaves_the_old_import(tmp_path: Path) -> None:
    kept = tmp_path / "clp.json"
    import_clp(annex(tmp_path / "annex.xlsx"), to=kept)
    before = kept.read_bytes()
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="no header row"):
        import_clp(tmp_path / "other.xlsx", to=kept)
    (tmp_path / "text.xlsx").write_text("no spreadsheet")
    with pytest.raises(InputError, match="XLSX"):
        import_clp(tmp_path / "text.xlsx", to=kept)
    with pytest.raises(InputError, match="no such file"):
        import_clp(tmp_path / "nowhere.xlsx", to=kept)
    assert kept.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["annex.xlsx", "clp.json", "other.xlsx", "text.xlsx"]


def test_a_damaged_import_is_said(tmp_path: Path) -> None:
    kept = tmp_path / "clp.json"
    kept.write_text('{"schema": 1}')
    with pytest.raises(InputError, match="import it again"):
        Knowledge(clp=kept).find("water")
