"""What is known from the experiments so far: the model's quality, effects, front, and what more would bring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen

from aichemist.chemistry import Prediction

from ._diagnostics import Effect, effects_of, with_neighbours
from ._outlook import Outlook, outlook
from ._planner import Aim, Planner
from ._shapley import Importance, importances

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LIBRARY = 5000
#: what a member of the model knows beside the measurements, for people
_HANDED: dict[Literal["theory", "earlier"], str] = {"theory": "theory", "earlier": "earlier experiments"}


@frozen(eq=False)
class AimAnalysis:
    """One objective.

    Attributes:
        measured, left_out, left_out_sd: shapes ``(k,)``: each measurement, and what the model says of it without it,
            the scatter of a measurement included.
        coverage_68, coverage_95: shares of the measurements inside those intervals.
        r2: of the left-out predictions; below 0 the model is no better than the mean.
        weights: how much each member of the ensemble has to say.
        rmse_without: what was handed over beside the measurements (``theory``, ``earlier experiments``) -> ``rmse`` of
            the model without it; ``say``: -> its weight in the model.
        outliers: rows of the measurements that are far from what the rest predicts.
        disagreeing: rows of one recipe whose values lie apart by more than half the range of all.
        best: the recipe believed to be the best of the space, and its value.
    """

    aim: Aim
    measured: Floats = field(repr=False)
    left_out: Floats = field(repr=False)
    left_out_sd: Floats = field(repr=False)
    rmse: float
    r2: float
    coverage_68: float
    coverage_95: float
    weights: Mapping[str, float]
    rmse_without: Mapping[str, float]
    say: Mapping[str, float]
    outliers: tuple[int, ...]
    disagreeing: tuple[tuple[int, ...], ...]
    effects: tuple[Effect, ...]
    importances: tuple[Importance, ...]
    best: Mapping[str, float | str]
    best_value: Prediction
    outlook: Outlook


@frozen(eq=False)
class Analysis:
    """All objectives; ``front`` are the rows of ``planner.x`` that no other dominates (the single best where there is
    one objective); ``too_few`` are the objectives of which nothing can be said yet.

    Replicates count once, by their mean: ``front`` names the first row of a recipe, ``front_rows`` all of them, and
    ``front_values`` (shape ``(len(front), aims)``) holds the means.
    """

    aims: tuple[AimAnalysis, ...]
    front: tuple[int, ...]
    failed: int
    front_rows: tuple[tuple[int, ...], ...]
    front_values: Floats = field(repr=False)
    too_few: tuple[str, ...] = ()


def analyse(planner: Planner, *, batch: int = 8) -> Analysis:
    """Look at what a planner has been told; objectives with fewer than 4 measurements, or with one value throughout,
    are in ``too_few``."""
    import numpy as np

    from .learning._hypervolume import pareto

    found = [_one(planner, j, batch) for j in range(len(planner.aims))]
    problem = planner.problem(1)
    good = np.flatnonzero(np.isfinite(problem.y).all(axis=1))
    groups = _replicates(problem.x, good)
    means = np.array([problem.y[list(rows)].mean(axis=0) for rows in groups]).reshape(len(groups), len(planner.aims))
    worth = evolve(problem, y=means).worth()
    front = np.flatnonzero(pareto(worth))
    front = front[np.argsort(-worth[front, 0], kind="stable")]
    return Analysis(
        tuple(a for a in found if a is not None), tuple(groups[i][0] for i in front), int(len(planner.x) - len(good)),
        tuple(groups[i] for i in front), means[front],
        tuple(aim.name for aim, one in zip(planner.aims, found, strict=True) if one is None),
    )  # fmt: skip


def far_off(planner: Planner, aim: int = 0) -> tuple[int, ...]:
    """Rows of measurements of one aim that are far from what all others predict; none while too little is known."""
    import numpy as np

    from .learning._ensemble import outliers

    model = planner.model(aim)
    if model is None:
        return ()
    good = np.flatnonzero(np.isfinite(planner.y[:, aim]))
    return tuple(int(good[i]) for i in outliers(model, planner.y[good, aim]))


def _replicates(x: Floats, rows: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """``rows`` by recipe, in the order in which recipes first come."""
    import numpy as np

    found: dict[bytes, list[int]] = {}
    for i in rows:
        # adding zero makes -0.0 the same as 0.0
        found.setdefault((np.round(x[i], 6) + 0.0).tobytes(), []).append(int(i))
    return [tuple(own) for own in found.values()]


def _one(planner: Planner, j: int, batch: int) -> AimAnalysis | None:
    import numpy as np

    from .learning._target import Distance

    model = planner.model(j)
    if model is None:
        return None
    problem = planner.problem(1)
    good = np.flatnonzero(np.isfinite(problem.y[:, j]))
    y = problem.y[good, j]
    mean, sd = model.left_out()
    error = np.abs(y - mean)
    spread = float(((y - y.mean()) ** 2).sum())
    library = planner.space.pool(_LIBRARY, planner.seed)
    every = with_neighbours(planner.space, model, library, planner.x[:0], seed=planner.seed)
    believed, uncertain = model.predict(every)
    target, left = planner.aims[j].target, math.inf
    at = int(np.argmax(model.sign * believed))
    if target is not None:
        at = int(np.argmin(Distance(model, target).predict(every)[0]))
        nearest = good[np.argmin(np.abs(y - target))]
        left = abs(float(problem.y[nearest, j]) - target) + 1.96 * float(problem.yvar[nearest, j]) ** 0.5
    weights: dict[str, float] = {}
    for member, weight in zip(model.members, model.weights, strict=True):
        weights[member.name] = weights.get(member.name, 0.0) + weight
    return AimAnalysis(
        planner.aims[j], y, mean, sd,
        rmse=float(np.sqrt((error**2).mean())),
        r2=1 - float((error**2).sum()) / spread if spread > 0 else 0.0,
        coverage_68=float((error <= sd).mean()),
        coverage_95=float((error <= 1.96 * sd).mean()),
        weights=weights,
        rmse_without=_without(planner, j),
        say={
            what: sum(w for m, w in zip(model.members, model.weights, strict=True) if m.source == kind)
            for kind, what in _HANDED.items()
        },
        outliers=far_off(planner, j),
        disagreeing=tuple(
            rows for rows in _replicates(problem.x, good) if np.ptp(problem.y[list(rows), j]) > np.ptp(y) / 2
        ),
        effects=effects_of(planner.space, model, library, seed=planner.seed),
        importances=importances(planner.space, model, library, seed=planner.seed),
        best=planner.values(every[at]),
        best_value=Prediction(float(believed[at]), float(uncertain[at])),
        outlook=outlook(model, library, problem.x[good], batch, seed=planner.seed, target=target, left=left),
    )  # fmt: skip


def _without(planner: Planner, j: int) -> dict[str, float]:
    """RMSE on measurements left out, of the model without theory and of the one without earlier experiments."""
    import numpy as np

    found = {}
    y = planner.y[np.isfinite(planner.y[:, j]), j]
    for kind, what in _HANDED.items():
        model = planner.model(j, without=kind) if planner.knows(kind, j) else None
        if model is not None:
            found[what] = float(np.sqrt(((model.left_out()[0] - y) ** 2).mean()))
    return found
