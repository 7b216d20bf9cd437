"""Our own tasks run: for any recipes of their spaces nothing asks for a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aichemist.campaign import load_campaign
from aichemist.chemistry import Design, Hypothesis, Proposal, Recipe
from aichemist.guard import review


@pytest.mark.parametrize("task", ["oer", "hydrogen", "fluorescence"])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_recipes_run(repository: Path, task: str, seed: int) -> None:
    campaign = load_campaign(repository / "campaigns" / f"{task}.toml")
    points = campaign.space.pool(5000, seed)
    chosen = np.random.default_rng(seed).choice(len(points), 24, replace=False)
    recipes = [Recipe(campaign.space.values(points[i])) for i in chosen]
    design = Design(
        1,
        Hypothesis("h", {}, ""),
        campaign.space,
        campaign.protocol.name,
        tuple(Proposal(r, "random") for r in recipes),
        "test",
    )
    experiments = [campaign.protocol.resolve(r, sample=f"s{i}", batch=1) for i, r in enumerate(recipes)]
    answer = review(design, experiments, campaign.lab.limits())
    assert answer.outcome in ("allow", "measures"), [
        f for f in answer.findings if f.outcome not in ("allow", "measures")
    ]
    assert all(f.measures for f in answer.findings if f.outcome == "measures")
    assert len(answer.findings) <= 12
