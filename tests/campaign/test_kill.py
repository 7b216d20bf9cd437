"""kill -9 at random moments, then resume: the same observations as an uninterrupted run, no command sent twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from aichemist.campaign import load_campaign, open_run, run

KILLS = 20


def start(files: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "aichemist.cli", *arguments, "--runs", str(files / "killed"), "--no-report"],
        cwd=files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def test_twenty_kills(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 24"))
    begin = time.monotonic()
    whole = run(load_campaign(path), name="a", runs=files / "whole", seed=5)
    length_s = max(time.monotonic() - begin, 2.0)
    chance = random.Random(7)
    kills = 0
    for attempt in range(20 * KILLS):
        arguments = ("run", str(path), "--name", "a", "--seed", "5")
        if (files / "killed" / "aichemist.db").exists() and _exists(files):
            arguments = ("resume", "a")
        child = start(files, *arguments)
        # from before the first journal entry to well inside; later kills come sooner so that there are enough of them
        wait = chance.uniform(0.3, 1.5 + length_s / 4) if attempt % 2 else chance.uniform(0.8, 2.5)
        try:
            child.wait(timeout=None if kills >= KILLS else wait)
            if child.returncode == 0:
                break
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            kills += 1
    finished = open_run("a", runs=files / "killed")
    assert finished.status == "finished" and len(finished.observations) == 24
    for one, other in zip(finished.observations, whole.observations, strict=True):
        assert (one.sample, one.recipe, one.value, one.uncertainty) == (
            other.sample, other.recipe, other.value, other.uncertainty,
        )  # fmt: skip
    issued = [e.payload["command"]["id"] for e in finished.entries if e.kind == "command_issued"]
    assert len(issued) == len(set(issued))
    from aichemist.campaign import open_database
    from aichemist.records import TwinCommands, find_run

    database = open_database(files / "killed")
    log = TwinCommands(database, find_run(database, "a").id)
    assert all(log.attempts(command) == 1 for command in issued)  # the devices were told once, and not asked again
    assert len(log.rows()) == len(issued)
    assert kills >= KILLS, f"the run was over after {kills} kills"


def _exists(files: Path) -> bool:
    from aichemist.campaign import open_database
    from aichemist.records import list_runs

    database = open_database(files / "killed")
    try:
        return bool(list_runs(database))
    finally:
        database.close()
