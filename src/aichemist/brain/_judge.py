"""What became of a hypothesis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from aichemist.chemistry import Hypothesis, Observation, Recipe

from ._front_hypothesis import judge_front
from ._hypothesis import NEAR, exchanged
from ._wording import shown, with_sd


def judge_hypothesis(hypothesis: Hypothesis, observations: Sequence[Observation]) -> str:
    """Hold a hypothesis against what was measured since: a sentence that begins with the verdict.

    The verdict is ``confirmed``, ``weakened``, ``refuted`` or ``not tested`` (nothing valid was measured that bears on
    it). Only observations of the batch it was stated for count, and of those the ones that did not fail.
    """
    numbers = hypothesis.numbers
    if "front_gain" in numbers:
        return judge_front(hypothesis, observations)
    tested = [o for o in observations if o.batch == numbers.get("batch") and math.isfinite(o.value)]
    if not tested:
        return "not tested: no valid measurement in its batch"
    sign = 1.0 if numbers.get("maximise") else -1.0
    best = max(tested, key=lambda o: sign * o.value)
    if "predicted" in numbers:
        return _judge_optimum(numbers, Recipe(_named(hypothesis, "optimum.")), tested, sign)
    shown_best = f"the best recipe is {best.recipe.formula} with {shown(best.value, best.unit)}"
    present = {name for name, value in best.recipe.values.items() if value > 1e-9}
    if numbers.get("rule.any"):
        sd = max((o.uncertainty for o in tested if math.isfinite(o.uncertainty)), default=0.0)
        spread = max(o.value for o in tested) - min(o.value for o in tested)
        verdict = "not tested" if len(tested) < 2 else "confirmed" if spread > 2 * sd else "refuted"
        return f"{verdict}: the results of the batch spread over {shown(spread, best.unit)}; {shown_best}"
    if numbers.get("rule.mixed"):
        return f"{'confirmed' if len(present) > 1 else 'refuted'}: {shown_best}"
    leads = set(_named(hypothesis, "lead."))
    if not leads & present:
        return f"refuted: {shown_best}, which holds none of {', '.join(sorted(leads))}"
    if present <= leads:
        return f"refuted: {shown_best}, which holds nothing but the most reported metals"
    # One good vial may be luck: the rule should also hold for the better quarter of the batch.
    ranked = sorted(tested, key=lambda o: -sign * o.value)
    top = ranked[: max(2, len(ranked) // 4)]
    held = sum(_is_extended(o.recipe, leads) for o in top)
    verdict = "confirmed" if held * 2 > len(top) else "weakened"
    return f"{verdict}: {shown_best}; {held} of the {len(top)} best recipes fit the statement"


def _judge_optimum(numbers: Mapping[str, float], optimum: Recipe, tested: Sequence[Observation], sign: float) -> str:
    unit, predicted, sd = tested[0].unit, numbers["predicted"], numbers["predicted_sd"]
    spans = {k[len("span.") :]: v for k, v in numbers.items() if k.startswith("span.")}
    near = [o for o in tested if exchanged(o.recipe, optimum, spans) <= NEAR + 1e-9]
    far = [o for o in tested if o not in near]
    elsewhere = max(far, key=lambda o: sign * o.value, default=None)
    if elsewhere is not None and sign * (elsewhere.value - predicted) > 2 * sd:
        return (
            f"refuted: predicted {with_sd(predicted, sd, unit)} at best, near {optimum.formula}, "
            f"but {elsewhere.recipe.formula} gave {shown(elsewhere.value, unit)}"
        )
    if not near or "predicted_near" not in numbers:
        return f"not tested: nothing within {NEAR:.0%} of {optimum.formula} was measured in its batch"
    mean = sum(o.value for o in near) / len(near)
    expected, spread = numbers["predicted_near"], numbers["predicted_near_sd"]
    shortfall = sign * (expected - mean) / spread
    # Much better than predicted does not refute where the optimum lies, but the numbers were wrong.
    verdict = "refuted" if shortfall > 2 else "weakened" if shortfall > 1 or shortfall < -2 else "confirmed"
    return (
        f"{verdict}: near {optimum.formula} {len(near)} measured, predicted {with_sd(expected, spread, unit)} "
        f"on average, found {shown(mean, unit)}, {abs(shortfall):.1f} sd {'worse' if shortfall > 0 else 'better'}"
    )


def _named(hypothesis: Hypothesis, prefix: str) -> dict[str, float]:
    return {k[len(prefix) :]: v for k, v in hypothesis.numbers.items() if k.startswith(prefix)}


def _is_extended(recipe: Recipe, leads: set[str]) -> bool:
    present = {name for name, value in recipe.values.items() if value > 1e-9}
    return bool(leads & present) and not present <= leads
