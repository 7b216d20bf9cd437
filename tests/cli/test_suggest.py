from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aichemist._cli import cli
from aichemist.chemistry import InputError

TASK = """
[[space.variable]]
name = "temperature"
low = 20
high = 80
step = 5

[[space.variable]]
name = "solvent"
kind = "categorical"
choices = ["water", "ethanol"]

[[objective]]
name = "yield"
direction = "maximise"

[budget]
experiments = 20
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "S.toml").write_text(TASK)
    return folder


def call(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def stderr(*arguments: object) -> str:
    return CliRunner().invoke(cli, [str(a) for a in arguments]).stderr


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def fill(table: list[dict[str, str]], path: Path, n: int | None = None) -> None:
    for i, row in enumerate(table):
        if not row["yield"] and (n is None or i < n):
            row["yield"] = f"{float(row['temperature']) / 100 + (row['solvent'] == 'ethanol') * 0.2:.3f}"
    with path.open("w", newline="") as file:
        write = csv.DictWriter(file, table[0].keys())
        write.writeheader()
        write.writerows(table)


def test_csv_goes_round(here: Path) -> None:
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 6))
    assert list(table[0]) == ["temperature", "solvent", "yield", "expected_yield", "expected_yield_sd", "why"]
    assert len(table) == 6 and all(r["yield"] == "" and r["why"] == "initial" for r in table)
    fill(table, here / "obs.csv", 5)  # one is still under way
    more = rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 4))
    known = {(r["temperature"], r["solvent"]) for r in table}
    assert len(more) == 4 and not known & {(r["temperature"], r["solvent"]) for r in more}
    assert all(float(r["expected_yield_sd"]) > 0 for r in more)
    assert max(float(r["temperature"]) for r in more) == 80
    target = here / "sub" / "plan.csv"
    call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 4, "-o", target)
    assert rows(target.read_text()) == more, "the same files give the same suggestions"
    assert [p.name for p in target.parent.iterdir()] == ["plan.csv"]


def test_no_more_than_the_budget(here: Path) -> None:
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 18))
    fill(table, here / "obs.csv")
    assert len(rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 8))) == 2
    table += rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 2))
    fill(table, here / "obs.csv")
    assert rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv")) == []
    assert "spent" in stderr("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv")


def test_theory_that_misses_half_the_recipes(here: Path) -> None:
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 8))
    fill(table, here / "obs.csv")
    lines = ["temperature,solvent,energy"]
    for i, t in enumerate(range(20, 85, 5)):
        for s in ("water", "ethanol"):
            lines.append(f"{t},{s},{'' if i % 2 else t / 100 + (s == 'ethanol') * 0.2}")
    (here / "t.csv").write_text("\n".join(lines))
    found = rows(
        call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "--theory", here / "t.csv")
    )
    best = [r for r in found if r["temperature"] == "80" and r["solvent"] == "ethanol"]
    assert best or any(r["temperature"] == "80" and r["solvent"] == "ethanol" for r in table)


def test_analyse_writes_a_page_and_json(here: Path) -> None:
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 10))
    fill(table, here / "obs.csv")
    text = call("analyse", "--space", here / "S.toml", "--observations", here / "obs.csv", "-o", here / "out")
    assert "yield" in text and "Best measured" in text
    page = (here / "out" / "analysis.html").read_text()
    assert "<svg" in page and 'src="http' not in page and 'href="http' not in page, "opens with no network"
    assert {p.name for p in (here / "out").iterdir()} >= {"effects.csv", "front.csv", "parity_yield.png"}
    told = json.loads(call("analyse", "--space", here / "S.toml", "--observations", here / "obs.csv", "--json"))
    effects = {e["variable"]: e["change"] for e in told["objectives"][0]["effects"]}
    # a tenth of 60 degrees is 0.06
    assert effects["temperature"] == pytest.approx(0.06, abs=0.02) and effects["solvent = ethanol"] > 0.1


def test_two_objectives_and_a_target(here: Path) -> None:
    (here / "S.toml").write_text(TASK + '\n[[objective]]\nname = "size"\ndirection = "minimise"\ntarget = 5.0\n')
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 8))
    lines = ["temperature,solvent,yield,size,size_sd"]
    lines += [
        f"{r['temperature']},{r['solvent']},{float(r['temperature']) / 100},{float(r['temperature']) / 8},0.1"
        for r in table
    ]
    (here / "obs.csv").write_text("\n".join(lines))
    found = rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 4))
    assert len(found) == 4 and {"yield", "size", "expected_yield", "expected_size"} <= set(found[0])
    assert "Pareto front" in call("analyse", "--space", here / "S.toml", "--observations", here / "obs.csv")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('direction = "maximise"', 'direction = "up"', ["S.toml", "objective.1.direction", "up"]),
        ("step = 5", "step = 7", ["S.toml", "temperature", "step", "7"]),
        ("[budget]", "[bugdet]", ["S.toml", "bugdet", "budget"]),
        ("experiments = 20", "experiment = 20", ["S.toml", "budget.experiment", "experiments"]),
        ('name = "yield"', 'name = "solvent"', ["S.toml", "solvent", "twice"]),
        ("experiments = 20", 'cost = "open(1)"', ["S.toml", "budget.cost"]),
        ("[budget]", "[budget", ["S.toml", "TOML"]),
    ],
)
def test_a_wrong_task_file_is_named(old: str, new: str, says: list[str], here: Path) -> None:
    (here / "S.toml").write_text(TASK.replace(old, new))
    with pytest.raises(InputError) as caught:
        call("suggest", "--space", here / "S.toml")
    assert all(s in str(caught.value) for s in says), str(caught.value)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("temperature,solvent\n20,water\n", ["obs.csv", "yield"]),
        ("temperature,solvent,yield\n20,oil,0.1\n", ["obs.csv, line 2", "oil", "water"]),
        ("temperature,solvent,yield\n20,water,0.1\nwarm,water,0.2\n", ["line 3", "temperature", "warm"]),
        ("temperature,solvent,yield\n20,water,good\n", ["line 2", "yield", "good"]),
        ("temperature,solvent,yield\n20,water,1e999\n", ["line 2", "yield", "1e999"]),
        ("temperature,solvent,yield\n20,water\n", ["line 2", "2 cells"]),
        ("temperature,solvent,yield,yield\n", ["twice"]),
        ("temperature,solvent,yield,yield_sd\n20,water,1,-1\n", ["line 2", "yield_sd"]),
        ("", ["empty"]),
    ],
)
def test_a_wrong_table_is_named(table: str, says: list[str], here: Path) -> None:
    (here / "obs.csv").write_text(table)
    with pytest.raises(InputError) as caught:
        call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-o", here / "plan.csv")
    assert all(s in str(caught.value) for s in says), str(caught.value)
    assert not (here / "plan.csv").exists()


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (["-0.1", "-0.2", "-0.3", "-0.2", "-0.5"], "sign"),
        (["0.3"] * 5, "constant"),
        (["failed"] * 5, "failed"),
    ],
)
def test_odd_results_are_said_and_go_on(values: list[str], note: str, here: Path) -> None:
    lines = [f"{20 + 10 * i},water,{v}" for i, v in enumerate(values)]
    (here / "obs.csv").write_text("temperature,solvent,yield\n" + "\n".join(lines))
    assert note in stderr("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 3)
    assert len(rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 3))) == 3


def test_fractions_in_percent(here: Path) -> None:
    (here / "S.toml").write_text(
        '[space]\ncomponents = ["Ni", "Fe", "Co"]\nstep = 0.1\n[[objective]]\nname = "overpotential"\ndirection = "minimise"\n'
    )
    (here / "obs.csv").write_text(
        "Ni,Fe,Co,overpotential\n50,50,0,310\n20,30,50,330\n100,0,0,400\n0,100,0,390\n33,33,34,300\n"
    )
    found = rows(call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 3))
    assert all(sum(float(r[m]) for m in ("Ni", "Fe", "Co")) == pytest.approx(1) for r in found)
    (here / "obs.csv").write_text("Ni,Fe,Co,overpotential\n0.5,0.5,0.5,310\n")
    with pytest.raises(InputError, match="sum to"):
        call("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv")


def test_what_to_calculate_next(here: Path) -> None:
    table = rows(call("suggest", "--space", here / "S.toml", "-n", 8))
    fill(table, here / "obs.csv")
    lines = ["temperature,solvent,calculated"]
    lines += [f"{t},{s},{t / 100 + (s == 'ethanol') * 0.2}" for t in range(20, 50, 5) for s in ("water", "ethanol")]
    (here / "t.csv").write_text("\n".join(lines))
    given = ("--space", here / "S.toml", "--observations", here / "obs.csv", "--theory", here / "t.csv")
    found = rows(call("suggest", *given, "--calculate", 3, "--calculation-cost", 1e-6))
    assert len(found) <= 3 and all(float(r["temperature"]) >= 50 for r in found)
    assert all(0 < float(r["share_of_variance"]) <= 1 for r in found)
    for wrong, says in (
        ((*given, "--fidelity", "none"), "no descriptor"),
        ((*given[:2], "--fidelity", "x"), "a column of"),
    ):
        with pytest.raises(InputError, match=says):
            call("suggest", *wrong)
