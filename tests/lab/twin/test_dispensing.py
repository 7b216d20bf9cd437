"""Dispensing errors follow the figures that the module states."""

from __future__ import annotations

import numpy as np
import pytest

from aichemist.lab.twin._dispensing import BALANCE_SD_KG, PISTONS, POWDER_RELATIVE_SD, piston_for


def volumes(hand, asked: float, count: int) -> np.ndarray:
    seen = []
    for i in range(count):
        name = f"v{i}"
        hand.carry(name, "starting_station", "liquid_dispensing_2")
        before = hand.world.stock_left("ethanol")
        hand.dispense(name, {"ethanol": asked}, "liquid_dispensing_2")
        seen.append(before - hand.world.stock_left("ethanol"))
        hand.carry(name, "liquid_dispensing_2", "starting_station")
    return np.array(seen)


@pytest.mark.parametrize("asked", [0.4e-3, 1.6e-3])
def test_random_error_of_one_channel_is_that_of_its_piston(hand, asked):
    piston, strokes = piston_for(asked)
    seen = volumes(hand, asked, 120)
    assert strokes == 1
    assert np.std(seen, ddof=1) == pytest.approx(piston.random_l, rel=0.25)  # 3.9 sd of an sd of 120
    assert abs(np.mean(seen) - asked) <= piston.systematic_l + 4 * piston.random_l / np.sqrt(120)


def test_systematic_error_is_one_per_channel_and_fills_its_range(make_hand):
    piston = PISTONS[1]
    offsets = []
    for seed in range(60):
        offsets.append(float(np.mean(volumes(make_hand(seed=seed), 0.4e-3, 4))) - 0.4e-3)
    # rectangular of half width 8 uL, with the mean of four strokes on top
    expected = np.hypot(piston.systematic_l / np.sqrt(3), piston.random_l / 2)
    assert np.std(offsets) == pytest.approx(expected, rel=0.3)
    assert max(np.abs(offsets)) < piston.systematic_l + 4 * piston.random_l / 2


@pytest.mark.parametrize(("asked", "nominal", "strokes"), [(50e-6, 100e-6, 1), (1e-3, 1e-3, 1), (15e-3, 10e-3, 2)])
def test_the_smallest_piston_that_holds_it(asked, nominal, strokes):
    piston, count = piston_for(asked)
    assert (piston.nominal_l, count) == (nominal, strokes)


def test_the_device_reports_what_it_knows_and_not_the_truth(hand):
    hand.carry("v", "starting_station", "liquid_dispensing_2")
    done = hand.dispense("v", {"water": 1e-3, "ethanol": 0.5e-3}, "liquid_dispensing_2")
    reported = done.results["v"]
    assert reported["dispensed_l"] == {"water": 1e-3, "ethanol": 0.5e-3}
    truth = hand.world.truth("v")
    true_kg = sum(hand.lab.stock(s).volume_l - hand.world.stock_left(s) for s in ("water",)) + 0.789 * (
        hand.lab.stock("ethanol").volume_l - hand.world.stock_left("ethanol")
    )
    assert reported["balance_kg"] == pytest.approx(true_kg, abs=5 * BALANCE_SD_KG)
    assert reported["balance_kg"] != true_kg
    assert truth.volume_l != 1.5e-3


def test_powder_is_weighed_in_with_its_stated_error(hand):
    falls = []
    for i in range(60):
        name = f"v{i}"
        hand.carry(name, "starting_station", "solid_dispensing_1")
        done = hand.do("dispense_solid", "solid_dispensing_1", name, {"masses_kg": {"p10_photocatalyst": 20e-6}})
        falls.append(hand.world.truth(name).solid_kg)
        assert done.results[name]["balance_kg"] == pytest.approx(falls[-1], abs=5 * BALANCE_SD_KG)
        hand.carry(name, "solid_dispensing_1", "starting_station")
    assert np.std(falls, ddof=1) == pytest.approx(20e-6 * POWDER_RELATIVE_SD, rel=0.35)
    assert np.mean(falls) == pytest.approx(20e-6, rel=0.01)
