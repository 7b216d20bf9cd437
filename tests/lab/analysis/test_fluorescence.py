"""The analysis recovers yield and peak from the twin's spectra, and says so when it cannot."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from aichemist.chemistry import Objective
from aichemist.lab.analysis import Analyser, analyse_fluorescence, load_analyser
from aichemist.lab.drivers import Signal
from aichemist.lab.twin import FluorescenceTruth, simulate_fluorescence

VOLUME = 5e-3
YIELD, PEAK = Objective("quantum_yield", "maximise", ""), Objective("emission_peak", "maximise", "nm")


def spectra(
    dye: float = 5e-6, *, tpe: float = 0.0, ethanol: float = 0.0, phosphate: float = 0.9, iodide: float = 0.0,
    excitation_nm: float = 340.0, seed: int = 0,
) -> tuple[Signal, Signal, FluorescenceTruth]:  # fmt: skip
    contents = {
        "H2O": 0.277 * (1 - ethanol), "C2H5OH": 0.0856 * ethanol, "C20H12O5": dye * VOLUME, "C26H20": tpe * VOLUME,
        "Na2HPO4": 2e-4 * phosphate, "C6H8O7": 1e-4 * (1 - phosphate), "I": iodide * VOLUME,
    }  # fmt: skip
    return simulate_fluorescence(
        contents, VOLUME, excitation_nm=excitation_nm, rng=np.random.default_rng(seed),
        emission_nm=(excitation_nm + 15, 700.0),
    )  # fmt: skip


def read(absorption: Signal, emission: Signal, **options: Any) -> Any:
    return analyse_fluorescence(
        (emission.columns, emission.metadata), (absorption.columns, absorption.metadata), **options
    )


@pytest.mark.parametrize("tpe", [0.0, 5e-6])
def test_twin_spectra_within_their_uncertainty(tpe: float) -> None:
    """Over 80 vials: little bias, errors of the size that is claimed. The bounds are about three standard errors."""
    rng = np.random.default_rng(8)
    errors, scaled, peaks, scaled_peaks = [], [], [], []
    for seed in range(80):
        absorption, emission, truth = spectra(
            1e-6 * 10 ** rng.uniform(0.4, 1.3), tpe=tpe, ethanol=rng.uniform(0, 0.5), phosphate=rng.uniform(0.4, 1.0),
            excitation_nm=340.0 if tpe else 450.0, seed=1000 + seed,
        )  # fmt: skip
        found = read(absorption, emission)
        assert not found.yield_problem and not found.peak_problem
        errors.append(found.quantum_yield / truth.quantum_yield - 1)
        scaled.append((found.quantum_yield - truth.quantum_yield) / found.quantum_yield_sd)
        peaks.append(found.peak_nm - truth.peak_nm)
        scaled_peaks.append(peaks[-1] / found.peak_sd_nm)
    assert abs(np.mean(errors)) < 0.02 and np.sqrt(np.mean(np.square(errors))) < 0.07
    assert abs(np.mean(peaks)) < 0.15 and np.sqrt(np.mean(np.square(peaks))) < 0.8
    for z in (scaled, scaled_peaks):
        assert 0.55 < np.mean(np.abs(z) < 1) < 0.85
        assert np.mean(np.abs(z) < 1.96) > 0.87


def test_without_the_correction_dense_samples_come_out_wrong() -> None:
    """Bent over by the exciting light's loss, and red-shifted by reabsorption."""
    plain, corrected = [], []
    for seed in range(12):
        absorption, emission, truth = spectra(18e-6, excitation_nm=450.0, seed=seed)
        for found, errors in (
            (read(absorption, emission), corrected),
            (read(absorption, emission, inner_filter=False), plain),
        ):
            errors.append((found.quantum_yield / truth.quantum_yield - 1, found.peak_nm - truth.peak_nm))
    bias, shift = np.mean(plain, axis=0)
    assert bias < -0.1 and shift > 0.8
    bias, shift = np.mean(corrected, axis=0)
    assert abs(bias) < 0.04 and abs(shift) < 0.4


def test_scattering_is_told_from_absorption() -> None:
    """Aggregates scatter; counted as absorbed light it would lower the yield by some 18 %."""
    ratios = []
    for seed in range(12):
        absorption, emission, truth = spectra(0.0, tpe=10e-6, seed=seed)
        found = read(absorption, emission)
        ratios.append(found.absorbance / truth.absorbance)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)


def test_the_uncertainty_holds_the_references() -> None:
    absorption, emission, _ = spectra(excitation_nm=450.0)
    loose = evolve(emission, metadata={**emission.metadata, "reference_yield_sd": 0.2})
    assert read(absorption, loose).quantum_yield_sd > 0.2 * read(absorption, emission).quantum_yield
    known = evolve(emission, metadata={**emission.metadata, "refractive_index": 1.333})
    assert read(absorption, known).quantum_yield_sd < read(absorption, emission).quantum_yield_sd


