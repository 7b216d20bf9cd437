"""A disk or database on which every transaction takes long, and some longer than the lease lasts."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import event

from aichemist.campaign import Campaign, Progress, Run, _lab_side, load_campaign, open_database, open_run, resume, run
from aichemist.lab.execution import JournalEntry
from aichemist.records import Database, Lease, LeaseLostError, TwinCommands, find_run, verify_journal

#: wall time of a transaction, and of every 25th (s); the lease is between them
SHORT_S, LONG_S, LEASE_S = 0.005, 0.4, 0.25


def campaign(files: Path) -> Campaign:
    path, protocol = files / "campaigns" / "oer.toml", files / "protocols" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 4").replace("batch = 8", "batch = 2"))
    head, *steps = protocol.read_text().split("[[step]]")  # four steps are enough here, and quick
    names = [f'name = "{n}"' for n in ("dispense_metals", "remove_wash", "test", "structure")]
    kept = [s for s in steps if any(n in s for n in names)]
    protocol.write_text("[[step]]".join([head, *kept]).replace('wait = "none"', ""))
    return load_campaign(path)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every commit of a database that is opened from now on takes its time; how long each took."""
    took: list[float] = []
    engine, acquire = Database._engine, Lease.acquire.__func__  # type: ignore[attr-defined]

    def wait(_: object) -> None:
        took.append(SHORT_S if len(took) % 25 else LONG_S)
        time.sleep(took[-1])

    def slowed(self: Database) -> object:
        made = engine(self)
        event.listen(made, "commit", wait)
        return made

    def shorter(cls: type[Lease], database: Database, lab: str, holder: str, run_id: int | None) -> Lease:
        lease = acquire(cls, database, lab, holder, run_id, LEASE_S)
        assert isinstance(lease, Lease)
        return lease

    monkeypatch.setattr(Database, "_engine", slowed)
    monkeypatch.setattr(Lease, "acquire", classmethod(shorter))
    monkeypatch.setattr(_lab_side, "_SLOW_S", 0.25)
    return took


def nothing_was_lost_or_sent_twice(done: Run, runs: Path) -> None:
    assert done.status == "finished" and len(done.observations) == 4 and not done.quarantined
    assert all(v.status == "finished" and v.place == "starting_station" for v in done.lab.samples.values())
    database = open_database(runs)
    issued = [e.payload["command"]["id"] for e in done.entries if e.kind == "command_issued"]
    assert len(set(issued)) == len(issued)
    log = TwinCommands(database, find_run(database, "a").id)
    assert len(log.rows()) == len(issued) and all(log.attempts(c) == 1 for c in issued)
    assert verify_journal(database, "a").sound
    database.close()


def test_the_lab_waits_for_it(files: Path, unread: None, slow: list[float]) -> None:
    said: list[str] = []

    def listen(now: Progress) -> None:
        if now.phase == "slow":
            said.append(now.note)

    # while the disk is busy lab time passes: 0.4 s are 11 hours here, more than any step takes
    done = run(campaign(files), name="a", runs=files / "runs", seed=3, clock="scaled:100000", listener=listen)
    kinds = Counter(e.kind for e in done.entries)
    assert slow.count(LONG_S) > 3 and not kinds["command_faulted"] and not kinds["command_overdue"]
    assert len(said) <= 1  # told once a minute at most
    nothing_was_lost_or_sent_twice(done, files / "runs")


def test_a_long_write_is_told_of_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now, takes_s = [0.0], iter((0.1, 2.5, 30.0, 1.9, 40.0))

    class Disk:
        def append(self, _: object, *, taking: object) -> None:
            now[0] += next(takes_s)

    monkeypatch.setattr(_lab_side.time, "monotonic", lambda: now[0])
    said: list[float] = []
    journal = _lab_side.SqlJournal(Disk(), slow=said.append)  # type: ignore[arg-type]
    for _ in range(5):
        journal.append([JournalEntry("x", {}, 0.0, "", None)])
    assert said == [2.5, 40.0]


def test_another_takes_the_lab_meanwhile(files: Path, unread: None, slow: list[float]) -> None:
    runs, taken = files / "runs", [False]

    def overtake(now: Progress) -> None:
        if taken[0] or now.phase != "running" or now.samples_done < 1:
            return
        taken[0] = True
        time.sleep(LONG_S)  # the observation took so long to be written, and the lease ended meanwhile
        database = open_database(runs)
        Lease.acquire(database, "twin of run a", "another", None).release()
        database.close()

    with pytest.raises(LeaseLostError, match="nothing was written"):
        run(campaign(files), name="a", runs=runs, seed=3, listener=overtake)
    before = len(open_run("a", runs=runs).entries)
    done = resume("a", runs=runs)
    assert len(done.entries) > before
    nothing_was_lost_or_sent_twice(done, runs)
