"""The tidied copy and the way back to the text itself."""

from __future__ import annotations

import random
import re

import pytest

from aichemist.reading._tidy import tidied


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("10 mA cm⁻²", "10 mA cm-2"),
        ("10 mA cm− 2 and 5 mV s –1", "10 mA cm-2 and 5 mV s-1"),
        ("10 mA cm(cid:0) 2", "10 mA cm-2"),
        ("10 mA·cm−2, 3 mA∙cm-2", "10 mA·cm-2, 3 mA·cm-2"),
        ("5\u00a0mA\u2009cm\u20112", "5 mA cm-2"),
        ("eﬃcient, ﬁlm", "efficient, film"),
        ("an over\u00adpotential", "an overpotential"),
        ("over\u00ad\npotential of cata- lysts", "overpotential of catalysts"),
        ("iron- and nickel-based", "iron- and nickel-based"),
        ("IrO₂ at μA, 3 µA", "IrO2 at µA, 3 µA"),
        ("a  b\n c", "a b c"),
        ("5 mA cm - 2", "5 mA cm-2"),
        ("the catalyst -1 V", "the catalyst -1 V"),
        ("plain text", "plain text"),
        ("", ""),
    ],
)
def test_the_copy(text: str, copy: str) -> None:
    assert tidied(text).text == copy


def test_spans_lead_back() -> None:
    text = "Of cata- lysts, the over\u00adpotential is  269\u00a0mV at 10 mA cm− 2 (cid:0) eﬃcient."
    tidy = tidied(text)

    def back(word: str) -> str:
        start = tidy.text.index(word)
        a, b = tidy.origin(start, start + len(word))
        return text[a:b]

    assert back("catalysts") == "cata- lysts"
    assert back("overpotential") == "over\u00adpotential"
    assert back("269 mV") == "269\u00a0mV"
    assert back("10 mA cm-2") == "10 mA cm− 2"
    assert back("efficient") == "eﬃcient"
    assert back("is 269") == "is  269"
    assert tidy.origin(0, len(tidy.text)) == (0, len(text))


def test_every_span_of_any_text_leads_back_in_order() -> None:
    rng = random.Random(3)
    pieces = [
        "a",
        "cm",
        "-",
        "−",
        " ",
        "  ",
        "2",
        "\u00ad",
        "ﬁ",
        "(cid:0)",
        "⁻²",
        "\n",
        "mV",
        ".",
        "- ",
        "℃",
        "10",
        "\u200b",
    ]
    for _ in range(300):
        text = "".join(rng.choice(pieces) for _ in range(40))
        tidy = tidied(text)
        last = 0
        for word in re.finditer(r"[^\s]", tidy.text):
            start, end = tidy.origin(*word.span())
            assert 0 <= last <= end <= len(text)
            assert start < end
            last = start
        assert tidy.origin(0, len(tidy.text))[1] <= len(text)
