"""The batch by upper bounds: mean + k standard deviations, each pick taken as measured before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._ensemble import Ensemble

    Floats = NDArray[np.float64]

#: standard deviations of optimism: at most at the start of a long budget, for each batch of it, and without a budget
_MOST, _FOR_EACH_BATCH, _WITHOUT_BUDGET = 3.0, 1 / 6, 1.5


def optimism(progress: float | None, batches: float = 100.0) -> float:
    """How many standard deviations count as a reason to try, falling to none as the budget runs out.

    What is learnt with the last sample cannot be used, so the last batch takes what is believed to be the best; and
    what a budget of few ``batches`` learns can be used only a few times, so it starts with less. Chosen on plate 3851,
    subsets of it, and synthetic libraries.
    """
    if progress is None:
        return _WITHOUT_BUDGET
    return min(_MOST, _FOR_EACH_BATCH * batches) * (1.0 - min(1.0, max(0.0, progress)))


def batch_by_bound(
    mean: Floats,
    covariance: Floats,
    noise: float,
    n: int,
    k: float,
    *,
    waiting: int = 0,
    worst: float = 0.0,
    chance: Floats | None = None,
    cost: Floats | None = None,
) -> list[int]:
    """Greedy batch over a shortlist (GP-BUCB: Desautels et al. 2014, JMLR 15, 4053).

    A pick is believed to come out at its mean, which leaves all means and shrinks the covariance, so that the next one
    goes where something is still unknown. Optimism rises from pick to pick, from none (the first puts what is believed
    to be the best to the test) to ``2 k``: a model that is wrong in one way then does not misplace the whole batch.

    Args:
        mean, covariance: shapes ``(s,)``, ``(s, s)``, of values of which larger is better.
        noise: variance of one measurement.
        waiting: the first so many points are under way; they shrink the covariance and are not picked.
        k: standard deviations, on average over the batch.
        worst: the worst value measured.
        chance: shape ``(s,)``, probability that the experiment works; a failure is worth ``worst``.
        cost: shape ``(s,)``; gain over ``worst`` is counted per cost.

    Returns:
        positions in the shortlist, at most ``n``.
    """
    import numpy as np

    covariance = covariance.copy()
    chosen: list[int] = []
    free = np.ones(len(mean), dtype=bool)
    free[:waiting] = False
    hopes = np.linspace(0.0, 2 * k, n) if n > 1 else np.array([k])
    for step in range(waiting + n):
        if step < waiting:
            at = step
        elif not free.any():
            break
        else:
            score = mean + hopes[step - waiting] * np.sqrt(np.maximum(np.diag(covariance), 0.0))
            if chance is not None:
                score = chance * score + (1 - chance) * worst
            if cost is not None:
                gain = score - worst
                score = np.where(gain > 0, gain / cost, gain * cost)
            at = int(np.where(free, score, -np.inf).argmax())
            chosen.append(at)
            free[at] = False
        covariance = covariance - np.outer(covariance[:, at], covariance[at]) / (covariance[at, at] + noise + 1e-12)
    return chosen


def shortlist(ensemble: Ensemble, points: Floats, k: float, size: int) -> NDArray[np.int64]:
    """The ``size`` best rows by mean + k sd and the best by the mean alone, as positions in ``points``."""
    import numpy as np

    if len(points) <= size:
        return np.arange(len(points))
    mean, sd = ensemble.predict(points)
    by_bound = np.argsort(-(ensemble.sign * mean + max(k, 0.5) * sd), kind="stable")[:size]
    return np.sort(by_bound)
