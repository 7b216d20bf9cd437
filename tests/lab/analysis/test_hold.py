"""The rise of the overpotential is recovered from the twin's chronopotentiograms, and bad ones are refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aichemist.chemistry import InputError, Objective
from aichemist.lab.analysis import analyse_hold, load_analyser
from aichemist.lab.drivers import Signal
from aichemist.lab.twin import acid_map, simulate_hold


def hold(change_v: float, seed: int, seconds: float = 1800.0):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    return simulate_hold(
        0.45, change_v, current_density_a_per_m2=100.0, duration_s=seconds, resistance_ohm=5.0, rng=rng
    )


@pytest.mark.parametrize("change_v", [-0.005, 0.002, 0.015, 0.06])
def test_the_rise_is_recovered(change_v: float) -> None:
    found = [analyse_hold(*hold(change_v, seed)) for seed in range(60)]
    assert not any(f.problem for f in found)
    error = np.array([f.change_v - change_v for f in found])
    stated = np.array([f.uncertainty_v for f in found])
    # electrodes of one ink differ by a tenth of the rise
    assert abs(error.mean()) < 0.5e-3 + 0.03 * abs(change_v)
    assert 0.5 < np.mean(np.abs(error) <= stated) < 0.95


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c, m: ({"time_s": c["time_s"]}, m), "columns"),
        (lambda c, m: ({k: v[:30] for k, v in c.items()}, m), "fewer than"),
        (lambda c, m: ({k: v[:600] for k, v in c.items()}, m), "ended after"),
        (lambda c, m: ({**c, "time_s": np.where(c["time_s"] == 900, 905, c["time_s"])}, m), "do not rise"),
        (lambda c, m: ({**c, "potential_v": c["potential_v"] + (c["time_s"] > 900) * 0.3}, m), "scatters|jumps"),
        (lambda c, m: ({**c, "potential_v": np.full_like(c["potential_v"], np.nan)}, m), "fewer than"),
        (lambda c, m: (c, {**m, "ended_by": "potential limit"}), "limit"),
    ],
)
def test_bad_holds_are_refused(spoil, says: str) -> None:  # type: ignore[no-untyped-def]
    import re

    found = analyse_hold(*spoil(*hold(0.01, 1)))
    assert math.isnan(found.change_v) and re.search(says, found.problem)


def test_the_analyser_speaks_the_unit_of_the_objective() -> None:
    columns, metadata = hold(0.01, 3)
    analyser = load_analyser("overpotential_change")
    objective = Objective("overpotential_change", "minimise", "mV")
    value, sd, details, problem = analyser.analyse(Signal("a", "chronopotentiogram", columns, metadata), objective)
    assert not problem and 5 < value < 15 and 0.1 < sd < 3 and details["hold_duration_s"] == 1800
    assert "not a" in analyser.analyse(Signal("a", "diffractogram", {}, {}), objective)[3]


def test_the_map_in_acid() -> None:
    manganese, tin = acid_map().values({"Mn": 1.0}), acid_map().values({"Sn": 0.5, "Ti": 0.5})
    assert manganese[0] < 0.47 < 0.8 < tin[0]
    with pytest.raises(InputError, match="no metal|not a metal"):
        acid_map().values({"Ni": 1.0})
    with pytest.raises(InputError, match="sum to"):
        acid_map().values({"Mn": 0.4})
    with pytest.raises(InputError, match="above 0"):
        hold(0.01, 0, seconds=0.0)
