"""What is lost when a campaign is killed at random moments while its devices fail at random.

    python benchmarks/chaos.py [--kills 1000] [--rate 0.05] [--samples 24] [--seed 1] [--minutes M]
        [--json FILE] [--quick]

Campaigns run in child processes that get SIGKILL at random moments, also while they start and while they recover. The
twin's devices are struck at a share ``rate`` of the commands: refused, out of reach, bad or missing data, broken off,
forgotten, dropped, hanging. A simulated person answers questions truly. Each campaign is run three times with one
seed: without faults, with faults and never killed, and with faults and killed. Then it is counted: commands that a
device received twice or that did something twice, samples without an end, observations that differ from those of the
run that was never killed, journals that do not verify. The time to go on counts the twin's rebuilding of its vials,
too, which real devices do not need. A last table tells how long it takes with long journals (devices that only say
that they are busy), until each has been asked.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from _chaos_resume import resume_rows
from _report import emit_parts
from aichemist.campaign import Run, examples_folder, load_campaign, open_database, open_run, run
from aichemist.records import TwinCommands, find_run, verify_journal

CHILD = Path(__file__).with_name("_chaos_child.py")
#: a sample that met only faults by which nothing is lost may differ by this from the run without faults (mV): it
#: waited longer, and particles settle
_SETTLED_MV = 1.0
#: one that came out later than this is not compared (s)
_HELD_UP_S = 3600.0


def files(folder: Path, samples: int) -> Path:
    """A campaign with one batch in flight, so that its recipes do not depend on which vial is measured first."""
    for name in ("campaigns", "labs", "protocols"):
        shutil.copytree(examples_folder() / name, folder / name)
    path = folder / "campaigns" / "oer.toml"
    text = path.read_text().replace("samples = 96", f"samples = {samples}").replace("in_flight = 2", "in_flight = 1")
    path.write_text(text)
    return path


def child(runs: Path, path: Path, seed: int, rate: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(CHILD), str(runs), str(path), "a", str(seed), str(rate)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603 - our own script
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )


def finished(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"a campaign broke off:\n{errors.decode()[-3000:]}")


def killed(runs: Path, path: Path, seed: int, rate: float, chance: random.Random, kills: int) -> int:
    """Run to the end, killed up to ``kills`` times; how often it was."""
    done = 0
    while True:
        process = child(runs, path, seed, rate)
        if done >= kills:
            finished(process)
            return done
        # from before the first import to well inside; at least now and then long enough to get on
        wait = chance.uniform(0.05, 1.5) if chance.random() < 0.4 else chance.uniform(1.5, 4.0)
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            done += 1
            continue
        finished(process)
        return done


def twice(name: str, runs: Path) -> tuple[int, int]:
    """Commands that a device received more than once; tasks that were truly carried out more than once."""
    database = open_database(runs)
    log = TwinCommands(database, find_run(database, name).id)
    rows = log.rows()
    sent = sum(log.attempts(command["id"]) > 1 for command, _, _ in rows)
    carried = Counter(
        (command["task"], sample)
        for command, start, end in rows
        if end > start and command["task"] and not command["operation"].startswith("measure_")
        for sample in command["samples"]
    )
    database.close()
    return sent, sum(n > 1 for n in carried.values())


def unaccounted(done: Run) -> int:
    """Samples that were planned and have no end, or none with a reason."""
    lost = 0
    for vial in done.lab.samples.values():
        ended = vial.status == "finished" or (vial.status in ("quarantined", "discarded") and vial.reason)
        lost += not ended
    return lost


def differing(one: Run, other: Run, tolerance_mv: float = 0.0) -> int:
    """Observations of ``one`` that ``other`` does not have, or not with this value."""
    known = {o.sample: o for o in other.observations}
    count = 0
    for o in one.observations:
        same = known.get(o.sample)
        count += same is None or o.recipe != same.recipe or not abs(o.value - same.value) <= tolerance_mv
    return count


def campaign(seed: int, rate: float, samples: int, kills: int) -> dict[str, Any]:
    """One campaign, run three times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = files(folder, samples)
        plain = run(load_campaign(path), name="a", runs=folder / "plain", seed=seed)
        finished(child(folder / "whole", path, seed, rate))
        done = killed(folder / "killed", path, seed, rate, random.Random(seed), kills)
        whole, dead = (open_run("a", runs=folder / f) for f in ("whole", "killed"))
        sent, carried = twice("a", folder / "killed")
        database = open_database(folder / "killed")
        sound = verify_journal(database, "a", raw=folder / "killed" / "a" / "raw")
        database.close()
        resumed = folder / "killed" / "resumed.txt"
        faults = Counter(e.payload["kind"] for e in dead.entries if e.kind == "command_faulted")
        faults["out of reach"] = sum(e.kind == "device_lost" for e in dead.entries)
        faults["hanging"] = sum(e.kind == "command_overdue" for e in dead.entries)
        differ, held_up = faults_differ(dead, plain)
        return {
            "kills": done,
            "faults": faults,
            "entries": len(dead.entries),
            "samples": len(dead.lab.samples),
            "taken_away": sum(s.status == "discarded" for s in dead.lab.samples.values()),
            "sent_twice": sent,
            "done_twice": carried,
            "unaccounted": unaccounted(dead),
            "differ_killed": differing(dead, whole) + abs(len(dead.observations) - len(whole.observations)),
            "differ_faults": differ,
            "held_up": held_up,
            "unsound": int(not sound.sound),
            "resume_s": [float(x.split()[2]) for x in resumed.read_text().splitlines()] if resumed.exists() else [],
        }


