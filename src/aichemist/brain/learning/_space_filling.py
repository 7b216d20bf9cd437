"""The first batch: points that represent the whole library before anything is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._encoding import Encoding
    from ._learner import Floats, Pick
    from ._problem import Problem

_SAMPLE = 5000
_ROUNDS = 30


def space_filling(
    candidates: Floats, n: int, allowed: NDArray[np.int64], seed: int, *, taken: Floats | None = None
) -> list[int]:
    """``n`` rows among ``allowed``, each in the middle of its share of the library (k-means, nearest member).

    Maximin distance would put a batch of 8 on the corners, the pure components, where interactions do not show;
    the middles of clusters are mixtures. ``taken`` (points measured or under way) hold their places as fixed
    centres, so that a later batch fills the gaps. Lloyd's rounds start from distances-squared sampling
    (k-means++, Arthur and Vassilvitskii 2007) and see at most 5,000 candidates.
    """
    import numpy as np

    if n <= 0 or len(allowed) == 0:
        return []
    if n >= len(allowed):
        return [int(i) for i in allowed]
    rng = np.random.default_rng([abs(seed), n])
    sample = candidates[allowed]
    if len(sample) > _SAMPLE:
        sample = sample[np.sort(rng.choice(len(sample), _SAMPLE, replace=False))]
    fixed = np.empty((0, candidates.shape[1])) if taken is None else taken
    centres = _start(sample, fixed, n, rng)
    for _ in range(_ROUNDS):
        share = _squared(sample, np.vstack([fixed, centres])).argmin(axis=1) - len(fixed)
        moved = np.array([sample[share == i].mean(axis=0) if (share == i).any() else centres[i] for i in range(n)])
        if np.allclose(moved, centres):
            break
        centres = moved
    picked: list[int] = []
    for centre in centres:
        distance = _squared(candidates[allowed], centre[None])[:, 0]
        distance[np.isin(allowed, picked)] = np.inf
        picked.append(int(allowed[distance.argmin()]))
    return picked


def _start(sample: Floats, fixed: Floats, n: int, rng: np.random.Generator) -> Floats:
    import numpy as np

    centres = [] if len(fixed) else [sample[rng.integers(len(sample))]]
    while len(centres) < n:
        distance = _squared(sample, np.vstack([fixed, *centres])).min(axis=1)
        total = distance.sum()
        chance = distance / total if total > 0 else None
        centres.append(sample[rng.choice(len(sample), p=chance)])
    return np.array(centres)


def _squared(a: Floats, b: Floats) -> Floats:
    import numpy as np

    distance = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    result: Floats = np.maximum(distance, 0.0)
    return result


def spread_out(problem: Problem, taken: Floats, fresh: NDArray[np.int64], tried: NDArray[np.int64]) -> list[Pick]:
    """A batch that fills the gaps between what was measured and what is under way."""
    from ._learner import Pick

    encoding = problem.encoded()
    rows = spread_rows(encoding, problem.candidates, problem.n, fresh, problem.seed, taken=taken)
    rows += spread_rows(encoding, problem.candidates, problem.n - len(rows), tried, problem.seed, taken=taken[:0])
    return [Pick(i, "initial") for i in rows]


def spread_rows(
    encoding: Encoding, candidates: Floats, n: int, allowed: NDArray[np.int64], seed: int, *, taken: Floats
) -> list[int]:
    """``n`` rows among ``allowed`` that fill the space, its mixture and its other variables alike."""
    points, whole = encoding.even(candidates), encoding.whole
    busy = encoding.even(taken)
    if 0 < whole < points.shape[1]:
        from ._mixed_filling import mixed_filling

        return mixed_filling(points, whole, n, allowed, seed, taken=busy)
    return space_filling(points, n, allowed, seed, taken=busy)
