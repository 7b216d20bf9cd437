"""aichemist hazards: what a person sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aichemist._cli._root import cli


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["hazards", *words])
    return result.exit_code, result.output


def test_show_says_hazards_and_sources() -> None:
    code, text = run("show", "acetone")
    assert code == 0
    for words in (
        "H225",
        "606-001-00-8",
        "Flash point: -17 degC",
        "explosives precursor",
        "knew it: library chemicals",
    ):
        assert words in " ".join(text.split())


def test_show_of_an_unknown_substance_says_so() -> None:
    code, text = run("show", "unobtainium")
    assert code == 1
    assert "not runnable without a person's word" in text
    assert "did not know it: our curated table" in text


def test_show_json() -> None:
    code, text = run("show", "TNT", "--json")
    data = json.loads(text)
    assert code == 0
    assert data["known"] is True
    assert data["alerts"][0]["severity"] == "refuse"
    assert data["hazards"][0]["code"] == "H201"


def test_list() -> None:
    assert json.loads(run("list", "--json")[1])["metal_nitrates"] > 30
    assert "nickel(II) nitrate" in {row["name"] for row in json.loads(run("list", "metal_nitrates", "--json")[1])}
    assert run("list", "nonsense")[0] != 0


def test_import_keeps_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import openpyxl

    monkeypatch.setenv("AICHEMIST_HAZARDS", str(tmp_path / "kept"))
    book = openpyxl.Workbook()
    book.active.append(["Index No", "Chemical name", "EC No", "CAS No", "Hazard Class", "Hazard Statement Code(s)"])
    book.active.append(["603-001-00-X", "methanol", "200-659-6", "67-56-1", "Flam. Liq. 2", "H225\nH301"])
    book.save(tmp_path / "annex.xlsx")
    code, text = run("import", str(tmp_path / "annex.xlsx"))
    assert code == 0, text
    assert "1 entries of annex.xlsx" in text
    assert "as imported" in " ".join(run("show", "methanol", "--json")[1].split())


def test_your_own_table_is_kept_for_all_reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICHEMIST_HAZARDS", str(tmp_path / "kept"))
    table = tmp_path / "my sds.csv"
    table.write_text("name,hazards,source\nligand L7,H317 H412,supplier X\n")
    assert run("show", "ligand L7")[0] == 1
    code, text = run("import", str(table))
    assert code == 0 and "1 substance of my sds.csv" in text
    data = json.loads(run("show", "ligand L7", "--json")[1])
    assert data["known"] is True and [h["code"] for h in data["hazards"]] == ["H317", "H412"]
    table.write_text("name,hazards\nligand L7,H999\n")
    failed = CliRunner().invoke(cli, ["hazards", "import", str(table)])
    assert (
        failed.exit_code != 0 and "H999" in str(failed.exception) and run("show", "ligand L7")[0] == 0
    )  # the sound one stays


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["hazards", "import", str(tmp_path)])
    assert "is a folder, not a file" in str(done.exception) and "name the .xlsx or .csv" in str(done.exception)


def test_a_wrong_cas_number_says_what_to_do(tmp_path: Path) -> None:
    table = tmp_path / "sds.csv"
    table.write_text("name,hazards,cas\nligand L7,H317,67-56-2\n")
    done = CliRunner().invoke(cli, ["hazards", "import", str(table)])
    assert "check digit is wrong" in str(done.exception) and "compare it with the label" in str(done.exception)
