"""Random numbers that depend on names alone: never on global state, never on the order of calls."""

from __future__ import annotations

import hashlib
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, *names: str) -> np.random.Generator:
    """The generator that belongs to ``seed`` and ``names``; the same wherever and whenever it is asked for."""
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def autoregressive(kicks: NDArray[np.float64], memory: float, first: float) -> NDArray[np.float64]:
    """Noise that remembers: ``y[i] = kicks[i] + memory * y[i - 1]`` with ``y[-1] = first``; of the shape of ``kicks``.

    Not by ``scipy.signal.lfilter``, which gives the same numbers and takes a second to load.
    """
    return np.array(list(accumulate(kicks.tolist(), lambda y, kick: kick + memory * y, initial=first))[1:])
