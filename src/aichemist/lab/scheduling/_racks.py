"""How vials are put on racks. Several ways are offered; the search finds out which is good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ._problem import Problem
from ._visits import Family, Rack

#: vials on a rack, as in most labs (DESIGN section 6)
RACK = 10


def rack_plans(problem: Problem, families: Sequence[Family]) -> Iterator[list[Rack]]:
    """Ways to form racks, the most promising first; without repetition."""
    seen: set[tuple[tuple[tuple[str, ...], ...], ...]] = set()
    most = max((c.capacity for c in problem.carriers), default=RACK)
    for even, share in ((False, 1.0), (True, 1.0), (True, 0.5), (True, 0.0)):
        racks: list[Rack] = []
        for number, family in enumerate(families):
            size = max(1, min(int(max(family.leaf if share else 1, _size(family) * share)), most))
            racks += _racks(number, family, size, even)
        key = tuple(r.leaves for r in racks)
        if key not in seen:
            seen.add(key)
            yield racks


def _size(family: Family) -> int:
    """The slots of the tightest stop that takes more than half a rack."""
    rooms = [s.visit.slots for s in family.stops if s.visit.operations]
    large = [r for r in rooms if 2 * r > RACK]
    return min([RACK, *(large or [family.leaf])])


def _racks(number: int, family: Family, size: int, even: bool) -> list[Rack]:
    groups = family.together
    loads: list[list[str]] = []
    if max(len(g) for g in groups) > 1:  # what leaves together stays together
        for group in sorted(groups, key=len, reverse=True):
            room = next((x for x in loads if len(x) + len(group) <= size), None)
            if room is None:
                loads.append(list(group))
            else:
                room.extend(group)
    else:
        jobs = [j for g in groups for j in g]
        loads = _equal(jobs, size) if even else [jobs[i : i + size] for i in range(0, len(jobs), size)]
    return [_rack(f"f{number}r{i}", number, family, load) for i, load in enumerate(loads)]


def _rack(name: str, number: int, family: Family, load: Sequence[str]) -> Rack:
    """The rack, cut into parts for its machines, each part within one of the next larger."""
    parts = [list(load)]
    halves: dict[int, tuple[tuple[str, ...], ...]] = {}
    sizes = {s.visit.slots for s in family.stops if family.leaf < s.visit.slots < len(load)}
    for size in sorted(sizes, reverse=True):
        parts = [p for whole in parts for p in _equal(whole, size)]
        halves[size] = tuple(map(tuple, parts))
    leaves = tuple(tuple(p) for whole in parts for p in _equal(whole, family.leaf))
    return Rack(name, number, leaves, halves=halves)


def _equal(jobs: Sequence[str], at_most: int) -> list[list[str]]:
    """As few parts as possible, sizes as equal as possible."""
    parts = -(-len(jobs) // at_most)
    size, more = divmod(len(jobs), parts)
    out, start = [], 0
    for i in range(parts):
        end = start + size + (i < more)
        out.append(list(jobs[start:end]))
        start = end
    return out
