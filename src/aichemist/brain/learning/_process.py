"""A Gaussian process in closed form: hyperparameters at the posterior mode, prediction, leave-one-out.

The model and the priors are those of BoTorch's ``SingleTaskGP`` (priors that scale with the dimension, Hvarfner et al.
2024, arXiv:2402.02229): one length per feature, variance one, a constant mean, lognormal priors. Gradients are written
out (Rasmussen and Williams 2006, eq. 5.9), which at a few hundred points takes a tenth of the time of automatic ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: ``smooth`` is the squared exponential, ``rough`` Matern 5/2
Kernel = Literal["smooth", "rough"]

_ROOT5 = math.sqrt(5.0)
LENGTH_SCALE, LENGTH_LEAST = math.sqrt(3.0), 2.5e-2
NOISE_LOC, NOISE_LEAST = -4.0, 1e-4
_SLOPE_LOC = -1.0
_STEPS = 100
_MOST = 1e4
_CHUNK = 4096


@frozen(eq=False)
class Process:
    """A process conditioned on data.

    Attributes:
        inputs, targets: shapes ``(n, d + linear)``, ``(n,)``.
        noise: shape ``(n,)``, the variance of each target.
        lengths: shape ``(d,)``.
        extra: the part of the noise that was learnt.
        slope_variance: prior variance of the coefficients of the last ``linear`` inputs.
        mean: of the process.
        root: lower Cholesky factor of the covariance of the targets.
        weights: that covariance's inverse times the targets less the mean.
    """

    kernel: Kernel
    inputs: Floats
    targets: Floats
    noise: Floats
    lengths: Floats
    extra: float
    slope_variance: float
    linear: int
    mean: float
    root: Floats
    weights: Floats

    def between(self, a: Floats, b: Floats) -> Floats:
        """Prior covariance of the values at ``a`` and ``b``."""
        own = len(self.lengths)
        found = correlation(self.kernel, square_distances(a[:, :own] / self.lengths, b[:, :own] / self.lengths))
        return found + self.slope_variance * (a[:, own:] @ b[:, own:].T) if self.linear else found

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the value at each point."""
        import numpy as np
        from scipy.linalg import solve_triangular

        mean, variance = np.empty(len(points)), np.empty(len(points))
        for start in range(0, len(points), _CHUNK):
            part = points[start : start + _CHUNK]
            cross = self.between(self.inputs, part)
            mean[start : start + _CHUNK] = self.mean + self.weights @ cross
            solved = solve_triangular(self.root, cross, lower=True, check_finite=False)
            alone = np.ones(len(part)) + self.slope_variance * (part[:, len(self.lengths) :] ** 2).sum(axis=1)
            variance[start : start + _CHUNK] = alone - np.einsum("ij,ij->j", solved, solved)
        return mean, np.maximum(variance, 0.0)

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and covariance of the values."""
        from scipy.linalg import solve_triangular

        cross = self.between(self.inputs, points)
        solved = solve_triangular(self.root, cross, lower=True, check_finite=False)
        return self.mean + self.weights @ cross, self.between(points, points) - solved.T @ solved

    def left_out(self) -> tuple[Floats, Floats]:
        """Leave-one-out in closed form (Rasmussen and Williams 2006, eq. 5.12), hyperparameters kept, with noise."""
        import numpy as np
        from scipy.linalg import cho_solve

        variance = 1 / np.diag(cho_solve((self.root, True), np.eye(len(self.targets))))
        return self.targets - self.weights * variance, variance

    @property
    def slope(self) -> float:
        """Posterior mean of the coefficient of the last input."""
        return float(self.slope_variance * self.inputs[:, -1] @ self.weights)


def fit_process(
    kernel: Kernel,
    inputs: Floats,
    targets: Floats,
    variances: Floats,
    *,
    linear: int = 0,
    rows: Floats | None = None,
) -> tuple[Process, bool]:
    """The process at the mode of its posterior, and whether that was found; else it keeps the modes of its priors.

    Args:
        inputs, targets, variances: shapes ``(n, d)``, ``(n,)``, ``(n,)``; variances are known, a common one learnt on
            top.
        linear: the last so many inputs act linearly, added to a process over the others.
        rows: hyperparameters are fitted to these rows alone.
    """
    import numpy as np
    from scipy.optimize import minimize

    own = inputs.shape[1] - linear
    loc = length_loc(own)
    start = np.concatenate(
        [np.full(own, loc - LENGTH_SCALE**2), [NOISE_LOC - 1.0], np.full(min(linear, 1), _SLOPE_LOC - 1.0)]
    )
    low = np.concatenate([np.full(own, math.log(LENGTH_LEAST)), [math.log(NOISE_LEAST)], np.full(min(linear, 1), -7)])
    start = np.maximum(start, low)
    few = slice(None) if rows is None else rows
    x, y, known = inputs[few], targets[few], variances[few]
    loss = _Loss(kernel, x, y, known, own, loc)
    fitted = True
    try:
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", bounds=[(lo, math.log(_MOST)) for lo in low],
            options={"maxiter": _STEPS},
        )  # fmt: skip
        best = found.x
        if not np.isfinite(found.fun):
            raise np.linalg.LinAlgError("no finite likelihood")
        made = _conditioned(kernel, inputs, targets, variances, best, own, linear)
    except (np.linalg.LinAlgError, ValueError, FloatingPointError):
        # a tenth of the variance as noise keeps the matrix well conditioned whatever the points are
        made, fitted = _conditioned(kernel, inputs, targets, variances + 0.1, start, own, linear), False
    return made, fitted


def length_loc(own: int) -> float:
    """Of the logarithm of a length under its prior, in ``own`` dimensions."""
    return math.sqrt(2.0) + 0.5 * math.log(max(own, 1))


def _conditioned(
    kernel: Kernel, inputs: Floats, targets: Floats, variances: Floats, at: Floats, own: int, linear: int
) -> Process:
    import numpy as np
    from scipy.linalg import cho_solve

    lengths, extra = np.exp(at[:own]), math.exp(at[own])
    slopes = math.exp(at[own + 1]) if linear else 0.0
    noise = variances + extra
    covariance = correlation(kernel, square_distances(inputs[:, :own] / lengths, inputs[:, :own] / lengths))
    if linear:
        covariance = covariance + slopes * (inputs[:, own:] @ inputs[:, own:].T)
    root = np.asarray(np.linalg.cholesky(covariance + np.diag(noise)), dtype=np.float64)
    ones = np.ones(len(targets))
    solved = cho_solve((root, True), np.stack([targets, ones], axis=1))
    mean = float(solved[:, 0].sum() / solved[:, 1].sum())
    weights = solved[:, 0] - mean * solved[:, 1]
    if not np.isfinite(weights).all():
        raise np.linalg.LinAlgError("not finite")
    return Process(kernel, inputs, targets, noise, lengths, extra, slopes, linear, mean, root, weights)


class _Loss:
    """Negative log posterior of the logarithms of lengths, noise, and slope variance; the mean is profiled out."""

    def __init__(self, kernel: Kernel, x: Floats, y: Floats, known: Floats, own: int, loc: float) -> None:
        self.kernel, self.x, self.y, self.known, self.own, self.loc = kernel, x[:, :own], y, known, own, loc
        self.z = x[:, own:]

    def __call__(self, at: Floats) -> tuple[float, Floats]:
        import numpy as np
        from scipy.linalg import lapack

        own, n = self.own, len(self.y)
        scaled = self.x / np.exp(at[:own])
        squares = square_distances(scaled, scaled)
        shape = correlation(self.kernel, squares)
        total = shape.copy()
        linear = None
        if self.z.shape[1]:
            linear = math.exp(at[own + 1]) * (self.z @ self.z.T)
            total += linear
        extra = math.exp(at[own])
        total[np.diag_indices(n)] += self.known + extra
        root, info = lapack.dpotrf(total, lower=True, overwrite_a=True)
        if info != 0:
            return 1e25, np.zeros(len(at))
        inverse, _ = lapack.dpotri(root, lower=True)
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        ones = inverse.sum(axis=1)
        weights = inverse @ self.y
        weights = weights - float(self.y @ ones) / float(ones.sum()) * ones
        mean = float(self.y @ ones) / float(ones.sum())
        value = 0.5 * float((self.y - mean) @ weights) + float(np.log(np.diag(root)).sum())
        value += 0.5 * n * math.log(2 * math.pi)
        slope = 0.5 * (inverse - np.outer(weights, weights))  # of the loss by each element of the covariance
        change = slope * _steepness(self.kernel, squares, shape)
        rows = change.sum(axis=1)
        gradient = np.empty(len(at))
        # sum_ij change_ij (x_i - x_j)^2 for each column
        gradient[:own] = 2 * (rows @ scaled**2 - np.einsum("ij,ij->j", scaled, change @ scaled))
        gradient[own] = extra * float(np.trace(slope))
        if linear is not None:
            gradient[own + 1] = float((slope * linear).sum())
        # lognormal priors, by the logarithm
        off = np.concatenate(
            [(at[:own] - self.loc) / LENGTH_SCALE**2, [at[own] - NOISE_LOC], at[own + 1 :] - _SLOPE_LOC]
        )
        value += float(at.sum()) + 0.5 * float((off[:own] ** 2).sum() * LENGTH_SCALE**2 + (off[own:] ** 2).sum())
        return value / n, (gradient + 1.0 + off) / n


def square_distances(a: Floats, b: Floats) -> Floats:
    """Between the rows of two arrays, shape ``(len(a), len(b))``."""
    import numpy as np

    found: Floats = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.maximum(found, 0.0)


def correlation(kernel: Kernel, squares: Floats) -> Floats:
    """Prior correlation of values at points by the squares of their distances, in lengths."""
    import numpy as np

    if kernel == "smooth":
        smooth: Floats = np.exp(-0.5 * squares)
        return smooth
    r = _ROOT5 * np.sqrt(squares)
    rough: Floats = (1 + r + r * r / 3) * np.exp(-r)
    return rough


def _steepness(kernel: Kernel, squares: Floats, shape: Floats) -> Floats:
    """Factor of ``(x_i - x_j)^2 / length^2`` in the derivative by the logarithm of a length."""
    import numpy as np

    if kernel == "smooth":
        return shape
    r = _ROOT5 * np.sqrt(squares)
    rough: Floats = 5 / 3 * (1 + r) * np.exp(-r)
    return rough
