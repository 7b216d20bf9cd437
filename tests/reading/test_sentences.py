"""Sentences: where they end, where they do not, and exact offsets."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.reading import split_sentences, tidy


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The curves in Fig. 2 and Figs. 3 are alike.",
        "Zhu et al. reported ca. 5 mL of water, e.g. for No. 7.",
        "A potential of 0.78 V vs. RHE was held.",
        "J. A. Haber and M. Schmidt measured it.",
        "The peak lies at 1850. 6 eV here.",
        "It came from Reagent Co., Ltd. in Shanghai.",
        "2.1. Experimental The films were dried.",
        "Films (Ref. 12) of Ni0.6Fe0.4 were dried (cf. Table 2).",
    ],
)
def test_one_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose. The film fell.", ["It rose.", "The film fell."]),
        ("Done at 300 K. The film fell.", ["Done at 300 K.", "The film fell."]),
        ("It needs 0.4 V. It is good.", ["It needs 0.4 V.", "It is good."]),
        ("High activity.21,22 The film fell.", ["High activity.21,22", "The film fell."]),
        ("As shown by Li et al. The film fell.", ["As shown by Li et al.", "The film fell."]),
        ("Is it so? (We think yes.) It is!", ["Is it so?", "(We think yes.)", "It is!"]),
        ("A title without a stop\n\nThe film fell.", ["A title without a stop", "The film fell."]),
        ("Held at 10 mA cm−2. 25 mg were used.", ["Held at 10 mA cm−2.", "25 mg were used."]),
        ("It was so [8]. 2. Experimental The film fell.", ["It was so [8].", "2. Experimental The film fell."]),
    ],
)
def test_several_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + " .\n?!()[],-–−αé", max_size=400))
def test_offsets_are_exact_and_nothing_is_lost(text: str) -> None:
    found = split_sentences(text)
    position = 0
    for s in found:
        assert position <= s.start < s.end <= len(text)
        assert not text[position : s.start].strip()
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        position = s.end
    assert not text[position:].strip()


def test_a_text_without_full_stops_is_cut_into_pieces() -> None:
    text = "word " * 5000
    found = split_sentences(text)
    assert len(found) > 5
    assert max(s.end - s.start for s in found) <= 2000
    assert "".join(sentences(text)).replace(" ", "") == "word" * 5000


def test_tidy_joins_hyphens_and_flattens_superscripts() -> None:
    assert tidy("cata- lysts at 10 mA cm⁻² and 5 mA cm− 2") == "catalysts at 10 mA cm-2 and 5 mA cm- 2"
    assert tidy("Cu-N- rGO") == "Cu-N- rGO"


@pytest.mark.parametrize("unit", ["1. ", ". ", "A. ", "9", "al. ", "\"'", "(", ".\n", "." + " " * 50])
def test_a_megabyte_of_anything_takes_linear_time(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    begin = time.process_time()
    split_sentences(text)
    assert time.process_time() - begin < 10
