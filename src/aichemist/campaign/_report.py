"""``report.html``: one file that opens with no network, and the tables and plots beside it."""

from __future__ import annotations

import io
import math
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import (
    OUTCOMES,
    AIChemistError,
    Finding,
    Objective,
    Observation,
    Simplex,
    format_duration,
    impossible,
    maker_of,
    origin,
    with_uncertainty,
)

from ._files import write_whole
from ._history import bars, histories
from ._redact import redacted
from ._runs import Run
from ._since import judged_since
from ._sources import overpotential_map, twin_rank
from ._words_used import words_used

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_report(run: Run) -> Path:
    """Write the report of a run into its folder.

    Returns:
        the path of ``report.html``; beside it stand ``observations.csv``, ``observations.parquet`` and four PNG plots.

    Raises:
        RecordsError: the folder cannot be written; no half-written file is left.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from aichemist.records import write_observations

    from . import _plots

    folder, hidden, full = run.folder, False, run
    campaign, objective = run.campaign, run.campaign.objective
    several = len(campaign.goal.objectives) > 1
    believed, rank = (None, None) if several else (_believed(run), twin_rank(run))
    pairs = [(e.kind, e.payload) for e in run.entries]
    found = bars(pairs)
    objectives = campaign.goal.objectives
    calibrations = [(o, _calibration(run, o)) for o in objectives]
    calibration = calibrations[0][1]
    far = [(o, _outlying(run, o)) for o in objectives]
    own = run.state.of(objective.name)
    devices = [s.name for s in campaign.lab.stations] + [r.name for r in campaign.lab.robots]
    library = _library(run)
    figures = {
        "convergence": _plots.convergence(own, objective, library),
        "composition": _plots.recipes(own, objective, campaign.space),
        "calibration": _plots.calibration(calibration, objective),
        "gantt": _plots.gantt(found, devices),
    }
    if several:
        figures["convergence"] = _plots.growth(run.observations, objectives)
        figures["front"] = _plots.front(run.observations, objectives)
    told = origins(run)
    for figure in figures.values():
        _plots.mark(figure, told)
    lines = histories(pairs)
    if run.policy is not None:
        hidden = run.policy.recipes == "remove"
        folder = run.folder / "redacted"
        run = redacted(run, run.policy)
        if hidden:
            figures["composition"] = _plots.left_out("recipes are left out here")
            _plots.mark(figures["composition"], told)
            lines = {name: [] for name in lines}
            believed, far = None, []
    campaign, state = run.campaign, run.state
    environment = Environment(
        loader=PackageLoader("aichemist.campaign", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["duration"] = format_duration
    environment.filters["number"] = _number
    environment.filters["measured"] = lambda value, sd, unit="": with_uncertainty(
        value, sd, unit, "\N{PLUS-MINUS SIGN}"
    )
    environment.filters["maker"] = maker_of
    html = environment.get_template("report.html.j2").render(
        run=run, campaign=campaign, objective=objective, objectives=objectives, state=state, best=run.best,
        front=run.front, rank=rank, calibrations=calibrations, believed=believed, far=far,
        plots={name: _svg(f, told) for name, f in figures.items()},
        origin=told, simulated="simulated" in told, written=_written(run),
        rows=_rows(run, lines), priors=_priors(run), choices=_choices(run), words=words_used(run),
        findings=_findings(run), refused=[e.payload for e in run.entries if e.kind == "design_dropped"],
        since={} if hidden else judged_since(run),
        strange=impossible(run.best.name, run.best.value, run.best.unit) if run.best else "",
        lost=_lost(run), against_random=library is not None,
        mixture=all(c.kind == "fraction" for c in campaign.space.columns),
        histories=lines, redacted=full.policy is not None, hidden=hidden,
        observed={o.sample for o in run.observations}, lab_time_s=max((e.lab_time_s for e in run.entries), default=0.0),
        commands=len(found), made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", versions=_versions(),
        sound=full.sound,
    )  # fmt: skip
    write_observations(folder, run.observations, None if hidden else campaign.space)
    for name, figure in figures.items():
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=140, metadata={"Description": f"{told}; {run.name}", "Source": told})
        write_whole(folder / f"{name}.png", buffer.getvalue())
    return write_whole(folder / "report.html", html.encode())


def origins(run: Run) -> str:
    """Where the figures of a run come from, in words; the lab's kind while there are none."""
    if run.observations:
        return origin(o.made_by for o in run.observations)
    lab = run.campaign.lab
    twins = "twin" in {s.driver for s in lab.stations} | {r.driver for r in lab.robots}
    return "simulated" if twins else "entered by a person"


def _written(run: Run) -> list[str]:
    """Language models that something in the digest comes from."""
    digest = run.state.digest
    if digest is None:
        return []
    reported = (*digest.elements, *digest.precursors, *digest.values, *digest.conditions)
    spread = (*digest.fractions, *digest.quantities)
    evidence = [e for r in reported for e in r.evidence] + [e for d in spread for e in d.evidence]
    makers = {e.made_by for e in (*evidence, *(e for c in digest.contradictions for e in c.evidence))}
    return sorted(m.label for m in map(maker_of, makers) if m.ai_generated)


def _svg(figure: Figure, told: str) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Description": told})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _library(run: Run) -> NDArray[np.float64] | None:
    """The twin's true values over the whole space, in the objective's unit; for the comparison with random search."""
    objective = run.campaign.objective
    here = overpotential_map()
    space = run.campaign.space
    if (
        objective.name != "overpotential"
        or not isinstance(space, Simplex)
        or here.source != run.state.started.get("map_source")
    ):
        return None
    from aichemist.chemistry import parse_quantity

    unit = parse_quantity(f"1 {objective.unit}", "potential")
    return np.array(
        [here.overpotential_v(dict(zip(space.components, p, strict=True))) / unit for p in space.enumerate()]
    )


