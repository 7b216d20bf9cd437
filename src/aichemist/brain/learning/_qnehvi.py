"""A yardstick for several objectives: BoTorch's noisy expected hypervolume improvement on plain Gaussian processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aichemist.chemistry import Prediction

from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick
from ._space_filling import spread_out
from ._torch import own_torch, python_acquisition

if TYPE_CHECKING:
    from ._problem import Problem

_SHORTLIST = 200


class PlainHypervolume(Learner):
    """``qLogNoisyExpectedHypervolumeImprovement`` (Daulton et al. 2021; Ament et al. 2023) over one ``SingleTaskGP``
    for each objective with BoTorch's defaults, inputs scaled to their range, reported noise unused."""

    name: ClassVar[str] = "qnehvi"
    objectives: ClassVar[tuple[int, int | None]] = (2, None)
    targets: ClassVar[bool] = False

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np
        import torch
        from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import ModelListGP, SingleTaskGP
        from botorch.sampling import SobolQMCNormalSampler
        from gpytorch.mlls import SumMarginalLogLikelihood

        from ._hypervolume import reference_point

        candidates = problem.candidates
        fresh, tried = problem.fresh_and_tried()
        worked = np.isfinite(problem.y).all(axis=1)
        if worked.sum() < FEWEST_TO_LEARN_FROM:
            return spread_out(problem, np.vstack([problem.x, problem.pending]), fresh, tried)
        low = candidates.min(axis=0)
        span = np.where(candidates.max(axis=0) > low, candidates.max(axis=0) - low, 1.0)
        signs = np.array([-1.0 if d == "minimise" else 1.0 for d in problem.directions])
        y = signs * problem.y[worked]
        centre, spread = y.mean(axis=0), np.where(y.std(axis=0) > 0, y.std(axis=0), 1.0)

        def tensor(points: np.ndarray) -> torch.Tensor:
            return torch.from_numpy(np.ascontiguousarray((points - low) / span))

        allowed = fresh if len(fresh) >= problem.n else np.concatenate([fresh, tried])
        with own_torch(problem.seed), python_acquisition():
            inputs = tensor(problem.x[worked])
            targets = torch.from_numpy((y - centre) / spread)
            models = [SingleTaskGP(inputs, targets[:, j : j + 1], outcome_transform=None) for j in range(y.shape[1])]
            model = ModelListGP(*models)
            fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
            with torch.no_grad():
                if len(allowed) > _SHORTLIST:
                    found = model.posterior(tensor(candidates[allowed]))
                    hope = (found.mean + found.variance.sqrt()).sum(dim=1).numpy()
                    allowed = allowed[np.argsort(-hope, kind="stable")[:_SHORTLIST]]
                acquisition = qLogNoisyExpectedHypervolumeImprovement(
                    model,
                    ref_point=torch.from_numpy(reference_point(targets.numpy())),
                    X_baseline=inputs,
                    sampler=SobolQMCNormalSampler(torch.Size([128]), seed=abs(problem.seed)),
                    prune_baseline=True,
                )
                options, waiting = tensor(candidates[allowed]), tensor(problem.pending)
                chosen: list[int] = []
                for _ in range(min(problem.n, len(allowed))):
                    if len(waiting) + len(chosen):
                        acquisition.set_X_pending(torch.cat([waiting, options[chosen]]))
                    score = np.nan_to_num(acquisition(options[:, None, :]).numpy(), nan=-1e300, neginf=-1e300)
                    score[chosen] = -np.inf
                    chosen.append(int(score.argmax()))
                found = model.posterior(options[chosen])
                mean = signs * (found.mean.numpy() * spread + centre)
                sd = found.variance.sqrt().numpy() * spread
        picks = []
        for i, at in enumerate(chosen):
            said = [Prediction(float(m), float(s)) for m, s in zip(mean[i], sd[i], strict=True)]
            picks.append(Pick(int(allowed[at]), "acquisition", said[0], tuple(said[1:])))
        return picks
