"""Measured values as people write them, and limits that no measurement can pass."""

from __future__ import annotations

import math

#: figures of merit that cannot lie outside these, in the unit of the objective (a share where it has none)
_POSSIBLE = {"quantum_yield": (0.0, 1.0), "hydrogen": (0.0, math.inf)}


def pair(value: float, sd: float) -> tuple[str, str]:
    """``0.9682, 0.0441`` -> ``"0.968", "0.044"``: the uncertainty with two significant digits, the value to match.

    Without a usable uncertainty the value has four significant digits and the second text is empty.
    """
    if math.isnan(value):
        return "not found", ""
    if not (math.isfinite(sd) and sd > 0 and math.isfinite(value)) or abs(value) > 1e8 * sd:
        return f"{value:.4g}", ""
    sd = float(f"{sd:.1e}")
    places = 1 - math.floor(math.log10(sd))
    if places < 0:
        return f"{round(value, places):.0f}", f"{round(sd, places):.0f}"
    return f"{value:.{places}f}", f"{sd:.{places}f}"


def with_uncertainty(value: float, sd: float, unit: str = "", sign: str = "+-") -> str:
    """``0.9682, 0.0441`` -> ``"0.968 +- 0.044"``; a unit follows where there is one."""
    found, spread = pair(value, sd)
    if math.isnan(value):
        return found
    return " ".join(part for part in (found, sign if spread else "", spread, unit) if part)


def impossible(name: str, value: float, unit: str = "") -> str:
    """A remark on a value that the figure of merit ``name`` cannot have; empty where it can."""
    low, high = _POSSIBLE.get(name, (-math.inf, math.inf))
    scale = 100.0 if unit == "%" else 1.0
    if math.isnan(value) or low * scale <= value <= high * scale:
        return ""
    bound = f"above {high * scale:g}" if value > high * scale else f"below {low * scale:g}"
    said = f"a {name.replace('_', ' ')} {bound}{' ' * bool(unit)}{unit} is not possible"
    return f"{said}: look at the calibration and at the scatter of this reading"
