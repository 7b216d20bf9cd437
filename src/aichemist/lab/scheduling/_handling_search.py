"""Simulated annealing over single handlings, from the plan of the racks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from math import log
from typing import NamedTuple

import numpy as np
from attrs import define, evolve, field

from ._compiled import Array, compiled, compiled_folder, copy_four, draw
from ._handling_able import can_search
from ._handling_arrays import (
    DUE,
    KINDS,
    LAST,
    NEVER,
    PARTNERS,
    PRIORITY,
    PUT,
    RUN,
    VIAL,
    WORK,
    Facts,
    Model,
    State,
    make_model,
)
from ._handling_decoder import decode
from ._handling_desk import BY, END, START, Desk, make_desk
from ._handling_frozen import ALL, AT, Frozen, make_frozen, out_of_reach
from ._handling_moves import (
    copy_state,
    critical,
    elsewhere,
    merge,
    next_shared,
    put_down,
    relocate,
    settle,
    shift,
    split,
)
from ._lot_solver import solve_lots
from ._problem import Carrier, Handling, Job, Machine, Operation, Plan, Problem, Run
from ._verify import verify

#: how much worse (share of the makespan) is accepted at first; weight of the mean end beside the cost
_HEAT, _MEAN = 0.0008, 0.05
#: share of changes of the structure, and of these: split, merge, other machine, put down; else another place in line
_STRUCTURE, _SPLIT, _MERGE, _ELSEWHERE, _PUT_DOWN = 0.25, 0.25, 0.45, 0.55, 0.88
#: trials are given up where the cost alone and this share of the mean end before are too much
_NEARLY = 0.98
#: share of changes of critical events
_CRITICAL = 0.6
#: how many changes are tried near one event, and how near (share of all)
_NEAR, _WIDTH = 40, 0.2
#: how many walks go on from which share of the time on
_KEPT = ((0.0, 8), (0.1, 2))
#: where steps count: changes tried for one of them, and rounds
_TRIED, _ROUNDS = 100, 40
#: how long the first process may compile before others no longer wait for it
_COMPILE_S = 120.0
#: getting ready takes less than this unless something is compiled, which is not counted
_LOAD_S = 3.0
#: the search takes at least this
_LEAST_S = 0.1

_log = logging.getLogger(__name__)


class Walk(NamedTuple):
    """One walk: the state it is at, its trial and the best so far, with the events of the first and the last."""

    now: State
    trial: State
    best: State
    events: Array
    best_events: Array
    chain: Array
    heads: Array
    links: Array
    group: Array
    dice: Array
    frozen: Frozen


@compiled
def _choose(walk: Walk, count: int) -> int:
    """A critical event or any."""
    dice = walk.dice
    if count > 0 and draw(dice) < _CRITICAL:
        return int(walk.chain[int(draw(dice) * count)])
    while True:
        event = int(draw(dice) * len(walk.events))
        if walk.events[event, START] >= 0:
            return event


@compiled
def _near(walk: Walk, count: int) -> int:
    """An event soon after what is kept; -1 where none was found."""
    frozen = walk.frozen
    since = frozen.sizes[AT]
    until = since + _WIDTH * frozen.sizes[ALL]
    for _ in range(60):
        event = _choose(walk, count)
        if since == 0 or (frozen.desk.events[event, START] < 0 and since <= frozen.order[event] < until):
            return event
    return -1


@compiled
def _try(facts: Facts, walk: Walk, count: int, minute: float) -> bool:
    """Writes a changed state into the trial; false where nothing was changed."""
    now, trial, dice = walk.now, walk.trial, walk.dice
    event = _near(walk, count)
    if event < 0:
        return False
    copy_state(now, trial)
    stop = event // KINDS
    if event % KINDS == RUN:  # any vial of the run
        found = 0
        for other in range(len(facts.stops)):
            if now.stops[other, PARTNERS] == event // KINDS:
                found += 1
                if draw(dice) * found < 1:
                    stop = other
    last = facts.vials[facts.stops[stop, VIAL], LAST]
    changed = False
    if draw(dice) < _STRUCTURE:
        chance = draw(dice)
        if chance < _SPLIT:
            shared = next_shared(facts, now, stop, last, True)
            changed = shared >= 0 and split(facts, now, trial, shared, minute, walk.group, dice)
        elif chance < _MERGE:
            shared = next_shared(facts, now, stop, last, False)
            changed = shared >= 0 and merge(facts, now, trial, shared, dice)
        elif chance < _ELSEWHERE:
            changed = elsewhere(facts, now, trial, stop, last, dice)
        elif chance < _PUT_DOWN:
            changed = put_down(facts, now, trial, stop, last, dice)
        else:
            changed = relocate(facts, now, trial, walk.events, minute, dice)
        if not changed or (walk.frozen.sizes[AT] > 0 and out_of_reach(facts, now, trial, walk.frozen)):
            return False
    if not changed or draw(dice) < 0.5:
        shift(facts, now, trial, event, stop, minute, dice)
    return True


@compiled
def _keep(facts: Facts, walk: Walk, desk: Desk, count: int) -> None:
    """The plan is kept as it is up to some event."""
    sizes = walk.frozen.sizes
    keep = int(walk.frozen.order[_choose(walk, count)] - _WIDTH * sizes[ALL] * draw(walk.dice)) if sizes[ALL] > 0 else 1
    sizes[AT] = 0
    if keep > 0:
        copy_state(walk.now, walk.trial)
        decode(facts, walk.trial, desk, float(NEVER), walk.frozen, keep)


@compiled
def _same(one: Array, other: Array) -> bool:
    for event in range(len(one)):
        if one[event, START] != other[event, START] or one[event, BY] != other[event, BY]:
            return False
    return True


@compiled
def anneal(
    facts: Facts, walk: Walk, desk: Desk, changes: int, hot: float, cold: float, score: float, best: float,
    minute: float,
) -> tuple[float, float]:  # fmt: skip
    """Tries ``changes`` changes; returns the score (cost and a share of the mean end) of the state and of the best.

    ``hot`` and ``cold`` are how much worse is accepted on the average, at first and at last.
    """
    dice = walk.dice
    count = critical(facts, walk.now, walk.events, walk.chain, walk.heads, walk.links, dice)
    mean = 0.0
    for number in range(changes):
        if number % _NEAR == 0:
            _keep(facts, walk, desk, count)
        if not _try(facts, walk, count, minute):
            continue
        heat = hot + (cold - hot) * number / changes
        limit = score - heat * log(1.0 - draw(dice))  # Metropolis, drawn beforehand
        limit = min(limit, len(walk.heads) - 1.0)  # (there is no room for later times)
        keep = -1 if walk.frozen.sizes[AT] > 0 else 0
        cost, ends = decode(facts, walk.trial, desk, limit - _NEARLY * mean, walk.frozen, keep)
        found = cost + _MEAN * ends
        if cost >= NEVER or found > limit or (found == score and _same(desk.events, walk.events)):
            continue
        settle(facts, walk.trial, desk.events)
        copy_state(walk.trial, walk.now)
        copy_four(desk.events, walk.events, len(walk.events))
        score, mean = found, _MEAN * ends
        count = critical(facts, walk.now, walk.events, walk.chain, walk.heads, walk.links, dice)
        if score < best:
            best = score
            copy_state(walk.now, walk.best)
            copy_four(desk.events, walk.best_events, len(walk.events))
    return score, best


@define
class _Walker:
    """A walk with its room to work."""

    model: Model
    walk: Walk
    desk: Desk
    minute: float
    score: float = field(init=False)
    best: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.score = self.best = np.inf
        for _ in range(2):  # once more in the order of the times: what can be earlier becomes so
            cost, ends = decode(self.model.facts, self.walk.now, self.desk, float(NEVER), self.walk.frozen, 0)
            if cost + _MEAN * ends >= self.best or cost >= min(NEVER, len(self.walk.heads)):
                break
            self.score = self.best = cost + _MEAN * ends
            self.walk.events[:] = self.walk.best_events[:] = self.desk.events
            settle(self.model.facts, self.walk.now, self.desk.events)
            copy_state(self.walk.now, self.walk.best)

    def go(self, changes: int, hot: float, cold: float) -> None:
        self.score, self.best = anneal(
            self.model.facts, self.walk, self.desk, changes, hot, cold, self.score, self.best, self.minute
        )

    @property
    def cost(self) -> int:
        """Makespan of the best state, and lateness at its priority."""
        facts, events = self.model.facts, self.walk.best_events
        last = facts.vials[:, LAST]
        run = KINDS * self.walk.best.stops[last, PARTNERS] + RUN
        ends = events[np.where(facts.stops[last, WORK], run, KINDS * last + PUT), END]
        late = facts.vials[:, PRIORITY] * np.maximum(0, ends - facts.vials[:, DUE])
        return int(events[events[:, START] >= 0, END].max() + late.sum())

    def plan(self) -> Plan:
        return self.model.plan(self.walk.best, self.walk.best_events)


def _walker(model: Model, seed: int, horizon: int) -> _Walker:
    stops = len(model.facts.stops)
    events = np.zeros((KINDS * stops, 4), dtype=np.int32)
    whole = np.zeros(KINDS * stops, dtype=np.int32)
    dice = np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | 1], dtype=np.uint64)
    walk = Walk(
        model.state.copy(), model.state.copy(), model.state.copy(), events, events.copy(), np.zeros_like(whole),
        np.full(horizon, -1, dtype=np.int32), whole, np.zeros(stops, dtype=np.int32), dice, make_frozen(model.facts),
    )  # fmt: skip
    return _Walker(model, walk, make_desk(model.facts), 60 / model.problem.unit_s)


def _cost(problem: Problem, plan: Plan) -> int:
    """Makespan, and lateness at its priority."""
    ends: dict[str, int] = {}
    events: list[Run | Handling] = [*plan.runs, *plan.handlings]
    for event in events:
        for vial in event.jobs:
            ends[vial] = max(event.end, ends.get(vial, 0))
    return plan.makespan + sum(j.priority * max(0, ends[j.id] - j.due) for j in problem.jobs if j.due is not None)


@cache
def ready() -> None:
    """Compile what is not compiled yet: some 20 s once on a machine (of two processes the second one waits)."""
    machines = Machine("start", 1, role="start"), Machine("work", 1)
    job = Job("one", "", tuple(Operation(m.name, {m.name: 1}) for m in (machines[0], machines[1], machines[0])))
    problem = Problem("to compile", 60.0, machines, (job,), (Carrier("robot", pick=1, place=1),))
    if not (done := compiled_folder() / ".done").exists():
        _log.warning("compiling the search for schedules, once on this machine (some 20 s)")
    with _one_at_a_time():
        _walker(make_model(problem, solve_lots(problem, rounds=1)), 0, 100).go(1, 1.0, 0.0)
    with suppress(OSError):
        done.touch()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Not while another process compiles the same, where the folder allows a lock."""
    from filelock import FileLock

    folder = compiled_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=_COMPILE_S)
    except OSError:  # (a time-out is one, too)
        yield
        return
    try:
        yield
    finally:
        lock.release()


