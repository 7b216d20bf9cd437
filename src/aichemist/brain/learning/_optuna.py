"""Optuna as a learner: ``pip install aichemist[optuna]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ._learner import Learner, Pick, needed
from ._space_filling import spread_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._problem import Problem


class OptunaLearner(Learner):
    """Optuna's ``TPESampler``, its defaults but for ``multivariate``, on the box around the candidates; each of its
    suggestions becomes the nearest candidate that is free. Variances, theory, cost and earlier campaigns are not passed
    on."""

    name: ClassVar[str] = "optuna"

    def __init__(self) -> None:
        needed("optuna")

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np
        import optuna

        problem = problem.with_targets_as_distances()
        fresh, tried = problem.fresh_and_tried()
        worked = np.isfinite(problem.y).all(axis=1)
        if not worked.any():
            return spread_out(problem, np.vstack([problem.x, problem.pending]), fresh, tried)
        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            return _suggested(problem, fresh if len(fresh) >= problem.n else np.concatenate([fresh, tried]))
        finally:
            optuna.logging.set_verbosity(verbosity)


def _suggested(problem: Problem, free: NDArray[np.int64]) -> list[Pick]:
    import warnings

    import numpy as np
    from optuna import create_study
    from optuna.distributions import FloatDistribution
    from optuna.samplers import TPESampler
    from optuna.trial import TrialState, create_trial

    every = np.vstack([problem.candidates, problem.x, problem.pending])
    low, high = every.min(axis=0), every.max(axis=0)
    columns = [i for i in range(every.shape[1]) if high[i] > low[i]]
    box = {f"x{i}": FloatDistribution(float(low[i]), float(high[i])) for i in columns}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # multivariate is marked experimental
        sampler = TPESampler(seed=abs(problem.seed) % 2**32, multivariate=True)
    study = create_study(directions=[d.replace("ise", "ize") for d in problem.directions], sampler=sampler)
    for point, values in zip(problem.x, problem.y, strict=True):
        good = bool(np.isfinite(values).all())
        study.add_trial(
            create_trial(
                state=TrialState.COMPLETE if good else TrialState.FAIL,
                params={f"x{i}": float(point[i]) for i in columns}, distributions=dict(box),
                values=[float(v) for v in values] if good else None,
            )
        )  # fmt: skip
    for point in problem.pending:
        study.enqueue_trial({f"x{i}": float(point[i]) for i in columns})
        study.ask(dict(box))
    scaled = (problem.candidates[:, columns] - low[columns]) / (high - low)[columns]
    picks: list[Pick] = []
    left = [int(i) for i in free]
    for _ in range(min(problem.n, len(left))):
        asked = study.ask(dict(box)).params
        point = (np.array([asked[name] for name in box]) - low[columns]) / (high - low)[columns]
        nearest = left[int(((scaled[left] - point) ** 2).sum(axis=1).argmin())]
        left.remove(nearest)
        picks.append(Pick(nearest, "acquisition"))
    return picks
