"""The process in closed form is BoTorch's, and two fidelities know how to use a cheap one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from aichemist.brain.learning import Encoding, Theory, fit_ensemble
from aichemist.brain.learning._fidelity import two_fidelities
from aichemist.brain.learning._gaussian import as_botorch
from aichemist.brain.learning._process import _Loss, fit_process
from aichemist.chemistry import InputError

Floats = NDArray[np.float64]


def data(n: int = 40, seed: int = 0) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = rng.random((n, 3))
    y = np.sin(4 * x[:, 0]) + x[:, 1] ** 2 + 0.1 * rng.standard_normal(n)
    return x, (y - y.mean()) / y.std()


@pytest.mark.parametrize("kernel", ["smooth", "rough"])
def test_it_is_the_model_of_botorch(kernel: str) -> None:
    import torch
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
    from gpytorch.mlls import ExactMarginalLogLikelihood

    x, y = data()
    ours, found = fit_process(kernel, x, y, np.zeros(len(y)))  # type: ignore[arg-type]
    covariance = get_covar_module_with_dim_scaled_prior(ard_num_dims=3, use_rbf_kernel=kernel == "smooth")
    theirs = SingleTaskGP(
        torch.from_numpy(x), torch.from_numpy(y)[:, None], covar_module=covariance, outcome_transform=None
    )
    fit_gpytorch_mll(ExactMarginalLogLikelihood(theirs.likelihood, theirs))
    at = np.random.default_rng(1).random((9, 3))
    for model, near in ((theirs, 0.03), (as_botorch(ours, np.zeros(len(y))), 1e-6)):
        said = model.posterior(torch.from_numpy(at))
        mean, variance = ours.predict(at)
        assert np.allclose(mean, said.mean.detach().numpy().ravel(), atol=near)
        assert np.allclose(variance, said.variance.detach().numpy().ravel(), rtol=0.1 if near > 0.01 else 1e-4)
    assert found and np.allclose(np.diag(ours.joint(at)[1]), ours.predict(at)[1])


@pytest.mark.parametrize("kernel", ["smooth", "rough"])
def test_gradients_are_those_of_the_loss(kernel: str) -> None:
    x, y = data(15)
    loss = _Loss(kernel, x, y, np.full(15, 0.01), 2, 1.0)  # type: ignore[arg-type]
    at = np.array([-0.5, 0.3, -3.0, -1.2])
    _, gradient = loss(at)
    for i in range(4):
        step = np.eye(4)[i] * 1e-5
        assert gradient[i] == pytest.approx((loss(at + step)[0] - loss(at - step)[0]) / 2e-5, rel=1e-4, abs=1e-7)


def test_left_out_is_what_a_fit_without_the_point_says() -> None:
    x, y = data(12)
    process, _ = fit_process("smooth", x, y, np.zeros(12))
    mean, variance = process.left_out()
    cross = process.between(x[1:], x[:1])[:, 0]
    whole = process.between(x[1:], x[1:]) + np.diag(process.noise[1:])
    solved = np.linalg.solve(whole, np.stack([y[1:] - process.mean, cross], axis=1))
    assert mean[0] == pytest.approx(process.mean + cross @ solved[:, 0])
    assert variance[0] == pytest.approx(1 + process.noise[0] - cross @ solved[:, 1])


def bumpy(x: Floats) -> Floats:
    result: Floats = np.sin(9 * x[:, 0]) + np.cos(7 * x[:, 1])
    return result


def test_a_calculated_value_of_the_same_quantity_is_used() -> None:
    rng = np.random.default_rng(2)
    table, x, at = rng.random((300, 2)), rng.random((12, 2)), rng.random((100, 2))
    y = 2 * bumpy(x) + 0.5 * x[:, 0]
    encoding = Encoding.of(table)
    theory = Theory.learn(table, bumpy(table)[:, None], ("calculated",))
    assert theory.fidelity == 0
    cheap = theory.cheap(encoding)
    assert cheap is not None and cheap is theory.cheap(encoding)
    scale = y.std()
    member = two_fidelities(cheap, encoding, x, (y - y.mean()) / scale, np.zeros(12), seed=0)
    truth = (2 * bumpy(at) + 0.5 * at[:, 0] - y.mean()) / scale
    assert np.corrcoef(member.predict(at)[0], truth)[0, 1] > 0.97
    # what is in the table is known, what is not is foretold with a variance of its own
    assert np.allclose(cheap(table[:5])[1], 0) and (cheap(at)[1] > 0).all()
    ensemble = fit_ensemble(x, y, np.zeros(12), encoding, direction="maximise", seed=0, theory=theory)
    say = {m.name: w for m, w in zip(ensemble.members, ensemble.weights, strict=True)}
    assert say["two fidelities"] == max(say.values())


def test_a_nonsense_fidelity_loses_its_say() -> None:
    rng = np.random.default_rng(3)
    table, x = rng.random((200, 2)), rng.random((40, 2))
    theory = Theory.learn(table, rng.standard_normal((200, 2)), ("a", "b"), fidelity="b")
    ensemble = fit_ensemble(
        x, bumpy(x / 3), np.zeros(40), Encoding.of(table), direction="maximise", seed=0, theory=theory
    )
    own = sum(w for m, w in zip(ensemble.members, ensemble.weights, strict=True) if m.source == "theory")
    assert own < 0.6
    with pytest.raises(InputError, match="is no descriptor"):
        Theory.learn(table, rng.standard_normal((200, 2)), ("a", "b"), fidelity="c")


def test_calculations_are_asked_for_where_they_are_worth_it() -> None:
    from aichemist.brain import Aim, Planner, worth_calculating
    from aichemist.chemistry import Variables, continuous

    rng = np.random.default_rng(5)
    space = Variables((continuous("a", 0, 1, step=0.02), continuous("b", 0, 1, step=0.02)))
    pool = space.pool(3000, 0)
    table = pool[rng.choice(len(pool), 60, replace=False)]
    theory = Theory.learn(table, bumpy(table)[:, None], ("calculated",))
    planner = Planner(space, Aim("y", "maximise"), theory=theory)
    x = pool[rng.choice(len(pool), 20, replace=False)]
    planner.tell(x, 2 * bumpy(x) + 0.3 * x[:, 0])
    found = worth_calculating(planner, 5, 0.01)
    assert len(found) == 5 and all(0.01 < c.share <= 1 for c in found)
    assert not theory.lookup(np.array([c.point for c in found]))[0].any()
    assert not worth_calculating(planner, 5, 1.0)  # as dear as an experiment: none
    with pytest.raises(InputError, match="must be above 0"):
        worth_calculating(planner, 5, 0.0)
    with pytest.raises(InputError, match="measured quantity itself"):
        worth_calculating(Planner(space, Aim("y", "maximise")), 5, 0.01)
