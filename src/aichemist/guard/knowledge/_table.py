"""The curated table: files of one family each under ``data/``, made by us, every statement with its entry."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from attrs import field, frozen

from ._substance import HazardStatement
from ._text import FormulaKey, german, name_key, plain, read_formula, without_roman

#: where a classification comes from, as written in the tables -> as shown
_SOURCES = {
    "VI": "CLP Annex VI, Regulation (EC) 1272/2008",
    "C&L": "self-classification, ECHA C&L inventory",
    "SDS": "self-classification, suppliers' SDS of the solution or material",
}
_NUMBERS = ("mp", "bp", "fp", "ai", "dec", "d")
NOT_CLASSIFIED = "none"


@frozen
class Entry:
    """One row of the curated table. Temperatures in K, density in kg/L."""

    name: str
    family: str
    formula: str = ""
    cas: str = ""
    state: str = ""
    hazards: tuple[HazardStatement, ...] = ()
    numbers: dict[str, float] = field(factory=dict, hash=False)
    sensitive: frozenset[str] = frozenset()
    carcinogen: str = ""
    synonyms: tuple[str, ...] = ()
    hydrates: dict[float, str] = field(factory=dict, hash=False)
    smiles: str = ""
    line: int = 0
    inchikey: str = ""

    @property
    def key(self) -> FormulaKey:
        read = read_formula(self.formula) if self.formula else None
        return read[0] if read else ()


def parse_row(cells: list[str], family: str, line: int) -> Entry:
    """One line of a table; a bad one raises ValueError that names it (the tables are ours: a test reads them all)."""
    where = f"data/{family}.tsv, line {line}"
    if len(cells) < 5:
        raise ValueError(f"{where}: {len(cells)} columns")
    cells = cells + [""] * (12 - len(cells))
    name, formula, cas, state, hazards, numbers, sensitive, carcinogen, synonyms, hydrates, smiles, key = (
        c.strip() for c in cells[:12]
    )
    return Entry(
        name, family, formula, cas,
        {"s": "solid", "l": "liquid", "g": "gas", "": ""}[state],
        _hazards(hazards, where), _numbers(numbers, where),
        frozenset({"l": "light", "a": "air", "w": "water"}[s] for s in sensitive),
        carcinogen, tuple(s.strip() for s in synonyms.split(";") if s.strip()),
        _hydrates(hydrates), smiles, line, key,
    )  # fmt: skip


def _hazards(text: str, where: str) -> tuple[HazardStatement, ...]:
    if text == NOT_CLASSIFIED:
        return ()
    found: dict[str, HazardStatement] = {}
    for group in text.split("|"):
        head, _, codes = group.partition(":")
        kind, _, index = head.strip().partition(" ")
        if kind not in _SOURCES or not codes.split():
            raise ValueError(f"{where}: hazards '{text}'")
        source = _SOURCES[kind] + (f", index {index}" if index else ", by CAS" if kind == "VI" else "")
        for code in codes.split():
            found.setdefault(code, HazardStatement(code, source))
    return tuple(found.values())


def _numbers(text: str, where: str) -> dict[str, float]:
    words = text.split()
    if len(words) % 2 or any(w not in _NUMBERS for w in words[::2]):
        raise ValueError(f"{where}: numbers '{text}'")
    pairs = zip(words[::2], words[1::2], strict=True)
    return {n: float(v) if n == "d" else round(float(v) + 273.15, 2) for n, v in pairs}


def _hydrates(text: str) -> dict[float, str]:
    pairs = (part.partition(":") for part in text.split(";") if part.strip())
    return {float(n): cas.strip() for n, _, cas in pairs}


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All rows of all families."""
    made: list[Entry] = []
    folder = files(__package__) / "data"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".tsv") or file.name.startswith("_"):
            continue
        family = file.name.removesuffix(".tsv")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                made.append(parse_row(line.split("\t"), family, number))
    return tuple(made)


class Index:
    """The curated table by name, CAS number, formula and structure."""

    def __init__(self, rows: tuple[Entry, ...]) -> None:
        self.rows = rows
        self.names: dict[str, tuple[Entry, float | None]] = {}
        self.cas: dict[str, tuple[Entry, float | None]] = {}
        self.formulas: dict[FormulaKey, list[tuple[Entry, float | None]]] = {}
        self.written: dict[str, Entry] = {}
        self.structures: dict[str, Entry] = {}
        self.skeletons: dict[str, Entry] = {}
        for row in rows:
            for name in (row.name, *row.synonyms):
                self.names.setdefault(name_key(name), (row, None))
            if row.inchikey:
                self.structures.setdefault(row.inchikey, row)
                self.skeletons.setdefault(row.inchikey[:14], row)
            if row.cas:
                self.cas[row.cas] = (row, None)
            if row.formula:
                self.written.setdefault(row.formula, row)
                self.formulas.setdefault(row.key, []).append((row, None))
            for water, cas in row.hydrates.items():
                if cas:
                    self.cas[cas] = (row, water)
                read = read_formula(f"{row.formula}·{water:g}H2O")
                if read:
                    self.formulas.setdefault(_with_water(read[0], water), []).append((row, water))
        for row in rows:  # last: a name without its oxidation number never hides a written one
            for name in (row.name, *row.synonyms):
                self.names.setdefault(name_key(without_roman(name)), (row, None))

    def by_name(self, name: str) -> tuple[Entry, float | None] | None:
        key = name_key(name)
        if not key:
            return None
        hit = self.names.get(key) or self.names.get(name_key(german(name)) or "\0")
        exact = self.written.get(plain(name))
        if hit and exact and hit[0] is not exact and plain(name) not in (hit[0].name, *hit[0].synonyms):
            return exact, None  # CoCl2 is not (COCl)2, PbS is not PBS: as a formula, capitals count
        return hit

    def by_structure(self, inchikey: str) -> Entry | None:
        return self.structures.get(inchikey)

    def by_skeleton(self, inchikey: str) -> Entry | None:
        """The same connections, stereochemistry and charge state aside (first block of the InChIKey)."""
        return self.skeletons.get(inchikey[:14])


def _with_water(key: FormulaKey, water: float) -> FormulaKey:
    counts = dict(key)
    counts["H"] = counts.get("H", 0.0) + 2 * water
    counts["O"] = counts.get("O", 0.0) + water
    return tuple(sorted((e, round(c, 4)) for e, c in counts.items()))


@lru_cache(maxsize=1)
def index() -> Index:
    return Index(entries())


def is_condensed(text: str) -> bool:
    """Whether an organic formula says more than its atoms (``CH3COOH``, ``C2H5OH``, not ``C2H6O``)."""
    return bool(re.search(r"\(|([A-Z][a-z]?).*\1(?![a-z])", text))
