"""Hypotheses: statements in words and numbers that the next batch can refute.

``Hypothesis.numbers`` carries what ``judge_hypothesis`` needs: ``batch`` (the batch that judges it), ``maximise``
(1 or 0), and one of three kinds. Reported: ``lead.M`` and ``papers.M`` (the metals that papers report most). Nothing
reported: ``rule.mixed``. Learnt: ``optimum.M``, ``predicted``, ``predicted_sd``, ``effect.M``, ``effect_sd.M`` and,
where the batch comes near the optimum, ``predicted_near`` and ``predicted_near_sd`` for the mean of those recipes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import Digest, Evidence, Hypothesis, Objective, Observation, Proposal, Recipe, Simplex, Space

from ._diagnostics import Effect, effects_of, surrogate_of
from ._prior import component_priors
from ._wording import listed, shown, with_sd
from .learning._learner import as_points, as_recipe

if TYPE_CHECKING:
    from .learning._ensemble import Ensemble
    from .learning._theory import Theory
    from .learning._transfer import Earlier

#: recipes count as near the optimum when at most this share of the composition was exchanged
NEAR = 0.2
_EVIDENCE_PER_ELEMENT = 3


def state_hypothesis(
    digest: Digest | None,
    observations: Sequence[Observation],
    proposals: Sequence[Proposal],
    space: Space,
    objective: Objective,
    *,
    batch: int | None = None,
    seed: int = 0,
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
) -> Hypothesis:
    """State what the batch ``proposals`` is to test.

    Before there is enough to learn from (4 valid observations) the hypothesis comes from the digest: the elements that
    most papers report, "reported, but not best alone". Later it comes from the surrogate: where the optimum lies, what
    it should measure, which components matter and which way. ``batch`` defaults to the one after the last observed.
    """
    if batch is None:
        batch = 1 + max((o.batch for o in observations), default=-1)
    numbers = {"batch": float(batch), "maximise": float(objective.direction == "maximise")}
    fitted = surrogate_of(space, observations, direction=objective.direction, seed=seed, theory=theory, earlier=earlier)
    if fitted is None:
        return _from_digest(digest, space, objective, numbers)
    import numpy as np

    surrogate, library = fitted
    mean, sd = surrogate.predict(library)
    at = int(np.argmax(surrogate.sign * mean))
    optimum = as_recipe(space, library[at])
    # A result is compared with it, so the scatter of one measurement belongs in.
    predicted, predicted_sd = float(mean[at]), float(np.hypot(sd[at], surrogate.noise_sd))
    effects = effects_of(space, surrogate, library, seed=seed)
    numbers |= {f"optimum.{name}": value for name, value in optimum.values.items()}
    spans = {c.name: c.high - c.low for c in space.columns if c.kind == "number"}
    spans |= {c.name: 0.0 for c in space.columns if c.kind == "category"}
    numbers |= {f"span.{name}": value for name, value in spans.items()}
    at_optimum = optimum.formula if not spans else in_words(space, optimum)
    numbers |= {"predicted": predicted, "predicted_sd": predicted_sd}
    for effect in effects:
        numbers |= {f"effect.{effect.component}": effect.change, f"effect_sd.{effect.component}": effect.sd}
    worse, better = ("above", "below") if surrogate.sign < 0 else ("below", "above")
    limit = shown(predicted + surrogate.sign * 2 * predicted_sd, objective.unit)
    refuted_if = f"a recipe of this batch farther than {NEAR:.0%} from {at_optimum} measures {better} {limit}"
    near = [p.recipe for p in proposals if exchanged(p.recipe, optimum, spans) <= NEAR + 1e-9]
    if near:
        near_mean, covariance = surrogate.joint(as_points(space, near))
        expected = float(near_mean.mean())
        spread = float(np.sqrt(covariance.mean() + surrogate.noise_sd**2 / len(near)))
        numbers |= {"predicted_near": expected, "predicted_near_sd": spread}
        floor = shown(expected - surrogate.sign * 2 * spread, objective.unit)
        which = "the one recipe" if len(near) == 1 else f"the {len(near)} recipes"
        refuted_if += f"; or {which} within that distance measure on average {worse} {floor}"
    statement = (
        f"The best recipe is believed to lie near {at_optimum}, where one measurement should give "
        f"{with_sd(predicted, predicted_sd, objective.unit)} {objective.name.replace('_', ' ')}. "
        f"{_effects_in_words(effects, objective)} {_say(surrogate, numbers)}"
        f"{len(near)} of the {len(proposals)} recipes of this batch lie near it."
    )
    return Hypothesis(statement, numbers, refuted_if, _evidence(digest, list(space.names)))


def _say(surrogate: Ensemble, numbers: dict[str, float]) -> str:
    """How much theory and earlier campaigns have to say in what is believed; nothing where there are none."""
    parts = []
    for kind, what in (("theory", "theory"), ("earlier", "earlier campaigns")):
        own = [w for m, w in zip(surrogate.members, surrogate.weights, strict=True) if m.source == kind]
        if own:
            numbers[f"say.{kind}"] = sum(own)
            parts.append(f"{what} {sum(own):.0%}")
    return f"Of the say in this, {listed(parts)}. " * bool(parts)


def exchanged(a: Recipe, b: Recipe, spans: Mapping[str, float] | None = None) -> float:
    """How far two recipes are apart, as a share.

    For a composition what is to be exchanged to make ``b`` of ``a``: half the sum of absolute differences. Other
    numbers count by their differences over their ranges ``spans``, root mean square; another category (range 0) is 1.
    The largest of the three.
    """
    spans = spans or {}
    names = {*a.values, *b.values}
    differences = {k: abs(a.values.get(k, 0.0) - b.values.get(k, 0.0)) for k in names}
    whole = sum(d for k, d in differences.items() if k not in spans) / 2
    if any(differences.get(k, 0.0) > 1e-9 for k, span in spans.items() if span <= 0):
        return 1.0
    shares = [differences.get(k, 0.0) / span for k, span in spans.items() if span > 0]
    return max(whole, (sum(v * v for v in shares) / len(shares)) ** 0.5 if shares else 0.0)


def in_words(space: Space, recipe: Recipe) -> str:
    """A recipe of a space whose variables are not fractions alone."""
    return ", ".join(f"{name} = {space.label(name, value)}" for name, value in recipe.values.items())


def _from_digest(digest: Digest | None, space: Space, objective: Objective, numbers: dict[str, float]) -> Hypothesis:
    if not isinstance(space, Simplex):
        numbers["rule.any"] = 1.0
        return Hypothesis(
            f"Nothing is known yet of how the {objective.name.replace('_', ' ')} depends on "
            f"{listed(list(space.names))}: the batch is spread over the space, "
            "and its results are expected to differ by more than their uncertainty.",
            numbers,
            "all results of this batch agree within two standard uncertainties",
        )
    reported = [e for e in (digest.elements if digest else ()) if e.subject in space.components and e.papers > 0]
    reported.sort(key=lambda e: (-e.papers, space.components.index(e.subject)))
    name = objective.name.replace("_", " ")
    if digest is None or not reported or len(space.components) < 3 or space.max_components < 3:
        numbers["rule.mixed"] = 1.0
        return Hypothesis(
            statement=f"No paper at hand singles out a component of {listed(space.components)}. Mixtures are expected "
            f"to have a better {name} than any single component.",
            numbers=numbers,
            refuted_if="the best recipe of this batch has one component only",
        )
    leads = reported[:2]
    for element in reported:
        numbers[f"papers.{element.subject}"] = float(element.papers)
    for element in leads:
        numbers[f"lead.{element.subject}"] = 1.0
    pair = [e.subject for e in leads]
    about = digest.about or digest.documents
    counts = [f"{e.subject} ({e.papers} of {about} papers)" for e in reported]
    ranges = [
        f"{p.component} {p.fraction.lower:.0%} to {p.fraction.upper:.0%} ({p.fraction.papers})"
        for p in component_priors(digest, space)
        if p.fraction is not None and p.fraction.papers > 1
    ]
    stated = f" Fractions of the metal in the middle half of the papers that state one: {listed(ranges)}." * bool(
        ranges
    )
    statement = (
        f"Reported, not best: papers report {listed(counts)}.{stated} Recipes of {listed(pair)} alone are not "
        f"expected to have the best {name}; recipes that hold {' or '.join(pair)} together with at least one "
        "other metal are."
    )
    refuted_if = (
        f"the best recipe of this batch holds neither {' nor '.join(pair)}, or nothing but {listed(pair)}"
        if len(pair) > 1
        else f"the best recipe of this batch holds no {pair[0]}, or nothing but {pair[0]}"
    )
    return Hypothesis(statement, numbers, refuted_if, _evidence(digest, pair))


def _effects_in_words(effects: Sequence[Effect], objective: Objective) -> str:
    sure = [e for e in effects if e.certain]
    if not sure:
        return "No single component has an effect that can be told from zero yet."
    parts = [
        f"{e.component} {shown(e.change, objective.unit, sign=True)} "
        f"(95 %: {shown(e.low, objective.unit, sign=True)} to {shown(e.high, objective.unit, sign=True)})"
        for e in sure
    ]
    return f"On average over the space, 10 % more of a component changes it by: {'; '.join(parts)}."


def _evidence(digest: Digest | None, subjects: Sequence[str]) -> tuple[Evidence, ...]:
    if digest is None:
        return ()
    found: dict[tuple[str, int, int], Evidence] = {}
    for element in sorted(digest.elements, key=lambda e: -e.papers):
        if element.subject in subjects:
            best = sorted(element.evidence, key=lambda e: -e.confidence)[:_EVIDENCE_PER_ELEMENT]
            found |= {(e.document, e.start, e.end): e for e in best}
    return tuple(found.values())
