"""Functions drawn with uncertain hyperparameters, against the same posterior by brute force."""

from __future__ import annotations

import numpy as np
from scipy.stats import multivariate_t

from aichemist.brain.learning import Encoding, fit_ensemble
from aichemist.brain.learning._hypervolume import may_be_on_front, pareto
from aichemist.brain.learning._posterior import Posterior, normal_draws
from aichemist.brain.learning._process import (
    LENGTH_LEAST,
    LENGTH_SCALE,
    NOISE_LEAST,
    NOISE_LOC,
    correlation,
    fit_process,
    length_loc,
    square_distances,
)
from aichemist.chemistry import Direction

RNG = np.random.default_rng(5)
X = RNG.uniform(size=(7, 1))
Y = np.sin(6 * X[:, 0]) + 0.05 * RNG.standard_normal(7)
Y = (Y - Y.mean()) / Y.std()
AT = np.array([[0.05], [0.5], [1.4]])


def by_importance(n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Hyperparameters from the prior, each weighted by its likelihood (a Student t, the variance integrated out)."""
    rng = np.random.default_rng(1)
    lengths = np.maximum(np.exp(length_loc(1) + LENGTH_SCALE * rng.standard_normal(n)), LENGTH_LEAST)
    noises = np.maximum(np.exp(NOISE_LOC + rng.standard_normal(n)), NOISE_LEAST)
    weights, means, squares = np.empty(n), np.empty((n, len(AT))), np.empty((n, len(AT)))
    both = np.vstack([X, AT])
    for i, (length, noise) in enumerate(zip(lengths, noises, strict=True)):
        k = correlation("rough", square_distances(both / length, both / length)) + 1.0
        known, cross, within = k[:7, :7] + noise * np.eye(7), k[:7, 7:], k[7:, 7:]
        weights[i] = multivariate_t(np.zeros(7), known, df=6.0).logpdf(Y)
        solved = np.linalg.solve(known, np.column_stack([Y, cross]))
        means[i] = cross.T @ solved[:, 0]
        variance = np.diag(within) - np.einsum("ij,ij->j", cross, solved[:, 1:])
        common = (3.0 + Y @ solved[:, 0] / 2) / (3.0 + len(Y) / 2 - 1)
        squares[i] = variance * common + means[i] ** 2
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    mean = weights @ means
    return mean, np.sqrt(weights @ squares - mean**2)


def test_draws_have_the_moments_of_the_posterior() -> None:
    mean, sd = by_importance()
    process, _ = fit_process("rough", X, Y, np.zeros(len(Y)))
    known = np.zeros(len(Y))
    chains = [Posterior(process, known, np.random.default_rng(s)) for s in range(40)]
    drawn = np.vstack([c.draw(AT, 60, RNG) for c in chains])
    assert np.abs(drawn.mean(axis=0) - mean).max() < 0.12
    assert np.abs(drawn.std(axis=0) / sd - 1).max() < 0.15
    alone = np.sqrt(process.predict(AT)[1])
    assert sd[2] > alone[2], "one set of hyperparameters is too sure of itself"


def test_an_ensemble_draws_what_its_members_believe() -> None:
    x = np.random.default_rng(2).dirichlet(np.ones(4), 40)
    y = 3 * x[:, 0] - x[:, 1] + 0.1 * np.random.default_rng(3).standard_normal(40)
    ways: tuple[tuple[Direction, float], ...] = (("maximise", 1.0), ("minimise", -1.0))
    for direction, sign in ways:
        model = fit_ensemble(x, sign * 5 * y, np.zeros(40), Encoding.of(x), direction=direction, seed=1)
        drawn = model.draw(x, 400, np.random.default_rng(4))
        assert drawn.shape == (400, 40)
        assert np.corrcoef(drawn.mean(axis=0), 5 * y)[0, 1] > 0.97, "larger is better, whatever the direction"
        mean, sd = model.predict(x)
        assert np.abs(drawn.mean(axis=0) - sign * mean).max() < 1.5 * sd.max()
    again = [model.draw(x, 16, np.random.default_rng(4)).tolist() for _ in range(2)]
    assert again[0] == again[1]


def test_a_singular_covariance_is_drawn_from() -> None:
    factor = RNG.standard_normal((6, 2))
    drawn = normal_draws(np.zeros(6), factor @ factor.T, 4000, np.random.default_rng(0))
    assert np.abs(np.cov(drawn.T) - factor @ factor.T).max() < 0.1 * np.abs(factor @ factor.T).max() + 0.05


def test_of_many_measured_points_those_that_may_be_on_the_front_are_drawn() -> None:
    x = np.random.default_rng(6).uniform(size=(240, 2))
    values = (x[:, 0], -x[:, 0] + 0.3 * x[:, 1])
    none, encoding = np.zeros(240), Encoding.of(x)
    fitted = [fit_ensemble(x, v, none, encoding, direction="maximise", seed=1, trees=False) for v in values]
    kept = may_be_on_front(fitted, x)
    left = np.stack([kept[:, 0], -kept[:, 0] + 0.3 * kept[:, 1]], axis=1)
    for value in np.stack(values, axis=1)[pareto(np.stack(values, axis=1))]:
        assert (left >= value - 0.02).all(axis=1).any(), "nothing that matters is lost"
    assert len(kept) < 120
    assert len(may_be_on_front(fitted, x[:150])) == 150
