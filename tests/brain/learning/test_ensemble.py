from __future__ import annotations

import numpy as np
import pytest

from aichemist.brain.learning import (
    Earlier,
    Encoding,
    Problem,
    Theory,
    fit_ensemble,
    hypervolume,
    load_learner,
    outliers,
    pareto,
)
from aichemist.brain.learning._bound import batch_by_bound, optimism
from aichemist.brain.learning._hypervolume import _improvement_of_many, _improvement_of_two
from aichemist.chemistry import InputError

NOTHING = np.empty((0, 3))


def grid(n: int = 400, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=(n, 3))


def smooth(x: np.ndarray) -> np.ndarray:
    return np.exp(-((x - [0.7, 0.3, 0.5]) ** 2).sum(axis=1) / 0.2)


def steps(x: np.ndarray) -> np.ndarray:
    return ((x[:, 0] > 0.5) * 1.0 + (x[:, 1] > 0.3) * (x[:, 2] > 0.6) * 2.0) - 0.5 * (x[:, 2] > 0.2)


@pytest.mark.parametrize("function", [smooth, steps])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_ensemble_is_seldom_far_behind_its_best_member(function, seed: int) -> None:  # type: ignore[no-untyped-def]
    x, new = grid(80, seed), grid(300, seed + 50)
    noise = 0.05 * np.random.default_rng(seed).normal(size=80)
    made = fit_ensemble(x, function(x) + noise, np.zeros(80), Encoding.of(x), direction="maximise", seed=seed)
    truth = function(new)
    mean, sd = made.predict(new)
    error = float(np.sqrt(((mean - truth) ** 2).mean()))
    own = []
    for member in made.members:
        value, _ = member.predict(new)
        own.append(float(np.sqrt(((made.sign * (value * made.scale + made.shift) - truth) ** 2).mean())))
    assert error < 1.25 * min(own), (error, own)
    assert (np.abs(mean - truth) < 1.96 * np.hypot(sd, made.noise_sd)).mean() > 0.5
    assert sum(made.weights) == pytest.approx(1.0)


def test_weights_go_to_what_foretells() -> None:
    x = grid(150, 4)
    on_smooth = fit_ensemble(x, smooth(x), np.zeros(150), Encoding.of(x), direction="maximise", seed=1)
    share = {m.name: w for m, w in zip(on_smooth.members, on_smooth.weights, strict=True)}
    assert share["trees"] < 0.1 < share["smooth"]


def test_covariance_and_variance_agree() -> None:
    x, new = grid(40, 5), grid(30, 6)
    made = fit_ensemble(x, steps(x), np.zeros(40), Encoding.of(x), direction="minimise", seed=1)
    mean, sd = made.predict(new)
    joint, covariance = made.joint(new)
    assert np.allclose(mean, joint, atol=1e-6)
    assert np.allclose(np.diag(covariance), sd**2, rtol=0.05, atol=1e-6)
    assert np.linalg.eigvalsh(covariance).min() > -1e-6


def test_an_outlier_is_flagged_and_kept() -> None:
    x = grid(60, 7)
    y = smooth(x) + 0.01 * np.random.default_rng(0).normal(size=60)
    y[13] += 3.0
    made = fit_ensemble(x, y, np.zeros(60), Encoding.of(x), direction="maximise", seed=1)
    assert outliers(made, y) == [13]
    assert len(made.left_out()[0]) == 60


def test_contradictory_replicates_become_noise() -> None:
    x = np.repeat(grid(15, 8), 2, axis=0)
    y = smooth(x) + np.tile([0.3, -0.3], 15)
    made = fit_ensemble(x, y, np.zeros(30), Encoding.of(x), direction="maximise", seed=1)
    assert 0.15 < made.noise_sd < 0.6
    mean, _ = made.predict(x[::2])
    assert np.abs(mean - smooth(x[::2])).mean() < 0.25, "between the two readings"


def test_optimism_falls_with_the_budget_and_the_first_pick_is_the_best_believed() -> None:
    assert optimism(0.0) > optimism(0.5) > optimism(1.0) == 0.0 < optimism(None)
    mean = np.array([0.0, 1.0, 0.5])
    assert batch_by_bound(mean, np.diag([100.0, 0.0, 1.0]), 0.1, 2, 2.0) == [1, 0]
    assert batch_by_bound(mean, np.diag([1.0, 1.0, 1.0]), 0.1, 3, 0.0) == [1, 2, 0]


def test_a_pick_is_not_asked_twice() -> None:
    """Two candidates that are nearly one: the second tells nothing new."""
    covariance = np.array([[1.0, 0.999, 0.0], [0.999, 1.0, 0.0], [0.0, 0.0, 0.8]])
    assert batch_by_bound(np.array([1.0, 0.99, 0.9]), covariance, 1e-4, 2, 1.0) == [0, 2]
    # the same holds for what is under way
    assert batch_by_bound(np.array([1.0, 0.99, 0.9]), covariance, 1e-4, 1, 1.0, waiting=1) == [2]


def test_cost_and_chance_weigh() -> None:
    mean, flat = np.array([1.0, 0.9]), np.eye(2) * 1e-6
    assert batch_by_bound(mean, flat, 0.1, 1, 0.0, worst=0.0, cost=np.array([3.0, 1.0])) == [1]
    assert batch_by_bound(mean, flat, 0.1, 1, 0.0, worst=0.0, chance=np.array([0.2, 0.9])) == [1]


def test_failed_corners_are_left() -> None:
    x = grid(300, 9)
    broken = x[:, 0] > 0.6
    tried = np.random.default_rng(1).choice(300, 40, replace=False)
    y = np.where(broken, np.nan, smooth(x))[tried]
    picks = load_learner("ensemble").propose_from(
        x, x[tried], y, np.zeros(40), NOTHING, 8, direction="maximise", seed=1, remaining=16
    )
    assert sum(broken[p.index] for p in picks) <= 2, "the optimum lies behind the border of what works"


def _walk(seed: int, **more: object) -> int:
    """Samples until the best 5 of 250 have been met."""
    x = grid(250, 100 + seed)
    f = smooth(x) + 0.02 * np.random.default_rng(seed).normal(size=250)
    best = set(np.argsort(-f)[:5].tolist())
    order = [int(i) for i in np.random.default_rng(seed).choice(250, 8, replace=False)]
    while not best <= set(order) and len(order) < 88:
        rows = np.array(order)
        order += [p.index for p in load_learner("ensemble").propose_from(
            x, x[rows], f[rows], np.zeros(len(rows)), NOTHING, 8, direction="maximise", seed=seed,
            remaining=96 - len(rows), **more,
        )]  # fmt: skip
    return len(order)


def test_nonsense_theory_and_transfer_cost_at_most_a_few_batches() -> None:
    rng = np.random.default_rng(3)
    table = np.vstack([grid(250, 100 + s) for s in range(2)])
    nonsense = Theory.learn(table, rng.normal(size=(500, 4)), seed=0)
    wrong = Earlier("wrong", grid(100, 60), rng.normal(size=100))
    plain = sum(_walk(s) for s in range(2))
    assert sum(_walk(s, theory=nonsense) for s in range(2)) <= plain + 2 * 16
    assert sum(_walk(s, earlier=(wrong,)) for s in range(2)) <= plain + 2 * 16


def test_theory_that_knows_is_listened_to() -> None:
    x = grid(40, 12)
    table = grid(600, 13)
    rough = np.sin(9 * table[:, :1]) + np.cos(8 * table[:, 1:2])
    theory = Theory.learn(
        np.vstack([table, x]), np.vstack([rough, np.sin(9 * x[:, :1]) + np.cos(8 * x[:, 1:2])]), seed=0
    )
    y = 2 * (np.sin(9 * x[:, 0]) + np.cos(8 * x[:, 1])) + 0.05 * np.random.default_rng(0).normal(size=40)
    made = fit_ensemble(x, y, np.zeros(40), Encoding.of(x), direction="maximise", seed=1, theory=theory)
    share = sum(w for m, w in zip(made.members, made.weights, strict=True) if m.source == "theory")
    assert share > 0.7
    plain = fit_ensemble(x, y, np.zeros(40), Encoding.of(x), direction="maximise", seed=1)
    new = table[:200]
    truth = 2 * (np.sin(9 * new[:, 0]) + np.cos(8 * new[:, 1]))

    def error(model) -> float:  # type: ignore[no-untyped-def]
        return float(np.sqrt(((model.predict(new)[0] - truth) ** 2).mean()))

    assert error(made) < 0.6 * error(plain)


def test_theory_fills_the_half_that_its_table_misses() -> None:
    table = grid(800, 14)
    values = table @ np.array([[1.0], [2.0], [-1.0]])
    values[::2] = np.nan
    theory = Theory.learn(table, values, ("energy",), seed=0)
    missed = theory.descriptors(table[::2])[:, 0] - (table @ np.array([1.0, 2.0, -1.0]))[::2]
    assert np.sqrt((missed**2).mean()) < 0.15
    assert np.allclose(theory.descriptors(table[1:4:2]), values[1:4:2])
    with pytest.raises(InputError, match="theory"):
        Theory.learn(table, np.full((800, 1), np.nan), seed=0)
    with pytest.raises(InputError, match="theory"):
        Theory.learn(table, np.ones((800, 1)), seed=0)


