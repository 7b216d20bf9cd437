"""Random search: the yardstick."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ._learner import Learner, Pick, fresh_and_tried

if TYPE_CHECKING:
    from aichemist.chemistry._records import Direction

    from ._learner import Floats


class RandomLearner(Learner):
    """Draws without replacement from what is left; learns nothing."""

    name: ClassVar[str] = "random"

    def propose_from(
        self,
        candidates: Floats,
        x: Floats,
        y: Floats,
        yvar: Floats,
        pending: Floats,
        n: int,
        *,
        direction: Direction,
        seed: int,
    ) -> list[Pick]:
        import numpy as np

        # The number of points seen so far enters the seed, or every batch would draw the same ranks.
        rng = np.random.default_rng([abs(seed), len(x), len(pending)])
        fresh, tried = fresh_and_tried(candidates, x, pending)
        order = [*rng.permutation(fresh), *rng.permutation(tried)]
        return [Pick(int(i), "random") for i in order[:n]]
