"""What is lost when a campaign is killed at random moments while its devices fail at random.

    python benchmarks/chaos.py [--kills 1000] [--rate 0.05] [--samples 24] [--seed 1] [--minutes M]
        [--journals N ...] [--json FILE] [--quick]

Campaigns run in child processes that get SIGKILL at random moments, also while they start and while they recover.
Most children are forked from a process that has everything imported; one in ten starts cold and may be killed in the
middle of its imports. The twin's devices are struck at a share ``rate`` of the commands: refused, out of reach, bad or
missing data, broken off, forgotten, dropped, hanging. A simulated person answers questions truly. Each campaign is run
three times with one seed: without faults, with faults and never killed, and with faults and killed. Then it is counted:
commands that a device received twice or that did something twice, samples without an end, observations that differ
from those of the run that was never killed, journals that do not verify. ``while_starting`` are the kills before a
process had taken up the run. The time to go on counts the twin's rebuilding of its vials, too, which real devices do
not need. A last table tells how long it takes with long journals (devices that only say that they are busy), until
each has been asked.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from _chaos_resume import resume_rows
from _chaos_victims import Cold, Server, Warm
from _report import emit_parts
from aichemist.campaign import Run, examples_folder, open_database, open_run
from aichemist.records import TwinCommands, find_run, verify_journal

#: share of the children that start cold, and how long these may live (s)
_COLD, _COLD_S = 0.1, 3.0
#: how long the others may live, as shares of the time that the whole campaign took on this machine: one in four is
#: killed while it starts or recovers, the rest at any moment
_SOON, _SOON_SHARE, _SHARES = 0.25, 0.06, (0.04, 0.25)
#: what must be zero
_BARS = ("sent_twice", "done_twice", "unaccounted", "differ_killed", "differ_faults", "unsound")
#: a sample that met only faults by which nothing is lost may differ by this from the run without faults (mV): it
#: waited longer, and particles settle
_SETTLED_MV = 1.0
#: one that came out later than this, or stood longer than that between two steps (a new plan after a delay), is not
#: compared: particles settle within minutes (s)
_HELD_UP_S, _STOOD_S = 3600.0, 120.0


def files(folder: Path, samples: int, learner: str) -> Path:
    """A campaign with one batch in flight, so that its recipes do not depend on which vial is measured first."""
    for name in ("campaigns", "labs", "protocols"):
        shutil.copytree(examples_folder() / name, folder / name)
    path = folder / "campaigns" / "oer.toml"
    text = path.read_text()
    for pattern, new in ((r"^samples = .*", f"samples = {samples}"), (r'^name = "ensemble"', f'name = "{learner}"')):
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found == 1, f"{path.name} has no line '{pattern}' any more"
    # nothing to read: most kills would fall into the reading, which begins every run and is not what is tested
    path.write_text(f'{text}\n[reading]\nfolder = "papers"\n')
    (path.parent / "papers").mkdir()
    return path


def finished(victim: Cold | Warm) -> None:
    code, errors = victim.end()
    if code:
        raise SystemExit(f"a campaign broke off:\n{errors[-3000:]}")


def killed(
    server: Server, arguments: list[str], errors: Path, chance: random.Random, kills: int, whole_s: float
) -> int:
    """Run to the end, killed up to ``kills`` times; how often it was. Alone it takes ``whole_s``."""
    done = 0
    while True:
        victim: Cold | Warm
        if chance.random() < _COLD:
            victim, wait = Cold(arguments), chance.uniform(0.02, _COLD_S)
        else:
            victim = Warm(server, arguments, errors)
            shares = (0.0, _SOON_SHARE) if chance.random() < _SOON else _SHARES
            wait = whole_s * chance.uniform(*shares)
        if done >= kills or victim.wait(wait):
            finished(victim)
            return done
        victim.kill()
        victim.end()
        done += 1


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
        if same is None or o.recipe != same.recipe:
            count += 1
        elif not (math.isnan(o.value) and math.isnan(same.value)):  # neither has a value: the data were spoilt
            count += not abs(o.value - same.value) <= tolerance_mv
    return count


def campaign(server: Server, seed: int, rate: float, samples: int, kills: int) -> dict[str, Any]:
    """One campaign, run three times. Every fourth one learns; the others draw their recipes, which is quicker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = files(folder, samples, "ensemble" if seed % 4 == 0 else "random")
        errors = folder / "errors.txt"
        finished(Warm(server, [str(folder / "plain"), str(path), "a", str(seed), "0"], errors))
        begin = time.monotonic()
        finished(Warm(server, [str(folder / "whole"), str(path), "a", str(seed), str(rate)], errors))
        arguments = [str(folder / "killed"), str(path), "a", str(seed), str(rate)]
        whole_s = time.monotonic() - begin
        done = killed(server, arguments, errors, random.Random(seed), kills, whole_s)
        plain = open_run("a", runs=folder / "plain")
        whole, dead = (open_run("a", runs=folder / f) for f in ("whole", "killed"))
        sent, carried = twice("a", folder / "killed")
        database = open_database(folder / "killed")
        sound = verify_journal(database, "a", raw=folder / "killed" / "a" / "raw")
        database.close()
        resumed = folder / "killed" / "resumed.txt"
        faults = Counter(e.payload["kind"] for e in dead.entries if e.kind == "command_faulted")
        away = [e.payload["reason"] for e in dead.entries if e.kind == "device_lost"]
        faults["robot has to charge"] = sum("battery" in reason for reason in away)
        faults["out of reach"] = len(away) - faults["robot has to charge"]
        faults["hanging"] = sum(e.kind == "command_overdue" for e in dead.entries)
        differ, held_up = faults_differ(dead, plain)
        times = [float(x.split()[2]) for x in resumed.read_text().splitlines()] if resumed.exists() else []
        return {
            "kills": done,
            "while_starting": max(0, done - len(times)),
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
            "resume_s": times,
        }


