"""Reads scheduling instances: flexible job shops as text, job shops with two vehicles, the USTC joint workload."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from aichemist.chemistry import InputError

from ._problem import Carrier, Job, Machine, Operation, Problem

_LOAD_UNLOAD = "load_unload"


def read_instance(path: str | Path, **options: Any) -> Problem:
    """The problem that a file holds; which format it is shows in its content.

    ``options`` go to the reader of that format: ``set`` and ``layout`` for a job shop with vehicles (1 and 1 unless
    told), those of :func:`read_ustc_joint` for a workload of experiments, none for a flexible job shop.

    Raises:
        InputError: no such file, no known format, an option that the format does not have, or a wrong content.
    """
    from ._joint_workload import read_ustc_joint

    file = Path(path)
    text = _text(file)
    if not text.lstrip().startswith(("{", "[")):
        _known(file, options, ())
        return _flexible_job_shop(file, text)
    data = read_json(file)
    if "layouts" in data:
        _known(file, options, ("set", "layout"))
        return read_bilge_ulusoy(file, options.get("set", 1), options.get("layout", 1))
    if "experiments" in data:
        names = ("transport", "robots", "copies", "furnace_minutes", "experiments", "inserted")
        _known(file, options, names)
        return read_ustc_joint(file, **options)
    raise InputError(
        "this is no scheduling instance that can be read",
        file=file,
        value=sorted(data)[:8],
        mend="give a job shop as text, or JSON with 'base' and 'layouts', or with 'stations' and 'experiments'",
    )


def read_flexible_job_shop(path: str | Path) -> Problem:
    """A flexible job shop in the standard text format (Brandimarte, Annals of Operations Research 41, 1993, 157).

    The first line gives the numbers of jobs and machines, and perhaps of machines per operation. Then comes, for each
    job, the number of its operations, and for each operation the number of its machines and as many pairs of machine
    (counted from 1) and duration. Machines are named ``M1``, ``M2``, ...; vials wait beside them without limit.

    Raises:
        InputError: no such file, or a line that says something else; with the line and the value.
    """
    return _flexible_job_shop(Path(path), _text(Path(path)))


def read_bilge_ulusoy(path: str | Path, set: int | str, layout: int | str) -> Problem:
    """Job set ``set`` on layout ``layout`` of Bilge and Ulusoy (Operations Research 43, 1995, 1058).

    Jobs and both vehicles start at the station ``load_unload``; picking and placing take no time; a vehicle carries
    one job and stays where it put it; the last operation ends the plan, nothing goes back. ``buffers`` is true: a job
    waits beside a machine for it, and for a vehicle after it, while the machine goes on with others.

    Raises:
        InputError: no such file, set or layout, or a wrong content; with the key and the value.
    """
    file = Path(path)
    data = read_json(file)
    travel = _travel(file, _entry(file, data, "layouts", layout), f"layouts.{layout}")
    base = _entry(file, data, "base", set)
    if not isinstance(base, list) or not base:
        raise InputError("a job set is a list of jobs", file=file, key=f"base.{set}", value=base)
    names = [_LOAD_UNLOAD, *(f"M{k}" for k in range(1, len(travel)))]
    rows = [_job_row(file, row, f"base.{set}[{i}]", names) for i, row in enumerate(base)]
    jobs = tuple(
        Job(id=f"J{i + 1}", kind=_kind(rows, i), operations=operations, origin=_LOAD_UNLOAD)
        for i, operations in enumerate(rows)
    )
    machines = (
        Machine(_LOAD_UNLOAD, slots=len(jobs), role="start"),
        *(Machine(name) for name in names[1:]),
    )
    return Problem(
        name=f"{data.get('name', file.stem)} set {set} layout {layout}",
        unit_s=60.0,
        machines=machines,
        jobs=jobs,
        carriers=tuple(Carrier(f"vehicle_{k}", at=_LOAD_UNLOAD) for k in (1, 2)),
        travel={(a, b): travel[i][j] for i, a in enumerate(names) for j, b in enumerate(names) if i != j},
        buffers=True,
        source=str(data.get("source", "Bilge and Ulusoy, Operations Research 43 (1995) 1058")),
    )


# ---- files -------------------------------------------------------------------------------------------------------


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", file=file, mend="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as text: {error}", file=file) from None


def read_json(file: Path) -> dict[str, Any]:
    """The JSON object in a file, or an :class:`InputError` that names the line."""
    try:
        data = json.loads(_text(file))
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg} (column {error.colno})", file=file, line=error.lineno, mend="mend the JSON there"
        ) from None
    except RecursionError:
        raise InputError("not a scheduling instance: nested too deeply", file=file) from None
    if not isinstance(data, dict):
        raise InputError("an object is wanted", file=file, value=data, mend="begin the file with '{'")
    return data


def whole(file: Path, value: object, key: str, *, least: int = 0) -> int:
    """``value`` as a whole number of at least ``least``, or an :class:`InputError` that names the key."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or value != value or value in (float("inf"), float("-inf")) or int(value) != value:  # type: ignore[call-overload]
        raise InputError("a whole number is wanted", file=file, key=key, value=value)
    if value < least:  # type: ignore[operator]
        what = "a negative number makes no sense here" if least == 0 else f"at least {least} is wanted"
        raise InputError(what, file=file, key=key, value=value, mend=f"give {least} or more")
    return int(value)  # type: ignore[call-overload, no-any-return]


