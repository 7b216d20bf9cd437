"""suggest and analyse: the brain alone, CSV in and CSV out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, json_option, print_json

if TYPE_CHECKING:
    from ..brain import Observed, Planner, Suggestion, Task

_file = click.Path(path_type=Path, dir_okay=False)
space_option = click.option("--space", "space", type=_file, required=True, help="TOML: space, objectives, budget.")
observations_option = click.option(
    "--observations", type=_file, default=None,
    help="CSV of what was tried: a column for each variable and objective. Empty: under way; 'failed': gave nothing.",
)  # fmt: skip
theory_option = click.option(
    "--theory", type=_file, default=None, help="CSV of variables and calculated descriptors for many recipes."
)


fidelity_option = click.option(
    "--fidelity", default="", help="Column of --theory that is the measured quantity itself, calculated."
)


@click.command(
    epilog="\b\nExamples:\n  aichemist suggest --space S.toml -n 8 -o plan.csv\n"
    "  aichemist suggest --space S.toml --observations obs.csv --theory t.csv -n 8"
)
@space_option
@observations_option
@theory_option
@fidelity_option
@click.option(
    "--calculate",
    type=Whole(1, 10_000),
    default=None,
    help="Name so many recipes to calculate instead: those whose theory is worth more than it costs.",
)
@click.option(
    "--calculation-cost",
    type=float,
    default=0.01,
    show_default=True,
    help="What one calculation costs, in experiments.",
)
@click.option("-n", "n", type=Whole(1, 1000), default=8, show_default=True, help="How many recipes.")
@click.option("-o", "--output", type=_file, default=None, help="Write the CSV there (default: standard output).")
@click.option("--learner", default=None, help="Instead of the one in the file (default there: ensemble).")
@click.option("--seed", type=int, default=None, help="Instead of the one in the file (default there: 1).")
@json_option
def suggest(
    space: Path, observations: Path | None, theory: Path | None, fidelity: str, calculate: int | None,
    calculation_cost: float, n: int, output: Path | None, learner: str | None,
    seed: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Suggest the next N recipes to try, as CSV: fill in what they gave and hand it back with --observations.

    With a budget in the file no more are suggested than it has left.
    """
    planner, task, observed = _ready(space, observations, theory, learner, seed, fidelity)
    if calculate is not None:
        _calculate(planner, calculate, calculation_cost, output, as_json)
        return
    _tell_far_off(planner, observed)
    left = None if task.budget is None else task.budget - len(planner.x) - len(planner.pending)
    if left is not None and left < 1:
        click.echo(f"the budget of {task.budget} experiments is spent: nothing is suggested", err=True)
        n = 0
    elif left is not None and left < n:
        click.echo(f"the budget of {task.budget} experiments has {left} left: so many are suggested", err=True)
        n = left
    found = planner.suggest(n) if n else []
    if n and len(found) < n:
        click.echo(f"the space holds only {len(found)} recipes that are not under way", err=True)
    if as_json:
        print_json(
            [
                {
                    "values": dict(s.values), "why": s.why,
                    "expected": {
                        a.name: {"mean": p.mean, "sd": p.sd} for a, p in zip(planner.aims, s.expected, strict=False)
                    },
                }
                for s in found
            ]
        )  # fmt: skip
        return
    text = _as_csv(planner, found)
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    click.echo(f"{len(found)} recipes: {output}", err=True)


@click.command(
    epilog="\b\nExamples:\n  aichemist analyse --space S.toml --observations obs.csv\n"
    "  aichemist analyse --space S.toml --observations obs.csv -o analysis    writes analysis/analysis.html"
)
@space_option
@click.option("--observations", type=_file, required=True, help="CSV of what was tried, as for suggest.")
@theory_option
@fidelity_option
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Folder for a page, plots and tables.")  # fmt: skip
@click.option("-n", "n", type=Whole(1, 1000), default=8, show_default=True,
              help="Size of the further batch whose worth is estimated.")  # fmt: skip
