"""Sentences of scientific prose, as exact offsets into the text, and a tidied copy for the finders.

One pass over the full stops decides for each whether it ends a sentence; nothing here looks further than a few dozen
characters to either side, so the time is linear in the length of the text whatever it contains.
"""

from __future__ import annotations

import re

from attrs import frozen

#: a sentence longer than this is cut at a space: it is a table or a broken extraction, not prose
MAX_SENTENCE = 2000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_END = re.compile(r"[.!?。！？]|\n\s*\n")
_WIDE = "。！？"
#: what may stand between the full stop and the space: closing marks, references ("activity.21,22", "activity.[21]")
_CLOSING = re.compile(
    r"[)\]\"'”’»]{0,3}(?:\d{1,3}(?:[,–−-]\d{1,3}){0,9}|\[\d{1,3}(?:[,–−-]\s?\d{1,3}){0,9}\])?[)\]\"'”’»]{0,2}(?=\s|$)"
)
_WIDE_CLOSING = re.compile(r"[）」』”’)\]]{0,3}")
_OPENING = re.compile(r"\s+[(\[\"'“‘«]{0,2}([A-Z0-9À-ÞΑ-Ωα-ω∼~□■<\u3400-\u9fff]|pH\b|iR\b|[dlmnop]-[A-Z])")
#: an extraction that lost the space: "was used.The film"
_NO_SPACE = re.compile(r"(?:The|In|It|This|These|We|However|As|For|To|After|When|Then)\s")
_ABBREVIATIONS = _words(
    "fig figs eq eqs eqn ref refs tab sec sect no nos vol pp p ca e.g i.e cf vs viz approx resp dr prof mr mrs ms st "
    "suppl supp scheme chap ed eds j chem phys mater lett rev sci soc am int electrochem appl energ environ nat "
    "commun catal acad adv angew nano proc trans thermochem anal conc dil aq sol soln sat satd std vols nr ser calcd "
    "equiv m.p b.p mp bp approx dept univ i ii iii iv"
)
#: these may also end a sentence; they do so only when a usual first word follows
_SOMETIMES_END = _words("al etc co inc ltd corp max min temp wt vol")
_FIRST_WORDS = _words(
    "The In This These Those It We However Here Moreover Furthermore Therefore Thus As A An All Such Our For When "
    "While Although Both Since To On At From By With Also Finally First Second Then There That If Because Hence After "
    "Before Next Subsequently All No Each Here Its Their These Water Ethanol Nickel"
)
#: first words that no name has, so that a letter before them is no initial
_NO_NAMES = _words(
    "The In This These Those It We However Here Moreover Furthermore Therefore Thus Our When While Although Both Since "
    "From Also Finally Then There That Because Hence After Before Next"
)
_WORD_BEFORE = re.compile(r"[^\s(\[]{0,24}$")
_NUMBERED_HEADING = re.compile(r"(?:\d{1,2}\.){0,3}\d{1,2}$")


@frozen
class Sentence:
    """The characters ``[start, end)`` of a document's text."""

    start: int
    end: int


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences of ``text`` in order; ``text[s.start:s.end]`` has no white space at either end.

    Every character that is not white space lies in exactly one sentence.
    """
    found: list[Sentence] = []
    begin = 0
    for match in _END.finditer(text):
        end = match.end()
        if end <= begin:
            continue
        if match[0].isspace() or "\n" in match[0]:
            begin = _add(text, begin, match.start(), found, end)
            continue
        if match[0] in _WIDE:
            wide = _WIDE_CLOSING.match(text, end)
            end = wide.end() if wide else end
            begin = _add(text, begin, end, found, end)
            continue
        closing = _CLOSING.match(text, end)
        if closing is None and match[0] == "." and text[end - 4 : end - 1].islower() and _NO_SPACE.match(text, end):
            begin = _add(text, begin, end, found, end)
            continue
        if closing is None or (closing[0].strip(")]\"'”’»") and text[end - 2 : end - 1].isdigit()):
            continue  # "0.78 V" is a decimal, "activity.21 The" a reference number
        opening = _OPENING.match(text, closing.end())
        if opening is None and text[closing.end() : closing.end() + 40].strip():
            continue
        if match[0] == "." and opening is not None and not _ends(text, begin, match.start(), opening):
            continue
        begin = _add(text, begin, closing.end(), found, closing.end())
    _add(text, begin, len(text), found, len(text))
    return tuple(found)


def _ends(text: str, begin: int, stop: int, opening: re.Match[str]) -> bool:
    """Whether the full stop at ``stop`` ends a sentence, given that something like a beginning follows."""
    before = _WORD_BEFORE.search(text, max(begin, stop - 24), stop)
    word = before[0] if before else ""
    follows = opening.start(1)
    if stop - begin < 40 and _NUMBERED_HEADING.fullmatch(word) and not text[begin : stop - len(word)].strip():
        return False  # "2.1. Experimental": the number belongs to what follows
    if word.lower().lstrip("([“\"'") in _ABBREVIATIONS:
        return False
    if word.lower() in _SOMETIMES_END:
        return re.match(r"[A-Za-z]{1,12}", text[follows : follows + 12]) is not None and (
            re.split(r"[^A-Za-z]", text[follows : follows + 13], maxsplit=1)[0] in _FIRST_WORDS
        )
    if _is_initial(text, stop, word):
        return re.split(r"[^A-Za-z]", text[follows : follows + 13], maxsplit=1)[0] in _NO_NAMES
    digit_after = text[follows].isdigit()
    # "1850. 6 eV": a decimal that the extraction broke; "cm-2. 25 mg" is two sentences
    return not (digit_after and word.isdigit() and len(word) <= 4 and begin < stop - len(word))


def _is_initial(text: str, stop: int, word: str) -> bool:
    letters = word.split(".")[-1].split("-")[-1]
    if len(letters) != 1 or not letters.isupper():
        return False
    before = text[max(0, stop - 6) : stop - 1].rstrip()
    # "300 K. The", "0.4 V. It", "25 °C. Then" are units, not initials
    return not (before and (before[-1].isdigit() or before[-1] in "°◦%µm"))


def _add(text: str, begin: int, end: int, found: list[Sentence], next_begin: int) -> int:
    """Record ``[begin, end)`` without white space at its ends, cut where it is too long; give the next beginning."""
    piece = text[begin:end]
    start = begin + len(piece) - len(piece.lstrip())
    end = begin + len(piece.rstrip())
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        found.append(Sentence(start, start + len(text[start:cut].rstrip())))
        start = cut + len(text[cut : cut + MAX_SENTENCE]) - len(text[cut : cut + MAX_SENTENCE].lstrip())
    if end > start:
        found.append(Sentence(start, end))
    return next_begin


_SUPERSCRIPTS = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789", strict=True)),
        "⁻": "-", "−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "∼": "~", "≈": "~", "μ": "µ",
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u00ad": "", "∙": "·", "•": "·", "⋅": "·",
    }
)  # fmt: skip
_HYPHENATED = re.compile(r"(?<=[a-z])- (?=[a-z])")
_SPACES = re.compile(r"\s{1,1000}")


def tidy(sentence: str) -> str:
    """A copy for the finders: one kind of minus, flat superscripts, words broken at line ends joined.

    Offsets into the copy mean nothing for the document; evidence always quotes the document itself.
    """
    text = sentence.replace("(cid:0)", "-").translate(_SUPERSCRIPTS)
    return _HYPHENATED.sub("", _SPACES.sub(" ", text))
