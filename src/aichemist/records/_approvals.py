"""What people approved or refused, withdrawals and grants of roles: one chain of rows, each hashed over the one before.

A row is never changed but for its columns ``withdrawn_*``, which repeat what a later row of the chain says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, insert, select, text, update

from aichemist.chemistry import InputError, RecordsError

from ._chain import approval_hash, as_stored, utc
from ._database import Database
from ._privacy import text_reference
from ._tables import approval, person


@frozen
class StoredApproval:
    """One row. ``content`` is what the person was shown; times are UTC.

    ``kind`` is ``batch``, ``envelope`` (an approval or refusal), ``withdrawal`` or ``people`` (roles and tokens).
    """

    id: int
    kind: str
    subject_hash: str
    content: Mapping[str, Any]
    decision: str
    role: str
    person: str
    why: str
    made_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str
    hash: str

    @property
    def speaks(self) -> bool:
        """Whether it says yes or no to something, rather than being a withdrawal or a grant."""
        return self.decision in ("approve", "refuse")


@frozen
class VerifiedApprovals:
    """What :meth:`Approvals.verify` found; ``problem`` is empty when sound. ``head`` is the hash of the last row."""

    rows: int
    sound: bool
    first_bad: int | None
    problem: str
    head: str


class Approvals:
    """The approvals of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, kind: str, subject_hash: str, content: Mapping[str, Any], decision: str, *, role: str, person: str,
        why: str = "", expires_at: datetime | None = None,
    ) -> StoredApproval:  # fmt: skip
        """Add what ``person`` (an id) says; durable on return.

        Raises:
            RecordsError: no such person, or the chain is not as it was written: nothing is added to that.
        """
        with self._database.begin() as connection:
            lock(connection)
            why = text_reference(connection, why, kind="why", by=f"person:{person}")
            return append(
                connection, kind, subject_hash, content, decision, role=role, person=person, why=why,
                expires_at=expires_at,
            )  # fmt: skip

    def withdraw(self, id: int, *, role: str, person: str, why: str = "") -> StoredApproval:
        """Withdraw an approval or a refusal; the row that says so.

        Raises:
            InputError: no such approval, or it was withdrawn before.
        """
        with self._database.begin() as connection:
            lock(connection)
            row = next((r for r in read(connection) if r.id == id and r.speaks), None)
            if row is None:
                raise InputError("there is no such approval", key="ID", value=id, mend="see 'aichemist approvals list'")
            if row.withdrawn_at is not None:
                raise InputError("was withdrawn before", key="ID", value=id)
            content = {"approval": row.id, "hash": row.hash}
            why = text_reference(connection, why, kind="why", by=f"person:{person}")
            said = append(
                connection, "withdrawal", row.subject_hash, content, "withdraw", role=role, person=person, why=why
            )
            change = {"withdrawn_at": said.made_at, "withdrawn_by": person, "withdrawn_why": why}
            connection.execute(update(approval).where(approval.c.id == id).values(**change))
            return said

    def all(self) -> list[StoredApproval]:
        """All rows, oldest first, as they stand in the database."""
        with self._database.read() as connection:
            return read(connection)

    def find(self, id: int) -> StoredApproval:
        """A row by its number.

        Raises:
            InputError: there is none.
        """
        found = next((r for r in self.all() if r.id == id), None)
        if found is None:
            raise InputError("there is no such approval", key="ID", value=id, mend="see 'aichemist approvals list'")
        return found

    def newest(self) -> int:
        """Number of the last row, 0 where there is none; cheap."""
        with self._database.read() as connection:
            query = select(approval.c.id).order_by(approval.c.id.desc()).limit(1)
            return int(connection.execute(query).scalar() or 0)

    def trusted(self) -> list[StoredApproval]:
        """All rows of a chain that is as it was written.

        Raises:
            RecordsError: it is not; nothing may rest on it.
        """
        with self._database.read() as connection:
            return _trusted(connection)

    def verify(self) -> VerifiedApprovals:
        """Compute all hashes anew, and compare withdrawals and people with what the chain says."""
        with self._database.read() as connection:
            try:
                rows = read(connection)
            except (ValueError, TypeError, KeyError) as error:
                return VerifiedApprovals(0, False, None, f"a row cannot be read: {error}", "")
            bad, problem = _chain_problem(rows)
            if not problem:
                bad, problem = None, _people_problem(connection, rows)
        good = len(rows) if bad is None else sum(r.id < bad for r in rows)
        return VerifiedApprovals(good, not problem, bad, problem, rows[-1].hash if rows else "")


