"""Steps that say which others they come after, in an order that keeps this."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aichemist.chemistry import InputError


def in_order(file: Path, steps: Sequence[Mapping[str, Any]], key: str) -> list[int]:
    """The places of the steps in the list, in the order of the list as far as ``after`` leaves it open.

    ``after`` holds numbers of steps of the same list, from 1 on. A vial is in one place at a time, so that its steps
    follow each other in any case.

    Raises:
        InputError: a number that no step has, or steps that come after each other in a circle.
    """
    before: list[set[int]] = []
    for k, step in enumerate(steps):
        numbers = step.get("after", [])
        if not isinstance(numbers, list):
            raise InputError(
                "a list of step numbers is wanted", file=file, key=f"{key}[{k}].after", value=numbers,
                mend="such as [1, 2]; the first step is 1",
            )  # fmt: skip
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(steps):
                raise InputError(
                    "there is no such step", file=file, key=f"{key}[{k}].after", value=number,
                    mend=f"name steps by numbers from 1 to {len(steps)}",
                )  # fmt: skip
        before.append({n - 1 for n in numbers})
    open_ = [len(b) for b in before]
    ready = [k for k, n in enumerate(open_) if n == 0]
    out: list[int] = []
    while ready:
        k = heapq.heappop(ready)
        out.append(k)
        for later, needs in enumerate(before):
            if k in needs:
                open_[later] -= 1
                if open_[later] == 0:
                    heapq.heappush(ready, later)
    if len(out) < len(steps):
        circle = _circle(before, set(out))
        raise InputError(
            "these steps come after each other in a circle", file=file, key=f"{key}[{circle[0]}].after",
            value=" after ".join(str(k + 1) for k in (*circle, circle[0])), mend="take one of these 'after' away",
        )  # fmt: skip
    return out


def _circle(before: Sequence[set[int]], done: set[int]) -> list[int]:
    """Steps each of which comes after the next, and the last after the first."""
    way = [min(k for k in range(len(before)) if k not in done)]
    while True:
        following = min(b for b in before[way[-1]] if b not in done)
        if following in way:
            found = way[way.index(following) :]
            first = found.index(min(found))
            return found[first:] + found[:first]
        way.append(following)
