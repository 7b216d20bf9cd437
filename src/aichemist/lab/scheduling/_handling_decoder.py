"""From the order of events to their times: each handling at the earliest time at which its robot has a gap for it.

A serial schedule generation scheme (Kolisch, Eur. J. Oper. Res. 1996, 90, 320) over single handlings and runs. Events
are looked at by their keys as soon as what must come before them is done. Slots, runs that may not overlap and vials
that share a run keep the order in which they are looked at; only in the robots' lines may later ones go into gaps.
An event that finds no slot is put off until somebody leaves.
"""

from __future__ import annotations

import numpy as np

from ._compiled import compiled, inlined
from ._handling_arrays import (
    AFTER,
    ALONE,
    APART,
    AT,
    BETWEEN,
    CAPACITY,
    CLEANUP,
    CLOSED,
    CLOSINGS,
    DUE,
    DURATION,
    EVEN,
    FETCH,
    FIRST,
    HELD,
    HOLDS,
    INSTRUMENT,
    KINDS,
    LAST,
    LENGTH,
    MACHINE,
    NEVER,
    OFFSET,
    ORIGIN,
    PARTNERS,
    PICK,
    PLACE,
    PRIORITY,
    PUT,
    RELEASE,
    RUN,
    SETUP,
    SLOT,
    SLOTS,
    SPAN,
    SPANS,
    STORAGE,
    STORE,
    STORED,
    TAIL,
    TAKE,
    TEMPERATURE,
    VIAL,
    WAIT_MAX,
    WAIT_MIN,
    WAY,
    WORK,
    Facts,
    State,
    entry_of,
    place_of,
)  # fmt: skip
from ._handling_desk import (
    ABOARD,
    ARRIVED,
    COME,
    EARLY,
    ENDED,
    EXPECTED,
    HANDLINGS,
    HEAD,
    HEAT,
    IN_SLOT,
    INSIDE,
    LAST_END,
    LATER,
    LEFT,
    NEXT,
    ON_BOARD,
    QUEUE,
    READY,
    SIZE,
    STANDS,
    START,
    TO_DO,
    Desk,
    drop,
    enter,
    gap,
    latest_free,
    note,
    push,
    slots_free,
    wait_for,
    wake,
)  # fmt: skip
from ._handling_frozen import ALL, Frozen, freeze, lay_out, thaw

#: how often runs are put off so that the next ones follow in time
_PUT_OFF = 12


@inlined
def _begin(facts: Facts, state: State, desk: Desk) -> int:
    """Everybody where they stand first; returns the size of the heap."""
    desk.events[:, START] = -1
    desk.slots[:] = 0
    desk.robots[:] = 0
    desk.notes[EARLY] = -1
    desk.machines[:] = 0
    for m in range(len(desk.machines)):
        desk.machines[m, LAST_END] = desk.machines[m, HEAT] = desk.machines[m, QUEUE] = -1
    desk.stops[:, ARRIVED] = 0
    lay_out(facts, state, desk)
    for robot in range(len(facts.robots)):
        for k in range(facts.away.shape[1]):
            if facts.away[robot, k, 0] < NEVER:
                enter(desk.lines[robot], k, k, facts.away[robot, k, 0], facts.away[robot, k, 1], -1, 0)
                desk.robots[robot, HANDLINGS] += 1
    size = 0
    for vial in range(len(facts.vials)):
        desk.vials[vial, READY] = desk.vials[vial, ENDED] = facts.vials[vial, RELEASE]
        desk.vials[vial, ON_BOARD] = desk.vials[vial, STANDS] = -1
        origin, stop = facts.vials[vial, ORIGIN], facts.vials[vial, FIRST]
        if origin >= 0:
            slot = facts.machines[origin, SLOT]
            while desk.slots[slot] >= NEVER:
                slot += 1
            desk.slots[slot] = NEVER
            desk.vials[vial, STANDS], desk.vials[vial, IN_SLOT] = origin, slot
            desk.machines[origin, INSIDE] += 1
        at_work = facts.stops[stop, WORK]
        size = _arrive(state, desk, size, stop) if at_work else _onward(facts, state, desk, size, stop)
    return size


@inlined
def _arrive(state: State, desk: Desk, size: int, stop: int) -> int:
    """A vial is there; when all are, their run may begin."""
    first = state.stops[stop, PARTNERS]
    desk.stops[first, ARRIVED] += 1
    if desk.stops[first, ARRIVED] == desk.stops[first, SIZE]:
        event = KINDS * first + RUN
        size = push(desk.heap_keys, desk.heap_events, size, state.keys[event], event)
    return size


