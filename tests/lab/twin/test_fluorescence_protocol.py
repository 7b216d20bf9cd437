"""The protocol `fluorescence` in the default lab, from recipe to figure of merit."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichemist.chemistry import InputError, Objective, Protocol, Recipe, load_protocol
from aichemist.guard._rules import able
from aichemist.lab.analysis import load_analyser
from aichemist.lab.twin import true_fluorescence

ROOT = Path(__file__).resolve().parents[3]
RECIPES = {
    "dianion": {"fluorescein": 0.2, "phosphate": 0.95},
    "ethanol": {"fluorescein": 0.2, "phosphate": 0.5, "ethanol": 0.3},
    "quenched": {"fluorescein": 0.1, "phosphate": 0.95, "potassium_iodide": 0.2},
    "aggregate": {"tetraphenylethylene": 0.1, "phosphate": 0.5},
    "both": {"tetraphenylethylene": 0.1, "fluorescein": 0.1, "phosphate": 0.8},
}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol(ROOT / "protocols" / "fluorescence.toml")


def run(hand, protocol, recipes):
    """By hand, step for step; absorption and emission spectra by sample."""
    names = tuple(recipes)
    steps = {s: protocol.resolve(Recipe(r), sample=s, batch=0).steps for s, r in recipes.items()}
    mix, absorb, emit = steps[names[0]][1:]
    for s in names:
        hand.carry(s, "starting_station", "liquid_dispensing_2")
        hand.do("dispense_liquid", "liquid_dispensing_2", s, steps[s][0].parameters)
        hand.carry(s, "liquid_dispensing_2", "storage")
    hand.carry(names, "storage", "magnetic_stirring_1")
    hand.do("stir", "magnetic_stirring_1", names, mix.parameters)
    hand.to_platform(names, "magnetic_stirring_1", "uv_vis")
    absorption = hand.do("measure_uv_vis", "uv_vis", names, absorb.parameters).signals
    hand.carry(names, "uv_vis", "fluorescence", "platform_robot")
    emission = hand.do("measure_fluorescence", "fluorescence", names, emit.parameters).signals
    return {s.sample: s for s in absorption}, {s.sample: s for s in emission}


@pytest.mark.parametrize("seed", [1, 2])
def test_recipes_come_back_as_figures_of_merit_near_the_truth(make_hand, protocol, seed):
    hand = make_hand(seed=seed)
    absorption, emission = run(hand, protocol, RECIPES)
    for sample in RECIPES:
        truth = hand.world.truth(sample)
        true = true_fluorescence(truth.dissolved_mol, truth.volume_l, excitation_nm=340.0)
        assert truth.volume_l == pytest.approx(5e-3, rel=0.03)
        others = {"absorption_spectrum": absorption[sample]}
        for name, unit, value in (("quantum_yield", "", true.quantum_yield), ("emission_peak", "nm", true.peak_nm)):
            read, sd, details, problem = load_analyser(name).analyse(
                emission[sample], Objective(name, "maximise", unit), others
            )
            assert not problem and details["absorbance"] > 0
            assert abs(read - value) < 3.5 * sd, (sample, name)
        for signal in (absorption[sample], emission[sample]):
            assert not {"quantum_yield", "peak_nm", "ph"} & set(signal.metadata)


def test_every_vial_holds_five_millilitres_and_the_lab_can_make_it(lab, protocol):
    for values in (*RECIPES.values(), {"phosphate": 0.0}, {"phosphate": 1.0, "fluorescein": 0.3, "ethanol": 0.5}):
        experiment = protocol.resolve(Recipe(values), sample="v", batch=0)
        assert sum(experiment.steps[0].parameters["volumes_l"].values()) == pytest.approx(5e-3)
        assert all(able(lab.limits(), step) for step in experiment.steps)


def test_more_than_fits_is_refused_with_the_recipe(protocol):
    with pytest.raises(InputError, match="negative") as caught:
        protocol.resolve(Recipe({"fluorescein": 0.5, "ethanol": 0.4, "phosphate": 0.5}), sample="v", batch=0)
    assert "dispense.water" in str(caught.value) and "ethanol=0.4" in str(caught.value)
