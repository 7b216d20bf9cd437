"""review: what the guard says of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import json_option, print_json, table

if TYPE_CHECKING:
    from rich.text import Text

    from ..campaign import Concern, Reviewed

#: outcome -> exit code; 2 is for bad input
EXIT = {"allow": 0, "measures": 10, "approval": 20, "refuse": 30}
STYLES = {"allow": "green", "measures": "yellow", "approval": "bold yellow", "refuse": "bold red"}


@click.command(
    epilog="\b\nExit code: 0 allowed, 10 allowed with measures, 20 needs approval, 30 refused, 2 bad input.\n\n"
    "\b\nExamples:\n  aichemist review campaigns/oer.toml\n  aichemist review design.toml --html review.html"
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page for people here.")
@json_option
@click.pass_context
def review(ctx: click.Context, file: Path, page: Path | None, as_json: bool) -> None:
    """Ask the guard about FILE, a design file or a campaign file; nothing is run.

    Of a campaign the corners of its space, a batch and many random recipes are looked at.
    """
    from ..campaign import review as ask
    from ..campaign import write_review_page

    reviewed = ask(file)
    if page is not None:
        write_review_page(reviewed, page)
    if as_json:
        print_json(reviewed.to_plain())
    else:
        from rich.console import Console

        print_review(Console(highlight=False), reviewed)
        if page is not None:
            click.echo(f"page: {page}")
    ctx.exit(EXIT[reviewed.outcome])


def print_review(console: Any, reviewed: Reviewed) -> None:
    """Findings, worst first, and what they come to."""
    from rich.markup import escape

    from ..campaign._review import CANNOT_KNOW
    from ..campaign._review_page import SAYS, approving_roles

    console.print(f"[bold]{escape(reviewed.name)}[/] ({reviewed.kind}): {escape(reviewed.looked_at)}")
    if reviewed.concerns:
        print_findings(console, reviewed.concerns)
    style = STYLES[reviewed.outcome]
    roles = ", ".join(approving_roles(reviewed))
    console.print(
        f"[{style}]{SAYS[reviewed.outcome]}[/]" + (f" Who must approve: {escape(roles)}." if roles else ""),
    )
    console.print(f"hash of what was reviewed: {reviewed.subject.hash}")
    console.print(f"rules asked: {escape(', '.join(reviewed.versions))}")
    console.print(CANNOT_KNOW)


#: characters below which a table leaves too little room for what a finding says
_NARROW = 110


def print_findings(console: Any, concerns: tuple[Concern, ...]) -> None:
    """As a table, or in a narrow terminal as one block each."""
    if console.width >= _NARROW:
        console.print(findings_table(concerns))
        return
    from rich.padding import Padding
    from rich.text import Text

    for concern in concerns:
        outcome, rule, where, what = _cells(concern)
        beside = " ".join(f"{rule.plain}, {where.plain}".split("\n"))
        console.print(Text(" ").join([*outcome.split("\n"), Text(f"({beside})")]))
        for line in what.split("\n"):
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()


def findings_table(concerns: tuple[Concern, ...]) -> Any:
    """One row for each finding, the vials that it is about in one cell."""
    shown = table("outcome", "rule", "where", "what")
    for column in shown.columns[:2]:
        column.no_wrap = True
    for concern in concerns:
        shown.add_row(*_cells(concern))
    return shown


def _cells(concern: Concern) -> tuple[Text, Text, Text, Text]:
    """Outcome, rule, where, what."""
    from rich.text import Text

    from ..campaign._review_page import WORDS

    f = concern.finding
    what = Text(f.message)
    for measure in f.measures:
        what.append(f"\nmeasure: {measure}")
    if f.mend:
        what.append(f"\nmend: {f.mend}")
    what.append(f"\nsource: {f.source}", "dim")
    outcome = Text(WORDS[f.outcome], STYLES[f.outcome])
    role = f.role or {"approval": "safety_officer", "refuse": "nobody"}.get(f.outcome, "")
    if role:
        outcome.append(f"\nby {role}" if f.outcome == "approval" else f"\noverride: {role}", "default not bold")
    where = vials_text(concern.samples) + (f"\nstep {f.step}" if f.step else "")
    return outcome, Text(f.rule), Text(where), what


def vials_text(samples: tuple[str, ...], most: int = 3) -> str:
    """``b001-01, b001-02, b001-03 and 5 more``; ``all`` where none is named."""
    if not samples:
        return "all"
    more = f" and {len(samples) - most} more" if len(samples) > most else ""
    return ", ".join(samples[:most]) + more
