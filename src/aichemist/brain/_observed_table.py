"""Tables that people keep by hand: what was tried, what it gave, what theory says of it."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import InputError, Space

from ._planner import Aim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: words for an experiment that gave nothing
_FAILED = {"failed", "fail", "nan", "n/a", "na", "none", "-"}
_LARGEST_ROWS = 1_000_000
_SUM = 1e-3


@frozen(eq=False)
class Observed:
    """Rows of a table of observations.

    Attributes:
        x, y, sd: shapes ``(k, d)``, ``(k, aims)``, ``(k, aims)``: rows with a value for each objective, or a failure
            (NaN). ``sd`` is 0 where none was given.
        pending: shape ``(p, d)``: rows without any value yet, under way.
        lines: of the file, one for each row of ``x``.
        notes: what a person should look at.
    """

    x: Floats
    y: Floats
    sd: Floats
    pending: Floats
    lines: tuple[int, ...]
    notes: tuple[str, ...]


def read_observed(path: Path, space: Space, aims: Sequence[Aim]) -> Observed:
    """Read a CSV with one column for each variable and objective, and ``NAME_sd`` where a standard deviation is known.

    An empty value is an experiment under way, ``failed`` (or ``nan``) one that gave nothing. Other columns are ignored.
    Fractions may be in percent.

    Raises:
        InputError: with file, line, column and value.
    """
    import numpy as np

    header, rows = read_rows(path)
    missing = [n for n in (*space.names, *(a.name for a in aims)) if n not in header]
    if missing:
        raise InputError(
            "has no such column", file=path, key=missing[0], mend=f"columns there: {', '.join(header) or '(none)'}"
        )
    place = {name: header.index(name) for name in header}
    x, y, sd, pending, lines = [], [], [], [], []
    for line, row in rows:
        point = [_variable(space, i, row[place[c.name]], path, line) for i, c in enumerate(space.columns)]
        said = [row[place[a.name]].strip() for a in aims]
        if all(text == "" for text in said):
            pending.append(point)
            continue
        if any(text == "" for text in said):
            name = aims[said.index("")].name
            raise InputError(
                "is empty, but another objective of the row has a value", file=path, line=line, key=name,
                mend="write the value, or failed",
            )  # fmt: skip
        x.append(point)
        lines.append(line)
        y.append([_value(text, path, line, a.name) for text, a in zip(said, aims, strict=True)])
        given = [row[place[f"{a.name}_sd"]].strip() if f"{a.name}_sd" in place else "" for a in aims]
        sd.append([_sd(text, path, line, f"{a.name}_sd") for text, a in zip(given, aims, strict=True)])
    d, o = len(space.columns), len(aims)
    found = np.array(x).reshape(-1, d), np.array(y).reshape(-1, o), np.array(sd).reshape(-1, o)
    under_way = np.array(pending).reshape(-1, d)
    shares = _shares(space, [found[0], under_way], path, [*lines])
    notes = tuple(_notes(space, aims, shares[0], found[1], lines))
    return Observed(shares[0], found[1], found[2], shares[1], tuple(lines), notes)


def read_theory(path: Path, space: Space) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Recipes ``(t, d)``, descriptors ``(t, q)`` and their names: all columns that are no variable. A cell that is no
    number leaves its row out.

    Raises:
        InputError: a variable has no column, or nothing is left.
    """
    import numpy as np

    header, rows = read_rows(path)
    missing = [n for n in space.names if n not in header]
    if missing:
        raise InputError(
            "has no such column", file=path, key=missing[0], mend=f"columns there: {', '.join(header) or '(none)'}"
        )
    names = tuple(n for n in header if n not in space.names)
    if not names:
        raise InputError("has no column of a descriptor", file=path, mend="add one beside the variables")
    place = [header.index(n) for n in names]
    x, q = [], []
    for line, row in rows:
        x.append([_variable(space, i, row[header.index(c.name)], path, line) for i, c in enumerate(space.columns)])
        q.append([_number(row[p]) for p in place])
    points = _shares(space, [np.array(x).reshape(-1, len(space.columns))], path, [line for line, _ in rows])[0]
    return points, np.array(q).reshape(-1, len(names)), names


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and numbered rows of a CSV (commas, semicolons or tabs).

    Raises:
        InputError: no such file, not a text, a name twice, a row of another length.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("no such file", file=path, mend="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as text: {error}", file=path, mend="save it as CSV in UTF-8") from None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = [
            (i, row)
            for i, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), 1)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise InputError(f"is not a CSV: {error}", file=path) from None
    if not rows:
        raise InputError("is empty", file=path, mend="the first line names the columns")
    header = [name.strip() for name in rows[0][1]]
    twice = [n for n in header if header.count(n) > 1 and n]
    if twice:
        raise InputError("is there twice", file=path, line=1, key=twice[0], mend="give each column its own name")
    if len(rows) > _LARGEST_ROWS:
        raise InputError(f"has more than {_LARGEST_ROWS:,} rows", file=path)
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise InputError(
                f"has {len(row)} cells, the header {len(header)}", file=path, line=line, mend="one cell for each column"
            )
    return header, rows[1:]


