"""How long it takes to open a run with a long journal and to go on with it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aichemist.campaign._snapshots import Snapshots, lab_state, read_stand
from aichemist.chemistry import Observation, Recipe, to_plain
from aichemist.lab.drivers import Command, Driver, Failed, Running, Status
from aichemist.lab.execution import (
    BatchPlanned,
    CommandDone,
    Executor,
    Journal,
    JournalEntry,
    LabEvent,
    LabOpened,
    SignalStore,
    State,
    Ticked,
    VirtualClock,
    Work,
    decide,
    encode,
)
from aichemist.lab.scheduling import Task
from aichemist.records import Database, NewEntry, RunJournal, create_run

_STATIONS, _VIALS, _STEPS = 8, 10, 5


class _Still(Driver):
    """Every command runs on."""

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        return Running()

    def status(self, command_id: str, now_s: float) -> Status:
        return Running()

    def stop(self) -> None:
        return


class _Nowhere(Journal):
    def append(self, entries: Sequence[JournalEntry], taking: Sequence[int] = ()) -> None:
        return

    @property
    def next_number(self) -> int:
        return 0


class _NoSignals(SignalStore):
    def write(self, command_id: str, signal: Any) -> str:
        return ""


def _batch(number: int, at_s: float) -> BatchPlanned:
    """Ten vials, each alone through five stations; a robot brings and fetches it."""
    work, samples = [], tuple(f"b{number:05d}-{v:02d}" for v in range(1, _VIALS + 1))
    for v, sample in enumerate(samples):
        before: tuple[str, ...] = ()
        for step in range(_STEPS):
            station = f"station_{(v + step) % _STATIONS}"
            for operation, device in (("unload", f"robot_{v}"), ("stir", station), ("load", f"robot_{v}")):
                name = f"b{number:05d}.{v}.{step}.{operation}"
                index = step if operation == "stir" else None
                task = Task(name, operation, device, station, (sample,), index, at_s, at_s + 60, before)
                work.append(Work(task, {"duration_s": 60.0, "temperature_k": 298.15}))
                before = (name,)
    return BatchPlanned(number, at_s, samples, tuple(work))


def _write(journal: RunJournal, events: int) -> State:
    """A journal of at least so many entries, as a campaign would have written it, with its snapshots."""
    state, now, number = State(), 0.0, 0
    kept: list[NewEntry] = []
    snapshots = Snapshots(journal, -1)
    campaign = read_stand(journal).campaign

    def happen(event: LabEvent) -> None:
        nonlocal state
        state, said = decide(state, event, run="long")
        for one in (event, *said):
            if not isinstance(one, Ticked):
                kind, payload = encode(one)
                kept.append(NewEntry(kind, payload, one.at_s))

    def save() -> None:
        for entry in kept:
            campaign.take(entry.kind, entry.payload)
        journal.append(kept)
        kept.clear()

    happen(LabOpened(0.0, {f"station_{i}": _VIALS for i in range(_STATIONS)}, {}))
    while journal.head + len(kept) < events:
        number += 1
        happen(_batch(number, now))
        while state.open_commands:
            now += 60.0
            for command_id in list(state.open_commands):
                happen(CommandDone(command_id, now))
            happen(Ticked(now))
        for sample in _batch(number, now).samples:
            seen = Observation(
                sample, number, Recipe({"Ni": 0.5, "Fe": 0.5}), "overpotential", 300.0, 3.0, "mV", "twin", (), {}, "",
                now,
            )  # fmt: skip
            kept.append(NewEntry("observation_made", to_plain(seen), now))
        if len(kept) > 500:
            save()
            snapshots.maybe(state, campaign)
    happen(_batch(number + 1, now))  # killed in the middle of this one
    save()
    return state


def resume_rows(sizes: Sequence[int], repeats: int = 20) -> list[dict[str, Any]]:
    """One row for each length of journal: seconds until every open command's device has been asked."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder) / "long.db")
            info = create_run(database, "long", seed=1, config={})
            begin = time.monotonic()
            true = _write(RunJournal(database, info.id), size)
            wrote = time.monotonic() - begin
            times = []
            for _ in range(repeats):
                begin = time.monotonic()
                stand = read_stand(RunJournal(database, info.id))
                drivers = dict.fromkeys({t.work.task.device for t in true.tasks.values()}, _Still())
                executor = Executor("long", drivers, _Nowhere(), _NoSignals(), VirtualClock(stand.lab_time_s))
                executor.restore(stand.tail, executor.clock, state=stand.lab, first=stand.seq + 1)
                times.append(time.monotonic() - begin)
            assert lab_state(stand).open_commands == true.open_commands
            megabytes = sum(f.stat().st_size for f in Path(folder).iterdir()) / 1e6
            rows.append(
                {
                    "entries": stand.seq + 1 + len(stand.tail), "open_commands": len(true.open_commands),
                    "samples": len(true.samples), "after_snapshot": len(stand.tail),
                    "open_median_s": round(float(np.median(times)), 3),
                    "open_p99_s": round(float(np.quantile(times, 0.99)), 3),
                    "file_mb": round(megabytes, 1), "written_in_s": round(wrote, 1),
                }
            )  # fmt: skip
            database.close()
    return rows
