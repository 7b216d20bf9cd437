"""read and literature as people use them."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from pathlib import Path

import pytest
from attrs import frozen

from aichemist.cli import main

TEXT = (
    "NiFe LDH for the oxygen evolution reaction\n\ndoi:10.1234/nife\n\nFor the OER the NiFe LDH film needs an "
    "overpotential of 245 mV at 10 mA cm-2 in 1 M KOH. Nickel [bold]nitrate[/bold] was dissolved in 20 mL of water and "
    "the solution was stirred at 60 °C for 2 h.\n"
)
COMMANDS = ["list", "search", "show", "pages", "facts", "correct", "corrections", "digest", "draft"]


@frozen
class Done:
    returncode: int
    stdout: str
    stderr: str


def aichemist(*arguments: str, cwd: Path) -> Done:
    """The command in this process, as its entry point runs it."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
    ):  # fmt: skip
        patch.chdir(cwd)
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["aichemist", *arguments])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two papers, one of them broken, read into its library."""
    folder = tmp_path_factory.mktemp("my lab ü")
    (folder / "papers").mkdir()
    (folder / "papers" / "nife.txt").write_text(TEXT)
    (folder / "papers" / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    done = aichemist("read", "papers", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "1 sentence" not in done.stdout and "broken.pdf" in done.stdout and "papers per hour" in done.stdout
    return folder


def test_reading_again_reads_nothing(lab: Path) -> None:
    done = aichemist("read", "papers", "--json", cwd=lab)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["read"], answer["again"], answer["unchanged"], answer["skipped"]) == (0, 0, 1, [])
    assert [s["name"] for s in answer["skipped_before"]] == ["broken.pdf"]


def test_a_folder_in_which_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    empty = aichemist("read", "f", cwd=tmp_path)
    assert empty.returncode == 1 and "holds no article" in empty.stdout
    (tmp_path / "f" / "x.pdf").write_bytes(b"%PDF-1.4")
    assert aichemist("read", "f", cwd=tmp_path).returncode == 1
    missing = aichemist("read", "missing", "--runs", "elsewhere", cwd=tmp_path)
    assert missing.returncode == 2 and "missing" in missing.stderr and "mend" in missing.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_looking_makes_no_library(tmp_path: Path) -> None:
    for command in (["list"], ["search", "x"], ["show", "x"], ["facts"], ["corrections"]):
        done = aichemist("literature", *command, cwd=tmp_path)
        assert done.returncode == 2 and "there is no library" in done.stderr and "aichemist read" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(command: str, lab: Path) -> None:
    done = aichemist("literature", command, "--help", cwd=lab)
    assert done.returncode == 0 and "Example" in done.stdout


def test_list_search_and_show(lab: Path) -> None:
    (document,) = json.loads(aichemist("literature", "list", "--json", cwd=lab).stdout)
    assert (document["id"], document["doi"], document["values"]) == ("nife", "10.1234/nife", 1)
    assert "nife" in aichemist("literature", "list", cwd=lab).stdout
    assert "broken.pdf" in aichemist("literature", "list", "--skipped", cwd=lab).stdout
    (hit,) = json.loads(aichemist("literature", "search", "overpotential", "--json", cwd=lab).stdout)
    assert TEXT[hit["start"] : hit["end"]] == hit["sentence"] and hit["score"] > 0
    shown = aichemist("literature", "search", '"nickel bold nitrate"', cwd=lab).stdout
    assert "[bold]nitrate[/bold]" in shown and "10.1234/nife" in shown  # mark-up of strangers has no meaning
    assert "no sentence" in aichemist("literature", "search", "overpotential", "--", "-film", cwd=lab).stdout
    nothing = aichemist("literature", "search", "!!", cwd=lab)
    assert nothing.returncode == 2 and "holds no word" in nothing.stderr
    assert "245 mV" in aichemist("literature", "show", "nife", cwd=lab).stdout
    near = aichemist("literature", "show", "nifee", cwd=lab)
    assert near.returncode == 2 and "did you mean nife" in near.stderr


def test_pages(lab: Path) -> None:
    assert aichemist("literature", "pages", "-o", "pages", cwd=lab).returncode == 0
    assert sorted(p.name for p in (lab / "pages").iterdir()) == ["index.html", "nife.html"]
    assert "245 mV" in (lab / "pages" / "nife.html").read_text()


def test_facts_corrections_and_exports(lab: Path) -> None:
    (fact,) = json.loads(aichemist("literature", "facts", "--property", "overpotential", "--json", cwd=lab).stdout)
    assert TEXT[fact["start"] : fact["end"]] == fact["quote"] == "245 mV" and fact["doi"] == "10.1234/nife"
    done = aichemist(
        "literature", "correct", "nife", "--fact", fact["id"][:8], "--field", "value=254", "--by", "Ann", cwd=lab
    )
    assert done.returncode == 0, done.stderr
    added = aichemist(
        "literature", "correct", "nife", "--add", "value", "--quote", "60 °C", "--field", "property=temperature",
        "--field", "value=60", "--field", "unit=°C", "--by", "Ann", cwd=lab,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert aichemist("literature", "facts", "--csv", "facts.csv", cwd=lab).returncode == 0
    rows = list(csv.DictReader((lab / "facts.csv").open(encoding="utf-8")))
    assert [(r["value"], r["made_by"], r["corrected"]) for r in rows] == [
        ("254.0", "Ann", "True"),
        ("60.0", "Ann", "True"),
    ]
    assert aichemist("literature", "corrections", "--export", "c.jsonl", "--brat", "b", cwd=lab).returncode == 0
    lines = [json.loads(line) for line in (lab / "c.jsonl").read_text().splitlines()]
    assert [(r["action"], r["quote"]) for r in lines] == [("change", "245 mV"), ("add", "60 °C")]
    assert lines[0]["machine"]["value"] == 245.0 and lines[0]["person"] == {"value": 254.0}
    assert "Ann" in aichemist("literature", "corrections", cwd=lab).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fact", "zzzz", "--wrong"], "is no fact of nife"),
        (["--wrong"], "says which fact"),
        (["--fact", "f", "--field", "value"], "is no name and value"),
        (["--add", "value", "--quote", "the"], "stands"),
        (["--add", "value", "--quote", "not there"], "does not stand in the document"),
        (["--add", "value", "--span", "5"], "is no pair of offsets"),
        (["--add", "value", "--quote", "20 mL", "--field", "value=20"], "is missing"),
    ],
)
def test_wrong_corrections_are_explained(lab: Path, arguments: list[str], said: str) -> None:
    done = aichemist("literature", "correct", "nife", "--by", "Ann", *arguments, cwd=lab)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_digest_for_a_goal(lab: Path, repository: Path) -> None:
    goal = str(repository / "campaigns" / "oer.toml")
    digest = json.loads(aichemist("literature", "digest", "--goal", goal, "--json", cwd=lab).stdout)
    (value,) = [v for v in digest["values"] if any(e["doi"] == "10.1234/nife" for e in v["evidence"])]
    assert (value["value"], value["conditions"]) == (254.0, "10 mA/cm2")  # as it was corrected above
    assert aichemist("literature", "digest", "--goal", goal, cwd=lab).returncode == 0
