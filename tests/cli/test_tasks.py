"""What docs/people.md shows, done as it is written there."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from aichemist.campaign import load_campaign
from aichemist.chemistry import to_plain
from aichemist.lab.drivers import Command
from aichemist.records import Database, ManualTasks, References, create_run

Done = CompletedProcess[str]
REPOSITORY = Path(__file__).parents[2]


def documented() -> list[str]:
    text = (REPOSITORY / "docs" / "people.md").read_text()
    return text.split("```text\n")[1].split("```")[0].splitlines()


@pytest.fixture
def asked(files: Path) -> Path:
    """A run in which people are asked for three things."""
    campaign = load_campaign(files / "campaigns" / "oer.toml")
    database = Database(files / "runs" / "aichemist.db")
    run = create_run(database, "a1", seed=1, config={"documents": to_plain(campaign.documents), "clock": "virtual"})
    board = ManualTasks(database, run.id)
    for number, (operation, parameters) in enumerate(
        (
            ("dispense_liquid", {"volumes_l": {"water": 4.2e-3}}),
            ("measure_electrochemistry", {}),
            ("sonicate", {"duration_s": 600.0, "power_w": 100.0}),
        )
    ):
        command = Command(f"a1:t{number}", f"t{number}", operation, "bench", "bench", ("b001-01",), parameters)
        board.add(command.id, to_plain(command), 0.0)
    database.close()
    points = "\n".join(f"{1.2 + i / 100},{i * 1e-4}" for i in range(40))
    (files / "first.csv").write_text("potential_v,current_a\n" + points)
    return files


@pytest.fixture
def typed(call: Callable[..., Done], asked: Path) -> Callable[[str], Done]:
    """Carries out what a person types beside the run."""

    def carry_out(line: str) -> Done:
        words = shlex.split(line)
        assert words[0] == "aichemist"
        return call(*words[1:], cwd=asked)

    return carry_out


def test_the_documented_commands(typed: Callable[[str], Done], asked: Path) -> None:
    said = []
    for line in documented():
        done = typed(line)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        said.append(done.stdout)
    assert "Into b001-01 on bench: 4.20 mL of water" in said[0] and "Sonicate b001-01 on bench for 10 min" in said[0]
    assert said[1].startswith("Done") and said[3].startswith("Failed")
    database = Database(asked / "runs" / "aichemist.db")
    board = ManualTasks(database, 1)
    assert board.open() == []
    measured, failed = board.find("a1:t1"), board.find("a1:t2")
    assert measured is not None and measured.values is not None and failed is not None and failed.values is not None
    assert len(measured.values["samples"]["b001-01"]["columns"]["current_a"]) == 40
    assert References(database).shown(failed.note) == "the needle is blocked"
    assert failed.status == "failed" and failed.values["effect"] == "none"
    database.close()
    assert "Nothing is asked" in typed("aichemist tasks a1").stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aichemist enter a1 9", "open tasks of a1: 1 (a1:t0)"),
        ("aichemist enter a1 2 --csv none.csv", "none.csv"),
        ("aichemist enter a1 1 --value mass_kg=3mg", "asks for no values"),
        ("aichemist enter a1 2 --csv first.csv --value electrode_area_cm2=x", "electrode_area_cm2"),
        ("aichemist enter a1 2 --csv b001-07=first.csv", "samples: b001-01"),
        ("aichemist tasks nobody", "no run named"),
        ("aichemist enter a1 1 --nothing-was-done", 'add --failed "why'),
        ("aichemist enter a1 2 --nothing-was-done", "--nothing-was-done"),
        ("aichemist enter a1 2 --csv first.csv --failed broken", "takes no values"),
        ("aichemist enter a1 2", "--csv b001-01=FILE, or let the twin's data stand in with --simulated"),
        ("aichemist enter a1 2 --value electrode_area_cm2=0.196", "--simulated"),
    ],
)
def test_bad_entries_keep_the_task_open(typed: Callable[[str], Done], asked: Path, line: str, said: str) -> None:
    done = typed(line)
    assert done.returncode != 0 and said in done.stderr and "Traceback" not in done.stderr
    database = Database(asked / "runs" / "aichemist.db")
    assert len(ManualTasks(database, 1).open()) == 3
    database.close()


def test_at_a_terminal_each_value_is_asked_for(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong entry is asked for again; the second vial may take what the first had."""
    from click.testing import CliRunner

    typed = f"{asked / 'first.csv'}\n0.196\nmuch\n7.1\n"
    with monkeypatch.context() as here:
        here.chdir(asked)
        from aichemist._cli._form import filled_in

        runner = CliRunner()
        with runner.isolation(input=typed) as streams:
            values, files, simulated = filled_in("a1", "2", None)
    assert not simulated and values == ("b001-01.electrode_area_cm2=0.196", "b001-01.resistance_ohm=7.1")
    assert files == {"b001-01": asked / "first.csv"}
    assert "is no number" in streams[1].getvalue().decode()


