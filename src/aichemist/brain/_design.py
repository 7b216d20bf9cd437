"""One batch: recipes from a learner, and the hypothesis they test."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from aichemist.chemistry import Design, Digest, Objective, Observation, Recipe, Space, software

from ._first_batch import with_favoured
from ._hypothesis import state_hypothesis
from .learning import Learner, load_learner


def design_batch(
    *,
    batch: int,
    n: int,
    space: Space,
    objective: Objective,
    protocol: str,
    observations: Sequence[Observation],
    pending: Sequence[Recipe] = (),
    digest: Digest | None = None,
    learner: Learner | str = "ensemble",
    seed: int = 0,
    remaining: int | None = None,
) -> Design:
    """Design batch number ``batch`` of at most ``n`` recipes.

    The same arguments give the same design. ``pending`` are recipes under way elsewhere; they are not proposed again.
    Fewer than ``n`` proposals come back only when the space has fewer recipes than that. ``remaining`` is how many
    samples the budget still allows, this batch included: the less, the less is explored.

    While nothing is learnt yet, half of the batch lies where the papers of ``digest`` point; see ``with_favoured``.
    """
    chosen = load_learner(learner) if isinstance(learner, str) else learner
    proposals = tuple(
        chosen.propose(space, observations, pending, n, direction=objective.direction, seed=seed, remaining=remaining)
    )
    if proposals and all(p.origin == "initial" for p in proposals):
        proposals = with_favoured(proposals, space, digest, [*(o.recipe for o in observations), *pending], seed=seed)
    hypothesis = state_hypothesis(digest, observations, proposals, space, objective, batch=batch, seed=seed)
    hypothesis = evolve(hypothesis, made_by=software("templates of hypotheses"))
    return Design(
        batch, hypothesis, space, protocol, proposals, chosen.name, software(f"learner {chosen.name}")
    )  # fmt: skip
