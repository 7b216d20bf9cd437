"""Whether raw data can be what the device measured."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..drivers import Signal

#: ending of a column's name -> limits beyond which no instrument of this lab can measure (assumption, generous)
_LIMITS: Mapping[str, tuple[float, float]] = {
    "_v": (-100.0, 100.0),
    "_a": (-100.0, 100.0),
    "_k": (0.0, 5000.0),
    "_s": (-1.0, 1e8),
    "_m": (1e-12, 1.0),
    "_deg": (-360.0, 360.0),
    "absorbance": (-10.0, 20.0),
}
_FEWEST = 3


def signal_problem(signal: Signal) -> str:
    """What is wrong with a signal; empty when it is plausible.

    Columns must be equally long, of at least three points (as many as ``metadata["points"]`` where the device says),
    finite, not all equal, and within what can be measured at all.
    """
    if not signal.columns:
        return "no columns"
    lengths = {len(c) for c in signal.columns.values()}
    if len(lengths) > 1:
        return "columns of different lengths"
    points = lengths.pop()
    expected = signal.metadata.get("points")
    if isinstance(expected, int | float) and points < expected:
        return f"cut off: {points} of {expected:.0f} points"
    if points < _FEWEST:
        return f"cut off: {points} points"
    constant = True
    for name, column in signal.columns.items():
        low, high = float(column.min()), float(column.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            return f"{name} is not a number everywhere"
        constant = constant and low == high
        for ending, (least, most) in _LIMITS.items():
            if name.endswith(ending) and not (least <= low and high <= most):
                return f"{name} is impossible: {low:.3g} to {high:.3g}"
    return "no column changes: the detector is dead" if constant else ""
