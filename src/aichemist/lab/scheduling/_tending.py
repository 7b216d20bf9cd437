"""One journey of a robot with vials on board, timed from its start: load, serve small machines in turn, put down.

The order is found by a small simulation. Machines that wait for the robot come first; picking up the next vial and
putting down a finished one fill the gaps, where they fit without delay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, field, frozen

Travel = Callable[[str, str], int]


@frozen
class Act:
    """Robot ``robot`` (0, 1, ...) picks or places vial ``vial`` over ``[start, end)``."""

    robot: int
    action: str
    machine: str
    vial: int
    start: int
    end: int


@frozen
class Served:
    """A tended machine works on ``vial``; ``visit`` counts the tended visits of the journey."""

    visit: int
    machine: str
    vial: int
    start: int
    end: int


@frozen
class Journey:
    """A timed journey.

    Attributes:
        duration: robots are busy from 0 to ``duration``.
        robots: how many take part.
        released: the last vial has left the origin.
        held: the first vial is put down at the target from here on.
        windows: (resource, start, end) of tended machines.
    """

    duration: int
    robots: int
    released: int
    held: int
    acts: tuple[Act, ...]
    served: tuple[Served, ...]
    windows: tuple[tuple[str, int, int], ...]


@frozen
class Tended:
    """A tended machine: how long it works on one vial, and the least time since the operation before."""

    machine: str
    resources: tuple[str, ...]
    duration: int
    wait_min: int = 0


@define
class _Robot:
    """Where one robot is and when it is free."""

    at: str
    now: int
    travel: Travel
    acts: list[Act] = field(factory=list)

    def reach(self, machine: str, not_before: int) -> int:
        """A robot sets out for a vial when that is ready."""
        return max(self.now, not_before) + self.travel(self.at, machine)

    def do(self, action: str, machine: str, vial: int, seconds: int, not_before: int = 0) -> int:
        start = self.reach(machine, not_before)
        self.acts.append(Act(0, action, machine, vial, start, start + seconds))
        self.at, self.now = machine, start + seconds
        return self.now


def direct(
    vials: int, origin: str, target: str, *, pick: int, place: int, travel: Travel, approach: int, robots: int = 1
) -> Journey:
    """All from ``origin`` to ``target``, shared by ``robots``."""
    acts: list[Act] = []
    parts = [list(range(vials))[r::robots] for r in range(robots)]
    for robot, part in enumerate(parts):
        now = approach
        for vial in part:
            acts.append(Act(robot, "load", origin, vial, now, now + pick))
            now += pick
        now += travel(origin, target)
        for vial in part:
            acts.append(Act(robot, "unload", target, vial, now, now + place))
            now += place
    loads = [a for a in acts if a.action == "load"]
    unloads = [a for a in acts if a.action == "unload"]
    return Journey(
        max(a.end for a in acts), robots, max(a.end for a in loads),
        min(a.start for a in unloads) - travel(origin, target), tuple(acts), (), (),
    )  # fmt: skip


def tend(
    vials: int, origin: str, machines: Sequence[Tended], target: str, *, pick: int, place: int, travel: Travel,
    approach: int, capacity: int, load_first: bool, put_last: bool = False,
) -> Journey:  # fmt: skip
    """Through ``machines`` one after another, vial by vial, with one robot.

    With ``load_first`` all vials are taken on board at once: the origin is free earlier. With ``put_last`` they are put
    down only when all are done: the target is needed later.
    """
    robot = _Robot(origin, approach, travel)
    last = len(machines)
    at_origin = list(range(vials))
    #: on board, by the machine that is next (``last``: the target), with the end of the operation before
    board: list[list[tuple[int, int]]] = [[] for _ in range(last + 1)]
    inside: list[tuple[int, int] | None] = [None] * last  # vial, ready
    served: list[Served] = []
    down = 0
    if load_first:
        for vial in at_origin[:capacity]:
            robot.do("load", origin, vial, pick)
            board[0].append((vial, 0))
        at_origin = at_origin[capacity:]
    while down < vials:
        cycle: list[tuple[int, int, str]] = []  # start, -place on the way, what
        for j in range(last):
            busy = inside[j]
            if busy is not None:
                cycle.append((robot.reach(machines[j].machine, busy[1]), -2 * j - 1, "take"))
            elif board[j]:
                cycle.append((robot.reach(machines[j].machine, 0), -2 * j, "give"))
        carried = sum(map(len, board))
        fillers: list[tuple[str, str, int]] = []
        if board[last] and (not put_last or len(board[last]) + down == vials):
            fillers.append(("put", target, place))
        if at_origin and carried < capacity:
            fillers.append(("fetch", origin, pick))
        chosen = ""
        soonest = min(cycle)[0] if cycle else None
        for name, machine, seconds in fillers:
            begin = robot.reach(machine, 0)
            if soonest is None:
                chosen = name
                break
            first = min(cycle)
            there = machines[(-first[1]) // 2].machine
            room = carried < capacity or first[2] == "give" or name == "put"
            if (
                room
                and begin + seconds + travel(machine, there) <= soonest
                and not (name == "fetch" and carried + 1 >= capacity)
            ):
                chosen = name
                break
        if chosen == "put":
            vial, _ = board[last].pop(0)
            robot.do("unload", target, vial, place)
            down += 1
        elif chosen == "fetch":
            vial = at_origin.pop(0)
            robot.do("load", origin, vial, pick)
            board[0].append((vial, 0))
        else:
            _, where, what = min(cycle)
            j = (-where) // 2
            tended = machines[j]
            if what == "give":
                vial, before = board[j].pop(0)
                arrived = robot.do("unload", tended.machine, vial, place)
                begin = max(arrived, before + tended.wait_min) if j else arrived
                inside[j] = (vial, begin + tended.duration)
                served.append(Served(j, tended.machine, vial, begin, begin + tended.duration))
            else:
                held = inside[j]
                assert held is not None
                vial, ready = held
                robot.do("load", tended.machine, vial, pick, ready)
                inside[j] = None
                board[j + 1].append((vial, ready))
    acts = tuple(robot.acts)
    windows = []
    for served_by in dict.fromkeys(machines):
        touch = [i for i, a in enumerate(acts) if a.machine == served_by.machine and a.machine not in (origin, target)]
        begin, end = _setting_out(acts, touch[0], travel), acts[touch[-1]].end
        windows += [(resource, begin, end) for resource in served_by.resources]
    put = next(i for i, a in enumerate(acts) if a.machine == target and a.action == "unload")
    return Journey(
        max(a.end for a in acts), 1, max(a.end for a in acts if a.machine == origin and a.action == "load"),
        _setting_out(acts, put, travel), acts, tuple(served), tuple(windows),
    )  # fmt: skip


def _setting_out(acts: Sequence[Act], number: int, travel: Travel) -> int:
    """When the robot sets out for an act: a task of the robot contains its way, and takes the slot from there on."""
    before = acts[number - 1].machine if number else acts[number].machine
    return acts[number].start - travel(before, acts[number].machine)
