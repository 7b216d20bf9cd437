"""The scheduling problem in the field's terms: a flexible job shop with batching, blocking, transport and time lags.

All times are whole numbers of ``Problem.unit_s`` seconds. A job is one vial. It goes through its operations in order;
each runs on one of the machines that its ``choices`` name. Where the problem has carriers, a vial that changes its
machine is picked by a robot, is on board for a while, and is placed; it keeps its slot from the start of the placing
to the end of the picking. Without carriers vials change machines in no time and wait anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen


@frozen
class Busy:
    """``slots`` of a machine are taken over ``[start, end)`` by something that is not planned here."""

    start: int
    end: int
    slots: int


@frozen
class Machine:
    """A workstation.

    Attributes:
        slots: vials it holds at once.
        batch: vials processed together start and end together, and runs never overlap. When false, every slot is
            independent.
        one_temperature: operations at different temperatures never overlap.
        even_load: an odd run gets a balance vial, which takes a slot (centrifuge).
        instrument: machines of one instrument are phases of it: operations on different ones never overlap, and a
            vial goes from one to another without a robot. Name them in the order in which vials pass them: then the
            next ones may be put into the first while others are in a later one. Empty: an instrument of its own.
        sections: where it stands; a robot serves the machines of its own section. Exchange tables stand in several.
        role: ``start`` (where vials begin; they end where their last operation puts them), ``exchange``, ``storage``
            (takes any waiting vial) or ``work``.
        setup: time between two runs at different temperatures.
        cleanup: time after each run before the next one may start.
        windows: the calendar: an operation runs inside one of these ``(start, end)``; empty: always.
        busy: what is taken already.
    """

    name: str
    slots: int = 1
    batch: bool = False
    one_temperature: bool = False
    even_load: bool = False
    instrument: str = ""
    sections: tuple[str, ...] = ("lab",)
    role: Literal["start", "exchange", "storage", "work"] = "work"
    setup: int = 0
    cleanup: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    busy: tuple[Busy, ...] = ()


@frozen
class Operation:
    """One operation of a job.

    Attributes:
        choices: machine -> duration there.
        temperature: where it matters, in any unit, compared for equality.
        wait_min, wait_max: time between the end of the operation before and the start of this one; ``None``: any.
        transport_is_free: the time that the vial is itself moved does not count against ``wait_max``.
        late_price: price of each time unit beyond ``wait_max``; ``None`` makes it hard.
    """

    name: str
    choices: Mapping[str, int]
    temperature: float | None = None
    wait_min: int = 0
    wait_max: int | None = None
    transport_is_free: bool = False
    late_price: int | None = None


@frozen
class Job:
    """One vial.

    Attributes:
        kind: jobs of one kind have equal operations and may be exchanged for each other.
        origin: the machine where it stands at first; empty: where its first operation runs.
        release: earliest start.
        due: wished end; lateness costs ``priority`` for each time unit.
        leaves_with: jobs with the same text leave their first machine together; empty: alone.
    """

    id: str
    kind: str
    operations: tuple[Operation, ...]
    origin: str = ""
    release: int = 0
    due: int | None = None
    priority: int = 1
    leaves_with: str = ""


@frozen
class Carrier:
    """A robot.

    ``pick`` and ``place`` are the times for one vial, ``capacity`` is what it has on board at most, ``at`` where it
    stands first (empty: anywhere). Over ``busy`` it is not available.
    ``battery`` is how long it may go without being charged, whatever it does (``None``: for ever). It starts full;
    ``charge`` is the time that charging takes, with the way to the charger and back.
    """

    name: str
    section: str = "lab"
    capacity: int = 1
    pick: int = 0
    place: int = 0
    at: str = ""
    busy: tuple[Busy, ...] = ()
    battery: int | None = None
    charge: int = 0


@frozen
class Problem:
    """What is to be planned. ``travel`` is directed; a missing pair takes ``travel_default``, none to itself.

    With ``buffers`` vials wait beside the machines without limit, and slots count only while something is processed.
    """

    name: str
    unit_s: float
    machines: tuple[Machine, ...]
    jobs: tuple[Job, ...]
    carriers: tuple[Carrier, ...] = ()
    travel: Mapping[tuple[str, str], int] = field(factory=dict)
    travel_default: int = 0
    buffers: bool = False
    source: str = ""

    def machine(self, name: str) -> Machine:
        return next(m for m in self.machines if m.name == name)

    def travel_time(self, origin: str, target: str) -> int:
        return 0 if origin == target else self.travel.get((origin, target), self.travel_default)


@frozen
class Run:
    """Operation ``operation`` (an index) of ``jobs`` on one machine over ``[start, end)``, all together."""

    machine: str
    operation: int
    jobs: tuple[str, ...]
    start: int
    end: int


@frozen
class Handling:
    """A robot picks ``jobs`` from a machine (``load``) or places them on it (``unload``) over ``[start, end)``.

    Travel is not part of it: between two handlings of a robot there is at least the travel from one machine to the
    next. Several vials are taken one after another; all keep their slots at the origin until ``end`` of the load,
    and all take theirs at the target from ``start`` of the unload.
    """

    carrier: str
    action: Literal["load", "unload"]
    machine: str
    jobs: tuple[str, ...]
    start: int
    end: int


@frozen
class Charge:
    """A robot is charged over ``[start, end)`` and does nothing else."""

    carrier: str
    start: int
    end: int


@frozen
class Plan:
    """Runs and handlings of all jobs, with what is known of their quality.

    Attributes:
        bound: a proven lower bound of the makespan of any plan for the problem.
        optimal: the makespan is proven to be the least.
        seconds: time that planning took.
        trace: (seconds, makespan) of the plans found on the way.
    """

    runs: tuple[Run, ...]
    handlings: tuple[Handling, ...] = ()
    bound: int = 0
    optimal: bool = False
    seconds: float = 0.0
    trace: tuple[tuple[float, int], ...] = ()
    method: str = ""
    charges: tuple[Charge, ...] = ()

    @property
    def makespan(self) -> int:
        """The end of the last run or handling."""
        return max([0, *(r.end for r in self.runs), *(h.end for h in self.handlings)])
