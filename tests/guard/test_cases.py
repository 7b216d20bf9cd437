"""The public cases: every dangerous design is stopped, and few harmless ones are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aichemist.campaign import parse_design
from aichemist.guard import review
from aichemist.guard.knowledge import default_knowledge

FOLDER = Path(__file__).parent / "cases"
CASES = [
    (path, case) for path in sorted(FOLDER.glob("*.toml")) for case in tomllib.loads(path.read_text())["case"]
]  # fmt: skip
DANGEROUS = [(p, c) for p, c in CASES if c["expect"] == "stop"]
HARMLESS = [(p, c) for p, c in CASES if c["expect"] == "allow"]


def outcome(path: Path, case: Mapping[str, Any]) -> str:
    head = {"name": case["name"], **{k: case[k] for k in ("vials", "vial_capacity") if k in case}}
    design = parse_design({"design": head, **{k: case[k] for k in ("stock", "step") if k in case}}, path)
    return review(design.design, design.experiments, design.limits, knowledge=default_knowledge()).outcome


def test_there_are_as_many_as_the_docs_say() -> None:
    assert len(DANGEROUS) >= 120 and len(HARMLESS) >= 120
    assert all(c["source"] for _, c in CASES) and len({c["name"] for _, c in CASES}) == len(CASES)


@pytest.mark.parametrize("path", sorted({p for p, _ in DANGEROUS}), ids=lambda p: p.stem)
def test_every_dangerous_design_is_stopped(path: Path) -> None:
    passed = [c["name"] for p, c in DANGEROUS if p == path and outcome(p, c) not in ("approval", "refuse")]
    assert not passed


def test_few_harmless_designs_are_stopped() -> None:
    stopped = [c["name"] for p, c in HARMLESS if outcome(p, c) in ("approval", "refuse")]
    assert len(stopped) <= 0.05 * len(HARMLESS), stopped


@pytest.mark.parametrize("name", ["oer", "oer_acid", "hydrogen", "fluorescence"])
def test_our_own_tasks_are_allowed(name: str, repository: Path) -> None:
    from aichemist.campaign import review as review_file

    answer = review_file(repository / "campaigns" / f"{name}.toml")
    assert answer.outcome in ("allow", "measures"), [c.finding.message for c in answer.concerns[:3]]
