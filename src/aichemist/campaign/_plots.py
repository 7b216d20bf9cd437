"""The main plots of a report, as matplotlib figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from aichemist.chemistry import Objective, Observation, Space

from ._history import Bar

if TYPE_CHECKING:
    from aichemist.brain import Calibration

matplotlib.rcParams["svg.fonttype"] = "path"
matplotlib.rcParams["svg.hashsalt"] = "aichemist"
_INK, _BLUE, _GREY = "#1b2733", "#2a6fbb", "#9aa5b1"


def _titled(objective: Objective, *more: str) -> str:
    """A name with its unit in parentheses, where there is one."""
    inside = ", ".join(part for part in (*more, objective.unit) if part)
    return f"{objective.name} ({inside})" if inside else objective.name


def mark(figure: Figure, origin: str) -> Figure:
    """The figure with a word on it that says where its figures come from, e.g. ``simulated``."""
    # above the axes, where a constrained layout leaves room for it
    figure.suptitle(origin, fontsize=8, color="#8a5a00", x=0.99, ha="right", style="italic")
    return figure


def left_out(why: str) -> Figure:
    """In place of a plot that is not shown."""
    figure, axes = _figure(4.8, 1.6)
    axes.text(0.5, 0.5, why, ha="center", va="center", transform=axes.transAxes)
    axes.axis("off")
    return figure


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def random_band(
    values: NDArray[np.float64], n: int, *, minimise: bool, repeats: int = 400, seed: int = 0
) -> NDArray[np.float64]:
    """Best-so-far of a random search without repetition over ``values``.

    Returns:
        shape (3, n): the 5th, 50th and 95th percentile over ``repeats`` searches.
    """
    rng = np.random.default_rng(seed)
    n = min(n, len(values))
    sign = 1.0 if minimise else -1.0
    runs = np.array([np.minimum.accumulate(sign * rng.permutation(values)[:n]) for _ in range(repeats)])
    band: NDArray[np.float64] = sign * np.percentile(runs, [5, 50, 95], axis=0)
    return band


def convergence(
    observations: Sequence[Observation], objective: Objective, library: NDArray[np.float64] | None
) -> Figure:
    """Best so far against the number of samples, beside random search over the twin's whole library."""
    figure, axes = _figure(7.2, 3.6)
    minimise = objective.direction == "minimise"
    values = np.array([o.value for o in observations], dtype=float)
    count = np.arange(1, len(values) + 1)
    axes.plot(count, values, ".", color=_GREY, ms=4, label="each sample")
    if np.isfinite(values).any():
        filled = np.where(np.isnan(values), np.inf if minimise else -np.inf, values)
        best = np.minimum.accumulate(filled) if minimise else np.maximum.accumulate(filled)
        axes.step(
            count, np.where(np.isfinite(best), best, np.nan), where="post", color=_BLUE, lw=2, label="best so far"
        )
    if library is not None and len(values):
        low, mid, high = random_band(library, len(values), minimise=minimise)
        steps = np.arange(1, len(mid) + 1)
        axes.plot(steps, mid, "--", color=_INK, lw=1, label="random search, median")
        axes.fill_between(steps, low, high, color=_INK, alpha=0.10, lw=0, label="random search, 5 to 95 %")
        axes.axhline(library.min() if minimise else library.max(), color=_INK, lw=0.6, ls=":", label="best there is")
    axes.set_xlabel("samples")
    axes.set_ylabel(_titled(objective))
    if len(values):
        axes.legend(frameon=False, fontsize=8)
    return figure


def growth(observations: Sequence[Observation], objectives: Sequence[Objective]) -> Figure:
    """The volume that the front dominates against the number of samples, as a share of that at the end."""
    from aichemist.brain.learning import hypervolume, reference_point

    from ._front import whole_samples

    figure, axes = _figure(7.2, 3.6)
    signs = np.array([1.0 if o.direction == "maximise" else -1.0 for o in objectives])
    values = np.array([[o.value for o in s] for s in whole_samples(observations, objectives)]) * signs
    if len(values):
        reference = reference_point(values, 0.5)
        volumes = np.array([hypervolume(values[: i + 1], reference) for i in range(len(values))])
        axes.step(np.arange(1, len(values) + 1), volumes / (volumes[-1] or 1.0), where="post", color=_BLUE, lw=2)
    axes.set_xlabel("samples with every objective measured")
    axes.set_ylabel("dominated volume, share of the last")
    axes.set_ylim(0, 1.05)
    return figure


def front(observations: Sequence[Observation], objectives: Sequence[Objective]) -> Figure:
    """The first two objectives against each other; the front is ringed."""
    from ._front import front as found
    from ._front import whole_samples

    figure, axes = _figure(6.0, 4.4)
    samples, best = whole_samples(observations, objectives), found(observations, objectives)
    for group, colour in ((samples, _GREY), (best, _BLUE)):
        axes.errorbar(
            [s[0].value for s in group], [s[1].value for s in group], xerr=[s[0].uncertainty for s in group],
            yerr=[s[1].uncertainty for s in group], fmt="o", ms=4, lw=0.8, color=colour,
        )  # fmt: skip
    axes.scatter([s[0].value for s in best], [s[1].value for s in best], s=70, facecolor="none", edgecolor="#c8331f")
    for set_label, o in ((axes.set_xlabel, objectives[0]), (axes.set_ylabel, objectives[1])):
        set_label(_titled(o, o.direction))
    return figure


