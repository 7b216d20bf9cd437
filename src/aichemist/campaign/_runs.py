"""Runs for people: start one, resume one, look at one."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from aichemist.chemistry import InputError, Observation, RecordsError, from_plain, to_plain

from ._file import Campaign, Documents, build_campaign
from ._progress import CampaignState
from ._redact import PrivacyPolicy, Redactor, policy_of
from ._snapshots import Stand, lab_state, read_stand

if TYPE_CHECKING:
    from aichemist.lab.execution import State
    from aichemist.records import Database, Entry, RunInfo

    from ._loop import Listener
    from ._sound import Sound


def runs_folder(folder: str | Path | None = None) -> Path:
    """``folder``, else ``AICHEMIST_RUNS``, else ``runs`` in the working folder.

    Raises:
        InputError: that is a file.
    """
    path = Path(folder or os.environ.get("AICHEMIST_RUNS") or "runs")
    if path.is_file():
        key = "--runs" if folder else "AICHEMIST_RUNS"
        raise InputError(
            "is a file, not a folder", key=key, value=str(path), mend="name a folder, or one that is not there yet"
        )
    return path


def open_database(folder: str | Path | None = None, *, create: bool = True) -> Database:
    """The database of a runs folder: ``aichemist.db`` in it, or the SQLAlchemy URL in ``AICHEMIST_DATABASE``.

    Raises:
        RecordsError: not there (with ``create=False``), or not writable.
    """
    from aichemist.records import Database

    url = os.environ.get("AICHEMIST_DATABASE")
    if url:
        return Database(url)
    path = runs_folder(folder) / "aichemist.db"
    if not create and not path.exists():
        raise RecordsError(
            f"there are no runs in {path.parent}\n  mend: start one with 'aichemist demo' or 'aichemist run', "
            "or name the folder with --runs"
        )
    return Database(path)


@frozen(slots=False)
class Run:
    """A run, as its journal tells it."""

    name: str
    folder: Path
    status: str
    seed: int
    campaign: Campaign
    state: CampaignState
    stand: Stand
    policy: PrivacyPolicy | None = None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The whole journal, names and notes resolved; read when it is asked for."""
        from aichemist.records import References, RunJournal, find_run

        database = open_database(self.folder.parent, create=False)
        shown: Callable[[Any], Any] = References(database).shown
        actor: Callable[[str], str] = shown
        if self.policy is not None:
            redactor = Redactor(database, self.policy, self.campaign.documents)
            shown, actor = redactor.shown, redactor.actor
        try:
            return tuple(
                evolve(e, payload=shown(e.payload), actor=actor(e.actor))
                for e in RunJournal(database, find_run(database, self.name).id).entries()
            )
        finally:
            database.close()

    @cached_property
    def lab(self) -> State:
        """Stations, robots, samples, questions, as the journal has them."""
        return lab_state(self.stand)

    @property
    def observations(self) -> list[Observation]:
        """All observations, in the order in which they were made."""
        return self.state.observations

    @property
    def best(self) -> Observation | None:
        """The best observation of the first objective; ``None`` while there is none."""
        return self.state.best(self.campaign.objective.direction, self.campaign.objective.name)

    @property
    def front(self) -> list[tuple[Observation, ...]]:
        """Samples that no other beats in every objective, each as one observation for each objective."""
        from ._front import front

        return front(self.observations, self.campaign.goal.objectives)

    @property
    def stopped_because(self) -> str | None:
        """Why the run ended; ``None`` while it has not."""
        return self.state.finished

    @property
    def quarantined(self) -> dict[str, str]:
        """Samples that were held back, and why."""
        return self._ended_as("quarantined")

    @property
    def discarded(self) -> dict[str, str]:
        """Samples that were given up and taken away, and why."""
        return self._ended_as("discarded")

    @cached_property
    def sound(self) -> Sound:
        """Whether the whole journal and the raw files are as they were written; looked at when it is asked for."""
        from ._sound import look_whether_sound

        return look_whether_sound(self.name, self.folder.parent)

    def _ended_as(self, status: str) -> dict[str, str]:
        return {name: s.reason for name, s in sorted(self.lab.samples.items()) if s.status == status}

    def report(self) -> Path:
        """Write ``report.html``, the plots and the observation tables; the path of the report.

        Of a run opened with a policy they go into the folder ``redacted`` of the run.
        """
        from ._report import write_report

        return write_report(self)


def run(
    campaign: Campaign,
    *,
    name: str | None = None,
    runs: str | Path | None = None,
    seed: int | None = None,
    clock: str = "virtual",
    listener: Listener | None = None,
    faults: float = 0.0,
) -> Run:
    """Run a campaign to its end.

    Args:
        name: default: the campaign's name, with a number added where it is taken.
        runs: the runs folder; see :func:`runs_folder`.
        seed: default: the campaign file's.
        clock: ``virtual``, ``real`` or ``scaled:N``.
        listener: called with a :class:`Progress` as things happen.
        faults: share of the commands at which the twin's devices fail in one way or another.

    Raises:
        RunExistsError: the name is taken.
        RefusedError, InfeasibleError, RecordsError: see :meth:`Loop.go`.
    """
    from aichemist.lab.execution import make_clock
    from aichemist.records import create_run

    make_clock(clock)  # a wrong text must not leave a run behind
    database = open_database(runs)
    name = name or _fresh(database, campaign.name)
    _check_name(name)
    if not 0 <= faults <= 1:
        raise InputError("is no share between 0 and 1", key="--faults", value=faults, mend="write e.g. 0.05")
    if campaign.theory or campaign.transfer:
        from ._helped import check_helped

        check_helped(campaign, database)
    config = {"documents": to_plain(campaign.documents), "clock": clock, "faults": faults}
    with _alone(runs_folder(runs) / name):
        info = create_run(database, name, seed=campaign.seed if seed is None else seed, config=config)
        return _go(campaign, info, database, runs, clock, listener)


