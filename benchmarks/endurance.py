"""A long campaign on the virtual clock: memory, and whether an event costs more at the end than at the beginning.

    python benchmarks/endurance.py [--samples 2000] [--batch 40] [--seed 1] [--no-model]
        [--json FILE] [--quick]

The whole loop runs: guard, scheduler, executor with a durable journal, twin, analysis; recipes are drawn at random.
Each row is a tenth of the campaign. ``execution_ms`` is the processor time of the executor's steps (core, journal,
devices of the twin) for each entry that it wrote; ``loop_ms`` that of all but the design of batches, which grows by its
nature, since the model that words the hypotheses is fitted to all observations so far; ``cpu_s`` is everything.
With ``--no-model`` nothing is fitted, and what is left to grow is execution's.
``kept_mb`` is the memory that is held after garbage collection, ``peak_mb`` the highest so far, that of fits included.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import re
import resource
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from _report import emit
from aichemist.brain import _hypothesis
from aichemist.campaign import Progress, examples_folder, load_campaign, run
from aichemist.campaign._loop import Loop
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
    """What is kept: without garbage, and without what the allocator holds back for the next fit of the model."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Mark(NamedTuple):
    """What had been spent, and what was held, when so many samples were done."""

    cpu_s: float
    executing_s: float
    designing_s: float
    kept_mb: float
    peak_mb: float


def clocked(owner: type[Any], name: str) -> list[float]:
    """The processor time spent in a method from now on, in s; the one element grows."""
    spent, method = [0.0], getattr(owner, name)

    def timed(*args: Any) -> Any:
        begin = time.process_time()
        try:
            return method(*args)
        finally:
            spent[0] += time.process_time() - begin

    setattr(owner, name, timed)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-model", action="store_true", help="fit no model to word the hypotheses: execution alone")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="160 samples in batches of 16")
    args = parser.parse_args()
    if args.quick:
        args.samples, args.batch = 160, 16
    if args.no_model:
        _hypothesis.surrogate_of = lambda *_, **__: None  # type: ignore[assignment]
    tenth = args.samples // 10
    marks: dict[int, Mark] = {}
    executing, designing = clocked(Executor, "step"), clocked(Loop, "_design")

    def listen(now: Progress) -> None:
        if now.samples_done % tenth == 0 and now.samples_done not in marks:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            marks[now.samples_done] = Mark(time.process_time(), executing[0], designing[0], resident_mb(), peak)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = campaign_file(folder, args.samples, args.batch)
        done = run(load_campaign(path), name="a", runs=folder / "runs", seed=args.seed, listener=listen)
        observed = [(i, e.seq) for i, e in enumerate(e for e in done.entries if e.kind == "observation_made")]
        number = {i + 1: seq for i, seq in observed}
        size = sum(f.stat().st_size for f in (folder / "runs").glob("aichemist.db*")) / 1e6
        rows: list[dict[str, Any]] = []
        for i in range(10):
            first, last = i * tenth, (i + 1) * tenth
            begin, end = marks[first], marks[last]
            entries = number[last] - number.get(first, 0)
            rest = end.cpu_s - begin.cpu_s - (end.designing_s - begin.designing_s)
            rows.append(
                {
                    "samples": f"{first} to {last}", "entries": entries, "cpu_s": round(end.cpu_s - begin.cpu_s, 2),
                    "execution_ms": round(1e3 * (end.executing_s - begin.executing_s) / entries, 3),
                    "loop_ms": round(1e3 * rest / entries, 3),
                    "kept_mb": round(end.kept_mb, 1), "peak_mb": round(end.peak_mb, 1),
                    "journal_mb": round(size, 1) if last == args.samples else None,
                }
            )  # fmt: skip
    emit("endurance", rows, args.json)


if __name__ == "__main__":
    main()
