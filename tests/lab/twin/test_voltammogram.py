"""The twin's voltammogram: the physics that it claims, seen in the curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aichemist.chemistry import InputError
from aichemist.lab.twin import simulate_voltammogram


def sweep(overpotential_v: float = 0.36, seed: int = 0, **change: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    given = {
        "loading_mg_per_cm2": 1.0, "potential_from_v": 1.2, "potential_to_v": 2.1, "scan_rate_v_per_s": 0.005, **change,
    }  # fmt: skip
    return simulate_voltammogram(overpotential_v, rng=np.random.default_rng(seed), **given)


def potential_at_10(columns: dict[str, Any], metadata: dict[str, Any], resistance: float) -> float:
    current = columns["current_a"]
    i = int(np.argmax(current > 0.01 * metadata["electrode_area_cm2"]))
    return float(columns["potential_v"][i] - current[i] * resistance)


def test_reaches_10_ma_at_the_true_overpotential() -> None:
    """Mean over electrodes: the scatter of one is 3 to 4 mV, of the mean of 60 about 0.5 mV."""
    found = [potential_at_10(c, m, m["resistance_ohm"]) - 1.229 for c, m in (sweep(0.36, seed) for seed in range(60))]
    assert np.mean(found) == pytest.approx(0.36, abs=0.002)
    assert 0.002 < np.std(found) < 0.007


def test_the_figure_of_merit_is_not_in_the_data() -> None:
    columns, metadata = sweep(0.3605)
    assert set(columns) == {"potential_v", "current_a", "time_s"}
    assert not any(isinstance(v, float) and abs(v - 0.3605) < 1e-3 for v in metadata.values())


def test_ohmic_drop_delays_the_curve() -> None:
    columns, metadata = sweep()
    raw = potential_at_10(columns, metadata, 0.0)
    free = potential_at_10(columns, metadata, metadata["resistance_ohm"])
    assert raw - free == pytest.approx(0.01 * metadata["electrode_area_cm2"] * metadata["resistance_ohm"], rel=0.05)


def test_capacitive_current_grows_with_the_scan_rate() -> None:
    slow, fast = (sweep(scan_rate_v_per_s=rate)[0]["current_a"][:60].mean() for rate in (0.005, 0.05))
    assert fast / slow == pytest.approx(10, rel=0.35)


def test_transport_limits_the_current() -> None:
    """Far above onset the apparent Tafel slope grows: at 70 of 400 mA/cm2 by 70 / (400 - 70), that is by a fifth."""

    def slope(seed: int, low: float, high: float) -> float:
        columns, metadata = sweep(0.34, seed, potential_to_v=2.4)
        current = columns["current_a"]
        free = columns["potential_v"] - current * metadata["resistance_ohm"]
        density = current / metadata["electrode_area_cm2"]
        inside = (density > low) & (density < high)
        return float(np.polyfit(np.log10(density[inside]), free[inside], 1)[0])

    ratio = [slope(seed, 0.05, 0.095) / slope(seed, 0.003, 0.02) for seed in range(80)]
    assert 1.08 < np.mean(ratio) < 1.35


def test_noise_is_there_and_repeats_with_the_seed() -> None:
    one, two, other = sweep(seed=1)[0], sweep(seed=1)[0], sweep(seed=2)[0]
    assert np.array_equal(one["current_a"], two["current_a"])
    assert not np.array_equal(one["current_a"][:200], other["current_a"][:200])
    flat = np.diff(one["current_a"][:80])
    assert np.std(flat) > 0


def test_bare_electrode_shows_background_only() -> None:
    columns, metadata = sweep(0.36, loading_mg_per_cm2=0.0)
    assert columns["current_a"].max() < 0.01 * metadata["electrode_area_cm2"]


@pytest.mark.parametrize(
    "change",
    [{"scan_rate_v_per_s": 0.0}, {"scan_rate_v_per_s": -1.0}, {"loading_mg_per_cm2": -1.0}, {"potential_to_v": 1.2}],
)
def test_impossible_sweeps(change: dict[str, float]) -> None:
    with pytest.raises(InputError):
        sweep(**change)


def test_impossible_overpotential() -> None:
    with pytest.raises(InputError):
        sweep(float("nan"))
