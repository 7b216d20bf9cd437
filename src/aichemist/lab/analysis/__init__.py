"""Raw signals -> figures of merit with uncertainty.

An :class:`Analyser` reads one kind of signal, and others of the same sample where it needs them; ``load_analyser``
finds it by its figure of merit. Bad data from a device
never raise: they give NaN and a text that says why.
"""

from typing import TYPE_CHECKING, Any

from ._analyser import Analyser, load_analyser

if TYPE_CHECKING:
    from ._chromatogram import HydrogenResult, analyse_chromatogram
    from ._diffractogram import Peak, find_peaks
    from ._fluorescence import FluorescenceResult, analyse_fluorescence
    from ._hold import HoldResult, analyse_hold
    from ._voltammogram import VoltammogramResult, analyse_voltammogram

__all__ = [
    "Analyser",
    "FluorescenceResult",
    "HoldResult",
    "HydrogenResult",
    "Peak",
    "VoltammogramResult",
    "analyse_chromatogram",
    "analyse_fluorescence",
    "analyse_hold",
    "analyse_voltammogram",
    "find_peaks",
    "load_analyser",
]

_HOMES = {
    "HoldResult": "._hold",
    "analyse_hold": "._hold",
    "FluorescenceResult": "._fluorescence",
    "HydrogenResult": "._chromatogram",
    "Peak": "._diffractogram",
    "VoltammogramResult": "._voltammogram",
    "analyse_chromatogram": "._chromatogram",
    "analyse_fluorescence": "._fluorescence",
    "analyse_voltammogram": "._voltammogram",
    "find_peaks": "._diffractogram",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:  # numpy and scipy are slow to import
        from importlib import import_module

        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(name)
