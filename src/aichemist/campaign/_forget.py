"""Forgetting people and texts, and finding what the files of the runs still say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from aichemist.chemistry import InputError
from aichemist.guard.approvals import SAFETY_OFFICER

from ._people import user
from ._runs import open_database, runs_folder

if TYPE_CHECKING:
    from aichemist.records import Database, Forgotten

#: files larger than this are not looked through (bytes); raw data and reports are smaller
_LARGEST = 64_000_000


@frozen
class Removal:
    """What was forgotten, and the files beside the database in which it still stands (reports, exports, raw data)."""

    forgotten: Forgotten
    files: tuple[Path, ...]


def forget(
    name: str, *, why: str, who: str = "", ask: Callable[[], str] | None = None, runs: str | Path | None = None
) -> Removal:
    """Forget a person: her name, token and texts.

    Args:
        who: who does it, where no safety officer was ever named; default: the user of this machine.
        ask: gives a token: a safety officer's, or that of the person herself. Called once there is a safety officer.

    Raises:
        InputError: nobody of that name is known, ``why`` holds the name, or the token is neither.
        RecordsError: there are no runs here, or the database cannot be written.
    """
    from aichemist.records import forget_person

    database = open_database(runs, create=False)
    try:
        found = forget_person(database, name, why=why, by=_allowed(database, who, ask, name))
    finally:
        database.close()
    return _removal(found, runs)


def forget_private(
    ids: Sequence[str],
    *,
    why: str,
    who: str = "",
    ask: Callable[[], str] | None = None,
    runs: str | Path | None = None,
) -> Removal:
    """Forget texts by their ids; ``who`` and ``ask`` as in :func:`forget`, a safety officer's token alone.

    Raises:
        InputError: no text has such an id, or the token is no safety officer's.
    """
    from aichemist.records import forget_texts

    database = open_database(runs, create=False)
    try:
        found = forget_texts(database, ids, why=why, by=_allowed(database, who, ask))
    finally:
        database.close()
    return _removal(found, runs)


def _allowed(database: Database, who: str, ask: Callable[[], str] | None, own: str = "") -> str:
    """Who does it: what is forgotten cannot be had back, and a token goes with it, so not just anybody may."""
    from aichemist.records import People

    people = People(database)
    if people.none_yet():
        return who or user()
    mend = "give a safety officer's token (or the person's own): hidden prompt, --token-file FILE or AICHEMIST_TOKEN"
    if ask is None:
        raise InputError("is missing", key="token", mend=mend)
    by = people.check(ask(), who)
    if SAFETY_OFFICER not in by.roles and by.name != own:
        raise InputError(
            "only a safety officer or the person herself may do this", key="token", value=by.name, mend=mend
        )
    return by.name


def _removal(found: Forgotten, runs: str | Path | None) -> Removal:
    import html

    needles = [v.encode() for n in found.needles for v in {n, html.escape(n), ascii(n)[1:-1]}]
    files = []
    for path in sorted(runs_folder(runs).rglob("*")):
        database = path.name.startswith("aichemist.db")
        if path.is_file() and not database and path.stat().st_size <= _LARGEST:
            content = path.read_bytes()
            if any(n in content for n in needles):
                files.append(path)
    return Removal(evolve(found, needles=()), tuple(files))
