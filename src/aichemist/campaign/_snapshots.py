"""Where a run stands, from its newest snapshot and the entries after it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aichemist.lab.execution import State, decode, evolve, state_from_plain, state_to_plain

from ._progress import CampaignState

if TYPE_CHECKING:
    from aichemist.records import RunJournal

#: changes when what a snapshot holds changes: older ones are then passed over, and the journal is read in full
FORMAT = 1
#: entries between two snapshots
_EVERY = 2000


@frozen
class Stand:
    """The fold of a journal: ``lab`` and ``campaign`` after entry ``seq``; ``tail`` are the entries after that.

    ``wall_time``: when the last entry was written.
    """

    seq: int
    lab: State | None
    campaign: CampaignState
    lab_time_s: float
    tail: tuple[tuple[str, Mapping[str, Any]], ...]
    wall_time: datetime | None = None


def read_stand(journal: RunJournal, shown: Callable[[Any], Any] = lambda data: data) -> Stand:
    """Newest snapshot and the entries after it; the campaign's part is folded to the end.

    Args:
        shown: puts names and notes in place of references, for people to read; a run goes on with the references.
    """
    kept = journal.latest_snapshot(FORMAT)
    seq, lab, campaign, lab_time_s = -1, None, CampaignState(), 0.0
    if kept is not None:
        data = shown(json.loads(zlib.decompress(kept.data)))
        seq, lab = kept.seq, state_from_plain(data["lab"])
        campaign, lab_time_s = CampaignState.from_plain(data["campaign"]), float(data["lab_time_s"])
    tail, last = [], None
    for entry in journal.iterate(after=seq):
        last = entry.wall_time
        payload = shown(entry.payload)
        campaign.take(entry.kind, payload)
        lab_time_s = max(lab_time_s, entry.lab_time_s)
        tail.append((entry.kind, payload))
    if last is None and seq >= 0:
        last = next(journal.iterate(after=seq - 1, chunk=1)).wall_time
    return Stand(seq, lab, campaign, lab_time_s, tuple(tail), last)


def goes_on_at_s(stand: Stand, begun: str, clock: str, now: datetime) -> float:
    """The lab time at which a run goes on: on a real clock it has passed while no process ran.

    Vials have waited and furnaces have gone on meanwhile. A clock that went back counts as no time.

    Args:
        begun, clock: the clocks with which the run began and goes on.
    """
    if stand.wall_time is None or not begun == clock == "real":
        return stand.lab_time_s
    return stand.lab_time_s + max(0.0, (now - stand.wall_time).total_seconds())


def lab_state(stand: Stand) -> State:
    """The state of the lab at the end of the journal."""
    state = stand.lab or State()
    for kind, payload in stand.tail:
        event = decode(kind, payload)
        if event is not None:
            state = evolve(state, event)
    return state


class Snapshots:
    """Writes a snapshot when enough has happened since the last."""

    def __init__(self, journal: RunJournal, seq: int) -> None:
        self._journal, self._last = journal, seq

    def maybe(self, lab: State, campaign: CampaignState, *, now_s: float = 0.0, now: bool = False) -> None:
        """All that is in ``lab`` and ``campaign`` must be in the journal already. ``now_s``: of a clock that jumps."""
        head = self._journal.head
        if head < 0 or head == self._last or (not now and head - self._last < _EVERY):
            return
        data = {"lab": state_to_plain(lab), "campaign": campaign.to_plain(), "lab_time_s": max(lab.lab_time_s, now_s)}
        self._journal.save_snapshot(head, FORMAT, zlib.compress(json.dumps(data).encode(), 1))
        self._last = head
