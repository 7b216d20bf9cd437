"""control, questions, answer: people take a hand in a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import json_option, print_json, runs_option
from ._questions import find_question, print_questions, question_rows

if TYPE_CHECKING:
    from ..campaign import Asked

_RUN = click.argument("name", metavar="RUN")
_WHO = click.option("--who", default="", metavar="NAME", help="Who you are (default: your user name); is journalled.")
_WHY = click.option("--why", default="", metavar="TEXT", help="Why; is journalled.")


class _Control(click.Command):
    """Its help lists the controls, which only execution knows."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ..lab.execution import CONTROLS

        with formatter.section("What"):
            formatter.write_dl([(what, meaning) for what, meaning in CONTROLS.items()])
        super().format_epilog(ctx, formatter)


@click.command(
    cls=_Control,
    epilog="\b\nExamples:\n  aichemist control a1 pause --why 'the fume hood is open'\n"
    "  aichemist control a1 hold_sample b001-03\n  aichemist control a1 hold_station furnace_1 --who Ada\n"
    "  aichemist control a1 skip b001-03:dry\n  aichemist control a1 stop muffle_furnace",
)
@_RUN
@click.argument("what", metavar="WHAT")
@click.argument("target", metavar="[TARGET]", default="")
@_WHO
@_WHY
@runs_option
@json_option
@click.pass_context
def control(
    ctx: click.Context, name: str, what: str, target: str, who: str, why: str, runs: Path | None, as_json: bool
) -> None:
    """Take a hand in RUN, from any terminal: WHAT is pause, hold_sample, stop ... (below), TARGET what it is about."""
    from ..campaign import control as ask

    asked = ask(name, what, target, who=who, why=why, runs=runs)
    if as_json:
        print_json({"what": what, "target": target, **_as_data(asked)})
    else:
        click.echo(became(asked, f"{what} {target}".strip(), name, runs))
        if what == "stop" and asked.status != "running":
            click.secho("No process drives this run, so no device was told to stop.", bold=True)
    ctx.exit(1 if asked.refused else 0)


@click.command(epilog="\b\nExample:\n  aichemist questions a1")
@_RUN
@runs_option
@json_option
def questions(name: str, runs: Path | None, as_json: bool) -> None:
    """List the open questions of RUN, the most urgent first, with their possible answers."""
    from rich.console import Console

    from ..campaign import open_run

    run = open_run(name, runs=runs)
    if as_json:
        print_json(question_rows(run.lab, name))
    else:
        print_questions(Console(highlight=False), run, runs)


@click.command(
    epilog="\b\nExamples:\n  aichemist answer a1 1 repeat\n  aichemist answer a1 load.14 leave --why 'it is broken'"
)
@_RUN
@click.argument("question", metavar="QUESTION")
@click.argument("choice", metavar="CHOICE")
@_WHO
@_WHY
@runs_option
@json_option
@click.pass_context
def answer(
    ctx: click.Context, name: str, question: str, choice: str, who: str, why: str, runs: Path | None, as_json: bool
) -> None:
    """Answer a QUESTION of RUN: its id, a part of the id that no other has, or its number in 'aichemist questions'."""
    from ..campaign import answer as ask
    from ..campaign import open_run

    found = find_question(open_run(name, runs=runs).lab, name, question, choice)
    asked = ask(name, found.id, choice, who=who, why=why, runs=runs)
    if as_json:
        print_json({"question": found.id, "text": found.text, "choice": choice, **_as_data(asked)})
    else:
        click.echo(found.text)
        click.echo(became(asked, f"{choice} ({found.choices[choice]})", name, runs))
    ctx.exit(1 if asked.refused else 0)


def _as_data(asked: Asked) -> dict[str, Any]:
    return {"request": asked.id, "taken": asked.taken, "refused": asked.refused, "status": asked.status}


def became(asked: Asked, what: str, name: str, runs: Path | None = None) -> str:
    """What became of a request, in one line."""
    if asked.taken:
        return f"taken: {what}"
    if asked.refused:
        return f"refused: {what}: {asked.refused}"
    if asked.status == "running":
        return f"waits: {what}: run '{name}' has not taken it up yet; it will when its present step is over"
    from ._questions import where

    return (
        f"waits: {what}: run '{name}' is {asked.status}, no process runs it; it is taken up by "
        f"'aichemist resume {name}{where(runs)}'"
    )
