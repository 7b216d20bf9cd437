"""The analysis recovers what the twin put in, and says so when it cannot."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from aichemist.chemistry import InputError, Objective
from aichemist.lab.analysis import analyse_voltammogram, load_analyser
from aichemist.lab.drivers import Signal
from aichemist.lab.twin import simulate_voltammogram


def curve(overpotential_v: float = 0.36, seed: int = 0, loading: float = 1.0) -> tuple[dict[str, Any], dict[str, Any]]:
    return simulate_voltammogram(
        overpotential_v, loading_mg_per_cm2=loading, potential_from_v=1.2, potential_to_v=2.1,
        scan_rate_v_per_s=0.005, rng=np.random.default_rng(seed),
    )  # fmt: skip


def test_an_exact_curve_is_read_exactly() -> None:
    """A pure Tafel line with a known iR drop and baseline: the answer is known to the microvolt."""
    free = np.linspace(1.2, 1.68, 1500)
    area, resistance, offset = 0.2, 6.0, 5e-6
    current = area * 0.01 * 10 ** ((free - 1.229 - 0.350) / 0.060) + offset
    result = analyse_voltammogram(
        {"potential_v": free + current * resistance, "current_a": current},
        {"electrode_area_cm2": area, "resistance_ohm": resistance, "resistance_sd_ohm": 0.0},
    )
    assert result.overpotential_v == pytest.approx(0.350, abs=2e-5)
    assert result.tafel_slope_v_per_dec == pytest.approx(0.060, abs=1e-4)
    other = analyse_voltammogram(
        {"potential_v": free + current * resistance, "current_a": current},
        {"electrode_area_cm2": area, "resistance_ohm": resistance}, current_density_a_per_m2=50.0,
    )  # fmt: skip
    assert other.overpotential_v == pytest.approx(0.350 - 0.060 * math.log10(2), abs=1e-4)


def test_twin_curves_within_their_uncertainty() -> None:
    """Over 100 curves: little bias, errors of the size that is claimed. The bounds are about three standard errors."""
    rng = np.random.default_rng(5)
    errors, scaled = [], []
    for seed in range(100):
        truth = float(rng.uniform(0.33, 0.60))
        result = analyse_voltammogram(*curve(truth, seed))
        assert not result.problem
        errors.append(result.overpotential_v - truth)
        scaled.append(errors[-1] / result.uncertainty_v)
    assert abs(np.mean(errors)) < 0.001
    assert np.sqrt(np.mean(np.square(errors))) < 0.006
    assert 0.56 < np.mean(np.abs(scaled) < 1) < 0.80


@pytest.mark.parametrize("rate", [0.001, 0.005, 0.05, 0.1])
def test_the_reading_itself_is_good_at_every_scan_rate(rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the electrode's own values, so that the scatter between electrodes does not cover the analysis' errors."""
    from aichemist.lab.twin import _voltammogram as twin

    drawn: list[twin.Electrode] = []
    draw = twin.draw_electrode
    monkeypatch.setattr(twin, "draw_electrode", lambda *given: drawn.append(draw(*given)) or drawn[-1])
    errors, slopes, scaled = [], [], []
    for seed in range(40):
        columns, metadata = simulate_voltammogram(
            0.34 + 0.004 * seed, loading_mg_per_cm2=1.0, potential_from_v=1.2, potential_to_v=2.1,
            scan_rate_v_per_s=rate, rng=np.random.default_rng(seed),
        )  # fmt: skip
        result = analyse_voltammogram(columns, {**metadata, "reference_sd_v": 0.0, "repeatability_sd_v": 0.0})
        assert not result.problem
        electrode = drawn[-1]
        errors.append(result.overpotential_v - (electrode.overpotential_v - electrode.reference_error_v))
        slopes.append(result.tafel_slope_v_per_dec - electrode.tafel_slope_v_per_dec)
        scaled.append(errors[-1] / result.uncertainty_v)
    assert np.sqrt(np.mean(np.square(errors))) < 0.0012
    assert np.mean(np.abs(scaled) < 1.96) > 0.85
    assert np.nanmedian(np.abs(slopes)) < 0.003 and np.isfinite(slopes).mean() > 0.95


def test_ohmic_drop_is_removed() -> None:
    columns, metadata = curve()
    with_drop = analyse_voltammogram(columns, {**metadata, "resistance_ohm": 0.0})
    without = analyse_voltammogram(columns, metadata)
    drop = metadata["resistance_ohm"] * 0.01 * metadata["electrode_area_cm2"]
    assert with_drop.overpotential_v - without.overpotential_v == pytest.approx(drop, rel=0.1)


