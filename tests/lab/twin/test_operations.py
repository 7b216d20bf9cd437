"""Every operation of the vocabulary has a device path and an effect."""

from __future__ import annotations

import math

import numpy as np
import pytest
from attrs import evolve

from aichemist.chemistry import OPERATIONS, ROBOT_OPERATIONS
from aichemist.lab.twin._instruments import INSTRUMENTS
from aichemist.lab.twin._operations import EFFECTS
from aichemist.lab.twin._precipitation import equilibrium
from aichemist.lab.twin._solutions import dissociated


def metals(hand, sample="v", base=2e-3):
    hand.carry(sample, "starting_station", "liquid_dispensing_1")
    volumes = {"nickel_nitrate": 2e-3, "cobalt_nitrate": 2e-3}
    hand.dispense(sample, volumes | ({"sodium_hydroxide": base} if base else {}))
    return "liquid_dispensing_1"


def test_the_tables_cover_the_vocabulary(lab):
    assert set(EFFECTS) == set(OPERATIONS) - ROBOT_OPERATIONS
    assert set(INSTRUMENTS) == {o for o in OPERATIONS if o.startswith("measure_")}
    for operation in EFFECTS:
        assert lab.able(operation), operation


@pytest.mark.parametrize(
    ("operation", "station", "parameters"),
    [
        ("stir", "magnetic_stirring_1", {"duration_s": 3600.0, "speed_rpm": 600.0}),
        ("shake", "shaker", {"duration_s": 3600.0, "speed_rpm": 400.0}),
        ("sonicate", "ultrasonic_bath", {"duration_s": 3600.0, "power_w": 100.0}),
    ],
)
def test_mixing_precipitates_hydroxides(hand, operation, station, parameters):
    at = metals(hand)
    assert not hand.world.truth("v").solid_mol
    hand.carry("v", at, station)
    hand.do(operation, station, "v", parameters)
    solid = hand.world.truth("v").solid_mol
    assert solid["Ni(OH)2"] == pytest.approx(0.2e-3, rel=0.03)
    assert solid["Co(OH)2"] == pytest.approx(0.2e-3, rel=0.03)


def test_little_base_precipitates_little_and_time_matters(hand):
    at = metals(hand, base=0.2e-3)  # half the stoichiometry of either metal alone
    hand.carry("v", at, "shaker")
    hand.do("shake", "shaker", "v", {"duration_s": 60.0, "speed_rpm": 400.0})
    early = sum(hand.world.truth("v").metals_mol.values())
    hand.do("shake", "shaker", "v", {"duration_s": 7200.0, "speed_rpm": 400.0})
    late = sum(hand.world.truth("v").metals_mol.values())
    assert early == pytest.approx(late * (1 - math.exp(-60 / 300)), rel=0.05)
    assert late == pytest.approx(0.1e-3, rel=0.03)


def test_the_less_soluble_hydroxide_takes_the_base_first():
    found = equilibrium({"Fe": 1e-4, "Mn": 1e-4, "OH": 3e-4}, {}, 5e-3)
    assert found["Fe"] > 0.999e-4
    assert found["Mn"] < 0.01e-4
    # solubility product is met where a solid is present
    both = equilibrium({"Mn": 1e-4, "OH": 1e-4}, {}, 5e-3)
    free = (1e-4 - 2 * both["Mn"]) / 5e-3
    assert (1e-4 - both["Mn"]) / 5e-3 * free**2 == pytest.approx(1.9e-13, rel=1e-6)


def test_no_base_no_solid():
    assert equilibrium({"Ni": 1e-4, "NO3": 2e-4}, {}, 5e-3) == {"Ni": 0.0}
    assert dissociated("Ni(NO3)2·6H2O") == {"Ni": 1.0, "NO3": 2.0, "H2O": 6.0}
    assert dissociated("NaOH") == {"Na": 1.0, "OH": 1.0}
    assert dissociated("C2H5OH") == {"C2H5OH": 1.0}
    assert dissociated("H2O") == {"H2O": 1.0}


