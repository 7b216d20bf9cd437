"""Devices that only take their time, with a memory that outlives the process; a run with its journal in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from aichemist.campaign._lab_side import SqlCommandLog, SqlJournal, lab_opened
from aichemist.chemistry import Experiment
from aichemist.lab.drivers import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status
from aichemist.lab.execution import (
    Executor,
    SignalStore,
    VirtualClock,
    batch_planned,
    frozen_tasks,
    waits_because,
)
from aichemist.lab.layout import Lab
from aichemist.lab.scheduling import ListScheduler
from aichemist.records import Database, RunJournal, create_run, find_run, list_runs


class Timed(Driver):
    """Takes as long as the command or its device says."""

    def __init__(self, device: str, lab: Lab, log: SqlCommandLog) -> None:
        self._device, self._lab, self._log = device, lab, log
        self._known = {c.id: (end, c) for c, _, end in log.received()}

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        end = now_s + max(1.0, self._duration_s(command))
        self._log.record(command, now_s, end)
        self._known[command.id] = (end, command)
        return Running(end)

    def _duration_s(self, command: Command) -> float:
        if command.operation in ("load", "unload"):
            robot = self._lab.robot(command.device)
            return (robot.pick_s if command.operation == "load" else robot.place_s) * len(command.samples)
        return float(command.parameters.get("duration_s") or self._lab.station(command.station).duration_s)

    def status(self, command_id: str, now_s: float) -> Status:
        known = self._known.get(command_id)
        if known is None:
            return NeverReceived()
        end, command = known
        if now_s < end:
            return Running(end)
        read = command.samples if command.operation.startswith("measure_") else ()
        columns = {"wavelength_nm": np.linspace(400, 700, 31), "absorbance": np.linspace(0.1, 0.9, 31)}
        return Done(end, {}, tuple(Signal(s, "absorption_spectrum", columns) for s in read))

    def stop(self) -> None:
        return


class NoSignals(SignalStore):
    def write(self, command_id: str, signal: Signal) -> str:
        return ""


class Halting(VirtualClock):
    """Jumps, but never beyond a limit: somebody comes then."""

    limit_s = float("inf")

    def wait_until(self, lab_time_s: float) -> None:
        super().wait_until(min(lab_time_s, self.limit_s))


class LabRun:
    """A lab, an executor and a journal in ``folder``; made anew on the same folder it goes on where it was."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.database = Database(folder / "lab.db")
        fresh = not list_runs(self.database)
        info = create_run(self.database, "lab", seed=0, config={}) if fresh else find_run(self.database, "lab")
        self.journal = RunJournal(self.database, info.id)
        entries = self.journal.entries()
        log = SqlCommandLog(self.database, info.id)
        names = [s.name for s in lab.stations] + [r.name for r in lab.robots]
        self.clock = clock = Halting(max((e.lab_time_s for e in entries), default=0.0))
        self.executor = Executor(
            "lab", {n: Timed(n, lab, log) for n in names}, SqlJournal(self.journal), NoSignals(), clock
        )
        if entries:
            self.executor.restore([(e.kind, e.payload) for e in entries], clock)
        self.executor.open(lab_opened(lab, clock.now_s()))

    def plan(self, batch: int, experiments: Sequence[Experiment]) -> None:
        """Put experiments into the running lab."""
        now = self.executor.clock.now_s()
        frozen = frozen_tasks(self.executor.state, now)
        table = ListScheduler().plan(self.lab, experiments, now_s=now, frozen=frozen)
        self.executor.add(batch_planned(batch, now, experiments, table))

    def run_until(self, until_s: float = float("inf")) -> None:
        """Carry on until nothing is left, or lab time has come."""
        self.clock.limit_s = until_s
        while self.clock.now_s() < until_s and self.executor.step():
            pass
        self.executor.flush()

    def ends(self) -> Mapping[str, str]:
        """Sample -> finished, or why not."""
        state = self.executor.state
        return {n: v.status if v.status == "finished" else waits_because(state, n) for n, v in state.samples.items()}
