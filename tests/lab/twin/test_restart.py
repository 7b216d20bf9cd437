"""A world rebuilt from its log is the same world, to the last bit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from attrs import asdict, evolve

from aichemist.chemistry import DuplicateCommandError, InputError
from aichemist.lab.drivers import Command, Done, Failed, NeverReceived, Running
from aichemist.lab.twin import CommandLog, MemoryLog

RECIPES = {"v1": {"Ni": 0.5, "Fe": 0.3, "Co": 0.2}, "v2": {"Mn": 0.3, "Ce": 0.6, "La": 0.1}}


class TextLog(CommandLog):
    """Keeps entries as JSON text, keys sorted, as a database would."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def received(self):
        entries = [json.loads(line) for line in self.lines]
        return [(Command(**{**c, "samples": tuple(c["samples"])}), a, b) for c, a, b in entries]

    def record(self, command, start_s, end_s):
        if self.attempts(command.id):
            raise DuplicateCommandError(command.id)
        self.lines.append(json.dumps([asdict(command), start_s, end_s], sort_keys=True))

    def attempts(self, command_id):
        return sum(json.loads(line)[0]["id"] == command_id for line in self.lines)


def same(a, b) -> bool:
    if isinstance(a, Done) and isinstance(b, Done):
        return (
            a.at_s == b.at_s
            and a.results == b.results
            and len(a.signals) == len(b.signals)
            and all(
                x.sample == y.sample
                and x.kind == y.kind
                and x.metadata == y.metadata
                and all(np.array_equal(x.columns[c], y.columns[c]) for c in x.columns)
                for x, y in zip(a.signals, b.signals, strict=True)
            )
        )
    return type(a) is type(b) and a == b


def test_restart_after_the_whole_protocol(make_hand, oer):
    log = TextLog()
    hand = make_hand(log=log)
    oer(hand, RECIPES)
    again = make_hand(log=log)
    measured = 0
    for command in hand.sent:
        answers = [h.world.driver(command.device).status(command.id, hand.now) for h in (hand, again)]
        assert isinstance(answers[0], Done)
        assert same(*answers), command
        assert same(answers[0], hand.world.driver(command.device).status(command.id, hand.now))
        measured += len(answers[0].signals)
    assert measured == 4
    assert again.world.truth("v1") == hand.world.truth("v1")
    assert again.world.elements_mol() == hand.world.elements_mol()


def test_restart_at_every_command(make_hand, lab):
    """Killed after each receipt: the rest goes on as if nothing had happened."""

    def play(log_every: bool):
        log = TextLog()
        hand = make_hand(log=log)

        def restarted(h):
            if not log_every:
                return h
            fresh = make_hand(log=log)
            fresh.now, fresh.count, fresh.sent = h.now, h.count, h.sent
            return fresh

        for operation, device, samples, parameters, station in [
            ("load", "robot_1", ("a",), {}, "starting_station"),
            ("unload", "robot_1", ("a",), {}, "liquid_dispensing_1"),
            ("dispense_liquid", "liquid_dispensing_1", ("a",), {"volumes_l": {"nickel_nitrate": 4e-3}}, ""),
            ("dispense_liquid", "liquid_dispensing_1", ("a",), {"volumes_l": {"water": 19e-3}}, ""),  # refused
            ("dispense_liquid", "liquid_dispensing_1", ("a",), {"volumes_l": {"sodium_hydroxide": 2e-3}}, ""),
            ("load", "robot_1", ("a",), {}, "liquid_dispensing_1"),
            ("unload", "robot_1", ("a",), {}, "shaker"),
            ("shake", "shaker", ("a",), {"duration_s": 3600.0}, ""),
        ]:
            command = hand.command(operation, device, samples, parameters, station=station)
            answer = hand.send(command)
            hand = restarted(hand)
            status = hand.world.driver(device).status(command.id, hand.now)
            assert same(status, answer)
            with pytest.raises(DuplicateCommandError):
                hand.world.driver(device).submit(command, hand.now)
            if isinstance(answer, Running):
                hand.now = answer.expected_end_s
                assert isinstance(hand.world.driver(device).status(command.id, hand.now), Done)
        return hand, log

    plain, plain_log = play(False)
    killed, killed_log = play(True)
    assert killed_log.lines == plain_log.lines
    assert killed.world.truth("a") == plain.world.truth("a")
    assert any(isinstance(plain.world.driver(c.device).status(c.id, 0.0), Failed) for c in plain.sent)


