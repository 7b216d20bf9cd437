"""The surrogate: a Gaussian process over the library, in the objective's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ._features import Features
from ._learner import valid
from ._torch import own_torch

if TYPE_CHECKING:
    from aichemist.chemistry._records import Direction

    from ._learner import Floats

# gpytorch forms the whole covariance of a chunk to read off its diagonal
_CHUNK = 1024


@frozen
class Surrogate:
    """A fitted Gaussian process. Values go in and come out in the objective's unit.

    Inside, targets are standardised and turned so that larger is better (``target = (sign * y - shift) / scale``).

    Attributes:
        noise_sd: standard deviation of one measurement about the true value, in the objective's unit.
        fitted: ``False`` when the hyperparameters could not be fitted and are those of the prior.
    """

    model: Any
    features: Features
    sign: float
    shift: float
    scale: float
    noise_sd: float
    fitted: bool

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the true value at ``points`` (``(n, d)``), each of shape ``(n,)``."""
        import numpy as np
        import torch

        means, sds = [], []
        with own_torch(0), torch.no_grad():
            for start in range(0, len(points), _CHUNK):
                found = self.model.posterior(self.tensor(points[start : start + _CHUNK]))
                means.append(found.mean.squeeze(-1).numpy())
                sds.append(found.variance.clamp_min(0).sqrt().squeeze(-1).numpy())
        mean = np.concatenate(means) if means else np.empty(0)
        sd = np.concatenate(sds) if sds else np.empty(0)
        return self.sign * (mean * self.scale + self.shift), sd * self.scale

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean ``(n,)`` and covariance ``(n, n)`` of the true values at ``points``; meant for a few hundred."""
        import torch

        with own_torch(0), torch.no_grad():
            found = self.model.posterior(self.tensor(points)).distribution
            mean, covariance = found.mean.numpy(), found.covariance_matrix.numpy()
        return self.sign * (mean * self.scale + self.shift), covariance * self.scale**2

    def tensor(self, points: Floats) -> Any:
        """Features of ``points`` as a double tensor."""
        import numpy as np
        import torch

        return torch.from_numpy(np.ascontiguousarray(self.features(points), dtype=np.float64))


def fit_surrogate(
    x: Floats, y: Floats, yvar: Floats, features: Features, *, direction: Direction, seed: int
) -> Surrogate:
    """Fit BoTorch's ``SingleTaskGP`` (squared exponential, one length per feature, priors that scale with the
    dimension: Hvarfner et al. 2024, arXiv:2402.02229) to the finite measurements.

    Noise: what the analysis reports (``yvar``) is the repeatability of reading one curve; it leaves out that two vials
    of one recipe differ. So the reported variances are taken as known and a common variance is learned on top.

    Raises:
        ValueError: there is no finite measurement.
    """
    import numpy as np

    x, y, yvar = valid(x, y, yvar)
    if len(y) == 0:
        raise ValueError("no finite measurement to fit to")
    sign = -1.0 if direction == "minimise" else 1.0
    shift = float(np.mean(sign * y))
    spread = float(np.std(y))
    scale = spread if spread > 1e-9 * max(1.0, abs(shift)) else max(float(np.sqrt(yvar.mean())), 1e-9)
    targets = (sign * y - shift) / scale
    with own_torch(seed):
        model, fitted = _fit(features(x), targets, yvar / scale**2)
    noise = float(_learned_noise(model)) + float(np.median(yvar)) / scale**2
    return Surrogate(model, features, sign, shift, scale, float(np.sqrt(noise)) * scale, fitted)


def _fit(inputs: Floats, targets: Floats, variances: Floats) -> tuple[Any, bool]:
    """A fitted model, or the unfitted one when the fit fails or ends in a matrix that cannot be factorised."""
    import torch
    from botorch.fit import fit_gpytorch_mll
    from gpytorch.mlls import ExactMarginalLogLikelihood

    model = _model(inputs, targets, variances)
    try:
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        with torch.no_grad():
            found = model.posterior(model.train_inputs[0])
            if bool(torch.isfinite(found.mean).all() and torch.isfinite(found.variance).all()):
                return model, True
    except Exception:  # noqa: S110 - botorch, gpytorch and torch each have errors of their own for this
        pass
    # A tenth of the variance as noise keeps the matrix well conditioned whatever the points are.
    return _model(inputs, targets, variances + 0.1).eval(), False


def _model(inputs: Floats, targets: Floats, variances: Floats) -> Any:
    import numpy as np
    import torch
    from botorch.models import SingleTaskGP
    from gpytorch.constraints import GreaterThan
    from gpytorch.likelihoods import FixedNoiseGaussianLikelihood
    from gpytorch.priors import LogNormalPrior

    x = torch.from_numpy(np.ascontiguousarray(inputs, dtype=np.float64))
    y = torch.from_numpy(np.ascontiguousarray(targets, dtype=np.float64))[:, None]
    if not (variances > 0).any():
        return SingleTaskGP(x, y, outcome_transform=None)
    prior = LogNormalPrior(loc=-4.0, scale=1.0)  # BoTorch's own for inferred noise
    likelihood = FixedNoiseGaussianLikelihood(
        noise=torch.from_numpy(np.maximum(variances, 1e-6)),
        learn_additional_noise=True,
        noise_prior=prior,
        noise_constraint=GreaterThan(1e-4, transform=None, initial_value=prior.mode),
    )
    return SingleTaskGP(x, y, likelihood=likelihood, outcome_transform=None)


def _learned_noise(model: Any) -> Any:
    likelihood = model.likelihood
    second = getattr(likelihood, "second_noise_covar", None)
    noise = likelihood.noise if second is None else second.noise
    return noise.detach().mean().item()
