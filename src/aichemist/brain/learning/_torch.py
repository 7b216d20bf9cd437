"""Torch, kept to itself: one thread, double precision, and no trace left in the process."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_torch(seed: int) -> Iterator[None]:
    """Run a block with a seeded generator and one thread; put back the generator's state and the thread count.

    One thread, because sums in another order round differently and a proposal must not depend on the machine's load;
    at these sizes it is also the fastest.
    """
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(abs(seed))
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def python_acquisition() -> Iterator[None]:
    """Let BoTorch compute log-EHVI in Python.

    From 0.18 on it compiles a kernel where it first needs one: half a minute of compiler in the middle of a proposal,
    another sum on every kind of processor, and, where a process was killed meanwhile, a wait without end for the lock
    that it left in the user's cache (``torch.utils.file_baton``).
    """
    from botorch.acquisition.multi_objective import logei

    before = getattr(logei, "_load_attempted", None)
    if before is None:  # a release that compiles nothing
        yield
        return
    logei._load_attempted = True
    try:
        yield
    finally:
        logei._load_attempted = before
