"""A second search with another seed, in a process of its own: dispatching keeps one core busy only.

The process is started anew rather than forked, and gets the problem over a pipe, so that threads of the program are
no harm and its main module is not run again. It ends by itself when the program does. Where no process can be made
there is one search only.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

from attrs import define, field

from ._placement import Placement
from ._problem import Problem
from ._visits import Rack

#: budget from which on a second search is worth the second that it takes to start, and how much sooner it is to end (s)
LEAST_S, _SOONER_S = 4.0, 0.3
#: how long its answer is waited for when the time is over (s)
_ANSWER_S = 0.5
#: far from the seeds that people use
_OTHER_SEED = 1_000_003

Found = tuple[Placement, list[Rack]]


@define
class SecondSearch:
    """A context: the process is there from entering to leaving it, whatever happens."""

    problem: Problem
    seconds: float
    seed: int
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _answer: bytes = field(default=b"", init=False)

    def __enter__(self) -> SecondSearch:
        if _cores() < 2 or not sys.executable or getattr(sys, "frozen", False):
            return self
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "OMP_NUM_THREADS": "1"}
        task = pickle.dumps((self.problem, time.time() + self.seconds - _SOONER_S, self.seed + _OTHER_SEED))
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command; the problem is on standard input
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        except OSError:
            return self
        self._thread = threading.Thread(target=self._talk, args=(self._process, task), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        if self._process is None or self._thread is None:
            return
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # (it went before it had read everything)
                pass

    def found(self) -> Found | None:
        """Its best plan, once the time is over; ``None`` where it has none."""
        if self._thread is None:
            return None
        self._thread.join(_ANSWER_S)
        if self._thread.is_alive() or not self._answer:
            return None
        try:
            placement, racks = pickle.loads(self._answer)  # noqa: S301 - from a process of ours
        except (pickle.UnpicklingError, EOFError):
            return None
        return placement, racks

    def _talk(self, process: subprocess.Popen[bytes], task: bytes) -> None:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(task)
            process.stdin.flush()  # (it stays open: that it closes tells the other one to end)
            self._answer = process.stdout.read()
        except (OSError, ValueError):
            pass


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(search: Callable[[Problem, float, int], Found]) -> None:
    """What the process does: read the task, search, answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then ends this process
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    problem, until, seed = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the program that started this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer.write(pickle.dumps(search(problem, until - time.time(), seed)))
    answer.close()
    os._exit(0)  # (the other thread may still hold the input)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    from ._lot_solver import placed_racks

    def _search(problem: Problem, seconds: float, seed: int) -> Found:
        _, racks, placement, _ = placed_racks(problem, seconds=seconds, workers=1, seed=seed)
        return placement, racks

    _serve(_search)
