from __future__ import annotations

import math

import numpy as np
import pytest

from aichemist.brain import (
    cross_validate,
    design_batch,
    expected_best,
    judge_hypothesis,
    simple_effects,
    state_hypothesis,
)
from aichemist.chemistry import Design, Digest, Evidence, Objective, Observation, Recipe, Reported, Simplex

METALS = ("Ni", "Fe", "Co", "Mn")
SPACE = Simplex(METALS, 0.1, 3, (0.0,) * 4, (1.0,) * 4)
OBJECTIVE = Objective("overpotential", "minimise", "V")


def truth(recipe: Recipe) -> float:
    """Optimum at Ni0.6Fe0.3Co0.1, 0.300 V; Mn harms."""
    aim = {"Ni": 0.6, "Fe": 0.3, "Co": 0.1}
    return 0.3 + 0.2 * sum((recipe.values.get(m, 0.0) - aim.get(m, 0.0)) ** 2 for m in METALS)


def observe(recipe: Recipe, batch: int, i: int, value: float | None = None) -> Observation:
    # A fixed, mean-free scatter of +-2 mV stands for the repeatability of the measurement.
    scatter = (0.002, -0.001, -0.002, 0.001)[i % 4]
    measured = truth(recipe) + scatter if value is None else value
    return Observation(f"s{batch}-{i}", batch, recipe, "overpotential", measured, 0.002, "V", "twin")


def reported(subject: str, papers: int) -> Reported:
    sentence = f"{subject} lowers the overpotential."
    evidence = Evidence(f"{subject}.txt", "A paper", "10.1/x", "CC-BY", sentence, 0, len(sentence), 0.9)
    return Reported("element", subject, papers, (evidence,))


DIGEST = Digest("test", 9, 90, (reported("Co", 2), reported("Fe", 7), reported("Ni", 8), reported("Pt", 9)), (), ())


@pytest.fixture(scope="module")
def campaign() -> list[Observation]:
    found: list[Observation] = []
    for batch in range(4):
        design = design_batch(
            batch=batch, n=8, space=SPACE, objective=OBJECTIVE, protocol="oer", observations=found, digest=DIGEST
        )
        found += [observe(p.recipe, batch, i) for i, p in enumerate(design.proposals)]
    return found


def test_first_hypothesis_names_the_metals_most_papers_report_within_the_space() -> None:
    h = state_hypothesis(DIGEST, [], [], SPACE, OBJECTIVE)
    assert {k for k in h.numbers if k.startswith("lead.")} == {"lead.Ni", "lead.Fe"}
    assert h.numbers["papers.Ni"] == 8 and "papers.Pt" not in h.numbers
    assert "Ni (8 of 9 papers)" in h.statement and h.refuted_if
    assert {e.document for e in h.evidence} == {"Ni.txt", "Fe.txt"}


@pytest.mark.parametrize(
    ("best", "verdict"),
    [
        ({"Ni": 0.5, "Fe": 0.3, "Co": 0.2}, "confirmed"),
        ({"Ni": 0.5, "Fe": 0.5}, "refuted"),
        ({"Co": 0.5, "Mn": 0.5}, "refuted"),
    ],
)
def test_first_hypothesis_is_judged_by_the_best_recipe(best: dict[str, float], verdict: str) -> None:
    h = state_hypothesis(DIGEST, [], [], SPACE, OBJECTIVE)
    seen = [observe(Recipe(best), 0, 0, 0.25), observe(Recipe({"Ni": 0.4, "Mn": 0.6}), 0, 1, 0.4)]
    seen.append(observe(Recipe({"Ni": 0.9, "Fe": 0.1}), 0, 2, 0.45))
    assert judge_hypothesis(h, seen).startswith(verdict)


def test_without_literature_the_hypothesis_can_still_be_refuted() -> None:
    h = state_hypothesis(None, [], [], SPACE, OBJECTIVE)
    assert h.evidence == ()
    mixed, pure = Recipe({"Ni": 0.5, "Fe": 0.5}), Recipe({"Mn": 1.0})
    assert judge_hypothesis(h, [observe(mixed, 0, 0, 0.3), observe(pure, 0, 1, 0.4)]).startswith("confirmed")
    assert judge_hypothesis(h, [observe(mixed, 0, 0, 0.4), observe(pure, 0, 1, 0.3)]).startswith("refuted")


def test_failed_and_foreign_batches_do_not_judge() -> None:
    h = state_hypothesis(DIGEST, [], [], SPACE, OBJECTIVE, batch=2)
    seen = [observe(Recipe({"Mn": 1.0}), 1, 0, 0.2), observe(Recipe({"Mn": 1.0}), 2, 1, math.nan)]
    assert judge_hypothesis(h, seen).startswith("not tested")


def test_learnt_hypothesis_finds_the_optimum_and_the_harmful_metal(campaign: list[Observation]) -> None:
    h = state_hypothesis(DIGEST, campaign, [], SPACE, OBJECTIVE)
    optimum = {m: h.numbers[f"optimum.{m}"] for m in METALS}
    assert truth(Recipe(optimum)) < 0.310
    assert abs(h.numbers["predicted"] - truth(Recipe(optimum))) < 3 * h.numbers["predicted_sd"]
    assert "mV" in h.statement and h.numbers["batch"] == 4
    effects = {e.component: e for e in simple_effects(SPACE, campaign, direction="minimise")}
    assert effects["Mn"].change > 0 and effects["Mn"].certain
    assert effects["Ni"].change < 0


