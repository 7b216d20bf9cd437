from __future__ import annotations

import numpy as np
import pytest

from aichemist.brain import Aim, Planner, design_batch
from aichemist.chemistry import Digest, Evidence, Objective, Reported, Space, SpaceFile, build_space

OTHERS = [
    {"name": "anneal", "kind": "ordinal", "levels": [200, 300, 450]},
    {"name": "layers", "kind": "integer", "low": 1, "high": 5},
    {"name": "ligand", "kind": "categorical", "choices": ["bpy", "phen", "terpy"]},
]


def mixed() -> Space:
    return build_space(
        SpaceFile.model_validate(
            {"components": ["Ni", "Fe", "Co", "Mn"], "step": 0.1, "at_most": 3, "variable": OTHERS}
        )
    )


def batch(n: int, seed: int = 1) -> np.ndarray:
    return np.array([s.point for s in Planner(mixed(), Aim("eta", "minimise"), seed=seed).suggest(n)])


@pytest.mark.parametrize(("n", "seed"), [(6, 1), (8, 1), (8, 5), (24, 3)])
def test_the_first_batch_fills_the_mixture_and_the_other_variables(n: int, seed: int) -> None:
    x = batch(n, seed)
    assert len(np.unique(x, axis=0)) == n
    assert len(np.unique(x[:, :4], axis=0)) == n, "no mixture is tried twice while there are others"
    assert np.ptp(x[:, :4], axis=0).min() >= 0.4, "every component is varied"
    for j, levels in ((4, 3), (6, 3)):
        assert len(np.unique(x[:, j])) == levels
    assert np.ptp(x[:, 5]) >= 2


def test_a_larger_first_batch_has_the_corners_of_the_mixture() -> None:
    assert (batch(24)[:, :4].max(axis=0) == 1.0).all()
    assert (batch(6)[:, :4] < 1.0).all(), "few recipes are mixtures, which show more"


def test_a_second_batch_fills_the_gaps_of_the_first() -> None:
    planner = Planner(mixed(), Aim("eta", "minimise"))
    both = np.array([s.point for s in (*planner.suggest(8), *planner.suggest(8))])
    assert len(np.unique(both[:, :4], axis=0)) == 16


def test_recipes_that_papers_favour_are_spread_over_the_mixture_too() -> None:
    evidence = Evidence("a.txt", "A paper", "10.1/x", "CC-BY", "Ni helps.", 0, 9, 0.9)
    digest = Digest("t", 9, 90, (Reported("element", "Ni", 6, (evidence,)),), (), ())
    design = design_batch(
        batch=1, n=8, space=mixed(), objective=Objective("eta", "minimise", "mV"), protocol="p", observations=[],
        digest=digest,
    )  # fmt: skip
    later = [p.recipe.values for p in design.proposals[4:]]
    assert all(v["Ni"] >= 0.5 for v in later)
    assert len({tuple(v[m] for m in ("Ni", "Fe", "Co", "Mn")) for v in later}) == 4
