"""A person as a device: any station or robot may be one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from aichemist.chemistry import DuplicateCommandError

from ._contract import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status
from ._instructions import form_for

#: what a station that weighs says of each stock
_WEIGHED = ("measured_l", "measured_kg")


@frozen
class Assignment:
    """A command given to a person, and what she said.

    ``values``: sample -> what was entered; measured columns under ``columns``. ``effect`` is ``none`` where she says
    that nothing was done.
    """

    command: Command
    start_s: float
    status: str = "open"
    values: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    who: str = ""
    note: str = ""
    end_s: float | None = None
    effect: str = "unknown"


class TaskBoard(ABC):
    """Where people find what they are asked to do; it outlives the process."""

    @abstractmethod
    def add(self, command: Command, start_s: float) -> None:
        """Raises:
        DuplicateCommandError: it was asked for before.
        """

    @abstractmethod
    def find(self, command_id: str) -> Assignment | None: ...

    @abstractmethod
    def withdraw(self, device: str, at_s: float) -> None:
        """Nobody need do any more what this device was asked for."""


class HumanDriver(Driver):
    """Gives commands to a person and takes what she enters.

    In a lab with twins the twin of this device is told, too, once the person says that it is done: the twins of other
    stations must find in the vials what she put there. Her own data come first; without any, the twin's stand in.
    """

    def __init__(self, device: str, board: TaskBoard, twin: Driver | None = None) -> None:
        self._device, self._board, self._twin = device, board, twin

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        if self._board.find(command.id) is not None:
            raise DuplicateCommandError(f"command {command.id} was asked for before; nothing was done")
        self._board.add(command, now_s)
        return Running()

    def status(self, command_id: str, now_s: float) -> Status:
        given = self._board.find(command_id)
        if given is None:
            return NeverReceived()
        if given.status == "open":
            return Running()
        at_s = min(now_s, max(given.start_s, given.end_s if given.end_s is not None else now_s))
        if given.status == "failed":
            return Failed(at_s, given.note or "the person could not do it", (), "failed", given.effect)
        if self._twin is None:
            return Done(at_s, _results(given), _signals(given))
        return self._mirrored(self._twin, given, now_s)

    def _mirrored(self, twin: Driver, given: Assignment, now_s: float) -> Status:
        if isinstance(twin.status(given.command.id, now_s), NeverReceived):
            twin.submit(given.command, now_s)
        true = twin.status(given.command.id, now_s)
        if not isinstance(true, Done):
            return true
        entered = {(s.sample, s.kind): s for s in _signals(given)}
        signals = tuple(entered.pop((s.sample, s.kind), s) for s in true.signals)
        # what the twin weighed was not what the person dosed
        told = {s: {k: v for k, v in r.items() if k not in _WEIGHED} for s, r in true.results.items()}
        results = {s: {**told.get(s, {}), **v} for s, v in {**told, **_results(given)}.items()}
        return evolve(true, results=results, signals=(*signals, *entered.values()))

    def stop(self) -> None:
        self._board.withdraw(self._device, 0.0)
        if self._twin is not None:
            self._twin.stop()

    def removed(self, sample: str, now_s: float) -> None:
        if self._twin is not None:
            self._twin.removed(sample, now_s)


def _results(given: Assignment) -> Mapping[str, Mapping[str, Any]]:
    found = {s: {k: v for k, v in values.items() if k != "columns"} for s, values in given.values.items()}
    for sample, values in found.items():
        asked = {**given.command.parameters, **given.command.per_sample.get(sample, {})}.get("masses_kg") or {}
        powders = [stock for stock, mass in asked.items() if mass > 0]
        if "mass_kg" in values and len(powders) == 1:  # of several the balance shows the sum alone
            values["measured_kg"] = {powders[0]: values["mass_kg"]}
    return found


def _signals(given: Assignment) -> tuple[Signal, ...]:
    import numpy as np

    form = form_for(given.command.operation)
    made = []
    for sample in given.command.samples:
        values = given.values.get(sample, {})
        columns = values.get("columns")
        if columns:
            single = {k: v for k, v in values.items() if k != "columns"}
            metadata = {**given.command.parameters, **single, "station": given.command.station, "entered_by": given.who}
            arrays = {k: np.asarray(v, dtype=np.float64) for k, v in columns.items()}
            made.append(Signal(sample, form.kind, arrays, metadata))
    return tuple(made)
