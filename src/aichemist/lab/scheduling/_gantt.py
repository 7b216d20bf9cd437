"""A plan as a picture: one row a machine or robot, one bar a run or a handling."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ._problem import Plan, Problem

#: Okabe and Ito's colours, which the colour-blind tell apart
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
_HANDLING = "#444444"


def bars(problem: Problem, plan: Plan) -> list[tuple[str, list[tuple[int, int, str, str]]]]:
    """(row, bars); a bar is (start, end, colour, text). Rows without bars are left out."""
    kinds = {j.id: j.kind for j in problem.jobs}
    colour = {k: _COLOURS[i % len(_COLOURS)] for i, k in enumerate(dict.fromkeys(kinds.values()))}
    names = {j.id: [o.name for o in j.operations] for j in problem.jobs}
    rows: dict[str, list[tuple[int, int, str, str]]] = {m.name: [] for m in problem.machines}
    rows |= {c.name: [] for c in problem.carriers}
    for run in plan.runs:
        some = f"{len(run.jobs)} vials: " if len(run.jobs) > 1 else ""
        text = f"{names[run.jobs[0]][run.operation]}, {some}{', '.join(run.jobs[:12])}"
        rows[run.machine].append((run.start, run.end, colour[kinds[run.jobs[0]]], text))
    for h in plan.handlings:
        what = "takes" if h.action == "load" else "puts"
        rows[h.carrier].append(
            (h.start, h.end, _HANDLING, f"{what} {len(h.jobs)} at {h.machine}: {', '.join(h.jobs[:12])}")
        )
    return [(name, sorted(items)) for name, items in rows.items() if items]


def gantt_html(problem: Problem, plan: Plan, facts: Sequence[tuple[str, str]]) -> str:
    """A page of its own, without scripts or anything from elsewhere; ``facts`` stand above the picture."""
    rows = bars(problem, plan)
    width, left, high = 1200, 230, 22
    scale = (width - left - 20) / max(1, plan.makespan)
    height = high * len(rows) + 40
    parts = []
    for i in range(11):
        x = left + (width - left - 20) * i / 10
        label = _clock(plan.makespan * i / 10 * problem.unit_s)
        parts.append(f'<line x1="{x:.1f}" y1="20" x2="{x:.1f}" y2="{height - 10}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="14" text-anchor="middle" font-size="11">{label}</text>')
    for n, (name, items) in enumerate(rows):
        y = 24 + n * high
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end" font-size="12">{escape(name)}</text>')
        for start, end, colour, text in items:
            when = f"{_clock(start * problem.unit_s)} to {_clock(end * problem.unit_s)}"
            parts.append(
                f'<rect x="{left + start * scale:.2f}" y="{y}" width="{max(0.6, (end - start) * scale):.2f}" '
                f'height="{high - 6}" fill="{colour}" fill-opacity="0.85"><title>{escape(text)}\n{when}</title></rect>'
            )
    said = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in facts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Timetable: {escape(problem.name)}</title><style>body{{font-family:sans-serif;margin:1.5em}}"
        "th{text-align:left;padding-right:1.5em;font-weight:600}</style></head><body>"
        f"<h1>Timetable: {escape(problem.name)}</h1><table>{said}</table>"
        f'<svg viewBox="0 0 {width} {height}" width="100%" role="img" aria-label="Gantt chart">{"".join(parts)}</svg>'
        "<p>Point at a bar to see its vials and times.</p></body></html>"
    )


def gantt_png(problem: Problem, plan: Plan, path: Path) -> None:
    """The same picture as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = bars(problem, plan)
    figure, axes = pyplot.subplots(figsize=(14, 1 + 0.32 * len(rows)))
    hours = problem.unit_s / 3600
    for n, (_, items) in enumerate(rows):
        for start, end, colour, _ in items:
            axes.barh(n, (end - start) * hours, left=start * hours, height=0.7, color=colour)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel("time (h)")
    axes.set_title(f"{problem.name}: makespan {_clock(plan.makespan * problem.unit_s)}")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