def spun(hand, speed, seconds, sample="v"):
    at = metals(hand, sample)
    hand.carry(sample, at, "magnetic_stirring_1")
    hand.do("stir", "magnetic_stirring_1", sample, {"duration_s": 7200.0, "speed_rpm": 600.0})
    hand.carry(sample, "magnetic_stirring_1", "centrifuge")
    hand.do("centrifuge", "centrifuge", sample, {"duration_s": seconds, "speed_rpm": speed})
    suspended = hand.world.truth(sample).suspended
    hand.carry(sample, "centrifuge", "aspiration")
    before = hand.world.truth(sample)
    hand.do("aspirate", "aspiration", sample, {"leave_l": 0.3e-3})
    after = hand.world.truth(sample)
    hand.carry(sample, "aspiration", "starting_station")
    return suspended, before, after


def test_centrifuge_and_aspiration_lose_the_more_the_worse_they_separate(hand):
    slow, before_slow, after_slow = spun(hand, 1000.0, 60.0, "slow")
    fast, before_fast, after_fast = spun(hand, 6000.0, 300.0, "fast")
    assert fast < 0.02 < 0.5 < slow
    assert after_fast.solid_kg > 0.93 * before_fast.solid_kg
    assert after_slow.solid_kg < 0.5 * before_slow.solid_kg
    assert after_fast.volume_l == pytest.approx(0.3e-3, abs=0.1e-3)
    assert after_fast.dissolved_mol["Na"] / before_fast.dissolved_mol["Na"] == pytest.approx(
        after_fast.volume_l / before_fast.volume_l
    )


def test_a_pellet_that_waits_disperses_again(hand):
    spun(hand, 6000.0, 300.0, "other")
    at = metals(hand)
    hand.carry("v", at, "magnetic_stirring_1")
    hand.do("stir", "magnetic_stirring_1", "v", {"duration_s": 7200.0})
    hand.carry("v", "magnetic_stirring_1", "centrifuge")
    hand.do("centrifuge", "centrifuge", "v", {"duration_s": 300.0})
    hand.now += 6 * 3600
    hand.carry("v", "centrifuge", "aspiration")
    before = hand.world.truth("v").solid_kg
    hand.do("aspirate", "aspiration", "v", {"leave_l": 0.3e-3})
    assert hand.world.truth("v").solid_kg < 0.75 * before


def test_drying_removes_the_solvent_and_calcining_makes_oxides(hand):
    _, _, wet = spun(hand, 6000.0, 300.0)
    hand.carry("v", "starting_station", "dryer")
    hand.do("dry", "dryer", "v", {"duration_s": 7200.0, "temperature_k": 333.15})
    dry = hand.world.truth("v")
    assert dry.volume_l == 0.0 and "H2O" not in dry.dissolved_mol
    assert dry.dissolved_mol["Na"] == pytest.approx(wet.dissolved_mol["Na"])  # salts stay
    hand.carry("v", "dryer", "muffle_furnace")
    hand.do("calcine", "muffle_furnace", "v", {"duration_s": 4 * 3600.0, "temperature_k": 673.15})
    fired = hand.world.truth("v")
    assert fired.solid_mol["NiO"] == pytest.approx(dry.solid_mol["Ni(OH)2"], rel=1e-3)
    assert fired.solid_mol["Co3O4"] * 3 == pytest.approx(dry.solid_mol["Co(OH)2"], rel=1e-3)
    assert fired.solid_kg < 0.85 * dry.solid_kg
    # the metals are untouched
    assert fired.metals_mol == pytest.approx(dry.metals_mol)


def test_a_short_cool_drying_leaves_liquid(hand):
    _, _, wet = spun(hand, 6000.0, 300.0)
    hand.carry("v", "starting_station", "dryer")
    hand.do("dry", "dryer", "v", {"duration_s": 600.0, "temperature_k": 313.15})
    assert 0 < hand.world.truth("v").volume_l < wet.volume_l


