"""Options that several commands share."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

runs_option = click.option(
    "--runs", "runs", type=click.Path(path_type=Path), default=None,
    help="Folder of runs and their database (default: $AICHEMIST_RUNS or ./runs).",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")
clock_option = click.option(
    "--clock", default=None, metavar="KIND",
    help="virtual (default: jumps to the next event), real, or scaled:N (N times as fast as the wall clock).",
)  # fmt: skip
own_clock_option = click.option(
    "--clock", default=None, metavar="KIND",
    help="Default: the clock with which the run began. virtual (jumps to the next event), real, or scaled:N (N times "
    "as fast as the wall clock).",
)  # fmt: skip


class Whole(click.IntRange):
    """A whole number in a range; says in plain words what is wrong with another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            span = f"from {self.min} on" if self.max is None else f"from {self.min} to {self.max}"
            raise click.BadParameter(f"'{value}' is no whole number {span}", ctx, param) from None


def table(*columns: str, title: str | None = None) -> Table:
    """A table that folds long words in a narrow terminal rather than cutting them."""
    from rich.table import Table

    made = Table(title=title, title_justify="left")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def print_json(data: Any) -> None:
    """One JSON document on standard output; unknown numbers as null."""
    click.echo(json.dumps(_clean(data), indent=2, ensure_ascii=False, default=str))


def _clean(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return None
    if isinstance(data, dict):
        return {str(k): _clean(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_clean(v) for v in data]
    return data
