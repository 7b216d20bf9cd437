"""Reading composition sets, good and damaged."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from aichemist.chemistry import InputError
from aichemist.records.datasets import load_simplex_set

SHARED = Path(os.environ.get("AICHEMIST_DATA") or Path(__file__).parents[4] / "shared" / "data")
GOOD = "0.5,0.5,0.31\n1.0,0.0,0.40\n\n"


def folder(tmp_path: Path, text: str | bytes = GOOD, config: object | None = None) -> Path:
    config = config or {
        "parameters": [{"name": "ni_load"}, {"name": "fe_load"}],
        "measurements": [{"name": "overpotential"}],
    }
    (tmp_path / "data.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return tmp_path


def test_a_good_set_by_folder_or_file(tmp_path: Path) -> None:
    data = load_simplex_set(folder(tmp_path))
    assert data.components == ("Ni", "Fe")
    assert data.compositions.tolist() == [[0.5, 0.5], [1.0, 0.0]]
    assert data.values.tolist() == [0.31, 0.40]
    assert (data.measurement, data.unit) == ("overpotential", "")
    assert load_simplex_set(tmp_path / "data.csv").values.tolist() == [0.31, 0.40]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.5,0.5,0.3\n0.5,0.5\n", ["data.csv, line 2", "has 2 columns", "ni_load, fe_load, overpotential", "mend"]),
        ("0.5,0.5,0.3,7\n", ["line 1", "has 4 columns"]),
        ("0.5,0.5,0.3\n0.5,x,0.3\n", ["line 2", "key 'fe_load'", "'x'", "not a number"]),
        ("ni,fe,eta\n0.5,0.5,0.3\n", ["line 1", "remove the header"]),
        ("0.5,0.5,nan\n", ["line 1", "key 'overpotential'", "not finite"]),
        ("0.5,0.5,inf\n", ["not finite"]),
        ("0.5,0.5,\n", ["not a number"]),
        ("\n0.5,0.4,0.3\n", ["line 2", "sum to 0.9, not 1", "mend"]),
        ("-0.5,1.5,0.3\n", ["key 'ni_load'", "no fraction"]),
        ("50,50,0.3\n", ["not per cent"]),
        ("\n", ["holds no rows"]),
        (b"0.5,0.5,\xff\n", ["not UTF-8"]),
    ],
)
def test_a_damaged_table_is_told_exactly(tmp_path: Path, text: str | bytes, expected: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        load_simplex_set(folder(tmp_path, text))
    for part in expected:
        assert part in str(caught.value)
    assert "data.csv" in str(caught.value)


@pytest.mark.parametrize(
    "config",
    [
        "{broken",
        "[1]",
        {"parameters": [], "measurements": [{"name": "y"}]},
        {"parameters": [{"name": "a"}, {"name": "a"}], "measurements": [{"name": "y"}]},
        {"parameters": [{"name": "a"}]},
        {"parameters": [{"name": 3}], "measurements": [{"name": "y"}]},
    ],
)
def test_a_damaged_config_is_named(tmp_path: Path, config: object) -> None:
    with pytest.raises(InputError, match=r"config\.json"):
        load_simplex_set(folder(tmp_path, config=config))


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json: cannot be read"):
        load_simplex_set(tmp_path)
    folder(tmp_path)
    (tmp_path / "data.csv").unlink()
    with pytest.raises(InputError, match=r"data\.csv: cannot be read"):
        load_simplex_set(tmp_path)


@pytest.mark.skipif(not (SHARED / "oer_plate_3496").is_dir(), reason="no data beside the repository")
def test_the_measured_plate() -> None:
    data = load_simplex_set(SHARED / "oer_plate_3496")
    assert data.components == ("Ni", "Fe", "Co", "Mn", "Ce", "La")
    assert data.compositions.shape == (2121, 6)
    assert data.values.shape == (2121,)
    assert data.unit == "V"
    assert np.allclose(data.compositions.sum(axis=1), 1)
    assert 0.2 < data.values.min() < data.values.max() < 1.0
    assert (data.compositions > 0).sum(axis=1).max() == 4


@pytest.mark.skipif(not (SHARED / "colors_bob").is_dir(), reason="no data beside the repository")
def test_a_set_whose_rows_do_not_sum_to_one_is_refused() -> None:
    with pytest.raises(InputError, match="the fractions sum to"):
        load_simplex_set(SHARED / "colors_bob")
