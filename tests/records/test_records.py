import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from sqlalchemy import text

from aichemist.chemistry import DuplicateCommandError, Observation, Recipe, RecordsError, RunExistsError, Simplex
from aichemist.records import (
    Database,
    RawData,
    RunJournal,
    TwinCommands,
    create_run,
    find_run,
    list_runs,
    write_observations,
)
from aichemist.records._database import SCHEMA


def observation(value: float = 350.0) -> Observation:
    return Observation("b001-01", 1, Recipe({"Ni": 1.0}), "overpotential", value, 2.0, "mV", "twin", ("f.parquet",))


def simplex(*names: str) -> Simplex:
    return Simplex(names, 0.1, len(names), (0.0,) * len(names), (1.0,) * len(names))


def another(database: Database) -> Database:
    """The same database, opened once more."""
    return Database(database.engine.url.render_as_string(hide_password=False))


def test_wal_and_schema(tmp_path: Path) -> None:
    database = Database(tmp_path / "with space" / "aichemist.db")
    with database.read() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
        assert connection.execute(text("pragma synchronous")).scalar() == 2
        assert connection.execute(text("select version_num from alembic_version")).scalar() == SCHEMA


def test_migrations_make_the_declared_tables(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from aichemist.records._tables import metadata

    def ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        # the full text of either database is no plain table or index
        return not str(name).startswith(("literature_fts", "ix_literature_sentence_words"))

    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_journal_is_append_only_and_ordered(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={"x": 1})
    journal = RunJournal(database, run.id)
    journal.append([("one", {"n": 1}, 0.0), ("two", {"n": 0.1 + 0.2}, 1.5)])
    RunJournal(database, run.id).append([("three", {}, 2.0)])
    assert [(e.seq, e.kind, e.lab_time_s) for e in RunJournal(database, run.id).entries()] == [
        (0, "one", 0.0), (1, "two", 1.5), (2, "three", 2.0),
    ]  # fmt: skip
    assert RunJournal(database, run.id).read()[1][1]["n"] == 0.1 + 0.2


def test_a_second_writer_is_refused_and_nothing_is_half_written(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={})
    first, second = RunJournal(database, run.id), RunJournal(database, run.id)
    first.append([("one", {}, 0.0)])
    with pytest.raises(RecordsError):
        second.append([("other", {}, 0.0), ("another", {}, 0.0)])
    assert [k for k, _ in first.read()] == ["one"]


def test_observation_and_entry_are_one_transaction(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={})
    journal = RunJournal(database, run.id)
    journal.append_observation(("observation_made", {}, 0.0), observation())
    with pytest.raises(RecordsError):  # the same sample again: neither row nor entry
        journal.append_observation(("observation_made", {}, 0.0), observation())
    assert len(journal.read()) == 1


def test_names_are_unique(database: Database) -> None:
    create_run(database, "a", seed=1, config={})
    with pytest.raises(RunExistsError, match="aichemist resume a"):
        create_run(database, "a", seed=2, config={})
    with pytest.raises(RecordsError, match="runs here: a"):
        find_run(database, "b")
    assert [r.seed for r in list_runs(database)] == [1]


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    create_run(database, "a", seed=1, config={})
    other = another(database)
    with database.begin() as connection:
        connection.execute(text("update run set status = 'x'"))
        assert [r.status for r in list_runs(other)] == ["running"]
    other.close()


def test_twin_commands_are_received_once(database: Database) -> None:
    run = create_run(database, "a", seed=1, config={})
    log = TwinCommands(database, run.id)
    log.add("c1", {"id": "c1"}, 0.0, 1.0)
    with pytest.raises(DuplicateCommandError):
        log.add("c1", {"id": "c1"}, 5.0, 6.0)
    assert log.attempts("c1") == 2 and log.attempts("c2") == 0
    assert log.rows() == [({"id": "c1"}, 0.0, 1.0)]


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "aichemist.db"
    path.write_bytes(b"this is no database at all, but long enough to be read as one" * 20)
    with pytest.raises(RecordsError, match="no AI-Chemist database"):
        Database(path)


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(RecordsError, match="newer AI-Chemist"):
        another(database)


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError):
        Database(tmp_path / "file" / "aichemist.db")


def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    run = create_run(database, "a", seed=1, config={})
    journal = RunJournal(database, run.id)
    journal.append([("small", {}, 0.0)])
    with database.engine.connect() as connection:  # SQLite's own way to run out of space
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")
        connection.rollback()
    with pytest.raises(RecordsError, match="free some disk space"):
        journal.append([("big", {"x": "y" * 200_000}, 0.0)])
    assert [k for k, _ in journal.read()] == ["small"]


def test_raw_data_round_trip(tmp_path: Path) -> None:
    raw = RawData(tmp_path / "raw")
    columns = {"potential_v": np.linspace(1.2, 2.0, 50), "current_a": np.random.default_rng(0).normal(size=50)}
    name = raw.write("run:task", "b001-01", "linear_sweep_voltammogram", columns, {"electrolyte": "1 M KOH"})
    assert raw.write("run:task", "b001-01", "linear_sweep_voltammogram", columns, {"electrolyte": "1 M KOH"}) == name
    back, metadata = raw.read(name)
    assert all(np.array_equal(back[c], columns[c]) for c in columns)
    assert metadata == {"electrolyte": "1 M KOH", "kind": "linear_sweep_voltammogram"}
    assert [p.name for p in (tmp_path / "raw").iterdir()] == [name]
    with pytest.raises(RecordsError, match="cannot be read"):
        raw.read("missing.parquet")
    (tmp_path / "raw" / name).write_bytes(b"damaged")
    with pytest.raises(RecordsError, match="was changed"):
        raw.read(name)
    (tmp_path / "raw" / "b001-01.k.0123456789.parquet").write_bytes(b"damaged")  # an earlier version's name
    with pytest.raises(RecordsError, match="cannot be read"):
        raw.read("b001-01.k.0123456789.parquet")


def test_raw_data_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RecordsError, match="No space left"):
        RawData(tmp_path).write("c", "s", "k", {"x": np.zeros(3)}, {})
    assert list(tmp_path.iterdir()) == []


def test_export(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    paths = write_observations(
        tmp_path, [observation(), evolve(observation(math.nan), sample="b001-02")], simplex("Ni", "Fe")
    )
    lines = paths[0].read_text().splitlines()
    assert lines[0].startswith("sample,batch,fraction_Ni,fraction_Fe,overpotential_mV,overpotential_uncertainty_mV")
    assert lines[1].split(",")[:5] == ["b001-01", "1", "1.0", "0.0", "350.0"]
    assert pq.read_table(paths[1]).num_rows == 2
    shutil.rmtree(tmp_path)
    write_observations(tmp_path, [], simplex("Ni"))
