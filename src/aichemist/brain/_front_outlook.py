"""What more experiments are worth where there are several objectives: the volume that a front dominates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from .learning._learner import FEWEST_TO_LEARN_FROM, together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Objective, Observation, Space

    from .learning._ensemble import Ensemble
    from .learning._theory import Theory
    from .learning._transfer import Earlier

    Floats = NDArray[np.float64]

_LIBRARY = 5000
#: how far below the front its volume counts, as in the choice of the batch
_BELOW = 0.5
#: of a normal distribution, two-sided 95 %
_Z95 = 1.96


@frozen
class FrontOutlook:
    """What is still to be had, as shares of the volume that the front of the measured recipes dominates.

    Attributes:
        gain: by how much a further batch is expected to widen it, if that batch could be chosen with hindsight among
            the most promising recipes: an upper estimate.
        regret: with 95 % for each recipe and objective taken alone, the whole space could not widen it by more than
            this.
        batch: how many experiments ``gain`` is for.
    """

    gain: float
    regret: float
    batch: int


def look_ahead_front(
    space: Space, observations: Sequence[Observation], objectives: Sequence[Objective], batch: int, *, seed: int,
    theory: Theory | None = None, earlier: Sequence[Earlier] = (),
) -> FrontOutlook | None:  # fmt: skip
    """The outlook of a campaign; ``None`` with fewer than 4 samples of which every objective is known."""
    import numpy as np

    from .learning._encoding import Encoding
    from .learning._hypervolume import fit_each

    x, y, yvar = together(space, observations, [o.name for o in objectives])
    whole = np.isfinite(y).all(axis=1) if len(y) else np.zeros(0, dtype=bool)
    if whole.sum() < FEWEST_TO_LEARN_FROM:
        return None
    encoding = Encoding.for_space(space)
    fitted = fit_each(
        x, y, yvar, encoding, [o.direction for o in objectives], seed=seed, theory=theory,
        earlier=[tuple(e for e in earlier if e.objective == o.name) for o in objectives],
    )  # fmt: skip
    return front_outlook(fitted, space.pool(_LIBRARY, seed), x[whole], batch, seed=seed)


def front_outlook(
    fitted: Sequence[Ensemble], library: Floats, measured: Floats, batch: int, *, seed: int
) -> FrontOutlook:
    """Look ahead from one fitted surrogate for each objective.

    Volumes are those of the believed true values, above a point half a front's range below the front. For ``gain`` the
    batch is built greedily on one half of joint samples and valued on the other; for ``regret`` every recipe has its
    upper bound in every objective, and the front is that of the lower bounds of what was measured.

    Args:
        library: shape ``(n, d)``, the recipes that may be tried.
        measured: shape ``(k, d)``, those that were.
    """
    import numpy as np

    from .learning._hypervolume import greedy, hypervolume, pareto, reference_point, samples, shortlist

    measured = np.unique(measured, axis=0)
    own = [e.predict(measured) for e in fitted]
    means = np.stack([e.sign * m for e, (m, _) in zip(fitted, own, strict=True)], axis=1)
    sds = np.stack([sd for _, sd in own], axis=1)
    reference = reference_point(means, _BELOW)
    have = max(hypervolume(means, reference), 1e-300)
    found = [e.predict(library) for e in fitted]
    hopes = np.stack([e.sign * m + _Z95 * sd for e, (m, sd) in zip(fitted, found, strict=True)], axis=1)
    regret = hypervolume(hopes, reference) - hypervolume(means - _Z95 * sds, reference)

    options = library[shortlist(fitted, library, seed)]
    known = measured[pareto(means + 2 * sds)]
    drawn = samples(fitted, np.vstack([known, options]), seed)
    shown, kept = np.split(drawn, 2)
    k = len(known)
    chosen = greedy(shown[:, :k], shown[:, k:], reference, min(batch, len(options)), None, seed)
    with_batch = [*range(k), *(k + i for i in chosen)]
    gain = np.mean([hypervolume(s[with_batch], reference) - hypervolume(s[:k], reference) for s in kept])
    return FrontOutlook(float(gain / have), float(max(0.0, regret) / have), batch)
