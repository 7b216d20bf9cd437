"""The other example campaigns, short, end to end on the twin: hydrogen, fluorescence, activity and stability in acid."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from markupsafe import escape

from aichemist.campaign import Campaign, check_campaign, load_campaign, run
from aichemist.chemistry import InputError, Observation, Recipe


def short(files: Path, name: str, **change: int) -> Campaign:
    path = files / "campaigns" / f"{name}.toml"
    lines = path.read_text().splitlines()
    for key, value in change.items():
        lines = [f"{key} = {value}" if x.split("=")[0].strip() == key else x for x in lines]
    path.write_text("\n".join([*lines, "", "[reading]", 'folder = "../articles"', ""]))
    return load_campaign(path)


@pytest.mark.parametrize(("name", "size"), [("hydrogen", None), ("fluorescence", 32_400), ("oer_acid", 1001)])
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


def test_a_batch_of_fluorescence(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(short(files, "fluorescence", samples=4, batch=4), name="a", runs=files / "runs", seed=3)
    assert done.status == "finished" and len(done.observations) == 4
    valid = [o for o in done.observations if not o.problem]
    assert len(valid) >= 2 and all(0 < o.value < 1 and len(o.raw_data) == 2 for o in valid)
    assert all(math.isnan(o.value) for o in done.observations if o.problem)
    monkeypatch.setattr("aichemist.campaign._report.impossible", lambda *_: "that cannot be")
    html = done.report().read_text(encoding="utf-8")
    assert "That cannot be." in html
    assert "()" not in re.sub(r"<svg.*?</svg>|<script.*?</script>", "", html, flags=re.S)
    assert done.best is not None and f"<b>{done.best.value:.3f} \N{PLUS-MINUS SIGN} " in html
    header = (done.folder / "observations.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert {"quantum_yield", "quantum_yield_uncertainty"} <= set(header)


def test_activity_and_stability_in_acid(files: Path) -> None:
    """Two objectives: one sample gives two signals and two observations, and the front is reported."""
    import csv

    campaign = short(files, "oer_acid", samples=12, batch=6)
    done = run(campaign, name="a", runs=files / "runs", seed=3)
    assert done.status == "finished" and done.stopped_because == "budget of 12 samples spent"
    names = [o.name for o in campaign.goal.objectives]
    assert names == ["overpotential", "overpotential_change"]
    assert [len(done.state.of(n)) for n in names] == [12, 12]
    for o in done.observations:
        assert (
            o.raw_data[0].split(".")[1]
            == {names[0]: "linear_sweep_voltammogram", names[1]: "chronopotentiogram"}[o.name]
        )
    front = done.front
    assert front and all(a[0].value <= b[0].value and a[1].value >= b[1].value for a, b in pairwise(front))
    learnt = done.state.designs[2]
    assert all(p.prediction is not None and len(p.others) == 1 for p in learnt.proposals)
    assert "front dominates" in learnt.hypothesis.statement and "front_gain" in learnt.hypothesis.numbers
    assert done.state.judgements[2].split(":")[0] in ("confirmed", "weakened", "refuted")
    html = done.report().read_text(encoding="utf-8")
    assert "no other beats in everything" in html
    for design in done.state.designs.values():
        assert html.count(str(escape(design.hypothesis.refuted_if))) >= 1, "each batch has its clause"
    with (done.folder / "observations.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 and float(rows[0]["overpotential_mV"]) > 300 and rows[0]["overpotential_change_mV"]
    assert (done.folder / "front.png").is_file()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('figure_of_merit = "overpotential_change"', 'figure_of_merit = "overpotential"', "stands twice"),
        ('target = ["430 mV", "2 mV"]', 'target = "430 mV"', "has 1 values for 2 objectives"),
        ("patience = 4", 'gain = "1 mV"', "no share of the front's volume"),
        ("batch = 10", 'batch = 10\ncost = "1 + Fe"', "Fe"),
        ("step = 0.1", 'step = 0.1\n[theory]\nfile = "none.csv"', "there is no such file"),
        ("step = 0.1", 'step = 0.1\n[transfer]\nruns = ["old"]', "there is no run of this name"),
    ],
)
def test_wrong_campaigns_of_several_objectives_are_named(files: Path, old: str, new: str, says: str) -> None:
    path = files / "campaigns" / "oer_acid.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError, match=says):
        run(load_campaign(path), name="a", runs=files / "runs")
    assert not (files / "runs" / "a").exists()


def test_a_hold_that_nobody_makes_is_named(files: Path) -> None:
    path = files / "protocols" / "oer_acid.toml"
    path.write_text(path.read_text().replace('hold_duration = "30 min"', 'hold_duration = "0 s"'))
    with pytest.raises(InputError, match="no step holds a current"):
        load_campaign(files / "campaigns" / "oer_acid.toml")


def test_one_sample_that_meets_all_targets_ends_it(files: Path) -> None:
    path = files / "campaigns" / "oer_acid.toml"
    path.write_text(path.read_text().replace('["430 mV", "2 mV"]', '["700 mV", "60 mV"]'))
    done = run(short(files, "oer_acid", samples=18, batch=6), name="a", runs=files / "runs", seed=3)
    assert str(done.stopped_because).startswith("target reached") and len(done.state.designs) == 1


def test_a_front_that_is_near_enough_ends_it(files: Path) -> None:
    from aichemist.campaign._helped import Helped
    from aichemist.campaign._progress import CampaignState
    from aichemist.campaign._stopping import Worth

    path = files / "campaigns" / "oer_acid.toml"
    text = path.read_text()
    rng = np.random.default_rng(1)
    metals = ["Co", "Mn", "Sb", "Sn", "Ti"]
    state = CampaignState(planned={1, 2})
    for i, point in enumerate(rng.dirichlet(np.ones(5), 12).round(1)):
        recipe = Recipe(dict(zip(metals, point.tolist(), strict=True)))
        for name, value in (("overpotential", 400 + 100 * point[0]), ("overpotential_change", 20 - 10 * point[0])):
            state.observations.append(Observation(f"s{i}", 1 + i // 6, recipe, name, value, 1.0, "mV", "twin"))
    for rule, says in (("gain", "a further batch of 10 is expected to widen"), ("regret", "with 95 % all recipes")):
        for share, ends in (("1000000 %", True), ("0.000001 %", False)):
            path.write_text(text.replace("patience = 4", f'{rule} = "{share}"'))
            reason = Worth(load_campaign(path), 1).reason_to_stop(state, Helped())
            assert (reason is not None) == ends and (reason or says).startswith(says)