def faults_differ(dead: Run, plain: Run) -> tuple[int, int]:
    """First batch (later ones have other recipes where a vial was lost): observations that differ from those of the
    run without faults although the vial lost little time, and vials that were held up, whose particles settled."""
    known = {o.sample: o for o in plain.observations}
    late = {s: t - known[s].lab_time_s for s, t in ((o.sample, o.lab_time_s) for o in dead.observations) if s in known}
    first = [o for o in dead.observations if o.batch == 1]
    held_up = [o for o in first if late[o.sample] > _HELD_UP_S]
    others = [o for o in first if o not in held_up]
    return sum(abs(o.value - known[o.sample].value) > _SETTLED_MV for o in others), len(held_up)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no campaign after this time")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="6 kills, a short journal: under a minute")
    args = parser.parse_args()
    each = 20
    if args.quick:
        args.kills, args.samples, each = 6, 8, 3
    begin = time.monotonic()
    found: list[dict[str, Any]] = []
    seed = args.seed
    with ThreadPoolExecutor(args.processes) as pool:
        while (
            left := args.kills - sum(f["kills"] for f in found)
        ) > 0 and time.monotonic() - begin < 60 * args.minutes:
            jobs = []
            for _ in range(args.processes):
                jobs.append(pool.submit(campaign, seed, args.rate, args.samples, min(each, max(1, left))))
                left -= each
                seed += 1
                if left <= 0:
                    break
            found += [j.result() for j in jobs]
            print(f"{sum(f['kills'] for f in found)} kills, {time.monotonic() - begin:.0f} s", file=sys.stderr)
    faults = sum((f["faults"] for f in found), Counter())
    times = np.array([t for f in found for t in f["resume_s"]])
    row = {
        "campaigns": len(found),
        **{k: sum(f[k] for f in found) for k in ("kills", "samples", "entries")},
        "faults": sum(faults.values()),
        **{k: sum(f[k] for f in found) for k in ("sent_twice", "done_twice", "unaccounted", "differ_killed")},
        **{k: sum(f[k] for f in found) for k in ("differ_faults", "held_up", "unsound", "taken_away")},
        "resume_median_s": round(float(np.median(times)), 3) if times.size else None,
        "resume_p99_s": round(float(np.quantile(times, 0.99)), 3) if times.size else None,
    }
    emit_parts(
        "chaos",
        {
            "kills at random moments": [row],
            "faults by kind": [{"fault": k, "times": n} for k, n in faults.most_common()],
            "going on with a long journal": resume_rows((5_000,) if args.quick else (10_000, 100_000, 1_000_000)),
        },
        args.json,
    )


if __name__ == "__main__":
    main()
