"""One operation on one vial, as the effects and the instruments see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..layout import Lab, Station
from ._randomness import generator
from ._vial import Amounts, Vial

if TYPE_CHECKING:
    import numpy as np

    from ._oer_map import OverpotentialMap


@frozen
class Act:
    """What is done, where, when, and the random numbers that belong to it.

    ``key`` names the command in random numbers; ``parameters`` are complete and checked, SI.
    """

    key: str
    sample: str
    operation: str
    station: Station
    parameters: Mapping[str, Any]
    start_s: float
    end_s: float
    lab: Lab
    seed: int
    overpotential_map: OverpotentialMap

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def rng(self, purpose: str) -> np.random.Generator:
        """Random errors: another draw for each command, vial and purpose."""
        return generator(self.seed, "random", self.key, self.sample, purpose)

    def bias_rng(self, channel: str) -> np.random.Generator:
        """Systematic errors: one draw for each station and channel, the same at every use."""
        return generator(self.seed, "systematic", self.station.name, channel)


@frozen
class Outcome:
    """What became of the vial, what the device reports, and what it took from the stock (l or kg)."""

    vial: Vial
    reported: Mapping[str, Any] = field(factory=dict)
    drawn: Amounts = field(factory=dict)


Effect = Callable[[Vial, Act], Outcome]
