"""runs, show, report: looking at what happened."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..chemistry import impossible, origin, pair, with_uncertainty
from ._options import Whole, json_option, print_json, runs_option, table
from ._questions import approval_rows, print_held, question_rows, where

if TYPE_CHECKING:
    from rich.console import Console

    from ..campaign import Run

#: so many samples are told of one by one
_WAITING = 8


@click.command()
@runs_option
@json_option
def runs(runs: Path | None, as_json: bool) -> None:
    """List the runs of a folder, oldest first."""
    from attrs import evolve
    from rich.console import Console

    from ..campaign import open_database, true_status
    from ..records import list_runs

    rows = [evolve(r, status=true_status(r, runs)) for r in list_runs(open_database(runs, create=False))]
    if as_json:
        print_json([{"name": r.name, "status": r.status, "seed": r.seed, "created_at": r.created_at} for r in rows])
        return
    shown = table("run", "status", "seed", "begun (UTC)")
    for row in rows:
        shown.add_row(row.name, row.status, str(row.seed), f"{row.created_at:%Y-%m-%d %H:%M}")
    Console().print(shown)


@click.command(epilog="\b\nExample:\n  aichemist show a1")
@click.argument("name", metavar="RUN")
@runs_option
@json_option
@click.option("--top", type=Whole(1, 1000), default=10, show_default=True, help="How many recipes to list.")
def show(name: str, runs: Path | None, as_json: bool, top: int) -> None:
    """Show RUN: how far it is, its best recipes, and what it believes."""
    from rich.console import Console

    from ..campaign import judged_since, open_run

    run = open_run(name, runs=runs)
    if as_json:
        print_json(run_summary(run))
        return
    console = Console(highlight=False)
    objective = run.campaign.objective
    console.print(f"[bold]{run.name}[/]: {run.campaign.goal.statement}")
    console.print(f"status {run.status}; {run.stopped_because or 'not ended'}; seed {run.seed}; map: {_map(run)}")
    if len(run.campaign.goal.objectives) > 1:
        console.print(f"{len(run.front)} recipes that no other beats in everything:")
        print_front(console, run, top)
    else:
        valid = sorted(
            (o for o in run.observations if not math.isnan(o.value)),
            key=lambda o: o.value if objective.direction == "minimise" else -o.value,
        )
        unit = f" ({objective.unit})" if objective.unit else ""
        shown = table("sample", "recipe", f"{objective.name}{unit}", "+-", "from", "raw data")
        for o in valid[:top]:
            shown.add_row(o.sample, o.recipe.formula, *pair(o.value, o.uncertainty), o.origin, ", ".join(o.raw_data))
        console.print(shown)
        if valid and (strange := impossible(valid[0].name, valid[0].value, valid[0].unit)):
            console.print(f"[yellow]{strange}[/]")
    for sample, reason in run.quarantined.items():
        console.print(f"quarantined: {sample} ({reason})", markup=False)
    for sample, reason in run.discarded.items():
        console.print(f"discarded: {sample} ({reason})", markup=False)
    if run.lab.questions:
        console.print(f"open questions: {len(run.lab.questions)}; aichemist questions {run.name}{where(runs)}")
    print_held(console, run, where(runs))
    _print_waiting(console, run)
    for batch, used in sorted(run.state.permits.items()):
        ids = ", ".join(str(a["id"]) for a in used["approvals"])
        kind = "the envelope's approvals" if used["envelope"] else "approvals"
        over = f", overriding {len(used['overrides'])} findings" if used["overrides"] else ""
        console.print(f"batch {batch} ran on {kind} {ids}{over}: aichemist approvals show ID", markup=False)
    for row in approval_rows(run):
        console.print(f"waits for approval: {row['text']}", markup=False)
    for batch, design in sorted(run.state.designs.items())[-3:]:
        console.print(f"batch {batch}: {design.hypothesis.statement}")
        if batch in run.state.judgements:
            console.print(f"  then: {run.state.judgements[batch]}")
    for batch, said in judged_since(run).items():
        console.print(f"batch {batch}, by now {said}")


def _print_waiting(console: Console, run: Run) -> None:
    """Why active samples wait."""
    from ..lab.execution import waits_because

    if run.status == "finished":
        return
    active = [n for n, s in sorted(run.lab.samples.items()) if s.status == "active"]
    waiting = [(name, why) for name in active if (why := waits_because(run.lab, name))]
    for name, why in waiting[:_WAITING]:
        console.print(f"waits: {name}: {why}", markup=False, soft_wrap=True)
    if len(waiting) > _WAITING:
        rest = f"waits: {len(waiting) - _WAITING} more: aichemist watch {run.name} --once"
        console.print(rest, markup=False, soft_wrap=True)


@click.command(
    epilog="\b\nExamples:\n  aichemist report a1\n  aichemist report a1 --redact policy.toml\n"
    "  aichemist report a1 --redact campaign"
)
@click.argument("name", metavar="RUN")
@click.option(
    "--redact",
    default=None,
    metavar="POLICY",
    help="Leave out names, notes, recipes as a policy file says, or 'campaign' for [privacy] of the campaign file; "
    "the files go into the folder 'redacted' of the run.",
)
@runs_option
@json_option
def report(name: str, redact: str | None, runs: Path | None, as_json: bool) -> None:
    """Write the report of RUN, also of one that has not ended: HTML, plots, CSV, Parquet."""
    from ..campaign import open_run

    run = open_run(name, runs=runs, redact=redact)
    path = run.report()
    if as_json:
        print_json({
            "report": path, "files": sorted(p.name for p in path.parent.iterdir() if p.is_file()),
            "sound": run.sound.found.sound, "problem": run.sound.found.problem,
        })  # fmt: skip
    else:
        click.echo(f"wrote {path}")
    if not run.sound.found.sound:
        warn_unsound(run)


def warn_unsound(run: Run) -> None:
    """On the standard error, so that a pipe does not hide it."""
    click.secho(f"WARNING: {run.sound.text}\n  see: aichemist verify {run.name}", fg="red", bold=True, err=True)


def print_front(console: Console, run: Run, top: int) -> None:
    """The samples of the Pareto front, best in the first objective first."""
    shown = table(
        "sample", "recipe",
        *(f"{o.name} ({', '.join(filter(None, (o.direction, o.unit)))})" for o in run.campaign.goal.objectives),
    )  # fmt: skip
    for sample in run.front[:top]:
        values = [with_uncertainty(o.value, o.uncertainty) for o in sample]
        shown.add_row(sample[0].sample, sample[0].recipe.formula, *values)
    console.print(shown)


def _map(run: Run) -> str:
    return str(run.state.started.get("map", "unknown"))


def run_summary(run: Run) -> dict[str, Any]:
    """A run for programs."""
    best = run.best
    return {
        "run": run.name,
        "status": run.status,
        "stopped_because": run.stopped_because,
        "seed": run.seed,
        "map": run.state.started.get("map"),
        "map_source": run.state.started.get("map_source"),
        "origin": origin(o.made_by for o in run.observations),
        "samples_observed": len({o.sample for o in run.observations}),
        "quarantined": run.quarantined,
        "discarded": run.discarded,
        "questions": question_rows(run.lab, run.name),
        "approvals": approval_rows(run),
        "best": None if best is None else {
            "sample": best.sample, "recipe": dict(best.recipe.values), "formula": best.recipe.formula,
            "value": best.value, "uncertainty": best.uncertainty, "unit": best.unit,
            "made_by": best.made_by, "origin": best.origin,
            "rank_in_map": map_rank(run),
        },
        "front": [
            {
                "sample": sample[0].sample, "recipe": dict(sample[0].recipe.values),
                "values": {o.name: o.value for o in sample}, "units": {o.name: o.unit for o in sample},
            }
            for sample in run.front
        ],
        "observations": [
            {
                "sample": o.sample, "batch": o.batch, "recipe": dict(o.recipe.values), "name": o.name, "value": o.value,
                "uncertainty": o.uncertainty, "unit": o.unit, "made_by": o.made_by, "origin": o.origin,
                "problem": o.problem, "raw_data": list(o.raw_data),
            }
            for o in run.observations
        ],
    }  # fmt: skip


def map_rank(run: Run) -> dict[str, Any] | None:
    """The best observed recipe's true rank: knowledge of the twin, for judging a run, never used by it."""
    from ..campaign import twin_rank

    return twin_rank(run)


