"""Changes of a plan whose vials are handled one by one: who goes first, who shares a run, where, and put down or not.

Each takes the present state ``now`` and writes into its copy ``trial``. A *critical* event is one of a chain from the
end of the plan to its start in which each begins when the one before ends: only a change of it shortens
the plan.
"""

from __future__ import annotations

from ._compiled import Array, compiled, copy_row, copy_table, draw
from ._handling_arrays import (
    CHOICE,
    CHOICES,
    CHOSEN,
    DURATION,
    EVEN,
    FIRST,
    GROUP,
    INSTRUMENT,
    JOINT,
    KINDS,
    LAST,
    MACHINE,
    ORIGIN,
    PARTNERS,
    PUT,
    RUN,
    SLOTS,
    SPAN,
    SPANS,
    STORAGE,
    STORE,
    STORED,
    STRUCTURE,
    TAKE,
    VIAL,
    WORK,
    Facts,
    State,
    entry_of,
    place_of,
)  # fmt: skip
from ._handling_desk import BY, END, START, WHERE

#: a change goes on over one stop, two, three, or to the end
_FAR = 10**6


@compiled
def copy_state(source: State, target: State) -> None:
    copy_row(source.keys, target.keys)
    copy_table(source.stops, target.stops)
    copy_row(source.robots, target.robots)


@compiled
def settle(facts: Facts, state: State, events: Array) -> None:
    """The times of a decoded state become its keys."""
    for stop in range(len(facts.stops)):
        base = KINDS * stop
        if facts.stops[stop, WORK]:
            state.keys[base + RUN] = events[KINDS * state.stops[stop, PARTNERS] + RUN, START]
        if stop == facts.vials[facts.stops[stop, VIAL], FIRST]:
            continue
        for kind in range(RUN):
            if events[base + kind, START] >= 0:
                state.keys[base + kind], state.robots[base + kind] = events[base + kind, START], events[base + kind, BY]
            else:
                state.keys[base + kind] = events[base + (TAKE if kind == STORE else PUT), START]


@compiled
def critical(facts: Facts, state: State, events: Array, chain: Array, heads: Array, links: Array, dice: Array) -> int:
    """Fills ``chain`` with critical events, the last first, and returns how many.

    ``heads`` (one for each time, at least up to the makespan, all -1) and ``links`` are room to work.
    """
    last, until = -1, -1
    for event in range(len(events)):
        if events[event, START] >= 0:
            end = events[event, END]
            links[event] = heads[end]
            heads[end] = event
            if end > until or (end == until and draw(dice) < 0.3):
                last, until = event, end
    count, here = 0, last
    while count < len(chain) and here >= 0:
        chain[count] = here
        count += 1
        start, stop, kind = events[here, START], here // KINDS, here % KINDS
        if start <= 0:
            break
        machine = events[here, WHERE]
        found, event, here_before = 0, heads[start], here
        here = -1
        while event >= 0:
            if events[event, START] < start and _linked(facts, state, events, event, stop, kind, machine, here_before):
                found += 1
                if draw(dice) * found < 1:
                    here = event
            event = links[event]
    for event in range(len(events)):
        if events[event, START] >= 0:
            heads[events[event, END]] = -1
    return count


@compiled
def _linked(
    facts: Facts, state: State, events: Array, event: int, stop: int, kind: int, machine: int, other: int
) -> bool:  # fmt: skip
    """Whether the event ``other`` (a ``kind`` of ``stop`` at ``machine``) may have had to wait for ``event``."""
    before = event // KINDS
    if facts.stops[before, VIAL] == facts.stops[stop, VIAL]:
        return True
    if kind != RUN and event % KINDS != RUN and events[event, BY] == events[other, BY]:
        return True
    there = events[event, WHERE]
    if there == machine:
        return True
    instrument = facts.machines[machine, INSTRUMENT]
    if instrument >= 0 and facts.machines[there, INSTRUMENT] == instrument:
        return True
    if kind == RUN:
        return bool(state.stops[before, PARTNERS] == stop)
    return bool(event % KINDS == RUN and kind == TAKE and state.stops[stop - 1, PARTNERS] == before)


@compiled
def next_shared(facts: Facts, now: State, stop: int, last: int, several: bool) -> int:
    """The first stop from ``stop`` on whose run others share (with ``several``) or might share; -1 if there is none."""
    while stop <= last:
        if facts.stops[stop, WORK] and stop > facts.vials[facts.stops[stop, VIAL], FIRST]:
            if several:
                first = now.stops[stop, PARTNERS]
                for other in range(len(facts.stops)):
                    if other != stop and now.stops[other, PARTNERS] == first:
                        return stop
            elif facts.machines[entry_of(facts, now, stop), JOINT]:
                return stop
        stop += 1
    return -1


@compiled
def _how_far(dice: Array) -> int:
    chance = draw(dice)
    return 2 if chance < 0.3 else 3 if chance < 0.5 else _FAR if chance < 0.8 else 1


