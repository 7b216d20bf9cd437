"""What a vial really got is what is learnt from it, and what was asked for is not asked for again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from aichemist.brain.learning import load_learner
from aichemist.campaign import load_campaign, open_run, resume, run
from aichemist.campaign._progress import CampaignState
from aichemist.campaign._realised import Dose, realised
from aichemist.chemistry import Observation, Protocol, Recipe, Simplex, Variables, continuous, parse_protocol

METALS = ("A", "B", "C")
MIXTURE = Simplex(METALS, 0.1, 3, (0.0,) * 3, (1.0,) * 3)


def protocol(volumes: str = "") -> Protocol:
    import tomllib

    text = f"""
    protocol = {{ name = "p", variables = ["A", "B", "C", "dye"] }}
    [[step]]
    operation = "dispense_liquid"
    [step.volumes]
    a = {{ variable = "A", scale = "4 mL" }}
    b = {{ variable = "B", scale = "2 mL" }}
    c = {{ variable = "C", scale = "4 mL" }}
    {volumes}
    """
    return parse_protocol(tomllib.loads(text))


def test_shares_come_from_measured_volumes_each_by_its_own_scale() -> None:
    recipe = Recipe({"A": 0.5, "B": 0.5, "C": 0.0})
    dose = Dose({"a": 2e-3, "b": 1e-3, "c": 0.0}, {"a": 2.2e-3, "b": 0.9e-3})
    found = realised(recipe, protocol(), MIXTURE, [dose])
    assert found is not None and found.values == pytest.approx({"A": 0.55, "B": 0.45, "C": 0.0})


def test_half_a_composition_is_none() -> None:
    recipe = Recipe({"A": 0.5, "B": 0.5, "C": 0.0})
    asked = {"a": 2e-3, "b": 1e-3, "c": 0.0}
    assert realised(recipe, protocol(), MIXTURE, [Dose(asked, {"a": 2.2e-3})]) is None
    assert realised(recipe, protocol(), MIXTURE, []) is None
    another_step = Dose({"water": 5e-3}, {"water": 5.1e-3})
    assert realised(recipe, protocol(), MIXTURE, [another_step]) is None


def test_numbers_are_read_one_by_one_and_offsets_taken_off() -> None:
    space = Variables((continuous("dye", 0, 1), continuous("temperature", 20, 80)))
    steps = protocol('dye = { variable = "dye", scale = "1 mL", offset = "0.1 mL" }')
    asked = {"a": 0.0, "b": 0.0, "c": 0.0, "dye": 0.6e-3}
    found = realised(Recipe({"dye": 0.5, "temperature": 60.0}), steps, space, [Dose(asked, {"dye": 0.62e-3})])
    assert found is not None and found.values == pytest.approx({"dye": 0.52, "temperature": 60.0})


def test_a_recipe_that_came_out_otherwise_is_not_asked_for_again() -> None:
    rng = np.random.default_rng(0)
    points = MIXTURE.enumerate()
    seen = []
    for i, p in enumerate(points[:-3]):
        asked = Recipe(dict(zip(METALS, p.tolist(), strict=True)))
        got = p + np.abs(rng.normal(0, 0.004, 3)) * (p > 0)
        got = Recipe(dict(zip(METALS, (got / got.sum()).tolist(), strict=True)))
        seen.append(Observation(f"s{i}", 1, asked, "y", float(p[0]), 0.0, "", "twin", realised=got))
    left = {tuple(p) for p in points[-3:]}
    for name in ("ensemble", "gp_ei", "rf_ucb", "botorch", "random"):
        found = load_learner(name).propose(MIXTURE, seen, [], 3, direction="maximise", seed=1)
        assert {tuple(p.recipe.values.values()) for p in found} == left, name


def test_in_a_large_space_what_came_out_otherwise_is_not_asked_for_either() -> None:
    """Around the best measurements is looked closely; these lie off the grid, and outside the limits."""
    rng = np.random.default_rng(1)
    space = Variables(tuple(continuous(n, 0.0, 1.0, step=0.05) for n in "abcde"))
    seen = []
    for i, p in enumerate(space.pool(30, 1)):
        asked = Recipe(space.values(p))
        got = Recipe(space.values(p * rng.uniform(0.97, 1.03, 5)))
        seen.append(Observation(f"s{i}", 1, asked, "y", float(p[:3].sum()), 0.1, "", "twin", realised=got))
    assert max(v for o in seen for v in o.tried.values.values()) > 1
    for name in ("ensemble", "rf_ucb"):
        for proposal in load_learner(name).propose(space, seen, [], 8, direction="maximise", seed=1):
            space.check(proposal.recipe.values)
            for value in proposal.recipe.values.values():
                assert value / 0.05 == pytest.approx(round(value / 0.05)), name


def test_a_campaign_learns_from_what_the_balance_saw(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text().replace('target = "250 mV"', "")
    path.write_text(text.replace("samples = 96", "samples = 8").replace("batch = 8", "batch = 4"))
    stop = {"left": 2}

    def heard(progress: object) -> None:
        if getattr(progress, "phase", "") == "thinking":
            stop["left"] -= 1
            if not stop["left"]:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load_campaign(path), name="a", runs=files / "runs", seed=5, listener=heard)
    done = resume("a", runs=files / "runs")
    off = []
    for o in done.observations:
        assert o.realised is not None and sum(o.realised.values.values()) == pytest.approx(1)
        off += [o.realised.values[k] - v for k, v in o.recipe.values.items() if v > 0]
        assert all(o.realised.values[k] == 0 for k, v in o.recipe.values.items() if v == 0)
    assert 1e-4 < np.std(off) < 0.03, "pipettes err by a per cent or so"
    folded = CampaignState.fold((e.kind, e.payload) for e in open_run("a", runs=files / "runs").entries)
    assert not folded.doses and not folded.dosing, "what was observed is let go"
    page = done.report().read_text()
    assert "as dosed" in page and "Far from what the others predict" not in page
    # many readings of the same recipes, and one that does not fit them
    own = done.state.observations
    own += [evolve(o, value=o.value + 0.1 * k) for k in (1, 2, 3) for o in own[:]]
    own[-1] = evolve(own[-1], value=own[-1].value + 900)
    page = done.report().read_text()
    assert "Far from what the others predict" in page and f"{own[-1].value:.1f}" in page.split('id="outliers"')[1]
