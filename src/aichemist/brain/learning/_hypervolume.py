"""Several objectives: the batch that is expected to add most to the dominated hypervolume."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import Prediction

from ._chance import chance_of
from ._ensemble import Ensemble, fit_ensemble
from ._learner import FEWEST_TO_LEARN_FROM, Pick
from ._space_filling import spread_out
from ._target import Distance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Direction

    from ._encoding import Encoding
    from ._problem import Problem
    from ._theory import Theory
    from ._transfer import Earlier

    Floats = NDArray[np.float64]

_SAMPLES = 128
_SHORTLIST = 250
_WAYS = 16
_KNOWN = 200
#: how far below the front the hypervolume counts; chosen on synthetic pairs and on subsets of plate 3851
_BELOW = 0.5


def pick_by_hypervolume(problem: Problem) -> list[Pick]:
    """Expected improvement of the hypervolume, noise-aware and greedy (qNEHVI: Daulton et al. 2021, arXiv:2105.08195),
    with an ensemble for each objective in place of its Gaussian process, and with hyperparameters drawn, not fixed.

    Joint samples of the true values at measured and short-listed points; each pick adds to the front of each sample
    before the next is chosen. Exact for two objectives; for more, the volume is estimated from the same 512 points for
    all candidates.
    """
    import numpy as np

    candidates = problem.candidates
    fresh, tried = problem.fresh_and_tried()
    taken = np.vstack([problem.x, problem.pending])
    worked = np.asarray(np.isfinite(problem.y).all(axis=1))
    if worked.sum() < FEWEST_TO_LEARN_FROM:
        return spread_out(problem, taken, fresh, tried)
    encoding = problem.encoded()
    try:
        ensembles = fit_each(
            problem.x, problem.y, problem.yvar, encoding, problem.modelled(), seed=problem.seed,
            theory=problem.theory, earlier=[problem.earlier_of(j) for j in range(len(problem.directions))],
        )  # fmt: skip
        targets = problem.targets or (None,) * len(ensembles)
        seen: list[Ensemble | Distance] = [
            e if t is None else Distance(e, t) for e, t in zip(ensembles, targets, strict=True)
        ]
        chance = chance_of(encoding.plain, problem.x, worked, seed=problem.seed)
        reference = reference_point(problem.worth()[worked], _BELOW)
        picked: list[int] = []
        for allowed in (fresh, tried):
            wanted = min(problem.n - len(picked), len(allowed))
            if wanted <= 0:
                continue
            rows = allowed[shortlist(seen, candidates[allowed], problem.seed)]
            known = np.unique(np.vstack([problem.x[worked], problem.pending, candidates[picked]]), axis=0)
            known = may_be_on_front(seen, known)
            drawn = samples(seen, np.vstack([known, candidates[rows]]), problem.seed)
            gain = None if chance is None else chance(candidates[rows])
            if problem.cost is not None:
                gain = (1.0 if gain is None else gain) / problem.cost[rows]
            chosen = greedy(drawn[:, : len(known)], drawn[:, len(known) :], reference, wanted, gain, problem.seed)
            picked += [int(rows[i]) for i in chosen]
        found = [e.predict(candidates[picked]) for e in ensembles]
    except Exception:
        # A campaign must not stop because a matrix could not be factorised: spread the batch out instead.
        return spread_out(problem, taken, fresh, tried)
    picks = []
    for i, row in enumerate(picked):
        said = [
            Prediction(float(m[i]), float(np.hypot(s[i], e.noise_sd)))
            for (m, s), e in zip(found, ensembles, strict=True)
        ]
        picks.append(Pick(row, "acquisition", said[0], tuple(said[1:])))
    return picks


def fit_each(
    x: Floats, y: Floats, yvar: Floats, encoding: Encoding, directions: Sequence[Direction], *, seed: int,
    theory: Theory | None = None, earlier: Sequence[Sequence[Earlier]] = (),
) -> list[Ensemble]:  # fmt: skip
    """One ensemble for each column of ``y``, of processes alone: trees brought nothing here (decision 11)."""
    return [
        fit_ensemble(
            x, y[:, j], yvar[:, j], encoding, direction=direction, seed=seed, theory=theory,
            earlier=earlier[j] if earlier else (), trees=False,
        )
        for j, direction in enumerate(directions)
    ]  # fmt: skip


def may_be_on_front(ensembles: Sequence[Ensemble | Distance], points: Floats) -> Floats:
    """Of more than 200 points those whose hopes (mean + 2 sd) no other's surpass: joint draws grow with the cube."""
    import numpy as np

    if len(points) <= _KNOWN:
        return points
    found = [e.predict(points) for e in ensembles]
    hopes = np.stack([e.sign * m + 2 * sd for e, (m, sd) in zip(ensembles, found, strict=True)], axis=1)
    kept: Floats = points[pareto(hopes)]
    return kept