def fresh_name(base: str, runs: str | Path | None = None) -> str:
    """``base`` with the first number that no run of the folder has."""
    database = open_database(runs)
    try:
        return _fresh(database, base)
    finally:
        database.close()


def _fresh(database: Database, base: str) -> str:
    from aichemist.records import list_runs

    taken = {r.name for r in list_runs(database)}
    return next(n for i in range(1, len(taken) + 2) if (n := f"{base}-{i}") not in taken)


def resume(
    name: str,
    *,
    runs: str | Path | None = None,
    clock: str | None = None,
    listener: Listener | None = None,
    unsound: bool = False,
) -> Run:
    """Carry a run on from its journal, after Ctrl-C, a crash or ``kill -9``. A finished run is returned as it is.

    Args:
        unsound: do not look whether the entries after the newest snapshot are as they were written.

    Raises:
        RecordsError: no such run, another process is running it, or its journal was changed since it was written.
    """
    from aichemist.records import find_run

    database = open_database(runs, create=False)
    info = find_run(database, name)
    if info.status == "finished":
        return open_run(name, runs=runs)
    if not unsound:
        from ._sound import refuse_unsound

        refuse_unsound(name, runs)
    campaign = build_campaign(from_plain(info.config["documents"], Documents))
    with _alone(runs_folder(runs) / name):
        return _go(campaign, info, database, runs, clock or str(info.config["clock"]), listener)


def open_run(name: str, *, runs: str | Path | None = None, redact: str | PrivacyPolicy | None = None) -> Run:
    """Look at a run, also while another process runs it.

    Args:
        redact: a policy, a policy file, or ``campaign`` for the ``[privacy]`` of the run's campaign file: what it
            removes is not in the run that comes back.

    Raises:
        InputError: the policy cannot be read.
        RecordsError: no such run.
    """
    from aichemist.records import References, RunJournal, find_run

    database = open_database(runs, create=False)
    info = find_run(database, name)
    documents = from_plain(info.config["documents"], Documents)
    policy = policy_of(redact, documents) if isinstance(redact, str) else redact
    shown = References(database).shown
    if policy is not None:
        shown = Redactor(database, policy, documents).shown
    stand = read_stand(RunJournal(database, info.id), shown)
    database.close()
    return Run(
        name, runs_folder(runs) / name, true_status(info, runs), info.seed, build_campaign(documents), stand.campaign,
        stand, policy,
    )  # fmt: skip


def _go(
    campaign: Campaign,
    info: RunInfo,
    database: Database,
    runs: str | Path | None,
    clock: str,
    listener: Listener | None,
) -> Run:
    from aichemist.records import Lease, RunJournal

    from ._loop import Loop

    folder = runs_folder(runs) / info.name
    lease = Lease.acquire(database, _lab_key(campaign, info), f"{platform.node()}:{folder.resolve()}", info.id)
    try:
        journal = RunJournal(database, info.id, lease)
        journal.set_status("running")
        loop = Loop(campaign, info, database, journal, folder, clock=clock, listener=listener, lease=lease)
        try:
            loop.go()
        except KeyboardInterrupt:
            journal.set_status("interrupted")
            raise
    finally:
        with suppress(RecordsError):  # the disk may be full: the lease ends by itself
            lease.release()
        database.close()
    return open_run(info.name, runs=runs)


def _lab_key(campaign: Campaign, info: RunInfo) -> str:
    """A lab of twins belongs to its run; one with a real device is there once, whatever run drives it."""
    lab = campaign.lab
    drivers = {s.driver for s in lab.stations} | {r.driver for r in lab.robots}
    return f"twin of run {info.name}" if drivers <= {"twin"} else lab.name


def _check_name(name: str) -> None:
    import re

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", name):
        raise InputError(
            "is not a name for a run", key="--name", value=name, mend="use letters, digits, '.', '_' and '-'"
        )


def true_status(info: RunInfo, runs: str | Path | None = None) -> str:
    """The run's status; ``interrupted`` for one that says ``running`` while no process runs it (killed, power cut)."""
    from filelock import FileLock, Timeout

    path = runs_folder(runs) / info.name / ".lock"
    if info.status != "running" or not path.exists():
        return info.status
    try:
        with FileLock(path, timeout=0):
            return "interrupted"
    except (Timeout, OSError):
        return "running"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes never drive one run: the second is refused. The lock goes with the process, however it ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise RecordsError(
            f"run '{folder.name}' is being run by another process\n  mend: wait for it, or stop it, then resume"
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> RecordsError:
    return RecordsError(
        f"{folder}: cannot be written: {error.strerror}\n  mend: choose another folder with --runs FOLDER"
    )
