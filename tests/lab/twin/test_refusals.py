"""What is physically impossible is refused, and nothing changes."""

from __future__ import annotations

import pytest
from attrs import evolve

from aichemist.chemistry import DuplicateCommandError, InputError
from aichemist.lab.drivers import Failed, NeverReceived, Running


@pytest.fixture
def filled(hand):
    hand.carry("v", "starting_station", "liquid_dispensing_1")
    hand.dispense("v", {"water": 10e-3})
    return hand


def test_overflow(filled):
    before = filled.world.truth("v")
    reason = filled.refused("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": 11e-3}})
    assert "overflow" in reason
    assert filled.world.truth("v") == before


@pytest.mark.parametrize(
    ("operation", "device", "samples", "parameters", "reason"),
    [
        ("dispense_liquid", "liquid_dispensing_1", "w", {"volumes_l": {"water": 1e-3}}, "does not stand on"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"ethanol": 1e-3}}, "no stock"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"mercury": 1e-3}}, "no stock"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": -1e-3}}, "outside"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": 1e-6}}, "outside"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": float("nan")}}, "no number"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": "much"}}, "no number"),
        ("dispense_liquid", "liquid_dispensing_1", "v", {}, "needs volumes_l"),
        ("stir", "liquid_dispensing_1", "v", {"duration_s": 60.0}, "cannot stir"),
        ("bewitch", "liquid_dispensing_1", "v", {}, "not an operation"),
        ("load", "platform_robot", "v", {}, "does not reach"),
        ("unload", "robot_1", "v", {}, "does not carry"),
        ("stir", "magnetic_stirring_1", (), {"duration_s": 60.0}, "one or more"),
        ("stir", "magnetic_stirring_1", ("v", "v"), {"duration_s": 60.0}, "one or more"),
    ],
)
def test_impossible_commands(filled, operation, device, samples, parameters, reason):
    before = filled.world.elements_mol()
    station = "liquid_dispensing_1" if device.endswith(("robot", "robot_1")) else ""
    assert reason in filled.refused(operation, device, samples, parameters, station=station)
    assert filled.world.elements_mol() == before


def test_a_command_for_another_device(hand):
    command = hand.command("load", "robot_1", "v", station="starting_station")
    answer = hand.world.driver("robot_2").submit(command, 0.0)
    assert isinstance(answer, Failed) and "robot_1" in answer.reason


def test_unknown_devices_have_no_driver(hand, lab, make_hand):
    with pytest.raises(InputError, match="not a twin device"):
        hand.world.driver("teapot")
    mixed = evolve(lab, stations=tuple(evolve(s, driver="human") if s.name == "xrd" else s for s in lab.stations))
    world = make_hand(lab=mixed).world
    assert set(world.drivers()) == {s.name for s in lab.stations} - {"xrd"} | {r.name for r in lab.robots}


def test_slots(hand):
    hand.do("load", "robot_1", ("a", "b"), station="starting_station")
    assert "1 slots" in hand.refused("unload", "robot_1", ("a", "b"), station="liquid_dispensing_1")
    hand.do("unload", "robot_1", "a", station="liquid_dispensing_1")
    assert "free ones" in hand.refused("unload", "robot_1", "b", station="liquid_dispensing_1")


def test_two_robots_cannot_take_the_same_slot(hand):
    hand.do("load", "robot_1", "a", station="starting_station")
    hand.do("load", "robot_2", "b", station="starting_station")
    assert isinstance(hand.send(hand.command("unload", "robot_1", "a", station="capping_station")), Running)
    assert "free ones" in hand.refused("unload", "robot_2", "b", station="capping_station")


def test_robot_capacity_and_business(hand):
    vials = tuple(f"v{i}" for i in range(41))
    assert "40 vials at most" in hand.refused("load", "robot_1", vials, station="starting_station")
    hand.send(hand.command("load", "robot_1", "a", station="starting_station"))
    assert "busy" in hand.refused("load", "robot_1", "b", station="starting_station")
    assert "still with robot_1" in hand.refused("load", "robot_2", "a", station="starting_station")


def test_one_temperature(hand):
    hand.carry(("a", "b"), "starting_station", "dryer")
    reason = hand.refused(
        "dry", "dryer", ("a", "b"), {"duration_s": 60.0},
        per_sample={"a": {"temperature_k": 333.0}, "b": {"temperature_k": 353.0}},
    )  # fmt: skip
    assert "one temperature" in reason
    assert "outside" in hand.refused("dry", "dryer", ("a", "b"), {"duration_s": 60.0, "temperature_k": 500.0})
    assert "one duration" in hand.refused(
        "dry", "dryer", ("a", "b"), {"temperature_k": 333.0},
        per_sample={"a": {"duration_s": 60.0}, "b": {"duration_s": 61.0}},
    )  # fmt: skip


