"""The maximum of a corrected emission spectrum, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ._absorption import Floats
from ._emission import Emission

_LEAST_PEAK = 8.0  # height over its standard error after smoothing
#: the maximum is fitted where the light is above this share of it: closer where noise allows, for bands are skewed
_TOP, _TOP_CLEAR, _CLEAR = 0.75, 0.90, 100.0
_EDGE = 4
#: a second maximum counts as another one when the light between falls below it by this share
_VALLEY = 0.03
#: what a polynomial through the top of an unknown band may be wrong by (assumptions): share of its half width where no
#: more than a parabola can be fitted, else share of what a wider fit differs
_SHAPE_DIM, _SHAPE = 0.04, 1.0
#: what else moves a maximum, share of the step between two points (assumption)
_STEP = 0.15


def find_maximum(emission: Emission) -> tuple[float, float] | str:
    """Wavelength of the maximum and the standard error of the fit; or why there is none.

    A polynomial through the top of the logarithm, which is exact for one Gaussian band and near it for a skewed one.
    How much the maximum moves when more of the band is fitted tells what the shape may do.
    """
    smooth, width = _smoothed(emission)
    top = int(smooth.argmax())
    if not smooth[top] > _LEAST_PEAK * emission.sd[top] / math.sqrt(width):
        return "too dark: no emission stands out from the noise"
    clear = bool(smooth[top] > _CLEAR * emission.sd[top])
    narrow = _fitted(emission, smooth, top, _TOP_CLEAR if clear else _TOP, clear)
    if isinstance(narrow, str) or not clear:
        return narrow
    wide = _fitted(emission, smooth, top, _TOP, clear)
    moved = 0.0 if isinstance(wide, str) else _SHAPE * (wide[0] - narrow[0])
    return narrow[0], math.hypot(narrow[1], moved)


def _fitted(emission: Emission, smooth: Floats, top: int, floor: float, clear: bool) -> tuple[float, float] | str:
    low = high = top
    while low > 0 and smooth[low - 1] > floor * smooth[top]:
        low -= 1
    while high < smooth.size - 1 and smooth[high + 1] > floor * smooth[top]:
        high += 1
    if top - low < _EDGE or high - top < _EDGE:
        return "the maximum lies at the edge of what was measured, or is a spike"
    chosen = slice(low, high + 1)
    x, y, sd = emission.wavelength_nm[chosen], emission.light[chosen], emission.sd[chosen]
    good = y > 0.3 * smooth[top]
    centre, half = float(x.mean()), float(np.ptp(x)) / 2
    u, weight = (x[good] - centre) / half, (y / sd)[good]
    degree = 4 if clear and u.size >= 12 else 3 if clear else 2
    if u.size < degree + 3:
        return "too few points at the maximum"
    design = np.vander(u, degree + 1, increasing=True)
    solution, *_ = np.linalg.lstsq(design * weight[:, None], np.log(y[good]) * weight, rcond=None)
    rest = (np.log(y[good]) - design @ solution) * weight
    chi2 = max(1.0, float(rest @ rest) / max(1, u.size - degree - 1))
    covariance = np.linalg.pinv((design * weight[:, None]).T @ (design * weight[:, None])) * chi2
    curve = np.polynomial.Polynomial(solution)
    fine = np.linspace(-1, 1, 2001)
    at = float(fine[curve(fine).argmax()])
    bend = float(curve.deriv(2)(at))
    if abs(at) > 0.98 or bend >= 0:
        return "the maximum lies at the edge of what was measured, or is no maximum"
    slope = np.array([n * at ** (n - 1) if n else 0.0 for n in range(degree + 1)])
    by_fit = math.sqrt(max(0.0, float(slope @ covariance @ slope))) / abs(bend)
    return centre + half * at, half * math.hypot(by_fit, 0.0 if clear else _SHAPE_DIM)


def maximum_sd(emission: Emission, top: tuple[float, float], tried: Sequence[Emission], response_sd: float) -> float:
    """Standard uncertainty without that of the wavelength scale: of the fit, of what ``tried`` differs in, and of
    another maximum that may be the higher one in truth.
    """
    moves = [found[0] - top[0] for other in tried if not isinstance(found := find_maximum(other), str)]
    smooth, _ = _smoothed(emission)
    rivals = []
    for peak_nm, height in _others(emission.wavelength_nm, smooth):
        # how far the two heights may be wrong against each other: response, and the corrections that were tried
        other = [_ratio(e, peak_nm, top[0]) - height for e in tried]
        sd = math.hypot(0.005, response_sd * min(1.5, abs(peak_nm - top[0]) / 100.0), *other)
        chance = 0.5 * math.erfc((1 - height) / sd / math.sqrt(2))
        rivals.append(abs(peak_nm - top[0]) * math.sqrt(chance))
    near = [m for m in moves if abs(m) < 10.0]  # a jump to a rival is counted there
    step = _STEP * float(np.median(np.diff(emission.wavelength_nm)))
    return math.hypot(top[1], step, *near, *rivals)


def _others(wavelength: Floats, smooth: Floats) -> list[tuple[float, float]]:
    """Other maxima: wavelength, and height against the highest."""
    from scipy.signal import find_peaks

    highest = float(smooth.max())
    places, _ = find_peaks(smooth, prominence=_VALLEY * highest)
    return [(float(wavelength[i]), float(smooth[i]) / highest) for i in places if i != int(smooth.argmax())]


def _ratio(emission: Emission, peak_nm: float, against_nm: float) -> float:
    smooth, _ = _smoothed(emission)
    a, b = np.interp([peak_nm, against_nm], emission.wavelength_nm, smooth)
    return float(a / b) if b > 0 else 0.0


def _smoothed(emission: Emission) -> tuple[Floats, int]:
    """Running mean over some ten points, and their number (odd)."""
    width = 2 * max(1, min(4, emission.light.size // 20)) + 1
    padded = np.pad(emission.light, width // 2, mode="edge")
    return np.convolve(padded, np.ones(width) / width, mode="valid"), width
