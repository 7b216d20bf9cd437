"""A person's token: from a file, the environment, or a hidden prompt; never an argument."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..chemistry import InputError

token_option = click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="File with your token, readable by you alone (default: $AICHEMIST_TOKEN, else you are asked).",
)  # fmt: skip
as_option = click.option("--as", "name", default="", metavar="NAME", help="Who you are: another's token is refused.")


def ask_token(file: Path | None, whose: str = "Your") -> str:
    """The token.

    Raises:
        InputError: there is none, and nobody to be asked.
    """
    from ..campaign import read_token

    token = read_token(file)
    if token:
        return token
    if not sys.stdin.isatty():
        raise InputError(
            "is missing", key="token", mend="set AICHEMIST_TOKEN, give --token-file FILE, or call it from a terminal"
        )
    return str(click.prompt(f"{whose} token", hide_input=True, err=True)).strip()
