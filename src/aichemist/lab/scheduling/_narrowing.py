"""A bound by contradiction: whether a plan could end by a given time, as far as heads and tails tell.

Vials of one kind are looked at in the order in which they come to a machine: the k-th one comes no sooner than the
k-th one left the machine before, nor than the machine has dealt with those ahead of it. Where a long operation needs
all that its machines can do until then, the middle of each of its runs is certain; other operations of these machines
come before it or after it, which makes their heads (or tails) longer, and so on until nothing changes. (Edge finding
and compulsory parts: Carlier and Pinson, Manage. Sci. 1989, 35, 164; Lahrichi 1982.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

#: heads and tails of which subsets are made: so many of the largest, and of the smallest
_MOST, _FEW = 12, 3

#: what lies before and after the work on a vial, and the time it takes
Item = tuple[int, int, int]


@frozen
class Stay:
    """What one vial does at one place: ``gap`` is the least time since the stay before (for the first: the release).

    ``count`` machines (0: not known) take ``slots`` vials each, in batches or not; a slot is taken for ``busy``, for
    ``placed`` of it before the work begins. ``picked`` and ``put`` are the robots' times for the move to it.
    ``plain``: one operation, which takes the same time on all machines.
    """

    names: frozenset[str]
    gap: int
    process: int
    count: int
    slots: int
    batch: bool
    busy: int
    placed: int
    picked: int
    put: int
    plain: bool


@define
class Kind:
    """Equal vials: ``heads[s][k]`` is the earliest start of stay ``s`` of the k-th one that comes to it.

    ``tails[s][k]`` is the least time from the end of stay ``s`` to the end of the plan, for the k-th one from the last.
    """

    vials: int
    stays: tuple[Stay, ...]
    heads: list[list[int]] = field(factory=list)
    tails: list[list[int]] = field(factory=list)

    @classmethod
    def of(cls, vials: int, stays: Iterable[Stay]) -> Kind:
        """With nothing known of heads and tails."""
        found = tuple(stays)
        return cls(vials, found, [[0] * vials for _ in found], [[0] * vials for _ in found])

    def spread(self) -> bool:
        """Longer heads and tails from those nearby; whether anything changed."""
        changed = False
        for s, stay in enumerate(self.stays):
            ends = [h + self.stays[s - 1].process for h in self.heads[s - 1]] if s else [0] * self.vials
            changed |= _raise(self.heads[s], stay, [e + stay.gap for e in ends])
        for s in range(len(self.stays) - 1, -1, -1):
            least = [0] * self.vials
            if s + 1 < len(self.stays):
                following = self.stays[s + 1]
                least = [t + following.process + following.gap for t in self.tails[s + 1]]
            changed |= _raise(self.tails[s], self.stays[s], least)
        return changed


def _raise(values: list[int], stay: Stay, least: Sequence[int]) -> bool:
    """Not below ``least``, and one after another where a machine has no room for more."""
    changed = False
    room = stay.count * stay.slots
    for k in range(len(values)):
        value = max(values[k], least[k], values[k - 1] if k else 0)
        if room and k >= room:
            value = max(value, values[k - room] + stay.busy)
        if value > values[k]:
            values[k], changed = value, True
    return changed


class Narrowing:
    """All kinds of a problem; :meth:`refuted` asks whether no plan can end by a time."""

    def __init__(self, kinds: Sequence[Kind], robots: int) -> None:
        self._first, self._robots = kinds, robots

    def refuted(self, until: int) -> bool:
        """Whether no plan ends by ``until``."""
        kinds = [Kind(k.vials, k.stays, [list(h) for h in k.heads], [list(t) for t in k.tails]) for k in self._first]
        for _ in range(20):
            changed = False
            for kind in kinds:
                changed |= kind.spread()
            for kind in kinds:
                for s in range(len(kind.stays)):
                    outcome = self._compulsory(kinds, kind, s, until)
                    if outcome is None:
                        return True
                    changed |= outcome
            if not changed:
                break
        return self._too_much(kinds, until)

    def _compulsory(self, kinds: Sequence[Kind], kind: Kind, s: int, until: int) -> bool | None:
        """What a long operation leaves to others; ``None`` if it cannot be done by then."""
        stay, heads, tails = kind.stays[s], kind.heads[s], kind.tails[s]
        if not (stay.batch and stay.count and stay.process and stay.plain):
            return False
        runs = -(-kind.vials // stay.slots)
        each = (until - heads[0] - tails[0]) // stay.process  # runs that one machine can do
        if runs > stay.count * max(0, each):
            return None
        if runs < stay.count * each:
            return False
        # all machines do so many runs, none of which is smaller than this
        least = kind.vials - (runs - 1) * stay.slots
        changed = False
        for values in (heads, tails):
            for k in range(least - 1):
                if values[k] < values[least - 1]:
                    values[k], changed = values[least - 1], True
        for number in range(each):
            begin = until - tails[0] - (each - number) * stay.process
            end = heads[0] + (number + 1) * stay.process
            if begin < end:
                for other in kinds:
                    changed |= _keep_out(other, stay, begin, end, until)
        return changed

    def _too_much(self, kinds: Sequence[Kind], until: int) -> bool:
        """Whether some machine, group of machines or the robots have more to do than they can."""
        works: dict[frozenset[str], list[tuple[Stay, list[Item]]]] = defaultdict(list)
        moves: list[Item] = []
        for kind in kinds:
            for s, stay in enumerate(kind.stays):
                pairs = list(zip(kind.heads[s], reversed(kind.tails[s]), strict=True))
                if any(h + stay.process + t > until for h, t in pairs):
                    return True
                if stay.count:
                    works[stay.names].append((stay, [(h, stay.process, t) for h, t in pairs]))
                if s and stay.picked + stay.put:
                    moves += _moves(kind, s)
        for names in works:
            inside = [w for other, ws in works.items() if other <= names for w in ws]
            if self._group(inside, until):
                return True
        return bool(moves) and _energy(moves, self._robots, until)

    def _group(self, inside: Sequence[tuple[Stay, list[Item]]], until: int) -> bool:
        stay = max((s for s, _ in inside), key=lambda s: s.count)
        slots = max(s.slots for s, _ in inside)
        if slots == 1:
            padded = [
                (h - s.placed, s.busy, t - (s.busy - s.placed - s.process)) for s, items in inside for h, _, t in items
            ]
            return _energy(padded, stay.count, until)
        if all(s.batch for s, _ in inside) and _runs(inside, stay.count, slots, until):
            return True
        return _energy([i for _, items in inside for i in items], stay.count * slots, until)


def _keep_out(other: Kind, stay: Stay, begin: int, end: int, until: int) -> bool:
    """Over this span the machines do nothing but runs of ``stay``."""
    changed = False
    for s, one in enumerate(other.stays):
        if not one.plain or not one.names <= stay.names or one.process in (0, stay.process):
            continue  # (what lasts as long may be in the same run)
        head, tail = other.heads[s], other.tails[s]
        for k in range(other.vials):
            if head[k] + one.process > begin and head[k] < end:
                head[k], changed = end, True
            last = until - tail[k]
            if last > begin and last - one.process < end and tail[k] < until - begin:
                tail[k], changed = until - begin, True
    return changed


def _moves(kind: Kind, s: int) -> list[Item]:
    """Picking and placing of each vial on the way to a stay."""
    stay, before = kind.stays[s], kind.stays[s - 1]
    out: list[Item] = []
    for k in range(kind.vials):
        ready = kind.heads[s - 1][k] + before.process
        left = kind.tails[s][kind.vials - 1 - k] + stay.process
        out.append((ready, stay.picked, left + stay.put))
        out.append((ready + stay.picked, stay.put, left))
    return out


def _energy(items: Sequence[Item], room: int, until: int) -> bool:
    """Whether a subset with late heads and long tails is more than ``room`` machines can do."""
    by_head = sorted(items, reverse=True)
    heads = _some([h for h, _, _ in by_head])
    tails = _some(sorted((t for _, _, t in items), reverse=True))
    for tail in tails:
        work, i = 0, 0
        most = 10**9
        for head in heads:
            while i < len(by_head) and by_head[i][0] >= head:
                if by_head[i][2] >= tail:
                    work += by_head[i][1]
                    most = min(most, by_head[i][2])
                i += 1
            if work and head + -(-work // room) + most > until:
                return True
    return False


def _some(values: Sequence[int]) -> list[int]:
    """All different values, in order, or as many as are looked at."""
    known = list(dict.fromkeys(values))
    if len(known) <= 3 * _MOST:
        return known
    return [known[i * (len(known) - 1) // (3 * _MOST - 1)] for i in range(3 * _MOST)]


def _runs(inside: Sequence[tuple[Stay, list[Item]]], count: int, slots: int, until: int) -> bool:
    """Whether so many runs one after another take too long; each but the fewest possible holds some vials at least."""
    for process in {s.process for s, _ in inside}:
        items = [i for s, found in inside if s.process >= process for i in found]
        for head in _first_and_last({h for h, _, _ in items}):
            late = [i for i in items if i[0] >= head]
            for tail in _first_and_last({t for _, _, t in late}):
                both = [i for i in late if i[2] >= tail]
                if both and _ends(both, process, count, slots) > until:
                    return True
    return False


def _first_and_last(values: Iterable[int]) -> list[int]:
    """The smallest values, which most vials reach, and the largest."""
    known = sorted(values)
    return known if len(known) <= _MOST + _FEW else known[:_FEW] + known[-_MOST:]


def _ends(items: Sequence[Item], process: int, count: int, slots: int) -> int:
    """Least end of these vials, in as few runs as possible or in one more."""
    heads, tails = sorted(h for h, _, _ in items), sorted(t for _, _, t in items)
    least = 10**9
    fewest = -(-len(items) // slots)
    for runs in range(fewest, fewest + slots + 1):
        some = max(1, len(items) - (runs - 1) * slots)  # in the first, and in the last
        rounds = -(-runs // count)
        least = min(least, heads[some - 1] + rounds * process + tails[some - 1])
        if some == 1:
            break
    return least
