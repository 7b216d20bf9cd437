"""Peaks of a powder diffractogram."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray


@frozen
class Peak:
    """A reflection: position and full width at half maximum in degrees 2 theta, height in counts above background."""

    two_theta_deg: float
    height_counts: float
    fwhm_deg: float


def find_peaks(columns: Mapping[str, NDArray[np.float64]], *, sigmas: float = 6.0) -> tuple[Peak, ...]:
    """Peaks that stand ``sigmas`` counting errors above the background, by position.

    The background is a wide running median; the counting error is the square root of the counts (Poisson). Bad data
    (missing columns, too few points, no numbers) give no peaks rather than an error.
    """
    from scipy import signal
    from scipy.ndimage import median_filter, uniform_filter1d

    try:
        angle = np.asarray(columns["two_theta_deg"], dtype=float)
        counts = np.asarray(columns["intensity_counts"], dtype=float)
    except (KeyError, TypeError, ValueError):
        return ()
    if angle.shape != counts.shape or angle.size < 50 or not np.all(np.isfinite(angle) & np.isfinite(counts)):
        return ()
    step = float(np.median(np.diff(angle)))
    if not step > 0:
        return ()
    width = max(3, round(0.15 / step))
    smooth = uniform_filter1d(counts, width, mode="reflect")
    background = median_filter(smooth, size=max(3, round(8.0 / step)), mode="nearest")
    net = smooth - background
    error = np.sqrt(np.maximum(background, 1.0) / width)
    places, found = signal.find_peaks(net, height=sigmas * error, prominence=sigmas * error, width=1)
    return tuple(
        Peak(float(angle[i]), float(h), float(w) * step)
        for i, h, w in zip(places, found["peak_heights"], found["widths"], strict=True)
    )
