"""The table ``[envelope]`` of a campaign file, and the part of a search space that lies inside."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from aichemist.chemistry import OPERATIONS, InputError, Protocol, Recipe, Scaled, Space, parse_quantity
from aichemist.guard.approvals import Envelope
from aichemist.lab.layout import Lab

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aichemist.chemistry import Column, StockLimits

    Floats = NDArray[np.float64]

#: a space is counted up to so many recipes to see how many lie inside
_COUNT = 2_000_000
#: amounts (l, kg) below this are a rounding error of a sum
_NOTHING = 1e-12


class EnvelopeFile(BaseModel):
    """The table as people write it."""

    model_config = ConfigDict(extra="forbid")

    substances: list[str] = Field(min_length=1, max_length=200)
    operations: list[str] = []
    temperature: tuple[str, str] | None = None
    variables: dict[str, tuple[float, float]] = {}
    amounts: dict[str, tuple[str, str]] = {}
    findings: dict[str, int] = {}
    vials: int | None = Field(default=None, ge=1)


def build_envelope(raw: EnvelopeFile, space: Space, protocol: Protocol, lab: Lab) -> Envelope:
    """The envelope; a variable that is not named may go as far as the space, an operation as far as the protocol.

    Raises:
        InputError: an unknown name, or a range that is none.
    """
    operations = raw.operations or sorted({s.operation for s in protocol.steps})
    for operation in operations:
        _known(operation, OPERATIONS, "envelope.operations")
    stocks = {s.name: s for s in lab.stocks}
    variables = {c.name: (float(c.low), float(c.high)) for c in space.columns}
    for name, (low, high) in raw.variables.items():
        _known(name, variables, f"envelope.variables.{name}")
        variables[name] = _range((low, high), f"envelope.variables.{name}", [low, high])
    amounts = {}
    for name, texts in raw.amounts.items():
        key = f"envelope.amounts.{name}"
        _known(name, stocks, key)
        dimension = "volume" if stocks[name].volume_l else "mass"
        ends = (parse_quantity(texts[0], dimension, key=key), parse_quantity(texts[1], dimension, key=key))
        amounts[name] = _range(ends, key, list(texts))
    temperature = None
    if raw.temperature is not None:
        key = "envelope.temperature"
        low, high = (parse_quantity(t, "temperature", key=key) for t in raw.temperature)
        temperature = _range((low, high), key, list(raw.temperature))
    for rule, most in raw.findings.items():
        if most < 0:
            raise InputError("is negative", key=f"envelope.findings.{rule}", value=most, mend="write 0 or more")
    return Envelope(
        tuple(sorted(raw.substances)), tuple(operations), temperature, variables, amounts, dict(raw.findings),
        raw.vials,
    )  # fmt: skip


def _known(name: str, known: Iterable[str], key: str) -> None:
    names = sorted(known)
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean '{close[0]}'? " if close else ""
        raise InputError("is not known here", key=key, value=name, mend=f"{hint}known: {', '.join(names)}")


def _range(ends: tuple[float, float], key: str, written: object) -> tuple[float, float]:
    if not ends[0] <= ends[1]:
        raise InputError("the lower end lies above the upper one", key=key, value=written, mend="write [low, high]")
    return ends


class Within(Space):
    """The recipes of a space that lie inside an envelope and are none of some that were refused.

    Amounts and temperatures follow the variables linearly, so that many recipes are looked at in one go; what the
    envelope itself says of the picked ones comes after.

    Args:
        rejected: recipes that may not come again.
        only: recipes that alone may come; ``None`` for all.
    """

    def __init__(
        self, space: Space, protocol: Protocol, envelope: Envelope | None, stocks: Sequence[StockLimits],
        rejected: Sequence[Recipe] = (), only: Sequence[Recipe] | None = None,
    ) -> None:  # fmt: skip
        self._space = space
        self._rejected = self._rows(rejected)
        self._only = None if only is None else self._rows(only)
        self._bounds = list(_bounds(space, protocol, envelope, stocks)) if envelope is not None else []

    def _rows(self, recipes: Sequence[Recipe]) -> Floats:
        import numpy as np

        return np.array([self._space.point(r.values) for r in recipes]).reshape(len(recipes), len(self._space.names))

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._space.columns

    def check(self, values: Mapping[str, float]) -> None:
        self._space.check(values)
        if not self._good(self.point(values)[None]).all():
            raise InputError("lies outside the envelope, or was refused", value=dict(values))

    def chunks(self, rows: int = 65_536) -> Iterator[Floats]:
        for chunk in self._space.chunks(rows) if self._only is None else (self._only,):
            inside = chunk[self._good(chunk)]
            if len(inside):
                yield inside

    def exceeds(self, limit: int) -> bool:
        if self._only is not None or not self._space.exceeds(limit):
            count = 0
            for chunk in self.chunks():
                count += len(chunk)
                if count > limit:
                    return True
            return False
        if self._space.exceeds(_COUNT):
            return True  # nobody counts these: recipes are drawn
        return sum(len(chunk) for chunk in self.chunks()) > limit

    def _draw(self, n: int, rng: np.random.Generator) -> Floats:
        points = self._space._draw(n, rng) if self._only is None else rng.permutation(self._only)
        return points[self._good(points)]

    def snapped(self, points: Floats) -> Floats:
        return self._space.snapped(points)

    def _step(self, points: Floats, rng: np.random.Generator) -> Floats:
        moved = self._space._step(points, rng)
        return moved[self._good(moved)]

    def _good(self, points: Floats) -> NDArray[np.bool_]:
        import numpy as np

        good = np.ones(len(points), dtype=bool)
        for weights, offset, low, high in self._bounds:
            value = points @ weights + offset
            good &= (value >= low) & (value <= high)
        good &= ~_listed(points, self._rejected)
        if self._only is not None:
            good &= _listed(points, self._only)
        return good


def _listed(points: Floats, recipes: Floats) -> NDArray[np.bool_]:
    """Which points are among the rows of ``recipes``."""
    import numpy as np

    found = np.zeros(len(points), dtype=bool)
    for recipe in recipes:
        found |= (np.abs(points - recipe) < 1e-6 * np.maximum(1.0, np.abs(recipe))).all(axis=1)
    return found


def _bounds(
    space: Space, protocol: Protocol, envelope: Envelope, stocks: Sequence[StockLimits]
) -> Iterator[tuple[Floats, float, float, float]]:
    """(weights, offset, low, high): conditions on ``points @ weights + offset``."""
    import numpy as np

    index = {name: i for i, name in enumerate(space.names)}
    none = np.zeros(len(index))

    def linear(value: Any) -> tuple[Floats, float]:
        if not isinstance(value, Scaled):
            return none, float(value)
        weights = none.copy()
        for name in value.variables:
            if name in index:
                weights[index[name]] += value.scale
        return weights, value.offset

    def slack(low: float, high: float) -> float:
        return 1e-9 * max(abs(low), abs(high))

    for name, i in index.items():
        weights = none.copy()
        weights[i] = 1.0
        low, high = envelope.variables.get(name, (np.inf, -np.inf))
        yield weights, 0.0, low - slack(low, high), high + slack(low, high)
    totals: dict[str, tuple[Floats, float]] = {}
    for step in protocol.steps:
        if step.operation not in envelope.operations:
            yield none, 1.0, 0.0, 0.0  # nothing is inside
        temperature = step.parameters.get("temperature_k")
        if temperature is not None and envelope.temperature_k is not None:
            low, high = envelope.temperature_k
            yield (*linear(temperature), low - slack(low, high), high + slack(low, high))
        for name, amount in (step.parameters.get("volumes_l") or step.parameters.get("masses_kg") or {}).items():
            weights, offset = linear(amount)
            before = totals.get(name, (none, 0.0))
            totals[name] = (before[0] + weights, before[1] + offset)
            yield weights, offset, -_NOTHING, np.inf
    known = {s.name: s for s in stocks}
    for name in {*totals, *envelope.amounts}:
        weights, offset = totals.get(name, (none, 0.0))
        if not envelope.allows(known.get(name), name):
            yield weights, offset, -_NOTHING, _NOTHING
        if name in envelope.amounts:
            low, high = envelope.amounts[name]
            yield weights, offset, low - slack(low, high), high + slack(low, high)
