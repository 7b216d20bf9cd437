"""What was refuted before is not stated again as if nothing had happened."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from aichemist.chemistry import Hypothesis


def with_refuted(hypothesis: Hypothesis, before: Mapping[int, tuple[Hypothesis, str]]) -> Hypothesis:
    """The hypothesis, saying so where an earlier batch refuted the same statement or the same place of the best recipe.

    Args:
        before: number of the batch -> its hypothesis and the judgement on it.
    """
    place = _place(hypothesis)
    same = [
        batch
        for batch, (other, judgement) in sorted(before.items())
        if judgement.startswith("refuted")
        and (other.statement.startswith(hypothesis.statement) or (place and _place(other) == place))
    ]
    if not same:
        return hypothesis
    batches = f"batch {same[0]}" if len(same) == 1 else f"batches {', '.join(map(str, same))}"
    said = (
        f"What {batches} said of this place was refuted; with all results it is still the most promising one."
        if place
        else f"This was refuted by {batches}; too little is measured yet to say anything better."
    )
    return evolve(hypothesis, statement=f"{hypothesis.statement} {said}")


def _place(hypothesis: Hypothesis) -> dict[str, float]:
    """Where the best recipe is believed to lie; empty where nothing has been learnt yet."""
    return {k: round(v, 9) for k, v in hypothesis.numbers.items() if k.startswith("optimum.")}
