"""The emulator of light-driven hydrogen: its residual is as stated, it is never negative, and it reads a vial right."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import molar_mass
from aichemist.lab.twin import hydrogen_map
from aichemist.lab.twin._hydrogen_map import INPUTS, terms
from aichemist.lab.twin._solutions import per_litre

BEST = dict(zip(INPUTS, (0.0, 3.0, 0.0, 0.75, 1.25, 5.0, 0.0, 0.0, 0.0, 0.0), strict=True))


def document() -> dict[str, Any]:
    text = files("aichemist.lab.twin").joinpath("_hydrogen_coefficients.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def table(data_folder: Path) -> Path:
    path = data_folder / "photocat_her_mobile_robot" / "her_data_combined.csv"
    if not path.is_file():
        pytest.skip(f"no {path}")
    return path


@pytest.fixture(scope="module")
def script(repository: Path) -> Any:
    spec = importlib.util.spec_from_file_location("fit_hydrogen_map", repository / "scripts" / "fit_hydrogen_map.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_residual_is_as_stated(table: Path, script: Any) -> None:
    stated = document()
    assert hashlib.sha256(table.read_bytes()).hexdigest() == stated["data_sha256"]
    x, y = script.rows(table)
    assert len(y) == stated["points"] == 1109
    predicted = hydrogen_map().umol(x)
    assert np.sqrt(np.mean((predicted - y) ** 2)) == pytest.approx(stated["residual"]["rmse_umol"], abs=2e-3)


def test_the_cross_validated_residual_is_as_stated(table: Path, script: Any) -> None:
    stated = document()
    x, y = script.rows(table)
    frequencies, phases = script.waves(stated["length_scale"])
    assert np.array_equal(frequencies, hydrogen_map().frequencies)
    a, root = terms(x, frequencies, phases), np.sqrt(y)
    held = script.cross_validated(
        y, lambda seen, out: a[out] @ script.solve(a[seen], root[seen], stated["ridge"])
    )  # fmt: skip
    amount = np.maximum(held, 0) ** 2
    said = stated["residual"]
    assert np.sqrt(np.mean((amount - y) ** 2)) == pytest.approx(said["cv_rmse_umol"], abs=5e-3)
    assert script.r2(amount, y) == pytest.approx(said["cv_r2"], abs=2e-3)
    assert hydrogen_map().scatter_root == pytest.approx(np.sqrt(np.mean((np.maximum(held, 0) - root) ** 2)), abs=1e-3)
    assert said["cv_rmse_umol"] < said["gp_matern52_cv_rmse_umol"] + 0.1  # no worse than what the authors used


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 50), min_size=10, max_size=10), st.floats(-5, 5))
def test_never_negative_and_never_absurd(inputs: list[float], scatter: float) -> None:
    amount = hydrogen_map().umol(np.array([inputs]), scatter)[0]
    assert 0 <= amount < 400


def test_no_catalyst_no_hydrogen_and_dyes_do_harm() -> None:
    def at(**change: float) -> float:
        row = {**BEST, **{k.replace("_", "-"): v for k, v in change.items() if k.startswith("P10")}}
        row.update({k: v for k, v in change.items() if not k.startswith("P10")})
        return float(hydrogen_map().umol(np.array([list(row.values())]))[0])

    assert at() > 15
    assert at(P10_MIX1=0.0) == 0.0 and 0 < at(P10_MIX1=0.3) < at(P10_MIX1=0.9)
    assert at(MethyleneB_250mgL=1.0) < 0.5 * at()


def test_a_vial_mixed_from_the_stocks_is_the_row_of_the_data(lab: Any) -> None:
    """Each stock of the lab holds per mL what one mL in the data set means."""
    stocks = {
        "AcidRed871_0gL": "acid_red_87", "L-Cysteine-100gL": "cysteine", "MethyleneB_250mgL": "methylene_blue",
        "NaCl-3M": "sodium_chloride", "NaOH-1M": "sodium_hydroxide", "PVP-1wt": "pvp",
        "RhodamineB1_0gL": "rhodamine_b", "SDS-1wt": "sds", "Sodiumsilicate-1wt": "sodium_silicate",
    }  # fmt: skip
    row = {name: 0.1 * (i + 1) for i, name in enumerate(INPUTS)}
    dissolved: dict[str, float] = {}
    for column, stock in stocks.items():
        for formula, mol in per_litre(lab.stock(stock), lab)[0].items():
            dissolved[formula] = dissolved.get(formula, 0.0) + 1e-3 * row[column] * mol
    solid = {"C": 1e-3 * row["P10-MIX1"] / molar_mass("C")}
    here = hydrogen_map()
    expected = float(here.umol(np.array([list(row.values())]))[0])
    assert here.vial_umol(dissolved, solid, 5e-3) == pytest.approx(expected, rel=2e-3)
    twice = {k: 2 * v for k, v in dissolved.items()}, {k: 2 * v for k, v in solid.items()}
    assert here.vial_umol(*twice, 10e-3) == pytest.approx(2 * expected, rel=2e-3)
    assert here.vial_umol({}, {}, 0.0) == 0.0
