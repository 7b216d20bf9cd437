"""How fast events are persisted and steps follow each other, with Bluesky's RunEngine beside it.

    python benchmarks/throughput.py [--in-flight 1 10 100 1000] [--steps 2000] [--json FILE] [--quick]

Journal: entries per second, appended in batches, each batch one durable transaction (SQLite with synchronous=FULL, a
private PostgreSQL with fsync), hash chain included. Executor: N samples in flight, each going through steps on a device
of its own that is done at once; ``step_ms`` is the wall time from the start of one step of a sample to the start of its
next one, with intent, send, answer and journal in between, and all other samples served meanwhile; ``per_step_ms`` is
the wall time for each step of any sample. Bluesky: ``count`` on a simulated detector that is ready at once, first with
nobody listening (nothing is kept), then with each document written to a file and flushed to disk: the nearest to a
journal that it has. It keeps no intents and cannot go on after a crash, so the rows do not compare like with like.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from _postgresql import private_server
from _report import emit_parts
from aichemist.campaign._lab_side import SqlJournal
from aichemist.lab.drivers import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status
from aichemist.lab.execution import BatchPlanned, Executor, SignalStore, VirtualClock, Work
from aichemist.lab.scheduling import Task
from aichemist.records import Database, NewEntry, RunJournal, create_run


class Ready(Driver):
    """Done as soon as it is told; remembers when."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        self.started: list[float] = []

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        self.told[command.id] = now_s
        self.started.append(time.perf_counter())
        return Running(now_s)

    def status(self, command_id: str, now_s: float) -> Status:
        return Done(self.told[command_id]) if command_id in self.told else NeverReceived()

    def stop(self) -> None:
        return


class NoSignals(SignalStore):
    def write(self, command_id: str, signal: Signal) -> str:
        return ""


def journal_rows(name: str, database: Database, seconds: float) -> list[dict[str, Any]]:
    rows = []
    payload = {"command_id": "run:b001.s01.stir.1", "at_s": 1234.5, "results": {}, "files": {}}
    for batch in (1, 10, 100):
        run = create_run(database, f"{name}-{batch}", seed=0, config={})
        journal = RunJournal(database, run.id)
        count, begin, times = 0, time.perf_counter(), []
        while time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            journal.append([NewEntry("command_done", payload, 1234.5) for _ in range(batch)])
            times.append(time.perf_counter() - start)
            count += batch
        spent = time.perf_counter() - begin
        rows.append(
            {
                "database": name, "batch": batch, "entries_per_s": round(count / spent),
                "commit_median_ms": round(1e3 * float(np.median(times)), 2),
                "commit_p99_ms": round(1e3 * float(np.quantile(times, 0.99)), 2),
            }
        )  # fmt: skip
    return rows


def plan(samples: int, steps: int) -> BatchPlanned:
    work = []
    for n in range(samples):
        for i in range(steps):
            before = (f"t{n}.{i - 1}",) if i else ()
            work.append(Work(Task(f"t{n}.{i}", "stir", f"d{n}", f"d{n}", (f"s{n}",), i, 0.0, 0.0, before)))
    return BatchPlanned(1, 0.0, tuple(f"s{n}" for n in range(samples)), tuple(work))


def executor_row(name: str, database: Database, samples: int, steps: int) -> dict[str, Any]:
    """``steps`` in all, shared by the samples in flight."""
    each = max(3, steps // samples)
    run = create_run(database, f"{name}-in-flight-{samples}", seed=0, config={})
    drivers: dict[str, Driver] = {f"d{n}": Ready() for n in range(samples)}
    journal = RunJournal(database, run.id)
    executor = Executor(run.name, drivers, SqlJournal(journal), NoSignals(), VirtualClock())
    executor.add(plan(samples, each))
    begin, entries = time.perf_counter(), journal.head
    while executor.step():
        pass
    executor.flush()
    spent = time.perf_counter() - begin
    gaps = np.concatenate([np.diff(d.started) for d in drivers.values() if isinstance(d, Ready)])
    return {
        "database": name, "in_flight": samples, "steps": samples * each,
        "step_median_ms": round(1e3 * float(np.median(gaps)), 2),
        "step_p99_ms": round(1e3 * float(np.quantile(gaps, 0.99)), 2),
        "per_step_ms": round(1e3 * spent / (samples * each), 3),
        "entries_per_s": round((journal.head - entries) / spent),
    }  # fmt: skip


class Detector:
    """A simulated detector by Bluesky's protocols, ready at once."""

    name = "det"
    parent = None

    def read(self) -> dict[str, Any]:
        return {"det": {"value": 1.0, "timestamp": time.time()}}

    def describe(self) -> dict[str, Any]:
        return {"det": {"source": "sim", "dtype": "number", "shape": []}}

    def read_configuration(self) -> dict[str, Any]:
        return {}

    def describe_configuration(self) -> dict[str, Any]:
        return {}


def bluesky_rows(points: int, folder: Path) -> list[dict[str, Any]]:
    try:
        from bluesky import RunEngine
        from bluesky.plans import count
    except ImportError:
        return [{"engine": "Bluesky RunEngine (not installed: pip install 'aichemist[bench]')"}]
    rows = []
    for durable in (False, True):
        engine = RunEngine({})
        documents = 0
        with (folder / "documents.jsonl").open("a") as out:

            def keep(name: str, doc: Any, *, durable: bool = durable, out: Any = out) -> None:
                nonlocal documents
                documents += 1
                if durable:
                    out.write(json.dumps([name, doc], default=str) + "\n")
                    out.flush()
                    os.fsync(out.fileno())

            engine.subscribe(keep)
            begin = time.perf_counter()
            engine(count([Detector()], num=points))
            spent = time.perf_counter() - begin
        rows.append(
            {
                "engine": "Bluesky count, " + ("each document flushed to disk" if durable else "nothing kept"),
                "points": points, "per_point_ms": round(1e3 * spent / points, 3),
                "documents_per_s": round(documents / spent),
            }
        )  # fmt: skip
    return rows


def measure(in_flight: Sequence[int], steps: int, seconds: float) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {"journal": [], "executor": [], "Bluesky beside it": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = {"SQLite": Database(folder / "journal.db")}
        url = stack.enter_context(private_server())
        if url is None:
            print("PostgreSQL or psycopg is not installed: no rows of it")
        else:
            places["PostgreSQL"] = Database(url)
        for name, database in places.items():
            tables["journal"] += journal_rows(name, database, seconds)
            tables["executor"] += [executor_row(name, database, n, steps) for n in in_flight]
            database.close()
        tables["Bluesky beside it"] = bluesky_rows(steps, folder)
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    args = parser.parse_args()
    steps, seconds = (300, 0.5) if args.quick else (args.steps, 3.0)
    emit_parts("throughput", measure(args.in_flight, steps, seconds), args.json)


if __name__ == "__main__":
    main()
