"""Names and notes by reference: shown where they are known, gone from the very bytes when forgotten."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from aichemist.chemistry import InputError
from aichemist.records import (
    FORGOTTEN_PERSON,
    FORGOTTEN_TEXT,
    Database,
    ManualTasks,
    NewEntry,
    References,
    Requests,
    RunJournal,
    create_run,
    forget_person,
    forget_texts,
    list_texts,
    person_reference,
    text_reference,
    verify_journal,
)
from aichemist.records._tables import journal, literature_correction, manual_task, person, private_text, request

NAME, WHY, NOTE = "Wilhelmina Quarkenstein", "because of my Zwetschgenkuchen", "a note on Zirbelkiefern"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "aichemist.db")


def bytes_of(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.iterdir()) if p.name.startswith("aichemist.db"))


def filled(database: Database) -> RunJournal:
    run = create_run(database, "a", seed=1, config={})
    requests, tasks = Requests(database, run.id), ManualTasks(database, run.id)
    number = requests.add("pause", {}, NAME, WHY)
    asked = requests.find(number)
    made = RunJournal(database, run.id)
    said = f"{asked.who}: {asked.why}"
    made.append([NewEntry("controlled", {"who": asked.who, "why": asked.why}, 0.0, asked.who)], taking=[number])
    made.append([NewEntry("plan_revised", {"why": f"aborted by {said}", "list": [said, {"deep": said}]}, 1.0)])
    tasks.add("c1", {}, 0.0)
    tasks.answer("c1", "failed", {"effect": "none"}, NAME, NOTE, 1.0)
    made.save_snapshot(1, 1, said.encode())
    return made


def test_references_stand_in_the_rows_and_are_resolved_for_people(database: Database, tmp_path: Path) -> None:
    made = filled(database)
    with database.read() as connection:
        for table in (request, manual_task, journal):
            assert NAME not in str(connection.execute(select(table)).all())
        (row,) = connection.execute(select(private_text).where(private_text.c.kind == "why")).all()
    assert row.id == sha256((row.salt + row.text).encode()).hexdigest() and len(row.salt) == 64
    payload = References(database).shown(made.entries()[1].payload)
    assert payload == {"why": f"aborted by {NAME}: {WHY}", "list": [f"{NAME}: {WHY}", {"deep": f"{NAME}: {WHY}"}]}
    plain = {"a": [1, 2.5, None], "b": "person: none"}
    assert References(database).shown(plain) is plain


def test_the_same_name_is_the_same_person_and_the_same_text_is_not_the_same_id(database: Database) -> None:
    with database.begin() as connection:
        assert person_reference(connection, "Ada") == person_reference(connection, "Ada") != "Ada"
        assert person_reference(connection, "executor") == "executor"
        one, two = (text_reference(connection, "lunch", kind="why") for _ in range(2))
        assert (
            one != two
            and text_reference(connection, "", kind="why") == ""
            and text_reference(connection, one, kind="") == one
        )
        assert connection.execute(select(person.c.roles)).scalars().all() == [[]]


def test_a_forgotten_person_is_gone_from_the_bytes_and_the_chain_holds(database: Database, tmp_path: Path) -> None:
    made = filled(database)
    with database.begin() as connection:
        connection.execute(update(person).values(token_hash="tokentokentoken", roles=["safety"]))
    before = bytes_of(tmp_path)
    assert all(t.encode() in before for t in (NAME, WHY, NOTE, "tokentokentoken"))
    done = forget_person(database, NAME, why="she asked for it", by="Bob")
    assert (done.texts, done.left, done.scrubbed) == (2, (), True) and set(done.needles) == {NAME, WHY, NOTE}
    after = bytes_of(tmp_path)
    assert not any(t.encode() in after for t in (NAME, WHY, NOTE, "tokentokentoken", "Quarkenstein"))
    assert verify_journal(database, "a").sound
    shown = References(database).shown(made.entries()[0])  # an entry is no plain record: taken as it is
    assert shown is not None
    entry = made.entries()[0]
    resolved = References(database).shown({"actor": entry.actor, **entry.payload})
    assert resolved == {"actor": FORGOTTEN_PERSON, "who": FORGOTTEN_PERSON, "why": FORGOTTEN_TEXT}
    (kept,) = [t for t in list_texts(database) if t.kind == "forgetting"]
    assert kept.by == "Bob" and "she asked for it" in kept.text and NAME not in kept.text
    assert made.latest_snapshot(1) is not None  # it held references only
    again = Requests(database, 1).add("pause", {}, NAME, "")  # she comes back as another person
    assert Requests(database, 1).find(again).who != done.person


def test_rows_with_plain_names_of_older_databases(database: Database, tmp_path: Path) -> None:
    run = create_run(database, "old", seed=1, config={})
    made = RunJournal(database, run.id)
    made.append([NewEntry("controlled", {"who": NAME, "why": WHY}, 0.0, NAME), NewEntry("x", {}, 0.0)])
    made.save_snapshot(1, 1, f"held by {NAME}".encode())
    now = "2026-01-01 00:00:00"
    with database.begin() as connection:
        connection.execute(
            text("insert into request (run_id, kind, payload, who, why, made_at) values (1, 'stop', '{}', :n, :w, :t)"),
            {"n": NAME, "w": WHY, "t": now},
        )
        fields = {c.name: "" for c in literature_correction.c if str(c.type) in ("TEXT", "VARCHAR(10)", "VARCHAR(64)")}
        row = {**fields, "paper": "p", "document": "d", "start": 0, "stop": 1, "subject": {}, "fields": {}}
        from datetime import UTC, datetime

        connection.execute(
            insert(literature_correction).values(**row | {"who": NAME, "note": NOTE, "made_at": datetime.now(UTC)})
        )
    assert References(database).shown(made.entries()[0].actor) == NAME  # still valid, still shown
    done = forget_person(database, NAME, why="she asked for it")
    assert done.rows == 2 and done.snapshots == 1 and done.left == ("1 journal entries of run old",)
    assert Requests(database, 1).find(1).who == done.person and verify_journal(database, "old").sound
    assert NOTE.encode() not in bytes_of(tmp_path) and NAME.encode() in bytes_of(tmp_path)  # said in ``left``


def test_one_text_is_forgotten_by_its_id(database: Database, tmp_path: Path) -> None:
    filled(database)
    first = next(t for t in list_texts(database, by=NAME) if t.text == WHY)
    for wrong in ("", "zz", "0" * 64):
        with pytest.raises(InputError):
            forget_texts(database, [wrong], why="typo")
    done = forget_texts(database, [first.id[:12]], why="names a patient", by=NAME)
    assert done.texts == 1 and WHY.encode() not in bytes_of(tmp_path) and NAME.encode() in bytes_of(tmp_path)
    assert verify_journal(database, "a").sound


def test_what_cannot_be(database: Database) -> None:
    filled(database)
    with pytest.raises(InputError, match="nobody"):
        forget_person(database, "Nobody", why="x")
    with pytest.raises(InputError, match="holds the name"):
        forget_person(database, NAME, why=f"{NAME} left")
    assert References(database).shown(Requests(database, 1).find(1).who) == NAME


def test_while_another_process_reads_the_bytes_are_said_to_stay(database: Database, tmp_path: Path) -> None:
    filled(database)
    other = Database(tmp_path / "aichemist.db", wait_s=0.1)
    database.close()
    database = Database(tmp_path / "aichemist.db", wait_s=0.1)
    with other.read() as connection:
        connection.execute(select(person)).all()
        assert not forget_person(database, NAME, why="asked").scrubbed
    from aichemist.records import scrub

    assert scrub(database) and NAME.encode() not in bytes_of(tmp_path)


def test_on_postgresql_it_is_gone_from_the_tables_files(empty_postgresql: Database) -> None:
    database = empty_postgresql
    made = filled(database)
    made.save_snapshot(1, 1, f"{NAME}: {WHY}".encode())  # as an older version wrote them

    def files() -> bytes:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
        return b"".join(p.read_bytes() for p in sorted((folder / "base").rglob("*")) if p.is_file())

    before = files()
    assert NAME.encode() in before and NOTE.encode() in before
    done = forget_person(database, NAME, why="asked")
    assert done.scrubbed and done.left == () and verify_journal(database, "a").sound
    after = files()
    assert not any(t.encode() in after for t in (NAME, WHY, NOTE))
