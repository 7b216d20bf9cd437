"""Which recipes to calculate next: a calculation costs little, and tells something of the measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from aichemist.chemistry import InputError

from ._planner import Planner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SHORTLIST = 250
_HOPE = 2.0


@frozen
class Calculation:
    """A recipe to calculate: ``share`` is the part of the variance of its expected measurement that this would take
    away."""

    values: Mapping[str, float | str]
    share: float
    point: Floats = field(eq=False, repr=False, kw_only=True)


def worth_calculating(planner: Planner, n: int, cost: float, aim: int = 0) -> list[Calculation]:
    """Recipes whose calculation is worth more than its cost.

    An experiment takes away all of the variance of its recipe and costs 1, a calculation a share, for ``cost``. It is
    worth it where the share is larger (fidelity chosen by what is learnt per cost: Kandasamy et al. 2016,
    arXiv:1603.06288). Of those the ones that may be better than the best measured come first, by their upper bound
    times the share; each counts as calculated before the next is chosen.

    Args:
        cost: of one calculation, in experiments.

    Returns:
        at most ``n``; none where theory has nothing to say, or says it everywhere already.

    Raises:
        InputError: no theory, none of it the measured quantity itself, too few measurements, or a cost that is not
            above 0.
    """
    import numpy as np

    if not cost > 0:
        raise InputError("must be above 0", key="cost", value=cost, mend="write it in experiments, for example 0.01")
    problem = planner.problem(1)
    theory = problem.theory
    encoding = problem.encoded()
    cheap = theory.cheap(encoding) if theory is not None else None
    if theory is None or cheap is None:
        raise InputError(
            "no column of theory is the measured quantity itself", key="fidelity", mend="name it: fidelity = COLUMN"
        )
    model = planner.model(aim)
    own = None if model is None else next((i for i, m in enumerate(model.members) if m.name == "two fidelities"), None)
    if model is None or own is None:
        raise InputError("too few measurements to tell what theory is worth", key="values", mend="tell at least 8")
    sign, target = model.sign, planner.aims[aim].target

    def worth(values: Floats) -> Floats:
        result: Floats = sign * values if target is None else -np.abs(values - target)
        return result

    known, _ = theory.lookup(problem.candidates)
    points = problem.candidates[~known]
    if not len(points):
        return []
    mean, sd = model.predict(points)
    bound = worth(mean) + _HOPE * sd
    best = float(worth(model.predict(np.unique(problem.x, axis=0))[0]).max())
    rows = np.argsort(-bound, kind="stable")[:_SHORTLIST]
    points, sd, bound = points[rows], np.maximum(sd[rows], 1e-12), bound[rows]
    slope = model.weights[own] * model.members[own].slope * model.scale  # type: ignore[attr-defined]
    covariance = cheap.joint(points)
    gain = np.maximum(bound - best, 0.0)
    chosen: list[Calculation] = []
    taken: list[int] = []
    for _ in range(min(n, len(points))):
        share = np.minimum(slope**2 * np.maximum(np.diag(covariance), 0.0) / sd**2, 1.0)
        score = np.where(share > cost, (gain + 1e-9 * sd) * share, -np.inf)
        score[taken] = -np.inf
        at = int(score.argmax())
        if not np.isfinite(score[at]):
            break
        taken.append(at)
        chosen.append(Calculation(planner.values(points[at]), float(share[at]), point=points[at]))
        covariance = covariance - np.outer(covariance[:, at], covariance[at]) / (covariance[at, at] + 1e-6)
    return chosen
