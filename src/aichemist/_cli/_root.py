"""The root command: lists sub-commands without importing what they need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from .. import __version__

#: command -> (module, one line of help)
COMMANDS = {
    "demo": ("_run", "Run the example campaign to a report (takes about two minutes)."),
    "check": ("_check", "Check a campaign file; print steps, stock and time; run nothing."),
    "review": ("_review", "Ask the guard about a design or campaign file; the exit code says the outcome."),
    "run": ("_run", "Run a campaign to its end."),
    "resume": ("_run", "Carry a run on after Ctrl-C, a crash or kill -9."),
    "runs": ("_look", "List the runs."),
    "show": ("_look", "Show one run: best recipes, batches, what happened."),
    "tasks": ("_tasks", "List what people are asked to do in a run."),
    "enter": ("_tasks", "Say that a manual task is done, with what was measured."),
    "watch": ("_watch", "Follow a run live: stations, robots, samples, questions; pause, answer, stop."),
    "questions": ("_people", "List the questions that a run asks."),
    "answer": ("_people", "Answer a question of a run."),
    "approve": ("_approve", "Approve or refuse what waits for it: a design file, a run, a campaign's envelope."),
    "approvals": ("_approvals", "List, show, withdraw and verify approvals."),
    "people": ("_persons", "Who takes part: names, roles, tokens; forget one."),
    "control": ("_people", "Take a hand in a run: pause, hold, skip, abort, stop."),
    "privacy": ("_privacy", "See and forget what is kept of people; redaction is in 'report --redact'."),
    "verify": ("_verify", "Check that the journal of a run is as it was written."),
    "report": ("_look", "Write the report of a run: HTML, plots, CSV, Parquet."),
    "read": ("_read", "Read a folder of articles into the library."),
    "literature": ("_literature", "Look into the library: search, show, facts, corrections, digest, draft."),
    "suggest": ("_suggest", "Suggest the next recipes to try by hand: CSV in, CSV out."),
    "analyse": ("_suggest", "Say what experiments show: model, effects, Pareto front, plots."),
    "schedule": ("_schedule", "Plan a batch or a published problem: makespan, bound, Gantt, what if."),
    "lab": ("_check", "Show a lab: stations, robots, stock."),
    "hazards": ("_hazards", "What the guard knows of substances: show, list, import of the CLP list."),
    "data": ("_data", "List or fetch public data sets."),
}

EPILOG = """\b
Examples:
  aichemist demo                              the whole loop on the digital twin
  aichemist check campaigns/oer.toml          what it would take
  aichemist run campaigns/oer.toml --name a1  run it
  aichemist resume a1                         go on after a stop
  aichemist watch a1                          look on, pause it, answer its questions
  aichemist read papers                       read articles; then: aichemist literature --help
  aichemist report a1                         write runs/a1/report.html
"""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"._{COMMANDS[name][0].lstrip('_')}", __package__)
        command: click.Command = getattr(module, name if name != "data" else "data")
        return command

    def format_commands(self, ctx: click.Context, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"there is no command '{args[0]}'.{hint}", ctx) from None


@click.command(
    cls=_Lazy, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="aichemist")
def cli() -> None:
    """AI-Chemist runs a chemistry laboratory in a closed loop: it reads, proposes, checks, schedules, carries out,
    analyses and learns, on a digital twin or on real workstations."""
