"""Parts of the digest: shares that a single paper cannot make certain, fractions, distributions, contradictions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichemist.chemistry import Evidence
from aichemist.reading.summary import metal_fractions, shrunk_share
from aichemist.reading.summary._contradictions import Claims
from aichemist.reading.summary._spread import Spread
from aichemist.reading.summary._tally import EVIDENCE_LIMIT, Tally


def said(document: str, start: int = 0, confidence: float = 0.5) -> Evidence:
    return Evidence(document, "title", "10.1/x", "CC BY", "sentence", start, start + 8, confidence)


def test_one_paper_of_one_is_not_all_papers() -> None:
    share, low, high = shrunk_share(1, 1, 0.3)
    assert share == pytest.approx((1 + 0.6) / 3)
    assert low < share < high < 1


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))
def test_shares_are_shares_and_more_papers_leave_less_doubt(k: int, more: int, usual: float) -> None:
    share, low, high = shrunk_share(k, k + more, usual)
    assert 0 <= low <= share <= high <= 1
    _, low10, high10 = shrunk_share(10 * k, 10 * (k + more), usual)
    assert high10 - low10 <= high - low + 1e-9


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ni0.8Fe0.2OOH catalyses the OER.", [{"Fe": 0.2, "Ni": 0.8}]),
        ("A film of NiFe2O4 was made.", [{"Fe": 2 / 3, "Ni": 1 / 3}]),
        ("The (Ni0.5Co0.5)3O4 spinel.", [{"Co": 0.5, "Ni": 0.5}]),
        ("Activity peaks at about 40 % Fe in the oxide.", [{"Fe": 0.4}]),
        ("With 10-25 at.% iron it is best.", [{"Fe": 0.10}, {"Fe": 0.25}]),
        ("The NiFe LDH and Ni1-xFexOOH were compared with 20 % Pt/C.", []),
        ("Fe2O3 has one metal, K2FeO4 brings potassium.", []),
        ("We won 30 % more current.", []),
    ],
)
def test_metal_fractions(sentence: str, expected: list[dict[str, float]]) -> None:
    found = metal_fractions(sentence)
    assert [{k: pytest.approx(v) for k, v in f.items()} for f in found] == expected


def test_a_paper_counts_once_in_a_distribution() -> None:
    spread = Spread()
    for document, numbers in (("a", [200, 210, 400]), ("b", [300]), ("c", [320])):
        for i, number in enumerate(numbers):
            spread.note("overpotential", number, "mV", "10 mA/cm2", said(document, 10 * i))
    (found,) = spread.distributions()
    assert (found.papers, found.low, found.median, found.high) == (3, 210, 300, 320)
    assert {e.document for e in found.evidence} == {"a", "b", "c"}


def test_contradictions_need_two_papers_and_a_named_material() -> None:
    claims = Claims()
    for document, material, number in (
        ("a", "NiFe LDH", 210), ("a", "NiFe LDH", 330), ("b", "the NiFe-LDH", 320), ("b", "CoOx", 400),
        ("c", "CoOx", 410), ("a", "", 200), ("b", "", 500), ("c", "IrO2", 250), ("c", "IrO2", 400),
    ):  # fmt: skip
        claims.note(material, "overpotential", number, "mV", "10 mA/cm2", said(document))
    (found,) = claims.contradictions()
    assert found.statement == "NiFe LDH: overpotential at 10 mA/cm2 is 210 mV in a and 320 mV in b"
    assert [e.document for e in found.evidence] == ["a", "b"]


def test_a_tally_keeps_the_surest_sentence_of_each_paper_in_bounded_memory() -> None:
    tally: Tally[str] = Tally()
    for n in range(1000):
        for i in range(4):
            tally.note("Ni", said(f"d{n:04}", i, confidence=(n * 7 + i) % 97 / 97))
    ((_, count),) = list(tally)
    assert (count.papers, count.mentions) == (1000, 4000)
    assert len(count.first) + len(count.more) <= 10 * EVIDENCE_LIMIT
    best = count.evidence()
    assert len({e.document for e in best}) == EVIDENCE_LIMIT and all(e.confidence == 96 / 97 for e in best)
