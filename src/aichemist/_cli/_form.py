"""The form of a manual task, field by field at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..chemistry import InputError

if TYPE_CHECKING:
    from ..campaign import Chore
    from ..lab.drivers import Field


def filled_in(run: str, task: str, runs: Path | None) -> tuple[tuple[str, ...], dict[str, Path], bool]:
    """What was typed for an open task: values as ``SAMPLE.FIELD=TEXT``, a file for each sample that has one, and
    whether the twin's data are to stand in for the others.

    Each entry is checked at once and asked for again until it is right.
    """
    from ..campaign import open_chores
    from ..lab.drivers import form_for

    chore = next((c for c in open_chores(run, runs) if task in (str(c.number), c.id, c.id.partition(":")[2])), None)
    if chore is None:
        return (), {}, False  # 'enter' says which there are
    click.echo(chore.text)
    form = form_for(chore.operation)
    values: list[str] = []
    files: dict[str, Path] = {}
    last: dict[str, str] = {}
    simulated = False
    for sample in chore.samples:
        if form.columns:
            path = click.prompt(f"{sample}: file with {', '.join(form.columns)} (Enter: none)", "", show_default=False)
            if path:
                files[sample] = Path(path)
            else:
                says = f"{sample}: nothing measured; let the twin's data stand in?"
                simulated = simulated or click.confirm(says, default=False)
                continue
        for one in form.fields:
            text = _asked(chore, sample, one, last.get(one.name, "" if not one.required else None))
            if text:
                values.append(f"{sample}.{one.name}={text}")
                last[one.name] = text
    return tuple(values), files, simulated


def _asked(chore: Chore, sample: str, one: Field, default: str | None) -> str:
    """Typed, with its unit, within its limits; Enter takes what the vial before had."""
    from ..lab.drivers import Command, typed_values

    limits = f"{one.low:g} to {one.high:g}" + ("" if one.required else ", Enter: none")
    while True:
        text: str = click.prompt(f"{sample}: {one.text} ({limits})", default, show_default=bool(default))
        if not text:
            return ""
        command = Command(chore.id, "", chore.operation, "", "", chore.samples)
        try:
            typed_values(command, [f"{sample}.{one.name}={text}"])
        except InputError as error:
            click.secho(str(error), fg="red", err=True)
            continue
        return text
