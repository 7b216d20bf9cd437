"""The journal: a chain of hashes that comes out the same from either database."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from aichemist.chemistry import Observation, Recipe, RecordsError
from aichemist.records import (
    Database,
    NewEntry,
    RawData,
    RunInfo,
    RunJournal,
    Verified,
    create_run,
    find_run,
    list_runs,
    verify_journal,
)

SQL_OF = "update journal set {} where seq = 2"


def filled(database: Database, entries: int = 5, name: str = "a") -> tuple[RunInfo, RunJournal]:
    run = create_run(database, name, seed=7, config={"clock": "virtual", "x": [0.1, 1e22, -0.0]})
    journal = RunJournal(database, run.id)
    kinds = [NewEntry("command_sent", {"n": i, "mass_kg": 0.1 * i}, 1.1 * i, "Ada", None) for i in range(entries)]
    assert journal.append(kinds) == list(range(entries))
    return run, journal


def run_sql(database: Database, *statements: str) -> None:
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_entries_know_cause_and_actor(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={})
    journal = RunJournal(database, run.id)
    assert journal and len(journal) == 0 and journal.head == -1 and len(journal.head_hash) == 64
    assert journal.append([("one", {}, 0), NewEntry("two", {"t": (1, 2)}, 1.5, "Ada Lovelace", 0)]) == [0, 1]
    before = datetime.now(UTC)
    assert journal.finish(NewEntry("end", {}, 2.0, cause=1), "finished") == 2
    one, two, end = RunJournal(database, run.id).entries()
    assert (one.actor, one.cause, two.actor, two.cause, end.cause) == ("executor", None, "Ada Lovelace", 0, 1)
    assert two.payload == {"t": [1, 2]} and isinstance(one.lab_time_s, float)
    assert end.wall_time.tzinfo is UTC and abs((end.wall_time - before).total_seconds()) < 60
    assert journal.head == 2 and journal.head_hash == end.hash and len({one.hash, two.hash, end.hash}) == 3
    assert [e.seq for e in journal.entries(after=1)] == [2]
    assert find_run(database, "a").status == "finished"
    assert verify_journal(database, "a") == Verified(3, True, None, "")


@pytest.mark.parametrize("cause", [1, 2, -1])
def test_a_cause_is_an_earlier_entry(database: Database, cause: int) -> None:
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    with pytest.raises(RecordsError, match="earlier entry"):
        journal.append([("one", {}, 0.0), NewEntry("two", {}, 0.0, cause=cause)])
    assert len(journal) == 0 and journal.entries() == []


def test_iterate_gives_what_entries_gives(database: Database) -> None:
    _, journal = filled(database, 25)
    assert list(journal.iterate(chunk=10)) == journal.entries()
    assert [e.seq for e in journal.iterate(after=19, chunk=5)] == [20, 21, 22, 23, 24]
    assert list(journal.iterate(after=99)) == []
    looking = journal.iterate(chunk=10)
    next(looking)
    journal.append([("late", {}, 0.0)])  # no transaction is left open by the one who looks
    assert [e.kind for e in looking][-1] == "late"


PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(payload=st.dictionaries(st.text() | st.integers(), PLAIN, max_size=4), at=st.floats(allow_nan=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_comes_back_with_the_same_hash(database: Database, payload: dict[Any, Any], at: float) -> None:
    name = str(len(list_runs(database)))
    journal = RunJournal(database, create_run(database, name, seed=1, config=payload).id)
    journal.append([("x", payload, at)])
    assert verify_journal(database, name).problem == ""
    (back,) = journal.entries()
    assert repr(back.lab_time_s) == repr(at + 0.0)
    assert repr(back.payload) == repr({str(k): v for k, v in payload.items()})


def test_numpy_and_not_a_number(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={"limit": float("inf")})
    journal = RunJournal(database, run.id)
    made = Observation("b001-01", 1, Recipe({"Ni": 1.0}), "o", float("nan"), 2.0, "mV", "twin", ("f.parquet",))
    payload = {"value": float("nan"), "mass_kg": np.float64(0.1) + np.float64(0.2), "low": [-float("inf")]}
    assert journal.append_observation(("observation_made", payload, np.float64(1.0)), made) == 0
    back = journal.entries()[0].payload
    assert np.isnan(back["value"]) and back["mass_kg"] == 0.1 + 0.2 and back["low"] == [-float("inf")]
    assert find_run(database, "a").config == {"limit": float("inf")}
    assert verify_journal(database, "a").sound


def test_what_is_no_json_is_refused(database: Database) -> None:
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    with pytest.raises(RecordsError, match=r"entry 1 \('two'\) cannot be kept.*\n  mend"):
        journal.append([("one", {}, 0.0), ("two", {"x": object()}, 0.0)])
    assert journal.append([("one", {}, 0.0)]) == [0]
    with pytest.raises(RecordsError, match="no lab time"):
        journal.append([("two", {}, float("nan"))])
    with pytest.raises(RecordsError, match="settings of run 'b'"):
        create_run(database, "b", seed=1, config={"x": {1, 2}})


def test_of_two_writers_the_second_is_refused(database: Database) -> None:
    run, first = filled(database)
    second = RunJournal(database, run.id)
    first.append([("mine", {}, 0.0)])
    for _ in range(2):
        with pytest.raises(RecordsError, match="another process wrote"):
            second.append([("other", {}, 0.0)])
    assert RunJournal(database, run.id).append([("third", {}, 0.0)]) == [6]
    assert verify_journal(database, "a") == Verified(7, True, None, "")
    with pytest.raises(RecordsError, match="no run with the number 99"):
        RunJournal(database, 99)


@pytest.mark.parametrize(
    "change",
    [
        "payload = '{\"n\": 3}'",
        "payload = 'no json'",
        "lab_time_s = 2.2000000000000006",
        "wall_time = '2020-01-01 00:00:00.000000'",
        "wall_time = 'no time'",
        "kind = 'command_done'",
        "actor = 'Bob'",
        "cause = 1",
        "run_id = 1, hash = '" + "0" * 64 + "'",
    ],
)
def test_a_changed_entry_is_found(database: Database, change: str) -> None:
    filled(database)
    if "no " in change and database.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps no such value")
    run_sql(database, SQL_OF.format(change))
    found = verify_journal(database, "a")
    assert (found.sound, found.first_bad, found.entries) == (False, 2, 2)
    assert found.problem.startswith("entry 2 ")
    if "no " in change:
        with pytest.raises(RecordsError, match="verify the journal"):
            RunJournal(database, 1).entries()


@pytest.mark.parametrize(
    ("statements", "first_bad", "words"),
    [
        (["delete from journal where seq = 2"], 2, "entry 2 is missing"),
        (["delete from journal where seq = 0"], 0, "entry 0 is missing"),
        (["delete from journal where seq >= 3"], 3, "cut off: entries 3 to 4"),
        (["delete from journal"], 0, "cut off: entries 0 to 4"),
        (["delete from journal where seq = 2", "update journal set seq = 2 where seq = 3",
          "update journal set seq = 3 where seq = 4", "update run set head_seq = 3"], 2, "changed or put in"),
        (["insert into journal select run_id, 5, kind, payload, lab_time_s, wall_time, cause, actor, hash from "
          "journal where seq = 4"], 5, "put in"),
        (["insert into journal select run_id, -1, kind, payload, lab_time_s, wall_time, cause, actor, hash from "
          "journal where seq = 4"], -1, "too much"),
        (["update run set head_seq = 3"], 4, "too much"),
        (["update run set head_hash = 'x'"], None, "record of its last entry was changed"),
        (["update run set config = '{\"clock\": \"real\"}'"], 0, "settings"),
        (["update run set seed = 8"], 0, "seed"),
        (["update run set created_at = '2020-01-01 00:00:00.000000'"], 0, "time"),
    ],
)  # fmt: skip
def test_entries_taken_out_put_in_or_cut_off(
    database: Database, statements: list[str], first_bad: int | None, words: str
) -> None:
    filled(database)
    run_sql(database, *statements)
    found = verify_journal(database, "a")
    assert not found.sound and found.first_bad == first_bad and words in found.problem


def test_threads_share_a_journal(database: Database) -> None:
    _, journal = filled(database, 0)
    with ThreadPoolExecutor(4) as pool:
        seqs = list(pool.map(lambda i: journal.append([("x", {"n": i}, 0.0)] * 2), range(20)))
    assert sorted(s for pair in seqs for s in pair) == list(range(40))
    assert verify_journal(database, "a") == Verified(40, True, None, "")


@pytest.mark.timeout(60)
def test_killed_while_it_writes(database: Database) -> None:
    filled(database, 0)
    program = (
        "import sys; from aichemist.records import Database, RunJournal\n"
        "journal = RunJournal(Database(sys.argv[1]), 1)\n"
        "while True: print(journal.append([('x', {'n': 0.1}, 0.0)] * 7)[-1], flush=True)"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        seen = [int(child.stdout.readline()) for _ in range(20)]
        child.kill()
        seen += [int(line) for line in child.stdout if line.endswith("\n")]
    entries = len(RunJournal(database, 1).entries())
    assert entries % 7 == 0 and entries > seen[-1]  # what was durable is there, nothing is there in half
    assert verify_journal(database, "a") == Verified(entries, True, None, "")


def test_nothing_is_added_to_a_cut_journal(database: Database) -> None:
    run, _ = filled(database)
    run_sql(database, "delete from journal where seq >= 3")
    journal = RunJournal(database, run.id)  # to look at it is allowed
    assert len(journal.entries()) == 3
    with pytest.raises(RecordsError, match="cut from outside"):
        journal.append([("more", {}, 0.0)])


def test_settings_of_a_run_without_entries(database: Database) -> None:
    create_run(database, "a", seed=1, config={})
    assert verify_journal(database, "a") == Verified(0, True, None, "")
    run_sql(database, "update run set seed = 2")
    found = verify_journal(database, "a")
    assert not found.sound and found.first_bad is None and "settings were changed" in found.problem
    with pytest.raises(RecordsError, match="runs here: a"):
        verify_journal(database, "b")


def test_the_journals_of_two_runs_are_no_business_of_each_other(database: Database) -> None:
    filled(database)
    filled(database, name="b")
    run_sql(database, "update journal set actor = 'x' where run_id = 2")
    assert verify_journal(database, "a").sound and not verify_journal(database, "b").sound


def test_missing_raw_files(database: Database, tmp_path: Path) -> None:
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    files = {"b001-01": ["a.parquet", "b.parquet"], "b001-02": ["c.parquet"]}
    journal.append([("command_done", {"files": files}, 0.0), ("command_done", {"files": {}}, 0.0), ("x", {}, 0.0)])
    (tmp_path / "b.parquet").write_bytes(b"x")
    found = verify_journal(database, "a", tmp_path)
    assert (found.sound, found.first_bad, found.missing_files) == (False, None, ("a.parquet", "c.parquet"))
    assert found.problem.startswith("2 raw files are missing") and found.problem.endswith("a.parquet, c.parquet")
    assert verify_journal(database, "a").sound
    for name in found.missing_files:
        (tmp_path / name).write_bytes(b"x")
    assert verify_journal(database, "a", tmp_path).sound


def test_a_changed_raw_file_is_found(database: Database, tmp_path: Path) -> None:
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    raw = RawData(tmp_path)
    good, bad = (raw.write("c", s, "k", {"x_v": np.arange(50.0)}, {}) for s in ("b001-01", "b001-02"))
    (tmp_path / "old.k.0123456789.parquet").write_bytes(b"as it may be")
    journal.append([("command_done", {"files": {"b001-01": [good, "old.k.0123456789.parquet"]}}, 0.0)])
    journal.append([("command_faulted", {"files": {}, "bad_files": {"b001-02": [bad]}}, 0.0)])
    assert verify_journal(database, "a", tmp_path) == Verified(2, True, None, "", unchecked_files=1)
    content = bytearray((tmp_path / bad).read_bytes())
    content[40] ^= 1
    (tmp_path / bad).write_bytes(content)
    found = verify_journal(database, "a", tmp_path)
    assert (found.sound, found.changed_files, found.missing_files) == (False, (bad,), ())
    assert found.problem == f"1 raw file is changed in {tmp_path}: {bad}"
    with pytest.raises(RecordsError, match="was changed since it was written"):
        raw.read(bad)
    assert raw.read(good)[0]["x_v"][49] == 49.0


def test_many_entries_are_checked_in_parts(database: Database) -> None:
    filled(database, 2500)
    assert verify_journal(database, "a") == Verified(2500, True, None, "")
    run_sql(database, "update journal set kind = 'x' where seq = 2100")
    assert verify_journal(database, "a").first_bad == 2100


def test_only_the_newest_entries_are_checked(database: Database) -> None:
    filled(database, 20)
    run_sql(database, "update journal set kind = 'x' where seq = 5")
    assert verify_journal(database, "a", after=5) == Verified(14, True, None, "")
    assert verify_journal(database, "a", after=19) == Verified(0, True, None, "")
    assert verify_journal(database, "a", after=4).first_bad == 5
    run_sql(database, "delete from journal where seq in (5, 19)")
    found = verify_journal(database, "a", after=10)
    assert (found.entries, found.first_bad, found.problem[:18]) == (8, 19, "the end is cut off")
    assert not verify_journal(database, "a", after=5).sound
