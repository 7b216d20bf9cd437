"""The brain alone, for people who run experiments by hand: fit, suggest, tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from aichemist.chemistry import InputError, Prediction, Space

from .learning import Learner, load_learner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .learning._ensemble import Ensemble
    from .learning._problem import Problem
    from .learning._theory import Theory
    from .learning._transfer import Earlier

    Floats = NDArray[np.float64]
    Recipes = Sequence[Mapping[str, float | str]] | Floats

_SAME = 1e-6


@frozen
class Aim:
    """What is measured and which way it should go; ``target`` is a value to hit instead of the best."""

    name: str
    direction: Literal["minimise", "maximise"]
    unit: str = ""
    target: float | None = None


@frozen
class Suggestion:
    """A recipe to try: ``values`` with categories as text, and what a measurement is expected to give for each aim
    (none while too little is known)."""

    values: Mapping[str, float | str]
    why: Literal["initial", "acquisition", "random"]
    expected: tuple[Prediction, ...] = ()
    point: Floats = field(eq=False, repr=False, kw_only=True)


class Planner:
    """Suggests recipes of a space and learns from what they gave.

    >>> from aichemist.brain import Aim, Planner
    >>> from aichemist.chemistry import Variables, continuous
    >>> space = Variables((continuous("temperature", 20, 80, step=5), continuous("time", 1, 10, step=1)))
    >>> planner = Planner(space, Aim("yield", "maximise"), budget=40)
    >>> batch = planner.suggest(4)
    >>> _ = planner.tell([s.values for s in batch], [0.21, 0.40, 0.33, float("nan")])

    What is suggested counts as under way until it is told or given up. A value that is not finite is a failed
    experiment. The same calls give the same suggestions.

    Args:
        space: what may be tried.
        aims: one or several.
        learner: a name (see ``learner_names``) or a ``Learner``.
        budget: experiments in all; the less is left, the less is explored.
        theory, earlier: what ``fit_ensemble`` may listen to; how much is learnt from the measurements.
        cost: a function of points ``(n, d)`` to what each costs, above zero.
    """

    def __init__(
        self,
        space: Space,
        aims: Aim | Sequence[Aim],
        *,
        learner: str | Learner = "ensemble",
        budget: int | None = None,
        seed: int = 1,
        theory: Theory | None = None,
        earlier: Sequence[Earlier] = (),
        cost: Any = None,
    ) -> None:
        import numpy as np

        self.space = space
        self.aims: tuple[Aim, ...] = (aims,) if isinstance(aims, Aim) else tuple(aims)
        if not self.aims:
            raise InputError("no objective is given", key="objective", mend="name at least one")
        self.learner = load_learner(learner) if isinstance(learner, str) else learner
        self.budget, self.seed = budget, seed
        self._theory, self._earlier, self._cost = theory, tuple(earlier), cost
        self.x: Floats = np.empty((0, len(space.columns)))
        self.y: Floats = np.empty((0, len(self.aims)))
        self.yvar: Floats = np.empty((0, len(self.aims)))
        self.pending: Floats = np.empty((0, len(space.columns)))

    def fit(self, recipes: Recipes, values: Any, sds: Any = None) -> Planner:
        """Forget all measurements and take these; see ``tell``."""
        self.x, self.y, self.yvar = self.x[:0], self.y[:0], self.yvar[:0]
        return self.tell(recipes, values, sds)

    def tell(self, recipes: Recipes, values: Any, sds: Any = None) -> Planner:
        """Add measurements.

        Args:
            recipes: mappings of variable to value, or an array ``(k, d)`` in the order of ``space.names``.
            values: shape ``(k,)`` or ``(k, aims)``; NaN for an experiment that failed.
            sds: standard deviations, the same shape; 0, NaN or ``None`` where unknown.

        Raises:
            InputError: shapes do not fit, a recipe has an unknown variable or choice. A recipe that is off the grid or
                outside the limits is taken as it is: it was measured.
        """
        import numpy as np

        x = self.points(recipes)
        shape = (len(x), len(self.aims))
        y = np.asarray(values, dtype=float)
        if y.size != shape[0] * shape[1]:
            raise InputError(
                f"{y.size} values for {shape[0]} recipes and {shape[1]} objectives", key="values",
                mend="give one value for each recipe and objective",
            )  # fmt: skip
        sd = np.zeros(shape) if sds is None else np.asarray(sds, dtype=float)
        if sd.size != y.size:
            raise InputError(f"{sd.size} standard deviations for {y.size} values", key="sds")
        sd = sd.reshape(shape)
        self.x = np.vstack([self.x, x])
        self.y = np.vstack([self.y, y.reshape(shape)])
        self.yvar = np.vstack([self.yvar, np.where(np.isfinite(sd) & (sd > 0), sd, 0.0) ** 2])
        self.give_up(x)
        return self

    def give_up(self, recipes: Recipes) -> Planner:
        """These are no longer under way."""
        import numpy as np

        x = self.points(recipes)
        if len(x) and len(self.pending):
            gone = (np.abs(self.pending[:, None] - x[None]).max(axis=2) < _SAME).any(axis=1)
            self.pending = self.pending[~gone]
        return self

    def wait_for(self, recipes: Recipes) -> Planner:
        """These are under way: they are not suggested, and what they will show is not asked twice."""
        import numpy as np

        self.pending = np.unique(np.vstack([self.pending, self.points(recipes)]), axis=0)
        return self

    def suggest(self, n: int = 8) -> list[Suggestion]:
        """The next batch; it then counts as under way. Fewer than ``n`` only where the space has no more recipes.

        Raises:
            InputError: ``n`` below 1, or no recipe fits the constraints.
        """
        if n < 1:
            raise InputError("a batch needs at least one recipe", key="n", value=n, mend="write 1 or more")
        found = []
        for point, pick in self.learner.pick_in(self.space, self.problem(n)):
            expected = () if pick.prediction is None else (pick.prediction, *pick.others)
            found.append(Suggestion(self.values(point), pick.origin, expected, point=point))
        if found:
            import numpy as np

            self.wait_for(np.array([s.point for s in found]))
        return found

    def problem(self, n: int) -> Problem:
        """What the learner is asked."""
        from .learning._encoding import Encoding
        from .learning._learner import POOL
        from .learning._problem import Problem

        candidates = self.space.pool(POOL, self.seed)
        left = None if self.budget is None else max(0, self.budget - len(self.x) - len(self.pending))
        return Problem(
            candidates, self.x, self.y, self.yvar, self.pending, n, tuple(a.direction for a in self.aims), self.seed,
            left, None if self._cost is None else self._cost(candidates), tuple(a.target for a in self.aims),
            Encoding.for_space(self.space), self._theory, self._earlier,
            tuple(a.name for a in self.aims), self._cost,
        )  # fmt: skip

    def knows(self, kind: Literal["theory", "earlier"], aim: int = 0) -> bool:
        """Whether theory or earlier experiments were handed over for one aim."""
        return self._theory is not None if kind == "theory" else bool(self.problem(1).earlier_of(aim))

    def model(self, aim: int = 0, *, without: Literal["", "theory", "earlier"] = "") -> Ensemble | None:
        """The default surrogate of one aim, of the quantity itself where it has a target; ``None`` with fewer than 4
        measurements, or when all are the same.

        Args:
            without: leave out theory, or earlier experiments.
        """
        import numpy as np

        from .learning._ensemble import fit_ensemble
        from .learning._learner import FEWEST_TO_LEARN_FROM

        problem = self.problem(1)
        y = problem.y[:, aim]
        good = y[np.isfinite(y)]
        if len(good) < FEWEST_TO_LEARN_FROM or np.ptp(good) == 0:
            return None
        return fit_ensemble(
            problem.x, y, problem.yvar[:, aim], problem.encoded(), direction=problem.modelled()[aim], seed=self.seed,
            theory=None if without == "theory" else self._theory,
            earlier=() if without == "earlier" else problem.earlier_of(aim),
        )  # fmt: skip

    def predict(self, recipes: Recipes, aim: int = 0) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the true value, each of shape ``(n,)``.

        Raises:
            InputError: fewer than 4 measurements, or all the same.
        """
        fitted = self.model(aim)
        if fitted is None:
            raise InputError(
                "too few measurements to predict from", key="values", mend="tell at least 4 that are not all the same"
            )
        return fitted.predict(self.points(recipes))

    def points(self, recipes: Recipes) -> Floats:
        """Recipes as rows."""
        import numpy as np

        if isinstance(recipes, np.ndarray):
            rows = np.atleast_2d(recipes).astype(float)
            if rows.shape[1] != len(self.space.columns):
                raise InputError(
                    f"has {rows.shape[1]} columns, the space {len(self.space.columns)}", key="recipes",
                    mend=f"the columns are {', '.join(self.space.names)}",
                )  # fmt: skip
            return rows
        known = set(self.space.names)
        for recipe in recipes:
            for name in recipe:
                if name not in known:
                    raise InputError("is no variable of the space", key=name, mend=f"known: {', '.join(sorted(known))}")
        return np.array([self.space.point(r) for r in recipes]).reshape(len(recipes), len(known))

    def values(self, point: Floats) -> dict[str, float | str]:
        """A row as a recipe, categories as text."""
        found: dict[str, float | str] = {}
        for column, (name, value) in zip(self.space.columns, self.space.values(point).items(), strict=True):
            found[name] = column.categories[round(value)] if column.categories else value
        return found
