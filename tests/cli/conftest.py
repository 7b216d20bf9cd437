"""A run that waits for a person, made once: its lab asks about every fault and waits for ever."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
Call = Callable[..., "subprocess.CompletedProcess[str]"]
ASKS = '\n[[recovery]]\naction = "ask"\npatience = "for ever"\n'


def _files(folder: Path, samples: int, lab: str = "") -> Path:
    for name in ("campaigns", "protocols", "labs"):
        shutil.copytree(REPOSITORY / name, folder / name)
    (folder / "articles").mkdir()
    (folder / "articles" / "note.txt").write_text("For the OER, NiFe LDH needs an overpotential of 245 mV.\n")
    campaign = folder / "campaigns" / "oer.toml"
    text = campaign.read_text().replace("samples = 96", f"samples = {samples}")
    campaign.write_text(text + '\n[reading]\nfolder = "../articles"\n')
    with (folder / "labs" / "ustc.toml").open("a") as file:
        file.write(lab)
    return campaign


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A campaign file of two samples."""
    return _files(tmp_path, 2)


@pytest.fixture(scope="session")
def _asked(tmp_path_factory: pytest.TempPathFactory, call: Call) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("asked")
    campaign = _files(folder, 3, ASKS)
    done = call("run", campaign, "--name", "w", "--seed", 3, "--faults", "0.08", cwd=folder)
    return folder, done


@pytest.fixture
def ended(_asked: tuple[Path, subprocess.CompletedProcess[str]]) -> subprocess.CompletedProcess[str]:
    """How the command ended that led to :func:`asked`."""
    return _asked[1]


@pytest.fixture
def asked(_asked: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A folder of its own with ``runs/w``, which waits for answers."""
    shutil.copytree(_asked[0], tmp_path / "place")
    return tmp_path / "place"
