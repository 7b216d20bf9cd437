"""A whole campaign, faults and people included, with PostgreSQL in place of the one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from aichemist.campaign import Progress, control, load_campaign, open_database, resume, run
from aichemist.records import verify_journal


def test_a_campaign_on_postgresql(files: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    monkeypatch.setenv("AICHEMIST_DATABASE", postgresql)
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 8"))
    seen: list[int] = []

    def listen(now: Progress) -> None:
        if now.phase == "running" and not seen:
            seen.append(1)
            control("a", "hold_station", "magnetic_stirring_1", who="anna", runs=files / "runs", wait_s=0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load_campaign(path), name="a", runs=files / "runs", seed=4, faults=0.03, listener=listen)
    done = resume("a", runs=files / "runs")
    assert done.status in ("finished", "waiting")
    assert all(s.status == "finished" or s.reason for s in done.lab.samples.values())
    used = {e.payload["command"]["device"] for e in done.entries if e.kind == "command_issued"}
    assert "magnetic_stirring_2" in used or not done.observations
    database = open_database(files / "runs")
    checked = verify_journal(database, "a", raw=files / "runs" / "a" / "raw")
    database.close()
    assert checked.sound, checked.problem
    assert not (files / "runs" / "aichemist.db").exists()
