"""Shared by all tests: where the repository and the data stand, and the example files as editable copies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

# children started by tests find the data, too
os.environ.setdefault("AICHEMIST_DATA", str(REPOSITORY.parent / "shared" / "data"))
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def data_folder() -> Path:
    folder = Path(os.environ["AICHEMIST_DATA"])
    if not folder.is_dir():
        pytest.skip(f"no data sets in {folder}")
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with copies of the example campaign, protocol and lab, for a test to spoil."""
    for name in ("campaigns", "protocols", "labs"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine without any data set."""
    monkeypatch.setenv("AICHEMIST_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
