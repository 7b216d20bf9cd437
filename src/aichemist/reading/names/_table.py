"""The synonym table: trivial names, abbreviations, condensed formulas, each with formula and SMILES."""

from __future__ import annotations

from functools import cache

from attrs import frozen

from ._files import lines, words
from ._formulas import counts_of, plain
from ._ions import squeezed
from ._substance import hill

#: abbreviations that in lower case are words
_WORDS = words("word, not an abbreviation")


@frozen
class Row:
    """A row: canonical name, formula (with a leading ``=`` where the substance is a salt read from it), SMILES."""

    name: str
    formula: str
    smiles: str


@cache
def rows() -> dict[str, Row]:
    """Rows by canonical name."""
    return {line[0]: Row(line[0], line[1], line[2]) for line in lines("synonyms.tsv")}


@cache
def _exact() -> dict[str, Row]:
    found: dict[str, Row] = {}
    for name, _, _, names in lines("synonyms.tsv"):
        for each in (name, *filter(None, names.split(";"))):
            found.setdefault(plain(each), rows()[name])
    return found


@cache
def _loose() -> tuple[dict[str, Row], dict[str, Row]]:
    found: dict[str, Row] = {}
    short: dict[str, Row] = {}
    for written, row in _exact().items():
        if counts_of(written) is not None and not written.islower() and len(written) < 12:
            continue
        if is_abbreviation(written):
            # an abbreviation may be in lower case, but not in any case: MPa is no acid, "can" no nitrate
            if len(written) > 2 and written.casefold() not in _WORDS:
                short.setdefault(written.casefold(), row)
            continue
        found.setdefault(squeezed(written), row)
    return found, short


def is_abbreviation(written: str) -> bool:
    """Whether a name is a short word of capitals and figures."""
    return len(written) <= 6 and written.isalnum() and sum(c.isupper() for c in written) >= 2


@cache
def _ambiguous() -> dict[str, tuple[str, ...]]:
    return {line[0]: tuple(line[1].split(";")) for line in lines("ambiguous.tsv")}


@cache
def _refused() -> frozenset[str]:
    return frozenset(squeezed(line[0]) for line in lines("mixtures.tsv"))


def exact(text: str) -> Row | None:
    """The row that writes the name just so."""
    return _exact().get(text)


def loose(text: str) -> Row | None:
    """The row whose name differs by case, spaces, hyphens or spelling only; a plural is tried last."""
    names, short = _loose()
    found = short.get(text) if text.islower() else None
    key = squeezed(text)
    if found is None:
        found = names.get(key)
    if found is None and len(key) > 4 and key.endswith("s"):
        found = names.get(key[:-1])
    return found


def ambiguous(text: str) -> tuple[str, ...]:
    """Canonical names that an abbreviation may stand for, empty where it is not known to be ambiguous."""
    return _ambiguous().get(text, ())


def is_mixture(text: str) -> bool:
    """Whether the name is of a mixture, polymer or material without a formula."""
    return squeezed(text) in _refused()


def formula_of(row: Row) -> str:
    """Hill formula of a molecular row."""
    return hill(counts_of(row.formula) or {})
