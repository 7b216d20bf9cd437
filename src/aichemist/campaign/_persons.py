"""People for the approvals of a runs folder: add, change roles, new tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from aichemist.chemistry import InputError, RecordsError
from aichemist.guard.approvals import ApprovalSettings

from ._runs import open_database

if TYPE_CHECKING:
    from aichemist.records import Person, VerifiedApprovals


def add_person(
    name: str, roles: Iterable[str], *, ask: Callable[[], str] | None = None, lab: str | Path | None = None,
    runs: str | Path | None = None,
) -> tuple[Person, str]:  # fmt: skip
    """Add somebody; the person and the token, which nobody can read again.

    Args:
        ask: gives the token of a safety officer; not called for the first safety officer.
        lab: a lab file that names further roles.

    Raises:
        InputError: no such role, the name is taken, or the token is no safety officer's.
    """
    from aichemist.records import People

    wanted = _checked(roles, lab)
    database = open_database(runs)
    try:
        people = People(database)
        by = None if people.none_yet() or ask is None else people.check(ask())
        return people.add(name, wanted, by=by)
    finally:
        database.close()


def change_roles(
    name: str, add: Iterable[str] = (), remove: Iterable[str] = (), *, token: str, lab: str | Path | None = None,
    runs: str | Path | None = None,
) -> Person:  # fmt: skip
    """Give and take roles in the name of a safety officer.

    Raises:
        InputError: nobody of that name, no such role, or the token is no safety officer's.
    """
    from aichemist.records import People

    more, less = set(_checked(add, lab)), set(remove)
    database = open_database(runs, create=False)
    try:
        people = People(database)
        person = people.find(name)
        if missing := sorted(less - set(person.roles)):
            raise InputError(
                f"{name} does not have this role", key="--remove", value=missing[0],
                mend=f"{name} has: {', '.join(person.roles) or 'none'}",
            )  # fmt: skip
        return people.set_roles(name, (set(person.roles) | more) - less, by=people.check(token))
    finally:
        database.close()


def replace_token(who: str, *, token: str, name: str = "", runs: str | Path | None = None) -> str:
    """A new token for ``who``, asked for with the old one or a safety officer's (``name``: whose it must be).

    Raises:
        InputError: nobody of that name, or the token is neither.
    """
    from aichemist.records import People

    database = open_database(runs, create=False)
    try:
        people = People(database)
        return people.new_token(who, by=people.check(token, name))
    finally:
        database.close()


@contextmanager
def secret_file(path: Path | None) -> Iterator[Callable[[str], None]]:
    """A file that only its owner can read, made before the secret is, so that no secret is lost for want of it.

    Gives a function that writes the secret; the file is taken away where that is not called. Without a path nothing is
    written.

    Raises:
        RecordsError: it is there already, or cannot be written.
    """
    if path is None:
        yield lambda _: None
        return
    written = False

    def write(secret: str) -> None:
        nonlocal written
        path.write_text(secret + "\n")
        written = True

    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise RecordsError(f"{path}: cannot be written: {error.strerror}\n  mend: name another file") from None
    try:
        yield write
    finally:
        if not written:
            path.unlink(missing_ok=True)


def verify_approvals(runs: str | Path | None = None) -> VerifiedApprovals:
    """The chain of approvals, people and roles, and whether the approvals on which runs rest are in it.

    Raises:
        RecordsError: no runs there.
    """
    from aichemist.records import Approvals, RunJournal, list_runs

    database = open_database(runs, create=False)
    try:
        approvals = Approvals(database)
        found = approvals.verify()
        if not found.sound:
            return found
        known = {r.id: r.hash for r in approvals.all()}
        for run in list_runs(database):
            for entry in RunJournal(database, run.id).iterate():
                if entry.kind != "approval_used":
                    continue
                for used in entry.payload["approvals"]:
                    if known.get(used["id"]) != used["hash"]:
                        problem = f"run {run.name} rests on approval {used['id']}, which is gone or another"
                        return evolve(found, sound=False, first_bad=used["id"], problem=problem)
        return found
    finally:
        database.close()


def _checked(roles: Iterable[str], lab: str | Path | None) -> tuple[str, ...]:
    guard = {}
    if lab is not None:
        from aichemist.lab.layout import load_lab

        guard = dict(load_lab(Path(lab)).guard)
    settings = ApprovalSettings.of(guard)
    return tuple(settings.check_role(r) for r in roles)
