"""People take a hand in a run, from any process: pause, hold, stop, answer."""

from __future__ import annotations

import getpass
import time
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import InputError
from aichemist.lab.execution import CONTROLS

from ._runs import open_database, true_status

if TYPE_CHECKING:
    from aichemist.records import Database

#: how often a running process is looked at for its answer (s)
_LOOK_S = 0.05


@frozen
class Asked:
    """What became of a request: ``taken`` by the running process, refused with a reason, or still waiting.

    A request that waits is taken up when the run goes on.
    """

    id: int
    taken: bool
    refused: str
    status: str


def control(
    run: str, what: str, target: str = "", *, who: str = "", why: str = "", runs: str | Path | None = None,
    wait_s: float = 5.0,
) -> Asked:  # fmt: skip
    """Ask a run to ``pause``, ``resume``, ``hold_sample``, ``stop`` ... (the keys of ``CONTROLS``).

    Args:
        target: a sample, a station, or ``SAMPLE:OPERATION`` for ``skip``; ``stop`` may do without.
        who: default: the name of the user of this machine.
        wait_s: how long to wait for the process that runs it.

    Raises:
        InputError: no such control, or its target is missing.
        RecordsError: no such run.
    """
    if what not in CONTROLS:
        raise InputError("is no control", key="control", value=what, mend=f"there are: {', '.join(CONTROLS)}")
    needs = what in ("hold_sample", "release_sample", "hold_station", "release_station", "skip", "discard")
    if needs and not target:
        raise InputError("needs a target", key="control", value=what, mend=f"{what}: {CONTROLS[what]}")
    if target and not needs and what != "stop":
        raise InputError("takes no target", key="target", value=target, mend=f"{what}: {CONTROLS[what]}")
    return _ask(run, what, {"target": target}, who, why, runs, wait_s)


def answer(
    run: str, question: str, choice: str, *, who: str = "", why: str = "", runs: str | Path | None = None,
    wait_s: float = 5.0,
) -> Asked:  # fmt: skip
    """Answer an open question of a run.

    Raises:
        RecordsError: no such run.
    """
    return _ask(run, "answer", {"question": question, "choice": choice}, who, why, runs, wait_s)


def _ask(
    run: str, kind: str, payload: dict[str, str], who: str, why: str, runs: str | Path | None, wait_s: float
) -> Asked:
    from aichemist.records import Requests, find_run

    database = open_database(runs, create=False)
    try:
        info = find_run(database, run)
        if info.status in ("finished", "refused"):
            raise InputError(f"is {info.status}", key="RUN", value=run, mend="nothing can be asked of it any more")
        requests = Requests(database, info.id)
        number = requests.add(kind, payload, who or user(), why)
        status = true_status(info, runs)
        until = time.monotonic() + (wait_s if status == "running" else 0.0)
        while True:
            asked = _became(database, info.id, number, status)
            if asked.taken or asked.refused or time.monotonic() >= until:
                return asked
            time.sleep(_LOOK_S)
    finally:
        database.close()


def _became(database: Database, run_id: int, number: int, status: str) -> Asked:
    from aichemist.records import Requests

    request = Requests(database, run_id).find(number)
    said = request.answer or ""
    refused = said.removeprefix("refused: ") if said.startswith("refused: ") else ""
    return Asked(number, request.taken_at is not None and not refused, refused, status)


def user() -> str:
    """Who sits at this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
