"""The files of suggest and analyse: what is joined, what is read from other programs, what is never written over."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aichemist._cli import cli
from aichemist.chemistry import InputError

TASK = """
[[space.variable]]
name = "temperature"
low = 20
high = 80
step = 5

[[objective]]
name = "yield"
direction = "maximise"

[budget]
experiments = 12
"""
MIXTURE = '[space]\ncomponents = ["Ni", "Fe", "Co"]\nstep = 0.1\n[[objective]]\nname = "eta"\ndirection = "minimise"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "S.toml").write_text(TASK)
    return tmp_path


def call(*arguments: object) -> Result:
    done = CliRunner().invoke(cli, [str(a) for a in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def table(path: Path, values: dict[int, object], column: str = "yield") -> Path:
    path.write_text(f"temperature,{column}\n" + "".join(f"{t},{v}\n" for t, v in values.items()))
    return path


def test_an_output_that_is_an_input_is_refused_even_by_force(here: Path) -> None:
    table(here / "obs.csv", {20: 0.1})
    (here / "link.csv").symlink_to(here / "obs.csv")
    (here / "hard.csv").hardlink_to(here / "obs.csv")
    (here / "old.csv").write_text("temperature,yield\n20,0.1\n")
    (here / "S.toml").write_text(TASK + '\n[[transfer]]\nobservations = "old.csv"\n')
    for name in ("obs.csv", "S.toml", "./obs.csv", "link.csv", "hard.csv", "old.csv"):
        before = (here / name).read_text()
        with pytest.raises(InputError, match="one of the inputs"):
            call("suggest", "--space", "S.toml", "--observations", "obs.csv", "-n", 2, "-o", name, "--force")
        assert (here / name).read_text() == before
    (here / "out").mkdir()
    table(here / "out" / "front.csv", {20: 0.1, 30: 0.2})
    with pytest.raises(InputError, match="one of the inputs"):
        call("analyse", "--space", "S.toml", "--observations", "out/front.csv", "-o", "out")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("temperature,yield,why\n20,,x\n25,0.3,x\n", "holds results, for example yield in line 3"),
        ("temperature,yield\n20,failed\n", "holds results"),
        ("temperature;yield\n20;0,3\n", "holds results"),
        ("temperature,other\n20,0.3\n", "no plan for these objectives"),
        ("[space]\n", "no plan for these objectives"),
        (b"\xff\x00\x01", "no table of ours"),
    ],
)
def test_results_are_not_written_over_without_force(text: str | bytes, says: str, here: Path) -> None:
    plan = here / "plan.csv"
    plan.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = plan.read_bytes()
    with pytest.raises(InputError, match=says) as caught:
        call("suggest", "--space", "S.toml", "-n", 2, "-o", "plan.csv")
    assert "--force" in str(caught.value) and plan.read_bytes() == before
    call("suggest", "--space", "S.toml", "-n", 2, "-o", "plan.csv", "--force")
    assert len(rows(plan.read_text())) == 2


def test_a_plan_without_results_is_written_anew(here: Path) -> None:
    call("suggest", "--space", "S.toml", "-n", 2, "-o", "plan.csv")
    call("suggest", "--space", "S.toml", "-n", 3, "-o", "plan.csv")
    assert len(rows((here / "plan.csv").read_text())) == 3


def test_rounds_are_joined(here: Path) -> None:
    table(here / "r1.csv", {20: 0.2, 30: 0.3, 40: 0.4, 50: 0.5})
    table(here / "r2.csv", {60: 0.6, 70: 0.7, 25: "", 35: ""})
    given = ("--space", "S.toml", "--observations", "r1.csv", "--observations", "r2.csv")
    done = call("suggest", *given, "-n", 8)
    found = rows(done.stdout)
    assert len(found) == 4 and "has 4 left" in done.stderr, "12 less 6 measured and 2 under way"
    assert {r["temperature"] for r in found}.isdisjoint({"20", "30", "40", "50", "60", "70", "25", "35"})
    assert {r["why"] for r in found} == {"may beat the best so far"}
    told = json.loads(call("analyse", *given, "--json").stdout)
    assert told["experiments"] == 6 and told["under_way"] == 2
    assert told["front"][0]["row"] == 5 and told["front"][0]["line"] == "r2.csv:3"
    one = json.loads(call("analyse", "--space", "S.toml", "--observations", "r1.csv", "--json").stdout)
    assert one["front"][0]["row"] == 3 and one["front"][0]["line"] == 5


def test_what_stands_in_two_files_counts_once(here: Path) -> None:
    table(here / "plan.csv", {20: "", 30: "", 40: "", 50: "", 55: ""})  # as it was suggested
    table(here / "r1.csv", {20: 0.2, 30: 0.3, 40: 0.4, 50: "failed"})
    table(here / "all.csv", {20: 0.2, 30: 0.31, 40: 0.4, 50: "failed", 60: 0.6})  # 30 was measured again
    done = call(
        "analyse", "--space", "S.toml", "--observations", "plan.csv", "--observations", "r1.csv",
        "--observations", "all.csv", "--json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["experiments"], told["failed"], told["under_way"]) == (6, 1, 1)
    assert "all.csv: rows that stand in an earlier file, too, are counted once: 3" in done.stderr
    (here / "twice.csv").write_text("temperature,yield\n20,0.2\n20,0.2\n20,0.2\n")
    told = json.loads(
        call("analyse", "--space", "S.toml", "--observations", "r1.csv", "--observations", "twice.csv", "--json").stdout
    )
    assert told["experiments"] == 6, "two of the three replicates are new"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("temperature;yield\n20;0,1\n30;0,25\n", "decimal commas: 0,1 is read as 0.1"),
        ("temperature\tyield\n20\t0,1\n30\t0,25\n", "decimal commas"),
        ("temperature;yield;old\n20;0,1;0.5\n30;0,25;0.5\n", "decimal commas"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_excel_writes_is_read(data: str, note: str, encoding: str, here: Path) -> None:
    (here / "obs.csv").write_bytes(data.encode(encoding))
    done = call("analyse", "--space", "S.toml", "--observations", "obs.csv", "--json")
    assert json.loads(done.stdout)["front"][0]["measured"] == [0.25] and note in done.stderr


def test_another_encoding_is_named_with_its_line(here: Path) -> None:
    (here / "obs.csv").write_bytes("temperature,yield,note\n20,0.1,x\n30,0.2,30 °C\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"obs\.csv, line 3.*0xb0.*\n.*UTF-8"):
        call("suggest", "--space", "S.toml", "--observations", "obs.csv")


def test_recipes_off_the_space_are_named(here: Path) -> None:
    table(here / "obs.csv", {20: 0.1, 200: 0.3, 51: 0.2})
    said = call("suggest", "--space", "S.toml", "--observations", "obs.csv").stderr
    assert "2 of 3 recipes" in said and "line 3: temperature = 200 lies outside its limits [20, 80]" in said
    assert "line 4: temperature = 51 is not on its grid, the nearest is 50" in said


def test_shares_of_a_mixture(here: Path) -> None:
    (here / "S.toml").write_text(MIXTURE)
    given = ("analyse", "--space", "S.toml", "--observations", "obs.csv", "--json")
    (here / "obs.csv").write_text("Ni,Fe,Co,eta\n50,50,,310\n,100,,390\n33,33,33,300\n")
    done = call(*given)
    best = json.loads(done.stdout)["front"][0]["values"]
    assert best == pytest.approx(dict.fromkeys(("Ni", "Fe", "Co"), 1 / 3))
    assert "line 4: Ni = 0.3333 is not on its grid of 0.1" in done.stderr
    (here / "obs.csv").write_text("Ni,Fe,Co,eta\n50,50,0,310\n0,100,0,390\n10,20,30,300\n")
    with pytest.raises(InputError, match="line 4.*sum to 60, not 100"):
        call(*given)
    (here / "obs.csv").write_text("Ni,Fe,Co,eta\n0.5,0.5,0,310\n0,1,0,390\n,,,300\n")
    with pytest.raises(InputError, match="line 4.*sum to 0, not 1"):
        call(*given)


def test_the_plots_of_the_page_before_go_and_nothing_else(here: Path) -> None:
    table(here / "obs.csv", {20: 0.2, 30: 0.3, 40: 0.45, 50: 0.5, 60: 0.3})
    call("analyse", "--space", "S.toml", "--observations", "obs.csv", "-o", "out")
    (here / "out" / "effects_mine.png").write_bytes(b"mine")
    assert (here / "out" / "parity_yield.png").exists()
    (here / "S.toml").write_text(TASK.replace('"yield"', '"purity"'))
    table(here / "obs.csv", {20: 0.2, 30: 0.3, 40: 0.45, 50: 0.5, 60: 0.3}, "purity")
    call("analyse", "--space", "S.toml", "--observations", "obs.csv", "-o", "out")
    assert {p.name for p in (here / "out").glob("*.png")} == {
        "parity_purity.png", "effects_purity.png", "effects_mine.png",
    }  # fmt: skip