def _calibration(run: Run, objective: Objective) -> Any:
    from aichemist.brain import cross_validate

    own = run.state.of(objective.name)
    return cross_validate(run.campaign.space, own, direction=objective.direction, seed=run.seed)


def _outlying(run: Run, objective: Objective) -> Any:
    from aichemist.brain import outlying

    own = run.state.of(objective.name)
    return outlying(run.campaign.space, own, direction=objective.direction, seed=run.seed)


def _believed(run: Run) -> Any:
    """The model's own opinion of the best recipe tried: a single best reading is optimistic, the model shrinks it."""
    from aichemist.brain import expected_best

    campaign = run.campaign
    return expected_best(
        campaign.space, run.observations, direction=campaign.objective.direction, seed=run.seed, among="measured"
    )


def _findings(run: Run) -> list[tuple[Finding, int, int]]:
    """The first finding of each outcome and rule over all batches, with how many there are and in how many batches."""
    gathered: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    for batch, answer in sorted(run.state.reviews.items()):
        for finding in answer.findings:
            gathered.setdefault((finding.outcome, finding.rule), []).append((batch, finding))
    rows = [(own[0][1], len(own), len({b for b, _ in own})) for own in gathered.values()]
    return sorted(rows, key=lambda r: (-OUTCOMES.index(r[0].outcome), r[0].rule))


def _lost(run: Run) -> dict[str, str]:
    """Sample -> what became of it and why, of those that did not come to their end."""
    found = {n: f"quarantined: {why}" for n, why in run.quarantined.items()}
    return dict(sorted({**found, **{n: f"discarded: {why}" for n, why in run.discarded.items()}}.items()))


def _priors(run: Run) -> Any:
    from aichemist.brain import component_priors

    digest = run.state.digest
    return component_priors(digest, run.campaign.space) if digest else ()


def _choices(run: Run) -> Any:
    from ._against import protocol_choices

    digest = run.state.digest
    return protocol_choices(run.campaign.protocol, digest) if digest else ()


def _rows(run: Run, histories: dict[str, Any]) -> list[dict[str, Any]]:
    from aichemist.records import RawData

    raw = RawData(run.folder / "raw")
    rows = []
    of_sample: dict[str, list[Observation]] = {}
    for o in run.observations:
        of_sample.setdefault(o.sample, []).append(o)
    for own in of_sample.values():
        o = own[0]
        predictions: list[Any] = []
        proposal = run.state.designs[o.batch].proposals[int(o.sample.rsplit("-", 1)[1]) - 1]
        if proposal.prediction is not None:
            predictions = [proposal.prediction, *proposal.others]
        curves = [_curve(raw, name) for name in dict.fromkeys(one.raw_data[0] for one in own if one.raw_data)]
        rows.append(
            {
                "o": o, "own": own, "proposal": proposal, "predictions": predictions, "curves": curves,
                "history": histories.get(o.sample, []),
            }
        )  # fmt: skip
    return rows


def _curve(raw: Any, name: str) -> str:
    """A small drawing of the raw curve: its first two columns as they came from the instrument."""
    try:
        columns, _ = raw.read(name)
    except AIChemistError as error:
        return f"raw data missing: {error}"
    others = [n for n in columns if n != "time_s"]
    names = (others if len(others) > 1 else list(columns))[:2]  # a chromatogram is drawn against time
    if len(names) < 2:
        return "the raw data hold no curve"
    x, y = (np.asarray(columns[n], dtype=float) for n in names)
    keep = np.isfinite(x) & np.isfinite(y)
    x, y = x[keep][:: max(1, len(x) // 150)], y[keep][:: max(1, len(x) // 150)]
    if len(x) < 2:
        return "the raw curve is empty"
    from markupsafe import Markup

    width, height, pad = 360, 170, 34
    sx = pad + (x - x.min()) / (np.ptp(x) or 1) * (width - pad - 8)
    sy = height - pad + 8 - (y - y.min()) / (np.ptp(y) or 1) * (height - pad - 4)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(sx, sy, strict=True))
    labels = "".join(
        f'<text x="{tx:.0f}" y="{ty}" text-anchor="{anchor}">{text}</text>'
        for tx, ty, anchor, text in (
            (pad, height - 10, "start", f"{x.min():.3g}"), (width - 8, height - 10, "end", f"{x.max():.3g}"),
            ((width + pad) / 2, height - 2, "middle", names[0]),
            (pad + 4, 12, "start", f"{names[1]}, max {y.max():.3g}"),
        )
    )  # fmt: skip
    # numbers and column names of our own twin only, so that nothing foreign reaches the page unescaped
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {width} {height}" class="curve" role="img" aria-label="raw curve">'
        f'<path d="M{pad} 4V{height - pad + 8}H{width - 4}" class="axis"/><polyline points="{points}"/>{labels}</svg>'
    )


def _number(value: float | None, digits: int = 1) -> str:
    return "not found" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def _versions() -> str:
    from importlib.metadata import version

    names = ("botorch", "torch", "numpy", "scikit-learn")
    from .. import __version__

    return f"AI-Chemist {__version__}, Python {platform.python_version()}, " + ", ".join(
        f"{n} {version(n)}" for n in names
    )
