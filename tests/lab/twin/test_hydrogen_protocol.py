"""The protocol `hydrogen` in the default lab, from recipe to figure of merit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aichemist.chemistry import InputError, Objective, Protocol, Recipe, load_protocol
from aichemist.guard._rules import able
from aichemist.lab.analysis import load_analyser
from aichemist.lab.twin import hydrogen_map

ROOT = Path(__file__).resolve().parents[3]
OBJECTIVE = Objective("hydrogen", "maximise", "umol")
RECIPES = {
    "good": {"p10": 5.0, "cysteine": 3.0, "sodium_hydroxide": 1.25, "sodium_chloride": 0.75},
    "middling": {"p10": 4.0, "cysteine": 1.0, "sodium_hydroxide": 0.5, "sodium_silicate": 0.5, "pvp": 0.25},
    "dyed": {"p10": 3.0, "cysteine": 2.0, "rhodamine_b": 0.5, "acid_red_87": 0.25, "sds": 0.25},
    "full": {"p10": 1.0, "cysteine": 4.0, "sodium_hydroxide": 1.0},
}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol(ROOT / "protocols" / "hydrogen.toml")


def run(hand, protocol, recipes):
    """By hand, step for step; chromatograms by sample."""
    names = tuple(recipes)
    steps = {s: protocol.resolve(Recipe(r), sample=s, batch=0).steps for s, r in recipes.items()}
    _, _, _, disperse, _, purge, light, _ = steps[names[0]]
    for s in names:
        weigh, additives, base = steps[s][:3]
        hand.carry(s, "starting_station", "solid_dispensing_1")
        hand.do("dispense_solid", "solid_dispensing_1", s, weigh.parameters)
        hand.carry(s, "solid_dispensing_1", "liquid_dispensing_3")
        hand.do("dispense_liquid", "liquid_dispensing_3", s, additives.parameters)
        hand.carry(s, "liquid_dispensing_3", "liquid_dispensing_1")
        hand.do("dispense_liquid", "liquid_dispensing_1", s, base.parameters)
        hand.carry(s, "liquid_dispensing_1", "storage")
    hand.carry(names, "storage", "ultrasonic_bath")
    hand.do("sonicate", "ultrasonic_bath", names, disperse.parameters)
    hand.carry(names, "ultrasonic_bath", "storage")
    for s in names:
        hand.carry(s, "storage", "capping_station")
        hand.do("cap", "capping_station", s)
        hand.do("purge", "capping_station", s, purge.parameters)
        hand.carry(s, "capping_station", "storage")
    hand.carry(names, "storage", "photocatalysis")
    before = {s: hand.world.truth(s) for s in names}
    hand.do("illuminate", "photocatalysis", names, light.parameters)
    hand.carry(names, "photocatalysis", "gas_chromatograph")
    signals = hand.do("measure_gas_chromatography", "gas_chromatograph", names).signals
    return before, {s.sample: s for s in signals}


@pytest.mark.parametrize("seed", [1, 2])
def test_recipes_come_back_as_hydrogen_near_the_truth(make_hand, protocol, seed):
    hand = make_hand(seed=seed)
    before, signals = run(hand, protocol, RECIPES)
    for sample, signal in signals.items():
        truth = hand.world.truth(sample)
        assert truth.volume_l == pytest.approx(5e-3, rel=0.03)
        evolved = 1e6 * truth.gas_mol["H2"]
        value, sd, details, problem = load_analyser("hydrogen").analyse(signal, OBJECTIVE)
        assert not problem and details["oxygen_fraction"] < 1e-3
        assert abs(value - evolved) < 3.5 * sd and 0 < sd < 0.05 * value + 0.01
        # and the amount is the emulator's for what the vial held, within its scatter
        mean = hydrogen_map().vial_umol(before[sample].dissolved_mol, before[sample].solid_mol, truth.volume_l)
        assert abs(np.sqrt(evolved) - np.sqrt(mean)) < 3.5 * hydrogen_map().scatter_root
        # cysteine paid for it
        spent = before[sample].dissolved_mol["C3H7NO2S"] - truth.dissolved_mol["C3H7NO2S"]
        assert spent == pytest.approx(2 * truth.gas_mol["H2"], rel=1e-6)
        assert not {"hydrogen", "hydrogen_mol", "h2"} & set(signal.metadata)
    balance = hand.world.elements_mol()
    for element in ("H", "C", "N", "S"):
        kept = sum(balance[p].get(element, 0.0) for p in ("vials", "waste", "exhaust"))
        if element != "N":  # the purge brings nitrogen
            assert kept == pytest.approx(balance["drawn"][element], rel=1e-9)


def test_vials_made_alike_scatter_as_the_emulator_does(make_hand, protocol):
    roots = []
    for seed in (3, 4, 5):
        hand = make_hand(seed=seed)
        run(hand, protocol, {f"v{i}": RECIPES["good"] for i in range(8)})
        roots += [np.sqrt(1e6 * hand.world.truth(f"v{i}").gas_mol["H2"]) for i in range(8)]
    assert 0.6 < np.std(roots, ddof=1) / hydrogen_map().scatter_root < 1.5


def test_every_vial_holds_five_millilitres_and_the_lab_can_make_it(lab, protocol):
    for values in (*RECIPES.values(), {"p10": 1.0}, {"p10": 5.0, "cysteine": 5.0}):
        experiment = protocol.resolve(Recipe(values), sample="v", batch=0)
        volumes = [sum(s.parameters["volumes_l"].values()) for s in experiment.steps if "volumes_l" in s.parameters]
        assert sum(volumes) == pytest.approx(5e-3)
        assert all(able(lab.limits(), step) for step in experiment.steps)


def test_more_than_fits_is_refused_with_the_recipe(protocol):
    with pytest.raises(InputError, match="negative") as caught:
        protocol.resolve(Recipe({"p10": 5.0, "cysteine": 4.0, "sodium_hydroxide": 1.25}), sample="v", batch=0)
    assert "base_and_water.water" in str(caught.value)
