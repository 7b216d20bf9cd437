"""People, roles, tokens; the chain of approvals, and every way to tamper with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from aichemist.chemistry import InputError, RecordsError
from aichemist.records import Approvals, Database, People, Person, References


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


@pytest.fixture
def ada(people: People) -> Person:
    return people.add("Ada", ["safety_officer"])[0]


@pytest.fixture
def approvals(database: Database, ada: Person) -> Approvals:
    made = Approvals(database)
    made.add("batch", "a" * 64, {"vials": 2, "x": 1e-3}, "approve", role="safety_officer", person=ada.id, why="fine",
             expires_at=datetime.now(UTC) + timedelta(days=1))  # fmt: skip
    made.add("batch", "b" * 64, {}, "refuse", role="safety_officer", person=ada.id, why="no")
    return made


def test_the_first_is_a_safety_officer_and_then_one_is_needed(people: People) -> None:
    with pytest.raises(InputError, match="no safety officer yet"):
        people.add("Bob", ["chemist"])
    ada, token = people.add("Ada", ["safety_officer"])
    for by in (None, ada):
        if by is None:
            with pytest.raises(InputError, match="only a safety officer"):
                people.add("Bob", ["chemist"])
            with pytest.raises(InputError, match="only a safety officer"):
                people.add("Eve", ["safety_officer"])
    bob, bobs = people.add("Bob", ["chemist"], by=people.check(token))
    with pytest.raises(InputError, match="only a safety officer"):
        people.set_roles("Bob", ["safety_officer"], by=people.check(bobs))
    with pytest.raises(InputError, match="is taken"):
        people.add("Bob", ["chemist"], by=ada)
    with pytest.raises(InputError, match="is no name"):
        people.add(" ", [], by=ada)
    with pytest.raises(InputError, match="only safety officer"):
        people.set_roles("Ada", ["chemist"], by=ada)
    assert people.set_roles("Bob", ["chemist", "safety_officer"], by=ada).roles == ("chemist", "safety_officer")
    assert people.set_roles("Ada", [], by=people.check(bobs)).roles == ()
    with pytest.raises(InputError, match="only a safety officer"):  # what she held when she showed her token is over
        people.set_roles("Bob", [], by=ada)
    assert [(p.name, p.roles) for p in people.list()] == [("Ada", ()), ("Bob", ("chemist", "safety_officer"))]
    assert people.find("Bob").id == bob.id and people.roles_today()[bob.id] == ("chemist", "safety_officer")
    with pytest.raises(InputError, match="nobody here"):
        people.find("Eve")


def test_tokens(people: People, database: Database) -> None:
    ada, token = people.add("Ada", ["safety_officer"])
    _, bobs = people.add("Bob", ["chemist"], by=ada)
    assert people.check(token + "\n").name == "Ada" and people.check(bobs, "Bob").roles == ("chemist",)
    assert people.check(token).id == ada.id and ada.id in token
    mixed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in ("", "x", mixed, bobs.replace(people.find("Bob").id, ada.id), "aic_" + "0" * 32 + "_" + "a" * 32):
        with pytest.raises(InputError, match="not the token of anybody"):
            people.check(wrong)
    with pytest.raises(InputError, match="not the token of Bob"):
        people.check(token, "Bob")
    new = people.new_token("Bob", by=people.check(bobs))
    assert people.check(new).name == "Bob"
    with pytest.raises(InputError, match="not the token"):
        people.check(bobs)
    with pytest.raises(InputError, match="only a safety officer"):
        people.new_token("Ada", by=people.check(new))
    with database.read() as connection:
        rows = connection.execute(text("select token_hash from person")).scalars().all()
        everything = str(connection.execute(text("select * from person")).all()) + str(
            connection.execute(text("select * from approval")).all()
        )
    assert all(r.startswith("scrypt$16384$8$1$") for r in rows) and len(set(rows)) == 2
    for secret in (token, bobs, new):
        assert secret.split("_", 2)[2] not in everything


def test_somebody_forgotten_has_no_token_and_no_role(people: People, ada: Person, database: Database) -> None:
    bob, token = people.add("Bob", ["chemist"], by=ada)
    with database.begin() as connection:
        forget = "update person set name = null, token_hash = null, forgotten_at = made_at where id = :id"
        connection.execute(text(forget), {"id": bob.id})
    with pytest.raises(InputError, match="not the token"):
        people.check(token)
    assert bob.id not in people.roles_today() and Approvals(database).verify().sound
    assert [(p.name, p.forgotten) for p in people.list()] == [("Ada", False), ("", True)]


def test_the_chain_is_sound_and_gives_back_what_was_said(approvals: Approvals, ada: Person, database: Database) -> None:
    shown = References(database).shown
    rows = approvals.all()
    assert [(r.id, r.kind, r.decision) for r in rows] == [
        (1, "people", "grant"), (2, "batch", "approve"), (3, "batch", "refuse")
    ]  # fmt: skip
    assert rows[1].content == {"vials": 2, "x": 1e-3} and rows[1].expires_at and rows[1].expires_at.tzinfo is not None
    assert approvals.newest() == 3 and shown(approvals.find(3).why) == "no"
    found = approvals.verify()
    assert found.sound and found.rows == 3 and found.head == rows[-1].hash
    approvals.withdraw(3, role="safety_officer", person=ada.id, why="changed my mind")
    row = approvals.find(3)
    assert row.withdrawn_by == ada.id and shown(row.withdrawn_why) == "changed my mind" and approvals.verify().rows == 4
    with pytest.raises(InputError, match="withdrawn before"):
        approvals.withdraw(3, role="safety_officer", person=ada.id)
    for id in (1, 4, 99):
        with pytest.raises(InputError, match="no such approval"):
            approvals.withdraw(id, role="safety_officer", person=ada.id)
    with pytest.raises(InputError, match="no such approval"):
        approvals.find(99)
    with pytest.raises(RecordsError):
        approvals.add("batch", "c" * 64, {}, "approve", role="x", person="nobody")


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ("update approval set subject_hash = 'c' where id = 2", 2),
        ("update approval set decision = 'approve' where id = 3", 3),
        ("update approval set role = 'x' where id = 2", 2),
        ("update approval set why = 'x' where id = 2", 2),
        ("update approval set kind = 'envelope' where id = 2", 2),
        ("update approval set content = '{}' where id = 2", 2),
        ("update approval set expires_at = null where id = 2", 2),
        ("update approval set expires_at = '2099-01-01 00:00:00' where id = 2", 2),
        ("update approval set made_at = '2001-01-01 00:00:00' where id = 2", 2),
        ("update approval set hash = 'x' where id = 3", 3),
        ("update approval set id = 9 where id = 3", 3),
        ("delete from approval where id = 2", 2),
        ("update approval set withdrawn_at = null, withdrawn_by = null, withdrawn_why = '' where id = 2", 2),
        ("update approval set withdrawn_why = 'x' where id = 2", 2),
        ("update approval set withdrawn_at = made_at where id = 3", 3),
        ("delete from approval where id = 4", 2),
    ],
)
def test_edits_are_detected_and_nothing_is_added_to_them(
    approvals: Approvals, ada: Person, database: Database, change: str, bad: int
) -> None:
    approvals.withdraw(2, role="safety_officer", person=ada.id)
    assert approvals.verify().sound and approvals.trusted()
    with database.begin() as connection:
        connection.execute(text(change))
    found = approvals.verify()
    assert not found.sound and found.first_bad == bad, found
    with pytest.raises(RecordsError, match="not as they were written"):
        approvals.trusted()
    with pytest.raises(RecordsError, match="not as they were written"):
        approvals.add("batch", "d" * 64, {}, "approve", role="safety_officer", person=ada.id)


@pytest.mark.parametrize(
    "change",
    [
        "update person set roles = '[\"chemist\", \"safety_officer\"]' where name = 'Bob'",
        "update person set token_hash = (select token_hash from person where name = 'Ada') where name = 'Bob'",
        "insert into person (id, name, roles, token_hash, made_at) select 'x', 'Eve', roles, token_hash, made_at "
        "from person where name = 'Ada'",
    ],
)
def test_roles_and_tokens_changed_past_the_chain_count_for_nothing(
    people: People, ada: Person, database: Database, change: str
) -> None:
    bob, token = people.add("Bob", ["chemist"], by=ada)
    with database.begin() as connection:
        connection.execute(text(change))
    found = Approvals(database).verify()
    assert not found.sound and "past the chain" in found.problem
    if "Eve" in change:
        assert "x" not in people.roles_today()
    else:
        assert bob.id not in people.roles_today()
        with pytest.raises(InputError):
            people.check(token)


def test_two_writers_make_one_chain(approvals: Approvals, ada: Person) -> None:
    def write(n: int) -> None:
        for i in range(5):
            approvals.add("batch", f"{n}{i}".ljust(64, "0"), {}, "approve", role="safety_officer", person=ada.id)

    threads = [Thread(target=write, args=(n,)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert approvals.verify().sound and approvals.newest() == 18


def test_of_two_first_officers_one_is_too_late(database: Database) -> None:
    ended: list[str] = []

    def first(name: str) -> None:
        try:
            People(database).add(name, ["safety_officer"])
            ended.append("added")
        except InputError:
            ended.append("refused")

    threads = [Thread(target=first, args=(n,)) for n in ("Ada", "Bob")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(ended) == ["added", "refused"]


@pytest.mark.parametrize("name", ["B\u043eb", "ada", "A\u200bda", "Ada\u3000"])
def test_names_that_look_like_another(database: Database, name: str) -> None:
    people = People(database)
    ada, _ = people.add("Ada", ["safety_officer"])
    people.add("Bob", ["chemist"], by=ada)
    with pytest.raises(InputError, match="NAME"):
        people.add(name, ["chemist"], by=ada)
    for honest in ("Боб", "Zoë Müller", "李 Ada Wong"):
        people.add(honest, ["chemist"], by=ada)
