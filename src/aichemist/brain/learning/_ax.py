"""Ax as a learner: ``pip install aichemist[ax]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ._learner import FEWEST_TO_LEARN_FROM, Learner, Pick, needed
from ._space_filling import spread_out
from ._torch import own_torch, python_acquisition

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._problem import Problem

    Floats = NDArray[np.float64]


class AxLearner(Learner):
    """Ax's modular BoTorch generator with its defaults; its acquisition function is evaluated at every free candidate,
    pick by pick, with the earlier picks as pending. Reported variances are passed on; theory, cost and earlier
    campaigns are not."""

    name: ClassVar[str] = "ax"

    def __init__(self) -> None:
        needed("ax", package="ax-platform")

    def pick(self, problem: Problem) -> list[Pick]:
        import logging

        import numpy as np

        problem = problem.with_targets_as_distances()
        fresh, tried = problem.fresh_and_tried()
        worked = np.asarray(np.isfinite(problem.y).all(axis=1))
        if worked.sum() < FEWEST_TO_LEARN_FROM:
            return spread_out(problem, np.vstack([problem.x, problem.pending]), fresh, tried)
        logging.getLogger("ax").setLevel(logging.WARNING)
        free = fresh if len(fresh) >= problem.n else np.concatenate([fresh, tried])
        with own_torch(problem.seed), python_acquisition():
            return [Pick(i, "acquisition") for i in _best(problem, free, worked)]


def _best(problem: Problem, free: NDArray[np.int64], worked: NDArray[np.bool_]) -> list[int]:
    import numpy as np
    from ax.adapter.registry import Generators
    from ax.core.observation import ObservationFeatures

    every = np.vstack([problem.candidates, problem.x, problem.pending])
    columns = [i for i in range(every.shape[1]) if np.ptp(every[:, i]) > 0]
    experiment = _experiment(problem, every, columns, worked)
    adapter: Any = Generators.BOTORCH_MODULAR(experiment=experiment, data=experiment.lookup_data())

    def features(point: Floats) -> Any:
        return ObservationFeatures({f"x{i}": float(point[i]) for i in columns})

    waiting = [features(p) for p in problem.pending]
    options = [features(problem.candidates[i]) for i in free]
    metrics = [f"y{j}" for j in range(len(problem.directions))]
    chosen: list[int] = []
    for _ in range(min(problem.n, len(free))):
        score = np.array(
            adapter.evaluate_acquisition_function(
                [[o] for o in options], pending_observations={m: list(waiting) for m in metrics} if waiting else None
            )
        )
        score = np.where(np.isfinite(score), score, -np.inf)
        score[chosen] = -np.inf
        at = int(score.argmax())
        chosen.append(at)
        waiting.append(options[at])
    return [int(free[at]) for at in chosen]


def _experiment(problem: Problem, every: Floats, columns: list[int], worked: NDArray[np.bool_]) -> Any:
    import pandas
    from ax.core.arm import Arm
    from ax.core.data import Data
    from ax.core.experiment import Experiment
    from ax.core.metric import Metric
    from ax.core.objective import MultiObjective, Objective
    from ax.core.optimization_config import MultiObjectiveOptimizationConfig, OptimizationConfig
    from ax.core.parameter import ParameterType, RangeParameter
    from ax.core.search_space import SearchSpace

    low, high = every.min(axis=0), every.max(axis=0)
    ranges = [RangeParameter(f"x{i}", ParameterType.FLOAT, float(low[i]), float(high[i])) for i in columns]
    objectives = [Objective(metric=Metric(f"y{j}"), minimize=d == "minimise") for j, d in enumerate(problem.directions)]
    wanted: Any = (
        OptimizationConfig(objectives[0])
        if len(objectives) == 1
        else MultiObjectiveOptimizationConfig(MultiObjective(objectives))
    )
    experiment = Experiment(SearchSpace(ranges), name="aichemist", optimization_config=wanted)
    rows = []
    for k, (point, values, variances) in enumerate(zip(problem.x, problem.y, problem.yvar, strict=True)):
        if not worked[k]:
            continue
        arm = Arm({f"x{i}": float(point[i]) for i in columns}, name=f"{k}_0")
        trial = experiment.new_trial()
        trial.add_arm(arm)
        trial.mark_running(no_runner_required=True)
        trial.mark_completed()
        for j, (value, variance) in enumerate(zip(values, variances, strict=True)):
            sem = float(variance) ** 0.5 if variance > 0 else float("nan")
            rows.append(
                {
                    "trial_index": trial.index, "arm_name": trial.arm.name, "metric_name": f"y{j}",
                    "metric_signature": f"y{j}", "mean": float(value), "sem": sem,
                }
            )  # fmt: skip
    experiment.attach_data(Data(df=pandas.DataFrame(rows)))
    return experiment
