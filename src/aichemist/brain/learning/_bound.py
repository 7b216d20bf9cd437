"""The batch by upper bounds: mean + k standard deviations, each pick taken as measured before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._ensemble import Ensemble

    Floats = NDArray[np.float64]

#: standard deviations of optimism at the start of a budget and where there is none
_START, _WITHOUT_BUDGET = 2.0, 1.0


def optimism(progress: float | None) -> float:
    """How many standard deviations count as a reason to try, falling to none as the budget runs out.

    What is learnt with the last sample cannot be used, so the last batch takes what is believed to be the best.
    """
    if progress is None:
        return _WITHOUT_BUDGET
    return _START * (1.0 - min(1.0, max(0.0, progress)))


def batch_by_bound(
    mean: Floats,
    covariance: Floats,
    noise: float,
    n: int,
    k: float,
    *,
    waiting: int = 0,
    chance: Floats | None = None,
    cost: Floats | None = None,
) -> list[int]:
    """Greedy batch over a shortlist (GP-BUCB: Desautels et al. 2014, JMLR 15, 4053).

    A pick is believed to come out at its mean, which leaves all means and shrinks the covariance, so that the next one
    goes where something is still unknown. The first is the best by the mean alone.

    Args:
        mean, covariance: shapes ``(s,)``, ``(s, s)``, of values of which larger is better.
        noise: variance of one measurement.
        waiting: the first so many points are under way; they shrink the covariance and are not picked.
        chance: shape ``(s,)``, probability that the experiment works; a failure is worth the worst mean.
        cost: shape ``(s,)``; gain over the worst mean is counted per cost.

    Returns:
        positions in the shortlist, at most ``n``.
    """
    import numpy as np

    covariance = covariance.copy()
    chosen: list[int] = []
    free = np.ones(len(mean), dtype=bool)
    free[:waiting] = False
    worst = float(mean.min()) if len(mean) else 0.0
    for step in range(waiting + n):
        if step < waiting:
            at = step
        elif not free.any():
            break
        else:
            # The first pick puts what is believed to be the best to the test, whatever the optimism of the others.
            hope = k if chosen else 0.0
            score = mean + hope * np.sqrt(np.maximum(np.diag(covariance), 0.0))
            if chance is not None:
                score = chance * score + (1 - chance) * worst
            if cost is not None:
                score = (score - worst) / cost
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
