"""A campaign under fire, in a process of its own: ``python _chaos_child.py RUNS FILE NAME SEED RATE``; run or resume.

A person stands by and answers every question truly: what was done is called done, what hangs is waited for, what
fell is taken away. Nothing else than lab time and state decides the answers, so that a killed run gets the same ones.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

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


def main() -> None:
    runs, file, name, seed, rate = sys.argv[1:6]
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


if __name__ == "__main__":
    main()
