"""What happened to each sample and on each device, read from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, frozen


@define
class Bar:
    """One command as it really ran, lab time in seconds."""

    task: str
    device: str
    station: str
    operation: str
    samples: tuple[str, ...]
    start_s: float
    end_s: float | None = None
    outcome: str = "running"
    reason: str = ""


@frozen
class Happening:
    """One line of a sample's history."""

    start_s: float
    end_s: float | None
    text: str
    command_id: str


def bars(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Bar]:
    """Command id -> what became of it, in the order of issue."""
    found: dict[str, Bar] = {}
    for kind, payload in entries:
        if kind == "command_issued":
            c = payload["command"]
            found[c["id"]] = Bar(
                c["task"], c["device"], c["station"], c["operation"], tuple(c["samples"]), payload["at_s"]
            )
        elif kind in ("command_done", "command_failed", "command_in_doubt", "command_faulted"):
            bar = found.get(payload["command_id"])
            if bar is not None and (bar.end_s is None or bar.outcome == "faulted"):
                bar.end_s = payload["at_s"] if bar.end_s is None else bar.end_s
                bar.outcome = kind.removeprefix("command_").replace("_", " ")
                bar.reason = str(payload.get("reason", ""))
    return found


def histories(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, list[Happening]]:
    """Sample -> everything that was done to it, in order."""
    entries = list(entries)
    asked = {payload["command"]["id"]: payload["command"] for kind, payload in entries if kind == "command_issued"}
    lines: dict[str, list[Happening]] = {}
    for command_id, bar in bars(entries).items():
        for sample in bar.samples:
            text = _line(bar, asked[command_id], sample)
            lines.setdefault(sample, []).append(Happening(bar.start_s, bar.end_s, text, command_id))
    return lines


def _line(bar: Bar, command: Mapping[str, Any], sample: str) -> str:
    if bar.operation == "load":
        text = f"{bar.device} picks it from {bar.station}"
    elif bar.operation == "unload":
        text = f"{bar.device} places it on {bar.station}"
    else:
        parameters = {**command["parameters"], **command["per_sample"].get(sample, {})}
        text = f"{bar.operation} on {bar.device}" + _parameters(parameters)
    return text + ("" if bar.outcome in ("done", "running") else f" ({bar.outcome}: {bar.reason})")


def _parameters(parameters: Mapping[str, Any]) -> str:
    from aichemist.chemistry import format_duration, format_volume

    shown = []
    for name, value in parameters.items():
        if name == "volumes_l":
            shown += [f"{format_volume(v)} {stock}" for stock, v in value.items() if v]
        elif name == "masses_kg":
            shown += [f"{v * 1e6:.1f} mg {stock}" for stock, v in value.items() if v]
        elif name == "duration_s":
            shown.append(format_duration(value))
        elif name == "temperature_k":
            shown.append(f"{value - 273.15:.0f} degC")
        elif name == "speed_rpm":
            shown.append(f"{value:.0f} rpm")
        elif isinstance(value, int | float):
            shown.append(f"{name} {value:.4g}")
        else:
            shown.append(f"{name} {value}")
    return ": " + ", ".join(shown) if shown else ""
