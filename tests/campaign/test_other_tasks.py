"""The other example campaigns, short, end to end on the twin: hydrogen and fluorescence."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from aichemist.campaign import Campaign, check_campaign, load_campaign, run


def short(files: Path, name: str, **change: int) -> Campaign:
    path = files / "campaigns" / f"{name}.toml"
    lines = path.read_text().splitlines()
    for key, value in change.items():
        lines = [f"{key} = {value}" if x.split("=")[0].strip() == key else x for x in lines]
    path.write_text("\n".join([*lines, "", "[reading]", 'folder = "../articles"', ""]))
    return load_campaign(path)


@pytest.mark.parametrize(("name", "size"), [("hydrogen", None), ("fluorescence", 32_400)])
def test_the_example_can_run(files: Path, name: str, size: int | None) -> None:
    campaign = load_campaign(files / "campaigns" / f"{name}.toml")
    plan = check_campaign(campaign)
    assert plan.ok and plan.batch_s > 0 and plan.points == size


def test_two_batches_of_hydrogen(files: Path) -> None:
    done = run(short(files, "hydrogen", samples=8, batch=4), name="a", runs=files / "runs", seed=3)
    assert done.status == "finished" and done.stopped_because == "budget of 8 samples spent"
    assert len(done.observations) == 8 and {o.batch for o in done.observations} == {1, 2}
    for o in done.observations:
        assert not o.problem and 0 <= o.value < 60 and 0 < o.uncertainty < 0.05 * o.value + 0.01
        assert o.unit == "umol" and o.details["oxygen_fraction"] < 1e-3
        assert sum(v for k, v in o.recipe.values.items() if k != "p10") <= 5 + 1e-9
    assert done.report().is_file()


def test_a_batch_of_fluorescence(files: Path) -> None:
    done = run(short(files, "fluorescence", samples=4, batch=4), name="a", runs=files / "runs", seed=3)
    assert done.status == "finished" and len(done.observations) == 4
    valid = [o for o in done.observations if not o.problem]
    assert len(valid) >= 2 and all(0 < o.value < 1 and len(o.raw_data) == 2 for o in valid)
    assert all(math.isnan(o.value) for o in done.observations if o.problem)
    assert done.report().is_file()
