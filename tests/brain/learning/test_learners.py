from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest

from aichemist.brain.learning import BotorchLearner, Learner, learner_names, load_learner, space_filling
from aichemist.chemistry import InputError, Observation, Recipe, Simplex

SMALL = Simplex(("A", "B", "C"), 0.1, 3, (0.0,) * 3, (1.0,) * 3)  # 66 points
SIX = Simplex(("Ni", "Fe", "Co", "Mn", "Ce", "La"), 0.1, 4, (0.0,) * 6, (1.0,) * 6)  # 2,121 points
NAMES = ("ensemble", "botorch", "gp_ei", "random", "rf_ucb")
DATA = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / ".." / "shared" / "data"))


def recipes(space: Simplex, rows: list[int]) -> list[Recipe]:
    points = space.enumerate()
    return [Recipe(dict(zip(space.components, points[i].tolist(), strict=True))) for i in rows]


def observed(recipe: Recipe, value: float, uncertainty: float = 0.01) -> Observation:
    return Observation("s", 0, recipe, "y", value, uncertainty, "V", "twin")


def measured(space: Simplex, n: int, seed: int = 0) -> list[Observation]:
    rng = np.random.default_rng(seed)
    rows = rng.choice(space.size(), n, replace=False).tolist()
    return [
        observed(r, sum((v - 0.4) ** 2 for v in r.values.values()) + rng.normal(0, 0.01)) for r in recipes(space, rows)
    ]


