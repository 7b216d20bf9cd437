"""Transfer: what an earlier campaign measured, as far as it helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from ._gaussian import GaussianMember
from ._member import Member

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._encoding import Encoding

    Floats = NDArray[np.float64]

#: more measurements than this of an earlier campaign add time and little else
_MOST = 400
_FEW = 8


@frozen(eq=False)
class Earlier:
    """Measurements of an earlier campaign, in the columns of the present space.

    Columns that the present space does not have are dropped and what is left of a composition is scaled to sum to one;
    ``weight`` of a row says how much of it was kept, and rows that keep less than half are left out.

    Attributes:
        name: of the campaign.
        x, y: shapes ``(k, d)``, ``(k,)``; the same objective, in any unit that goes the same way.
        objective: the figure of merit, where there are several; empty: whichever is asked for.
    """

    name: str
    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    objective: str = ""

    @classmethod
    def shared(
        cls, name: str, names: tuple[str, ...], here: tuple[str, ...], x: Floats, y: Floats, objective: str = ""
    ) -> Earlier:
        """From a campaign with columns ``names`` to the columns ``here``; columns in both are matched by name."""
        import numpy as np

        good = np.isfinite(y)
        x, y = x[good], y[good]
        moved = np.zeros((len(x), len(here)))
        for j, column in enumerate(here):
            if column in names:
                moved[:, j] = x[:, names.index(column)]
        if len(x) and bool((x >= -1e-9).all()) and bool(np.abs(x.sum(axis=1) - 1).max() < 1e-6):
            kept = moved.sum(axis=1)
            good = kept >= 0.5
            moved, y = moved[good] / kept[good][:, None], y[good]
        elif not set(here) <= set(names):
            moved, y = moved[:0], y[:0]
        return cls(name, moved, y, objective)

    def members(
        self, x: Floats, y: Floats, yvar: Floats, encoding: Encoding, *, sign: float, seed: int
    ) -> list[Member]:
        """A process on the earlier data, and one on the present data about ``a + b *`` its prediction.

        ``a`` and ``b`` come from the present measurements, ``b`` drawn towards 0 when they are few or disagree: the
        intrinsic coregionalisation of two tasks (Bonilla et al. 2007), in two steps so that the cost of earlier data
        is paid once.
        """
        import numpy as np

        if len(self.y) < _FEW or self.y.std() <= 0:
            return []
        rows = np.arange(len(self.y))
        if len(rows) > _MOST:
            rows = np.sort(np.random.default_rng(len(rows)).choice(rows, _MOST, replace=False))
        target = sign * self.y[rows]
        target = (target - target.mean()) / target.std()
        there = GaussianMember("earlier", "rough", encoding, self.x[rows], target, np.zeros(len(rows)), seed=seed)
        said, _ = there.predict(x)
        centred = said - said.mean()
        # one imaginary measurement of spread one at slope zero
        slope = max(0.0, float(centred @ (y - y.mean())) / (float(centred @ centred) + 1.0))
        level = float(y.mean() - slope * said.mean())

        def prior(points: Floats) -> Floats:
            result: Floats = level + slope * there.predict(points)[0]
            return result

        return [
            GaussianMember(
                f"about {self.name}", "rough", encoding, x, y, yvar, seed=seed, prior=prior, source="earlier"
            )
        ]
