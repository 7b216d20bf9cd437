"""Oxygen evolution on a drop-cast film: the vial's composition gives the overpotential, the drop the loading."""

from __future__ import annotations

from ...drivers import Signal
from .._act import Act
from .._contents import metal_fractions
from .._dispensing import true_volume_l
from .._separation import suspended_at
from .._vial import Vial, mass_kg

#: a bare glassy-carbon disc does not evolve oxygen within any window that is swept
BARE_OVERPOTENTIAL_V = 2.0


def loading_mg_per_cm2(vial: Vial, act: Act) -> float:
    """Dry solid that the drop leaves on the electrode."""
    from .._voltammogram import ELECTRODE_AREA_CM2

    if vial.volume_l <= 0:
        return 0.0
    drop = true_volume_l(act.parameters["drip_volume_l"], "drip", act)  # the same draw as the effect's
    share = suspended_at(vial, act.start_s) * min(1.0, drop / vial.volume_l)
    return 1e6 * mass_kg(vial.solid) * share / ELECTRODE_AREA_CM2


def measure(vial: Vial, act: Act) -> Signal | tuple[Signal, ...]:
    """A linear sweep; then, where the protocol asks for it, the potential at constant current on the same electrode."""
    from .._voltammogram import simulate_voltammogram

    p = act.parameters
    overpotential, change = _truth(vial, act)
    loading = loading_mg_per_cm2(vial, act) if overpotential < BARE_OVERPOTENTIAL_V else 0.0
    columns, metadata = simulate_voltammogram(
        overpotential,
        loading_mg_per_cm2=loading,
        potential_from_v=float(p["potential_from_v"]),
        potential_to_v=float(p["potential_to_v"]),
        scan_rate_v_per_s=float(p["scan_rate_v_per_s"]),
        rng=act.rng("voltammogram"),
    )
    if _acid(act):
        metadata["electrolyte"] = "0.5 mol/L H2SO4"
    sweep = Signal(vial.sample, "linear_sweep_voltammogram", columns, {**metadata, "station": act.station.name})
    held, seconds = float(p.get("hold_current_a_per_m2", 0.0)), float(p.get("hold_duration_s", 0.0))
    if held <= 0 or seconds <= 0:
        return sweep
    from .._hold import simulate_hold

    columns, more = simulate_hold(
        overpotential, change, current_density_a_per_m2=held, duration_s=seconds,
        resistance_ohm=float(metadata["resistance_ohm"]), rng=act.rng("hold"),
    )  # fmt: skip
    kept = {k: metadata[k] for k in ("electrolyte", "temperature_k", "reference", "electrode_area_cm2")}
    return sweep, Signal(vial.sample, "chronopotentiogram", columns, {**kept, **more, "station": act.station.name})


def _acid(act: Act) -> bool:
    return act.parameters.get("electrolyte") == "sulfuric acid"


def _truth(vial: Vial, act: Act) -> tuple[float, float]:
    """Overpotential and its change over the hold (V). In acid only the metals of that map count; a solid without
    them leaves bare carbon."""
    if not _acid(act):
        fractions = metal_fractions(vial)
        # the measured map says nothing of stability: alkaline films are taken as stable within 5 mV
        return (act.overpotential_map.overpotential_v(fractions), 5e-3) if fractions else (BARE_OVERPOTENTIAL_V, 0.0)
    from .._acid_map import METALS, acid_map

    fractions = metal_fractions(vial, METALS)
    return acid_map().values(fractions) if fractions else (BARE_OVERPOTENTIAL_V, 0.0)
