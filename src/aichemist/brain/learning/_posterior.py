"""Functions drawn from a Gaussian process whose hyperparameters are uncertain, as they are with few measurements.

One set of hyperparameters, the likeliest, makes a process too sure of itself: which variable matters, how rough the
response is and how noisy a measurement are seldom settled by ten experiments. Here lengths and noise are drawn from
their posterior by elliptical slice sampling (Murray, Adams and MacKay 2010, arXiv:1001.0175), for which the lognormal
priors of ``Process`` are made; the constant mean and the common variance are integrated out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ._process import (
    LENGTH_LEAST,
    LENGTH_SCALE,
    NOISE_LEAST,
    NOISE_LOC,
    Kernel,
    Process,
    correlation,
    length_loc,
    square_distances,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: sets of hyperparameters that are kept, steps between two of them, steps before the first
_KEPT, _APART, _BEFORE = 12, 2, 4
#: inverse gamma prior of the common variance: 95 % of it lie between 0.4 and 5 times the variance of the targets
_VARIANCE = 3.0
#: prior variance of the mean, in units of the common variance
_MEAN = 1.0


class Posterior:
    """Some sets of hyperparameters of a process, each conditioned on the data.

    Args:
        process: the process at its mode, where the chain begins; without linear inputs.
        variances: shape ``(n,)``, known variances of the targets.
    """

    def __init__(self, process: Process, variances: Floats, rng: np.random.Generator) -> None:
        import numpy as np

        self._kernel: Kernel = process.kernel
        self._x, self._y, self._known = process.inputs, process.targets, variances
        own = process.inputs.shape[1]
        self._loc = np.concatenate([np.full(own, length_loc(own)), [NOISE_LOC]])
        self._spread = np.concatenate([np.full(own, LENGTH_SCALE), [1.0]])
        at = (np.log(np.concatenate([process.lengths, [process.extra]])) - self._loc) / self._spread
        level, kept = self._conditioned(at)[0], []
        for step in range(_BEFORE + _APART * _KEPT):
            at, level = self._step(at, level, rng)
            if step >= _BEFORE and (step - _BEFORE) % _APART == 0:
                kept.append(at)
        self._sets = [self._conditioned(at)[1:] for at in kept]

    def draw(self, points: Floats, n: int, rng: np.random.Generator) -> Floats:
        """Joint values at ``points`` (features, ``(m, d)``), shape ``(n, m)``, the sets taken in turn."""
        import numpy as np
        from scipy.linalg import solve_triangular

        found = []
        for i, (lengths, root, solved, quadratic) in enumerate(self._sets):
            count = len(range(i, n, len(self._sets)))
            if not count:
                continue
            scaled = points / lengths
            cross = correlation(self._kernel, square_distances(self._x / lengths, scaled)) + _MEAN
            within = correlation(self._kernel, square_distances(scaled, scaled)) + _MEAN
            known = solve_triangular(root, cross, lower=True, check_finite=False)
            factor = _root(within - known.T @ known)
            half = _VARIANCE + len(self._y) / 2
            variance = (_VARIANCE + quadratic / 2) / rng.gamma(half, 1.0, count)
            deviation = rng.standard_normal((count, len(points))) @ factor.T
            found.append(known.T @ solved + np.sqrt(variance)[:, None] * deviation)
        return np.vstack(found)

    def _step(self, at: Floats, level: float, rng: np.random.Generator) -> tuple[Floats, float]:
        """One step of elliptical slice sampling."""
        direction = rng.standard_normal(len(at))
        least = level + math.log(rng.random())
        angle = rng.uniform(0.0, 2 * math.pi)
        low, high = angle - 2 * math.pi, angle
        while high - low > 1e-3:
            there = at * math.cos(angle) + direction * math.sin(angle)
            found = self._conditioned(there)[0]
            if found > least:
                return there, found
            low, high = (angle, high) if angle < 0 else (low, angle)
            angle = rng.uniform(low, high)
        return at, level

    def _conditioned(self, at: Floats) -> tuple[float, Floats, Floats, Floats, float]:
        """Log likelihood at whitened hyperparameters, lengths, root of the covariance, that root's inverse times the
        targets, and the square of the latter."""
        import numpy as np
        from scipy.linalg import lapack, solve_triangular

        values = np.exp(np.clip(self._loc + self._spread * at, -30.0, 30.0))
        lengths, noise = np.maximum(values[:-1], LENGTH_LEAST), max(float(values[-1]), NOISE_LEAST)
        scaled = self._x / lengths
        total = correlation(self._kernel, square_distances(scaled, scaled)) + _MEAN
        total[np.diag_indices(len(total))] += noise + self._known
        root, info = lapack.dpotrf(total, lower=True, clean=True, overwrite_a=True)
        if info != 0:
            return -math.inf, lengths, root, np.zeros(len(self._y)), math.inf
        solved = solve_triangular(root, self._y, lower=True, check_finite=False)
        quadratic = float(solved @ solved)
        level = -float(np.log(np.diag(root)).sum())
        level -= (_VARIANCE + len(self._y) / 2) * math.log(_VARIANCE + quadratic / 2)
        return level, lengths, root, solved, quadratic


def normal_draws(mean: Floats, covariance: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Draws from a normal distribution whose covariance may be singular, shape ``(n, m)``."""
    drawn: Floats = mean + rng.standard_normal((n, len(mean))) @ _root(covariance).T
    return drawn


def _root(covariance: Floats) -> Floats:
    """A factor ``L`` with ``L L^T`` the covariance; by eigenvalues where it is not positive definite."""
    import numpy as np

    covariance = (covariance + covariance.T) / 2
    ridge = 1e-9 * max(float(np.trace(covariance)) / len(covariance), 1e-12)
    try:
        root = np.linalg.cholesky(covariance + ridge * np.eye(len(covariance)))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(root, dtype=np.float64)
