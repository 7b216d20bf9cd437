"""One batch: recipes from a learner, and the hypothesis they test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from aichemist.chemistry import Design, Digest, Objective, Observation, Recipe, Space, software

from ._first_batch import with_favoured
from ._front_hypothesis import state_front
from ._hypothesis import state_hypothesis
from .learning import Learner, load_learner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .learning import Earlier, Theory

    Floats = NDArray[np.float64]


def design_batch(
    *,
    batch: int,
    n: int,
    space: Space,
    objective: Objective | Sequence[Objective],
    protocol: str,
    observations: Sequence[Observation],
    pending: Sequence[Recipe] = (),
    digest: Digest | None = None,
    learner: Learner | str = "ensemble",
    seed: int = 0,
    remaining: int | None = None,
    within: Space | None = None,
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
    cost: Callable[[Floats], Floats] | None = None,
) -> Design:
    """Design batch number ``batch`` of at most ``n`` recipes.

    The same arguments give the same design. ``pending`` are recipes under way elsewhere; they are not proposed again.
    Fewer than ``n`` proposals come back only when the space has fewer recipes than that. ``remaining`` is how many
    samples the budget still allows, this batch included: the less, the less is explored.

    ``within`` is the part of ``space`` from which recipes may come, where not all of it is allowed.

    Several objectives: the batch is chosen for the Pareto front, and ``observations`` of one sample belong together.
    While nothing is learnt yet, half of the batch lies where the papers of ``digest`` point; see ``with_favoured``.

    Args:
        theory, earlier: what the surrogates may listen to; an ``Earlier`` of several objectives names its own.
        cost: points ``(n, d)`` to what trying each costs, above zero.
    """
    chosen = load_learner(learner) if isinstance(learner, str) else learner
    objectives = (objective,) if isinstance(objective, Objective) else tuple(objective)
    names = tuple(o.name for o in objectives)
    more = {} if cost is None else {"cost_of": cost}
    proposals = tuple(
        chosen.propose(
            space, observations, pending, n, direction=tuple(o.direction for o in objectives), seed=seed, names=names,
            remaining=remaining, within=within, theory=theory, earlier=tuple(earlier), **more,
        )
    )  # fmt: skip
    if proposals and all(p.origin == "initial" for p in proposals):
        taken = [*(o.recipe for o in observations), *pending]
        proposals = with_favoured(proposals, within or space, digest, taken, seed=seed)
    hypothesis = None
    if len(objectives) > 1:
        hypothesis = state_front(
            digest, observations, proposals, space, objectives, batch=batch, seed=seed, theory=theory, earlier=earlier
        )
    if hypothesis is None:
        own = [o for o in observations if o.name == names[0]] if len(objectives) > 1 else observations
        hypothesis = state_hypothesis(
            digest, own, proposals, space, objectives[0], batch=batch, seed=seed, theory=theory, earlier=earlier
        )
    hypothesis = evolve(hypothesis, made_by=software("templates of hypotheses"))
    return Design(batch, hypothesis, space, protocol, proposals, chosen.name, software(f"learner {chosen.name}"))
