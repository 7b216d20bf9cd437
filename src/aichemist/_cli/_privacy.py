"""privacy, people forget: what is kept of people, and forgetting it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import json_option, print_json, runs_option, table
from ._token import ask_token, token_option

if TYPE_CHECKING:
    from ..campaign import Removal

_WHY = click.option("--why", required=True, metavar="TEXT", help="Why; is kept, so write no name in it.")
_WHO = click.option(
    "--who", default="", metavar="NAME", help="Who you are (default: your user name, or whose token it is)."
)


@click.command(epilog="\b\nExample:\n  aichemist people forget 'Ada Example' --why 'has left and asked for it'")
@click.argument("name", metavar="NAME")
@_WHY
@_WHO
@token_option
@runs_option
@json_option
def forget(name: str, why: str, who: str, token_file: Path | None, runs: Path | None, as_json: bool) -> None:
    """Forget NAME for good: her name, token and all she wrote. What she did stays, done by "a forgotten person".

    Journals hold references, so they stay sound ('aichemist verify'). What cannot be forgotten is named. Where there is
    a safety officer it needs that one's token, or NAME's own.
    """
    from ..campaign import forget as do

    _say(do(name, why=why, who=who, ask=lambda: ask_token(token_file), runs=runs), as_json)


@click.group(
    epilog="\b\nExamples:\n  aichemist privacy show\n  aichemist privacy forget-text 3fa9c2 --why 'names a patient'"
)
def privacy() -> None:
    """See and forget what is kept of people: names, reasons, notes."""


@privacy.command(epilog="\b\nExamples:\n  aichemist privacy show\n  aichemist privacy show --by Ada --json")
@click.option("--by", default="", metavar="NAME", help="Only what this person wrote.")
@runs_option
@json_option
def show(by: str, runs: Path | None, as_json: bool) -> None:
    """List the texts that people wrote (why they did something, notes on tasks), with the ids to forget them by."""
    from attrs import asdict
    from rich.console import Console
    from rich.text import Text

    from ..campaign import open_database
    from ..records import list_texts

    database = open_database(runs, create=False)
    try:
        found = list_texts(database, by=by)
    finally:
        database.close()
    if as_json:
        print_json([asdict(t) for t in found])
        return
    shown = table("id", "written (UTC)", "by", "kind", "text")
    for t in found:
        text = t.text if t.forgotten_at is None else f"(forgotten {t.forgotten_at:%Y-%m-%d})"
        shown.add_row(t.id[:12], f"{t.made_at:%Y-%m-%d %H:%M}", Text(t.by), t.kind, Text(text))
    Console().print(shown)


@privacy.command("forget-text", epilog="\b\nExample:\n  aichemist privacy forget-text 3fa9c2 --why 'names a patient'")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@_WHY
@_WHO
@token_option
@runs_option
@json_option
def forget_text(
    texts: tuple[str, ...], why: str, who: str, token_file: Path | None, runs: Path | None, as_json: bool
) -> None:
    """Forget each TEXT (its id in 'privacy show', or the beginning of it) for good; references to it stay.

    Where there is a safety officer it needs that one's token.
    """
    from ..campaign import forget_private

    _say(forget_private(texts, why=why, who=who, ask=lambda: ask_token(token_file), runs=runs), as_json)


@privacy.command(epilog="\b\nExample:\n  aichemist privacy scrub")
@runs_option
@click.pass_context
def scrub(ctx: click.Context, runs: Path | None) -> None:
    """Rewrite the database's file, so that no bytes of what was forgotten are left in it. Needs it for itself."""
    from ..campaign import open_database
    from ..records import scrub as clean

    database = open_database(runs, create=False)
    try:
        done = clean(database)
    finally:
        database.close()
    click.echo("the file was rewritten" if done else _BUSY)
    ctx.exit(0 if done else 1)


_BUSY = (
    "another process has the database open, so bytes of what was forgotten may still be in its file; when it "
    "has ended: aichemist privacy scrub"
)


def _say(done: Removal, as_json: bool) -> None:
    found = done.forgotten
    if as_json:
        data: dict[str, Any] = {
            "person": found.person, "texts": found.texts, "old_rows": found.rows, "snapshots": found.snapshots,
            "left": list(found.left), "files": [str(p) for p in done.files], "scrubbed": found.scrubbed,
        }  # fmt: skip
        print_json(data)
        return
    click.echo(f"forgotten: {'the person and ' if found.person else ''}{found.texts} texts")
    if found.rows or found.snapshots:
        click.echo(f"emptied as well: {found.rows} older rows; snapshots dropped: {found.snapshots}")
    for place in found.left:
        click.echo(f"cannot be emptied, a hash is over it: {place}")
    for path in done.files:
        click.echo(f"still in a file: {path} (delete it, or write the report anew)")
    if not found.scrubbed:
        click.echo(_BUSY)
