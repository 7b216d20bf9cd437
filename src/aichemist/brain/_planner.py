"""The brain alone, for people who run experiments by hand: fit, suggest, tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import Attribute, evolve, field, frozen

from aichemist.chemistry import InputError, Prediction, Space, did_you_mean

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


def _is_direction(_: object, __: Attribute[str], value: str) -> None:
    ways = ("minimise", "maximise")
    if value not in ways:
        raise InputError("is no direction", key="direction", value=value, mend=did_you_mean(str(value), ways))


@frozen
class Aim:
    """What is measured and which way it should go; ``target`` is a value to hit instead of the best: the distance from
    it is minimised.

    Raises:
        InputError: ``direction`` is neither ``minimise`` nor ``maximise``, or is ``maximise`` beside a target.
    """

    name: str
    direction: Literal["minimise", "maximise"] = field(validator=_is_direction)
    unit: str = ""
    target: float | None = None

    def __attrs_post_init__(self) -> None:
        if self.target is not None and self.direction == "maximise":
            raise InputError(
                "the distance from a target is not to be large", key="direction", value=self.direction,
                mend="write minimise, or leave out the target",
            )  # fmt: skip


#: why a recipe is suggested, in words
_REASONS = {
    "initial": "to cover the space",
    "acquisition": "may beat the best so far",
    "random": "drawn at random",
    "replicate": "repeats a measured recipe",
}


@frozen
class Suggestion:
    """A recipe to try: ``values`` with categories as text, and what a measurement is expected to give for each aim
    (none while too little is known).

    Attributes:
        why: ``initial``: too little is known to learn from, it fills a gap between what was tried; ``acquisition``: the
            model's choice; ``random``; ``replicate``: it was measured before.
    """

    values: Mapping[str, float | str]
    why: Literal["initial", "acquisition", "random", "replicate"]
    expected: tuple[Prediction, ...] = ()
    point: Floats = field(eq=False, repr=False, kw_only=True)

    @property
    def reason(self) -> str:
        """``why`` in words; with several objectives the best so far is the Pareto front."""
        if self.why == "acquisition" and len(self.expected) > 1:
            return "may extend the Pareto front"
        return _REASONS[self.why]


class Planner:
    """Suggests recipes of a space and learns from what they gave.

    >>> from aichemist.brain import Aim, Planner
    >>> from aichemist.chemistry import Variables, continuous
    >>> space = Variables((continuous("temperature", 20, 80, step=5), continuous("time", 1, 10, step=1)))
    >>> planner = Planner(space, Aim("yield", "maximise"), budget=40)
    >>> batch = planner.suggest(4)
    >>> _ = planner.tell([s.values for s in batch], [0.21, 0.40, 0.33, float("nan")])

    What is suggested counts as under way until it is told or given up. NaN is a failed experiment. The same calls give
    the same suggestions.

    Args:
        space: what may be tried.
        aims: one or several.
        learner: a name (see ``learner_names``) or a ``Learner``.
        budget: experiments in all: no more are suggested, and the less is left, the less is explored.
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
        self.learner.accept(len(self.aims), any(a.target is not None for a in self.aims))
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
            recipes: mappings of variable to value, a data frame with a column for each, or an array ``(k, d)`` in the
                order of ``space.names``.
            values: shape ``(k,)`` or ``(k, aims)``; NaN or ``None`` for an experiment that failed.
            sds: standard deviations, the same shape; 0, NaN or ``None`` where unknown.

        Raises:
            InputError: shapes do not fit, a value is a text or infinite, a recipe lacks a variable (an absent component
                is 0) or has an unknown variable or choice. A recipe that is off the grid or outside the limits is taken
                as it is: it was measured.
        """
        import numpy as np

        x = self.points(recipes)
        shape = (len(x), len(self.aims))
        y = _numbers(values, "values")
        if y.size != shape[0] * shape[1]:
            raise InputError(
                f"{y.size} values for {shape[0]} recipes and {shape[1]} objectives", key="values",
                mend="give one value for each recipe and objective",
            )  # fmt: skip
        sd = np.zeros(shape) if sds is None else _numbers(sds, "sds")
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

    @property
    def left(self) -> int | None:
        """Experiments that the budget still allows, what is under way taken off; ``None`` without a budget."""
        return None if self.budget is None else max(0, self.budget - len(self.x) - len(self.pending))

    def suggest(self, n: int = 8, *, replicates: bool = False) -> list[Suggestion]:
        """The next batch; it then counts as under way. Fewer than ``n``, or none, where the budget or the space has no
        more.

        Args:
            replicates: whether measured recipes may come again, once nothing new is left.

        Raises:
            InputError: ``n`` below 1, or no recipe fits the constraints.
        """
        import numpy as np

        if n < 1:
            raise InputError("a batch needs at least one recipe", key="n", value=n, mend="write 1 or more")
        n = n if self.left is None else min(n, self.left)
        problem = self.problem(max(n, 1))
        fresh, tried = problem.fresh_and_tried()
        n = min(n, len(fresh) + (len(tried) if replicates else 0))
        if n == 0:
            return []
        found = []
        for point, pick in self.learner.pick_in(self.space, evolve(problem, n=n)):
            expected = () if pick.prediction is None else (pick.prediction, *pick.others)
            before = len(self.x) and bool((np.abs(self.x - point).max(axis=1) < _SAME).any())
            why = "replicate" if before else pick.origin
            found.append(Suggestion(self.values(point), why, expected, point=point))
        if found:
            self.wait_for(np.array([s.point for s in found]))
        return found

    def problem(self, n: int) -> Problem:
        """What the learner is asked."""
        from .learning._encoding import Encoding
        from .learning._learner import POOL
        from .learning._problem import Problem

        candidates = self.space.pool(POOL, self.seed)
        return Problem(
            candidates, self.x, self.y, self.yvar, self.pending, n, tuple(a.direction for a in self.aims), self.seed,
            self.left, None if self._cost is None else self._cost(candidates), tuple(a.target for a in self.aims),
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

        if hasattr(recipes, "to_dict"):  # a data frame
            recipes = recipes.to_dict("records")
        if isinstance(recipes, np.ndarray):
            rows = np.atleast_2d(recipes).astype(float)
            if rows.shape[1] != len(self.space.columns):
                raise InputError(
                    f"has {rows.shape[1]} columns, the space {len(self.space.columns)}", key="recipes",
                    mend=f"the columns are {', '.join(self.space.names)}",
                )  # fmt: skip
            return self._finite(rows)
        known = set(self.space.names)
        needed = [c.name for c in self.space.columns if c.kind != "fraction"]
        for recipe in [recipes] if isinstance(recipes, Mapping) else recipes:
            if not isinstance(recipe, Mapping) or isinstance(recipes, Mapping):
                raise InputError(
                    "is not a list of recipes", key="recipes", value=recipe,
                    mend="give a list of mappings, for example [{'temperature': 20}]",
                )  # fmt: skip
            for name in map(str, recipe):
                if name not in known:
                    raise InputError("is no variable of the space", key=name, mend=did_you_mean(name, known))
            for name in needed:
                if name not in recipe:
                    raise InputError("is missing", key=name, value=dict(recipe), mend="give each variable a value")
        return self._finite(np.array([self.space.point(r) for r in recipes]).reshape(len(recipes), len(known)))

    def _finite(self, rows: Floats) -> Floats:
        import numpy as np

        odd = np.argwhere(~np.isfinite(rows))
        if len(odd):
            row, column = odd[0]
            raise InputError(
                f"is not a finite number in recipe {row}", key=self.space.names[column], value=float(rows[row, column]),
                mend="give each variable a value; only what was measured may be NaN",
            )  # fmt: skip
        return rows

    def values(self, point: Floats) -> dict[str, float | str]:
        """A row as a recipe, categories as text."""
        found: dict[str, float | str] = {}
        for column, (name, value) in zip(self.space.columns, self.space.values(point).items(), strict=True):
            found[name] = column.categories[round(value)] if column.categories else value
        return found


def _numbers(values: Any, key: str) -> Floats:
    """An array of finite numbers and NaN; a text or an infinite number is a slip, not a failed experiment."""
    import numpy as np

    given = np.asarray(values, dtype=object).ravel().tolist()
    try:
        found = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(f"are not numbers: {error}", key=key, mend="give a number for each recipe") from None
    for value, number in zip(given, found, strict=True):
        if isinstance(value, str | bytes) or math.isinf(number):
            raise InputError(
                "is not a finite number", key=key, value=value, mend="give a number, or NaN for what failed"
            )
    return found
