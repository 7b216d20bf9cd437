"""The composition-to-overpotential map: exact where measured, continuous in between, fitted where no data are."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InputError
from aichemist.lab.twin import load_map
from aichemist.lab.twin._oer_map import OverpotentialMap

METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")


@pytest.fixture(scope="module")
def plate(data_folder: Path) -> Path:
    return data_folder / "oer_plate_3496" / "data.csv"


def test_exact_at_every_measured_point(plate: Path) -> None:
    here = load_map(plate)
    table = np.loadtxt(plate, delimiter=",")
    assert here.source == "measured" and len(table) == 2121
    for row in table[::7]:
        assert here.overpotential_v(dict(zip(METALS, row[:6], strict=True))) == pytest.approx(row[6], abs=1e-12)
    best, value = here.best()
    assert value == table[:, 6].min() and here.rank(best) == 1


def test_linear_on_an_edge_between_neighbours(plate: Path) -> None:
    here = load_map(plate)
    low = here.overpotential_v({"Ni": 0.6, "Fe": 0.4})
    high = here.overpotential_v({"Ni": 0.7, "Fe": 0.3})
    assert here.overpotential_v({"Ni": 0.63, "Fe": 0.37}) == pytest.approx(0.7 * low + 0.3 * high)


@functools.cache
def _whole_map() -> OverpotentialMap:
    plate = Path(__file__).parents[4] / "shared" / "data" / "oer_plate_3496" / "data.csv"
    return load_map(plate if plate.is_file() else None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.integers(0, 10_000))
def test_continuous_everywhere(parts: list[float], seed: int) -> None:
    """A step of 1e-5 in composition never jumps: the steepest slope between measured neighbours is below 5 V."""
    here = _whole_map()
    rng = np.random.default_rng(seed)
    x = np.zeros(6)
    x[rng.permutation(6)[: len(parts)]] = parts
    x /= x.sum()
    y = x + 1e-5 * rng.normal(size=6) * (x > 0)
    y = np.maximum(y, 0) / np.maximum(y, 0).sum()
    a, b = (here.overpotential_v(dict(zip(METALS, v, strict=True))) for v in (x, y))
    assert abs(a - b) < 5 * np.abs(x - y).sum() + 1e-9


def test_fitted_map_states_its_residual_truly(plate: Path) -> None:
    fitted = load_map(None)
    document = json.loads(files("aichemist.lab.twin").joinpath("_oer_coefficients.json").read_text())
    assert fitted.source == "fitted" and "23 mV" in fitted.description
    assert hashlib.sha256(plate.read_bytes()).hexdigest() == document["data_sha256"]
    table = np.loadtxt(plate, delimiter=",")
    values = np.array([fitted.overpotential_v(dict(zip(METALS, r[:6], strict=True))) for r in table])
    assert np.sqrt(np.mean((values - table[:, 6]) ** 2)) == pytest.approx(document["residual"]["rmse_v"], abs=2e-5)


def test_the_script_reproduces_the_shipped_coefficients(plate: Path) -> None:
    from aichemist.lab.twin._oer_map import fit_mixture

    document = json.loads(files("aichemist.lab.twin").joinpath("_oer_coefficients.json").read_text())
    table = np.loadtxt(plate, delimiter=",")
    again = fit_mixture(table[:, :6], table[:, 6], document["ridge"])
    assert np.allclose(again, document["coefficients"], atol=2e-6)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0.1,0.2,0.6,0.1,0.0,0.0,", "0.2,0.6,0.1,0.0,0.0,", "columns"),
        ("0.1,0.2,0.6,0.1,0.0,0.0,", "0.1,0.2,0.6,0.2,0.0,0.0,", "sum to 1.1"),
        ("0.1,0.2,0.6,0.1,0.0,0.0,", "0.15,0.15,0.6,0.1,0.0,0.0,", "10 at% grid"),
        ("0.1,0.2,0.6,0.1,0.0,0.0,", "nickel,0.2,0.6,0.1,0.0,0.0,", "not a number"),
        ("0.1,0.2,0.6,0.1,0.0,0.0,0.39619299999999996", "0.1,0.2,0.6,0.1,0.0,0.0,nan", "."),
    ],
)
def test_damaged_plates_are_refused_with_line(plate: Path, tmp_path: Path, old: str, new: str, says: str) -> None:
    text = plate.read_text()
    assert text.startswith(old)
    path = tmp_path / "data.csv"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=says) as caught:
        load_map(path)
    assert "data.csv, line 1" in str(caught.value)


@pytest.mark.parametrize("bad", [{"Ni": 0.5}, {"Cu": 1.0}, {"Ni": 1.5, "Fe": -0.5}, {"Ni": float("nan")}])
def test_bad_fractions(bad: dict[str, float]) -> None:
    with pytest.raises(InputError):
        load_map(None).overpotential_v(bad)
