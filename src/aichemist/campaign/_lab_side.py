"""Joins execution with records: the twin's devices, the journal, and the raw data of one run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aichemist.chemistry import InputError, from_plain, to_plain
from aichemist.lab.drivers import Command, Driver, HumanDriver, Signal, TaskBoard
from aichemist.lab.execution import Inbox, Journal, JournalEntry, LabOpened, Request, SignalStore
from aichemist.lab.layout import CHAMBERS, Lab
from aichemist.lab.twin import CommandLog, TwinWorld

if TYPE_CHECKING:
    from aichemist.lab.twin import OverpotentialMap
    from aichemist.records import Database, RawData, Requests, RunJournal

#: wall time between two looks at what people ask (s)
_POLL_S = 0.05
#: a write that takes longer than this is told of, at most once in so much time (s)
_SLOW_S, _SLOW_AGAIN_S = 2.0, 60.0


class SqlJournal(Journal):
    """The executor's journal on the database.

    Args:
        tell: called with what was written.
        slow: called with the time that a write took (s), where it was long: nothing is sent before it is written, so
            the lab waits for a slow disk.
    """

    def __init__(
        self,
        journal: RunJournal,
        tell: Callable[[str, Mapping[str, Any]], None] | None = None,
        slow: Callable[[float], None] | None = None,
    ) -> None:
        self._journal, self._tell, self._slow, self._told_s = journal, tell, slow, -math.inf

    def append(self, entries: Sequence[JournalEntry], taking: Sequence[int] = ()) -> None:
        from aichemist.records import NewEntry

        rows = [NewEntry(e.kind, e.payload, e.lab_time_s, e.actor or "executor", e.cause) for e in entries]
        begun = time.monotonic()
        self._journal.append(rows, taking=taking)
        now = time.monotonic()
        if self._slow is not None and now - begun > _SLOW_S and now - self._told_s > _SLOW_AGAIN_S:
            self._told_s = now
            self._slow(now - begun)
        if self._tell is not None:
            for entry in entries:
                self._tell(entry.kind, entry.payload)

    @property
    def next_number(self) -> int:
        return self._journal.head + 1


class SqlInbox(Inbox):
    """What people ask of this run through other processes; looked at every 50 ms at most."""

    def __init__(self, requests: Requests) -> None:
        self._requests, self._last_s = requests, -math.inf

    def waiting(self) -> Sequence[Request]:
        if time.monotonic() - self._last_s < _POLL_S:
            return ()
        self._last_s = time.monotonic()
        return [Request(r.id, r.kind, r.payload, r.who, r.why) for r in self._requests.waiting()]

    def refuse(self, request: int, reason: str) -> None:
        self._requests.taken([request], f"refused: {reason}")


class ParquetSignals(SignalStore):
    """The executor's raw data as Parquet files."""

    def __init__(self, raw: RawData) -> None:
        self._raw = raw

    def write(self, command_id: str, signal: Signal) -> str:
        # only twins and people measure so far; a driver of a real instrument says so itself
        made_by = "person" if signal.metadata.get("entered_by") else "twin"
        metadata = {"made_by": made_by, **signal.metadata}
        return self._raw.write(command_id, signal.sample, signal.kind, signal.columns, metadata)

    def read(self, name: str) -> Signal:
        columns, metadata = self._raw.read(name)
        return Signal(name.split(".", 1)[0], str(metadata.pop("kind")), columns, metadata)


class SqlCommandLog(CommandLog):
    """The twin devices' memory on the database."""

    def __init__(self, database: Database, run_id: int) -> None:
        from aichemist.records import TwinCommands

        self._commands = TwinCommands(database, run_id)

    def received(self) -> list[tuple[Command, float, float]]:
        return [(from_plain(c, Command), start, end) for c, start, end in self._commands.rows()]

    def record(self, command: Command, start_s: float, end_s: float) -> None:
        self._commands.add(command.id, to_plain(command), start_s, end_s)

    def attempts(self, command_id: str) -> int:
        return self._commands.attempts(command_id)


def make_drivers(
    lab: Lab, *, seed: int, overpotential_map: OverpotentialMap, log: CommandLog, board: TaskBoard
) -> tuple[dict[str, Driver], TwinWorld]:
    """A driver for every station and robot: the twin's, or a person's.

    Raises:
        InputError: a driver of another name.
    """
    world = TwinWorld(lab, seed=seed, overpotential_map=overpotential_map, log=log)
    drivers = world.drivers()
    named = [(s.name, s.driver) for s in lab.stations] + [(r.name, r.driver) for r in lab.robots]
    mixed = any(kind == "twin" for _, kind in named)
    for name, kind in named:
        if kind == "human":
            drivers[name] = HumanDriver(name, board, world.mirror(name) if mixed else None)
        elif kind != "twin":
            raise InputError("is no driver", key=f"{name}.driver", value=kind, mend="write twin or human")
    return drivers, world


def lab_opened(lab: Lab, at_s: float, clock: str = "real") -> LabOpened:
    """What the core is told of a lab. Starting stations are refilled by people and have no limit here.

    On a virtual clock people have all the time they want: it jumps, and they do not.
    """
    theirs = clock != "virtual"
    return LabOpened(
        at_s,
        {s.name: s.slots for s in lab.stations if s.role != "start"},
        {r.name: r.capacity for r in lab.robots},
        lab.people,
        tuple(s.name for s in lab.stations if s.batch and not CHAMBERS.isdisjoint(s.operations)),
        tuple(s.name for s in lab.stations if not s.batch),
        lab.remind_people_s if theirs else None,
        lab.people_limit_s if theirs else None,
    )


def raw_folder(run_folder: Path) -> Path:
    return run_folder / "raw"
