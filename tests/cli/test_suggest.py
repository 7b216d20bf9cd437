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
    assert len(table) == 6 and all(r["yield"] == "" and r["why"] == "to cover the space" for r in table)
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
    (here / "S.toml").write_text(TASK + '\n[[objective]]\nname = "size"\ntarget = 5.0\n')
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
        ('direction = "maximise"', 'direction = "up"', ["S.toml", "objective[1].direction", "up", "maximise"]),
        ("step = 5", "step = 7", ["S.toml", "temperature", "step", "7"]),
        ("[budget]", "[bugdet]", ["S.toml", "bugdet", "budget"]),
        ("experiments = 20", "experiment = 20", ["S.toml", "budget.experiment", "experiments"]),
        ('name = "yield"', 'name = "solvent"', ["S.toml", "solvent", "twice"]),
        ("experiments = 20", 'cost = "open(1)"', ["S.toml", "budget.cost"]),
        ("[budget]", "[budget", ["S.toml", "TOML"]),
        ("step = 5", "stepp = 5", ["space.variable[1].stepp", "did you mean 'step'"]),
        ('direction = "maximise"', 'direction = "max"', ["did you mean 'maximise'"]),
        ('direction = "maximise"', "", ["objective[1]", "no direction", "mend", "target"]),
        (
            'direction = "maximise"',
            'direction = "minimise"\ntarget = 3',
            ["objective[1]", "beside a target", "leave out"],
        ),
        ('kind = "categorical"', 'kind = "category"', ["space.variable[2].kind", "did you mean 'categorical'"]),
        ("low = 20", 'low = "20 degC"', ["space.variable[1].low", "20 degC", "without unit"]),
        ("low = 20", "low = 90", ["space.variable[1]", "temperature", "low = 80 and high = 90"]),
        (
            '["water", "ethanol"]',
            '["water", "ethanol"]\nsmiles = ["O"]',
            ["[2].smiles", "each of the 2", "in their order"],
        ),
        ('["water", "ethanol"]', '["water", "ethanol"]\nsmiles = ["O", "CC1O"]', ["[2].smiles", "CC1O", "mend"]),
        ("experiments = 20", 'cost = "10 - temperature"', ["S.toml", "is -70", "temperature 80", "solvent water"]),
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
        ("temprature,solvent,yield\n20,water,1\n", ["temperature", "did you mean 'temprature'"]),
        ("temperature,solvent,Yield\n20,water,1\n", ["yield", "did you mean 'Yield'"]),
        ("temperature,solvent,yield\n20,Water,1\n", ["line 2", "did you mean 'water'"]),
        ('temperature,solvent,yield\n20,water,"0,5"\n', ["line 2", "0.5, with a decimal point"]),
        ("temperature;solvent;yield\n20;water;0.5\n25;water;1,234\n", ["line 3", "1.234, with a decimal point"]),
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
        ((*given[:4], "--calculate", 3), "give --theory"),
    ):
        with pytest.raises(InputError, match=says):
            call("suggest", *wrong)


def test_one_objective_in_single_brackets_as_in_a_campaign(here: Path) -> None:
    (here / "S.toml").write_text(TASK.replace("[[objective]]", "[objective]"))
    assert len(rows(call("suggest", "--space", here / "S.toml", "-n", 2))) == 2
    (here / "S.toml").write_text(TASK.replace("[[objective]]", "[objective]").replace("maximise", "up"))
    with pytest.raises(InputError, match=r"key 'objective\.direction'"):
        call("suggest", "--space", here / "S.toml")
    (here / "S.toml").write_text("")
    with pytest.raises(InputError, match="is empty"):
        call("suggest", "--space", here / "S.toml")


@pytest.mark.parametrize("learner", ["gp_ei", "rf_ucb", "botorch"])
def test_learners_for_one_objective_are_refused_for_two(learner: str, here: Path) -> None:
    (here / "S.toml").write_text(TASK + '\n[[objective]]\nname = "size"\ndirection = "minimise"\n')
    with pytest.raises(InputError, match=f"'{learner}': is for one objective; there are 2"):
        call("suggest", "--space", here / "S.toml", "--learner", learner)
    (here / "S.toml").write_text(TASK.replace('direction = "maximise"', "target = 0.5"))
    with pytest.raises(InputError, match="does not know targets"):
        call("suggest", "--space", here / "S.toml", "--learner", learner)


def test_a_learner_for_several_objectives_is_refused_for_one(here: Path) -> None:
    with pytest.raises(InputError, match="'qnehvi': is for 2 objectives or more; there is 1"):
        call("suggest", "--space", here / "S.toml", "--learner", "qnehvi")


def test_nothing_untried_is_left(here: Path) -> None:
    (here / "S.toml").write_text(
        '[[space.variable]]\nname = "a"\nkind = "ordinal"\nlevels = [1, 2, 3]\n'
        '[[objective]]\nname = "y"\ndirection = "maximise"\n'
    )
    given = ("suggest", "--space", here / "S.toml", "--observations", here / "obs.csv", "-n", 8)
    (here / "obs.csv").write_text("a,y\n1,0.1\n2,0.5\n")
    assert [r["a"] for r in rows(call(*given))] == ["3"]
    assert "only 1 recipe left" in stderr(*given)
    again = rows(call(*given, "--replicates"))
    assert {r["a"]: r["why"] for r in again} == {
        "3": "to cover the space", "1": "repeats a measured recipe", "2": "repeats a measured recipe",
    }  # fmt: skip
    (here / "obs.csv").write_text("a,y\n1,0.1\n2,0.5\n3,0.2\n")
    assert rows(call(*given)) == []
    assert "no recipe left that is neither tried nor under way; --replicates" in stderr(*given)


def test_theory_names_the_cells_that_are_no_number(here: Path) -> None:
    lines = [f"{t},water,{t / 100}" for t in range(20, 80, 5)]
    lines[1:4] = ["25,water,abc", "30,water,", "35,water,inf"]
    (here / "t.csv").write_text("temperature,solvent,energy\n" + "\n".join(lines))
    said = stderr("suggest", "--space", here / "S.toml", "--theory", here / "t.csv", "-n", 2)
    assert "theory: 9 of 12 recipes" in said
    assert "line 3 (energy is 'abc'); line 4 (energy is empty); line 5 (energy is 'inf')" in said
    (here / "t.csv").write_text("temperature,solvent,energy\n20,water,abc\n")
    with pytest.raises(InputError, match=r"t\.csv.*\n.*line 2 \(energy is 'abc'\)"):
        call("suggest", "--space", here / "S.toml", "--theory", here / "t.csv", "-n", 2)
