"""Theory tables, earlier runs and costs in a campaign on a lab, also after it was resumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aichemist.campaign import load_campaign, open_run, resume, run
from aichemist.chemistry import InputError, Recipe, Simplex

METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")


def write(files: Path, samples: int, more: str) -> Path:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text()
    for old, new in (("samples = 96", f"samples = {samples}"), ("batch = 8", "batch = 6")):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text.replace('target = "250 mV"', "") + more)
    return path


def theory_table(path: Path) -> None:
    points = Simplex(METALS, 0.2, 6, (0.0,) * 6, (1.0,) * 6).enumerate()
    rng = np.random.default_rng(0)
    lines = [",".join([*METALS, "overpotential_calculated", "gap"])]
    for p in points:
        lines.append(",".join(f"{v:.6g}" for v in (*p, 300 + 80 * p[3] - 40 * p[0] * p[4], rng.random())))
    path.write_text("\n".join(lines))


def test_theory_and_an_earlier_run_are_listened_to_and_kept(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files / "campaigns" / "oer.toml"
    plain = path.read_text()
    run(load_campaign(write(files, 12, "")), name="old", runs=files / "runs", seed=5)
    path.write_text(plain)
    table = files / "campaigns" / "theory.csv"
    theory_table(table)
    more = '\n[theory]\nfile = "theory.csv"\nfidelity = "overpotential_calculated"\n[transfer]\nruns = ["old"]\n'
    campaign = load_campaign(write(files, 18, more))
    done = run(campaign, name="new", runs=files / "runs", seed=6)
    assert done.state.started["earlier"] == {"old": 12}
    assert (done.folder / "theory.csv").read_bytes() == table.read_bytes()
    said = done.state.designs[3].hypothesis
    assert 0 < said.numbers["say.theory"] < 1 and 0 < said.numbers["say.earlier"] < 1
    assert "theory" in said.statement and "earlier campaigns" in said.statement
    # the same when it was stopped half-way, though both sources have changed since
    stop = {"left": 2}

    def heard(progress: object) -> None:
        if getattr(progress, "phase", "") == "thinking":
            stop["left"] -= 1
            if not stop["left"]:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(campaign, name="halved", runs=files / "runs", seed=6, listener=heard)
    table.write_text(table.read_text().replace("0.2", "0.1"))
    resume("halved", runs=files / "runs")
    again = open_run("halved", runs=files / "runs")
    assert [(o.recipe, o.value) for o in again.observations] == [(o.recipe, o.value) for o in done.observations]
    # a copy that somebody edits is not believed
    with pytest.raises(KeyboardInterrupt):
        stop["left"] = 2
        table.write_bytes((done.folder / "theory.csv").read_bytes())
        run(campaign, name="edited", runs=files / "runs", seed=6, listener=heard)
    (files / "runs" / "edited" / "theory.csv").write_text("x")
    with pytest.raises(InputError, match="was changed since"):
        resume("edited", runs=files / "runs")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('\n[theory]\nfile = "theory.csv"\nfidelity = "none"\n', "is no descriptor"),
        ('\n[theory]\nfile = "other.csv"\n', "no such column"),
        ('\n[transfer]\nruns = ["few"]\n', "fewer than 8 valid"),
    ],
)
def test_help_that_says_nothing_is_named_before_a_run_is_made(files: Path, more: str, says: str) -> None:
    plain = (files / "campaigns" / "oer.toml").read_text()
    if "few" in more:
        run(load_campaign(write(files, 6, "")), name="few", runs=files / "runs", seed=5)
        (files / "campaigns" / "oer.toml").write_text(plain)
    theory_table(files / "campaigns" / "theory.csv")
    (files / "campaigns" / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=says):
        run(load_campaign(write(files, 12, more)), name="new", runs=files / "runs")
    assert not (files / "runs" / "new").exists()


def test_dear_recipes_are_tried_less(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text()
    used = {}
    dear = ""
    for name in ("free", "dear"):
        cost = f'cost = "1 + 20 * {dear}"\n' if dear else ""
        path.write_text(text.replace("batch = 8", f"batch = 8\n{cost}"))
        done = run(load_campaign(path).with_budget(16), name=name, runs=files / "runs", seed=4)
        recipes: list[Recipe] = [p.recipe for p in done.state.designs[2].proposals]
        dear = dear or max(METALS, key=lambda m: sum(r.values[m] for r in recipes))
        used[name] = sum(r.values[dear] for r in recipes)
    assert used["dear"] < used["free"]


def test_a_batch_takes_the_size_that_the_lab_runs_cheapest(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aichemist.campaign import _batch_size
    from aichemist.campaign._batch_size import cheapest_size

    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("batch = 8", "batch = 8\nbatch_at_least = 5"))
    campaign = load_campaign(path).with_budget(9)
    assert cheapest_size(campaign, 8) == 8  # one ageing of 12 h serves them all: the more the better
    asked = {5: 100.0, 6: 90.0, 7: 90.5, 8: 95.0}
    monkeypatch.setattr(_batch_size, "seconds_per_sample", lambda _, size: asked[size])
    done = run(campaign, name="a", runs=files / "runs", seed=2)
    assert [len(d.proposals) for _, d in sorted(done.state.designs.items())] == [6, 3]
    path.write_text(path.read_text().replace("batch_at_least = 5", "batch_at_least = 13"))
    with pytest.raises(InputError, match="is more than"):
        load_campaign(path)
