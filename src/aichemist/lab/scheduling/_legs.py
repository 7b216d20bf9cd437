"""One robot journey with a lot on board, timed relative to its start.

A leg begins with the load at the station where the lot stands and ends with the unload at the next one that takes the
whole lot. In between the robot may serve stations with fewer slots than vials in rounds: some vials are placed,
processed and picked up again, then the next, while the others stay on board.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field, frozen

from aichemist.chemistry import Step

from ..layout import Lab, Robot, Station
from ._pools import EPSILON
from ._route import Visit, chunks, minutes, step_duration_s


@frozen
class Hop:
    """What a leg is to do: stations served in rounds, then the station where the lot is put down.

    ``visits`` counts the visits of the route that are finished with this leg. ``target`` is set where ``end`` is
    only an exchange table on the way to it.
    """

    section: str
    rounds: tuple[tuple[Visit, Station], ...]
    end: Station
    end_visit: Visit | None
    visits: int
    target: Station | None = None


@frozen
class Piece:
    """A task of the leg; ``vials`` are positions in the lot, times count from the leg's start."""

    operation: str
    device: str
    station: str
    vials: tuple[int, ...]
    step: Step | None
    start_s: float
    end_s: float


@frozen
class Window:
    """A station that is taken over a part of the leg, from piece ``first`` to piece ``last``."""

    station: Station
    vials: int
    start_s: float
    end_s: float
    first: int
    last: int


@define
class Leg:
    """A timed leg.

    ``first_start_s[v]``: start of the first process of vial ``v`` (``first_step``); ``last_end_s[v]`` end of its
    last one. Both are empty when the leg only moves vials. ``moved_before_s`` and ``moved_after_s``: time that each
    vial is itself moved before its first and after its last process. ``problem`` says which wait cannot be kept.
    """

    hop: Hop
    robot: Robot | None
    pieces: list[Piece] = field(factory=list)
    windows: list[Window] = field(factory=list)
    load_end_s: float = 0.0
    arrive_s: float = 0.0
    robot_end_s: float = 0.0
    done_s: float = 0.0
    first_step: Step | None = None
    first_start_s: list[float] = field(factory=list)
    last_end_s: list[float] = field(factory=list)
    moved_before_s: list[float] = field(factory=list)
    moved_after_s: list[float] = field(factory=list)
    problem: str = ""


class _Builder:
    """Puts pieces one after another and watches the waits inside the leg."""

    def __init__(self, lab: Lab, leg: Leg, vials: int) -> None:
        self.lab, self.leg, self.vials = lab, leg, vials
        self.now = 0.0
        self.first: list[float | None] = [None] * vials
        self.end: list[float | None] = [None] * vials
        self.moved = [0.0] * vials
        self.before = [0.0] * vials

    def add(self, operation: str, device: str, station: str, vials: Sequence[int], step: Step | None, s: float) -> None:
        self.leg.pieces.append(Piece(operation, device, station, tuple(vials), step, self.now, self.now + s))
        self.now += s

    def move(self, operation: str, robot: Robot, station: str, vials: Sequence[int], seconds: float) -> None:
        self.add(operation, robot.name, station, vials, None, seconds)
        for v in vials:
            self.moved[v] += seconds

    def process(self, visit: Visit, station: Station, vials: Sequence[int]) -> None:
        for step in visit.steps:
            ends = [e for v in vials if (e := self.end[v]) is not None]
            self.now = max([self.now, *(e + step.wait.at_least_s for e in ends)])
            for v in vials:
                self._watch(step, v)
                if self.first[v] is None:
                    self.first[v], self.leg.first_step, self.before[v] = self.now, step, self.moved[v]
            self.add(step.operation, station.name, station.name, vials, step, step_duration_s(step, station))
            for v in vials:
                self.end[v], self.moved[v] = self.now, 0.0

    def _watch(self, step: Step, v: int) -> None:
        at_most, before = step.wait.at_most_s, self.end[v]
        if at_most is None or self.leg.problem:
            return
        since = 0.0 if before is None else before
        over = self.now - since - (self.moved[v] if at_most == 0 else at_most)
        if over > EPSILON and (before is not None or at_most == 0):
            self.leg.problem = wait_text(step, self.vials, self.now - since)


def wait_text(step: Step, vials: int, needs_s: float) -> str:
    many = f"{vials} vials" if vials > 1 else "even one vial"
    allowed = "no wait" if step.wait.at_most_s == 0 else f"a wait of at most {minutes(step.wait.at_most_s or 0.0)}"
    return (
        f"step '{step.name}' allows {allowed} after the step before, but moving {many} there takes "
        f"{minutes(needs_s)} at best; mend: raise at_most in the protocol"
        + (", or make smaller batches" if vials > 1 else "")
    )


def build_leg(lab: Lab, origin: Station, hop: Hop, robot: Robot | None, vials: int, fits: dict[str, int]) -> Leg:
    """Time a leg. ``robot`` is ``None`` when the lot stays where it stands for the next visit.

    The first load allows for the longest travel of the section, so that the leg holds wherever the robot was before.
    ``fits``: station -> vials it takes at once.
    """
    leg = Leg(hop, robot)
    build = _Builder(lab, leg, vials)
    everyone = range(vials)
    if robot is not None:
        build.move("load", robot, origin.name, everyone, lab.max_travel_s(hop.section) + vials * robot.pick_s)
        leg.load_end_s = build.now
        here = origin.name
        for visit, station in hop.rounds:
            first, began = len(leg.pieces), build.now
            parts = chunks([str(v) for v in everyone], fits[station.name])
            for part in parts:
                some = [int(v) for v in part]
                travel = lab.travel_s(here, station.name)
                build.move("unload", robot, station.name, some, travel + len(some) * robot.place_s)
                build.process(visit, station, some)
                build.move("load", robot, station.name, some, len(some) * robot.pick_s)
                here = station.name
            size = max(len(p) for p in parts)
            leg.windows.append(Window(station, size, began, build.now, first, len(leg.pieces) - 1))
        leg.arrive_s = build.now
        travel = lab.travel_s(here, hop.end.name)
        build.move("unload", robot, hop.end.name, everyone, travel + vials * robot.place_s)
        leg.robot_end_s = build.now
    if hop.end_visit is not None:
        build.process(hop.end_visit, hop.end, everyone)
    leg.done_s = build.now
    leg.first_start_s = [s for s in build.first if s is not None]
    leg.last_end_s = [e for e in build.end if e is not None]
    leg.moved_before_s, leg.moved_after_s = build.before, build.moved
    return leg
