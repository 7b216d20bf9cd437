"""What papers report of the components: a prior with its evidence, whatever the papers left out."""

from __future__ import annotations

from aichemist.brain import component_priors, state_hypothesis
from aichemist.chemistry import Digest, Distribution, Evidence, Objective, Reported, Simplex

SPACE = Simplex(("Ni", "Fe", "Ce"), 0.1, 3, (0.0, 0.0, 0.0), (1.0, 0.2, 1.0))


def said(document: str) -> Evidence:
    return Evidence(document, "t", "10.1/x", "CC BY", "A sentence.", 0, 11, 0.9)


def digest() -> Digest:
    return Digest(
        "c", 9, 100,
        (
            Reported("element", "Ni", 6, (said("a"),), share=0.7, share_low=0.4, share_high=0.9),
            Reported("element", "Fe", 2, (said("b"),), share=0.3, share_low=0.1, share_high=0.6),
        ),
        (), (), about=8,
        fractions=(
            Distribution("Fe", "", 4, 0.1, 0.3, 0.4, 0.5, 0.9, (said("c"),)),
            Distribution("Ni", "", 1, 0.6, 0.6, 0.6, 0.6, 0.6, (said("a"),)),
        ),
    )  # fmt: skip


def test_each_component_has_what_is_reported_of_it() -> None:
    nickel, iron, cerium = component_priors(digest(), SPACE)
    assert (nickel.papers, nickel.about, nickel.share, nickel.limits) == (6, 8, 0.7, (0.0, 1.0))
    assert nickel.evidence == (said("a"),)
    assert [e.document for e in iron.evidence] == ["b", "c"]
    assert iron.outside and not nickel.outside  # half of the papers use more iron than the search may
    assert (cerium.papers, cerium.share, cerium.fraction, cerium.evidence) == (0, None, None, ())


def test_the_first_hypothesis_cites_shares_and_ranges() -> None:
    objective = Objective("overpotential", "minimise", "mV")
    statement = state_hypothesis(digest(), [], [], SPACE, objective).statement
    assert "Ni (6 of 8 papers)" in statement and "Fe 30% to 50% (4)" in statement
    assert "Ni 60%" not in statement  # one paper is no range
