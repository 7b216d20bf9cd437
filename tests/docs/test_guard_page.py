"""The tables of docs/guard.md are those of the code."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from aichemist.guard import LIMITS, GuardLimits, load_rules
from aichemist.guard._describe import TABLES, renewed


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "guard.md").read_text()


def test_tables_are_todays(page: str) -> None:
    assert renewed(page) == page, "run: python -m aichemist.guard._describe docs/guard.md"
    assert all(f"<!-- table: {name} -->" in page for name in TABLES)


def test_every_rule_and_key_is_on_the_page(page: str) -> None:
    assert all(f"`{rule.id}`" in page for rule in load_rules())
    assert all(f"`{limit.key}`" in page for limit in LIMITS)


def test_the_example_table_is_valid(page: str) -> None:
    example = page.split("```toml\n")[1].split("```")[0]
    limits = GuardLimits.read(tomllib.loads(example)["guard"])
    assert limits["max_pressure"] == pytest.approx(1.2e5) and not limits.loosened
