"""The seam: what a learner is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import evolve, frozen

from aichemist.chemistry import InputError, Prediction, Proposal, Recipe

from ._problem import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Observation, Space
    from aichemist.chemistry._records import Direction

    Floats = NDArray[np.float64]

#: fewer valid measurements than this tell a surrogate nothing; the batch is space-filling instead
FEWEST_TO_LEARN_FROM = 4


#: candidates that a learner sees of a larger space, before it looks closer around the best of them
POOL = 20_000
_CLOSER = 4_000


@frozen
class Pick:
    """One chosen candidate: its row, why it was chosen, and the measurement the surrogate expects of it.

    ``others`` holds what is expected of the second and later objectives.
    """

    index: int
    origin: Literal["initial", "acquisition", "random"]
    prediction: Prediction | None = None
    others: tuple[Prediction, ...] = ()


class Learner(ABC):
    """Picks the next batch. Stateless: what it answers depends on the problem alone.

    A learner implements ``pick``, over an explicit list of candidates; ``propose`` puts a search space in front of it.
    """

    name: ClassVar[str]
    #: how many objectives it can look at; ``None``: any number
    objectives: ClassVar[tuple[int, int | None]] = (1, None)
    #: whether an objective may have a target value
    targets: ClassVar[bool] = True
    #: whether it looks at ``Problem.targets``; else ``pick_in`` hands over distances from them, to be minimised
    hits_targets: ClassVar[bool] = False

    @classmethod
    def accept(cls, objectives: int, targets: bool = False) -> None:
        """Refuse what this learner would leave out of account without a word.

        Raises:
            InputError: too many or too few objectives, or a target value that it does not know.
        """
        fewest, most = cls.objectives
        if fewest <= objectives and (most is None or objectives <= most):
            if targets and not cls.targets:
                raise InputError(
                    "does not know targets, only the lowest or the highest value", key="learner.name", value=cls.name,
                    mend="take the learner 'ensemble', or leave out the target",
                )  # fmt: skip
            return
        wanted = "one objective" if most == 1 else f"{fewest} objectives or more"
        raise InputError(
            f"is for {wanted}; there {'is' if objectives == 1 else 'are'} {objectives}", key="learner.name",
            value=cls.name, mend="take the learner 'ensemble', which is for any number",
        )  # fmt: skip

    @abstractmethod
    def pick(self, problem: Problem) -> list[Pick]:
        """Pick ``problem.n`` rows of ``problem.candidates``; see ``Problem`` for what is promised."""

    def propose_from(
        self,
        candidates: Floats,
        x: Floats,
        y: Floats,
        yvar: Floats,
        pending: Floats,
        n: int,
        *,
        direction: Direction | tuple[Direction, ...],
        seed: int,
        **more: Any,
    ) -> list[Pick]:
        """``pick`` with the parts of a problem one by one; ``y`` and ``yvar`` of one objective may be ``(k,)``.

        ``more`` are further fields of ``Problem``.
        """
        directions = (direction,) if isinstance(direction, str) else direction
        shape = (len(x), len(directions))
        return self.pick(
            Problem(candidates, x, y.reshape(shape), yvar.reshape(shape), pending, n, directions, seed, **more)
        )

    def propose(
        self,
        space: Space,
        observations: Sequence[Observation],
        pending: Sequence[Recipe],
        n: int,
        *,
        direction: Direction | tuple[Direction, ...],
        seed: int,
        names: Sequence[str] = (),
        remaining: int | None = None,
        within: Space | None = None,
        **more: Any,
    ) -> list[Proposal]:
        """Propose ``n`` recipes of ``space``; see ``Problem`` for what is promised.

        ``within`` is the part of ``space`` from which recipes may come, where not all of it is allowed.

        A space of more than 20,000 recipes is sampled; the neighbours of the best sampled and measured ones are then
        looked at in a second step. ``names`` are the figures of merit in the order of the directions, needed where
        there are several; ``more`` are further fields of ``Problem``.
        """
        if n < 1:
            raise InputError("a batch needs at least one sample", key="batch", value=n, mend="write 1 or more")
        from ._encoding import Encoding

        directions: tuple[Direction, ...] = (direction,) if isinstance(direction, str) else direction
        self.accept(len(directions))
        x, y, yvar = together(space, observations, names)
        candidates = (within or space).pool(POOL, seed)
        cost_of = more.get("cost_of")
        if cost_of is not None:
            more["cost"] = cost_of(candidates)
        problem = Problem(
            candidates, x, y, yvar, as_points(space, pending), n, directions, seed, remaining,
            encoding=Encoding.for_space(space), names=tuple(names),
            asked=as_points(space, [o.recipe for o in observations]), **more,
        )  # fmt: skip
        return [
            Proposal(as_recipe(space, point), pick.origin, pick.prediction, pick.others)
            for point, pick in self.pick_in(within or space, problem)
        ]

    def pick_in(self, space: Space, problem: Problem) -> list[tuple[Floats, Pick]]:
        """Picks with their points; where the candidates are only a sample of ``space``, from the neighbourhood of the
        first picks and of the best measurements as well.

        A learner that knows no targets sees distances from them; what it expects of those is left out, as it is not
        the quantity.
        """
        import numpy as np

        if not self.hits_targets and any(t is not None for t in problem.targets):
            found = self.pick_in(space, problem.with_targets_as_distances())
            return [(point, Pick(p.index, p.origin)) for point, p in found]
        picks = self.pick(problem)
        candidates = problem.candidates
        if space.exceeds(len(candidates)) and picks and picks[0].origin == "acquisition":
            around = [candidates[[p.index for p in picks]]]
            good = np.isfinite(problem.y).all(axis=1)
            if problem.y.shape[1] == 1 and good.any():
                best = np.argsort(-problem.worth()[good, 0], kind="stable")[: problem.n]
                around.append(problem.x[good][best])
            closer = space.nearby(np.vstack(around), _CLOSER, problem.seed)
            candidates = np.vstack([candidates[[p.index for p in picks]], closer])
            candidates = np.unique(candidates, axis=0)
            cost = None if problem.cost_of is None else problem.cost_of(candidates)
            picks = self.pick(evolve(problem, candidates=candidates, cost=cost))
        return [(candidates[p.index], p) for p in picks]


def needed(module: str, *, package: str | None = None) -> None:
    """Say how to install an optional library.

    Raises:
        InputError: it is not there.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise InputError(
            f"the learner needs {package or module}, which is not installed", key="learner.name", value=module,
            mend=f"pip install 'aichemist[{module}]'",
        )  # fmt: skip


