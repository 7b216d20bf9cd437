"""verify: whether a journal is still what was written."""

from __future__ import annotations

from pathlib import Path

import click

from ._options import json_option, print_json, runs_option


@click.command(epilog="\b\nExample:\n  aichemist verify a1")
@click.argument("name", metavar="RUN")
@runs_option
@json_option
@click.pass_context
def verify(ctx: click.Context, name: str, runs: Path | None, as_json: bool) -> None:
    """Check that the journal of RUN and its raw files are as they were written. Exit code 1 when not.

    Each entry carries a hash over itself and the one before. This shows damage and edits, not a forger who computes all
    hashes anew: compare the hash printed here with one you noted elsewhere.
    """
    from ..campaign import open_database, runs_folder
    from ..records import RunJournal, find_run, verify_journal

    database, head = open_database(runs, create=False), None
    try:
        found = verify_journal(database, name, raw=runs_folder(runs) / name / "raw")
        if found.sound:  # the run's row can then be read, too
            head = RunJournal(database, find_run(database, name).id).head_hash
    finally:
        database.close()
    if as_json:
        print_json({
            "run": name, "entries": found.entries, "sound": found.sound, "first_bad": found.first_bad,
            "problem": found.problem, "missing_files": list(found.missing_files),
            "changed_files": list(found.changed_files), "unchecked_files": found.unchecked_files, "hash": head,
        })  # fmt: skip
    elif found.sound:
        click.echo(f"{name}: sound; {found.entries} entries, raw files are as they were written")
        if found.unchecked_files:
            click.echo(
                f"not checked: {found.unchecked_files} raw files of an earlier version, whose names hold no hash; they "
                "are there"
            )
        click.echo(f"hash of the last entry: {head}")
    else:
        click.echo(f"{name}: NOT SOUND; {found.entries} entries are good")
        if found.first_bad is not None:
            click.echo(f"first bad entry: {found.first_bad}")
        click.echo(found.problem)
    ctx.exit(0 if found.sound else 1)
