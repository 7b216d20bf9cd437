"""How near the optimum the schedules are, how soon, with the list scheduler of part A beside each.

    python benchmarks/scheduling.py [--parts joint lab ...] [--seeds 1] [--json FILE] [--quick]

Every plan is judged by the independent checker (column ``violations``). ``bound`` is proven for any plan of the
workload, whatever racks it forms. Published problems come from ``AICHEMIST_INSTANCES`` (default: ``instances`` beside
``AICHEMIST_DATA``); a part whose files are not here is left out and said so.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from _report import emit
from _scheduling_lab import by_list, random_problem, smaller_lab
from aichemist.chemistry import AIChemistError
from aichemist.lab.scheduling import (
    ListScheduler,
    Plan,
    Problem,
    batch_problem,
    live_plan,
    read_bilge_ulusoy,
    read_flexible_job_shop,
    read_ustc_joint,
    solve,
    verify,
)

#: shared/instances/README.md; mk10 unconfirmed
BRANDIMARTE = {"mk01": 40, "mk02": 26, "mk03": 204, "mk04": 60, "mk05": 172, "mk06": 57, "mk07": 139, "mk08": 523,
               "mk09": 307, "mk10": 193}  # fmt: skip
#: Zhou et al., Digital Discovery 2025, 10.1039/D4DD00313F, minutes
PUBLISHED = {1: 3084, 2: 2912, 3: 2867, 4: 2859, 5: 2855}
Row = dict[str, Any]


def row(
    workload: str, problem: Problem, plan: Plan, *, bar: str, simple: float | None = None, known: float | None = None,
    seed: int = 0, **more: Any,
) -> Row:  # fmt: skip
    """One line of the table; times of labs in minutes, of published shops in their own units."""
    unit = problem.unit_s / 60 if problem.unit_s in (1.0, 60.0) else 1.0
    first = plan.trace[0][0] if plan.trace else plan.seconds
    return {
        "workload": workload, "seed": seed, "operations": sum(len(j.operations) for j in problem.jobs),
        "makespan_min": plan.makespan * unit, "bound_min": plan.bound * unit,
        "gap_percent": 100 * (plan.makespan / max(1, plan.bound) - 1), "list_scheduler_min": simple,
        "best_known_min": known, "first_plan_s": first, "planning_s": plan.seconds,
        "violations": len(verify(problem, plan)), "bar": bar, **more,
    }  # fmt: skip


def joint(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    file, seconds = folder / "ustc_2025_joint.json", options.limit or 10.0
    for seed in range(options.seeds):
        problem = read_ustc_joint(file)
        plan = solve(problem, seconds=seconds, seed=seed)
        yield row("joint, 2 robots", problem, plan, bar="<= 1,990 and gap <= 1.5 % in 10 s", simple=by_list(problem),
                  known=PUBLISHED[2], seed=seed)  # fmt: skip
        for robots in (1, 3, 5):
            problem = read_ustc_joint(file, robots=robots)
            plan = solve(problem, seconds=seconds, seed=seed)
            yield row(f"joint, {robots} robots", problem, plan, bar=f"< {PUBLISHED[robots]:,}", simple=by_list(problem),
                      known=PUBLISHED[robots], seed=seed)  # fmt: skip
        problem = read_ustc_joint(file, transport=False)
        yield row("joint without transport", problem, solve(problem, seconds=2.0, seed=seed),
                  bar="1,928 proven optimal in 2 s", known=1928, seed=seed)  # fmt: skip
        problem = read_ustc_joint(file, transport=False, experiments=["e2"])
        yield row("e2 alone without transport", problem, solve(problem, seconds=seconds, seed=seed),
                  bar="<= 968 in 10 s", seed=seed)  # fmt: skip


def furnace(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    for seed in range(options.seeds):
        for copies in (1, 2, 4):
            problem = read_ustc_joint(folder / "ustc_2025_joint.json", furnace_minutes=60, copies=copies)
            simple = by_list(problem)
            for seconds in (options.limit,) if options.limit else (10.0, 60.0):
                plan = solve(problem, seconds=seconds, seed=seed)
                bar = "gap <= 10 % in 10 s" if copies == 1 else "printed"
                name = f"furnace 60 min, vials x{copies}, {seconds:g} s"
                yield row(name, problem, plan, bar=bar, simple=simple, seed=seed)


def insertion(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    file = folder / "ustc_2025_joint.json"
    for seed in range(options.seeds):
        problem = read_ustc_joint(file)
        live = live_plan(problem, seconds=options.limit or 10.0, seed=seed)
        before = live.plan.makespan
        old = {j.id for j in problem.jobs}
        new = [j for j in read_ustc_joint(file, inserted=True).jobs if j.id not in old]
        plan = live.insert(new, at=800, seconds=2.0, seed=seed)
        yield row("e5 inserted at 800", live.problem, plan, bar="first new plan in 0.1 s, <= 5 % later", seed=seed,
                  known=before, replan_s=live.first_s)  # fmt: skip


def lab(_: Path, options: argparse.Namespace) -> Iterator[Row]:
    for vials in (24, 48, 96):
        for robots in (2, 3):
            place, batch = smaller_lab(vials, robots)
            simple = ListScheduler().plan(place, batch).end_s / 60
            problem = batch_problem(place, batch)
            for seed in range(options.seeds):
                plan = solve(problem, seconds=options.limit or 10.0, seed=seed)
                bar = {24: "gap <= 10 %", 48: "printed", 96: "gap <= 25 %"}[vials]
                yield row(f"default lab, OER, {vials} vials, {robots} robots", problem, plan, bar=bar + ", first < 1 s",
                          simple=simple, seed=seed)  # fmt: skip


def vehicles(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    import json

    file = folder / "bilge_ulusoy_1995.json"
    known = json.loads(file.read_text(encoding="utf-8"))["best_known_makespan_layouts_1_to_4"]
    hits = total = 0
    for job_set, values in known.items():
        for layout, value in enumerate(values, 1):
            if options.limit and layout > 1:
                continue
            problem = read_bilge_ulusoy(file, job_set, str(layout))
            plan = solve(problem, seconds=min(options.limit or 10.0, 10.0))
            total, hits = total + 1, hits + (plan.makespan <= value)
            yield row(f"Bilge-Ulusoy set {job_set} layout {layout}", problem, plan, bar="best known in >= 37 of 40",
                      known=value, hits=f"{hits} of {total}")  # fmt: skip


def job_shop(folder: Path, options: argparse.Namespace) -> Iterator[Row]:
    gaps = []
    for name, value in BRANDIMARTE.items():
        problem = read_flexible_job_shop(folder / "brandimarte" / f"{name}.txt")
        plan = solve(problem, seconds=options.limit or 30.0)
        gaps.append(100 * (plan.makespan / value - 1))
        yield row(f"Brandimarte {name}", problem, plan, bar="mean gap to best known <= 3 %", known=value,
                  mean_gap_percent=sum(gaps) / len(gaps))  # fmt: skip


def thousand(_: Path, options: argparse.Namespace) -> Iterator[Row]:
    for seed in range(options.seeds):
        problem = random_problem(seed)
        plan = solve(problem, seconds=5.0, seed=seed)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield row(
            "1,000 operations, random lab", problem, plan, bar="valid in 5 s, < 1 GiB", seed=seed, memory_mib=memory
        )


PARTS: dict[str, Callable[[Path, argparse.Namespace], Iterator[Row]]] = {
    "joint": joint, "furnace": furnace, "insertion": insertion, "lab": lab, "vehicles": vehicles, "job_shop": job_shop,
    "thousand": thousand,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="which workloads")
    parser.add_argument("--seeds", type=int, default=1, help="seeds 0, 1, ... for the searches")
    parser.add_argument("--instances", type=Path, help="folder of published problems")
    parser.add_argument("--quick", action="store_true", help="under a minute: two seconds a plan, fewer parts")
    parser.add_argument("--json", type=Path, help="write the rows as JSON, too")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds must be 1 or more")
    data = Path(os.environ.get("AICHEMIST_DATA", "../shared/data"))
    folder = options.instances or Path(os.environ.get("AICHEMIST_INSTANCES", data.parent / "instances"))
    options.limit = 1.5 if options.quick else None
    parts = [p for p in options.parts if not options.quick or p in ("joint", "insertion", "lab", "thousand")]
    rows: list[Row] = []
    for part in parts:
        if part not in ("lab", "thousand") and not folder.is_dir():
            print(f"left out: {part}, no published problems in {folder}", file=sys.stderr)
            continue
        started = time.monotonic()
        try:
            for found in PARTS[part](folder, options):
                rows.append(found)
                print(
                    f"{found['workload']}: {found['makespan_min']:.0f} (bound {found['bound_min']:.0f})",
                    file=sys.stderr,
                )
        except AIChemistError as error:
            print(f"{part} stopped: {error}", file=sys.stderr)
        print(f"{part}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    keys = dict.fromkeys(k for r in rows for k in r)
    emit("scheduling", [{k: r.get(k) for k in keys} for r in rows], options.json)


if __name__ == "__main__":
    main()
