"""The first batch in a space of a mixture beside other variables: each of the two is filled for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._space_filling import space_filling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: the corners of a mixture are tried once they are at most this share of the batch
_CORNERS = 1 / 4
#: so many pairings are looked at, and so many pairs of recipes in all
_PAIRINGS, _PAIRS = 200, 1_000_000
_SAME = 1e-6


def mixed_filling(
    features: Floats, whole: int, n: int, allowed: NDArray[np.int64], seed: int, *, taken: Floats
) -> list[int]:
    """``n`` rows among ``allowed``, spread over the mixture and over the other variables, then paired.

    Clusters of whole recipes follow the columns that are farthest apart, which are the choices and the ranges: their
    middles all have the middle mixture. So mixtures are spread among mixtures and the rest among the rest, and of many
    pairings the one that keeps recipes farthest apart is taken; each pair becomes the nearest recipe that is allowed.

    Args:
        features: shape ``(m, f)``, the ``whole`` columns of the mixture first.
        taken: shape ``(k, f)``, what holds its place already.
    """
    import numpy as np

    if n <= 0 or len(allowed) == 0:
        return []
    if n >= len(allowed):
        return [int(i) for i in allowed]
    own = features[allowed]
    mixtures = _filled(own[:, :whole], n, seed, taken[:, :whole], corners=True)
    others = _filled(own[:, whole:], n, seed, taken[:, whole:], corners=False)
    # both parts count the same, however many columns they have
    scales = [max(float(part.std(axis=0).sum()), _SAME) for part in (own[:, :whole], own[:, whole:])]
    rng = np.random.default_rng([abs(seed), n, whole])
    best, apart = np.arange(n), -1.0
    for _ in range(max(1, min(_PAIRINGS, _PAIRS // n**2))):
        order = rng.permutation(n)
        points = np.hstack([mixtures / scales[0], others[order] / scales[1]])
        near = ((points[:, None] - points[None]) ** 2).sum(axis=2) + np.diag(np.full(n, np.inf))
        if float(near.min()) > apart:
            best, apart = order, float(near.min())
    picked: list[int] = []
    scaled = np.hstack([own[:, :whole] / scales[0], own[:, whole:] / scales[1]])
    for mixture, other in zip(mixtures, others[best], strict=True):
        distance = ((scaled - np.concatenate([mixture / scales[0], other / scales[1]])) ** 2).sum(axis=1)
        distance[picked] = np.inf
        picked.append(int(distance.argmin()))
    return [int(allowed[i]) for i in picked]


def _filled(points: Floats, n: int, seed: int, taken: Floats, *, corners: bool) -> Floats:
    """``n`` of the different rows of ``points``, all of them in turn where there are fewer; shape ``(n, f)``."""
    import numpy as np

    different = np.unique(np.round(points, 9), axis=0)
    rows: list[int] = []
    if corners:
        ends = list(dict.fromkeys(int(i) for i in different.argmax(axis=0)))
        if len(ends) <= _CORNERS * n:
            rows = [i for i in ends if not len(taken) or np.abs(taken - different[i]).max(axis=1).min() > _SAME]
    free = np.setdiff1d(np.arange(len(different)), rows)
    busy = np.vstack([taken, different[rows]])
    rows += space_filling(different, n - len(rows), free, seed, taken=busy if len(busy) else None)
    found: Floats = different[np.resize(rows, n)]
    return found