def _variable(space: Space, i: int, text: str, path: Path, line: int) -> float:
    column, text = space.columns[i], text.strip()
    if column.kind == "category":
        if text not in column.categories:
            raise InputError(
                "is not a choice", file=path, line=line, key=column.name, value=text,
                mend=f"choices: {', '.join(column.categories)}",
            )  # fmt: skip
        return float(column.categories.index(text))
    value = _number(text)
    if not math.isfinite(value):
        raise InputError("is not a number", file=path, line=line, key=column.name, value=text, mend="write a number")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _value(text: str, path: Path, line: int, name: str) -> float:
    if text.lower() in _FAILED:
        return math.nan
    value = _number(text)
    if not math.isfinite(value):
        raise InputError(
            "is not a number", file=path, line=line, key=name, value=text,
            mend="write a number, failed, or nothing while it is under way",
        )  # fmt: skip
    return value


def _sd(text: str, path: Path, line: int, name: str) -> float:
    if text == "" or text.lower() in _FAILED:
        return 0.0
    value = _number(text)
    if not math.isfinite(value) or value < 0:
        raise InputError("is no standard deviation", file=path, line=line, key=name, value=text, mend="0 or more")
    return value


def _shares(space: Space, tables: list[Floats], path: Path, lines: list[int]) -> list[Floats]:
    """Fractions that sum to one; percent are turned into fractions."""
    import numpy as np

    at = [i for i, c in enumerate(space.columns) if c.kind == "fraction"]
    if not at:
        return tables
    sums = np.concatenate([t[:, at].sum(axis=1) for t in tables])
    percent = len(sums) > 0 and bool((np.abs(sums - 100) < 100 * _SUM * 10).all())
    done = []
    for number, table in enumerate(tables):
        table = table.copy()
        if percent:
            table[:, at] /= 100
        total = table[:, at].sum(axis=1)
        wrong = np.flatnonzero(np.abs(total - 1) > 0.05)
        if len(wrong):
            where = lines[int(wrong[0])] if number == 0 and int(wrong[0]) < len(lines) else None
            raise InputError(
                f"sum to {total[wrong[0]]:.4g}, not 1", file=path, line=where,
                key=", ".join(space.names[i] for i in at),
                mend="write fractions of the whole, or percent throughout",
            )  # fmt: skip
        table[:, at] /= total[:, None]
        done.append(table)
    return done


#: figures that go one way for every chemist and cannot be negative
_USUAL = {
    "overpotential": "minimise", "yield": "maximise", "conversion": "maximise", "selectivity": "maximise",
    "quantum_yield": "maximise", "hydrogen": "maximise", "purity": "maximise",
}  # fmt: skip


def _notes(space: Space, aims: Sequence[Aim], x: Floats, y: Floats, lines: list[int]) -> list[str]:
    import numpy as np

    notes = []
    for j, aim in enumerate(aims):
        good = np.isfinite(y[:, j])
        usual = _USUAL.get(aim.name.lower().replace(" ", "_"))
        if usual and aim.target is None:
            if good.any() and bool((y[good, j] < 0).all()):
                notes.append(f"every {aim.name} is negative: has its sign been turned round?")
            if usual != aim.direction:
                notes.append(f"{aim.name} is to be {aim.direction}d; most people {usual} it: is the direction right?")
        if good.sum() > 1 and float(np.ptp(y[good, j])) == 0.0:
            notes.append(f"every {aim.name} is {y[good, j][0]:.6g}: nothing can be learnt from a constant")
        if len(y) and not good.any():
            notes.append(f"all {len(y)} experiments failed: the next ones are spread out as if nothing were known")
    off = 0
    for row in x:
        try:
            space.check(space.values(row))
        except InputError:
            off += 1
    if off:
        notes.append(f"{off} of {len(x)} recipes lie outside the space or off its grid; they are used as they are")
    return notes
