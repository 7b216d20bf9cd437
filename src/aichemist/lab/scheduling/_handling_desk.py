"""Room to work for the decoder: heap, slots, the robots' lines, who waits for whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._compiled import Array, compiled, inlined
from ._handling_arrays import KINDS, NEVER, SLOTS, Facts, State

# columns of the tables that are filled anew for each plan
START, END, WHERE, BY = range(4)
READY, STANDS, IN_SLOT, ON_BOARD, ENDED = range(5)
LAST_END, HEAT, LEFT, EXPECTED, COME, INSIDE, QUEUE, TO_DO = range(8)
SIZE, ARRIVED, HEAD, NEXT = range(4)
HANDLINGS, ABOARD = range(2)
# of the whole: the run that would have to begin later, and when
EARLY, LATER = range(2)
LOAD = 3  # in a robot's line: START, END, WHERE, and how many vials are on board afterwards


class Desk(NamedTuple):
    """Room to work; ``events`` receives START, END, WHERE and BY whom of each event (START -1: does not take place).

    ``machines`` has one row more: in its QUEUE are those who wait for room on board of any robot.
    """

    events: Array
    vials: Array
    machines: Array
    stops: Array
    slots: Array
    lines: Array
    robots: Array
    heap_keys: Array
    heap_events: Array
    queue: Array
    notes: Array


def make_desk(facts: Facts) -> Desk:
    """Room for plans of a problem."""
    stops, robots = len(facts.stops), len(facts.robots)

    def zeros(*shape: int) -> Array:
        return np.zeros(shape, dtype=np.int32)

    width = 4 * stops + facts.away.shape[1] + 1
    return Desk(
        zeros(KINDS * stops, 4), zeros(len(facts.vials), 5), zeros(len(facts.machines) + 1, 8), zeros(stops, 4),
        zeros(int(facts.machines[:, SLOTS].sum())), zeros(robots, width, 4), zeros(robots, 2),
        np.zeros(KINDS * stops + 1), zeros(KINDS * stops + 1), zeros(KINDS * stops), zeros(2),
    )  # fmt: skip


@compiled
def push(keys: Array, events: Array, size: int, key: float, event: int) -> int:
    """Into a binary heap; returns its size."""
    here = size
    while here > 0:
        above = (here - 1) >> 1
        if keys[above] < key or (keys[above] == key and events[above] < event):
            break
        keys[here], events[here] = keys[above], events[above]
        here = above
    keys[here], events[here] = key, event
    return size + 1


@compiled
def drop(keys: Array, events: Array, size: int) -> int:
    """Takes the first out of a binary heap; returns its size."""
    size -= 1
    key, event = keys[size], events[size]
    here = 0
    while True:
        below = 2 * here + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            keys[other] < keys[below] or (keys[other] == keys[below] and events[other] < events[below])
        ):
            below = other
        if keys[below] < key or (keys[below] == key and events[below] < event):
            keys[here], events[here] = keys[below], events[below]
            here = below
        else:
            break
    keys[here], events[here] = key, event
    return size


@compiled
def gap(
    line: Array, size: int, travel: Array, way: int, at: int, machine: int, since: int, length: int, room: int
) -> tuple[int, int]:
    """The earliest time in a robot's line for something at ``machine`` that takes ``length``, and its place there.

    From there on at most ``room`` vials are on board already, since nobody knows yet when one more will be put down.
    """
    low = size  # (mostly it is one of the last, which is why it is looked for from there)
    while low > 0 and line[low - 1, END] > since:
        low -= 1
    if room < NEVER:
        for k in range(size - 1, low - 2, -1):
            if k >= 0 and line[k, LOAD] > room:
                low = k + 2  # (who comes after the last act finds room: the caller has looked)
                break
    while True:
        start = since
        if low > 0:
            before = line[low - 1, WHERE]
            start = max(start, line[low - 1, END] + (travel[before, machine] if before >= 0 else way))
        elif at >= 0:
            start = max(start, travel[at, machine])
        if low >= size:
            return start, low
        after = line[low, WHERE]
        if start + length <= line[low, START] - (travel[machine, after] if after >= 0 else 0):
            return start, low
        low += 1


@inlined
def enter(line: Array, size: int, place: int, start: int, end: int, machine: int, change: int) -> None:
    for k in range(size, place, -1):
        for column in range(3):
            line[k, column] = line[k - 1, column]
        line[k, LOAD] = line[k - 1, LOAD] + change
    line[place, START], line[place, END], line[place, WHERE] = start, end, machine
    line[place, LOAD] = (line[place - 1, LOAD] if place > 0 else 0) + change


@inlined
def latest_free(slots: Array, first: int, count: int, at: int) -> int:
    """The slot that has been free for the shortest time, so that the others serve whoever comes earlier."""
    best, since = -1, -1
    for slot in range(first, first + count):
        if since < slots[slot] <= at:
            best, since = slot, slots[slot]
    return best


@compiled
def slots_free(slots: Array, first: int, count: int, needed: int, since: int) -> int:
    """The first time from ``since`` on at which so many slots are free; ``NEVER`` if it is not known."""
    while True:
        free, following = 0, NEVER
        for slot in range(first, first + count):
            if slots[slot] <= since:
                free += 1
            elif slots[slot] < following:
                following = slots[slot]
        if free >= needed or following >= NEVER:
            return since if free >= needed else NEVER
        since = following


@inlined
def note(desk: Desk, event: int, start: int, end: int, machine: int, robot: int) -> None:
    desk.events[event, START], desk.events[event, END] = start, end
    desk.events[event, WHERE], desk.events[event, BY] = machine, robot


@inlined
def wait_for(desk: Desk, machine: int, event: int) -> None:
    desk.queue[event] = desk.machines[machine, QUEUE]
    desk.machines[machine, QUEUE] = event


@inlined
def wake(state: State, desk: Desk, size: int, machine: int) -> int:
    """Who waits for a machine is looked at again."""
    event = desk.machines[machine, QUEUE]
    desk.machines[machine, QUEUE] = -1
    while event >= 0:
        size = push(desk.heap_keys, desk.heap_events, size, state.keys[event], event)
        event = desk.queue[event]
    return size
