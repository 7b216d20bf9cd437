"""kill -9 at random moments, then resume: the same observations as an uninterrupted run, no command sent twice."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aichemist.campaign import load_campaign, open_database, open_run, resume, run
from aichemist.records import TwinCommands, find_run

KILLS = 20


def start(work: Callable[..., Any], *arguments: object, **more: object) -> multiprocessing.process.BaseProcess:
    """A process of its own that has imported everything already: so the kills hit the run, and are many in little time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["aichemist.campaign._loop", "aichemist.brain", "aichemist.lab.twin"])
    process = context.Process(target=work, args=arguments, kwargs=more)
    process.start()
    return process


def written(runs: Path) -> int:
    """Journal entries so far; -1 before there is a run."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{runs / 'aichemist.db'}?mode=ro", uri=True)) as database:
            entries, begun = (database.execute(f"select count(*) from {t}").fetchone()[0] for t in ("journal", "run"))
            return int(entries) if begun else -1
    except sqlite3.OperationalError:  # not there, not yet set up, or busy
        return -1


def test_twenty_kills(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 24"))
    campaign = load_campaign(path)
    whole = run(campaign, name="a", runs=files / "whole", seed=5)
    total, chance, runs, kills = len(whole.entries), random.Random(7), files / "killed", 0
    while True:
        before = written(runs)
        child = start(run, campaign, name="a", runs=runs, seed=5) if before < 0 else start(resume, "a", runs=runs)
        if kills >= KILLS:
            child.join()
            break
        # every third one while it starts or resumes, the others some entries later, wherever it is then
        until = before if kills % 3 == 0 else before + chance.randrange(total // (KILLS + 10))
        while child.is_alive() and written(runs) < until:
            time.sleep(0.005)
        child.join(chance.uniform(0, 0.05))
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL, f"the run was over after {kills} kills"
        kills += 1
    assert child.exitcode == 0
    finished = open_run("a", runs=runs)
    assert finished.status == "finished" and len(finished.observations) == 24
    for one, other in zip(finished.observations, whole.observations, strict=True):
        assert (one.sample, one.recipe, one.value, one.uncertainty) == (
            other.sample, other.recipe, other.value, other.uncertainty,
        )  # fmt: skip
    issued = [e.payload["command"]["id"] for e in finished.entries if e.kind == "command_issued"]
    assert len(issued) == len(set(issued))
    database = open_database(runs)
    log = TwinCommands(database, find_run(database, "a").id)
    assert all(log.attempts(command) == 1 for command in issued)  # the devices were told once, and not asked again
    assert len(log.rows()) == len(issued)
