"""An analysis on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ._options import table

if TYPE_CHECKING:
    from rich.console import Console

    from ..brain import AimAnalysis, Analysis, Planner

_MOST = 12


def print_analysis(console: Console, planner: Planner, found: Analysis, lines: Sequence[int | str]) -> None:
    """Tables of quality, effects, front and outlook; rows are named by their line in the file."""
    from ..brain import analysis_words as words

    line = words.line_names(lines)
    console.print(
        f"{len(planner.x)} experiments ({found.failed} failed), {len(planner.pending)} under way, "
        f"{len(planner.space.columns)} variables"
    )
    for one in found.aims:
        _print_aim(console, planner, one, lines)
    for name in found.too_few:
        console.print(f"[bold]{name}[/]: fewer than 4 measurements, or all the same; nothing can be said yet")
    if found.front:
        title = "Pareto front (measured)" if len(planner.aims) > 1 else "Best measured"
        names = [a.name for a in planner.aims]
        front = table("line", *planner.space.names, *names, "n", title=title)
        for rows, means in list(zip(found.front_rows, found.front_values, strict=True))[: 4 * _MOST]:
            values = planner.values(planner.x[rows[0]])
            front.add_row(
                ", ".join(map(line, rows)),
                *[v if isinstance(v, str) else f"{v:.4g}" for v in values.values()],
                *[f"{v:.5g}" for v in means], str(len(rows)),
            )  # fmt: skip
        console.print(front)
        if any(len(rows) > 1 for rows in found.front_rows):
            console.print("  n: replicates, shown by their mean")


def _print_aim(console: Console, planner: Planner, one: AimAnalysis, lines: Sequence[int | str]) -> None:
    from ..brain import analysis_words as words

    unit = f" {one.aim.unit}" if one.aim.unit else ""
    way = one.aim.direction if one.aim.target is None else f"as near to {one.aim.target:g} as can be"
    console.print(f"\n[bold]{one.aim.name}[/] ({way})")
    console.print(f"  model: {words.quality(one)}")
    console.print(f"  best believed: {words.best(one)}")
    console.print(f"  {words.outlook(one)}")
    for said in words.strange(one, words.line_names(lines)):
        console.print(f"  [yellow]{said}[/]; look at them, they are kept")
    share = {i.variable: i for i in one.importances}
    effects = table("variable", "weight (Shapley)", f"effect{unit}", "95 % interval", title=None)
    for effect in one.effects[: 2 * _MOST]:
        part = share.get(effect.component.split(" = ")[0])
        mark = "" if effect.certain else f" ({words.doubt(one, effect)})"
        effects.add_row(
            effect.component, f"{part.share:.0%}" if part else "", f"{effect.change:+.3g}{mark}",
            f"{effect.low:+.3g} to {effect.high:+.3g}",
        )  # fmt: skip
    console.print(effects)
    console.print("  effect: of 0.1 more of a fraction, of a tenth of a range, of a choice against the others")


def far_off_lines(planner: Planner, lines: Sequence[int | str]) -> list[str]:
    """A note for each objective with measurements that are far from what the others predict."""
    from ..brain import analysis_words as words
    from ..brain import far_off

    line, found = words.line_names(lines), []
    for j, aim in enumerate(planner.aims):
        rows = far_off(planner, j)
        if rows:
            named = ", ".join(f"line {line(i)} ({planner.y[i, j]:.4g})" for i in rows[:_MOST])
            found.append(f"{aim.name} far from what the others predict: {named}; look at it, it counts")
    return found
