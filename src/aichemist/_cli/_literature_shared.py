"""What the literature commands share: the opened library, texts of strangers, files whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ._written import written

if TYPE_CHECKING:
    from rich.text import Text

    from ..records import Database
    from ..records.literature import LiteratureStore


@contextmanager
def library(runs: Path | None) -> Iterator[tuple[Database, LiteratureStore]]:
    """The database of a runs folder and the literature in it.

    Raises:
        RecordsError: there is no database; looking makes none.
    """
    from ..campaign import open_database, runs_folder
    from ..chemistry import RecordsError
    from ..records.literature import LiteratureStore

    try:
        database = open_database(runs, create=False)
    except RecordsError as error:
        if "there are no runs" not in str(error):
            raise
        raise RecordsError(
            f"there is no library in {runs_folder(runs)}\n  mend: read articles with 'aichemist read FOLDER', or name "
            "the folder of the database with --runs"
        ) from None
    try:
        yield database, LiteratureStore(database)
    finally:
        database.close()


def as_text(text: str) -> Text:
    """Text of strangers as it is: brackets in it are no markup, and what would steer a terminal is left out."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() or c in "\n\t" else " " for c in text))


def write_text(path: Path, content: str) -> None:
    """Whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    with written(path) as part:
        part.write_text(content, encoding="utf-8", errors="replace", newline="")
