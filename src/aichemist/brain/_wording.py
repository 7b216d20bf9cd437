"""Values and recipes for people."""

from __future__ import annotations

from collections.abc import Sequence


def shown(value: float, unit: str, *, sign: bool = False) -> str:
    """``0.3125, "V"`` -> ``"312.5 mV"``; volts below one become millivolts, other units stay."""
    if unit == "V" and abs(value) < 1:
        return f"{value * 1e3:{'+' if sign else ''}.1f} mV"
    return f"{value:{'+' if sign else ''}.4g} {unit}".strip()


def with_sd(value: float, sd: float, unit: str) -> str:
    """``0.3125, 0.004, "V"`` -> ``"312.5 +- 4.0 mV"``."""
    if unit == "V" and abs(value) < 1:
        return f"{value * 1e3:.1f} +- {sd * 1e3:.1f} mV"
    return f"{value:.4g} +- {sd:.2g} {unit}".strip()


def listed(names: Sequence[str]) -> str:
    """``["a", "b", "c"]`` -> ``"a, b and c"``."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""
