"""What a person typed or a file holds, checked field by field. Nothing is half taken."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aichemist.chemistry import InputError, parse_quantity

from ._contract import Command
from ._instructions import Field, Form, form_for

_MOST_BYTES = 50_000_000
#: a mass that was weighed lies between these shares of the one asked for, else it is probably a slip
_NEAR = (0.5, 1.5)


def typed_values(
    command: Command, texts: Sequence[str], *, anyway: bool = False
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """``b001-01.mass_kg=3.2 mg`` or, for all samples, ``electrode_area_cm2=0.196``.

    Raises:
        InputError: no such sample or field, a number that is none or lies outside its limits.
    """
    form = form_for(command.operation)
    known = {f.name: f for f in form.fields}
    out: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        sample, _, name = name.strip().rpartition(".")
        if not sign:
            raise InputError("is no NAME=VALUE", key="--value", value=text, mend="write e.g. b001-01.mass_kg=3.2mg")
        if sample and sample not in command.samples:
            raise InputError(
                "is not in this task", key="--value", value=sample, mend=f"samples: {', '.join(command.samples)}"
            )
        if name not in known:
            mend = f"fields: {', '.join(known)}" if known else "this task asks for no values: answer without"
            raise InputError("is no field of this task", key="--value", value=name, mend=mend)
        number = _number(known[name], value.strip(), f"--value {name}")
        for each in [sample] if sample else command.samples:
            if not anyway:
                _plausible(command, each, name, number)
            out.setdefault(each, {})[name] = number
    return out


def _number(one: Field, text: str, key: str) -> float:
    if one.dimension == "dimensionless":
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise InputError("is no number", key=key, value=text, mend=f"write {one.text} as a number") from None
    else:
        number = parse_quantity(text.replace(",", "."), one.dimension, key=key)
    if not math.isfinite(number) or not one.low <= number <= one.high:
        raise InputError(
            f"lies outside {one.low:g} to {one.high:g}", key=key, value=text, mend=f"look at {one.text} again"
        )
    return number


def _plausible(command: Command, sample: str, name: str, number: float) -> None:
    asked = {**command.parameters, **command.per_sample.get(sample, {})}.get("masses_kg")
    if name != "mass_kg" or not asked:
        return
    wanted = sum(asked.values())
    if wanted > 0 and not _NEAR[0] * wanted <= number <= _NEAR[1] * wanted:
        raise InputError(
            f"is far from the {wanted * 1e6:.2f} mg that were asked for", key=f"{sample}.mass_kg",
            value=f"{number * 1e6:.3g} mg", mend="weigh again, or enter it with --anyway",
        )  # fmt: skip


def read_table(path: Path, form: Form) -> dict[str, list[float]]:
    """Measured columns from a CSV file: comma, semicolon or tab, decimal point or comma, with or without a BOM.

    Raises:
        InputError: names the file, the line, the column, the value and the mend.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("is larger than 50 MB", file=path, mend="cut it to the measured range")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is no text file in UTF-8", file=path, mend="save it as CSV (UTF-8)") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path, mend="check name and permissions") from None
    lines = text.splitlines()
    if not lines:
        raise InputError("is empty", file=path, mend=f"it needs the columns {', '.join(form.columns)}")
    mark = max(";\t,", key=lambda m: lines[0].count(m))
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    head = [h.strip() for h in rows[0]]
    missing = [c for c in form.columns if c not in head]
    if missing:
        raise InputError(
            f"has no column {', '.join(missing)}", file=path, line=1, value=lines[0][:100],
            mend=f"the first line must name the columns {', '.join(form.columns)} (SI units)",
        )  # fmt: skip
    out: dict[str, list[float]] = {c: [] for c in form.columns}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        for column in form.columns:
            i = head.index(column)
            cell = row[i].strip() if i < len(row) else ""
            out[column].append(_cell(cell, mark, path, number, column))
    if len(out[form.columns[0]]) < 3:
        raise InputError("has fewer than three points", file=path, mend="give the whole curve")
    return out


def _cell(cell: str, mark: str, path: Path, line: int, column: str) -> float:
    plain = cell if mark == "," else cell.replace(",", ".")
    good = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain)
    value = float(plain) if good else math.nan
    if not math.isfinite(value):
        raise InputError(
            "is no number", file=path, line=line, key=column, value=cell, mend="correct the cell or delete the line"
        )
    return value


def check_complete(
    command: Command, values: Mapping[str, Mapping[str, Any]], *, tables: bool, twins: bool = False
) -> None:
    """Whether each sample has what its task asks for.

    Args:
        tables: whether measured columns are needed; a lab with a twin can do without.
        twins: whether a twin's data could stand in; the error then says how.

    Raises:
        InputError: names what is missing.
    """
    form = form_for(command.operation)
    for sample in command.samples:
        given = values.get(sample, {})
        if form.columns and "columns" not in given:
            if tables:
                otherwise = ", or let the twin's data stand in with --simulated" if twins else ""
                raise InputError(
                    "has no measured data", key=sample, mend=f"give them with --csv {sample}=FILE{otherwise}"
                )
            continue
        for one in form.fields:
            if one.required and one.name not in given:
                raise InputError(
                    "is missing", key=f"{sample}.{one.name}", mend=f"give {one.text} with --value {one.name}=..."
                )
