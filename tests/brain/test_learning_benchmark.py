from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "learning.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=120)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    rows = [f"{a},{b},{(a - 3) ** 2 + (b - 5) ** 2}" for a in range(8) for b in range(8)]
    path.write_text("a,b,y\n" + "\n".join(rows) + "\n")
    return path


def test_any_csv(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run("--csv", str(table), "--inputs", "a,b", "--target", "y", "--direction", "minimise", "--methods",
               "random,gp_ei", "--seeds", "2", "--budget", "24", "--batch", "6", "--json", str(out))  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert found["benchmark"] == "learning" and found["machine"]["cores"]
    rows = {row["method"]: row for row in found["rows"]}
    assert rows["gp_ei"]["best_found_in_24"] == 1.0, "a bowl of 64 points is found in 24"
    assert rows["random"]["cpu_s_per_proposal"] < rows["gp_ei"]["cpu_s_per_proposal"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--csv", "nowhere.csv", "--inputs", "a", "--target", "y", "--direction", "minimise"], "no such file"),
        (["--csv", "{table}", "--inputs", "a,z", "--target", "y", "--direction", "minimise"], "value 'z'"),
        (["--csv", "{table}", "--inputs", "a,b"], "--target"),
        (["--csv", "{binary}", "--inputs", "a", "--target", "y", "--direction", "minimise"], "cannot be read"),
        (
            ["--csv", "{table}", "--inputs", "a,b", "--target", "y", "--direction", "minimise", "--methods", "qnehvi"],
            "2 objectives or more",
        ),
        (["--set", "nothing_here"], "no such data set"),
        (["--csv", "{table}", "--inputs", "a,b", "--target", "y", "--direction", "minimise", "--methods", "x"], "'x'"),
    ],
)
def test_bad_input_is_answered_in_words(arguments: list[str], message: str, table: Path) -> None:
    binary = table.with_name("bin.csv")
    binary.write_bytes(b"\xa7\xff,y\n1,2\n")
    done = run(*(a.replace("{table}", str(table)).replace("{binary}", str(binary)) for a in arguments))
    assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr
