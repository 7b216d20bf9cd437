from __future__ import annotations

import numpy as np
import pytest

from aichemist.brain import Aim, Planner, analyse
from aichemist.brain.learning import Encoding, GPExpectedImprovement, Problem, fit_ensemble, load_learner
from aichemist.brain.learning._target import Distance
from aichemist.chemistry import Variables, continuous

SPACE = Variables((continuous("a", 0, 10, step=0.5), continuous("b", 0, 10, step=0.5)))
NOTHING = np.empty((0, 2))
#: corners and middles of a plane that crosses 7 on a line
TOLD = np.array([[7.5, 1.5], [2.5, 1.5], [2.5, 8.5], [2.5, 5.0], [7.5, 5.0], [7.5, 8.5]])


def ph(x: np.ndarray) -> np.ndarray:
    return 2.5 + 0.9 * x[:, 0] - 0.25 * x[:, 1]


def planner(scatter: float = 0.0) -> Planner:
    noise = scatter * np.array([1, -1, 1, -1, 1, -1])
    return Planner(SPACE, Aim("pH", "minimise", target=7.0)).fit(TOLD, ph(TOLD) + noise)


def test_the_quantity_is_expected_and_not_its_distance_from_the_target() -> None:
    batch = planner().suggest(4)
    x = np.array([s.point for s in batch])
    assert np.abs([s.expected[0].mean for s in batch] - ph(x)).max() < 1.0
    # a line through the measurements says where 7 is: nothing far beyond it is tried
    assert np.abs(ph(x) - 7).max() < 1.2


@pytest.mark.parametrize("scatter", [0.0, 0.2])
def test_no_more_is_to_be_gained_than_is_left_to_the_target(scatter: float) -> None:
    asked = planner(scatter)
    left = float(np.abs(asked.y - 7).min())
    (found,) = analyse(asked).aims
    assert 0 <= found.outlook.gain <= left and 0 <= found.outlook.regret <= left
    assert abs(found.best_value.mean - 7) < 0.3, "the believed best is told by its quantity"
    effects = {e.component: e.change for e in found.effects}
    assert effects["a"] > 0.4 and effects["b"] < 0, "effects are those on the quantity"


def test_distance_and_its_improvement_agree_with_samples() -> None:
    told = np.linspace(0, 10, 7)[:, None]
    quantity = fit_ensemble(
        told, told[:, 0], np.zeros(7), Encoding.of(np.array([[0.0], [10.0]])), direction="maximise", seed=1
    )
    distance, points = Distance(quantity, 4.0), np.array([[1.0], [3.9], [4.4], [11.0]])
    mean, sd = quantity.predict(points)
    drawn = np.abs(np.random.default_rng(3).normal(mean, sd, (200_000, 4)) - 4.0)
    folded, spread = distance.predict(points)
    assert folded == pytest.approx(drawn.mean(axis=0), abs=0.02)
    assert spread == pytest.approx(drawn.std(axis=0), abs=0.02)
    gained = np.maximum(0.7 - drawn, 0.0).mean(axis=0)
    assert distance.improvement(points, 0.7) == pytest.approx(gained, abs=0.01)


def test_one_of_two_objectives_has_a_target() -> None:
    grid = SPACE.enumerate()
    y = np.column_stack([ph(TOLD), TOLD[:, 1]])
    problem = Problem(
        grid, TOLD, y, np.zeros(y.shape), NOTHING, 5, ("minimise", "maximise"), 1, targets=(7.0, None),
        encoding=Encoding.for_space(SPACE),
    )  # fmt: skip
    picks = load_learner("ensemble").pick(problem)
    chosen = grid[[p.index for p in picks]]
    said = np.array([p.prediction.mean for p in picks if p.prediction])
    assert np.abs(said - ph(chosen)).max() < 1.2
    assert np.median(np.abs(ph(chosen) - 7)) < 1.0
    assert all(len(p.others) == 1 for p in picks)


def test_a_learner_that_knows_no_targets_still_goes_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GPExpectedImprovement, "targets", True)  # as of those that other packages bring
    asked = Planner(SPACE, Aim("pH", "minimise", target=7.0), learner="gp_ei").fit(TOLD, ph(TOLD))
    batch = asked.suggest(3)
    assert all(s.expected == () for s in batch), "it expects a distance, which is not the quantity"
    assert ph(np.array([s.point for s in batch])).max() < 10.0 < ph(SPACE.enumerate()).max()
