from __future__ import annotations

import math

import numpy as np
import pytest

from aichemist.brain import Aim, Planner, analyse, as_plain, importances, outlook
from aichemist.brain.learning import Encoding, fit_ensemble
from aichemist.chemistry import InputError, Variables, categorical, continuous, integer, parse_constraint

SPACE = Variables(
    (
        continuous("temperature", 20, 80, step=5), continuous("time", 1, 100, log=True),
        categorical("solvent", ("water", "ethanol", "toluene")),
    ),
    constraints=(parse_constraint("temperature * time <= 4000", {"temperature": (), "time": ()}),),
)  # fmt: skip
YIELD = Aim("yield", "maximise")


def truth(values) -> float:  # type: ignore[no-untyped-def]
    factor = {"water": 0.5, "ethanol": 1.0, "toluene": 0.7}[values["solvent"]]
    return factor * math.exp(-(((values["temperature"] - 60) / 20) ** 2)) * (1 - math.exp(-values["time"] / 15))


def walk(planner: Planner, batches: int, n: int = 6) -> list[float]:
    found = []
    for _ in range(batches):
        batch = planner.suggest(n)
        given = [truth(s.values) for s in batch]
        planner.tell([s.values for s in batch], given)
        found += given
    return found


def test_fit_suggest_tell() -> None:
    planner = Planner(SPACE, YIELD, budget=36, seed=2)
    first = planner.suggest(6)
    assert {s.why for s in first} == {"initial"} and len(planner.pending) == 6
    assert len({s.values["solvent"] for s in first}) == 3, "the first batch tries every choice"
    again = planner.suggest(6)
    assert not {tuple(s.point) for s in first} & {tuple(s.point) for s in again}, "what is under way is not asked twice"
    planner.tell([s.values for s in first], [truth(s.values) for s in first])
    assert len(planner.pending) == 6
    planner.give_up([s.values for s in again])
    assert len(planner.pending) == 0
    values = walk(planner, 5)
    assert max(values) > 0.9, "0.99 is the best there is"
    mean, sd = planner.predict([{"temperature": 60, "time": 60, "solvent": "ethanol"}])
    assert abs(mean[0] - truth({"temperature": 60, "time": 60, "solvent": "ethanol"})) < 4 * sd[0] + 0.05


def test_the_same_calls_give_the_same() -> None:
    runs = [walk(Planner(SPACE, YIELD, budget=18, seed=5), 3) for _ in range(2)]
    assert runs[0] == runs[1]
    refit = Planner(SPACE, YIELD, seed=5)
    refit.tell([{"temperature": 20, "time": 1, "solvent": "water"}], [9.9])
    refit.fit([{"temperature": 30, "time": 2, "solvent": "water"}], [0.1])
    assert refit.y.tolist() == [[0.1]]


@pytest.mark.parametrize(
    "values",
    [
        [1.0] * 12,  # constant
        [float("nan")] * 12,  # all failed
        [1e12, -1e12, *[0.5] * 10],
        [0.3, *[float("nan")] * 11],  # one observation
        [0.1, 0.9] * 6,  # contradictory replicates, see below
    ],
)
def test_awkward_results_never_stop_it(values: list[float]) -> None:
    planner = Planner(SPACE, YIELD, seed=1, budget=20)
    points = SPACE.pool(6, 1)
    planner.tell(np.vstack([points, points]), values)
    batch = planner.suggest(5)
    assert len(batch) == 5 and len({tuple(s.point) for s in batch}) == 5
    for s in batch:
        SPACE.check(SPACE.values(s.point))
        assert all(math.isfinite(p.mean) and math.isfinite(p.sd) for p in s.expected)
    analyse(planner, batch=3)


def test_nothing_told_and_budget_smaller_than_a_batch() -> None:
    planner = Planner(SPACE, YIELD, budget=3)
    assert planner.left == 3 and len(planner.suggest(8)) == 3
    assert planner.left == 0 and planner.suggest(8) == []
    assert len(Planner(Variables((integer("a", 1, 4),)), YIELD).suggest(8)) == 4, "no more recipes than there are"


def test_ten_million_candidates() -> None:
    space = Variables(tuple(integer(f"v{i}", 1, 10) for i in range(7)))
    planner = Planner(space, YIELD, budget=96, seed=1)

    def value(x: np.ndarray) -> np.ndarray:
        return -((x - 7.0) ** 2).sum(axis=1)

    for _ in range(6):
        x = np.array([s.point for s in planner.suggest(8)])
        planner.tell(x, value(x))
    # a random recipe has -76 on average, the best of 48 random ones about -35
    assert planner.y.max() > -14


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda p: p.suggest(0), "at least one"),
        (lambda p: p.tell([{"temperatur": 20}], [1.0]), "temperatur"),
        (lambda p: p.tell([{"temperature": 20, "time": 1, "solvent": "oil"}], [1.0]), "oil"),
        (lambda p: p.tell(SPACE.pool(1, 1)[:1], [1.0, 2.0]), "2 values"),
        (lambda p: p.tell([{"temperature": 20, "solvent": "water"}], [1.0]), "'time'.*is missing"),
        (lambda p: p.tell(np.array([[20, np.nan, 0]]), [1.0]), "'time'.*finite"),
        (lambda p: p.tell(np.zeros((1, 2)), [1.0]), "columns"),
        (lambda p: p.predict([{"temperature": 20, "time": 1, "solvent": "water"}]), "too few"),
        (lambda p: Planner(SPACE, ()), "objective"),
        (lambda p: Planner(SPACE, YIELD, learner="oracle"), "oracle"),
        (lambda p: Planner(SPACE, YIELD, learner="qnehvi"), "2 objectives or more"),
        (lambda p: Planner(SPACE, [YIELD, Aim("b", "minimise")], learner="gp_ei"), "one objective"),
        (lambda p: Aim("y", "min"), "did you mean 'minimise'"),
        (lambda p: Aim("y", "maximize"), "did you mean 'maximise'"),
        (lambda p: Aim("y", "maximise", target=7.0), "target"),
        (lambda p: p.tell(SPACE.pool(1, 1), [float("inf")]), "finite"),
        (lambda p: p.tell(SPACE.pool(1, 1), ["0.5"]), "0.5"),
        (lambda p: p.tell(SPACE.pool(1, 1), ["abc"]), "abc"),
        (lambda p: p.tell(SPACE.pool(1, 1), [0.5], ["abc"]), "sds"),
        (lambda p: p.tell({"temperature": 20}, [0.5]), "list of recipes"),
        (lambda p: p.tell(["temperature"], [0.5]), "list of recipes"),
    ],
)
def test_wrong_calls_are_answered_in_words(call, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=says):
        call(Planner(SPACE, YIELD))


