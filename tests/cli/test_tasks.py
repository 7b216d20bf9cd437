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
            values, files = filled_in("a1", "2", None)
    assert values == ("b001-01.electrode_area_cm2=0.196", "b001-01.resistance_ohm=7.1")
    assert files == {"b001-01": asked / "first.csv"}
    assert "is no number" in streams[1].getvalue().decode()
