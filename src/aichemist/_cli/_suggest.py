"""suggest and analyse: the brain alone, CSV in and CSV out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, json_option, print_json
from ._suggest_files import calculations_csv, plan_csv, refuse_results, write_text
from ._written import refuse_inputs

if TYPE_CHECKING:
    from ..brain import Observed, Planner, Task

_file = click.Path(path_type=Path, dir_okay=False)
space_option = click.option("--space", "space", type=_file, required=True, help="TOML: space, objectives, budget.")
observations_option = click.option(
    "--observations", type=_file, multiple=True,
    help="CSV of what was tried: a column for each variable and objective. Empty: under way; 'failed': gave nothing. "
    "Several are joined: --observations a.csv --observations b.csv.",
)  # fmt: skip
theory_option = click.option(
    "--theory", type=_file, default=None, help="CSV of variables and calculated descriptors for many recipes."
)


fidelity_option = click.option(
    "--fidelity", default="", help="Column of --theory that is the measured quantity itself, calculated."
)


@click.command(
    epilog="\b\nExamples:\n  aichemist suggest --space S.toml -n 8 -o plan.csv\n"
    "  aichemist suggest --space S.toml --observations obs.csv --theory t.csv -n 8\n"
    "  aichemist suggest --space S.toml --observations plan1.csv --observations plan2.csv -o plan3.csv"
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
@click.option("--force", is_flag=True, help="Write over --output even where it holds results.")
@click.option("--replicates", is_flag=True, help="Once nothing new is left, name measured recipes again.")
@click.option("--learner", default=None, help="Instead of the one in the file (default there: ensemble).")
@click.option("--seed", type=int, default=None, help="Instead of the one in the file (default there: 1).")
@json_option
def suggest(
    space: Path, observations: tuple[Path, ...], theory: Path | None, fidelity: str, calculate: int | None,
    calculation_cost: float, n: int, output: Path | None, force: bool, replicates: bool, learner: str | None,
    seed: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Suggest the next N recipes to try, as CSV: fill in what they gave and hand it back with --observations.

    With a budget in the file no more are suggested than it has left, and no more than are untried.
    """
    if calculate is not None and theory is None:
        from ..chemistry import InputError

        raise InputError("needs a table of what was calculated", key="--calculate", mend="give --theory FILE")
    outputs = () if output is None else (output,)
    planner, task, observed = _ready(space, observations, theory, learner, seed, fidelity, outputs=outputs)
    if output is not None and not force:
        refuse_results(output, [a.name for a in task.aims])
    if calculate is not None:
        _calculate(planner, calculate, calculation_cost, output, as_json)
        return
    _tell_far_off(planner, observed)
    left = planner.left
    found = planner.suggest(n, replicates=replicates)
    if left is not None and left < 1:
        click.echo(f"the budget of {task.budget} experiments is spent: nothing is suggested", err=True)
    elif left is not None and left < n:
        click.echo(f"the budget of {task.budget} experiments has {left} left: no more are suggested", err=True)
    if len(found) < (n if left is None else min(n, left)):
        _say_what_is_left(planner, len(found), replicates)
    again = sum(s.why == "replicate" for s in found)
    if again:
        click.echo(f"{again} of the {len(found)} repeat measured recipes: nothing else is untried", err=True)
    if as_json:
        print_json(
            [
                {
                    "values": dict(s.values), "why": s.why, "reason": s.reason,
                    "expected": {
                        a.name: {"mean": p.mean, "sd": p.sd} for a, p in zip(planner.aims, s.expected, strict=False)
                    },
                }
                for s in found
            ]
        )  # fmt: skip
        return
    text = plan_csv(planner, found)
    if output is None:
        click.echo(text, nl=False)
        return
    write_text(output, text)
    click.echo(f"{len(found)} recipes: {output}", err=True)


def _say_what_is_left(planner: Planner, found: int, replicates: bool) -> None:
    new = "no recipe" if not found else f"only {found} recipe{'s' if found > 1 else ''}"
    busy = "not under way" if replicates else "neither tried nor under way"
    text = f"the space has {new} left that {'are' if found > 1 else 'is'} {busy}"
    more = "; --replicates names measured ones again" if len(planner.x) and not replicates else ""
    click.echo(text + more, err=True)


