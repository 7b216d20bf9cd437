"""Follows the journal of a run as it grows, also of one that another process runs."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from aichemist.chemistry import from_plain
from aichemist.lab.execution import State, decode, evolve

from ._file import Campaign, Documents, build_campaign
from ._progress import CampaignState
from ._runs import open_database, runs_folder, true_status
from ._snapshots import lab_state, read_stand

if TYPE_CHECKING:
    from aichemist.records import RunJournal


class Follower:
    """Where a run stands; each :meth:`refresh` reads no more than what was added since the last.

    Attributes:
        campaign: what is run.
        folder: of the run, with its raw data.
        status: as :func:`true_status`.
        state: the lab.
        campaign_state: what was proposed and observed.
        lab_time_s: of the newest entry (s).
        seq: number of the newest entry that was read; -1 where there is none.

    Raises:
        RecordsError: no such run.
    """

    def __init__(self, run: str, runs: str | Path | None = None) -> None:
        from aichemist.records import References, RunJournal, find_run

        self.run, self.runs, self.folder = run, runs, runs_folder(runs) / run
        self._database = open_database(runs, create=False)
        try:
            info = find_run(self._database, run)
            self._journal: RunJournal = RunJournal(self._database, info.id)
            self._shown = References(self._database).shown
            stand = read_stand(self._journal, self._shown)
        except BaseException:
            self._database.close()
            raise
        self.campaign: Campaign = build_campaign(from_plain(info.config["documents"], Documents))
        self.seed = info.seed
        self.status = true_status(info, runs)
        self.state: State = lab_state(stand)
        self.campaign_state: CampaignState = stand.campaign
        self.lab_time_s = stand.lab_time_s
        self.seq = stand.seq + len(stand.tail)

    def refresh(self) -> bool:
        """Take up what was added; whether anything changed.

        Raises:
            RecordsError: the database cannot be read.
        """
        from aichemist.records import find_run

        before = self.seq, self.status
        # the status first: a run that has ended is then shown with its last entry
        self.status = true_status(find_run(self._database, self.run), self.runs)
        state = self.state
        for entry in self._journal.iterate(after=self.seq):
            payload = self._shown(entry.payload)
            event = decode(entry.kind, payload)
            if event is not None:
                state = evolve(state, event)
            self.campaign_state.take(entry.kind, payload)
            self.lab_time_s = max(self.lab_time_s, entry.lab_time_s)
            self.seq = entry.seq
        self.state = state
        return (self.seq, self.status) != before

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
