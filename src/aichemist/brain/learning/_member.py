"""The seam between the ensemble and its members: a model of one objective."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Member(ABC):
    """A fitted model in standardised targets, larger is better.

    Attributes:
        name: short, for people: ``smooth``, ``rough``, ``trees``, ... with ``+ theory`` where it sees theory.
        source: what it knows beside the measurements: ``""``, ``theory`` or ``earlier``.
        noise: variance of one measurement about the true value.
    """

    name: str
    source: str = ""
    noise: float

    @abstractmethod
    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the true value at points ``(n, d)``, each of shape ``(n,)``."""

    @abstractmethod
    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean ``(n,)`` and covariance ``(n, n)`` of the true values; meant for a few hundred points."""

    def draw(self, points: Floats, n: int, rng: np.random.Generator) -> Floats:
        """Functions drawn from what the model believes, at points ``(m, d)``: shape ``(n, m)``."""
        from ._posterior import normal_draws

        return normal_draws(*self.joint(points), n, rng)

    @abstractmethod
    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and variance that the model predicts for each measurement, noise included, without having seen it."""
