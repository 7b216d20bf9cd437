"""What the surrogate sees of a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from ._learner import Floats


@frozen
class Features:
    """A map from points to features in [0, 1], fixed by the library, not by what was measured.

    Compositions (rows that are non-negative and sum to one) become square roots of fractions: the Euclidean distance
    is then Hellinger's, which stretches the edges of the simplex, so that 0 to 10 % of a metal counts for more than
    40 to 50 %. That is how doping behaves; it was chosen on plate 3851 (against fractions, fractions with presence
    flags, and both together). Other inputs are scaled to their range.
    """

    composition: bool
    low: Floats
    span: Floats

    @classmethod
    def of(cls, candidates: Floats) -> Features:
        import numpy as np

        low = candidates.min(axis=0)
        span = candidates.max(axis=0) - low
        composition = (
            candidates.shape[1] > 1
            and bool((candidates >= -1e-9).all())
            and bool(np.abs(candidates.sum(axis=1) - 1).max() < 1e-6)
        )
        return cls(composition, low, np.where(span > 0, span, 1.0))

    def __call__(self, points: Floats) -> Floats:
        """Shape ``(n, d)`` to shape ``(n, d)``."""
        import numpy as np

        if self.composition:
            return np.sqrt(np.clip(points, 0.0, 1.0))
        return (points - self.low) / self.span
