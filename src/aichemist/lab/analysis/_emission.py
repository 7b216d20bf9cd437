"""An emission spectrum corrected for dark counts, solvent, response of the detector, and reabsorption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from ._absorption import Absorption, Floats, number, two_columns

#: exciting light that is scattered into the detector reaches this far
_SCATTER_NM = 15.0
_FEWEST = 40
#: about the solvent's Raman band; and the standard uncertainty of its height where it cannot be seen (0 to 1: 0.3)
_RAMAN_NM, _SHARE_SD = 25.0, 0.3
#: refused beyond: the correction then multiplies errors of geometry more than it helps
MOST_EXTINCTION = 1.3
MOST_REABSORPTION = 3.0
_LEAST_RESPONSE = 0.02


@frozen
class Emission:
    """Corrected photons per nm (arbitrary unit) where they can be read, with the standard error of each point.

    ``reabsorption`` is what the light was multiplied with; ``extinction`` that of the sample at these wavelengths;
    ``saturated`` counts points at the detector's end; ``solvent`` is what was taken off for the solvent's light, and
    ``solvent_sd`` what share of it may be wrong.
    """

    wavelength_nm: Floats
    light: Floats
    sd: Floats
    reabsorption: Floats
    extinction: Floats
    excitation_nm: float
    saturated: int
    solvent: Floats
    solvent_sd: float

    def integral(self) -> tuple[float, float]:
        """Over wavelength, and the standard error that counting makes."""
        width = np.gradient(self.wavelength_nm)
        return float((self.light * width).sum()), float(np.sqrt(((self.sd * width) ** 2).sum()))


def correct(
    columns: Mapping[str, Floats], metadata: Mapping[str, Any], absorption: Absorption, *, depth_cm: float
) -> Emission | str:
    """The corrected spectrum, or what is wrong with the data; ``depth_cm`` 0 leaves reabsorption as it is."""
    pair = two_columns(columns, "wavelength_nm", "intensity_counts")
    if isinstance(pair, str):
        return f"emission spectrum: {pair}"
    excitation = number(metadata, "excitation_nm", 0.0, above=0.0)
    if not excitation:
        excitation = 1e9 * number(metadata, "excitation_m", 0.0, above=0.0)  # as a person's form says it
    if not excitation:
        return "the exciting wavelength is missing"
    covered = absorption.wavelength_nm
    if not covered[0] <= excitation <= covered[-1]:
        return f"the absorption spectrum does not reach the exciting wavelength, {excitation:.0f} nm"
    blank = _blank(columns, metadata, pair[1])
    usable = (pair[0] >= excitation + _SCATTER_NM) & (pair[0] >= covered[0]) & (pair[0] <= covered[-1])
    response = _response(metadata, pair[0])
    if response is None:
        return "the response of the detector is missing, or is no curve"
    usable &= response > _LEAST_RESPONSE
    if usable.sum() < _FEWEST:
        return f"only {int(usable.sum())} points of the emission can be read"
    wavelength, counts, blank, response = pair[0][usable], pair[1][usable], blank[usable], response[usable]
    if counts.min() < 0 or counts.max() > 1e12:
        return "emission spectrum: implausible counts"
    extinction = absorption.extinction(wavelength)
    dark = number(metadata, "dark_counts", 0.0)
    at_excitation = float(absorption.extinction(np.array([excitation]))[0])
    # the solvent's own light is weakened in the sample, the dark counts are not
    through = 10 ** (-0.5 * max(at_excitation, 0.0) - 0.5 * np.maximum(extinction, 0.0))
    own = (blank - dark) * through
    share, share_sd = _solvent_share(wavelength, counts - dark, own)
    net = counts - dark - share * own
    back = 10 ** (extinction * depth_cm)
    sd = np.sqrt(np.maximum(counts, 1.0) + through**2 * np.maximum(blank, 0.0)) / response * back
    full = number(metadata, "saturation_counts", np.inf, above=0.0)
    return Emission(
        wavelength, net / response * back, sd, back, extinction, excitation, int((counts >= full * 0.999).sum()),
        own / response * back, share_sd,
    )  # fmt: skip


def _solvent_share(wavelength: Floats, net: Floats, own: Floats) -> tuple[float, float]:
    """How much of the blank's light the sample shows, and its standard error.

    The blank is water and its Raman band the largest part of it; a sample with less water shows less. The band is
    fitted on a parabola where it stands out; elsewhere the share is unknown and hardly matters.
    """
    smooth = np.convolve(own, np.ones(9) / 9, mode="same")
    at = int(smooth.argmax())
    near = np.abs(wavelength - wavelength[at]) <= _RAMAN_NM
    if smooth[at] <= 3 * np.sqrt(np.abs(own).mean() + 1.0) or near.sum() < 20:
        return 1.0, _SHARE_SD
    x = (wavelength[near] - wavelength[at]) / _RAMAN_NM
    design = np.column_stack([np.ones_like(x), x, x**2, x**3, smooth[near] / smooth[at]])
    solution, *_ = np.linalg.lstsq(design, net[near], rcond=None)
    rest = net[near] - design @ solution
    variance = float(rest @ rest) / (near.sum() - 5) * 2  # neighbouring residuals hang together
    sd = float(np.sqrt(variance * np.linalg.pinv(design.T @ design)[4, 4])) / float(smooth[at])
    share = float(solution[4]) / float(smooth[at])
    if sd > _SHARE_SD or not -0.3 < share < 1.5:
        return 1.0, _SHARE_SD
    return share, max(sd, 0.02)


def _blank(columns: Mapping[str, Floats], metadata: Mapping[str, Any], like: Floats) -> Floats:
    blank = np.asarray(columns.get("blank_counts", ()), dtype=float)
    if blank.shape == like.shape and np.all(np.isfinite(blank)):
        return blank
    return np.full(like.shape, number(metadata, "dark_counts", 0.0))


def _response(metadata: Mapping[str, Any], wavelength: Floats) -> Floats | None:
    """The station's correction file, between its points by a spline; 1 where the file says that none is needed."""
    from scipy.interpolate import CubicSpline

    if "response" not in metadata:
        return None
    try:
        x, y = (np.asarray(metadata[name], dtype=float) for name in ("response_nm", "response"))
    except (KeyError, TypeError, ValueError):
        return None
    if (
        x.ndim != 1
        or x.shape != y.shape
        or x.size < 4
        or np.any(np.diff(x) <= 0)
        or not np.all(np.isfinite(y) & (y > 0))
    ):
        return None
    curve: Floats = np.asarray(CubicSpline(x, y)(np.clip(wavelength, x[0], x[-1])))
    curve[(wavelength < x[0]) | (wavelength > x[-1])] = 0.0
    return curve
