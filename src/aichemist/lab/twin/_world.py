"""The twin's world: it receives commands, lets time pass, and answers as the devices would."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from aichemist.chemistry import ROBOT_OPERATIONS, DuplicateCommandError, InputError

from ..drivers import Command, Done, Driver, Failed, NeverReceived, Running, Signal, Status
from ..layout import Lab
from ._act import Act
from ._bench import Bench
from ._checks import Impossible, checked
from ._contents import metal_fractions, metals_mol
from ._instruments import INSTRUMENTS
from ._log import CommandLog, MemoryLog
from ._operations import EFFECTS
from ._randomness import generator
from ._separation import moved, suspended_at
from ._vial import Vial, VialTruth, elements, mass_kg, plus

if TYPE_CHECKING:
    from ._oer_map import OverpotentialMap

#: a run takes up to this much longer or shorter than planned (assumption)
DURATION_DEVIATION = 0.01
_SHORTEST_S = 1.0  # no device is done at once; keeps an accepted command apart from a refused one in the log
_STOP, _REMOVED = "stop", "removed"
#: what the twin of every station and robot tells, for interlocks
TWIN_SIGNALS = ("running", "temperature_k")
_ROOM_K = 298.15
#: measurements whose signals are kept at hand; older ones are measured again, bit for bit, when they are asked for
_AT_HAND = 8


@define(eq=False)
class _Received:
    """A command and what became of it."""

    command: Command
    start_s: float
    end_s: float
    values: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    failure: Failed | None = None
    results: dict[str, Mapping[str, Any]] = field(factory=dict)
    before: dict[str, Vial] = field(factory=dict)
    signals: tuple[Signal, ...] | None = None


class TwinWorld:
    """All twin devices of one lab over one true bench.

    Two worlds with the same lab, seed, map and log are the same: contents, answers and signals to the last bit. A
    world is rebuilt from its log on construction, as devices keep their vials and their memory when a computer dies.
    Lab time never runs backwards: a command that comes with an earlier time than the world has seen begins now.

    Args:
        seed: of all errors and noise.
        overpotential_map: composition -> overpotential of the electrode.
        log: what the devices remember; by default it dies with the process.
    """

    def __init__(
        self, lab: Lab, *, seed: int, overpotential_map: OverpotentialMap, log: CommandLog | None = None
    ) -> None:
        self._lab, self._seed, self._map = lab, seed, overpotential_map
        self._log = log if log is not None else MemoryLog()
        self._bench = Bench(lab)
        self._clock = -math.inf
        self._entries: dict[str, _Received] = {}
        self._running: dict[str, _Received] = {}
        self._measured: deque[_Received] = deque()
        self._ends: list[tuple[float, int, str]] = []
        self._devices = (
            *(s.name for s in lab.stations if s.driver == "twin"),
            *(r.name for r in lab.robots if r.driver == "twin"),
        )
        for command, start_s, end_s in self._log.received():
            self._remember(command, start_s, end_s)

    def driver(self, device_name: str) -> Driver:
        """The driver of one station or robot.

        Raises:
            InputError: the lab has no such device, or it is not a twin.
        """
        if device_name not in self._devices:
            raise InputError(
                "is not a twin device of this lab", key="device", value=device_name,
                mend='set driver = "twin" for it in the lab file',
            )  # fmt: skip
        return _TwinDriver(self, device_name)

    def mirror(self, device_name: str) -> Driver:
        """The twin of a device that is a person: told afterwards, so that the vials hold what she put there."""
        return _TwinDriver(self, device_name)

    def drivers(self) -> dict[str, Driver]:
        """Every twin device of the lab by its name."""
        return {name: _TwinDriver(self, name) for name in self._devices}

    # ------------------------------------------------------------------ the truth, for benchmarks only

    def truth(self, sample: str) -> VialTruth:
        """What a vial truly holds now. For benchmarks; a campaign never asks.

        Raises:
            InputError: no command ever named this vial.
        """
        if sample not in self._bench.vials:
            raise InputError("no vial of this name was ever touched", key="sample", value=sample)
        vial = self._bench.vials[sample]
        fractions = metal_fractions(vial)
        return VialTruth(
            sample=sample,
            place=vial.place,
            capped=vial.capped,
            temperature_k=vial.temperature_k,
            volume_l=vial.volume_l,
            dissolved_mol=dict(vial.dissolved),
            solid_mol=dict(vial.solid),
            solid_kg=mass_kg(vial.solid),
            suspended=suspended_at(vial, self._clock),
            gas_mol=dict(vial.gas),
            metals_mol=metals_mol(vial),
            fractions=fractions,
            overpotential_v=self._map.overpotential_v(fractions) if fractions else None,
        )

    def elements_mol(self) -> dict[str, dict[str, float]]:
        """Mass balance: mol of each element in ``vials``, ``waste``, ``exhaust`` and ``drawn`` from the stock.

        ``vials + waste + exhaust = drawn`` up to rounding. Stock without a formula is left out.
        """
        from ._solutions import per_litre

        total: dict[str, dict[str, float]] = {"vials": {}, "waste": {}, "exhaust": {}, "drawn": {}}
        for vial in self._bench.vials.values():
            total["vials"] = plus(total["vials"], vial.elements())
            total["waste"] = plus(total["waste"], vial.waste)
            total["exhaust"] = plus(total["exhaust"], vial.exhaust)
        for name, amount in self._bench.drawn.items():
            stock = self._lab.stock(name)
            if stock.state == "liquid":
                content = per_litre(stock, self._lab)[0]
            else:
                content = {stock.solute: 1 / mass_kg({stock.solute: 1.0})} if stock.solute else {}
            total["drawn"] = plus(total["drawn"], elements(content), amount)
        return total

    def stock_left(self, name: str) -> float:
        """Litres of a liquid or kilograms of a powder that are truly left."""
        return self._bench.stock_left(name)

    # ------------------------------------------------------------------ what drivers call

    def _submit(self, device: str, command: Command, now_s: float) -> Running | Failed:
        if command.id in self._entries:
            self._log.record(command, now_s, now_s)  # counts the attempt and raises
            raise DuplicateCommandError(f"command {command.id} was received before; nothing was done")
        if not math.isfinite(now_s):
            raise InputError("is no lab time", key="now_s", value=now_s)
        self._advance(now_s)
        entry = self._received(device, command, self._clock)
        self._log.record(command, entry.start_s, entry.end_s)
        self._take(entry)
        return entry.failure or Running(entry.end_s)

    def _status(self, device: str, command_id: str, now_s: float) -> Status:
        entry = self._entries.get(command_id)
        if entry is None or entry.command.device != device:
            return NeverReceived()
        if entry.failure is not None:
            return entry.failure
        if now_s < entry.end_s:
            return Running(entry.end_s)
        self._advance(now_s)
        if entry.signals is None:
            instrument = INSTRUMENTS.get(entry.command.operation)
            samples = entry.command.samples if instrument else ()
            given = [instrument(entry.before[s], self._act(entry, s)) for s in samples if instrument]
            entry.signals = tuple(s for own in given for s in (own if isinstance(own, tuple) else (own,)))
            if entry.signals:
                self._measured.append(entry)
                if len(self._measured) > _AT_HAND:
                    self._measured.popleft().signals = None
        return Done(entry.end_s, dict(entry.results), entry.signals)

    def _stop(self, device: str) -> None:
        if any(e.command.device == device for e in self._running.values()):
            stop = Command(f"stop:{device}:{len(self._entries)}", "", _STOP, device, device, ())
            self._log.record(stop, self._clock, self._clock)
            self._stopped(stop)

    def _removed(self, sample: str) -> None:
        """A person took the vial, wherever it was."""
        vial = self._bench.vials.get(sample)
        if vial is not None and vial.place:
            taken = Command(f"removed:{sample}:{len(self._entries)}", "", _REMOVED, vial.place, vial.place, (sample,))
            self._log.record(taken, self._clock, self._clock)
            self._took(taken)

    def _took(self, taken: Command) -> None:
        self._entries[taken.id] = _Received(taken, self._clock, self._clock, failure=Failed(self._clock, _REMOVED))
        for sample in taken.samples:
            self._bench.put(evolve(self._bench.vials[sample], place=""))

    def _readings(self, device: str, now_s: float) -> dict[str, float]:
        """The temperature that a station is set to now, else the room's; names as in ``TWIN_SIGNALS``."""
        self._advance(now_s)
        running = [e for e in self._running.values() if e.command.device == device]
        set_to = [float(v["temperature_k"]) for e in running for v in e.values.values() if "temperature_k" in v]
        return {"temperature_k": max(set_to, default=_ROOM_K), "running": float(len(running))}

    # ------------------------------------------------------------------ inside

    def _remember(self, command: Command, start_s: float, end_s: float) -> None:
        """One entry of the log, as it went then."""
        self._advance(start_s)
        if command.operation == _STOP:
            self._stopped(command)
            return
        if command.operation == _REMOVED:
            self._took(command)
            return
        entry = self._received(command.device, command, start_s)
        refused = end_s <= start_s
        if refused and entry.failure is None:  # the lab file was mended since
            entry.failure = Failed(start_s, "refused when it was received", command.samples, "refused", "none")
        elif not refused and entry.failure is not None:
            raise InputError(
                f"the twin's log does not fit this lab: {command.id} was accepted then and is refused now "
                f"({entry.failure.reason})", key="lab", mend="go on with the lab file that the run began with",
            )  # fmt: skip
        entry.end_s = end_s
        self._take(entry)

    def _received(self, device: str, command: Command, start_s: float) -> _Received:
        try:
            values = checked(command, device, self._bench, [e.command for e in self._running.values()])
        except Impossible as problem:
            samples = problem.samples or command.samples
            failure = Failed(start_s, problem.reason, samples, "refused", "none")
            return _Received(command, start_s, start_s, failure=failure)
        return _Received(command, start_s, start_s + self._duration_s(command, values), values)

    def _take(self, entry: _Received) -> None:
        self._entries[entry.command.id] = entry
        if entry.failure is None:
            self._running[entry.command.id] = entry
            heapq.heappush(self._ends, (entry.end_s, len(self._entries), entry.command.id))

    def _stopped(self, stop: Command) -> None:
        self._entries[stop.id] = _Received(
            stop, self._clock, self._clock, failure=Failed(self._clock, _STOP, kind="stopped")
        )
        for command_id, entry in list(self._running.items()):
            if entry.command.device == stop.device:
                entry.failure = Failed(self._clock, "stopped", entry.command.samples, "stopped")
                del self._running[command_id]

    def _duration_s(self, command: Command, values: Mapping[str, Mapping[str, Any]]) -> float:
        if command.operation in ROBOT_OPERATIONS:
            robot = self._lab.robot(command.device)
            each = robot.pick_s if command.operation == "load" else robot.place_s
            travel = self._lab.travel_s(self._bench.robot_at[robot.name], command.station)
            planned = travel + each * len(command.samples)
        else:
            stated = values[command.samples[0]].get("duration_s")
            planned = self._lab.station(command.station).duration_s if stated is None else float(stated)
        rng = generator(self._seed, "duration", _key(command))
        return max(_SHORTEST_S, planned * (1 + rng.uniform(-DURATION_DEVIATION, DURATION_DEVIATION)))

    def _advance(self, now_s: float) -> None:
        """Apply the effects of what has ended by ``now_s``, in order of end, then of receipt."""
        while self._ends and self._ends[0][0] <= now_s:
            _, _, command_id = heapq.heappop(self._ends)
            entry = self._running.pop(command_id, None)  # gone when it was stopped
            if entry is not None:
                self._apply(entry)
        self._clock = max(self._clock, now_s)

    def _apply(self, entry: _Received) -> None:
        command, bench = entry.command, self._bench
        if command.operation in ROBOT_OPERATIONS:
            place = command.device if command.operation == "load" else command.station
            for sample in command.samples:
                vial = bench.vials.get(sample) or Vial(sample, command.station)
                bench.put(evolve(moved(vial), place=place))
            bench.robot_at[command.device] = command.station
            entry.values = {}
            return
        for sample in command.samples:
            vial = bench.vials.get(sample) or Vial(sample, command.station)
            if command.operation in INSTRUMENTS:
                entry.before[sample] = vial
            outcome = EFFECTS[command.operation](vial, self._act(entry, sample))
            bench.put(outcome.vial)
            entry.results[sample] = outcome.reported
            for stock, amount in outcome.drawn.items():
                bench.drawn[stock] = bench.drawn.get(stock, 0.0) + amount
        if command.operation not in INSTRUMENTS:
            entry.values = {}  # the command tells them

    def _act(self, entry: _Received, sample: str) -> Act:
        command = entry.command
        return Act(
            key=_key(command),
            sample=sample,
            operation=command.operation,
            station=self._lab.station(command.station),
            parameters=entry.values[sample],
            start_s=entry.start_s,
            end_s=entry.end_s,
            lab=self._lab,
            seed=self._seed,
            overpotential_map=self._map,
        )


def _key(command: Command) -> str:
    """Names a command in random numbers: by its task, since the id carries the name of the run as well."""
    return command.task or command.id


class _TwinDriver(Driver):
    """One device of the twin."""

    def __init__(self, world: TwinWorld, device: str) -> None:
        self._world, self._device = world, device

    def submit(self, command: Command, now_s: float) -> Running | Failed:
        return self._world._submit(self._device, command, now_s)

    def status(self, command_id: str, now_s: float) -> Status:
        return self._world._status(self._device, command_id, now_s)

    def stop(self) -> None:
        self._world._stop(self._device)

    def removed(self, sample: str, now_s: float) -> None:
        self._world._removed(sample)

    def samples(self, command_id: str) -> tuple[str, ...]:
        """The vials of a command that was received."""
        return self._world._entries[command_id].command.samples

    def readings(self, now_s: float) -> Mapping[str, float]:
        return self._world._readings(self._device, now_s)
