"""What more experiments are worth: reasons to stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ._diagnostics import surrogate_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Observation, Space
    from aichemist.chemistry._records import Direction

    from .learning._ensemble import Ensemble
    from .learning._theory import Theory
    from .learning._transfer import Earlier

    Floats = NDArray[np.float64]

_SAMPLES = 512
_SHORTLIST = 300
#: of a normal distribution, two-sided 95 %
_Z95 = 1.96


@frozen
class Outlook:
    """What is still to be had, in the unit of the observations, as the surrogate sees it.

    Attributes:
        gain: expected improvement of the best recipe's true value by a further batch, if that batch could be chosen
            with hindsight among the most promising recipes: an upper estimate.
        regret: with 95 % for each recipe taken alone, no recipe is better than the best measured one by more than this.
        batch: how many experiments ``gain`` is for.
    """

    gain: float
    regret: float
    batch: int


def look_ahead(
    space: Space, observations: Sequence[Observation], batch: int, *, direction: Direction, seed: int,
    theory: Theory | None = None, earlier: Sequence[Earlier] = (),
) -> Outlook | None:  # fmt: skip
    """The outlook of a campaign; ``None`` with fewer than 4 valid observations."""
    from .learning._learner import measurements, valid

    fitted = surrogate_of(space, observations, direction=direction, seed=seed, theory=theory, earlier=earlier)
    if fitted is None:
        return None
    x, _, _ = valid(*measurements(space, observations))
    return outlook(*fitted, x, batch, seed=seed)


def outlook(
    ensemble: Ensemble, library: Floats, measured: Floats, batch: int, *, seed: int,
    target: float | None = None, left: float = math.inf,
) -> Outlook:  # fmt: skip
    """Look ahead from a fitted surrogate.

    ``gain`` is the mean over joint samples of ``max(0, best of the batch - best measured)``, the batch being the
    recipes most often best in other samples; ``regret`` is the largest upper bound less the best lower bound among the
    measured (the simple regret bound of Srinivas et al. 2010, arXiv:0912.3995, with a fixed width).

    Args:
        library: shape ``(n, d)``, the recipes that may be tried.
        measured: shape ``(k, d)``, those that were.
        target: a value to hit; better is then nearer to it.
        left: no recipe can be better than the best measured by more than this.
    """
    import numpy as np

    def worth(values: Floats) -> Floats:
        result: Floats = ensemble.sign * values if target is None else -np.abs(values - target)
        return result

    mean, sd = ensemble.predict(library)
    upper = worth(mean) + _Z95 * sd
    if target is not None:
        upper = np.minimum(upper, 0.0)
    own_mean, own_sd = ensemble.predict(np.unique(measured, axis=0))
    low = float((worth(own_mean) - _Z95 * own_sd).max())
    regret = min(left, max(0.0, float(upper.max()) - low))
    few = np.argsort(-upper, kind="stable")[:_SHORTLIST]
    best = np.unique(measured, axis=0)[np.argsort(-worth(own_mean), kind="stable")[:20]]
    joint_mean, covariance = ensemble.joint(np.vstack([best, library[few]]))
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = np.random.default_rng(abs(seed)).standard_normal((2 * _SAMPLES, len(root))) @ root.T
    if target is None:
        drawn += ensemble.sign * joint_mean
    else:
        drawn = worth(drawn + joint_mean)
    have, may = drawn[:, : len(best)], drawn[:, len(best) :]
    # chosen on one half of the samples, valued on the other
    wins = np.bincount(may[:_SAMPLES].argmax(axis=1), minlength=len(few))
    chosen = np.argsort(-wins, kind="stable")[:batch]
    # what is thought best now is what would be used now
    gain = np.maximum(may[_SAMPLES:, chosen].max(axis=1) - have[_SAMPLES:, 0], 0.0).mean()
    return Outlook(min(left, float(gain)), regret, batch)
