"""Small raised figures: which are powers and charges, and which only point to a reference or a note."""

from __future__ import annotations

import re

#: what may be raised to point somewhere: numbers and ranges of them, single letters, marks
_POINTING = re.compile(
    r"^[\s(\[]{0,3}(?:\d{1,3}|[a-z*†‡§¶∥#⁎])(?:[\s,;–−-]{1,3}(?:\d{1,3}|[a-z*†‡§¶∥#⁎])){0,30}[\s,;)\]]{0,3}$"
)
_BASE = re.compile(r"[A-Za-zµμΩÅ°]{1,12}$")
#: after these a raised figure is a power; "sp" is a hybrid orbital
_UNIT_NAMES = (
    "m cm mm dm nm µm μm km pm fm Å s ms min h d g mg kg L mL l ml K V mV A mA W mW J kJ C F M N Pa Hz T mol Ω S"
)
_UNITS = frozenset([*_UNIT_NAMES.split(), "sp", "in", "ft", "bar", "log"])


def points_elsewhere(before: str, raised: str) -> bool:
    """Whether ``raised``, set as a superscript after the text ``before``, is a call to a reference or a note.

    "activity" + "12,13" is, "cm" + "2", "10" + "5", "Fe" + "3+" and "s" + "−1" are not.
    """
    raised = raised.strip()
    if not _POINTING.match(raised):
        return False
    if re.match(r"^[−–-]", raised) or (raised.isalpha() and re.search(r"[A-Za-z0-9]$", before)):
        return False  # "n" in 10^n, "th" of an ordinal
    if re.search(r"\d$", before):
        # a power of ten, or a formula: TiO2 with a call of more than one number
        return re.search(r"[,;]", raised) is not None and re.search(r"[A-Za-z)\]]\d{1,2}$", before) is not None
    if not before or before[-1].isspace():
        return False  # an isotope, or it stands by itself
    word = _BASE.search(before)
    if word is None:
        return before[-1] in ".,;:!?)]”’\"'"
    return len(word[0]) > 1 and word[0] not in _UNITS


def flat_power(before: str, raised: str) -> str:
    """``raised`` as it is written behind ``before`` on one line: "cm" "-2", "10" "-3", but "10" "^5"."""
    raised = raised.strip()
    if re.search(r"(?<![\d.])10$", before) and raised[:1].isdigit():
        return "^" + raised
    return re.sub(r"^([+−–-])\s{1,3}(?=\w)", r"\1", raised)
