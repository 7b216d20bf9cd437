"""The search space of compositions: fractions of n components that sum to one, on a grid."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from typing import TYPE_CHECKING

from attrs import frozen

from ._errors import InputError
from ._space import Column, Space

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Simplex(Space):
    """Fractions of ``components`` on a grid of ``step``, summing to 1.

    Attributes:
        components: names, e.g. ``("Ni", "Fe", "Co")``.
        step: grid step; must divide 1.
        max_components: at most this many fractions are non-zero.
        lower, upper: limits per component, inclusive, for the components that are present as well as absent
            (a lower limit above zero makes a component compulsory).
    """

    components: tuple[str, ...]
    step: float
    max_components: int
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def __attrs_post_init__(self) -> None:
        n = len(self.components)
        if n < 1 or len(set(self.components)) != n:
            raise InputError("components must be one or more different names", key="components", value=self.components)
        if not 0 < self.step <= 1 or abs(1 / self.step - round(1 / self.step)) > 1e-9:
            raise InputError("does not divide 1", key="step", value=self.step, mend="write 0.1, 0.05 or 0.02")
        if not 1 <= self.max_components <= n:
            raise InputError(
                f"must lie between 1 and the number of components, {n}", key="max_components",
                value=self.max_components,
            )  # fmt: skip
        for name, low, high in zip(self.components, self.lower, self.upper, strict=True):
            if not 0 <= low <= high <= 1:
                raise InputError(
                    "limits must satisfy 0 <= low <= high <= 1", key=f"limits.{name}", value=[low, high],
                    mend='write for example Ni = [0.0, 0.8]',
                )  # fmt: skip
        compulsory = sum(low > 0 for low in self.lower)
        if compulsory > self.max_components:
            raise InputError(
                f"{compulsory} components have a lower limit above zero, but only {self.max_components} may be "
                "present at once", key="limits", mend="lower a limit to 0 or raise max_components",
            )  # fmt: skip
        if sum(self.lower) > 1 + 1e-9:
            raise InputError(
                f"the fractions cannot sum to 1: the lower limits alone sum to {sum(self.lower):g}",
                key="limits", value=list(self.lower), mend="lower some of the lower limits",
            )  # fmt: skip
        if sum(sorted(self.upper)[-self.max_components :]) < 1 - 1e-9:
            best = sum(sorted(self.upper)[-self.max_components :])
            raise InputError(
                f"the fractions cannot sum to 1: the {self.max_components} largest upper limits sum to {best:g}",
                key="limits", value=list(self.upper), mend="raise an upper limit or max_components",
            )  # fmt: skip
        if next(self._counts(), None) is None:
            raise InputError(
                f"no point of the grid of step {self.step:g} lies within the limits", key="limits",
                value=[list(self.lower), list(self.upper)], mend="widen the limits or make the step smaller",
            )  # fmt: skip

    @property
    def columns(self) -> tuple[Column, ...]:
        limits = zip(self.components, self.lower, self.upper, strict=True)
        return tuple(Column(name, "fraction", low, high) for name, low, high in limits)

    @property
    def divisions(self) -> int:
        """Number of grid steps in 1."""
        return round(1 / self.step)

    def _bounds(self) -> list[tuple[int, int]]:
        d = self.divisions
        return [
            (math.ceil(low * d - 1e-9), math.floor(high * d + 1e-9))
            for low, high in zip(self.lower, self.upper, strict=True)
        ]

    def _counts(self) -> Iterator[tuple[int, ...]]:
        bounds, d = self._bounds(), self.divisions
        n = len(bounds)
        compulsory = {i for i, (low, _) in enumerate(bounds) if low > 0}
        for size in range(1, self.max_components + 1):
            for support in combinations(range(n), size):
                if compulsory - set(support):
                    continue
                ranges = [(max(1, bounds[i][0]), bounds[i][1]) for i in support]
                for part in _parts(d, ranges):
                    point = [0] * n
                    for i, value in zip(support, part, strict=True):
                        point[i] = value
                    yield tuple(point)

    def chunks(self, rows: int = 65_536) -> Iterator[NDArray[np.float64]]:
        import numpy as np

        counts = self._counts()
        while chunk := list(islice(counts, rows)):
            yield np.array(chunk, dtype=float) / self.divisions

    def size(self) -> int:
        """Number of grid points."""
        return sum(1 for _ in self._counts())

    def _draw(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Supports by the number of points that they have, then uniform parts (stars and bars), limits by rejection;
        tight limits are met by steps from any point of the space."""
        import numpy as np

        d, m = self.divisions, len(self.components)
        sizes = np.arange(1, min(self.max_components, d) + 1)
        ways = np.array([math.comb(m, int(s)) * math.comb(d - 1, int(s) - 1) for s in sizes], dtype=float)
        drawn = rng.choice(sizes, n, p=ways / ways.sum())
        points = np.zeros((n, m))
        for size in sizes:
            at = np.flatnonzero(drawn == size)
            if len(at) == 0:
                continue
            support = np.argsort(rng.random((len(at), m)), axis=1)[:, :size]
            cuts = np.sort(np.argsort(rng.random((len(at), d - 1)), axis=1)[:, : size - 1], axis=1) + 1
            ends = np.hstack([np.zeros((len(at), 1)), cuts, np.full((len(at), 1), d)])
            points[at[:, None], support] = np.diff(ends, axis=1) / d
        points = points[self._feasible(points)]
        if len(points) < n // 50 + 1:
            start = np.array([next(self._counts())], dtype=float) / d
            points = np.vstack([points, start]).repeat(max(1, n // (len(points) + 1)), axis=0)
            for _ in range(4 * d):
                moved = self._moved(points, rng)
                good = self._feasible(moved)
                points[good] = moved[good]
        return points

    def snapped(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """By the largest remainders, so that the fractions still sum to 1."""
        import numpy as np

        d = self.divisions
        whole = np.maximum(points, 0.0)
        parts = whole / np.maximum(whole.sum(axis=1, keepdims=True), 1e-12) * d
        counts = np.floor(parts + 1e-9)
        rank = np.argsort(np.argsort(counts - parts, axis=1, kind="stable"), axis=1)
        counts += rank < (d - counts.sum(axis=1))[:, None]
        result: NDArray[np.float64] = counts / d
        return result

    def _step(self, points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        moved = self._moved(points, rng)
        return moved[self._feasible(moved)]

    def _moved(self, points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        """One to three grid steps of each point go from one component to another."""
        import numpy as np

        d, rows = self.divisions, np.arange(len(points))
        counts = np.rint(points * d)
        pair = np.argsort(rng.random(counts.shape), axis=1)
        if counts.shape[1] < 2:
            return points
        amount = np.minimum(rng.integers(1, 4, len(points)), counts[rows, pair[:, 0]])
        counts[rows, pair[:, 0]] -= amount
        counts[rows, pair[:, 1]] += amount
        moved: NDArray[np.float64] = counts / d
        return moved

    def _feasible(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        import numpy as np

        good = (points >= np.array(self.lower) - 1e-9) & (points <= np.array(self.upper) + 1e-9)
        result: NDArray[np.bool_] = good.all(axis=1) & ((points > 1e-9).sum(axis=1) <= self.max_components)
        return result

    def exceeds(self, limit: int) -> bool:
        """Whether there are more grid points than ``limit``; does not count further than that."""
        return next(islice(self._counts(), limit, None), None) is not None

    def check(self, values: Mapping[str, float]) -> None:
        """Raise ``InputError`` when ``values`` is not a point of this space."""
        unknown = sorted(set(values) - set(self.components))
        if unknown:
            raise InputError(f"unknown component '{unknown[0]}'", value=dict(values))
        total = sum(values.values())
        if abs(total - 1) > 1e-6:
            raise InputError(f"the fractions sum to {total:g}, not 1", value=dict(values))
        if sum(v > 1e-9 for v in values.values()) > self.max_components:
            raise InputError(f"more than {self.max_components} components are present", value=dict(values))
        for name, low, high in zip(self.components, self.lower, self.upper, strict=True):
            v = values.get(name, 0.0)
            if not low - 1e-9 <= v <= high + 1e-9:
                raise InputError(f"{name} = {v:g} lies outside its limits [{low:g}, {high:g}]", value=dict(values))


def _parts(total: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    (low, high), rest = ranges[0], ranges[1:]
    if not rest:
        if low <= total <= high:
            yield (total,)
        return
    rest_low, rest_high = sum(r[0] for r in rest), sum(r[1] for r in rest)
    for value in range(max(low, total - rest_high), min(high, total - rest_low) + 1):
        for tail in _parts(total - value, rest):
            yield (value, *tail)