def test_analysis_finds_what_matters() -> None:
    space = Variables((continuous("a", 0, 1), continuous("b", 0, 1), continuous("idle", 0, 1)))
    rng = np.random.default_rng(1)
    x = rng.uniform(size=(50, 3))
    y = 3 * x[:, 0] - x[:, 1] + 0.05 * rng.normal(size=50)
    y[7] += 8
    planner = Planner(space, YIELD).tell(x, y)
    found = analyse(planner)
    one = found.aims[0]
    assert one.outliers == (7,)
    clean = analyse(Planner(space, YIELD).tell(np.delete(x, 7, 0), np.delete(y, 7))).aims[0]
    effects = {e.component: e for e in clean.effects}
    assert effects["a"].low <= 0.3 <= effects["a"].high and effects["a"].certain
    assert effects["b"].low <= -0.1 <= effects["b"].high
    assert not effects["idle"].certain or abs(effects["idle"].change) < 0.01
    shares = {i.variable: i.share for i in clean.importances}
    assert shares["a"] == pytest.approx(0.75, abs=0.06) and shares["idle"] < 0.05
    assert clean.r2 > 0.97 and clean.coverage_95 >= 0.85
    assert found.front == (int(np.argmax(y)),)
    assert as_plain(planner, found)["objectives"][0]["outliers"] == [7]


def test_shapley_values_of_an_additive_function_are_its_terms() -> None:
    space = Variables((continuous("a", 0, 1), continuous("b", 0, 1)))
    x = np.random.default_rng(2).uniform(size=(60, 2))
    model = fit_ensemble(x, 4 * x[:, 0] + x[:, 1], np.zeros(60), Encoding.of(x), direction="maximise", seed=1)
    library = space.pool(4000, 1)
    found = {i.variable: i for i in importances(space, model, library, seed=3)}
    # of a uniform variable times c: the mean of |c (u - 1/2)| is c / 4
    assert found["a"].value == pytest.approx(1.0, abs=3 * found["a"].se + 0.1)
    assert found["b"].value == pytest.approx(0.25, abs=3 * found["b"].se + 0.05)


def test_outlook_shrinks_as_the_best_is_known() -> None:
    x = np.random.default_rng(3).uniform(size=(300, 2))
    y = -((x - 0.6) ** 2).sum(axis=1)
    few = fit_ensemble(x[:8], y[:8], np.zeros(8), Encoding.of(x), direction="maximise", seed=1)
    many = fit_ensemble(x[:120], y[:120], np.zeros(120), Encoding.of(x), direction="maximise", seed=1)
    early, late = outlook(few, x, x[:8], 8, seed=1), outlook(many, x, x[:120], 8, seed=1)
    assert 0 <= late.gain < early.gain and 0 <= late.regret < early.regret
    assert early.regret >= y.max() - y[:8].max(), "the bound holds"


def test_a_data_frame_is_told() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"temperature": [20, 40], "time": [1, 2.0], "solvent": ["water", "toluene"], "yield": [1, 2]}
    )
    planner = Planner(SPACE, YIELD).tell(frame[["solvent", "time", "temperature"]], frame["yield"])
    assert planner.x.tolist() == [[20, 1, 0], [40, 2, 2]] and planner.y.tolist() == [[1], [2]]


def test_measured_recipes_come_again_only_when_asked_for() -> None:
    planner = Planner(Variables((integer("a", 1, 4),)), YIELD).tell(np.array([[1.0], [2.0]]), [1.0, None])
    assert sorted(s.values["a"] for s in planner.suggest(8)) == [3, 4]
    assert planner.suggest(8) == []
    again = planner.suggest(8, replicates=True)
    assert {s.values["a"]: s.why for s in again} == {1: "replicate", 2: "replicate"}
    assert again[0].reason == "repeats a measured recipe"


def test_analysis_of_too_little_says_so() -> None:
    planner = Planner(SPACE, [YIELD, Aim("size", "minimise")])
    found = analyse(planner)
    assert found.too_few == ("yield", "size") and found.aims == ()
    assert as_plain(planner, found)["too_few_measurements"] == ["yield", "size"]
