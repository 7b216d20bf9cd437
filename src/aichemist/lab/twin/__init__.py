"""The digital twin: what is in each vial, what each station does to it, what each instrument sees.

The twin stands for physical devices and fulfils the contract of ``lab.drivers``. It answers with raw signals and with
what a device would report; the truth is shown by ``TwinWorld.truth`` alone, which benchmarks use and campaigns never.
"""

from typing import TYPE_CHECKING, Any

from ._log import CommandLog, MemoryLog

if TYPE_CHECKING:
    from ._acid_map import AcidMap, acid_map
    from ._faults import TWIN_FAULTS, Faults, with_faults
    from ._headspace import simulate_chromatogram
    from ._hold import simulate_hold
    from ._hydrogen_map import HydrogenMap, hydrogen_map
    from ._oer_map import OverpotentialMap, load_map
    from ._photophysics import FluorescenceTruth, true_fluorescence
    from ._spectra import simulate_fluorescence
    from ._vial import VialTruth
    from ._voltammogram import simulate_voltammogram
    from ._world import TWIN_SIGNALS, TwinWorld

__all__ = [
    "TWIN_FAULTS",
    "TWIN_SIGNALS",
    "AcidMap",
    "CommandLog",
    "Faults",
    "FluorescenceTruth",
    "HydrogenMap",
    "MemoryLog",
    "OverpotentialMap",
    "TwinWorld",
    "VialTruth",
    "acid_map",
    "hydrogen_map",
    "load_map",
    "simulate_chromatogram",
    "simulate_fluorescence",
    "simulate_hold",
    "simulate_voltammogram",
    "true_fluorescence",
    "with_faults",
]

_LATE = {  # numpy is not needed to print a help text
    "AcidMap": "_acid_map",
    "acid_map": "_acid_map",
    "simulate_hold": "_hold",
    "TWIN_FAULTS": "_faults",
    "Faults": "_faults",
    "with_faults": "_faults",
    "OverpotentialMap": "_oer_map",
    "TWIN_SIGNALS": "_world",
    "TwinWorld": "_world",
    "VialTruth": "_vial",
    "load_map": "_oer_map",
    "HydrogenMap": "_hydrogen_map",
    "hydrogen_map": "_hydrogen_map",
    "simulate_chromatogram": "_headspace",
    "FluorescenceTruth": "_photophysics",
    "simulate_fluorescence": "_spectra",
    "simulate_voltammogram": "_voltammogram",
    "true_fluorescence": "_photophysics",
}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(f".{_LATE[name]}", __name__), name)
    raise AttributeError(name)
