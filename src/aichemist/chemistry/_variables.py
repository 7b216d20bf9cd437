"""The search space of separate variables: continuous, integer, ordinal, categorical, beside fractions of a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ._constraints import Constraint
from ._errors import InputError
from ._simplex import Simplex
from ._space import Column, Space

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: a constrained space is counted by looking at no more points than this
_LOOK_AT = 20_000_000
#: steps into which the range of a variable without a step is cut
_LEVELS = 100


@frozen
class Variable:
    """One variable. ``levels`` are its possible values (empty: any between ``low`` and ``high``; recipes are then drawn
    at 101 evenly spaced ones).

    Use the makers ``continuous``, ``integer``, ``ordinal`` and ``categorical``.
    """

    name: str
    low: float
    high: float
    levels: tuple[float, ...] = ()
    log: bool = False
    categories: tuple[str, ...] = ()
    descriptors: tuple[tuple[float, ...], ...] | None = None
    unit: str = ""

    @property
    def column(self) -> Column:
        kind = "category" if self.categories else "number"
        return Column(self.name, kind, self.low, self.high, self.log, self.categories, self.descriptors)  # type: ignore[arg-type]


def continuous(
    name: str, low: float, high: float, *, step: float | None = None, log: bool = False, unit: str = ""
) -> Variable:
    """Any number from ``low`` to ``high``, or every ``step`` from ``low``; ``log`` looks at ratios.

    Raises:
        InputError: limits that are not finite or not in order, a step that does not divide them, ``log`` below zero.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        swapped = f"low = {high:g} and high = {low:g}" if math.isfinite(low) and high < low else "low = 0 and high = 1"
        raise InputError(
            "needs finite limits with low < high", key=name, value=[low, high], mend=f"write for example {swapped}"
        )
    if log and low <= 0:
        raise InputError(
            "cannot be spread by its logarithm: low is not above zero", key=name, value=low,
            mend="raise low above zero, or leave out log",
        )  # fmt: skip
    if step is None:
        return Variable(name, low, high, log=log, unit=unit)
    count = (high - low) / step if step > 0 else -1.0
    if count < 1 or abs(count - round(count)) > 1e-6:
        raise InputError(
            f"does not divide the range from {low:g} to {high:g}", key=f"{name}.step", value=step,
            mend="choose a step that goes evenly from low to high",
        )  # fmt: skip
    if count > 100_000:
        raise InputError("gives more than 100,000 levels", key=f"{name}.step", value=step, mend="leave the step out")
    levels = tuple(float(f"{low + i * step:.12g}") for i in range(round(count) + 1))
    return Variable(name, low, high, levels, log, unit=unit)


def integer(name: str, low: int, high: int, *, unit: str = "") -> Variable:
    """Every whole number from ``low`` to ``high``."""
    if low != int(low) or high != int(high):
        raise InputError(
            "needs whole numbers as limits", key=name, value=[low, high],
            mend='write whole numbers, or kind = "continuous"',
        )  # fmt: skip
    return continuous(name, low, high, step=1.0, unit=unit)


def ordinal(name: str, levels: tuple[float, ...], *, log: bool = False, unit: str = "") -> Variable:
    """A few numbers.

    Raises:
        InputError: fewer than two, one twice, or one that is not finite.
    """
    ordered = tuple(sorted(float(v) for v in levels))
    if len(set(ordered)) != len(levels) or len(levels) < 2 or not all(map(math.isfinite, ordered)):
        raise InputError(
            "needs two or more different finite levels", key=f"{name}.levels", value=list(levels),
            mend="write for example levels = [1, 2, 5]",
        )  # fmt: skip
    if log and ordered[0] <= 0:
        raise InputError(
            "cannot be spread by its logarithm: a level is not above zero", key=name, value=ordered[0],
            mend="leave out that level, or log",
        )  # fmt: skip
    return Variable(name, ordered[0], ordered[-1], ordered, log, unit=unit)


