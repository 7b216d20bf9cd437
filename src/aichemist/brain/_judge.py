"""What became of a hypothesis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from aichemist.chemistry import Hypothesis, Observation, Recipe, impossible

from ._front_hypothesis import judge_front
from ._hypothesis import NEAR, exchanged
from ._judge_literature import judge_first
from ._wording import chance_limit, spread_of, with_sd


def judge_hypothesis(hypothesis: Hypothesis, observations: Sequence[Observation]) -> str:
    """Hold a hypothesis against what was measured since: a sentence that begins with the verdict.

    The verdict is ``confirmed``, ``weakened``, ``refuted`` or ``not tested`` (nothing valid was measured that bears on
    it); docs/hypotheses.md says when. Only observations of the batch it was stated for count, and of those the ones
    that did not fail. The uncertainty of a reading counts, and that the best of several was picked.
    """
    numbers = hypothesis.numbers
    tested = [o for o in observations if o.batch == numbers.get("batch") and math.isfinite(o.value)]
    if "front_gain" in numbers:
        return judge_front(hypothesis, observations) + _remark(tested)
    if not tested:
        return "not tested: no valid measurement in its batch"
    sign = 1.0 if numbers.get("maximise") else -1.0
    if "predicted" in numbers:
        return _judge_optimum(numbers, Recipe(_named(hypothesis, "optimum.")), tested, sign) + _remark(tested)
    return judge_first(hypothesis, tested, sign) + _remark(tested)


def _judge_optimum(numbers: Mapping[str, float], optimum: Recipe, tested: Sequence[Observation], sign: float) -> str:
    unit, predicted, sd = tested[0].unit, numbers["predicted"], numbers["predicted_sd"]
    noise = numbers.get("noise_sd", 0.0)
    spans = {k[len("span.") :]: v for k, v in numbers.items() if k.startswith("span.")}
    near = [o for o in tested if exchanged(o.recipe, optimum, spans) <= NEAR + 1e-9]
    far = [o for o in tested if o not in near]
    above = [sign * (o.value - predicted) / spread_of(sd, noise, o.uncertainty) for o in far]
    limit = chance_limit(len(far))
    if far and max(above) > limit:
        off = max(above)
        elsewhere = far[above.index(off)]
        return (
            f"refuted: predicted {with_sd(predicted, sd, unit)} at best, near {optimum.formula}, but "
            f"{elsewhere.recipe.formula} gave {with_sd(elsewhere.value, elsewhere.uncertainty, unit)}, {off:.1f} sd "
            f"better; the best of {len(far)} recipes elsewhere may be {limit:.1f} sd better by chance"
        )
    place = (
        f"of {len(far)} recipe{'s' * (len(far) > 1)} elsewhere none is better than the predicted best by more than "
        "chance"
        if far
        else "the place was not tested: no recipe of the batch lies elsewhere"
    )
    if not near or "predicted_near" not in numbers:
        return f"not tested: nothing near {optimum.formula} was measured in its batch" + f"; {place}" * bool(far)
    mean = sum(o.value for o in near) / len(near)
    expected = numbers["predicted_near"]
    spread = spread_of(numbers["predicted_near_sd"], noise, *(o.uncertainty for o in near))
    shortfall = sign * (expected - mean) / spread
    own = math.sqrt(sum(o.uncertainty**2 for o in near if math.isfinite(o.uncertainty))) / len(near)
    way = "worse" if shortfall > 0 else "better"
    verdict = "refuted" if shortfall > 2 else "weakened" if shortfall > 1 else "confirmed"
    return (
        f"{verdict}: near {optimum.formula} {len(near)} measured, predicted {with_sd(expected, spread, unit)} "
        f"on average, found {with_sd(mean, own, unit)}, {abs(shortfall):.1f} sd {way}"
        f"{', the model was too cautious' * (shortfall < -2)}; {place}"
    )


def _remark(tested: Sequence[Observation]) -> str:
    """On the reading that is farthest from what can be."""
    strange = [o for o in tested if impossible(o.name, o.value, o.unit)]
    if not strange:
        return ""
    o = max(strange, key=lambda o: abs(o.value))
    said = impossible(o.name, o.value, o.unit)
    return f"; remark: {o.recipe.formula} gave {with_sd(o.value, o.uncertainty, o.unit)}, but {said}"


def _named(hypothesis: Hypothesis, prefix: str) -> dict[str, float]:
    return {k[len(prefix) :]: v for k, v in hypothesis.numbers.items() if k.startswith(prefix)}