def broken() -> dict[str, tuple[Any, Any, str]]:
    """What is done to emission and absorption, and a word of the reason."""

    def column(name: str, change: Any) -> Any:
        return lambda s: evolve(s, columns={**s.columns, name: change(s.columns[name])})

    def meta(**values: Any) -> Any:
        return lambda s: evolve(s, metadata={**s.metadata, **values})

    def without(name: str) -> Any:
        return lambda s: evolve(s, metadata={k: v for k, v in s.metadata.items() if k != name})

    def same(signal: Signal) -> Signal:
        return signal

    def drop(name: str) -> Any:
        return lambda s: evolve(s, columns={k: v for k, v in s.columns.items() if k != name})

    return {
        "saturated": (column("intensity_counts", lambda c: np.minimum(c * 1e3, 5e6)), same, "saturated"),
        "dark": (column("intensity_counts", lambda c: np.full(c.size, 40.0)), same, "dark"),
        "no counts": (drop("intensity_counts"), same, "intensity_counts"),
        "no absorbance": (same, drop("absorbance"), "absorbance"),
        "short": (same, lambda s: evolve(s, columns={k: v[:9] for k, v in s.columns.items()}), "points"),
        "nan": (column("intensity_counts", lambda c: c * np.nan), same, "no numbers"),
        "text": (column("intensity_counts", lambda c: ["a"] * c.size), same, "else than numbers"),
        "backwards": (column("wavelength_nm", lambda w: w[::-1]), same, "do not rise"),
        "lengths": (column("wavelength_nm", lambda w: w[:-3]), same, "length"),
        "too dense": (same, column("absorbance", lambda a: a + 2.0 * (np.arange(a.size) < 250)), "too high"),
        "clear": (same, column("absorbance", lambda a: 0.0 * a + np.arange(a.size) * 1e-9), "absorbs"),
        "reabsorbed": (same, column("absorbance", lambda a: a + 1.9 * (np.arange(a.size) > 100) * (np.arange(a.size) < 300)), "absorbed again"),
        "no excitation": (without("excitation_nm"), same, "exciting"),
        "no response": (without("response"), same, "response"),
        "no curve": (meta(response=[1.0, -1.0], response_nm=[300.0, 400.0]), same, "response"),
        "out of range": (meta(excitation_nm=250.0), same, "reach"),
        "negative": (column("intensity_counts", lambda c: c - 1e9), same, "implausible"),
    }  # fmt: skip


@pytest.mark.parametrize("case", list(broken()))
def test_bad_data_give_nan_and_a_reason(case: str) -> None:
    on_emission, on_absorption, word = broken()[case]
    absorption, emission, _ = spectra()
    emission, absorption = on_emission(emission), on_absorption(absorption)
    value, sd, _, problem = load_analyser("quantum_yield").analyse(emission, YIELD, {absorption.kind: absorption})
    assert math.isnan(value) and math.isnan(sd) and word in problem


def test_a_station_without_a_reference_still_gives_the_peak() -> None:
    absorption, emission, truth = spectra()
    emission = evolve(emission, metadata={k: v for k, v in emission.metadata.items() if "reference" not in k})
    others = {absorption.kind: absorption}
    value, _, _, problem = load_analyser("quantum_yield").analyse(emission, YIELD, others)
    assert math.isnan(value) and "reference" in problem
    value, sd, _, problem = load_analyser("emission_peak").analyse(emission, PEAK, others)
    assert not problem and abs(value - truth.peak_nm) < 4 * sd


def test_units_and_kinds() -> None:
    absorption, emission, _ = spectra()
    others = {absorption.kind: absorption}
    analyser = load_analyser("emission_peak")
    in_nm = analyser.analyse(emission, PEAK, others)
    in_m = analyser.analyse(emission, Objective("emission_peak", "maximise", "m"), others)
    assert in_m[0] == pytest.approx(1e-9 * in_nm[0]) and in_m[1] == pytest.approx(1e-9 * in_nm[1])
    percent = load_analyser("quantum_yield").analyse(
        emission, Objective("quantum_yield", "maximise", "percent"), others
    )
    assert percent[0] == pytest.approx(100 * load_analyser("quantum_yield").analyse(emission, YIELD, others)[0])
    for name, objective in (("quantum_yield", YIELD), ("emission_peak", PEAK)):
        found = load_analyser(name)
        assert isinstance(found, Analyser) and found.also_reads == ("absorption_spectrum",)
        assert "no absorption spectrum" in found.analyse(emission, objective)[3]
        assert "not an emission_spectrum" in found.analyse(absorption, objective, others)[3]


def test_a_persons_table_without_blank_is_read() -> None:
    """Columns and metadata as the form for a person makes them; the correction file is added by the station."""
    absorption, emission, truth = spectra()
    columns = {k: emission.columns[k] for k in ("wavelength_nm", "intensity_counts")}
    kept = ("response", "response_nm", "dark_counts")
    metadata = {"excitation_m": 340e-9, **{k: emission.metadata[k] for k in kept}}
    found = analyse_fluorescence((columns, metadata), (absorption.columns, {}))
    assert abs(found.peak_nm - truth.peak_nm) < 3 and "reference" in found.yield_problem
