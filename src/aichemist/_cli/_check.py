"""check and lab: what a campaign would take, what a lab has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ._options import json_option, print_json, table


@click.command(epilog="\b\nExample:\n  aichemist check campaigns/oer.toml")
@click.argument("campaign", type=click.Path(path_type=Path))
@json_option
def check(campaign: Path, as_json: bool) -> None:
    """Check CAMPAIGN and print its plan: steps, stock needed, time needed. Nothing is run or written."""
    from rich.console import Console

    from ..campaign import check_campaign, describe_space, load_campaign
    from ..chemistry import format_duration, format_volume, to_plain

    loaded = load_campaign(campaign)
    plan = check_campaign(loaded)
    if as_json:
        print_json({"ok": plan.ok, **to_plain(plan)})
        return
    console = Console(highlight=False)
    goal = loaded.goal
    console.print(f"[bold]{loaded.name}[/]: {goal.statement}")
    console.print(
        f"{describe_space(loaded.space, plan.points)}; {goal.budget_samples} samples in {plan.batches} batches of "
        f"{goal.batch_size}; learner {loaded.learner}; seed {loaded.seed}"
    )
    steps = table("", "step", "operation", "stations", "time", "wait before", title="Steps of one sample")
    for i, step in enumerate(plan.steps, 1):
        steps.add_row(
            str(i), step.name, step.operation, ", ".join(step.stations), format_duration(step.duration_s), step.wait
        )
    console.print(steps)
    stock = table(
        "stock", "there", "needed, even spread", "needed at most", title=f"Stock for {goal.budget_samples} samples"
    )
    for row in plan.stock:
        show: Any = format_volume if row.unit == "l" else (lambda kg: f"{kg * 1e3:.3g} g")
        note = " (refill may be needed)" if row.most > row.available else ""
        stock.add_row(row.name, show(row.available), show(row.mean), show(row.most) + note)
    console.print(stock)
    console.print(
        f"Time: {format_duration(plan.batch_s)} for one batch, about {format_duration(plan.total_s)} for "
        f"{plan.batches} batches one after another."
    )
    outcomes = [f.outcome for f in plan.findings if f.outcome != "allow"]
    if outcomes:
        words = {"measures": "with measures", "approval": "only after approval", "refuse": "only where two override it"}
        worst = max(outcomes, key=list(words).index)
        console.print(
            f"The guard has {len(outcomes)} finding{'s' if len(outcomes) > 1 else ''}; some recipes run "
            f"{words[worst]}: [bold]aichemist review {campaign}[/]"
        )
    for finding in plan.findings:
        if finding.rule.startswith("words.") and finding.outcome in ("approval", "measures"):
            console.print(f"{finding.rule}: {finding.outcome}: {finding.message}", markup=False)
    for warning in plan.warnings:
        console.print(f"warning: {warning}", markup=False)
    console.print("The campaign can run: [bold]aichemist run " + str(campaign) + "[/]")


@click.command(epilog="\b\nExamples:\n  aichemist lab\n  aichemist lab labs/ustc.toml --json")
@click.argument("lab_file", type=click.Path(path_type=Path), required=False)
@json_option
def lab(lab_file: Path | None, as_json: bool) -> None:
    """Show the stations, robots and stock of LAB_FILE (default: the lab that ships)."""
    from rich.console import Console

    from ..campaign import examples_folder
    from ..chemistry import format_duration, format_volume
    from ..lab.layout import load_lab

    loaded = load_lab(lab_file or examples_folder() / "labs" / "ustc.toml")
    if as_json:
        print_json(
            {
                "lab": loaded.name, "title": loaded.title, "source": loaded.source,
                "stations": [
                    {"name": s.name, "sections": s.sections, "operations": s.operations, "slots": s.slots,
                     "driver": s.driver, "duration_s": s.duration_s, "stocks": s.stocks}
                    for s in loaded.stations
                ],
                "robots": [
                    {"name": r.name, "section": r.section, "capacity_vials": r.capacity, "handling_s": r.handling_s,
                     "driver": r.driver}
                    for r in loaded.robots
                ],
                "stocks": [{"name": s.name, "solute": s.solute, "volume_l": s.volume_l, "mass_kg": s.mass_kg}
                           for s in loaded.stocks],
            }
        )  # fmt: skip
        return
    console = Console(highlight=False)
    console.print(f"[bold]{loaded.title}[/] ({loaded.source})")
    shown = table("station", "section", "slots", "operations", "time of a run", "driver")
    for s in loaded.stations:
        notes = [n for n, on in (("one temperature", s.one_temperature), ("even load", s.even_load)) if on]
        shown.add_row(
            s.name, " / ".join(s.sections), str(s.slots) + (f" ({', '.join(notes)})" if notes else ""),
            ", ".join(s.operations), format_duration(s.duration_s) if s.duration_s else "by the step", s.driver,
        )  # fmt: skip
    console.print(shown)
    robots = table("robot", "section", "carries", "one vial", "driver")
    for r in loaded.robots:
        robots.add_row(
            r.name, r.section, f"{r.racks} racks of {r.vials_per_rack}", format_duration(r.handling_s), r.driver
        )
    console.print(robots)
    stock = table("stock", "solute", "concentration", "amount")
    for k in loaded.stocks:
        amount = format_volume(k.volume_l) if k.volume_l else f"{k.mass_kg * 1e3:g} g"
        stock.add_row(
            k.name, k.solute, f"{k.concentration_mol_per_l:g} mol/L" if k.concentration_mol_per_l else "", amount
        )
    console.print(stock)
