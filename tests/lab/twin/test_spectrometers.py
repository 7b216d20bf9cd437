"""The instruments: what they add to the light, and what they say about themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest

from aichemist.lab.twin import simulate_fluorescence

VOLUME = 5e-3


def contents(dye_umol_per_l: float) -> dict[str, float]:
    return {"H2O": 0.277, "Na": 1e-3, "OH": 1e-3, "C20H12O5": 1e-6 * dye_umol_per_l * VOLUME}


def spectra(dye_umol_per_l: float, excitation_nm: float = 450.0, seed: int = 0):
    return simulate_fluorescence(
        contents(dye_umol_per_l), VOLUME, excitation_nm=excitation_nm, rng=np.random.default_rng(seed)
    )


def test_the_same_generator_gives_the_same_spectra_and_metadata_are_plain() -> None:
    one, other = spectra(2.0), spectra(2.0)
    for a, b in zip(one[:2], other[:2], strict=True):
        assert all(np.array_equal(a.columns[n], b.columns[n]) for n in a.columns)
        assert a.metadata == b.metadata == json.loads(json.dumps(a.metadata))
    assert spectra(2.0, seed=1)[1].metadata != one[1].metadata


def test_inner_filter_bends_the_light_over_and_reddens_it() -> None:
    """Twenty times the dye gives far less than twenty times the light, and blue light least of all."""
    weak, strong = spectra(1.0)[1], spectra(20.0)[1]
    net = [s.columns["intensity_counts"] - s.columns["blank_counts"] for s in (weak, strong)]
    light = weak.columns["wavelength_nm"]
    blue, red = (light > 495) & (light < 505), (light > 550) & (light < 560)
    assert net[1][red].sum() < 16 * net[0][red].sum()
    assert net[1][blue].sum() < 0.7 * 20 * net[0][blue].sum() * net[1][red].sum() / (20 * net[0][red].sum())


def test_raman_band_and_scatter_stand_where_they_belong() -> None:
    blank = spectra(0.0, 400.0)[1]
    light, counts = blank.columns["wavelength_nm"], blank.columns["intensity_counts"]
    assert light[counts.argmax()] == pytest.approx(400, abs=1)
    far = light > 430
    assert light[far][counts[far].argmax()] == pytest.approx(1e7 / (1e7 / 400 - 3400), abs=3)
    assert np.median(counts[light > 600]) == pytest.approx(blank.metadata["dark_counts"], abs=5)


@pytest.mark.parametrize(
    ("excitation_nm", "name"), [(340.0, "quinine"), (450.0, "fluorescein"), (520.0, "rhodamine 6G"), (600.0, None)]
)
def test_the_reference_fits_the_exciting_wavelength(excitation_nm: float, name: str | None) -> None:
    metadata = spectra(1.0, excitation_nm)[1].metadata
    assert (name is None) == ("reference" not in metadata)
    if name is not None:
        assert name in metadata["reference"] and metadata["reference_counts_nm"] > 0


def test_a_bright_sample_saturates_the_detector() -> None:
    signal = spectra(20.0, 480.0)[1]
    assert signal.columns["intensity_counts"].max() == signal.metadata["saturation_counts"]


def test_absorption_shows_the_dye_with_stray_light_at_the_top() -> None:
    absorption, _, truth = spectra(5.0, 490.0)
    light, seen = absorption.columns["wavelength_nm"], absorption.columns["absorbance"]
    assert seen[light == 490][0] == pytest.approx(truth.absorbance, rel=0.03)
    dense = spectra(200.0, 490.0)[0].columns["absorbance"].max()
    assert 3.2 < dense < 3.7  # stray light alone; the true value is 15
