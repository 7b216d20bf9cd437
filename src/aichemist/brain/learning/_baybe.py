"""BayBE as a learner: ``pip install aichemist[baybe]``."""

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


class BayBELearner(Learner):
    """BayBE's ``BotorchRecommender`` with its defaults, over the candidates as a discrete space; several objectives as
    its ``ParetoObjective``. Reported variances, theory, cost and earlier campaigns are not passed on."""

    name: ClassVar[str] = "baybe"

    def __init__(self) -> None:
        needed("baybe")

    def pick(self, problem: Problem) -> list[Pick]:
        import numpy as np

        problem = problem.with_targets_as_distances()
        fresh, tried = problem.fresh_and_tried()
        worked = np.asarray(np.isfinite(problem.y).all(axis=1))
        if worked.sum() < FEWEST_TO_LEARN_FROM or len(fresh) == 0:
            return spread_out(problem, np.vstack([problem.x, problem.pending]), fresh, tried)
        with own_torch(problem.seed), python_acquisition():
            rows = _recommended(problem, fresh, worked, min(problem.n, len(fresh)))
        picks = [Pick(i, "acquisition") for i in rows]
        if len(picks) < problem.n and len(tried):
            picks += [Pick(int(i), "acquisition") for i in tried[: problem.n - len(picks)]]
        return picks


def _recommended(problem: Problem, fresh: NDArray[np.int64], worked: NDArray[np.bool_], n: int) -> list[int]:
    import numpy as np
    import pandas
    from baybe.objectives import ParetoObjective
    from baybe.parameters import NumericalDiscreteParameter
    from baybe.recommenders import BotorchRecommender
    from baybe.searchspace import SearchSpace
    from baybe.targets import NumericalTarget

    every = np.vstack([problem.candidates, problem.x, problem.pending])
    columns = [i for i in range(every.shape[1]) if len(np.unique(every[:, i])) > 1]
    names = [f"x{i}" for i in columns]

    def frame(points: Floats) -> Any:
        return pandas.DataFrame(points[:, columns], columns=names)

    parameters = [
        NumericalDiscreteParameter(name, np.unique(every[:, i])) for name, i in zip(names, columns, strict=True)
    ]
    space = SearchSpace.from_dataframe(frame(problem.candidates[fresh]), parameters)
    targets = [
        NumericalTarget(name=f"y{j}", minimize=direction == "minimise")
        for j, direction in enumerate(problem.directions)
    ]
    objective = targets[0].to_objective() if len(targets) == 1 else ParetoObjective(targets)
    measured = frame(problem.x[worked])
    for j in range(len(targets)):
        measured[f"y{j}"] = problem.y[worked, j]
    pending = frame(problem.pending) if len(problem.pending) else None
    # the index of what comes back is that of the frame that the space was made from
    found = BotorchRecommender().recommend(n, space, objective, measured, pending)
    return [int(fresh[i]) for i in found.index]