def lock(connection: Connection) -> None:
    """One writer at a time: a row rests on the one before. SQLite's transaction does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("lock table approval in exclusive mode"))


def append(
    connection: Connection, kind: str, subject_hash: str, content: Mapping[str, Any], decision: str, *, role: str,
    person: str, why: str = "", expires_at: datetime | None = None,
) -> StoredApproval:  # fmt: skip
    """Add a row at the end of the chain; the caller holds :func:`lock`.

    Raises:
        RecordsError: the chain is not as it was written.
    """
    before = _trusted(connection)
    row: dict[str, Any] = {
        "id": before[-1].id + 1 if before else 1, "kind": kind, "subject_hash": subject_hash,
        "content": as_stored(f"the content of a {kind}", content), "decision": decision, "role": role,
        "person": person, "why": why, "made_at": datetime.now(UTC),
        "expires_at": None if expires_at is None else utc(expires_at),
        "withdrawn_at": None, "withdrawn_by": None, "withdrawn_why": "",
    }  # fmt: skip
    row["hash"] = approval_hash(before[-1].hash if before else "", row)
    connection.execute(insert(approval).values(**row))
    return StoredApproval(**row)


def read(connection: Connection) -> list[StoredApproval]:
    """All rows, oldest first."""
    rows = connection.execute(select(approval).order_by(approval.c.id)).mappings().all()
    return [_stored(r) for r in rows]


def _stored(row: Mapping[Any, Any]) -> StoredApproval:
    plain: dict[str, Any] = {k: utc(v) if isinstance(v, datetime) else v for k, v in row.items()}
    return StoredApproval(**plain)


def _trusted(connection: Connection) -> list[StoredApproval]:
    rows = read(connection)
    _, problem = _chain_problem(rows)
    if problem:
        raise RecordsError(
            f"the approvals are not as they were written: {problem}\n"
            "  mend: 'aichemist approvals verify' names the row; restore the database from a copy"
        )
    return rows


def _chain_problem(rows: Sequence[StoredApproval]) -> tuple[int | None, str]:
    """(first bad row, what is wrong with it)."""
    previous, withdrawn = "", {}
    for number, row in enumerate(rows, 1):
        if row.id != number:
            return number, f"row {number} is missing"
        known = {name: getattr(row, name) for name in approval.c.keys()}  # noqa: SIM118
        if approval_hash(previous, known) != row.hash:
            return number, f"row {number} was changed, or one before it was taken out or put in"
        previous = row.hash
        if row.kind == "withdrawal":
            withdrawn[int(row.content["approval"])] = (row.made_at, row.person, row.why)
    for row in rows:
        says = None if row.withdrawn_at is None else (row.withdrawn_at, row.withdrawn_by, row.withdrawn_why)
        if says != withdrawn.get(row.id):
            return row.id, f"whether row {row.id} was withdrawn was changed"
    return None, ""


def _people_problem(connection: Connection, rows: Sequence[StoredApproval]) -> str:
    """Roles and tokens that were changed past the chain."""
    granted = {str(r.content["person"]): r for r in rows if r.kind == "people"}
    for one in connection.execute(select(person)).mappings():
        last = granted.get(one["id"])
        if last is None and not one["roles"] and one["token_hash"] is None:
            continue  # a name that stands behind a reference, without a say
        if last is None:
            return f"person {one['id']} was added past the chain"
        if not agrees(one, last):
            return f"roles or token of person {one['id']} were changed past the chain (row {last.id})"
    return ""


def agrees(one: Mapping[Any, Any], last: StoredApproval) -> bool:
    """Whether a person's row says what was last granted; the token of somebody who is forgotten is gone."""
    said = last.content
    if one["forgotten_at"] is not None:
        return one["token_hash"] is None and sorted(one["roles"]) in ([], list(said["roles"]))
    return said["token"] == token_mark(one["token_hash"]) and sorted(one["roles"]) == list(said["roles"])


def token_mark(token_hash: str | None) -> str:
    """What the chain keeps of a token's hash; a random token cannot be found from it."""
    from hashlib import sha256

    return sha256((token_hash or "").encode()).hexdigest()
