"""Devices that fail at random: to see a laboratory, a recovery policy or a protocol under fire before it is real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from attrs import evolve, frozen

from aichemist.chemistry import ROBOT_OPERATIONS, DriverError

from ..drivers import Command, Done, Driver, Failed, Running, Signal, Status, Unknown
from ._randomness import generator

TwinFault = Literal["refuses", "unreachable", "bad data", "no data", "gives up", "forgets", "drops", "hangs"]

#: fault -> whether nothing is lost by it
TWIN_FAULTS: Mapping[TwinFault, bool] = {
    "refuses": True,
    "unreachable": True,
    "bad data": True,
    "no data": True,
    "gives up": False,
    "forgets": False,
    "drops": False,
    "hangs": False,
}
#: how long a device cannot be reached or a robot charges, and how much later than told one ends that hangs (s)
_AWAY_S, _HANGS_S = 900.0, 6 * 3600.0
_FLAT = "battery at 5 %, charging"


@frozen
class Faults:
    """How often devices fail: each command is struck with the probability ``rate``, by one of ``kinds``.

    Whether and how follows from seed and command alone, so that a resumed run meets the same faults. A repeated
    command is never struck.
    """

    seed: int
    rate: float
    kinds: tuple[TwinFault, ...] = tuple(TWIN_FAULTS)

    def strikes(self, command_id: str, operation: str) -> TwinFault | None:
        """The fault that meets a command; ``None`` mostly."""
        _, _, task = command_id.partition(":")
        if "#" in task:
            return None
        rng = generator(self.seed, "fault", task)
        if rng.random() >= self.rate:
            return None
        possible = [k for k in self.kinds if _possible(k, operation)]
        return possible[int(rng.integers(len(possible)))] if possible else None


def _possible(kind: TwinFault, operation: str) -> bool:
    if kind in ("bad data", "no data"):
        return operation.startswith("measure_")
    return kind != "drops" or operation in ROBOT_OPERATIONS


class FaultyDriver(Driver):
    """A device that is struck by :class:`Faults` and is well otherwise."""

    def __init__(self, inner: Driver, faults: Faults) -> None:
        self._inner, self._faults = inner, faults

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        kind = self._kind(command.id)
        if kind == "refuses":
            return _refusal(now_s)
        if kind == "unreachable" and self._away(command.id, now_s):
            if self._early(command.id):  # else it comes through and only the answer is lost
                raise DriverError(self._why_away(command.id))
            self._inner.submit(command, now_s)
            raise DriverError("connection lost")
        return self._inner.submit(command, now_s)

    def status(self, command_id: str, now_s: float) -> Status:
        kind = self._kind(command_id)
        if kind == "refuses":
            return _refusal(now_s)
        if kind == "unreachable" and self._away(command_id, now_s):
            raise DriverError(self._why_away(command_id))
        answer = self._inner.status(command_id, now_s)
        if not isinstance(answer, Done) or kind is None:
            return answer
        return self._spoilt(kind, command_id, answer, now_s)

    def _spoilt(self, kind: TwinFault, command_id: str, answer: Done, now_s: float) -> Status:
        rng = generator(self._faults.seed, "spoilt", command_id.partition(":")[2])
        match kind:
            case "gives up":
                return Failed(answer.at_s, "error 17: motor current")
            case "forgets":
                return Unknown("restarted and does not remember")
            case "no data":
                return evolve(answer, signals=())
            case "bad data":
                struck = int(rng.integers(len(answer.signals)))
                how = int(rng.integers(3))
                return evolve(
                    answer, signals=tuple(_bad(s, how) if i == struck else s for i, s in enumerate(answer.signals))
                )
            case "hangs":
                return answer if now_s >= answer.at_s + _HANGS_S else Running()
            case "drops":
                vials = sorted(answer.results) or sorted(self._moved(command_id))
                sample = vials[int(rng.integers(len(vials)))]
                self._inner.removed(sample, now_s)
                return Failed(answer.at_s, f"{sample} fell", (sample,), "dropped")
        return answer

    def stop(self) -> None:
        self._inner.stop()

    def removed(self, sample: str, now_s: float) -> None:
        self._inner.removed(sample, now_s)

    def readings(self, now_s: float) -> Mapping[str, float]:
        return self._inner.readings(now_s)

    def _kind(self, command_id: str) -> TwinFault | None:
        return self._faults.strikes(command_id, _operation(command_id))

    def _early(self, command_id: str) -> bool:
        return bool(generator(self._faults.seed, "early", command_id.partition(":")[2]).random() < 0.5)

    def _why_away(self, command_id: str) -> str:
        """A robot that got nothing is charging."""
        robot = _operation(command_id) in ROBOT_OPERATIONS
        return _FLAT if robot and self._early(command_id) else "no connection"

    def _away(self, command_id: str, now_s: float) -> bool:
        """Every other quarter of an hour: it follows from the time alone, so that a restart changes nothing."""
        odd = generator(self._faults.seed, "away", command_id.partition(":")[2]).integers(2)
        return int(now_s // _AWAY_S) % 2 == odd

    def _moved(self, command_id: str) -> tuple[str, ...]:
        return self._inner.samples(command_id)  # type: ignore[attr-defined,no-any-return]


def _operation(command_id: str) -> str:
    """``run:b001.s12.measure_xrd.2`` and ``run:b001.r1.load.3`` name their operation before the last number."""
    return command_id.split(":", 1)[1].split("#", 1)[0].rsplit(".", 2)[-2]


def _refusal(now_s: float) -> Failed:
    return Failed(now_s, "busy with its self-test", (), "refused", "none")


def _bad(signal: Signal, how: int) -> Signal:
    """Not a number in the middle, cut off after two points, or impossibly large."""
    columns = {k: np.array(v, dtype=np.float64) for k, v in signal.columns.items()}
    last = list(columns)[-1]
    if how == 0:
        columns[last][len(columns[last]) // 2] = np.nan
    elif how == 1:
        columns = {k: v[:2] for k, v in columns.items()}
    else:
        columns[last][:] = np.inf
    return evolve(signal, columns=columns)


def with_faults(drivers: Mapping[str, Driver], faults: Faults) -> dict[str, Driver]:
    """All devices under fire."""
    return {name: FaultyDriver(driver, faults) for name, driver in drivers.items()}
