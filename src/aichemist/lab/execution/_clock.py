"""Lab time: real, scaled, or virtual (jumps to the next event)."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod


class Clock(ABC):
    """Lab time in seconds since the run began."""

    name: str

    @abstractmethod
    def now_s(self) -> float: ...

    @abstractmethod
    def wait_until(self, lab_time_s: float) -> None:
        """Return when lab time has reached ``lab_time_s``, or a little earlier so that the caller can look round."""

    def idle(self) -> None:
        """A short nap while only a person can go on."""
        time.sleep(0.05)


class VirtualClock(Clock):
    """Jumps: a five-week campaign takes as long as its computing."""

    name = "virtual"

    def __init__(self, start_s: float = 0.0) -> None:
        self._now = start_s

    def now_s(self) -> float:
        return self._now

    def wait_until(self, lab_time_s: float) -> None:
        self._now = max(self._now, lab_time_s)


class ScaledClock(Clock):
    """Lab time runs ``factor`` times as fast as the wall clock; ``factor`` 1 is real time."""

    def __init__(self, factor: float, start_s: float = 0.0) -> None:
        self._factor, self._start_s = factor, start_s
        self._origin = time.monotonic()
        self.name = "real" if factor == 1 else f"scaled:{factor:g}"

    def now_s(self) -> float:
        return self._start_s + (time.monotonic() - self._origin) * self._factor

    def wait_until(self, lab_time_s: float) -> None:
        # naps of at most half a second keep Ctrl-C and device polling prompt
        remaining = (lab_time_s - self.now_s()) / self._factor
        if remaining > 0:
            time.sleep(min(remaining, 0.5))


def make_clock(text: str, start_s: float = 0.0) -> Clock:
    """``"virtual"``, ``"real"`` or ``"scaled:N"`` (N times as fast as the wall clock).

    Raises:
        InputError: another text, or N not above zero.
    """
    from aichemist.chemistry import InputError

    if text == "virtual":
        return VirtualClock(start_s)
    if text == "real":
        return ScaledClock(1.0, start_s)
    kind, _, number = text.partition(":")
    try:
        factor = float(number)
    except ValueError:
        factor = 0.0
    if kind != "scaled" or not 0 < factor < 1e9:
        raise InputError("is not a clock", key="clock", value=text, mend="write virtual, real, or scaled:60")
    return ScaledClock(factor, start_s)
