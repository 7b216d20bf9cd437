"""Noisy expected improvement: pre-screen the whole library, then a batch acquisition over a shortlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from aichemist.chemistry import Prediction

from ._ensemble import Ensemble, fit_single
from ._gaussian import GaussianMember
from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, valid
from ._space_filling import spread_out
from ._torch import own_torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._problem import Problem

    Floats = NDArray[np.float64]


@frozen
class BotorchLearner(Learner):
    """Gaussian process and batch noisy expected improvement (log form: Ament et al. 2023, arXiv:2310.20708).

    A noise-aware acquisition asks how much better than the *true* best of what was measured a point may be. Plain
    expected improvement asks about the best *reading*, which is the luckiest one, and stalls around it.

    Attributes:
        shortlist: how many candidates, best by mean + ``optimism`` sd, reach the acquisition. Scoring them all by Monte
            Carlo takes a minute for 10,000, with the same choice in the end.
        samples: Monte Carlo samples of the acquisition.
    """

    shortlist: int = 200
    optimism: float = 1.0
    samples: int = 128

    name: ClassVar[str] = "botorch"
    objectives: ClassVar[tuple[int, int | None]] = (1, 1)
    targets: ClassVar[bool] = False

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np

        candidates, pending = problem.candidates, problem.pending
        fresh, tried = problem.fresh_and_tried()
        good_x, good_y, good_var = valid(problem.x, problem.y[:, 0], problem.yvar[:, 0])
        taken = np.vstack([problem.x, pending])
        if len(good_y) < FEWEST_TO_LEARN_FROM:
            return spread_out(problem, taken, fresh, tried)
        picked: list[int] = []
        try:
            surrogate = fit_single(
                good_x, good_y, good_var, problem.encoded(), direction=problem.directions[0], seed=problem.seed
            )
            for allowed in (fresh, tried):
                wanted = min(problem.n - len(picked), len(allowed))
                if wanted > 0:
                    busy = np.vstack([pending, candidates[picked]])
                    picked += self._acquire(surrogate, candidates, allowed, good_x, busy, wanted, problem.seed)
            mean, sd = surrogate.predict(candidates[picked])
        except Exception:
            # A campaign must not stop because a matrix could not be factorised: spread the batch out instead.
            return spread_out(problem, taken, fresh, tried)
        sd = np.sqrt(sd**2 + surrogate.noise_sd**2)
        return [
            Pick(i, "acquisition", Prediction(float(m), float(s))) for i, m, s in zip(picked, mean, sd, strict=True)
        ]

    def _acquire(
        self,
        surrogate: Ensemble,
        candidates: Floats,
        allowed: NDArray[np.int64],
        baseline: Floats,
        pending: Floats,
        n: int,
        seed: int,
    ) -> list[int]:
        """Greedy: one after the other, each knowing those before it as pending."""
        import numpy as np
        import torch
        from botorch.acquisition.logei import qLogNoisyExpectedImprovement
        from botorch.sampling import SobolQMCNormalSampler

        rows = self._screen(surrogate, candidates, allowed, n)
        process = surrogate.members[0]
        assert isinstance(process, GaussianMember)
        with own_torch(seed), torch.no_grad():
            options = process.tensor(candidates[rows])
            acquisition = qLogNoisyExpectedImprovement(
                process.model,
                process.tensor(baseline),
                sampler=SobolQMCNormalSampler(torch.Size([self.samples]), seed=abs(seed)),
                prune_baseline=True,
            )
            waiting = process.tensor(pending)
            chosen: list[int] = []
            for _ in range(n):
                if len(waiting) + len(chosen):
                    acquisition.set_X_pending(torch.cat([waiting, options[chosen]]))
                score = acquisition(options[:, None, :]).numpy()
                score = np.where(np.isfinite(score), score, -1e300)
                score[chosen] = -np.inf
                chosen.append(int(score.argmax()))
        return [int(rows[i]) for i in chosen]

    def _screen(self, surrogate: Ensemble, candidates: Floats, allowed: NDArray[np.int64], n: int) -> NDArray[np.int64]:
        import numpy as np

        size = max(self.shortlist, 4 * n)
        if len(allowed) <= size:
            return allowed
        mean, sd = surrogate.predict(candidates[allowed])
        hope = surrogate.sign * mean + self.optimism * sd
        return allowed[np.argsort(-hope, kind="stable")[:size]]
