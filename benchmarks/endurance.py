"""A long campaign on the virtual clock: memory, and whether an event costs more at the end than at the beginning.

    python benchmarks/endurance.py [--samples 2000] [--batch 40] [--seed 1] [--json FILE] [--quick]

The whole loop runs: guard, scheduler, executor with a durable journal, twin, analysis; recipes are drawn at random.
Each row is a tenth of the campaign. ``execution_ms`` is the processor time of the executor's steps (core, journal,
devices of the twin) for each entry that it wrote; ``cpu_s`` is everything, also what grows by its nature: the model
that words the hypotheses is fitted to all observations so far.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from _report import emit
from aichemist.campaign import Progress, examples_folder, load_campaign, run
from aichemist.lab.execution import Executor


def campaign_file(folder: Path, samples: int, batch: int) -> Path:
    for name in ("campaigns", "labs", "protocols"):
        shutil.copytree(examples_folder() / name, folder / name)
    path = folder / "campaigns" / "oer.toml"
    text = path.read_text()
    for pattern, new in (
        (r"^samples = .*", f"samples = {samples}"),
        (r"^batch = .*", f"batch = {batch}"),
        (r"^patience = .*", "patience = 100000"),
        (r'^name = "ensemble"', 'name = "random"'),
    ):
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found == 1, f"{path.name} has no line '{pattern}' any more"
    path.write_text(text)
    lab = folder / "labs" / "ustc.toml"
    lab.write_text(re.sub(r'^volume = "[^"]*"', 'volume = "100 L"', lab.read_text(), flags=re.MULTILINE))
    return path


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="160 samples in batches of 16")
    args = parser.parse_args()
    if args.quick:
        args.samples, args.batch = 160, 16
    marks: list[tuple[int, float, float, float]] = []
    seen = -1
    stepping = 0.0
    step = Executor.step

    def timed(self: Executor) -> bool:
        nonlocal stepping
        begin = time.process_time()
        try:
            return step(self)
        finally:
            stepping += time.process_time() - begin

    Executor.step = timed  # type: ignore[method-assign]

    def listen(now: Progress) -> None:
        nonlocal seen
        if now.samples_done > seen:
            seen = now.samples_done
            marks.append((seen, time.process_time(), resident_mb(), stepping))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = campaign_file(folder, args.samples, args.batch)
        done = run(load_campaign(path), name="a", runs=folder / "runs", seed=args.seed, listener=listen)
        observed = [(i, e.seq) for i, e in enumerate(e for e in done.entries if e.kind == "observation_made")]
        number = {i + 1: seq for i, seq in observed}
        size = sum(f.stat().st_size for f in (folder / "runs").glob("aichemist.db*")) / 1e6
        rows: list[dict[str, Any]] = []
        tenth = args.samples // 10
        at = {samples: rest for samples, *rest in marks}
        for i in range(10):
            first, last = i * tenth, (i + 1) * tenth
            (t0, _, e0), (t1, memory, e1) = at[first], at[last]
            entries = number[last] - number.get(first, 0)
            rows.append(
                {
                    "samples": f"{first} to {last}", "entries": entries, "cpu_s": round(t1 - t0, 2),
                    "execution_ms": round(1e3 * (e1 - e0) / entries, 3),
                    "resident_mb": round(memory, 1),
                    "journal_mb": round(size, 1) if last == args.samples else None,
                }
            )  # fmt: skip
    emit("endurance", rows, args.json)


if __name__ == "__main__":
    main()