def test_earlier_campaigns_are_matched_by_name() -> None:
    x = np.array([[0.5, 0.5, 0.0], [0.1, 0.1, 0.8]])
    shared = Earlier.shared("old", ("Ni", "Fe", "Zn"), ("Fe", "Ni", "Co"), x, np.array([1.0, 2.0]))
    assert shared.x.tolist() == [[0.5, 0.5, 0.0]] and shared.y.tolist() == [1.0], "the second is mostly zinc"


def test_pareto_and_hypervolume() -> None:
    values = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [1.5, 1.5], [2.0, 2.0]])
    assert pareto(values).tolist() == [True, True, True, False, True]
    assert hypervolume(values, np.zeros(2)) == pytest.approx(6.0)
    assert hypervolume(values[:0], np.zeros(2)) == 0.0
    front = values[pareto(values)]
    new = np.array([[2.5, 2.5], [0.5, 0.5], [4.0, 0.5], [-1.0, 9.0]])
    gained = [hypervolume(np.vstack([front, p]), np.zeros(2)) - 6.0 for p in new]
    assert _improvement_of_two(front, new, np.zeros(2), 0) == pytest.approx(gained, abs=1e-9)
    assert _improvement_of_many(front, new[:3], np.zeros(2), 0) == pytest.approx(gained[:3], abs=0.25)


def test_two_objectives_meet_the_front() -> None:
    x = grid(150, 20)
    y = np.column_stack([x[:, 0] + 0.3 * x[:, 2], 1 - x[:, 0] ** 2 + 0.3 * x[:, 1]])
    whole = hypervolume(y, np.zeros(2))
    order = [int(i) for i in np.random.default_rng(1).choice(150, 6, replace=False)]
    for _ in range(4):
        rows = np.array(order)
        order += [p.index for p in load_learner("ensemble").propose_from(
            x, x[rows], y[rows], np.zeros((len(rows), 2)), NOTHING, 6, direction=("maximise",) * 2, seed=1)]  # fmt: skip
    assert len(set(order)) == 30
    assert hypervolume(y[order], np.zeros(2)) > 0.97 * whole


def test_a_target_value_is_hit() -> None:
    x = grid(200, 21)
    order = [int(i) for i in np.random.default_rng(2).choice(200, 8, replace=False)]
    f = smooth(x)
    for _ in range(3):
        rows = np.array(order)
        problem = Problem(
            x, x[rows], f[rows, None], np.zeros((len(rows), 1)), NOTHING, 8, ("maximise",), 1, targets=(0.5,)
        )
        order += [p.index for p in load_learner("ensemble").pick(problem)]
    assert np.sort(np.abs(f[order] - 0.5))[0] < 0.01


@pytest.mark.parametrize("name", ["qnehvi", "ax", "baybe"])
def test_no_compiler_runs_in_a_proposal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name != "qnehvi":
        pytest.importorskip(name)
    from torch.utils import cpp_extension

    ran: list[object] = []
    monkeypatch.setattr(cpp_extension, "load", lambda *a, **k: ran.append(k))
    x = grid(12, 12)
    y = np.column_stack([smooth(x), x[:, 0]])[:9]
    directions = ("maximise", "maximise")
    assert load_learner(name).pick(Problem(x, x[:9], y, np.zeros(y.shape), NOTHING, 2, directions, 1)) and not ran


@pytest.mark.parametrize("name", ["baybe", "ax", "optuna"])
@pytest.mark.parametrize("objectives", [1, 2])
def test_other_planners_are_plugged_in(name: str, objectives: int) -> None:
    pytest.importorskip(name)
    x = grid(12, 12)
    y = np.column_stack([smooth(x), x[:, 0]])[:, :objectives]
    rows = np.arange(9)
    shown = y[rows].copy()
    shown[0] = np.nan
    directions = ("maximise",) * objectives
    problem = Problem(x, x[rows], shown, np.zeros(shown.shape), x[20:21], 2, directions, 1)
    picks = load_learner(name).pick(problem)
    chosen = {p.index for p in picks}
    assert len(chosen) == 2 and not chosen & {*rows.tolist(), 20}
    # with hardly anything left, what was measured may be measured again
    few = Problem(x[:9], x[rows[:8]], shown[:8], np.zeros((8, objectives)), NOTHING, 3, directions, 1)
    assert len({p.index for p in load_learner(name).pick(few)}) == 3
