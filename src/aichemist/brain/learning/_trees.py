"""Randomised trees as a member of the ensemble: no smoothness assumed, steps and dead columns do no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ._member import Member

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TREES = 100


class TreesMember(Member):
    """Extremely randomised trees (Geurts et al. 2006), each on a bootstrap sample; the variance of the true value is
    that between trees, and the noise is what the errors out of bag have beyond it."""

    def __init__(
        self, name: str, features: Callable[[Floats], Floats], x: Floats, y: Floats, *, seed: int, source: str = ""
    ) -> None:
        import numpy as np
        from sklearn.ensemble import ExtraTreesRegressor

        self.name, self.source, self._features, self._y = name, source, features, y
        inputs = np.ascontiguousarray(features(x), dtype=np.float32)
        self._forest = ExtraTreesRegressor(_TREES, bootstrap=True, random_state=abs(seed), n_jobs=1).fit(inputs, y)
        seen = np.zeros((_TREES, len(y)), dtype=bool)
        for i, rows in enumerate(self._forest.estimators_samples_):
            seen[i, rows] = True
        values, out = self._values(inputs), ~seen
        count = np.maximum(out.sum(axis=0), 1)
        self._mean = np.where(out.any(axis=0), (values * out).sum(axis=0) / count, y.mean())
        between = ((values - self._mean) ** 2 * out).sum(axis=0) / count
        self._between = np.where(out.sum(axis=0) > 1, between, y.var())
        excess = ((self._mean - y) ** 2).mean() - self._between.mean()
        self.noise = float(max(excess, 1e-3 * y.var(), 1e-9))

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        values = self._at(points)
        return values.mean(axis=0), values.var(axis=0)

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        import numpy as np

        values = self._at(points)
        return values.mean(axis=0), np.atleast_2d(np.cov(values, rowvar=False, bias=True))

    def left_out(self) -> tuple[Floats, Floats]:
        return self._mean, self._between + self.noise

    def _at(self, points: Floats) -> Floats:
        import numpy as np

        return self._values(np.ascontiguousarray(self._features(points), dtype=np.float32))

    def _values(self, inputs: NDArray[np.float32]) -> Floats:
        import numpy as np

        # the trees' own method skips the checks of ``predict``, which cost more than the trees
        return np.array([tree.tree_.predict(inputs)[:, 0] for tree in self._forest.estimators_], dtype=float)
