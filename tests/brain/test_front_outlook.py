"""What a further batch is worth where a front is sought."""

from __future__ import annotations

import numpy as np

from aichemist.brain import FrontOutlook, front_outlook
from aichemist.brain.learning import Encoding, fit_ensemble, hypervolume, reference_point

RNG = np.random.default_rng(4)
X = RNG.uniform(size=(250, 2))
#: both are best somewhere else: the front is the way between (0.2, 0.5) and (0.8, 0.5)
Y = np.stack([-((X - [0.2, 0.5]) ** 2).sum(axis=1), -((X - [0.8, 0.5]) ** 2).sum(axis=1)], axis=1)


def ahead(k: int, batch: int = 8) -> FrontOutlook:
    none, encoding = np.zeros(k), Encoding.of(X)
    fitted = [
        fit_ensemble(X[:k], Y[:k, 0], none, encoding, direction="maximise", seed=1),
        fit_ensemble(X[:k], -Y[:k, 1], none, encoding, direction="minimise", seed=1),
    ]
    return front_outlook(fitted, X, X[:k], batch, seed=1)


def test_it_shrinks_as_the_front_is_known_and_holds() -> None:
    early, late = ahead(8), ahead(150)
    assert 0 <= late.gain < early.gain and 0 <= late.regret < early.regret
    for found, k in ((early, 8), (late, 150)):
        reference = reference_point(Y[:k], 0.5)
        true = hypervolume(Y, reference) / hypervolume(Y[:k], reference) - 1
        assert found.regret >= true, "the bound holds"
    assert late.gain < 0.05


def test_a_larger_batch_is_worth_more_and_the_same_call_says_the_same() -> None:
    assert ahead(12, 1).gain < ahead(12, 8).gain
    assert ahead(12) == ahead(12)
    assert ahead(12, 8).batch == 8
