"""What is known from the experiments so far: the model's quality, effects, front, and what more would bring."""

from __future__ import annotations

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
    one objective), ``too_few`` the objectives of which nothing can be said yet."""

    aims: tuple[AimAnalysis, ...]
    front: tuple[int, ...]
    failed: int
    too_few: tuple[str, ...] = ()


def analyse(planner: Planner, *, batch: int = 8) -> Analysis:
    """Look at what a planner has been told; objectives with fewer than 4 measurements are in ``too_few``."""
    import numpy as np

    from .learning._hypervolume import pareto

    found = [_one(planner, j, batch) for j in range(len(planner.aims))]
    problem = planner.problem(1).with_targets_as_distances()
    good = np.flatnonzero(np.isfinite(problem.y).all(axis=1))
    signs = np.array([1.0 if d == "maximise" else -1.0 for d in problem.directions])
    values = signs * problem.y[good]
    front = good[pareto(values)] if len(good) else good
    front = front[np.argsort(-(signs * problem.y[front])[:, 0], kind="stable")]
    return Analysis(
        tuple(a for a in found if a is not None), tuple(int(i) for i in front), int(len(planner.x) - len(good)),
        tuple(aim.name for aim, one in zip(planner.aims, found, strict=True) if one is None),
    )  # fmt: skip


def _one(planner: Planner, j: int, batch: int) -> AimAnalysis | None:
    import numpy as np

    from .learning._ensemble import outliers

    model = planner.model(j)
    if model is None:
        return None
    problem = planner.problem(1).with_targets_as_distances()
    good = np.flatnonzero(np.isfinite(problem.y[:, j]))
    y = problem.y[good, j]
    mean, sd = model.left_out()
    error = np.abs(y - mean)
    spread = float(((y - y.mean()) ** 2).sum())
    library = planner.space.pool(_LIBRARY, planner.seed)
    believed, uncertain = model.predict(library)
    at = int(np.argmax(model.sign * believed))
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
        outlook=outlook(model, library, problem.x[good], batch, seed=planner.seed),
    )  # fmt: skip
