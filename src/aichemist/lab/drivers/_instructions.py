"""What a person is asked to do, and what she is asked to enter, in words and typed fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from aichemist.chemistry import format_duration, format_volume

from ._contract import Command


@frozen
class Field:
    """One value to enter for each sample: ``name`` says the SI unit, ``dimension`` what units may be written."""

    name: str
    dimension: str
    text: str
    low: float
    high: float
    required: bool = True


@frozen
class Form:
    """What belongs to an answer: a table of measured columns for each sample, and single values.

    ``columns`` are the names with SI units that the table needs; empty where nothing is measured. ``kind`` is the kind
    of signal that the table becomes.
    """

    kind: str = ""
    columns: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


_FORMS: Mapping[str, Form] = {
    "measure_electrochemistry": Form(
        "linear_sweep_voltammogram",
        ("potential_v", "current_a"),
        (
            Field("electrode_area_cm2", "dimensionless", "electrode area in cm2", 1e-4, 100.0),
            Field("resistance_ohm", "dimensionless", "series resistance in ohm", 0.0, 1e5),
        ),
    ),
    "measure_uv_vis": Form("absorption_spectrum", ("wavelength_nm", "absorbance")),
    "measure_fluorescence": Form("emission_spectrum", ("wavelength_nm", "intensity_counts")),
    "measure_xrd": Form("diffractogram", ("two_theta_deg", "intensity_counts")),
    "measure_raman": Form("raman_spectrum", ("shift_per_cm", "intensity_counts")),
    "measure_gas_chromatography": Form("chromatogram", ("time_s", "detector_uv")),
    "dispense_solid": Form(
        fields=(Field("mass_kg", "mass", "mass that the balance showed", 0.0, 0.1, required=False),)
    ),
}


def form_for(operation: str) -> Form:
    """What to enter for an operation; most need no more than "done"."""
    return _FORMS.get(operation, Form())


def instructions(command: Command) -> str:
    """A sentence for each thing to do, with amounts in units that people use."""
    vials = ", ".join(command.samples)
    match command.operation:
        case "load":
            return f"Take {vials} from {command.station} onto {command.device}."
        case "unload":
            return f"Put {vials} from {command.device} onto {command.station}."
        case "dispense_liquid" | "dispense_solid":
            return "\n".join(_dispense(command, s) for s in command.samples)
    details = _details({**command.parameters})
    text = f"{command.operation.replace('_', ' ').capitalize()} {vials} on {command.station}{details}."
    form = form_for(command.operation)
    if form.columns:
        text += f" Enter for each vial a table with the columns {', '.join(form.columns)}."
    return text


def _dispense(command: Command, sample: str) -> str:
    values = {**command.parameters, **command.per_sample.get(sample, {})}
    parts = [f"{format_volume(v)} of {name}" for name, v in (values.get("volumes_l") or {}).items() if v]
    parts += [f"{v * 1e6:.2f} mg of {name}" for name, v in (values.get("masses_kg") or {}).items() if v]
    return f"Into {sample} on {command.station}: {', '.join(parts) or 'nothing'}."


def _details(values: Mapping[str, Any]) -> str:
    shown = []
    for name, value in values.items():
        if name == "duration_s":
            shown.append(f"for {format_duration(value)}")
        elif name == "temperature_k":
            shown.append(f"at {value - 273.15:.0f} degC")
        elif name == "speed_rpm":
            shown.append(f"at {value:.0f} rpm")
        elif isinstance(value, int | float):
            shown.append(f"{name} {value:.4g}")
        else:
            shown.append(f"{name} {value}")
    return " " + ", ".join(shown) if shown else ""