def print_outcome(console: Console, run: Run, report: Path | None, seconds: float, runs: Path | None = None) -> None:
    """The last words of a run on the screen."""
    best = run.best
    if run.status == "waiting":
        from ._questions import print_questions

        console.print(f"[bold]{run.name}[/] waits for a person after {seconds:.0f} s; nothing else can go on\n")
        print_questions(console, run, runs)
        return
    console.print(f"[bold]{run.name}[/] ended after {seconds:.0f} s: {run.stopped_because}")
    console.print(f"map: {_map(run)}")
    if len(run.campaign.goal.objectives) > 1:
        console.print(f"{len(run.front)} recipes that no other beats in everything:")
        print_front(console, run, 10)
    elif best is not None:
        console.print(
            f"best: [bold]{best.recipe.formula}[/]  {with_uncertainty(best.value, best.uncertainty, best.unit)} "
            f"({best.origin}; sample {best.sample})"
        )
        if strange := impossible(best.name, best.value, best.unit):
            console.print(f"[yellow]{strange}[/]")
    if run.quarantined:
        console.print(f"[bold]{len(run.quarantined)} samples are quarantined[/]: aichemist show {run.name}")
    rank = map_rank(run) if len(run.campaign.goal.objectives) == 1 else None
    if rank is not None:
        console.print(
            f"by the twin's map this recipe is number {rank['rank']:.0f} of {rank['of']:,.0f} "
            f"(top {rank['top_percent']:.2g} %)"
        )
    if report is not None:
        console.print(f"report: {report}")
