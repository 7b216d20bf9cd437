"""The tables of the package as they are read from its files."""

from __future__ import annotations

from functools import cache
from importlib import resources


def lines(table: str) -> list[list[str]]:
    """The rows of ``tables/<table>``, tab-separated, comments left out."""
    text = resources.files(__package__).joinpath("tables", table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def words(kind: str) -> frozenset[str]:
    """The words of one kind in ``words.tsv``."""
    return frozenset(next(row[1] for row in lines("words.tsv") if row[0] == kind).split())
