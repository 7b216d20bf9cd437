"""Quantities carry units at the edge and are SI floats inside (pint does the conversion)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from ._errors import InputError

#: dimension name -> the unit that floats of that dimension carry inside the package
SI_UNITS = {
    "duration": "s",
    "temperature": "K",
    "volume": "l",
    "mass": "kg",
    "concentration": "mol/l",
    "potential": "V",
    "current_density": "A/m^2",
    "scan_rate": "V/s",
    "rotation_speed": "rpm",
    "wavelength": "m",
    "irradiance": "W/m^2",
    "flow": "l/s",
    "angle": "degree",
    "wavenumber": "1/cm",
    "distance": "m",
    "power": "W",
    "amount": "mol",
    "pressure": "Pa",
    "dimensionless": "",
}

_NUMBER_UNIT = re.compile(
    r"^\s*([+-]?(?:\d+(?:_\d{3})*\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\d\s+\-.].{0,40})?\s*$", re.S
)
_UNIT = re.compile(r"^[A-Za-zµμ°Ω%][A-Za-z0-9µμ°Ω%^*/ ().\-·²³⁻¹]*$")


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)


def parse_quantity(text: object, dimension: str, *, key: str | None = None) -> float:
    """``"4 mL"`` with dimension ``"volume"`` -> ``0.004`` (litres).

    Only a number followed by a unit is understood; there is no arithmetic. A bare number is accepted for
    ``dimensionless`` alone, since a number without its unit is the commonest mistake in a protocol.

    Raises:
        InputError: not a quantity, unknown unit, or a unit of another dimension.
    """
    si = SI_UNITS[dimension]
    wanted = f'write a number and a unit of {dimension.replace("_", " ")}, for example "{_EXAMPLES[dimension]}"'
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise InputError("is not a quantity", key=key, value=text, mend=wanted)
    if isinstance(text, (int, float)):
        if dimension != "dimensionless":
            raise InputError("has no unit", key=key, value=text, mend=wanted)
        return _finite(float(text), key, text)
    match = _NUMBER_UNIT.match(text)
    if not match:
        raise InputError("is not a number with a unit", key=key, value=text, mend=wanted)
    magnitude, unit = float(match[1]), (match[2] or "").strip()
    if not unit:
        if dimension != "dimensionless":
            raise InputError("has no unit", key=key, value=text, mend=wanted)
        return _finite(magnitude, key, text)
    if not _UNIT.match(unit):
        raise InputError(f"has an unreadable unit '{unit}'", key=key, value=text, mend=wanted)
    registry = _registry()
    try:
        quantity = registry.Quantity(magnitude, registry.parse_units(_plain(unit)))
        result = float(quantity.to(si or "dimensionless").magnitude)
    except Exception as error:
        kind = type(error).__name__
        problem = (
            f"has the unit '{unit}', which is not a unit of {dimension.replace('_', ' ')}"
            if kind == "DimensionalityError"
            else f"has an unknown unit '{unit}'"
        )
        raise InputError(problem, key=key, value=text, mend=wanted) from None
    return _finite(result, key, text)


def _finite(value: float, key: str | None, text: object) -> float:
    if not math.isfinite(value):
        raise InputError("is not finite", key=key, value=text, mend="write an ordinary number")
    return value


def _plain(unit: str) -> str:
    return unit.replace("°C", "degC").replace("℃", "degC").replace("μ", "µ")


_EXAMPLES = {
    "duration": "12 h",
    "temperature": "80 degC",
    "volume": "4 mL",
    "mass": "20 mg",
    "concentration": "0.1 mol/L",
    "potential": "1.8 V",
    "current_density": "10 mA/cm^2",
    "scan_rate": "5 mV/s",
    "rotation_speed": "600 rpm",
    "wavelength": "420 nm",
    "irradiance": "100 mW/cm^2",
    "flow": "20 mL/min",
    "angle": "20 degree",
    "wavenumber": "400 1/cm",
    "distance": "2 m",
    "power": "100 W",
    "amount": "0.4 mmol",
    "pressure": "1.5 bar",
    "dimensionless": "0.5",
}


def format_duration(seconds: float) -> str:
    """``51_720`` -> ``"14 h 22 min"``."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} d"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes or not parts else []
    return " ".join(parts)


def format_volume(litres: float) -> str:
    """``0.0042`` -> ``"4.20 mL"``."""
    if litres >= 1:
        return f"{litres:.2f} L"
    if litres >= 1e-3 or litres == 0:
        return f"{litres * 1e3:.2f} mL"
    return f"{litres * 1e6:.1f} uL"
