"""What a station can do, and the typed, unit-checked parameters of each operation."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Kind = Literal["quantity", "amounts", "number", "text", "choice"]


@frozen
class Parameter:
    """One parameter of an operation.

    Attributes:
        name: as written in a protocol file.
        field: the name inside, which says the unit (``temperature_k``).
        kind: ``quantity`` (a number with a unit), ``amounts`` (stock name -> quantity), ``text``, ``choice``.
        dimension: for quantities, a key of ``SI_UNITS``.
        required: whether a protocol must give it.
        default: SI value where the protocol gives none (``None``: the station decides).
        low, high: physical limits in SI, inclusive, whatever the station; stations narrow them further.
    """

    name: str
    field: str
    kind: Kind = "quantity"
    dimension: str = "dimensionless"
    required: bool = False
    default: float | str | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def _duration(required: bool = True) -> Parameter:
    return Parameter("duration", "duration_s", dimension="duration", required=required, low=0.0, high=30 * 86400.0)


def _temperature(default: float | None = 298.15, required: bool = False) -> Parameter:
    return Parameter(
        "temperature", "temperature_k", dimension="temperature", required=required, default=default,
        low=200.0, high=2000.0,
    )  # fmt: skip


def _quantity(name: str, field: str, dimension: str, default: float | None, low: float, high: float) -> Parameter:
    return Parameter(name, field, dimension=dimension, default=default, low=low, high=high)


_UV_VIS = (
    _quantity("wavelength_from", "wavelength_from_m", "wavelength", 300e-9, 100e-9, 3e-6),
    _quantity("wavelength_to", "wavelength_to_m", "wavelength", 800e-9, 100e-9, 3e-6),
)

#: operation -> its parameters, in the words of DESIGN section 5
OPERATIONS: dict[str, tuple[Parameter, ...]] = {
    "dispense_liquid": (
        Parameter("volumes", "volumes_l", kind="amounts", dimension="volume", required=True, low=0.0, high=1.0),
    ),
    "dispense_solid": (
        Parameter("masses", "masses_kg", kind="amounts", dimension="mass", required=True, low=0.0, high=0.1),
    ),
    "stir": (_duration(), _temperature(), _quantity("speed", "speed_rpm", "rotation_speed", 600.0, 0.0, 5000.0)),
    "shake": (_duration(), _temperature(), _quantity("speed", "speed_rpm", "rotation_speed", 300.0, 0.0, 5000.0)),
    "sonicate": (_duration(), _quantity("power", "power_w", "power", 100.0, 0.0, 5000.0)),
    "centrifuge": (_duration(), _quantity("speed", "speed_rpm", "rotation_speed", 6000.0, 0.0, 50000.0)),
    "aspirate": (_quantity("leave", "leave_l", "volume", 0.3e-3, 0.0, 1.0), _duration(required=False)),
    "dry": (_duration(), _temperature(None, required=True)),
    "calcine": (_duration(), _temperature(None, required=True)),
    "cap": (_duration(required=False),),
    "purge": (
        Parameter("gas", "gas", kind="choice", default="nitrogen", choices=("nitrogen", "argon")),
        _quantity("flow", "flow_l_per_s", "flow", 20e-3 / 60, 0.0, 1.0),
        _duration(),
    ),
    "illuminate": (
        _duration(),
        _quantity("wavelength", "wavelength_m", "wavelength", 420e-9, 100e-9, 3e-6),
        _quantity("irradiance", "irradiance_w_per_m2", "irradiance", 1000.0, 0.0, 1e6),
        _temperature(),
    ),
    "measure_uv_vis": (*_UV_VIS, _duration(required=False)),
    "measure_fluorescence": (
        _quantity("excitation", "excitation_m", "wavelength", 365e-9, 100e-9, 3e-6), *_UV_VIS,
        _duration(required=False),
    ),
    "measure_gas_chromatography": (_duration(required=False),),
    "measure_raman": (
        _quantity("shift_from", "shift_from_per_cm", "wavenumber", 100.0, 0.0, 5000.0),
        _quantity("shift_to", "shift_to_per_cm", "wavenumber", 3500.0, 0.0, 5000.0),
        _duration(required=False),
    ),
    "measure_xrd": (
        _quantity("two_theta_from", "two_theta_from_deg", "angle", 10.0, 0.0, 180.0),
        _quantity("two_theta_to", "two_theta_to_deg", "angle", 80.0, 0.0, 180.0),
        _duration(required=False),
    ),
    "measure_electrochemistry": (
        _quantity("potential_from", "potential_from_v", "potential", 1.2, -5.0, 5.0),
        _quantity("potential_to", "potential_to_v", "potential", 1.8, -5.0, 5.0),
        _quantity("scan_rate", "scan_rate_v_per_s", "scan_rate", 0.005, 1e-6, 10.0),
        _quantity("drip_volume", "drip_volume_l", "volume", 20e-6, 0.0, 1e-2),
        Parameter(
            "electrolyte", "electrolyte", kind="choice", default="potassium hydroxide",
            choices=("potassium hydroxide", "sulfuric acid"),
        ),
        # after the sweep the current is held, on the same electrode; 0: no hold
        _quantity("hold_current", "hold_current_a_per_m2", "current_density", 0.0, 0.0, 1e5),
        _quantity("hold_duration", "hold_duration_s", "duration", 0.0, 0.0, 86400.0),
        _duration(required=False),
    ),
    "store": (_duration(required=False),),
    # carried out by robots between the steps; a protocol does not name them
    "load": (),
    "unload": (),
}  # fmt: skip

#: operations that robots carry out; all others are steps of a protocol
ROBOT_OPERATIONS = frozenset({"load", "unload"})
