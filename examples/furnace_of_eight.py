"""A furnace of eight places, ten minutes at most from dosing to the furnace, and a process that may die at any time.

    python examples/furnace_of_eight.py FOLDER

Twelve powders are dosed one after another and calcined for four hours. Kill this with ``kill -9`` while crucibles are
in the furnace and start it again with the same folder: the furnace has gone on meanwhile, and so does every sample.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from _plain import LabRun

from aichemist.chemistry import Experiment, Recipe, Step, Wait
from aichemist.lab.layout import Lab, Robot, Station, Stock

MINUTE, HOUR = 60.0, 3600.0


def the_lab() -> Lab:
    return Lab(
        "furnace", "a furnace of eight places", "", ("lab",),
        (
            Station("rack", "rack", ("lab",), ("store",), 20, batch=False, role="start"),
            Station("balance", "dosing", ("lab",), ("dispense_solid",), 1, duration_s=3 * MINUTE, stocks=("oxide",)),
            Station("furnace", "furnace", ("lab",), ("calcine",), 8, batch=False),
        ),
        (Robot("arm", "lab", 1, 1, 2 * MINUTE),), (Stock("oxide", "solid", "Fe2O3", mass_kg=1.0),), 0.02, 1500.0, 30.0,
    )  # fmt: skip


def experiments() -> list[Experiment]:
    steps = (
        Step(0, "dose", "dispense_solid", {"masses_kg": {"oxide": 1e-5}}),
        Step(1, "fire", "calcine", {"duration_s": 4 * HOUR, "temperature_k": 1073.0}, wait=Wait(0.0, 10 * MINUTE)),
    )
    return [Experiment(f"b001-{n:02d}", 1, Recipe({"oxide": 1.0}), steps) for n in range(1, 13)]


def main() -> None:
    folder = Path(sys.argv[1])
    run = LabRun(the_lab(), folder)
    if not run.executor.state.samples:
        run.plan(1, experiments())
    slow = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0  # seconds a step, to have time to kill it
    while run.executor.step():
        inside = sorted(s for s, v in run.executor.state.samples.items() if v.place == "furnace")
        print(
            f"{run.executor.clock.now_s() / HOUR:6.2f} h, in the furnace: {', '.join(inside) or 'nothing'}", flush=True
        )
        time.sleep(slow)
    run.executor.flush()
    late = {
        s for e in run.journal.entries() if e.kind == "command_issued" for s in e.payload["wait_exceeded_s"]
    }  # fmt: skip
    for sample, end in sorted(run.ends().items()):
        print(sample, end, "(waited longer than 10 minutes)" if sample in late else "")


if __name__ == "__main__":
    main()
