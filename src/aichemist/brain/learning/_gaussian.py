"""Gaussian processes as members of the ensemble."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._member import Member
from ._process import Kernel, Process, fit_process

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: hyperparameters are fitted to at most this many measurements, then all are conditioned on
_FIT_TO = 300
#: with more measurements than this the likeliest hyperparameters are taken for the true ones
_SETTLED = 150


class GaussianMember(Member):
    """A ``Process`` over features of recipes; the same as BoTorch's ``SingleTaskGP``.

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
        self._prior_left_out, self._variances = prior_left_out, yvar
        residual = y - prior(x) if prior is not None else y
        self._process, self.fitted = fit_process(
            kernel, np.ascontiguousarray(features(x)), residual, yvar, linear=linear, rows=_fit_to(residual)
        )
        self.slope = self._process.slope if linear else 0.0
        self.noise = float(np.median(self._process.noise))

    @cached_property
    def model(self) -> Any:
        """The same as a BoTorch ``SingleTaskGP``; its inputs are features."""
        from ._torch import own_torch

        with own_torch(0):
            return as_botorch(self._process, self._variances)

    def tensor(self, points: Floats) -> Any:
        """Features of ``points`` as the model takes them, a double tensor."""
        return _tensor(self._features(points))

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        mean, variance = self._process.predict(self._features(points))
        return self._lifted(points, mean), variance + self._blurred(points)

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        import numpy as np

        mean, covariance = self._process.joint(self._features(points))
        if self._blur is not None:
            covariance = covariance + np.diag(self._blur(points) * self.slope**2)
        return self._lifted(points, mean), covariance

    def draw(self, points: Floats, n: int, rng: np.random.Generator) -> Floats:
        """With hyperparameters drawn as well, where few measurements leave them open."""
        from ._posterior import Posterior

        plain = self._prior is None and self._blur is None and not self._process.linear
        if not plain or not self.fitted or len(self._process.targets) > _SETTLED:
            return super().draw(points, n, rng)
        return Posterior(self._process, self._variances, rng).draw(self._features(points), n, rng)

    def left_out(self) -> tuple[Floats, Floats]:
        mean, variance = self._process.left_out()
        if self._prior_left_out is not None:
            return mean + self._prior_left_out, variance
        return self._lifted(self._x, mean), variance

    def _blurred(self, points: Floats) -> Floats | float:
        return 0.0 if self._blur is None else self.slope**2 * self._blur(points)

    def _lifted(self, points: Floats, mean: Floats) -> Floats:
        return mean if self._prior is None else mean + self._prior(points)


def _fit_to(targets: Floats) -> Floats | None:
    """Of many rows the best third of those that hyperparameters are fitted to, the rest at random: the fit should be
    right where the search is."""
    import numpy as np

    if len(targets) <= _FIT_TO:
        return None
    best = np.argsort(-targets, kind="stable")[: _FIT_TO // 3]
    rest = np.setdiff1d(np.arange(len(targets)), best)
    drawn = np.random.default_rng(len(targets)).choice(rest, _FIT_TO - len(best), replace=False)
    rows: Floats = np.sort(np.concatenate([best, drawn]))
    return rows


def as_botorch(process: Process, variances: Floats) -> Any:
    """A process as a BoTorch model with the same hyperparameters, for BoTorch's acquisition functions."""
    import numpy as np
    from botorch.models import SingleTaskGP
    from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
    from gpytorch.constraints import GreaterThan
    from gpytorch.likelihoods import FixedNoiseGaussianLikelihood

    x, y = _tensor(process.inputs), _tensor(process.targets)[:, None]
    covariance = get_covar_module_with_dim_scaled_prior(
        ard_num_dims=x.shape[1], use_rbf_kernel=process.kernel == "smooth"
    )
    if (variances > 0).any():
        likelihood = FixedNoiseGaussianLikelihood(
            noise=_tensor(np.maximum(process.noise - process.extra, 1e-6)), learn_additional_noise=True,
            noise_constraint=GreaterThan(1e-6, transform=None, initial_value=1e-2),
        )  # fmt: skip
        model = SingleTaskGP(x, y, likelihood=likelihood, covar_module=covariance, outcome_transform=None)
        likelihood.second_noise_covar.noise = process.extra
    else:
        model = SingleTaskGP(x, y, covar_module=covariance, outcome_transform=None)
        model.likelihood.noise = process.extra
    model.covar_module.lengthscale = _tensor(process.lengths)
    model.mean_module.constant = process.mean
    return model.eval()


def _tensor(values: Floats) -> Any:
    import numpy as np
    import torch

    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64))
