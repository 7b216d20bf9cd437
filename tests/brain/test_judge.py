from __future__ import annotations

import math

import numpy as np
import pytest

from aichemist.brain import design_batch, judge_again, judge_hypothesis, state_hypothesis
from aichemist.brain._wording import chance_limit, spread_of
from aichemist.chemistry import (
    Digest,
    Evidence,
    Hypothesis,
    Objective,
    Observation,
    Prediction,
    Proposal,
    Recipe,
    Reported,
    Simplex,
    Variables,
    continuous,
)

METALS = ("Ni", "Fe", "Co")
SPACE = Simplex(METALS, 0.1, 3, (0.0,) * 3, (1.0,) * 3)
YIELD = Objective("quantum_yield", "maximise", "")


def seen(recipe: dict[str, float], value: float, sd: float = 0.02, batch: int = 2, name: str = "m") -> Observation:
    return Observation(f"s{batch}-{value}-{name}", batch, Recipe(recipe), name, value, sd, "", "twin")


def stated(**more: float) -> Hypothesis:
    numbers = {
        "batch": 2.0, "maximise": 1.0, "optimum.Ni": 1.0, "predicted": 0.97, "predicted_sd": 0.044, "noise_sd": 0.03,
        "predicted_near": 0.95, "predicted_near_sd": 0.03, **more,
    }  # fmt: skip
    return Hypothesis("", numbers, "")


NEAR, FAR = {"Ni": 0.9, "Fe": 0.1}, {"Fe": 0.5, "Co": 0.5}


def test_a_noisy_reading_refutes_nothing() -> None:
    h = stated()
    assert judge_hypothesis(h, [seen(NEAR, 0.95), seen(FAR, 1.168, 0.02)]).startswith("refuted")
    assert judge_hypothesis(h, [seen(NEAR, 0.95), seen(FAR, 1.168, 0.124)]).startswith("confirmed")


def test_the_best_of_many_readings_may_be_better_by_chance() -> None:
    h, value = stated(), 0.97 + 2.3 * 0.044
    one = [seen(NEAR, 0.95), seen(FAR, value)]
    assert judge_hypothesis(h, one).startswith("refuted")
    assert judge_hypothesis(h, [*one, *(seen(FAR, 0.5, name=str(i)) for i in range(7))]).startswith("confirmed")


def test_the_limit_grows_with_the_number_of_readings() -> None:
    drawn = np.random.default_rng(1).standard_normal((200_000, 6)).max(axis=1)
    alone = np.random.default_rng(2).standard_normal(200_000)
    assert (drawn > chance_limit(6)).mean() == pytest.approx((alone > 2).mean(), abs=0.002)
    assert spread_of(0.1, 0.05, 0.01, 0.02) == pytest.approx(0.1), "surer readings do not narrow a prediction"
    assert spread_of(0.1, 0.05, math.nan) == pytest.approx(0.1)


def test_much_better_than_predicted_is_no_doubt_about_the_place() -> None:
    told = judge_hypothesis(stated(), [seen(NEAR, 1.2), seen(FAR, 0.5)])
    assert told.startswith("confirmed") and "too cautious" in told
    assert "too cautious" not in judge_hypothesis(stated(), [seen(NEAR, 0.95), seen(FAR, 0.5)])
    assert judge_hypothesis(stated(), [seen(NEAR, 0.90), seen(FAR, 0.5)]).startswith("weakened")
    assert judge_hypothesis(stated(), [seen(NEAR, 0.80), seen(FAR, 0.5)]).startswith("refuted")


def test_a_place_that_no_recipe_could_refute_is_not_called_tested() -> None:
    told = judge_hypothesis(stated(), [seen(NEAR, 0.95), seen({"Ni": 1.0}, 0.96)])
    assert told.startswith("confirmed") and "place was not tested" in told
    assert "place was not tested" not in judge_hypothesis(stated(), [seen(NEAR, 0.95), seen(FAR, 0.5)])


def test_a_value_that_cannot_be_is_remarked() -> None:
    told = judge_hypothesis(stated(), [seen(NEAR, 1.2, 0.1, name="quantum_yield")])
    assert "above 1 is not possible" in told
    assert "not possible" not in judge_hypothesis(stated(), [seen(NEAR, 0.98, name="quantum_yield")])


# ---------------------------------------------------------------- what a batch says it tests


def observations() -> list[Observation]:
    points = SPACE.enumerate()[::5]
    return [seen(dict(zip(METALS, p.tolist(), strict=True)), float(p[0] - p[1] ** 2), batch=1, name=str(p)) for p in points]  # fmt: skip


def proposed(recipe: dict[str, float]) -> Proposal:
    return Proposal(Recipe(recipe), "acquisition", Prediction(0.9, 0.1))


def test_the_statement_says_what_the_batch_can_test() -> None:
    near = state_hypothesis(None, observations(), [proposed({"Ni": 1.0}), proposed(NEAR)], SPACE, YIELD, batch=2)
    both = state_hypothesis(None, observations(), [proposed(NEAR), proposed(FAR)], SPACE, YIELD, batch=2)
    assert "not the place" in near.statement and "that differs from" not in near.refuted_if
    assert "more than 20% of the composition" in both.refuted_if
    assert "20% of the composition" in both.statement
    assert "straight trend" in near.statement or "On average over the space" in near.statement


