"""The chance that an experiment works at all: failed ones are information."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    #: points -> probabilities
    Chance = Callable[[Floats], Floats]

_FEW = 3


def chance_of(
    features: Callable[[Floats], Floats], x: Floats, worked: NDArray[np.bool_], *, seed: int
) -> Chance | None:
    """A function from points to the probability that they give a value; ``None`` while fewer than 3 have failed or
    worked.

    Randomised trees, drawn towards the overall share by as much as two experiments, so that one failure in a corner
    does not close it.
    """
    import numpy as np

    if worked.sum() < _FEW or (~worked).sum() < _FEW:
        return None
    from sklearn.ensemble import ExtraTreesRegressor

    overall = float(worked.mean())
    trees = ExtraTreesRegressor(100, bootstrap=True, min_samples_leaf=2, random_state=abs(seed), n_jobs=1)
    trees.fit(features(x), worked.astype(float))

    def chance(points: Floats) -> Floats:
        inputs = np.ascontiguousarray(features(points), dtype=np.float32)
        share = np.mean([tree.tree_.predict(inputs)[:, 0] for tree in trees.estimators_], axis=0)
        result: Floats = (share * len(worked) + 2 * overall) / (len(worked) + 2)
        return result

    return chance
