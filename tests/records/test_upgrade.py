"""Databases of schema 0002 with runs in them are brought up to date, and their journals are chained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

import aichemist.records
from aichemist.records import Database, RunJournal, Verified, create_run, list_runs, verify_journal
from aichemist.records._database import SCHEMA

TABLES = ("snapshot", "request", "lease", "manual_task", "person", "approval", "private_text")


def alembic(connection: Connection, to: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(aichemist.records.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, to)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database as version 0002 left it, with two runs."""
    url = f"sqlite:///{tmp_path / 'old.db'}" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    engine = create_engine(url)
    time = "2026-01-02 03:04:05.678901" + ("" if request.param == "sqlite" else "+00")
    with engine.begin() as connection:
        if request.param == "postgresql":
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
        alembic(connection, "0002")
        for name, rows in (("full", 2300), ("empty", 0)):
            config = {"documents": {"b": 1, "a": 0.1}, "clock": "virtual"}
            run = {"name": name, "at": time, "config": json.dumps(config)}
            key = connection.execute(
                text(
                    "insert into run (name, created_at, status, seed, config) "
                    "values (:name, :at, 'running', 3, :config) returning id"
                ),
                run,
            ).scalar()
            new = [
                {"run": key, "seq": i, "payload": json.dumps({"n": i / 7, "z": "ü", "a": None}), "s": i / 3, "at": time}
                for i in range(rows)
            ]
            if rows and request.param == "sqlite":
                new[5]["payload"] = '{"value": NaN}'  # as 0002 wrote it
            if new:
                connection.execute(
                    text("insert into journal values (:run, :seq, 'command_sent', :payload, :s, :at)"), new
                )
    engine.dispose()
    return url


def test_journals_of_0002_are_chained(old: str) -> None:
    database = Database(old)
    assert [r.name for r in list_runs(database)] == ["full", "empty"]
    assert verify_journal(database, "full") == Verified(2300, True, None, "")
    assert verify_journal(database, "empty") == Verified(0, True, None, "")
    journal = RunJournal(database, list_runs(database)[0].id)
    entry = journal.entries()[7]
    assert (entry.actor, entry.cause, entry.payload) == ("executor", None, {"n": 1.0, "z": "ü", "a": None})
    assert entry.wall_time.isoformat() == "2026-01-02T03:04:05.678901+00:00"
    assert journal.append([("next", {}, 1.0)]) == [2300]
    assert verify_journal(database, "full").entries == 2301
    with database.begin() as connection:
        connection.execute(text("update journal set lab_time_s = 0.5 where seq = 1234"))
    assert verify_journal(database, "full").first_bad == 1234
    database.close()


def test_down_and_up_again(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={"x": 1})
    RunJournal(database, run.id).append([("one", {"n": 0.1}, 0.0)])
    with database.begin() as connection:
        head = connection.execute(text("select head_hash from run")).scalar()
        alembic(connection, "0002", down=True)
    with database.begin() as connection:
        for table in TABLES:
            assert not connection.dialect.has_table(connection, table)
        alembic(connection, SCHEMA)
        assert connection.execute(text("select head_hash from run")).scalar() == head
    assert verify_journal(database, "a").sound


def test_a_run_of_0003_keeps_its_chain(database: Database) -> None:
    """A step down to 0003 and up again: what 0003 wrote is untouched, and the new tables are there and empty."""
    run = create_run(database, "a", seed=1, config={"x": 1})
    RunJournal(database, run.id).append([("one", {"n": 0.1}, 0.0), ("two", {}, 1.0)])
    with database.begin() as connection:
        alembic(connection, "0003", down=True)
        before = connection.execute(text("select * from journal order by seq")).all()
        assert not connection.dialect.has_table(connection, "approval")
    again = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        with again.read() as connection:
            assert connection.execute(text("select * from journal order by seq")).all() == before
            for table in ("person", "approval", "private_text"):
                assert connection.execute(text(f"select count(*) from {table}")).scalar() == 0
        assert verify_journal(again, "a").sound
        assert RunJournal(again, run.id).append([("next", {}, 2.0)]) == [2]
    finally:
        again.close()
