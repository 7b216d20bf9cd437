"""Interlocks that ``aichemist check`` looks at, and lists in error messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichemist.campaign import check_campaign, load_campaign
from aichemist.campaign._sources import overpotential_map
from aichemist.chemistry import InputError
from aichemist.lab.twin import TWIN_SIGNALS, TwinWorld

LOCK = """
[[interlock]]
name = "l"
device = "dryer"
signal = "{}"
high = 900
stations = ["dryer"]
"""


def lab_with(files: Path, more: str) -> Path:
    with (files / "labs" / "ustc.toml").open("a") as file:
        file.write(more)
    return files / "campaigns" / "oer.toml"


def test_a_signal_that_the_twin_does_not_tell_is_refused(files: Path) -> None:
    campaign = load_campaign(lab_with(files, LOCK.format("smell")))
    with pytest.raises(InputError, match=r"interlock\[1\]\.signal.*'smell'.*\n  mend: known: running, temperature_k"):
        check_campaign(campaign)


@pytest.mark.parametrize("signal", TWIN_SIGNALS)
def test_a_signal_that_the_twin_tells_is_fine(files: Path, signal: str) -> None:
    campaign = load_campaign(lab_with(files, LOCK.format(signal)))
    assert check_campaign(campaign).warnings == ()
    driver = TwinWorld(campaign.lab, seed=1, overpotential_map=overpotential_map()).drivers()["dryer"]
    assert tuple(sorted(driver.readings(0.0))) == TWIN_SIGNALS


def test_of_another_device_it_is_not_known(files: Path) -> None:
    path = lab_with(files, LOCK.format("smell"))
    lab = files / "labs" / "ustc.toml"
    lab.write_text(lab.read_text().replace('name = "dryer"\n', 'name = "dryer"\ndriver = "human"\n', 1))
    (warning,) = check_campaign(load_campaign(path)).warnings
    assert "interlock 'l'" in warning and "driver human" in warning and "trips at once" in warning


def test_lists_do_not_begin_with_an_empty_name(files: Path) -> None:
    path = lab_with(files, '\n[[recovery]]\nfault = "fire"\naction = "ask"\n')
    with pytest.raises(InputError, match="mend: (did you mean '[^']+'\\? )?known: bad data, dropped"):
        load_campaign(path)