def stands(run: Run) -> dict[str, dict[int, float]]:
    """Sample -> step -> how long the vial had stood, or travelled, since its step before (s)."""
    ended: dict[str, float] = {}
    found: dict[str, dict[int, float]] = {}
    tasks = {w["task"]["id"]: w["task"] for e in run.entries for w in e.payload.get("work") or () if "task" in w}
    for entry in run.entries:
        if entry.kind not in ("command_issued", "command_done"):
            continue
        payload = entry.payload
        name = payload["command"]["task"] if entry.kind == "command_issued" else payload["command_id"].split(":", 1)[1]
        task = tasks.get(name.split("#")[0])
        if task is None or task["step"] is None:
            continue
        for sample in task["samples"]:
            if entry.kind == "command_done":
                ended[sample] = payload["at_s"]
            elif sample in ended:
                found.setdefault(sample, {})[task["step"]] = payload["at_s"] - ended[sample]
    return defaultdict(dict, found)


def faults_differ(dead: Run, plain: Run) -> tuple[int, int]:
    """First batch (later ones have other recipes where a vial was lost): observations that differ from those of the
    run without faults although the vial lost little time, and vials that were held up, whose particles settled."""
    known = {o.sample: o for o in plain.observations}
    late = {s: t - known[s].lab_time_s for s, t in ((o.sample, o.lab_time_s) for o in dead.observations) if s in known}
    first = [o for o in dead.observations if o.batch == 1]
    stood, usual = stands(dead), stands(plain)
    held_up = [
        o for o in first
        if late[o.sample] > _HELD_UP_S
        or any(s - usual[o.sample].get(step, s) > _STOOD_S for step, s in stood[o.sample].items())
    ]  # fmt: skip
    others = [o for o in first if o not in held_up]
    return sum(abs(o.value - known[o.sample].value) > _SETTLED_MV for o in others), len(held_up)


def under_fire(args: argparse.Namespace, each: int) -> list[dict[str, Any]]:
    """Campaigns until there were kills enough, each worker with a server of its own."""
    begin = time.monotonic()
    found: list[dict[str, Any]] = []
    seeds = itertools.count(args.seed)

    def left() -> int:
        return int(args.kills) - sum(f["kills"] for f in found)

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            server = Server(files(Path(folder), 8, "ensemble"))
            try:
                while left() > 0 and time.monotonic() - begin < 60 * args.minutes:
                    seed = next(seeds)
                    one = campaign(server, seed, args.rate, args.samples, min(each, left()))
                    found.append(one)
                    wrong = {k: one[k] for k in _BARS if one[k]}
                    spent = f"{args.kills - left()} kills, {time.monotonic() - begin:.0f} s"
                    print(spent + (f"; seed {seed}: {wrong}" if wrong else ""), file=sys.stderr)
            finally:
                server.close()

    with ThreadPoolExecutor(args.processes) as pool:
        for worker in [pool.submit(work) for _ in range(args.processes)]:
            worker.result()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="0: the long journals alone")
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no campaign after this time")
    parser.add_argument(
        "--journals", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="lengths of the long journals"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="12 kills, a short journal: under a minute")
    args = parser.parse_args()
    each = 25
    if args.quick:
        args.kills, args.samples, args.processes, each, args.journals = 12, 8, 1, 6, [5_000]
    found = under_fire(args, each) if args.kills > 0 else []
    faults: Counter[str] = sum((f["faults"] for f in found), Counter())
    times = np.array([t for f in found for t in f["resume_s"]])
    row = {
        "campaigns": len(found),
        **{k: sum(f[k] for f in found) for k in ("kills", "while_starting", "samples", "entries")},
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
            "going on with a long journal": resume_rows(args.journals),
        },
        args.json,
    )


if __name__ == "__main__":
    main()
