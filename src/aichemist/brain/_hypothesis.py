"""Hypotheses: statements in words and numbers that the next batch can refute.

``Hypothesis.numbers`` carries what ``judge_hypothesis`` needs: ``batch`` (the batch that judges it), ``maximise``
(1 or 0), and one of three kinds. Reported: ``lead.M`` and ``papers.M`` (the metals that papers report most). Nothing
reported: ``rule.mixed``. Learnt: ``optimum.M``, ``predicted``, ``predicted_sd``, ``noise_sd`` (the scatter of one
measurement in it), ``span.NAME`` (the range of a variable that is no fraction), ``effect.M``, ``effect_sd.M`` and,
where the batch comes near the optimum, ``predicted_near`` and ``predicted_near_sd`` for the mean of those recipes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import Digest, Evidence, Hypothesis, Objective, Observation, Proposal, Recipe, Simplex, Space

from ._diagnostics import Effect, effects_of, surrogate_of, with_neighbours
from ._prior import component_priors
from ._wording import chance_limit, listed, shown, with_sd
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
    # the recipes of the batch were sought more closely than a sample of the space
    every = with_neighbours(space, surrogate, library, as_points(space, [p.recipe for p in proposals]), seed=seed)
    mean, sd = surrogate.predict(every)
    at = int(np.argmax(surrogate.sign * mean))
    optimum = as_recipe(space, every[at])
    # A result is compared with it, so the scatter of one measurement belongs in.
    predicted, predicted_sd = float(mean[at]), float(np.hypot(sd[at], surrogate.noise_sd))
    effects = effects_of(space, surrogate, library, seed=seed)
    numbers |= {f"optimum.{name}": value for name, value in optimum.values.items()}
    spans = {c.name: c.high - c.low for c in space.columns if c.kind == "number"}
    spans |= {c.name: 0.0 for c in space.columns if c.kind == "category"}
    numbers |= {f"span.{name}": value for name, value in spans.items()}
    at_optimum = optimum.formula if not spans else in_words(space, optimum)
    numbers |= {"predicted": predicted, "predicted_sd": predicted_sd, "noise_sd": surrogate.noise_sd}
    for effect in effects:
        numbers |= {f"effect.{effect.component}": effect.change, f"effect_sd.{effect.component}": effect.sd}
    worse, better = ("above", "below") if surrogate.sign < 0 else ("below", "above")
    near = [p.recipe for p in proposals if exchanged(p.recipe, optimum, spans) <= NEAR + 1e-9]
    far = len(proposals) - len(near)
    clauses = []
    if far or not near:
        limit = predicted + surrogate.sign * chance_limit(far) * predicted_sd
        clauses.append(
            f"a recipe of this batch that differs from {at_optimum} by {_by(space, more=True)} measures {better} "
            f"{shown(limit, objective.unit)}, a less certain reading by more"
        )
    if near:
        near_mean, covariance = surrogate.joint(as_points(space, near))
        expected = float(near_mean.mean())
        spread = float(np.sqrt(covariance.mean() + surrogate.noise_sd**2 / len(near)))
        numbers |= {"predicted_near": expected, "predicted_near_sd": spread}
        floor = shown(expected - surrogate.sign * 2 * spread, objective.unit)
        which = "the one recipe" if len(near) == 1 else f"the {len(near)} recipes"
        measure = "measures" if len(near) == 1 else "measure on average"
        clauses.append(f"{which} near it {measure} {worse} {floor}")
    statement = (
        f"The best recipe is believed to lie near {at_optimum}, where one measurement should give "
        f"{with_sd(predicted, predicted_sd, objective.unit)} {objective.name.replace('_', ' ')}. "
        f"{_effects_in_words(effects, objective)} {_say(surrogate, numbers)}"
        f"{_tested(len(near), len(proposals))} Near means: differing by {_by(space, more=False)}."
    )
    return Hypothesis(statement, numbers, "; or ".join(clauses), _evidence(digest, list(space.names)))


def _tested(near: int, of: int) -> str:
    """What the batch can show, by how many of its recipes lie near the place that is named."""
    if near == of:
        return f"All {of} recipes of this batch lie near it: they test the value there, not the place." if of else ""
    where = f"{near} of the {of} recipes of this batch lie near it and test the value, the others the place."
    return where if near else f"None of the {of} recipes of this batch lies near it: they test the place alone."


def _by(space: Space, *, more: bool) -> str:
    """The share ``NEAR`` with what it is of."""
    share = f"{'more than' if more else 'at most'} {NEAR:.0%}"
    kinds = {c.kind for c in space.columns}
    parts = [f"{share} of the composition"] if "fraction" in kinds else []
    parts += [f"{share} of the variables' ranges (root mean square)"] if "number" in kinds else []
    parts += ["another choice" if more else "no choice"] if "category" in kinds else []
    return (" or " if more else " and ").join(parts)


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
            "the results of this batch agree within their standard uncertainties (chi-square test at 5 %)",
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
            refuted_if="the best recipe of this batch has one component only, by more than two standard uncertainties",
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
    refuted_if += ", by more than two standard uncertainties"
    return Hypothesis(statement, numbers, refuted_if, _evidence(digest, pair))


def _effects_in_words(effects: Sequence[Effect], objective: Objective) -> str:
    sure = [e for e in effects if e.certain]
    if not sure:
        # an average over the space hides a peak and a valley
        return "No variable has a straight trend over the space that can be told from zero yet; a bent one may be."
    parts = [
        f"{e.component} {shown(e.change, objective.unit, sign=True)} "
        f"(95 %: {shown(e.low, objective.unit, sign=True)} to {shown(e.high, objective.unit, sign=True)})"
        for e in sure
    ]
    return f"On average over the space, 10 % more of a variable changes it by: {'; '.join(parts)}."


def _evidence(digest: Digest | None, subjects: Sequence[str]) -> tuple[Evidence, ...]:
    if digest is None:
        return ()
    found: dict[tuple[str, int, int], Evidence] = {}
    for element in sorted(digest.elements, key=lambda e: -e.papers):
        if element.subject in subjects:
            best = sorted(element.evidence, key=lambda e: -e.confidence)[:_EVIDENCE_PER_ELEMENT]
            found |= {(e.document, e.start, e.end): e for e in best}
    return tuple(found.values())
