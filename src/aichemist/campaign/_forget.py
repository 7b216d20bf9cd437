"""Forgetting people and texts, and finding what the files of the runs still say of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ._people import user
from ._runs import open_database, runs_folder

if TYPE_CHECKING:
    from aichemist.records import Forgotten

#: files larger than this are not looked through (bytes); raw data and reports are smaller
_LARGEST = 64_000_000


@frozen
class Removal:
    """What was forgotten, and the files beside the database in which it still stands (reports, exports, raw data)."""

    forgotten: Forgotten
    files: tuple[Path, ...]


def forget(name: str, *, why: str, who: str = "", runs: str | Path | None = None) -> Removal:
    """Forget a person: her name, token and texts.

    Raises:
        InputError: nobody of that name is known, or ``why`` holds the name.
        RecordsError: there are no runs here, or the database cannot be written.
    """
    from aichemist.records import forget_person

    database = open_database(runs, create=False)
    try:
        found = forget_person(database, name, why=why, by=who or user())
    finally:
        database.close()
    return _removal(found, runs)


def forget_private(ids: Sequence[str], *, why: str, who: str = "", runs: str | Path | None = None) -> Removal:
    """Forget texts by their ids.

    Raises:
        InputError: no text has such an id.
    """
    from aichemist.records import forget_texts

    database = open_database(runs, create=False)
    try:
        found = forget_texts(database, ids, why=why, by=who or user())
    finally:
        database.close()
    return _removal(found, runs)


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