def test_learnt_hypothesis_is_confirmed_by_the_truth_and_refuted_by_lies(campaign: list[Observation]) -> None:
    design = design_batch(
        batch=2, n=6, space=SPACE, objective=OBJECTIVE, protocol="oer", observations=campaign[:16], digest=DIGEST
    )
    h = design.hypothesis
    assert "predicted_near" in h.numbers
    honest = [observe(p.recipe, 2, i) for i, p in enumerate(design.proposals)]
    worse = [observe(p.recipe, 2, i, 0.6) for i, p in enumerate(design.proposals)]
    elsewhere = [observe(Recipe({"Mn": 1.0}), 2, 9, 0.1)]
    assert judge_hypothesis(h, honest).startswith(("confirmed", "weakened"))
    assert judge_hypothesis(h, worse).startswith("refuted")
    assert judge_hypothesis(h, honest + elsewhere).startswith("refuted")


def test_calibration_on_spread_out_recipes(campaign: list[Observation]) -> None:
    rows = np.random.default_rng(5).choice(SPACE.size(), 48, replace=False)
    points = SPACE.enumerate()[rows]
    recipes = [Recipe(dict(zip(METALS, p.tolist(), strict=True))) for p in points]
    seen = [observe(r, 0, i) for i, r in enumerate(recipes)]
    failed = observe(Recipe({"Ni": 1.0}), 3, 9, math.nan)
    found = cross_validate(SPACE, [*seen, failed], direction="minimise")
    assert found is not None and found.unit == "V"
    assert len(found.samples) == len(found.measured) == len(found.predicted_sd) == len(seen)
    assert found.rmse < 0.5 * float(np.std(found.measured))
    assert found.coverage_68 <= found.coverage_95 and found.coverage_95 > 0.8
    assert cross_validate(SPACE, campaign[:5], direction="minimise") is None


def test_calibration_cannot_predict_what_has_no_pattern() -> None:
    rng = np.random.default_rng(6)
    points = SPACE.enumerate()[rng.choice(SPACE.size(), 40, replace=False)]
    recipes = [Recipe(dict(zip(METALS, p.tolist(), strict=True))) for p in points]
    noise = [observe(r, 0, i, float(rng.normal(0.4, 0.05))) for i, r in enumerate(recipes)]
    found = cross_validate(SPACE, noise, direction="minimise")
    assert found is not None
    assert found.rmse > 0.8 * float(np.std(found.measured))
    assert np.mean(found.predicted_sd) > 0.5 * float(np.std(found.measured)), "scatter belongs in the sd"


def test_expected_best_does_not_believe_one_lucky_reading(campaign: list[Observation]) -> None:
    recipe = Recipe({"Mn": 0.9, "Co": 0.1})
    replicates = [observe(recipe, 4, i, 0.45) for i in range(4)]
    lucky = observe(recipe, 4, 5, 0.29)
    best = expected_best(SPACE, [*campaign, *replicates, lucky], direction="minimise")
    assert best is not None and best.recipe.values["Mn"] < 0.5
    assert best.times_measured >= 1 and best.measured is not None
    assert abs(best.prediction.mean - truth(best.recipe)) < 0.02
    assert expected_best(SPACE, [], direction="minimise") is None


def test_half_of_the_first_batch_lies_where_papers_point() -> None:
    digest = Digest("c", 12, 100, (reported("Ni", 9), reported("Fe", 7), reported("Mn", 1)), (), ())
    arguments = {"batch": 1, "n": 8, "space": SPACE, "objective": OBJECTIVE, "protocol": "p", "observations": ()}
    plain = design_batch(**arguments)  # type: ignore[arg-type]
    told = design_batch(**arguments, digest=digest)  # type: ignore[arg-type]

    def favoured(design: Design) -> int:
        return sum(p.recipe.values["Ni"] + p.recipe.values["Fe"] >= 0.5 for p in design.proposals)

    assert len({p.recipe.key for p in told.proposals}) == 8
    assert told.proposals[:4] == plain.proposals[:4], "half still covers the whole space"
    assert all(p.recipe.values["Ni"] + p.recipe.values["Fe"] >= 0.5 - 1e-9 for p in told.proposals[4:])
    assert favoured(told) > favoured(plain)
    few = design_batch(**arguments, digest=Digest("c", 12, 100, (reported("Ni", 1),), (), ()))  # type: ignore[arg-type]
    assert few.proposals == plain.proposals, "one paper is not a preference"


def test_a_long_campaign_is_worded_from_a_bounded_number_of_measurements() -> None:
    """The best stay among them, whichever way is better."""
    import numpy as np

    from aichemist.brain._diagnostics import MOST_TO_WORD, _some

    worth = np.random.default_rng(0).permutation(2000).astype(float)
    for sign in (1.0, -1.0):
        kept = _some(sign * worth, 3)
        assert len(set(kept)) == MOST_TO_WORD and sorted(kept) == list(kept)
        assert set(np.argsort(sign * worth)[: MOST_TO_WORD // 2]) <= set(kept)
        assert list(kept) == list(_some(sign * worth, 3)) != list(_some(sign * worth, 4))