def categorical(
    name: str, choices: tuple[str, ...], descriptors: tuple[tuple[float, ...], ...] | None = None
) -> Variable:
    """One of some choices; with a row of numbers for each where choices have properties.

    Raises:
        InputError: fewer than two choices, one twice, or descriptors that do not fit.
    """
    if len(set(choices)) != len(choices) or len(choices) < 2:
        raise InputError(
            "needs two or more different choices", key=f"{name}.choices", value=list(choices),
            mend='write for example choices = ["water", "ethanol"]',
        )  # fmt: skip
    if descriptors is not None:
        lengths = {len(row) for row in descriptors}
        if len(descriptors) != len(choices) or len(lengths) != 1 or 0 in lengths:
            raise InputError("needs as many descriptors for each choice", key=f"{name}.descriptors")
        if not all(math.isfinite(v) for row in descriptors for v in row):
            raise InputError("holds a descriptor that is not a finite number", key=f"{name}.descriptors")
    levels = tuple(float(i) for i in range(len(choices)))
    return Variable(name, 0.0, len(choices) - 1.0, levels, False, choices, descriptors)


@define(frozen=True, slots=False)
class Variables(Space):
    """A product of variables, and of the fractions of one whole where ``fractions`` is given, within constraints."""

    variables: tuple[Variable, ...]
    fractions: Simplex | None = None
    constraints: tuple[Constraint, ...] = field(default=())

    def __attrs_post_init__(self) -> None:
        names = [c.name for c in self.columns]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice or not names:
            raise InputError("needs variables with different names", key="space.variable", value=twice or names)

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        first = self.fractions.columns if self.fractions else ()
        return (*first, *(v.column for v in self.variables))

    @cached_property
    def _wholes(self) -> Floats:
        import numpy as np

        return self.fractions.enumerate() if self.fractions else np.empty((1, 0))

    @property
    def countable(self) -> bool:
        return all(v.levels for v in self.variables)

    def _shape(self) -> tuple[int, ...]:
        return (len(self._wholes), *(len(v.levels) for v in self.variables))

    def check(self, values: Mapping[str, float]) -> None:
        unknown = sorted(set(values) - set(self.names))
        if unknown:
            raise InputError(f"unknown variable '{unknown[0]}'", value=dict(values))
        if self.fractions:
            own = self.fractions.components
            self.fractions.check({k: v for k, v in values.items() if k in own})
        for variable in self.variables:
            value = values.get(variable.name)
            if value is None:
                raise InputError(f"the value of {variable.name} is missing", value=dict(values))
            span = variable.high - variable.low
            if not variable.low - 1e-9 * span <= value <= variable.high + 1e-9 * span:
                raise InputError(
                    f"{variable.name} = {value:g} lies outside its limits [{variable.low:g}, {variable.high:g}]",
                    value=dict(values),
                )
            if variable.categories and abs(value - round(value)) > 1e-9:
                raise InputError(f"{variable.name} = {value:g} is no choice", value=dict(values))
        row = self.point(values)[None]
        for constraint in self.constraints:
            if not constraint.holds(self._named(row)).all():
                raise InputError(f"does not fulfil: {constraint.text}", value=dict(values))

    def chunks(self, rows: int = 65_536) -> Iterator[Floats]:
        import numpy as np

        loose = next((v.name for v in self.variables if not v.levels), None)
        if loose is not None:
            raise InputError(
                "has no step, so the recipes cannot be counted", key=f"space.{loose}",
                mend="give it a step, or draw recipes with pool()",
            )  # fmt: skip
        shape = self._shape()
        levels = [np.array(v.levels) for v in self.variables]
        for start in range(0, math.prod(shape), rows):
            at = np.unravel_index(np.arange(start, min(start + rows, math.prod(shape))), shape)
            parts = [self._wholes[at[0]], *(lv[i][:, None] for lv, i in zip(levels, at[1:], strict=True))]
            points = np.hstack(parts)
            points = points[self._feasible(points)]
            if len(points):
                yield points

    def size(self) -> int | None:
        """``None`` also where counting would mean to look at more than twenty million points."""
        total = math.prod(self._shape())
        if not self.countable or (self.constraints and total > _LOOK_AT):
            return None
        return super().size() if self.constraints else total

    def exceeds(self, limit: int) -> bool:
        if not self.countable:
            return True
        total = math.prod(self._shape())
        if total <= limit or not self.constraints:
            return total > limit
        if total > _LOOK_AT:
            return True
        count = 0
        for chunk in self.chunks():
            count += len(chunk)
            if count > limit:
                return True
        return False

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        import numpy as np

        parts = [self._wholes[rng.integers(len(self._wholes), size=n)]]
        for v in self.variables:
            if v.levels:
                parts.append(np.array(v.levels)[rng.integers(len(v.levels), size=n)][:, None])
            else:
                parts.append(_of_range(v, rng.uniform(0.0, 1.0, n))[:, None])
        points = np.hstack(parts)
        return points[self._feasible(points)]

    def snapped(self, points: Floats) -> Floats:
        import numpy as np

        out = np.array(points, dtype=float)
        offset = len(self.fractions.columns) if self.fractions else 0
        if self.fractions:
            out[:, :offset] = self.fractions.snapped(out[:, :offset])
        for i, v in enumerate(self.variables, start=offset):
            out[:, i] = _snapped(v, out[:, i])
        return out

    def _step(self, points: Floats, rng: np.random.Generator) -> Floats:
        import numpy as np

        moved = points.copy()
        offset = len(self.fractions.columns) if self.fractions else 0
        blocks = len(self.variables) + (1 if self.fractions else 0)
        chosen = rng.random((len(points), blocks)) < min(1.0, 2 / blocks)
        for i, v in enumerate(self.variables):
            rows = np.flatnonzero(chosen[:, i])
            if len(rows):
                moved[rows, offset + i] = _moved(v, moved[rows, offset + i], rng)
        if self.fractions:
            rows = np.flatnonzero(chosen[:, -1])
            moved[rows, :offset] = self.fractions._moved(moved[rows, :offset], rng)
            moved = moved[self.fractions._feasible(moved[:, :offset])]
        return moved[self._feasible(moved)]

    def _feasible(self, points: Floats) -> NDArray[np.bool_]:
        import numpy as np

        good = np.ones(len(points), dtype=bool)
        if len(points):
            for constraint in self.constraints:
                good &= constraint.holds(self._named(points))
        return good

    def _named(self, points: Floats) -> dict[str, Floats]:
        return {name: points[:, i] for i, name in enumerate(self.names)}


