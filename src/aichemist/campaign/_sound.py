"""Whether the journal of a run is as it was written, asked before something is built upon it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import RecordsError

from ._lab_side import raw_folder
from ._runs import open_database, runs_folder
from ._snapshots import FORMAT

if TYPE_CHECKING:
    from aichemist.records import Verified


@frozen
class Sound:
    """What was found.

    ``first`` is the entry with which the look began; ``head`` the hash of the last, empty where it is not sound.
    """

    found: Verified
    first: int
    head: str

    @property
    def text(self) -> str:
        """In one line, e.g. ``journal verified: 210 entries, head 0f3a...``."""
        if not self.found.sound:
            return f"the journal was changed: not sound: {self.found.problem}"
        since = f" from number {self.first} on" if self.first else ""
        return f"journal verified: {self.found.entries} entries{since}, head {self.head[:12]}"


def look_whether_sound(run: str, runs: str | Path | None = None, *, newest: bool = False) -> Sound:
    """Verify the journal and the raw files of a run.

    Args:
        newest: only the entries after the newest snapshot, with which a run goes on. To verify all takes seconds for
            10,000 entries; between two snapshots lie 2000.

    Raises:
        RecordsError: no such run, or the database cannot be read.
    """
    from aichemist.records import RunJournal, find_run, verify_journal

    database = open_database(runs, create=False)
    try:
        after = -1
        if newest:
            snapshot = RunJournal(database, find_run(database, run).id).latest_snapshot(FORMAT)
            after = -1 if snapshot is None else snapshot.seq
        raw = None if newest else raw_folder(runs_folder(runs) / run)
        found = verify_journal(database, run, raw, after=after)
        head = RunJournal(database, find_run(database, run).id).head_hash if found.sound else ""
    finally:
        database.close()
    return Sound(found, after + 1, head)


def refuse_unsound(run: str, runs: str | Path | None = None) -> Sound:
    """Look at what a resumed run would go on from.

    Raises:
        RecordsError: that was changed.
    """
    seen = look_whether_sound(run, runs, newest=True)
    if not seen.found.sound:
        raise RecordsError(
            f"the journal of run '{run}' was changed: {seen.found.problem}; the run does not go on from it\n"
            f"  mend: see 'aichemist verify {run}' and restore the database from a copy, or go on with --unsound"
        )
    return seen
