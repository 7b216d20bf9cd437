"""What the model believes, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from aichemist.chemistry import Column, Observation, Prediction, Recipe, Space

from .learning._learner import FEWEST_TO_LEARN_FROM, as_points, as_recipe, measurements, valid

if TYPE_CHECKING:
    from aichemist.chemistry._records import Direction

    from .learning._ensemble import Ensemble
    from .learning._learner import Floats
    from .learning._theory import Theory
    from .learning._transfer import Earlier

_EFFECT_POINTS = 400
_LIBRARY = 5000
_SAME_RECIPE = 1e-6
#: steps of ``with_neighbours``, recipes it starts from, and recipes it looks at in each
_LOOKS, _AROUND, _NEARBY = 3, 20, 1000


@frozen
class Calibration:
    """Measured values against what the surrogate predicted for them without having seen their recipe.

    ``samples``, ``measured``, ``predicted`` and ``predicted_sd`` run in parallel; values in the unit of the
    observations. ``coverage_68`` and ``coverage_95`` are the shares of measurements inside the central intervals of
    that probability (Gaussian, 1 and 1.96 sd, the scatter of one measurement included).
    """

    samples: tuple[str, ...]
    measured: tuple[float, ...]
    predicted: tuple[float, ...]
    predicted_sd: tuple[float, ...]
    coverage_68: float
    coverage_95: float
    rmse: float
    unit: str
    folds: int


@frozen
class Effect:
    """Mean change of the figure of merit when a component's fraction rises by 0.1 and the others give way, when another
    number rises by a tenth of its range, or between a choice (``solvent = water``) and the mean of the others.

    ``sd`` is the surrogate's; ``low`` and ``high`` bound the 95 % interval. In the unit of the observations.
    """

    component: str
    change: float
    sd: float

    @property
    def low(self) -> float:
        return self.change - 1.96 * self.sd

    @property
    def high(self) -> float:
        return self.change + 1.96 * self.sd

    @property
    def certain(self) -> bool:
        """The 95 % interval leaves out zero."""
        return self.low > 0 or self.high < 0


@frozen
class ExpectedBest:
    """The recipe that the surrogate holds for the best, with its true value as the surrogate sees it.

    ``measured`` is the mean of the ``times_measured`` valid measurements of that very recipe, or ``None``.
    """

    recipe: Recipe
    prediction: Prediction
    measured: float | None
    times_measured: int


#: measurements that hypothesis and calibration look at: a fit grows with their cube, its memory with their square, and
#: the words hardly change beyond
MOST_TO_WORD = 600


def surrogate_of(
    space: Space, observations: Sequence[Observation], *, direction: Direction, seed: int,
    theory: Theory | None = None, earlier: Sequence[Earlier] = (),
) -> tuple[Ensemble, Floats] | None:  # fmt: skip
    """The default surrogate and the space, or a sample of 5,000 recipes where it is larger; ``None`` with too few valid
    observations, or when all are the same."""
    from .learning._encoding import Encoding
    from .learning._ensemble import fit_ensemble

    x, y, yvar = valid(*measurements(space, observations))
    if len(y) < FEWEST_TO_LEARN_FROM or y.min() == y.max():
        return None
    if len(y) > MOST_TO_WORD:
        kept = _some(y if direction == "minimise" else -y, seed)
        x, y, yvar = x[kept], y[kept], yvar[kept]
    ensemble = fit_ensemble(
        x, y, yvar, Encoding.for_space(space), direction=direction, seed=seed, theory=theory, earlier=tuple(earlier)
    )
    return ensemble, space.pool(_LIBRARY, seed)


def with_neighbours(space: Space, surrogate: Ensemble, library: Floats, also: Floats, *, seed: int) -> Floats:
    """``library`` and ``also``, and, where the space has more recipes, what lies around the best of them: the best of
    a sample is not the best of the space."""
    import numpy as np

    found = np.vstack([library, also])
    if not space.exceeds(len(library)):
        return found
    for step in range(_LOOKS):
        mean, _ = surrogate.predict(found)
        best = np.argsort(-surrogate.sign * mean, kind="stable")[:_AROUND]
        found = np.vstack([found, space.nearby(found[best], _NEARBY, abs(seed) + step)])
    return found


def _some(worth: Floats, seed: int) -> Any:
    """Rows of the lowest and of a random choice among the others, half each, in their order."""
    import numpy as np

    order, half = np.argsort(worth, kind="stable"), MOST_TO_WORD // 2
    others = np.random.default_rng(abs(seed)).choice(order[half:], MOST_TO_WORD - half, replace=False)
    return np.sort(np.concatenate([order[:half], others]))


def cross_validate(
    space: Space,
    observations: Sequence[Observation],
    *,
    direction: Direction,
    seed: int = 0,
    folds: int = 8,
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
) -> Calibration | None:
    """k-fold cross-validation of the surrogate behind the default learner, hyperparameters fitted anew in each fold.

    All measurements of one recipe lie in one fold. Failed observations (NaN) are left out. ``None`` when fewer than 8
    measurements of 4 different recipes are at hand: a share of less than that says nothing.
    """
    import numpy as np

    from .learning._encoding import Encoding
    from .learning._ensemble import fit_ensemble

    good = [o for o in observations if np.isfinite(o.value)]
    if len(good) > MOST_TO_WORD:
        kept = np.random.default_rng(abs(seed)).choice(len(good), MOST_TO_WORD, replace=False)
        good = [good[i] for i in sorted(kept)]
    x, y, yvar = measurements(space, good)
    recipes = sorted({o.recipe.key for o in good})
    if len(good) < 8 or len(recipes) < FEWEST_TO_LEARN_FROM:
        return None
    folds = min(folds, len(recipes))
    order = np.random.default_rng(abs(seed)).permutation(len(recipes))
    fold_of = {recipes[j]: i % folds for i, j in enumerate(order)}
    fold = np.array([fold_of[o.recipe.key] for o in good])
    encoding = Encoding.for_space(space)
    mean, sd = np.empty(len(y)), np.empty(len(y))
    for i in range(folds):
        out = fold == i
        surrogate = fit_ensemble(
            x[~out], y[~out], yvar[~out], encoding, direction=direction, seed=seed, theory=theory,
            earlier=tuple(earlier),
        )  # fmt: skip
        mean[out], true_sd = surrogate.predict(x[out])
        sd[out] = np.sqrt(true_sd**2 + surrogate.noise_sd**2)
    error = np.abs(y - mean)
    return Calibration(
        samples=tuple(o.sample for o in good),
        measured=tuple(y.tolist()),
        predicted=tuple(mean.tolist()),
        predicted_sd=tuple(sd.tolist()),
        coverage_68=float((error <= sd).mean()),
        coverage_95=float((error <= 1.96 * sd).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        unit=good[0].unit,
        folds=folds,
    )


def expected_best(
    space: Space,
    observations: Sequence[Observation],
    *,
    direction: Direction,
    seed: int = 0,
    among: Literal["measured", "library"] = "measured",
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
) -> ExpectedBest | None:
    """The best recipe by the surrogate's mean, among what was measured (the default) or in the whole space.

    The best single reading is the luckiest; the surrogate weighs it with its neighbours and replicates. ``None`` with
    fewer than 4 valid observations.
    """
    import numpy as np

    fitted = surrogate_of(space, observations, direction=direction, seed=seed, theory=theory, earlier=earlier)
    if fitted is None:
        return None
    surrogate, library = fitted
    good = [o for o in observations if np.isfinite(o.value)]
    x, y = as_points(space, [o.recipe for o in good]), np.array([o.value for o in good])
    pool = np.unique(x, axis=0) if among == "measured" else library
    mean, sd = surrogate.predict(pool)
    at = int(np.argmax(surrogate.sign * mean))
    same = (np.abs(x - pool[at]) < _SAME_RECIPE).all(axis=1)
    return ExpectedBest(
        recipe=as_recipe(space, pool[at]),
        prediction=Prediction(float(mean[at]), float(sd[at])),
        measured=float(y[same].mean()) if same.any() else None,
        times_measured=int(same.sum()),
    )


def simple_effects(
    space: Space, observations: Sequence[Observation], *, direction: Direction, seed: int = 0
) -> tuple[Effect, ...]:
    """One ``Effect`` per component, largest first; empty with fewer than 4 valid observations."""
    fitted = surrogate_of(space, observations, direction=direction, seed=seed)
    return () if fitted is None else effects_of(space, *fitted, seed=seed)


def effects_of(space: Space, surrogate: Ensemble, library: Floats, *, seed: int) -> tuple[Effect, ...]:
    """Slopes of the surrogate over (a sample of) the space.

    The least-squares slope on a variable is a linear functional ``w @ f`` of the values ``f`` at the points, so its
    mean and variance follow from the surrogate's: ``w @ mean`` and ``w @ covariance @ w``.
    """
    import numpy as np

    if len(library) > _EFFECT_POINTS:
        rng = np.random.default_rng(abs(seed))
        library = library[np.sort(rng.choice(len(library), _EFFECT_POINTS, replace=False))]
    mean, covariance = surrogate.joint(library)
    effects = []
    for i, column in enumerate(space.columns):
        for name, values, scale in _contrasts(column, library[:, i]):
            centred = values - values.mean()
            spread = float(centred @ centred)
            if spread < 1e-12:
                continue
            w = scale * centred / spread
            effects.append(Effect(name, float(w @ mean), float(np.sqrt(max(w @ covariance @ w, 0.0)))))
    return tuple(sorted(effects, key=lambda e: -abs(e.change)))


def _contrasts(column: Column, values: Floats) -> list[tuple[str, Floats, float]]:
    if column.kind == "category":
        return [(f"{column.name} = {c}", (values == j).astype(float), 1.0) for j, c in enumerate(column.categories)]
    return [(column.name, values, 0.1 if column.kind == "fraction" else 0.1 * (column.high - column.low))]
