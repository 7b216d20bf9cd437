"""The surrogate: several models of one objective, each weighted by how well it predicts what it has not seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from attrs import frozen

from ._encoding import Encoding
from ._fidelity import two_fidelities
from ._gaussian import GaussianMember
from ._learner import valid
from ._member import Member
from ._process import Kernel
from ._trees import TreesMember

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry._records import Direction

    from ._theory import Theory
    from ._transfer import Earlier

    Floats = NDArray[np.float64]

#: a proposal, its hypothesis and the report fit the same measurements
_RECENT: deque[tuple[object, object, Ensemble]] = deque(maxlen=4)
_LOCK = Lock()
#: imaginary measurements that every member explains equally well: with few real ones the weights stay near equal
_EVEN = 2.0
_ROUNDS = 100
#: leave-one-out errors beyond this many standard deviations are outliers
_FAR = 4.0


@frozen(eq=False)
class Ensemble:
    """Fitted members with their weights. Values go in and come out in the objective's unit.

    Inside, targets are standardised and turned so that larger is better (``target = (sign * y - shift) / scale``).

    Attributes:
        weights: sum to 1, in the order of ``members``.
        noise_sd: standard deviation of one measurement about the true value, in the objective's unit.
        fitted: ``False`` when no hyperparameters could be fitted and they are those of the prior.
    """

    members: tuple[Member, ...]
    weights: tuple[float, ...]
    sign: float
    shift: float
    scale: float
    noise_sd: float
    fitted: bool

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the true value at ``points`` (``(n, d)``), each of shape ``(n,)``.

        The variance is that of the mixture: within the members and between them.
        """
        import numpy as np

        mean, variance = self._mixed([m.predict(points) for m in self.members])
        return self.sign * (mean * self.scale + self.shift), np.sqrt(variance) * self.scale

    def joint(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean ``(n,)`` and covariance ``(n, n)`` of the true values at ``points``; meant for a few hundred."""
        import numpy as np

        found = [m.joint(points) for m in self.members]
        mean = np.sum([w * f[0] for w, f in zip(self.weights, found, strict=True)], axis=0)
        covariance = np.zeros((len(points), len(points)))
        for weight, (own, inner) in zip(self.weights, found, strict=True):
            covariance += weight * (inner + np.outer(own - mean, own - mean))
        return self.sign * (mean * self.scale + self.shift), covariance * self.scale**2

    def draw(self, points: Floats, n: int, rng: np.random.Generator) -> Floats:
        """Functions that the members believe in, each as often as its weight says: values at ``points``, shape
        ``(n, len(points))``, turned so that larger is better."""
        import numpy as np

        share = n * np.array(self.weights)
        times = np.floor(share).astype(int)
        times[np.argsort(times - share, kind="stable")[: n - times.sum()]] += 1
        drawn = np.vstack([m.draw(points, int(k), rng) for m, k in zip(self.members, times, strict=True) if k])
        result: Floats = rng.permutation(drawn) * self.scale + self.shift
        return result

    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation predicted for each measurement without it, noise included, shapes ``(k,)``."""
        import numpy as np

        mean, variance = self._mixed([m.left_out() for m in self.members])
        return self.sign * (mean * self.scale + self.shift), np.sqrt(variance) * self.scale

    def _mixed(self, found: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
        import numpy as np

        mean = np.sum([w * m for w, (m, _) in zip(self.weights, found, strict=True)], axis=0)
        variance = np.sum([w * (v + (m - mean) ** 2) for w, (m, v) in zip(self.weights, found, strict=True)], axis=0)
        return mean, np.maximum(variance, 0.0)


def fit_ensemble(
    x: Floats,
    y: Floats,
    yvar: Floats,
    encoding: Encoding,
    *,
    direction: Direction,
    seed: int,
    theory: Theory | None = None,
    earlier: Sequence[Earlier] = (),
    trees: bool = True,
) -> Ensemble:
    """Fit the members to the finite measurements and weight them. The last few fits are remembered.

    Members: two Gaussian processes, smooth and rough, and randomised trees; of mixtures also a process that is told
    which components are there at all. With theory the smooth process and the
    trees once more with the descriptors as further inputs, a process about a regression on them, and, where a
    descriptor is the measured quantity itself, two fidelities. With an earlier campaign a process about what that
    campaign predicts. The weights maximise the mean log density of the mixture at left-out measurements (stacking: Yao
    et al. 2018, doi 10.1214/17-BA1091), drawn towards equal where measurements are few, so that a member that is of no
    use loses its say within a few batches.

    Args:
        x, y, yvar: shapes ``(k, d)``, ``(k,)``, ``(k,)``.
        trees: whether randomised trees are among the members.

    Raises:
        ValueError: there is no finite measurement.
    """
    import numpy as np

    key = (
        *(a.tobytes() for a in (x, y, yvar)), x.shape, encoding.key, direction, seed, trees, id(theory),
        *(id(e) for e in earlier),
    )  # fmt: skip
    with _LOCK:
        known = next((made for k, _, made in _RECENT if k == key), None)
    if known is not None:
        return known
    x, targets, variances, (sign, shift, scale) = _standardised(x, y, yvar, direction)
    members = _members(x, targets, variances, encoding, seed, theory, trees)
    for campaign in earlier:
        members += campaign.members(x, targets, variances, encoding, sign=sign, seed=seed)
    weights = _stacked(members, targets)
    noise = float(np.sum([w * m.noise for w, m in zip(weights, members, strict=True)]))
    fitted = any(getattr(m, "fitted", True) for m in members)
    made = Ensemble(tuple(members), tuple(weights.tolist()), sign, shift, scale, noise**0.5 * scale, fitted)
    with _LOCK:
        # what the key names by its address is kept, so that the address stays its own
        _RECENT.append((key, (theory, *earlier), made))
    return made


def fit_single(
    x: Floats,
    y: Floats,
    yvar: Floats,
    encoding: Encoding,
    *,
    direction: Direction,
    seed: int,
    kernel: Kernel = "smooth",
) -> Ensemble:
    """One Gaussian process and nothing else, for the learners that ensembles are compared with.

    Raises:
        ValueError: there is no finite measurement.
    """
    x, targets, variances, (sign, shift, scale) = _standardised(x, y, yvar, direction)
    member = GaussianMember(kernel, kernel, encoding, x, targets, variances, seed=seed)
    return Ensemble((member,), (1.0,), sign, shift, scale, member.noise**0.5 * scale, member.fitted)


def _standardised(
    x: Floats, y: Floats, yvar: Floats, direction: Direction
) -> tuple[Floats, Floats, Floats, tuple[float, float, float]]:
    import numpy as np

    x, y, yvar = valid(x, y, yvar)
    if len(y) == 0:
        raise ValueError("no finite measurement to fit to")
    sign = -1.0 if direction == "minimise" else 1.0
    shift, spread = float(np.mean(sign * y)), float(np.std(y))
    scale = spread if spread > 1e-9 * max(1.0, abs(shift)) else max(float(np.sqrt(yvar.mean())), 1e-9)
    return x, (sign * y - shift) / scale, yvar / scale**2, (sign, shift, scale)


def _members(
    x: Floats, y: Floats, yvar: Floats, encoding: Encoding, seed: int, theory: Theory | None, trees: bool
) -> list[Member]:
    import numpy as np

    members: list[Member] = [
        GaussianMember("smooth", "smooth", encoding, x, y, yvar, seed=seed),
        GaussianMember("rough", "rough", encoding, x, y, yvar, seed=seed),
    ]
    if trees:
        members.append(TreesMember("trees", encoding.plain, x, y, seed=seed))
    if encoding.fractions:
        # a first trace of a component may change more than all that follows
        members.append(GaussianMember("present", "rough", encoding.present, x, y, yvar, seed=seed))
    if theory is not None:
        descriptors = theory.features

        def smooth(points: Floats) -> Floats:
            return np.hstack([encoding(points), descriptors(points)])

        def plain(points: Floats) -> Floats:
            return np.hstack([encoding.plain(points), descriptors(points)])

        members.append(GaussianMember("smooth + theory", "smooth", smooth, x, y, yvar, seed=seed, source="theory"))
        if trees:
            members.append(TreesMember("trees + theory", plain, x, y, seed=seed, source="theory"))
        if theory.enough(len(y)):
            prior, left_out = theory.prior(x, y)
            about = GaussianMember(
                "about theory", "rough", encoding, x, y, yvar, seed=seed, prior=prior, prior_left_out=left_out,
                source="theory",
            )  # fmt: skip
            members.append(about)
            cheap = theory.cheap(encoding)
            if cheap is not None:
                members.append(two_fidelities(cheap, encoding, x, y, yvar, seed=seed))
    return members


def _stacked(members: Sequence[Member], y: Floats) -> Floats:
    """Weights of a mixture of the members by expectation maximisation; the problem is convex."""
    import numpy as np

    density = np.empty((len(y), len(members)))
    for j, member in enumerate(members):
        mean, variance = member.left_out()
        variance = np.maximum(variance, 1e-9)
        density[:, j] = -0.5 * (y - mean) ** 2 / variance - 0.5 * np.log(variance)
    # One measurement that a member thinks impossible may not decide alone.
    density = np.exp(np.clip(density - density.max(axis=1, keepdims=True), -8.0, 0.0))
    weights = np.full(len(members), 1 / len(members))
    for _ in range(_ROUNDS):
        share = density * weights
        share /= share.sum(axis=1, keepdims=True)
        weights = (share.sum(axis=0) + _EVEN) / (len(y) + _EVEN * len(members))
    return weights


def outliers(ensemble: Ensemble, y: Floats) -> list[int]:
    """Rows of the finite measurements ``y`` (in the objective's unit) that lie far from what all others predict. They
    are flagged for people and kept in the fit: an outlier may be the discovery."""
    import numpy as np

    mean, sd = ensemble.left_out()
    return np.flatnonzero(np.abs(y - mean) > _FAR * np.maximum(sd, 1e-12)).tolist()
