"""Tables of what was tried and what it gave."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import InputError, Space, did_you_mean

from ._csv_table import Table, read_table
from ._observed_notes import notes_of
from ._planner import Aim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: words for an experiment that gave nothing
FAILED = frozenset({"failed", "fail", "nan", "n/a", "na", "none", "-"})
#: fractions may miss their whole by so much, for people round
_SUM = 0.05
_SAME = 1e-6


@frozen(eq=False)
class Observed:
    """Rows of one or several tables of observations.

    Attributes:
        x, y, sd: shapes ``(k, d)``, ``(k, aims)``, ``(k, aims)``: rows with a value for each objective, or a failure
            (NaN). ``sd`` is 0 where none was given.
        pending: shape ``(p, d)``: rows without any value yet, under way.
        lines: where each row of ``x`` stands: its line, ``file:line`` where there are several files.
        notes: what a person should look at.
    """

    x: Floats
    y: Floats
    sd: Floats
    pending: Floats
    lines: tuple[int | str, ...]
    notes: tuple[str, ...]


def read_observed(paths: Path | Sequence[Path], space: Space, aims: Sequence[Aim]) -> Observed:
    """Read CSVs with one column for each variable and objective, and ``NAME_sd`` where a standard deviation is known.

    An empty value is an experiment under way, ``failed`` (or ``nan``) one that gave nothing. Other columns are ignored.
    Fractions may be in percent; an empty one is 0.

    Several files are joined. A row that stands in two of them with the same values is one measurement, not a replicate;
    a recipe that is under way in one file and has values in another is measured.

    Raises:
        InputError: with file, line, column and value.
    """
    import numpy as np

    files = [paths] if isinstance(paths, Path) else list(paths)
    parts = [_one(path, space, aims) for path in files]
    notes: list[str] = []
    keep: list[NDArray[np.bool_]] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for path, part in zip(files, parts, strict=True):
        here: Counter[tuple[object, ...]] = Counter()
        new = np.ones(len(part.x), dtype=bool)
        for i, key in enumerate(_keys(part)):
            here[key] += 1
            new[i] = here[key] > seen[key]
        seen |= here
        keep.append(new)
        notes += part.notes
        if not new.all():
            notes.append(f"{path}: rows that stand in an earlier file, too, are counted once: {int((~new).sum())}")
    x = np.vstack([p.x[new] for p, new in zip(parts, keep, strict=True)])
    y = np.vstack([p.y[new] for p, new in zip(parts, keep, strict=True)])
    sd = np.vstack([p.sd[new] for p, new in zip(parts, keep, strict=True)])
    short = len({p.name for p in files}) == len(files)
    lines = [
        line if len(files) == 1 else f"{path.name if short else path}:{line}"
        for path, part, new in zip(files, parts, keep, strict=True)
        for line, wanted in zip(part.lines, new, strict=True)
        if wanted
    ]
    pending = np.vstack([
        p.pending[~_among(p.pending, [q.x for q in parts if q is not p])] for p in parts
    ])  # fmt: skip
    return Observed(x, y, sd, pending, tuple(lines), (*notes, *notes_of(space, aims, x, y, lines)))


def variable_at(table: Table, space: Space, i: int, text: str, line: int) -> float:
    """A cell of the variable in column ``i`` of the space; an absent component may be left empty.

    Raises:
        InputError: no number, or no choice.
    """
    column, text = space.columns[i], text.strip()
    if column.kind == "category":
        if text not in column.categories:
            raise InputError(
                "is not a choice", file=table.path, line=line, key=column.name, value=text,
                mend=did_you_mean(text, column.categories),
            )  # fmt: skip
        return float(column.categories.index(text))
    if column.kind == "fraction" and text == "":
        return 0.0
    return table.number_at(text, line, column.name)


def in_fractions(space: Space, x: Floats, table: Table, lines: Sequence[int]) -> Floats:
    """``x`` ``(k, d)`` with fractions that sum to one; where most rows are percent they are turned into fractions.

    Raises:
        InputError: a row that is more than a twentieth away from the whole.
    """
    import numpy as np

    at = [i for i, c in enumerate(space.columns) if c.kind == "fraction"]
    if not at or not len(x):
        return x
    sums = x[:, at].sum(axis=1)
    # by most of the rows, so that one wrong row is named and not the first of the right ones
    whole = 100.0 if (sums > 10).mean() > 0.5 else 1.0
    wrong = np.flatnonzero(np.abs(sums / whole - 1) > _SUM)
    if len(wrong):
        raise InputError(
            f"sum to {sums[wrong[0]]:.4g}, not {whole:g}", file=table.path, line=lines[int(wrong[0])],
            key=", ".join(space.names[i] for i in at),
            mend="write fractions of the whole, or percent throughout; a component that is absent is 0 or empty",
        )  # fmt: skip
    x = x.copy()
    x[:, at] /= sums[:, None]
    return x


def _one(path: Path, space: Space, aims: Sequence[Aim]) -> Observed:
    import numpy as np

    table = read_table(path)
    place = table.places([*space.names, *(a.name for a in aims)])
    place |= {n: table.header.index(n) for n in (f"{a.name}_sd" for a in aims) if n in table.header}
    x, y, sd, lines, measured = [], [], [], [], []
    for line, row in table.rows:
        x.append([variable_at(table, space, i, row[place[c.name]], line) for i, c in enumerate(space.columns)])
        lines.append(line)
        said = [row[place[a.name]].strip() for a in aims]
        measured.append(any(said))
        if not any(said):
            continue
        if not all(said):
            raise InputError(
                "is empty, but another objective of the row has a value", file=path, line=line,
                key=aims[said.index("")].name, mend="write the value, or failed",
            )  # fmt: skip
        y.append([_value(table, text, line, a.name) for text, a in zip(said, aims, strict=True)])
        given = [row[place[f"{a.name}_sd"]].strip() if f"{a.name}_sd" in place else "" for a in aims]
        sd.append([_sd(table, text, line, f"{a.name}_sd") for text, a in zip(given, aims, strict=True)])
    points = in_fractions(space, np.array(x).reshape(-1, len(space.columns)), table, lines)
    done = np.array(measured, dtype=bool)
    said_so = f"{path} has decimal commas: {table.comma} is read as {table.comma.replace(',', '.')}"
    return Observed(
        points[done], np.array(y).reshape(-1, len(aims)), np.array(sd).reshape(-1, len(aims)), points[~done],
        tuple(line for line, found in zip(lines, measured, strict=True) if found),
        (said_so,) if table.comma else (),
    )  # fmt: skip


def _value(table: Table, text: str, line: int, name: str) -> float:
    if text.lower() in FAILED:
        return math.nan
    return table.number_at(text, line, name, ", failed, or nothing while it is under way")


def _sd(table: Table, text: str, line: int, name: str) -> float:
    if text == "" or text.lower() in FAILED:
        return 0.0
    value = table.number(text)
    if not math.isfinite(value) or value < 0:
        raise InputError("is no standard deviation", file=table.path, line=line, key=name, value=text, mend="0 or more")
    return value


def _keys(part: Observed) -> list[tuple[object, ...]]:
    """What two rows have in common that are the same measurement; NaN is written so that it is like itself."""
    return [
        tuple(f"{v:.9g}" for v in (*x, *y, *sd)) for x, y, sd in zip(part.x, part.y, part.sd, strict=True)
    ]  # fmt: skip


def _among(points: Floats, tables: Sequence[Floats]) -> NDArray[np.bool_]:
    """Which ``points`` ``(p, d)`` are rows of one of ``tables``."""
    import numpy as np

    found = np.zeros(len(points), dtype=bool)
    for table in tables:
        if len(table) and len(points):
            found |= (np.abs(points[:, None] - table[None]).max(axis=2) < _SAME).any(axis=1)
    return found
