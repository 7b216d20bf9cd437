"""approve: a person's yes or no, after she has seen what the guard found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, json_option, print_json, runs_option
from ._token import as_option, ask_token, token_option

if TYPE_CHECKING:
    from ..campaign import Matter, Said


@click.command(
    epilog="The token is never an argument: you are asked for it, or it comes from AICHEMIST_TOKEN or --token-file.\n\n"
    "\b\nExit code: 0 when nothing more is needed, 20 when further people must say yes.\n\n"
    "\b\nExamples:\n  aichemist approve a1 --why 'done in the fume hood'\n"
    "  aichemist approve design.toml --as Ada --expires '7 d'\n"
    "  aichemist approve campaigns/oer.toml --envelope\n  aichemist approve a1 --refuse --why 'not in this lab'"
)
@click.argument("what", metavar="FILE|RUN")
@as_option
@click.option("--role", default="", help="The role in which you speak (default: the one that is asked for).")
@click.option("--why", default="", metavar="TEXT", help="Why; is kept.")
@click.option("--expires", default=None, metavar="TIME", help="'7 d', '12 h', 'never' (default: the lab's, else 30 d).")
@click.option("--refuse", is_flag=True, help="Say no: the batch is dropped; a no counts more than any yes.")
@click.option("--envelope", is_flag=True, help="Of a campaign FILE: inside [envelope] batches need no further word.")
@click.option("--batch", type=Whole(1), default=None, help="Of a RUN (default: the batch that waits).")
@click.option("--show", is_flag=True, help="Only show what would be approved.")
@token_option
@runs_option
@json_option
@click.pass_context
def approve(
    ctx: click.Context, what: str, name: str, role: str, why: str, expires: str | None, refuse: bool, envelope: bool,
    batch: int | None, show: bool, token_file: Path | None, runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Approve FILE (a design, or with --envelope a campaign) or the batch for which RUN waits, and nothing but that:
    what is changed afterwards needs a new approval."""
    from rich.console import Console

    from ..campaign import approve as say
    from ..campaign import matter

    found = matter(what, envelope=envelope, batch=batch, runs=runs)
    console = Console(highlight=False, stderr=as_json)
    print_matter(console, found, refuse=refuse)
    if show:
        if as_json:
            print_json(_matter_data(found))
        ctx.exit(0 if found.verdict.granted else 20)
    said = say(
        what, token=ask_token(token_file), name=name, role=role, why=why, expires=expires, refuse=refuse,
        envelope=envelope, batch=batch, runs=runs, seen=found.subject.hash,
    )  # fmt: skip
    if as_json:
        print_json({**_matter_data(found), "approval": said.row.id, "decision": said.row.decision,
                    "person": said.person.name, "role": said.row.role, "expires_at": said.row.expires_at,
                    "granted": said.verdict.granted, "missing": [str(n) for n in said.verdict.missing]})  # fmt: skip
    else:
        _print_said(console, said, what, runs, is_run=found.name.startswith("run "))
    ctx.exit(0 if refuse or said.verdict.granted else 20)


def print_matter(console: Any, found: Matter, *, refuse: bool = False) -> None:
    """What is to be approved: the findings first."""
    from rich.markup import escape

    from ._review import print_findings

    console.print(f"[bold]{escape(found.name)}[/]")
    if found.concerns:
        print_findings(console, found.concerns)
    else:
        console.print("No rule objects; that is no proof of safety (docs/safety.md).")
    for key in ("vials", "steps", "stocks", "envelope"):
        value = found.subject.summary.get(key)
        if key == "steps" and value is not None:
            console.print("steps:")
            for number, told in enumerate(value, 1):
                console.print(f"  {number}. {escape(told)}")
        elif value is not None:
            console.print(f"{key}: {escape(_shown(value))}")
    console.print(f"hash: {found.subject.hash}")
    if found.wanted:
        console.print("must say yes: " + escape("; ".join(str(n) for n in found.wanted)))
    if found.verdict.granted and found.wanted:
        already = "It is approved already; "
        console.print(already + ("a no counts more." if refuse else "a further yes is kept beside it."))
    if found.verdict.refused is not None:
        console.print(f"[bold red]It is refused (approval {found.verdict.refused.id}).[/]")


def _print_said(console: Any, said: Said, what: str, runs: Path | None, *, is_run: bool) -> None:
    from rich.markup import escape

    from ._questions import where

    until = f", until {said.row.expires_at:%Y-%m-%d %H:%M} UTC" if said.row.expires_at else ""
    word = "refused" if said.row.decision == "refuse" else "approved"
    console.print(f"{word} by {escape(said.person.name)} as {said.row.role} (approval {said.row.id}{until})")
    if said.row.decision == "approve" and said.verdict.missing:
        console.print("still missing: " + escape("; ".join(str(n) for n in said.verdict.missing)))
    elif said.verdict.refused is not None and said.row.decision == "approve":
        console.print(f"it stays refused until approval {said.verdict.refused.id} is withdrawn")
    elif is_run:
        console.print(f"go on with: aichemist resume {what}{where(runs)}")


def _matter_data(found: Matter) -> dict[str, Any]:
    from ..chemistry import to_plain

    return {
        "name": found.name, "kind": found.subject.kind, "hash": found.subject.hash,
        "summary": dict(found.subject.summary),
        "findings": [{**to_plain(c.finding), "samples": list(c.samples)} for c in found.concerns],
        "needs": [str(n) for n in found.wanted], "approved": found.verdict.granted,
    }  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{k}: {_shown(v)}" for k, v in value.items() if v not in (None, {}, []))
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
