"""Functions that are compiled to machine code (Numba) when they are first called; the code is kept for the next time.

It is kept in the user's cache folder under a hash of all sources that are compiled together: Numba itself looks at
the file of each function alone and would go on with old code of others that is part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

Array: TypeAlias = NDArray[Any]
P = ParamSpec("P")
R = TypeVar("R")


@cache
def compiled_folder() -> Path:
    """Where the machine code of these sources is kept. It may not exist, nor be writable.

    Numba compiles again what lies elsewhere or is newer, so that place and time are part of the name.
    """
    known = hashlib.sha256()
    for source in (Path(__file__), *sorted(Path(__file__).parent.glob("_handling*.py"))):
        known.update(f"{source} {source.stat().st_mtime_ns}".encode() + source.read_bytes())
    return user_cache_path("aichemist", appauthor=False) / "compiled" / known.hexdigest()[:16]


def _jit(function: Callable[P, R], **options: Any) -> Callable[P, R]:
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(compiled_folder())
    try:
        # without Numba's counting of references: it makes the decoder four times slower, and nothing here makes an
        # array or keeps one
        made = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return cast("Callable[P, R]", made)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compiled, without the interpreter's lock. Arguments are numbers, arrays and named tuples of arrays."""
    return _jit(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The same, written into whoever calls it."""
    return _jit(function, inline="always")


@compiled
def copy_row(source: Array, target: Array) -> None:
    """All of one array into another of one dimension."""
    for n in range(len(source)):
        target[n] = source[n]


@compiled
def copy_table(source: Array, target: Array) -> None:
    """All of one array into another of two dimensions."""
    for n in range(source.shape[0]):
        for k in range(source.shape[1]):
            target[n, k] = source[n, k]


@compiled
def copy_four(source: Array, target: Array, rows: int) -> None:
    """The first rows of a table of four columns into another: four times as fast as any number of columns."""
    for n in range(rows):
        target[n, 0], target[n, 1] = source[n, 0], source[n, 1]
        target[n, 2], target[n, 3] = source[n, 2], source[n, 3]


@compiled
def draw(dice: Array) -> float:
    """A number from [0, 1); xorshift64* (Vigna, ACM Trans. Math. Softw. 2016, 42, 30) with ``dice[0]`` as state.

    Threads keep their own dice, so that a seed gives the same search however they take turns.
    """
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * 2.0**-53
