"""A campaign under fire, in a process of its own: ``python _chaos_child.py RUNS FILE NAME SEED RATE``; run or resume.

``python _chaos_child.py --serve FILE`` imports everything, runs FILE once, and then forks such a process for each line
of arguments that it is given: most of a cold start is spent on imports that have nothing to do with what is tested.

A person stands by and answers every question truly: what was done is called done, what hangs is waited for, what
fell is taken away. Nothing else than lab time and state decides the answers, so that a killed run gets the same ones.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from aichemist.campaign import _lab_side, _loop, load_campaign, open_database, resume, run
from aichemist.lab.execution import Executor, Request
from aichemist.records import list_runs


class Person(_lab_side.SqlInbox):
    """Answers at once; requests that come by the database are taken, too."""

    executor: Executor

    def waiting(self) -> Any:
        state = self.executor.state
        asked = []
        for question in state.questions.values():
            choice = next(c for c in ("wait", "done", "repeat", "go_on", "leave") if c in question.choices)
            asked.append(Request(0, "answer", {"question": question.id, "choice": choice}, "person"))
        for name, vial in sorted(state.samples.items()):
            if vial.status == "quarantined" and not vial.rides and name not in _asked_about(state):
                asked.append(Request(0, "discard", {"target": name}, "person", vial.reason))
        return asked[:1] or super().waiting()


def _asked_about(state: Any) -> set[str]:
    return {s for q in state.questions.values() for s in q.samples} | {
        s for t in state.faulted.values() for s in state.tasks[t].work.task.samples
    }


class Journal(_lab_side.SqlJournal):
    """The person's own answers have no row among the requests."""

    def append(self, entries: Any, taking: Any = ()) -> None:
        super().append(entries, [t for t in taking if t])


def under_fire(runs: str, file: str, name: str, seed: str, rate: str) -> None:
    """Run the campaign, or go on with it."""
    person = Person.__new__(Person)
    begun: list[float] = []

    class Watched(Executor):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            person.executor = self

        def restore(self, *args: Any, **more: Any) -> None:
            super().restore(*args, **more)
            seconds = time.monotonic() - begun[0]
            with (Path(runs) / "resumed.txt").open("a") as out:
                out.write(f"{args[1].now_s():.0f} {len(self.state.tasks)} {seconds:.6f}\n")

    class Timed(_loop.Loop):
        """From here on a resumed run reads its snapshot and journal, rebuilds the twin and asks the devices."""

        def __init__(self, *args: Any, **more: Any) -> None:
            begun[:] = [time.monotonic()]
            super().__init__(*args, **more)

    def inbox(requests: Any) -> Person:
        _lab_side.SqlInbox.__init__(person, requests)
        return person

    _loop.Loop = Timed  # type: ignore[misc]
    _loop.Executor = Watched  # type: ignore[misc]
    _loop.SqlInbox = inbox  # type: ignore[assignment,misc]
    _loop.SqlJournal = Journal  # type: ignore[misc]
    known = False
    if (Path(runs) / "aichemist.db").exists():
        database = open_database(runs)
        known = name in {r.name for r in list_runs(database)}
        database.close()
    if known:
        resume(name, runs=runs)
    else:
        run(load_campaign(Path(file)), name=name, runs=runs, seed=int(seed), faults=float(rate))


def serve(file: str) -> None:
    """One child at a time. A child that has ended stays a zombie until it is asked for, so that its number is nobody
    else's when the signal comes."""
    with tempfile.TemporaryDirectory() as folder:
        run(load_campaign(Path(file)), name="warm", runs=folder, seed=0)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    while line := sys.stdin.readline():
        *arguments, errors = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(arguments, errors)
        print(pid, flush=True)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        print("ended", flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _child(arguments: list[str], errors: str) -> NoReturn:
    code = 1
    try:
        with Path(errors).open("w") as out:
            os.dup2(out.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.close(0)
        under_fire(*arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        under_fire(*sys.argv[1:6])