@inlined
def _take(facts: Facts, state: State, desk: Desk, size: int, event: int, limit: float) -> int:
    """A robot takes a vial; returns the size of the heap, -1 where no robot can or the vial would be too late."""
    stop, kind = event // KINDS, event % KINDS
    vial = facts.stops[stop, VIAL]
    machine = desk.vials[vial, STANDS]
    target = entry_of(facts, state, stop)
    to_storage = kind == TAKE and state.stops[stop, STORED] == 1
    if to_storage:
        target = facts.stops[stop, STORAGE]
    if target == machine:  # nobody puts a vial back where it was
        return -1
    best, by, place, able = NEVER, -1, 0, False
    for robot in range(len(facts.robots)):
        if not (facts.reach[robot, machine] and facts.reach[robot, target]):
            continue
        able = True
        if desk.robots[robot, ABOARD] >= facts.robots[robot, CAPACITY]:
            continue
        start, k = gap(
            desk.lines[robot], desk.robots[robot, HANDLINGS], facts.travel, facts.machines[machine, WAY],
            facts.robots[robot, AT], machine, desk.vials[vial, READY], facts.robots[robot, PICK],
            facts.robots[robot, CAPACITY] - 1,
        )  # fmt: skip
        if start < best or (start == best and robot == state.robots[event]):
            best, by, place = start, robot, k
    if not able:
        return -1
    if by < 0:
        wait_for(desk, len(facts.machines), event)
        return size
    end = best + facts.robots[by, PICK]
    work = facts.places[place_of(facts, state, stop), DURATION]
    if end + facts.robots[by, PLACE] + work + facts.stops[stop, TAIL] > limit:
        return -1
    enter(desk.lines[by], desk.robots[by, HANDLINGS], place, best, end, machine, 1)
    desk.robots[by, HANDLINGS] += 1
    desk.robots[by, ABOARD] += 1
    free = end
    if not facts.machines[machine, ALONE]:  # there the slot is cleaned, elsewhere the machine
        free = max(free, desk.vials[vial, ENDED] + facts.machines[machine, CLEANUP])
    desk.slots[desk.vials[vial, IN_SLOT]] = free
    desk.machines[machine, INSIDE] -= 1
    desk.machines[machine, LEFT] = max(desk.machines[machine, LEFT], end)
    desk.vials[vial, STANDS], desk.vials[vial, ON_BOARD] = -1, by
    desk.vials[vial, READY] = end
    note(desk, event, best, end, machine, by)
    size = wake(state, desk, size, machine)
    following = KINDS * stop + (STORE if to_storage else PUT)
    return push(desk.heap_keys, desk.heap_events, size, state.keys[following], following)


@inlined
def _put(facts: Facts, state: State, desk: Desk, size: int, event: int) -> int:
    """A robot puts a vial down, or the event waits for a slot; returns the size of the heap."""
    stop, kind = event // KINDS, event % KINDS
    vial = facts.stops[stop, VIAL]
    machine = facts.stops[stop, STORAGE]
    since = desk.vials[vial, READY]
    if kind == PUT:
        machine = entry_of(facts, state, stop)
        if facts.machines[machine, ALONE]:
            if desk.machines[machine, COME] > 0 and desk.machines[machine, EXPECTED] != state.stops[stop, PARTNERS]:
                wait_for(desk, machine, event)
                return size
            since = max(since, desk.machines[machine, LAST_END])
    first, count = facts.machines[machine, SLOT], facts.machines[machine, SLOTS]
    since = slots_free(desk.slots, first, count, 1, since)
    if since >= NEVER:
        wait_for(desk, machine, event)
        return size
    robot = desk.vials[vial, ON_BOARD]
    start, place = gap(
        desk.lines[robot], desk.robots[robot, HANDLINGS], facts.travel, facts.machines[machine, WAY],
        facts.robots[robot, AT], machine, since, facts.robots[robot, PLACE], NEVER,
    )  # fmt: skip
    end = start + facts.robots[robot, PLACE]
    enter(desk.lines[robot], desk.robots[robot, HANDLINGS], place, start, end, machine, -1)
    desk.robots[robot, HANDLINGS] += 1
    desk.robots[robot, ABOARD] -= 1
    slot = latest_free(desk.slots, first, count, start)
    desk.slots[slot] = NEVER
    desk.machines[machine, INSIDE] += 1
    desk.vials[vial, STANDS], desk.vials[vial, IN_SLOT] = machine, slot
    desk.vials[vial, ON_BOARD], desk.vials[vial, READY] = -1, end
    note(desk, event, start, end, machine, robot)
    size = wake(state, desk, size, len(facts.machines))
    if kind == STORE:
        return push(desk.heap_keys, desk.heap_events, size, state.keys[event + 1], event + 1)
    if facts.stops[stop, WORK]:
        if facts.machines[machine, ALONE]:
            desk.machines[machine, EXPECTED] = state.stops[stop, PARTNERS]
            desk.machines[machine, COME] += 1
        return _arrive(state, desk, size, stop)
    return _onward(facts, state, desk, size, stop)


