"""The first batch: half of it spread over the space, half of it where papers point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import Digest, Proposal, Recipe, Space

from ._prior import ComponentPrior, component_priors
from .learning._learner import as_points, as_recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LIBRARY = 20_000
#: papers that must report a component before it counts as favoured
_PAPERS = 2
_LEADS = 3


def with_favoured(
    proposals: tuple[Proposal, ...], space: Space, digest: Digest | None, taken: Sequence[Recipe], *, seed: int
) -> tuple[Proposal, ...]:
    """Put recipes that papers favour in the place of the later half of a space-filling batch.

    Favoured: recipes of which at least half is made of the (up to three) components that most papers report, each
    component inside the middle half of the fractions that papers state for it. They are spread among themselves. The
    other half still covers the whole space, so that data can overrule what papers prefer. Without a digest, or where it
    singles nothing out, the batch stays as it was.
    """
    if digest is None or len(proposals) < 2:
        return proposals

    from .learning._encoding import Encoding
    from .learning._learner import fresh_and_tried
    from .learning._space_filling import space_filling, spread_rows

    leads = sorted(
        (p for p in component_priors(digest, space) if p.papers >= _PAPERS), key=lambda p: (-p.papers, p.component)
    )[:_LEADS]
    fractions = [c.name for c in space.columns if c.kind == "fraction"]
    if not leads or len(leads) == len(fractions):
        return proposals
    library = space.pool(_LIBRARY, seed)
    kept = proposals[: (len(proposals) + 1) // 2]
    busy = as_points(space, [*(p.recipe for p in kept), *taken])
    fresh, _ = fresh_and_tried(library, busy, busy[:0])
    good = fresh[_favoured(library[fresh], space, leads)]
    n = len(proposals) - len(kept)
    if len(good) < n:
        return proposals
    if len(fractions) < len(space.columns):
        rows = spread_rows(Encoding.for_space(space), library, n, good, seed, taken=busy)
    else:
        rows = space_filling(library, n, good, seed, taken=busy if len(busy) else None)
    return (*kept, *(Proposal(as_recipe(space, library[i]), "initial", None) for i in rows))


def _favoured(points: Floats, space: Space, leads: Sequence[ComponentPrior]) -> NDArray[np.bool_]:

    names = list(space.names)
    good: NDArray[np.bool_] = points[:, [names.index(p.component) for p in leads]].sum(axis=1) >= 0.5
    for prior in leads:
        if prior.fraction is None or prior.fraction.papers < _PAPERS or prior.outside:
            continue
        part = points[:, names.index(prior.component)]
        inside = (part >= prior.fraction.lower - 0.05) & (part <= prior.fraction.upper + 0.05)
        # a component may also be left out: ranges are of papers that use it
        narrower = good & (inside | (part < 1e-9))
        good = narrower if narrower.any() else good
    return good