def reference_point(values: Floats, below: float = 0.1) -> Floats:
    """A point ``below`` times the front's range below its worst, or of all values' range where the front is a point.

    BoTorch takes a tenth. With that, a recipe that is the best in one objective and poor in the others adds nothing
    until the front has such a recipe, so the ends of a front are found late.
    """
    import numpy as np

    front = values[pareto(values)]
    low, high = front.min(axis=0), front.max(axis=0)
    span = np.where(high - low > 0, high - low, values.max(axis=0) - values.min(axis=0))
    result: Floats = low - below * np.where(span > 0, span, 1.0)
    return result


def pareto(values: Floats) -> NDArray[np.bool_]:
    """Which rows are not dominated; larger is better in every column."""
    import numpy as np

    good = np.ones(len(values), dtype=bool)
    for i, row in enumerate(values):
        better = (values >= row).all(axis=1) & (values > row).any(axis=1)
        good[i] = not better.any()
    return good


def hypervolume(values: Floats, reference: Floats) -> float:
    """Volume dominated by ``values`` (larger is better) above ``reference``; any number of objectives."""
    import torch
    from botorch.utils.multi_objective.hypervolume import Hypervolume

    if len(values) == 0:
        return 0.0
    front = torch.from_numpy(values[pareto(values)].copy())
    return float(Hypervolume(torch.from_numpy(reference.copy())).compute(front))


def shortlist(ensembles: Sequence[Ensemble | Distance], points: Floats, seed: int) -> NDArray[np.int64]:
    """The best by hopeful sums of the objectives, in as many directions as there is room for."""
    import numpy as np

    if len(points) <= _SHORTLIST:
        return np.arange(len(points))
    hopes = []
    for ensemble in ensembles:
        mean, sd = ensemble.predict(points)
        hope = (ensemble.sign * mean + sd) / ensemble.scale
        hopes.append((hope - hope.mean()) / max(float(hope.std()), 1e-12))
    weights = np.random.default_rng(abs(seed)).dirichlet(np.ones(len(ensembles)), _WAYS - len(ensembles))
    weights = np.vstack([np.eye(len(ensembles)), weights])
    rank = np.argsort(-(weights @ np.array(hopes)), axis=1, kind="stable")[:, : 2 * _SHORTLIST // _WAYS]
    return np.unique(rank)


def samples(ensembles: Sequence[Ensemble | Distance], points: Floats, seed: int) -> Floats:
    """Joint samples, shape ``(samples, points, objectives)``, signs turned so that larger is better."""
    import numpy as np

    rng = np.random.default_rng([abs(seed), len(points)])
    return np.stack([e.draw(points, _SAMPLES, rng) for e in ensembles], axis=2)


def greedy(known: Floats, options: Floats, reference: Floats, n: int, gain: Floats | None, seed: int) -> list[int]:
    import numpy as np

    fronts = [k[pareto(k)] for k in known]
    improve = _improvement_of_two if len(reference) == 2 else _improvement_of_many
    chosen: list[int] = []
    for _ in range(n):
        added = np.mean([improve(f, o, reference, seed) for f, o in zip(fronts, options, strict=True)], axis=0)
        score = added if gain is None else added * gain
        # Where nothing improves any more, the point closest to doing so.
        score = score + 1e-9 * options.sum(axis=2).mean(axis=0)
        score[chosen] = -np.inf
        at = int(score.argmax())
        chosen.append(at)
        for s, front in enumerate(fronts):
            more = np.vstack([front, options[s, at]])
            fronts[s] = more[pareto(more)]
    return chosen


def _improvement_of_two(front: Floats, points: Floats, reference: Floats, seed: int) -> Floats:
    """Exact: the area above the staircase of the front, strip by strip."""
    import numpy as np

    inside = front[(front > reference).all(axis=1)]
    inside = inside[np.argsort(inside[:, 0])]
    left = np.concatenate([[reference[0]], inside[:, 0]])
    right = np.concatenate([inside[:, 0], [np.inf]])
    floor = np.concatenate([inside[:, 1], [reference[1]]])
    width = np.maximum(np.minimum(points[:, :1], right) - left, 0.0)
    height = np.maximum(points[:, 1:] - floor, 0.0)
    result: Floats = (width * height).sum(axis=1)
    return result


def _improvement_of_many(front: Floats, points: Floats, reference: Floats, seed: int) -> Floats:
    """Estimated: the share of points of a box that the front leaves and a candidate covers."""
    import numpy as np
    from scipy.stats import qmc

    top = np.maximum(np.vstack([front, points]).max(axis=0), reference + 1e-12)
    box = reference + qmc.Sobol(len(reference), seed=abs(seed)).random(512) * (top - reference)
    left = box[~(front[:, None, :] >= box[None]).all(axis=2).any(axis=0)]
    covered = (points[:, None, :] >= left[None]).all(axis=2).sum(axis=1)
    result: Floats = covered / 512 * np.prod(top - reference)
    return result