@inlined
def _onward(facts: Facts, state: State, desk: Desk, size: int, stop: int) -> int:
    """What follows when a vial is done at a stop."""
    if stop < facts.vials[facts.stops[stop, VIAL], LAST]:
        event = KINDS * (stop + 1) + TAKE
        size = push(desk.heap_keys, desk.heap_events, size, state.keys[event], event)
    return size


@inlined
def _fitting(facts: Facts, state: State, desk: Desk, first: int, since: int) -> tuple[int, int]:
    """When the run of a stop may begin, as its machines are; else -1 and the machine for which it waits."""
    place = place_of(facts, state, first)
    size = desk.stops[first, SIZE]
    start, before = since, -1
    while start != before:
        before = start
        stands = desk.vials[facts.stops[first, VIAL], STANDS]
        for number in range(facts.places[place, SPAN], facts.places[place, SPAN] + facts.places[place, SPANS]):
            machine, offset = facts.spans[number, MACHINE], facts.spans[number, OFFSET]
            length, heat = facts.spans[number, LENGTH], facts.spans[number, TEMPERATURE]
            inside = stands == machine  # from the span before, too
            stands = machine
            if facts.machines[machine, ALONE]:
                if desk.machines[machine, INSIDE] > (size if inside else 0):
                    return -1, machine
                start = max(start, desk.machines[machine, LEFT] - offset)
            if facts.machines[machine, APART] and desk.machines[machine, LAST_END] >= 0:
                other = heat >= 0 and desk.machines[machine, HEAT] >= 0 and heat != desk.machines[machine, HEAT]
                ready = desk.machines[machine, LAST_END] + facts.machines[machine, CLEANUP]
                start = max(start, ready + (facts.machines[machine, SETUP] if other else 0) - offset)
            if facts.machines[machine, INSTRUMENT] >= 0:
                for k in range(facts.phases.shape[1]):
                    phase = facts.phases[facts.machines[machine, INSTRUMENT], k]
                    if phase >= 0 and phase != machine:
                        start = max(start, desk.machines[phase, LAST_END] - offset)
            closed = facts.machines[machine, CLOSED]
            for k in range(closed, closed + facts.machines[machine, CLOSINGS]):
                if start + offset < facts.closed[k, 1] and start + offset + length > facts.closed[k, 0]:
                    start = facts.closed[k, 1] - offset
            needed = (0 if inside else size) + (size & 1 if facts.machines[machine, EVEN] else 0)
            if needed > 0:
                slot, slots = facts.machines[machine, SLOT], facts.machines[machine, SLOTS]
                free = slots_free(desk.slots, slot, slots, needed, start + offset)
                if free >= NEVER:
                    return -1, machine
                start = max(start, free - offset)
    return start, -1


