"""Raw signals -> figures of merit with uncertainty.

An :class:`Analyser` reads one kind of signal; ``load_analyser`` finds it by its figure of merit. Bad data from a device
never raise: they give NaN and a text that says why.
"""

from typing import TYPE_CHECKING, Any

from ._analyser import Analyser, load_analyser

if TYPE_CHECKING:
    from ._diffractogram import Peak, find_peaks
    from ._voltammogram import VoltammogramResult, analyse_voltammogram

__all__ = ["Analyser", "Peak", "VoltammogramResult", "analyse_voltammogram", "find_peaks", "load_analyser"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # numpy and scipy are slow to import
        from importlib import import_module

        home = "._diffractogram" if name in ("Peak", "find_peaks") else "._voltammogram"
        return getattr(import_module(home, __name__), name)
    raise AttributeError(name)