@click.option("--seed", type=int, default=None, help="Instead of the one in the file (default there: 1).")
@json_option
def analyse(
    space: Path, observations: Path, theory: Path | None, fidelity: str, output: Path | None, n: int, seed: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say what the experiments so far show: how good the model is, which variables matter and how, the best recipes or
    the Pareto front, outliers, and what a further batch would bring."""
    from ..brain import analyse as look

    planner, _, observed = _ready(space, observations, theory, None, seed, fidelity)
    found = look(planner, batch=n)
    if as_json:
        from ..brain import as_plain

        print_json(as_plain(planner, found))
        return
    from rich.console import Console

    from ..brain import analysis_page
    from ._analysis_text import print_analysis

    print_analysis(Console(highlight=False), planner, found, observed.lines if observed else ())
    if output is not None:
        click.echo(f"page: {analysis_page(output, planner, found, observed.lines if observed else ())}")


def _ready(
    space: Path, observations: Path | None, theory: Path | None, learner: str | None, seed: int | None, fidelity: str
) -> tuple[Planner, Task, Observed | None]:
    from ..brain import Planner, cost_of, load_task, read_observed, read_theory

    task = load_task(space)
    observed = read_observed(observations, task.space, task.aims) if observations is not None else None
    table_of_theory = None
    if fidelity and theory is None:
        from ..chemistry import InputError

        raise InputError("is a column of --theory", key="--fidelity", value=fidelity, mend="give --theory FILE")
    if theory is not None:
        from ..brain.learning import Theory
        from ..chemistry import InputError

        points, values, names = read_theory(theory, task.space)
        try:
            table_of_theory = Theory.learn(points, values, names, seed=task.seed, fidelity=fidelity)
        except InputError as error:
            raise error.located(file=theory) from None
        click.echo(f"theory: {len(points)} recipes, {len(names)} descriptors", err=True)
    planner = Planner(
        task.space, task.aims, learner=learner or task.learner, budget=task.budget,
        seed=task.seed if seed is None else seed, theory=table_of_theory, earlier=_earlier(task),
        cost=cost_of(task.cost, task.space) if task.cost else None,
    )  # fmt: skip
    if observed is not None:
        planner.tell(observed.x, observed.y, observed.sd).wait_for(observed.pending)
        for note in observed.notes:
            click.secho("note: ", fg="yellow", nl=False, err=True)
            click.echo(note, err=True)
    return planner, task, observed


def _tell_far_off(planner: Planner, observed: Observed | None) -> None:
    from ._analysis_text import far_off_lines

    for note in far_off_lines(planner, observed.lines if observed else ()):
        click.secho("note: ", fg="yellow", nl=False, err=True)
        click.echo(note, err=True)


def _calculate(planner: Planner, n: int, cost: float, output: Path | None, as_json: bool) -> None:
    from ..brain import worth_calculating

    found = worth_calculating(planner, n, cost)
    if not found:
        click.echo("no calculation is worth its cost: theory says too little, or all there is to say", err=True)
    if as_json:
        print_json([{"values": dict(c.values), "share": c.share} for c in found])
        return
    rows = [[*(v if isinstance(v, str) else f"{v:.9g}" for v in c.values.values()), f"{c.share:.4g}"] for c in found]
    text = "\n".join(",".join(row) for row in [[*planner.space.names, "share_of_variance"], *rows]) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    click.echo(f"{len(found)} recipes to calculate: {output}", err=True)


def _earlier(task: Task) -> list[Any]:
    from ..brain import read_observed
    from ..brain.learning import Earlier
    from ..chemistry import InputError

    if task.transfer and len(task.aims) > 1:
        raise InputError("is for one objective", file=task.file, key="transfer", mend="leave it out")
    found = []
    for path in task.transfer:
        told = read_observed(path, task.space, task.aims)
        found.append(Earlier.shared(path.stem, task.space.names, task.space.names, told.x, told.y[:, 0]))
    return found


def _as_csv(planner: Planner, found: list[Suggestion]) -> str:
    import csv

    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    aims = [a.name for a in planner.aims]
    expected = [c for a in aims for c in (f"expected_{a}", f"expected_{a}_sd")]
    write.writerow([*planner.space.names, *aims, *expected, "why"])
    for s in found:
        said = [f"{v:.5g}" for p in s.expected for v in (p.mean, p.sd)] or [""] * len(expected)
        shown = [v if isinstance(v, str) else f"{v:.9g}" for v in s.values.values()]
        write.writerow([*shown, *[""] * len(aims), *said, *[""] * (len(expected) - len(said)), s.why])
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    """All of it or nothing."""
    from ..chemistry import InputError

    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", file=path, key="--output") from None
