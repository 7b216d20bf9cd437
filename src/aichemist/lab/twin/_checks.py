"""Physical limits: what a device cannot do, it refuses on receipt, and nothing moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from aichemist.chemistry import OPERATIONS, ROBOT_OPERATIONS, Parameter

from ..drivers import Command
from ..layout import CHAMBERS, Station
from ._bench import Bench
from ._operations import EFFECTS
from ._vial import Vial

_NEEDS_OPEN = frozenset(
    {"dispense_liquid", "dispense_solid", "aspirate", "dry", "calcine", "measure_electrochemistry", "measure_xrd"}
)
_AMOUNTS = {"dispense_liquid": "volumes_l", "dispense_solid": "masses_kg"}


class Impossible(Exception):
    """Why the device refuses, and for which samples."""

    def __init__(self, reason: str, samples: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason, self.samples = reason, tuple(samples)


def checked(command: Command, device: str, bench: Bench, running: Sequence[Command]) -> dict[str, dict[str, Any]]:
    """The complete parameters of each sample.

    Raises:
        Impossible: the device cannot do this.
    """
    lab = bench.lab
    if command.device != device:
        raise Impossible(f"the command is for {command.device}, not for {device}")
    if command.operation not in OPERATIONS:
        raise Impossible(f"'{command.operation}' is not an operation")
    if not command.samples or len(set(command.samples)) != len(command.samples):
        raise Impossible("a command names one or more different samples")
    if command.station not in {s.name for s in lab.stations}:
        raise Impossible(f"there is no station '{command.station}'")
    station = lab.station(command.station)
    for other in running:
        shared = set(other.samples) & set(command.samples)
        if shared:
            raise Impossible(f"{min(shared)} is still with {other.device} ({other.operation})", sorted(shared))
    if command.operation in ROBOT_OPERATIONS:
        _check_robot(command, station, bench, running)
        return {sample: {} for sample in command.samples}
    return _check_station(command, station, bench, running)


def _check_robot(command: Command, station: Station, bench: Bench, running: Sequence[Command]) -> None:
    if command.device not in {r.name for r in bench.lab.robots}:
        raise Impossible(f"{command.device} is no robot and cannot {command.operation}")
    robot = bench.lab.robot(command.device)
    if any(r.device == command.device for r in running):
        raise Impossible(f"{command.device} is busy")
    if robot.section not in station.sections:
        raise Impossible(f"{robot.name} does not reach {station.name}: it works in section {robot.section}")
    _door_open(station, running)
    if command.operation == "load":
        _all_at(command, station, bench)
        if len(bench.standing_on(robot.name)) + len(command.samples) > robot.capacity:
            raise Impossible(f"{robot.name} carries {robot.capacity} vials at most")
        return
    missing = [s for s in command.samples if s not in bench.vials or bench.vials[s].place != robot.name]
    if missing:
        raise Impossible(f"{robot.name} does not carry {missing[0]}", missing)
    coming = sum(len(r.samples) for r in running if r.operation == "unload" and r.station == station.name)
    if len(bench.standing_on(station.name)) + coming + len(command.samples) > station.slots:
        raise Impossible(f"{station.name} has {station.slots} slots and not {len(command.samples)} free ones")


def _door_open(station: Station, running: Sequence[Command]) -> None:
    if station.batch and any(r.device == station.name and r.operation in CHAMBERS for r in running):
        raise Impossible(f"{station.name} is running and its door is shut")


def _all_at(command: Command, station: Station, bench: Bench) -> list[Vial]:
    found = {s: bench.find(s, station.name) for s in command.samples}
    missing = [s for s, vial in found.items() if vial is None]
    if missing:
        raise Impossible(f"{missing[0]} does not stand on {station.name}", missing)
    return [vial for vial in found.values() if vial is not None]


def _check_station(
    command: Command, station: Station, bench: Bench, running: Sequence[Command]
) -> dict[str, dict[str, Any]]:
    operation = command.operation
    if station.name != command.device:
        raise Impossible(f"{command.device} works on itself, not on {station.name}")
    if operation not in station.operations or operation not in EFFECTS:
        raise Impossible(f"{station.name} cannot {operation}")
    if station.batch and any(r.device == station.name for r in running):
        raise Impossible(f"{station.name} is busy")
    _check_group(command, station, bench, running)
    vials = _all_at(command, station, bench)
    values = {s: _parameters(command, s, station) for s in command.samples}
    if len({v.get("duration_s") for v in values.values()}) > 1:
        raise Impossible("vials that are processed together have one duration")
    if station.one_temperature and len({v.get("temperature_k") for v in values.values()}) > 1:
        raise Impossible(f"{station.name} holds one temperature at a time")
    for vial in vials:
        _check_vial(vial, operation, values[vial.sample], bench)
    if operation in _AMOUNTS:
        _check_stock(command, station, values, bench, running)
    return values


def _check_group(command: Command, station: Station, bench: Bench, running: Sequence[Command]) -> None:
    needed = len(command.samples) + (1 if station.even_load and len(command.samples) % 2 else 0)
    if needed > station.slots:
        balance = " with the balance vial" if needed > len(command.samples) else ""
        raise Impossible(f"{needed} vials{balance} do not fit into the {station.slots} slots of {station.name}")
    if station.batch and command.operation in CHAMBERS:
        others = sorted(set(bench.standing_on(station.name)) - set(command.samples))
        if others:
            raise Impossible(f"{others[0]} stands in {station.name} too and would be treated with them", others)
        if any(r.station == station.name and r.operation in ROBOT_OPERATIONS for r in running):
            raise Impossible(f"a robot is reaching into {station.name}")


def _parameters(command: Command, sample: str, station: Station) -> dict[str, Any]:
    given = {**command.parameters, **command.per_sample.get(sample, {})}
    values: dict[str, Any] = {}
    for spec in OPERATIONS[command.operation]:
        value = given.get(spec.field, spec.default)
        if value is None:
            if spec.required:
                raise Impossible(f"{command.operation} needs {spec.field}", [sample])
            continue
        if spec.kind == "amounts":
            if not isinstance(value, Mapping):
                raise Impossible(f"{spec.field} is no table of stock and amount", [sample])
            for stock, amount in value.items():
                if amount != 0:  # nothing to dispense is within every limit
                    _within(amount, spec, station, command.operation, f"{spec.field} of {stock}", sample)
        elif spec.kind == "quantity":
            _within(value, spec, station, command.operation, spec.field, sample)
        elif spec.choices and value not in spec.choices:
            raise Impossible(f"{spec.field} = {value!r} is not one of {', '.join(spec.choices)}", [sample])
        values[spec.field] = value
    return values


def _within(value: Any, spec: Parameter, station: Station, operation: str, name: str, sample: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Impossible(f"{name} = {value!r} is no number", [sample])
    low, high = station.limits.get((operation, spec.field), (spec.low, spec.high))
    slack = 1e-9 * abs(value)
    for bound_low, bound_high in ((spec.low, spec.high), (low, high)):
        if (bound_low is not None and value < bound_low - slack) or (
            bound_high is not None and value > bound_high + slack
        ):
            raise Impossible(
                f"{name} = {value:g} lies outside what {station.name} can do [{bound_low}, {bound_high}]", [sample]
            )


def _check_vial(vial: Vial, operation: str, values: Mapping[str, Any], bench: Bench) -> None:
    name, capacity = vial.sample, bench.lab.vial_capacity_l
    if vial.capped and operation in _NEEDS_OPEN:
        raise Impossible(f"{name} is capped", [name])
    if operation == "cap" and vial.capped:
        raise Impossible(f"{name} has a cap already", [name])
    if values.get("temperature_k", 0.0) > bench.lab.vial_max_temperature_k:
        raise Impossible(f"{values['temperature_k']:g} K is more than the vial stands", [name])
    if operation == "dispense_liquid":
        after = vial.volume_l + sum(values["volumes_l"].values())
        if after > capacity:
            raise Impossible(f"{name} would overflow: {1e3 * after:.2f} of {1e3 * capacity:.2f} mL", [name])
    if operation == "measure_electrochemistry":
        if vial.volume_l < values["drip_volume_l"]:
            raise Impossible(f"{name} holds less liquid than the drop needs", [name])
        if abs(values["potential_to_v"] - values["potential_from_v"]) < 0.002:
            raise Impossible("a sweep needs two potentials at least 2 mV apart", [name])
    for low, high in (("two_theta_from_deg", "two_theta_to_deg"), ("wavelength_from_m", "wavelength_to_m")):
        if low in values and values[low] >= values[high]:
            raise Impossible(f"{low} must lie below {high}", [name])


def _check_stock(
    command: Command,
    station: Station,
    values: Mapping[str, Mapping[str, Any]],
    bench: Bench,
    running: Sequence[Command],
) -> None:
    needed: dict[str, float] = {}
    for sample, own in values.items():
        for stock, amount in own[_AMOUNTS[command.operation]].items():
            if amount > 0 and stock not in station.stocks:
                raise Impossible(f"{station.name} has no stock '{stock}' on a channel", [sample])
            needed[stock] = needed.get(stock, 0.0) + amount
    for stock, amount in needed.items():
        if amount <= 0:
            continue
        is_liquid = bench.lab.stock(stock).state == "liquid"
        if is_liquid != (command.operation == "dispense_liquid"):
            raise Impossible(f"{stock} is {'a liquid' if is_liquid else 'a powder'}")
        left = bench.stock_left(stock) - _promised(stock, running)
        if amount > left:
            unit = "l" if is_liquid else "kg"
            raise Impossible(f"{stock} is exhausted: {amount:.3g} {unit} asked for, {max(0.0, left):.3g} {unit} left")


def _promised(stock: str, running: Sequence[Command]) -> float:
    """What commands under way are about to draw."""
    total = 0.0
    for command in running:
        field = _AMOUNTS.get(command.operation, "")
        for sample in command.samples if field else ():
            amounts = command.per_sample.get(sample, {}).get(field) or command.parameters.get(field) or {}
            total += float(amounts.get(stock, 0.0))
    return total
