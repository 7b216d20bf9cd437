"""The seam: what a learner is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import frozen

from aichemist.chemistry import InputError, Prediction, Proposal, Recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Observation, Simplex
    from aichemist.chemistry._records import Direction

    Floats = NDArray[np.float64]

#: fewer valid measurements than this tell a surrogate nothing; the batch is space-filling instead
FEWEST_TO_LEARN_FROM = 4


@frozen
class Pick:
    """One chosen candidate: its row, why it was chosen, and the measurement the surrogate expects of it."""

    index: int
    origin: Literal["initial", "acquisition", "random"]
    prediction: Prediction | None = None


class Learner(ABC):
    """Picks the next batch. Stateless: what it answers depends on its arguments alone.

    A learner implements ``propose_from``, over any explicit list of candidates; ``propose`` puts a space of
    compositions in front of it.
    """

    name: ClassVar[str]

    @abstractmethod
    def propose_from(
        self,
        candidates: Floats,
        x: Floats,
        y: Floats,
        yvar: Floats,
        pending: Floats,
        n: int,
        *,
        direction: Direction,
        seed: int,
    ) -> list[Pick]:
        """Pick ``n`` rows of ``candidates``.

        Args:
            candidates: shape ``(m, d)``, all points that may be tried.
            x, y, yvar: shapes ``(k, d)``, ``(k,)``, ``(k,)``: what was measured, the values and the variances
                reported with them; rows with a ``y`` that is not finite are ignored. ``x`` need not lie on the grid.
            pending: shape ``(p, d)``, points under way; never picked.
            n: how many. Measured points are picked again (replicates) only once nothing new is left, each at most
                once in a batch; so fewer than ``n`` come back only when the library is smaller than that.
            direction: ``"minimise"`` or ``"maximise"``.
            seed: the same arguments and seed give the same picks.
        """

    def propose(
        self,
        space: Simplex,
        observations: Sequence[Observation],
        pending: Sequence[Recipe],
        n: int,
        *,
        direction: Direction,
        seed: int,
    ) -> list[Proposal]:
        """Propose ``n`` recipes of ``space``; see ``propose_from`` for what is promised."""
        if n < 1:
            raise InputError("a batch needs at least one sample", key="batch", value=n, mend="write 1 or more")
        candidates = space.enumerate()
        x, y, yvar = measurements(space, observations)
        picks = self.propose_from(candidates, x, y, yvar, as_points(space, pending), n, direction=direction, seed=seed)
        return [Proposal(as_recipe(space, candidates[p.index]), p.origin, p.prediction) for p in picks]


def as_points(space: Simplex, recipes: Sequence[Recipe]) -> Floats:
    """Recipes as rows, shape ``(len(recipes), len(space.components))``; absent components are 0."""
    import numpy as np

    rows = [[recipe.values.get(name, 0.0) for name in space.components] for recipe in recipes]
    return np.array(rows, dtype=float).reshape(len(recipes), len(space.components))


def as_recipe(space: Simplex, point: Floats) -> Recipe:
    """A row of ``space.enumerate()`` as a recipe; components that are absent are written as 0."""
    return Recipe({name: round(float(v), 9) for name, v in zip(space.components, point, strict=True)})


def measurements(space: Simplex, observations: Sequence[Observation]) -> tuple[Floats, Floats, Floats]:
    """Points, values and reported variances of all observations; an unusable uncertainty counts as none given."""
    import numpy as np

    x = as_points(space, [o.recipe for o in observations])
    y = np.array([o.value for o in observations], dtype=float)
    sd = np.array([o.uncertainty for o in observations], dtype=float)
    return x, y, np.where(np.isfinite(sd) & (sd > 0), sd, 0.0) ** 2


def valid(x: Floats, y: Floats, yvar: Floats) -> tuple[Floats, Floats, Floats]:
    """Without failed measurements."""
    import numpy as np

    keep = np.isfinite(y)
    return x[keep], y[keep], np.where(np.isfinite(yvar[keep]), yvar[keep], 0.0)


def fresh_and_tried(candidates: Floats, x: Floats, pending: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows never tried, and rows tried before that may be repeated. A failed recipe counts as tried; nothing that is
    pending is in either."""
    import numpy as np

    busy, seen = _rows_of(candidates, pending), _rows_of(candidates, x)
    return np.flatnonzero(~busy & ~seen), np.flatnonzero(~busy & seen)


def _rows_of(candidates: Floats, points: Floats) -> NDArray[np.bool_]:
    """Which candidates coincide with one of ``points``."""
    import numpy as np
    from scipy.spatial import KDTree

    if len(points) == 0:
        return np.zeros(len(candidates), dtype=bool)
    distance, _ = KDTree(points).query(candidates, p=np.inf, distance_upper_bound=1e-6)
    hit: NDArray[np.bool_] = np.isfinite(distance)
    return hit
