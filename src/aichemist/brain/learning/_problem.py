"""What a learner is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry._records import Direction

    from ._encoding import Encoding
    from ._theory import Theory
    from ._transfer import Earlier

    Floats = NDArray[np.float64]


@frozen(eq=False)
class Problem:
    """Candidates, measurements, what is under way, and how many to pick.

    Attributes:
        candidates: shape ``(m, d)``, all points that may be tried.
        x, y, yvar: shapes ``(k, d)``, ``(k, o)``, ``(k, o)``: what was measured for each of ``o`` objectives, and the
            variances reported with it (0 where none was). A row of ``y`` that is not finite is a failed experiment.
            ``x`` need not lie on the grid.
        pending: shape ``(p, d)``, points under way; never picked.
        n: how many to pick. Measured points are picked again (replicates) only once nothing new is left, each at most
            once in a batch; so fewer than ``n`` come back only when the library is smaller than that.
        directions: one for each objective.
        seed: the same problem and seed give the same picks.
        remaining: samples that the budget still allows, this batch included; ``None`` where nobody knows.
        cost: shape ``(m,)``, above zero, what trying a candidate costs in any unit; ``None`` when all cost the same.
        names: of the objectives, where ``earlier`` says which of them it measured.
        cost_of: the function from points to ``cost``, for candidates that are looked at later.
        targets: for each objective the value to hit instead of the best (``None``: as good as can be).
        encoding: what the columns are; taken from the candidates where it is ``None``.
        asked: shape ``(a, d)``, what was asked for where ``x`` is what was realised: these count as tried, too.
        theory: descriptors calculated for recipes.
        earlier: what was measured in earlier campaigns.
    """

    candidates: Floats
    x: Floats
    y: Floats
    yvar: Floats
    pending: Floats
    n: int
    directions: tuple[Direction, ...]
    seed: int = 0
    remaining: int | None = None
    cost: Floats | None = None
    targets: tuple[float | None, ...] = ()
    encoding: Encoding | None = None
    theory: Theory | None = None
    earlier: tuple[Earlier, ...] = field(default=())
    names: tuple[str, ...] = ()
    cost_of: Callable[[Floats], Floats] | None = None
    asked: Floats | None = None

    def fresh_and_tried(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of ``candidates`` never tried, and rows tried before that may be repeated; none that is pending."""
        import numpy as np

        from ._learner import fresh_and_tried

        tried = self.x if self.asked is None else np.vstack([self.x, self.asked])
        return fresh_and_tried(self.candidates, tried, self.pending)

    @property
    def progress(self) -> float | None:
        """Share of the budget that is spent, between 0 and 1; ``None`` without a budget."""
        if self.remaining is None:
            return None
        total = self._budget(self.remaining)
        return (len(self.x) + len(self.pending)) / total if total else 0.0

    @property
    def batches(self) -> float:
        """Batches of ``n`` in the whole budget; 0 without one."""
        return 0.0 if self.remaining is None else self._budget(self.remaining) / max(1, self.n)

    def _budget(self, remaining: int) -> int:
        return len(self.x) + len(self.pending) + max(remaining, self.n)

    def encoded(self) -> Encoding:
        """The encoding given, or the one that the candidates suggest."""
        from ._encoding import Encoding

        return self.encoding or Encoding.of(self.candidates)

    def earlier_of(self, j: int) -> tuple[Earlier, ...]:
        """Earlier campaigns that measured objective ``j``."""
        name = self.names[j] if j < len(self.names) else None
        if len(self.directions) == 1 and name is None:
            return self.earlier
        return tuple(e for e in self.earlier if e.objective == name or (not e.objective and len(self.directions) == 1))

    def worth(self) -> Floats:
        """``y`` turned so that larger is better, at a target less its distance from it; shape ``(k, o)``."""
        import numpy as np

        seen = self.with_targets_as_distances()
        result: Floats = np.array([-1.0 if d == "minimise" else 1.0 for d in seen.directions]) * seen.y
        return result

    def modelled(self) -> tuple[Direction, ...]:
        """The direction in which each quantity is modelled: its own, and upwards where it has a target."""
        targets = self.targets or (None,) * len(self.directions)
        return tuple(d if t is None else "maximise" for d, t in zip(self.directions, targets, strict=True))

    def with_targets_as_distances(self) -> Problem:
        """Objectives with a target value turned into distances from it, to be minimised."""
        import numpy as np

        if not any(t is not None for t in self.targets):
            return self
        y, directions = self.y.copy(), list(self.directions)
        for j, target in enumerate(self.targets):
            if target is not None:
                y[:, j] = np.abs(y[:, j] - target)
                directions[j] = "minimise"
        return evolve(self, y=y, directions=tuple(directions), targets=())
