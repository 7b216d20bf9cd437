"""The board of manual tasks on the database, and what people enter there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aichemist.chemistry import InputError, from_plain, to_plain
from aichemist.lab.drivers import (
    Assignment,
    Command,
    TaskBoard,
    check_complete,
    form_for,
    instructions,
    read_table,
    typed_values,
)

from ._file import Documents, build_campaign
from ._runs import open_database
from ._snapshots import lab_state, read_stand

if TYPE_CHECKING:
    from aichemist.lab.execution import State
    from aichemist.records import Database, ManualTask, ManualTasks

_STOPPED = "withdrawn by an emergency stop"


class SqlBoard(TaskBoard):
    """Rows of the database: the person answers from another process."""

    def __init__(self, tasks: ManualTasks) -> None:
        self._tasks = tasks

    def add(self, command: Command, start_s: float) -> None:
        self._tasks.add(command.id, to_plain(command), start_s)

    def find(self, command_id: str) -> Assignment | None:
        row = self._tasks.find(command_id)
        return None if row is None else _assignment(row)

    def withdraw(self, device: str, at_s: float) -> None:
        for row in self._tasks.open():
            if row.command["device"] == device:
                self._tasks.answer(row.command_id, "failed", None, "executor", _STOPPED, row.start_s)


def _assignment(row: ManualTask) -> Assignment:
    entered: Mapping[str, Any] = row.values or {}
    return Assignment(
        from_plain(row.command, Command), row.start_s, row.status, entered.get("samples", {}), row.who, row.note,
        row.end_s, str(entered.get("effect", "unknown")),
    )  # fmt: skip


@frozen
class Chore:
    """A task that waits for a person. ``number`` counts all tasks of the run from 1; it never changes."""

    number: int
    id: str
    text: str
    samples: tuple[str, ...]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    asked_at: str
    operation: str = ""


def open_chores(run: str, runs: str | Path | None = None) -> list[Chore]:
    """What people are asked to do in a run, oldest first.

    Raises:
        RecordsError: no such run.
    """
    from aichemist.records import ManualTasks, RunJournal, find_run

    database = open_database(runs, create=False)
    try:
        info = find_run(database, run)
        state = lab_state(read_stand(RunJournal(database, info.id)))
        rows = [r for r in ManualTasks(database, info.id).open() if not _given_up(state, r)]
    finally:
        database.close()
    return [_chore(row) for row in rows]


def _chore(row: ManualTask) -> Chore:
    command = from_plain(row.command, Command)
    form = form_for(command.operation)
    return Chore(
        row.seq + 1, row.command_id, instructions(command), command.samples, tuple(f.name for f in form.fields),
        form.columns, row.asked_at.strftime("%Y-%m-%d %H:%M:%S"), command.operation,
    )  # fmt: skip


class NewChores:
    """Tells of each open task of a run once; cheap enough to be asked every second."""

    def __init__(self, run: str, runs: str | Path | None = None) -> None:
        self._run, self._runs, self._told = run, runs, -1
        self._database: Database | None = None

    def take(self) -> list[Chore]:
        """Tasks that came since the last call; none while the run is not there yet.

        Raises:
            RecordsError: the database cannot be read.
        """
        from aichemist.records import ManualTasks, list_runs

        if self._database is None:
            self._database = open_database(self._runs, create=False)
        info = next((r for r in list_runs(self._database) if r.name == self._run), None)
        rows = [] if info is None else [
            r for r in ManualTasks(self._database, info.id).open() if r.seq > self._told
        ]  # fmt: skip
        self._told = max((self._told, *(r.seq for r in rows)))
        return [_chore(row) for row in rows]

    def close(self) -> None:
        """Let go of the database."""
        if self._database is not None:
            self._database.close()


def _given_up(state: State, row: ManualTask) -> bool:
    """Whether it was decided without the person, so that she need not do it any more."""
    task = state.tasks.get(row.command["task"])
    if task is not None:
        return task.command_id == row.command_id and task.status != "issued"
    vials = [state.samples[s] for s in row.command["samples"] if s in state.samples]
    return bool(vials) and all(v.status != "active" and not v.rides for v in vials)


def enter(
    run: str, task: str, *, values: Sequence[str] = (), tables: Mapping[str, Path] | None = None, failed: str = "",
    nothing_done: bool = False, who: str = "", note: str = "", anyway: bool = False, simulated: bool = False,
    runs: str | Path | None = None,
) -> Chore:  # fmt: skip
    """Answer a task: done, with what was measured, or failed.

    Args:
        task: its number in the list of open tasks, or its id.
        values: ``SAMPLE.FIELD=NUMBER UNIT`` or ``FIELD=...`` for all samples.
        tables: sample -> CSV file of its measured columns; the key ``""`` stands for the only sample.
        failed: why it could not be done.
        nothing_done: with ``failed``: nothing was touched, so that it may be tried again.
        anyway: take values that look like a slip.
        simulated: the twin's data stand in for measured columns that are not given.

    Raises:
        InputError: what was entered is not right; nothing is kept then.
        RecordsError: no such run, or the task was answered before.
    """
    from aichemist.records import ManualTasks, find_run

    from ._people import user

    _fits(failed, nothing_done, bool(values or tables))
    database = open_database(runs, create=False)
    try:
        info = find_run(database, run)
        tasks = ManualTasks(database, info.id)
        chore, row = _chosen(run, task, open_chores(run, runs), tasks)
        command = from_plain(row.command, Command)
        entered: dict[str, Any] = {"effect": "none" if nothing_done else "unknown"}
        if not failed:
            samples = typed_values(command, values, anyway=anyway)
            for sample, path in (tables or {}).items():
                samples.setdefault(_sample(command, sample), {})["columns"] = read_table(
                    Path(path), form_for(command.operation)
                )
            lab = build_campaign(from_plain(info.config["documents"], Documents)).lab
            twins = "twin" in {s.driver for s in lab.stations} | {r.driver for r in lab.robots}
            if simulated and not twins:
                raise InputError("there is no twin in this lab", key="--simulated", mend="give the measured data")
            check_complete(command, samples, tables=not simulated, twins=twins)
            entered["samples"] = samples
        status = "failed" if failed else "done"
        tasks.answer(row.command_id, status, entered, who or user(), failed or note, row.start_s)
        return chore
    finally:
        database.close()


def _fits(failed: str, nothing_done: bool, data: bool) -> None:
    """An answer is given once: what it says must not contradict itself."""
    if nothing_done and not failed:
        raise InputError(
            "is said of a task that failed only; without --failed it would count as done", key="--nothing-was-done",
            mend='add --failed "why it could not be done", or leave --nothing-was-done out where it was done',
        )  # fmt: skip
    if failed and data:
        raise InputError(
            "a task that failed takes no values and no tables", key="--failed", value=failed,
            mend="leave out --value and --csv, or leave out --failed where it was done",
        )  # fmt: skip


def _chosen(run: str, task: str, chores: Sequence[Chore], tasks: ManualTasks) -> tuple[Chore, ManualTask]:
    for chore in chores:
        if task in (str(chore.number), chore.id, chore.id.partition(":")[2]):
            row = tasks.find(chore.id)
            if row is not None:
                return chore, row
    known = ", ".join(f"{c.number} ({c.id})" for c in chores[:10]) or "none"
    raise InputError("is no open task", key="TASK", value=task, mend=f"open tasks of {run}: {known}")


def _sample(command: Command, name: str) -> str:
    if name in command.samples:
        return name
    if not name and len(command.samples) == 1:
        return command.samples[0]
    raise InputError(
        "is not in this task" if name else "does not say which sample it is of", key="--csv", value=name or None,
        mend=f"write --csv SAMPLE=FILE; samples: {', '.join(command.samples)}",
    )  # fmt: skip