def search_handlings(
    problem: Problem, plans: Sequence[Plan], *, seconds: float, workers: int = 2, seed: int = 0,
    steps: int | None = None, improved: Callable[[float, int], None] | None = None,
) -> Plan:  # fmt: skip
    """A plan that is as good as the first of ``plans`` or better: robots do something else while they would wait, etc.

    Walks of simulated annealing, one from each of the plans; after a while only the best two go on. ``workers``
    threads. With ``steps`` the result is the same each time. The first plan is returned as it is where the problem has
    what the search does not know (see :func:`can_search`).

    Args:
        seconds: wall time. Compiling, the first time on a machine, is not counted.
        improved: called with seconds (those of the first plan included) and makespan for each better plan.
    """
    plan = plans[0]
    if not can_search(problem) or plan.optimal:
        return plan
    seconds = max(_LEAST_S, seconds)  # the racks may have taken all
    started = time.monotonic()
    ready()
    started = max(started, time.monotonic() - _LOAD_S)
    trace = list(plan.trace)
    horizon = 4 * max(p.makespan for p in plans) + 2
    walkers = [_walker(make_model(problem, p), 1000 * seed + n, horizon) for n, p in enumerate(plans)]
    walkers = [w for w in walkers if np.isfinite(w.best)]
    hot, pace, done = _HEAT * plan.makespan, 50.0, 0.0
    found, best = plan, _cost(problem, plan)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        while walkers and done < 1:
            kept = [k for after, k in _KEPT if done >= after][-1]
            walkers = sorted(walkers, key=lambda w: w.best)[:kept]
            begun = time.monotonic()
            changes = max(1, int(pace)) if steps is None else max(1, _TRIED * steps // (_ROUNDS * len(walkers)))
            until = done + 1 / _ROUNDS if steps is not None else (begun - started + 0.2) / seconds
            heat = [hot * max(0.0, 1 - done), hot * max(0.0, 1 - until)]
            for future in [pool.submit(w.go, changes, *heat) for w in walkers]:
                future.result()
            took, turns = time.monotonic() - begun, -(-len(walkers) // max(1, workers))
            pace *= min(4.0, max(0.25, min(0.2, 0.02 * seconds) * turns / max(1e-4, took)))
            done = until if steps is not None else (time.monotonic() - started) / seconds
            leader = min(walkers, key=lambda w: w.cost)
            if leader.cost < best:
                better = leader.plan()
                if not verify(problem, better):
                    found, best = better, leader.cost
                    trace.append((round(plan.seconds + time.monotonic() - started, 3), found.makespan))
                    if improved is not None:
                        improved(*trace[-1])
            if best <= plan.bound:
                break
    spent = plan.seconds + time.monotonic() - started
    if found is plan:
        return evolve(plan, seconds=spent)
    return evolve(
        found, bound=plan.bound, optimal=best <= plan.bound, trace=tuple(trace), seconds=spent,
        method="racks, then single handlings",
    )  # fmt: skip


__all__ = ["ready", "search_handlings"]