def _of_range(variable: Variable, share: Floats) -> Floats:
    """Values at ``share`` (0 to 1) of the range of a variable without a step, at one of 101 levels.

    Two vials that differ by less than a hundredth of the range show nothing that one does not.
    """
    import numpy as np

    share = np.clip(np.rint(share * _LEVELS) / _LEVELS, 0.0, 1.0)
    if variable.log:
        low, high = math.log(variable.low), math.log(variable.high)
        values = np.exp(low + share * (high - low))
    else:
        values = variable.low + share * (variable.high - variable.low)
    size = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(values), 1e-300))) - 4)
    shown: Floats = np.clip(np.rint(values / size) * size, variable.low, variable.high)
    return shown


def _share(variable: Variable, values: Floats) -> Floats:
    """Where values lie in the range of a variable: 0 at its low end, 1 at its high end."""
    import numpy as np

    low, high = variable.low, variable.high
    if variable.log:
        low, high, values = math.log(low), math.log(high), np.log(np.maximum(values, low))
    share: Floats = (values - low) / (high - low)
    return share


def _snapped(variable: Variable, values: Floats) -> Floats:
    """The nearest level."""
    import numpy as np

    if not variable.levels:
        return _of_range(variable, _share(variable, values))
    levels = np.array(variable.levels)
    above = (
        np.clip(np.searchsorted(levels, values), 1, len(levels) - 1) if len(levels) > 1 else np.zeros(len(values), int)
    )
    below = np.maximum(above - 1, 0)
    nearest: Floats = np.where(values - levels[below] <= levels[above] - values, levels[below], levels[above])
    return nearest


def _moved(variable: Variable, values: Floats, rng: np.random.Generator) -> Floats:
    """A level or two up or down; another category; a few per cent of the range."""
    import numpy as np

    n = len(values)
    if variable.categories:
        return rng.integers(len(variable.categories), size=n).astype(float)
    if variable.levels:
        levels = np.array(variable.levels)
        at = (
            np.abs(values[:, None] - levels[None]).argmin(axis=1)
            if len(levels) < 500
            else np.searchsorted(levels, values)
        )
        at = at + rng.integers(1, 3, n) * rng.choice([-1, 1], n)
        stepped: Floats = levels[np.clip(at, 0, len(levels) - 1)]
        return stepped
    width = 10 ** rng.uniform(-2.0, -0.7, n)
    return _of_range(variable, _share(variable, values) + rng.normal(0, 1, n) * width)
