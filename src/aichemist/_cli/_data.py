"""data list, data get: public data sets from their original source, with checksum, licence and citation."""

from __future__ import annotations

from pathlib import Path

import click

from ._options import json_option, print_json, table


@click.group()
def data() -> None:
    """List or fetch the public data sets that the examples and benchmarks use."""


@data.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sets: what each is, its licence, and whether it is here."""
    from rich.console import Console

    from ..records.datasets import find, list_datasets

    rows = [(d, find(d.name)) for d in list_datasets()]
    if as_json:
        print_json(
            [
                {"name": d.name, "summary": d.summary, "licence": d.licence, "citation": d.citation, "here": here}
                for d, here in rows
            ]
        )
        return
    shown = table("name", "what", "licence", "here")
    for d, here in rows:
        shown.add_row(d.name, d.summary, d.licence, str(here) if here else "no")
    Console().print(shown)


@data.command("get", epilog="\b\nExample:\n  aichemist data get oer_plate_3496")
@click.argument("name")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=None, help="Default: your data folder."
)
@json_option
def get_(name: str, folder: Path | None, as_json: bool) -> None:
    """Fetch the set NAME from its original source and verify its checksum."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from ..chemistry import InputError
    from ..records.datasets import get, list_datasets

    known = {d.name: d for d in list_datasets()}
    if name not in known:
        raise InputError(
            "is not a data set that AI-Chemist knows", key="NAME", value=name, mend=f"known: {', '.join(sorted(known))}"
        )
    console = Console(stderr=True)
    bars = Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console)
    tasks: dict[str, object] = {}
    with bars:

        def show(file: str, done: int, total: int) -> None:
            task = tasks.setdefault(file, bars.add_task(file, total=total))
            bars.update(task, completed=done)  # type: ignore[arg-type]

        path = get(name, folder=folder, progress=show)
    if as_json:
        print_json({"name": name, "folder": path, "licence": known[name].licence, "citation": known[name].citation})
    else:
        click.echo(f"{name} is in {path}\n{known[name].notice}")