def _known(file: Path, options: Mapping[str, object], names: Sequence[str]) -> None:
    for option in options:
        if option not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes none"
            raise InputError(f"this format has no such option: {takes}", file=file, key=option, value=options[option])


def _entry(file: Path, data: Mapping[str, Any], key: str, name: int | str) -> Any:
    table = data.get(key)
    if not isinstance(table, dict):
        raise InputError("the key is missing, or is not an object", file=file, key=key, value=table)
    if str(name) not in table:
        there = ", ".join(sorted(table, key=lambda k: (len(k), k)))
        raise InputError("there is no such entry", file=file, key=key, value=name, mend=f"one of {there}")
    return table[str(name)]


# ---- a job shop with vehicles ------------------------------------------------------------------------------------


def _travel(file: Path, matrix: object, key: str) -> list[list[int]]:
    if not isinstance(matrix, list) or len(matrix) < 2:
        raise InputError("a travel matrix over at least two stations is wanted", file=file, key=key, value=matrix)
    for i, row in enumerate(matrix):
        if not isinstance(row, list) or len(row) != len(matrix):
            mend = f"give {len(matrix)} times in each of the {len(matrix)} rows"
            raise InputError("the travel matrix is not square", file=file, key=f"{key}[{i}]", value=row, mend=mend)
    return [[whole(file, x, f"{key}[{i}][{j}]") for j, x in enumerate(row)] for i, row in enumerate(matrix)]


def _job_row(file: Path, row: object, key: str, names: Sequence[str]) -> tuple[Operation, ...]:
    if not isinstance(row, list) or not row:
        raise InputError("a job is a list of [machine, minutes]", file=file, key=key, value=row)
    operations = []
    for k, pair in enumerate(row):
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError("an operation is [machine, minutes]", file=file, key=f"{key}[{k}]", value=pair)
        machine = whole(file, pair[0], f"{key}[{k}][0]")
        if not 1 <= machine < len(names):
            mend = f"machines go from 1 to {len(names) - 1}"
            raise InputError(
                "the layout has no such machine", file=file, key=f"{key}[{k}][0]", value=machine, mend=mend
            )
        operations.append(Operation(f"{k + 1}", {names[machine]: whole(file, pair[1], f"{key}[{k}][1]")}))
    return tuple(operations)


def _kind(rows: Sequence[tuple[Operation, ...]], i: int) -> str:
    """Jobs with equal operations are of one kind, named after the first of them."""
    return f"like J{next(k for k, row in enumerate(rows) if row == rows[i]) + 1}"


# ---- a flexible job shop -----------------------------------------------------------------------------------------


@frozen
class _Word:
    text: str
    line: int