def recipes(observations: Sequence[Observation], objective: Objective, space: Space) -> Figure:
    """Where the recipes lie and what they gave: a polygon of components, or one panel for each variable."""
    if all(c.kind == "fraction" for c in space.columns):
        return composition(observations, objective, space.names)
    return variables(observations, objective, space)


def variables(observations: Sequence[Observation], objective: Objective, space: Space) -> Figure:
    """The figure of merit against each variable in turn; the best is ringed."""
    columns = space.columns
    across = min(4, len(columns))
    down = -(-len(columns) // across)
    figure = Figure(figsize=(2.1 * across + 0.6, 1.9 * down + 0.4), layout="constrained")
    panels = np.atleast_2d(figure.subplots(down, across, sharey=True, squeeze=False))
    valid = [o for o in observations if np.isfinite(o.value)]
    values = np.array([o.value for o in valid])
    for panel, column in zip(panels.flat, columns, strict=False):
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_xlabel(column.name, fontsize=8)
        panel.tick_params(labelsize=7)
        if not valid:
            continue
        at = np.array([o.recipe.values.get(column.name, 0.0) for o in valid])
        panel.scatter(at, values, s=12, color=_BLUE, alpha=0.7, lw=0)
        best = int(values.argmin() if objective.direction == "minimise" else values.argmax())
        panel.scatter(at[best], values[best], s=70, facecolor="none", edgecolor="#c8331f", lw=1.5)
    for panel in panels.flat[len(columns) :]:
        panel.axis("off")
    figure.supylabel(_titled(objective), fontsize=9)
    return figure


def composition(observations: Sequence[Observation], objective: Objective, components: Sequence[str]) -> Figure:
    """Each recipe at the mean of its components' corners, coloured by value; the best is ringed."""
    figure, axes = _figure(5.6, 4.4)
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(components)) / len(components)
    corners = np.column_stack([np.cos(angle), np.sin(angle)])
    axes.fill(*corners.T, facecolor="none", edgecolor=_GREY, lw=0.8)
    for name, (x, y) in zip(components, corners, strict=True):
        axes.text(1.1 * x, 1.1 * y, name, ha="center", va="center", fontsize=11, color=_INK)
    valid = [o for o in observations if np.isfinite(o.value)]
    if valid:
        fractions = np.array([[o.recipe.values.get(c, 0.0) for c in components] for o in valid])
        values = np.array([o.value for o in valid])
        minimise = objective.direction == "minimise"
        order = np.argsort(-values if minimise else values)
        points = fractions @ corners
        shown = axes.scatter(
            *points[order].T, c=values[order], cmap="viridis_r" if minimise else "viridis", s=34, lw=0,
            vmax=np.percentile(values, 95) if minimise else None, vmin=None if minimise else np.percentile(values, 5),
        )  # fmt: skip
        axes.scatter(*points[order[-1]], s=150, facecolor="none", edgecolor="#c8331f", lw=2)
        figure.colorbar(shown, ax=axes, label=_titled(objective), shrink=0.8)
    axes.set_aspect("equal")
    axes.axis("off")
    return figure


def calibration(result: Calibration | None, objective: Objective) -> Figure:
    """Held-out predictions against observations, with one predicted standard deviation."""
    figure, axes = _figure(4.8, 4.2)
    if result is None:
        axes.text(0.5, 0.5, "too few observations", ha="center", va="center", transform=axes.transAxes)
        axes.axis("off")
        return figure
    measured, predicted = np.array(result.measured), np.array(result.predicted)
    axes.errorbar(measured, predicted, yerr=result.predicted_sd, fmt="o", ms=3.5, lw=0.8, color=_BLUE, ecolor=_GREY)
    ends = [min(measured.min(), predicted.min()), max(measured.max(), predicted.max())]
    axes.plot(ends, ends, color=_INK, lw=0.8)
    axes.set_xlabel(f"observed {_titled(objective)}")
    axes.set_ylabel(f"predicted without it{f' ({objective.unit})' if objective.unit else ''}")
    return figure


def gantt(found: Mapping[str, Bar], devices: Sequence[str]) -> Figure:
    """What each station and robot did, by lab time; one colour per batch."""
    used = [d for d in devices if any(b.device == d for b in found.values())]
    figure, axes = _figure(11, 0.9 + 0.26 * max(len(used), 3))
    colours = matplotlib.colormaps["tab20"]
    rows = {device: i for i, device in enumerate(used)}
    grouped: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for bar in found.values():
        end = bar.end_s if bar.end_s is not None else bar.start_s
        batch = int(bar.task[1:4]) if bar.task[1:4].isdigit() else 0
        grouped.setdefault((rows[bar.device], batch), []).append((bar.start_s / 3600, (end - bar.start_s) / 3600))
    for (row, batch), spans in grouped.items():
        axes.broken_barh(spans, (row - 0.38, 0.76), facecolor=colours((batch - 1) % 20), lw=0)
    axes.set_yticks(range(len(used)), used, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("lab time (h)")
    axes.set_xlim(left=0)
    return figure
