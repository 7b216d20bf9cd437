"""``aichemist review``: table, JSON, page, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aichemist._cli import cli
from aichemist.chemistry import Finding, Review

DESIGN = """
[[stock]]
name = "water"
state = "liquid"
solute = "H2O"
[[step]]
operation = "dispense_liquid"
volumes = { water = "5 mL" }
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.toml"
    path.write_text(DESIGN)
    return path


@pytest.mark.parametrize(("outcome", "code"), [("allow", 0), ("measures", 10), ("approval", 20), ("refuse", 30)])
def test_the_exit_code_says_the_outcome(design: Path, outcome: Any, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding(
        "some_rule", outcome, "why [bold]", "a book", "b001-01", "stir", "do less", "chemist", (), ("fume hood",)
    )

    def answer(*_: Any, **__: Any) -> Review:
        return Review(outcome, (finding,), ("some_rule",))

    monkeypatch.setattr("aichemist.campaign._review.ask_guard", answer)
    done = CliRunner().invoke(cli, ["review", str(design)])
    assert done.exit_code == code, done.output
    for word in ("some_rule", "why [bold]", "a book", "b001-01", "stir", "do less", "fume hood", "docs/safety.md"):
        assert word in done.output, word
    done = CliRunner().invoke(cli, ["review", str(design), "--json", "--html", str(design.parent / "r.html")])
    assert done.exit_code == code and json.loads(done.output)["outcome"] == outcome
    assert "why [bold]" in (design.parent / "r.html").read_text()


def test_bad_input_is_2(call: Callable[..., Any], design: Path) -> None:
    design.write_text(DESIGN.replace("5 mL", "5"))
    done = call("review", design, cwd=design.parent)
    assert done.returncode == 2 and "step[1].volumes.water" in done.stderr and "mend" in done.stderr


@pytest.mark.parametrize("columns", [80, 109])
def test_in_a_narrow_terminal_each_finding_is_a_block(tmp_path: Path, columns: int) -> None:
    design = tmp_path / "design.toml"
    design.write_text(
        '[[stock]]\nname = "acid"\nstate = "liquid"\nsubstance = "sulfuric acid"\n'
        '[[stock]]\nname = "w"\nstate = "liquid"\nsubstance = "water"\n'
        '[[step]]\noperation = "dispense_liquid"\nvolumes = { acid = "10 mL" }\n'
        '[[step]]\noperation = "dispense_liquid"\nvolumes = { w = "5 mL" }\n'
    )

    def shown(width: int) -> list[str]:
        return CliRunner().invoke(cli, ["review", str(design)], env={"COLUMNS": str(width)}).output.splitlines()

    narrow, wide = shown(columns), shown(160)
    assert not any("│" in line for line in narrow) and any("│" in line for line in wide)
    at = next(i for i, line in enumerate(narrow) if "exotherm" in line)
    assert narrow[at].startswith("needs approval by chemist") and narrow[at + 1].startswith("  may warm by")
    assert max(map(len, narrow)) <= columns
