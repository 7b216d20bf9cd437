"""The scheduling toy problem: one arm, three people who come when they like.

    python examples/three_users.py [SEED]

An arm moves plates between an incubator (32 places), a dispenser, a hotel (10 places) and a reader; every move takes
90 s. Alice incubates three plates for 72 h. Bob comes four hours later and, by the flip of a coin, reads four plates
for 45 min each or washes two for 15 min. Charlie comes an hour after him and does the other. Nobody waits for Alice.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from _plain import LabRun

from aichemist.chemistry import Experiment, Recipe, Step
from aichemist.lab.layout import Lab, Robot, Station, Stock

MINUTE, HOUR = 60.0, 3600.0


def the_lab() -> Lab:
    return Lab(
        "toy", "one arm for three", "", ("lab",),
        (
            Station("hotel", "hotel", ("lab",), ("store",), 10, batch=False, role="start"),
            Station("incubator", "incubator", ("lab",), ("shake",), 32, batch=False),
            Station(
                "dispenser", "washer", ("lab",), ("dispense_liquid",), 1, duration_s=15 * MINUTE, stocks=("buffer",)
            ),
            Station("reader", "reader", ("lab",), ("measure_uv_vis",), 1, duration_s=45 * MINUTE),
        ),
        (Robot("arm", "lab", 1, 1, 90.0),), (Stock("buffer", "liquid", "", volume_l=10.0),), 1.0, 400.0, 0.0,
    )  # fmt: skip


def plates(batch: int, count: int, operation: str, **parameters: object) -> list[Experiment]:
    step = Step(0, operation, operation, parameters)
    return [Experiment(f"b{batch:03d}-{n:02d}", batch, Recipe({}), (step,)) for n in range(1, count + 1)]


def main() -> None:
    reads_first = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 0).random() < 0.5
    read = ("reads 4 plates", 4, "measure_uv_vis", {})
    wash = ("washes 2 plates", 2, "dispense_liquid", {"volumes_l": {"buffer": 0.01}})
    bob, charlie = (read, wash) if reads_first else (wash, read)
    with tempfile.TemporaryDirectory() as folder:
        run = LabRun(the_lab(), Path(folder))
        run.plan(1, plates(1, 3, "shake", duration_s=72 * HOUR, temperature_k=310.0))
        print("Alice incubates 3 plates for 72 h")
        for batch, name, at_s, (text, count, operation, parameters) in (
            (2, "Bob", 4 * HOUR, bob), (3, "Charlie", 5 * HOUR, charlie),
        ):  # fmt: skip
            run.run_until(at_s)
            begin = run.executor.clock.now_s()
            run.plan(batch, plates(batch, count, operation, **parameters))
            print(f"{name} comes at {begin / HOUR:.2f} h and {text}")
        run.run_until()
        for batch, name in ((1, "Alice"), (2, "Bob"), (3, "Charlie")):
            mine = [
                e for e in run.journal.entries() if e.kind == "command_done" and f":b{batch:03d}." in str(e.payload)
            ]
            ends = {s: e for s, e in run.ends().items() if s.startswith(f"b{batch:03d}")}
            assert set(ends.values()) == {"finished"}, ends
            print(f"{name} is done at {max(e.lab_time_s for e in mine) / HOUR:.2f} h")


if __name__ == "__main__":
    main()
