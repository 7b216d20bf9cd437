"""people: names, roles and tokens."""

from __future__ import annotations

from pathlib import Path

import click

from ._options import json_option, print_json, runs_option, table
from ._privacy import forget
from ._token import as_option, ask_token, token_option

_NAME = click.argument("who", metavar="NAME")
_LAB = click.option(
    "--lab", "lab_file", type=click.Path(path_type=Path), default=None,
    help="Lab file whose [guard] names further roles.",
)  # fmt: skip


@click.group(
    epilog="The first safety officer is added without a token; from then on every grant of a role needs the token of a "
    "safety officer (prompt, AICHEMIST_TOKEN or --token-file)."
)
def people() -> None:
    """Who takes part, in which roles. Tokens are told once; only a salted hash is kept."""


people.add_command(forget)


@people.command(
    epilog="\b\nExamples:\n  aichemist people add Ada --role safety_officer\n  aichemist people add Bob --role chemist"
)
@_NAME
@click.option("--role", "roles", multiple=True, required=True, help="A role; may be given several times.")
@_LAB
@click.option("--save-token", type=click.Path(path_type=Path, dir_okay=False), default=None,
              help="Write the new token into this file (readable by you alone) rather than on the screen.")  # fmt: skip
@token_option
@runs_option
@json_option
def add(
    who: str, roles: tuple[str, ...], lab_file: Path | None, save_token: Path | None, token_file: Path | None,
    runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Add NAME with roles, and tell the token that NAME will need, once."""
    from ..campaign import add_person, secret_file

    with secret_file(save_token) as save:
        person, token = add_person(
            who, roles, ask=lambda: ask_token(token_file, "A safety officer's"), lab=lab_file, runs=runs
        )
        save(token)
    _tell(person.name, token, save_token, as_json, {"roles": list(person.roles), "id": person.id})


@people.command("list")
@runs_option
@json_option
def list_(runs: Path | None, as_json: bool) -> None:
    """List everybody with their roles."""
    from rich.console import Console
    from rich.text import Text

    from ..campaign import open_database
    from ..records import People

    found = People(open_database(runs, create=False)).list()
    if as_json:
        print_json([{"name": p.name, "roles": list(p.roles), "id": p.id, "since": p.made_at, "forgotten": p.forgotten}
                    for p in found])  # fmt: skip
        return
    shown = table("name", "roles", "since (UTC)", "id")
    for p in found:
        name = Text("forgotten", "dim") if p.forgotten else Text(p.name)
        shown.add_row(name, Text(", ".join(p.roles) or "none"), f"{p.made_at:%Y-%m-%d}", p.id[:8])
    Console(highlight=False).print(shown)


@people.command(epilog="\b\nExample:\n  aichemist people roles Bob --add safety_officer --remove chemist")
@_NAME
@click.option("--add", "more", multiple=True, metavar="ROLE", help="A role to give; may be given several times.")
@click.option("--remove", "less", multiple=True, metavar="ROLE", help="A role to take away.")
@_LAB
@token_option
@runs_option
@json_option
def roles(
    who: str, more: tuple[str, ...], less: tuple[str, ...], lab_file: Path | None, token_file: Path | None,
    runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Show the roles of NAME, or give and take some (a safety officer's token). Approvals in a lost role hold no
    longer."""
    from ..campaign import change_roles, open_database
    from ..records import People

    if more or less:
        person = change_roles(
            who, more, less, token=ask_token(token_file, "A safety officer's"), lab=lab_file, runs=runs
        )
    else:
        person = People(open_database(runs, create=False)).find(who)
    if as_json:
        print_json({"name": person.name, "roles": list(person.roles)})
    else:
        click.echo(f"{person.name}: {', '.join(person.roles) or 'no role'}")


@people.command(epilog="\b\nExample:\n  aichemist people token Bob")
@_NAME
@as_option
@click.option("--save-token", type=click.Path(path_type=Path, dir_okay=False), default=None,
              help="Write the new token into this file rather than on the screen.")  # fmt: skip
@token_option
@runs_option
@json_option
def token(
    who: str, name: str, save_token: Path | None, token_file: Path | None, runs: Path | None, as_json: bool
) -> None:
    """A new token for NAME, by NAME's old one or a safety officer's; the old one is void."""
    from ..campaign import replace_token, secret_file

    with secret_file(save_token) as save:
        new = replace_token(who, token=ask_token(token_file), name=name, runs=runs)
        save(new)
    _tell(who, new, save_token, as_json, {})


def _tell(name: str, token: str, file: Path | None, as_json: bool, more: dict[str, object]) -> None:
    shown = str(file) if file is not None else token
    if as_json:
        print_json({"name": name, **more, "token_file" if file is not None else "token": shown})
    elif file is not None:
        click.echo(f"{name}: the token is in {shown}")
    else:
        click.echo(f"{name}: the token, shown this once; keep it secret:\n{shown}")
