"""aichemist schedule: what it prints and writes, wrong input, Ctrl-C."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SHOP = "2 2 1\n2 1 1 3 1 2 4\n2 1 2 2 1 1 5\n"
ROOT = Path(__file__).parents[2]


def schedule(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aichemist.cli", "schedule", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_a_shop_is_planned_and_drawn(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_text(SHOP)
    done = schedule("a b.txt", "--seconds", "2", "--json", "--html", "g h.html", "--png", "g h.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)["plans"][0]
    assert plan["makespan"] == plan["bound"] == 8 and plan["optimal"]  # J1: 3 then 4; J2: 2 then 5 on the other
    assert "<svg" in (tmp_path / "g h.html").read_text() and (tmp_path / "g h.png").stat().st_size > 5000


def test_a_campaign_with_another_robot(tmp_path: Path) -> None:
    campaign = ROOT / "campaigns" / "oer.toml"
    words = ("--vials", "6", "--seconds", "1", "--what-if", "robots=3", "--at", "3000", "--json")
    done = schedule(campaign, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [p["what"] for p in found["plans"]] == ["as it is", "robots=3"]
    assert all(0 < p["bound"] <= p["makespan"] for p in found["plans"]) and found["waiting"]


def test_wrong_input_names_the_mend(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("2 2\n2 1 1 3\n")
    (tmp_path / "shop.txt").write_text(SHOP)
    other = (
        ("shop.txt", "--vials", "3"),
        ("shop.txt", "--no-transport"),
        (ROOT / "campaigns" / "oer.toml", "--no-transport"),
    )
    for words in (
        *other,
        ("none.txt",),
        ("bad.txt",),
        (ROOT / "campaigns" / "oer.toml", "--what-if", "stirer.slots=3"),
    ):
        done = schedule(*words, cwd=tmp_path)
        assert done.returncode == 2 and "mend" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(("words", "key"), [
    (("--html", "."), "--html"), (("--html", "shop.txt"), "--html"), (("--png", "x.xyz"), "--png"),
    (("--png", "x"), "--png"), (("--html", "shop.txt/x.html"), "--html"),
])  # fmt: skip
def test_what_cannot_be_written_is_said_before_the_search(tmp_path: Path, words: tuple[str, ...], key: str) -> None:
    (tmp_path / "shop.txt").write_text(SHOP)
    done = schedule("shop.txt", *words, cwd=tmp_path)
    assert done.returncode == 2 and key in done.stderr and "mend" in done.stderr and not done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["shop.txt"] and (tmp_path / "shop.txt").read_text() == SHOP


def test_a_folder_is_made_and_nothing_is_half_written(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text(SHOP)
    (tmp_path / "old.html").write_text("old")
    command = [sys.executable, "-m", "aichemist.cli", "schedule", "shop.txt", "--html", "old.html"]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
                          preexec_fn=little_room, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert done.returncode == 2 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "old.html").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.html", "shop.txt"]
    assert schedule("shop.txt", "--html", "new/g.html", cwd=tmp_path).returncode == 0
    assert "<svg" in (tmp_path / "new" / "g.html").read_text()


#: the command, which also says when the solver is asked
TELLS = """
import aichemist.lab.scheduling as scheduling
from aichemist.cli import main
solve = scheduling.solve
def told(*given, **more):
    print("planning", flush=True)
    return solve(*given, **more)
scheduling.solve = told
main()
"""


def test_ctrl_c_ends_at_once(tmp_path: Path) -> None:
    campaign = str(ROOT / "campaigns" / "oer.toml")
    command = [
        sys.executable,
        "-c",
        TELLS,
        "schedule",
        campaign,
        "--vials",
        "20",
        "--seconds",
        "90",
        "--html",
        "x.html",
    ]
    child = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "planning\n"
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode in (-2, 130) and "Traceback" not in said and not (tmp_path / "x.html").exists()


def test_an_impossible_request_is_told_what_conflicts(monkeypatch):
    from click.testing import CliRunner

    from aichemist._cli import _schedule
    from aichemist.chemistry import InfeasibleError
    from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Problem

    go, home = Operation("go", {"start": 0}), Operation("home", {"start": 0})
    stir = Operation("stir", {"stirrer": 5}, wait_max=1)
    machines = (Machine("start", 9, role="start"), Machine("stirrer", 4))
    jobs = tuple(Job(f"v{i}", "sample", (go, stir, home)) for i in range(4))
    problem = Problem("p", 60.0, machines, jobs, (Carrier("r", capacity=9, pick=1, place=1),))
    monkeypatch.setattr(_schedule, "_read", lambda *_: problem)
    done = CliRunner().invoke(_schedule.schedule, ["p.toml", "--seconds", "1"])
    assert isinstance(done.exception, InfeasibleError) and done.exit_code
    assert "these demands conflict" in str(done.exception) and "stir of sample waits at most 1" in str(done.exception)
