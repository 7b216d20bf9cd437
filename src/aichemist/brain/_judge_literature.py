"""What became of a statement that was made before anything was learnt: what papers report, or nothing at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from aichemist.chemistry import Hypothesis, Observation, Recipe

from ._wording import chance_limit, listed, shown, with_sd

#: a difference of results that is no more than this likely by chance is one
_LEVEL = 0.05

#: which recipes keep a rule, which break it, and how
Rule = tuple[Callable[[Recipe], bool], tuple[tuple[Callable[[Recipe], bool], str], ...]]


def judge_first(hypothesis: Hypothesis, tested: Sequence[Observation], sign: float) -> str:
    """The verdict on a statement of the first batch, by valid observations ``tested``; see ``judge_hypothesis``."""
    if hypothesis.numbers.get("rule.any"):
        return _judge_spread(tested, sign)
    return _judge_rule(_rule(hypothesis), tested, sign)


def judge_again(hypothesis: Hypothesis, observations: Sequence[Observation]) -> str:
    """What all batches say of a statement of the first one, where a later one turns it over; else empty.

    Args:
        observations: of the objective that the statement is about, of any batch.
    """
    numbers = hypothesis.numbers
    if "predicted" in numbers or "front_gain" in numbers or numbers.get("rule.any"):
        return ""
    valid = [o for o in observations if math.isfinite(o.value)]
    sign = 1.0 if numbers.get("maximise") else -1.0
    if not any(o.batch > numbers["batch"] for o in valid):
        return ""
    now = _judge_rule(_rule(hypothesis), valid, sign)
    return f"{now} (all batches)" if now.startswith("refuted") else ""


def _rule(hypothesis: Hypothesis) -> Rule:
    leads = {k[len("lead.") :] for k in hypothesis.numbers if k.startswith("lead.")}
    if not leads:
        return lambda r: len(_present(r)) > 1, ((lambda r: len(_present(r)) == 1, "one component only"),)
    named = listed(sorted(leads))
    return (
        lambda r: bool(leads & _present(r)) and not _present(r) <= leads,
        (
            (lambda r: bool(_present(r)) and _present(r) <= leads, f"nothing but {named}"),
            (lambda r: not leads & _present(r), f"none of {named}"),
        ),
    )


def _judge_rule(rule: Rule, tested: Sequence[Observation], sign: float) -> str:
    """Recipes that keep the rule against those that do not, the best of each with its uncertainty."""
    keeps, breaks = rule
    best = max(tested, key=lambda o: sign * o.value)
    said = f"the best recipe is {_with_value(best)}"
    kept = [o for o in tested if keeps(o.recipe)]
    missing = [what for broken, what in breaks if not any(broken(o.recipe) for o in tested)]
    if not kept or len(missing) == len(breaks):
        lacks = "fits the statement" if not kept else " or that ".join(f"holds {what}" for what in missing)
        return f"not tested: {said}; no recipe that {lacks} was measured to compare with"
    own = max(kept, key=lambda o: sign * o.value)
    others = [o for o in tested if not keeps(o.recipe)]
    apart = {id(o): sign * (o.value - own.value) / max(_sd(own, o), 1e-12) for o in others}
    against = max(others, key=lambda o: apart[id(o)])
    off = apart[id(against)]
    what = next(text for broken, text in breaks if broken(against.recipe))
    if off > chance_limit(len(others)):
        told = said if against is best else f"{said}; {_with_value(against)}"
        return (
            f"refuted: {told}, which holds {what} and is {off:.1f} sd better than the best recipe that fits the "
            f"statement, {_with_value(own)}"
        )
    # One good vial may be luck: the rule should also hold for the better quarter of what was measured.
    ranked = sorted(tested, key=lambda o: -sign * o.value)
    top = ranked[: max(2, len(ranked) // 4)]
    held = sum(keeps(o.recipe) for o in top)
    verdict = "confirmed" if off < -1 and held * 2 >= len(top) else "weakened"
    told = f"{verdict}: {said}; {held} of the {len(top)} best recipes fit the statement"
    if off >= -1:
        told += f"; {_with_value(against)}, which holds {what}, cannot be told from them"
    return told + (f"; no recipe that holds {' or '.join(missing)} was measured" if missing else "")


def _judge_spread(tested: Sequence[Observation], sign: float) -> str:
    best = max(tested, key=lambda o: sign * o.value)
    spread = max(o.value for o in tested) - min(o.value for o in tested)
    said = f"the results of the batch spread over {shown(spread, best.unit)}; the best recipe is {_with_value(best)}"
    sure = [o for o in tested if math.isfinite(o.uncertainty) and o.uncertainty > 0]
    if len(tested) < 2:
        return f"not tested: {said}"
    if len(sure) < 2:
        return f"not tested: {said}; no uncertainty is stated to compare the spread with"
    from scipy.special import chdtrc

    weights = [1 / o.uncertainty**2 for o in sure]
    mean = sum(w * o.value for w, o in zip(weights, sure, strict=True)) / sum(weights)
    squares = sum(w * (o.value - mean) ** 2 for w, o in zip(weights, sure, strict=True))
    verdict = "confirmed" if float(chdtrc(len(sure) - 1, squares)) < _LEVEL else "refuted"
    typical = sorted(o.uncertainty for o in sure)[len(sure) // 2]
    return f"{verdict}: {said}; the uncertainty of one result is {shown(typical, best.unit)}"


def _sd(one: Observation, other: Observation) -> float:
    return math.hypot(*(o.uncertainty for o in (one, other) if math.isfinite(o.uncertainty)))


def _with_value(o: Observation) -> str:
    return f"{o.recipe.formula} with {with_sd(o.value, o.uncertainty, o.unit)}"


def _present(recipe: Recipe) -> set[str]:
    return {name for name, value in recipe.values.items() if value > 1e-9}
