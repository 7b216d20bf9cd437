"""The search space of mixtures of given stocks, each a mixture itself: solutions, ores, alloys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import define

from ._errors import InputError
from ._simplex import Simplex
from ._space import Column, Space

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SAME = 6  # decimals of a composition in which two recipes are equivalent


@define(frozen=True)
class Feedstocks(Space):
    """Shares of stocks that sum to one; what counts is the composition that they make together.

    As for the Mars catalysts (Zhu et al., Nat. Synth. 2023): five ores with six metals each give 3.76 million formulas.

    Attributes:
        shares: the grid of shares of the stocks.
        species: what the stocks hold.
        content: for each stock the amount of each species in one part of it, in any one unit; shape
            ``(stocks, species)``.
    """

    shares: Simplex
    species: tuple[str, ...]
    content: tuple[tuple[float, ...], ...]

    def __attrs_post_init__(self) -> None:
        if len(self.content) != len(self.shares.components) or any(len(r) != len(self.species) for r in self.content):
            raise InputError("needs one row for each stock with one amount for each species", key="space.stock")
        for name, row in zip(self.shares.components, self.content, strict=True):
            if any(not v >= 0 for v in row) or sum(row) <= 0 or sum(row) == float("inf"):
                raise InputError(
                    "needs amounts of zero or more, one of them above zero", key=f"space.stock.{name}", value=list(row)
                )

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.shares.columns

    def composition(self, points: Floats) -> Floats:
        """Shares of stocks to fractions of species, each row summing to one."""
        import numpy as np

        amounts = points @ np.array(self.content)
        result: Floats = amounts / amounts.sum(axis=1, keepdims=True)
        return result

    def check(self, values: Mapping[str, float]) -> None:
        self.shares.check(values)

    def chunks(self, rows: int = 65_536) -> Iterator[Floats]:
        """Recipes of the same composition come once: the one with the fewest stocks, which comes first.

        What was seen is kept as a 64-bit mark for each composition: 30 MB for 3.76 million.
        """
        import numpy as np

        factors = np.random.default_rng(0).integers(1, 2**63, len(self.species), dtype=np.uint64) | np.uint64(1)
        seen = np.empty(0, dtype=np.uint64)
        for chunk in self.shares.chunks(rows):
            parts = np.rint(self.composition(chunk) * 10**_SAME).astype(np.uint64)
            marks = (parts * factors).sum(axis=1, dtype=np.uint64)
            marks, first = np.unique(marks, return_index=True)
            new = ~np.isin(marks, seen, assume_unique=True)
            seen = np.union1d(seen, marks[new])
            if new.any():
                yield chunk[np.sort(first[new])]

    def exceeds(self, limit: int) -> bool:
        if not self.shares.exceeds(limit):
            return False
        count = 0
        for chunk in self.chunks():
            count += len(chunk)
            if count > limit:
                return True
        return False

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        return self._merged(self.shares._draw(n, rng))

    def snapped(self, points: Floats) -> Floats:
        return self.shares.snapped(points)

    def _step(self, points: Floats, rng: np.random.Generator) -> Floats:
        return self._merged(self.shares._step(points, rng))

    def _merged(self, points: Floats) -> Floats:
        import numpy as np

        order = np.argsort((points > 1e-9).sum(axis=1), kind="stable")
        _, first = np.unique(np.round(self.composition(points[order]), _SAME) + 0.0, axis=0, return_index=True)
        return points[order][np.sort(first)]
