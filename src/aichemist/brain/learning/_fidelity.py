"""Two fidelities: a calculated value of the very quantity that is measured, cheap and biased, beside the measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._gaussian import GaussianMember

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._encoding import Encoding
    from ._theory import Theory

    Floats = NDArray[np.float64]

#: rows of the table that the process of the cheap fidelity is conditioned on
_MOST = 400


class CheapFidelity:
    """A process over the calculated values, which says what a calculation would give, and how sure that is.

    Where the table has the recipe its value is known. Values are standardised over the table.
    """

    def __init__(self, theory: Theory, column: int, encoding: Encoding, *, seed: int) -> None:
        import numpy as np

        self._theory, self._column = theory, column
        x, values = theory.rows
        value = values[:, column]
        self._shift, self._scale = float(value.mean()), float(value.std()) or 1.0
        rows = np.arange(len(x))
        if len(rows) > _MOST:
            rows = np.sort(np.random.default_rng(len(rows)).choice(rows, _MOST, replace=False))
        target = (value[rows] - self._shift) / self._scale
        self._process = GaussianMember("calculated", "rough", encoding, x[rows], target, np.zeros(len(rows)), seed=seed)

    def __call__(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the calculated value, each of shape ``(n,)``."""
        import numpy as np

        known, row = self._theory.lookup(points)
        mean, variance = np.empty(len(points)), np.zeros(len(points))
        mean[known] = (self._theory.rows[1][row[known], self._column] - self._shift) / self._scale
        if not known.all():
            mean[~known], variance[~known] = self._process.predict(points[~known])
        return mean, variance

    def joint(self, points: Floats) -> Floats:
        """Covariance of the calculated values, ``(n, n)``, of recipes that the table does not have."""
        return self._process.joint(points)[1]


def two_fidelities(
    cheap: CheapFidelity, encoding: Encoding, x: Floats, y: Floats, yvar: Floats, *, seed: int
) -> GaussianMember:
    """Autoregressive co-kriging: measured = slope x calculated + difference.

    Kennedy and O'Hagan, Biometrika 2000, 87, 1, in the recursive form of Le Gratiet and Garnier, Int. J. Uncertain.
    Quantif. 2014, 4, 365: the cheap process is fitted once, to the table alone. The slope is integrated out under a
    normal prior, whose width is fitted together with the process of the difference. What the cheap process does not
    know adds to the variance, times the slope squared.
    """
    import numpy as np

    def features(points: Floats) -> Floats:
        return np.hstack([encoding(points), cheap(points)[0][:, None]])

    said, unsure = cheap(x)
    centred = said - said.mean()
    slope = float(centred @ (y - y.mean())) / (float(centred @ centred) + 1.0)
    return GaussianMember(
        "two fidelities", "rough", features, x, y, yvar + slope**2 * unsure, seed=seed, source="theory", linear=1,
        blur=lambda points: cheap(points)[1],
    )  # fmt: skip
