"""The table of effects: what each operation does to a vial. A later part replaces an entry by a better one."""

from __future__ import annotations

from attrs import evolve

from ._act import Act, Effect, Outcome
from ._dispensing import dispense_liquid, dispense_solid, true_volume_l
from ._gas import cap, illuminate, purge
from ._heat import calcine, dry
from ._precipitation import shake, sonicate, stir
from ._separation import aspirate, centrifuge, suspended_at, taken_out
from ._vial import Vial

#: drop that the platform puts on the XRD carrier (assumption)
XRD_DROP_L = 20e-6


def _unchanged(vial: Vial, act: Act) -> Outcome:
    return Outcome(vial)


def _dripped(vial: Vial, act: Act, volume_l: float) -> Outcome:
    volume = min(volume_l, vial.volume_l)
    if volume <= 0:
        return Outcome(vial)
    suspended = suspended_at(vial, act.start_s)
    share = suspended * volume / vial.volume_l
    after = taken_out(vial, volume, share)
    return Outcome(
        evolve(after, suspended=(suspended - share) / (1 - share) if share < 1 else 1.0, resting_since_s=act.start_s)
    )


def _electrode(vial: Vial, act: Act) -> Outcome:
    return _dripped(vial, act, true_volume_l(act.parameters["drip_volume_l"], "drip", act))


def _carrier(vial: Vial, act: Act) -> Outcome:
    return _dripped(vial, act, XRD_DROP_L)


EFFECTS: dict[str, Effect] = {
    "dispense_liquid": dispense_liquid,
    "dispense_solid": dispense_solid,
    "stir": stir,
    "shake": shake,
    "sonicate": sonicate,
    "centrifuge": centrifuge,
    "aspirate": aspirate,
    "dry": dry,
    "calcine": calcine,
    "cap": cap,
    "purge": purge,
    "illuminate": illuminate,
    "store": _unchanged,
    "measure_uv_vis": _unchanged,
    "measure_fluorescence": _unchanged,
    "measure_gas_chromatography": _unchanged,
    "measure_raman": _unchanged,
    "measure_xrd": _carrier,
    "measure_electrochemistry": _electrode,
}
