"""A bound for vials of one kind that share batches of one long operation.

A machine that must do so many runs one after another cannot start the first before its vials are there, nor be done
before those of the last have gone the rest of their way. How many vials these are follows from the slots: what does not
fit into the runs between is in the first or in the last ones. Small first runs start early and leave large last ones,
so the least over all ways to share is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen


@frozen
class Neighbour:
    """A resource that each vial passes before or after the batches.

    Attributes:
        near: least time between its work on a vial and the batch.
        far: least time on its other side, to the start or the end of the plan.
        time: how long a full load takes it.
        room: vials that it works on at once, all machines together.
    """

    near: int
    far: int
    time: int
    room: int

    def needs(self, vials: int) -> int:
        """Time from the batch to the start or the end of the plan, for so many vials."""
        return self.near + -(-vials // self.room) * self.time + self.far


def shared_batches(
    vials: int, *, process: int, machines: int, slots: int, least: tuple[int, int],
    before: Sequence[Neighbour], after: Sequence[Neighbour],
) -> int:  # fmt: skip
    """Least makespan of ``vials`` in runs of at most ``slots`` on some equal ``machines``.

    Args:
        process: length of a run.
        least: least time of one vial before and after its run.
        before, after: what each vial passes on either side.
    """

    def of(side: Sequence[Neighbour], alone: int) -> Callable[[int], int]:
        known = [max([alone, *(x.needs(v) for x in side)]) for v in range(1, vials + 1)]
        return lambda v: known[min(max(1, v), vials) - 1]

    head, tail = of(before, least[0]), of(after, least[1])
    runs = -(-vials // slots)
    rounds = -(-runs // machines)
    best = (rounds + 1) * process + head(1) + tail(1)  # some machine does one run more than it must
    for full in range(1, machines + 1):  # so many machines do all the rounds, the others fewer
        others = (machines - full) * (rounds - 1) * slots
        if vials > full * rounds * slots + others:
            continue
        best = min(best, rounds * process + _ends(vials - others, full, rounds, slots, head, tail))
    return best


def _ends(
    vials: int, machines: int, rounds: int, slots: int, head: Callable[[int], int], tail: Callable[[int], int]
) -> int:
    """Least time before and after the rounds of ``machines``, over all shares of first and last runs."""
    most = machines * slots
    others = most - slots

    def of(first: int, last: int) -> int:
        # the machine that starts last waits for the vials of all first runs; when the first one is done, the vials of
        # all last runs are still there
        late = head(first) + tail(last - others)
        return max(late, head(first - others) + tail(last))

    if rounds == 1:
        return of(vials, vials)
    ends = max(2 * machines, vials - machines * (rounds - 2) * slots)
    shares = range(max(machines, ends - most), min(most, ends - machines) + 1)
    return min(of(first, ends - first) for first in shares)
