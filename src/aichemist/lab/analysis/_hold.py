"""How much the overpotential rises while the current is held."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import Objective, parse_quantity

from ..drivers import Signal
from ._analyser import NO_OTHERS, Analyser, Others

Floats = NDArray[np.float64]

_FEWEST_POINTS = 60
_SHORTEST_S = 120.0
#: until the double layer is full
_SKIP_S = 15.0
#: time constants that are tried for the fast part of the rise
_FAST_S = (10.0, 30.0, 60.0, 120.0, 300.0)
#: the fit leaves more than this: a film that comes off, a lost contact
_MOST_SCATTER_V = 0.02
#: a rise per minute at the end that no analysis of a slow loss covers
_JUMP_V = 0.05


@frozen
class HoldResult:
    """``change_v``: the rise from the start of the hold, charging removed, to its end, with one standard uncertainty;
    ``rate_v_per_h`` at the end. NaN where it could not be found; ``problem`` then says why."""

    change_v: float = math.nan
    uncertainty_v: float = math.nan
    rate_v_per_h: float = math.nan
    duration_s: float = math.nan
    problem: str = ""


def analyse_hold(columns: Mapping[str, Floats], metadata: Mapping[str, Any]) -> HoldResult:
    """Rise of the potential at constant current.

    The ohmic drop is the same throughout and cancels. After the double layer is charged the potential is fitted by
    ``a + b log(1 + t / s) + c t`` (fast wear and a steady one), averaged over a few ``s`` by how well they fit; the
    rise is the fit's at the end less that at the start. Bubbles make neighbouring points err together: the uncertainty
    counts them by their autocorrelation, and holds the repeatability and the drift that the station states. Bad data
    never raise.
    """
    time, potential = columns.get("time_s"), columns.get("potential_v")
    if time is None or potential is None or len(time) != len(potential):
        return HoldResult(problem="columns time_s and potential_v are needed, equally long")
    time, potential = np.asarray(time, dtype=float), np.asarray(potential, dtype=float)
    good = np.isfinite(time) & np.isfinite(potential)
    time, potential = time[good], potential[good]
    if len(time) < _FEWEST_POINTS or time[-1] - time[0] < _SHORTEST_S:
        return HoldResult(problem=f"fewer than {_FEWEST_POINTS} points or less than {_SHORTEST_S:g} s")
    if (np.diff(time) <= 0).any():
        return HoldResult(problem="the times do not rise")
    time = time - time[0]
    if str(metadata.get("ended_by", "")) == "potential limit":
        return HoldResult(duration_s=float(time[-1]), problem="the potential went beyond the station's limit")
    planned = metadata.get("planned_duration_s")
    if isinstance(planned, (int, float)) and time[-1] < 0.95 * planned:
        return HoldResult(duration_s=float(time[-1]), problem=f"ended after {time[-1]:.0f} of {planned:g} s")
    keep = time >= _SKIP_S
    t, e = time[keep], potential[keep]
    end = float(t[-1])
    fits = [_fitted(t, e, fast) for fast in _FAST_S]
    best = min(fits, key=lambda f: f.square)
    scatter = math.sqrt(best.square / max(1, len(t) - 3))
    if scatter > _MOST_SCATTER_V:
        return HoldResult(problem=f"the potential scatters by {1e3 * scatter:.0f} mV about any steady rise")
    if float(np.abs(np.diff(best.rest)).max()) > _JUMP_V:
        return HoldResult(problem="the potential jumps: film or contact lost")
    noise = scatter**2 * _correlated(best.rest)
    # how fast the fast part is can hardly be told: all that fit as well have their say
    share = np.array([math.exp(-(f.square - best.square) / (2 * noise + 1e-30)) for f in fits])
    share /= share.sum()
    changes = np.array([f.change for f in fits])
    change = float(share @ changes)
    variance = float(share @ (noise * np.array([f.leverage for f in fits]) + (changes - change) ** 2))
    own = math.sqrt(max(variance, 0.0))
    shared = metadata.get("repeatability_relative")
    wander = metadata.get("drift_v_per_root_s")
    drift = float(wander) * math.sqrt(end) if isinstance(wander, (int, float)) and wander >= 0 else 0.0
    relative = float(shared) if isinstance(shared, (int, float)) and 0 <= shared < 1 else 0.0
    return HoldResult(
        change_v=change,
        uncertainty_v=math.hypot(own, drift, relative * change),
        rate_v_per_h=3600 * float(share @ np.array([f.rate for f in fits])),
        duration_s=end,
    )


@frozen(eq=False)
class _Fit:
    """Fit for one time constant; ``leverage`` is the variance of ``change`` over that of an independent point."""

    square: float
    rest: Floats
    change: float
    rate: float
    leverage: float


def _fitted(t: Floats, e: Floats, fast: float) -> _Fit:
    end = float(t[-1])
    terms = np.stack([np.ones_like(t), np.log1p(t / fast), t / end], axis=1)
    fit, *_ = np.linalg.lstsq(terms, e, rcond=None)
    rest = e - terms @ fit
    wanted = np.array([0.0, math.log1p(end / fast), 1.0])
    leverage = float(wanted @ np.linalg.pinv(terms.T @ terms) @ wanted)
    rate = float(fit[1]) / (fast + end) + float(fit[2]) / end
    return _Fit(float(rest @ rest), rest, float(wanted @ fit), rate, leverage)


def _correlated(rest: Floats) -> float:
    """By how much fewer the points are than it seems: one and twice the sum of the autocorrelation until it dies."""
    total, square = 1.0, float(rest @ rest) or 1.0
    for lag in range(1, len(rest) // 4):
        share = float(rest[lag:] @ rest[:-lag]) / square
        if share < 0.05:
            break
        total += 2 * share
    return total


class OverpotentialChangeAnalyser(Analyser):
    """Rise of the overpotential while the current is held, in the objective's unit (V, mV)."""

    kind = "chronopotentiogram"
    operation = "measure_electrochemistry"
    figure_of_merit = "overpotential_change"

    def analyse(
        self, signal: Signal, objective: Objective, others: Others = NO_OTHERS
    ) -> tuple[float, float, Mapping[str, float], str]:
        if signal.kind != self.kind:
            return math.nan, math.nan, {}, f"the signal is a {signal.kind}, not a {self.kind}"
        found = analyse_hold(signal.columns, signal.metadata)
        unit_v = parse_quantity(f"1 {objective.unit}", "potential", key="objective.unit")
        details = {"rise_rate_v_per_h": found.rate_v_per_h, "hold_duration_s": found.duration_s}
        known = {name: value for name, value in details.items() if not math.isnan(value)}
        return found.change_v / unit_v, found.uncertainty_v / unit_v, known, found.problem