def photocatalysis(hand, *, purged=True, capped=True, hours=4.0, catalyst=5e-6, cysteine=2e-3):
    hand.carry("v", "starting_station", "solid_dispensing_1")
    hand.do("dispense_solid", "solid_dispensing_1", "v", {"masses_kg": {"p10_photocatalyst": catalyst}})
    hand.carry("v", "solid_dispensing_1", "liquid_dispensing_3")
    if cysteine:
        hand.dispense("v", {"cysteine": cysteine}, "liquid_dispensing_3")
    hand.carry("v", "liquid_dispensing_3", "liquid_dispensing_1")
    hand.dispense("v", {"sodium_hydroxide": 1e-3, "water": 4e-3 - cysteine})
    hand.carry("v", "liquid_dispensing_1", "capping_station")
    if purged:
        hand.do("purge", "capping_station", "v", {"duration_s": 600.0, "flow_l_per_s": 20e-3 / 60})
    if capped:
        hand.do("cap", "capping_station", "v")
    hand.carry("v", "capping_station", "photocatalysis")
    hand.do("illuminate", "photocatalysis", "v", {"duration_s": hours * 3600, "irradiance_w_per_m2": 1000.0})
    hand.carry("v", "photocatalysis", "gas_chromatograph")
    return hand.do("measure_gas_chromatography", "gas_chromatograph", "v").signals[0]


def area(signal, gas):
    time, height = signal.columns["time_s"], signal.columns["detector_uv"]
    centre = signal.metadata["retention_s"][gas]
    near = np.abs(time - centre) < 20
    edge = (np.abs(time - centre) > 16) & near
    line = np.polyval(np.polyfit(time[edge], height[edge], 1), time[near])
    return float(np.sum(height[near] - line) * (time[1] - time[0]))


def test_light_makes_hydrogen_that_the_chromatogram_shows(hand):
    signal = photocatalysis(hand)
    gas = hand.world.truth("v").gas_mol
    assert gas["H2"] > 1e-5
    assert gas.get("O2", 0.0) < 0.001 * gas["N2"]  # purged
    fraction = area(signal, "H2") / signal.metadata["calibration_uv_s_per_mole_fraction"]["H2"]
    assert fraction == pytest.approx(gas["H2"] / sum(gas.values()), rel=0.05)


def test_an_open_vial_loses_its_gas_and_holds_air(hand):
    signal = photocatalysis(hand, capped=False)
    assert not hand.world.truth("v").gas_mol
    assert abs(area(signal, "H2")) < 0.01 * area(signal, "O2")
    assert area(signal, "N2") / area(signal, "O2") > 2


def test_no_catalyst_no_hydrogen_and_hydrogen_grows_with_time(make_hand):
    long, short = make_hand(), make_hand()
    photocatalysis(long, hours=8.0)
    photocatalysis(short, hours=2.0)
    ratio = long.world.truth("v").gas_mol["H2"] / short.world.truth("v").gas_mol["H2"]
    assert 3.0 < ratio < 4.0  # a dying catalyst makes less than four times as much
    balance = long.world.elements_mol()
    kept = sum(balance[p].get("H", 0.0) for p in ("vials", "waste", "exhaust"))
    assert kept == pytest.approx(balance["drawn"]["H"], rel=1e-9)


def test_without_a_donor_or_under_air_there_is_hardly_any_hydrogen(make_hand):
    made = {}
    for name, options in {"good": {}, "no donor": {"cysteine": 0.0}, "air": {"purged": False}}.items():
        hand = make_hand()
        photocatalysis(hand, **options)
        made[name] = hand.world.truth("v").gas_mol.get("H2", 0.0)
    assert made["no donor"] == 0.0 and 0 < made["air"] < 0.1 * made["good"]


def test_uv_vis_sees_cobalt_by_beer_lambert(hand):
    at = metals(hand, base=0)
    hand.to_platform("v", at, "uv_vis")
    signal = hand.do("measure_uv_vis", "uv_vis", "v").signals[0]
    wavelength, seen = signal.columns["wavelength_nm"], signal.columns["absorbance"]
    truth = hand.world.truth("v")
    molar = truth.dissolved_mol["Co"] / truth.volume_l
    nickel = truth.dissolved_mol["Ni"] / truth.volume_l
    expected = 4.8 * molar  # nickel's bands are far away
    assert seen[wavelength == 511][0] == pytest.approx(expected, abs=0.02)
    assert seen[wavelength == 395][0] == pytest.approx(5.1 * nickel, abs=0.02)


@pytest.fixture(scope="module")
def dye_lab(tmp_path_factory, lab):
    from aichemist.lab.layout import Stock

    dye = Stock("fluorescein", "liquid", "C20H12O5", "water", 2e-6, volume_l=0.1)
    stations = tuple(
        evolve(s, stocks=(*s.stocks, "fluorescein")) if s.name == "liquid_dispensing_2" else s for s in lab.stations
    )
    return evolve(lab, stocks=(*lab.stocks, dye), stations=stations)


