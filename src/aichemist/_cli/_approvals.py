"""approvals: what people said, and whether it is as they said it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from ..chemistry import InputError
from ._options import Whole, json_option, print_json, runs_option, table
from ._token import as_option, ask_token, token_option

if TYPE_CHECKING:
    from ..records import StoredApproval


#: keys of a row about a person that --json has and a reader does not need
_UNSAID = frozenset({"token", "token_hash", "salt"})


@click.group()
def approvals() -> None:
    """Look at approvals, withdraw them, check that nobody changed them."""


@approvals.command("list")
@runs_option
@json_option
def list_(runs: Path | None, as_json: bool) -> None:
    """List who said yes or no to what, newest first."""
    from rich.console import Console
    from rich.text import Text

    rows, names, roles = _read(runs)
    said = [r for r in reversed(rows) if r.speaks]
    if as_json:
        print_json([_data(r, names, roles) for r in said])
        return
    shown = table("id", "what", "said", "by", "as", "until (UTC)", "state", "hash")
    for r in said:
        what = Text(str(r.content.get("name", r.kind)))
        until = f"{r.expires_at:%Y-%m-%d %H:%M}" if r.expires_at else "no end"
        shown.add_row(
            str(r.id), what, r.decision, Text(names.get(r.person, r.person)), r.role, until, _state(r, roles),
            r.subject_hash[:12],
        )  # fmt: skip
    Console(highlight=False).print(shown)


@approvals.command()
@click.argument("id", type=Whole(1))
@runs_option
@json_option
def show(id: int, runs: Path | None, as_json: bool) -> None:
    """Show approval ID: what exactly was approved, by whom, until when."""
    rows, names, roles = _read(runs)
    row = next((r for r in rows if r.id == id), None)
    if row is None:
        raise InputError("there is no such approval", key="ID", value=id, mend="see 'aichemist approvals list'")
    data = _data(row, names, roles)
    if as_json:
        print_json(data)
        return
    for key, value in data.items():
        if key == "content":
            continue
        if value not in (None, ""):
            click.echo(f"{key}: {value}")
    from ._approve import _shown

    for key, value in row.content.items():
        if key == "person":
            click.echo(f"of: {names.get(str(value), value)}")
        elif key in _UNSAID or (key == "outcome" and row.kind == "envelope"):
            continue  # a hash says nothing to a reader; an envelope's findings are listed, and it has no outcome
        elif key == "findings":
            for f in value:
                click.echo(f"finding: {f['outcome']} {f['rule']} {f['sample'] or ''}: {f['message']}")
        elif key == "steps":
            for number, told in enumerate(value, 1):
                click.echo(f"step {number}: {told}")
        else:
            click.echo(f"{key}: {_shown(value)}")


@approvals.command(epilog="\b\nExample:\n  aichemist approvals withdraw 3 --why 'the fume hood is broken'")
@click.argument("id", type=Whole(1))
@as_option
@click.option("--why", default="", metavar="TEXT", help="Why; is kept.")
@token_option
@runs_option
@json_option
def withdraw(id: int, name: str, why: str, token_file: Path | None, runs: Path | None, as_json: bool) -> None:
    """Withdraw approval ID: your own, or as safety officer anybody's. A run that rests on it stops."""
    from ..campaign import withdraw as take_back

    said = take_back(id, token=ask_token(token_file), name=name, why=why, runs=runs)
    if as_json:
        print_json({"withdrawn": id, "by": said.person.name, "row": said.row.id})
    else:
        click.echo(f"approval {id} is withdrawn by {said.person.name}; a run that rests on it begins nothing new")


@approvals.command()
@runs_option
@json_option
@click.pass_context
def verify(ctx: click.Context, runs: Path | None, as_json: bool) -> None:
    """Compute the chain of approvals anew, and compare with it roles, tokens, and what runs say they rest on.

    Exit code 1 where something was changed.
    """
    from ..campaign import verify_approvals

    found = verify_approvals(runs)
    if as_json:
        print_json({"rows": found.rows, "sound": found.sound, "first_bad": found.first_bad, "problem": found.problem,
                    "head": found.head})  # fmt: skip
    elif found.sound:
        click.echo(f"sound: {found.rows} rows are as they were written; the last has the hash {found.head or 'none'}")
    else:
        click.secho("not sound: ", fg="red", bold=True, nl=False)
        click.echo(found.problem)
    ctx.exit(0 if found.sound else 1)


def _read(runs: Path | None) -> tuple[list[StoredApproval], dict[str, str], dict[str, tuple[str, ...]]]:
    """All rows, person -> name, and person -> roles today (without who is forgotten)."""
    from ..campaign import open_database
    from ..records import Approvals, People, References

    database = open_database(runs, create=False)
    people = People(database)
    names = {p.id: p.name or f"somebody forgotten ({p.id[:8]})" for p in people.list()}
    shown, rows = References(database).shown, Approvals(database).all()
    return (
        [evolve(r, why=shown(r.why), withdrawn_why=shown(r.withdrawn_why)) for r in rows],
        names,
        people.roles_today(),
    )


def _state(row: StoredApproval, roles: dict[str, tuple[str, ...]]) -> str:
    """What it is worth today. A no stands whoever said it; a yes counts while its person has the role."""
    from datetime import UTC, datetime

    from ..guard.approvals import has_role

    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        return "expired"
    if row.speaks and row.decision == "approve" and not has_role(row.role, roles.get(row.person, ())):
        return "counts no more" + ("" if row.person in roles else ": forgotten")
    return "stands"


def _data(row: StoredApproval, names: dict[str, str], roles: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "subject": row.subject_hash, "decision": row.decision, "role": row.role,
        "person": names.get(row.person, row.person), "why": row.why, "made_at": row.made_at,
        "expires_at": row.expires_at, "state": _state(row, roles), "withdrawn_at": row.withdrawn_at,
        "withdrawn_by": names.get(row.withdrawn_by or "", row.withdrawn_by), "withdrawn_why": row.withdrawn_why,
        "hash": row.hash, "content": dict(row.content),
    }  # fmt: skip
