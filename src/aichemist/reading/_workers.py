"""Processes that may crash, hang or run out of memory without taking the others with them."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import FrameType, ModuleType, TracebackType
from typing import Any, Generic, TypeVar

from attrs import frozen

J = TypeVar("J")
R = TypeVar("R")

#: jobs under way per worker: enough that none waits, few enough that memory stays bounded
_AHEAD = 2
#: how much longer than its limit a job may take before its process is ended from outside (s)
_GRACE_S = 10.0


@frozen
class Crashed:
    """A job that gave no result, and why."""

    reason: str


class TooSlow(BaseException):
    """Raised inside a worker when its time is up; no handler of ordinary errors may swallow it."""


class Pool(Generic[J, R]):
    """Runs a function over many jobs in processes; a job that breaks its process is found and reported.

    When a process dies all jobs under way are lost; they are run again one by one, so that the one at fault is known
    and the others are not. Use it as a context manager; leaving it ends all processes.
    """

    def __init__(self, workers: int, *, time_limit_s: float, memory_limit: int) -> None:
        self._workers, self._time_limit_s, self._memory_limit = workers, time_limit_s, memory_limit
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool[J, R]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def map(self, function: Callable[[J], R], jobs: Iterable[J]) -> Iterator[tuple[J, R | Crashed]]:
        """Each job with its result, as they are ready."""
        waiting = iter(jobs)
        under_way: dict[Future[R], tuple[J, float]] = {}
        taken: list[J] = []  # a job on its way into the pool: it must not get lost when the pool turns out broken
        while True:
            try:
                for job in waiting:
                    taken.append(job)
                    under_way[self._submit(function, job)] = (job, time.monotonic())
                    taken.clear()
                    if len(under_way) >= _AHEAD * self._workers:
                        break
                if not under_way:
                    return
                done, _ = wait(under_way, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in done:
                    result = _result(future, self._time_limit_s)
                    yield under_way.pop(future)[0], result
                if not done and self._overdue(under_way):
                    raise BrokenProcessPool
            except BrokenProcessPool:
                self._stop()
                suspects = [job for job, _ in under_way.values()] + taken
                under_way.clear()
                taken = []
                for job in suspects:
                    yield job, self._alone(function, job)

    def _overdue(self, under_way: dict[Future[R], tuple[J, float]]) -> bool:
        """Whether the oldest job is past all limits: its code does not come back to be interrupted."""
        oldest = min(begun for _, begun in under_way.values())
        return time.monotonic() - oldest > _AHEAD * (self._time_limit_s + _GRACE_S)

    def _alone(self, function: Callable[[J], R], job: J) -> R | Crashed:
        """Run one job in a process of its own."""
        try:
            future = self._submit(function, job)
            done, _ = wait([future], timeout=self._time_limit_s + _GRACE_S)
            if done:
                return _result(future, self._time_limit_s)
            self._stop()
            return Crashed(f"took longer than {self._time_limit_s:g} s and did not stop")
        except BrokenProcessPool:
            self._stop()
            return Crashed("made its reader crash (out of memory, or a defect of a library)")

    def _submit(self, function: Callable[[J], R], job: J) -> Future[R]:
        if self._executor is None:
            # neither threads nor open connections of this process are handed on
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(
                self._workers, mp_context=context, initializer=_prepare, initargs=(self._memory_limit,)
            )
        with _without_main():
            return self._executor.submit(_timed, function, job, self._time_limit_s)

    def _stop(self) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        processes = list((getattr(executor, "_processes", None) or {}).values())
        manager: threading.Thread | None = getattr(executor, "_executor_manager_thread", None)
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with contextlib.suppress(Exception):
                process.kill()
        if manager is not None:  # it waits for the processes, too: whoever comes second cannot tell that they ended
            manager.join(5)
        for process in processes:
            with contextlib.suppress(Exception):
                process.join(5)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """New processes load the program's main file, unless there is none: a script without the usual guard would run anew
    in each of them, and what they do stands in modules anyhow."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _result(future: Future[R], limit_s: float) -> R | Crashed:
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except TooSlow:
        return Crashed(f"took longer than {limit_s:g} s")
    except MemoryError:
        return Crashed("needs more memory than one document may use")
    except Exception as error:
        return Crashed(f"could not be read: {type(error).__name__}: {str(error)[:200]}")


def _prepare(memory_limit: int) -> None:
    """In a worker: Ctrl-C is the parent's business, and memory is bounded where the system can do it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory_limit if hard == resource.RLIM_INFINITY else min(memory_limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers: they would wait for jobs, and hold their memory, for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _timed(function: Callable[[Any], Any], job: Any, limit_s: float) -> Any:
    """In a worker: interrupt the job when its time is up, where the system has such an alarm."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return function(job)

    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        return function(job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
