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


def one(substance: str, amount: str, state: str = "liquid") -> Any:
    operation, key = ("dispense_liquid", "volumes") if state == "liquid" else ("dispense_solid", "masses")
    stock = {"name": "it", "state": state, "substance": substance}
    document = {"design": {"name": "x"}, "stock": [stock], "step": [{"operation": operation, key: {"it": amount}}]}
    design = parse_design(document, Path("x.toml"))
    return review(design.design, design.experiments, design.limits, knowledge=default_knowledge())


def test_numbers_of_a_library_are_no_judgement() -> None:
    """``chemicals`` has a flash point of it, and that it causes cancer; our table lacks it."""
    answer = one("bis(chloromethyl) ether", "1 mL")
    assert not default_knowledge().find("bis(chloromethyl) ether").classified
    rules = {f.rule for f in answer.findings}
    assert answer.outcome == "approval" and {"unknown_substance", "carcinogen"} <= rules


def test_a_fuming_halide_is_weighed_in_a_hood_and_not_by_the_spoon() -> None:
    assert one("zirconium(IV) chloride", "0.1 g", "solid").outcome == "measures"
    assert one("zirconium(IV) chloride", "3 g", "solid").outcome == "approval"


def test_a_misspelt_name_is_named_as_written_with_what_may_be_meant() -> None:
    answer = one("nickle nitrat", "1 mL")
    (found,) = (f for f in answer.findings if f.rule == "unknown_substance")
    assert "'nickle nitrat'" in found.message and "nickel(II) nitrate" in found.mend
