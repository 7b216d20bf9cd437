"""The plain baseline: a Gaussian process on the raw inputs and analytic expected improvement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aichemist.chemistry import Prediction

from ._features import Features
from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, fresh_and_tried, valid
from ._space_filling import space_filling
from ._surrogate import Surrogate, fit_surrogate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry._records import Direction

    from ._learner import Floats

_SHORTLIST = 500


class GPExpectedImprovement(Learner):
    """Expected improvement over the best reading (Jones et al. 1998), greedy, the surrogate believing its own mean for
    what is pending (kriging believer: Ginsbourger et al. 2010). Inputs as they are, reported uncertainties unused."""

    name: ClassVar[str] = "gp_ei"

    def propose_from(
        self,
        candidates: Floats,
        x: Floats,
        y: Floats,
        yvar: Floats,
        pending: Floats,
        n: int,
        *,
        direction: Direction,
        seed: int,
    ) -> list[Pick]:
        import numpy as np

        fresh, tried = fresh_and_tried(candidates, x, pending)
        good_x, good_y, _ = valid(x, y, yvar)
        taken = np.vstack([x, pending])
        origin_rows: list[int] = []
        if len(good_y) >= FEWEST_TO_LEARN_FROM:
            try:
                plain = Features(False, np.zeros(candidates.shape[1]), np.ones(candidates.shape[1]))
                features = plain if Features.of(candidates).composition else Features.of(candidates)
                none = np.zeros(len(good_y))
                surrogate = fit_surrogate(good_x, good_y, none, features, direction=direction, seed=seed)
                best = float((surrogate.sign * good_y).max())
                for allowed in (fresh, tried):
                    wanted = min(n - len(origin_rows), len(allowed))
                    busy = np.vstack([pending, candidates[origin_rows]])
                    origin_rows += _greedy(surrogate, candidates, allowed, busy, best, wanted)
                mean, sd = surrogate.predict(candidates[origin_rows])
            except Exception:
                origin_rows = []
            else:
                sd = np.sqrt(sd**2 + surrogate.noise_sd**2)
                return [
                    Pick(i, "acquisition", Prediction(float(m), float(s)))
                    for i, m, s in zip(origin_rows, mean, sd, strict=True)
                ]
        rows = space_filling(candidates, n, fresh, seed, taken=taken)
        rows += space_filling(candidates, n - len(rows), tried, seed)
        return [Pick(i, "initial") for i in rows]


def _greedy(
    surrogate: Surrogate,
    candidates: Floats,
    allowed: NDArray[np.int64],
    pending: Floats,
    best: float,
    n: int,
) -> list[int]:
    import numpy as np

    if n <= 0:
        return []
    mean, sd = surrogate.predict(candidates[allowed])
    score = _expected_improvement(surrogate.sign * mean, sd, best)
    rows = allowed[np.argsort(-score, kind="stable")[: max(_SHORTLIST, 2 * n)]]
    # What is believed to be measured shrinks the covariance; the mean stays, since the belief is the mean itself.
    mean, covariance = surrogate.joint(np.vstack([pending, candidates[rows]]))
    mean = surrogate.sign * mean
    noise, waiting = surrogate.noise_sd**2, len(pending)
    chosen: list[int] = []
    for step in range(waiting + n):
        if step < waiting:
            at = step
        else:
            sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
            score = _expected_improvement(mean, sd, best)
            score[:waiting] = -np.inf
            score[[waiting + i for i in chosen]] = -np.inf
            at = int(score.argmax())
            chosen.append(at - waiting)
        best = max(best, float(mean[at]))
        covariance = covariance - np.outer(covariance[:, at], covariance[at]) / (covariance[at, at] + noise)
    return [int(rows[i]) for i in chosen]


def _expected_improvement(mean: Floats, sd: Floats, best: float) -> Floats:
    import numpy as np
    from scipy.special import ndtr

    sd = np.maximum(sd, 1e-12)
    z = (mean - best) / sd
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    result: Floats = sd * (z * ndtr(z) + density)
    return result
