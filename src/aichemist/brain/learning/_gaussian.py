"""Gaussian processes as members of the ensemble."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from ._member import Member
from ._torch import own_torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kernel = Literal["smooth", "rough"]
# gpytorch forms the whole covariance of a chunk to read off its diagonal
_CHUNK = 1024
#: hyperparameters are fitted to at most this many measurements, then all are conditioned on
_FIT_TO = 300


class GaussianMember(Member):
    """BoTorch's ``SingleTaskGP`` with one length per feature and priors that scale with the dimension (Hvarfner et al.
    2024, arXiv:2402.02229); ``smooth`` is the squared exponential, ``rough`` Matern 5/2.

    Noise: what the analysis reports is the repeatability of reading one signal; it leaves out that two vials of one
    recipe differ. So the reported variances are taken as known and a common variance is learnt on top.

    Args:
        prior: mean of the target at points; the process models what is left of it.
        prior_left_out: shape ``(k,)``, what the prior would say of each measurement had it not seen it.
        linear: the last so many features act linearly, added to a process over the others.
        blur: variance of the (one) linear feature at points, ``(n,)``, where it is only foretold.
    """

    def __init__(
        self,
        name: str,
        kernel: Kernel,
        features: Callable[[Floats], Floats],
        x: Floats,
        y: Floats,
        yvar: Floats,
        *,
        seed: int,
        prior: Callable[[Floats], Floats] | None = None,
        prior_left_out: Floats | None = None,
        source: str = "",
        linear: int = 0,
        blur: Callable[[Floats], Floats] | None = None,
    ) -> None:
        import numpy as np

        self.source, self._blur = source, blur
        self.name, self._features, self._prior, self._x = name, features, prior, x
        self._prior_left_out = prior_left_out
        residual = y - prior(x) if prior is not None else y
        with own_torch(seed):
            self._model, self.fitted = _fitted(kernel, features(x), residual, yvar, linear)
        self.slope = _slope(self._model) if linear else 0.0
        self._noise = _noise_of(self._model, len(y))
        self.noise = float(np.median(self._noise))

    @property
    def model(self) -> Any:
        """The BoTorch model; its inputs are features."""
        return self._model

    def tensor(self, points: Floats) -> Any:
        """Features of ``points`` as the model takes them, a double tensor."""
        return _tensor(self._features(points))

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        import numpy as np
        import torch

        means, variances = [], []
        with own_torch(0), torch.no_grad():
            for start in range(0, len(points), _CHUNK):
                found = self._model.posterior(_tensor(self._features(points[start : start + _CHUNK])))
                means.append(found.mean.squeeze(-1).numpy())
                variances.append(found.variance.clamp_min(0).squeeze(-1).numpy())
        mean = np.concatenate(means) if means else np.empty(0)
        variance = np.concatenate(variances) if variances else np.empty(0)
        return self._lifted(points, mean), variance + self._blurred(points)

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        import torch

        with own_torch(0), torch.no_grad():
            found = self._model.posterior(_tensor(self._features(points))).distribution
            mean, covariance = found.mean.numpy(), found.covariance_matrix.numpy()
        if self._blur is not None:
            import numpy as np

            covariance = covariance + np.diag(self._blurred(points))
        return self._lifted(points, mean), covariance

    def left_out(self) -> tuple[Floats, Floats]:
        """Leave-one-out in closed form (Rasmussen and Williams 2006, eq. 5.12), hyperparameters kept."""
        import numpy as np
        import torch

        with own_torch(0), torch.no_grad():
            inputs = self._model.train_inputs[0]
            covariance = self._model.covar_module(inputs).to_dense().numpy()
            centre = self._model.mean_module(inputs).numpy()
        inverse = np.linalg.inv(covariance + np.diag(self._noise))
        targets = self._model.train_targets.numpy()
        variance = 1 / np.diag(inverse)
        mean = targets - (inverse @ (targets - centre)) * variance
        if self._prior_left_out is not None:
            return mean + self._prior_left_out, variance
        return self._lifted(self._x, mean), variance

    def _blurred(self, points: Floats) -> Floats | float:
        return 0.0 if self._blur is None else self.slope**2 * self._blur(points)

    def _lifted(self, points: Floats, mean: Floats) -> Floats:
        return mean if self._prior is None else mean + self._prior(points)


def _fitted(kernel: Kernel, inputs: Floats, targets: Floats, variances: Floats, linear: int = 0) -> tuple[Any, bool]:
    """A fitted model, or the unfitted one when the fit fails or ends in a matrix that cannot be factorised."""
    import numpy as np
    import torch
    from botorch.fit import fit_gpytorch_mll
    from gpytorch.mlls import ExactMarginalLogLikelihood

    few = slice(None)
    if len(targets) > _FIT_TO:
        # the best third whole, the rest at random: the fit should be right where the search is
        best = np.argsort(-targets, kind="stable")[: _FIT_TO // 3]
        rest = np.setdiff1d(np.arange(len(targets)), best)
        drawn = np.random.default_rng(len(targets)).choice(rest, _FIT_TO - len(best), replace=False)
        few = np.sort(np.concatenate([best, drawn]))  # type: ignore[assignment]
    model = _model(kernel, inputs[few], targets[few], variances[few], linear)
    try:
        likelihood = ExactMarginalLogLikelihood(model.likelihood, model)
        fit_gpytorch_mll(likelihood, optimizer_kwargs={"options": {"maxiter": 100}})
        if len(targets) > _FIT_TO:
            whole = _model(kernel, inputs, targets, variances, linear)
            state = {k: v for k, v in model.state_dict().items() if not k.startswith("likelihood.noise_covar.noise")}
            whole.load_state_dict(state, strict=False)
            model = whole.eval()
        with torch.no_grad():
            found = model.posterior(model.train_inputs[0][:50])
            if bool(torch.isfinite(found.mean).all() and torch.isfinite(found.variance).all()):
                return model, True
    except Exception:  # noqa: S110 - botorch, gpytorch and torch each have errors of their own for this
        pass
    # A tenth of the variance as noise keeps the matrix well conditioned whatever the points are.
    return _model(kernel, inputs, targets, variances + 0.1, linear).eval(), False


def _model(kernel: Kernel, inputs: Floats, targets: Floats, variances: Floats, linear: int = 0) -> Any:
    import numpy as np
    from botorch.models import SingleTaskGP
    from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
    from gpytorch.constraints import GreaterThan
    from gpytorch.kernels import LinearKernel
    from gpytorch.likelihoods import FixedNoiseGaussianLikelihood
    from gpytorch.priors import LogNormalPrior

    x, y = _tensor(inputs), _tensor(targets)[:, None]
    own = x.shape[1] - linear
    covariance = get_covar_module_with_dim_scaled_prior(
        ard_num_dims=own, use_rbf_kernel=kernel == "smooth", active_dims=list(range(own)) if linear else None
    )
    if linear:
        # the other process has variance one: a slope that explains as much is as likely as one that explains little
        slopes = LinearKernel(
            variance_prior=LogNormalPrior(-1.0, 1.0), active_dims=list(range(own, x.shape[1]))
        )  # fmt: skip
        slopes.variance = 0.3
        covariance = covariance + slopes
    if not (variances > 0).any():
        return SingleTaskGP(x, y, covar_module=covariance, outcome_transform=None)
    prior = LogNormalPrior(loc=-4.0, scale=1.0)  # BoTorch's own for inferred noise
    likelihood = FixedNoiseGaussianLikelihood(
        noise=_tensor(np.maximum(variances, 1e-6)),
        learn_additional_noise=True,
        noise_prior=prior,
        noise_constraint=GreaterThan(1e-4, transform=None, initial_value=prior.mode),
    )
    return SingleTaskGP(x, y, likelihood=likelihood, covar_module=covariance, outcome_transform=None)


def _slope(model: Any) -> float:
    """Posterior mean of the coefficient of the (one) linear feature: ``v z' (K + N)^-1 (y - m)``."""
    import torch

    with torch.no_grad():
        inputs, targets = model.train_inputs[0], model.train_targets
        covariance = model.likelihood(model(inputs) if model.training else model.forward(inputs)).covariance_matrix
        weights = torch.linalg.solve(covariance, targets - model.mean_module(inputs))
        variance = model.covar_module.kernels[1].variance.squeeze()
        return float(variance * inputs[:, -1] @ weights)


def _noise_of(model: Any, n: int) -> Floats:
    import numpy as np

    likelihood = model.likelihood
    known = likelihood.noise.detach().numpy().ravel()
    second = getattr(likelihood, "second_noise_covar", None)
    if second is None:
        return np.broadcast_to(known, n).astype(float)
    total: Floats = likelihood.noise_covar.noise.detach().numpy().ravel() + second.noise.detach().numpy().ravel()
    return total


def _tensor(values: Floats) -> Any:
    import numpy as np
    import torch

    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64))
