"""Tabu search on the critical path of a flexible job shop: an operation on it moves to another place or machine.

The neighbourhood is that of Mastrolilli and Gambardella (Journal of Scheduling 3, 2000, 3), with their estimate of what
a move gives (heads and tails of the neighbours) but the simpler test for cycles of Dell'Amico and Trubian (Annals of
Operations Research 41, 1993, 231): an operation goes only where times alone show that no path leads back.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Mapping

from attrs import frozen

from ._first_plan import Key, Placed
from ._problem import Problem

_STALE = 1500
"""Moves without a better plan before the search goes back to the best one and shakes it."""


def can_search(problem: Problem) -> bool:
    """Whether nothing but the order on machines decides: no calendars, several slots, waits, prices or clean-up."""
    plain = all(m.slots == 1 and not (m.windows or m.busy or m.cleanup or m.instrument) for m in problem.machines)
    free = all(not o.wait_min and o.wait_max is None for job in problem.jobs for o in job.operations)
    return plain and free and all(job.due is None for job in problem.jobs)


def critical_search(
    problem: Problem,
    plan: Mapping[Key, Placed],
    *,
    until: float,
    moves: int | None,
    least: int,
    seed: int,
    trace: list[tuple[float, int]],
    started: float,
) -> dict[Key, Placed]:
    """The best plan found before ``until`` (``time.perf_counter``) within ``moves`` moves, at worst ``plan``."""
    search = _Search(problem, plan, random.Random(seed))
    best, kept = search.length, search.state()
    tabu: dict[tuple[int, int], int] = {}
    last = count = 0
    while best > least and (moves is None or count < moves) and time.perf_counter() < until:
        count += 1
        if not search.step(tabu, count, best):
            break
        if search.length < best:
            best, kept, last = search.length, search.state(), count
            trace.append((round(time.perf_counter() - started, 3), best))
        elif count - last > _STALE:
            search.restore(kept)
            for _ in range(search.rng.randint(3, 12)):
                search.shake()
            tabu.clear()
            last = count
    search.restore(kept)
    return search.plan()


@frozen
class _Move:
    operation: int
    machine: int
    position: int


class _Search:
    """The order on each machine, with the head (earliest start) and tail (work after the end) of every operation."""

    def __init__(self, problem: Problem, plan: Mapping[Key, Placed], rng: random.Random) -> None:
        self.rng = rng
        self.names = [m.name for m in problem.machines]
        number = {name: i for i, name in enumerate(self.names)}
        self.keys = [(j, k) for j, job in enumerate(problem.jobs) for k in range(len(job.operations))]
        self.choices = [
            [(number[m], d) for m, d in problem.jobs[j].operations[k].choices.items()] for j, k in self.keys
        ]
        n = len(self.keys)
        self.release = [problem.jobs[j].release if k == 0 else 0 for j, k in self.keys]
        self.before = [i - 1 if self.keys[i][1] else -1 for i in range(n)]
        self.after = [i + 1 if i + 1 < n and self.keys[i + 1][1] else -1 for i in range(n)]
        self.machine = [number[plan[key].machine] for key in self.keys]
        self.duration = [dict(self.choices[i])[self.machine[i]] for i in range(n)]
        order = sorted(range(n), key=lambda i: (plan[self.keys[i]].start, plan[self.keys[i]].end, self.keys[i]))
        self.rows: list[list[int]] = [[] for _ in self.names]
        for i in order:
            self.rows[self.machine[i]].append(i)
        self.evaluate()

    def state(self) -> tuple[list[int], list[list[int]]]:
        return list(self.machine), [list(row) for row in self.rows]

    def restore(self, state: tuple[list[int], list[list[int]]]) -> None:
        self.machine, self.rows = list(state[0]), [list(row) for row in state[1]]
        self.duration = [dict(self.choices[i])[m] for i, m in enumerate(self.machine)]
        self.evaluate()

    def plan(self) -> dict[Key, Placed]:
        return {
            key: Placed(self.names[self.machine[i]], self.head[i], self.head[i] + self.duration[i])
            for i, key in enumerate(self.keys)
        }

    def evaluate(self) -> bool:
        """Heads, tails and length; false if the orders contradict each other."""
        n = len(self.keys)
        previous, following = [-1] * n, [-1] * n
        for row in self.rows:
            for a, b in itertools.pairwise(row):
                previous[b], following[a] = a, b
        before, after, duration = self.before, self.after, self.duration
        missing = [(before[i] >= 0) + (previous[i] >= 0) for i in range(n)]
        order = [i for i in range(n) if not missing[i]]
        head = list(self.release)
        for i in order:  # grows as it goes
            end = head[i] + duration[i]
            for j in (after[i], following[i]):
                if j >= 0:
                    if end > head[j]:
                        head[j] = end
                    missing[j] -= 1
                    if not missing[j]:
                        order.append(j)
        if len(order) < n:
            return False
        tail = [0] * n
        for i in reversed(order):
            whole = tail[i] + duration[i]
            for j in (before[i], previous[i]):
                if j >= 0 and whole > tail[j]:
                    tail[j] = whole
        self.head, self.tail = head, tail
        self.length = max((head[i] + duration[i] for i in order), default=0)
        return True

    def critical(self) -> list[int]:
        return [i for i, head in enumerate(self.head) if head + self.duration[i] + self.tail[i] == self.length]

    def neighbours(self, i: int) -> list[tuple[int, _Move]]:
        """Where operation ``i`` may go without a cycle, with an estimate of the longest path through it there."""
        head, tail, duration = self.head, self.tail, self.duration
        p, s = self.before[i], self.after[i]
        ready = head[p] + duration[p] if p >= 0 else self.release[i]
        rest = tail[s] + duration[s] if s >= 0 else 0
        start_before = head[p] if p >= 0 else -1
        end_after = head[s] + duration[s] if s >= 0 else 1 << 60
        found = []
        for m, length in self.choices[i]:
            row = self.rows[m] if m != self.machine[i] else [x for x in self.rows[m] if x != i]
            here = self.rows[m].index(i) if m == self.machine[i] else -1
            for position in range(len(row) + 1):
                if position and head[row[position - 1]] >= end_after:
                    break  # a path may lead from the next operation of the job to this place
                if position < len(row) and head[row[position]] + duration[row[position]] <= start_before:
                    continue  # a path may lead from this place to the operation before
                if position == here:
                    continue
                left = head[row[position - 1]] + duration[row[position - 1]] if position else 0
                right = tail[row[position]] + duration[row[position]] if position < len(row) else 0
                found.append((max(ready, left) + length + max(rest, right), _Move(i, m, position)))
        return found

    def step(self, tabu: dict[tuple[int, int], int], now: int, best: int) -> bool:
        """Make the best move that is not tabu, or any if all are; false if there is none."""
        critical = self.critical()
        chosen: tuple[int, float, _Move] | None = None
        options: list[_Move] = []
        for i in critical:
            for estimate, move in self.neighbours(i):
                options.append(move)
                if tabu.get((i, move.machine), 0) >= now and estimate >= best:
                    continue
                if chosen is None or estimate < chosen[0] or (estimate == chosen[0] and self.rng.random() < 0.3):
                    chosen = (estimate, 0.0, move)
        if not options:
            return False
        move = chosen[2] if chosen else self.rng.choice(options)
        i, old = move.operation, self.machine[move.operation]
        if self.apply(move):
            tabu[i, old] = now + len(critical) // 2 + len(self.choices[i]) + self.rng.randint(0, 4)
        else:
            tabu[i, move.machine] = now + 20
        return True

    def shake(self) -> None:
        options = [move for _, move in self.neighbours(self.rng.randrange(len(self.keys)))]
        if options:
            self.apply(self.rng.choice(options))

    def apply(self, move: _Move) -> bool:
        i, old = move.operation, self.machine[move.operation]
        at = self.rows[old].index(i)
        self.rows[old].pop(at)
        self.rows[move.machine].insert(move.position, i)
        was = self.duration[i]
        self.machine[i], self.duration[i] = move.machine, dict(self.choices[i])[move.machine]
        if self.evaluate():
            return True
        self.rows[move.machine].pop(move.position)
        self.rows[old].insert(at, i)
        self.machine[i], self.duration[i] = old, was
        self.evaluate()
        return False