def test_running_never_received_and_done_after_a_restart(make_hand):
    log = MemoryLog()
    hand = make_hand(log=log)
    command = hand.command("load", "robot_1", "a", station="starting_station")
    end = hand.send(command).expected_end_s
    again = make_hand(log=log).world.driver("robot_1")
    assert again.status(command.id, end / 2) == Running(end)
    assert again.status("run:99", end) == NeverReceived()
    assert isinstance(again.status(command.id, end), Done)
    assert log.attempts(command.id) == 1
    with pytest.raises(DuplicateCommandError):
        again.submit(command, end)
    assert log.attempts(command.id) == 2


def test_a_stop_is_remembered(make_hand):
    log = TextLog()
    hand = make_hand(log=log)
    command = hand.command("load", "robot_1", "a", station="starting_station")
    hand.send(command)
    hand.world.driver("robot_1").stop()
    status = hand.world.driver("robot_1").status(command.id, 1e5)
    assert isinstance(status, Failed)
    assert make_hand(log=log).world.driver("robot_1").status(command.id, 1e5) == status


def test_asking_late_does_not_disturb_what_comes(make_hand):
    """A status far in the future moves the world's time; the log keeps the time at which things then truly began."""
    log = TextLog()
    hand = make_hand(log=log)
    hand.carry("a", "starting_station", "storage")
    hand.world.driver("robot_1").status(hand.sent[-1].id, hand.now + 500)
    begun = hand.now + 500
    command = hand.command("store", "storage", "a", {"duration_s": 100.0})
    assert hand.send(command).expected_end_s > begun
    assert log.received()[-1][1] == begun
    assert make_hand(log=log).world.driver("storage").status(command.id, 0.0) == Running(log.received()[-1][2])


def test_the_order_of_asking_does_not_change_random_numbers(make_hand):
    truths = []
    for order in (("a", "b"), ("b", "a")):
        hand = make_hand()
        hand.carry("a", "starting_station", "liquid_dispensing_1")
        hand.carry("b", "starting_station", "liquid_dispensing_2")
        commands = {
            s: Command(f"run:{s}", f"task-{s}", "dispense_liquid", f"liquid_dispensing_{i}", f"liquid_dispensing_{i}",
                       (s,), {"volumes_l": {"water": 1e-3}})
            for i, s in ((1, "a"), (2, "b"))
        }  # fmt: skip
        for s in order:
            hand.send(commands[s])
        for s in order:
            hand.world.driver(commands[s].device).status(commands[s].id, hand.now + 1000)
        truths.append({s: hand.world.truth(s).volume_l for s in "ab"})
    assert truths[0] == truths[1]


def test_another_seed_is_another_world(make_hand):
    volumes = set()
    for seed in (1, 2):
        hand = make_hand(seed=seed)
        hand.carry("a", "starting_station", "liquid_dispensing_1")
        hand.dispense("a", {"water": 1e-3})
        volumes.add(hand.world.truth("a").volume_l)
    assert len(volumes) == 2


def test_a_log_that_does_not_fit_the_lab_is_named(make_hand, lab):
    log = TextLog()
    hand = make_hand(log=log)
    hand.carry("a", "starting_station", "liquid_dispensing_1")
    hand.dispense("a", {"water": 15e-3})
    other = evolve(lab, vial_capacity_l=10e-3)
    with pytest.raises(InputError, match="does not fit this lab"):
        make_hand(log=log, lab=other)
