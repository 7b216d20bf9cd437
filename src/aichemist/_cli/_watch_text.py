"""A look at a run as lines of text, for scripts and screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from ..lab.execution import clock_text
from ._questions import due_text, short_id
from ._watch_view import View


def view_lines(view: View) -> Iterator[str]:
    """One thing a line, nothing drawn, nothing told by colour."""
    yield view.head
    if view.ended:
        yield f"ended: {view.ended}"
    for alarm in view.alarms:
        yield f"alarm: {alarm}"
    for number, q in enumerate(view.questions, 1):
        yield f"question {number} ({short_id(q, view.run)}, since {clock_text(q.at_s)}): {q.text}"
        for choice, says in q.choices.items():
            yield f"  {choice}: {says}"
        yield f"  {due_text(q)}"
    for s in view.stations:
        if not s.quiet:
            vials = f": {', '.join(s.taken)}" if s.taken else ""
            yield f"station {s.name}: {s.doing or 'at rest'}; {len(s.taken)} of {s.places} places taken{vials}"
    quiet = [s.name for s in view.stations if s.quiet]
    if quiet:
        yield f"empty and at rest: {', '.join(quiet)}"
    for r in view.robots:
        yield f"robot {r.name}: {r.doing or 'at rest'}; carries {', '.join(r.taken) or 'nothing'}"
    for sample in view.samples:
        at = f" at {sample.place}" if sample.place else ""
        yield f"sample {sample.name}: {sample.status}{at}" + (f"; {sample.why}" if sample.why else "")
