"""Snapshots, requests to a running process, and tasks for people."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from aichemist.chemistry import DuplicateCommandError, RecordsError
from aichemist.records import (
    Database,
    ManualTasks,
    NewEntry,
    References,
    Requests,
    RunJournal,
    Snapshot,
    create_run,
)


@pytest.fixture
def run_id(database: Database) -> int:
    return create_run(database, "a", seed=1, config={}).id


@pytest.fixture
def journal(database: Database, run_id: int) -> RunJournal:
    made = RunJournal(database, run_id)
    made.append([("x", {"n": i}, 0.0) for i in range(10)])
    return made


def rows(database: Database, what: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(r) for r in connection.execute(text(what))]


def test_the_newest_two_snapshots_of_each_format_are_kept(database: Database, journal: RunJournal) -> None:
    assert journal.latest_snapshot(1) is None
    data = os.urandom(100_000)
    for seq in (-1, 2, 4, 6):
        journal.save_snapshot(seq, 1, data + bytes([seq + 1]))
    journal.save_snapshot(9, 2, b"another")
    assert journal.latest_snapshot(1) == Snapshot(6, data + b"\x07")
    assert journal.latest_snapshot(2) == Snapshot(9, b"another") and journal.latest_snapshot(3) is None
    assert rows(database, "select format, seq from snapshot order by format, seq") == [(1, 4), (1, 6), (2, 9)]
    journal.save_snapshot(6, 1, b"anew")
    assert journal.latest_snapshot(1) == Snapshot(6, b"anew")
    for seq in (10, -2):
        with pytest.raises(RecordsError, match="no entry"):
            journal.save_snapshot(seq, 1, b"")


@pytest.mark.parametrize(
    "change",
    [
        "update snapshot set hash = 'x' where seq = 6",
        "update snapshot set data = {} where seq = 6",
        "update journal set hash = 'x' where seq = 6",
        "delete from journal where seq >= 6",
    ],
)
def test_a_snapshot_that_does_not_fit_is_passed_over(database: Database, journal: RunJournal, change: str) -> None:
    journal.save_snapshot(4, 1, b"four")
    journal.save_snapshot(6, 1, b"six")
    blob = "x'00'" if database.engine.dialect.name == "sqlite" else "'\\x00'::bytea"
    with database.begin() as connection:
        connection.exec_driver_sql(change.format(blob))
    assert journal.latest_snapshot(1) == Snapshot(4, b"four")


def test_a_snapshot_of_the_beginning_is_of_these_settings(database: Database, run_id: int) -> None:
    journal = RunJournal(database, run_id)
    journal.save_snapshot(-1, 1, b"")
    assert journal.latest_snapshot(1) == Snapshot(-1, b"")
    with database.begin() as connection:
        connection.execute(text("update run set seed = 5"))
    assert journal.latest_snapshot(1) is None


def test_requests_are_taken_with_the_entries_that_answer_them(
    database: Database, run_id: int, journal: RunJournal
) -> None:
    requests = Requests(database, run_id)
    assert requests.waiting() == []
    one = requests.add("pause", {"station": "dryer-1"}, "Ada", "smells odd")
    two = requests.add("stop", {}, "Bob", "")
    raw = [(r.id, r.kind, r.payload, r.who, r.why) for r in requests.waiting()]
    assert "Ada" not in str(raw) and "odd" not in str(raw)
    assert References(database).shown(raw) == [
        (one, "pause", {"station": "dryer-1"}, "Ada", "smells odd"), (two, "stop", {}, "Bob", ""),
    ]  # fmt: skip
    assert requests.waiting()[0].made_at.tzinfo is not None
    assert journal.append([NewEntry("paused", {"request": one}, 1.0, "Ada")], taking=[one]) == [10]
    assert [r.id for r in requests.waiting()] == [two]
    with pytest.raises(RecordsError, match="wait still"):  # once only, and nothing of it is written
        journal.append([("stopped", {}, 1.0)], taking=[one, two])
    assert len(journal.entries()) == 11 and [r.id for r in requests.waiting()] == [two]
    taken_at = requests.find(one).taken_at
    requests.taken([one, two], "as you say")
    assert requests.find(one).taken_at == taken_at and requests.find(two).taken_at is not None
    assert {requests.find(i).answer for i in (one, two)} == {"as you say"} and requests.waiting() == []
    for wrong in (lambda: requests.find(99), lambda: requests.taken([two, 99], "no")):
        with pytest.raises(RecordsError):
            wrong()
    assert requests.find(two).answer == "as you say"


def test_requests_to_another_run_are_not_mine(database: Database, run_id: int, journal: RunJournal) -> None:
    other = Requests(database, create_run(database, "b", seed=1, config={}).id)
    id = other.add("stop", {}, "Ada", "")
    assert Requests(database, run_id).waiting() == []
    with pytest.raises(RecordsError):
        journal.append([("stopped", {}, 0.0)], taking=[id])
    with pytest.raises(RecordsError, match="run that this belongs to"):
        Requests(database, 99).add("stop", {}, "Ada", "")
    with database.begin() as connection:
        connection.execute(text("delete from request"))
    assert other.add("stop", {}, "Ada", "") > id


def test_polling_uses_the_index(database: Database, run_id: int) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a small table is read whole by PostgreSQL")
    plan = rows(database, "explain query plan select * from request where run_id = 1 and taken_at is null order by id")
    assert "ix_request_run_id_taken_at" in str(plan) and "TEMP B-TREE" not in str(plan)


def test_manual_tasks_are_asked_once_and_answered_once(database: Database, run_id: int) -> None:
    tasks = ManualTasks(database, run_id)
    tasks.add("c1", {"operation": "weigh"}, 10.0, 70.0)
    tasks.add("c2", {"operation": "look"}, 11.0, None)
    with pytest.raises(DuplicateCommandError):
        tasks.add("c1", {"operation": "other"}, 20.0, None)
    assert [(t.command_id, t.seq, t.command, t.start_s, t.due_s) for t in tasks.open()] == [
        ("c1", 0, {"operation": "weigh"}, 10.0, 70.0), ("c2", 1, {"operation": "look"}, 11.0, None),
    ]  # fmt: skip
    one, two = tasks.open()
    assert one.due_at is not None and (one.due_at - one.asked_at).total_seconds() == 60.0 and two.due_at is None
    assert one.values is None and one.answered_at is None and one.end_s is None
    done = tasks.answer("c1", "done", {"mass_kg": 0.1}, "Ada", "fine", 55.0)
    assert References(database).shown((done.status, done.values, done.who, done.note, done.end_s)) == (
        "done",
        {"mass_kg": 0.1},
        "Ada",
        "fine",
        55.0,
    )
    assert tasks.find("c1") == done and [t.command_id for t in tasks.open()] == ["c2"]
    with pytest.raises(RecordsError, match=r"answered before: 'done' by Ada at .* UTC; that stands"):
        tasks.answer("c1", "failed", None, "Bob", "", 60.0)
    assert tasks.find("c1") == done
    with pytest.raises(RecordsError, match="'done' or 'failed'"):
        tasks.answer("c2", "open", None, "Bob", "", 60.0)
    with pytest.raises(RecordsError, match="no manual task"):
        tasks.answer("c3", "done", None, "Bob", "", 60.0)
    failed = tasks.answer("c2", "failed", None, "Bob", "broken", 60.0)
    assert failed.values is None and tasks.open() == [] and tasks.find("c3") is None
    with pytest.raises(RecordsError):
        ManualTasks(database, 99).add("c1", {}, 0.0, None)
