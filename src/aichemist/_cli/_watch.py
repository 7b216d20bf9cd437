"""watch: follow a run live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ._options import json_option, print_json, runs_option


@click.command(epilog="\b\nExamples:\n  aichemist watch a1\n  aichemist watch a1 --once")
@click.argument("name", metavar="RUN")
@click.option("--once", is_flag=True, help="Print one look as plain text and end: for scripts and screen readers.")
@click.option("--every", type=click.FloatRange(0.1, 60), default=0.5, show_default=True, metavar="SECONDS",
              help="How often to look.")  # fmt: skip
@click.option("--who", default="", metavar="NAME", help="Who you are (default: your user name); is journalled.")
@runs_option
@json_option
def watch(name: str, once: bool, every: float, who: str, runs: Path | None, as_json: bool) -> None:
    """Follow RUN live, also one that another process runs: stations, robots, samples, alarms and questions.

    Keys: p pause, r resume, h hold or release the chosen sample, a answer the chosen question, x abort, s emergency
    stop, q quit. Pause, hold, abort and stop ask why; Enter goes on without a
    reason. Quitting leaves the run as it is.
    """
    from ..campaign import Follower
    from ._watch_view import look

    with Follower(name, runs) as follower:
        if as_json:
            print_json(_as_data(look(follower)))
        elif once:
            from ._watch_text import view_lines

            for line in view_lines(look(follower)):
                click.echo(line)
        else:
            from ._watch_app import WatchApp

            WatchApp(follower, every_s=every, who=who).run()


def _as_data(view: Any) -> Any:
    from attrs import asdict

    return asdict(view)
