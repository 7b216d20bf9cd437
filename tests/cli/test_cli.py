"""The command as people use it: help, a short demo, JSON, Ctrl-C, a path with spaces."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., "subprocess.CompletedProcess[str]"]


def aichemist(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aichemist.cli", *arguments],
        cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment}, timeout=280, check=False,
    )  # fmt: skip


COMMANDS = [
    "demo", "check", "run", "resume", "runs", "show", "watch", "questions", "answer", "control", "verify", "report", "lab",
    "data",
]  # fmt: skip


def test_help_lists_all_commands_with_examples(tmp_path: Path) -> None:
    done = aichemist("--help", cwd=tmp_path)
    assert done.returncode == 0 and "Examples:" in done.stdout
    assert all(f"  {c} " in done.stdout for c in COMMANDS)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['aichemist', '--help']\n"
        "from aichemist.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'pint', 'pydantic', 'sqlalchemy', 'matplotlib', 'pyarrow', 'rich', 'scipy'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(call: Call, command: str, tmp_path: Path) -> None:
    done = call(command, "--help", cwd=tmp_path)
    assert done.returncode == 0 and "Usage:" in done.stdout


def test_wrong_command_is_suggested(call: Call, tmp_path: Path) -> None:
    done = call("resme", cwd=tmp_path)
    assert done.returncode == 2 and "Did you mean 'resume'" in done.stderr


def test_a_short_campaign_in_a_path_with_spaces(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "my lab"
    folder.mkdir()
    done = aichemist("demo", "--samples", "6", "--json", "--name", "first", cwd=folder)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["samples_observed"] == 6 and answer["best"]["unit"] == "mV"
    assert sorted(p.name for p in (folder / "runs" / "first").iterdir() if not p.name.startswith(".")) == [
        "calibration.png", "composition.png", "convergence.png", "gantt.png", "observations.csv",
        "observations.parquet", "raw", "report.html",
    ]  # fmt: skip
    html = (folder / "runs" / "first" / "report.html").read_text()
    assert "http://" not in html.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )
    assert "<script" not in html and html.count('class="curve"') == 6
    assert "Simulated" in html and answer["best"]["formula"] in html

    shown = json.loads(call("show", "first", "--json", cwd=folder).stdout)
    assert shown["observations"] == answer["observations"]
    assert [r["name"] for r in json.loads(call("runs", "--json", cwd=folder).stdout)] == ["first"]
    assert "first" in call("runs", cwd=folder).stdout
    assert "b00" in call("show", "first", cwd=folder).stdout
    (folder / "runs" / "first" / "report.html").unlink()
    assert call("report", "first", cwd=folder).returncode == 0
    assert (folder / "runs" / "first" / "report.html").exists()
    again = call("resume", "first", "--json", "--no-report", cwd=folder)  # a finished run is left as it is
    assert again.returncode == 0 and json.loads(again.stdout)["observations"] == answer["observations"]


def test_without_any_data_set_the_fitted_map_serves(tmp_path: Path) -> None:
    done = aichemist(
        "demo", "--samples", "2", "--json", cwd=tmp_path,
        AICHEMIST_DATA="", XDG_DATA_HOME=str(tmp_path / "none"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["map_source"] == "fitted" and answer["samples_observed"] == 2


def written(folder: Path) -> int:
    """Journal entries of run a, so far."""
    path = folder / "runs" / "aichemist.db"
    if not path.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            return int(database.execute("select count(*) from journal").fetchone()[0])
    except sqlite3.OperationalError:  # not yet set up
        return 0


def until(true: Callable[[], bool], seconds: float = 200.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def campaign(files: Path) -> str:
    """A campaign of four samples in two batches; it reads one short article."""
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 4").replace("batch = 8", "batch = 2"))
    return str(path)


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(call: Call, files: Path, campaign: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "aichemist.cli", "run", campaign, "--name", "a", "--clock", "scaled:600"],
        cwd=files, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a CI in the background ignores it
    )  # fmt: skip
    until(lambda: written(files) > 20)
    child.send_signal(signal.SIGINT)
    output, _ = child.communicate(timeout=60)
    assert child.returncode == 130 and "aichemist resume a" in output and "Traceback" not in output, output
    assert json.loads(call("runs", "--json", cwd=files).stdout)[0]["status"] == "interrupted"
    done = call("resume", "a", "--clock", "virtual", "--json", "--no-report", cwd=files)
    assert done.returncode == 0 and json.loads(done.stdout)["samples_observed"] == 4


def test_a_second_process_is_refused(call: Call, files: Path, campaign: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "aichemist.cli", "run", campaign, "--name", "a", "--clock", "real"],
        cwd=files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: written(files) > 0)
        second = aichemist("resume", "a", "--clock", "virtual", cwd=files)
        assert second.returncode == 2 and "by another process" in second.stderr
        assert call("show", "a", cwd=files).returncode == 0  # looking is always allowed
        assert json.loads(call("runs", "--json", cwd=files).stdout)[0]["status"] == "running"
    finally:
        child.kill()
        child.wait()
    assert json.loads(call("runs", "--json", cwd=files).stdout)[0]["status"] == "interrupted"


def test_nothing_here_yet(call: Call, tmp_path: Path) -> None:
    for command in (["runs"], ["show", "x"], ["resume", "x"], ["report", "x"]):
        done = call(*command, cwd=tmp_path)
        assert done.returncode == 2 and "there are no runs" in done.stderr
        assert not (tmp_path / "runs").exists()


def test_lab_and_check_as_json(call: Call, repository: Path, tmp_path: Path) -> None:
    lab = json.loads(call("lab", "--json", cwd=tmp_path).stdout)
    assert len(lab["stations"]) == 25 and len(lab["robots"]) == 3
    plan = json.loads(call("check", str(repository / "campaigns" / "oer.toml"), "--json", cwd=tmp_path).stdout)
    assert plan["ok"] and plan["points"] == 2121 and plan["batches"] == 12
    assert plan["batch_s"] > 14 * 3600 and len(plan["steps"]) == 14
    assert list(tmp_path.iterdir()) == []  # check writes nothing


def test_data_list_and_unknown_set(call: Call, tmp_path: Path) -> None:
    names = [d["name"] for d in json.loads(call("data", "list", "--json", cwd=tmp_path).stdout)]
    assert "oer_plate_3496" in names
    done = call("data", "get", "oer_plate_9999", cwd=tmp_path)
    assert done.returncode == 2 and "oer_plate_3496" in done.stderr


def test_ctrl_c_before_a_run_has_begun_promises_nothing(
    campaign: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    import aichemist.campaign
    from aichemist._cli import cli

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(aichemist.campaign, "run", stopped)
    done = CliRunner().invoke(cli, ["run", campaign, "--name", "fi2", "--runs", str(files / "runs")])
    assert done.exit_code == 130
    assert "before the run began" in done.output and "resume" not in done.output, done.output


def test_ctrl_c_is_never_silent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import click

    from aichemist import cli as command

    def stopped(**_: object) -> None:
        raise click.Abort  # what click makes of it while a command still imports

    monkeypatch.setattr(command.cli, "main", stopped)
    with pytest.raises(SystemExit, match="130"):
        command.main()
    assert "stopped" in capsys.readouterr().err
