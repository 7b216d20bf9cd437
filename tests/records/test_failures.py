"""Databases that are locked, full, gone or misnamed: always a RecordsError with a mend, never half a transaction."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from aichemist.chemistry import Observation, Recipe, RecordsError
from aichemist.records import Database, Lease, ManualTasks, Requests, RunJournal, create_run, verify_journal


def refused(error: pytest.ExceptionInfo[RecordsError], *words: str) -> None:
    message = str(error.value)
    assert "\n  mend: " in message and all(w in message for w in words), message


def filled(database: Database) -> RunJournal:
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    journal.append([("one", {}, 0.0)])
    return journal


def test_locked_for_longer_than_it_waits(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", wait_s=0.1)
    journal, requests = filled(database), Requests(database, 1)
    other = Database(tmp_path / "a.db")
    with other.begin():
        for write in (
            lambda: journal.append([("two", {}, 0.0), ("three", {}, 0.0)]),
            lambda: journal.save_snapshot(0, 1, b""),
            lambda: requests.add("stop", {}, "Ada", ""),
            lambda: ManualTasks(database, 1).add("c", {}, 0.0, None),
            lambda: Lease.acquire(database, "lab", "me", 1),
        ):
            with pytest.raises(RecordsError) as error:
                write()
            refused(error, "locked", "another process holds the database")
        assert len(journal.entries()) == 1
        Database(tmp_path / "a.db", wait_s=0.1).close()  # to look at it waits for nobody
    assert journal.append([("two", {}, 0.0)]) == [1] and requests.waiting() == []
    assert verify_journal(database, "a").sound


def test_a_short_lock_is_waited_for(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db", wait_s=10.0)
    journal, held = filled(database), threading.Event()

    def hold() -> None:
        other = Database(tmp_path / "a.db")
        with other.begin():
            held.set()
            time.sleep(0.3)
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    assert journal.append([("two", {}, 0.0)]) == [1]
    thread.join()


def test_full_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    journal = filled(database)
    with database.engine.connect() as connection:  # SQLite's own way to run out of space
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")
        connection.rollback()
    big = {"x": "y" * 200_000}
    for write in (
        lambda: journal.append([("two", {}, 0.0), ("big", big, 0.0)]),
        lambda: journal.save_snapshot(0, 1, bytes(200_000)),
        lambda: Requests(database, 1).add("stop", big, "Ada", ""),
        lambda: journal.finish(("big", big, 0.0), "finished"),
    ):
        with pytest.raises(RecordsError) as error:
            write()
        refused(error, "full", "free some disk space")
    assert [k for k, _ in journal.read()] == ["one"] and journal.latest_snapshot(1) is None
    assert verify_journal(database, "a").entries == 1
    with database.engine.connect() as connection:
        connection.exec_driver_sql("pragma max_page_count = 1000000")
        connection.rollback()
    assert journal.append([("big", big, 0.0)]) == [1]
    assert verify_journal(database, "a").sound


def test_the_same_twice(database: Database) -> None:
    journal = filled(database)
    record = Observation("b001-01", 1, Recipe({"Ni": 1.0}), "overpotential", 350.0, 2.0, "mV", "twin", ("f.parquet",))
    journal.append_observation(("made", {}, 0.0), record)
    with pytest.raises(RecordsError) as error:
        journal.append_observation(("made", {}, 0.0), record)
    refused(error, "a row of that name is there already")
    assert len(journal.entries()) == 2 and verify_journal(database, "a").sound


def test_the_server_ends_the_connection(postgresql: str) -> None:
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    database = Database(postgresql)
    journal = filled(database)
    with pytest.raises(RecordsError) as error, database.begin() as connection:
        connection.execute(text("update run set status = 'half'"))
        mine = connection.execute(text("select pg_backend_pid()")).scalar()
        with engine.begin() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
        time.sleep(0.1)
        connection.execute(text("update run set status = 'whole'"))
    refused(error, "database server runs")
    with engine.begin() as other:  # those that wait in the pool as well
        other.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid != pg_backend_pid() and state = 'idle'"
            )
        )
    assert journal.append([("two", {}, 0.0)]) == [1]  # connected anew
    with database.read() as connection:
        assert connection.execute(text("select status from run")).scalar() == "running"
    assert verify_journal(database, "a").sound
    database.close()
    engine.dispose()


def test_no_server(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(RecordsError) as error:
        Database(f"postgresql+psycopg://me:secret@/none?host={tmp_path}")
    refused(error, "database server runs")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("url", ["no url", "nosuch://x", "postgresql+nosuch://x"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(RecordsError) as error:
        Database(url)
    refused(error, "postgresql+psycopg://")


def test_a_driver_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(RecordsError) as error:
        Database("postgresql+psycopg://me:secret@/none")
    refused(error, "not installed", "aichemist[postgresql]")


def test_two_open_a_new_database_at_once(postgresql: str) -> None:
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    errors: list[BaseException] = []

    def start() -> None:
        try:
            Database(postgresql).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_copy_that_may_not_be_written_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "what? 100 % #1"
    writer = Database(place / "a.db")
    journal = filled(writer)
    monkeypatch.setattr("aichemist.records._database._may_write", lambda path: False)

    beside = Database(place / "a.db")  # while somebody else writes
    journal.append([("two", {}, 0.0)])
    assert [e.kind for e in RunJournal(beside, 1).iterate()] == ["one", "two"]
    beside.close()
    writer.close()
    before = sorted(p.name for p in place.iterdir())
    assert before == ["a.db"]

    copy = Database(place / "a.db")
    assert [e.kind for e in RunJournal(copy, 1).iterate()] == ["one", "two"]
    assert verify_journal(copy, "a").sound
    with pytest.raises(RecordsError) as error:
        RunJournal(copy, 1).append([("three", {}, 0.0)])
    refused(error, "readonly", "cannot be written")
    copy.close()
    assert sorted(p.name for p in place.iterdir()) == before


def test_a_copy_that_must_be_written_first_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(tmp_path / "a.db").close()
    monkeypatch.setattr("aichemist.records._database._may_write", lambda path: False)
    (tmp_path / "a.db-wal").write_bytes(b"pages")
    with pytest.raises(RecordsError) as error:
        Database(tmp_path / "a.db")
    refused(error, "a.db-wal", "copy the folder")
    (tmp_path / "a.db-wal").unlink()
    create_engine(f"sqlite:///{tmp_path / 'old.db'}").connect().close()
    (tmp_path / "old.db").touch()
    with pytest.raises(RecordsError) as error:
        Database(tmp_path / "old.db")
    refused(error, "schema is missing", "copy the folder")