class _Words:
    """The numbers of one job (or of the whole file), read one after another."""

    def __init__(self, file: Path, words: Sequence[_Word], last_line: int) -> None:
        self.file, self._words, self._next, self._last_line = file, words, 0, last_line

    def left(self) -> Sequence[_Word]:
        return self._words[self._next :]

    def take(self, what: str, least: int, most: int | None = None, mend: str | None = None) -> int:
        if self._next >= len(self._words):
            line = self._words[-1].line if self._words else self._last_line
            raise InputError(f"the line ends where {what} should stand", file=self.file, line=line, mend="complete it")
        word = self._words[self._next]
        self._next += 1
        try:
            number = int(word.text)
        except ValueError:
            message = f"{what} is not a whole number"
            raise InputError(message, file=self.file, line=word.line, value=word.text) from None
        if number < least:
            problem = f"{what} is negative" if number < 0 else f"{what} must be at least {least}"
            raise InputError(problem, file=self.file, line=word.line, value=number, mend=f"give {least} or more")
        if most is not None and number > most:
            raise InputError(f"{what} is out of range", file=self.file, line=word.line, value=number, mend=mend)
        return number


def _flexible_job_shop(file: Path, text: str) -> Problem:
    rows = [[_Word(w, n) for w in line.split()] for n, line in enumerate(text.splitlines(), 1)]
    rows = [row for row in rows if row]
    if not rows:
        raise InputError("the file is empty", file=file, mend="begin with the numbers of jobs and machines")
    if not 2 <= len(rows[0]) <= 3:
        raise InputError(
            "the first line must give the numbers of jobs and machines, and perhaps of machines per operation",
            file=file,
            line=rows[0][0].line,
            value=" ".join(w.text for w in rows[0])[:60],
        )
    head = _Words(file, rows[0], 1)
    n_jobs = head.take("the number of jobs", 1, 1_000_000, "at most a million")
    n_machines = head.take("the number of machines", 1, 1_000_000, "at most a million")
    last = rows[-1][-1].line
    operations: list[tuple[Operation, ...]] = []
    if len(rows) - 1 == n_jobs:
        for i, row in enumerate(rows[1:], 1):
            words = _Words(file, row, last)
            operations.append(_job(words, f"job {i}", n_machines))
            _nothing_left(words, f"job {i}")
    else:  # broken elsewhere than between jobs, or jobs are missing: only the numbers count
        words = _Words(file, [w for row in rows[1:] for w in row], last)
        for i in range(1, n_jobs + 1):
            if not words.left():
                mend = f"give {n_jobs} jobs, or {i - 1} in the first line"
                raise InputError("there are fewer jobs than the first line says", file=file, value=i - 1, mend=mend)
            operations.append(_job(words, f"job {i}", n_machines))
        _nothing_left(words, f"the last of {n_jobs} jobs")
    return Problem(
        name=file.stem,
        unit_s=60.0,
        machines=tuple(Machine(f"M{k}") for k in range(1, n_machines + 1)),
        jobs=tuple(Job(f"J{i + 1}", _kind(operations, i), row) for i, row in enumerate(operations)),
        buffers=True,
        source=str(file),
    )


def _job(words: _Words, name: str, n_machines: int) -> tuple[Operation, ...]:
    count = words.take(f"the number of operations of {name}", 1)
    operations = []
    for k in range(1, count + 1):
        of = f"operation {k} of {name}"
        choices: dict[str, int] = {}
        for _ in range(words.take(f"the number of machines for {of}", 1, n_machines, f"there are {n_machines}")):
            machine = words.take(f"a machine for {of}", 1, n_machines, f"machines go from 1 to {n_machines}")
            line = words._words[words._next - 1].line
            if f"M{machine}" in choices:
                raise InputError(f"{of} names a machine twice", file=words.file, line=line, value=machine)
            choices[f"M{machine}"] = words.take(f"a duration of {of}", 0)
        operations.append(Operation(str(k), choices))
    return tuple(operations)


def _nothing_left(words: _Words, name: str) -> None:
    if left := words.left():
        raise InputError(
            f"there are {len(left)} numbers more than {name} has use for",
            file=words.file,
            line=left[0].line,
            value=left[0].text,
            mend="check the numbers of operations and machines on that line",
        )
