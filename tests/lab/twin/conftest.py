"""A hand that sends commands to the twin, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aichemist.lab.drivers import Command, Done, Failed
from aichemist.lab.layout import Lab, load_lab
from aichemist.lab.twin import CommandLog, TwinWorld

ROOT = Path(__file__).resolve().parents[3]


class LinearMap:
    """Composition -> overpotential, simple enough to check by hand."""

    description = "linear, for tests"

    def overpotential_v(self, fractions: Mapping[str, float]) -> float:
        values = {"Ni": 0.30, "Fe": 0.35, "Co": 0.40, "Mn": 0.50, "Ce": 0.60, "La": 0.65}
        return sum(values[metal] * share for metal, share in fractions.items())


class Hand:
    """Sends a command, waits for its end, and remembers the lab time."""

    def __init__(self, lab: Lab, seed: int = 1, log: CommandLog | None = None) -> None:
        self.lab = lab
        self.world = TwinWorld(lab, seed=seed, overpotential_map=LinearMap(), log=log)
        self.now = 0.0
        self.count = 0
        self.sent: list[Command] = []

    def command(
        self, operation: str, device: str, samples: Any, parameters: Any = None, *, station: str = "", **more: Any
    ) -> Command:
        self.count += 1
        names = (samples,) if isinstance(samples, str) else tuple(samples)
        return Command(
            f"run:{self.count}", f"t{self.count}", operation, device, station or device, names, parameters or {}, **more
        )

    def send(self, command: Command) -> Any:
        self.sent.append(command)
        return self.world.driver(command.device).submit(command, self.now)

    def do(self, operation: str, device: str, samples: Any, parameters: Any = None, **more: Any) -> Done:
        """Sends and waits; fails the test when the device refuses."""
        command = self.command(operation, device, samples, parameters, **more)
        answer = self.send(command)
        assert not isinstance(answer, Failed), answer.reason
        self.now = answer.expected_end_s
        status = self.world.driver(command.device).status(command.id, self.now)
        assert isinstance(status, Done)
        return status

    def refused(self, operation: str, device: str, samples: Any, parameters: Any = None, **more: Any) -> str:
        """Sends what cannot be done; the reason given."""
        command = self.command(operation, device, samples, parameters, **more)
        answer = self.send(command)
        assert isinstance(answer, Failed), answer
        assert self.world.driver(command.device).status(command.id, self.now + 1e6) == answer
        return answer.reason

    def carry(self, samples: Any, origin: str, destination: str, robot: str = "robot_1") -> None:
        self.do("load", robot, samples, station=origin)
        self.do("unload", robot, samples, station=destination)

    def to_platform(self, samples: Any, origin: str, destination: str) -> None:
        self.carry(samples, origin, "exchange_table")
        self.carry(samples, "exchange_table", destination, "platform_robot")

    def dispense(self, sample: str, volumes_l: Mapping[str, float], station: str = "liquid_dispensing_1") -> Done:
        return self.do("dispense_liquid", station, sample, {"volumes_l": dict(volumes_l)})


@pytest.fixture(scope="session")
def lab() -> Lab:
    return load_lab(ROOT / "labs" / "ustc.toml")


@pytest.fixture
def make_hand(lab: Lab) -> Callable[..., Hand]:
    def make(**options: Any) -> Hand:
        return Hand(options.pop("lab", lab), **options)

    return make


@pytest.fixture
def hand(make_hand: Callable[..., Hand]) -> Hand:
    return make_hand()


def run_oer(hand: Hand, recipes: Mapping[str, Mapping[str, float]]) -> tuple[Done, Done]:
    """The OER protocol by hand, step for step; (voltammograms, diffractograms)."""
    from aichemist.chemistry import Recipe, load_protocol

    protocol = load_protocol(ROOT / "protocols" / "oer.toml")
    steps = {s: protocol.resolve(Recipe(r), sample=s, batch=0).steps for s, r in recipes.items()}
    samples, at = tuple(recipes), "starting_station"
    done: list[Done] = []
    for index, step in enumerate(steps[samples[0]]):
        if step.operation == "dispense_liquid":
            for s in samples:
                station = "liquid_dispensing_2" if "ethanol" in steps[s][index].parameters["volumes_l"] else (
                    "liquid_dispensing_1"
                )  # fmt: skip
                hand.carry(s, at, station)
                hand.do("dispense_liquid", station, s, steps[s][index].parameters)
                hand.carry(s, station, "storage")
            at = "storage"
            continue
        station = next(c.name for c in hand.lab.able(step.operation))
        platform = "highflux-platform"
        if at in ("xrd", "electrochemistry"):
            hand.carry(samples, at, station, "platform_robot")
        elif platform in hand.lab.station(station).sections:
            hand.to_platform(samples, at, station)
        else:
            hand.carry(samples, at, station)
        result = hand.do(step.operation, station, samples, step.parameters)
        if result.signals:
            done.append(result)
        at = station
    return done[0], done[1]


@pytest.fixture
def oer() -> Callable[..., tuple[Done, Done]]:
    return run_oer
