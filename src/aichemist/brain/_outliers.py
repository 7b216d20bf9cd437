"""Measurements that are far from what all the others predict: to be looked at, never to be dropped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import Observation, Prediction, Space

from ._diagnostics import MOST_TO_WORD
from .learning._learner import FEWEST_TO_LEARN_FROM, measurements

if TYPE_CHECKING:
    from aichemist.chemistry._records import Direction

    from .learning._theory import Theory
    from .learning._transfer import Earlier


@frozen
class Outlier:
    """An observation, and what the surrogate expects of it from all the others (scatter of a measurement included)."""

    observation: Observation
    expected: Prediction

    @property
    def sds(self) -> float:
        """How many standard deviations lie between the two; above zero where more was measured than expected."""
        return (self.observation.value - self.expected.mean) / max(self.expected.sd, 1e-12)


def outlying(
    space: Space, observations: Sequence[Observation], *, direction: Direction, seed: int,
    theory: Theory | None = None, earlier: Sequence[Earlier] = (),
) -> tuple[Outlier, ...]:  # fmt: skip
    """Valid observations of one objective beyond 4 standard deviations of their left-out prediction, farthest first.

    Of more than 600 the last 600 are looked at.
    """
    from .learning._encoding import Encoding
    from .learning._ensemble import fit_ensemble, outliers

    good = [o for o in observations if math.isfinite(o.value)][-MOST_TO_WORD:]
    if len(good) < FEWEST_TO_LEARN_FROM:
        return ()
    x, y, yvar = measurements(space, good)
    ensemble = fit_ensemble(
        x, y, yvar, Encoding.for_space(space), direction=direction, seed=seed, theory=theory, earlier=tuple(earlier)
    )
    mean, sd = ensemble.left_out()
    found = [Outlier(good[i], Prediction(float(mean[i]), float(sd[i]))) for i in outliers(ensemble, y)]
    return tuple(sorted(found, key=lambda o: -abs(o.sds)))