@compiled
def split(facts: Facts, now: State, trial: State, stop: int, minute: float, group: Array, dice: Array) -> bool:
    """Some of the vials that share a run, and maybe the next ones, get their own; those that come last leave."""
    count = 0
    for other in range(len(facts.stops)):
        if now.stops[other, PARTNERS] == now.stops[stop, PARTNERS]:
            place, key = count, now.keys[KINDS * other + PUT]
            while place > 0 and now.keys[KINDS * group[place - 1] + PUT] > key:
                group[place] = group[place - 1]
                place -= 1
            group[place] = other
            count += 1
    chance = draw(dice)
    stay = count - count // 2
    if chance < 0.15:
        stay = count - 1
    elif chance < 0.3:
        stay = 1
    elif chance < 0.45:
        stay = count - 1 - int(draw(dice) * (count - 1))
    chance = draw(dice)
    delay = minute * (5.0 if chance < 0.25 else 20.0 if chance < 0.5 else 40.0 if chance < 0.75 else 0.0)
    left, step, changed = _how_far(dice), 0, False
    guide = group[count - 1]
    while left > 0 and guide + step <= facts.vials[facts.stops[guide, VIAL], LAST]:
        first = now.stops[guide + step, PARTNERS]
        if facts.stops[guide + step, WORK]:
            together, behind = True, -1
            for n in range(count):
                same = now.stops[group[n] + step, PARTNERS] == first
                if n >= stay:
                    together &= same
                elif same and (behind < 0 or group[n] + step < behind):
                    behind = group[n] + step
            if not together or (behind < 0 and step == 0):
                break
            if behind >= 0:
                _part(now, trial, first, group[stay:count], step, delay)
                changed, left = True, left - 1
        for n in range(stay, count):
            for kind in range(RUN):
                trial.keys[KINDS * (group[n] + step) + kind] += delay
        step += 1
    return changed


@compiled
def _part(now: State, trial: State, first: int, leaving: Array, step: int, delay: float) -> None:
    """``leaving`` (counted from ``step`` stops before) leave the run of ``first``; each run is named by its first."""
    named = leaving[0] + step
    for stop in leaving:
        named = min(named, stop + step)
        trial.stops[stop + step, PARTNERS] = -1
    rest = -1
    for other in range(len(now.stops)):
        if now.stops[other, PARTNERS] == first and trial.stops[other, PARTNERS] >= 0:
            if rest < 0:
                rest = other
            trial.stops[other, PARTNERS] = rest
    for stop in leaving:
        trial.stops[stop + step, PARTNERS] = named
    trial.keys[KINDS * named + RUN] = now.keys[KINDS * first + RUN] + delay
    if rest >= 0:
        trial.keys[KINDS * rest + RUN] = now.keys[KINDS * first + RUN]


@compiled
def merge(facts: Facts, now: State, trial: State, stop: int, dice: Array) -> bool:
    """Vials of two runs share one, and maybe the next ones, as far as there is room."""
    one, other, found = now.stops[stop, PARTNERS], -1, 0
    for k in range(len(facts.stops)):
        if now.stops[k, PARTNERS] == k and k != one and facts.stops[k, STRUCTURE] == facts.stops[one, STRUCTURE]:
            found += 1
            if draw(dice) * found < 1:
                other = k
    if other < 0:
        return False
    left, step, chance, changed = _how_far(dice), 0, draw(dice), False
    while left > 0:
        a, b = one + step, other + step
        if a > facts.vials[facts.stops[one, VIAL], LAST] or b > facts.vials[facts.stops[other, VIAL], LAST]:
            break
        if facts.stops[a, STRUCTURE] != facts.stops[b, STRUCTURE]:
            break
        if facts.stops[a, WORK] and facts.machines[entry_of(facts, now, a), JOINT]:
            first, second = now.stops[a, PARTNERS], now.stops[b, PARTNERS]
            if first == second or not _join(facts, now, trial, first, second, chance):
                break
            changed, left = True, left - 1
        step += 1
    return changed


@compiled
def _join(facts: Facts, now: State, trial: State, first: int, second: int, chance: float) -> bool:
    place = facts.places[place_of(facts, now, first)]
    size = 0
    for stop in range(len(facts.stops)):
        size += now.stops[stop, PARTNERS] == first or now.stops[stop, PARTNERS] == second
    for number in range(place[SPAN], place[SPAN] + place[SPANS]):
        machine = facts.spans[number, MACHINE]
        if size + (size & 1 if facts.machines[machine, EVEN] else 0) > facts.machines[machine, SLOTS]:
            return False
    named, key, other = min(first, second), now.keys[KINDS * first + RUN], now.keys[KINDS * second + RUN]
    for stop in range(len(facts.stops)):
        if now.stops[stop, PARTNERS] == first or now.stops[stop, PARTNERS] == second:
            trial.stops[stop, PARTNERS], trial.stops[stop, CHOSEN] = named, now.stops[first, CHOSEN]
    trial.keys[KINDS * named + RUN] = key if chance < 0.3 else other if chance < 0.6 else max(key, other)
    return True