def test_fluorescence_shows_the_dye_where_it_emits(make_hand, dye_lab):
    hand = make_hand(lab=dye_lab)
    for name, volumes in (("dye", {"fluorescein": 2e-3}), ("blank", {"water": 2e-3})):
        hand.carry(name, "starting_station", "liquid_dispensing_2")
        hand.dispense(name, volumes, "liquid_dispensing_2")
        hand.carry(name, "liquid_dispensing_2", "storage")
    hand.to_platform(("dye", "blank"), "storage", "fluorescence")
    done = hand.do("measure_fluorescence", "fluorescence", ("dye", "blank"), {"excitation_m": 470e-9})
    dye, blank = done.signals
    red = dye.columns["wavelength_nm"] > 490
    peak = dye.columns["wavelength_nm"][red][np.argmax(dye.columns["intensity_counts"][red])]
    assert peak == pytest.approx(520, abs=5)
    assert dye.columns["intensity_counts"][red].max() > 20 * blank.columns["intensity_counts"][red].max()


def test_raman_shows_air_and_water(hand):
    hand.carry("v", "starting_station", "liquid_dispensing_1")
    hand.dispense("v", {"water": 5e-3})
    hand.carry("v", "liquid_dispensing_1", "gas_raman")
    signal = hand.do("measure_raman", "gas_raman", "v").signals[0]
    shift, counts = signal.columns["shift_per_cm"], signal.columns["intensity_counts"]
    for line in (1555, 2330, 3400):
        there = counts[np.abs(shift - line) < 4].mean()
        beside = counts[np.abs(shift - line + 300) < 50].mean()
        assert there > beside + 5 * math.sqrt(beside)


def test_xrd_shows_the_lines_of_the_phase(hand):
    hand.carry("v", "starting_station", "liquid_dispensing_1")
    hand.dispense("v", {"cerium_nitrate": 4e-3, "sodium_hydroxide": 2e-3})
    hand.carry("v", "liquid_dispensing_1", "shaker")
    hand.do("shake", "shaker", "v", {"duration_s": 7200.0})
    hand.carry("v", "shaker", "dryer")
    hand.do("dry", "dryer", "v", {"duration_s": 86400.0, "temperature_k": 353.15})
    hand.to_platform("v", "dryer", "xrd")
    signal = hand.do("measure_xrd", "xrd", "v").signals[0]
    angle, counts = signal.columns["two_theta_deg"], signal.columns["intensity_counts"]
    # fluorite with a = 5.411: (111) at 28.55, (220) at 47.48 degrees
    for line in (28.55, 47.48):
        near = np.abs(angle - line) < 1.5
        away = (np.abs(angle - line) > 2.2) & (np.abs(angle - line) < 3.2)
        smooth = np.convolve(counts, np.ones(15) / 15, mode="same")
        assert angle[near][np.argmax(smooth[near])] == pytest.approx(line, abs=0.25)
        assert smooth[near].max() > 1.3 * smooth[away].mean()


def test_store_only_passes_time(hand):
    hand.carry("v", "starting_station", "storage")
    before = hand.world.truth("v")
    start = hand.now
    hand.do("store", "storage", "v", {"duration_s": 1000.0})
    assert hand.now - start == pytest.approx(1000, rel=0.011)
    after = hand.world.truth("v")
    assert after.suspended < before.suspended  # solid would settle meanwhile
    assert evolve(after, suspended=before.suspended) == before


def test_loading_and_unloading_move_the_vial_and_the_robot(hand, lab):
    hand.do("load", "robot_1", ("a", "b"), station="starting_station")
    assert hand.now == pytest.approx(2 * 60, rel=0.011)  # the robot stands there already
    assert hand.world.truth("a").place == "robot_1"
    start = hand.now
    hand.do("unload", "robot_1", ("a", "b"), station="exchange_table")
    assert hand.now - start == pytest.approx(90 + 2 * 60, rel=0.011)
    assert hand.world.truth("b").place == "exchange_table"
    start = hand.now
    hand.do("load", "platform_robot", ("a", "b"), station="exchange_table")
    travel = lab.travel_s(next(s.name for s in lab.stations if "highflux-platform" in s.sections), "exchange_table")
    assert hand.now - start == pytest.approx(travel + 120, rel=0.011)
