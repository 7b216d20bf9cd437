"""demo, run, resume: everything that carries a campaign out, with live progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, clock_option, json_option, own_clock_option, print_json, runs_option
from ._questions import approval_rows
from ._review import EXIT

if TYPE_CHECKING:
    from ..campaign import Progress, Run

_EXIT = (
    "\b\nExit code: 0 it ended, or waits for somebody's work or answer; 20 it waits for an approval; 130 stopped by "
    "Ctrl-C; 2 bad input."
)
_CAMPAIGN = click.argument("campaign", type=click.Path(path_type=Path))
_SEED = click.option("--seed", type=Whole(0, 2**31 - 1), default=None, help="Default: the campaign file's.")


@click.command(
    epilog=f"{_EXIT}\n\n\b\nExamples:\n  aichemist run campaigns/oer.toml\n"
    "  aichemist run my.toml --name a1 --clock scaled:600"
)
@_CAMPAIGN
@click.option("--name", default=None, help="Name of the run (default: the campaign's name and a number).")
@_SEED
@clock_option
@runs_option
@click.option("--no-report", is_flag=True, help="Do not write the report at the end.")
@click.option(
    "--faults",
    type=float,
    default=0.0,
    metavar="SHARE",
    help="Let the twin's devices fail at this share of the commands, e.g. 0.05: to try recovery rules.",
)
@json_option
def run(
    campaign: Path,
    name: str | None,
    seed: int | None,
    clock: str | None,
    runs: Path | None,
    no_report: bool,
    faults: float,
    as_json: bool,
) -> None:
    """Run CAMPAIGN (a TOML file) to its end, then write its report."""
    click.echo(f"starting: {campaign}", err=True)  # to import what follows takes seconds
    from ..campaign import check_campaign, fresh_name, load_campaign
    from ..campaign import run as start

    loaded = load_campaign(campaign)
    check_campaign(loaded)
    name = name or fresh_name(loaded.name, runs)
    _carry_out(
        lambda listen: start(loaded, name=name, runs=runs, seed=seed, clock=clock or "virtual", listener=listen,
            faults=faults),
        name, as_json, not no_report, runs,
    )  # fmt: skip


@click.command(epilog=f"{_EXIT}\n\n\b\nExample:\n  aichemist resume a1")
@click.argument("name", metavar="RUN")
@own_clock_option
@runs_option
@click.option("--no-report", is_flag=True, help="Do not write the report at the end.")
@click.option("--unsound", is_flag=True, help="Go on even where the journal was changed since it was written.")
@json_option
def resume(name: str, clock: str | None, runs: Path | None, no_report: bool, unsound: bool, as_json: bool) -> None:
    """Carry RUN on from its journal. Nothing that was done is done again.

    The entries after the newest snapshot are verified first; 'aichemist verify' looks at all.
    """
    from ..campaign import look_whether_sound, open_database, refuse_unsound
    from ..campaign import resume as carry_on
    from ..records import find_run

    if _is_done(name, runs, as_json):
        return
    seen = look_whether_sound(name, runs, newest=True) if unsound else refuse_unsound(name, runs)
    click.secho(seen.text, fg=None if seen.found.sound else "red", err=True)
    database = open_database(runs, create=False)
    own = str(find_run(database, name).config["clock"])
    database.close()
    click.echo(f"clock: {clock or own}{'' if clock not in (None, own) else ', as the run began'}", err=True)
    _carry_out(
        lambda listen: carry_on(name, runs=runs, clock=clock, listener=listen, unsound=True),  # looked at above
        name, as_json, not no_report, runs,
    )  # fmt: skip


@click.command(epilog="\b\nExamples:\n  aichemist demo\n  aichemist demo --samples 24")
@click.option("--name", default=None, help="Name of the run (default: oer and a number).")
@click.option("--samples", type=Whole(1, 160), default=None, help="A smaller or larger budget than 96 samples.")
@_SEED
@clock_option
@runs_option
@json_option
def demo(
    name: str | None, samples: int | None, seed: int | None, clock: str | None, runs: Path | None, as_json: bool
) -> None:
    """Run the example: six metals, lowest overpotential for oxygen evolution, on the digital twin."""
    from ..campaign import check_campaign, examples_folder, fresh_name, load_campaign
    from ..campaign import run as start

    campaign = load_campaign(examples_folder() / "campaigns" / "oer.toml")
    if samples is not None:
        campaign = campaign.with_budget(samples)
    check_campaign(campaign)
    name = name or fresh_name(campaign.name, runs)
    _carry_out(
        lambda listen: start(campaign, name=name, runs=runs, seed=seed, clock=clock or "virtual", listener=listen),
        name, as_json, True, runs,
    )  # fmt: skip


def _carry_out(work: Any, name: str, as_json: bool, report: bool, runs: Path | None) -> None:
    from rich.console import Console

    console = Console(stderr=as_json, highlight=False)
    screen = _Screen(console)
    try:
        with screen, _Chores(name, runs, screen.say):
            done: Run = work(screen.listen)
    except KeyboardInterrupt:
        from ._questions import where

        if not _has_begun(name, runs):
            console.print("\nStopped before the run began: nothing was done. Start it again with the same command.")
            raise click.exceptions.Exit(130) from None
        console.print(f"\nStopped. What was done is kept. Go on with:\n  aichemist resume {name}{where(runs)}")
        raise click.exceptions.Exit(130) from None
    path = None
    if report and done.status != "waiting":  # the report is for when it has ended
        with console.status("writing the report"):
            path = done.report()
    if path is not None and not done.sound.found.sound:
        from ._look import warn_unsound

        warn_unsound(done)
    if as_json:
        from ._look import run_summary

        print_json({**run_summary(done), "report": path})
    else:
        from ._look import print_outcome

        print_outcome(console, done, path, screen.seconds, runs)
    if done.status == "waiting" and approval_rows(done):
        raise click.exceptions.Exit(EXIT["approval"])


def _has_begun(name: str, runs: Path | None) -> bool:
    """Whether there is a run of that name; a database that cannot be asked now may hold it."""
    from ..campaign import open_database
    from ..chemistry import RecordsError
    from ..records import list_runs

    try:
        database = open_database(runs, create=False)
    except RecordsError:
        return False
    try:
        return name in {info.name for info in list_runs(database)}
    except RecordsError:
        return True
    finally:
        database.close()


def _is_done(name: str, runs: Path | None, as_json: bool) -> bool:
    """Says so of a run that is finished, and works nothing out anew."""
    from ..campaign import open_database, open_run, runs_folder
    from ..records import find_run

    database = open_database(runs, create=False)
    done = find_run(database, name).status == "finished"
    database.close()
    if not done:
        return False
    page = runs_folder(runs) / name / "report.html"
    if as_json:
        from ._look import run_summary

        print_json({**run_summary(open_run(name, runs=runs)), "report": page if page.exists() else None})
        return True
    where = f" --runs {str(runs)!r}" if runs else ""
    click.echo(f"{name} is finished; there is nothing to carry on")
    click.echo(f"report: {page}" if page.exists() else f"write its report with: aichemist report {name}{where}")
    return True


class _Chores:
    """Says once of each task that a person is asked to do it, while the run goes on."""

    def __init__(self, name: str, runs: Path | None, say: Callable[[str], None]) -> None:
        self._name, self._runs, self._say = name, runs, say
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Chores:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5.0)

    def _look(self) -> None:
        from ..campaign import NewChores
        from ..chemistry import RecordsError
        from ._questions import where

        new = NewChores(self._name, self._runs)
        try:
            while not self._over.wait(_LOOK_S):
                with suppress(RecordsError):  # busy, or not there yet: the next look will tell
                    for chore in new.take():
                        enter = f"aichemist enter {self._name} {chore.number}{where(self._runs)}"
                        self._say(f"task {chore.number}: {chore.text}\n  when it is done: {enter}")
        finally:
            new.close()


#: wall time between two looks for new tasks of people (s)
_LOOK_S = 0.5
#: phases of which each note is printed once, above the bar
_SAID = ("starting", "reading", "resuming", "refused", "paused", "stopped", "waiting", "slow")


class _Screen:
    """Live progress: phase, samples done, best so far, simulated time, time left."""

    def __init__(self, console: Any) -> None:
        self._console = console
        self._started = time.monotonic()
        self._notes: set[str] = set()
        self._progress: Any = None
        self._task: Any = None
        self._first_done: int | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __enter__(self) -> _Screen:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = [
            TextColumn("{task.description:<9}"),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[best]}"),
            TextColumn("{task.fields[lab]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[eta]}"),
        ]
        if self._console.width >= 100:
            columns.insert(1, BarColumn(bar_width=20))
        self._progress = Progress(*columns, console=self._console)
        self._task = self._progress.add_task("starting", total=1, best="", lab="", eta="")
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._progress.console.print(text, markup=False, soft_wrap=True)

    def listen(self, now: Progress) -> None:
        from ..chemistry import format_duration, with_uncertainty

        if self._first_done is None:
            self._first_done = now.samples_done
        said = now.note and now.phase in _SAID
        if said and now.note not in self._notes:
            self._notes.add(now.note)
            self._progress.console.print(f"{now.phase}: {now.note}")
        best = (
            f"best {with_uncertainty(now.best.value, now.best.uncertainty, now.best.unit)} {now.best.recipe.formula} "
            f"({now.best.origin})"
            if now.best
            else ""
        )
        fresh = now.samples_done - self._first_done
        left = (now.samples_total - now.samples_done) * self.seconds / fresh if fresh else None
        eta = f"ETA {format_duration(left)}" if left is not None and now.phase != "finished" else ""
        self._progress.update(
            self._task, description=now.phase, completed=now.samples_done, total=now.samples_total, best=best,
            lab=f"lab {now.lab_time_s / 86400:.1f} d", eta=eta,
        )  # fmt: skip
