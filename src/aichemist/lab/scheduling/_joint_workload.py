"""The joint workload of the USTC AI-Chemist lab (Zhou et al., Digital Discovery 2025, 10.1039/D4DD00313F)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from aichemist.chemistry import InputError

from ._instances import read_json, whole
from ._precedence import in_order
from ._problem import Carrier, Job, Machine, Operation, Problem

_STORAGE = "storage"
_STORAGE_SLOTS = 10  # "a 10-vial storage station": the note on transport in the instance file
_ROBOTS = 2
_STEP = ("stations", "minutes", "celsius", "after")
_ZERO_C = -273.15
_PHASES = ("_dripping", "_test", "_recycle")


def read_ustc_joint(
    path: str | Path,
    *,
    transport: bool = True,
    robots: int | None = None,
    copies: int = 1,
    furnace_minutes: int | None = None,
    experiments: Sequence[str] | None = None,
    inserted: bool = False,
) -> Problem:
    """A workload of experiments, each some vials that go through the same steps, in minutes.

    With ``transport`` vials are moved by ``robots`` robots (those of the file, else 2), hold their slots until they
    are picked, and may wait in a storage station; without it they change stations in no time and wait anywhere
    (``buffers``). Every experiment is there ``copies`` times. ``furnace_minutes`` replaces the minutes of all steps in
    the muffle furnace.
    Steps follow each other as they stand; ``"after": [1, 2]`` in a step names others that it comes after, from 1 on.
    ``experiments`` takes only those named (``"e2"`` or ``"e2_electrocatalyst"``); ``inserted`` adds the one that
    arrives late, released at that minute. The vials of one experiment leave the starting station together; it is
    taken to have as many slots as there are vials, at least those of the file.

    Raises:
        InputError: no such file, a wrong content or option; with the key, the value and the mend.
    """
    file = Path(path)
    data = read_json(file)
    copies = whole(file, copies, "copies", least=1)
    if furnace_minutes is not None:
        furnace_minutes = whole(file, furnace_minutes, "furnace_minutes")
    stations = {m.name: m for m in _machines(file, data, transport)}
    if (unit := data.get("time_unit", "minute")) != "minute":
        raise InputError("times are in minutes", file=file, key="time_unit", value=unit, mend="convert them")
    late = _table(file, data.get("insertion", {}), "insertion")
    if "arrives_at_minute" in late:
        whole(file, late["arrives_at_minute"], "insertion.arrives_at_minute")
    chosen = _chosen(file, data, experiments, str(late.get("experiment", "")), inserted)

    jobs: list[Job] = []
    groups: Counter[str] = Counter()
    kinds: dict[str, list[tuple[Operation, ...]]] = {}
    short = _short_names([str(e["experiment"]) for _, e in chosen])
    for _ in range(copies):
        for index, entry in chosen:
            key = f"experiments[{index}]"
            name = str(entry["experiment"])
            operations = _operations(file, entry, key, stations, furnace_minutes)
            variants = kinds.setdefault(name, [])
            if operations not in variants:
                variants.append(operations)
            number = variants.index(operations)
            groups[short[name]] += 1
            group = f"{short[name]}.{groups[short[name]]}"
            release = 0
            if name == late.get("experiment"):
                release = whole(file, late.get("arrives_at_minute"), "insertion.arrives_at_minute")
            vials = whole(file, entry.get("vials"), f"{key}.vials", least=1)
            jobs += [
                Job(
                    id=f"{group}-{v:02d}",
                    kind=name if number == 0 else f"{name} ({number + 1})",
                    operations=operations,
                    origin=next(iter(operations[0].choices)) if transport else "",
                    release=release,
                    leaves_with=group,
                )
                for v in range(1, vials + 1)
            ]

    carriers: tuple[Carrier, ...] = ()
    if transport:
        carriers = _robots(file, data, robots)
        stations[_STORAGE] = Machine(_STORAGE, slots=_STORAGE_SLOTS, role="storage")
    return Problem(
        name=str(data.get("name", file.stem)),
        unit_s=60.0,
        machines=tuple(_room_for(m, len(jobs)) for m in stations.values()),
        jobs=tuple(jobs),
        carriers=carriers,
        buffers=not transport,
        source=str(data.get("source", file)),
    )


def _machines(file: Path, data: Mapping[str, Any], transport: bool) -> list[Machine]:
    machines: list[Machine] = []
    for i, entry in enumerate(_list(file, data.get("stations"), "stations")):
        entry = _table(file, entry, f"stations[{i}]")
        name = entry.get("station")
        if not isinstance(name, str) or not name:
            raise InputError("a station needs a name", file=file, key=f"stations[{i}].station", value=name)
        if name in {m.name for m in machines} or (transport and name == _STORAGE):
            raise InputError("two stations have one name", file=file, key=f"stations[{i}].station", value=name)
        machines.append(
            Machine(
                name,
                slots=whole(file, entry.get("capacity_vials"), f"stations[{i}].capacity_vials", least=1),
                batch=bool(entry.get("batch", False)),
                one_temperature=bool(entry.get("one_temperature_at_a_time", False)),
                even_load=bool(entry.get("even_load", False)),
                instrument=_instrument(name),
                role=_role(name),
            )
        )
    return machines


def _instrument(station: str) -> str:
    """What the three phases of one platform have in common; nothing for other stations."""
    return next((station.removesuffix(phase) for phase in _PHASES if station.endswith(phase)), "")


def _role(station: str) -> Literal["start", "exchange", "work"]:
    if "starting" in station:
        return "start"
    return "exchange" if "exchange" in station else "work"


def _room_for(machine: Machine, vials: int) -> Machine:
    from attrs import evolve

    return evolve(machine, slots=max(machine.slots, vials)) if machine.role == "start" else machine


def _chosen(
    file: Path, data: Mapping[str, Any], wanted: Sequence[str] | None, late: str, inserted: bool
) -> list[tuple[int, Mapping[str, Any]]]:
    entries = []
    for i, entry in enumerate(_list(file, data.get("experiments"), "experiments")):
        entry = _table(file, entry, f"experiments[{i}]")
        if not isinstance(entry.get("experiment"), str) or not entry["experiment"]:
            value = entry.get("experiment")
            raise InputError("an experiment needs a name", file=file, key=f"experiments[{i}].experiment", value=value)
        entries.append((i, entry))
    names = [e["experiment"] for _, e in entries]
    if (inserted or late) and late not in names:
        raise InputError("no experiment arrives late in this file", file=file, key="insertion.experiment", value=late)
    if wanted is None:
        take = {name for name in names if name != late}
    else:
        if isinstance(wanted, str):
            raise InputError("a list of names is wanted", file=file, key="experiments", value=wanted)
        for name in wanted:
            if not any(name in (full, full.split("_")[0]) for full in names):
                there = ", ".join(dict.fromkeys(names))
                raise InputError("no such experiment", file=file, key="experiments", value=name, mend=f"one of {there}")
        take = {full for full in names if full in wanted or full.split("_")[0] in wanted}
    if inserted:
        take.add(late)
    return [(i, e) for i, e in entries if e["experiment"] in take]


def _short_names(names: Sequence[str]) -> dict[str, str]:
    """``e2_electrocatalyst`` -> ``e2``, unless another experiment begins the same way."""
    short = {name: name.split("_")[0] for name in names}
    often = Counter(short.values())
    return {name: s if s and often[s] == 1 else name for name, s in short.items()}


def _operations(
    file: Path, entry: Mapping[str, Any], key: str, stations: Mapping[str, Machine], furnace_minutes: int | None
) -> tuple[Operation, ...]:
    operations: list[Operation] = []
    steps = [
        _table(file, s, f"{key}.steps[{k}]") for k, s in enumerate(_list(file, entry.get("steps"), f"{key}.steps"))
    ]
    for k in in_order(file, steps, f"{key}.steps"):
        at, step = f"{key}.steps[{k}]", steps[k]
        names = _list(file, step.get("stations"), f"{at}.stations")
        for name in names:
            if not isinstance(name, str) or name not in stations:
                mend = "name a station of this file" + (f": {', '.join(stations)}" if len(stations) <= 8 else "")
                raise InputError("there is no such station", file=file, key=f"{at}.stations", value=name, mend=mend)
        minutes = whole(file, step.get("minutes"), f"{at}.minutes")
        if furnace_minutes is not None and any("furnace" in name for name in names):
            minutes = furnace_minutes
        for unknown in (k for k in step if k not in _STEP):
            mend = f"a step has {', '.join(_STEP)}"
            raise InputError("there is no such key", file=file, key=f"{at}.{unknown}", value=step[unknown], mend=mend)
        celsius = step.get("celsius")
        if celsius is not None and (
            isinstance(celsius, bool) or not isinstance(celsius, int | float) or not celsius >= _ZERO_C
        ):
            mend = f"give degrees Celsius, {_ZERO_C} or more"
            raise InputError("this is no temperature", file=file, key=f"{at}.celsius", value=celsius, mend=mend)
        before = {stations[m].instrument for m in operations[-1].choices} if operations else set()
        # the first phase may wait for its vial; the next ones follow without a wait
        follows = any(stations[m].instrument and stations[m].instrument in before for m in names)
        operations.append(
            Operation(f"{k + 1} {names[0]}", dict.fromkeys(names, minutes), celsius, wait_max=0 if follows else None)
        )
    return tuple(operations)


def _robots(file: Path, data: Mapping[str, Any], robots: int | None) -> tuple[Carrier, ...]:
    transport = _table(file, data.get("transport"), "transport")
    key = "robots"
    if robots is None:
        key, robots = "transport.robots", transport.get("robots", _ROBOTS)
    robots = whole(file, robots, key)
    if robots == 0:
        raise InputError("no robot can move the vials", file=file, key=key, value=0, mend="or transport=False")
    capacity = whole(file, transport.get("robot_capacity_vials"), "transport.robot_capacity_vials", least=1)
    move = whole(file, transport.get("minutes_per_vial_move"), "transport.minutes_per_vial_move")
    return tuple(
        Carrier(f"robot_{k + 1}", capacity=capacity, pick=move // 2, place=move - move // 2) for k in range(robots)
    )


def _list(file: Path, value: object, key: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise InputError("a list with at least one entry is wanted", file=file, key=key, value=value)
    return value


def _table(file: Path, value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError("an object is wanted", file=file, key=key, value=value)
    return value
