"""What the checker asks of machines and robots: who is where when, and whether there is room and time for it.

Everything here sweeps once over sorted times. Intervals are half open: what ends at a moment makes room for what
starts at it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby

from attrs import field, frozen

from ._problem import Busy, Carrier, Charge, Handling, Job, Machine, Problem, Run


@frozen
class Violation:
    """One breach of a rule: which, in words, when (in time units), the vials, machine and robot concerned."""

    rule: str
    message: str
    at: int
    jobs: tuple[str, ...]
    machine: str = ""
    carrier: str = ""


@frozen
class Findings:
    """Collects violations."""

    found: list[Violation] = field(factory=list)

    def say(
        self, rule: str, message: str, at: int, jobs: Iterable[str] = (), machine: str = "", carrier: str = ""
    ) -> None:
        self.found.append(Violation(rule, message, at, tuple(jobs), machine, carrier))


@frozen
class Stay:
    """A vial takes one slot of a machine over ``[start, end)``; ``end`` is ``None`` where nobody takes it away."""

    machine: str
    job: str
    start: int
    end: int | None


@frozen
class Departure:
    """The robot that took a vial first, the stop at which it did, and when; at one stop a robot only loads."""

    carrier: str
    stop: int
    at: int


# ---- machines ----------------------------------------------------------------------------------------------------


def check_machines(
    problem: Problem, jobs: Mapping[str, Job], runs: Sequence[Run], stays: Sequence[Stay], findings: Findings
) -> None:
    """Slots, batches, even loads, temperatures, set-up, clean-up, instruments and calendars."""
    runs_at: dict[str, list[Run]] = defaultdict(list)
    stays_at: dict[str, list[Stay]] = defaultdict(list)
    instruments: dict[str, list[tuple[Run, Hashable]]] = defaultdict(list)
    for run in sorted(runs, key=lambda r: (r.start, r.end)):
        runs_at[run.machine].append(run)
    for stay in stays:
        stays_at[stay.machine].append(stay)
    for machine in problem.machines:
        mine = runs_at[machine.name]
        _slots(machine, mine, stays_at[machine.name], _too_large(machine, mine, findings), findings)
        _one_after_another(machine, mine, findings)
        _temperatures(machine, mine, jobs, findings)
        _cleanup_of_slots(machine, mine, findings)
        _calendar(machine, mine, findings)
        if machine.instrument:
            instruments[machine.instrument] += [(run, machine.name) for run in mine]
    for name, items in instruments.items():
        for before, run in _latest_of_another(sorted(items, key=lambda x: (x[0].start, x[0].end))):
            if run.start < before.end:
                text = f"{name}: {run.machine} runs while {before.machine} does until {before.end}"
                findings.say("instrument", text, run.start, run.jobs, run.machine)


def _too_large(machine: Machine, runs: Iterable[Run], findings: Findings) -> set[int]:
    """Reports the runs that never fit, and returns their starts."""
    starts = set()
    for run in runs:
        size = len(run.jobs)
        if size > machine.slots and machine.batch:
            text = f"{size} vials in one run of {machine.name}, which has {machine.slots} slots"
            findings.say("batch", text, run.start, run.jobs, machine.name)
            starts.add(run.start)
        elif size + _balance(machine, run) > machine.slots >= size:
            text = f"{machine.name} has no slot for the balance vial of a run of {size}"
            findings.say("even_load", text, run.start, run.jobs, machine.name)
            starts.add(run.start)
    return starts


def _balance(machine: Machine, run: Run) -> int:
    return len(run.jobs) % 2 if machine.even_load else 0


def _slots(
    machine: Machine, runs: Iterable[Run], stays: Iterable[Stay], reported: set[int], findings: Findings
) -> None:
    # (time, change of the vials there, change of what is taken otherwise, vial that comes)
    changes: list[tuple[int, int, int, str]] = []
    for stay in stays:
        if stay.end is None or stay.end > stay.start:
            changes.append((stay.start, 1, 0, stay.job))
            if stay.end is not None:
                changes.append((stay.end, -1, 0, ""))
    for run in runs:
        balance = _balance(machine, run)
        if balance and run.end > run.start:
            changes += [(run.start, balance, 0, ""), (run.end, -balance, 0, "")]
    for busy in machine.busy:
        if busy.end > busy.start:
            changes += [(busy.start, 0, busy.slots, ""), (busy.end, 0, -busy.slots, "")]
    vials = taken = 0
    full = False
    for at, group in groupby(sorted(changes), key=lambda change: change[0]):
        come = []
        for _, more_vials, more_taken, job in group:
            vials += more_vials
            taken += more_taken
            if job:
                come.append(job)
        too_many = vials > 0 and vials + taken > machine.slots
        if too_many and not full and at not in reported:
            text = f"{vials + taken} slots of {machine.name} are taken, it has {machine.slots}"
            findings.say("slots", text, at, come, machine.name)
        full = too_many


def _one_after_another(machine: Machine, runs: Sequence[Run], findings: Findings) -> None:
    """Runs of a batch machine never overlap, and it is cleaned before the next one."""
    if not machine.batch:
        return
    for before, run in _latest_of_another([(r, i) for i, r in enumerate(runs)]):
        if run.start < before.end:
            text = f"two runs of {machine.name} overlap, the other one ends at {before.end}"
            findings.say("batch", text, run.start, run.jobs, machine.name)
        elif run.start < before.end + machine.cleanup:
            text = f"{machine.name} is being cleaned until {before.end + machine.cleanup}"
            findings.say("cleanup", text, run.start, run.jobs, machine.name)


def _temperatures(machine: Machine, runs: Sequence[Run], jobs: Mapping[str, Job], findings: Findings) -> None:
    items: list[tuple[Run, Hashable]] = []
    for run in runs:
        wanted = {jobs[j].operations[run.operation].temperature for j in run.jobs} - {None}
        if machine.one_temperature and len(wanted) > 1:
            text = f"one run of {machine.name} at {len(wanted)} temperatures"
            findings.say("one_temperature", text, run.start, run.jobs, machine.name)
        if wanted:
            items.append((run, min(t for t in wanted if t is not None)))
    # slots that are independent have no order of runs in which one could be set up for the next
    if not (machine.one_temperature or (machine.setup and (machine.batch or machine.slots == 1))):
        return
    for before, run in _latest_of_another(items):
        ready = before.end + machine.cleanup + machine.setup
        if run.start < before.end:
            if machine.one_temperature:
                text = f"{machine.name} holds another temperature until {before.end}"
                findings.say("one_temperature", text, run.start, run.jobs, machine.name)
        elif machine.setup and run.start < ready:
            text = f"{machine.name} is not set up for another temperature before {ready}"
            findings.say("setup", text, run.start, run.jobs, machine.name)


def _cleanup_of_slots(machine: Machine, runs: Sequence[Run], findings: Findings) -> None:
    """Where slots are independent, each is cleaned by itself: those at work and in cleaning are at most all."""
    if machine.batch or not machine.cleanup:
        return
    # (time, at work, in cleaning, number of the run that starts); ends and starts of one moment are taken together
    changes: list[tuple[int, int, int, int]] = []
    for number, run in enumerate(runs):
        size = len(run.jobs) + _balance(machine, run)
        changes += [(run.start, size, 0, number), (run.end, -size, size, -1), (run.end + machine.cleanup, 0, -size, -1)]
    changes += [(b.start, b.slots, 0, -1) for b in machine.busy] + [(b.end, -b.slots, 0, -1) for b in machine.busy]
    work = cleaning = 0
    for at, group in groupby(sorted(changes), key=lambda change: change[0]):
        starting = []
        for _, more_work, more_cleaning, number in group:
            work += more_work
            cleaning += more_cleaning
            if number >= 0:
                starting.append(number)
        if starting and work <= machine.slots < work + cleaning:
            text = f"{cleaning} slots of {machine.name} are being cleaned"
            findings.say("cleanup", text, at, [j for n in starting for j in runs[n].jobs], machine.name)


def _calendar(machine: Machine, runs: Iterable[Run], findings: Findings) -> None:
    if not machine.windows:
        return
    windows = sorted(machine.windows)
    opens = [start for start, _ in windows]
    closes = list(accumulate((end for _, end in windows), max))
    for run in runs:
        place = bisect_right(opens, run.start) - 1
        if place < 0 or run.end > closes[place]:
            text = f"{machine.name} is not open from {run.start} to {run.end}"
            findings.say("calendar", text, run.start, run.jobs, machine.name)


def _latest_of_another(items: Iterable[tuple[Run, Hashable]]) -> Iterator[tuple[Run, Run]]:
    """Each run with that run before it, of another key, which ends last. ``items`` are in order of time."""
    top: tuple[Run, Hashable] | None = None
    second: tuple[Run, Hashable] | None = None  # the one that ends last among those with another key than ``top``
    for item in items:
        run, key = item
        other = second if top is not None and top[1] == key else top
        if other is not None:
            yield other[0], run
        if top is None or run.end >= top[0].end:
            if top is not None and top[1] != key:
                second = top
            top = item
        elif top[1] != key and (second is None or run.end >= second[0].end):
            second = item


# ---- robots ------------------------------------------------------------------------------------------------------


def check_carriers(
    problem: Problem, handlings: Sequence[Handling], findings: Findings, charges: Sequence[Charge] = ()
) -> dict[str, Departure]:
    """One thing at a time, travel, handling times, sections, capacity; returns how each vial left its first place."""
    machines = {m.name: m for m in problem.machines}
    handled: dict[str, list[Handling]] = defaultdict(list)
    for handling in handlings:
        handled[handling.carrier].append(handling)
    departures: dict[str, Departure] = {}
    for carrier in problem.carriers:
        work = _in_order(handled[carrier.name])
        _route(problem, carrier, work, findings, [c for c in charges if c.carrier == carrier.name])
        _handle(carrier, machines, work, findings)
        stop = 0
        for number, one in enumerate(work):
            last = work[number - 1] if number else one
            stop += (one.action, one.machine) != (last.action, last.machine)
            for job in one.jobs if one.action == "load" else ():
                if job not in departures or one.start < departures[job].at:
                    departures[job] = Departure(carrier.name, stop, one.start)
    return departures


def _in_order(handlings: Iterable[Handling]) -> list[Handling]:
    """In order of time. What takes no time and happens at one moment is put into an order that works, if one does."""
    out: list[Handling] = []
    aboard: set[str] = set()
    where = ""
    for (start, end), group in groupby(sorted(handlings, key=lambda h: (h.start, h.end)), lambda h: (h.start, h.end)):
        left = list(group)
        while left:
            best = 0
            if len(left) > 1 and start == end:
                best = min(range(len(left)), key=[_rank(h, aboard, where) for h in left].__getitem__)
            handling = left.pop(best)
            where = handling.machine
            if handling.action == "load":
                aboard.update(handling.jobs)
            else:
                aboard.difference_update(handling.jobs)
            out.append(handling)
    return out


def _rank(handling: Handling, aboard: set[str], where: str) -> tuple[int, bool]:
    """Place what is on board, then take what is here, then take elsewhere."""
    kind = 1 if handling.action == "load" else 0 if aboard.issuperset(handling.jobs) else 2
    return kind, handling.machine != where


def _route(
    problem: Problem, carrier: Carrier, work: Iterable[Handling], findings: Findings, charges: Iterable[Charge] = ()
) -> None:  # fmt: skip
    """One thing at a time, and from one place to the next in the time that it has for it."""
    name = carrier.name
    away = _Pauses(carrier.busy)
    pauses = _Pauses((*carrier.busy, *(Busy(c.start, c.end, 1) for c in charges)))
    last_place, free = carrier.at, 0
    for handling in work:
        if away.cut(handling.start, handling.end):
            findings.say(
                "carrier_busy", f"{name} is not available", handling.start, handling.jobs, handling.machine, name
            )
        if handling.start < free:
            text = f"{name} is still at work until {free}"
            findings.say("one_at_a_time", text, handling.start, handling.jobs, handling.machine, name)
        elif last_place:
            travel = problem.travel_time(last_place, handling.machine)
            time = handling.start - free - pauses.within(free, handling.start)
            if time < travel:
                text = f"{name} has {time} to go from {last_place} to {handling.machine}, it takes {travel}"
                findings.say("travel", text, handling.start, handling.jobs, handling.machine, name)
        if handling.end >= free:
            last_place, free = handling.machine, handling.end


def _handle(carrier: Carrier, machines: Mapping[str, Machine], work: Iterable[Handling], findings: Findings) -> None:
    """Time for each vial, the section, and room on board."""
    name = carrier.name
    aboard: set[str] = set()
    for handling in work:
        place = machines[handling.machine]
        if carrier.section not in place.sections:
            text = f"{name} works in {carrier.section}, {place.name} stands in {', '.join(place.sections)}"
            findings.say("section", text, handling.start, handling.jobs, place.name, name)
        load = handling.action == "load"
        needed = len(handling.jobs) * (carrier.pick if load else carrier.place)
        if handling.end - handling.start < needed:
            text = f"to {handling.action} {len(handling.jobs)} vials takes {name} {needed}"
            findings.say("handling_time", text, handling.start, handling.jobs, place.name, name)
        if not load:
            aboard.difference_update(handling.jobs)
            continue
        aboard.update(handling.jobs)
        if len(aboard) > carrier.capacity:
            text = f"{len(aboard)} vials on board of {name}, there is room for {carrier.capacity}"
            findings.say("capacity", text, handling.start, handling.jobs, place.name, name)


def check_charges(
    problem: Problem, charges: Iterable[Charge], handlings: Iterable[Handling], findings: Findings
) -> None:
    """Whether each battery lasts from one charge to the next, and nothing is handled meanwhile."""
    carriers = {c.name: c for c in problem.carriers}
    mine: dict[str, list[Charge]] = defaultdict(list)
    work: dict[str, list[Handling]] = defaultdict(list)
    for handling in handlings:
        work[handling.carrier].append(handling)
    for charge in charges:
        carrier = carriers.get(charge.carrier)
        if carrier is None:
            findings.say("unknown", f"a charge of {charge.carrier!r}", charge.start, (), "", charge.carrier)
            continue
        mine[carrier.name].append(charge)
        if charge.end - charge.start < max(0, carrier.charge):
            text = f"{carrier.name} is charged for {charge.end - charge.start}, it takes {carrier.charge}"
            findings.say("battery", text, charge.start, (), "", carrier.name)
    for name, carrier in carriers.items():
        pauses = _Pauses(Busy(c.start, c.end, 1) for c in mine[name])
        for handling in work[name]:
            if pauses.cut(handling.start, handling.end):
                text = f"{name} is being charged"
                findings.say("battery", text, handling.start, handling.jobs, handling.machine, name)
        if carrier.battery is None or not work[name]:
            continue
        last = max(h.end for h in work[name])
        full = 0
        for charge in sorted(mine[name], key=lambda c: c.start):
            _lasts(name, carrier.battery, full, min(charge.start, last), findings)
            full = max(full, charge.end)
        _lasts(name, carrier.battery, full, last, findings)


def _lasts(name: str, battery: int, full: int, until: int, findings: Findings) -> None:
    if until - full > battery:
        text = f"the battery of {name} lasts until {full + battery}, it is charged no sooner than {until}"
        findings.say("battery", text, full + battery, (), "", name)


class _Pauses:
    """The times over which a robot is not available."""

    def __init__(self, busy: Iterable[Busy]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted((b.start, b.end) for b in busy if b.end > b.start):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)
        self._sums = [0, *accumulate(e - s for s, e in zip(self._starts, self._ends, strict=True))]

    def cut(self, start: int, end: int) -> bool:
        place = bisect_right(self._ends, start)
        return place < len(self._starts) and self._starts[place] < end

    def within(self, start: int, end: int) -> int:
        return self._before(end) - self._before(start)

    def _before(self, at: int) -> int:
        place = bisect_right(self._starts, at)
        return self._sums[place] - (max(0, self._ends[place - 1] - at) if place else 0)
