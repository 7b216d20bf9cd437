"""The plain baseline: a Gaussian process on the raw inputs and analytic expected improvement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aichemist.chemistry import Prediction

from ._encoding import Encoding
from ._ensemble import Ensemble, fit_single
from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, valid
from ._space_filling import spread_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._problem import Problem

    Floats = NDArray[np.float64]

_SHORTLIST = 500


class GPExpectedImprovement(Learner):
    """Expected improvement over the best reading (Jones et al. 1998), greedy, the surrogate believing its own mean for
    what is pending (kriging believer: Ginsbourger et al. 2010). Inputs as they are, reported uncertainties unused."""

    name: ClassVar[str] = "gp_ei"
    objectives: ClassVar[tuple[int, int | None]] = (1, 1)
    targets: ClassVar[bool] = False

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np

        candidates, pending = problem.candidates, problem.pending
        fresh, tried = problem.fresh_and_tried()
        good_x, good_y, _ = valid(problem.x, problem.y[:, 0], problem.yvar[:, 0])
        taken = np.vstack([problem.x, pending])
        if len(good_y) < FEWEST_TO_LEARN_FROM:
            return spread_out(problem, taken, fresh, tried)
        picked: list[int] = []
        try:
            none = np.zeros(len(good_y))
            surrogate = fit_single(
                good_x, good_y, none, _as_they_are(problem), direction=problem.directions[0], seed=problem.seed
            )
            best = float((surrogate.sign * good_y).max())
            for allowed in (fresh, tried):
                wanted = min(problem.n - len(picked), len(allowed))
                busy = np.vstack([pending, candidates[picked]])
                picked += _greedy(surrogate, candidates, allowed, busy, best, wanted)
            mean, sd = surrogate.predict(candidates[picked])
        except Exception:
            return spread_out(problem, taken, fresh, tried)
        sd = np.sqrt(sd**2 + surrogate.noise_sd**2)
        return [
            Pick(i, "acquisition", Prediction(float(m), float(s))) for i, m, s in zip(picked, mean, sd, strict=True)
        ]


def _as_they_are(problem: Problem) -> Encoding:
    """Fractions stay fractions; other numbers are scaled to their range, as every optimiser does."""
    import numpy as np

    encoding = problem.encoded()
    if not encoding.fractions:
        return encoding
    places = (*encoding.fractions, *encoding.numbers)
    none, one = np.zeros(len(encoding.fractions)), np.ones(len(encoding.fractions))
    return Encoding(
        (), places, np.concatenate([none, encoding.low]), np.concatenate([one, encoding.span]),
        np.concatenate([none.astype(bool), encoding.log]), encoding.categories,
    )  # fmt: skip


def _greedy(
    surrogate: Ensemble,
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
