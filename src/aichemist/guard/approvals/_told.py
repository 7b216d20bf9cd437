"""The steps of an approval's subject in words, so that a person sees what she says yes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aichemist.chemistry import Experiment, Step, format_duration, format_volume

#: end of a parameter's name -> how its value is written
_UNITS: Mapping[str, Callable[[float], str]] = {
    "_s": format_duration,
    "_k": lambda v: f"{v - 273.15:.4g} degC",
    "_l": format_volume,
    "_kg": lambda v: f"{v * 1e6:.4g} mg",
    "_v": lambda v: f"{v:.4g} V",
    "_a": lambda v: f"{v * 1e3:.4g} mA",
    "_rpm": lambda v: f"{v:.4g} rpm",
}


def steps_told(experiments: Sequence[Experiment]) -> list[str]:
    """Every step in its order with all its settings; where vials differ, from the lowest to the highest value.

    A step that only some vials have says how many.
    """
    gathered: dict[tuple[int, str, str], list[Step]] = {}
    for experiment in experiments:
        for step in experiment.steps:
            gathered.setdefault((step.index, step.name, step.operation), []).append(step)
    told = []
    for (_, name, operation), steps in sorted(gathered.items()):
        settings: dict[str, list[Any]] = {}
        for step in steps:
            for key, value in step.parameters.items():
                if isinstance(value, Mapping):
                    for part, amount in value.items():
                        settings.setdefault(f"{part}\0{key}", []).append(amount)
                else:
                    settings.setdefault(key, []).append(value)
        parts = [_setting(key, values, len(steps)) for key, values in settings.items()]
        some = f" ({len(steps)} of {len(experiments)} vials)" if len(steps) < len(experiments) else ""
        at = f" on {steps[0].station}" if steps[0].station else ""
        text = f"{name}: {operation.replace('_', ' ')}{at}{some}"
        told.append(text + (", " + ", ".join(p for p in parts if p) if any(parts) else ""))
    return told


def _setting(key: str, values: list[Any], steps: int) -> str:
    """One setting; ``part NUL name`` of a mapping is named by its part, and missing in a vial it is 0 there."""
    part, _, name = key.rpartition("\0")
    unit = next((u for end, u in _UNITS.items() if name.endswith(end) and "_per_" not in name), None)
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(values):
        return f"{part or name} " + "/".join(sorted({str(v) for v in values}))
    low, high = (0.0 if part and len(values) < steps else min(numbers)), max(numbers)
    if part and high == 0:
        return ""
    write = unit or (lambda v: f"{v:.4g}")
    text = write(low) if write(low) == write(high) else f"{write(low)} to {write(high)}"
    plain = name in ("duration_s", "temperature_k", "speed_rpm")  # their units tell what they are
    label = part or (name if unit is None else "" if plain else name.rpartition("_")[0])
    return f"{label} {text}".strip()
