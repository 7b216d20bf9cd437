"""What a surrogate sees of a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Space

    Floats = NDArray[np.float64]


@frozen(eq=False)
class Encoding:
    """A map from points to features, fixed by the space and not by what was measured.

    Fractions that sum to one become square roots: the Euclidean distance is then Hellinger's, which stretches the edges
    of the simplex, so that 0 to 10 % of a component counts for more than 40 to 50 %. That is how doping behaves; it was
    chosen on plate 3851 (against fractions, fractions with presence flags, and both). Other numbers are scaled to their
    range, by their logarithm where the space says so. A category becomes its descriptors, scaled, or one column for
    each choice, so that two choices lie one apart. Shares of stocks become the composition that they make.

    Attributes:
        fractions: columns that are fractions of a whole.
        numbers: other numeric columns; ``low`` and ``span`` belong to them, ``log`` says which go by logarithm.
        categories: column -> table ``(choices, features)``.
        mixing: shape ``(fractions, species)``, what the stocks hold, where the fractions are shares of stocks.
    """

    fractions: tuple[int, ...]
    numbers: tuple[int, ...]
    low: Floats
    span: Floats
    log: NDArray[np.bool_]
    categories: tuple[tuple[int, Floats], ...] = ()
    mixing: Floats | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal encodings."""
        tables = [(column, table.tobytes()) for column, table in self.categories]
        mixing = None if self.mixing is None else self.mixing.tobytes()
        arrays = (self.low.tobytes(), self.span.tobytes(), self.log.tobytes())
        return (self.fractions, self.numbers, arrays, *tables, mixing)

    @classmethod
    def of(cls, candidates: Floats) -> Encoding:
        """From candidates alone: rows that are non-negative and sum to one are fractions, all else are numbers."""
        import numpy as np

        d = candidates.shape[1]
        whole = (
            d > 1
            and bool((candidates >= -1e-9).all())
            and bool(np.abs(candidates.sum(axis=1) - 1).max(initial=0.0) < 1e-6)
        )
        none = np.empty(0)
        if whole:
            return cls(tuple(range(d)), (), none, none, none.astype(bool))
        low = candidates.min(axis=0)
        span = candidates.max(axis=0) - low
        return cls((), tuple(range(d)), low, np.where(span > 0, span, 1.0), np.zeros(d, dtype=bool))

    @classmethod
    def for_space(cls, space: Space) -> Encoding:
        """From what the space says of its columns."""
        import numpy as np

        from aichemist.chemistry import Feedstocks

        fractions, numbers, low, span, log, categories = [], [], [], [], [], []
        for i, column in enumerate(space.columns):
            if column.kind == "fraction":
                fractions.append(i)
            elif column.kind == "category":
                categories.append((i, _table(column.categories, column.descriptors)))
            else:
                ends = np.array([column.low, column.high], dtype=float)
                by_log = column.log and bool((ends > 0).all())
                ends = np.log(ends) if by_log else ends
                numbers.append(i)
                low.append(ends[0])
                span.append(ends[1] - ends[0] if ends[1] > ends[0] else 1.0)
                log.append(by_log)
        return cls(
            tuple(fractions), tuple(numbers), np.array(low), np.array(span), np.array(log, dtype=bool),
            tuple(categories), np.array(space.content) if isinstance(space, Feedstocks) else None,
        )  # fmt: skip

    def __call__(self, points: Floats) -> Floats:
        """Shape ``(n, d)`` to shape ``(n, features)``."""
        import numpy as np

        return self._features(np.sqrt(np.clip(self._whole(points), 0.0, 1.0)), points)

    def even(self, points: Floats) -> Floats:
        """The same with fractions as they are: for filling a space evenly."""
        return self._features(self._whole(points), points)

    @property
    def whole(self) -> int:
        """How many features, the first ones, are those of the mixture."""
        return len(self.fractions) if self.mixing is None else self.mixing.shape[1]

    def present(self, points: Floats) -> Floats:
        """As ``even``, and for each component of a whole whether it is there at all, half as far apart as a whole."""
        import numpy as np

        return np.hstack([self.even(points), 0.5 * (self._whole(points) > 1e-9)])

    def _features(self, whole: Floats, points: Floats) -> Floats:
        import numpy as np

        parts = [whole] if self.fractions else []
        if self.numbers:
            values = points[:, self.numbers].astype(float)
            if self.log.any():
                values[:, self.log] = np.log(np.maximum(values[:, self.log], 1e-300))
            parts.append((values - self.low) / self.span)
        for column, table in self.categories:
            parts.append(table[np.clip(np.rint(points[:, column]).astype(int), 0, len(table) - 1)])
        features: Floats = np.hstack(parts)
        return features

    def _whole(self, points: Floats) -> Floats:
        shares: Floats = points[:, self.fractions]
        if self.mixing is None or not self.fractions:
            return shares
        amounts = shares @ self.mixing
        composition: Floats = amounts / amounts.sum(axis=1, keepdims=True)
        return composition

    def plain(self, points: Floats) -> Floats:
        """For trees, which need no scaling: columns as they are, categories as their features."""
        import numpy as np

        keep = [self._whole(points), points[:, self.numbers]]
        keep += [t[np.clip(np.rint(points[:, c]).astype(int), 0, len(t) - 1)] for c, t in self.categories]
        features: Floats = np.hstack(keep)
        return features


def _table(choices: tuple[str, ...], descriptors: tuple[tuple[float, ...], ...] | None) -> Floats:
    import numpy as np

    if descriptors is None:
        apart: Floats = np.eye(len(choices)) / np.sqrt(2)
        return apart
    table = np.array(descriptors, dtype=float)
    span = table.max(axis=0) - table.min(axis=0)
    # Many descriptors of one choice should not count for more than one number.
    scaled: Floats = (table - table.min(axis=0)) / np.where(span > 0, span, 1.0) / max(1.0, (table.shape[1] / 2) ** 0.5)
    return scaled
