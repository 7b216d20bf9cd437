"""An analysis as a page that opens with no network, with its plots and tables beside it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aichemist.chemistry import InputError

from . import _analysis_words as words
from ._analysis import AimAnalysis, Analysis
from ._planner import Planner

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE, EFFECTS, FRONT = "analysis.html", "effects.csv", "front.csv"
_PLOTS = re.compile(r'<meta name="plots" content="([^"]*)">')
_INK, _BLUE, _GREY = "#1b2733", "#2a6fbb", "#9aa5b1"


def analysis_page(folder: Path, planner: Planner, found: Analysis, lines: Sequence[int | str] = ()) -> Path:
    """Write ``analysis.html``, ``effects.csv``, ``front.csv`` and PNG plots; those of the page that was there go.

    Raises:
        InputError: the folder cannot be written.
    """
    from importlib.metadata import version

    from jinja2 import Environment, PackageLoader, StrictUndefined

    header, rows = _front(planner, found, lines)
    figures = {f"parity_{_plain(a.aim.name)}": _parity(a) for a in found.aims}
    figures |= {f"effects_{_plain(a.aim.name)}": _effects(a) for a in found.aims if a.effects}
    if len(planner.aims) > 1:
        figures["front"] = _front_plot(planner, found)
    environment = Environment(
        loader=PackageLoader("aichemist.brain", "templates"), autoescape=True, undefined=StrictUndefined
    )
    html = environment.get_template("analysis.html.j2").render(
        n=len(planner.x), failed=found.failed, pending=len(planner.pending), version=version("aichemist"),
        aims=[_shown(a, figures, lines) for a in found.aims], header=header, front=rows,
        front_title="Pareto front (measured)" if len(planner.aims) > 1 else "Best measured",
        front_plot=_svg(figures["front"]) if "front" in figures else "", plots=" ".join(f"{n}.png" for n in figures),
    )  # fmt: skip
    effects = []
    for a in found.aims:
        share = {i.variable: i.share for i in a.importances}
        effects += [
            [a.aim.name, e.component, e.change, e.low, e.high, share.get(e.component.split(" = ")[0], "")]
            for e in a.effects
        ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in _plots_of(folder / PAGE):
            stale.unlink(missing_ok=True)
        for name, figure in figures.items():
            figure.savefig(folder / f"{name}.png", dpi=150)
        _csv(folder / EFFECTS, ["objective", "variable", "effect", "low_95", "high_95", "shapley_share"], effects)
        _csv(folder / FRONT, header, rows)
        page = folder / PAGE
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=folder, key="--output") from None
    return page


def _plots_of(page: Path) -> list[Path]:
    """The plots that a page says it was written with; nothing else in its folder is ours to delete."""
    if not page.is_file():
        return []
    named = _PLOTS.search(page.read_text(encoding="utf-8", errors="replace"))
    return [page.parent / name for name in named[1].split() if re.fullmatch(r"\w+\.png", name)] if named else []


def as_plain(planner: Planner, found: Analysis, lines: Sequence[int | str] = ()) -> dict[str, Any]:
    """The analysis for programs: JSON types only. ``row`` counts the measurements from 0 as they were told; ``line`` is
    where it stands in the file, where ``lines`` says so."""
    return {
        "experiments": len(planner.x), "failed": found.failed, "under_way": len(planner.pending),
        "too_few_measurements": list(found.too_few),
        "objectives": [
            {
                "name": a.aim.name, "unit": a.aim.unit, "target": a.aim.target, "r2": a.r2, "rmse": a.rmse,
                "coverage_68": a.coverage_68, "coverage_95": a.coverage_95, "weights": dict(a.weights),
                "rmse_without": dict(a.rmse_without),
                "outliers": list(a.outliers), "outlier_lines": [_in_file(lines, i) for i in a.outliers],
                "best": {"values": dict(a.best), "mean": a.best_value.mean, "sd": a.best_value.sd},
                "outlook": {"batch": a.outlook.batch, "gain": a.outlook.gain, "regret": a.outlook.regret},
                "effects": [
                    {"variable": e.component, "change": e.change, "low_95": e.low, "high_95": e.high} for e in a.effects
                ],
                "shapley": {i.variable: {"share": i.share, "value": i.value, "se": i.se} for i in a.importances},
            }
            for a in found.aims
        ],
        "front": [
            {
                "row": rows[0], "line": _in_file(lines, rows[0]), "values": planner.values(planner.x[rows[0]]),
                "measured": [float(v) for v in means], "replicates": len(rows),
            }
            for rows, means in zip(found.front_rows, found.front_values, strict=True)
        ],
    }  # fmt: skip


def _in_file(lines: Sequence[int | str], row: int) -> int | str | None:
    return lines[row] if row < len(lines) else None


def _shown(a: AimAnalysis, figures: Mapping[str, Figure], lines: Sequence[int | str]) -> dict[str, Any]:
    unit = f" {a.aim.unit}" if a.aim.unit else ""
    name = _plain(a.aim.name)
    share = {i.variable: f"{i.share:.0%}" for i in a.importances}
    line = words.line_names(lines)
    way = a.aim.direction if a.aim.target is None else f"as near to {a.aim.target:g} as can be"
    return {
        "title": f"{a.aim.name} ({way})",
        "model": f"{words.quality(a)}.",
        "best": words.best(a),
        "outlook": f"{_capital(words.outlook(a))}.",
        "outliers": [f"{_capital(said)}. They are kept; look at them." for said in words.strange(a, line)],
        "parity": _svg(figures[f"parity_{name}"]),
        "effects_plot": _svg(figures[f"effects_{name}"]) if f"effects_{name}" in figures else "",
        "effects": [
            (
                e.component, share.get(e.component.split(" = ")[0], ""),
                f"{e.change:+.3g}{unit}" + (f" ({doubt})" if (doubt := words.doubt(a, e)) else ""),
                f"{e.low:+.3g} to {e.high:+.3g}",
            )
            for e in a.effects
        ],
    }  # fmt: skip


def _front(planner: Planner, found: Analysis, lines: Sequence[int | str]) -> tuple[list[str], list[list[str]]]:
    header = ["line", *planner.space.names, *(a.name for a in planner.aims), "n"]
    line, rows = words.line_names(lines), []
    for own, means in zip(found.front_rows, found.front_values, strict=True):
        values = planner.values(planner.x[own[0]])
        rows.append(
            [
                " ".join(map(line, own)),
                *(v if isinstance(v, str) else f"{v:.6g}" for v in values.values()),
                *(f"{v:.6g}" for v in means), str(len(own)),
            ]
        )  # fmt: skip
    return header, rows


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _parity(a: AimAnalysis) -> Figure:
    figure, axes = _axes(4.6, 4.0)
    axes.errorbar(
        a.measured, a.left_out, yerr=a.left_out_sd, fmt="o", ms=4, color=_BLUE, ecolor=_GREY, elinewidth=0.8, alpha=0.8
    )
    ends = [float(min(a.measured.min(), a.left_out.min())), float(max(a.measured.max(), a.left_out.max()))]
    axes.plot(ends, ends, "--", color=_INK, lw=0.8)
    unit = f" ({a.aim.unit})" if a.aim.unit else ""
    axes.set_xlabel(f"measured {a.aim.name}{unit}")
    axes.set_ylabel("predicted without it, 1 sd")
    return figure


def _effects(a: AimAnalysis) -> Figure:
    shown = a.effects[:20][::-1]
    figure, axes = _axes(5.6, 0.9 + 0.32 * len(shown))
    for i, e in enumerate(shown):
        axes.plot([e.low, e.high], [i, i], color=_BLUE if e.certain else _GREY, lw=2)
        axes.plot(e.change, i, "o", color=_BLUE if e.certain else _GREY)
    axes.axvline(0, color=_INK, lw=0.6)
    axes.set_yticks(range(len(shown)), [e.component for e in shown])
    axes.set_xlabel(f"effect on {a.aim.name}" + (f" ({a.aim.unit})" if a.aim.unit else "") + ", 95 % interval")
    return figure


def _front_plot(planner: Planner, found: Analysis) -> Figure:
    figure, axes = _axes(5.6, 4.0)
    axes.plot(planner.y[:, 0], planner.y[:, 1], ".", color=_GREY, label="measured")
    front = found.front_values[found.front_values[:, 0].argsort()]
    axes.plot(front[:, 0], front[:, 1], "o", color=_BLUE, label="front")
    for j, label in enumerate((axes.set_xlabel, axes.set_ylabel)):
        aim = planner.aims[j]
        label(f"{aim.name}{f' ({aim.unit})' if aim.unit else ''}, {aim.direction}")
    axes.legend(frameon=False, fontsize=8)
    return figure


def _svg(figure: Figure) -> str:
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "aichemist", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def _plain(name: str) -> str:
    """A name that may stand in a file name."""
    return "".join(c if c.isalnum() else "_" for c in name)[:60]


def _csv(path: Path, header: list[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(header)
        write.writerows(rows)
