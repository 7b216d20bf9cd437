"""The search space of compositions: fractions of n components that sum to one, on a grid."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from typing import TYPE_CHECKING

from attrs import frozen

from ._errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Simplex:
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

    def enumerate(self) -> NDArray[np.float64]:
        """All grid points, shape ``(n, len(components))``, in one fixed order."""
        import numpy as np

        return np.array(list(self._counts()), dtype=float) / self.divisions

    def size(self) -> int:
        """Number of grid points."""
        return sum(1 for _ in self._counts())

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
