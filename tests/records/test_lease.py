"""Leases: one process drives a lab, and one that was taken for dead writes nothing when it wakes up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from aichemist.chemistry import RecordsError
from aichemist.records import Database, Lease, LeaseLostError, NewEntry, RunJournal, create_run

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock, in s after the start."""
    now = [START]
    monkeypatch.setattr("aichemist.records._lease._now", lambda connection: now[0])

    def to(seconds: float) -> None:
        now[0] = START + timedelta(seconds=seconds)

    return to


def test_one_holder_at_a_time(database: Database, clock: Callable[[float], None]) -> None:
    run = create_run(database, "a", seed=1, config={})
    first = Lease.acquire(database, "lab", "first", run.id, 60.0)
    with pytest.raises(RecordsError, match=r"driven by first, whose lease ends at 2026-11-23 12:01:00 UTC.*\n  mend"):
        Lease.acquire(database, "lab", "second", run.id)
    assert Lease.acquire(database, "other lab", "second", run.id).token == 1
    clock(50)
    first.renew()
    clock(100)
    with pytest.raises(RecordsError, match="12:01:50"):
        Lease.acquire(database, "lab", "second", run.id)
    clock(110)
    second = Lease.acquire(database, "lab", "second", run.id)
    assert (first.token, second.token) == (1, 2)
    with pytest.raises(LeaseLostError, match="second has it now"):
        first.renew()
    first.release()  # not its own any more: nothing happens
    second.renew()


def test_the_token_never_goes_back(database: Database) -> None:
    tokens = []
    for _ in range(3):
        held = Lease.acquire(database, "lab", "me", None)
        tokens.append(held.token)
        held.release()
        with pytest.raises(LeaseLostError, match="given back"):
            held.renew()
    again, anew = Lease.acquire(database, "lab", "me", None), Lease.acquire(database, "lab", "me", None)
    assert sorted({*tokens, again.token, anew.token}) == [*tokens, again.token, anew.token]
    with pytest.raises(LeaseLostError):
        again.renew()


def test_late_but_alone_it_goes_on(database: Database, clock: Callable[[float], None]) -> None:
    run = create_run(database, "a", seed=1, config={})
    held = Lease.acquire(database, "lab", "me", run.id, 60.0)
    clock(1000)
    RunJournal(database, run.id, held).append([("one", {}, 0.0)])
    held.renew()
    with pytest.raises(RecordsError, match="driven by me"):
        Lease.acquire(database, "lab", "other", run.id)


def test_the_fence(database: Database, clock: Callable[[float], None]) -> None:
    run = create_run(database, "a", seed=1, config={})
    old = RunJournal(database, run.id, Lease.acquire(database, "lab", "old", run.id))
    assert old.append([("one", {}, 0.0)]) == [0]
    clock(61)  # asleep for longer than its lease
    new = RunJournal(database, run.id, Lease.acquire(database, "lab", "new", run.id))
    for write in (
        lambda: old.append([NewEntry("two", {}, 0.0)]),
        lambda: old.finish(("end", {}, 0.0), "finished"),
        lambda: old.set_status("interrupted"),
        lambda: old.save_snapshot(0, 1, b"x"),
    ):
        with pytest.raises(LeaseLostError, match=r"old drives lab 'lab' no longer: new has it now \(token 1 of 2\)"):
            write()
    assert new.append([("two", {}, 0.0)]) == [1]
    assert [e.kind for e in old.entries()] == ["one", "two"] and new.latest_snapshot(1) is None
    with database.read() as connection:
        assert connection.execute(text("select status from run")).scalar() == "running"


def test_nobody_takes_the_lab_within_a_transaction(database: Database, clock: Callable[[float], None]) -> None:
    held = Lease.acquire(database, "lab", "old", None)
    clock(61)
    other = Database(database.engine.url.render_as_string(hide_password=False), wait_s=0.2)
    with database.begin() as connection:
        held.check(connection)
        with pytest.raises(RecordsError, match="another process holds the database"):
            Lease.acquire(other, "lab", "new", None)
    assert Lease.acquire(other, "lab", "new", None).token == 2
    other.close()


def test_the_clock_goes_back(database: Database, clock: Callable[[float], None]) -> None:
    held = Lease.acquire(database, "lab", "old", None, 60.0)
    clock(-7200)  # two hours back: a dead holder must not keep the lab for two hours
    with pytest.raises(RecordsError, match="10:01:00 UTC"):
        Lease.acquire(database, "lab", "new", None)
    clock(-7200 + 59)  # and a living one keeps it: nobody is let in early
    with pytest.raises(RecordsError, match="10:01:00 UTC"):
        Lease.acquire(database, "lab", "new", None)
    held.renew()
    clock(-7200 + 61)
    with pytest.raises(RecordsError, match="10:01:59 UTC"):
        Lease.acquire(database, "lab", "new", None)
    clock(-7200 + 120)
    assert Lease.acquire(database, "lab", "new", None).token == 2


def test_the_clock_goes_forward(database: Database, clock: Callable[[float], None]) -> None:
    run = create_run(database, "a", seed=1, config={})
    old = RunJournal(database, run.id, Lease.acquire(database, "lab", "old", run.id))
    clock(3600)  # the lease seems over while its holder lives: the fence holds
    Lease.acquire(database, "lab", "new", run.id)
    with pytest.raises(LeaseLostError):
        old.append([("one", {}, 0.0)])


def test_the_true_clock(database: Database) -> None:
    Lease.acquire(database, "lab", "old", None, 60.0)
    with pytest.raises(RecordsError, match="driven by old"):
        Lease.acquire(database, "lab", "new", None)
    Lease.acquire(database, "lab", "old", None, 0.0)
    assert Lease.acquire(database, "lab", "new", None).token == 3


def test_of_many_at_once_one_gets_it(database: Database) -> None:
    def attempt(i: int) -> str:
        try:
            return str(Lease.acquire(database, "lab", f"process {i}", None).token)
        except RecordsError as error:
            return "refused" if "is driven by process" in str(error) else str(error)

    with ThreadPoolExecutor(5) as pool:
        got = list(pool.map(attempt, range(5)))
    assert sorted(got) == ["1", *["refused"] * 4]
