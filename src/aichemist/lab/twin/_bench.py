"""The state of the whole bench: vials, robots, stock."""

from __future__ import annotations

from attrs import define, field

from ..layout import Lab
from ._vial import Vial


@define
class Bench:
    """What stands where, and how much stock is gone (litres of liquids, kilograms of solids)."""

    lab: Lab
    vials: dict[str, Vial] = field(factory=dict)
    standing: dict[str, dict[str, None]] = field(factory=dict)
    robot_at: dict[str, str] = field(factory=dict)
    drawn: dict[str, float] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for robot in self.lab.robots:
            first = next((s.name for s in self.lab.stations if robot.section in s.sections), "")
            self.robot_at.setdefault(robot.name, first)

    def find(self, sample: str, station: str) -> Vial | None:
        """The vial at a station; a vial never seen before stands, empty and clean, at the starting station."""
        known = self.vials.get(sample)
        if known is None:
            return Vial(sample, station) if self.lab.station(station).role == "start" else None
        return known if known.place == station else None

    def put(self, vial: Vial) -> None:
        """The vial as it is from now on, and where it stands."""
        before = self.vials.get(vial.sample)
        if before is None or before.place != vial.place:
            if before is not None:
                self.standing[before.place].pop(vial.sample, None)
            self.standing.setdefault(vial.place, {})[vial.sample] = None
        self.vials[vial.sample] = vial

    def standing_on(self, place: str) -> list[str]:
        return list(self.standing.get(place, ()))

    def stock_left(self, name: str) -> float:
        """Litres or kilograms left."""
        stock = self.lab.stock(name)
        return max(stock.volume_l, stock.mass_kg) - self.drawn.get(name, 0.0)