@inlined
def _run(facts: Facts, state: State, desk: Desk, size: int, event: int, limit: float) -> int:
    """The vials of a run are worked on, or wait; returns the size of the heap, -1 if it is too late for some."""
    first = event // KINDS
    place = place_of(facts, state, first)
    since, tail = 0, 0
    stop = desk.stops[first, HEAD]
    while stop >= 0:
        vial = facts.stops[stop, VIAL]
        since = max(since, desk.vials[vial, READY])
        if stop > facts.vials[vial, FIRST]:
            since = max(since, desk.vials[vial, ENDED] + facts.stops[stop, WAIT_MIN])
        if facts.stops[stop, HELD]:
            since = max(since, int(np.ceil(state.keys[event])))
        tail = max(tail, facts.stops[stop, TAIL])
        stop = desk.stops[stop, NEXT]
    start, busy = _fitting(facts, state, desk, first, since)
    if start < 0:
        wait_for(desk, busy, event)
        return size
    entry, end = facts.spans[facts.places[place, SPAN], MACHINE], start + facts.places[place, DURATION]
    to_do = desk.machines[entry, TO_DO] - facts.machines[entry, BETWEEN]
    if max(end + tail, start + to_do + facts.machines[entry, AFTER]) > limit:
        return -1
    desk.machines[entry, TO_DO] = to_do - facts.places[place, HOLDS]
    for number in range(facts.places[place, SPAN], facts.places[place, SPAN] + facts.places[place, SPANS]):
        machine, offset = facts.spans[number, MACHINE], facts.spans[number, OFFSET]
        length, heat = facts.spans[number, LENGTH], facts.spans[number, TEMPERATURE]
        at = start + offset
        stop = desk.stops[first, HEAD]
        while stop >= 0:
            vial = facts.stops[stop, VIAL]
            stands = desk.vials[vial, STANDS]
            if stands != machine:
                if stands >= 0:
                    desk.slots[desk.vials[vial, IN_SLOT]] = at
                    desk.machines[stands, INSIDE] -= 1
                    size = wake(state, desk, size, stands)
                slot = latest_free(desk.slots, facts.machines[machine, SLOT], facts.machines[machine, SLOTS], at)
                desk.slots[slot] = NEVER
                desk.machines[machine, INSIDE] += 1
                desk.vials[vial, STANDS], desk.vials[vial, IN_SLOT] = machine, slot
            stop = desk.stops[stop, NEXT]
        if facts.machines[machine, EVEN] and desk.stops[first, SIZE] & 1:
            slot = latest_free(desk.slots, facts.machines[machine, SLOT], facts.machines[machine, SLOTS], at)
            desk.slots[slot] = at + length
        desk.machines[machine, LAST_END] = max(desk.machines[machine, LAST_END], at + length)
        if heat >= 0:
            desk.machines[machine, HEAT] = heat
    note(desk, event, start, end, entry, -1)
    if facts.machines[entry, ALONE]:
        desk.machines[entry, COME] = 0
        size = wake(state, desk, size, entry)
    stop = desk.stops[first, HEAD]
    while stop >= 0:
        vial = facts.stops[stop, VIAL]
        if facts.stops[stop, WAIT_MAX] >= 0 and stop > facts.vials[vial, FIRST]:
            waited = start - desk.vials[vial, ENDED]
            if waited > facts.stops[stop, WAIT_MAX]:
                before = stop - 1
                while not facts.stops[before, WORK]:
                    before -= 1
                desk.notes[EARLY] = KINDS * state.stops[before, PARTNERS] + RUN
                desk.notes[LATER] = desk.events[desk.notes[EARLY], START] + waited - facts.stops[stop, WAIT_MAX]
                return -1
        desk.vials[vial, READY] = desk.vials[vial, ENDED] = end
        size = _onward(facts, state, desk, size, stop)
        stop = desk.stops[stop, NEXT]
    return size


@compiled
def _all_events(facts: Facts, state: State, desk: Desk, limit: float, frozen: Frozen, keep: int) -> bool:
    size = thaw(facts, state, desk, frozen) if keep < 0 else _begin(facts, state, desk)
    looked_at = 0
    while size > 0:
        event = desk.heap_events[0]
        if keep > 0:
            if looked_at == keep:
                freeze(facts, state, desk, frozen, size, looked_at)
            frozen.order[event] = looked_at
            looked_at += 1
        size = drop(desk.heap_keys, desk.heap_events, size)
        kind = event % KINDS
        if kind == RUN:
            size = _run(facts, state, desk, size, event, limit)
        elif kind in (TAKE, FETCH):
            size = _take(facts, state, desk, size, event, limit)
        else:
            size = _put(facts, state, desk, size, event)
    if keep > 0:
        frozen.sizes[ALL] = looked_at
    return size == 0


@compiled
def decode(facts: Facts, state: State, desk: Desk, limit: float, frozen: Frozen, keep: int) -> tuple[int, float]:
    """The cost (makespan and lateness at its priority) and mean end of a state, whose times are left in ``desk``.

    With ``keep`` -1 what is kept in ``frozen`` stays as it is; above 0 the desk is kept there when so many events have
    been looked at.
    Where a run would begin too late after the one before, that one is put off (its key in ``state`` is changed).
    The cost is ``NEVER`` where vials block each other for ever, a longest wait cannot be kept, or the
    makespan would be above ``limit``.
    """
    tries = 0
    while not _all_events(facts, state, desk, limit, frozen, keep):
        if desk.notes[EARLY] < 0 or tries == _PUT_OFF:
            return NEVER, 0.0
        state.keys[desk.notes[EARLY]] = desk.notes[LATER]
        tries += 1
    makespan, late, total = 0, 0, 0
    for vial in range(len(facts.vials)):
        last = facts.vials[vial, LAST]
        event = KINDS * last + PUT
        if facts.stops[last, WORK]:
            event = KINDS * state.stops[last, PARTNERS] + RUN
        if desk.events[event, START] < 0 and not (last == facts.vials[vial, FIRST] and not facts.stops[last, WORK]):
            return NEVER, 0.0
        end = desk.vials[vial, READY]
        makespan, total = max(makespan, end), total + end
        late += facts.vials[vial, PRIORITY] * max(0, end - facts.vials[vial, DUE])
    return makespan + late, total / len(facts.vials)
