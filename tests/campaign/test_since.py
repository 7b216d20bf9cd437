from __future__ import annotations

from types import SimpleNamespace

import pytest

from aichemist.campaign import judged_since
from aichemist.chemistry import Hypothesis, Observation, Recipe


def seen(recipe: dict[str, float], value: float, batch: int) -> Observation:
    return Observation(f"b{batch}-{value}", batch, Recipe(recipe), "overpotential", value, 2.0, "mV", "twin")


@pytest.mark.parametrize(("then", "told"), [("confirmed: it was", True), ("refuted: at once", False)])
def test_a_later_batch_overrules_the_first_verdict(then: str, told: bool) -> None:
    first = Hypothesis("", {"batch": 1.0, "maximise": 0.0, "lead.Co": 1.0, "lead.Mn": 1.0}, "")
    found = [seen({"Co": 0.5, "Ti": 0.5}, 480, 1), seen({"Co": 1.0}, 600, 1), seen({"Mn": 1.0}, 415, 3)]
    state = SimpleNamespace(
        of=lambda name: found, judgements={1: then},
        designs={1: SimpleNamespace(hypothesis=first), 2: SimpleNamespace(hypothesis=first)},
    )  # fmt: skip
    run = SimpleNamespace(state=state, campaign=SimpleNamespace(objective=SimpleNamespace(name="overpotential")))
    said = judged_since(run)  # type: ignore[arg-type]
    assert set(said) == ({1} if told else set())
    assert not told or (
        "refuted" in said[1] and "Mn1 with 415.0 +- 2.0 mV, which holds nothing but Co and Mn" in said[1]
    )
