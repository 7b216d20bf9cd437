"""Values and recipes for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from aichemist.chemistry import with_uncertainty


def shown(value: float, unit: str, *, sign: bool = False) -> str:
    """``0.3125, "V"`` -> ``"312.5 mV"``; volts below one become millivolts, other units stay."""
    if unit == "V" and abs(value) < 1:
        return f"{value * 1e3:{'+' if sign else ''}.1f} mV"
    return f"{value:{'+' if sign else ''}.4g} {unit}".strip()


def with_sd(value: float, sd: float, unit: str) -> str:
    """``0.3125, 0.004, "V"`` -> ``"312.5 +- 4.0 mV"``; as many digits as the uncertainty allows."""
    if unit == "V" and abs(value) < 1:
        return with_uncertainty(value * 1e3, sd * 1e3, "mV")
    return with_uncertainty(value, sd, unit)


#: of a normal distribution, two-sided: what one reading may be off by chance
_ONE_READING = 2.0


def chance_limit(n: int) -> float:
    """Standard deviations that the most extreme of ``n`` readings exceeds as seldom as one reading exceeds two."""
    if n <= 1:
        return _ONE_READING
    normal = NormalDist()
    return normal.inv_cdf(normal.cdf(_ONE_READING) ** (1 / n))


def spread_of(sd: float, noise: float, *uncertainties: float) -> float:
    """Of the mean of readings of stated ``uncertainties``, where ``sd`` was foretold with a scatter of ``noise`` each.

    Readings that are less sure than the model took them to be widen it; surer ones do not narrow it.
    """
    k = max(len(uncertainties), 1)
    stated = sum(u * u for u in uncertainties if math.isfinite(u)) / k**2
    return math.sqrt(sd * sd + max(0.0, stated - noise * noise / k))


def listed(names: Sequence[str]) -> str:
    """``["a", "b", "c"]`` -> ``"a, b and c"``."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""
