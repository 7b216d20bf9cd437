"""Random search: the yardstick."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ._learner import Learner, Pick

if TYPE_CHECKING:
    from ._problem import Problem


class RandomLearner(Learner):
    """Draws without replacement from what is left; learns nothing."""

    name: ClassVar[str] = "random"

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np

        # The number of points seen so far enters the seed, or every batch would draw the same ranks.
        rng = np.random.default_rng([abs(problem.seed), len(problem.x), len(problem.pending)])
        fresh, tried = problem.fresh_and_tried()
        order = [*rng.permutation(fresh), *rng.permutation(tried)]
        return [Pick(int(i), "random") for i in order[: problem.n]]
