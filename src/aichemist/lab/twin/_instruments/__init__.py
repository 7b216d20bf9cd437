"""The table of instruments: operation -> the raw signal that one vial gives, never a figure of merit.

Each instrument is one small file; a later part replaces an entry by a better one.
"""

from collections.abc import Callable

from ...drivers import Signal
from .._act import Act
from .._vial import Vial
from . import _electrochemistry, _fluorescence, _gas_chromatography, _raman, _uv_vis, _xrd

#: one signal, or several of different kinds
Instrument = Callable[[Vial, Act], "Signal | tuple[Signal, ...]"]

INSTRUMENTS: dict[str, Instrument] = {
    "measure_electrochemistry": _electrochemistry.measure,
    "measure_xrd": _xrd.measure,
    "measure_uv_vis": _uv_vis.measure,
    "measure_fluorescence": _fluorescence.measure,
    "measure_gas_chromatography": _gas_chromatography.measure,
    "measure_raman": _raman.measure,
}

__all__ = ["INSTRUMENTS", "Instrument"]
