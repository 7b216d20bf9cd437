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
        target: a sample, a station, or for ``skip`` ``SAMPLE:STEP`` with the step's name or operation; ``stop`` may do
            without.
        who: default: the name of the user of this machine.
        wait_s: how long to wait for the process that runs it.

    Raises:
        InputError: no such control, its target is missing, or no such step lies ahead.
        RecordsError: no such run.
    """
    if what not in CONTROLS:
        raise InputError("is no control", key="control", value=what, mend=f"there are: {', '.join(CONTROLS)}")
    needs = what in ("hold_sample", "release_sample", "hold_station", "release_station", "skip", "discard")
    if needs and not target:
        raise InputError("needs a target", key="control", value=what, mend=f"{what}: {CONTROLS[what]}")
    if target and not needs and what != "stop":
        raise InputError("takes no target", key="target", value=target, mend=f"{what}: {CONTROLS[what]}")
    if what == "skip":
        target = _step_to_skip(run, target, runs)
    return _ask(run, what, {"target": target}, who, why, runs, wait_s)


def _step_to_skip(run: str, target: str, runs: str | Path | None) -> str:
    """``SAMPLE:OPERATION`` for a target that may name the step of the protocol instead."""
    from aichemist.lab.execution import ahead

    from ._runs import open_run

    opened = open_run(run, runs=runs)
    sample, _, word = target.partition(":")
    if sample not in opened.lab.samples:
        listed = ", ".join(sorted(opened.lab.samples)[:20]) or "none yet"
        raise InputError("is no sample of this run", key="TARGET", value=sample, mend=f"samples: {listed}")
    steps = opened.campaign.protocol.steps
    coming = [(steps[i].name if i < len(steps) else operation, operation) for i, operation in ahead(opened.lab, sample)]
    if any(word == operation for _, operation in coming):
        return target
    listed = (
        ", ".join(name if name == operation else f"{name} ({operation})" for name, operation in coming) or "nothing"
    )
    found = next((operation for name, operation in coming if name == word), None)
    if found is None:
        problem = "does not say which step" if not word else "is no step that lies ahead of the sample"
        raise InputError(problem, key="TARGET", value=target, mend=f"write {sample}:STEP; ahead of it: {listed}")
    first = next(name for name, operation in coming if operation == found)
    if first != word:
        raise InputError(
            f"comes after step '{first}', which is a {found}, too", key="TARGET", value=target,
            mend=f"skip {first} first, or wait until it is done",
        )  # fmt: skip
    return f"{sample}:{found}"


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
    from aichemist.records import References, Requests

    request = Requests(database, run_id).find(number)
    said = References(database).shown(request.answer or "")
    refused = said.removeprefix("refused: ") if said.startswith("refused: ") else ""
    return Asked(number, request.taken_at is not None and not refused, refused, status)


def user() -> str:
    """Who sits at this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
