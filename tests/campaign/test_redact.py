"""A report for others: what the policy leaves out is in none of its files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from aichemist._cli import cli
from aichemist.campaign import PrivacyPolicy, Progress, control, load_campaign, load_policy, open_run, run
from aichemist.chemistry import InputError

NAME, WHY = "Wilhelmina Quarkenstein", "the Zwetschgenkuchen is burning"
POLICY = '[privacy]\npeople = "pseudonym"\nnotes = "remove"\nrecipes = "remove"\ngoal = "remove"\nplaces = "remove"\nstocks = "pseudonym"\n'


@pytest.fixture
def runs(files: Path) -> Path:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text().replace("samples = 96", "samples = 4").replace("in_flight = 2", "in_flight = 1")
    path.write_text(text + '\n[privacy]\npeople = "remove"\n')
    asked: list[int] = []

    def listen(now: Progress) -> None:
        if now.phase == "running" and not asked:
            asked.append(1)
            control("a", "discard", "b001-02", who=NAME, why=WHY, runs=files / "runs", wait_s=0.0)

    run(load_campaign(path), name="a", runs=files / "runs", seed=1, listener=listen)
    return files / "runs"


def test_nothing_left_out_is_in_any_file(runs: Path, files: Path) -> None:
    (files / "policy.toml").write_text(POLICY)
    said = CliRunner().invoke(cli, ["report", "a", "--redact", str(files / "policy.toml"), "--runs", str(runs)])
    assert said.exit_code == 0, said.output
    folder = runs / "a" / "redacted"
    page = (folder / "report.html").read_text()
    full = open_run("a", runs=runs)
    best = full.best
    assert best is not None and best.recipe.formula
    secrets = [NAME, WHY, best.recipe.formula, full.campaign.goal.statement, full.campaign.lab.title]
    secrets += [s.name for s in full.campaign.lab.stocks if "_" in s.name]
    for file in folder.iterdir():
        content = file.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, (file.name, secret)
    assert "(recipe left out)" in page and "Redacted" in page
    assert "weighted mean of its components" not in page and "Recipes are left out as the policy says" in page
    rows = list(csv.DictReader((folder / "observations.csv").open()))
    assert len(rows) == 3 and not any(c.startswith("fraction_") for c in rows[0]) and rows[0]["origin"] == "simulated"
    shown = open_run("a", runs=runs, redact=PrivacyPolicy())
    entry = next(e for e in shown.entries if e.kind == "controlled")
    assert (entry.actor, entry.payload["why"]) == ("person 1", "(left out)")
    assert shown.lab.samples["b001-02"].reason == "taken away by person 1: (left out)"
    own = open_run("a", runs=runs, redact="campaign")
    assert next(e for e in own.entries if e.kind == "controlled").actor == "(a person)"
    assert full.report().read_text().count(best.recipe.formula) > 0  # the full one is as it was


def test_a_wrong_policy_is_told(runs: Path, files: Path) -> None:
    (files / "wrong.toml").write_text('[privacy]\npeople = "maybe"\n')
    with pytest.raises(InputError, match="people"):
        load_policy(files / "wrong.toml")
    said = CliRunner().invoke(cli, ["report", "a", "--redact", str(files / "wrong.toml"), "--runs", str(runs)])
    assert said.exit_code != 0
