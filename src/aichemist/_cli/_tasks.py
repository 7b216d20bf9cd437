"""tasks, enter: what people are asked to do in a run, and what they did."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ._options import json_option, print_json, runs_option

_RUN = click.argument("run", metavar="RUN")


@click.command(epilog="\b\nExample:\n  aichemist tasks a1")
@_RUN
@runs_option
@json_option
def tasks(run: str, runs: Path | None, as_json: bool) -> None:
    """List what people are asked to do in RUN, oldest first."""
    from attrs import asdict

    from ..campaign import open_chores

    chores = open_chores(run, runs)
    if as_json:
        print_json([asdict(c) for c in chores])
        return
    if not chores:
        click.echo(f"Nothing is asked of people in {run}.")
        return
    for chore in chores:
        click.echo(f"{chore.number}. {chore.text}")
        details = [f"asked {chore.asked_at} UTC"]
        if chore.columns:
            details.append(f"--csv SAMPLE=FILE with {', '.join(chore.columns)}")
        details += [f"--value {name}=..." for name in chore.fields]
        click.echo(f"   {'; '.join(details)}")
    where = f" --runs {str(runs)!r}" if runs else ""
    click.echo(f"\nWhen one is done:\n  aichemist enter {run} 1{where}")


@click.command(
    epilog="\b\nExamples:\n  aichemist enter a1 1\n  aichemist enter a1 2 --csv b001-01=a.csv --csv b001-02=b.csv "
    "\\\n      --value electrode_area_cm2=0.196 --value resistance_ohm=7.1\n"
    '  aichemist enter a1 3 --failed "the needle is blocked" --nothing-was-done\n'
    "  aichemist enter a1 4 --simulated"
)
@_RUN
@click.argument("task", metavar="TASK")
@click.option("--value", "values", multiple=True, metavar="[SAMPLE.]FIELD=VALUE", help="A value with its unit.")
@click.option("--csv", "tables", multiple=True, metavar="[SAMPLE=]FILE", help="Measured columns of a sample.")
@click.option("--failed", default="", metavar="WHY", help="It could not be done.")
@click.option("--nothing-was-done", is_flag=True, help="With --failed: nothing was touched, so it may be tried again.")
@click.option("--anyway", is_flag=True, help="Take values that look like a slip.")
@click.option("--simulated", is_flag=True, help="Let the twin's data stand in for measured data that you do not give.")
@click.option("--who", default="", help="Default: the user of this machine.")
@click.option("--note", default="", help="Anything worth keeping.")
@runs_option
def enter(
    run: str,
    task: str,
    values: tuple[str, ...],
    tables: tuple[str, ...],
    failed: str,
    nothing_was_done: bool,
    anyway: bool,
    simulated: bool,
    who: str,
    note: str,
    runs: Path | None,
) -> None:
    """Say that TASK of RUN (its number in 'aichemist tasks', or its id) is done, with what was measured.

    At a terminal, and without options, each value that the task needs is asked for.
    """
    from ..campaign import enter as give

    files: dict[str, Path] = {}
    for text in tables:
        sample, sign, path = text.rpartition("=")
        files[sample if sign else ""] = Path(path)
    if not (values or tables or failed or nothing_was_done or simulated) and sys.stdin.isatty():
        from ._form import filled_in

        values, files, simulated = filled_in(run, task, runs)
    chore = give(
        run, task, values=values, tables=files, failed=failed, nothing_done=nothing_was_done, who=who, note=note,
        anyway=anyway, simulated=simulated, runs=runs,
    )  # fmt: skip
    click.echo(f"{'Failed' if failed else 'Done'}: {chore.text}")
