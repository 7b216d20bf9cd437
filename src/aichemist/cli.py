"""The command ``aichemist``. Sub-commands import what they need when they are called, so that help is instant."""

from __future__ import annotations

import sys

from ._cli import cli
from .chemistry import AIChemistError


def main() -> None:
    """Entry point: errors of ours become one clear message and exit code 2; Ctrl-C exits with 130."""
    import click

    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:  # click's word for Ctrl-C
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        sys.exit(130)
    except AIChemistError as error:
        click.secho("error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
