"""What may be tried: the seam of all search spaces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from ._errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: ``enumerate`` makes no larger array; ``chunks`` has no limit
MOST_POINTS = 1_000_000
_ROUNDS = 200


@frozen
class Column:
    """What one column of an array of recipes holds.

    ``fraction``: part of a whole; the fractions sum to 1. ``number``: a value between ``low`` and ``high``, spread by
    its logarithm where ``log``. ``category``: the position of a choice in ``categories``, each with a row of
    ``descriptors`` where those are known.
    """

    name: str
    kind: Literal["fraction", "number", "category"]
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    categories: tuple[str, ...] = ()
    descriptors: tuple[tuple[float, ...], ...] | None = None


class Space(ABC):
    """Recipes that may be tried, as rows of numbers in the order of ``columns``.

    A space may have 10^7 recipes or more than can be counted: nothing here but ``enumerate`` holds them all at once.
    """

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """One for each variable of a recipe."""

    @property
    def names(self) -> tuple[str, ...]:
        """The variables of a recipe."""
        return tuple(c.name for c in self.columns)

    @abstractmethod
    def check(self, values: Mapping[str, float]) -> None:
        """Raise ``InputError`` when ``values`` is not a recipe of this space."""

    @abstractmethod
    def chunks(self, rows: int = 65_536) -> Iterator[Floats]:
        """All recipes in one fixed order, in arrays of at most ``rows`` rows, made as they are asked for.

        Raises:
            InputError: the recipes cannot be counted.
        """

    @abstractmethod
    def exceeds(self, limit: int) -> bool:
        """Whether there are more recipes than ``limit``; does not count further than that."""

    @abstractmethod
    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        """About ``n`` recipes at random, feasible ones only; possibly fewer, possibly equal ones."""

    @abstractmethod
    def snapped(self, points: Floats) -> Floats:
        """The nearest points of the grid within the limits of each column; they may break other rules of the space."""

    @abstractmethod
    def _step(self, points: Floats, rng: np.random.Generator) -> Floats:
        """Each point changed a little in one to three variables, feasible ones only."""

    def size(self) -> int | None:
        """Number of recipes; ``None`` where they cannot be counted."""
        try:
            return sum(len(chunk) for chunk in self.chunks())
        except InputError:
            return None

    def enumerate(self) -> Floats:
        """All recipes, shape ``(n, d)``.

        Raises:
            InputError: more than a million, or they cannot be counted.
        """
        import numpy as np

        parts, total = [], 0
        for chunk in self.chunks():
            total += len(chunk)
            if total > MOST_POINTS:
                raise InputError(
                    f"the space has more than {MOST_POINTS:,} recipes", key="space",
                    mend="stream them with chunks() or draw some with pool()",
                )  # fmt: skip
            parts.append(chunk)
        return np.vstack(parts) if parts else np.empty((0, len(self.columns)))

    def pool(self, limit: int, seed: int) -> Floats:
        """All recipes where there are at most ``limit``, else about ``limit`` different ones drawn at random.

        Raises:
            InputError: hardly any recipe fits the constraints.
        """
        import numpy as np

        if not self.exceeds(limit):
            return self.enumerate()
        rng = np.random.default_rng(abs(seed))
        found = np.empty((0, len(self.columns)))
        for _ in range(_ROUNDS):
            before = len(found)
            found = np.unique(np.vstack([found, self._draw(limit, rng)]), axis=0)
            if len(found) >= limit:
                return found[np.sort(rng.choice(len(found), limit, replace=False))]
            # hardly anything new: the space is nearly all there
            if before and len(found) - before < before / 50:
                break
        if len(found) == 0:
            raise InputError(
                "no recipe was found that fits the constraints", key="space.constraints",
                mend="widen the limits, or loosen a constraint",
            )  # fmt: skip
        return found

    def nearby(self, points: Floats, n: int, seed: int) -> Floats:
        """At most ``n`` different recipes close to ``points``, those themselves left out.

        What was measured need not lie on the grid, nor within the limits; what comes back does.
        """
        import numpy as np

        rng = np.random.default_rng(abs(seed))
        found = np.empty((0, len(self.columns)))
        if len(points) == 0:
            return found
        points = self.snapped(points)
        for _ in range(8):
            start = np.vstack([points, points, found[-len(points) :]])
            start = np.repeat(start, max(1, n // (4 * len(start)) + 1), axis=0)
            found = np.unique(np.vstack([found, self._step(start, rng)]), axis=0)
            if len(found) >= 2 * n:
                break
        same = (np.abs(found[:, None, :] - points[None]).max(axis=2) < 1e-9).any(axis=1) if len(points) < 200 else None
        if same is not None:
            found = found[~same]
        return found if len(found) <= n else found[np.sort(rng.choice(len(found), n, replace=False))]

    def point(self, values: Mapping[str, float | str]) -> Floats:
        """A recipe as a row; a category may be given by its text, a variable that is missing is 0.

        Raises:
            InputError: an unknown category.
        """
        import numpy as np

        row = np.zeros(len(self.columns))
        for i, column in enumerate(self.columns):
            value = values.get(column.name, 0.0)
            if isinstance(value, str):
                if value not in column.categories:
                    known = ", ".join(column.categories) or "none: it is a number"
                    raise InputError("is not a choice", key=column.name, value=value, mend=f"write one of: {known}")
                value = column.categories.index(value)
            row[i] = value
        return row

    def values(self, row: Floats) -> dict[str, float]:
        """A row as the values of a recipe."""
        return {c.name: float(f"{v:.9g}") + 0.0 for c, v in zip(self.columns, row, strict=True)}

    def label(self, name: str, value: float) -> str:
        """A value as people write it."""
        column = next(c for c in self.columns if c.name == name)
        return column.categories[round(value)] if column.categories else f"{value:.4g}"
