"""What suggest writes, and what it must not write over."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ._written import written

if TYPE_CHECKING:
    from ..brain import Calculation, Planner, Suggestion

SHARE = "share_of_variance"


def refuse_results(output: Path, objectives: Sequence[str]) -> None:
    """A file that is there is written over where it is a plan without results yet, or a list of calculations.

    Raises:
        InputError: it holds results, or it is no such file.
    """
    from ..brain import read_table
    from ..chemistry import InputError

    if not output.is_file() or output.stat().st_size == 0:
        return
    mend = "give another name, or --force to lose what is there"
    try:
        table = read_table(output)
    except InputError:
        raise InputError("is there and is no table of ours", file=output, key="--output", mend=mend) from None
    if table.header[-1] == SHARE:
        return
    there = [name for name in objectives if name in table.header]
    if len(there) < len(objectives):
        raise InputError("is there and is no plan for these objectives", file=output, key="--output", mend=mend)
    for line, row in table.rows:
        for name in there:
            if row[table.header.index(name)].strip():
                raise InputError(
                    f"holds results, for example {name} in line {line}", file=output, key="--output", mend=mend
                )


def plan_csv(planner: Planner, found: Sequence[Suggestion]) -> str:
    """Variables, empty columns for what will be measured, what is expected of it, and why."""
    aims = [a.name for a in planner.aims]
    expected = [c for a in aims for c in (f"expected_{a}", f"expected_{a}_sd")]
    rows = []
    for s in found:
        said = [f"{v:.5g}" for p in s.expected for v in (p.mean, p.sd)]
        rows.append([*_shown(s.values.values()), *[""] * len(aims), *said, *[""] * (len(expected) - len(said)),
                     s.reason])  # fmt: skip
    return _as_csv([[*planner.space.names, *aims, *expected, "why"], *rows])


def calculations_csv(planner: Planner, found: Sequence[Calculation]) -> str:
    """Variables, and what share of the variance of a measurement the calculation takes away."""
    return _as_csv(
        [[*planner.space.names, SHARE], *([*_shown(c.values.values()), f"{c.share:.4g}"] for c in found)]
    )  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """All of it or nothing."""
    with written(path, "--output") as part:
        part.write_text(text, encoding="utf-8")


def _shown(values: Iterable[float | str]) -> list[str]:
    return [v if isinstance(v, str) else f"{v:.9g}" for v in values]


def _as_csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