def test_the_stated_best_is_no_worse_than_what_the_batch_is_expected_to_give() -> None:
    space = Variables(tuple(continuous(n, 0, 1) for n in "abcd"))
    rng = np.random.default_rng(4)

    def truth(v: dict[str, float]) -> float:
        return math.exp(-8 * sum((x - 0.62) ** 2 for x in v.values()))

    found = [
        Observation(f"s1-{i}", 1, Recipe(v), "yield", truth(v), 0.01, "", "twin")
        for i, v in enumerate(dict(zip("abcd", rng.uniform(size=4).tolist(), strict=True)) for _ in range(30))
    ]
    aim = Objective("yield", "maximise", "")
    for seed in (1, 2, 3):
        design = design_batch(
            batch=2, n=4, space=space, objective=aim, protocol="p", observations=found, seed=seed, remaining=4
        )
        best = max(p.prediction.mean for p in design.proposals if p.prediction)
        assert design.hypothesis.numbers["predicted"] >= best - 1e-6


# ---------------------------------------------------------------- first batches


def reported(subject: str, papers: int) -> Reported:
    evidence = Evidence(f"{subject}.txt", "A paper", "10.1/x", "CC-BY", "It helps.", 0, 9, 0.9)
    return Reported("element", subject, papers, (evidence,))


DIGEST = Digest("test", 9, 90, (reported("Fe", 7), reported("Ni", 8)), (), ())


def test_what_papers_favour_is_not_confirmed_by_a_batch_that_could_not_refute_it() -> None:
    h = state_hypothesis(DIGEST, [], [], SPACE, YIELD, batch=2)
    fits = [seen({"Ni": 0.5, "Co": 0.5}, 0.9), seen({"Fe": 0.5, "Co": 0.5}, 0.8)]
    assert judge_hypothesis(h, fits).startswith("not tested")
    assert judge_hypothesis(h, [*fits, seen({"Ni": 1.0}, 0.2)]).startswith("confirmed")
    assert judge_hypothesis(h, [*fits, seen({"Ni": 1.0}, 0.92)]).startswith("weakened"), "within its uncertainty"
    assert judge_hypothesis(h, [*fits, seen({"Ni": 1.0}, 1.5)]).startswith("refuted")


def test_a_later_batch_refutes_what_papers_favour() -> None:
    h = state_hypothesis(DIGEST, [], [], SPACE, YIELD, batch=2)
    first = [seen({"Ni": 0.5, "Co": 0.5}, 0.9), seen({"Ni": 1.0}, 0.2)]
    assert judge_again(h, first) == ""
    assert judge_again(h, [*first, seen({"Fe": 1.0}, 0.3, batch=3)]) == ""
    told = judge_again(h, [*first, seen({"Co": 1.0}, 1.5, batch=3)])
    assert told.startswith("refuted") and "Co1" in told
    assert judge_again(stated(), [*first, seen({"Co": 1.0}, 1.5, batch=3)]) == ""


def test_results_that_differ_by_their_scatter_alone_refute_the_first_statement() -> None:
    space = Variables((continuous("t", 0, 1),))
    h = state_hypothesis(None, [], [], space, YIELD, batch=2)
    spread = [0.50, 0.53, 0.46, 0.51, 0.55, 0.49]
    same = [seen({"t": i / 6}, v, 0.03) for i, v in enumerate(spread)]
    assert judge_hypothesis(h, same).startswith("refuted"), "nine hundredths between six readings of 0.03 is chance"
    assert judge_hypothesis(h, [seen({"t": i / 6}, v, 0.003) for i, v in enumerate(spread)]).startswith("confirmed")
    unsure = [seen({"t": i / 6}, v, math.nan) for i, v in enumerate(spread)]
    assert judge_hypothesis(h, unsure).startswith("not tested"), "nothing to compare the spread with"


# ---------------------------------------------------------------- several objectives


def two(value: float, change: float, i: int, batch: int = 2, sd: float = 1.0) -> list[Observation]:
    recipe, sample = Recipe({"Ni": 1.0}), f"b{batch}-{i}"
    return [
        Observation(sample, batch, recipe, "overpotential", value, sd, "mV", "twin"),
        Observation(sample, batch, recipe, "overpotential_change", change, sd, "mV", "twin"),
    ]


def front(**more: float) -> Hypothesis:
    numbers = {
        "batch": 2.0, "front_gain": 0.4, "front_gain_low": 0.0, "front_gain_high": 1.0,
        "maximise.overpotential": 0.0, "batch_mean.overpotential": 480.0, "batch_mean_sd.overpotential": 10.0,
        "noise_sd.overpotential": 1.0, "reference.overpotential": 700.0,
        "maximise.overpotential_change": 0.0, "batch_mean.overpotential_change": 2.0,
        "batch_mean_sd.overpotential_change": 1.0, "noise_sd.overpotential_change": 1.0,
        "reference.overpotential_change": 20.0, **more,
    }  # fmt: skip
    return Hypothesis("", numbers, "")


BEFORE = two(500.0, 3.0, 0, batch=1)


def test_both_objectives_better_than_predicted_is_no_doubt() -> None:
    told = judge_hypothesis(front(front_gain_high=0.01), [*BEFORE, *two(450.0, 0.5, 1), *two(455.0, 0.5, 2)])
    assert told.startswith("confirmed") and "too cautious" in told


def test_the_objective_that_fell_short_is_named_and_the_place_is_not_blamed() -> None:
    told = judge_hypothesis(front(), [*BEFORE, *two(480.0, 5.0, 1), *two(480.0, 5.0, 2)])
    assert told.startswith("refuted")
    assert "the mean overpotential change fell short, where the best of it lies was not tested" in told


def test_unsure_readings_do_not_refute_a_front() -> None:
    told = judge_hypothesis(front(), [*BEFORE, *two(480.0, 5.0, 1, sd=6.0)])
    assert told.startswith("confirmed"), told
