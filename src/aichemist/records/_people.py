"""People: names, roles, and tokens of which only a salted scrypt hash is kept."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import scrypt, sha256
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, insert, select, update

from aichemist.chemistry import InputError

from ._approvals import StoredApproval, agrees, append, lock, read, token_mark
from ._chain import utc
from ._database import Database
from ._tables import person

SAFETY_OFFICER = "safety_officer"
#: scrypt's cost, block size and parallelism: 16 MiB and about 50 ms; the token itself has 192 random bits
_N, _R, _P = 2**14, 8, 1
_TOKEN = re.compile(r"aic_([0-9a-f]{32})_([A-Za-z0-9_-]{32})")
_NAME = re.compile(r"[^\W\d_][^\x00-\x1f\x7f]{0,99}")


@frozen
class Person:
    """Somebody who takes part; ``id`` is random and says nothing of them. ``name`` is empty once forgotten."""

    id: str
    name: str
    roles: tuple[str, ...]
    made_at: datetime
    forgotten: bool = False


class People:
    """The people of a database.

    Adding somebody, and every change of a role, needs a safety officer, whom the caller has checked by token. One
    exception begins it all: while nobody ever was safety officer, the first may be added by anybody.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, roles: Iterable[str], *, by: Person | None = None) -> tuple[Person, str]:
        """Add somebody; the person and the token, which is told only this once.

        Raises:
            InputError: the name is taken or no name, ``by`` is no safety officer, or the first is to be none.
        """
        if not _NAME.fullmatch(name) or name != name.strip():
            raise InputError(
                "is no name", key="NAME", value=name, mend="begin with a letter; no more than 100 characters"
            )
        if scripts := _mixed(name):
            raise InputError(
                f"mixes letters of {' and '.join(scripts)} in one word, and could be taken for another name",
                key="NAME", value=name, mend="write each word in one script",
            )  # fmt: skip
        wanted = tuple(sorted(set(roles)))
        with self._database.begin() as connection:
            lock(connection)
            self._may_grant(connection, by, wanted)
            row = connection.execute(select(person).where(person.c.name == name)).mappings().first()
            others = connection.execute(select(person.c.name).where(person.c.token_hash.is_not(None))).scalars()
            alike = next((n for n in others if n and n != name and _plain(n) == _plain(name)), None)
            if alike is not None or (row is not None and (row["token_hash"] is not None or row["roles"])):
                said = f"cannot be told from '{alike}'" if alike else "is taken"
                raise InputError(said, key="NAME", value=name, mend="see 'aichemist people list'")
            # whoever once answered a question has a row with a name, and neither roles nor token
            made = Person(row["id"] if row else secrets.token_hex(16), name, wanted, datetime.now(UTC))
            token, kept = _new_token(made.id)
            given = {"roles": list(wanted), "token_hash": kept}
            if row is None:
                connection.execute(insert(person).values(id=made.id, name=name, made_at=made.made_at, **given))
            else:
                connection.execute(update(person).where(person.c.id == made.id).values(**given))
            _granted(connection, made.id, wanted, kept, by or made, f"added with {', '.join(wanted) or 'no role'}")
        return made, token

    def set_roles(self, name: str, roles: Iterable[str], *, by: Person) -> Person:
        """Give ``name`` these roles and no others.

        Raises:
            InputError: no such person, ``by`` is no safety officer, or nobody would be safety officer any more.
        """
        wanted = tuple(sorted(set(roles)))
        with self._database.begin() as connection:
            lock(connection)
            self._may_grant(connection, by, wanted)
            row = _row(connection, name)
            if SAFETY_OFFICER in row["roles"] and SAFETY_OFFICER not in wanted and last_officer(connection, row["id"]):
                raise InputError(
                    "is the only safety officer", key="NAME", value=name, mend="make somebody else safety officer first"
                )
            connection.execute(update(person).where(person.c.id == row["id"]).values(roles=list(wanted)))
            _granted(connection, row["id"], wanted, row["token_hash"], by, f"roles: {', '.join(wanted) or 'none'}")
        return Person(row["id"], name, wanted, utc(row["made_at"]))

    def new_token(self, name: str, *, by: Person) -> str:
        """A new token for ``name``; the old one is void. Asked for by a safety officer or by the person.

        Raises:
            InputError: no such person, or ``by`` is neither.
        """
        with self._database.begin() as connection:
            lock(connection)
            row = _row(connection, name)
            if by.id != row["id"]:
                self._may_grant(connection, by, ())
            token, kept = _new_token(row["id"])
            connection.execute(update(person).where(person.c.id == row["id"]).values(token_hash=kept))
            _granted(connection, row["id"], row["roles"], kept, by, "new token")
        return token

    def check(self, token: str, name: str = "") -> Person:
        """Whose token it is.

        Raises:
            InputError: nobody's, or not that of ``name``; roles or token were changed past the chain of approvals.
        """
        match = _TOKEN.fullmatch(token.strip())
        with self._database.read() as connection:
            row = None
            if match is not None:
                row = connection.execute(select(person).where(person.c.id == match[1])).mappings().first()
            chain = read(connection)
        kept = row["token_hash"] if row is not None and row["token_hash"] else _NOBODY
        # as much work for somebody unknown as for a wrong token
        good = _fits(match[2] if match else "", kept) and row is not None and row["forgotten_at"] is None
        if row is None or not good or (name and row["name"] != name):
            raise InputError(
                "is not the token of " + (name or "anybody here"), key="token",
                mend="a lost token is replaced by 'aichemist people token NAME'",
            )  # fmt: skip
        last = _last_grant(chain, row["id"])
        if last is None or not agrees(row, last):
            raise InputError(
                "roles or token of this person were changed past the chain of approvals", key="person",
                value=row["name"], mend="see 'aichemist approvals verify'",
            )  # fmt: skip
        return _person(row)

    def find(self, name: str) -> Person:
        """Somebody by name.

        Raises:
            InputError: nobody has it.
        """
        with self._database.read() as connection:
            return _person(_row(connection, name))

    def list(self) -> list[Person]:
        """Everybody, oldest first, those who are forgotten included."""
        with self._database.read() as connection:
            rows = connection.execute(select(person).order_by(person.c.made_at, person.c.id)).mappings().all()
        return [_person(r) for r in rows]

    def none_yet(self) -> bool:
        """Whether nobody ever was safety officer, so that the first may be added freely."""
        with self._database.read() as connection:
            return not _begun(connection)

    def roles_today(self) -> dict[str, tuple[str, ...]]:
        """Person -> roles, of all who are not forgotten and whose roles are those that were granted."""
        with self._database.read() as connection:
            chain = read(connection)
            rows = connection.execute(select(person).where(person.c.forgotten_at.is_(None))).mappings().all()
        granted = {str(r.content["person"]): r for r in chain if r.kind == "people"}
        return {r["id"]: tuple(r["roles"]) for r in rows if r["id"] in granted and agrees(r, granted[r["id"]])}

    def _may_grant(self, connection: Connection, by: Person | None, roles: tuple[str, ...]) -> None:
        if not _begun(connection):
            if SAFETY_OFFICER not in roles:
                raise InputError(
                    "there is no safety officer yet", key="--role", value=", ".join(roles) or None,
                    mend="first add one: aichemist people add NAME --role safety_officer",
                )  # fmt: skip
            return
        current = (
            None if by is None else connection.execute(select(person).where(person.c.id == by.id)).mappings().first()
        )
        if current is None or SAFETY_OFFICER not in current["roles"] or current["forgotten_at"] is not None:
            raise InputError(
                "only a safety officer may do this", key="token", value=by.name if by else None,
                mend="give a safety officer's token: hidden prompt, --token-file FILE or AICHEMIST_TOKEN",
            )  # fmt: skip


