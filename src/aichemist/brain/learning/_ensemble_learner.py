"""The default learner: an ensemble weighted by evidence, and a batch by upper bounds that fall with the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from aichemist.chemistry import Prediction

from ._bound import batch_by_bound, optimism, shortlist
from ._chance import chance_of
from ._ensemble import Ensemble, fit_ensemble
from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick
from ._space_filling import spread_out
from ._target import Distance, nearest_to_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._chance import Chance
    from ._problem import Problem


@frozen
class EnsembleLearner(Learner):
    """Gaussian processes and trees, weighted by how they predict what they have not seen.

    A single process with plain expected improvement stalls where its length scales are wrong; trees alone are slow on
    smooth responses. The mixture is seldom far behind the better of the two.

    Attributes:
        size: how many candidates, best by mean + k sd, reach the batch step.
    """

    size: int = 250

    name: ClassVar[str] = "ensemble"
    hits_targets: ClassVar[bool] = True

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np

        if problem.y.shape[1] > 1:
            from ._hypervolume import pick_by_hypervolume

            return pick_by_hypervolume(problem)
        target = problem.targets[0] if problem.targets else None
        candidates = problem.candidates
        fresh, tried = problem.fresh_and_tried()
        taken = np.vstack([problem.x, problem.pending])
        worked = np.isfinite(problem.y[:, 0])
        if worked.sum() < FEWEST_TO_LEARN_FROM or np.ptp(problem.y[worked, 0]) == 0:
            return spread_out(problem, taken, fresh, tried)
        encoding = problem.encoded()
        try:
            ensemble = fit_ensemble(
                problem.x, problem.y[:, 0], problem.yvar[:, 0], encoding, direction=problem.modelled()[0],
                seed=problem.seed, theory=problem.theory, earlier=problem.earlier_of(0),
            )  # fmt: skip
            chance = chance_of(encoding.plain, problem.x, worked, seed=problem.seed)
            picked: list[int] = []
            for allowed in (fresh, tried):
                wanted = min(problem.n - len(picked), len(allowed))
                if wanted <= 0:
                    continue
                if target is None:
                    picked += self._by_bound(problem, ensemble, chance, allowed, picked, wanted)
                else:
                    picked += nearest_to_target(problem, Distance(ensemble, target), chance, allowed, picked, wanted)
            mean, sd = ensemble.predict(candidates[picked])
        except Exception:
            # A campaign must not stop because a matrix could not be factorised: spread the batch out instead.
            return spread_out(problem, taken, fresh, tried)
        sd = np.sqrt(sd**2 + ensemble.noise_sd**2)
        return [
            Pick(i, "acquisition", Prediction(float(m), float(s))) for i, m, s in zip(picked, mean, sd, strict=True)
        ]

    def _by_bound(
        self, problem: Problem, ensemble: Ensemble, chance: Chance | None, allowed: NDArray[np.int64],
        picked: list[int], wanted: int,
    ) -> list[int]:  # fmt: skip
        import numpy as np

        candidates = problem.candidates
        k = optimism(problem.progress, problem.batches)
        rows = allowed[shortlist(ensemble, candidates[allowed], k, max(self.size, 3 * wanted))]
        busy = np.vstack([problem.pending, candidates[picked]])
        points = np.vstack([busy, candidates[rows]])
        mean, covariance = ensemble.joint(points)
        cost = None
        if problem.cost is not None:
            cost = np.concatenate([np.ones(len(busy)), problem.cost[rows]])
        seen = problem.y[np.isfinite(problem.y[:, 0]), 0]
        chosen = batch_by_bound(
            ensemble.sign * mean, covariance, ensemble.noise_sd**2, wanted, k, waiting=len(busy),
            worst=float(np.min(ensemble.sign * seen)),
            chance=None if chance is None else chance(points), cost=cost,
        )  # fmt: skip
        return [int(rows[i - len(busy)]) for i in chosen]
