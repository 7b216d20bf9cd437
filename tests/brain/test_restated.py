"""A statement that was refuted is not repeated in silence."""

from __future__ import annotations

from aichemist.brain._restated import with_refuted
from aichemist.chemistry import Hypothesis


def stated(text: str, **optimum: float) -> Hypothesis:
    return Hypothesis(text, {f"optimum.{k}": v for k, v in optimum.items()}, "never")


def test_the_same_place_is_said_to_have_been_refuted() -> None:
    now = stated("best near Ni0.5Fe0.5, 300 mV", Ni=0.5, Fe=0.5)
    old = stated("best near Ni0.5Fe0.5, 280 mV", Ni=0.5, Fe=0.5)
    other = stated("best near Ni", Ni=1.0, Fe=0.0)
    said = with_refuted(now, {1: (other, "refuted: worse"), 2: (old, "refuted: 340 mV"), 3: (old, "confirmed: near")})
    assert said.statement == (
        now.statement
        + " What batch 2 said of this place was refuted; with all results it is still the most promising one."
    )
    assert said.numbers == now.numbers and said.refuted_if == now.refuted_if
    twice = with_refuted(now, {2: (old, "refuted: 340 mV"), 4: (old, "refuted: 350 mV")})
    assert "batches 2, 4 said" in twice.statement


def test_words_of_papers_that_were_refuted() -> None:
    now = stated("papers report Ni and Fe most")
    assert "This was refuted by batch 1;" in with_refuted(now, {1: (now, "refuted: Co was best")}).statement


def test_anything_else_stays_as_it_is() -> None:
    now = stated("papers report Ni and Fe most")
    for before in ({}, {1: (now, "not tested: none measured")}, {1: (stated("papers report Co most"), "refuted: x")}):
        assert with_refuted(now, before) is now
