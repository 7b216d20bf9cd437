"""Does the guard stop dangerous designs, and let harmless ones pass?

Every case in ``tests/guard/cases`` (or the folders given with ``--cases``) is a design: stocks and steps for one vial,
and what is expected of it: ``stop`` (approval or refusal) or ``allow`` (with or without measures). Beside the guard, in
the same run: the physical limits alone (what it was before it knew chemistry), and the gate that a list of hazard
statements would give (anything that carries an H2xx or H3xx statement of danger needs an approval). Then the time for a
design of 96 vials of our own OER task. Examples:

    python benchmarks/guard.py
    python benchmarks/guard.py --wrong                       # names the cases that came out wrong
    python benchmarks/guard.py --cases mine other --json g.json

The held-out cases (``benchmarks/guard_held_out``) were written before the rules and have chosen none of them; those of
the second set (``benchmarks/guard_second_set``) after them, by somebody who had seen neither rules nor cases.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from _report import emit_parts
from aichemist.campaign import knowledge as all_sources
from aichemist.campaign import load_campaign, parse_design
from aichemist.chemistry import InputError, Review
from aichemist.guard import load_rules, review
from aichemist.guard.knowledge import Knowledge

HERE = Path(__file__).parent
CASES = (HERE.parent / "tests" / "guard" / "cases", HERE / "guard_held_out", HERE / "guard_second_set")
#: rules of the first version, which knew no chemistry
LIMITS_ONLY = ("places", "space", "station_range", "stock", "vial_temperature", "vial_volume")
STOPPED = ("approval", "refuse")


def read_cases(folder: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The cases of a folder's TOML files.

    Raises:
        InputError: no folder, no case in it, or a case without name and expectation.
    """
    if not folder.is_dir():
        raise InputError("there is no such folder", key="--cases", value=str(folder))
    found = []
    for path in sorted(folder.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
            if case.get("expect") not in ("stop", "allow") or not case.get("name"):
                raise InputError("a case needs name and expect", file=path, value=str(case.get("name")),
                                 mend='write expect = "stop" or "allow"')  # fmt: skip
            found.append((path, case))
    if not found:
        raise InputError("holds no case", key="--cases", value=str(folder), mend="TOML files with [[case]] tables")
    return found


def design_of(case: Mapping[str, Any], path: Path) -> Any:
    """The case as a design file would hold it."""
    head = {"name": case["name"], **{k: case[k] for k in ("lab", "vials", "vial_capacity") if k in case}}
    parts = {k: case[k] for k in ("stock", "step", "values", "guard") if k in case}
    return parse_design({"design": head, **parts}, path)


def by_guard(design: Any, knowledge: Knowledge) -> Review:
    return review(design.design, design.experiments, design.limits, knowledge=knowledge)


def by_limits(design: Any, knowledge: Knowledge) -> Review:
    rules = [r for r in load_rules() if r.id in LIMITS_ONLY]
    return review(design.design, design.experiments, design.limits, knowledge=knowledge, rules=rules)


def by_statements(design: Any, knowledge: Knowledge) -> Review:
    """Anything dispensed with a statement of the classes that carry the word "danger" mostly, or unknown."""
    used = {n for e in design.experiments for s in e.steps
            for n in (s.parameters.get("volumes_l") or s.parameters.get("masses_kg") or {})}  # fmt: skip
    for stock in design.limits.stocks:
        if stock.name not in used:
            continue
        names = [stock.substance or stock.solute, *stock.mixture]
        for name in filter(None, names):
            known = knowledge.find(name, formula=stock.solute)
            if not known.known or any(h.code[:2] in ("H2", "H3") for h in known.hazards):
                return Review("approval", (), ())
    return Review("allow", (), ())


METHODS: dict[str, Callable[[Any, Knowledge], Review]] = {
    "guard": by_guard, "any hazard statement": by_statements, "physical limits only": by_limits,
}  # fmt: skip


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, J. Am. Stat. Assoc. 1927, 22, 209)."""
    if not n:
        return (0.0, 1.0)
    z, p = 1.959964, hits / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (float((middle - half) / (1 + z * z / n)), float((middle + half) / (1 + z * z / n)))


def score(folder: Path, knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """A row for each method; with the names of what it got wrong."""
    cases = read_cases(folder)
    designs = [(case, design_of(case, path)) for path, case in cases]
    for name, method in METHODS.items():
        outcome: dict[str, list[tuple[str, str]]] = {"stop": [], "allow": []}
        began = time.perf_counter()
        for case, design in designs:
            outcome[case["expect"]].append((case["name"], method(design, knowledge).outcome))
        spent = time.perf_counter() - began
        danger, harmless = outcome["stop"], outcome["allow"]
        stopped = [n for n, o in danger if o in STOPPED]
        alarms = [n for n, o in harmless if o in STOPPED]
        low, high = wilson(len(stopped), len(danger))
        alarm_low, alarm_high = wilson(len(alarms), len(harmless))
        yield {
            "cases": folder.name, "method": name, "dangerous": len(danger), "stopped": len(stopped),
            "stopped_percent": 100 * len(stopped) / len(danger) if danger else None,
            "stopped_95_percent": f"{100 * low:.0f} to {100 * high:.0f}",
            "refused": sum(o == "refuse" for _, o in danger), "harmless": len(harmless), "false_alarms": len(alarms),
            "false_alarms_percent": 100 * len(alarms) / len(harmless) if harmless else None,
            "false_alarms_95_percent": f"{100 * alarm_low:.0f} to {100 * alarm_high:.0f}",
            "ms_per_design": 1e3 * spent / len(designs),
            "wrong": [*(f"passed: {n}" for n, o in danger if o not in STOPPED), *(f"stopped: {n}" for n in alarms)],
        }  # fmt: skip


def timed(knowledge: Knowledge, repeats: int) -> list[dict[str, Any]]:
    """Seconds for the review of 96 vials of the OER task: other recipes each time, after one for warm-up."""
    from aichemist.campaign import spread_batch
    from aichemist.chemistry import Design, Hypothesis, Proposal

    campaign = load_campaign(HERE.parent / "campaigns" / "oer.toml")
    limits = campaign.lab.limits()
    vials = spread_batch(campaign, 96 * (repeats + 1))
    spent: list[float] = []
    for k in range(repeats + 1):
        part = vials[96 * k : 96 * (k + 1)]
        proposals = tuple(Proposal(e.recipe, "initial") for e in part)
        design = Design(1, Hypothesis("h", {}, ""), campaign.space, campaign.protocol.name, proposals, "spread")
        began = time.perf_counter()
        answer = review(design, part, limits, knowledge=knowledge)
        spent.append(time.perf_counter() - began)
    return [
        {
            "design": "96 vials, OER task", "outcome": answer.outcome, "repeats": repeats, "first_s": spent[0],
            "median_s": float(np.median(spent[1:])), "worst_s": max(spent[1:]),
        }
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, nargs="+", default=list(CASES), help="folders of cases")
    parser.add_argument("--wrong", action="store_true", help="name the cases that the guard got wrong")
    parser.add_argument("--repeats", type=int, default=10, help="designs of 96 vials timed (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the tables there as JSON")
    parser.add_argument("--quick", action="store_true", help="3 timed designs; under a minute")
    options = parser.parse_args(arguments)
    if options.repeats < 1:
        parser.error("--repeats must be 1 or more")
    knowledge = all_sources()
    rows = [row for folder in options.cases for row in score(folder, knowledge)]
    wrong = {(row["cases"], row["method"]): row.pop("wrong") for row in rows}
    parts = {"dangerous designs stopped, harmless ones passed": rows}
    parts["time"] = timed(knowledge, 3 if options.quick else options.repeats)
    emit_parts("guard", parts, options.json)
    for (folder, method), names in wrong.items():
        if options.wrong and method == "guard":
            for name in names:
                print(f"{folder}: {name}")


if __name__ == "__main__":
    try:
        main()
    except InputError as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        sys.exit("stopped; nothing was written")
