"""Signals that must stay within their limits."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

from aichemist.chemistry import DriverError

from ..drivers import Driver
from ..layout import Interlock
from ._faults import InterlockCleared, InterlockTripped
from ._state import State

#: wall time between two looks (s)
_EVERY_S = 0.2


class Watch:
    """Looks at the signals of interlocks and tells when one leaves its limits or comes back."""

    def __init__(self, interlocks: Sequence[Interlock]) -> None:
        self._interlocks, self._last_s = tuple(interlocks), -math.inf

    def look(
        self, state: State, drivers: Mapping[str, Driver], now_s: float
    ) -> list[InterlockTripped | InterlockCleared]:
        """What changed. A signal that is missing or not a number trips its interlock: unknown is not safe."""
        if not self._interlocks or time.monotonic() - self._last_s < _EVERY_S:
            return []
        self._last_s = time.monotonic()
        events: list[InterlockTripped | InterlockCleared] = []
        for lock in self._interlocks:
            value, text = self._read(lock, drivers, now_s)
            known = state.tripped.get(lock.name)
            if text and known is None:
                events.append(InterlockTripped(lock.name, now_s, value, text, lock.stations))
            elif not text and known is not None:
                events.append(InterlockCleared(lock.name, now_s, value))
        return events

    @staticmethod
    def _read(lock: Interlock, drivers: Mapping[str, Driver], now_s: float) -> tuple[float, str]:
        try:
            value = drivers[lock.device].readings(now_s).get(lock.signal, math.nan)
        except DriverError as error:
            return math.nan, f"{lock.device} cannot be reached: {error}"
        if not math.isfinite(value):
            return math.nan, f"{lock.device} does not tell its {lock.signal}"
        if lock.low is not None and value < lock.low:
            return value, f"{lock.signal} of {lock.device} is {value:g}, below {lock.low:g}"
        if lock.high is not None and value > lock.high:
            return value, f"{lock.signal} of {lock.device} is {value:g}, above {lock.high:g}"
        return value, ""
