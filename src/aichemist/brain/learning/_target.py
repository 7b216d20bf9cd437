"""Objectives with a value to hit: the quantity is modelled, and what counts is how far it lies from that value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._ensemble import Ensemble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._chance import Chance
    from ._problem import Problem

    Floats = NDArray[np.float64]

_SAMPLES = 256
_SHORTLIST = 250
_KNOWN = 100


class Distance:
    """A fitted quantity seen as its distance from a target, in the place of an ``Ensemble`` of something to minimise.

    The distance itself is not modelled: it has a kink at the target and has lost the side on which a value lies.
    """

    sign = -1.0

    def __init__(self, quantity: Ensemble, target: float) -> None:
        self.quantity, self.target = quantity, target
        self.scale, self.noise_sd = quantity.scale, quantity.noise_sd

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the true distance (of a folded normal), each of shape ``(n,)``."""
        import numpy as np
        from scipy.special import ndtr

        mean, sd = self.quantity.predict(points)
        off, sd = np.abs(mean - self.target), np.maximum(sd, 1e-12)
        z = off / sd
        folded = sd * np.sqrt(2 / np.pi) * np.exp(-0.5 * z**2) + off * (1 - 2 * ndtr(-z))
        return folded, np.sqrt(np.maximum(off**2 + sd**2 - folded**2, 0.0))

    def draw(self, points: Floats, n: int, rng: np.random.Generator) -> Floats:
        """Distances of drawn functions, turned so that larger is better: shape ``(n, len(points))``, at most 0."""
        import numpy as np

        result: Floats = -np.abs(self.quantity.sign * self.quantity.draw(points, n, rng) - self.target)
        return result

    def improvement(self, points: Floats, best: float) -> Floats:
        """Expected shortening of the distance ``best``, in closed form for a normal quantity, shape ``(n,)``: the
        expected improvement for a target of Frazier and Wang (2016, arXiv:1506.01349) in the distance."""
        import numpy as np
        from scipy.special import ndtr

        mean, sd = self.quantity.predict(points)
        sd = np.maximum(sd, 1e-12)

        def beyond(at: float) -> Floats:
            """Mean of the part of the quantity that exceeds ``at``."""
            z = (mean - at) / sd
            result: Floats = sd * (z * ndtr(z) + np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
            return result

        # a tent over the target is a sum of three ramps
        found: Floats = beyond(self.target - best) - 2 * beyond(self.target) + beyond(self.target + best)
        return np.maximum(found, 0.0)


def nearest_to_target(
    problem: Problem, distance: Distance, chance: Chance | None, allowed: NDArray[np.int64], picked: list[int],
    wanted: int,
) -> list[int]:  # fmt: skip
    """Rows that are expected to shorten the distance from the target most, greedy over joint samples.

    Samples hold the true values at measured, waiting and short-listed points, so that a lucky reading is no record.
    """
    import numpy as np

    candidates = problem.candidates
    known = np.unique(problem.x[np.isfinite(problem.y[:, 0])], axis=0)
    believed = distance.predict(known)[0]
    known = known[np.argsort(believed, kind="stable")[:_KNOWN]]
    known = np.vstack([known, problem.pending, candidates[picked]])
    rows = allowed[_shortlist(distance, candidates[allowed], float(believed.min()), max(_SHORTLIST, 3 * wanted))]
    points = np.vstack([known, candidates[rows]])
    drawn = distance.draw(points, _SAMPLES, np.random.default_rng([abs(problem.seed), len(points)]))
    worth = None if chance is None else chance(candidates[rows])
    if problem.cost is not None:
        worth = (1.0 if worth is None else worth) / problem.cost[rows]
    return [int(rows[i]) for i in _greedy(drawn[:, : len(known)], drawn[:, len(known) :], wanted, worth)]


def _shortlist(distance: Distance, points: Floats, best: float, size: int) -> NDArray[np.int64]:
    """Those with most to gain, and where nothing is to be gained those believed nearest."""
    import numpy as np

    order = np.lexsort([distance.predict(points)[0], -distance.improvement(points, best)])
    return np.sort(order[:size])


def _greedy(known: Floats, options: Floats, n: int, worth: Floats | None) -> list[int]:
    """Columns of ``options`` chosen one after another by the mean gain over the best so far in each sample."""
    import numpy as np

    best = known.max(axis=1)
    chosen: list[int] = []
    for _ in range(n):
        gain = np.maximum(options - best[:, None], 0.0).mean(axis=0)
        score = (gain if worth is None else gain * worth) + 1e-9 * options.mean(axis=0)
        score[chosen] = -np.inf
        at = int(score.argmax())
        chosen.append(at)
        best = np.maximum(best, options[:, at])
    return chosen