def propose(learner: Learner, space: Simplex, seen: list[Observation], pending: list[Recipe], n: int, seed: int = 1):
    return learner.propose(space, seen, pending, n, direction="minimise", seed=seed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("known", [0, 1, 3, 12])
def test_proposals_are_new_different_and_inside(name: str, known: int) -> None:
    seen = measured(SMALL, known)
    pending = recipes(SMALL, [5, 17, 40])
    found = propose(load_learner(name), SMALL, seen, pending, 8)
    keys = {p.recipe.key for p in found}
    assert len(found) == len(keys) == 8
    assert not keys & ({o.recipe.key for o in seen} | {r.key for r in pending})
    for p in found:
        SMALL.check(p.recipe.values)
    if name in ("ensemble", "botorch"):
        assert {p.origin for p in found} == {"acquisition" if known >= 4 else "initial"}
        assert all((p.prediction is not None) == (known >= 4) for p in found)


@pytest.mark.parametrize("name", NAMES)
def test_same_arguments_same_proposals_whatever_came_before(name: str) -> None:
    import torch

    seen = measured(SIX, 20)
    first = propose(load_learner(name), SIX, seen, [], 4)
    torch.manual_seed(99)
    state, threads, mine = torch.get_rng_state(), torch.get_num_threads(), np.random.get_state()[1].copy()  # noqa: NPY002
    propose(load_learner(name), SMALL, measured(SMALL, 10), [], 5, seed=7)
    again = propose(load_learner(name), SIX, seen, [], 4)
    assert first == again
    assert torch.equal(state, torch.get_rng_state()) and threads == torch.get_num_threads()
    assert (mine == np.random.get_state()[1]).all()  # noqa: NPY002


@pytest.mark.parametrize("name", ["ensemble", "random"])
def test_seed_changes_the_first_batch(name: str) -> None:
    a, b = (propose(load_learner(name), SIX, [], [], 8, seed=s) for s in (1, 2))
    assert {p.recipe.key for p in a} != {p.recipe.key for p in b}


@pytest.mark.parametrize("name", NAMES)
def test_replicates_only_when_the_library_is_exhausted(name: str) -> None:
    rows = list(range(66))
    seen = [observed(r, float(i % 7)) for i, r in enumerate(recipes(SMALL, rows[:60]))]
    pending = recipes(SMALL, rows[60:63])
    found = propose(load_learner(name), SMALL, seen, pending, 6)
    keys = [p.recipe.key for p in found]
    assert len(set(keys)) == 6
    assert set(keys[:3]) == {r.key for r in recipes(SMALL, rows[63:])}, "what is new comes first"
    assert not set(keys) & {r.key for r in pending}
    assert len(propose(load_learner(name), SMALL, seen, pending, 500)) == 63


@pytest.mark.parametrize("name", ["ensemble", "botorch", "gp_ei"])
@pytest.mark.parametrize(
    "values",
    [
        pytest.param([1.0] * 10, id="constant"),
        pytest.param([0.0, 5.0] * 5, id="contradictory duplicates"),
        pytest.param([1e-9 * i for i in range(10)], id="tiny"),
        pytest.param([1e9 * i for i in range(10)], id="huge"),
        pytest.param([1.0, 2.0, 3.0, 4.0] + [math.nan] * 6, id="failed"),
    ],
)
def test_awkward_values_never_stop_a_campaign(name: str, values: list[float]) -> None:
    rows = [3, 3, 11, 11, 20, 20, 30, 30, 44, 44]
    seen = [observed(r, v, 0.0) for r, v in zip(recipes(SMALL, rows), values, strict=True)]
    found = propose(load_learner(name), SMALL, seen, [], 8)
    assert len({p.recipe.key for p in found}) == 8
    for p in found:
        assert p.prediction is None or (math.isfinite(p.prediction.mean) and p.prediction.sd >= 0)


def test_a_failed_factorisation_falls_back_to_space_filling(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("not positive definite")

    monkeypatch.setattr("aichemist.brain.learning._botorch.fit_single", broken)
    found = propose(BotorchLearner(), SMALL, measured(SMALL, 10), [], 8)
    assert len({p.recipe.key for p in found}) == 8 and {p.origin for p in found} == {"initial"}


def test_a_failed_fit_keeps_the_prior_and_still_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no convergence")

    monkeypatch.setattr("scipy.optimize.minimize", broken)
    found = propose(BotorchLearner(), SMALL, measured(SMALL, 10), [], 8)
    assert {p.origin for p in found} == {"acquisition"}


def test_a_noisy_reading_weighs_less() -> None:
    from aichemist.brain.learning._encoding import Encoding
    from aichemist.brain.learning._ensemble import fit_single

    library = SMALL.enumerate()
    x, y = library[::5], np.linspace(0.0, 1.0, len(library[::5])) ** 2
    y[6] += 3.0
    trusted, doubted = np.full(len(y), 1e-4), np.full(len(y), 1e-4)
    doubted[6] = 9.0
    at = [
        fit_single(x, y, v, Encoding.of(library), direction="minimise", seed=0).predict(x[6:7])[0][0]
        for v in (trusted, doubted)
    ]
    smooth = y[6] - 3.0
    assert abs(at[1] - smooth) < 0.5 * abs(at[0] - smooth)


def test_maximise_is_minimise_turned_over() -> None:
    seen = measured(SMALL, 12)
    turned = [observed(o.recipe, -o.value) for o in seen]
    low = BotorchLearner().propose(SMALL, seen, [], 4, direction="minimise", seed=0)
    high = BotorchLearner().propose(SMALL, turned, [], 4, direction="maximise", seed=0)
    assert [p.recipe for p in low] == [p.recipe for p in high]


def test_space_filling_spreads() -> None:
    points = SIX.enumerate()
    rows = space_filling(points, 8, np.arange(len(points)), 0)
    random = np.random.default_rng(0).choice(len(points), (200, 8))

    def left_over(chosen: np.ndarray) -> float:
        return float(np.linalg.norm(points[:, None] - points[chosen][None], axis=2).min(axis=1).mean())

    assert left_over(np.array(rows)) < min(left_over(r) for r in random)


def test_learners_are_found_by_name() -> None:
    assert set(NAMES) <= set(learner_names())
    assert load_learner("botorch").name == "botorch"
    with pytest.raises(InputError, match=r"learner.name.*'nope'(?s:.*)botorch"):
        load_learner("nope")
    with pytest.raises(InputError, match="batch"):
        propose(load_learner("random"), SMALL, [], [], 0)


@pytest.mark.skipif(not (DATA / "oer_plate_3851" / "data.csv").is_file(), reason="no data set")
def test_measured_plate_is_searched_far_faster_than_at_random() -> None:
    data = np.loadtxt(DATA / "oer_plate_3851" / "data.csv", delimiter=",")
    x, y = data[:, :6], data[:, 6]
    top = set(np.argsort(y)[:21].tolist())
    order = space_filling(x, 8, np.arange(len(y)), 100)
    while len(order) < 96:
        seen = np.array(order)
        picks = BotorchLearner().propose_from(
            x, x[seen], y[seen], np.zeros(len(seen)), np.empty((0, 6)), 8, direction="minimise", seed=100
        )
        order += [p.index for p in picks]
    assert len(top & set(order)) / 21 / (96 / len(y)) > 6, "seeds 100 to 109 gave 9.5 to 18.9, random 0 to 2"
