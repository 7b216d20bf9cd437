"""The current of a sweep that is not catalysis: charging and leakage, and the oxidation wave of the catalyst."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FEWEST_POINTS = 20
_LEAST_SPAN_V = 0.03
#: a reversible wave of surface-bound charge, one electron, 25 degC: sech^2((E - E_p) / 51.4 mV)
_WIDTH_V = 2 * 8.314462618 * 298.15 / 96485.332
#: assumed relative error of the model where it is taken off, on top of that of the fit
_MODEL_ERROR = 0.05


@frozen
class Background:
    """``(level + wave) / (1 + R di/dE)``; the divisor because the ohmic drop slows the interface down.

    ``level_a`` is ``None`` where the sweep begins too late to see it; nothing is taken off then, and the uncertainty
    says so.
    """

    level_a: float | None
    wave_a: float
    wave_v: float
    wave_width_v: float
    passing_v: float
    per_e_fold_v: float
    wanted_a: float
    resistance_ohm: float
    level_sd_a: float
    wave_sd_a: float

    def _shape(self, free_v: Floats) -> tuple[Floats, Floats]:
        return _shapes(
            free_v,
            self.wave_v,
            self.wave_width_v,
            self.passing_v,
            self.per_e_fold_v,
            self.wanted_a,
            self.resistance_ohm,
        )[:2]

    def current_a(self, free_v: Floats) -> Floats:
        """Background current at potentials free of ohmic drop; A."""
        if self.level_a is None:
            return np.zeros_like(free_v)
        slowed, wave = self._shape(free_v)
        total: Floats = slowed * (self.level_a + self.wave_a * wave)
        return total

    def at(self, free_v: float) -> tuple[float, float]:
        """Background at one potential and its standard uncertainty; A."""
        point = np.array([free_v])
        slowed, wave = (float(v[0]) for v in self._shape(point))
        taken = float(self.current_a(point)[0])
        fitted = slowed * math.hypot(self.level_sd_a, self.wave_sd_a * wave)
        return taken, math.hypot(fitted, _MODEL_ERROR * taken)


def _shapes(
    free: Floats, wave_v: float, width_v: float, passing_v: float, fold_v: float, wanted: float, resistance: float
) -> tuple[Floats, Floats, Floats]:
    """How much the interface is slowed, the wave of height 1, and the catalytic current; each of the shape of free."""
    catalytic = wanted * np.exp(np.clip((free - passing_v) / fold_v, -60, 5))
    slowed = 1 / (1 + resistance * catalytic / fold_v)
    wave = 1 / np.cosh(np.clip((free - wave_v) / width_v, -60, 60)) ** 2
    return slowed, wave, catalytic


def fit_background(free: Floats, current: Floats, passing: int, wanted: float, resistance_ohm: float) -> Background:
    """Level and wave, fitted together with the foot of the catalytic current.

    Args:
        free, current: the rising sweep, V free of ohmic drop and A, shape ``(n,)``.
        passing: index of the last point below ``wanted`` (A).

    Fitted apart, the wave would pass for the onset or the onset for a leak. The wave's width is free between 0.6 and
    2 times the ideal one (Bard & Faulkner, Electrochemical Methods, ch. 14), outliers count less (soft L1).
    """
    from scipy.optimize import least_squares

    e, i = free[: passing + 1], current[: passing + 1]
    early = i[: max(1, e.size // 4)]
    if e.size < _FEWEST_POINTS or np.ptp(e) < _LEAST_SPAN_V or np.median(early) > 0.5 * wanted:
        unseen = max(0.0, float(np.median(early[:5])))
        return Background(
            None, 0.0, 0.0, _WIDTH_V, float(e[-1]), 0.03, wanted, resistance_ohm, min(unseen, 0.3 * wanted), 0.0
        )
    level, passing_v = float(np.quantile(i, 0.1)), float(e[-1])
    low = [-0.5, 0.0, float(e.min()) - 0.1, 0.6 * _WIDTH_V, passing_v - 0.1, 0.008]
    high = [2.0, 20.0, passing_v, 2 * _WIDTH_V, passing_v + 0.1, 0.11]

    def fitted(start: Floats, step: int) -> Any:
        some_e, some_i = e[::step], i[::step]
        weight = 1 / (0.001 * wanted + 0.01 * np.abs(some_i))

        def misfit(p: Floats) -> Floats:
            slowed, wave, catalytic = _shapes(some_e, p[2], p[3], p[4], p[5], wanted, resistance_ohm)
            left: Floats = (slowed * (p[0] + p[1] * wave) * wanted + catalytic - some_i) * weight
            return left

        return least_squares(
            misfit, start, bounds=(low, high), loss="soft_l1", x_scale=[0.01, 0.05, 0.02, 0.02, 0.02, 0.01],
            max_nfev=100,
        )  # fmt: skip

    # The place of the wave has several minima, so a few starts on a thinned curve come first.
    coarse = []
    for share in (0.3, 0.6, 0.85):
        at_v = float(e.min()) + share * (passing_v - float(e.min()))
        height = max(1e-3, float(np.interp(at_v, e, i) - level) / wanted)
        start = [level / wanted, height, at_v, _WIDTH_V, passing_v, 0.026]
        coarse.append(fitted(np.clip(start, np.add(low, 1e-6), high), max(1, e.size // 100)))
    best = fitted(min(coarse, key=lambda found: float(found.cost)).x, 1)
    p = best.x
    # Residuals hang together over some ten points (bubbles, mains), hence the factor.
    chi2 = max(1.0, 2 * best.cost / max(1, e.size - 6))
    sd = np.sqrt(np.maximum(np.diag(np.linalg.pinv(best.jac.T @ best.jac)), 0) * chi2 * 10)
    return Background(
        level_a=float(p[0] * wanted),
        wave_a=float(p[1] * wanted),
        wave_v=float(p[2]),
        wave_width_v=float(p[3]),
        passing_v=float(p[4]),
        per_e_fold_v=float(p[5]),
        wanted_a=wanted,
        resistance_ohm=resistance_ohm,
        level_sd_a=min(float(sd[0]), 0.5) * wanted,
        wave_sd_a=min(float(sd[1]), 0.5 * abs(float(p[1])) + 0.01) * wanted,
    )
