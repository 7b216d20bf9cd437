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


def measure(vial: Vial, act: Act) -> Signal:
    from .._voltammogram import simulate_voltammogram

    fractions = metal_fractions(vial)
    p = act.parameters
    columns, metadata = simulate_voltammogram(
        act.overpotential_map.overpotential_v(fractions) if fractions else BARE_OVERPOTENTIAL_V,
        loading_mg_per_cm2=loading_mg_per_cm2(vial, act) if fractions else 0.0,
        potential_from_v=float(p["potential_from_v"]),
        potential_to_v=float(p["potential_to_v"]),
        scan_rate_v_per_s=float(p["scan_rate_v_per_s"]),
        rng=act.rng("voltammogram"),
    )
    return Signal(vial.sample, "linear_sweep_voltammogram", columns, {**metadata, "station": act.station.name})