def test_even_load_needs_a_slot_for_the_balance_vial(hand, lab, make_hand):
    small = evolve(lab, stations=tuple(evolve(s, slots=3) if s.name == "centrifuge" else s for s in lab.stations))
    tight = make_hand(lab=small)
    tight.carry(("a", "b", "c"), "starting_station", "centrifuge")
    parameters = {"duration_s": 300.0, "speed_rpm": 6000.0}
    assert "balance vial" in tight.refused("centrifuge", "centrifuge", ("a", "b", "c"), parameters)
    hand.carry(("a", "b", "c"), "starting_station", "centrifuge")
    hand.do("centrifuge", "centrifuge", ("a", "b", "c"), parameters)


def test_a_chamber_runs_with_all_its_vials_and_a_shut_door(hand):
    hand.carry(("a", "b"), "starting_station", "centrifuge")
    parameters = {"duration_s": 300.0}
    assert "treated with them" in hand.refused("centrifuge", "centrifuge", "a", parameters)
    hand.do("load", "robot_1", "c", station="starting_station")
    hand.send(hand.command("centrifuge", "centrifuge", ("a", "b"), parameters))
    assert "door" in hand.refused("unload", "robot_1", "c", station="centrifuge")
    assert "busy" in hand.refused("centrifuge", "centrifuge", "c", parameters)


def test_temperature_of_the_vial(hand):
    hand.carry("v", "starting_station", "muffle_furnace")
    assert "vial stands" in hand.refused(
        "calcine", "muffle_furnace", "v", {"duration_s": 60.0, "temperature_k": 1000.0}
    )


def test_a_cap_keeps_things_out(filled):
    filled.carry("v", "liquid_dispensing_1", "capping_station")
    filled.do("cap", "capping_station", "v")
    assert "cap already" in filled.refused("cap", "capping_station", "v")
    filled.carry("v", "capping_station", "liquid_dispensing_1")
    assert "capped" in filled.refused("dispense_liquid", "liquid_dispensing_1", "v", {"volumes_l": {"water": 1e-3}})


def test_stock_runs_out(make_hand, lab):
    little = evolve(lab, stocks=tuple(evolve(s, volume_l=2.5e-3) if s.name == "water" else s for s in lab.stocks))
    hand = make_hand(lab=little)
    hand.carry("v", "starting_station", "liquid_dispensing_1")
    hand.dispense("v", {"water": 2e-3})
    left = hand.world.stock_left("water")
    assert left == pytest.approx(0.5e-3, abs=0.06e-3)
    parameters = {"volumes_l": {"water": 1e-3}}
    assert "exhausted" in hand.refused("dispense_liquid", "liquid_dispensing_1", "v", parameters)
    assert hand.world.stock_left("water") == left


def test_stock_that_is_being_drawn_elsewhere_is_promised(make_hand, lab):
    little = evolve(lab, stocks=tuple(evolve(s, volume_l=3e-3) if s.name == "water" else s for s in lab.stocks))
    hand = make_hand(lab=little)
    hand.carry("a", "starting_station", "liquid_dispensing_1")
    hand.carry("b", "starting_station", "liquid_dispensing_2")
    parameters = {"volumes_l": {"water": 2e-3}}
    hand.send(hand.command("dispense_liquid", "liquid_dispensing_1", "a", parameters))
    assert "exhausted" in hand.refused("dispense_liquid", "liquid_dispensing_2", "b", parameters)


def test_a_second_submit_changes_nothing(hand):
    command = hand.command("load", "robot_1", "v", station="starting_station")
    answer = hand.send(command)
    with pytest.raises(DuplicateCommandError):
        hand.send(command)
    assert hand.world.driver("robot_1").status(command.id, 1.0) == answer
    assert hand.world.driver("robot_2").status(command.id, 1e6) == NeverReceived()


def test_a_refused_id_is_spent_too(hand):
    command = hand.command("unload", "robot_1", "v", station="storage")
    assert isinstance(hand.send(command), Failed)
    with pytest.raises(DuplicateCommandError):
        hand.send(command)


def test_stop_ends_what_runs_and_leaves_the_rest(hand):
    first = hand.command("load", "robot_1", "a", station="starting_station")
    second = hand.command("load", "robot_2", "b", station="starting_station")
    hand.send(first)
    end = hand.send(second).expected_end_s
    hand.world.driver("robot_1").stop()
    status = hand.world.driver("robot_1").status(first.id, 1e4)
    assert isinstance(status, Failed) and status.samples == ("a",)
    hand.world.driver("robot_2").status(second.id, end)
    assert hand.world.truth("b").place == "robot_2"
    hand.now = end
    hand.do("load", "robot_1", "a", station="starting_station")  # it never left
