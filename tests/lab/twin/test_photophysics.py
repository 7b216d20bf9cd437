"""The vial's chemistry and light against tables and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aichemist.lab.layout import Lab
from aichemist.lab.twin import _dyes as dyes
from aichemist.lab.twin import true_fluorescence
from aichemist.lab.twin._acidity import ph
from aichemist.lab.twin._photophysics import absorbance, emission, ethanol_fraction
from aichemist.lab.twin._solutions import dissociated
from aichemist.lab.twin._vial import Vial

VOLUME = 5e-3


def water(**more: float) -> Vial:
    return Vial("v", "", volume_l=VOLUME, dissolved={"H2O": 0.277, **more})


@pytest.mark.parametrize(
    ("phosphate_ml", "table"), [(4.11, 3.0), (7.71, 4.0), (10.30, 5.0), (12.63, 6.0), (16.47, 7.0), (19.45, 8.0)]
)
def test_the_buffer_has_the_ph_of_mcilvaines_table(phosphate_ml: float, table: float) -> None:
    """0.2 mol/l disodium phosphate made up to 20 ml with 0.1 mol/l citric acid (McIlvaine 1921)."""
    mixed = {"Na2HPO4": 0.2e-3 * phosphate_ml, "C6H8O7": 0.1e-3 * (20 - phosphate_ml)}
    assert ph(mixed, 0.020) == pytest.approx(table, abs=0.25)


@pytest.mark.parametrize(
    ("mol_per_l", "expected"),
    [({}, 7.0), ({"OH": 0.01}, 12.0), ({"H": 0.01}, 2.0), ({"H": 0.1, "OH": 0.1}, 7.0), ({"C6H8O7": 0.1}, 2.07)],
)
def test_ph_of_simple_solutions(mol_per_l: dict[str, float], expected: float) -> None:
    assert ph({n: c * VOLUME for n, c in mol_per_l.items()}, VOLUME) == pytest.approx(expected, abs=0.1)


def test_ph_rises_with_base_and_an_empty_vial_is_neutral() -> None:
    values = [ph({"C6H8O7": 1e-4, "Na": x, "OH": x}, VOLUME) for x in np.linspace(0, 4e-4, 15)]
    assert np.all(np.diff(values) > 0)
    assert ph({"OH": 1.0}, 0.0) == 7.0


def test_forms_have_the_cited_absorptivities_and_change_over_at_their_pk() -> None:
    assert {f.at_nm: round(float(f.molar(np.array([f.at_nm]), 0.0)[0])) for f in dyes.FLUORESCEIN} == {
        437.0: 53_000, 434.0: 11_000, 453.0: 29_000, 490.0: 76_900,
    }  # fmt: skip
    for n, pk in enumerate(dyes.FLUORESCEIN_PK):
        shares = dyes.fluorescein_shares(pk, 0.0)
        assert shares[n] == pytest.approx(shares[n + 1]) and sum(shares) == pytest.approx(1.0)


def test_emission_of_a_form_is_one_photon_and_the_dianions_maximum_is_at_515() -> None:
    light = np.arange(250.0, 900.0, 0.1)
    for form in (*dyes.FLUORESCEIN, dyes.RHODAMINE_B, dyes.TPE_AGGREGATE, dyes.TPE_DISSOLVED):
        assert form.emitted(light, 0.0).sum() * 0.1 == pytest.approx(1.0, abs=1e-4)
    assert light[dyes.FLUORESCEIN[3].emitted(light, 0.0).argmax()] == pytest.approx(515, abs=1)


def test_beer_lambert_is_linear_in_amount_and_adds_up() -> None:
    light = np.arange(300.0, 800.0)
    base = {"Na2HPO4": 2e-4}
    one = absorbance(water(C20H12O5=1e-8, **base), light)
    assert absorbance(water(C20H12O5=3e-8, **base), light) == pytest.approx(3 * one)
    both = absorbance(water(C20H12O5=1e-8, C26H20=2e-8, **base), light)
    assert both == pytest.approx(one + absorbance(water(C26H20=2e-8, **base), light))
    assert not absorbance(Vial("empty", ""), light).any()


@pytest.mark.parametrize("iodide", [0.02, 0.1, 0.4])
def test_quenching_follows_stern_and_volmer(iodide: float) -> None:
    dye = {"C20H12O5": 1e-8, "Na": 1e-3, "OH": 1e-3}  # 0.2 mol/l base: the dianion alone
    free = true_fluorescence({"H2O": 0.277, **dye}, VOLUME, excitation_nm=490)
    quenched = true_fluorescence({"H2O": 0.277, "I": iodide * VOLUME, **dye}, VOLUME, excitation_nm=490)
    assert free.quantum_yield == pytest.approx(0.93, abs=1e-3)
    dynamic = 1 + 8.2 * iodide
    assert free.quantum_yield / quenched.quantum_yield == pytest.approx(dynamic * math.exp(0.5 * iodide), rel=1e-6)


def test_yield_rises_with_ph_and_the_peak_shifts_with_ethanol() -> None:
    def at(phosphate: float, ethanol: float = 0.0) -> float:
        contents = {
            "H2O": 0.277 * (1 - ethanol), "C2H5OH": 0.0856 * ethanol, "C20H12O5": 5e-8,
            "Na2HPO4": 2e-4 * phosphate, "C6H8O7": 1e-4 * (1 - phosphate),
        }  # fmt: skip
        return true_fluorescence(contents, VOLUME, excitation_nm=450)

    yields = [at(x).quantum_yield for x in (0.2, 0.5, 0.7, 0.9)]
    assert np.all(np.diff(yields) > 0) and yields[0] == pytest.approx(0.32, abs=0.04)
    assert at(0.9, 0.5).peak_nm - at(0.9).peak_nm == pytest.approx(4.0, abs=0.5)
    assert at(0.7, 0.5).quantum_yield < at(0.7).quantum_yield  # ethanol favours the forms with more protons


def test_tetraphenylethylene_lights_up_when_it_aggregates() -> None:
    def at(ethanol: float) -> float:
        contents = {"H2O": 0.277 * (1 - ethanol), "C2H5OH": 0.0856 * ethanol, "C26H20": 5e-8}
        return true_fluorescence(contents, VOLUME, excitation_nm=340).quantum_yield

    assert at(0.9) == pytest.approx(0.0024, rel=0.01) and at(0.05) == pytest.approx(0.25, rel=0.01)
    assert at(0.35) < 0.8 * at(0.05) and at(0.35) > 20 * at(0.6) / 2


def test_a_dark_vial_has_no_yield() -> None:
    truth = true_fluorescence({"H2O": 0.277, "Co": 1e-4}, VOLUME, excitation_nm=450)
    assert math.isnan(truth.quantum_yield) and math.isnan(truth.peak_nm)
    assert not emission(water(), 450.0, np.arange(460.0, 700.0)).any()


def test_stocks_of_the_default_lab_give_the_species_that_the_physics_knows(lab: Lab) -> None:
    assert dissociated("KI") == {"K": 1.0, "I": 1.0}
    for solute in ("C20H12O5", "C26H20", "C6H8O7", "Na2HPO4"):
        assert dissociated(solute) == {solute: 1.0}
    assert {"fluorescein", "tetraphenylethylene", "potassium_iodide", "citric_acid", "disodium_phosphate"} <= set(
        lab.station("liquid_dispensing_2").stocks
    )
    half = Vial("v", "", volume_l=VOLUME, dissolved={"H2O": 2.5 / 18.015, "C2H5OH": 2.5 * 0.789 / 46.069})
    assert ethanol_fraction(half) == pytest.approx(0.5, abs=1e-4)
