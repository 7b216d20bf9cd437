"""Tokens: everything is covered once, pieces are cut where annotators cut them, time is linear."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.reading.entities import tokenise
from aichemist.reading.entities._normal import normalised

_CHEMICAL = st.text(alphabet="aBcC nNoOhH2 3.5-–,/()[]%°µ·*=~<:;'\n\tµΩ中", max_size=200)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), _CHEMICAL))
def test_tokens_cover_all_but_white_space_in_order(text: str) -> None:
    tokens = tokenise(text)
    assert "".join(t.text for t in tokens) == "".join(text.split())
    at = 0
    for t in tokens:
        assert at <= t.start < t.end <= len(text)
        assert text[t.start : t.end] == t.text
        assert not text[at : t.start].strip()
        at = t.end


@settings(max_examples=100, deadline=None)
@given(_CHEMICAL, _CHEMICAL)
def test_a_part_is_cut_like_the_whole(before: str, after: str) -> None:
    text = before + " " + after
    part = tokenise(text, len(before) + 1)
    assert [(t.start, t.text) for t in tokenise(text) if t.start > len(before)] == [(t.start, t.text) for t in part]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("40mL", "40 mL"), ("100°C", "100 °C"), ("70degC", "70 degC"), ("min-1", "min-1"), ("2-24", "2-24"),
        ("Ni(NO3)2*6H2O", "Ni(NO3)2*6H2O"), ("Ni(NO3)2·6H2O,", "Ni(NO3)2·6H2O ,"), ("(NH4)2S2O8", "(NH4)2S2O8"),
        ("(99.99%,", "( 99.99 % ,"), ("25-mL", "25 - mL"), ("2-hydrazinopyridine", "2-hydrazinopyridine"),
        ("N,N-dimethylformamide", "N,N-dimethylformamide"), ("poly(vinylpyrrolidone)", "poly(vinylpyrrolidone)"),
        ("SiO2/Al2O3", "SiO2 / Al2O3"), ("carbon-coated", "carbon - coated"), ("co-precipitation", "co-precipitation"),
        ("0.5M", "0.5 M"), ("1:2:0.5", "1:2:0.5"), ("Si/Al=15", "Si / Al = 15"), ("mL/min", "mL/min"),
        ("water.11", "water . 11"), ("[24]", "[ 24 ]"), (">99%", "> 99 %"), ("2θ=5-70deg", "2θ = 5-70 deg"),
        ("tube(s)", "tube ( s )"), ("10X", "10X"), ("1xPBS", "1x PBS"), ("50μL*", "50 μL *"), ("as-prepared", "as-prepared"),
    ],
)  # fmt: skip
def test_cut_where_annotators_cut(text: str, pieces: str) -> None:
    assert " ".join(t.text for t in tokenise(text)) == pieces


@pytest.mark.parametrize(
    ("token", "plain"),
    [
        ("°C", "degC"),
        ("min⁻¹", "min-1"),
        ("Ni(NO3)2·6H2O", "Ni(NO3)2*6H2O"),
        ("µL", "μL"),
        ("−5", "-5"),
        ("H₂O", "H2O"),
    ],
)
def test_one_spelling(token: str, plain: str) -> None:
    assert normalised(token) == plain


@pytest.mark.parametrize("unit", ["中", "(", "a-(1,", "1.", "H1.1", "°C", "aA0/", "x" * 500 + " "])
def test_a_million_characters_of_anything(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit)))[:1_000_000]
    begun = time.process_time()
    tokens = tokenise(text)
    assert sum(len(t.text) for t in tokens) == len(text) - text.count(" ")
    assert time.process_time() - begun < 12


def test_nothing() -> None:
    assert tokenise("") == () == tokenise(" \n\t ")
