"""The user's own safety data: a CSV file, one substance a line."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from attrs import field, frozen

from aichemist.chemistry import InputError, drop_part, parse_quantity

from ._folder import hazards_folder
from ._ghs import CODE, statement
from ._substance import HazardStatement
from ._text import FormulaKey, cas_number, name_key, read_formula

COLUMNS = (
    "name", "cas", "formula", "smiles", "synonyms", "state", "hazards", "flash_point", "boiling_point", "melting_point",
    "autoignition", "decomposition", "density", "sensitive", "carcinogen", "source",
)  # fmt: skip
_TEMPERATURES = {
    "flash_point": "flash_point_k", "boiling_point": "boiling_point_k", "melting_point": "melting_point_k",
    "autoignition": "autoignition_k", "decomposition": "decomposition_k",
}  # fmt: skip
_MAX_BYTES = 20_000_000


@frozen
class Sheet:
    """What one row of a user's or an official table says of a substance."""

    name: str
    cas: str = ""
    formula: str = ""
    smiles: str = ""
    names: tuple[str, ...] = ()
    state: str = ""
    hazards: tuple[HazardStatement, ...] = ()
    numbers: dict[str, float] = field(factory=dict, hash=False)
    sensitive: frozenset[str] = frozenset()
    carcinogen: str = ""

    @property
    def key(self) -> FormulaKey:
        read = read_formula(self.formula) if self.formula else None
        return read[0] if read else ()


class Sheets:
    """Rows by CAS number and name."""

    def __init__(self, rows: tuple[Sheet, ...]) -> None:
        self.rows = rows
        self.cas = {row.cas: row for row in rows if row.cas}
        self.names: dict[str, Sheet] = {}
        for row in rows:
            for name in (row.name, *row.names):
                self.names.setdefault(name_key(name), row)

    def find(self, cas: str, *names: str) -> Sheet | None:
        if cas and cas in self.cas:
            return self.cas[cas]
        return next((self.names[k] for n in names if n and (k := name_key(n)) in self.names), None)


def load_sds(path: Path) -> Sheets:
    """Read a user's table.

    Raises:
        InputError: the file cannot be read, a column is unknown, or a cell is wrong; names file, line and value.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"is larger than {_MAX_BYTES // 1_000_000} MB", file=path)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as UTF-8 text: {error}", file=path, mend="save it as CSV, UTF-8") from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [(h or "").strip() for h in reader.fieldnames or []]
    for column in header:
        if column not in COLUMNS:
            raise InputError(
                "is no column of an SDS table", file=path, line=1, value=column, mend=f"columns: {', '.join(COLUMNS)}"
            )
    for needed in ("name", "hazards"):
        if needed not in header:
            raise InputError(f"has no column '{needed}'", file=path, line=1)
    rows = []
    for record in reader:
        cells = {(k or "").strip(): (v or "").strip() for k, v in record.items() if not isinstance(v, list)}
        if None in record:
            raise InputError("has more cells than the header", file=path, line=reader.line_num)
        if any(cells.values()):
            rows.append(_row(cells, path, reader.line_num))
    return Sheets(tuple(rows))


def _row(cells: dict[str, str], path: Path, line: int) -> Sheet:
    def wrong(problem: str, key: str, mend: str = "") -> InputError:
        return InputError(problem, file=path, line=line, key=key, value=cells[key], mend=mend)

    if not cells["name"]:
        raise wrong("a substance needs a name", "name")
    cas = cas_number(cells.get("cas", ""))
    if cells.get("cas") and not cas:
        raise wrong(
            "is no CAS number: its check digit is wrong", "cas", "compare it with the label, or leave the cell empty"
        )
    if cells.get("formula") and read_formula(cells["formula"]) is None:
        raise wrong("is no formula", "formula", 'write it like "Ni(NO3)2·6H2O"')
    if cells.get("state", "") not in ("", "solid", "liquid", "gas"):
        raise wrong("is no state", "state", "solid, liquid or gas")
    sensitive = frozenset((cells.get("sensitive") or "").replace(",", " ").split())
    if sensitive - {"light", "air", "water"}:
        raise wrong("names what it is not", "sensitive", "light, air, water")
    source = f"SDS table {path.name}, line {line}" + (f", {cells['source']}" if cells.get("source") else "")
    numbers = {}
    for column, name in (*_TEMPERATURES.items(), ("density", "density_kg_per_l")):
        if cells.get(column):
            try:
                numbers[name] = (_density if column == "density" else _temperature)(cells[column])
            except InputError as error:
                raise wrong(error.problem, column, error.mend or "") from None
    return Sheet(
        cells["name"], cas, cells.get("formula", ""), cells.get("smiles", ""),
        tuple(s.strip() for s in cells.get("synonyms", "").split(";") if s.strip()),
        cells.get("state", ""), _codes(cells["hazards"], source, wrong), numbers, sensitive,
        cells.get("carcinogen", ""),
    )  # fmt: skip


def _temperature(text: str) -> float:
    return parse_quantity(text, "temperature")


def _density(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(kg/L|kg/l|g/mL|g/ml|g/cm3|kg/m3)", text)
    if not match or not 0 < float(match[1]) < 1e5:
        raise InputError("is no density", value=text, mend='write it like "0.79 g/mL"')
    return float(match[1]) / (1000 if match[2] == "kg/m3" else 1)


def _codes(text: str, source: str, wrong: object) -> tuple[HazardStatement, ...]:
    if not text:
        raise wrong("says nothing", "hazards", 'write "none" where it is not classified')  # type: ignore[operator]
    if text.casefold() in ("none", "not classified"):
        return ()
    codes = text.replace(",", " ").replace("+", " ").replace(";", " ").split()
    for code in codes:
        if not CODE.fullmatch(code) or not statement(code):
            raise wrong(f"'{code}' is no GHS hazard statement", "hazards", 'write codes like "H225 H319"')  # type: ignore[operator]
    return tuple(HazardStatement(code, source) for code in dict.fromkeys(codes))


def sds_path() -> Path:
    """Where your own table is kept for all reviews: beside an imported official list."""
    return hazards_folder() / "sds.csv"


def keep_sds(file: Path) -> tuple[int, Path]:
    """Check a table and keep a copy of it for all reviews; an earlier one is replaced only by a sound one.

    Returns:
        How many substances it holds, and where it is kept.

    Raises:
        InputError: it cannot be read or kept, or a line is wrong; the table kept before stays.
    """
    rows = load_sds(file).rows
    target = sds_path()
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(file.read_bytes())
        part.replace(target)
    except OSError as error:
        drop_part(part)
        raise InputError(f"cannot be kept: {error.strerror}", file=target) from None
    return len(rows), target
