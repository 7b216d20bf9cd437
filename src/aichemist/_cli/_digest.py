"""A digest on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichemist.chemistry import Digest, Reported

from ._options import table

if TYPE_CHECKING:
    from rich.text import Text


def print_digest(digest: Digest) -> None:
    """Shares, distributions and contradictions, each with its surest sentence."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(f"{digest.corpus}: {digest.documents} documents, {digest.sentences} sentences"))
    for note in digest.notes:
        console.print(Text(f"  {note}"), style="dim")
    for title, items in (
        ("Elements", digest.elements),
        ("Precursors", digest.precursors),
        ("Conditions", digest.conditions),
    ):
        if items:
            shown = table(title, "papers", "share of papers (90 %)", "surest sentence", title=title)
            for r in items[:20]:
                shown.add_row(Text(r.subject), str(r.papers), _share(r), _sentence(r))
            console.print(shown)
    spreads = [*((d, "fraction of the metals") for d in digest.fractions), *((d, "") for d in digest.quantities)]
    if spreads:
        shown = table("what", "papers", "median", "middle half", "all", title="Reported ranges, each paper once")
        for d, what in spreads[:30]:
            name = f"{d.subject} {what}".strip() + (f" at {d.conditions}" if d.conditions else "")
            unit = f" {d.unit}" if d.unit else ""
            shown.add_row(
                Text(name), str(d.papers), f"{d.median:.4g}{unit}", f"{d.lower:.4g} to {d.upper:.4g}",
                f"{d.low:.4g} to {d.high:.4g}",
            )  # fmt: skip
        console.print(shown)
    if digest.values:
        shown = table("value", "papers", "surest sentence", title="Values")
        for r in digest.values[:20]:
            shown.add_row(Text(f"{r.subject} {r.value:g} {r.unit} {r.conditions}"), str(r.papers), _sentence(r))
        console.print(shown)
    for c in digest.contradictions:
        console.print(Text(f"papers do not agree: {c.statement}"))


def _share(reported: Reported) -> str:
    if reported.share is None:
        return ""
    return f"{reported.share:.2f} ({reported.share_low:.2f} to {reported.share_high:.2f})"


def _sentence(reported: Reported) -> Text:
    from rich.text import Text

    if not reported.evidence:
        return Text("")
    best = reported.evidence[0]
    text = best.sentence if len(best.sentence) <= 160 else best.sentence[:157] + "…"
    return Text(f"{text} [{best.document} {best.start}]")
