"""The seam between execution and devices: one small contract for the twin, SiLA 2 and a person."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Command:
    """One thing to do, with its own id; a device carries an id out at most once.

    Attributes:
        operation: one of ``chemistry.OPERATIONS``; ``load``/``unload`` go to robots.
        device: the station or robot that is told.
        station: where it happens; for ``load`` the station picked from, for ``unload`` the one placed on.
        samples: the vials concerned.
        parameters: SI floats that hold for all samples.
        per_sample: sample -> parameters that differ from vial to vial (dispensed amounts).
    """

    id: str
    task: str
    operation: str
    device: str
    station: str
    samples: tuple[str, ...]
    parameters: Mapping[str, Any] = field(factory=dict)
    per_sample: Mapping[str, Mapping[str, Any]] = field(factory=dict)


@frozen(eq=False)
class Signal:
    """Raw data of one sample: equally long columns (names carry units, e.g. ``potential_v``)."""

    sample: str
    kind: str
    columns: Mapping[str, NDArray[np.float64]]
    metadata: Mapping[str, Any] = field(factory=dict)


@frozen
class NeverReceived:
    """The device has no trace of the command id: it is safe to send."""


@frozen
class Running:
    """Accepted and not finished; ``expected_end_s`` in lab time where the device can tell."""

    expected_end_s: float | None = None


@frozen(eq=False)
class Done:
    """Finished at ``at_s``. ``results``: sample -> what the device reports (never a figure of merit).

    A dispensing station that measures what it gave says so in ``measured_l`` or ``measured_kg``, a table of stock ->
    amount: the surrogates then learn from the recipe that these make, not from the one that was asked for.
    """

    at_s: float
    results: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    signals: tuple[Signal, ...] = ()


@frozen
class Failed:
    """The device gave up at ``at_s``; ``samples`` are those concerned (all, when empty).

    ``effect`` is ``none`` only where the device is sure that nothing moved and nothing was changed: only then may a
    dispensing, heating or moving command be given again. ``kind``: ``refused`` (on receipt), ``failed``, ``dropped``
    (a vial fell or is missing), ``stopped`` (by an emergency stop).
    """

    at_s: float
    reason: str
    samples: tuple[str, ...] = ()
    kind: str = "failed"
    effect: str = "unknown"


@frozen
class Unknown:
    """The device cannot tell: the command is in doubt."""

    reason: str = ""


Status = NeverReceived | Running | Done | Failed | Unknown


class Driver(ABC):
    """One device. All times are lab time in seconds; calls return at once.

    Any call raises ``DriverError`` when the device cannot be reached; what became of a command is then asked later.
    """

    @abstractmethod
    def submit(self, command: Command, now_s: float) -> Running | Failed:
        """Tell the device to begin.

        Raises:
            DuplicateCommandError: the id was received before; the device does nothing.
        """

    @abstractmethod
    def status(self, command_id: str, now_s: float) -> Status:
        """What became of a command. Asking twice gives the same answer; asking changes nothing."""

    @abstractmethod
    def stop(self) -> None:
        """Stop what is going on, at once and safely."""

    def removed(self, sample: str, now_s: float) -> None:
        """A person took a vial away. Telling twice changes nothing."""
        return

    def readings(self, now_s: float) -> Mapping[str, float]:
        """What its sensors say, for interlocks: name with unit -> value, e.g. ``{"temperature_k": 373.1}``."""
        return {}
