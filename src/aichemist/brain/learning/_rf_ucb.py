"""A yardstick: random forest and upper bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aichemist.chemistry import Prediction

from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, valid
from ._space_filling import spread_out

if TYPE_CHECKING:
    from ._problem import Problem


class ForestBound(Learner):
    """scikit-learn's ``RandomForestRegressor`` with its defaults; the batch is the best by mean + 1 standard deviation
    between the trees, none of which knows of the others."""

    name: ClassVar[str] = "rf_ucb"
    objectives: ClassVar[tuple[int, int | None]] = (1, 1)
    targets: ClassVar[bool] = False

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np
        from sklearn.ensemble import RandomForestRegressor

        fresh, tried = problem.fresh_and_tried()
        x, y, _ = valid(problem.x, problem.y[:, 0], problem.yvar[:, 0])
        if len(y) < FEWEST_TO_LEARN_FROM:
            return spread_out(problem, np.vstack([problem.x, problem.pending]), fresh, tried)
        sign = -1.0 if problem.directions[0] == "minimise" else 1.0
        plain = problem.encoded().plain
        forest = RandomForestRegressor(random_state=abs(problem.seed), n_jobs=1).fit(plain(x), sign * y)
        inputs = np.ascontiguousarray(plain(problem.candidates), dtype=np.float32)
        values = np.array([tree.tree_.predict(inputs)[:, 0] for tree in forest.estimators_])
        mean, sd = values.mean(axis=0), values.std(axis=0)
        order = [rows[np.argsort(-(mean + sd)[rows], kind="stable")] for rows in (fresh, tried)]
        return [
            Pick(int(i), "acquisition", Prediction(float(sign * mean[i]), float(sd[i])))
            for i in np.concatenate(order)[: problem.n]
        ]