def spoil(change: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    columns, metadata = curve()
    columns = {k: v.copy() for k, v in columns.items()}
    metadata = dict(metadata)
    change(columns, metadata)
    return columns, metadata


def crossing(columns: dict[str, Any]) -> int:
    return int(np.argmax(columns["current_a"] > 0.00196))


def step_down(columns: dict[str, Any]) -> Any:
    return np.where(np.arange(columns["current_a"].size) < crossing(columns) - 8, 1.0, 0.5)


BAD = {
    "no column": (lambda c, m: c.pop("current_a"), "no column"),
    "empty": (lambda c, m: c.update(potential_v=np.zeros(0), current_a=np.zeros(0)), "points"),
    "short": (lambda c, m: c.update(potential_v=c["potential_v"][:9], current_a=c["current_a"][:9]), "points"),
    "unequal": (lambda c, m: c.update(current_a=c["current_a"][:-5]), "length"),
    "NaN": (lambda c, m: c["current_a"].__setitem__(slice(0, 300), np.nan), "no numbers"),
    "infinite": (lambda c, m: c["current_a"].__setitem__(slice(0, 300), np.inf), "no numbers"),
    "text": (lambda c, m: c.update(current_a=["x"] * len(c["potential_v"])), "something else"),
    "truncated": (
        lambda c, m: c.update(potential_v=c["potential_v"][:280], current_a=c["current_a"][:280]), "never reached",
    ),
    "constant": (lambda c, m: c.update(current_a=np.full_like(c["potential_v"], 1e-5)), "constant"),
    "falling": (lambda c, m: c.update(potential_v=c["potential_v"][::-1].copy()), "rising sweep"),
    "shuffled": (lambda c, m: np.random.default_rng(0).shuffle(c["potential_v"]), "ris"),
    "kiloamperes": (lambda c, m: c["current_a"].__setitem__(slice(None), 1e6), "implausible"),
    "clipped": (lambda c, m: c.update(current_a=np.minimum(c["current_a"], 0.0021)), "clips"),
    "noise": (lambda c, m: c.update(current_a=np.random.default_rng(0).normal(2e-3, 5e-4, c["time_s"].size)), "current"),
    "film lost": (lambda c, m: c["current_a"].__setitem__(slice(crossing(c) + 20, None), 1e-5), "fell again"),
    "film partly lost": (lambda c, m: c["current_a"].__imul__(step_down(c)), "film lost"),
    "milliamperes": (lambda c, m: c["current_a"].__imul__(1e3), "first point"),
    "wrong reference": (lambda c, m: m.update(reference="Ag/AgCl"), "not RHE"),
    "potential off": (lambda c, m: c["potential_v"].__isub__(0.3), "no oxygen evolution"),
    "wrong resistance": (lambda c, m: m.update(resistance_ohm=60.0), "potential"),
    "no area": (lambda c, m: m.pop("electrode_area_cm2"), "area is missing"),
    "no resistance": (lambda c, m: m.update(resistance_ohm=None), "resistance is missing"),
    "negative resistance": (lambda c, m: m.update(resistance_ohm=-3.0), "resistance is missing"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), BAD.values(), ids=BAD.keys())
def test_bad_data_give_a_reason_and_no_number(change: Any, says: str) -> None:
    result = analyse_voltammogram(*spoil(change))
    assert math.isnan(result.overpotential_v) and math.isnan(result.uncertainty_v)
    assert says in result.problem


def test_a_few_lost_points_do_no_harm() -> None:
    whole = analyse_voltammogram(*curve())
    gaps = analyse_voltammogram(*spoil(lambda c, m: c["current_a"].__setitem__(slice(0, None, 25), np.nan)))
    assert gaps.overpotential_v == pytest.approx(whole.overpotential_v, abs=0.001)


def test_clipping_far_above_does_no_harm() -> None:
    whole = analyse_voltammogram(*curve())
    clipped = analyse_voltammogram(*spoil(lambda c, m: c.update(current_a=np.minimum(c["current_a"], 0.008))))
    assert clipped.overpotential_v == pytest.approx(whole.overpotential_v, abs=5e-4)


def test_a_burst_before_the_onset_does_no_harm() -> None:
    whole = analyse_voltammogram(*curve())
    burst = analyse_voltammogram(*spoil(lambda c, m: c["current_a"].__setitem__(slice(200, 210), 1.9e-3)))
    assert burst.overpotential_v == pytest.approx(whole.overpotential_v, abs=5e-4)


def test_the_wave_alone_is_not_taken_for_catalysis() -> None:
    """At 0.2 V/s the oxidation wave can pass 10 mA/cm2 long before oxygen does."""
    for seed in range(60):
        result = analyse_voltammogram(
            *simulate_voltammogram(
                0.40, loading_mg_per_cm2=1.0, potential_from_v=1.2, potential_to_v=2.1, scan_rate_v_per_s=0.2,
                rng=np.random.default_rng(seed),
            )
        )  # fmt: skip
        assert result.problem or abs(result.overpotential_v - 0.40) < 5 * result.uncertainty_v


@pytest.mark.parametrize("density", [0.0, -5.0, math.nan, math.inf])
def test_impossible_current_density(density: float) -> None:
    with pytest.raises(InputError, match="current_density"):
        analyse_voltammogram(*curve(), current_density_a_per_m2=density)


def test_analyser_refuses_another_kind_of_signal() -> None:
    value, _, _, problem = load_analyser("overpotential").analyse(
        Signal("s", "diffractogram", *curve()), Objective("overpotential", "minimise", "V")
    )
    assert math.isnan(value) and "diffractogram" in problem


def test_bare_electrode_never_reaches_the_current() -> None:
    result = analyse_voltammogram(*curve(loading=0.0))
    assert "never reached 10 mA/cm2" in result.problem


def test_analyser_reports_in_the_objectives_unit() -> None:
    columns, metadata = curve()
    signal = Signal("s", "linear_sweep_voltammogram", columns, metadata)
    analyser = load_analyser("overpotential")
    assert analyser.kind == signal.kind
    in_v = analyser.analyse(signal, Objective("overpotential", "minimise", "V", {}))
    in_mv = analyser.analyse(signal, Objective("overpotential", "minimise", "mV", {"current_density_a_per_m2": 100.0}))
    assert in_mv[0] == pytest.approx(1e3 * in_v[0]) and in_mv[1] == pytest.approx(1e3 * in_v[1])
    assert 0.03 < in_v[2]["tafel_slope_v_per_dec"] < 0.13 and in_v[3] == ""


def test_unknown_figure_of_merit() -> None:
    with pytest.raises(InputError, match="overpotential"):
        load_analyser("beauty")
