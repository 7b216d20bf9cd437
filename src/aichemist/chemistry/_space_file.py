"""The ``[space]`` table of a file, and the search space that it describes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ._constraints import parse_constraint
from ._errors import InputError
from ._feedstocks import Feedstocks
from ._simplex import Simplex
from ._space import Space
from ._variables import Variable, Variables, categorical, continuous, integer, ordinal


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VariableFile(_Strict):
    """One ``[[space.variable]]``. ``descriptors`` names a CSV file with a first column of choices."""

    name: str = Field(min_length=1, max_length=80)
    kind: Literal["continuous", "integer", "ordinal", "categorical"] = "continuous"
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    unit: str = ""
    levels: list[float] = []
    choices: list[str] = []
    descriptors: str = ""
    smiles: list[str] = []


class StockFile(_Strict):
    """One ``[[space.stock]]``: what one part of it holds of each species, in any one unit."""

    name: str = Field(min_length=1, max_length=80)
    content: dict[str, float] = Field(min_length=1)
    limits: tuple[float, float] = (0.0, 1.0)


class SpaceFile(_Strict):
    """The table: fractions of ``components``, ``variable``s, or shares of ``stock``s."""

    components: list[str] = Field(default=[], max_length=40)
    step: float | None = Field(default=None, gt=0, le=1)
    at_most: int | None = Field(default=None, ge=1)
    limits: dict[str, tuple[float, float]] = {}
    variable: list[VariableFile] = []
    stock: list[StockFile] = []
    constraints: list[str] = []


def build_space(table: SpaceFile, folder: Path | None = None) -> Space:
    """The space that a table describes; files that it names are looked for in ``folder``.

    Raises:
        InputError: with key, value and mend.
    """
    if table.stock:
        if table.components or table.variable or table.constraints:
            raise InputError(
                "stocks stand alone", key="space.stock", mend="leave out components, variables and constraints"
            )
        return _feedstocks(table)
    if not table.components and not table.variable:
        raise InputError(
            "names nothing that could be varied", key="space",
            mend='write components = ["Ni", "Fe"] with step = 0.1, or [[space.variable]] tables',
        )  # fmt: skip
    fractions = None
    if table.components:
        pairs = [table.limits.get(name, (0.0, 1.0)) for name in table.components]
        for name in table.limits:
            if name not in table.components:
                raise InputError(
                    "is not one of the components", key=f"space.limits.{name}", value=name,
                    mend=f"components: {', '.join(table.components)}",
                )  # fmt: skip
        fractions = _simplex(tuple(table.components), table.step, table.at_most, pairs)
    elif table.step is not None or table.at_most is not None or table.limits:
        raise InputError("step, at_most and limits belong to components", key="space", mend="add components")
    if not table.variable and not table.constraints:
        assert fractions is not None
        return fractions
    variables = tuple(_variable(v, i, folder) for i, v in enumerate(table.variable, 1))
    known = {v.name: v.categories for v in variables} | dict.fromkeys(table.components, ())
    constraints = tuple(parse_constraint(text, known, key="space.constraints") for text in table.constraints)
    space = Variables(variables, fractions, constraints)
    if constraints:
        space.pool(1, 0)
    return space


def _simplex(
    names: tuple[str, ...], step: float | None, at_most: int | None, limits: list[tuple[float, float]]
) -> Simplex:
    if step is None:
        raise InputError("is missing", key="space.step", mend="write step = 0.1")
    try:
        return Simplex(
            names, step, at_most if at_most is not None else len(names), tuple(p[0] for p in limits),
            tuple(p[1] for p in limits),
        )  # fmt: skip
    except InputError as error:
        mend = error.mend.replace("max_components", "at_most") if error.mend else None
        key = (error.key or "").replace("max_components", "at_most")
        problem = error.problem.replace("max_components", "at_most")
        raise InputError(problem, key=f"space.{key}", value=error.value, mend=mend) from None


def _feedstocks(table: SpaceFile) -> Feedstocks:
    names = tuple(s.name for s in table.stock)
    species = tuple(dict.fromkeys(name for s in table.stock for name in s.content))
    shares = _simplex(names, table.step, table.at_most, [s.limits for s in table.stock])
    return Feedstocks(shares, species, tuple(tuple(s.content.get(n, 0.0) for n in species) for s in table.stock))


def _variable(raw: VariableFile, number: int, folder: Path | None) -> Variable:
    key = f"space.variable[{number}]"
    try:
        if raw.kind == "categorical":
            return categorical(raw.name, tuple(raw.choices), _descriptors(raw, folder))
        if raw.kind == "ordinal":
            return ordinal(raw.name, tuple(raw.levels), log=raw.log, unit=raw.unit)
        if raw.low is None or raw.high is None:
            raise InputError("needs low and high", key=raw.name, mend="write low = 0.0 and high = 1.0")
        if raw.kind == "integer":
            return integer(raw.name, raw.low, raw.high, unit=raw.unit)  # type: ignore[arg-type]
        return continuous(raw.name, raw.low, raw.high, step=raw.step, log=raw.log, unit=raw.unit)
    except InputError as error:
        rest = (error.key or "").removeprefix(raw.name)
        raise InputError(
            f"{error.problem} (variable '{raw.name}')", file=error.file, line=error.line, key=key + rest,
            value=error.value, mend=error.mend,
        ) from None  # fmt: skip


def _descriptors(raw: VariableFile, folder: Path | None) -> tuple[tuple[float, ...], ...] | None:
    if raw.smiles:
        from ._fingerprints import fingerprints

        return fingerprints(raw.name, tuple(raw.smiles), len(raw.choices))
    if not raw.descriptors:
        return None
    path = (folder or Path()) / raw.descriptors
    table: Mapping[str, Any] = _table(path)
    missing = [c for c in raw.choices if c not in table]
    if missing:
        raise InputError(
            "has no row for this choice", file=path, key=f"{raw.name}.choices", value=missing[0],
            mend=f"add a row; rows there: {', '.join(list(table)[:10])}",
        )  # fmt: skip
    return tuple(table[c] for c in raw.choices)


def _table(path: Path) -> dict[str, tuple[float, ...]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [(i, row) for i, row in enumerate(csv.reader(file), 1) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=path, key="descriptors", mend="check the path") from None
    table: dict[str, tuple[float, ...]] = {}
    header = rows[0][1] if rows else []
    for line, row in rows[1:]:
        if len(row) != len(header) or len(row) < 2:
            raise InputError(f"has {len(row)} columns, expected {max(2, len(header))}", file=path, line=line)
        numbers = []
        for name, text in zip(header[1:], row[1:], strict=True):
            try:
                numbers.append(float(text))
            except ValueError:
                raise InputError("is not a number", file=path, line=line, key=name, value=text) from None
        table[row[0].strip()] = tuple(numbers)
    return table
