"""Every benchmark keeps the conventions: --help, --quick, --json FILE with benchmark, machine and rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = sorted(p for p in FOLDER.glob("*.py") if not p.name.startswith("_"))


def test_there_are_benchmarks() -> None:
    assert {p.stem for p in SCRIPTS} >= {"analysis", "learning", "chaos", "throughput", "endurance"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_help_names_the_common_flags(script: Path) -> None:
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "--json" in done.stdout and "--quick" in done.stdout


def test_analysis_writes_its_table_as_json(tmp_path: Path) -> None:
    target = tmp_path / "a b.json"
    command = [sys.executable, FOLDER / "analysis.py", "--seeds", "2", "--curves", "20", "--json", target]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(target.read_text())
    assert set(document) == {"benchmark", "machine", "rows"} and document["benchmark"] == "analysis"
    by_method = {row["method"]: row for row in document["rows"]}
    assert by_method["ours"]["rmse_mV"] < by_method["first point, uncorrected"]["rmse_mV"]
    assert by_method["ours"]["curves"] == 40 and 0 <= by_method["ours"]["coverage_68_percent"] <= 100
    assert document["machine"]["cores"] >= 1


def test_throughput_writes_its_tables_as_json(tmp_path: Path) -> None:
    target = tmp_path / "t.json"
    command = [sys.executable, FOLDER / "throughput.py", "--quick", "--in-flight", "1", "10", "--json", target]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads(target.read_text())["rows"]
    ours = [r for r in rows if r["part"] == "executor" and r["database"] == "SQLite"]
    assert [r["in_flight"] for r in ours] == [1, 10] and all(r["step_median_ms"] > 0 for r in ours)


def test_wrong_arguments_are_refused() -> None:
    command = [sys.executable, FOLDER / "analysis.py", "--seeds", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "--seeds" in done.stderr
