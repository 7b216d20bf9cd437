"""The lab as declared: sections, stations, robots, stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from aichemist.chemistry import LabLimits, StationLimits, StockLimits

from ._faults import Interlock, RecoveryRule

#: operations of stations with one chamber (unless their slots are independent): they run with exactly the vials that
#: stand in them, their door stays shut meanwhile, and a vial that nobody fetches blocks them
CHAMBERS = frozenset({"centrifuge", "shake", "dry", "calcine"})


@frozen
class Phase:
    """A named part of a station's run, e.g. ``drip``, ``test``, ``recycle``; phases follow without a wait."""

    name: str
    duration_s: float


@frozen
class Station:
    """A workstation.

    Attributes:
        slots: vials it holds at once.
        batch: vials processed together start and end together, and one group runs at a time. When false, every
            slot is independent (starting station, exchange table, storage).
        duration_s: time of one run where the protocol states none.
        phases: parts of a run whose sum is ``duration_s``.
        one_temperature: vials at different temperatures never share it.
        even_load: an odd group gets a balance vial, which takes a slot.
        limits: (operation, field) -> (low, high), SI.
        stocks: names of stocks that are connected (dispensing stations), at most ``channels``.
        role: ``start`` (where vials begin and end), ``exchange`` (between two sections), ``storage``, or ``work``.
        sections: one section; two for an exchange table.
    """

    name: str
    kind: str
    sections: tuple[str, ...]
    operations: tuple[str, ...]
    slots: int
    batch: bool = True
    duration_s: float = 0.0
    phases: tuple[Phase, ...] = ()
    one_temperature: bool = False
    even_load: bool = False
    limits: Mapping[tuple[str, str], tuple[float, float]] = field(factory=dict)
    stocks: tuple[str, ...] = ()
    channels: int = 0
    rack_positions: int | None = None
    role: str = "work"
    driver: str = "twin"


@frozen
class Robot:
    """A mobile or platform robot. Picking a vial and placing it each take half of ``handling_s``."""

    name: str
    section: str
    racks: int
    vials_per_rack: int
    handling_s: float
    driver: str = "twin"

    @property
    def capacity(self) -> int:
        return self.racks * self.vials_per_rack

    @property
    def pick_s(self) -> float:
        return self.handling_s / 2

    @property
    def place_s(self) -> float:
        return self.handling_s / 2


@frozen
class Stock:
    """A stock solution or powder. Exactly one of ``volume_l`` and ``mass_kg`` is above zero.

    ``solute`` is a formula; ``concentration_mol_per_l`` is 0 for a pure liquid or powder. ``substance`` says what it
    is by name, CAS number, InChIKey or SMILES; ``mixture`` names further solutes, substance -> mol/L.
    """

    name: str
    state: str
    solute: str
    solvent: str = ""
    concentration_mol_per_l: float = 0.0
    volume_l: float = 0.0
    mass_kg: float = 0.0
    density_kg_per_l: float = 1.0
    substance: str = ""
    mixture: Mapping[str, float] = field(factory=dict)


@frozen
class Lab:
    """Everything there is. Travel times are between stations; a robot starts at its section's first station."""

    name: str
    title: str
    source: str
    sections: tuple[str, ...]
    stations: tuple[Station, ...]
    robots: tuple[Robot, ...]
    stocks: tuple[Stock, ...]
    vial_capacity_l: float
    vial_max_temperature_k: float
    travel_default_s: float
    travel: Mapping[tuple[str, str], float] = field(factory=dict)
    recovery: tuple[RecoveryRule, ...] = ()
    interlocks: tuple[Interlock, ...] = ()
    guard: Mapping[str, Any] = field(factory=dict)
    remind_people_s: float | None = 3600.0
    people_limit_s: float | None = None

    def station(self, name: str) -> Station:
        return self._stations[name]

    def robot(self, name: str) -> Robot:
        return self._robots[name]

    def stock(self, name: str) -> Stock:
        return next(s for s in self.stocks if s.name == name)

    @property
    def people(self) -> tuple[str, ...]:
        """The stations and robots that are people."""
        stations = [s.name for s in self.stations if s.driver == "human"]
        return (*stations, *(r.name for r in self.robots if r.driver == "human"))

    @property
    def _stations(self) -> dict[str, Station]:
        return {s.name: s for s in self.stations}

    @property
    def _robots(self) -> dict[str, Robot]:
        return {r.name: r for r in self.robots}

    def able(self, operation: str) -> tuple[Station, ...]:
        """Stations that can do an operation, in the order of the lab file."""
        return tuple(s for s in self.stations if operation in s.operations)

    def with_role(self, role: str) -> tuple[Station, ...]:
        return tuple(s for s in self.stations if s.role == role)

    def travel_s(self, origin: str, destination: str) -> float:
        """Time between two stations; zero to itself; symmetric unless both directions are declared."""
        if origin == destination:
            return 0.0
        forward = self.travel.get((origin, destination))
        if forward is None:
            forward = self.travel.get((destination, origin))
        return self.travel_default_s if forward is None else forward

    def max_travel_s(self, section: str) -> float:
        """The longest travel between any two stations of a section: a safe bound for an approach."""
        names = [s.name for s in self.stations if section in s.sections]
        declared = [t for (a, b), t in self.travel.items() if a in names and b in names]
        return max([self.travel_default_s, *declared])

    def robots_in(self, section: str) -> tuple[Robot, ...]:
        return tuple(r for r in self.robots if r.section == section)

    def limits(self) -> LabLimits:
        """The lab as a review sees it."""
        return LabLimits(
            lab=self.name,
            vial_capacity_l=self.vial_capacity_l,
            vial_max_temperature_k=self.vial_max_temperature_k,
            starting_slots=sum(s.slots for s in self.with_role("start")),
            stations=tuple(
                StationLimits(s.name, s.operations, s.slots, dict(s.limits), s.stocks, s.even_load, s.one_temperature)
                for s in self.stations
            ),
            stocks=tuple(
                StockLimits(
                    s.name,
                    s.volume_l,
                    s.mass_kg,
                    s.density_kg_per_l,
                    s.solute,
                    s.substance,
                    s.solvent,
                    s.concentration_mol_per_l,
                    dict(s.mixture),
                )
                for s in self.stocks
            ),
            guard=dict(self.guard),
        )
