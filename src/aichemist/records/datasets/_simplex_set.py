"""The composition sets of Olympus: a CSV without header, fractions first, then the measurements."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aichemist.chemistry import ATOMIC_WEIGHTS, InputError

from ._registry import list_datasets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SUM_TOLERANCE = 1e-6
_COLUMNS_MEND = "restore the published file: aichemist data get NAME"


@frozen(eq=False)
class SimplexData:
    """Compositions that sum to one, and one measured value each.

    Attributes:
        name: of the folder, e.g. ``oer_plate_3496``.
        components: element symbols (``ni_load`` -> ``Ni``) or the names in the file, in the order of the columns.
        compositions: fractions, shape ``(n, d)``.
        values: first measurement, shape ``(n,)``, in ``unit``.
        measurement: its name.
        unit: as the registry states it; empty where it does not.
    """

    name: str
    components: tuple[str, ...]
    compositions: NDArray[np.float64]
    values: NDArray[np.float64]
    measurement: str
    unit: str


def load_simplex_set(path: Path) -> SimplexData:
    """Read a folder with ``data.csv`` and ``config.json`` (or the CSV file itself, the other beside it).

    Raises:
        InputError: a file is missing or unreadable, a row has the wrong number of columns, a value is not a finite
            number, a fraction lies outside 0 to 1, or the fractions of a row do not sum to 1. The message names file,
            line, value and mend.
    """
    import numpy as np

    path = Path(path)
    table = path / "data.csv" if path.is_dir() else path
    parameters, measurements = _columns(table.parent / "config.json")
    compositions: list[list[float]] = []
    values: list[float] = []
    rows = csv.reader(_text(table).splitlines())
    for row in rows:
        if not row or row == [""]:
            continue
        numbers = _numbers(row, [*parameters, *measurements], table, rows.line_num)
        fractions = numbers[: len(parameters)]
        _check_fractions(fractions, parameters, table, rows.line_num)
        compositions.append(fractions)
        values.append(numbers[len(parameters)])
    if not values:
        raise InputError("holds no rows", file=table, mend=_COLUMNS_MEND)
    name = table.resolve().parent.name
    return SimplexData(
        name=name,
        components=tuple(_component(p) for p in parameters),
        compositions=np.array(compositions, dtype=float),
        values=np.array(values, dtype=float),
        measurement=measurements[0],
        unit=next((d.unit for d in list_datasets() if d.name == name), ""),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", file=path, mend=_COLUMNS_MEND) from None
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", file=path,
            mend="give the folder of a set with data.csv and config.json",
        ) from None  # fmt: skip


def _columns(path: Path) -> tuple[list[str], list[str]]:
    text = _text(path)
    try:
        config: Any = json.loads(text)
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", file=path, mend=_COLUMNS_MEND) from None
    found: list[list[str]] = []
    for key in ("parameters", "measurements"):
        entries = config.get(key) if isinstance(config, dict) else None
        names = [e.get("name") for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
        if not names or not all(isinstance(n, str) and n for n in names) or len(set(names)) != len(names):
            raise InputError(
                "must be a list of entries with different names", file=path, key=key, value=entries,
                mend='write for example [{"name": "ni_load"}, {"name": "fe_load"}]',
            )  # fmt: skip
        found.append([str(n) for n in names])
    return found[0], found[1]


def _numbers(row: list[str], names: list[str], file: Path, line: int) -> list[float]:
    if len(row) != len(names):
        raise InputError(
            f"has {len(row)} columns, config.json names {len(names)}: {', '.join(names)}", file=file, line=line,
            value=",".join(row), mend=_COLUMNS_MEND,
        )  # fmt: skip
    numbers = []
    for name, cell in zip(names, row, strict=True):
        try:
            number = float(cell)
        except ValueError:
            mend = "remove the header line" if line == 1 else "write a number"
            raise InputError("is not a number", file=file, line=line, key=name, value=cell, mend=mend) from None
        if not math.isfinite(number):
            raise InputError(
                "is not finite", file=file, line=line, key=name, value=cell, mend="leave the row out of the file"
            )
        numbers.append(number)
    return numbers


def _check_fractions(fractions: list[float], names: list[str], file: Path, line: int) -> None:
    for name, fraction in zip(names, fractions, strict=True):
        if not -_SUM_TOLERANCE <= fraction <= 1 + _SUM_TOLERANCE:
            raise InputError(
                "is no fraction between 0 and 1", file=file, line=line, key=name, value=fraction,
                mend="write fractions, not per cent",
            )  # fmt: skip
    if abs(sum(fractions) - 1) > _SUM_TOLERANCE:
        raise InputError(
            f"the fractions sum to {sum(fractions):g}, not 1", file=file, line=line, value=fractions,
            mend="write fractions that sum to 1; a set that is no composition cannot be read here",
        )  # fmt: skip


def _component(name: str) -> str:
    symbol = name.removesuffix("_load").capitalize()
    return symbol if symbol in ATOMIC_WEIGHTS else name