@click.command(
    epilog="\b\nExamples:\n  aichemist analyse --space S.toml --observations obs.csv\n"
    "  aichemist analyse --space S.toml --observations obs.csv -o analysis    writes analysis/analysis.html"
)
@space_option
@click.option("--observations", type=_file, required=True, multiple=True,
              help="CSV of what was tried, as for suggest; several are joined.")  # fmt: skip
@theory_option
@fidelity_option
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Folder for a page, plots and tables.")  # fmt: skip
@click.option("-n", "n", type=Whole(1, 1000), default=8, show_default=True,
              help="Size of the further batch whose worth is estimated.")  # fmt: skip
@click.option("--seed", type=int, default=None, help="Instead of the one in the file (default there: 1).")
@json_option
def analyse(
    space: Path, observations: tuple[Path, ...], theory: Path | None, fidelity: str, output: Path | None, n: int,
    seed: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Say what the experiments so far show: how good the model is, which variables matter and how, the best recipes or
    the Pareto front, outliers, and what a further batch would bring."""
    from ..brain import analyse as look

    outputs = () if output is None else [output / name for name in ("analysis.html", "effects.csv", "front.csv")]
    planner, _, observed = _ready(space, observations, theory, None, seed, fidelity, outputs=outputs)
    lines = observed.lines if observed else ()
    found = look(planner, batch=n)
    if as_json:
        from ..brain import as_plain

        print_json(as_plain(planner, found, lines))
        return
    from rich.console import Console

    from ..brain import analysis_page
    from ._analysis_text import print_analysis

    print_analysis(Console(highlight=False), planner, found, lines)
    if output is not None:
        click.echo(f"page: {analysis_page(output, planner, found, lines)}")


def _ready(
    space: Path, observations: tuple[Path, ...], theory: Path | None, learner: str | None, seed: int | None,
    fidelity: str, *, outputs: Sequence[Path],
) -> tuple[Planner, Task, Observed | None]:  # fmt: skip
    from ..brain import Planner, cost_of, load_task, read_observed, read_theory

    task = load_task(space)
    refuse_inputs(outputs, [*task.inputs, *observations, *([theory] if theory else [])])
    observed = read_observed(observations, task.space, task.aims) if observations else None
    table_of_theory = None
    if fidelity and theory is None:
        from ..chemistry import InputError

        raise InputError("is a column of --theory", key="--fidelity", value=fidelity, mend="give --theory FILE")
    if theory is not None:
        calculated = read_theory(theory, task.space)
        table_of_theory = calculated.learn(seed=task.seed, fidelity=fidelity)
        rows = len(calculated.x) + len(calculated.left_out)
        of = f" of {rows}" if calculated.left_out else ""
        click.echo(f"theory: {len(calculated.x)}{of} recipes, {len(calculated.names)} descriptors", err=True)
        if calculated.note:
            _note(f"{theory}: {calculated.note}")
    planner = Planner(
        task.space, task.aims, learner=learner or task.learner, budget=task.budget,
        seed=task.seed if seed is None else seed, theory=table_of_theory, earlier=_earlier(task),
        cost=cost_of(task.cost, task.space, space) if task.cost else None,
    )  # fmt: skip
    if observed is not None:
        planner.tell(observed.x, observed.y, observed.sd).wait_for(observed.pending)
        for note in observed.notes:
            _note(note)
    return planner, task, observed


def _note(text: str) -> None:
    click.secho("note: ", fg="yellow", nl=False, err=True)
    click.echo(text, err=True)


def _tell_far_off(planner: Planner, observed: Observed | None) -> None:
    from ._analysis_text import far_off_lines

    for note in far_off_lines(planner, observed.lines if observed else ()):
        _note(note)


def _calculate(planner: Planner, n: int, cost: float, output: Path | None, as_json: bool) -> None:
    from ..brain import worth_calculating

    found = worth_calculating(planner, n, cost)
    if not found:
        click.echo("no calculation is worth its cost: theory says too little, or all there is to say", err=True)
    if as_json:
        print_json([{"values": dict(c.values), "share": c.share} for c in found])
        return
    text = calculations_csv(planner, found)
    if output is None:
        click.echo(text, nl=False)
        return
    write_text(output, text)
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
