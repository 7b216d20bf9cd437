from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from aichemist.brain import Aim, Planner, analyse, analysis_page, analysis_words, as_plain, far_off
from aichemist.brain.learning import Earlier, Theory
from aichemist.chemistry import Variables, continuous

SPACE = Variables((continuous("a", 0, 10, step=1), continuous("b", 0, 10, step=1)))
AIM = Aim("yield", "maximise")


def bell(x: np.ndarray) -> np.ndarray:
    """Of ``a`` alone, with its top in the middle, so that it has no straight trend."""
    return np.exp(-((x[:, 0] - 5.0) ** 2) / 8.0)


def scattered(n: int, seed: int = 1) -> np.ndarray:
    return SPACE.enumerate()[np.random.default_rng(seed).permutation(121)[:n]]


def test_a_bell_is_said_to_have_no_straight_trend_and_where_its_top_is() -> None:
    x = scattered(30)
    (found,) = analyse(Planner(SPACE, AIM).fit(x, bell(x))).aims
    said = {e.component: analysis_words.doubt(found, e) for e in found.effects}
    assert said["a"] == "no straight trend; best expected at 5"
    assert said["b"] == "may be none"


def test_replicates_count_by_their_mean() -> None:
    x = np.array([[1.0, 1], [1, 1], [1, 1], [3, 3], [5, 5], [9, 9]])
    found = analyse(Planner(SPACE, AIM).fit(x, [0.1, 0.9, 0.05, 0.5, 0.6, 0.2]))
    assert found.front == (4,) and found.front_values.tolist() == [[0.6]]
    assert found.aims[0].disagreeing == ((0, 1, 2),)
    (said,) = [s for s in analysis_words.strange(found.aims[0], str) if "one recipe" in s]
    assert said.endswith("line 0, 1, 2")
    better = analyse(Planner(SPACE, AIM).fit(x, [0.81, 0.83, 0.82, 0.5, 0.6, 0.2]))
    assert better.front_rows == ((0, 1, 2),) and better.front_values[0, 0] == pytest.approx(0.82)
    assert better.aims[0].disagreeing == ()


def test_the_page_and_the_data_count_replicates(tmp_path: Path) -> None:
    x = np.array([[1.0, 1], [1, 1], [3, 3], [5, 5], [9, 9]])
    planner = Planner(SPACE, AIM).fit(x, [0.7, 0.9, 0.5, 0.6, 0.2])
    found = analyse(planner)
    assert as_plain(planner, found)["front"][0]["replicates"] == 2
    analysis_page(tmp_path, planner, found, range(2, 7))
    assert (tmp_path / "front.csv").read_text().splitlines()[1] == "2 3,1,1,0.8,2"
    assert "replicates, shown by their mean" in (tmp_path / "analysis.html").read_text(encoding="utf-8")


def test_nothing_is_learnt_from_a_constant() -> None:
    x = scattered(8)
    planner = Planner(SPACE, AIM, cost=lambda points: 1 + points[:, 0]).fit(x, np.full(8, 0.5))
    assert planner.model() is None and analyse(planner).aims == ()
    batch = planner.suggest(4)
    assert all(s.why == "initial" and not s.expected for s in batch)
    assert max(s.point[0] for s in batch) > 5, "in the gaps, not where it is cheapest"


def test_far_off_measurements_are_named() -> None:
    x = scattered(30)
    y = bell(x)
    y[7] = 100 * (y[7] + 0.5)
    assert far_off(Planner(SPACE, AIM).fit(x, y)) == (7,)
    assert far_off(Planner(SPACE, AIM).fit(x[:3], y[:3])) == ()


@pytest.mark.parametrize(("told", "verdict"), [("truth", "Theory helped"), ("noise", "not help|hardly")])
def test_it_says_whether_theory_helped(told: str, verdict: str) -> None:
    rng = np.random.default_rng(2)
    grid = SPACE.enumerate()
    rough = {tuple(p): v for p, v in zip(grid.tolist(), rng.normal(size=len(grid)), strict=True)}
    x = scattered(24)
    y = np.array([rough[tuple(p)] for p in x.tolist()])
    calculated = np.array(list(rough.values())) if told == "truth" else rng.normal(size=len(grid))
    theory = Theory.learn(grid, calculated[:, None], ("c",), seed=1)
    (found,) = analyse(Planner(SPACE, AIM, theory=theory).fit(x, y)).aims
    said = analysis_words.quality(found)
    assert any(v in said for v in verdict.split("|")), said
    assert "without" in said and set(found.rmse_without) == {"theory"}


def test_it_says_whether_earlier_experiments_helped() -> None:
    x, old = scattered(12), scattered(60, 5)
    earlier = Earlier("old", old, 3 * bell(old) + 1)
    (found,) = analyse(Planner(SPACE, AIM, earlier=(earlier,)).fit(x, bell(x))).aims
    assert set(found.rmse_without) == {"earlier experiments"}
    assert "Earlier experiments" in analysis_words.quality(found)
    (plain,) = analyse(Planner(SPACE, AIM).fit(x, bell(x))).aims
    assert plain.rmse_without == {} and math.isclose(found.rmse_without["earlier experiments"], plain.rmse)


@pytest.mark.parametrize(("inside", "word"), [(1.0, "too wide"), (0.3, "too narrow"), (0.7, "")])
def test_intervals_that_hold_too_much_or_too_little_are_called_so(inside: float, word: str) -> None:
    from attrs import evolve

    x = scattered(30)
    (found,) = analyse(Planner(SPACE, AIM).fit(x, bell(x))).aims
    said = analysis_words.quality(evolve(found, coverage_68=inside))
    assert word in said and ("too " in said) == bool(word)