@compiled
def elsewhere(facts: Facts, now: State, trial: State, stop: int, last: int, dice: Array) -> bool:
    """The next run that can be had on another machine goes there."""
    vial = facts.stops[stop, VIAL]
    if stop == facts.vials[vial, FIRST] and facts.vials[vial, ORIGIN] >= 0:
        stop += 1  # (it stands there)
    while stop <= last and facts.stops[stop, CHOICES] < 2:
        stop += 1
    if stop > last:
        return False
    chosen = int(draw(dice) * (facts.stops[stop, CHOICES] - 1))
    chosen += chosen >= now.stops[stop, CHOSEN]
    for other in range(len(facts.stops)):
        if now.stops[other, PARTNERS] == now.stops[stop, PARTNERS]:
            trial.stops[other, CHOSEN] = chosen
    return True


@compiled
def relocate(facts: Facts, now: State, trial: State, events: Array, minute: float, dice: Array) -> bool:
    """The vials of a run come right before or after another one of a machine that can do it, however far away.

    Long runs are chosen more often. Meanwhile the vials stay on board or where they were.
    """
    first, total = -1, 0.0
    for k in range(len(facts.stops)):
        if now.stops[k, PARTNERS] == k and facts.stops[k, WORK] and k > facts.vials[facts.stops[k, VIAL], FIRST]:
            weight = _length(facts, now, k)
            total += weight
            if draw(dice) * total < weight:
                first = k
    if first < 0:
        return False
    other, chosen, total = -1, 0, 0.0
    for k in range(len(facts.stops)):
        if k == first or now.stops[k, PARTNERS] != k or not facts.stops[k, WORK]:
            continue
        machine = entry_of(facts, now, k)
        for choice in range(facts.stops[first, CHOICES]):
            place = facts.stops[first, CHOICE] + choice
            if facts.spans[facts.places[place, SPAN], MACHINE] == machine:
                weight = _length(facts, now, k)
                total += weight
                if draw(dice) * total < weight:
                    other, chosen = k, choice
    if other < 0:
        return False
    to = events[KINDS * other + RUN, END] if draw(dice) < 0.5 else events[KINDS * other + RUN, START] - minute
    by = to - now.keys[KINDS * first + RUN]
    back = int(6 * draw(dice)) if by < 0 else 0
    on_board = by > 0 and draw(dice) < 0.5
    for k in range(len(facts.stops)):
        if now.stops[k, PARTNERS] == first:
            vial = facts.stops[k, VIAL]
            trial.stops[k, CHOSEN] = chosen
            begin = KINDS * k + PUT if on_board else KINDS * max(facts.vials[vial, FIRST] + 1, k - back)
            for event in range(begin, KINDS * (facts.vials[vial, LAST] + 1)):
                trial.keys[event] += by
    return True


@compiled
def _length(facts: Facts, state: State, stop: int) -> float:
    return float(facts.places[place_of(facts, state, stop), DURATION])


@compiled
def put_down(facts: Facts, now: State, trial: State, stop: int, last: int, dice: Array) -> bool:
    """Before the next run its vials, or one, are put down in the storage, or no longer."""
    while stop <= last and (stop == facts.vials[facts.stops[stop, VIAL], FIRST] or facts.stops[stop, STORAGE] < 0):
        stop += 1
    if stop > last:
        return False
    stored = 1 - now.stops[stop, STORED]
    trial.stops[stop, STORED] = stored
    if facts.stops[stop, WORK] and draw(dice) < 0.7:
        for other in range(len(facts.stops)):
            if now.stops[other, PARTNERS] == now.stops[stop, PARTNERS] and facts.stops[other, STORAGE] >= 0:
                trial.stops[other, STORED] = stored
    return True


@compiled
def shift(facts: Facts, now: State, trial: State, event: int, stop: int, minute: float, dice: Array) -> None:
    """A vial, those of its next run, or all of its group go sooner or later over some time."""
    chance = draw(dice)
    span = 20.0 if chance < 0.2 else 60.0 if chance < 0.4 else 200.0 if chance < 0.6 else 5.0
    if 0.6 <= chance < 0.8:
        span = 1e9
    by = minute * (2 << int(7 * draw(dice))) * (0.5 + draw(dice)) * (1.0 if draw(dice) < 0.5 else -1.0)
    begin, end = now.keys[event] - minute, now.keys[event] + minute * span
    mine, last = facts.stops[stop, VIAL], facts.vials[facts.stops[stop, VIAL], LAST]
    chance = draw(dice)
    shared = stop
    while shared <= last and not facts.stops[shared, WORK]:
        shared += 1
    first = now.stops[shared, PARTNERS] if shared <= last else -1
    for vial in range(len(facts.vials)):
        chosen = vial == mine
        if not chosen and 0.3 <= chance < 0.7 and first >= 0:
            same = facts.vials[vial, FIRST] + shared - facts.vials[mine, FIRST]
            chosen = same <= facts.vials[vial, LAST] and now.stops[same, PARTNERS] == first
        elif not chosen and chance >= 0.7:
            chosen = facts.vials[vial, GROUP] == facts.vials[mine, GROUP]
        if chosen:
            for k in range(KINDS * facts.vials[vial, FIRST], KINDS * (facts.vials[vial, LAST] + 1)):
                if begin <= now.keys[k] <= end:
                    trial.keys[k] += by
