"""Lab time over an outage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aichemist.campaign._progress import CampaignState
from aichemist.campaign._snapshots import Snapshots, Stand, goes_on_at_s, read_stand
from aichemist.lab.execution import State
from aichemist.records import Database, RunJournal, create_run

THEN = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "clock", "hours", "at_s"),
    [
        ("real", "real", 5.0, 100.0 + 5 * 3600),
        ("real", "real", -5.0, 100.0),
        ("virtual", "real", 5.0, 100.0),
        ("real", "virtual", 5.0, 100.0),
        ("scaled:60", "scaled:60", 5.0, 100.0),
    ],
)
def test_only_real_time_passes_while_no_process_runs(begun: str, clock: str, hours: float, at_s: float) -> None:
    stand = Stand(0, None, CampaignState(), 100.0, (), THEN)
    assert goes_on_at_s(stand, begun, clock, THEN + timedelta(hours=hours)) == at_s


def test_a_stand_knows_when_it_was_written(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    journal = RunJournal(database, create_run(database, "a", seed=1, config={}).id)
    assert read_stand(journal).wall_time is None
    journal.append([("campaign_started", {}, 1.0)])
    wrote = read_stand(journal).wall_time
    assert wrote is not None and abs((datetime.now(UTC) - wrote).total_seconds()) < 60
    Snapshots(journal, -1).maybe(State(), CampaignState(), now=True)
    stand = read_stand(journal)
    assert stand.tail == () and stand.wall_time == wrote
    database.close()
