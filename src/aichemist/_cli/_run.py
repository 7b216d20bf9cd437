"""demo, run, resume: everything that carries a campaign out, with live progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, clock_option, json_option, print_json, runs_option
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
    from ..campaign import check_campaign, load_campaign
    from ..campaign import run as start

    loaded = load_campaign(campaign)
    check_campaign(loaded)
    _carry_out(
        lambda listen: start(loaded, name=name, runs=runs, seed=seed, clock=clock or "virtual", listener=listen,
            faults=faults),
        name or loaded.name, as_json, not no_report, runs, exact=name is not None,
    )  # fmt: skip


@click.command(epilog=f"{_EXIT}\n\n\b\nExample:\n  aichemist resume a1")
@click.argument("name", metavar="RUN")
@clock_option
@runs_option
@click.option("--no-report", is_flag=True, help="Do not write the report at the end.")
@json_option
def resume(name: str, clock: str | None, runs: Path | None, no_report: bool, as_json: bool) -> None:
    """Carry RUN on from its journal. Nothing that was done is done again."""
    from ..campaign import resume as carry_on

    if _is_done(name, runs, as_json):
        return
    _carry_out(
        lambda listen: carry_on(name, runs=runs, clock=clock, listener=listen), name, as_json, not no_report, runs
    )


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
    from ..campaign import check_campaign, examples_folder, load_campaign
    from ..campaign import run as start

    campaign = load_campaign(examples_folder() / "campaigns" / "oer.toml")
    if samples is not None:
        campaign = campaign.with_budget(samples)
    check_campaign(campaign)
    _carry_out(
        lambda listen: start(campaign, name=name, runs=runs, seed=seed, clock=clock or "virtual", listener=listen),
        name or campaign.name, as_json, True, runs, exact=name is not None,
    )  # fmt: skip


def _carry_out(work: Any, name: str, as_json: bool, report: bool, runs: Path | None, *, exact: bool = True) -> None:
    from rich.console import Console

    console = Console(stderr=as_json, highlight=False)
    screen = _Screen(console)
    try:
        with screen:
            done: Run = work(screen.listen)
    except KeyboardInterrupt:
        shown = screen.name or (name if exact else _latest(runs, name))
        where = f" --runs {str(runs)!r}" if runs else ""
        console.print(f"\nStopped. What was done is kept. Go on with:\n  aichemist resume {shown}{where}")
        raise click.exceptions.Exit(130) from None
    path = None
    if report and done.status != "waiting":  # the report is for when it has ended
        with console.status("writing the report"):
            path = done.report()
    if as_json:
        from ._look import run_summary

        print_json({**run_summary(done), "report": path})
    else:
        from ._look import print_outcome

        print_outcome(console, done, path, screen.seconds, runs)
    if done.status == "waiting" and (done.state.asked or done.state.lapsed):
        raise click.exceptions.Exit(EXIT["approval"])


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


def _latest(runs: Path | None, name: str) -> str:
    """The newest run, for a run that was given no name."""
    from ..campaign import open_database
    from ..records import list_runs

    names = [r.name for r in list_runs(open_database(runs)) if r.name.startswith(name)]
    return names[-1] if names else name


#: phases of which each note is printed once, above the bar
_SAID = ("starting", "reading", "resuming", "refused", "paused", "stopped", "waiting", "slow")


class _Screen:
    """Live progress: phase, samples done, best so far, simulated time, time left."""

    def __init__(self, console: Any) -> None:
        self._console = console
        self._started = time.monotonic()
        self._notes: set[str] = set()
        self.name: str | None = None
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

    def listen(self, now: Progress) -> None:
        from ..chemistry import format_duration

        if self._first_done is None:
            self._first_done = now.samples_done
        said = now.note and now.phase in _SAID
        if said and now.note not in self._notes:
            self._notes.add(now.note)
            self._progress.console.print(f"{now.phase}: {now.note}")
        best = (
            f"best {now.best.value:.1f} {now.best.unit} {now.best.recipe.formula} ({now.best.origin})"
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
