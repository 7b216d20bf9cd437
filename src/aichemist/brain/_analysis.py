"""What is known from the experiments so far: the model's quality, effects, front, and what more would bring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from aichemist.chemistry import Prediction

from ._diagnostics import Effect, effects_of
from ._outlook import Outlook, outlook
from ._planner import Aim, Planner
from ._shapley import Importance, importances

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LIBRARY = 5000


@frozen(eq=False)
class AimAnalysis:
    """One objective.

    Attributes:
        measured, left_out, left_out_sd: shapes ``(k,)``: each measurement, and what the model says of it without it,
            the scatter of a measurement included.
        coverage_68, coverage_95: shares of the measurements inside those intervals.
        r2: of the left-out predictions; below 0 the model is no better than the mean.
        weights: how much each member of the ensemble has to say.
        outliers: rows of the measurements that are far from what the rest predicts.
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
    outliers: tuple[int, ...]
    effects: tuple[Effect, ...]
    importances: tuple[Importance, ...]
    best: Mapping[str, float | str]
    best_value: Prediction
    outlook: Outlook


@frozen(eq=False)
class Analysis:
    """All objectives; ``front`` are the rows of ``planner.x`` that no other dominates (the single best where there is
    one objective)."""

    aims: tuple[AimAnalysis, ...]
    front: tuple[int, ...]
    failed: int


def analyse(planner: Planner, *, batch: int = 8) -> Analysis:
    """Look at what a planner has been told; objectives with fewer than 4 measurements are left out."""
    import numpy as np

    from .learning._hypervolume import pareto

    found = [_one(planner, j, batch) for j in range(len(planner.aims))]
    worth = planner.problem(1).worth()
    good = np.flatnonzero(np.isfinite(worth).all(axis=1))
    front = good[pareto(worth[good])] if len(good) else good
    front = front[np.argsort(-worth[front, 0], kind="stable")]
    return Analysis(
        tuple(a for a in found if a is not None), tuple(int(i) for i in front), int(len(planner.x) - len(good))
    )


def _one(planner: Planner, j: int, batch: int) -> AimAnalysis | None:
    import numpy as np

    from .learning._ensemble import outliers
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
    believed, uncertain = model.predict(library)
    target, left = planner.aims[j].target, math.inf
    at = int(np.argmax(model.sign * believed))
    if target is not None:
        at = int(np.argmin(Distance(model, target).predict(library)[0]))
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
        outliers=tuple(int(good[i]) for i in outliers(model, y)),
        effects=effects_of(planner.space, model, library, seed=planner.seed),
        importances=importances(planner.space, model, library, seed=planner.seed),
        best=planner.values(library[at]),
        best_value=Prediction(float(believed[at]), float(uncertain[at])),
        outlook=outlook(model, library, problem.x[good], batch, seed=planner.seed, target=target, left=left),
    )  # fmt: skip
