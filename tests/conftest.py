"""Shared by all tests: where the repository and the data stand, and the example files as editable copies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
ARTICLE = (
    "A note on NiFe hydroxides for oxygen evolution\n\nFor the OER, NiFe LDH needs an overpotential of 245 mV at "
    "10 mA cm-2 in 1 M KOH.\n\nNi(NO3)2·6H2O and Fe(NO3)3·9H2O were dissolved in water and dried at 80 °C for 12 h.\n"
)

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
    """A folder with copies of the example campaign, protocol and lab, for a test to spoil.

    The campaign reads one short article, so that not every test reads the eighteen long ones.
    """
    for name in ("campaigns", "protocols", "labs"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "note.txt").write_text(ARTICLE)
    campaign = tmp_path / "campaigns" / "oer.toml"
    campaign.write_text(campaign.read_text() + '\n[reading]\nfolder = "../articles"\n')
    return tmp_path


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine without any data set."""
    monkeypatch.setenv("AICHEMIST_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
