"""schedule: plan an instance or a batch of a campaign."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, json_option, print_json, table
from ._written import look_before, written

if TYPE_CHECKING:
    from ..lab.scheduling import Plan, Problem

_EXAMPLES = """\b
Examples:
  aichemist schedule campaigns/oer.toml --vials 24
  aichemist schedule campaigns/oer.toml --what-if robots=3,magnetic_stirring_1.slots=20
  aichemist schedule mk01.txt --seconds 30 --html mk01.html"""


@click.command(epilog=_EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vials", type=Whole(1), help="Vials of the campaign's batch (default: its batch size).")
@click.option("--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Time for the search.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the search.")
@click.option("--set", "job_set", default="1", show_default=True, help="Job set of a Bilge-Ulusoy file.")
@click.option("--layout", default="1", show_default=True, help="Layout of a Bilge-Ulusoy file.")
@click.option("--no-transport", is_flag=True, help="Plan the joint workload without robots.")
@click.option("--what-if", "what_if", help="Plan once more with changes: robots=3,muffle_furnace.slots=2.")
@click.option(
    "--at",
    type=Whole(0),
    help="Also say why each vial waits at this time, in units of the problem (for a campaign seconds).",
)
@click.option("--html", type=click.Path(path_type=Path), help="Write the timetable as a page.")
@click.option("--png", type=click.Path(path_type=Path), help="Write the timetable as a picture.")
@json_option
def schedule(
    file: Path, vials: int | None, seconds: float, seed: int, job_set: str, layout: str, no_transport: bool,
    what_if: str | None, at: int | None, html: Path | None, png: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Plan FILE: a campaign (.toml), the joint workload or Bilge-Ulusoy (.json), or a flexible job shop (.txt).

    Prints makespan, proven lower bound, use of stations and robots, and the bottleneck. Nothing is run.
    """
    from rich.console import Console

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the solvers do not look; nothing is written before the end
    from ..chemistry import InfeasibleError
    from ..lab.scheduling import change, conflict, gantt_html, gantt_png, solve, utilisation, verify, waiting

    for path, option, suffix in ((html, "--html", ()), (png, "--png", (".png",))):
        if path:
            look_before(path, option, suffix, source=file)
    problem = _read(file, vials, job_set, layout, no_transport)
    changed = change(problem, what_if) if what_if else None
    tty = sys.stderr.isatty() and not as_json

    def told(after: float, makespan: int) -> None:
        if tty:
            click.echo(f"{after:6.1f} s  makespan {_time(problem, makespan)}", err=True)

    found: list[tuple[str, Problem, Plan]] = []
    for name, one in (("as it is", problem), (what_if or "", changed)):
        if one is None:
            continue
        try:
            plan = solve(one, seconds=seconds, seed=seed, improved=told)
        except InfeasibleError as error:
            if tty:
                click.echo("there is no plan; looking for the demands that conflict", err=True)
            why = conflict(one)
            raise InfeasibleError(f"{error}; {why}" if why else str(error)) from None
        wrong = verify(one, plan)
        if wrong:  # never seen in tests; better said than hidden
            raise click.ClickException(f"the checker rejects the plan: {wrong[0].rule}: {wrong[0].message}")
        found.append((name, one, plan))
    _, one, plan = found[-1]
    if html:
        with written(html, "--html") as part:
            part.write_text(gantt_html(one, plan, _facts(one, plan)), encoding="utf-8")
    if png:
        with written(png, "--png") as part:
            gantt_png(one, plan, part)
    waits = waiting(one, plan, at) if at is not None else ()
    if as_json:
        print_json(
            {
                "plans": [
                    {"what": name, "problem": p.name, "unit_s": p.unit_s, "makespan": x.makespan, "bound": x.bound,
                     "optimal": x.optimal, "planning_s": x.seconds, "method": x.method,
                     "utilisation": dict(utilisation(p, x))}
                    for name, p, x in found
                ],
                "waiting": [
                    {"job": w.job, "at": w.place, "for": w.target, "why": w.reason, "until": w.until} for w in waits
                ],
            }
        )  # fmt: skip
        return
    console = Console(highlight=False)
    shown = table(
        "", "vials", "operations", "makespan", "at least", "gap", "bottleneck", "planned in", title=problem.name
    )
    for name, p, x in found:
        shares = utilisation(p, x)
        top = max(shares, key=lambda n: shares[n], default="")
        gap = "optimal" if x.optimal else f"{(x.makespan / max(1, x.bound) - 1) * 100:.1f} %"
        steps = sum(len(j.operations) for j in p.jobs)
        shown.add_row(
            name.replace(",", ", "), str(len(p.jobs)), str(steps), _time(p, x.makespan), _time(p, x.bound), gap,
            f"{top} ({shares.get(top, 0):.0%})", f"{x.seconds:.1f} s",
        )  # fmt: skip
    console.print(shown)
    use = table("station or robot", *(name for name, _, _ in found), title="Share of the makespan in use")
    shares_of = [utilisation(p, x) for _, p, x in found]
    for name in dict.fromkeys(n for s in shares_of for n, v in s.items() if v > 0):
        use.add_row(name, *(f"{s[name]:.0%}" if name in s else "-" for s in shares_of))
    console.print(use)
    for wait in waits:
        console.print(f"{wait.job} at {wait.place} waits for {wait.target}: {wait.reason}")
    for path in (html, png):
        if path:
            console.print(f"written: {path}")


def _read(file: Path, vials: int | None, job_set: str, layout: str, no_transport: bool) -> Problem:
    from ..chemistry import InputError
    from ..lab.scheduling import read_instance

    campaign_file = file.suffix == ".toml"
    if vials is not None and not campaign_file:
        mend = "leave it out, the file says how many there are"
        raise InputError("only a campaign takes a number of vials", file=file, key="--vials", value=vials, mend=mend)
    if no_transport and file.suffix != ".json":
        raise InputError(
            "only the joint workload can be planned without transport", file=file, key="--no-transport",
            value=True, mend="leave it out",
        )  # fmt: skip
    if campaign_file:
        from ..campaign import load_campaign, spread_batch
        from ..lab.scheduling import batch_problem

        campaign = load_campaign(file)
        return batch_problem(campaign.lab, spread_batch(campaign, vials))
    options: dict[str, Any] = {}
    if file.suffix == ".json" and file.is_file():
        text = file.read_text(encoding="utf-8", errors="replace")[:4000]
        if '"bilge' in text:
            options = {"set": job_set, "layout": layout}
        elif no_transport:
            options = {"transport": False}
    return read_instance(file, **options)


def _facts(problem: Problem, plan: Plan) -> list[tuple[str, str]]:
    from ..lab.scheduling import utilisation

    shares = utilisation(problem, plan)
    top = max(shares, key=lambda n: shares[n], default="")
    return [
        ("makespan", _time(problem, plan.makespan)),
        ("proven to take at least", _time(problem, plan.bound)),
        ("vials", str(len(problem.jobs))),
        ("bottleneck", f"{top}, in use for {shares.get(top, 0):.0%} of the time"),
        ("method", plan.method),
    ]


def _time(problem: Problem, units: float) -> str:
    minutes = units * problem.unit_s / 60
    return f"{minutes:,.0f} min"
