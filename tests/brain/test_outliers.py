"""A reading far from all the others is named, with what was expected in its place."""

from __future__ import annotations

import numpy as np

from aichemist.brain import outlying
from aichemist.chemistry import Direction, Observation, Recipe, Variables, continuous

SPACE = Variables((continuous("a", 0, 1), continuous("b", 0, 1)))


def seen(wrong: dict[int, float], n: int = 30) -> list[Observation]:
    rng = np.random.default_rng(3)
    found = []
    for i, (a, b) in enumerate(rng.uniform(size=(n, 2))):
        value = 100 * a + 20 * b + rng.normal() + wrong.get(i, 0.0)
        found.append(Observation(f"s{i}", 1, Recipe({"a": a, "b": b}), "y", value, 1.0, "mV", "person"))
    return found


def test_it_is_found_whichever_way_is_good() -> None:
    observations = seen({4: 70.0, 9: -200.0})
    ways: tuple[Direction, ...] = ("minimise", "maximise")
    for direction in ways:
        found = outlying(SPACE, observations, direction=direction, seed=1)
        assert found[0].observation.sample == "s9" and found[0].sds < -4
        assert abs(found[0].expected.mean - (observations[9].value + 200)) < 40


def test_a_sound_series_has_none_and_failures_count_for_nothing() -> None:
    observations = seen({})
    assert outlying(SPACE, observations, direction="minimise", seed=1) == ()
    failed = [Observation(o.sample, 1, o.recipe, "y", float("nan"), 0.0, "mV", "person") for o in observations]
    assert outlying(SPACE, failed, direction="minimise", seed=1) == ()
    assert outlying(SPACE, [], direction="minimise", seed=1) == ()
