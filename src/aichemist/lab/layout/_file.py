"""Reading a lab file (TOML) into a :class:`Lab`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aichemist.chemistry import (
    OPERATIONS,
    InputError,
    check_concentration,
    element_counts,
    load_toml,
    parse_quantity,
    validated,
)

from ._faults import FAULTS, Action, Interlock, RecoveryRule
from ._lab import Lab, Phase, Robot, Station, Stock


def _quantity(dimension: str) -> BeforeValidator:
    def convert(value: Any) -> float:
        try:
            number = parse_quantity(value, dimension)
        except InputError as error:
            raise ValueError(error) from None
        if number < 0:
            raise ValueError(InputError("is negative", value=value, mend="give 0 or more"))
        return number

    return BeforeValidator(lambda v: _keep(convert, v))


class _Wrapped(ValueError):
    """Carries an InputError through pydantic."""


def _keep(convert: Any, value: Any) -> float:
    try:
        return float(convert(value))
    except ValueError as error:
        inner = error.args[0]
        if isinstance(inner, InputError):
            text = inner.problem + (f"; {inner.mend}" if inner.mend else "")
            raise _Wrapped(text) from None
        raise


Duration = Annotated[float, _quantity("duration")]
Volume = Annotated[float, _quantity("volume")]
Mass = Annotated[float, _quantity("mass")]
Concentration = Annotated[float, _quantity("concentration")]
Temperature = Annotated[float, _quantity("temperature")]


def _for_ever(value: Any) -> Any:
    """TOML has no null."""
    return None if value == "for ever" else _DURATION(value)


_DURATION: Any = _quantity("duration").func
Patience = Annotated[float | None, BeforeValidator(_for_ever)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _LabHead(_Strict):
    name: str = Field(min_length=1)
    title: str = ""
    source: str = ""
    sections: list[str] = Field(min_length=1)
    vial_capacity: Volume
    vial_max_temperature: Temperature


class _Travel(_Strict):
    default: Duration
    between: list[tuple[str, str, Duration]] = []


class _Phase(_Strict):
    name: str
    duration: Duration


class _Station(_Strict):
    name: str = Field(min_length=1)
    kind: str
    sections: list[str] = Field(min_length=1, max_length=2)
    operations: list[str] = Field(min_length=1)
    slots: int = Field(ge=1, le=10_000)
    batch: bool = True
    duration: Duration = 0.0
    phases: list[_Phase] = []
    one_temperature: bool = False
    even_load: bool = False
    limits: dict[str, dict[str, tuple[Any, Any]]] = {}
    stocks: list[str] = []
    channels: int = Field(default=0, ge=0)
    rack_positions: int | None = Field(default=None, ge=1)
    role: Literal["start", "exchange", "storage", "work"] = "work"
    driver: str = "twin"


class _Robot(_Strict):
    name: str = Field(min_length=1)
    section: str
    racks: int = Field(ge=1)
    vials_per_rack: int = Field(ge=1)
    handling: Duration
    driver: str = "twin"


class StockEntry(_Strict):
    """What a [[stock]] says in lab files and in design files; how much there is of it, each says in its own way."""

    name: str = Field(min_length=1, max_length=200)
    state: Literal["liquid", "solid"]
    solute: str = Field(default="", max_length=500)
    solvent: str = Field(default="", max_length=2000)
    density_kg_per_l: float = Field(default=1.0, gt=0, lt=25)
    substance: str = Field(default="", max_length=2000)


class _Stock(StockEntry):
    solute: str = Field(max_length=500)
    concentration: Concentration = 0.0
    volume: Volume = 0.0
    mass: Mass = 0.0
    mixture: dict[str, Concentration] = Field(default={}, max_length=20)


class _Recovery(_Strict):
    action: Action
    operation: str = ""
    station: str = ""
    fault: str = ""
    times: int = Field(default=2, ge=0, le=100)
    delay: Duration = 60.0
    then: Action = "ask"
    patience: Patience = 7200.0


class _Interlock(_Strict):
    name: str = Field(min_length=1)
    device: str
    signal: str = Field(min_length=1)
    low: float | None = None
    high: float | None = None
    stations: list[str] = Field(min_length=1)


class _People(_Strict):
    remind: Patience = 3600.0
    limit: Patience = None


class _File(_Strict):
    lab: _LabHead
    travel: _Travel
    station: list[_Station] = Field(min_length=1)
    robot: list[_Robot] = Field(min_length=1)
    stock: list[_Stock] = []
    recovery: list[_Recovery] = []
    interlock: list[_Interlock] = []
    guard: dict[str, Any] = {}
    people: _People = _People()


def load_lab(path: Path) -> Lab:
    """A lab file.

    Raises:
        InputError: with file, key, value and mend.
    """
    return parse_lab(load_toml(path), path)


def parse_lab(document: Mapping[str, Any], path: Path) -> Lab:
    """The lab that the content of a lab file describes; ``path`` is named in errors.

    Raises:
        InputError: with file, key, value and mend.
    """
    file = validated(_File, document, file=path)
    try:
        return _build(file)
    except InputError as error:
        raise error.located(file=path) from None


def _build(file: _File) -> Lab:
    head = file.lab
    sections = tuple(head.sections)
    _unique([s.name for s in file.station] + [r.name for r in file.robot], "station")
    _unique([s.name for s in file.stock], "stock")
    stocks = tuple(_stock(s, f"stock[{i}]") for i, s in enumerate(file.stock, 1))
    names = {s.name for s in stocks}
    stations = tuple(_station(s, f"station[{i}]", sections, names) for i, s in enumerate(file.station, 1))
    for i, robot in enumerate(file.robot, 1):
        _known(robot.section, sections, f"robot[{i}].section")
    if not any(s.role == "start" for s in stations):
        raise InputError("no station has the role 'start'", key="station", mend='give one station role = "start"')
    travel: dict[tuple[str, str], float] = {}
    for i, (a, b, seconds) in enumerate(file.travel.between, 1):
        for end in (a, b):
            _known(end, [s.name for s in stations], f"travel.between[{i}]")
        travel[a, b] = seconds
    return Lab(
        name=head.name,
        title=head.title or head.name,
        source=head.source,
        sections=sections,
        stations=stations,
        robots=tuple(Robot(r.name, r.section, r.racks, r.vials_per_rack, r.handling, r.driver) for r in file.robot),
        stocks=stocks,
        vial_capacity_l=head.vial_capacity,
        vial_max_temperature_k=head.vial_max_temperature,
        travel_default_s=file.travel.default,
        travel=travel,
        recovery=recovery_rules(file.recovery, {*(s.name for s in stations), *(r.name for r in file.robot)}),
        interlocks=interlocks(file.interlock, {*(s.name for s in stations), *(r.name for r in file.robot)}),
        guard=dict(file.guard),
        remind_people_s=file.people.remind,
        people_limit_s=file.people.limit,
    )


def _station(raw: _Station, prefix: str, sections: tuple[str, ...], stocks: set[str]) -> Station:
    for section in raw.sections:
        _known(section, sections, f"{prefix}.sections")
    if (raw.role == "exchange") != (len(raw.sections) == 2):
        raise InputError(
            "an exchange table belongs to two sections, every other station to one",
            key=f"{prefix}.sections", value=raw.sections,
        )  # fmt: skip
    for operation in raw.operations:
        _known(operation, OPERATIONS, f"{prefix}.operations")
    for stock in raw.stocks:
        _known(stock, stocks, f"{prefix}.stocks")
    if raw.channels and len(raw.stocks) > raw.channels:
        raise InputError(
            f"{len(raw.stocks)} stocks on {raw.channels} channels",
            key=f"{prefix}.stocks",
            mend="remove a stock",
        )
    phases = tuple(Phase(p.name, p.duration) for p in raw.phases)
    duration = raw.duration
    if phases:
        total = sum(p.duration_s for p in phases)
        if duration and abs(total - duration) > 1:
            raise InputError(f"the phases take {total:g} s in sum", key=f"{prefix}.duration", value=duration)
        duration = total
    return Station(
        name=raw.name,
        kind=raw.kind,
        sections=tuple(raw.sections),
        operations=tuple(raw.operations),
        slots=raw.slots,
        batch=raw.batch,
        duration_s=duration,
        phases=phases,
        one_temperature=raw.one_temperature,
        even_load=raw.even_load,
        limits=_limits(raw, prefix),
        stocks=tuple(raw.stocks),
        channels=raw.channels,
        rack_positions=raw.rack_positions,
        role=raw.role,
        driver=raw.driver,
    )


def _limits(raw: _Station, prefix: str) -> Mapping[tuple[str, str], tuple[float, float]]:
    limits: dict[tuple[str, str], tuple[float, float]] = {}
    for operation, table in raw.limits.items():
        _known(operation, raw.operations, f"{prefix}.limits")
        specs = {p.name: p for p in OPERATIONS[operation]}
        for name, (low, high) in table.items():
            key = f"{prefix}.limits.{operation}.{name}"
            _known(name, specs, key)
            spec = specs[name]
            bounds = (
                parse_quantity(low, spec.dimension, key=key),
                parse_quantity(high, spec.dimension, key=key),
            )
            if bounds[0] > bounds[1]:
                raise InputError("the lower limit lies above the upper one", key=key, value=[low, high])
            limits[operation, spec.field] = bounds
    return limits


def _stock(raw: _Stock, prefix: str) -> Stock:
    if raw.solute:
        try:
            element_counts(raw.solute)
        except InputError as error:
            raise InputError(error.problem, key=f"{prefix}.solute", value=raw.solute, mend=error.mend) from None
    if (raw.state == "liquid") != (raw.volume > 0) or (raw.state == "solid") != (raw.mass > 0):
        raise InputError(
            "a liquid needs a volume and no mass, a solid a mass and no volume", key=prefix, value=raw.name
        )
    check_concentration(
        raw.concentration, key=f"{prefix}.concentration", value=f"{raw.concentration:g} mol/L", formula=raw.solute,
        of_solution_kg_per_l=raw.density_kg_per_l,
    )  # fmt: skip
    for name, amount in raw.mixture.items():
        check_concentration(amount, key=f"{prefix}.mixture.{name}", value=f"{amount:g} mol/L")
    return Stock(
        raw.name,
        raw.state,
        raw.solute,
        raw.solvent,
        raw.concentration,
        raw.volume,
        raw.mass,
        raw.density_kg_per_l,
        raw.substance,
        dict(raw.mixture),
    )


def recovery_rules(raw: Sequence[_Recovery], devices: set[str]) -> tuple[RecoveryRule, ...]:
    rules = []
    for i, one in enumerate(raw, 1):
        prefix = f"recovery[{i}]"
        for key, value, known in (
            ("fault", one.fault, {**FAULTS, "": ""}),
            ("operation", one.operation, {**OPERATIONS, "": ""}), ("station", one.station, {*devices, ""}),
        ):  # fmt: skip
            _known(value, known, f"{prefix}.{key}")
        rules.append(
            RecoveryRule(
                one.action, one.operation, one.station, one.fault, one.times, one.delay, one.then,
                one.patience,
            )
        )  # fmt: skip
    return tuple(rules)


def interlocks(raw: Sequence[_Interlock], devices: set[str]) -> tuple[Interlock, ...]:
    _unique([r.name for r in raw], "interlock")
    locks = []
    for i, one in enumerate(raw, 1):
        prefix = f"interlock[{i}]"
        for name in (one.device, *one.stations):
            _known(name, devices, f"{prefix}.stations" if name != one.device else f"{prefix}.device")
        if one.low is None and one.high is None:
            raise InputError("has no limit", key=prefix, value=one.name, mend="give low, high or both, in SI units")
        if one.low is not None and one.high is not None and one.low > one.high:
            raise InputError("the lower limit lies above the upper one", key=prefix, value=[one.low, one.high])
        locks.append(Interlock(one.name, one.device, one.signal, one.low, one.high, tuple(one.stations)))
    return tuple(locks)


def _unique(names: list[str], key: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError("two entries have this name", key=f"{key}.name", value=name, mend="rename one of them")
        seen.add(name)


def _known(name: str, known: Any, key: str) -> None:
    if name not in known:
        listed = sorted(k for k in known if k)  # an empty name stands for 'all'
        import difflib

        close = difflib.get_close_matches(name, listed, n=1)
        hint = f"did you mean '{close[0]}'? " if close else ""
        raise InputError("is not known here", key=key, value=name, mend=f"{hint}known: {', '.join(listed)}")
