"""The official list of harmonised classifications: CLP Annex VI, Table 3, from the spreadsheet that ECHA publishes.

The sheet is not part of this package: a user supplies it, `import_clp` reads it once and keeps what is needed.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen

from aichemist.chemistry import InputError

from ._folder import hazards_folder
from ._ghs import CODE, statement
from ._sds import Sheet, Sheets
from ._substance import HazardStatement
from ._text import cas_number

_SCHEMA = 1
_INDEX = re.compile(r"\d{3}-\d{3}-\d{2}-[\dXx]")
_MAX_BYTES = 100_000_000
_MAX_UNPACKED = 1_000_000_000
_HEADER_ROWS = 60


@frozen
class Imported:
    """What was imported: number of entries, checksum and name of the file, day (UTC), and where it is kept."""

    entries: int
    sha256: str
    file: str
    date: str
    path: Path


def clp_path() -> Path:
    """Where an imported list is kept."""
    return hazards_folder() / "clp_annex_vi.json"


def import_clp(file: Path, *, to: Path | None = None, today: datetime | None = None) -> Imported:
    """Read the spreadsheet and keep its entries; an earlier import is replaced only once the new one is complete.

    Raises:
        InputError: the file cannot be read, is no XLSX, has no header as published, or holds no entry.
    """
    if not file.is_file():
        raise InputError("there is no such file", file=file)
    if file.stat().st_size > _MAX_BYTES:
        raise InputError(f"is larger than {_MAX_BYTES // 1_000_000} MB", file=file)
    entries = list(_entries(file))
    if not entries:
        raise InputError("holds no entry with an index number and a hazard statement", file=file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    day = (today or datetime.now(UTC)).date().isoformat()
    target = to or clp_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": _SCHEMA, "file": file.name, "sha256": digest, "date": day, "entries": entries}
    half = target.with_suffix(".part")
    half.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    half.replace(target)
    load_clp.cache_clear()
    return Imported(len(entries), digest, file.name, day, target)


def _entries(file: Path) -> Iterator[dict[str, Any]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(file) as packed:
            if sum(i.file_size for i in packed.infolist()) > _MAX_UNPACKED:
                raise InputError("unpacks to more than 1 GB", file=file)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise InputError(
            f"is no XLSX spreadsheet: {error}", file=file, mend="give the XLSX that ECHA publishes"
        ) from None
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            columns, first = _columns(rows)
            if columns:
                yield from _of_sheet(columns, first, rows)
                return
    finally:
        book.close()
    raise InputError(
        "has no header row with 'Index No', 'CAS No' and 'Hazard statement Code(s)'", file=file,
        mend="give the spreadsheet of Annex VI, Table 3, as ECHA publishes it",
    )  # fmt: skip


def _columns(rows: Iterator[Sequence[Any]]) -> tuple[dict[str, int], Sequence[Any]]:
    """Column of each field, by the texts of the header rows; and the first row behind them."""
    texts: dict[int, list[str]] = {}
    started = False
    for number, row in enumerate(rows):
        cells = [_text(c) for c in row]
        if started and any(_INDEX.fullmatch(c) for c in cells):
            return _named({i: " ".join(t) for i, t in texts.items()}), row
        if any(c.casefold().startswith("index n") for c in cells):
            started = True
        if started:
            for i, cell in enumerate(cells):
                if cell:
                    texts.setdefault(i, []).append(cell.casefold())
        if number > _HEADER_ROWS:
            break
    return {}, ()


def _named(texts: dict[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, text in sorted(texts.items()):
        for name, words in (
            ("index", "index n"), ("name", "chemical"), ("cas", "cas n"), ("ec", "ec n"), ("suppl", "suppl"),
            ("class", "hazard class"), ("codes", "hazard statement"), ("atp", "atp"),
        ):  # fmt: skip
            if words in text and name not in found and not (name == "codes" and "suppl" in text):
                found[name] = i
                break
    return found if {"index", "name", "cas", "codes"} <= set(found) else {}


def _of_sheet(columns: dict[str, int], first: Sequence[Any], rows: Iterator[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    row: Sequence[Any] | None = first
    while row is not None:
        cells = {name: _text(row[i]) if i < len(row) else "" for name, i in columns.items()}
        codes = [c for c in CODE.findall(cells["codes"] + " " + cells.get("suppl", "")) if statement(c)]
        if _INDEX.fullmatch(cells["index"]) and codes:
            yield {
                "index": cells["index"].upper(),
                "names": [n for n in (_clean(n) for n in re.split(r"[;\n]", cells["name"])) if n][:40],
                "cas": [c for c in (cas_number(x) for x in re.findall(r"\d{2,7}-\d{2}-\d", cells["cas"])) if c],
                "codes": list(dict.fromkeys(codes)),
            }
        row = next(rows, None)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _clean(name: str) -> str:
    return " ".join(re.sub(r"\[\d+\]", "", name).split())


@lru_cache(maxsize=4)
def load_clp(path: Path) -> Sheets | None:
    """The imported list, ``None`` where there is none.

    Raises:
        InputError: the file is damaged; the mend is to import again.
    """
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _SCHEMA:
            raise KeyError(document["schema"])
        rows = []
        for entry in document["entries"]:
            source = f"CLP Annex VI as imported {document['date']}, index {entry['index']}"
            hazards = tuple(HazardStatement(c, source) for c in entry["codes"])
            names = tuple(entry["names"]) or (entry["index"],)
            rows += [Sheet(names[0], cas, names=names[1:], hazards=hazards) for cas in entry["cas"] or [""]]
        return Sheets(tuple(rows))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            "is damaged or of another version", file=path, mend="import it again: aichemist hazards import"
        ) from None
