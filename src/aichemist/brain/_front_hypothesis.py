"""Hypotheses about several objectives at once: how they trade off, and what the next batch adds to the front.

``numbers`` holds for each objective ``maximise.NAME``, ``best.NAME`` and ``best_sd.NAME`` (the best believed true
value),
``batch_mean.NAME`` and ``batch_mean_sd.NAME`` (the mean of the batch as it should be measured), ``noise_sd.NAME`` (the
scatter of one measurement in it), ``reference.NAME``,
effects as ``effect.NAME.M`` with ``effect_sd.NAME.M``; and ``front_gain``, ``front_gain_low``, ``front_gain_high``: by
what share the hypervolume dominated by measured values grows, with its 95 % interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import Digest, Hypothesis, Objective, Observation, Proposal, Space

from ._diagnostics import effects_of, with_neighbours
from ._wording import chance_limit, listed, shown, spread_of, with_sd
from .learning._learner import as_points, as_recipe, together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .learning._ensemble import Ensemble
    from .learning._theory import Theory
    from .learning._transfer import Earlier

    Floats = NDArray[np.float64]

_SAMPLES = 256
_LIBRARY = 5000


def state_front(
    digest: Digest | None,
    observations: Sequence[Observation],
    proposals: Sequence[Proposal],
    space: Space,
    objectives: Sequence[Objective],
    *,
    batch: int,
    seed: int,
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
) -> Hypothesis | None:
    """What the batch is to show of the trade-off; ``None`` while too little is known of any objective."""
    import numpy as np

    from ._hypothesis import _effects_in_words, _evidence, in_words
    from .learning._encoding import Encoding
    from .learning._hypervolume import fit_each, reference_point
    from .learning._learner import FEWEST_TO_LEARN_FROM

    names = [o.name for o in objectives]
    x, y, yvar = together(space, observations, names)
    whole = np.isfinite(y).all(axis=1) if len(y) else np.zeros(0, dtype=bool)
    if whole.sum() < FEWEST_TO_LEARN_FROM or not proposals:
        return None
    encoding, library = Encoding.for_space(space), space.pool(_LIBRARY, seed)
    fitted = fit_each(
        x, y, yvar, encoding, [o.direction for o in objectives], seed=seed, theory=theory,
        earlier=[tuple(e for e in earlier if e.objective == o.name) for o in objectives],
    )  # fmt: skip
    signs = np.array([e.sign for e in fitted])
    reference = reference_point(signs * y[whole], 0.5)
    points = as_points(space, [p.recipe for p in proposals])
    numbers: dict[str, float] = {"batch": float(batch)}
    sentences = []
    drawn = np.empty((_SAMPLES, len(points), len(objectives)))
    rng = np.random.default_rng(abs(seed))
    for j, (objective, surrogate) in enumerate(zip(objectives, fitted, strict=True)):
        every = with_neighbours(space, surrogate, library, points, seed=seed)
        mean, sd = surrogate.predict(every)
        at = int(np.argmax(surrogate.sign * mean))
        recipe = as_recipe(space, every[at])
        where = recipe.formula if all(c.kind == "fraction" for c in space.columns) else in_words(space, recipe)
        own, covariance = surrogate.joint(points)
        covariance = covariance + surrogate.noise_sd**2 * np.eye(len(points))
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        drawn[:, :, j] = signs[j] * (own + rng.standard_normal((_SAMPLES, len(points))) @ root.T)
        spread = math.sqrt(max(float(covariance.mean()), 0.0))
        effects = effects_of(space, surrogate, library, seed=seed)
        name = objective.name
        numbers |= {
            f"maximise.{name}": float(objective.direction == "maximise"),
            f"best.{name}": float(mean[at]), f"best_sd.{name}": float(sd[at]),
            f"batch_mean.{name}": float(own.mean()), f"batch_mean_sd.{name}": spread,
            f"noise_sd.{name}": surrogate.noise_sd,
            f"reference.{name}": float(signs[j] * reference[j]),
        }  # fmt: skip
        for effect in effects:
            numbers |= {f"effect.{name}.{effect.component}": effect.change}
            numbers |= {f"effect_sd.{name}.{effect.component}": effect.sd}
        sentences.append(
            f"The best {name.replace('_', ' ')} is believed to lie near {where} with "
            f"{with_sd(float(mean[at]), float(sd[at]), objective.unit)}. {_effects_in_words(effects, objective)}"
        )
    known = signs * y[whole]
    gains = front_gains(known, drawn, reference)
    low, high = (float(v) for v in np.percentile(gains, [2.5, 97.5]))
    numbers |= {"front_gain": float(gains.mean()), "front_gain_low": low, "front_gain_high": high}
    along = _along(fitted, library, signs)
    limit = chance_limit(len(objectives))
    worse = [
        f"a mean {o.name.replace('_', ' ')} {'below' if o.direction == 'maximise' else 'above'} "
        + shown(numbers[f"batch_mean.{o.name}"] - s * limit * numbers[f"batch_mean_sd.{o.name}"], o.unit)
        for o, s in zip(objectives, signs, strict=True)
    ]
    statement = (
        f"{' '.join(sentences)} {along} The {len(points)} recipes of this batch are expected to widen the volume that "
        f"the front dominates by {numbers['front_gain']:.1%} (95 %: {low:.1%} to {high:.1%}). They test these numbers, "
        "not where the best of one objective lies."
    )
    return Hypothesis(statement, numbers, f"the batch has {' or '.join(worse)}", _evidence(digest, list(space.names)))


def front_gains(known: Floats, drawn: Floats, reference: Floats) -> Floats:
    """By what share each sample of a batch widens the dominated volume.

    Args:
        known: shape ``(k, o)``, larger is better.
        drawn: shape ``(samples, n, o)``.
    """
    import numpy as np

    from .learning._hypervolume import hypervolume, pareto

    front = known[pareto(known)]
    before = max(hypervolume(front, reference), 1e-12)
    found: Floats = np.array([hypervolume(np.vstack([front, batch]), reference) / before - 1 for batch in drawn])
    return found


def _along(fitted: Sequence[Ensemble], library: Floats, signs: Floats) -> str:
    """Whether the objectives agree over the better half of the space."""
    import numpy as np

    if len(fitted) != 2:
        return f"{len(fitted)} objectives are weighed against each other."
    one, two = (s * e.predict(library)[0] for s, e in zip(signs, fitted, strict=True))
    ranks = [np.argsort(np.argsort(v)).astype(float) for v in (one, two)]
    r = float(np.corrcoef(ranks[0], ranks[1])[0, 1]) if np.ptp(one) > 0 and np.ptp(two) > 0 else 0.0
    kind = "conflict" if r < -0.3 else "go together" if r > 0.3 else "are nearly independent"
    return f"Over the space the objectives {kind} (rank correlation of goodness {r:+.2f})."


def judge_front(hypothesis: Hypothesis, observations: Sequence[Observation]) -> str:
    """Hold it against the batch that it was stated for; see ``judge_hypothesis``."""
    import numpy as np

    from .learning._hypervolume import hypervolume, pareto

    numbers = hypothesis.numbers
    names = [k[len("maximise.") :] for k in numbers if k.startswith("maximise.")]
    batch = numbers["batch"]
    of_sample: dict[str, dict[str, Observation]] = {}
    for o in observations:
        if o.name in names and o.batch <= batch and math.isfinite(o.value):
            of_sample.setdefault(o.sample, {})[o.name] = o
    whole = [found for found in of_sample.values() if len(found) == len(names)]
    tested = [found for found in whole if found[names[0]].batch == batch]
    if not tested:
        return "not tested: no sample of its batch has a valid measurement of every objective"
    signs = np.array([1.0 if numbers[f"maximise.{n}"] else -1.0 for n in names])
    parts, short, shortfall = [], [], -math.inf
    limit = chance_limit(len(names))
    for sign, name in zip(signs, names, strict=True):
        mean = sum(found[name].value for found in tested) / len(tested)
        expected = numbers[f"batch_mean.{name}"]
        spread = spread_of(
            numbers[f"batch_mean_sd.{name}"], numbers.get(f"noise_sd.{name}", 0.0),
            *(found[name].uncertainty for found in tested),
        )  # fmt: skip
        spread = max(spread, 1e-12)
        off = float(sign) * (expected - mean) / spread
        shortfall = max(shortfall, off)
        unit = tested[0][name].unit
        said = f"{abs(off):.1f} sd {'worse' if off > 0 else 'better'}"
        parts.append(f"{name.replace('_', ' ')} {shown(mean, unit)} for {with_sd(expected, spread, unit)} ({said})")
        if off > 1:
            short.append(name.replace("_", " "))
    before = np.array([[f[n].value for n in names] for f in whole if f[names[0]].batch < batch]).reshape(-1, len(names))
    after = np.array([[f[n].value for n in names] for f in whole])
    reference = signs * np.array([numbers[f"reference.{n}"] for n in names])
    volumes = [hypervolume((v * signs)[pareto(v * signs)], reference) if len(v) else 0.0 for v in (before, after)]
    gain = volumes[1] / max(volumes[0], 1e-12) - 1
    more = gain > numbers["front_gain_high"] + 1e-9
    verdict = "refuted" if shortfall > limit else "weakened" if shortfall > 1 else "confirmed"
    fell = f"; the mean {listed(short)} fell short, where the best of it lies was not tested" if short else ""
    return (
        f"{verdict}: mean of the batch {listed(parts)}; the front's volume grew by {gain:.1%}, "
        f"predicted {numbers['front_gain']:.1%} ({numbers['front_gain_low']:.1%} to {numbers['front_gain_high']:.1%})"
        f"{', the model was too cautious' * more}{fell}"
    )
