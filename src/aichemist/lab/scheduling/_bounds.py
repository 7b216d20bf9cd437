"""Proven lower bounds of the makespan, of any plan whatever racks it forms.

Each machine (or group of machines that serve the same operations) is looked at alone: before its work on a vial lies
at least that vial's shortest way to it (head), afterwards the shortest way on (tail). Of one machine with one slot the
preemptive schedule of heads and tails is a bound (Carlier, Eur. J. Oper. Res. 1982, 11, 42); of several slots the
work of each subset with late heads and long tails.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from ._batch_bounds import Neighbour, shared_batches
from ._narrowing import Kind, Narrowing, Stay
from ._problem import Job, Machine, Problem

#: kinds of vials up to which bounds by contradiction are looked for, and how far above the others
_KINDS, _REACH = 20, 1.5


@frozen
class Work:
    """Work on one vial: earliest start, time, least time that follows, and how long the vial itself is processed."""

    head: int
    time: int
    tail: int
    process: int


def lower_bound(problem: Problem) -> int:
    """The largest of all bounds."""
    machines = {m.name: m for m in problem.machines}
    heads = {j.id: _heads(problem, machines, j) for j in problem.jobs}
    best = max((h[-1] for h in heads.values()), default=0)
    groups: dict[frozenset[str], list[Work]] = defaultdict(list)
    for job in problem.jobs:
        head = heads[job.id]
        length = head[-1]
        for names, first, last in _stays(machines, job):
            start = head[2 * first]
            process = head[2 * last + 1] - start
            handled = _handling(problem, machines, job, first, last)
            groups[names].append(
                Work(start - handled[0], process + sum(handled), length - head[2 * last + 1] - handled[1], process)
            )
    for names, works in groups.items():
        inside = [w for other, ws in groups.items() if other <= names for w in ws]
        best = max(best, _of_machines([machines[n] for n in names if n in machines], inside or works))
    best = max(best, _robots(problem, heads), _shared(problem, machines))
    return max(best, _by_contradiction(problem, machines, best))


def _by_contradiction(problem: Problem, machines: dict[str, Machine], known: int) -> int:
    """The bound of :class:`Narrowing`, from a known one on."""
    kinds: dict[tuple[str, str, int], list[list[Job]]] = defaultdict(list)
    for job in problem.jobs:
        alike = kinds[job.kind, job.origin, job.release]
        group = next((g for g in alike if g[0].operations == job.operations), None)
        if group is None:
            alike.append([job])
        else:
            group.append(job)
    groups = [g for alike in kinds.values() for g in alike]
    if len(groups) > _KINDS:
        return known  # (published shops, where each job is another)
    made = [Kind.of(len(g), _places(problem, machines, g[0])) for g in groups]
    narrowing = Narrowing(made, max(1, len(problem.carriers)))
    low, high = known - 1, int(known * _REACH)  # (``low`` is refuted)
    while low < high:
        middle = (low + high + 1) // 2
        if narrowing.refuted(middle):
            low = middle
        else:
            high = middle - 1
    return low + 1


def _places(problem: Problem, machines: dict[str, Machine], job: Job) -> Iterable[Stay]:
    """What a vial does one after another."""
    heads = _heads(problem, machines, job)
    pick = min((c.pick for c in problem.carriers), default=0)
    put = min((c.place for c in problem.carriers), default=0)
    last_end, before = 0, [job.origin] if job.origin else []
    for names, first, last in _stays(machines, job):
        start, end = heads[2 * first], heads[2 * last + 1]
        known = _capacity([machines[n] for n in names if n in machines])
        inner = job.operations[first + 1 : last + 1]
        if any(o.wait_max for o in inner):
            known = None  # (others may come between)
        count, slots, batch = known or (0, 1, False)
        placed, picked = _handling(problem, machines, job, first, last) if slots == 1 else (0, 0)
        times = set(job.operations[first].choices.values())
        moved = bool(before) and _least_move(problem, machines, before, list(job.operations[first].choices)) > 0
        yield Stay(
            names, start - last_end, end - start, count, slots, batch, placed + end - start + picked, placed,
            pick if moved else 0, put if moved else 0, first == last and len(times) == 1,
        )  # fmt: skip
        last_end, before = end, list(job.operations[last].choices)


def _shared(problem: Problem, machines: dict[str, Machine]) -> int:
    """The bound of batches that vials of one kind share, for each of their operations."""
    kinds: dict[str, list[Job]] = defaultdict(list)
    for job in problem.jobs:
        kinds[job.kind].append(job)
    best = 0
    for jobs in kinds.values():
        one = evolve(jobs[0], release=min(j.release for j in jobs))
        if any(j.operations != one.operations or j.origin != one.origin for j in jobs):
            continue
        head = _heads(problem, machines, one)
        stays = [
            (first, last, known)
            for names, first, last in _stays(machines, one)
            if (known := _capacity([machines[n] for n in names if n in machines])) is not None
        ]
        for first, last, (count, slots, batch) in stays:
            process = head[2 * last + 1] - head[2 * first]
            inner = [o.wait_max for o in one.operations[first + 1 : last + 1]]
            if not batch or slots == 1 or process == 0 or any(inner):
                continue  # (with waits between, other vials may meet in the second run than in the first)
            before = [_neighbour(problem, machines, one, head, s, first, True) for s in stays if s[1] < first]
            after = [_neighbour(problem, machines, one, head, s, last, False) for s in stays if s[0] > last]
            least = head[2 * first], head[-1] - head[2 * last + 1]
            best = max(best, shared_batches(
                len(jobs), process=process, machines=count, slots=slots, least=least, before=before, after=after
            ))  # fmt: skip
    return best


def _capacity(machines: Sequence[Machine]) -> tuple[int, int, bool] | None:
    """Machines or instruments side by side, slots of each, whether these are batches; ``None`` where mixed."""
    instruments = {m.instrument for m in machines}
    phases = len(machines) > 1 and len(instruments) == 1 and instruments != {""}
    if not machines or (len(instruments) > 1 and instruments != {""} and len(instruments) < len(machines)):
        return None
    count = 1 if phases else len(machines)
    slots = max(m.slots for m in machines)
    return count, slots, all(m.batch for m in machines)


def _neighbour(
    problem: Problem, machines: dict[str, Machine], job: Job, head: Sequence[int],
    stay: tuple[int, int, tuple[int, int, bool]], index: int, earlier: bool,
) -> Neighbour:  # fmt: skip
    """A stay before (or after) operation ``index`` of a vial, as what the batch waits for (or what follows it)."""
    first, last, (count, slots, _) = stay
    start, end = head[2 * first], head[2 * last + 1]
    placed, picked = _handling(problem, machines, job, first, last) if slots == 1 else (0, 0)
    if earlier:
        near, far = head[2 * index] - end - picked, start - placed
    else:
        near, far = start - head[2 * index + 1] - placed, head[-1] - end - picked
    return Neighbour(near, far, placed + end - start + picked, count * slots)


def _heads(problem: Problem, machines: dict[str, Machine], job: Job) -> list[int]:
    """Earliest start and end of each operation, alternately, then the earliest end of all (a return is included)."""
    out: list[int] = []
    now = job.release
    before = [job.origin] if job.origin else []
    for operation in job.operations:
        move = _least_move(problem, machines, before, list(operation.choices)) if before else 0
        now += max(move, operation.wait_min if out else 0)
        out.append(now)
        now += min(operation.choices.values())
        out.append(now)
        before = list(operation.choices)
    return [*out, now]


def _least_move(problem: Problem, machines: dict[str, Machine], here: Sequence[str], there: Sequence[str]) -> int:
    if not problem.carriers:
        return 0
    pick, place = min(c.pick for c in problem.carriers), min(c.place for c in problem.carriers)
    best = None
    for a in here:
        for b in there:
            same = a == b or (machines[a].instrument and machines[a].instrument == machines[b].instrument)
            time = 0 if same else pick + place + problem.travel_time(a, b)
            if not same and not set(machines[a].sections) & set(machines[b].sections):
                time += pick + place
            best = time if best is None else min(best, time)
    return best or 0


def _stays(machines: dict[str, Machine], job: Job) -> Iterable[tuple[frozenset[str], int, int]]:
    """Operations (first, last) that follow each other at one machine or instrument, and its names.

    Where there is a choice, or a wait between them, others may come between: these are looked at one by one.
    """
    first = 0
    count = len(job.operations)
    for index in range(count):
        names = frozenset(machines[m].instrument or m for m in job.operations[index].choices if m in machines)
        after = (
            frozenset(machines[m].instrument or m for m in job.operations[index + 1].choices if m in machines)
            if index + 1 < count
            else frozenset()
        )
        if names == after and len(names) == 1 and _follows_at_once(job, index + 1):
            continue
        yield frozenset(m for k in range(first, index + 1) for m in job.operations[k].choices), first, index
        first = index + 1


def _follows_at_once(job: Job, index: int) -> bool:
    operation = job.operations[index]
    return operation.wait_max is not None and operation.wait_min == 0


def _handling(problem: Problem, machines: dict[str, Machine], job: Job, first: int, last: int) -> tuple[int, int]:
    """Time that the slot is taken before and after the work, because the vial is being placed or picked."""
    if not problem.carriers or problem.buffers:
        return 0, 0

    def where(index: int) -> set[str]:
        return {machines[m].instrument or m for m in job.operations[index].choices if m in machines}

    here = where(first)
    if any(machines[m].instrument for m in job.operations[first].choices if m in machines):
        return 0, 0  # the next vial may be placed on the first phase while the last one works
    comes = not here & where(first - 1) if first else bool(job.origin) and job.origin not in here
    leaves = last < len(job.operations) - 1 and not here & where(last + 1)
    place, pick = min(c.place for c in problem.carriers), min(c.pick for c in problem.carriers)
    return (place if comes else 0), (pick if leaves else 0)


def _of_machines(machines: Sequence[Machine], works: Sequence[Work]) -> int:
    if not machines or not works:
        return 0
    instruments = {m.instrument or m.name: m for m in machines}
    count = len(instruments)
    slots = max(m.slots for m in machines)
    if len({m.instrument for m in machines}) == 1 and machines[0].instrument:
        count, slots = 1, max(m.slots for m in machines)
    if count == 1 and slots == 1:
        return _one_machine(works)
    best = 0
    if all(m.batch for m in machines) and len({m.instrument for m in machines} - {""}) <= 1:
        best = _batches(works, count, slots)
    for chosen in _subsets(works):
        energy = -(-sum(w.time for w in chosen) // (count * slots))
        best = max(best, min(w.head for w in chosen) + energy + min(w.tail for w in chosen))
    return best


def _subsets(works: Sequence[Work]) -> Iterable[list[Work]]:
    """All with late heads, all with long tails, and both."""
    heads = sorted({w.head for w in works})[-40:]
    tails = sorted({w.tail for w in works})[-40:]
    yield list(works)
    for head in heads:
        late = [w for w in works if w.head >= head]
        if late:
            yield late
        for tail in tails:
            both = [w for w in late if w.tail >= tail]
            if both:
                yield both


def _batches(works: Sequence[Work], count: int, slots: int) -> int:
    """Runs of equal length: so many rounds, one after another."""
    best = 0
    for process in {w.process for w in works}:
        equal = [w for w in works if w.process >= process]
        for chosen in _subsets(equal):
            runs = -(-len(chosen) // slots)
            rounds = -(-runs // count)
            best = max(best, min(w.head for w in chosen) + rounds * process + min(w.tail for w in chosen))
    return best


def _one_machine(works: Sequence[Work]) -> int:
    """The preemptive one-machine schedule of heads and tails: always go on with the longest tail."""
    order = sorted(works, key=lambda w: w.head)
    ready: list[tuple[int, int]] = []  # -tail, left
    now = best = i = 0
    while i < len(order) or ready:
        if not ready:
            now = max(now, order[i].head)
        while i < len(order) and order[i].head <= now:
            heapq.heappush(ready, (-order[i].tail, order[i].time))
            i += 1
        tail, left = heapq.heappop(ready)
        until = order[i].head if i < len(order) else now + left
        step = min(left, until - now)
        now += step
        if left > step:
            heapq.heappush(ready, (tail, left - step))
        else:
            best = max(best, now - tail)
    return best


def _robots(problem: Problem, heads: dict[str, list[int]]) -> int:
    """All picking and placing, shared by all robots."""
    if not problem.carriers:
        return 0
    machines = {m.name: m for m in problem.machines}
    pick, place = min(c.pick for c in problem.carriers), min(c.place for c in problem.carriers)
    total, head, tail = 0, [], []
    for job in problem.jobs:
        before = [job.origin] if job.origin else []
        first = None
        for index, operation in enumerate(job.operations):
            names = list(operation.choices)
            if before and _least_move(problem, machines, before, names) > 0:
                total += pick + place
                if first is None:
                    first = heads[job.id][2 * index - 1] if index else job.release
                last = min(operation.choices.values()) + (heads[job.id][-1] - heads[job.id][2 * index + 1])
            before = names
        if first is not None:
            head.append(first)
            tail.append(last)
    if not head:
        return 0
    return min(head) + -(-total // len(problem.carriers)) + min(tail)