def as_points(space: Space, recipes: Sequence[Recipe]) -> Floats:
    """Recipes as rows, shape ``(len(recipes), len(space.names))``; absent components are 0."""
    import numpy as np

    rows = [[recipe.values.get(name, 0.0) for name in space.names] for recipe in recipes]
    return np.array(rows, dtype=float).reshape(len(recipes), len(space.names))


def as_recipe(space: Space, point: Floats) -> Recipe:
    """A row of the space's arrays as a recipe; components that are absent are written as 0."""
    return Recipe(space.values(point))


def measurements(space: Space, observations: Sequence[Observation]) -> tuple[Floats, Floats, Floats]:
    """Points, values and reported variances of all observations; an unusable uncertainty counts as none given."""
    import numpy as np

    x = as_points(space, [o.tried for o in observations])
    y = np.array([o.value for o in observations], dtype=float)
    sd = np.array([o.uncertainty for o in observations], dtype=float)
    return x, y, np.where(np.isfinite(sd) & (sd > 0), sd, 0.0) ** 2


def together(
    space: Space, observations: Sequence[Observation], names: Sequence[str] = ()
) -> tuple[Floats, Floats, Floats]:
    """As ``measurements``, with a column for each figure of merit ``names``: ``(k, d)``, ``(k, o)``, ``(k, o)``.

    A row is a sample; what was not found of it is NaN. Without names each observation is a row of its own.
    """
    import numpy as np

    if len(names) < 2:
        x, y, yvar = measurements(space, [o for o in observations if not names or o.name == names[0]])
        return x, y[:, None], yvar[:, None]
    rows: dict[str, list[Observation]] = {}
    for o in observations:
        if o.name in names:
            rows.setdefault(o.sample, []).append(o)
    y, yvar = np.full((len(rows), len(names)), np.nan), np.zeros((len(rows), len(names)))
    for i, found in enumerate(rows.values()):
        for o in found:
            _, value, variance = measurements(space, [o])
            y[i, names.index(o.name)], yvar[i, names.index(o.name)] = value[0], variance[0]
    return as_points(space, [found[0].tried for found in rows.values()]), y, yvar


def valid(x: Floats, y: Floats, yvar: Floats) -> tuple[Floats, Floats, Floats]:
    """Without failed measurements."""
    import numpy as np

    keep = np.isfinite(y)
    return x[keep], y[keep], np.where(np.isfinite(yvar[keep]), yvar[keep], 0.0)


def fresh_and_tried(candidates: Floats, x: Floats, pending: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows never tried, and rows tried before that may be repeated. A failed recipe counts as tried; nothing that is
    pending is in either. See ``Problem.fresh_and_tried``."""
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
