"""The default learner: pre-screen the whole library, then a noise-aware batch acquisition over a shortlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from aichemist.chemistry import Prediction

from ._features import Features
from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, fresh_and_tried, valid
from ._space_filling import space_filling
from ._surrogate import Surrogate, fit_surrogate
from ._torch import own_torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry._records import Direction

    from ._learner import Floats


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
        good_x, good_y, good_var = valid(x, y, yvar)
        taken = np.vstack([x, pending])
        if len(good_y) < FEWEST_TO_LEARN_FROM:
            rows = space_filling(candidates, n, fresh, seed, taken=taken)
            rows += space_filling(candidates, n - len(rows), tried, seed)
            return [Pick(i, "initial") for i in rows]
        picked: list[int] = []
        surrogate = None
        try:
            surrogate = fit_surrogate(good_x, good_y, good_var, Features.of(candidates), direction=direction, seed=seed)
            for allowed in (fresh, tried):
                wanted = min(n - len(picked), len(allowed))
                if wanted > 0:
                    busy = np.vstack([pending, candidates[picked]])
                    picked += self._acquire(surrogate, candidates, allowed, good_x, busy, wanted, seed)
            mean, sd = surrogate.predict(candidates[picked])
        except Exception:
            # A campaign must not stop because a matrix could not be factorised: spread the batch out instead.
            rest = fresh[~np.isin(fresh, picked)]
            picked += space_filling(candidates, n - len(picked), rest, seed, taken=taken)
            again = tried[~np.isin(tried, picked)]
            picked += space_filling(candidates, n - len(picked), again, seed)
            return [Pick(i, "initial") for i in picked]
        sd = np.sqrt(sd**2 + surrogate.noise_sd**2)
        return [
            Pick(i, "acquisition", Prediction(float(m), float(s))) for i, m, s in zip(picked, mean, sd, strict=True)
        ]

    def _acquire(
        self,
        surrogate: Surrogate,
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
        with own_torch(seed), torch.no_grad():
            options = surrogate.tensor(candidates[rows])
            acquisition = qLogNoisyExpectedImprovement(
                surrogate.model,
                surrogate.tensor(baseline),
                sampler=SobolQMCNormalSampler(torch.Size([self.samples]), seed=abs(seed)),
                prune_baseline=True,
            )
            waiting = surrogate.tensor(pending)
            chosen: list[int] = []
            for _ in range(n):
                if len(waiting) + len(chosen):
                    acquisition.set_X_pending(torch.cat([waiting, options[chosen]]))
                score = acquisition(options[:, None, :]).numpy()
                score = np.where(np.isfinite(score), score, -1e300)
                score[chosen] = -np.inf
                chosen.append(int(score.argmax()))
        return [int(rows[i]) for i in chosen]

    def _screen(
        self, surrogate: Surrogate, candidates: Floats, allowed: NDArray[np.int64], n: int
    ) -> NDArray[np.int64]:
        import numpy as np

        size = max(self.shortlist, 4 * n)
        if len(allowed) <= size:
            return allowed
        mean, sd = surrogate.predict(candidates[allowed])
        hope = surrogate.sign * mean + self.optimism * sd
        return allowed[np.argsort(-hope, kind="stable")[:size]]
