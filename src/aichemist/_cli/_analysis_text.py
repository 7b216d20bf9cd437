"""An analysis on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ._options import table

if TYPE_CHECKING:
    from rich.console import Console

    from ..brain import AimAnalysis, Analysis, Planner

_MOST = 12


def print_analysis(console: Console, planner: Planner, found: Analysis, lines: Sequence[int]) -> None:
    """Tables of quality, effects, front and outlook; rows are named by their line in the file."""
    console.print(
        f"{len(planner.x)} experiments ({found.failed} failed), {len(planner.pending)} under way, "
        f"{len(planner.space.columns)} variables"
    )
    for one in found.aims:
        _print_aim(console, planner, one, lines)
    for aim in planner.aims:
        if aim.name not in {a.aim.name for a in found.aims}:
            console.print(f"[bold]{aim.name}[/]: fewer than 4 measurements; nothing can be said yet")
    if found.front:
        title = "Pareto front (measured)" if len(planner.aims) > 1 else "Best measured"
        names = [a.name for a in planner.aims]
        front = table("line", *planner.space.names, *names, title=title)
        for i in found.front[: 4 * _MOST]:
            values = planner.values(planner.x[i])
            front.add_row(
                str(lines[i]) if i < len(lines) else "",
                *[v if isinstance(v, str) else f"{v:.4g}" for v in values.values()],
                *[f"{v:.5g}" for v in planner.y[i]],
            )  # fmt: skip
        console.print(front)


def _print_aim(console: Console, planner: Planner, one: AimAnalysis, lines: Sequence[int]) -> None:
    unit = f" {one.aim.unit}" if one.aim.unit else ""
    way = one.aim.direction if one.aim.target is None else f"as near to {one.aim.target:g} as can be"
    console.print(f"\n[bold]{one.aim.name}[/] ({way})")
    weights = ", ".join(f"{n} {w:.0%}" for n, w in sorted(one.weights.items(), key=lambda p: -p[1]))
    console.print(
        f"  model: R2 {one.r2:.2f}, RMSE {one.rmse:.4g}{unit} on measurements left out; 68 % interval holds "
        f"{one.coverage_68:.0%}, 95 % interval {one.coverage_95:.0%}; weights: {weights}"
    )
    best = ", ".join(f"{k} {v if isinstance(v, str) else format(v, '.4g')}" for k, v in one.best.items() if v != 0.0)
    console.print(f"  best believed: {best}: {one.best_value.mean:.5g} +- {one.best_value.sd:.2g}{unit}")
    console.print(
        f"  a further batch of {one.outlook.batch} is expected to gain at most {one.outlook.gain:.3g}{unit}; with 95 % "
        f"no recipe is better than the best measured by more than {one.outlook.regret:.3g}{unit}"
    )
    if one.outliers:
        shown = ", ".join(str(lines[i]) if i < len(lines) else str(i + 1) for i in one.outliers[:_MOST])
        console.print(f"  [yellow]far from what the others predict[/]: line {shown}; look at them, they are kept")
    share = {i.variable: i for i in one.importances}
    effects = table("variable", "weight (Shapley)", f"effect{unit}", "95 % interval", title=None)
    for effect in one.effects[: 2 * _MOST]:
        part = share.get(effect.component.split(" = ")[0])
        mark = "" if effect.certain else " (may be none)"
        effects.add_row(
            effect.component, f"{part.share:.0%}" if part else "", f"{effect.change:+.3g}{mark}",
            f"{effect.low:+.3g} to {effect.high:+.3g}",
        )  # fmt: skip
    console.print(effects)
    console.print("  effect: of 0.1 more of a fraction, of a tenth of a range, of a choice against the others")