@pytest.mark.parametrize(("said", "simulated"), [("y", True), ("n", False), ("", False)])
def test_at_a_terminal_the_twin_stands_in_only_when_somebody_says_so(
    asked: Path, monkeypatch: pytest.MonkeyPatch, said: str, simulated: bool
) -> None:
    from click.testing import CliRunner

    monkeypatch.chdir(asked)
    from aichemist._cli._form import filled_in

    with CliRunner().isolation(input=f"\n{said}\n"):
        assert filled_in("a1", "2", None) == ((), {}, simulated)


def test_the_twins_data_stand_in_when_that_is_said(typed: Callable[[str], Done], asked: Path) -> None:
    done = typed("aichemist enter a1 2 --simulated")
    assert done.returncode == 0 and done.stdout.startswith("Done")
    database = Database(asked / "runs" / "aichemist.db")
    row = ManualTasks(database, 1).find("a1:t1")
    assert row is not None and row.status == "done" and row.values == {"effect": "unknown", "samples": {}}
    database.close()


def test_nothing_is_simulated_in_a_lab_of_people_alone(asked: Path) -> None:
    import re

    from aichemist.campaign import enter
    from aichemist.chemistry import InputError

    lab = asked / "labs" / "ustc.toml"
    text = re.sub(r'^(name = "[^"]*"\nkind = )', r'driver = "human"\n\1', lab.read_text(), flags=re.MULTILINE)
    lab.write_text(re.sub(r"^\[\[robot\]\]\n", '[[robot]]\ndriver = "human"\n', text, flags=re.MULTILINE))
    campaign = load_campaign(asked / "campaigns" / "oer.toml")
    database = Database(asked / "runs" / "aichemist.db")
    run = create_run(database, "p", seed=1, config={"documents": to_plain(campaign.documents), "clock": "virtual"})
    command = Command("p:t0", "t0", "measure_xrd", "bench", "bench", ("b001-01",), {})
    ManualTasks(database, run.id).add(command.id, to_plain(command), 0.0)
    database.close()
    with pytest.raises(InputError, match="no twin in this lab"):
        enter("p", "1", simulated=True, runs=asked / "runs")
    with pytest.raises(InputError, match=r"--csv b001-01=FILE$"):
        enter("p", "1", runs=asked / "runs")


def test_a_table_with_semicolons_and_decimal_commas_is_taken(typed: Callable[[str], Done], asked: Path) -> None:
    lines = ["current_a;note;potential_v", *(f"{i},5e-4;a, b;1,{20 + i}" for i in range(5))]
    (asked / "german.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    done = typed("aichemist enter a1 2 --csv german.csv --value electrode_area_cm2=0,196 --value resistance_ohm=7,1")
    assert done.returncode == 0, done.stderr
    database = Database(asked / "runs" / "aichemist.db")
    row = ManualTasks(database, 1).find("a1:t1")
    assert row is not None and row.values is not None
    given = row.values["samples"]["b001-01"]
    assert given["columns"] == {"potential_v": [1.20, 1.21, 1.22, 1.23, 1.24], "current_a": pytest.approx([
        0.5e-4, 1.5e-4, 2.5e-4, 3.5e-4, 4.5e-4])}  # fmt: skip
    assert (given["electrode_area_cm2"], given["resistance_ohm"]) == (0.196, 7.1)
    database.close()
