"""A plan kept as it is up to some event, while later ones are changed: the decoder goes on from there.

On the average half of a plan need not be worked out again. What is kept are whole tables of the desk, at one point
only: it serves some tens of changes near that point, then another one is chosen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._compiled import Array, compiled, copy_four, copy_row, copy_table
from ._handling_arrays import (
    BETWEEN,
    FIRST,
    HOLDS,
    KINDS,
    MACHINE,
    PARTNERS,
    RUN,
    SPAN,
    TAKE,
    VIAL,
    WORK,
    Facts,
    State,
    place_of,
)  # fmt: skip
from ._handling_desk import HANDLINGS, HEAD, NEXT, SIZE, START, TO_DO, Desk, make_desk, push

#: of the whole: events in the heap, how many were looked at before (0: nothing is kept), how many there are in all
HEAP, AT, ALL = range(3)


class Frozen(NamedTuple):
    """What is kept.

    Attributes:
        desk: as it was then.
        begun: of each stop: whether a vial that shares its run was on its way, so that it is what it is.
        order: of each event: how many were looked at before.
        sizes: HEAP, AT, ALL.
    """

    desk: Desk
    begun: Array
    order: Array
    sizes: Array


def make_frozen(facts: Facts) -> Frozen:
    """Room for what is kept."""
    stops = len(facts.stops)
    return Frozen(
        make_desk(facts), np.zeros(stops, dtype=np.bool_), np.zeros(KINDS * stops, dtype=np.int32),
        np.zeros(3, dtype=np.int32),
    )  # fmt: skip


@compiled
def freeze(facts: Facts, state: State, desk: Desk, frozen: Frozen, size: int, looked_at: int) -> None:
    """Keeps the desk, with ``size`` events in the heap."""
    _copy(desk, frozen.desk)
    for k in range(size):
        frozen.desk.heap_events[k] = desk.heap_events[k]
    frozen.sizes[HEAP], frozen.sizes[AT] = size, looked_at
    frozen.begun[:] = False
    for stop in range(len(facts.stops)):
        first = stop == facts.vials[facts.stops[stop, VIAL], FIRST]
        if first or desk.events[KINDS * stop + TAKE, START] >= 0:
            frozen.begun[state.stops[stop, PARTNERS]] = True
    for stop in range(len(facts.stops)):
        frozen.begun[stop] = frozen.begun[state.stops[stop, PARTNERS]]


@compiled
def thaw(facts: Facts, state: State, desk: Desk, frozen: Frozen) -> int:
    """The desk as it was kept, with runs and keys of ``state``; returns the size of the heap."""
    _copy(frozen.desk, desk)
    lay_out(facts, state, desk)
    for k in range(frozen.sizes[HEAP]):
        event = frozen.desk.heap_events[k]
        push(desk.heap_keys, desk.heap_events, k, state.keys[event], event)
    return int(frozen.sizes[HEAP])


@compiled
def _copy(source: Desk, target: Desk) -> None:
    copy_four(source.events, target.events, len(source.events))
    copy_table(source.vials, target.vials)
    copy_table(source.machines, target.machines)
    copy_four(source.stops, target.stops, len(source.stops))
    copy_row(source.slots, target.slots)
    copy_table(source.robots, target.robots)
    copy_row(source.queue, target.queue)
    copy_row(source.notes, target.notes)
    for robot in range(len(source.robots)):
        copy_four(source.lines[robot], target.lines[robot], source.robots[robot, HANDLINGS])


@compiled
def lay_out(facts: Facts, state: State, desk: Desk) -> None:
    """Which stops share which run, and how much work each machine has before it."""
    desk.machines[:, TO_DO] = 0
    for stop in range(len(facts.stops)):
        desk.stops[stop, SIZE], desk.stops[stop, HEAD] = 0, -1
    for stop in range(len(facts.stops) - 1, -1, -1):
        first = state.stops[stop, PARTNERS]
        desk.stops[first, SIZE] += 1
        desk.stops[stop, NEXT] = desk.stops[first, HEAD]
        desk.stops[first, HEAD] = stop
        if stop == first and facts.stops[stop, WORK] and desk.events[KINDS * stop + RUN, START] < 0:
            place = place_of(facts, state, stop)
            machine = facts.spans[facts.places[place, SPAN], MACHINE]
            desk.machines[machine, TO_DO] += facts.places[place, HOLDS] + facts.machines[machine, BETWEEN]


@compiled
def out_of_reach(facts: Facts, now: State, trial: State, frozen: Frozen) -> bool:
    """Whether a change is of something that is kept."""
    for stop in range(len(facts.stops)):
        for column in range(now.stops.shape[1]):
            if now.stops[stop, column] != trial.stops[stop, column] and (
                frozen.begun[stop] or frozen.begun[trial.stops[stop, PARTNERS]]
            ):
                return True
    return False
