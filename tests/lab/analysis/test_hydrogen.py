"""The analysis recovers hydrogen from the twin's chromatograms, and says so when it cannot."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from aichemist.chemistry import InputError, Objective
from aichemist.lab.analysis import Analyser, analyse_chromatogram, load_analyser
from aichemist.lab.drivers import Signal
from aichemist.lab.twin import simulate_chromatogram

OBJECTIVE = Objective("hydrogen", "maximise", "umol")
SPACE = 15e-3


def run(umol: float = 10.0, *, seed: int = 0, **more: Any) -> Signal:
    return simulate_chromatogram(1e-6 * umol, SPACE, rng=np.random.default_rng(seed), **more)


@pytest.mark.parametrize("umol", [0.01, 0.3, 10.0, 30.0])
def test_twin_signals_within_their_uncertainty(umol: float) -> None:
    """Over 200 stations: little bias, errors of the size that is claimed. The bounds are about three standard errors."""
    found = [analyse_chromatogram(s.columns, s.metadata) for s in (run(umol, seed=s) for s in range(200))]
    assert not any(f.problem for f in found)
    errors = np.array([1e6 * f.hydrogen_mol / umol - 1 for f in found])
    scaled = np.array([(f.hydrogen_mol - 1e-6 * umol) / f.uncertainty_mol for f in found])
    assert abs(errors.mean()) < 0.006 + 0.03 * (umol < 0.1)
    assert np.sqrt(np.mean(errors**2)) < (0.2 if umol < 0.1 else 0.025)
    assert 0.58 < np.mean(np.abs(scaled) < 1) < 0.78
    assert np.mean(np.abs(scaled) < 1.96) > 0.90


def test_none_is_a_finding_when_other_gases_are_seen() -> None:
    for seed in range(20):
        value, sd, details, problem = load_analyser("hydrogen").analyse(run(0.0, seed=seed), OBJECTIVE)
        assert not problem and 0 <= value < 4 * sd and sd < 0.01
        assert 0 < details["detection_limit_mol"] < 1e-8


def test_uncertainty_holds_what_the_station_states() -> None:
    signal = run()
    loose = evolve(signal, metadata={**signal.metadata, "calibration_relative_sd": 0.2})
    sure, unsure = (analyse_chromatogram(s.columns, s.metadata) for s in (signal, loose))
    assert unsure.uncertainty_mol > 0.19 * unsure.hydrogen_mol > 5 * sure.uncertainty_mol


def test_a_drifting_baseline_and_a_late_peak_do_no_harm() -> None:
    signal = run()
    time, uv = signal.columns["time_s"], signal.columns["detector_uv"]
    plain = analyse_chromatogram(signal.columns, signal.metadata).hydrogen_mol
    sloped = analyse_chromatogram({"time_s": time, "detector_uv": uv + 3 * time + 500}, signal.metadata)
    late = analyse_chromatogram({"time_s": time + 2.0, "detector_uv": uv}, signal.metadata)
    for found in (sloped, late):
        assert not found.problem and found.hydrogen_mol == pytest.approx(plain, rel=0.01)
    assert late.retention_s == pytest.approx(77.0, abs=0.6)


def broken() -> dict[str, tuple[Any, str]]:
    def column(name: str, change: Any) -> Any:
        return lambda s: evolve(s, columns={**s.columns, name: change(s.columns[name])})

    def meta(**values: Any) -> Any:
        return lambda s: evolve(s, metadata={**s.metadata, **values})

    def without(name: str) -> Any:
        return lambda s: evolve(s, metadata={k: v for k, v in s.metadata.items() if k != name})

    def flat(uv: Any) -> Any:
        return 20 + np.random.default_rng(1).normal(0, 3, uv.size)

    def neighbour(s: Signal) -> Signal:
        bump = 4e3 * np.exp(-0.5 * ((s.columns["time_s"] - 88.0) / 1.6) ** 2)
        return evolve(s, columns={**s.columns, "detector_uv": s.columns["detector_uv"] + bump})

    return {
        "saturated": (column("detector_uv", lambda uv: np.minimum(uv * 1e3, 2e5)), "saturated"),
        "no peak": (column("detector_uv", flat), "no peak"),
        "air": (lambda s: run(10.0, oxygen_fraction=0.2), "oxygen"),
        "neighbour": (neighbour, "baseline"),
        "no column": (lambda s: evolve(s, columns={"time_s": s.columns["time_s"]}), "detector_uv"),
        "nan": (column("detector_uv", lambda uv: uv * np.nan), "no numbers"),
        "text": (column("detector_uv", lambda uv: ["a"] * uv.size), "else than numbers"),
        "backwards": (column("time_s", lambda t: t[::-1]), "do not rise"),
        "lengths": (column("time_s", lambda t: t[:-3]), "length"),
        "short": (lambda s: evolve(s, columns={k: v[:9] for k, v in s.columns.items()}), "few points"),
        "cut off": (lambda s: evolve(s, columns={k: v[:780] for k, v in s.columns.items()}), "reach"),
        "before": (lambda s: evolve(s, columns={k: v[:500] for k, v in s.columns.items()}), "no points"),
        "coarse": (lambda s: evolve(s, columns={k: v[::20] for k, v in s.columns.items()}), "points"),
        "no calibration": (without("calibration_uv_s_per_mole_fraction"), "calibration"),
        "no pressure": (without("pressure_pa"), "pressure_pa"),
        "no headspace": (meta(headspace_l=0.0), "headspace_l"),
        "bad calibration": (meta(calibration_uv_s_per_mole_fraction={"H2": -1.0}), "implausible"),
        "units": (meta(calibration_uv_s_per_mole_fraction={"H2": 4.0}), "implausible"),
    }


@pytest.mark.parametrize("case", list(broken()))
def test_bad_data_give_nan_and_a_reason(case: str) -> None:
    change, word = broken()[case]
    value, sd, _, problem = load_analyser("hydrogen").analyse(change(run()), OBJECTIVE)
    assert math.isnan(value) and math.isnan(sd) and word in problem


def test_units_and_kinds() -> None:
    found = load_analyser("hydrogen")
    assert isinstance(found, Analyser) and found.also_reads == ()
    in_umol = found.analyse(run(), OBJECTIVE)
    in_mol = found.analyse(run(), Objective("hydrogen", "maximise", "mol"))
    assert in_mol[0] == pytest.approx(1e-6 * in_umol[0]) and in_mol[1] == pytest.approx(1e-6 * in_umol[1])
    assert "not a chromatogram" in found.analyse(evolve(run(), kind="diffractogram"), OBJECTIVE)[3]
    with pytest.raises(InputError):
        found.analyse(run(), Objective("hydrogen", "maximise", "mV"))