def _mixed(name: str) -> list[str]:
    """Scripts that one word of a name mixes ("Bоb" with a Cyrillic o); empty for honest names."""
    for word in name.split():
        scripts = {unicodedata.name(c, "?").split()[0].title() for c in word if c.isalpha()}
        if len(scripts) > 1 and scripts & {"Latin", "Cyrillic", "Greek", "Armenian"}:
            return sorted(scripts)
    return []


def _plain(name: str) -> str:
    """A name without what the eye does not see: case, width, invisible characters, doubled blanks."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def _begun(connection: Connection) -> bool:
    return any(SAFETY_OFFICER in r.content["roles"] for r in read(connection) if r.kind == "people")


def last_officer(connection: Connection, id: str) -> bool:
    """Whether nobody but ``id`` is safety officer: such a one cannot be forgotten or lose the role."""
    rows = connection.execute(select(person.c.id, person.c.roles).where(person.c.forgotten_at.is_(None))).all()
    return not any(SAFETY_OFFICER in roles for other, roles in rows if other != id)


def _row(connection: Connection, name: str) -> Mapping[Any, Any]:
    row = connection.execute(select(person).where(person.c.name == name)).mappings().first()
    if row is None:
        known = [n for n in connection.execute(select(person.c.name).order_by(person.c.name)).scalars() if n]
        raise InputError(
            "is nobody here", key="NAME", value=name, mend=f"known: {', '.join(known[:20]) or 'nobody yet'}"
        )
    return row


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(
        row["id"], row["name"] or "", tuple(row["roles"]), utc(row["made_at"]), row["forgotten_at"] is not None
    )


def _last_grant(chain: Iterable[StoredApproval], id: str) -> StoredApproval | None:
    found = None
    for row in chain:
        if row.kind == "people" and row.content["person"] == id:
            found = row
    return found


def _granted(
    connection: Connection, id: str, roles: Iterable[str], token_hash: str | None, by: Person, why: str
) -> None:
    content = {"person": id, "roles": sorted(roles), "token": token_mark(token_hash)}
    subject = sha256(repr(sorted(content.items())).encode()).hexdigest()
    append(connection, "people", subject, content, "grant", role=SAFETY_OFFICER, person=by.id, why=why)


def _new_token(id: str) -> tuple[str, str]:
    """(token, what is kept of it)."""
    secret, salt = secrets.token_urlsafe(24), secrets.token_bytes(16)
    return f"aic_{id}_{secret}", f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(secret, salt, _N, _R, _P).hex()}"


def _scrypt(secret: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return scrypt(secret.encode(), salt=salt, n=n, r=r, p=p, maxmem=64 * 1024 * 1024, dklen=32)


def _fits(secret: str, kept: str) -> bool:
    try:
        _, n, r, p, salt, wanted = kept.split("$")
        made = _scrypt(secret, bytes.fromhex(salt), int(n), int(r), int(p))
    except ValueError:
        return False
    return hmac.compare_digest(made.hex(), wanted)


_NOBODY = f"scrypt${_N}${_R}${_P}${'00' * 16}${'00' * 32}"
