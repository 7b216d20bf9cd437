"""Theory: descriptors calculated for many recipes, which may or may not say something about the measurement."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from aichemist.chemistry import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._encoding import Encoding
    from ._fidelity import CheapFidelity

    Floats = NDArray[np.float64]

_SAME = 1e-6
#: rows of a large table that the network and the trees learn from
_LEARN_FROM = 30_000
_FEW = 8


@frozen(eq=False)
class Theory:
    """A table of descriptors, and a network that fills its gaps.

    The network is trained on the table before any experiment, as the AI-Chemist's is (Zhu et al., Natl. Sci. Rev. 2022,
    nwac190): its outputs for a recipe become inputs of the surrogates. Where the table has the recipe, its own
    value is used. How much the surrogates listen is learnt from the measurements: see ``fit_ensemble``.

    Attributes:
        fidelity: which descriptor is the measured quantity itself, as calculated; ``None`` where none is.
        error: for each descriptor the share of its variance that the network does not explain on recipes held out.
    """

    names: tuple[str, ...]
    error: tuple[float, ...]
    _network: Any = field(repr=False)
    _tree: Any = field(repr=False)
    _table: Floats = field(repr=False)
    _low: Floats = field(repr=False)
    _span: Floats = field(repr=False)
    _x: Floats = field(repr=False)
    fidelity: int | None = None
    _cheap: dict[tuple[object, ...], CheapFidelity] = field(factory=dict, repr=False)

    @classmethod
    def learn(
        cls, x: Floats, descriptors: Floats, names: tuple[str, ...] = (), *, seed: int = 0, fidelity: str = ""
    ) -> Theory:
        """Train on recipes ``x`` ``(t, d)`` with descriptors ``(t, q)``; rows with a value that is not finite are left
        out.

        ``fidelity`` names the descriptor that is the measured quantity itself, calculated at lower fidelity; a table of
        one descriptor needs no name for it to be taken so.

        Raises:
            InputError: no such descriptor, fewer than 8 usable rows, or no descriptor that varies.
        """
        import numpy as np
        from scipy.spatial import KDTree
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        from ._torch import own_torch

        good = np.isfinite(descriptors).all(axis=1) & np.isfinite(x).all(axis=1)
        x, descriptors = x[good], descriptors[good]
        spread = np.ptp(descriptors, axis=0) if len(x) else np.zeros(descriptors.shape[1])
        varies = spread > 1e-12 * np.maximum(1.0, np.abs(descriptors).max(axis=0, initial=0.0))
        if len(x) < _FEW or not varies.any():
            raise InputError(
                f"theory of {len(x)} usable recipes and {int(varies.sum())} descriptors that vary says nothing",
                key="theory", mend=f"give at least {_FEW} recipes with finite descriptors",
            )  # fmt: skip
        descriptors = descriptors[:, varies]
        if fidelity and fidelity not in names:
            raise InputError(
                "is no descriptor of the table", key="fidelity", value=fidelity, mend=f"known: {', '.join(names)}"
            )
        names = tuple(n for n, v in zip(names, varies, strict=True) if v) if names else ()
        same = names.index(fidelity) if fidelity in names else 0 if descriptors.shape[1] == 1 else None
        low, high = descriptors.min(axis=0), descriptors.max(axis=0)
        scaled = (descriptors - low) / (high - low)
        rng = np.random.default_rng(abs(seed))
        order = rng.permutation(len(x))[:_LEARN_FROM]
        hidden = order[: max(2, len(order) // 10)]
        shown = np.setdiff1d(order, hidden)
        with own_torch(seed), warnings.catch_warnings():
            # it may stop before it has converged: that is what the held-out error is for
            warnings.simplefilter("ignore", ConvergenceWarning)
            network = make_pipeline(
                StandardScaler(),
                MLPRegressor(
                    hidden_layer_sizes=(64, 64),
                    early_stopping=len(shown) > 200,
                    max_iter=60,
                    random_state=abs(seed) % 2**31,
                ),
            )
            network.fit(x[shown], scaled[shown])
        missed = ((network.predict(x[hidden]).reshape(len(hidden), -1) - scaled[hidden]) ** 2).mean(axis=0)
        error = missed / np.maximum(scaled[hidden].var(axis=0), 1e-12)
        return cls(names, tuple(error.tolist()), network, KDTree(x), scaled, low, high - low, x, same)

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Recipes ``(t, d)`` and scaled descriptors ``(t, q)`` of the table."""
        return self._x, self._table

    def lookup(self, points: Floats) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which points the table has, and in which row."""
        import numpy as np

        distance, row = self._tree.query(points, p=np.inf, distance_upper_bound=_SAME)
        return np.isfinite(distance), row

    def cheap(self, encoding: Encoding) -> CheapFidelity | None:
        """The process of the calculated quantity, fitted once; ``None`` where no descriptor is the quantity itself."""
        from ._fidelity import CheapFidelity

        if self.fidelity is None:
            return None
        key = encoding.key
        if key not in self._cheap:
            self._cheap[key] = CheapFidelity(self, self.fidelity, encoding, seed=0)
        return self._cheap[key]

    def descriptors(self, points: Floats) -> Floats:
        """Descriptors of ``points`` in their own units, shape ``(n, q)``."""
        result: Floats = self.features(points) * self._span + self._low
        return result

    def features(self, points: Floats) -> Floats:
        """Descriptors of ``points`` scaled to the range of the table, shape ``(n, q)``."""
        import numpy as np

        if len(points) == 0:
            return np.empty((0, self._table.shape[1]))
        known, row = self.lookup(points)
        found = np.empty((len(points), self._table.shape[1]))
        found[known] = self._table[row[known]]
        if not known.all():
            found[~known] = self._network.predict(points[~known]).reshape(int((~known).sum()), -1)
        return np.clip(found, -0.5, 1.5)

    def enough(self, k: int) -> bool:
        """Whether ``k`` measurements can carry a fit on the descriptors."""
        return k >= _FEW

    def prior(self, x: Floats, y: Floats) -> tuple[Callable[[Floats], Floats], Floats]:
        """What the descriptors alone say of the target, and what they say of each measurement without it.

        A ridge regression whose strength is left to cross-validation: where the descriptors say nothing it is large and
        the prior is the mean. What it says of a measurement left out is in closed form (Allen 1974).
        """
        import numpy as np
        from sklearn.linear_model import RidgeCV

        inputs, centre = self.features(x), float(y.mean())
        middle = inputs.mean(axis=0)
        model = RidgeCV(alphas=np.logspace(-2, 3, 11), fit_intercept=False).fit(inputs - middle, y - centre)

        def mean(points: Floats) -> Floats:
            result: Floats = centre + model.predict(self.features(points) - middle)
            return result

        centred = inputs - middle
        inner = centred.T @ centred + model.alpha_ * np.eye(centred.shape[1])
        leverage = np.einsum("ij,ji->i", centred, np.linalg.solve(inner, centred.T)) + 1 / len(y)
        left_out = y - (y - mean(x)) / np.maximum(1 - leverage, 1e-3)
        return mean, left_out
