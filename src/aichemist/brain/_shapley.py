"""How much each variable matters: Shapley values of the surrogate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Space

    from .learning._ensemble import Ensemble

    Floats = NDArray[np.float64]

_POINTS, _ORDERS = 48, 24


@frozen
class Importance:
    """Mean absolute Shapley value of a variable over the space, in the unit of the observations, and the standard error
    of that mean over the sampled recipes and orders."""

    variable: str
    share: float
    value: float
    se: float


def importances(space: Space, surrogate: Ensemble, library: Floats, *, seed: int) -> tuple[Importance, ...]:
    """Variables by how far they move the prediction, largest first; ``share`` sums to 1.

    Sampled orders (Strumbelj and Kononenko 2014, doi 10.1007/s10115-013-0679-x): the variables of a random background
    recipe are replaced one after another by those of an explained one. Fractions of a whole are scaled to sum to one
    after each replacement.
    """
    import numpy as np

    rng = np.random.default_rng(abs(seed))
    d = len(space.columns)
    whole = np.array([c.kind == "fraction" for c in space.columns])
    n = min(_POINTS, len(library))
    explained = library[rng.choice(len(library), n, replace=False)]
    steps = np.empty((_ORDERS, n, d + 1, d))
    orders = np.empty((_ORDERS, n, d), dtype=int)
    for k in range(_ORDERS):
        current = library[rng.integers(len(library), size=n)].copy()
        steps[k, :, 0] = current
        for i in range(n):
            orders[k, i] = rng.permutation(d)
        for j in range(d):
            at = orders[k, :, j]
            current[np.arange(n), at] = explained[np.arange(n), at]
            steps[k, :, j + 1] = _scaled(current, whole)
    mean, _ = surrogate.predict(steps.reshape(-1, d))
    change = np.diff(mean.reshape(_ORDERS, n, d + 1), axis=2)
    phi = np.zeros((n, d))
    for k in range(_ORDERS):
        phi[np.arange(n)[:, None], orders[k]] += change[k] / _ORDERS
    size = np.abs(phi)
    total = float(size.mean(axis=0).sum()) or 1.0
    found = [
        Importance(
            column.name, float(size[:, j].mean()) / total, float(size[:, j].mean()), float(size[:, j].std() / n**0.5)
        )
        for j, column in enumerate(space.columns)
    ]
    return tuple(sorted(found, key=lambda i: -i.value))


def _scaled(points: Floats, whole: NDArray[np.bool_]) -> Floats:
    import numpy as np

    if not whole.any():
        return points.copy()
    result = points.copy()
    sums = result[:, whole].sum(axis=1, keepdims=True)
    result[:, whole] = np.where(sums > 1e-12, result[:, whole] / np.where(sums > 1e-12, sums, 1.0), 1 / whole.sum())
    return result
